#include "matrix_cells.h"
#include "words.h"
#include <string.h>

const char *const matrix_column_names[MATRIX_COLUMN_COUNT] = {
    [MATRIX_RULE] = "rule",
    [MATRIX_TITLE] = "title",
    [MATRIX_FROM] = "from",
    [MATRIX_OPENS] = "opens",
    [MATRIX_TO] = "to",
    [MATRIX_PROTO] = "proto",
    [MATRIX_PORTS] = "ports",
    [MATRIX_SOURCE_PORTS] = "source_ports",
    [MATRIX_DISPUTED_PORTS] = "disputed_ports",
    [MATRIX_DELIVERY] = "delivery",
    [MATRIX_REPLY] = "reply",
    [MATRIX_WHEN] = "when",
    [MATRIX_HERE] = "here",
    [MATRIX_PRESENCE] = "presence",
    [MATRIX_BASIS] = "basis",
    [MATRIX_CITE] = "cite",
    [MATRIX_IMPACT] = "impact",
    [MATRIX_FROM_HOSTS] = "from_hosts",
    [MATRIX_TO_HOSTS] = "to_hosts",
};

size_t matrix_parameter(const struct matrix_view *view, size_t parameter, const struct port_range **ranges)
{
	const struct site_parameter *own = view->system ? &view->system->site->parameters[parameter] : NULL;

	*ranges = own && own->count > 0 ? own->ranges : view->signature->parameters[parameter].defaults;
	return own && own->count > 0 ? own->count : view->signature->parameters[parameter].default_count;
}

const struct presence *matrix_presence(const struct matrix_view *view, size_t rule)
{
	return view->system ? view->system->rules[rule].presence : &view->signature->rules[rule].presence;
}

static void add_roles(struct strbuf *out, const struct signature *signature, uint64_t roles, bool any)
{
	bool first = !any;

	strbuf_add(out, any ? "any" : "");
	for (size_t r = 0; r < signature->role_count; r++) {
		if (roles >> r & 1) {
			strbuf_addf(out, "%s%s", first ? "" : ", ", signature->roles[r].id);
			first = false;
		}
	}
}

/* "80, 900-902 ($session)": a parameter's name stands where the site has not said what it is. */
static void add_ports(struct strbuf *out, const struct matrix_view *view, const struct port_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct port_spec *spec = &list->items[i];
		const struct port_range *ranges = &spec->range;
		size_t count = 1;

		strbuf_add(out, i ? ", " : "");
		if (spec->parameter != NO_INDEX)
			count = matrix_parameter(view, spec->parameter, &ranges);
		add_port_ranges(out, ranges, count, ", ");
		if (spec->parameter != NO_INDEX && !view->system)
			strbuf_addf(out, " ($%s)", view->signature->parameters[spec->parameter].id);
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

static void cell_ports(struct strbuf *out, const struct matrix_view *view, const struct sig_rule *rule)
{
	add_ports(out, view, &rule->ports);
	add_icmp(out, "type", rule->icmp, rule->icmp_count);
	add_icmp(out, "ICMPv6 type", rule->icmp6, rule->icmp6_count);
}

static bool lists_range(const struct port_list *list, struct port_range range)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].parameter == NO_INDEX && list->items[i].range.low == range.low &&
		    list->items[i].range.high == range.high)
			return true;
	}
	return false;
}

/* The rule's own, and those of the parameters that its ports name. */
static void cell_disputed(struct strbuf *out, const struct matrix_view *view, const struct sig_rule *rule)
{
	add_ports(out, view, &rule->disputed_ports);
	for (size_t i = 0; i < rule->ports.count; i++) {
		size_t index = rule->ports.items[i].parameter;
		const struct sig_parameter *parameter =
		    &view->signature->parameters[index == NO_INDEX ? 0 : index];

		for (size_t k = 0; index != NO_INDEX && k < parameter->disputed_count; k++) {
			if (lists_range(&rule->disputed_ports, parameter->disputed[k]))
				continue;
			strbuf_add(out, out->length ? ", " : "");
			add_port_ranges(out, &parameter->disputed[k], 1, "");
		}
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
	strbuf_add(out, reply_expect_name(rule->reply));
	if (rule->reply_any_port)
		strbuf_add(out, " from any port");
	if (rule->reply_ports.count > 0) {
		strbuf_add(out, " from ");
		add_ports(out, view, &rule->reply_ports);
	}
}

void matrix_add_conditions(struct strbuf *out, const struct signature *signature,
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

static void cell_here(struct strbuf *out, const struct matrix_view *view, size_t index)
{
	if (!view->system)
		return;
	if (!view->system->rules[index].allowed)
		strbuf_add(out, "off");
	else
		strbuf_add(out, view->system->rules[index].required ? "required" : "allowed");
}

static void add_rule_ids(struct strbuf *out, const struct signature *signature, const char *word,
			 const struct rule_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		strbuf_addf(out, "%s%s", i ? " or " : word, signature->rules[list->items[i]].id);
}

void matrix_add_presence(struct strbuf *out, const struct matrix_view *view, size_t index)
{
	static const char *const each[] = {
	    [EACH_SYSTEM] = "", [EACH_FROM] = ", each opener", [EACH_TO] = ", each listener"};
	const struct presence *presence = matrix_presence(view, index);

	strbuf_add(out, each[presence->each]);
	add_rule_ids(out, view->signature, ", after ", &presence->after);
	strbuf_addf(out, ", within %u s", presence->within_sec);
	add_rule_ids(out, view->signature, ", or instead ", &presence->or_rules);
	if (presence->when.count > 0) {
		strbuf_add(out, ", when ");
		matrix_add_conditions(out, view->signature, &presence->when);
	}
}

static void cell_presence(struct strbuf *out, const struct matrix_view *view, const struct sig_rule *rule,
			  size_t index)
{
	if (matrix_presence(view, index)->required) {
		strbuf_add(out, "required");
		matrix_add_presence(out, view, index);
	} else if (rule->fallback_for != NO_INDEX) {
		strbuf_addf(out, "fallback for %s", view->signature->rules[rule->fallback_for].id);
	} else {
		strbuf_add(out, "optional");
	}
}

static void cell_cite(struct strbuf *out, const struct matrix_view *view, const struct sig_rule *rule)
{
	if (rule->cite.source != NO_INDEX)
		strbuf_add(out, view->signature->sources[rule->cite.source].id);
	if (rule->cite.where)
		strbuf_addf(out, "%s%s", out->length ? ", " : "", rule->cite.where);
}

void matrix_add_hosts(struct strbuf *out, const struct matrix_view *view, uint64_t roles)
{
	bool first = true;

	for (size_t i = 0; view->system && i < view->system->site->binding_count; i++) {
		const struct site_binding *binding = &view->system->site->bindings[i];

		if (!(view->signature->roles[binding->role].implies & roles))
			continue;
		strbuf_addf(out, "%s%s", first ? "" : ", ", binding->name ? binding->name : binding->text);
		first = false;
	}
}

void matrix_cell(struct strbuf *out, const struct matrix_view *view, size_t index, enum matrix_column column)
{
	const struct sig_rule *rule = &view->signature->rules[index];

	out->length = 0;
	strbuf_add(out, "");
	switch (column) {
	case MATRIX_RULE: strbuf_add(out, rule->id); break;
	case MATRIX_TITLE: strbuf_add(out, rule->title ? rule->title : ""); break;
	case MATRIX_FROM: add_roles(out, view->signature, rule->from, rule->from_any); break;
	case MATRIX_OPENS: strbuf_add(out, rule->either ? "either" : "from"); break;
	case MATRIX_TO: add_roles(out, view->signature, rule->to, rule->to_any); break;
	case MATRIX_PROTO: cell_protocols(out, rule); break;
	case MATRIX_PORTS: cell_ports(out, view, rule); break;
	case MATRIX_SOURCE_PORTS: add_ports(out, view, &rule->source_ports); break;
	case MATRIX_DISPUTED_PORTS: cell_disputed(out, view, rule); break;
	case MATRIX_DELIVERY: cell_delivery(out, rule); break;
	case MATRIX_REPLY: cell_reply(out, view, rule); break;
	case MATRIX_WHEN: matrix_add_conditions(out, view->signature, &rule->when); break;
	case MATRIX_HERE: cell_here(out, view, index); break;
	case MATRIX_PRESENCE: cell_presence(out, view, rule, index); break;
	case MATRIX_BASIS: strbuf_add(out, rule_basis_name(rule->basis)); break;
	case MATRIX_CITE: cell_cite(out, view, rule); break;
	case MATRIX_IMPACT: strbuf_add(out, rule->impact ? rule->impact : ""); break;
	case MATRIX_FROM_HOSTS: matrix_add_hosts(out, view, rule->from); break;
	case MATRIX_TO_HOSTS: matrix_add_hosts(out, view, rule->to); break;
	case MATRIX_COLUMN_COUNT: break;
	}
}
