/*
 * Door: a signature file. Checked: refused with a reason, or whole; a whole one runs its own examples and
 * prints as a matrix in every format.
 */
#include "audit/audit.h"
#include "fuzz.h"
#include "report/report.h"

static void print(const struct signature *signature)
{
	const struct report_options options = {.version = "fuzz"};

	for (int format = MATRIX_TEXT; format <= MATRIX_JSON; format++) {
		struct strbuf out = {0};
		struct err err;

		FUZZ_CHECK(
		    report_matrix(&out, signature, NULL, 0, (enum matrix_format)format, &options, &err) == 0);
		FUZZ_CHECK(strbuf_ok(&out) && out.length > 0);
		strbuf_clear(&out);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t live = mem_live();
	struct message_list messages = {.error_count = 0};
	struct err err;
	struct signature_library *library = signature_library_open("signatures", &err);
	const struct signature *signature;

	FUZZ_CHECK(library);
	signature = signature_parse(library, (const char *)data, size, "signatures/fuzz.json", &messages);
	FUZZ_CHECK((signature != NULL) == (messages.error_count == 0));
	if (signature) {
		FUZZ_CHECK(signature->role_count <= SIGNATURE_MAX_ROLES &&
			   signature->rule_count <= SIGNATURE_MAX_RULES);
		print(signature);
		(void)audit_check_examples(signature, library, &messages);
	}
	message_list_clear(&messages);
	signature_library_close(library);
	FUZZ_CHECK(mem_live() == live);
	return 0;
}
