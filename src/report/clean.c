#include "clean.h"
#include <string.h>

enum { REPLACEMENT = 0xfffd, FIRST_SPECIAL = 0x300 };

enum glyph_kind { GLYPH_HIDDEN, GLYPH_COMBINING, GLYPH_WIDE };

/* What is not one plain column, ascending. HIDDEN turns the direction of what follows, breaks lines, or
 * cannot be seen: in a name it only serves to deceive. */
static const struct {
	uint32_t low, high;
	enum glyph_kind kind;
} specials[] = {
    {0x0300, 0x036f, GLYPH_COMBINING}, {0x0483, 0x0489, GLYPH_COMBINING}, {0x0591, 0x05bd, GLYPH_COMBINING},
    {0x0610, 0x061a, GLYPH_COMBINING}, {0x061c, 0x061c, GLYPH_HIDDEN},    {0x064b, 0x065f, GLYPH_COMBINING},
    {0x0e31, 0x0e31, GLYPH_COMBINING}, {0x0e34, 0x0e3a, GLYPH_COMBINING}, {0x1100, 0x115f, GLYPH_WIDE},
    {0x200b, 0x200b, GLYPH_HIDDEN},    {0x200c, 0x200d, GLYPH_COMBINING}, {0x200e, 0x200f, GLYPH_HIDDEN},
    {0x2028, 0x202e, GLYPH_HIDDEN},    {0x2060, 0x206f, GLYPH_HIDDEN},    {0x20d0, 0x20ff, GLYPH_COMBINING},
    {0x2e80, 0x303e, GLYPH_WIDE},      {0x3041, 0xa4cf, GLYPH_WIDE},      {0xac00, 0xd7a3, GLYPH_WIDE},
    {0xf900, 0xfaff, GLYPH_WIDE},      {0xfe00, 0xfe0f, GLYPH_COMBINING}, {0xfe20, 0xfe2f, GLYPH_COMBINING},
    {0xfe30, 0xfe6f, GLYPH_WIDE},      {0xfeff, 0xfeff, GLYPH_HIDDEN},    {0xff01, 0xff60, GLYPH_WIDE},
    {0xffe0, 0xffe6, GLYPH_WIDE},      {0xfff9, 0xfffb, GLYPH_HIDDEN},    {0x1f300, 0x1f64f, GLYPH_WIDE},
    {0x1f900, 0x1f9ff, GLYPH_WIDE},    {0x20000, 0x3fffd, GLYPH_WIDE},    {0xe0000, 0xe007f, GLYPH_HIDDEN},
};

/* Forms of UTF-8 (RFC 3629 section 4: no overlong forms, no surrogates, nothing over U+10FFFF) by first byte.
 */
static const struct {
	unsigned char low, high, second_low, second_high;
	uint8_t bytes;
	unsigned char mask; /* the first byte's share of the value */
} forms[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2, 0x1f}, {0xe0, 0xe0, 0xa0, 0xbf, 3, 0x0f}, {0xe1, 0xec, 0x80, 0xbf, 3, 0x0f},
    {0xed, 0xed, 0x80, 0x9f, 3, 0x0f}, {0xee, 0xef, 0x80, 0xbf, 3, 0x0f}, {0xf0, 0xf0, 0x90, 0xbf, 4, 0x07},
    {0xf1, 0xf3, 0x80, 0xbf, 4, 0x07}, {0xf4, 0xf4, 0x80, 0x8f, 4, 0x07},
};

/* A character of more than one byte; bytes 1 and U+FFFD when it is none. The final zero ends every form. */
static struct glyph decode_long(const unsigned char *text)
{
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (text[0] < forms[i].low || text[0] > forms[i].high)
			continue;
		if (text[1] < forms[i].second_low || text[1] > forms[i].second_high)
			break;
		uint32_t value = text[0] & forms[i].mask;
		uint8_t at = 1;
		for (; at < forms[i].bytes && (text[at] & 0xc0) == 0x80; at++)
			value = value << 6 | (text[at] & 0x3f);
		if (at == forms[i].bytes)
			return (struct glyph){.value = value, .bytes = at, .width = 1, .safe = value >= 0xa0};
		break;
	}
	return (struct glyph){.value = REPLACEMENT, .bytes = 1, .width = 1, .safe = false};
}

struct glyph glyph_at(const char *text)
{
	unsigned char first = (unsigned char)text[0];

	if (first < 0x80)
		return (struct glyph){.value = first,
				      .bytes = first != 0,
				      .width = first != 0,
				      .safe = first >= 0x20 && first != 0x7f};
	struct glyph glyph = decode_long((const unsigned char *)text);
	for (size_t i = 0; glyph.value >= FIRST_SPECIAL && i < sizeof specials / sizeof specials[0]; i++) {
		if (glyph.value > specials[i].high)
			continue;
		if (glyph.value < specials[i].low)
			break;
		if (specials[i].kind == GLYPH_HIDDEN)
			glyph.safe = false;
		else
			glyph.width = specials[i].kind == GLYPH_WIDE ? 2 : 0;
		break;
	}
	return glyph;
}

size_t clean_run(const char *text, size_t length)
{
	size_t count = 0;

	while (count < length && text[count] >= 0x20 && text[count] < 0x7f && text[count] != '"' &&
	       text[count] != '\\' && text[count] != '<' && text[count] != '>' && text[count] != '&' &&
	       text[count] != '\'')
		count++;
	return count;
}

size_t clean_width(const char *text)
{
	size_t width = 0;

	for (struct glyph glyph = glyph_at(text); glyph.bytes; text += glyph.bytes, glyph = glyph_at(text))
		width += glyph.width;
	return width;
}

void clean_add(struct strbuf *out, const char *text, size_t length)
{
	for (size_t at = 0; at < length;) {
		size_t run = clean_run(text + at, length - at);

		strbuf_add_bytes(out, text + at, run);
		at += run;
		if (at == length)
			return;
		struct glyph glyph = glyph_at(text + at);
		size_t bytes = glyph.bytes ? glyph.bytes : 1;

		if (glyph.safe && bytes <= length - at)
			strbuf_add_bytes(out, text + at, bytes);
		else
			strbuf_add_char(out, '?');
		at += bytes;
	}
}

/* Two \u escapes where one cannot say it (RFC 8259 section 7). */
static void escape_add(struct strbuf *out, uint32_t value)
{
	if (value > 0xffff)
		strbuf_addf(out, "\\u%04x\\u%04x", 0xd800 + ((value - 0x10000) >> 10),
			    0xdc00 + (value & 0x3ff));
	else
		strbuf_addf(out, "\\u%04x", value);
}

void json_text_add(struct strbuf *out, const char *text)
{
	strbuf_add_char(out, '"');
	for (;;) {
		size_t run = clean_run(text, SIZE_MAX);

		strbuf_add_bytes(out, text, run);
		text += run;
		struct glyph glyph = glyph_at(text);
		if (!glyph.bytes)
			break;
		if (glyph.value == '"' || glyph.value == '\\')
			strbuf_addf(out, "\\%c", (char)glyph.value);
		else if (glyph.value == '\n')
			strbuf_add(out, "\\n");
		else if (glyph.value == REPLACEMENT)
			strbuf_add(out, "\xef\xbf\xbd");
		else if (glyph.safe)
			strbuf_add_bytes(out, text, glyph.bytes);
		else
			escape_add(out, glyph.value);
		text += glyph.bytes;
	}
	strbuf_add_char(out, '"');
}

void csv_text_add(struct strbuf *out, const char *text)
{
	bool formula = text[0] && strchr("=+-@", text[0]) && text[1];
	bool quote = strpbrk(text, ",\"") != NULL;

	strbuf_add(out, quote ? "\"" : "");
	strbuf_add(out, formula ? "'" : "");
	for (struct glyph glyph = glyph_at(text); glyph.bytes; text += glyph.bytes, glyph = glyph_at(text)) {
		if (glyph.value == '"')
			strbuf_add_char(out, '"');
		clean_add(out, text, glyph.bytes);
	}
	strbuf_add(out, quote ? "\"" : "");
}
