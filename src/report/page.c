#include "page.h"
#include <string.h>

static const char *const style_codes[STYLE_COUNT] = {
    [STYLE_PLAIN] = "",    [STYLE_BOLD] = "1",   [STYLE_DIM] = "2",   [STYLE_RED] = "1;31",
    [STYLE_YELLOW] = "33", [STYLE_GREEN] = "32", [STYLE_CYAN] = "36",
};

static bool starts_code_point(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

size_t page_text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += starts_code_point(*text);
	return width;
}

/* C0, DEL and the C1 controls (U+0080..U+009F, as UTF-8 C2 80..9F) never reach a terminal. */
static void put_clean(struct strbuf *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		bool c1 = c == 0xc2 && i + 1 < length && (unsigned char)text[i + 1] >= 0x80 &&
			  (unsigned char)text[i + 1] <= 0x9f;

		strbuf_add_char(out, c < 0x20 || c == 0x7f || c1 ? '?' : text[i]);
		i += c1;
	}
}

static void put_styled(struct page *page, enum page_style style, const char *text, size_t length)
{
	bool coloured = page->colour && style != STYLE_PLAIN && length > 0;

	if (coloured)
		strbuf_addf(page->out, "\033[%sm", style_codes[style]);
	put_clean(page->out, text, length);
	if (coloured)
		strbuf_add(page->out, "\033[0m");
}

void page_put(struct page *page, enum page_style style, const char *text)
{
	put_styled(page, style, text, strlen(text));
}

void page_newline(struct page *page)
{
	strbuf_add_char(page->out, '\n');
}

void page_heading(struct page *page, const char *text)
{
	page_newline(page);
	page_put(page, STYLE_BOLD, text);
	page_newline(page);
}

/* Bytes of TEXT that fit into WIDTH code points, broken at a space where there is one; a single longer word
 * is cut where the line ends. */
static size_t line_length(const char *text, size_t width)
{
	size_t at = 0, count = 0, last_space = 0;

	while (text[at] && count < width) {
		if (text[at] == ' ')
			last_space = at;
		at++;
		while (text[at] && !starts_code_point(text[at]))
			at++;
		count++;
	}
	if (!text[at] || text[at] == ' ')
		return at;
	return last_space ? last_space : at;
}

void page_styled_paragraph(struct page *page, unsigned indent, unsigned hang, const char *label,
			   enum page_style style, const char *text)
{
	size_t width = page->width > hang + 10 ? page->width - hang : 10;
	size_t used = indent + (label ? page_text_width(label) : 0);

	strbuf_repeat(page->out, ' ', indent);
	if (label)
		page_put(page, STYLE_DIM, label);
	strbuf_repeat(page->out, ' ', used < hang ? hang - used : used > hang);
	for (bool first = true; first || *text; first = false) {
		size_t length = line_length(text, width);

		if (!first)
			strbuf_repeat(page->out, ' ', hang);
		put_styled(page, style, text, length);
		page_newline(page);
		text += length;
		while (*text == ' ')
			text++;
	}
}

void page_paragraph(struct page *page, unsigned indent, unsigned hang, const char *label, const char *text)
{
	page_styled_paragraph(page, indent, hang, label, STYLE_PLAIN, text);
}
