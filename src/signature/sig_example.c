#include "names.h"
#include "parts.h"
#include "ports.h"
#include "sig_flow.h"
#include <stddef.h>
#include <string.h>

static void example_modes_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_example *example = object;
	struct id_list modes = signature_modes(loader->signature);

	for (size_t i = 0; example->mode_values && i < value->count; i++) {
		const struct doc_value *entry = &value->items[i];
		struct id_list values;
		size_t mode, found;

		mode = entry->reported ? NO_INDEX : name_find(loader, entry, entry->key, &modes);
		if (mode == NO_INDEX)
			continue;
		values = mode_values(&loader->signature->modes[mode]);
		found = value_find(loader, entry, &values);
		if (found != NO_INDEX)
			example->mode_values[mode] = found;
	}
}

static void flow_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_example *example = object;

	example->flow = value_text(loader, value);
	if (example->flow)
		example_flow_parse(loader, value, example);
}

/* The word itself is what the runner compares. */
static const char *word_read(struct loader *loader, const struct doc_value *value,
			     const struct id_list *words)
{
	size_t found = value_find(loader, value, words);

	return found == NO_INDEX ? NULL : id_list_name(words, found);
}

static void verdict_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_example *example = object;

	example->verdict = word_read(loader, value, &example_verdicts);
}

static void reason_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_example *example = object;

	example->reason_stated = true;
	if (value->kind != DOC_NULL)
		example->reason = word_read(loader, value, &example_reasons);
}

static void example_rule_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_example *example = object;
	struct id_list rules = signature_rules(loader->signature);

	example->rule_stated = true;
	if (value->kind != DOC_NULL)
		example->rule = word_read(loader, value, &rules);
}

static void states_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_example *example = object;
	struct id_list rules = signature_rules(loader->signature);
	struct sig_expected_state *states = loader_calloc(loader, value->count, sizeof(*states));

	for (size_t i = 0; states && i < value->count; i++) {
		const struct doc_value *entry = &value->items[i];
		size_t rule = entry->reported ? NO_INDEX : name_find(loader, entry, entry->key, &rules);
		const char *state = word_read(loader, entry, &example_states);

		if (rule != NO_INDEX && state)
			states[example->state_count++] = (struct sig_expected_state){rule, state};
	}
	example->states = states;
}

static const struct field example_rows[] = {
    {"modes", FIELD_OBJECT, false, 0, NULL, example_modes_read},
    {"flow", FIELD_OTHER, true, 0, NULL, flow_read},
    {"verdict", FIELD_OTHER, false, 0, &example_verdicts, verdict_read},
    {"reason", FIELD_OTHER, false, 0, &example_reasons, reason_read},
    {"rule", FIELD_OTHER, false, 0, NULL, example_rule_read},
    {"expect_state", FIELD_OBJECT, false, 0, NULL, states_read},
};
const struct field_table example_fields = FIELD_TABLE("example", example_rows);

static void example_init(struct loader *loader, const struct doc_value *entry, struct sig_example *example)
{
	const struct signature *signature = loader->signature;
	struct strbuf path = {0};

	loader_place(loader, entry, &path);
	example->path = strbuf_ok(&path) ? arena_strdup(loader->arena, strbuf_text(&path)) : NULL;
	if (!example->path)
		loader_no_memory(loader);
	strbuf_clear(&path);
	example->mode_values = loader_calloc(loader, signature->mode_count, sizeof(*example->mode_values));
	for (size_t i = 0; example->mode_values && i < signature->mode_count; i++)
		example->mode_values[i] = signature->modes[i].default_value;
	example->from_role = example->to_role = NO_INDEX;
	example->source_port = example->answered_from = -1;
}

void examples_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct signature *signature = object;
	struct sig_example *examples = loader_calloc(loader, list->count, sizeof(*examples));

	signature->examples = examples;
	signature->example_count = examples ? list->count : 0;
	for (size_t i = 0; i < signature->example_count; i++) {
		const struct doc_value *entry = &list->items[i];

		example_init(loader, entry, &examples[i]);
		fields_read(loader, entry, &example_fields, &examples[i]);
		if (entry->kind == DOC_OBJECT && !doc_find(entry, "verdict") &&
		    !doc_find(entry, "expect_state"))
			loader_error(loader, entry, "needs \"verdict\" or \"expect_state\"");
	}
}
