/* A fleet's report in the formats that were asked for. */
#include "fleet_run.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static const struct fleet_format *find_format(const char *name, size_t length)
{
	for (size_t i = 0; i < fleet_format_count; i++)
		if (strlen(fleet_formats[i].name) == length &&
		    strncmp(fleet_formats[i].name, name, length) == 0)
			return &fleet_formats[i];
	return NULL;
}

static void say_formats(const char *name, size_t length)
{
	struct strbuf names = {0};

	for (size_t i = 0; i < fleet_format_count; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", fleet_formats[i].name);
	say_error("--format: \"%.*s\" is no format of a fleet's report; formats are %s", (int)length, name,
		  strbuf_text(&names));
	strbuf_clear(&names);
}

static int write_format(const struct fleet_run *run, const struct fleet_format *format)
{
	const char *output = run->options->output;
	bool to_terminal = !run->folder && (!output || strcmp(output, "-") == 0);
	const struct report_options defaults = report_defaults(run->options, to_terminal);
	const struct fleet_options options = {.generated_ns = defaults.generated_ns,
					      .from_ns = run->options->since ? run->from_ns : TIME_UNKNOWN,
					      .until_ns =
						  run->options->until ? run->until_ns : defaults.generated_ns,
					      .version = defaults.version,
					      .width = defaults.width,
					      .colour = defaults.colour};
	char path[PATH_MAX];
	struct strbuf text = {0};
	struct err err;
	int result = -1;

	if (run->folder && snprintf(path, sizeof path, "%s/%s", run->folder, format->file_name) >= PATH_MAX)
		say_error("%s: name too long", run->folder);
	else if (format->write(&text, run->fleet, &options, &err) != 0)
		say_error("%s", err.text);
	else
		result = write_output(run->folder ? path : output, strbuf_text(&text), text.length);
	strbuf_clear(&text);
	return result;
}

int fleet_write(const struct fleet_run *run, bool write)
{
	const char *word = run->options->formats ? run->options->formats : "text";
	size_t count = 0;

	for (;;) {
		size_t length = strcspn(word, ",");
		const struct fleet_format *format = find_format(word, length);

		if (!format) {
			say_formats(word, length);
			return -1;
		}
		if (write && write_format(run, format) != 0)
			return -1;
		count++;
		if (!word[length])
			break;
		word += length + 1;
	}
	if (count > 1 && !run->folder) {
		say_error("several formats need a folder: -o DIR");
		return -1;
	}
	return 0;
}

static bool wants_folder(const struct fleet_run *run)
{
	const char *formats = run->options->formats;

	return path_is_folder(run->options->output) || (formats && strchr(formats, ','));
}

int fleet_make_folder(struct fleet_run *run)
{
	const char *output = run->options->output;
	char path[PATH_MAX];

	if (!output || strcmp(output, "-") == 0 || !wants_folder(run))
		return 0;
	run->folder = output;
	if (snprintf(path, sizeof path, "%s/sites", output) < PATH_MAX &&
	    (mkdir(output, 0755) == 0 || errno == EEXIST) && (mkdir(path, 0755) == 0 || errno == EEXIST))
		return 0;
	say_error("%s/sites: cannot be made: %s", output, strerror(errno));
	return -1;
}
