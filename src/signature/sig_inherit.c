#include "library.h"
#include "parts.h"
#include <string.h>
#include <unistd.h>

enum { MAX_GENERATIONS = 8 };

/* The path of signature ID, NULL when it exists neither in the library nor in DIRECTORY. */
static const char *find_file(struct loader *loader, const char *directory, const char *id)
{
	const char *directories[] = {library_directory(loader->library), directory};

	for (size_t i = 0; i < 2; i++) {
		const char *path = library_path(loader, directories[i], id);

		if (!path || access(path, F_OK) == 0)
			return path;
	}
	return NULL;
}

static void check_name(struct loader *loader, const struct doc_value *root, const char *id)
{
	const struct doc_value *value = doc_find(root, "id");

	if (value && value->kind == DOC_TEXT && strcmp(value->text, id) != 0)
		loader_error(loader, value, "must be \"%s\", as the file is named", id);
}

static struct doc_value *read_parent(struct loader *loader, const struct doc_value *extends,
				     const char *directory)
{
	struct id_list known = library_ids(loader->library);
	const char *path = find_file(loader, directory, extends->text);
	struct doc_file *file = loader_calloc(loader, 1, sizeof(*file));
	struct doc_value *root;
	struct err err;
	size_t length;
	char *text;

	if (!file || loader->no_memory)
		return NULL;
	if (!path) {
		name_unknown(loader, extends, extends->text, &known);
		return NULL;
	}
	*file = (struct doc_file){.path = path, .label = extends->text};
	text = file_read(loader, path, &length, &err);
	if (!text) {
		loader_error(loader, extends, "\"%s\": %s", extends->text, err.text);
		return NULL;
	}
	root = doc_parse(loader, file, text, length);
	if (!root || !value_is(loader, root, DOC_OBJECT) || !schema_check(loader, root, SIGNATURE_SCHEMA))
		return NULL;
	check_name(loader, root, extends->text);
	return root;
}

/* Whether ID is one of the LINE already; says so with the way round. */
static bool is_circle(struct loader *loader, const struct doc_value *extends,
		      const struct doc_value *const *line, size_t count)
{
	struct strbuf way = {0};
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		const char *id = doc_find_text(line[i], "id");

		found = found || (id && strcmp(id, extends->text) == 0);
		if (found)
			strbuf_addf(&way, "%.*s -> ", SHOW(id ? id : "?"));
	}
	if (found && strbuf_ok(&way))
		loader_error(loader, extends, "\"extends\" runs in a circle: %s%s", strbuf_text(&way),
			     extends->text);
	else if (found)
		loader_no_memory(loader);
	strbuf_clear(&way);
	return found;
}

struct doc_value *inherit(struct loader *loader, struct doc_value *root, const char *directory)
{
	const struct doc_value *line[MAX_GENERATIONS + 1] = {root};
	const struct doc_value *extends = doc_find(root, "extends");
	struct doc_value *merged = root;
	size_t count = 1;

	while (extends) {
		if (!value_id(loader, extends) || is_circle(loader, extends, line, count))
			return NULL;
		if (count > MAX_GENERATIONS) {
			loader_error(loader, extends, "more than %d files deep", MAX_GENERATIONS);
			return NULL;
		}
		merged = read_parent(loader, extends, directory);
		if (!merged)
			return NULL;
		line[count++] = merged;
		extends = doc_find(merged, "extends");
	}
	for (size_t i = count - 1; i > 0 && merged; i--)
		merged = merge_documents(loader, merged, line[i - 1]);
	return merged;
}
