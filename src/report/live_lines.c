#include "live_lines.h"
#include "clean.h"
#include <string.h>

/* Bytes of TEXT that take at most COLUMNS columns; *WIDTH what they take. */
static size_t fitting(const char *text, unsigned columns, unsigned *width)
{
	size_t at = 0;

	*width = 0;
	for (;;) {
		struct glyph glyph = glyph_at(text + at);

		if (!glyph.bytes || *width + glyph.width > columns)
			return at;
		*width += glyph.width;
		at += glyph.bytes;
	}
}

void line_put(struct live_lines *lines, enum page_style style, const char *text)
{
	unsigned room = lines->columns - lines->used, width;
	size_t bytes = fitting(text, room, &width);

	if (text[bytes] == '\0') {
		page_put_bytes(&lines->page, style, text, bytes);
		lines->used += width;
		return;
	}
	if (room < 2)
		return;
	bytes = fitting(text, room - 2, &width);
	page_put_bytes(&lines->page, style, text, bytes);
	page_put(&lines->page, STYLE_DIM, "..");
	lines->used += width + 2;
}

void line_put_built(struct live_lines *lines, enum page_style style, struct strbuf *text)
{
	lines->page.out->failed |= text->failed;
	line_put(lines, style, strbuf_text(text));
	strbuf_clear(text);
}

void line_fill(struct live_lines *lines, unsigned column)
{
	unsigned to = column > lines->used ? column : lines->used + 1;

	if (to > lines->columns)
		to = lines->columns;
	strbuf_repeat(lines->page.out, ' ', to - lines->used);
	lines->used = to;
}

void line_put_right(struct live_lines *lines, enum page_style style, const char *text)
{
	size_t width = clean_width(text);

	if (lines->used + width + 1 > lines->columns)
		return;
	line_fill(lines, lines->columns - (unsigned)width);
	line_put(lines, style, text);
}

void line_end(struct live_lines *lines)
{
	lines->used = 0;
	lines->filled++;
	/* The last line has no newline: it would scroll the page. */
	if (lines->filled < lines->rows)
		page_newline(&lines->page);
}
