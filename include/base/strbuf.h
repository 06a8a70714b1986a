/*
 * A growing text. Failure to grow is sticky: add as you like, ask once at the end (strbuf_ok).
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

struct strbuf {
	char *text; /* always zero-terminated once something was added */
	size_t length;
	size_t capacity;
	bool failed;
};

void strbuf_add(struct strbuf *buf, const char *text);
void strbuf_add_bytes(struct strbuf *buf, const char *bytes, size_t length);
void strbuf_add_char(struct strbuf *buf, char c);
void strbuf_repeat(struct strbuf *buf, char c, size_t count);
void strbuf_addf(struct strbuf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* The text so far, "" if none. Owned by BUF. */
const char *strbuf_text(const struct strbuf *buf);
bool strbuf_ok(const struct strbuf *buf);
void strbuf_clear(struct strbuf *buf);

#endif
