/* RowBinary: numbers with the smallest byte first, a text's length in groups of seven bits in front of it. */
#include "base/cursor.h"
#include "clickhouse.h"
#include <string.h>

void put_number(struct strbuf *out, uint64_t value, size_t bytes)
{
	char text[8];

	for (size_t i = 0; i < bytes && i < sizeof text; i++)
		text[i] = (char)(uint8_t)(value >> (8 * i));
	strbuf_add_bytes(out, text, bytes);
}

void put_bytes(struct strbuf *out, const void *bytes, size_t length)
{
	size_t rest = length;

	do {
		strbuf_add_char(out, (char)(uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0)));
		rest >>= 7;
	} while (rest > 0);
	strbuf_add_bytes(out, bytes, length);
}

void put_text(struct strbuf *out, const char *text)
{
	put_bytes(out, text, strlen(text));
}

uint64_t take_number(struct cursor *in, size_t bytes)
{
	const uint8_t *at = cur_take(in, bytes);
	uint64_t value = 0;

	for (size_t i = 0; at && i < bytes && i < 8; i++)
		value |= (uint64_t)at[i] << (8 * i);
	return value;
}

int take_count(struct cursor *in, size_t each, size_t *out)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 63; shift += 7) {
		uint8_t byte = cur_u8(in);

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			break;
	}
	*out = (size_t)value;
	return cur_ok(in) && value <= cur_left(in) / each ? 0 : -1;
}

const uint8_t *take_bytes(struct cursor *in, size_t *length)
{
	if (take_count(in, 1, length)) {
		*length = 0;
		return NULL;
	}
	/* A text without bytes is a text all the same. */
	return *length == 0 ? (const uint8_t *)"" : cur_take(in, *length);
}
