#include "base/mem.h"
#include "cli.h"

static const struct option_spec explain_options[] = {
    OPTION_ROW('o', "output", "FILE", OPTION_TEXT, output, "where to write (default: standard output)"),
    OPTION_HELP_ROWS,
};

static int explain_run(const struct run_options *options, char *const *operands, size_t operand_count)
{
	struct report_options report = report_defaults(options, true);
	struct strbuf out = {0};
	struct err err;
	size_t length;
	char *text = read_whole(operands[0], &length);
	int status = STATUS_TROUBLE;

	(void)operand_count;
	if (!text)
		return status;
	if (report_explain(&out, text, length, operands[1], &report, &err) != 0)
		say_error("%s: %s", operands[0], err.text);
	else if (write_output(options->output, strbuf_text(&out), out.length) == 0)
		status = STATUS_PASS;
	strbuf_clear(&out);
	mem_free(text);
	return status;
}

const struct command command_explain = {
    .name = "explain",
    .operands = "REPORT.json FINDING",
    .summary = "explain a finding: the nearest rules, and the condition that each failed",
    .options = explain_options,
    .option_count = sizeof explain_options / sizeof explain_options[0],
    .operands_min = 2,
    .operands_max = 2,
    .run = explain_run,
};
