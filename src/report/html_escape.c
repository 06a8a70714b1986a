#include "html_escape.h"
#include "clean.h"
#include "report/report.h"
#include <string.h>

/* What a browser takes for markup, or inside an attribute for its end, as a name; NULL: as it is. */
static const char *entity(uint32_t character, bool quotes)
{
	switch (character) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return quotes ? "&quot;" : NULL;
	case '\'': return quotes ? "&#39;" : NULL;
	default: return NULL;
	}
}

enum { ESCAPE = 1, QUOTES = 2, LINES = 4 };

static void add_cleaned(struct strbuf *out, const char *text, size_t length, unsigned how)
{
	const char *const end = text + length;

	while (text < end) {
		size_t run = clean_run(text, (size_t)(end - text));

		strbuf_add_bytes(out, text, run);
		text += run;
		if (text == end)
			return;
		struct glyph glyph = glyph_at(text);
		if (!glyph.bytes)
			return;
		bool keeps = (how & LINES) && glyph.value == '\n';
		bool refused = (!glyph.safe && !keeps) || (glyph.value & 0xfffe) == 0xfffe;
		const char *name = how & ESCAPE ? entity(glyph.value, how & QUOTES) : NULL;

		if (name)
			strbuf_add(out, name);
		else
			strbuf_add_bytes(out, refused ? "?" : text, refused ? 1 : glyph.bytes);
		text += glyph.bytes;
	}
}

void html_text_add_bytes(struct strbuf *out, const char *text, size_t length)
{
	add_cleaned(out, text, length, ESCAPE | QUOTES);
}

void html_text_add(struct strbuf *out, const char *text)
{
	if (text)
		add_cleaned(out, text, strlen(text), ESCAPE | QUOTES);
}

void report_add_html(struct strbuf *out, const char *text)
{
	html_text_add(out, text);
}

void report_add_clean(struct strbuf *out, const char *text)
{
	html_clean_add(out, text);
}

void html_code_add(struct strbuf *out, const char *text)
{
	if (text)
		add_cleaned(out, text, strlen(text), ESCAPE | LINES);
}

void html_clean_add(struct strbuf *out, const char *text)
{
	if (text)
		add_cleaned(out, text, strlen(text), 0);
}

void html_clean_lines_add(struct strbuf *out, const char *text)
{
	if (text)
		add_cleaned(out, text, strlen(text), LINES);
}

void html_attribute_add(struct strbuf *out, const char *name, const char *text)
{
	if (!text)
		return;
	strbuf_addf(out, " %s=\"", name);
	html_text_add(out, text);
	strbuf_add_char(out, '"');
}
