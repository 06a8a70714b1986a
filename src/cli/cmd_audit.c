#include "base/mem.h"
#include "judged.h"
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static const struct option_spec audit_options_table[] = {
    OPTION_ROW('s', "site", "SITE", OPTION_TEXT, site,
	       "site file: which hosts hold which roles (without it roles are inferred)"),
    OPTION_SIGNATURES_ROW,
    OPTION_ROW('f', "format", "FORMAT[,..]", OPTION_TEXT, formats,
	       "text (default), json, html, csv, junit"),
    OPTION_ROW('o', "output", "FILE|DIR", OPTION_TEXT, output,
	       "where to write (default: standard output); a folder for several formats"),
    OPTION_ROW(0, "fail-on", "SEVERITY", OPTION_TEXT, fail_on,
	       "fail from this severity on: info, low, medium (default), high"),
    OPTION_ROW(0, "expect", "all", OPTION_TEXT, expect,
	       "every documented rule is required: the matrix taken literally"),
    OPTION_ROW(0, "hash", NULL, OPTION_FLAG, hash, "SHA-256 of every input in the report"),
    OPTION_READING_ROWS,
    OPTION_VERBOSITY_ROWS,
    OPTION_HELP_ROWS,
};

enum { FORMATS_MAX = 8 };

struct format_choice {
	const struct report_format *items[FORMATS_MAX];
	size_t count;
};

static void say_formats(const char *name)
{
	struct strbuf names = {0};

	for (size_t i = 0; i < report_format_count; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", report_formats[i].name);
	say_error("--format: \"%s\" is no format; formats are %s", name, strbuf_text(&names));
	strbuf_clear(&names);
}

static int choose_formats(const char *list, struct format_choice *choice)
{
	for (const char *word = list ? list : "text"; *word;) {
		char name[32];
		size_t length = strcspn(word, ",");

		snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1),
			 word);
		const struct report_format *format = report_format_find(name);
		if (!format || choice->count == FORMATS_MAX) {
			say_formats(name);
			return -1;
		}
		choice->items[choice->count++] = format;
		word += length + (word[length] == ',');
	}
	return 0;
}

static bool is_folder(const char *path)
{
	struct stat state;

	return stat(path, &state) == 0 && S_ISDIR(state.st_mode);
}

static int write_format(const struct report_format *format, const char *path,
			const struct run_options *options, const struct judged *judged,
			const struct ledger *ledger)
{
	bool to_terminal = !path || strcmp(path, "-") == 0;
	struct report_options report = report_defaults(options, to_terminal);
	struct strbuf text = {0};
	struct err err;

	report.site_name = options->site ? judged->site->name : NULL;
	int result = format->write(&text, judged->result, ledger, &report, &err);
	if (result != 0)
		say_error("%s", err.text);
	else
		result = write_output(path, strbuf_text(&text), text.length);
	strbuf_clear(&text);
	return result;
}

static int write_formats(const struct format_choice *choice, const struct run_options *options,
			 const struct judged *judged, const struct ledger *ledger)
{
	int result = 0;

	if (!options->output || !is_folder(options->output))
		return write_format(choice->items[0], options->output, options, judged, ledger);
	for (size_t i = 0; i < choice->count; i++) {
		char path[PATH_MAX];

		if (snprintf(path, sizeof path, "%s/%s", options->output, choice->items[i]->file_name) >=
		    PATH_MAX) {
			say_error("%s: name too long", options->output);
			return -1;
		}
		if (write_format(choice->items[i], path, options, judged, ledger) != 0)
			result = -1;
	}
	return result;
}

/* Everything that can be wrong with the command is said before a packet is read. */
static int check_command(const struct run_options *options, struct format_choice *choice)
{
	enum severity fail_on;

	if (choose_formats(options->formats, choice) != 0 || parse_severity(options->fail_on, &fail_on) != 0)
		return -1;
	if (options->expect && strcmp(options->expect, "all") != 0) {
		say_error("--expect: \"%s\" is not all", options->expect);
		return -1;
	}
	if (choice->count > 1 && (!options->output || strcmp(options->output, "-") == 0)) {
		say_error("several formats need a folder: -o DIR");
		return -1;
	}
	if (choice->count > 1 && !is_folder(options->output) && mkdir(options->output, 0755) != 0) {
		say_error("%s: several formats need a folder: %s", options->output, strerror(errno));
		return -1;
	}
	return 0;
}

static int audit_status(const struct audit_result *result)
{
	switch (result->verdict) {
	case RUN_PASS: return STATUS_PASS;
	case RUN_FAIL: return STATUS_FINDINGS;
	case RUN_INCONCLUSIVE: return STATUS_INCONCLUSIVE;
	}
	return STATUS_TROUBLE;
}

static int audit_command(const struct run_options *options, char *const *operands, size_t operand_count)
{
	struct format_choice choice = {.count = 0};
	struct judged judged = {0};
	struct reading reading = {.options = options, .operands = operands, .operand_count = operand_count};
	struct ledger *ledger = NULL;
	bool trouble = false;
	int status = STATUS_TROUBLE;

	if (check_command(options, &choice) == 0 && judged_load(&judged, options) == 0) {
		reading.site = judged.site;
		if (reading_run(&reading, &ledger, &trouble) == 0 &&
		    judged_run(&judged, options, ledger) == 0 &&
		    write_formats(&choice, options, &judged, ledger) == 0 && !trouble)
			status = audit_status(judged.result);
	}
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
