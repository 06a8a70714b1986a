/* From the paths that a user names to the captures in them: folders and archives are expanded. */
#include "base/mem.h"
#include "chain.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FOLDER_DEPTH_MAX = 64 };

struct expansion {
	struct capture_list *list;
	const struct capture_options *options;
	struct err *err;
	size_t mattering; /* items so far that are captures, or failed so that nobody can tell */
};

static int add_item(struct expansion *x, const char *path, const char *member, uint32_t index, bool named)
{
	struct capture_list *list = x->list;
	void *items = list->items;
	struct capture_input *item;

	if (mem_grow(&items, &list->capacity, list->count + 1, sizeof(*list->items)) != 0)
		return err_no_memory(x->err);
	list->items = items;
	item = &list->items[list->count];
	*item = (struct capture_input){.named = named, .member_index = index};
	item->path = mem_strdup(path);
	item->member = member ? mem_strdup(member) : NULL;
	if (!item->path || (member && !item->member)) {
		mem_free(item->path);
		mem_free(item->member);
		return err_no_memory(x->err);
	}
	list->count++;
	return 0;
}

static void drop_items(struct capture_list *list, size_t count)
{
	while (list->count > count) {
		struct capture_input *item = &list->items[--list->count];

		mem_free(item->path);
		mem_free(item->member);
	}
}

void capture_list_clear(struct capture_list *list)
{
	drop_items(list, 0);
	mem_free(list->items);
	*list = (struct capture_list){0};
}

/* A member that is a capture, or may have been one: its failure has to be told. */
static bool leaf_matters(struct chain *chain, const char *name)
{
	size_t length = 0;
	const uint8_t *head = chain_peek(chain, &length);

	if (head && magic_is_capture(head, length))
		return true;
	return magic_named_like_capture(name) ||
	       (chain->status != CAPTURE_COMPLETE && chain->status != CAPTURE_FOREIGN);
}

static int add_member(struct expansion *x, struct chain *chain, bool *matters)
{
	struct strbuf name = {0};
	int result;

	chain_member_name(chain, &name);
	if (!strbuf_ok(&name)) {
		strbuf_clear(&name);
		return err_no_memory(x->err);
	}
	*matters = leaf_matters(chain, strbuf_text(&name));
	result = add_item(x, chain->path, strbuf_text(&name), chain->leaves - 1, false);
	strbuf_clear(&name);
	return result;
}

/* An archive without captures (there are office documents that are zip files) and one that fails half-way
 * stand in the list by themselves, to say so when opened. */
static int add_members(struct expansion *x, struct chain *chain, bool named)
{
	size_t before = x->list->count, mattering_before = x->mattering;
	bool cut_is_fine = x->options && x->options->accept_cut, failed;
	enum chain_found found;

	while ((found = chain_next(chain)) == CHAIN_LEAF) {
		bool matters = false;

		if (add_member(x, chain, &matters) != 0)
			return -1;
		x->mattering += matters;
	}
	if (x->mattering == mattering_before)
		drop_items(x->list, before);
	failed = found == CHAIN_FAILED && !(cut_is_fine && chain->status == CAPTURE_CUT);
	x->mattering += failed;
	if (x->list->count == before || failed)
		return add_item(x, chain->path, NULL, 0, named);
	return 0;
}

/* What cannot be opened or understood stays in the list as it is, and says why when it is opened. */
static int add_file(struct expansion *x, const char *path, bool named)
{
	struct chain chain;
	int result = -1;

	if (chain_open(&chain, path, x->options) == 0 && chain_unwrap(&chain) == CHAIN_ARCHIVE) {
		result = add_members(x, &chain, named);
	} else {
		x->mattering += leaf_matters(&chain, path);
		result = add_item(x, path, NULL, 0, named);
	}
	chain_close(&chain);
	return result;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
	char **items;
	size_t count, capacity;
};

static void names_clear(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		mem_free(names->items[i]);
	mem_free(names->items);
}

/* The paths of a folder's entries, sorted, so that a run does not depend on the file system. */
static int read_names(struct expansion *x, DIR *folder, const char *path, struct names *names)
{
	size_t length = strlen(path);
	const char *slash = length > 0 && path[length - 1] == '/' ? "" : "/";
	struct dirent *entry;

	while ((entry = readdir(folder))) {
		struct strbuf full = {0};
		void *items = names->items;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		strbuf_add(&full, path);
		strbuf_add(&full, slash);
		strbuf_add(&full, entry->d_name);
		if (!strbuf_ok(&full) ||
		    mem_grow(&items, &names->capacity, names->count + 1, sizeof(*names->items)) != 0) {
			strbuf_clear(&full);
			return err_no_memory(x->err);
		}
		names->items = items;
		names->items[names->count++] = full.text;
	}
	if (names->count > 1)
		qsort(names->items, names->count, sizeof(*names->items), compare_names);
	return 0;
}

static int add_path(struct expansion *x, const char *path, unsigned depth);

static int add_folder(struct expansion *x, const char *path, unsigned depth)
{
	DIR *folder = depth < FOLDER_DEPTH_MAX ? opendir(path) : NULL;
	size_t mattering_before = x->mattering;
	struct names names = {0};
	int result;

	if (!folder) {
		x->mattering++;
		return add_item(x, path, NULL, 0, depth == 0);
	}
	result = read_names(x, folder, path, &names);
	(void)closedir(folder);
	for (size_t i = 0; i < names.count && result == 0; i++)
		result = add_path(x, names.items[i], depth + 1);
	names_clear(&names);
	/* A folder that the user named and that holds no captures has to say so. */
	if (result == 0 && depth == 0 && x->mattering == mattering_before)
		result = add_item(x, path, NULL, 0, true);
	return result;
}

/* DEPTH 0 is what the user named: links are followed there, and a pipe is read; below, neither. */
static int add_path(struct expansion *x, const char *path, unsigned depth)
{
	struct stat st;
	int r = depth == 0 ? stat(path, &st) : lstat(path, &st);

	if (r == 0 && S_ISDIR(st.st_mode))
		return add_folder(x, path, depth);
	if (r == 0 && S_ISREG(st.st_mode))
		return add_file(x, path, depth == 0);
	return depth == 0 || r != 0 ? add_item(x, path, NULL, 0, depth == 0) : 0;
}

int capture_list_expand(struct capture_list *list, const char *const *paths, size_t path_count,
			const struct capture_options *options, struct err *err)
{
	struct expansion x = {.list = list, .options = options, .err = err};

	for (size_t i = 0; i < path_count; i++) {
		int result =
		    strcmp(paths[i], "-") == 0 ? add_item(&x, "-", NULL, 0, true) : add_path(&x, paths[i], 0);

		if (result != 0)
			return -1;
	}
	return 0;
}
