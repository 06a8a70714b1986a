#include "stored.h"

static const struct option_spec discover_options[] = {
    OPTION_SIGNATURES_ROW,
    OPTION_ROW('o', "output", "SITE", OPTION_TEXT, output,
	       "where to write the draft site file (default: standard output)"),
    OPTION_ROW(0, "from-store", "DB", OPTION_TEXT, from_store,
	       "learn from all that a store keeps instead of from files"),
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
	int result = report_draft_site(&draft, judged->inference, "draft", &err);

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

static int load_store(const struct run_options *options, struct ledger **out)
{
	struct run_options opening = *options;
	struct err err;

	opening.store = options->from_store;
	struct store *store = stored_open(&opening, STORE_READ);
	int result = store ? store_load(store, INT32_MIN, INT32_MAX, out, &err) : -1;
	if (store && result != 0)
		say_error("%s", err.text);
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
