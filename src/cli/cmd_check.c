#include "base/mem.h"
#include "cli.h"
#include <string.h>

static const struct option_spec check_options[] = {
    OPTION_SIGNATURES_ROW,
    OPTION_VERBOSITY_ROWS,
    OPTION_HELP_ROWS,
};

static int check_site(struct signature_library *library, const char *path, struct message_list *messages)
{
	struct site *site = site_load(path, library, messages);

	if (!site)
		return -1;
	printf("%s: site \"%s\": %zu systems, %zu site rules, %zu exceptions\n", path, site->name,
	       site->system_count, site->rule_count, site->exception_count);
	site_free(site);
	return 0;
}

static int check_signature(struct signature_library *library, const char *path, struct message_list *messages)
{
	const struct signature *signature = signature_load(library, path, messages);

	if (!signature)
		return -1;
	size_t before = messages->error_count;
	size_t examples = audit_check_examples(signature, library, messages);
	if (messages->error_count > before)
		return -1;
	printf("%s: signature %s: %zu roles, %zu rules, %zu examples hold\n", path, signature->id,
	       signature->role_count, signature->rule_count, examples);
	return 0;
}

static int check_file(struct signature_library *library, const char *path, struct message_list *messages)
{
	switch (signature_file_kind(path, messages)) {
	case FILE_KIND_SITE: return check_site(library, path, messages);
	case FILE_KIND_SIGNATURE: return check_signature(library, path, messages);
	case FILE_KIND_WRONG: return -1;
	}
	return -1;
}

static int check_run(const struct run_options *options, char *const *operands, size_t operand_count)
{
	struct signature_library *library = open_signatures(options);
	int status = library ? STATUS_PASS : STATUS_TROUBLE;

	for (size_t i = 0; library && i < operand_count; i++) {
		struct message_list messages = {0};
		int result = check_file(library, operands[i], &messages);

		fflush(stdout);
		if (say_messages(options, &messages) || result != 0)
			status = STATUS_TROUBLE;
		message_list_clear(&messages);
	}
	if (library)
		signature_library_close(library);
	return status;
}

const struct command command_check = {
    .name = "check",
    .operands = "FILE..",
    .summary = "check signature and site files, and run signatures' examples",
    .options = check_options,
    .option_count = sizeof check_options / sizeof check_options[0],
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = check_run,
};
