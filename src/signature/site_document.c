#include "parts.h"
#include "site_parts.h"
#include <stddef.h>
#include <string.h>

static void schema_read(struct loader *loader, const struct doc_value *value, void *object)
{
	(void)object;
	(void)value_is(loader, value, DOC_TEXT);
}

/* Only the form: whether the system that judges knows the zone is not the file's business. */
static void timezone_read(struct loader *loader, const struct doc_value *value, void *object)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
	struct site *site = object;
	const char *text = value_text(loader, value);

	if (!text)
		return;
	if (strlen(text) > ID_MAX_LENGTH || strspn(text, letters) != strlen(text) || strstr(text, "//") ||
	    text[0] == '/' || text[strlen(text) - 1] == '/')
		loader_error(loader, value,
			     "\"%.*s\" is not the name of a time zone; write UTC or Europe/Berlin",
			     SHOW(text));
	else
		site->timezone = text;
}

/* In this order, because later parts refer to earlier ones. */
static const struct field site_rows[] = {
    {"schema", FIELD_OTHER, true, 0, NULL, schema_read},
    {"name", FIELD_TEXT, true, offsetof(struct site, name), NULL, NULL},
    {"timezone", FIELD_OTHER, false, 0, NULL, timezone_read},
    {"local_networks", FIELD_LIST, false, 0, NULL, local_networks_read},
    {"names", FIELD_OBJECT, false, 0, NULL, names_read},
    {"systems", FIELD_LIST, true, 0, NULL, systems_read},
    {"site_rules", FIELD_LIST, false, 0, NULL, site_rules_read},
    {"exceptions", FIELD_LIST, false, 0, NULL, exceptions_read},
};
static const struct field_table site_fields = FIELD_TABLE("site", site_rows);

const struct field_table *const *site_field_tables(size_t *count)
{
	static const struct field_table *const tables[] = {
	    &site_fields,      &system_fields,    &host_fields, &expect_fields,
	    &site_rule_fields, &exception_fields, &match_fields};

	*count = sizeof(tables) / sizeof(tables[0]);
	return tables;
}

static void read_root(struct site_loader *reader, const struct doc_value *root)
{
	struct loader *loader = &reader->loader;
	struct site *site = reader->site;

	site->path = arena_strdup(loader->arena, loader->file->path);
	if (!site->path)
		loader_no_memory(loader);
	if (!doc_find(root, "local_networks"))
		local_networks_default(loader, site);
	fields_read(loader, root, &site_fields, site);
	mem_free(reader->claims);
}

/* Reads into ARENA, which the site then owns; the caller clears it when that fails. */
static struct site *parse(struct loader *loader, const char *text, size_t length)
{
	struct doc_value *root = doc_parse(loader, loader->file, text, length);
	struct site_loader reader = {0};

	if (!root || !value_is(loader, root, DOC_OBJECT) || !schema_check(loader, root, SITE_SCHEMA))
		return NULL;
	reader.loader = *loader;
	reader.site = loader_calloc(&reader.loader, 1, sizeof(*reader.site));
	if (!reader.site)
		return NULL;
	read_root(&reader, root);
	if (!loader_ok(&reader.loader))
		return NULL;
	reader.site->arena = *loader->arena;
	return reader.site;
}

struct site *site_parse(const char *text, size_t length, const char *path, struct signature_library *library,
			struct message_list *messages)
{
	struct arena arena = {0};
	struct doc_file file = {.path = path, .label = path};
	struct loader loader = {.arena = &arena, .messages = messages, .file = &file, .library = library};
	struct site *site = parse(&loader, text, length);

	if (!site)
		arena_clear(&arena);
	return site;
}

struct site *site_load(const char *path, struct signature_library *library, struct message_list *messages)
{
	struct arena arena = {0};
	struct doc_file file = {.path = path, .label = path};
	struct loader loader = {.arena = &arena, .messages = messages, .file = &file, .library = library};
	struct site *site = NULL;
	struct err err;
	size_t length;
	char *text = file_read(&loader, path, &length, &err);

	if (text)
		site = parse(&loader, text, length);
	else
		loader_error(&loader, NULL, "%s", err.text);
	if (!site)
		arena_clear(&arena);
	return site;
}

void site_free(struct site *site)
{
	struct arena arena;

	if (!site)
		return;
	/* The site lies in its own arena. */
	arena = site->arena;
	arena_clear(&arena);
}

static enum file_kind kind_of(struct loader *loader, const struct doc_value *root)
{
	const struct doc_value *schema;

	if (!root || !value_is(loader, root, DOC_OBJECT))
		return FILE_KIND_WRONG;
	schema = doc_find(root, "schema");
	if (!schema)
		loader_error(loader, root, "field \"schema\" is missing; it is \"%s\" or \"%s\"",
			     SIGNATURE_SCHEMA, SITE_SCHEMA);
	else if (!value_is(loader, schema, DOC_TEXT))
		return FILE_KIND_WRONG;
	else if (strcmp(schema->text, SIGNATURE_SCHEMA) == 0)
		return FILE_KIND_SIGNATURE;
	else if (strcmp(schema->text, SITE_SCHEMA) == 0)
		return FILE_KIND_SITE;
	else
		loader_error(loader, schema,
			     "schema \"%.*s\" is not supported; supported are \"%s\" and \"%s\"",
			     SHOW(schema->text), SIGNATURE_SCHEMA, SITE_SCHEMA);
	return FILE_KIND_WRONG;
}

enum file_kind signature_file_kind(const char *path, struct message_list *messages)
{
	struct arena arena = {0};
	struct doc_file file = {.path = path, .label = path};
	struct loader loader = {.arena = &arena, .messages = messages, .file = &file};
	enum file_kind kind = FILE_KIND_WRONG;
	struct err err;
	size_t length;
	char *text = file_read(&loader, path, &length, &err);

	if (text)
		kind = kind_of(&loader, doc_parse(&loader, &file, text, length));
	else
		loader_error(&loader, NULL, "%s", err.text);
	arena_clear(&arena);
	return kind;
}
