#include "library.h"
#include "parts.h"
#include "ports.h"
#include "site_parts.h"
#include <stddef.h>
#include <string.h>

/* A system while it is read: the same arrays as in `system`, still to be written. */
struct system_draft {
	struct site_system system; /* first, so that its offsets hold here too */
	size_t *mode_values;
	bool *mode_stated;
	struct site_parameter *parameters;
	struct presence *presence;
};

/* What holds where the site says nothing. */
static void fill_defaults(struct loader *loader, struct system_draft *draft)
{
	const struct signature *signature = draft->system.signature;

	draft->mode_values = loader_calloc(loader, signature->mode_count, sizeof(*draft->mode_values));
	draft->mode_stated = loader_calloc(loader, signature->mode_count, sizeof(*draft->mode_stated));
	draft->parameters = loader_calloc(loader, signature->parameter_count, sizeof(*draft->parameters));
	draft->presence = loader_calloc(loader, signature->rule_count, sizeof(*draft->presence));
	if (loader->no_memory)
		return;
	for (size_t i = 0; i < signature->mode_count; i++)
		draft->mode_values[i] = signature->modes[i].default_value;
	for (size_t i = 0; i < signature->rule_count; i++)
		draft->presence[i] = signature->rules[i].presence;
	draft->system.mode_values = draft->mode_values;
	draft->system.mode_stated = draft->mode_stated;
	draft->system.parameters = draft->parameters;
	draft->system.presence = draft->presence;
}

static void signature_field_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct system_draft *draft = object;

	if (!value_is(loader, value, DOC_TEXT))
		return;
	draft->system.signature = library_find(loader, value, value->text);
	if (!draft->system.signature)
		return;
	fill_defaults(loader, draft);
	/* Without memory nothing of the system can be read. */
	loader->signature = loader->no_memory ? NULL : draft->system.signature;
}

static void system_modes_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct system_draft *draft = object;
	struct id_list modes;

	if (!loader->signature)
		return;
	modes = signature_modes(loader->signature);
	for (size_t i = 0; i < value->count; i++) {
		const struct doc_value *entry = &value->items[i];
		size_t mode = entry->reported ? NO_INDEX : name_find(loader, entry, entry->key, &modes);
		struct id_list values;
		size_t found;

		if (mode == NO_INDEX)
			continue;
		values = mode_values(&loader->signature->modes[mode]);
		found = value_find(loader, entry, &values);
		draft->mode_stated[mode] = true;
		if (found != NO_INDEX)
			draft->mode_values[mode] = found;
	}
}

static void system_parameters_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct system_draft *draft = object;
	struct id_list parameters;

	if (!loader->signature)
		return;
	parameters = ID_LIST("parameter", "parameters", loader->signature->parameters,
			     loader->signature->parameter_count);
	for (size_t i = 0; i < value->count; i++) {
		const struct doc_value *entry = &value->items[i];
		size_t known = entry->reported ? NO_INDEX : name_find(loader, entry, entry->key, &parameters);
		struct site_parameter *parameter;

		if (known == NO_INDEX)
			continue;
		parameter = &draft->parameters[known];
		ranges_read(loader, entry, &parameter->ranges, &parameter->count);
		ranges_check_allowed(loader, entry, parameter->ranges, parameter->count,
				     &loader->signature->parameters[known]);
	}
}

static void expectations_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct system_draft *draft = object;
	struct id_list rules;

	if (!loader->signature)
		return;
	rules = signature_rules(loader->signature);
	for (size_t i = 0; i < value->count; i++) {
		const struct doc_value *entry = &value->items[i];
		size_t rule = entry->reported ? NO_INDEX : name_find(loader, entry, entry->key, &rules);

		if (rule != NO_INDEX)
			expect_read(loader, entry, rule, &draft->presence[rule]);
	}
}

static const struct field system_rows[] = {
    {"name", FIELD_TEXT, true, offsetof(struct system_draft, system.name), NULL, NULL},
    {"signature", FIELD_OTHER, true, 0, NULL, signature_field_read},
    {"roles", FIELD_OBJECT, true, 0, NULL, bindings_read},
    {"modes", FIELD_OBJECT, false, 0, NULL, system_modes_read},
    {"parameters", FIELD_OBJECT, false, 0, NULL, system_parameters_read},
    {"expect", FIELD_OBJECT, false, 0, NULL, expectations_read},
};
const struct field_table system_fields = FIELD_TABLE("system", system_rows);

/* The mode that switches RULE off here, NO_INDEX if none. */
static size_t mode_that_forbids(const struct system_draft *draft, const struct sig_rule *rule)
{
	for (size_t i = 0; i < rule->when.count; i++) {
		const struct mode_condition *condition = &rule->when.items[i];

		if (!(condition->values & (UINT32_C(1) << draft->mode_values[condition->mode])))
			return condition->mode;
	}
	return NO_INDEX;
}

/* What is expected of a rule that is off can never come: most likely one of the two is not meant. */
static void warn_of_vain_hopes(struct loader *loader, const struct doc_value *entry,
			       const struct system_draft *draft)
{
	const struct doc_value *expect = doc_find(entry, "expect");

	for (size_t i = 0; expect && expect->kind == DOC_OBJECT && i < expect->count; i++) {
		const struct signature *signature = loader->signature;
		size_t rule = signature_find_rule(signature, expect->items[i].key);
		size_t mode = rule == NO_INDEX ? NO_INDEX : mode_that_forbids(draft, &signature->rules[rule]);

		if (mode != NO_INDEX)
			loader_warn(loader, &expect->items[i],
				    "mode \"%s\" is \"%s\" here, so this rule is off and will not be missed",
				    signature->modes[mode].id,
				    signature->modes[mode].values[draft->mode_values[mode]]);
	}
}

void systems_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct site *site = object;
	struct system_draft *drafts =
	    entries_make(loader, list, "name", "system", sizeof(*drafts), SIZE_MAX, &site->system_count);
	struct site_system *systems = loader_calloc(loader, site->system_count, sizeof(*systems));

	for (size_t i = 0; i < site->system_count; i++) {
		loader->signature = NULL;
		fields_read(loader, &list->items[i], &system_fields, &drafts[i]);
		/* Where a mode is wrong the advice would be, too. */
		if (loader->signature && loader_ok(loader))
			warn_of_vain_hopes(loader, &list->items[i], &drafts[i]);
		if (systems)
			systems[i] = drafts[i].system;
	}
	site->systems = systems;
	if (!systems)
		site->system_count = 0;
	claims_check(loader);
}
