#include "names.h"
#include "parts.h"
#include "ports.h"
#include <stddef.h>
#include <string.h>

static void is_a_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_role *role = object;
	struct id_list roles = signature_roles(loader->signature);

	role->is_a = value_find(loader, value, &roles);
}

static const struct field role_rows[] = {
    {"id", FIELD_ID, true, offsetof(struct sig_role, id), NULL, NULL},
    {"title", FIELD_TEXT, false, offsetof(struct sig_role, title), NULL, NULL},
    {"kind", FIELD_CHOICE, true, offsetof(struct sig_role, kind), &role_kinds, NULL},
    {"coverage", FIELD_CHOICE, false, offsetof(struct sig_role, coverage), &role_coverages, NULL},
    {"is_a", FIELD_OTHER, false, 0, NULL, is_a_read},
    {"external", FIELD_FLAG, false, offsetof(struct sig_role, external), NULL, NULL},
};
const struct field_table role_fields = FIELD_TABLE("role", role_rows);

static struct rule_list next_is_a(const struct signature *signature, size_t node)
{
	const struct sig_role *role = &signature->roles[node];

	return (struct rule_list){&role->is_a, role->is_a == NO_INDEX ? 0 : 1};
}

/* Words that mean something else where a role may stand. */
static void check_reserved(struct loader *loader, const struct doc_value *entry, const struct sig_role *role)
{
	static const char *const reserved[] = {"any", "stranger", "unbound", "group"};

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp(role->id, reserved[i]) == 0)
			loader_error(loader, entry, "\"%s\" is reserved; it cannot be a role", role->id);
}

void roles_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct signature *signature = object;
	struct sig_role *roles = entries_make(loader, list, "id", "role", sizeof(*roles), SIGNATURE_MAX_ROLES,
					      &signature->role_count);

	signature->roles = roles;
	if (list->count == 0)
		loader_error(loader, list, "must not be empty");
	for (size_t i = 0; i < signature->role_count; i++) {
		roles[i].is_a = NO_INDEX;
		fields_read(loader, &list->items[i], &role_fields, &roles[i]);
		check_reserved(loader, &list->items[i], &roles[i]);
		if (!roles[i].title)
			roles[i].title = roles[i].id;
	}
	circles_report(loader, list, "is_a", signature_roles(signature), next_is_a);
	for (size_t i = 0; i < signature->role_count; i++) {
		size_t held = i;

		/* As many steps as roles, in case that it is a circle. */
		for (size_t step = 0; step < signature->role_count && held != NO_INDEX; step++) {
			roles[i].implies |= UINT64_C(1) << held;
			held = roles[held].is_a;
		}
	}
}

static void values_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_mode *mode = object;
	size_t count = list->count < SIGNATURE_MAX_MODE_VALUES ? list->count : SIGNATURE_MAX_MODE_VALUES;
	const char **values = loader_calloc(loader, count, sizeof(*values));

	if (list->count == 0)
		loader_error(loader, list, "must not be empty");
	if (list->count > count)
		loader_error(loader, list, "%zu entries; at most %d are supported", list->count,
			     SIGNATURE_MAX_MODE_VALUES);
	if (!values)
		return;
	mode->values = values;
	for (size_t i = 0; i < count; i++) {
		const char *value = value_id(loader, &list->items[i]);
		struct id_list before = mode_values(mode);

		if (value && id_list_find(&before, value) != NO_INDEX)
			loader_error(loader, &list->items[i], "value \"%s\" is given twice", value);
		else if (value)
			values[mode->value_count++] = value;
	}
}

static void default_value_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_mode *mode = object;
	struct id_list values = mode_values(mode);
	size_t found = value_find(loader, value, &values);

	if (found != NO_INDEX)
		mode->default_value = found;
}

static const struct field mode_rows[] = {
    {"id", FIELD_ID, true, offsetof(struct sig_mode, id), NULL, NULL},
    {"values", FIELD_LIST, true, 0, NULL, values_read},
    {"default", FIELD_OTHER, false, 0, NULL, default_value_read},
};
const struct field_table mode_fields = FIELD_TABLE("mode", mode_rows);

void modes_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct signature *signature = object;
	struct sig_mode *modes =
	    entries_make(loader, list, "id", "mode", sizeof(*modes), SIZE_MAX, &signature->mode_count);

	signature->modes = modes;
	for (size_t i = 0; i < signature->mode_count; i++) {
		struct id_list values;
		size_t automatic;

		fields_read(loader, &list->items[i], &mode_fields, &modes[i]);
		values = mode_values(&modes[i]);
		automatic = id_list_find(&values, "auto");
		if (!doc_find(&list->items[i], "default") && automatic != NO_INDEX)
			modes[i].default_value = automatic;
	}
}

static void default_ports_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_parameter *parameter = object;

	ranges_read(loader, list, &parameter->defaults, &parameter->default_count);
}

static void allowed_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_parameter *parameter = object;

	ranges_read(loader, list, &parameter->allowed, &parameter->allowed_count);
}

static void disputed_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct sig_parameter *parameter = object;

	ranges_read(loader, list, &parameter->disputed, &parameter->disputed_count);
}

static const struct field parameter_rows[] = {
    {"id", FIELD_ID, true, offsetof(struct sig_parameter, id), NULL, NULL},
    {"default", FIELD_LIST, true, 0, NULL, default_ports_read},
    {"allowed", FIELD_LIST, false, 0, NULL, allowed_read},
    {"suspect", FIELD_FLAG, false, offsetof(struct sig_parameter, suspect), NULL, NULL},
    {"disputed", FIELD_LIST, false, 0, NULL, disputed_read},
};
const struct field_table parameter_fields = FIELD_TABLE("parameter", parameter_rows);

void parameters_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct signature *signature = object;
	struct sig_parameter *parameters = entries_make(loader, list, "id", "parameter", sizeof(*parameters),
							SIZE_MAX, &signature->parameter_count);

	signature->parameters = parameters;
	for (size_t i = 0; i < signature->parameter_count; i++) {
		const struct doc_value *defaults;

		fields_read(loader, &list->items[i], &parameter_fields, &parameters[i]);
		defaults = doc_find(&list->items[i], "default");
		if (defaults && defaults->kind == DOC_LIST)
			ranges_check_allowed(loader, defaults, parameters[i].defaults,
					     parameters[i].default_count, &parameters[i]);
	}
}
