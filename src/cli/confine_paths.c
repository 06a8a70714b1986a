/* Which paths a command line names, and what is to be done with each. */
#include "confine_paths.h"
#include "base/mem.h"
#include "store/store.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What an option names. A place to write is a folder, for files appear by being renamed in it. */
enum place_use { PLACE_READ, PLACE_WRITE, PLACE_STORE };

static const struct {
	size_t offset; /* in struct run_options */
	enum place_use use;
} places[] = {
    {offsetof(struct run_options, site), PLACE_READ},
    {offsetof(struct run_options, spool), PLACE_READ},
    {offsetof(struct run_options, output), PLACE_WRITE},
    {offsetof(struct run_options, evidence), PLACE_WRITE},
    {offsetof(struct run_options, store), PLACE_STORE},
    {offsetof(struct run_options, from_store), PLACE_STORE},
};

/* Read by libraries: time zones of sites; SQLite's seed; libcrypto's settings, without which it says nothing.
 */
static const char *const always[] = {"/usr/share/zoneinfo", "/etc/localtime", "/etc/timezone", "/dev/urandom",
				     "/usr/lib/ssl/openssl.cnf"};

void paths_add(struct path_list *list, const char *path, bool write)
{
	if (!path ||
	    mem_grow((void **)&list->items, &list->capacity, list->count + 1, sizeof *list->items) != 0)
		list->failed = true;
	else
		list->items[list->count++] = (struct confine_path){path, write};
}

void paths_add_parent(struct path_list *list, const char *path)
{
	size_t length = strlen(path);

	/* "out/" lies where "out" does. */
	while (length > 1 && path[length - 1] == '/')
		length--;
	while (length > 0 && path[length - 1] != '/')
		length--;
	if (length == 0)
		paths_add(list, ".", true);
	else
		paths_add(list, arena_printf(&list->arena, "%.*s", (int)length, path), true);
}

void paths_add_output(struct path_list *list, const char *path)
{
	struct stat state;
	bool is_there = stat(path, &state) == 0;

	if (is_there)
		paths_add(list, path, true);
	if (!is_there || S_ISREG(state.st_mode))
		paths_add_parent(list, path);
}

/* SQLite keeps its journal beside the file itself, wherever a link to it is. */
static void add_store(struct path_list *list, const char *path)
{
	char real[PATH_MAX];

	paths_add_parent(list, path);
	if (realpath(path, real))
		paths_add_parent(list, arena_strdup(&list->arena, real));
}

/* A link among signatures leads where the signature is. */
static void add_library(struct path_list *list, const struct run_options *options)
{
	char folder[PATH_MAX];

	if (signatures_find(options, folder) != 0)
		return;
	paths_add(list, arena_strdup(&list->arena, folder), false);
	DIR *entries = opendir(folder);
	for (struct dirent *entry = entries ? readdir(entries) : NULL; entry; entry = readdir(entries)) {
		if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN)
			paths_add(list, arena_printf(&list->arena, "%s/%s", folder, entry->d_name), false);
	}
	if (entries)
		closedir(entries);
}

/* A server's store keeps what waits in a file here. */
static void add_remote_store(struct path_list *list, const char *text)
{
	struct place_parts place = {.sensor = NULL};
	struct err err;
	const char *spool = NULL;

	if (store_place_read(text, &list->arena, &place, &err) == 0)
		spool = place.spool ? place.spool : getenv("TAPAUDIT_SPOOL");
	if (spool)
		add_store(list, spool);
	if (place.password_file)
		paths_add(list, place.password_file, false);
	if (place.ca)
		paths_add(list, place.ca, false);
}

bool store_is_remote(const char *place)
{
	return place && strstr(place, "://") != NULL;
}

static void add_places(struct path_list *list, const struct run_options *options)
{
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		const char *path =
		    *(const char *const *)(const void *)((const char *)options + places[i].offset);

		if (!path || strcmp(path, "-") == 0)
			continue;
		if (places[i].use == PLACE_STORE && store_is_remote(path)) {
			add_remote_store(list, path);
			continue;
		}
		switch (places[i].use) {
		case PLACE_READ: paths_add(list, path, false); break;
		case PLACE_WRITE: paths_add_output(list, path); break;
		case PLACE_STORE: add_store(list, path); break;
		}
	}
}

static void add_system(struct path_list *list, const struct command *command,
		       const struct run_options *options)
{
	const char *zones = getenv("TZDIR");

	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		paths_add(list, always[i], false);
	if (zones && *zones)
		paths_add(list, zones, false);
	if (command->sorts_on_disk && !options->unsorted)
		paths_add(list, P_tmpdir, true);
}

void paths_add_options(struct path_list *list, const struct command *command,
		       const struct run_options *options)
{
	add_library(list, options);
	add_places(list, options);
	add_system(list, command, options);
}

void paths_clear(struct path_list *list)
{
	arena_clear(&list->arena);
	mem_free(list->items);
}
