/* The vendor's table with observed columns, in the signature's order. */
#include "text_parts.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* On a narrow page the table ends after the hosts. */
enum { NAMES_SHOWN = 6, NARROW_PAGE = 76, COLUMNS_NARROW = 5 };

static enum page_style state_style(enum rule_state state)
{
	switch (state) {
	case STATE_OBSERVED: return STYLE_GREEN;
	case STATE_MISSING: return STYLE_RED;
	case STATE_UNANSWERED: return STYLE_YELLOW;
	case STATE_NOT_OBSERVABLE: return STYLE_CYAN;
	case STATE_OFF:
	case STATE_IDLE:
	case STATE_COUNT: return STYLE_DIM;
	}
	return STYLE_PLAIN;
}

static bool is_quiet(const struct audit_rule *rule)
{
	return rule->state == STATE_IDLE || rule->state == STATE_OFF;
}

static void add_ports(struct strbuf *text, const struct audit_rule *rule)
{
	bool ports = false;

	for (size_t i = 0; i < rule->rule->protocol_count; i++) {
		strbuf_add(text, i ? "+" : "");
		add_protocol(text, rule->rule->protocols[i]);
		ports |= protocol_has_ports(rule->rule->protocols[i]);
	}
	strbuf_add(text, rule->port_count > 0 ? " " : ports ? " any" : "");
	add_port_ranges(text, rule->ports, rule->port_count, ",");
}

static void cell_documented(struct strbuf *cell, const struct audit_rule *rule)
{
	add_names(cell, rule->from, SIZE_MAX);
	strbuf_add(cell, rule->rule->either ? " <-> " : " -> ");
	add_names(cell, rule->to, SIZE_MAX);
}

static void cell_hosts(struct strbuf *cell, const struct audit_rule *rule)
{
	char observed[32], expected[32];

	if (rule->expected_hosts > 0)
		strbuf_addf(cell, "%s/%s", word_count(rule->observed_hosts, observed),
			    word_count(rule->expected_hosts, expected));
	else if (rule->observed_hosts > 0)
		strbuf_add(cell, word_count(rule->observed_hosts, observed));
}

static void add_built(struct table *table, struct strbuf *cell)
{
	table_add(table, STYLE_PLAIN, strbuf_text(cell));
	table->failed |= cell->failed;
	cell->length = 0;
	if (cell->text)
		cell->text[0] = '\0';
}

static void add_list(struct strbuf *note, const char *label, struct name_list names, size_t shown)
{
	if (names.count == 0)
		return;
	strbuf_addf(note, "%s%s", note->length ? "; " : "", label);
	add_names(note, names, shown);
}

/* Why the state is what it is, and for which hosts. */
static void add_rule_note(struct table *table, const struct audit_rule *rule, size_t shown,
			  struct strbuf *note)
{
	add_list(note, "missing for ", rule->missing_hosts, shown);
	add_list(note, "unanswered for ", rule->unanswered_hosts, shown);
	add_list(note, "not observable for ", rule->unobservable_hosts, shown);
	if (rule->attempts > 0 && (rule->state == STATE_UNANSWERED || rule->state == STATE_NOT_OBSERVABLE)) {
		strbuf_add(note, note->length ? "; " : "");
		add_count(note, rule->attempts, "attempt");
	}
	if (rule->reason)
		strbuf_addf(note, "%s%s", note->length ? "; " : "", rule->reason);
	if (note->length)
		table_add_note(table, STYLE_PLAIN, strbuf_text(note));
	table->failed |= note->failed;
	note->length = 0;
}

/* To the minute; within one day without the day. Returns part of OUT. */
static const char *last_seen(int64_t time_ns, bool one_day, char out[TIME_TEXT_MAX])
{
	char *seconds = strrchr(word_time(time_ns, out), ':');
	char *clock = strchr(out, ' ');

	if (!seconds || !clock)
		return out;
	*seconds = '\0';
	return one_day ? clock + 1 : out;
}

static void add_rule(struct table *table, const struct audit_rule *rule, const struct text_context *context)
{
	struct strbuf cell = {0};
	char number[32], time[TIME_TEXT_MAX];

	table_add(table, STYLE_PLAIN, rule->rule->id);
	cell_documented(&cell, rule);
	add_built(table, &cell);
	add_ports(&cell, rule);
	add_built(table, &cell);
	table_add(table, state_style(rule->state), rule_state_name(rule->state));
	cell_hosts(&cell, rule);
	add_built(table, &cell);
	if (table->column_count > COLUMNS_NARROW) {
		table_add(table, STYLE_PLAIN, rule->flows ? word_count(rule->flows, number) : "");
		table_add(table, STYLE_PLAIN, last_seen(rule->last_ns, text_one_day(context->ledger), time));
	}
	add_rule_note(table, rule, context->options->verbose ? SIZE_MAX : NAMES_SHOWN, &cell);
	strbuf_clear(&cell);
}

static void put_quiet_rules(struct page *page, const struct audit_system *system, enum rule_state state)
{
	struct strbuf line = {0};

	for (size_t i = 0; i < system->rule_count; i++) {
		if (system->rules[i].state == state)
			strbuf_addf(&line, "%s%s", line.length ? ", " : "", system->rules[i].rule->id);
	}
	page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, rule_state_name(state), &line);
	strbuf_clear(&line);
}

void text_rules(struct page *page, const struct text_context *context, const struct audit_system *system)
{
	static const struct table_column columns[] = {
	    {"rule", 26, false}, {"documented", 14, false}, {"ports", 8, false}, {"observed", 10, false},
	    {"hosts", 5, true},  {"flows", 5, true},        {"last", 5, false},
	};
	struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	size_t quiet = 0;

	if (page->width < NARROW_PAGE)
		table.column_count = COLUMNS_NARROW;
	for (size_t i = 0; i < system->rule_count; i++) {
		if (is_quiet(&system->rules[i]))
			quiet++;
		if (context->options->verbose || !is_quiet(&system->rules[i]))
			add_rule(&table, &system->rules[i], context);
	}
	if (table.cell_count > 0 || table.failed) {
		page_newline(page);
		table_print(&table, page, TEXT_LABEL);
	}
	if (quiet > 0 && !context->options->verbose) {
		page_newline(page);
		put_quiet_rules(page, system, STATE_IDLE);
		put_quiet_rules(page, system, STATE_OFF);
	}
}
