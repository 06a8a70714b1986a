#include "matrix_cells.h"
#include "page.h"
#include <string.h>

enum { LABEL_HANG = 18 };

static void text_head(struct page *page, const struct matrix_view *view)
{
	const struct signature *signature = view->signature;
	struct strbuf line = {0};

	strbuf_addf(&line, "%s %s", signature->vendor, signature->product);
	page_put(page, STYLE_BOLD, strbuf_text(&line));
	page_newline(page);
	line.length = 0;
	strbuf_addf(&line, "%s, revision %u%s", signature->id, signature->revision,
		    signature->open_ended ? "; the source says that more protocols may occur" : "");
	page_paragraph(page, 2, LABEL_HANG, "signature", strbuf_text(&line));
	if (view->system)
		page_paragraph(page, 2, LABEL_HANG, "system", view->system->site->name);
	for (size_t i = 0; i < signature->source_count; i++) {
		line.length = 0;
		strbuf_addf(&line, "%s: %s", signature->sources[i].id, signature->sources[i].title);
		if (signature->sources[i].date)
			strbuf_addf(&line, " (%s)", signature->sources[i].date);
		page_paragraph(page, 2, LABEL_HANG, i ? "" : "sources", strbuf_text(&line));
	}
	page->out->failed |= line.failed;
	strbuf_clear(&line);
}

static void add_bindings(struct strbuf *line, const struct matrix_view *view, size_t role)
{
	bool first = true;

	for (size_t i = 0; i < view->system->site->binding_count; i++) {
		const struct site_binding *binding = &view->system->site->bindings[i];

		if (binding->role != role)
			continue;
		strbuf_addf(line, "%s%s", first ? ": " : ", ", binding->name ? binding->name : binding->text);
		first = false;
	}
}

static void text_roles(struct page *page, const struct matrix_view *view)
{
	static const char *const kinds[] = {
	    [ROLE_PRODUCT] = "product", [ROLE_INFRASTRUCTURE] = "infrastructure", [ROLE_PERSON] = "person"};
	static const char *const coverages[] = {[COVERAGE_FULL] = "",
						[COVERAGE_PARTIAL] = ", partly covered by the source",
						[COVERAGE_NONE] = ", not covered by the source"};
	struct strbuf line = {0};

	page_heading(page, "ROLES");
	for (size_t r = 0; r < view->signature->role_count; r++) {
		const struct sig_role *role = &view->signature->roles[r];

		line.length = 0;
		strbuf_addf(&line, "%s%s", kinds[role->kind], coverages[role->coverage]);
		if (role->is_a != NO_INDEX)
			strbuf_addf(&line, ", is a %s", view->signature->roles[role->is_a].id);
		if (role->title && strcmp(role->title, role->id) != 0)
			strbuf_addf(&line, "; %s", role->title);
		if (view->system)
			add_bindings(&line, view, r);
		page_paragraph(page, 2, LABEL_HANG, role->id, strbuf_text(&line));
	}
	page->out->failed |= line.failed;
	strbuf_clear(&line);
}

static void text_modes(struct page *page, const struct matrix_view *view)
{
	const struct signature *signature = view->signature;
	struct strbuf line = {0};

	if (signature->mode_count + signature->parameter_count == 0)
		return;
	page_heading(page, "MODES AND PORTS OF THE SITE");
	for (size_t m = 0; m < signature->mode_count; m++) {
		size_t value =
		    view->system ? view->system->site->mode_values[m] : signature->modes[m].default_value;

		line.length = 0;
		for (size_t v = 0; v < signature->modes[m].value_count; v++)
			strbuf_addf(&line, "%s%s%s", v ? ", " : "", signature->modes[m].values[v],
				    v == value ? (view->system ? " (here)" : " (default)") : "");
		page_paragraph(page, 2, LABEL_HANG, signature->modes[m].id, strbuf_text(&line));
	}
	for (size_t p = 0; p < signature->parameter_count; p++) {
		const struct sig_parameter *parameter = &signature->parameters[p];
		const struct site_parameter *stated =
		    view->system ? &view->system->site->parameters[p] : NULL;
		bool own = stated && stated->count > 0;
		const struct port_range *ranges = own ? stated->ranges : parameter->defaults;
		size_t count = own ? stated->count : parameter->default_count;

		line.length = 0;
		for (size_t i = 0; i < count; i++)
			strbuf_addf(&line, ranges[i].low == ranges[i].high ? "%s%u" : "%s%u-%u",
				    i ? ", " : "", ranges[i].low, ranges[i].high);
		strbuf_add(&line, own ? " (here)" : " (default)");
		page_paragraph(page, 2, LABEL_HANG, parameter->id, strbuf_text(&line));
	}
	page->out->failed |= line.failed;
	strbuf_clear(&line);
}

static void text_rules(struct page *page, const struct matrix_view *view)
{
	static const struct table_column columns[] = {
	    {"rule", 12, false},     {"documented", 14, false}, {"ports", 8, false}, {"when", 8, false},
	    {"presence", 10, false}, {"basis", 8, false},       {"source", 8, false}};
	struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	static const enum matrix_column plain[] = {MATRIX_WHEN, MATRIX_PRESENCE, MATRIX_BASIS, MATRIX_CITE};
	struct strbuf cell = {0}, line = {0};

	page_heading(page, "RULES");
	for (size_t r = 0; r < view->signature->rule_count; r++) {
		table_add(&table, STYLE_BOLD, view->signature->rules[r].id);
		matrix_cell(&cell, view, r, MATRIX_FROM);
		line.length = 0;
		strbuf_addf(&line, "%s %s ", strbuf_text(&cell),
			    view->signature->rules[r].either ? "<->" : "->");
		matrix_cell(&cell, view, r, MATRIX_TO);
		strbuf_add(&line, strbuf_text(&cell));
		table_add(&table, STYLE_PLAIN, strbuf_text(&line));
		matrix_cell(&cell, view, r, MATRIX_PROTO);
		line.length = 0;
		strbuf_addf(&line, "%s ", strbuf_text(&cell));
		matrix_cell(&cell, view, r, MATRIX_PORTS);
		strbuf_add(&line, strbuf_text(&cell));
		table_add(&table, STYLE_PLAIN, strbuf_text(&line));
		for (size_t c = 0; c < sizeof plain / sizeof plain[0]; c++) {
			matrix_cell(&cell, view, r, plain[c]);
			table_add(&table, STYLE_PLAIN, strbuf_text(&cell));
		}
	}
	table.failed |= cell.failed || line.failed;
	table_print(&table, page, 2);
	strbuf_clear(&cell);
	strbuf_clear(&line);
}

static void text_notes(struct page *page, const struct matrix_view *view)
{
	struct strbuf line = {0};

	if (view->signature->note_count > 0)
		page_heading(page, "NOTES");
	for (size_t i = 0; i < view->signature->note_count; i++) {
		const struct sig_note *note = &view->signature->notes[i];

		line.length = 0;
		strbuf_addf(&line, "%s: %s Treated: %s", note->kind, note->about, note->treatment);
		page_paragraph(page, 2, 4, "-", strbuf_text(&line));
	}
	page->out->failed |= line.failed;
	strbuf_clear(&line);
}

int matrix_text(struct strbuf *out, const struct matrix_view *view, const struct report_options *options,
		struct err *err)
{
	struct page page = {
	    .out = out, .width = options->width ? options->width : 100, .colour = options->colour};

	text_head(&page, view);
	text_roles(&page, view);
	text_modes(&page, view);
	text_rules(&page, view);
	text_notes(&page, view);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
