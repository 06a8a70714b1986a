#include "stored.h"
#include <inttypes.h>
#include <string.h>

static const struct option_spec store_options[] = {
    OPTION_ROW(0, "store", "URL", OPTION_TEXT, store,
	       "clickhouse://user@host:port/database?cluster=NAME&sensor=NAME"),
    OPTION_VERBOSITY_ROWS,
    OPTION_HELP_ROWS,
};

static int store_make(const struct run_options *options)
{
	const struct store_access access = stored_access(NULL);
	struct err err;

	if (store_init(options->store, &access, &err) == 0)
		return STATUS_PASS;
	say_error("%s", err.text);
	return STATUS_TROUBLE;
}

/* Opening to write sends what waits. */
static int store_send(const struct run_options *options)
{
	struct store *store = stored_open(options, STORE_WRITE);
	uint64_t segments = 0, bytes = 0;
	struct err err;

	if (!store)
		return STATUS_TROUBLE;
	int status = store_waiting(store, &segments, &bytes, &err) == 0 ? STATUS_PASS : STATUS_TROUBLE;
	if (status != STATUS_PASS)
		say_error("%s", err.text);
	else
		printf("%" PRIu64 " segments wait, %" PRIu64 " bytes\n", segments, bytes);
	store_close(store);
	return status == STATUS_PASS && segments > 0 ? STATUS_TROUBLE : status;
}

static const struct {
	const char *name;
	int (*run)(const struct run_options *options);
} actions[] = {{"init", store_make}, {"send", store_send}};

static int store_command(const struct run_options *options, char *const *operands, size_t operand_count)
{
	(void)operand_count;
	if (!options->store) {
		say_error("no store named; --store URL");
		return STATUS_TROUBLE;
	}
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
		if (strcmp(operands[0], actions[i].name) == 0)
			return actions[i].run(options);
	}
	say_error("store %s: no such action; init makes a server's tables, send sends what waits for it",
		  operands[0]);
	return STATUS_TROUBLE;
}

const struct command command_store = {
    .name = "store",
    .operands = "init|send",
    .summary = "make the tables of a ClickHouse store, send what waits for it",
    .details = "init makes database and tables where they are missing, on all nodes when the address names a "
	       "cluster. "
	       "send hands over what was kept back while the server was away, and says what is left; nightly "
	       "and live do so "
	       "themselves.",
    .options = store_options,
    .option_count = sizeof store_options / sizeof store_options[0],
    .operands_min = 1,
    .operands_max = 1,
    .run = store_command,
};
