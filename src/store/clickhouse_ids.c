#include "base/hash.h"
#include "base/mem.h"
#include "clickhouse_parts.h"
#include <string.h>

static int nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 32 hexadecimal digits. */
static bool read_hex(const char *text, uint8_t out[INPUT_ID_BYTES])
{
	if (strlen(text) != (size_t)2 * INPUT_ID_BYTES)
		return false;
	for (size_t i = 0; i < INPUT_ID_BYTES; i++) {
		int high = nibble(text[2 * i]), low = nibble(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(16 * high + low);
	}
	return true;
}

uint8_t (*input_ids(const struct ledger *ledger))[INPUT_ID_BYTES]
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);
	uint8_t(*ids)[INPUT_ID_BYTES] = mem_calloc(count + 1, sizeof *ids);

	for (size_t i = 0; ids && i < count; i++) {
		struct strbuf text = {0};

		if (read_hex(inputs[i].fingerprint, ids[i]))
			continue;
		strbuf_addf(&text, "%s|%s|%s|%s", inputs[i].fingerprint, inputs[i].name, inputs[i].status,
			    inputs[i].error);
		hash128_bytes(strbuf_text(&text), text.length, ids[i]);
		strbuf_clear(&text);
	}
	return ids;
}

void segment_name(struct strbuf *out, const struct ledger *ledger, uint8_t (*ids)[INPUT_ID_BYTES],
		  const struct store_file *files, size_t file_count)
{
	struct strbuf all = {0};
	uint8_t hash[16];
	char hex[33];
	size_t count = 0;

	if (ledger)
		(void)ledger_inputs(ledger, &count);
	for (size_t i = 0; i < count; i++)
		strbuf_add_bytes(&all, (const char *)ids[i], INPUT_ID_BYTES);
	for (size_t i = 0; i < file_count && count == 0; i++) {
		strbuf_addf(&all, "%s %lld %llu", files[i].path, (long long)files[i].changed_ns,
			    (unsigned long long)files[i].bytes);
		strbuf_add_char(&all, '\n');
	}
	hash128_bytes(strbuf_text(&all), all.length, hash);
	hash_hex(hash, sizeof hash, hex);
	strbuf_add(out, hex);
	out->failed |= all.failed;
	strbuf_clear(&all);
}
