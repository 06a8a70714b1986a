#include "html_escape.h"
#include "clean.h"
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

static void add_cleaned(struct strbuf *out, const char *text, size_t length, bool escape, bool quotes)
{
	struct glyph glyph = {0};

	for (const char *end = text + length; text < end && (glyph = glyph_at(text)).bytes;
	     text += glyph.bytes) {
		bool refused = !glyph.safe || (glyph.value & 0xfffe) == 0xfffe;
		const char *name = escape ? entity(glyph.value, quotes) : NULL;

		if (name)
			strbuf_add(out, name);
		else
			strbuf_add_bytes(out, refused ? "?" : text, refused ? 1 : glyph.bytes);
	}
}

void html_text_add_bytes(struct strbuf *out, const char *text, size_t length)
{
	add_cleaned(out, text, length, true, true);
}

void html_text_add(struct strbuf *out, const char *text)
{
	if (text)
		add_cleaned(out, text, strlen(text), true, true);
}

void html_code_add(struct strbuf *out, const char *text)
{
	if (text)
		add_cleaned(out, text, strlen(text), true, false);
}

void html_clean_add(struct strbuf *out, const char *text)
{
	if (text)
		add_cleaned(out, text, strlen(text), false, false);
}

void html_attribute_add(struct strbuf *out, const char *name, const char *text)
{
	if (!text)
		return;
	strbuf_addf(out, " %s=\"", name);
	html_text_add(out, text);
	strbuf_add_char(out, '"');
}
