/*
 * Door: a report in JSON, given to `explain`. The finding is the first one whose id stands in the text.
 * Checked: an explanation or an error of one line, never both.
 */
#include "fuzz.h"
#include "report/report.h"

enum { ID_MAX = 32 };

/* What stands behind the first "id":, or a constant. */
static void find_id(const uint8_t *data, size_t size, char out[ID_MAX + 1])
{
	static const char key[] = "\"id\": \"";
	const uint8_t *at = memmem(data, size, key, sizeof(key) - 1);
	size_t length = 0;

	(void)snprintf(out, ID_MAX + 1, "0000");
	if (!at)
		return;
	for (at += sizeof(key) - 1; at < data + size && *at && *at != '"' && length < ID_MAX; at++)
		out[length++] = (char)*at;
	out[length] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct report_options options = {.version = "fuzz", .width = 80};
	size_t live = mem_live();
	char id[ID_MAX + 1];
	struct strbuf out = {0};
	struct err err = {""};

	find_id(data, size, id);
	if (report_explain(&out, (const char *)data, size, id, &options, &err) == 0)
		FUZZ_CHECK(strbuf_ok(&out) && out.length > 0);
	else
		FUZZ_CHECK(err.text[0] != '\0' && !strchr(err.text, '\n'));
	strbuf_clear(&out);
	FUZZ_CHECK(mem_live() == live);
	return 0;
}
