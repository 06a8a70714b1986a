#include "text_parts.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAMES_SHOWN = 6 };

static void add_names(struct strbuf *text, struct name_list names)
{
	for (size_t i = 0; i < names.count && i < NAMES_SHOWN; i++)
		strbuf_addf(text, "%s%s", i ? ", " : "", names.items[i]);
	if (names.count > NAMES_SHOWN)
		strbuf_addf(text, " and %zu more", names.count - NAMES_SHOWN);
}

static void text_roles(struct page *page, const struct audit_system *system)
{
	struct strbuf line = {0};

	for (size_t i = 0; i < system->role_count; i++) {
		const struct audit_role *role = &system->roles[i];

		if (role->bound == 0 && role->assumed.count == 0)
			continue;
		line.length = 0;
		if (role->bound > 0)
			strbuf_addf(&line, "%" PRIu64 " bound, %" PRIu64 " seen", role->bound, role->seen);
		if (role->silent.count > 0) {
			strbuf_add(&line, "; silent: ");
			add_names(&line, role->silent);
		}
		if (role->assumed.count > 0) {
			strbuf_add(&line, line.length ? "; assumed: " : "assumed: ");
			add_names(&line, role->assumed);
		}
		page_paragraph(page, 2, 20, role->id, strbuf_text(&line));
	}
	if (line.failed)
		page->out->failed = true;
	strbuf_clear(&line);
}

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

static void add_ports(struct strbuf *text, const struct audit_rule *rule)
{
	char name[16];

	for (size_t i = 0; i < rule->rule->protocol_count; i++)
		strbuf_addf(text, "%s%s", i ? "+" : "", protocol_name(rule->rule->protocols[i], name));
	for (size_t i = 0; i < rule->port_count; i++) {
		const struct port_range *range = &rule->ports[i];

		strbuf_addf(text, "%s%u", i ? "," : " ", range->low);
		if (range->high != range->low)
			strbuf_addf(text, "-%u", range->high);
	}
	if (rule->port_count == 0 && rule->rule->icmp_count == 0 && rule->rule->icmp6_count == 0)
		strbuf_add(text, " any");
}

static void table_add_rule(struct table *table, const struct audit_rule *rule)
{
	struct strbuf cell = {0};
	char number[32], time[TIME_TEXT_MAX];

	table_add(table, STYLE_PLAIN, rule->rule->id);
	for (size_t i = 0; i < rule->from.count; i++)
		strbuf_addf(&cell, "%s%s", i ? ", " : "", rule->from.items[i]);
	strbuf_add(&cell, rule->rule->either ? " <-> " : " -> ");
	for (size_t i = 0; i < rule->to.count; i++)
		strbuf_addf(&cell, "%s%s", i ? ", " : "", rule->to.items[i]);
	table_add(table, STYLE_PLAIN, strbuf_text(&cell));
	cell.length = 0;
	add_ports(&cell, rule);
	table_add(table, STYLE_PLAIN, strbuf_text(&cell));
	table_add(table, state_style(rule->state), rule_state_name(rule->state));
	if (rule->expected_hosts > 0)
		snprintf(number, sizeof number, "%" PRIu64 "/%" PRIu64, rule->observed_hosts,
			 rule->expected_hosts);
	else
		snprintf(number, sizeof number, "%s",
			 rule->observed_hosts ? text_count(rule->observed_hosts, time) : "");
	table_add(table, STYLE_PLAIN, number);
	table_add(table, STYLE_PLAIN, rule->flows ? text_count(rule->flows, number) : "");
	text_time(rule->last_ns, time);
	table_add(table, STYLE_PLAIN, strlen(time) > 11 ? time + 11 : "");
	table->failed |= cell.failed;
	strbuf_clear(&cell);
}

static bool is_quiet(const struct audit_rule *rule)
{
	return rule->state == STATE_IDLE || rule->state == STATE_OFF;
}

static void text_quiet_rules(struct page *page, const struct audit_system *system, enum rule_state state)
{
	struct strbuf line = {0};

	for (size_t i = 0; i < system->rule_count; i++) {
		if (system->rules[i].state == state)
			strbuf_addf(&line, "%s%s", line.length ? ", " : "", system->rules[i].rule->id);
	}
	if (line.length)
		page_paragraph(page, 2, 10, rule_state_name(state), strbuf_text(&line));
	if (line.failed)
		page->out->failed = true;
	strbuf_clear(&line);
}

static void text_rule_notes(struct page *page, const struct audit_system *system)
{
	struct strbuf line = {0};

	for (size_t i = 0; i < system->rule_count; i++) {
		const struct audit_rule *rule = &system->rules[i];
		const struct {
			const char *label;
			struct name_list names;
		} lists[] = {{"missing for ", rule->missing_hosts},
			     {"unanswered: ", rule->unanswered_hosts},
			     {"not observable for ", rule->unobservable_hosts}};

		line.length = 0;
		for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++) {
			if (lists[k].names.count == 0)
				continue;
			strbuf_addf(&line, "%s%s", line.length ? "; " : "", lists[k].label);
			add_names(&line, lists[k].names);
		}
		if (rule->reason && !is_quiet(rule))
			strbuf_addf(&line, "%s%s", line.length ? "; " : "", rule->reason);
		if (line.length) {
			page_put(page, STYLE_PLAIN, "  ");
			page_put(page, STYLE_BOLD, rule->rule->id);
			page_newline(page);
			page_paragraph(page, 4, 4, NULL, strbuf_text(&line));
		}
	}
	if (line.failed)
		page->out->failed = true;
	strbuf_clear(&line);
}

static void text_rules(struct page *page, const struct audit_system *system, bool verbose)
{
	static const struct table_column columns[] = {
	    {"rule", 14, false}, {"documented", 16, false}, {"ports", 8, false},      {"observed", 8, false},
	    {"hosts", 5, true},  {"flows", 5, true},        {"last (UTC)", 8, false},
	};
	struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	size_t rows = 0;

	for (size_t i = 0; i < system->rule_count; i++) {
		if (!verbose && is_quiet(&system->rules[i]))
			continue;
		table_add_rule(&table, &system->rules[i]);
		rows++;
	}
	if (rows > 0) {
		page_newline(page);
		table_print(&table, page, 2);
	}
	page_newline(page);
	text_rule_notes(page, system);
	if (!verbose) {
		text_quiet_rules(page, system, STATE_IDLE);
		text_quiet_rules(page, system, STATE_OFF);
	}
}

void text_systems(struct page *page, const struct text_context *context)
{
	for (size_t i = 0; i < context->result->system_count; i++) {
		const struct audit_system *system = &context->result->systems[i];
		struct strbuf head = {0};

		strbuf_addf(&head, "%s: %s %s", system->name, system->signature->vendor,
			    system->signature->product);
		if (system->inferred)
			strbuf_addf(&head, " (roles inferred, score %.1f)", system->score);
		page_heading(page, strbuf_text(&head));
		page->out->failed |= head.failed;
		strbuf_clear(&head);
		page_styled_paragraph(page, 2, 20, "verdict", verdict_style(system->verdict),
				      run_verdict_name(system->verdict));
		text_roles(page, system);
		text_rules(page, system, context->options->verbose);
	}
}
