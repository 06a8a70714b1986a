/* The documented matrix for a person: who may hold which role, how it is set, rule by rule, and what is
 * unclear. */
#include "clean.h"
#include "matrix_cells.h"
#include "page.h"
#include "words.h"
#include <string.h>

enum { LABEL_COLUMN = 2, LABEL_HANG = 20, NOTE_HANG = 4 };

static void put_head(struct page *page, const struct matrix_view *view)
{
	const struct signature *signature = view->signature;
	struct strbuf line = {0};

	strbuf_addf(&line, "%s %s", signature->vendor, signature->product);
	page_styled_paragraph(page, 0, 0, NULL, STYLE_BOLD, strbuf_text(&line));
	line.length = 0;
	strbuf_addf(&line, "%s, revision %u%s", signature->id, signature->revision,
		    signature->open_ended ? "; the source says that other protocols may occur" : "");
	page_built_paragraph(page, LABEL_COLUMN, LABEL_HANG, "signature", &line);
	if (view->system)
		page_paragraph(page, LABEL_COLUMN, LABEL_HANG, "system", view->system->site->name);
	for (size_t i = 0; i < signature->source_count; i++) {
		strbuf_addf(&line, "%s: %s", signature->sources[i].id, signature->sources[i].title);
		if (signature->sources[i].date)
			strbuf_addf(&line, " (%s)", signature->sources[i].date);
		page_built_paragraph(page, LABEL_COLUMN, LABEL_HANG, i ? "" : "sources", &line);
	}
	strbuf_clear(&line);
}

static void put_roles(struct page *page, const struct matrix_view *view)
{
	static const char *const coverages[] = {[COVERAGE_FULL] = "",
						[COVERAGE_PARTIAL] = ", partly covered by the source",
						[COVERAGE_NONE] = ", not covered by the source"};
	struct strbuf line = {0};

	page_heading(page, "ROLES");
	for (size_t r = 0; r < view->signature->role_count; r++) {
		const struct sig_role *role = &view->signature->roles[r];

		strbuf_addf(&line, "%s%s%s", role_kind_name(role->kind), coverages[role->coverage],
			    role->external ? ", may be outside" : "");
		if (role->is_a != NO_INDEX)
			strbuf_addf(&line, ", is a %s", view->signature->roles[role->is_a].id);
		if (strcmp(role->title, role->id) != 0)
			strbuf_addf(&line, "; %s", role->title);
		if (view->system) {
			size_t before = line.length;

			strbuf_add(&line, ": ");
			matrix_add_hosts(&line, view, UINT64_C(1) << r);
			if (line.length == before + 2)
				strbuf_add(&line, "nobody bound");
		}
		page_built_paragraph(page, LABEL_COLUMN, LABEL_HANG, role->id, &line);
	}
	strbuf_clear(&line);
}

static void put_mode(struct page *page, const struct matrix_view *view, size_t mode, struct strbuf *line)
{
	const struct sig_mode *said = &view->signature->modes[mode];
	size_t value = view->system ? view->system->site->mode_values[mode] : said->default_value;
	bool stated = view->system && view->system->site->mode_stated[mode];

	for (size_t v = 0; v < said->value_count; v++) {
		strbuf_addf(line, "%s%s", v ? ", " : "", said->values[v]);
		if (v == value)
			strbuf_add(line, stated         ? " (here)"
					 : view->system ? " (default, here)"
							: " (default)");
	}
	page_built_paragraph(page, LABEL_COLUMN, LABEL_HANG, said->id, line);
}

static void put_parameter(struct page *page, const struct matrix_view *view, size_t parameter,
			  struct strbuf *line)
{
	const struct sig_parameter *said = &view->signature->parameters[parameter];
	bool own = view->system && view->system->site->parameters[parameter].count > 0;
	const struct port_range *ranges;
	size_t count = matrix_parameter(view, parameter, &ranges);

	add_port_ranges(line, ranges, count, ", ");
	strbuf_add(line, own ? " (here)" : view->system ? " (default, here)" : " (default)");
	if (said->allowed_count > 0) {
		strbuf_add(line, said->suspect ? "; beyond doubt only " : "; allowed ");
		add_port_ranges(line, said->allowed, said->allowed_count, ", ");
	}
	if (said->disputed_count > 0) {
		strbuf_add(line, "; other editions print ");
		add_port_ranges(line, said->disputed, said->disputed_count, ", ");
	}
	page_built_paragraph(page, LABEL_COLUMN, LABEL_HANG, said->id, line);
}

static void put_settings(struct page *page, const struct matrix_view *view)
{
	struct strbuf line = {0};

	if (view->signature->mode_count > 0)
		page_heading(page, "MODES");
	for (size_t m = 0; m < view->signature->mode_count; m++)
		put_mode(page, view, m, &line);
	if (view->signature->parameter_count > 0)
		page_heading(page, "PORTS THAT A SITE MAY SET");
	for (size_t p = 0; p < view->signature->parameter_count; p++)
		put_parameter(page, view, p, &line);
	strbuf_clear(&line);
}

static void put_notes(struct page *page, const struct matrix_view *view)
{
	struct strbuf line = {0};

	if (view->signature->note_count > 0)
		page_heading(page, "NOTES");
	for (size_t i = 0; i < view->signature->note_count; i++) {
		const struct sig_note *note = &view->signature->notes[i];

		strbuf_addf(&line, "%s: %s", note->kind, note->about);
		page_built_paragraph(page, LABEL_COLUMN, NOTE_HANG, "-", &line);
		strbuf_addf(&line, "here: %s", note->treatment);
		page_built_paragraph(page, NOTE_HANG, NOTE_HANG, NULL, &line);
	}
	strbuf_clear(&line);
}

int matrix_text(struct strbuf *out, const struct matrix_view *view, const struct report_options *options,
		struct err *err)
{
	struct page page = page_make(out, options);

	put_head(&page, view);
	put_roles(&page, view);
	put_settings(&page, view);
	matrix_text_rules(&page, view);
	put_notes(&page, view);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
