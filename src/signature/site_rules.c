#include "base/timestamp.h"
#include "names.h"
#include "parts.h"
#include "ports.h"
#include "site_parts.h"
#include <stddef.h>
#include <string.h>

static void proto_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct site_rule *rule = object;

	protocols_read(loader, list, &rule->protocols, &rule->protocol_count);
}

static void from_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_rule *rule = object;

	ends_read(loader, value, true, &rule->from);
}

static void to_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_rule *rule = object;

	ends_read(loader, value, true, &rule->to);
}

static void opens_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_rule *rule = object;

	rule->either = value_find(loader, value, &rule_openers) == 1;
}

static void ports_field_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct site_rule *rule = object;

	ranges_read(loader, list, &rule->ports, &rule->port_count);
}

static void delivery_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct site_rule *rule = object;

	rule->deliveries = (uint8_t)value_bits(loader, list, &deliveries);
}

static const struct field site_rule_rows[] = {
    {"id", FIELD_TEXT, true, offsetof(struct site_rule, id), NULL, NULL},
    {"proto", FIELD_LIST, true, 0, NULL, proto_read},
    {"from", FIELD_OTHER, true, 0, NULL, from_read},
    {"to", FIELD_OTHER, true, 0, NULL, to_read},
    {"opens", FIELD_OTHER, false, 0, &rule_openers, opens_read},
    {"ports", FIELD_LIST, false, 0, NULL, ports_field_read},
    {"delivery", FIELD_LIST, false, 0, NULL, delivery_read},
    {"owner", FIELD_TEXT, true, offsetof(struct site_rule, owner), NULL, NULL},
    {"reason", FIELD_TEXT, true, offsetof(struct site_rule, reason), NULL, NULL},
    {"review", FIELD_DAY, false, offsetof(struct site_rule, review), NULL, NULL},
};
const struct field_table site_rule_fields = FIELD_TABLE("site_rule", site_rule_rows);

void site_rules_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct site *site = object;
	struct site_rule *rules =
	    entries_make(loader, list, "id", "site rule", sizeof(*rules), SIZE_MAX, &site->rule_count);

	site->rules = rules;
	for (size_t i = 0; i < site->rule_count; i++) {
		struct site_rule *rule = &rules[i];

		rule->deliveries = 1U << UNICAST;
		fields_read(loader, &list->items[i], &site_rule_fields, rule);
		if (rule->port_count > 0 && rule->protocol_count > 0 &&
		    !protocols_have_ports(rule->protocols, rule->protocol_count))
			loader_error(loader, doc_find(&list->items[i], "ports"),
				     "needs tcp, udp or sctp in \"proto\"");
	}
}

static void kind_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_exception *exception = object;
	size_t found = value_find(loader, value, &finding_kinds);

	if (found != NO_INDEX)
		exception->kind = id_list_name(&finding_kinds, found);
}

static void system_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_exception *exception = object;
	const struct site *site = site_loader_of(loader)->site;
	struct id_list systems = ID_LIST("system", "systems", site->systems, site->system_count);
	size_t found = value_find(loader, value, &systems);

	if (found != NO_INDEX)
		exception->system = site->systems[found].name;
}

/* A rule of the system that the exception names, else of any. */
static void rule_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_exception *exception = object;
	const struct site *site = site_loader_of(loader)->site;
	const struct signature *only = NULL;
	bool any_broken = false;

	if (!value_is(loader, value, DOC_TEXT))
		return;
	exception->rule = value->text;
	for (size_t i = 0; i < site->system_count; i++) {
		const struct site_system *system = &site->systems[i];

		if (exception->system && strcmp(exception->system, system->name) != 0)
			continue;
		any_broken = any_broken || !system->signature;
		if (system->signature && signature_find_rule(system->signature, value->text) != NO_INDEX)
			return;
		only = system->signature;
	}
	/* The rule may be one of a signature that could not be read. */
	if (any_broken)
		return;
	if (only && (exception->system || site->system_count == 1)) {
		struct id_list rules = signature_rules(only);

		name_unknown(loader, value, value->text, &rules);
	} else {
		loader_error(loader, value, "unknown rule \"%.*s\"; no system's signature has it",
			     SHOW(value->text));
	}
}

static void initiator_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_exception *exception = object;

	ends_read(loader, value, false, &exception->initiator);
	exception->initiator_text = exception->initiator.text;
}

static void responder_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_exception *exception = object;

	ends_read(loader, value, false, &exception->responder);
	exception->responder_text = exception->responder.text;
}

static void host_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_exception *exception = object;

	ends_read(loader, value, false, &exception->host);
	exception->host_text = exception->host.text;
}

static void protocol_field_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_exception *exception = object;

	exception->protocol = protocol_read(loader, value);
}

static void exception_ports_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct site_exception *exception = object;

	ranges_read(loader, list, &exception->ports, &exception->port_count);
}

static const struct field match_rows[] = {
    {"kind", FIELD_OTHER, false, 0, &finding_kinds, kind_read},
    {"system", FIELD_OTHER, false, 0, NULL, system_read},
    {"rule", FIELD_OTHER, false, 0, NULL, rule_read},
    {"initiator", FIELD_OTHER, false, 0, NULL, initiator_read},
    {"responder", FIELD_OTHER, false, 0, NULL, responder_read},
    {"host", FIELD_OTHER, false, 0, NULL, host_read},
    {"proto", FIELD_OTHER, false, 0, NULL, protocol_field_read},
    {"ports", FIELD_LIST, false, 0, NULL, exception_ports_read},
};
const struct field_table match_fields = FIELD_TABLE("match", match_rows);

static void match_read(struct loader *loader, const struct doc_value *value, void *object)
{
	fields_read(loader, value, &match_fields, object);
	if (value->count < 2)
		loader_error(
		    loader, value,
		    "needs at least two of kind, system, rule, initiator, responder, host, proto, ports");
}

static const struct field exception_rows[] = {
    {"id", FIELD_TEXT, true, offsetof(struct site_exception, id), NULL, NULL},
    {"match", FIELD_OBJECT, true, 0, NULL, match_read},
    {"reason", FIELD_TEXT, true, offsetof(struct site_exception, reason), NULL, NULL},
    {"owner", FIELD_TEXT, true, offsetof(struct site_exception, owner), NULL, NULL},
    {"ticket", FIELD_TEXT, false, offsetof(struct site_exception, ticket), NULL, NULL},
    {"expires", FIELD_DAY, true, offsetof(struct site_exception, expires), NULL, NULL},
};
const struct field_table exception_fields = FIELD_TABLE("exception", exception_rows);

void exceptions_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct site *site = object;
	struct site_exception *exceptions = entries_make(loader, list, "id", "exception", sizeof(*exceptions),
							 SIZE_MAX, &site->exception_count);

	site->exceptions = exceptions;
	for (size_t i = 0; i < site->exception_count; i++) {
		struct site_exception *exception = &exceptions[i];

		exception->protocol = -1;
		fields_read(loader, &list->items[i], &exception_fields, exception);
		if (exception->expires && time_parse_day(&exception->expires_day, exception->expires) != 0)
			loader_error(loader, &list->items[i], "\"expires\" is not a day");
	}
}
