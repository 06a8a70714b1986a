/*
 * Private to report/: text that comes from files and captures, made harmless inside HTML and XML, between
 * tags and inside attributes in double quotes.
 */
#ifndef REPORT_HTML_ESCAPE_H
#define REPORT_HTML_ESCAPE_H

#include "base/strbuf.h"

/* TEXT cleaned (as clean_add), markup escaped; what XML 1.0 refuses (section 2.2) becomes '?'. NULL adds
 * nothing. */
void html_text_add(struct strbuf *out, const char *text);
void html_text_add_bytes(struct strbuf *out, const char *text, size_t length);
/* The same between tags only: quotes and ends of lines stay as they are. */
void html_code_add(struct strbuf *out, const char *text);
/* Cleaned alone, to be escaped later. */
void html_clean_add(struct strbuf *out, const char *text);
/* The same, ends of lines kept. */
void html_clean_lines_add(struct strbuf *out, const char *text);
/* Adds ` NAME="TEXT"`, or nothing for NULL. */
void html_attribute_add(struct strbuf *out, const char *name, const char *text);

#endif
