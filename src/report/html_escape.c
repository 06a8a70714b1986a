#include "html_escape.h"
#include "clean.h"

void html_text_add(struct strbuf *out, const char *text)
{
	struct glyph glyph = {0};

	for (; text && (glyph = glyph_at(text)).bytes; text += glyph.bytes) {
		bool refused = !glyph.safe || (glyph.value & 0xfffe) == 0xfffe;

		switch (glyph.value) {
		case '&': strbuf_add(out, "&amp;"); break;
		case '<': strbuf_add(out, "&lt;"); break;
		case '>': strbuf_add(out, "&gt;"); break;
		case '"': strbuf_add(out, "&quot;"); break;
		case '\'': strbuf_add(out, "&#39;"); break;
		default: strbuf_add_bytes(out, refused ? "?" : text, refused ? 1 : glyph.bytes); break;
		}
	}
}

void html_attribute_add(struct strbuf *out, const char *name, const char *text)
{
	if (!text)
		return;
	strbuf_addf(out, " %s=\"", name);
	html_text_add(out, text);
	strbuf_add_char(out, '"');
}
