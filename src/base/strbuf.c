#include "base/strbuf.h"
#include "base/mem.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Room for MORE bytes and the final zero. */
static bool make_room(struct strbuf *buf, size_t more)
{
	void *text = buf->text;

	if (buf->failed)
		return false;
	if (more > SIZE_MAX - buf->length - 1 ||
	    mem_grow(&text, &buf->capacity, buf->length + more + 1, 1) < 0) {
		buf->failed = true;
		return false;
	}
	buf->text = text;
	return true;
}

void strbuf_add(struct strbuf *buf, const char *text)
{
	strbuf_add_bytes(buf, text, strlen(text));
}

void strbuf_add_bytes(struct strbuf *buf, const char *bytes, size_t length)
{
	if (!make_room(buf, length))
		return;
	if (length > 0)
		memcpy(buf->text + buf->length, bytes, length);
	buf->length += length;
	buf->text[buf->length] = '\0';
}

void strbuf_add_char(struct strbuf *buf, char c)
{
	strbuf_add_bytes(buf, &c, 1);
}

void strbuf_repeat(struct strbuf *buf, char c, size_t count)
{
	if (!make_room(buf, count))
		return;
	memset(buf->text + buf->length, c, count);
	buf->length += count;
	buf->text[buf->length] = '\0';
}

void strbuf_addf(struct strbuf *buf, const char *format, ...)
{
	va_list args;
	size_t room;
	int length;

	if (!make_room(buf, 0))
		return;
	room = buf->capacity - buf->length;
	va_start(args, format);
	length = vsnprintf(buf->text + buf->length, room, format, args);
	va_end(args);
	if (length >= 0 && (size_t)length >= room && make_room(buf, (size_t)length)) {
		va_start(args, format);
		(void)vsnprintf(buf->text + buf->length, (size_t)length + 1, format, args);
		va_end(args);
	}
	if (length < 0)
		buf->failed = true;
	if (!buf->failed)
		buf->length += (size_t)length;
	/* A failed try may have left part of the text. */
	buf->text[buf->length] = '\0';
}

const char *strbuf_text(const struct strbuf *buf)
{
	return buf->text ? buf->text : "";
}

bool strbuf_ok(const struct strbuf *buf)
{
	return !buf->failed;
}

void strbuf_clear(struct strbuf *buf)
{
	mem_free(buf->text);
	*buf = (struct strbuf){0};
}
