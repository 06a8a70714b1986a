#include "pcapng_text.h"
#include <stdint.h>
#include <string.h>

/* RFC 3629 section 4: the first byte says how many follow; the second one's range keeps out what has a
 * shorter form, surrogates, and all beyond U+10FFFF. */
static const struct {
	uint8_t first, last; /* first byte */
	uint8_t low, high;   /* second byte */
	uint8_t length;
} forms[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

/* Bytes of the character at P (which a zero ends, so no test reads past it); 0: none. */
static size_t character_length(const uint8_t *p)
{
	if (p[0] < 0x80)
		return (p[0] >= ' ' && p[0] != 0x7f) || p[0] == '\n';
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t n = 2;

		if (p[0] < forms[i].first || p[0] > forms[i].last)
			continue;
		if (p[1] < forms[i].low || p[1] > forms[i].high)
			return 0;
		while (n < forms[i].length && (p[n] & 0xc0) == 0x80)
			n++;
		return n == forms[i].length ? n : 0;
	}
	return 0;
}

size_t pcapng_text_clean(const char *text, char *out, size_t room)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t length = 0;

	while (*p) {
		size_t n = character_length(p);

		if (length + (n ? n : 1) > room)
			break;
		if (n)
			memcpy(out + length, p, n);
		else
			out[length] = '?';
		length += n ? n : 1;
		p += n ? n : 1;
	}
	return length;
}
