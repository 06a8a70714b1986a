#include "names.h"
#include "parts.h"
#include "ports.h"
#include <stddef.h>
#include <string.h>

static void proto_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_rule *rule = object;

	protocols_read(loader, list, &rule->protocols, &rule->protocol_count);
}

/* "any", ["any"], or roles. */
static void side_read(struct loader *loader, const struct doc_value *value, uint64_t *roles, bool *any)
{
	struct id_list known = signature_roles(loader->signature);

	if (value->kind == DOC_TEXT) {
		*any = strcmp(value->text, "any") == 0;
		if (!*any)
			loader_error(loader, value, "must be a list of roles or \"any\"");
		return;
	}
	if (!value_is(loader, value, DOC_LIST))
		return;
	for (size_t i = 0; i < value->count; i++) {
		if (value->items[i].kind != DOC_TEXT || strcmp(value->items[i].text, "any") != 0)
			continue;
		*any = true;
		if (value->count > 1)
			loader_error(loader, &value->items[i],
				     "\"any\" stands alone; drop it or the roles beside it");
		return;
	}
	*roles = value_bits(loader, value, &known);
}

static void from_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_rule *rule = object;

	side_read(loader, value, &rule->from, &rule->from_any);
}

static void to_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_rule *rule = object;

	side_read(loader, value, &rule->to, &rule->to_any);
}

static void opens_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_rule *rule = object;

	rule->either = value_find(loader, value, &rule_openers) == 1;
}

static void rule_ports_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_rule *rule = object;

	ports_read(loader, list, &rule->ports);
}

static void icmp4_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_rule *rule = object;

	icmp_read(loader, list, &rule->icmp, &rule->icmp_count);
}

static void icmp6_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_rule *rule = object;

	icmp_read(loader, list, &rule->icmp6, &rule->icmp6_count);
}

static void source_ports_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_rule *rule = object;

	ports_read(loader, list, &rule->source_ports);
}

static void disputed_ports_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_rule *rule = object;

	ports_read(loader, list, &rule->disputed_ports);
}

static void delivery_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_rule *rule = object;

	rule->deliveries = (uint8_t)value_bits(loader, list, &deliveries);
}

static void reply_ports_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_rule *rule = object;

	if (value->kind != DOC_TEXT)
		ports_read(loader, value, &rule->reply_ports);
	else if (strcmp(value->text, "any") == 0)
		rule->reply_any_port = true;
	else
		loader_error(loader, value, "must be a list of ports or \"any\"");
}

static const struct field reply_rows[] = {
    {"expect", FIELD_CHOICE, false, offsetof(struct sig_rule, reply), &reply_expectations, NULL},
    {"ports", FIELD_OTHER, false, 0, NULL, reply_ports_read},
};
const struct field_table reply_fields = FIELD_TABLE("reply", reply_rows);

static void reply_read(struct loader *loader, const struct doc_value *value, void *object)
{
	fields_read(loader, value, &reply_fields, object);
}

static void rule_when_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_rule *rule = object;

	conditions_read(loader, value, &rule->when);
}

static void rule_presence_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_rule *rule = object;

	presence_read(loader, value, &rule->presence);
}

static void fallback_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_rule *rule = object;
	struct id_list rules = signature_rules(loader->signature);

	rule->fallback_for = value_find(loader, value, &rules);
}

static void children_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_rule *rule = object;

	rule->ftp_data = value_bits(loader, list, &child_kinds) != 0;
}

static void source_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_cite *cite = object;
	struct id_list sources =
	    ID_LIST("source", "sources", loader->signature->sources, loader->signature->source_count);

	cite->source = value_find(loader, value, &sources);
}

static const struct field cite_rows[] = {
    {"source", FIELD_OTHER, true, 0, NULL, source_read},
    {"where", FIELD_TEXT, false, offsetof(struct sig_cite, where), NULL, NULL},
};
const struct field_table cite_fields = FIELD_TABLE("cite", cite_rows);

static void cite_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_rule *rule = object;

	fields_read(loader, value, &cite_fields, &rule->cite);
}

static const struct field rule_rows[] = {
    {"id", FIELD_ID, true, offsetof(struct sig_rule, id), NULL, NULL},
    {"title", FIELD_TEXT, false, offsetof(struct sig_rule, title), NULL, NULL},
    {"proto", FIELD_LIST, true, 0, NULL, proto_read},
    {"from", FIELD_OTHER, true, 0, NULL, from_read},
    {"to", FIELD_OTHER, true, 0, NULL, to_read},
    {"opens", FIELD_OTHER, false, 0, &rule_openers, opens_read},
    {"ports", FIELD_LIST, false, 0, NULL, rule_ports_read},
    {"icmp", FIELD_LIST, false, 0, NULL, icmp4_read},
    {"icmp6", FIELD_LIST, false, 0, NULL, icmp6_read},
    {"source_ports", FIELD_LIST, false, 0, NULL, source_ports_read},
    {"disputed_ports", FIELD_LIST, false, 0, NULL, disputed_ports_read},
    {"delivery", FIELD_LIST, false, 0, NULL, delivery_read},
    {"unconfigured", FIELD_FLAG, false, offsetof(struct sig_rule, unconfigured), NULL, NULL},
    {"reply", FIELD_OBJECT, false, 0, NULL, reply_read},
    {"when", FIELD_OBJECT, false, 0, NULL, rule_when_read},
    {"presence", FIELD_OBJECT, false, 0, NULL, rule_presence_read},
    {"fallback_for", FIELD_OTHER, false, 0, NULL, fallback_read},
    {"children", FIELD_LIST, false, 0, NULL, children_read},
    {"basis", FIELD_CHOICE, true, offsetof(struct sig_rule, basis), &rule_bases, NULL},
    {"impact", FIELD_TEXT, false, offsetof(struct sig_rule, impact), NULL, NULL},
    {"cite", FIELD_OBJECT, false, 0, NULL, cite_read},
};
const struct field_table rule_fields = FIELD_TABLE("rule", rule_rows);

/* Fields that only make sense with some protocols. */
static void check_protocols(struct loader *loader, const struct doc_value *entry, const struct sig_rule *rule)
{
	static const char *const port_fields[] = {"ports", "source_ports", "disputed_ports"};
	bool has_ports = protocols_have_ports(rule->protocols, rule->protocol_count);
	bool has_icmp = protocols_hold(rule->protocols, rule->protocol_count, PROTOCOL_ICMP);
	const struct doc_value *icmp = doc_find(entry, "icmp"), *icmp6 = doc_find(entry, "icmp6");

	if (rule->protocol_count == 0)
		return;
	if (has_ports && !doc_find(entry, "ports"))
		loader_error(loader, entry, "field \"ports\" is missing; [[0, 65535]] allows every port");
	for (size_t i = 0; !has_ports && i < sizeof(port_fields) / sizeof(port_fields[0]); i++)
		if (doc_find(entry, port_fields[i]))
			loader_error(loader, doc_find(entry, port_fields[i]),
				     "needs tcp, udp or sctp in \"proto\"");
	if (has_icmp && !icmp && !icmp6)
		loader_error(loader, entry,
			     "proto \"icmp\" needs \"icmp\" or \"icmp6\": [[type, code]], code -1 for any");
	if (!has_icmp && icmp)
		loader_error(loader, icmp, "needs icmp in \"proto\"");
	if (!has_icmp && icmp6)
		loader_error(loader, icmp6, "needs icmp in \"proto\"");
}

static void check_rule(struct loader *loader, const struct doc_value *entry, const struct sig_rule *rule,
		       size_t index)
{
	const struct doc_value *basis = doc_find(entry, "basis"), *presence = doc_find(entry, "presence");

	check_protocols(loader, entry, rule);
	if (basis && basis->kind == DOC_TEXT && !doc_find(entry, "cite") &&
	    id_list_find(&rule_bases, basis->text) == rule->basis && rule->basis <= BASIS_AMBIGUOUS)
		loader_error(loader, entry, "missing citation: basis \"%s\" needs \"cite\"", basis->text);
	if (presence && presence->kind == DOC_OBJECT)
		presence_check_self(loader, presence, index, &rule->presence);
}

static struct rule_list next_after(const struct signature *signature, size_t node)
{
	const struct rule_list *after = &signature->rules[node].presence.after;

	/* One that names itself was told already. */
	for (size_t i = 0; i < after->count; i++)
		if (after->items[i] == node)
			return (struct rule_list){NULL, 0};
	return *after;
}

static struct rule_list next_fallback(const struct signature *signature, size_t node)
{
	const struct sig_rule *rule = &signature->rules[node];

	return (struct rule_list){&rule->fallback_for, rule->fallback_for == NO_INDEX ? 0 : 1};
}

void rules_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct signature *signature = object;
	struct sig_rule *rules = entries_make(loader, list, "id", "rule", sizeof(*rules), SIGNATURE_MAX_RULES,
					      &signature->rule_count);

	signature->rules = rules;
	if (list->count == 0)
		loader_error(loader, list, "must not be empty");
	for (size_t i = 0; i < signature->rule_count; i++) {
		rules[i].fallback_for = NO_INDEX;
		rules[i].cite.source = NO_INDEX;
		rules[i].deliveries = 1U << UNICAST;
		presence_read(loader, NULL, &rules[i].presence);
		fields_read(loader, &list->items[i], &rule_fields, &rules[i]);
		check_rule(loader, &list->items[i], &rules[i], i);
	}
	/* Two rules may each stand in for the other, so `or` may run in a circle. */
	circles_report(loader, list, "after", signature_rules(signature), next_after);
	circles_report(loader, list, "fallback_for", signature_rules(signature), next_fallback);
}
