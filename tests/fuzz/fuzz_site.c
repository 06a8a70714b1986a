/*
 * Door: a site file. Checked: refused with a reason, or whole; under a whole one traffic of its own rules is
 * judged, some of it turned round, reported as text and JSON, and every finding is explained from that JSON.
 */
#include "judge_road.h"

static void judge(const struct site *site)
{
	struct err err;
	struct matrix *matrix = matrix_compile(site, &err);
	struct ledger *ledger;

	FUZZ_CHECK(matrix);
	ledger = make_ledger(matrix);
	judge_ledger_under(site, matrix, ledger);
	ledger_free(ledger);
	matrix_free(matrix);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t live = mem_live();
	struct message_list messages = {.error_count = 0};
	struct err err;
	struct signature_library *library = signature_library_open("signatures", &err);
	struct site *site;

	FUZZ_CHECK(library);
	site = site_parse((const char *)data, size, "fuzz.site.json", library, &messages);
	FUZZ_CHECK((site != NULL) == (messages.error_count == 0));
	if (site) {
		judge(site);
		site_free(site);
	}
	message_list_clear(&messages);
	signature_library_close(library);
	FUZZ_CHECK(mem_live() == live);
	return 0;
}
