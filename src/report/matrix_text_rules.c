/* The rules as a table, with what does not fit into columns under each of them. */
#include "matrix_cells.h"
#include "page.h"
#include "words.h"

/* What a row is made of. */
struct rule_row {
	struct table *table;
	const struct matrix_view *view;
	struct strbuf cell, text;
};

static const char *cell_of(struct rule_row *row, size_t rule, enum matrix_column column)
{
	matrix_cell(&row->cell, row->view, rule, column);
	return strbuf_text(&row->cell);
}

static void add_text(struct rule_row *row, enum page_style style)
{
	table_add(row->table, style, strbuf_text(&row->text));
	row->text.length = 0;
}

/* "; LABELtext" unless the cell is empty. */
static void add_detail(struct rule_row *row, size_t rule, const char *label, enum matrix_column column)
{
	const char *text = cell_of(row, rule, column);

	if (*text)
		strbuf_addf(&row->text, "%s%s%s", row->text.length ? "; " : "", label, text);
}

/* In one word; what it hangs on stands in the note. */
static const char *presence_word(const struct matrix_view *view, size_t rule)
{
	const struct presence *presence = matrix_presence(view, rule);

	if (view->system && !view->system->rules[rule].allowed)
		return "off here";
	if (view->system ? view->system->rules[rule].required
			 : presence->required && presence->when.count == 0)
		return "required";
	if (!view->system && presence->required)
		return "conditional";
	return view->signature->rules[rule].fallback_for == NO_INDEX ? "optional" : "fallback";
}

static void add_note(struct rule_row *row, size_t rule)
{
	const struct sig_rule *said = &row->view->signature->rules[rule];
	const struct presence *presence = matrix_presence(row->view, rule);

	add_detail(row, rule, "", MATRIX_TITLE);
	add_detail(row, rule, "when ", MATRIX_WHEN);
	if (presence->required || said->fallback_for != NO_INDEX)
		add_detail(row, rule, "", MATRIX_PRESENCE);
	add_detail(row, rule, "opened from port ", MATRIX_SOURCE_PORTS);
	if (said->deliveries != 1u << DELIVERY_UNICAST)
		add_detail(row, rule, "", MATRIX_DELIVERY);
	if (said->reply != REPLY_ANY || said->reply_any_port || said->reply_ports.count > 0)
		add_detail(row, rule, "answer: ", MATRIX_REPLY);
	add_detail(row, rule, "other editions print ", MATRIX_DISPUTED_PORTS);
	add_detail(row, rule, "", MATRIX_BASIS);
	add_detail(row, rule, "", MATRIX_CITE);
	add_detail(row, rule, "if blocked: ", MATRIX_IMPACT);
	table_add_note(row->table, STYLE_DIM, strbuf_text(&row->text));
	row->text.length = 0;
}

static void add_ports(struct rule_row *row, size_t rule)
{
	const struct sig_rule *said = &row->view->signature->rules[rule];
	const char *ports = cell_of(row, rule, MATRIX_PORTS);
	bool any = false;

	for (size_t i = 0; i < said->protocol_count; i++) {
		strbuf_add(&row->text, i ? ", " : "");
		add_protocol(&row->text, said->protocols[i]);
		any |= protocol_has_ports(said->protocols[i]) && !*ports;
	}
	strbuf_addf(&row->text, "%s%s", any ? " any port" : *ports ? " " : "", ports);
}

static void add_rule(struct rule_row *row, size_t rule)
{
	bool off = row->view->system && !row->view->system->rules[rule].allowed;
	enum page_style style = off ? STYLE_DIM : STYLE_PLAIN;

	table_add(row->table, off ? STYLE_DIM : STYLE_BOLD, cell_of(row, rule, MATRIX_RULE));
	strbuf_addf(&row->text, "%s %s ", cell_of(row, rule, MATRIX_FROM),
		    row->view->signature->rules[rule].either ? "<->" : "->");
	strbuf_add(&row->text, cell_of(row, rule, MATRIX_TO));
	add_text(row, style);
	add_ports(row, rule);
	add_text(row, style);
	table_add(row->table, style, presence_word(row->view, rule));
	add_note(row, rule);
}

void matrix_text_rules(struct page *page, const struct matrix_view *view)
{
	static const struct table_column columns[] = {
	    {"rule", 20, false}, {"documented", 20, false}, {"ports", 12, false}, {"presence", 8, false}};
	struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct rule_row row = {.table = &table, .view = view};

	page_heading(page, "RULES");
	for (size_t r = 0; r < view->signature->rule_count; r++)
		add_rule(&row, r);
	table.failed |= row.cell.failed || row.text.failed;
	table_print(&table, page, 2);
	strbuf_clear(&row.cell);
	strbuf_clear(&row.text);
}
