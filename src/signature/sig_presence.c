#include "names.h"
#include "parts.h"
#include <stddef.h>

enum { WITHIN_DEFAULT_SEC = 3600, WITHIN_AFTER_SEC = 60, WITHIN_MAX_SEC = 366 * 86400 };

void conditions_read(struct loader *loader, const struct doc_value *value, struct mode_condition_list *out)
{
	struct id_list modes = signature_modes(loader->signature);
	struct mode_condition *items = loader_calloc(loader, value->count, sizeof(*items));
	size_t used = 0;

	for (size_t i = 0; items && i < value->count; i++) {
		const struct doc_value *entry = &value->items[i];
		struct id_list values;
		size_t mode;

		if (entry->reported)
			continue;
		mode = name_find(loader, entry, entry->key, &modes);
		if (mode == NO_INDEX)
			continue;
		values = mode_values(&loader->signature->modes[mode]);
		items[used++] = (struct mode_condition){mode, (uint32_t)value_bits(loader, entry, &values)};
	}
	*out = (struct mode_condition_list){items, used};
}

static void rule_list_read(struct loader *loader, const struct doc_value *list, struct rule_list *out)
{
	struct id_list rules = signature_rules(loader->signature);
	size_t *items = loader_calloc(loader, list->count, sizeof(*items));
	bool seen[SIGNATURE_MAX_RULES] = {false};
	size_t used = 0;

	for (size_t i = 0; items && i < list->count; i++) {
		size_t rule = value_find(loader, &list->items[i], &rules);

		if (rule == NO_INDEX)
			continue;
		if (seen[rule])
			loader_error(loader, &list->items[i], "rule \"%s\" is given twice",
				     id_list_name(&rules, rule));
		else
			items[used++] = rule;
		seen[rule] = true;
	}
	*out = (struct rule_list){items, used};
}

static void level_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct presence *presence = object;
	size_t level = value_find(loader, value, &presence_levels);

	if (level != NO_INDEX)
		presence->required = level == 1;
}

static void when_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct presence *presence = object;

	conditions_read(loader, value, &presence->when);
}

static void after_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct presence *presence = object;

	rule_list_read(loader, value, &presence->after);
}

static void or_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct presence *presence = object;

	rule_list_read(loader, value, &presence->or_rules);
}

static void within_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct presence *presence = object;
	int64_t within;

	if (!value_number(loader, value, "within", 60, WITHIN_MAX_SEC, &within))
		return;
	if (within % 60 != 0) {
		loader_error(loader, value,
			     "within %lld is not whole minutes; write a multiple of 60 seconds",
			     (long long)within);
		return;
	}
	presence->within_sec = (uint32_t)within;
	presence->within_stated = true;
}

#define PRESENCE_ROWS(level_required)                                                                        \
	{"level", FIELD_OTHER, level_required, 0, &presence_levels, level_read},                             \
	    {"when", FIELD_OBJECT, false, 0, NULL, when_read},                                               \
	    {"each", FIELD_CHOICE, false, offsetof(struct presence, each), &presence_eaches, NULL},          \
	    {"after", FIELD_LIST, false, 0, NULL, after_read},                                               \
	    {"within", FIELD_OTHER, false, 0, NULL, within_read},                                            \
	    {"or", FIELD_LIST, false, 0, NULL, or_read},

static const struct field presence_rows[] = {PRESENCE_ROWS(true)};
const struct field_table presence_fields = FIELD_TABLE("presence", presence_rows);
static const struct field expect_rows[] = {PRESENCE_ROWS(false)};
const struct field_table expect_fields = FIELD_TABLE("expect", expect_rows);

static void fill_within(struct presence *presence)
{
	if (!presence->within_stated)
		presence->within_sec = presence->after.count > 0 ? WITHIN_AFTER_SEC : WITHIN_DEFAULT_SEC;
}

void presence_read(struct loader *loader, const struct doc_value *value, struct presence *out)
{
	if (value)
		fields_read(loader, value, &presence_fields, out);
	fill_within(out);
}

void presence_check_self(struct loader *loader, const struct doc_value *value, size_t index,
			 const struct presence *presence)
{
	const char *id = loader->signature->rules[index].id;

	for (size_t i = 0; i < presence->after.count; i++)
		if (presence->after.items[i] == index)
			loader_error(loader, value, "rule \"%.*s\" cannot come after itself", SHOW(id));
	for (size_t i = 0; i < presence->or_rules.count; i++)
		if (presence->or_rules.items[i] == index)
			loader_error(loader, value, "rule \"%.*s\" cannot stand in for itself", SHOW(id));
}

void expect_read(struct loader *loader, const struct doc_value *value, size_t index, struct presence *out)
{
	out->required = true;
	out->by_site = true;
	out->when = (struct mode_condition_list){0};
	fields_read(loader, value, &expect_fields, out);
	fill_within(out);
	presence_check_self(loader, value, index, out);
}
