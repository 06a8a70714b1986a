/* Real captures of the shared folder: every packet of each is in exactly one place. Skipped where the folder
 * is absent. */
#include "observe_samples.h"
#include <dirent.h>

TestSuite(observe_real, .timeout = 10);

static const char folder[] = "../shared/pcaps";

static uint64_t check_paths(const char *const *paths, size_t count, const struct observe_options *options)
{
	struct capture_list list = {0};
	struct ledger *ledger;
	struct err err = {""};
	uint64_t packets;

	cr_assert_eq(capture_list_expand(&list, paths, count, &options->capture, &err), 0, "%s", err.text);
	cr_assert_eq(observe_run(&list, options, &ledger, &err), 0, "%s", err.text);
	packets = check_accounting(ledger);
	ledger_free(ledger);
	capture_list_clear(&list);
	return packets;
}

Test(observe_real, each_alone)
{
	const struct observe_options options = {.hash_seed = 5};
	DIR *directory = opendir(folder);
	const struct dirent *entry;

	if (!directory)
		cr_skip_test("no %s here", folder);
	while ((entry = readdir(directory)) != NULL) {
		char path[sizeof(folder) + sizeof(entry->d_name)];
		const char *only = path;

		if (entry->d_type != DT_REG)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		(void)check_paths(&only, 1, &options);
	}
	(void)closedir(directory);
	cr_assert_eq(mem_live(), 0);
}

Test(observe_real, all_together_and_folded_and_filtered)
{
	const struct observe_options options[] = {{.hash_seed = 5},
						  {.hash_seed = 6, .memory_bytes = (size_t)1 << 20},
						  {.hash_seed = 7, .filter = "tcp"}};
	const char *only = folder;

	if (access(folder, R_OK) != 0)
		cr_skip_test("no %s here", folder);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		cr_assert_eq(check_paths(&only, 1, &options[i]), check_paths(&only, 1, &options[0]));
}
