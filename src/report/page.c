#include "page.h"
#include "clean.h"
#include <string.h>

enum { WIDTH_DEFAULT = 100, WIDTH_LEAST = 60, TEXT_LEAST = 20 };

static const char *const style_codes[STYLE_COUNT] = {
    [STYLE_PLAIN] = "",    [STYLE_BOLD] = "1",   [STYLE_DIM] = "2",   [STYLE_RED] = "1;31",
    [STYLE_YELLOW] = "33", [STYLE_GREEN] = "32", [STYLE_CYAN] = "36",
};

struct page page_make(struct strbuf *out, const struct report_options *options)
{
	unsigned width = options->width ? options->width : WIDTH_DEFAULT;

	return (struct page){
	    .out = out, .width = width < WIDTH_LEAST ? WIDTH_LEAST : width, .colour = options->colour};
}

void page_put_bytes(struct page *page, enum page_style style, const char *text, size_t length)
{
	bool coloured = page->colour && style != STYLE_PLAIN && length > 0;

	if (coloured)
		strbuf_addf(page->out, "\033[%sm", style_codes[style]);
	clean_add(page->out, text, length);
	if (coloured)
		strbuf_add(page->out, "\033[0m");
}

void page_put(struct page *page, enum page_style style, const char *text)
{
	page_put_bytes(page, style, text, strlen(text));
}

void page_newline(struct page *page)
{
	strbuf_add_char(page->out, '\n');
}

void page_end_line(struct page *page)
{
	while (page->out->length > 0 && page->out->text[page->out->length - 1] == ' ')
		page->out->text[--page->out->length] = '\0';
	page_newline(page);
}

/* Bytes of the words of TEXT that fit into WIDTH columns; of the first word, if it alone is wider. */
static size_t line_length(const char *text, size_t width)
{
	size_t at = 0, used = 0, fitting = 0;

	for (;;) {
		struct glyph glyph = glyph_at(text + at);

		if (!glyph.bytes || glyph.value == ' ') {
			if (used <= width || fitting == 0)
				fitting = at;
			if (!glyph.bytes || used >= width)
				return fitting;
		}
		used += glyph.width;
		at += glyph.bytes;
	}
}

void page_styled_paragraph(struct page *page, unsigned indent, unsigned hang, const char *label,
			   enum page_style style, const char *text)
{
	size_t width = page->width > hang + TEXT_LEAST ? page->width - hang : TEXT_LEAST;
	size_t used = indent + (label ? clean_width(label) : 0);

	if (label && used >= hang) {
		page_styled_paragraph(page, indent, indent, NULL, STYLE_DIM, label);
		strbuf_repeat(page->out, ' ', hang);
	} else {
		strbuf_repeat(page->out, ' ', indent);
		page_put(page, STYLE_DIM, label ? label : "");
		strbuf_repeat(page->out, ' ', hang > used ? hang - used : 0);
	}
	for (bool first = true; first || *text; first = false) {
		size_t length = line_length(text, width), shown = length;

		while (shown > 0 && text[shown - 1] == ' ')
			shown--;
		strbuf_repeat(page->out, ' ', first ? 0 : hang);
		page_put_bytes(page, style, text, shown);
		page_end_line(page);
		text += length;
		text += strspn(text, " ");
	}
}

void page_paragraph(struct page *page, unsigned indent, unsigned hang, const char *label, const char *text)
{
	page_styled_paragraph(page, indent, hang, label, STYLE_PLAIN, text);
}

void page_built_paragraph(struct page *page, unsigned indent, unsigned hang, const char *label,
			  struct strbuf *text)
{
	page->out->failed |= text->failed;
	if (text->length > 0)
		page_paragraph(page, indent, hang, label, strbuf_text(text));
	text->length = 0;
	if (text->text)
		text->text[0] = '\0';
}

void page_put_rest(struct page *page, size_t used, unsigned hang, enum page_style style, const char *text)
{
	if (used + clean_width(text) <= page->width) {
		page_put(page, style, text);
		page_end_line(page);
		return;
	}
	page_end_line(page);
	page_styled_paragraph(page, 0, hang, NULL, style, text);
}

void page_heading(struct page *page, const char *text)
{
	if (page->out->length > 0)
		page_newline(page);
	page_styled_paragraph(page, 0, 0, NULL, STYLE_BOLD, text);
}
