/* The published schemas against the tables that the loader reads by: the same fields, the same required ones,
 * the same words. */
#include "signature/fields.h"
#include "signature_files.h"

TestSuite(signature_schema, .timeout = 10);

static cJSON *read_schema(const char *name)
{
	char path[512];
	char *text;
	FILE *file;
	long size;
	cJSON *schema;

	snprintf(path, sizeof(path), "%s/src/schema/%s", TAPAUDIT_SOURCE_DIR, name);
	file = fopen(path, "r");
	cr_assert_not_null(file, "%s", path);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = calloc(1, (size_t)size + 1);
	cr_assert_eq(fread(text, 1, (size_t)size, file), (size_t)size);
	fclose(file);
	schema = cJSON_Parse(text);
	cr_assert_not_null(schema, "%s", name);
	free(text);
	return schema;
}

static bool holds(const cJSON *list, const char *text)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list) if (cJSON_IsString(item) &&
					   strcmp(item->valuestring, text) == 0) return true;
	return false;
}

/* What the schema allows for a field: its own words, or those of its const, or of its items. */
static const cJSON *words_of(const cJSON *property)
{
	const cJSON *words = cJSON_GetObjectItemCaseSensitive(property, "enum");
	const cJSON *items = cJSON_GetObjectItemCaseSensitive(property, "items");

	return words ? words : cJSON_GetObjectItemCaseSensitive(items, "enum");
}

static void expect_row(const struct field_table *table, const struct field *row, const cJSON *definition)
{
	const cJSON *properties = cJSON_GetObjectItemCaseSensitive(definition, "properties");
	const cJSON *property = cJSON_GetObjectItemCaseSensitive(properties, row->name);
	const cJSON *required = cJSON_GetObjectItemCaseSensitive(definition, "required");
	const cJSON *words;
	size_t count = 0;

	cr_expect_not_null(property, "%s.%s", table->what, row->name);
	cr_expect_eq(holds(required, row->name), row->required, "%s.%s", table->what, row->name);
	if (!row->choices || !property)
		return;
	words = words_of(property);
	for (size_t i = 0; i < row->choices->count; i++)
		cr_expect(holds(words, id_list_name(row->choices, i)), "%s.%s: %s", table->what, row->name,
			  id_list_name(row->choices, i));
	for (const cJSON *word = words ? words->child : NULL; word; word = word->next)
		count += cJSON_IsString(word) ? 1 : 0;
	cr_expect_eq(count, row->choices->count, "%s.%s", table->what, row->name);
}

static void expect_tables(const char *name, const struct field_table *const *tables, size_t count)
{
	cJSON *schema = read_schema(name);
	const cJSON *definitions = cJSON_GetObjectItemCaseSensitive(schema, "$defs");

	cr_expect_gt(count, 5);
	for (size_t i = 0; i < count; i++) {
		const cJSON *definition = cJSON_GetObjectItemCaseSensitive(definitions, tables[i]->what);
		const cJSON *properties = cJSON_GetObjectItemCaseSensitive(definition, "properties");
		const cJSON *open = cJSON_GetObjectItemCaseSensitive(definition, "additionalProperties");

		cr_expect_eq(cJSON_GetArraySize(properties), (int)tables[i]->count, "%s", tables[i]->what);
		cr_expect(cJSON_IsFalse(open) != 0, "%s", tables[i]->what);
		for (size_t k = 0; k < tables[i]->count; k++)
			expect_row(tables[i], &tables[i]->rows[k], definition);
	}
	cJSON_Delete(schema);
}

Test(signature_schema, signature_fields)
{
	size_t count;
	const struct field_table *const *tables = signature_field_tables(&count);

	expect_tables("signature.schema.json", tables, count);
}

Test(signature_schema, site_fields)
{
	size_t count;
	const struct field_table *const *tables = site_field_tables(&count);

	expect_tables("site.schema.json", tables, count);
}

/* Entries of a file that extends another: every field, and "remove". */
Test(signature_schema, patches)
{
	static const char *const patched[] = {"source", "role", "mode", "parameter", "rule"};
	cJSON *schema = read_schema("signature.schema.json");
	const cJSON *definitions = cJSON_GetObjectItemCaseSensitive(schema, "$defs");
	size_t count;
	const struct field_table *const *tables = signature_field_tables(&count);

	for (size_t i = 0; i < sizeof(patched) / sizeof(patched[0]); i++) {
		char name[32];
		const cJSON *names;
		size_t t = 0;

		snprintf(name, sizeof(name), "%s_patch", patched[i]);
		names = cJSON_GetObjectItemCaseSensitive(definitions, name);
		names = cJSON_GetObjectItemCaseSensitive(names, "propertyNames");
		names = cJSON_GetObjectItemCaseSensitive(names, "enum");
		while (t < count && strcmp(tables[t]->what, patched[i]) != 0)
			t++;
		cr_assert_lt(t, count);
		cr_expect_eq(cJSON_GetArraySize(names), (int)tables[t]->count + 1, "%s", name);
		cr_expect(holds(names, "remove"), "%s", name);
		for (size_t k = 0; k < tables[t]->count; k++)
			cr_expect(holds(names, tables[t]->rows[k].name), "%s: %s", name,
				  tables[t]->rows[k].name);
	}
	cJSON_Delete(schema);
}

/* The signatures that ship with the program. */
Test(signature_schema, shipped_signatures_load)
{
	struct message_list messages = {0};
	struct err err = {""};
	struct signature_library *library = signature_library_open(TAPAUDIT_SOURCE_DIR "/signatures", &err);
	const char *const *ids;
	size_t count;

	cr_assert_not_null(library, "%s", err.text);
	ids = signature_library_ids(library, &count);
	cr_expect_geq(count, 5);
	for (size_t i = 0; i < count; i++)
		cr_expect_not_null(signature_get(library, ids[i], &messages), "%s", ids[i]);
	expect_lines("shipped", messages.errors, messages.error_count, "");
	message_list_clear(&messages);
	signature_library_close(library);
}
