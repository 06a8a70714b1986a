#include "matrix_cells.h"
#include <string.h>

const char *const matrix_column_names[MATRIX_COLUMN_COUNT] = {
    [MATRIX_RULE] = "rule",         [MATRIX_FROM] = "from",
    [MATRIX_OPENS] = "opens",       [MATRIX_TO] = "to",
    [MATRIX_PROTO] = "proto",       [MATRIX_PORTS] = "ports",
    [MATRIX_DELIVERY] = "delivery", [MATRIX_REPLY] = "reply",
    [MATRIX_WHEN] = "when",         [MATRIX_PRESENCE] = "presence",
    [MATRIX_BASIS] = "basis",       [MATRIX_CITE] = "source",
    [MATRIX_IMPACT] = "if blocked",
};

static void add_roles(struct strbuf *out, const struct signature *signature, uint64_t roles, bool any)
{
	if (any)
		strbuf_add(out, "any");
	for (size_t r = 0; r < signature->role_count; r++) {
		if (roles >> r & 1)
			strbuf_addf(out, "%s%s", out->length ? ", " : "", signature->roles[r].id);
	}
}

static void add_range(struct strbuf *out, struct port_range range)
{
	strbuf_addf(out, "%s%u", out->length ? ", " : "", range.low);
	if (range.high != range.low)
		strbuf_addf(out, "-%u", range.high);
}

static void add_list(struct strbuf *out, const struct signature *signature, const struct port_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct port_spec *spec = &list->items[i];

		if (spec->parameter == NO_INDEX) {
			add_range(out, spec->range);
			continue;
		}
		const struct sig_parameter *parameter = &signature->parameters[spec->parameter];
		for (size_t k = 0; k < parameter->default_count; k++)
			add_range(out, parameter->defaults[k]);
		strbuf_addf(out, " ($%s)", parameter->id);
	}
}

static void add_icmp(struct strbuf *out, const char *name, const struct icmp_match *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		strbuf_addf(out, "%s%s %u", out->length ? ", " : "", name, items[i].type);
		if (items[i].code >= 0)
			strbuf_addf(out, "/%d", items[i].code);
	}
}

static void cell_ports(struct strbuf *out, const struct matrix_view *view, const struct sig_rule *rule,
		       size_t index)
{
	if (view->system) {
		const struct matrix_rule *resolved = &view->system->rules[index];

		for (size_t i = 0; i < resolved->port_count; i++)
			add_range(out, resolved->ports[i]);
	} else {
		add_list(out, view->signature, &rule->ports);
	}
	add_icmp(out, "type", rule->icmp, rule->icmp_count);
	add_icmp(out, "v6 type", rule->icmp6, rule->icmp6_count);
	if (rule->source_ports.count > 0) {
		struct strbuf source = {0};

		add_list(&source, view->signature, &rule->source_ports);
		strbuf_addf(out, " from %s", strbuf_text(&source));
		out->failed |= source.failed;
		strbuf_clear(&source);
	}
}

static void cell_protocols(struct strbuf *out, const struct sig_rule *rule)
{
	char name[16];

	for (size_t i = 0; i < rule->protocol_count; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "", protocol_name(rule->protocols[i], name));
}

static void cell_delivery(struct strbuf *out, const struct sig_rule *rule)
{
	for (int d = 0; d < DELIVERY_COUNT; d++) {
		if (rule->deliveries >> d & 1)
			strbuf_addf(out, "%s%s", out->length ? ", " : "", delivery_name((enum delivery)d));
	}
}

static void cell_reply(struct strbuf *out, const struct matrix_view *view, const struct sig_rule *rule)
{
	static const char *const words[] = {[REPLY_ANY] = "any", [REPLY_YES] = "yes", [REPLY_NO] = "no"};

	strbuf_add(out, words[rule->reply]);
	if (rule->reply_any_port)
		strbuf_add(out, ", from any port");
	if (rule->reply_ports.count > 0) {
		struct strbuf ports = {0};

		add_list(&ports, view->signature, &rule->reply_ports);
		strbuf_addf(out, ", from %s", strbuf_text(&ports));
		out->failed |= ports.failed;
		strbuf_clear(&ports);
	}
}

static void add_conditions(struct strbuf *out, const struct signature *signature,
			   const struct mode_condition_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct sig_mode *mode = &signature->modes[list->items[i].mode];
		bool first = true;

		strbuf_addf(out, "%s%s=", i ? ", " : "", mode->id);
		for (size_t v = 0; v < mode->value_count; v++) {
			if (list->items[i].values >> v & 1) {
				strbuf_addf(out, "%s%s", first ? "" : "|", mode->values[v]);
				first = false;
			}
		}
	}
}

static void cell_when(struct strbuf *out, const struct matrix_view *view, const struct sig_rule *rule,
		      size_t index)
{
	add_conditions(out, view->signature, &rule->when);
	if (view->system && !view->system->rules[index].allowed)
		strbuf_add(out, " (off here)");
}

static void cell_presence(struct strbuf *out, const struct matrix_view *view, const struct sig_rule *rule,
			  size_t index)
{
	static const char *const each[] = {
	    [EACH_SYSTEM] = "", [EACH_FROM] = ", each opener", [EACH_TO] = ", each listener"};
	const struct presence *presence =
	    view->system ? view->system->rules[index].presence : &rule->presence;

	if (!presence->required) {
		strbuf_add(out, rule->fallback_for == NO_INDEX ? "optional" : "fallback");
		return;
	}
	strbuf_addf(out, "required%s", each[presence->each]);
	for (size_t i = 0; i < presence->after.count; i++)
		strbuf_addf(out, "%s%s", i ? ", " : ", after ",
			    view->signature->rules[presence->after.items[i]].id);
	for (size_t i = 0; i < presence->or_rules.count; i++)
		strbuf_addf(out, ", or %s", view->signature->rules[presence->or_rules.items[i]].id);
	strbuf_addf(out, ", within %u s", presence->within_sec);
	if (presence->when.count > 0) {
		strbuf_add(out, ", when ");
		add_conditions(out, view->signature, &presence->when);
	}
}

static void cell_cite(struct strbuf *out, const struct matrix_view *view, const struct sig_rule *rule)
{
	if (rule->cite.source != NO_INDEX)
		strbuf_add(out, view->signature->sources[rule->cite.source].id);
	if (rule->cite.where)
		strbuf_addf(out, "%s%s", out->length ? ", " : "", rule->cite.where);
}

void matrix_cell(struct strbuf *out, const struct matrix_view *view, size_t index, enum matrix_column column)
{
	const struct sig_rule *rule = &view->signature->rules[index];

	out->length = 0;
	if (out->text)
		out->text[0] = '\0';
	switch (column) {
	case MATRIX_RULE: strbuf_add(out, rule->id); break;
	case MATRIX_FROM: add_roles(out, view->signature, rule->from, rule->from_any); break;
	case MATRIX_OPENS: strbuf_add(out, rule->either ? "either" : "from"); break;
	case MATRIX_TO: add_roles(out, view->signature, rule->to, rule->to_any); break;
	case MATRIX_PROTO: cell_protocols(out, rule); break;
	case MATRIX_PORTS: cell_ports(out, view, rule, index); break;
	case MATRIX_DELIVERY: cell_delivery(out, rule); break;
	case MATRIX_REPLY: cell_reply(out, view, rule); break;
	case MATRIX_WHEN: cell_when(out, view, rule, index); break;
	case MATRIX_PRESENCE: cell_presence(out, view, rule, index); break;
	case MATRIX_BASIS: strbuf_add(out, rule_basis_name(rule->basis)); break;
	case MATRIX_CITE: cell_cite(out, view, rule); break;
	case MATRIX_IMPACT: strbuf_add(out, rule->impact ? rule->impact : ""); break;
	case MATRIX_COLUMN_COUNT: break;
	}
}
