#include "stored.h"
#include <inttypes.h>
#include <string.h>

static const struct option_spec store_options[] = {
    OPTION_ROW(0, "store", "URL", OPTION_TEXT, store,
	       "clickhouse://user@host:port/database?cluster=NAME&sensor=NAME"),
    OPTION_ROW(0, "from", "SITE", OPTION_TEXT, from_site,
	       "with move: what the sensor wrote for SITE was a mistake, and is moved with it"),
    OPTION_VERBOSITY_ROWS,
    OPTION_HELP_ROWS,
};

static int finish(int result, const struct err *err)
{
	if (result != 0)
		say_error("%s", err->text);
	return result == 0 ? STATUS_PASS : STATUS_TROUBLE;
}

static int store_make(const struct run_options *options, char *const *names)
{
	const struct store_access access = stored_access(NULL);
	struct err err;

	(void)names;
	return finish(store_init(options->store, &access, &err), &err);
}

static int store_clean(const struct run_options *options, char *const *names)
{
	const struct store_access access = stored_access(NULL);
	struct err err;

	(void)names;
	return finish(store_tidy(options->store, &access, &err), &err);
}

/* Opening to write sends what waits. */
static int store_send(const struct run_options *options, char *const *names)
{
	struct store *store = stored_open(options, STORE_WRITE);
	uint64_t segments = 0, bytes = 0;
	struct err err;

	(void)names;
	if (!store)
		return STATUS_TROUBLE;
	int status = finish(store_waiting(store, &segments, &bytes, &err), &err);
	if (status == STATUS_PASS && segments > 0)
		say_error("%s", store_away(store) ? store_away(store)
						  : "another process holds the spool and is sending");
	if (status == STATUS_PASS)
		printf("%" PRIu64 " segment%s, %" PRIu64 " bytes\n", segments,
		       segments == 1 ? " waits" : "s wait", bytes);
	store_close(store);
	return status == STATUS_PASS && segments > 0 ? STATUS_TROUBLE : status;
}

static int store_rename(const struct run_options *options, char *const *names)
{
	const struct store_access access = stored_access(NULL);
	uint64_t sensors;
	struct err err;
	int result = store_rename_site(options->store, &access, names[0], names[1], &sensors, &err);

	if (result == 0)
		printf("site \"%s\" is \"%s\" now, with %" PRIu64 " sensor%s\n", names[0], names[1], sensors,
		       sensors == 1 ? "" : "s");
	return finish(result, &err);
}

static int store_move(const struct run_options *options, char *const *names)
{
	const struct store_access access = stored_access(NULL);
	struct err err;
	int result = store_move_sensor(options->store, &access, names[0], names[1], options->from_site, &err);

	if (result == 0 && options->from_site)
		printf("sensor %s writes for site \"%s\" now; what it wrote for \"%s\", or has waiting for it, is "
		       "moved, too\n",
		       names[0], names[1], options->from_site);
	else if (result == 0)
		printf("sensor %s writes for site \"%s\" from now on; what it wrote before stays\n", names[0],
		       names[1]);
	return finish(result, &err);
}

static int store_retire(const struct run_options *options, char *const *names)
{
	const struct store_access access = stored_access(NULL);
	struct err err;
	int result = store_retire_sensor(options->store, &access, names[0], &err);

	if (result == 0)
		printf("sensor %s is retired; what it wrote stays until it is forgotten\n", names[0]);
	return finish(result, &err);
}

static const struct {
	const char *name, *operands;
	size_t count; /* of operands */
	int (*run)(const struct run_options *options, char *const *names);
} actions[] = {{"init", "", 0, store_make},
	       {"send", "", 0, store_send},
	       {"tidy", "", 0, store_clean},
	       {"rename", " OLD_SITE NEW_SITE", 2, store_rename},
	       {"move", " SENSOR SITE", 2, store_move},
	       {"retire", " SENSOR", 1, store_retire}};

static int store_command(const struct run_options *options, char *const *operands, size_t operand_count)
{
	if (!options->store) {
		say_error("no store named; --store URL");
		return STATUS_TROUBLE;
	}
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
		if (strcmp(operands[0], actions[i].name) != 0)
			continue;
		if (operand_count == actions[i].count + 1)
			return actions[i].run(options, operands + 1);
		say_error("usage: tapaudit store %s%s --store URL", actions[i].name, actions[i].operands);
		return STATUS_TROUBLE;
	}
	say_error("store %s: no such action; there are init, send, tidy, rename, move and retire", operands[0]);
	return STATUS_TROUBLE;
}

const struct command command_store = {
    .name = "store",
    .operands = "ACTION [NAME..]",
    .summary = "make and look after a ClickHouse store",
    .details =
	"init                      make database and tables where they are missing, on all of a cluster's nodes\n"
	"send                      hand over what was kept back while the server was away, as nightly and live do\n"
	"tidy                      drop rows that nobody reads: cut short, written again or replaced\n"
	"rename OLD_SITE NEW_SITE  call a site otherwise, with all its sensors and their history\n"
	"move SENSOR SITE          let a sensor write for another site from now on\n"
	"retire SENSOR             wait for it no more; what it wrote stays",
    .options = store_options,
    .option_count = sizeof store_options / sizeof store_options[0],
    .operands_min = 1,
    .operands_max = 3,
    .run = store_command,
};
