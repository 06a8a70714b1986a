#include "evidence.h"
#include "formats.h"
#include "zone.h"

static const struct option_spec audit_options_table[] = {
    OPTION_ROW('s', "site", "SITE", OPTION_TEXT, site,
	       "site file: which hosts hold which roles (without it roles are inferred)"),
    OPTION_SIGNATURES_ROW,
    OPTION_ROW('f', "format", "FORMAT[,..]", OPTION_TEXT, formats, "text (default), json, html, csv, junit"),
    OPTION_ROW('o', "output", "FILE|DIR", OPTION_TEXT, output,
	       "where to write (default: standard output); a folder for several formats"),
    OPTION_ROW(0, "fail-on", "SEVERITY", OPTION_TEXT, fail_on,
	       "fail from this severity on: info, low, medium (default), high"),
    OPTION_ROW(0, "expect", "all", OPTION_TEXT, expect,
	       "every documented rule is required: the matrix taken literally"),
    OPTION_ROW(0, "hash", NULL, OPTION_FLAG, hash, "SHA-256 of every input in the report"),
    OPTION_ROW(0, "evidence", "DIR", OPTION_TEXT, evidence,
	       "write a pcapng for each finding, with packets that prove it; implies --hash"),
    OPTION_READING_ROWS,
    OPTION_VERBOSITY_ROWS,
    OPTION_HELP_ROWS,
};

/* Everything that can be wrong with the command is said before a packet is read. */
static int check_command(const struct run_options *options, struct format_choice *choice)
{
	enum severity fail_on;

	return parse_severity(options->fail_on, &fail_on) != 0 || parse_expect(options->expect) != 0
		   ? -1
		   : formats_choose(options, choice);
}

/* Reads, judges, and writes what is asked for. 0, or -1 after saying why. */
static int run_audit(const struct format_choice *choice, struct reading *reading, struct judged *judged,
		     struct ledger **ledger, bool *trouble)
{
	const struct run_options *options = reading->options;
	struct evidence_files evidence = {.count = 0};
	struct capture_list list = {0};
	int result = -1;

	zone_enter_if_known(judged->site ? judged->site->timezone : NULL);
	reading->site = judged->site;
	if (reading_expand(reading, &list) == 0 && reading_run_list(reading, &list, ledger, trouble) == 0 &&
	    judged_run(judged, options, *ledger) == 0)
		result = 0;
	if (result == 0 && options->evidence)
		result = evidence_write(&evidence, options, &list, *ledger, judged->result);
	judged->pcaps = evidence.paths;
	/* The report is written also when evidence could not be. */
	if (judged->result && formats_write(choice, options, judged, *ledger) != 0)
		result = -1;
	judged->pcaps = NULL;
	evidence_files_clear(&evidence);
	capture_list_clear(&list);
	return result;
}

static int audit_command(const struct run_options *options, char *const *operands, size_t operand_count)
{
	struct format_choice choice = {.count = 0};
	struct judged judged = {0};
	struct reading reading = {.options = options, .operands = operands, .operand_count = operand_count};
	struct ledger *ledger = NULL;
	bool trouble = false;
	int status = STATUS_TROUBLE;

	if (check_command(options, &choice) == 0 && judged_load(&judged, options) == 0 &&
	    evidence_folder(options) == 0 && run_audit(&choice, &reading, &judged, &ledger, &trouble) == 0 &&
	    !trouble)
		status = verdict_status(judged.result);
	judged_clear(&judged);
	ledger_free(ledger);
	return status;
}

const struct command command_audit = {
    .name = "audit",
    .operands = "FILE|DIR|-...",
    .summary = "judge captures against the documented matrix and report",
    .options = audit_options_table,
    .option_count = sizeof audit_options_table / sizeof audit_options_table[0],
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = audit_command,
};
