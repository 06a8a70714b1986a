/*
 * Private to report/: text that comes from files and captures, made harmless. Control characters, characters
 * that turn or hide what stands beside them, and bytes that are no UTF-8 (RFC 3629) become '?' where a person
 * reads, and escapes or U+FFFD in JSON.
 */
#ifndef REPORT_CLEAN_H
#define REPORT_CLEAN_H

#include "base/strbuf.h"
#include <stdint.h>

/* One character of a text. */
struct glyph {
	uint32_t value; /* code point; U+FFFD for a byte that is no UTF-8 */
	uint8_t bytes;  /* that it takes in the text; 0 at the end */
	uint8_t width;  /* columns that it takes on a terminal: 0, 1 or 2; of the '?' when it is not safe */
	bool safe;      /* to be shown as it is */
};
struct glyph glyph_at(const char *text);

/* How many bytes TEXT, of LENGTH, begins with that mean nothing to anybody: ASCII without control characters,
 * quotes, backslashes and what markup is made of. */
size_t clean_run(const char *text, size_t length);
/* Columns of TEXT once cleaned. */
size_t clean_width(const char *text);
/* LENGTH bytes of TEXT, cleaned. */
void clean_add(struct strbuf *out, const char *text, size_t length);

/* TEXT as a JSON string, quotes included: any bytes give valid UTF-8 without a raw control character. */
void json_text_add(struct strbuf *out, const char *text);
/* TEXT as a field of CSV (RFC 4180), cleaned, quoted where it must be. What a spreadsheet would run as a
 * formula gets an apostrophe in front. */
void csv_text_add(struct strbuf *out, const char *text);

#endif
