#include "names.h"
#include "parts.h"
#include <stddef.h>
#include <string.h>

bool schema_check(struct loader *loader, const struct doc_value *root, const char *supported)
{
	const struct doc_value *schema = doc_find(root, "schema");

	/* When missing or no text, the table's check says so. */
	if (!schema || schema->kind != DOC_TEXT || strcmp(schema->text, supported) == 0)
		return true;
	loader_error(loader, schema, "schema \"%.*s\" is not supported; supported is \"%s\"",
		     SHOW(schema->text), supported);
	return false;
}

static const struct field source_rows[] = {
    {"id", FIELD_ID, true, offsetof(struct sig_source, id), NULL, NULL},
    {"title", FIELD_TEXT, true, offsetof(struct sig_source, title), NULL, NULL},
    {"date", FIELD_DATE, false, offsetof(struct sig_source, date), NULL, NULL},
};
const struct field_table source_fields = FIELD_TABLE("source", source_rows);

static void sources_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct signature *signature = object;
	struct sig_source *sources =
	    entries_make(loader, list, "id", "source", sizeof(*sources), SIZE_MAX, &signature->source_count);

	signature->sources = sources;
	for (size_t i = 0; i < signature->source_count; i++)
		fields_read(loader, &list->items[i], &source_fields, &sources[i]);
}

static void note_kind_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct sig_note *note = object;
	size_t kind = value_find(loader, value, &note_kinds);

	if (kind != NO_INDEX)
		note->kind = id_list_name(&note_kinds, kind);
}

static const struct field note_rows[] = {
    {"kind", FIELD_OTHER, true, 0, &note_kinds, note_kind_read},
    {"about", FIELD_TEXT, true, offsetof(struct sig_note, about), NULL, NULL},
    {"treatment", FIELD_TEXT, true, offsetof(struct sig_note, treatment), NULL, NULL},
};
const struct field_table note_fields = FIELD_TABLE("note", note_rows);

static void notes_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct signature *signature = object;
	struct sig_note *notes = loader_calloc(loader, list->count, sizeof(*notes));

	signature->notes = notes;
	signature->note_count = notes ? list->count : 0;
	for (size_t i = 0; i < signature->note_count; i++)
		fields_read(loader, &list->items[i], &note_fields, &notes[i]);
}

static void schema_read(struct loader *loader, const struct doc_value *value, void *object)
{
	(void)object;
	(void)value_is(loader, value, DOC_TEXT);
}

static void revision_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct signature *signature = object;
	int64_t revision;

	if (value_number(loader, value, "revision", 0, INT32_MAX, &revision))
		signature->revision = (uint32_t)revision;
}

/* In this order, because later parts refer to earlier ones. */
static const struct field signature_rows[] = {
    {"schema", FIELD_OTHER, true, 0, NULL, schema_read},
    {"id", FIELD_ID, true, offsetof(struct signature, id), NULL, NULL},
    {"extends", FIELD_ID, false, offsetof(struct signature, extends), NULL, NULL},
    {"vendor", FIELD_TEXT, true, offsetof(struct signature, vendor), NULL, NULL},
    {"product", FIELD_TEXT, true, offsetof(struct signature, product), NULL, NULL},
    {"revision", FIELD_OTHER, true, 0, NULL, revision_read},
    {"open_ended", FIELD_FLAG, false, offsetof(struct signature, open_ended), NULL, NULL},
    {"sources", FIELD_LIST, false, 0, NULL, sources_read},
    {"roles", FIELD_LIST, true, 0, NULL, roles_read},
    {"modes", FIELD_LIST, false, 0, NULL, modes_read},
    {"parameters", FIELD_LIST, false, 0, NULL, parameters_read},
    {"rules", FIELD_LIST, true, 0, NULL, rules_read},
    {"notes", FIELD_LIST, false, 0, NULL, notes_read},
    {"examples", FIELD_LIST, false, 0, NULL, examples_read},
};
static const struct field_table signature_fields = FIELD_TABLE("signature", signature_rows);

void signature_read(struct loader *loader, const struct doc_value *root, struct signature *signature)
{
	loader->signature = signature;
	fields_read(loader, root, &signature_fields, signature);
}

const struct field_table *const *signature_field_tables(size_t *count)
{
	static const struct field_table *const tables[] = {
	    &signature_fields, &source_fields, &role_fields,   &mode_fields,
	    &parameter_fields, &rule_fields,   &reply_fields,  &cite_fields,
	    &presence_fields,  &note_fields,   &example_fields};

	*count = sizeof(tables) / sizeof(tables[0]);
	return tables;
}

struct id_list signature_roles(const struct signature *signature)
{
	return ID_LIST("role", "roles", signature->roles, signature->role_count);
}

struct id_list signature_modes(const struct signature *signature)
{
	return ID_LIST("mode", "modes", signature->modes, signature->mode_count);
}

struct id_list signature_rules(const struct signature *signature)
{
	return ID_LIST("rule", "rules", signature->rules, signature->rule_count);
}

struct id_list mode_values(const struct sig_mode *mode)
{
	return ID_LIST("value", "values", mode->values, mode->value_count);
}

size_t signature_find_role(const struct signature *signature, const char *id)
{
	struct id_list roles = signature_roles(signature);

	return id_list_find(&roles, id);
}

size_t signature_find_rule(const struct signature *signature, const char *id)
{
	struct id_list rules = signature_rules(signature);

	return id_list_find(&rules, id);
}
