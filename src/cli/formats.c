#include "formats.h"
#include "zone.h"
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static void say_formats(const char *name)
{
	struct strbuf names = {0};

	for (size_t i = 0; i < report_format_count; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", report_formats[i].name);
	say_error("--format: \"%s\" is no format; formats are %s", name, strbuf_text(&names));
	strbuf_clear(&names);
}

static int choose_named(const char *list, struct format_choice *choice)
{
	const char *word = list ? list : "text";

	do {
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
	} while (*word);
	return 0;
}

static int write_format(const struct report_format *format, const char *path,
			const struct run_options *options, const struct judged *judged,
			const struct ledger *ledger)
{
	bool to_terminal = !path || strcmp(path, "-") == 0;
	struct report_options report = report_defaults(options, to_terminal);
	struct strbuf text = {0}, link = {0};
	struct err err;

	zone_show(&report);
	if (judged->pcaps && link_folder(&link, path, options->evidence) == 0)
		report.pcap_folder = strbuf_text(&link);
	report.site_name = options->site ? judged->site->name : NULL;
	report.pcaps = judged->pcaps;
	report.history = judged->history;
	const char *remarks[2];
	report.remarks = remarks;
	if (judged->remark)
		remarks[report.remark_count++] = judged->remark;
	if (judged->more)
		remarks[report.remark_count++] = judged->more;
	int result = format->write(&text, judged->result, ledger, &report, &err);
	if (result != 0)
		say_error("%s", err.text);
	else
		result = write_output(path, strbuf_text(&text), text.length);
	strbuf_clear(&text);
	strbuf_clear(&link);
	return result;
}

int formats_choose(const struct run_options *options, struct format_choice *choice)
{
	if (choose_named(options->formats, choice) != 0)
		return -1;
	if (choice->count > 1 && (!options->output || strcmp(options->output, "-") == 0)) {
		say_error("several formats need a folder: -o DIR");
		return -1;
	}
	if (choice->count > 1 && !path_is_folder(options->output) && mkdir(options->output, 0755) != 0) {
		say_error("%s: several formats need a folder: %s", options->output, strerror(errno));
		return -1;
	}
	return 0;
}

int formats_write(const struct format_choice *choice, const struct run_options *options,
		  const struct judged *judged, const struct ledger *ledger)
{
	int result = 0;

	if (!options->output || !path_is_folder(options->output))
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

int verdict_status(const struct audit_result *result)
{
	switch (result->verdict) {
	case RUN_PASS: return STATUS_PASS;
	case RUN_FAIL: return STATUS_FINDINGS;
	case RUN_INCONCLUSIVE: return STATUS_INCONCLUSIVE;
	}
	return STATUS_TROUBLE;
}

int parse_expect(const char *text)
{
	if (!text || strcmp(text, "all") == 0)
		return 0;
	say_error("--expect: \"%s\" is not all", text);
	return -1;
}
