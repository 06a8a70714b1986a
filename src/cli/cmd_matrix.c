#include "judged.h"
#include <string.h>

static const struct option_spec matrix_options[] = {
    OPTION_ROW('s', "site", "SITE", OPTION_TEXT, site, "show the site's systems: its ports, modes and hosts"),
    OPTION_SIGNATURES_ROW,
    OPTION_ROW('f', "format", "FORMAT", OPTION_TEXT, formats, "text (default), csv, json"),
    OPTION_ROW('o', "output", "FILE", OPTION_TEXT, output, "where to write (default: standard output)"),
    OPTION_VERBOSITY_ROWS,
    OPTION_HELP_ROWS,
};

static const char *const format_names[] = {
    [MATRIX_TEXT] = "text",
    [MATRIX_CSV] = "csv",
    [MATRIX_JSON] = "json",
};

static int parse_format(const char *name, enum matrix_format *out)
{
	for (size_t i = 0; i < sizeof format_names / sizeof format_names[0]; i++) {
		if (!name || strcmp(name, format_names[i]) == 0) {
			*out = (enum matrix_format)i;
			return 0;
		}
	}
	say_error("--format: \"%s\" is none of text, csv, json", name);
	return -1;
}

/* One table after the other; JSON and CSV stay one document each by the report's own framing. */
struct matrix_page {
	struct strbuf text;
	enum matrix_format format;
	struct report_options report;
	size_t count;
};

static int page_add(struct matrix_page *page, const struct signature *signature, const struct matrix *matrix,
		    size_t system)
{
	struct err err;

	if (page->format == MATRIX_JSON)
		strbuf_add(&page->text, page->count ? ",\n" : "[");
	else if (page->count && page->format == MATRIX_TEXT)
		strbuf_add_char(&page->text, '\n');
	page->count++;
	if (report_matrix(&page->text, signature, matrix, system, page->format, &page->report, &err) == 0)
		return 0;
	say_error("%s", err.text);
	return -1;
}

static bool system_is(const struct matrix_system *system, const char *name)
{
	return strcmp(name, system->signature->id) == 0 || strcmp(name, system->site->name) == 0;
}

/* Each operand must name a system of the site: a slip of the pen is no empty table. */
static int check_names(const struct matrix *matrix, const char *site, char *const *operands,
		       size_t operand_count)
{
	struct strbuf known = {0};
	int result = 0;

	for (size_t i = 0; i < matrix_system_count(matrix); i++)
		strbuf_addf(&known, "%s%s (%s)", i ? ", " : "", matrix_system(matrix, i)->site->name,
			    matrix_system(matrix, i)->signature->id);
	for (size_t k = 0; k < operand_count && result == 0; k++) {
		bool found = false;

		for (size_t i = 0; i < matrix_system_count(matrix); i++)
			found |= system_is(matrix_system(matrix, i), operands[k]);
		if (!found) {
			say_error("%s: no system \"%s\"; systems are %s", site, operands[k],
				  strbuf_text(&known));
			result = -1;
		}
	}
	strbuf_clear(&known);
	return result;
}

static int page_of_site(struct matrix_page *page, struct judged *judged, char *const *operands,
			size_t operand_count)
{
	struct err err;

	judged->matrix = matrix_compile(judged->site, &err);
	if (!judged->matrix) {
		say_error("%s", err.text);
		return -1;
	}
	if (check_names(judged->matrix, judged->site->path, operands, operand_count) != 0)
		return -1;
	for (size_t i = 0; i < matrix_system_count(judged->matrix); i++) {
		const struct matrix_system *system = matrix_system(judged->matrix, i);
		bool wanted = operand_count == 0;

		for (size_t k = 0; k < operand_count; k++)
			wanted |= system_is(system, operands[k]);
		if (wanted && page_add(page, system->signature, judged->matrix, i) != 0)
			return -1;
	}
	if (page->count > 0)
		return 0;
	say_error("the site has no such system");
	return -1;
}

static int page_of_signatures(struct matrix_page *page, struct judged *judged,
			      const struct run_options *options, char *const *operands, size_t operand_count)
{
	size_t count = operand_count;
	const char *const *ids = (const char *const *)operands;

	if (count == 0)
		ids = signature_library_ids(judged->library, &count);
	for (size_t i = 0; i < count; i++) {
		const struct signature *signature = signature_get(judged->library, ids[i], &judged->messages);

		if (!signature) {
			say_messages(options, &judged->messages);
			return -1;
		}
		if (page_add(page, signature, NULL, 0) != 0)
			return -1;
	}
	return 0;
}

static int matrix_run(const struct run_options *options, char *const *operands, size_t operand_count)
{
	struct judged judged = {0};
	struct matrix_page page = {.report = report_defaults(options, !options->output)};
	int result = parse_format(options->formats, &page.format);

	if (result == 0)
		result = judged_load(&judged, options);
	if (result == 0 && judged.site)
		result = page_of_site(&page, &judged, operands, operand_count);
	else if (result == 0)
		result = page_of_signatures(&page, &judged, options, operands, operand_count);
	if (result == 0 && page.format == MATRIX_JSON)
		strbuf_add(&page.text, "]\n");
	if (result == 0)
		result = write_output(options->output, strbuf_text(&page.text), page.text.length);
	strbuf_clear(&page.text);
	judged_clear(&judged);
	return result == 0 ? STATUS_PASS : STATUS_TROUBLE;
}

const struct command command_matrix = {
    .name = "matrix",
    .operands = "[ID..]",
    .summary = "print the documented matrix as a table",
    .options = matrix_options,
    .option_count = sizeof matrix_options / sizeof matrix_options[0],
    .operands_min = 0,
    .operands_max = SIZE_MAX,
    .run = matrix_run,
};
