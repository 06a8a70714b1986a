#include "library.h"
#include "parts.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LIBRARY_MAX_FILES = 4096 };

struct loaded {
	struct signature *signature;
	bool by_id; /* else it came by path, and its id may be another's */
};

struct signature_library {
	struct arena arena;
	const char *directory;
	const char **ids;
	size_t id_count, id_capacity;
	struct loaded *loaded;
	size_t loaded_count, loaded_capacity;
};

static const char suffix[] = ".json";

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whether NAME, in the folder, is a file that ends in .json. */
static bool is_signature_file(DIR *folder, const char *name)
{
	size_t length = strlen(name);
	struct stat status;

	return length > sizeof(suffix) - 1 && name[0] != '.' &&
	       strcmp(name + length - (sizeof(suffix) - 1), suffix) == 0 &&
	       fstatat(dirfd(folder), name, &status, 0) == 0 && S_ISREG(status.st_mode);
}

static int add_id(struct signature_library *library, const char *name, struct err *err)
{
	void *ids = library->ids;
	char *id;

	if (library->id_count == LIBRARY_MAX_FILES)
		return err_set(err, "%s: more than %d signatures", library->directory, LIBRARY_MAX_FILES);
	if (mem_grow(&ids, &library->id_capacity, library->id_count + 1, sizeof(*library->ids)) != 0)
		return err_no_memory(err);
	library->ids = ids;
	id = arena_strdup(&library->arena, name);
	if (!id)
		return err_no_memory(err);
	id[strlen(id) - (sizeof(suffix) - 1)] = '\0';
	library->ids[library->id_count++] = id;
	return 0;
}

static int list_folder(struct signature_library *library, struct err *err)
{
	DIR *folder = opendir(library->directory);
	struct dirent *entry;
	char text[128];
	int status = 0;

	if (!folder)
		return err_set(err, "%s: cannot be read: %s", library->directory,
			       strerror_r(errno, text, sizeof(text)));
	while (status == 0 && (entry = readdir(folder)))
		if (is_signature_file(folder, entry->d_name))
			status = add_id(library, entry->d_name, err);
	(void)closedir(folder);
	if (status == 0 && library->id_count > 0)
		qsort(library->ids, library->id_count, sizeof(*library->ids), compare_names);
	return status;
}

struct signature_library *signature_library_open(const char *directory, struct err *err)
{
	struct signature_library *library = mem_calloc(1, sizeof(*library));

	if (!library) {
		(void)err_no_memory(err);
		return NULL;
	}
	library->directory = arena_strdup(&library->arena, directory);
	if (!library->directory)
		(void)err_no_memory(err);
	if (!library->directory || list_folder(library, err) != 0) {
		signature_library_close(library);
		return NULL;
	}
	return library;
}

void signature_library_close(struct signature_library *library)
{
	if (!library)
		return;
	for (size_t i = 0; i < library->loaded_count; i++) {
		/* The signature lies in its own arena. */
		struct arena arena = library->loaded[i].signature->arena;

		arena_clear(&arena);
	}
	mem_free(library->loaded);
	mem_free(library->ids);
	arena_clear(&library->arena);
	mem_free(library);
}

const char *const *signature_library_ids(struct signature_library *library, size_t *count)
{
	*count = library->id_count;
	return library->ids;
}

const char *library_directory(const struct signature_library *library)
{
	return library->directory;
}

struct id_list library_ids(const struct signature_library *library)
{
	return ID_LIST("signature", "signatures", library->ids, library->id_count);
}

char *library_path(struct loader *loader, const char *directory, const char *id)
{
	char *path = arena_printf(loader->arena, "%s/%s%s", directory, id, suffix);

	if (!path)
		loader_no_memory(loader);
	return path;
}

/* The folder of PATH. */
static char *folder_of(struct loader *loader, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash
			   ? arena_printf(loader->arena, "%.*s", (int)(slash - path + (slash == path)), path)
			   : arena_strdup(loader->arena, ".");

	if (!folder)
		loader_no_memory(loader);
	return folder;
}

/* Reads TEXT as the signature ID (NULL: whichever it says) into the loader's arena. */
static struct signature *parse(struct loader *loader, const char *text, size_t length, const char *id)
{
	struct doc_value *root = doc_parse(loader, loader->file, text, length);
	struct signature *signature = loader_calloc(loader, 1, sizeof(*signature));
	char *folder = folder_of(loader, loader->file->path);

	if (!root || !signature || !folder || !value_is(loader, root, DOC_OBJECT) ||
	    !schema_check(loader, root, SIGNATURE_SCHEMA))
		return NULL;
	root = inherit(loader, root, folder);
	if (!root)
		return NULL;
	signature->path = arena_strdup(loader->arena, loader->file->path);
	if (!signature->path)
		loader_no_memory(loader);
	signature_read(loader, root, signature);
	if (id && signature->id && strcmp(signature->id, id) != 0)
		loader_error(loader, doc_find(root, "id"), "must be \"%s\", as the file is named", id);
	return loader_ok(loader) ? signature : NULL;
}

/* Puts SIGNATURE and its ARENA into the library. */
static bool keep(struct loader *loader, struct signature *signature, bool by_id)
{
	struct signature_library *library = loader->library;
	void *loaded = library->loaded;

	if (mem_grow(&loaded, &library->loaded_capacity, library->loaded_count + 1,
		     sizeof(*library->loaded)) != 0) {
		loader_no_memory(loader);
		return false;
	}
	library->loaded = loaded;
	library->loaded[library->loaded_count++] = (struct loaded){signature, by_id};
	signature->arena = *loader->arena;
	return true;
}

/* Reads TEXT, or with NULL the file at PATH. */
static const struct signature *load(struct signature_library *library, const char *path, const char *text,
				    size_t length, const char *id, struct message_list *messages)
{
	struct arena arena = {0};
	struct doc_file file = {.path = path, .label = path};
	struct loader loader = {.arena = &arena, .messages = messages, .file = &file, .library = library};
	struct signature *signature = NULL;
	struct err err;

	if (!text)
		text = file_read(&loader, path, &length, &err);
	if (text)
		signature = parse(&loader, text, length, id);
	else
		loader_error(&loader, NULL, "%s", err.text);
	if (signature && keep(&loader, signature, id != NULL))
		return signature;
	arena_clear(&arena);
	return NULL;
}

static const struct signature *find_loaded(const struct signature_library *library, const char *id)
{
	for (size_t i = 0; i < library->loaded_count; i++)
		if (library->loaded[i].by_id && strcmp(library->loaded[i].signature->id, id) == 0)
			return library->loaded[i].signature;
	return NULL;
}

const struct signature *library_find(struct loader *loader, const struct doc_value *value, const char *id)
{
	struct signature_library *library = loader->library;
	struct id_list known = library_ids(library);
	const struct signature *signature = find_loaded(library, id);
	const char *path;

	if (signature)
		return signature;
	/* Only what the folder's listing showed: an id must not become a path that leads elsewhere. */
	if (id_list_find(&known, id) == NO_INDEX) {
		name_unknown(loader, value, id, &known);
		return NULL;
	}
	path = library_path(loader, library->directory, id);
	if (path)
		signature = load(library, path, NULL, 0, id, loader->messages);
	if (!signature)
		loader->errors++;
	return signature;
}

const struct signature *signature_get(struct signature_library *library, const char *id,
				      struct message_list *messages)
{
	struct arena arena = {0};
	struct doc_file file = {.path = library->directory, .label = library->directory};
	struct loader loader = {.arena = &arena, .messages = messages, .file = &file, .library = library};
	const struct signature *signature = library_find(&loader, NULL, id);

	arena_clear(&arena);
	return signature;
}

const struct signature *signature_load(struct signature_library *library, const char *path,
				       struct message_list *messages)
{
	return load(library, path, NULL, 0, NULL, messages);
}

const struct signature *signature_parse(struct signature_library *library, const char *text, size_t length,
					const char *path, struct message_list *messages)
{
	return load(library, path, text, length, NULL, messages);
}
