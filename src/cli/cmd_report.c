#include "evidence.h"
#include "fleet.h"
#include "formats.h"
#include "nightly.h"
#include "stored.h"
#include "zone.h"
#include <string.h>

static const struct option_spec report_options_table[] = {
    OPTION_ROW('s', "site", "SITE", OPTION_TEXT, site,
	       "site file: which hosts hold which roles; a folder of them: a report over a fleet's store"),
    OPTION_SIGNATURES_ROW,
    OPTION_ROW(0, "store", "DB", OPTION_TEXT, store, "the store that nightly keeps; only read"),
    OPTION_ROW(0, "since", "T", OPTION_TEXT, since,
	       "from this day or time on (default: all that is stored); a day is one of the site's time "
	       "zone, times are "
	       "taken by whole quarter hours"),
    OPTION_ROW(0, "until", "T", OPTION_TEXT, until, "up to the end of this day, or up to this time"),
    OPTION_ROW('f', "format", "FORMAT[,..]", OPTION_TEXT, formats, "text (default), json, html, csv, junit"),
    OPTION_ROW('o', "output", "FILE|DIR", OPTION_TEXT, output,
	       "where to write (default: standard output); a folder for several formats"),
    OPTION_ROW(0, "suggest-exceptions", NULL, OPTION_FLAG, suggest_exceptions,
	       "instead of a report, draft an exception for each finding that has none; nothing is applied"),
    OPTION_ROW(0, "evidence", "DIR", OPTION_TEXT, evidence,
	       "write a pcapng for each finding, of captures that lie in the spool still"),
    OPTION_ROW(0, "spool", "DIR", OPTION_TEXT, spool, "folder of captures, for --evidence; only read"),
    OPTION_ROW(0, "retired", "SENSOR", OPTION_LIST, retired,
	       "a fleet's sensor that is no more: that it is silent is held against no site; may be given "
	       "several times"),
    OPTION_JUDGING_ROWS,
    OPTION_ROW(0, "memory", "SIZE", OPTION_MEMORY, memory_bytes, "memory limit, such as 512M"),
    OPTION_VERBOSITY_ROWS,
    OPTION_HELP_ROWS,
};

/* The zone of days is the site's, so the site is read first. */
static int enter_zone(const struct run_options *options)
{
	struct judged judged = {0};
	int result = judged_load(&judged, options);

	if (result == 0)
		result = zone_enter(judged.site->timezone);
	judged_clear(&judged);
	return result;
}

static int parse_span(const struct run_options *options, int64_t *from_ns, int64_t *until_ns)
{
	*from_ns = INT64_MIN + 1;
	*until_ns = INT64_MAX;
	if (options->since && zone_parse("since", options->since, false, from_ns) != 0)
		return -1;
	if (options->until && zone_parse("until", options->until, true, until_ns) != 0)
		return -1;
	if (*from_ns < *until_ns)
		return 0;
	say_error("--since is not before --until");
	return -1;
}

static int check_command(const struct run_options *options, struct format_choice *choice)
{
	enum severity fail_on;

	if (!options->site) {
		say_error("no site file named; -s SITE");
		return -1;
	}
	if (options->retired.count > 0 && options->store && !store_place_is_clickhouse(options->store)) {
		say_error("--retired: a file keeps no sensors of a fleet");
		return -1;
	}
	if (evidence_check(options, "report") != 0 || parse_severity(options->fail_on, &fail_on) != 0 ||
	    parse_expect(options->expect) != 0)
		return -1;
	return formats_choose(options, choice);
}

static int write_suggestions(const struct run_options *options, const struct stored *stored)
{
	struct strbuf text = {0};
	int result = -1;

	report_suggest_exceptions(&text, stored->judged.result);
	if (strbuf_ok(&text))
		result = write_output(options->output, strbuf_text(&text), text.length);
	else
		say_error("out of memory");
	strbuf_clear(&text);
	return result;
}

/* A whole day is compared as its night was. */
static bool is_one_day(int64_t from_ns, int64_t until_ns, int32_t *day)
{
	if (until_ns == INT64_MAX || from_ns <= INT64_MIN + 1)
		return false;
	*day = zone_day(from_ns);
	return zone_day_start_ns(*day) == from_ns && zone_day_start_ns(*day + 1) == until_ns;
}

/* The report, and before it the packets that it links. */
static int write_report(const struct run_options *options, const struct format_choice *choice,
			struct judged *judged, const struct ledger *ledger)
{
	struct evidence_files evidence = {.count = 0};
	int result = options->evidence ? evidence_stored(&evidence, options, ledger, judged->result) : 0;

	judged->pcaps = evidence.paths;
	judged->more = evidence.remark;
	if (formats_write(choice, options, judged, ledger) != 0)
		result = -1;
	judged->pcaps = NULL;
	judged->more = NULL;
	evidence_files_clear(&evidence);
	return result;
}

static int report_day(const struct run_options *options, const struct format_choice *choice,
		      struct store *store, int32_t day)
{
	struct nightly nightly = {.options = options, .store = store, .day = day};
	struct night night = {.has_before = false};
	int status = STATUS_TROUBLE;

	if (judged_load(&nightly.files, options) == 0 && nightly_digests(&nightly) == 0 &&
	    night_judge(&night, &nightly) == 0 && !night_say_forgotten(&night, &nightly)) {
		struct judged *judged = &night.today.judged;

		judged->history = night.history.findings ? &night.history : NULL;
		judged->remark = night.remark;
		if (write_report(options, choice, judged, night.today.ledger) == 0 &&
		    !stored_has_trouble(night.today.ledger))
			status = verdict_status(judged->result);
	}
	night_clear(&night);
	judged_clear(&nightly.files);
	return status;
}

/* --keep forgot all that was captured in a stretch. */
static const char *forgotten_remark(const struct ledger *ledger)
{
	size_t spans, count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);

	(void)ledger_spans(ledger, &spans);
	for (size_t i = 0; spans == 0 && i < count; i++)
		if (inputs[i].packets > 0)
			return "What was captured in this stretch was forgotten (--keep).";
	return NULL;
}

static int report_span(const struct run_options *options, const struct format_choice *choice,
		       struct store *store, int64_t from_ns, int64_t until_ns)
{
	struct stored stored = {0};
	int status = STATUS_TROUBLE;

	if (stored_judge(&stored, store, options, from_ns, until_ns) == 0) {
		stored.judged.remark = forgotten_remark(stored.ledger);
		int result = options->suggest_exceptions
				 ? write_suggestions(options, &stored)
				 : write_report(options, choice, &stored.judged, stored.ledger);
		if (result == 0 && !stored_has_trouble(stored.ledger))
			status = verdict_status(stored.judged.result);
	}
	stored_clear(&stored);
	return status;
}

static int report_command(const struct run_options *options, char *const *operands, size_t operand_count)
{
	struct format_choice choice = {.count = 0};
	struct store *store = NULL;
	int64_t from_ns, until_ns;
	int status = STATUS_TROUBLE;
	int32_t day;

	(void)operands;
	(void)operand_count;
	if (options->site && path_is_folder(options->site))
		return fleet_command(options);
	if (check_command(options, &choice) == 0 && enter_zone(options) == 0 &&
	    parse_span(options, &from_ns, &until_ns) == 0 && (store = stored_open(options, STORE_READ)))
		status = !options->suggest_exceptions && is_one_day(from_ns, until_ns, &day)
			     ? report_day(options, &choice, store, day)
			     : report_span(options, &choice, store, from_ns, until_ns);
	store_close(store);
	return status;
}

const struct command command_report = {
    .name = "report",
    .operands = "",
    .summary = "judge what is stored again, under today's files",
    .details = "Judges any stretch of the store under the site file and signatures as they are now.",
    .options = report_options_table,
    .option_count = sizeof report_options_table / sizeof report_options_table[0],
    .operands_min = 0,
    .operands_max = 0,
    .run = report_command,
};
