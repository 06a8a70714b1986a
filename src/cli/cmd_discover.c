#include "stored.h"
#include <stdlib.h>
#include <string.h>

enum { SITES_NAMED = 20 };

static const struct option_spec discover_options[] = {
    OPTION_SIGNATURES_ROW,
    OPTION_ROW('o', "output", "SITE", OPTION_TEXT, output,
	       "where to write the draft site file (default: standard output)"),
    OPTION_ROW(0, "from-store", "DB", OPTION_TEXT, from_store,
	       "learn from all that a store keeps instead of from files"),
    OPTION_ROW(0, "site", "NAME", OPTION_TEXT, site_name,
	       "of a fleet's store: the site of this name, which the draft gets as well"),
    OPTION_READING_ROWS,
    OPTION_VERBOSITY_ROWS,
    OPTION_HELP_ROWS,
};

/* The reasons go to people on standard error, the draft to the file, so that a pipe gets JSON alone. */
static int write_draft(const struct judged *judged, const struct run_options *options)
{
	struct report_options report = report_defaults(options, false);
	struct strbuf text = {0}, draft = {0};
	struct err err;
	int result = report_draft_site(&draft, judged->inference,
				       options->site_name ? options->site_name : "draft", &err);

	if (result == 0 && !options->quiet) {
		result = report_inference_text(&text, judged->inference, &report, &err);
		fputs(strbuf_text(&text), stderr);
	}
	if (result != 0)
		say_error("%s", err.text);
	else
		result = write_output(options->output, strbuf_text(&draft), draft.length);
	strbuf_clear(&text);
	strbuf_clear(&draft);
	return result;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of all sites that sensors write for, each once, in ARENA. 0, or -1 after saying why. */
static int list_sites(struct store *store, struct arena *arena, struct name_list *out)
{
	struct store_sensor *sensors;
	const char **names = NULL;
	size_t sensor_count, count = 0;
	struct err err;
	int result = store_sensors(store, INT32_MIN, INT32_MAX, arena, &sensors, &sensor_count, &err);

	if (result == 0 && !(names = arena_calloc(arena, sensor_count + 1, sizeof *names)))
		result = err_no_memory(&err);
	for (size_t i = 0; names && i < sensor_count; i++)
		names[i] = sensors[i].site;
	if (names && sensor_count > 1)
		qsort(names, sensor_count, sizeof *names, by_bytes);
	for (size_t i = 0; names && i < sensor_count; i++)
		if (count == 0 || strcmp(names[count - 1], names[i]) != 0)
			names[count++] = names[i];
	if (result != 0)
		say_error("%s", err.text);
	*out = (struct name_list){names, count};
	return result;
}

static int refuse_sites(struct name_list sites, const char *wanted)
{
	struct strbuf text = {0};

	for (size_t i = 0; i < sites.count && i < SITES_NAMED; i++)
		strbuf_addf(&text, "%s\"%s\"", i ? ", " : "", sites.items[i]);
	if (sites.count > SITES_NAMED)
		strbuf_addf(&text, " and %zu more", sites.count - SITES_NAMED);
	if (wanted)
		say_error("--site: no sensor writes for \"%s\"; they write for %s", wanted,
			  text.length ? strbuf_text(&text) : "none");
	else
		say_error("--from-store: it holds several sites; take one by --site NAME, or one sensor by "
			  "&sensor=NAME in the address: %s",
			  strbuf_text(&text));
	strbuf_clear(&text);
	return -1;
}

/* Hosts of several sites make no draft of any, and may have the same addresses. */
static int check_sites(const struct run_options *options, struct store *store)
{
	struct arena arena = {0};
	struct place_parts parts = {0};
	struct name_list sites = {0};
	struct err err;
	bool known = false;
	int result = store_place_read(options->store, &arena, &parts, &err);

	if (result != 0)
		say_error("%s", err.text);
	else if (!parts.sensor)
		result = list_sites(store, &arena, &sites);
	for (size_t i = 0; i < sites.count && options->site_name; i++)
		known |= strcmp(sites.items[i], options->site_name) == 0;
	if (result == 0 && !parts.sensor && (options->site_name ? !known : sites.count > 1))
		result = refuse_sites(sites, options->site_name);
	arena_clear(&arena);
	return result;
}

static int load_store(const struct run_options *options, struct ledger **out)
{
	struct run_options opening = *options;
	struct err err;
	int result = -1;

	opening.store = options->from_store;
	if (options->site_name && !store_place_is_clickhouse(opening.store)) {
		say_error("--site: a file keeps one site's; it is for a fleet's store");
		return -1;
	}
	struct store *store = stored_open_site(&opening, options->site_name);
	if (store && (!store_place_is_clickhouse(opening.store) || check_sites(&opening, store) == 0)) {
		result = store_load(store, INT32_MIN, INT32_MAX, out, &err);
		if (result != 0)
			say_error("%s", err.text);
	}
	store_close(store);
	return result;
}

static int read_ledger(const struct run_options *options, char *const *operands, size_t operand_count,
		       struct ledger **out, bool *trouble)
{
	struct reading reading = {.options = options, .operands = operands, .operand_count = operand_count};

	if ((options->from_store != NULL) == (operand_count > 0)) {
		say_error("discover: name captures, or a store with --from-store");
		return -1;
	}
	if (options->site_name && !options->from_store) {
		say_error("--site: it names a site of a store; --from-store DB");
		return -1;
	}
	return options->from_store ? load_store(options, out) : reading_run(&reading, out, trouble);
}

static int discover_run(const struct run_options *options, char *const *operands, size_t operand_count)
{
	struct judged judged = {0};
	struct ledger *ledger = NULL;
	bool trouble = false;
	int status = STATUS_TROUBLE;

	if (judged_load(&judged, options) == 0 &&
	    read_ledger(options, operands, operand_count, &ledger, &trouble) == 0 &&
	    judged_infer(&judged, options, ledger) == 0 && write_draft(&judged, options) == 0 && !trouble)
		status = judged.inference->system_count > 0 ? STATUS_PASS : STATUS_INCONCLUSIVE;
	judged_clear(&judged);
	ledger_free(ledger);
	return status;
}

const struct command command_discover = {
    .name = "discover",
    .operands = "FILE|DIR|-...",
    .summary = "work out which hosts play which roles and draft a site file",
    .details = "Look the draft over before you use it: it is what was seen, not what ought to be.\n"
	       "Exit status 3 when no product was recognised.",
    .options = discover_options,
    .option_count = sizeof discover_options / sizeof discover_options[0],
    .operands_min = 0,
    .operands_max = SIZE_MAX,
    .run = discover_run,
};
