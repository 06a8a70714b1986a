/* What an offline command leaves itself: its inputs to read, the places of its outputs to write. */
#include "confine.h"
#include "base/mem.h"
#include "store/store.h"
#include <dirent.h>
#include <linux/capability.h>
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

struct path_list {
	struct arena arena;
	struct confine_path *items;
	size_t count, capacity;
	bool failed;
};

/* PATH must outlive the list. */
static void add(struct path_list *list, const char *path, bool write)
{
	if (!path ||
	    mem_grow((void **)&list->items, &list->capacity, list->count + 1, sizeof *list->items) != 0)
		list->failed = true;
	else
		list->items[list->count++] = (struct confine_path){path, write};
}

static void add_parent(struct path_list *list, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		add(list, ".", true);
	else if (slash == path)
		add(list, "/", true);
	else
		add(list, arena_printf(&list->arena, "%.*s", (int)(slash - path), path), true);
}

/* A folder that is there stands for itself; for what is yet to be made, or to be replaced, its folder does. A
 * link may be written through (devices, `flows`) as well as replaced. */
static void add_output(struct path_list *list, const char *path)
{
	struct stat state;
	bool is_there = stat(path, &state) == 0;

	if (is_there)
		add(list, path, true);
	if (!is_there || S_ISREG(state.st_mode))
		add_parent(list, path);
}

/* SQLite keeps its journal beside the file itself, wherever a link to it is. */
static void add_store(struct path_list *list, const char *path)
{
	char real[PATH_MAX];

	add_parent(list, path);
	if (realpath(path, real))
		add_parent(list, arena_strdup(&list->arena, real));
}

/* A link among signatures leads where the signature is. */
static void add_library(struct path_list *list, const struct run_options *options)
{
	char folder[PATH_MAX];

	if (signatures_find(options, folder) != 0)
		return;
	add(list, arena_strdup(&list->arena, folder), false);
	DIR *entries = opendir(folder);
	for (struct dirent *entry = entries ? readdir(entries) : NULL; entry; entry = readdir(entries)) {
		if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN)
			add(list, arena_printf(&list->arena, "%s/%s", folder, entry->d_name), false);
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
		add(list, place.password_file, false);
	if (place.ca)
		add(list, place.ca, false);
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
		case PLACE_READ: add(list, path, false); break;
		case PLACE_WRITE: add_output(list, path); break;
		case PLACE_STORE: add_store(list, path); break;
		}
	}
}

static void add_system(struct path_list *list, const struct command *command,
		       const struct run_options *options)
{
	const char *zones = getenv("TZDIR");

	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		add(list, always[i], false);
	if (zones && *zones)
		add(list, zones, false);
	if (command->sorts_on_disk && !options->unsorted)
		add(list, P_tmpdir, true);
}

/* The superuser goes on reading and writing files of others, where Landlock lets anybody; a store of another
 * user's keeps its owner. */
static const uint64_t kept_of_root = UINT64_C(1) << CAP_DAC_OVERRIDE | UINT64_C(1) << CAP_DAC_READ_SEARCH |
				     UINT64_C(1) << CAP_FOWNER | UINT64_C(1) << CAP_CHOWN;

static int enter(const struct path_list *list, const struct run_options *options)
{
	const struct confine_options wanted = {
	    .keep_capabilities = kept_of_root,
	    .uses = store_is_remote(options->store) || store_is_remote(options->from_store) ? CONFINE_INTERNET
											    : 0,
	    .paths = list->items,
	    .path_count = list->count,
	};
	struct confinement state;
	char text[CONFINE_TEXT_MAX];
	struct err err;

	if (confine_enter(&wanted, &state, &err) != 0) {
		say_error("%s; --no-sandbox does without", err.text);
		return -1;
	}
	if (options->verbose)
		fprintf(stderr, "tapaudit: sandbox: %s\n", confine_describe(&state, text));
	return 0;
}

int confine_offline(const struct command *command, const struct run_options *options, char *const *operands,
		    size_t operand_count)
{
	struct path_list list = {.count = 0};
	int result = -1;

	if (options->no_sandbox) {
		if (options->verbose)
			fprintf(stderr, "tapaudit: sandbox: switched off\n");
		return 0;
	}
	/* Not all operands are paths; one that is none is passed over. */
	for (size_t i = 0; i < operand_count; i++)
		add(&list, operands[i], false);
	add_library(&list, options);
	add_places(&list, options);
	add_system(&list, command, options);
	if (list.failed)
		say_error("out of memory");
	else
		result = enter(&list, options);
	arena_clear(&list.arena);
	mem_free(list.items);
	return result;
}

/* Read again on SIGHUP: a file that was replaced is another one, so its folder is named. */
static void add_read_again(struct path_list *list, const char *path)
{
	const char *slash = strrchr(path, '/');

	add(list, slash && slash != path ? arena_printf(&list->arena, "%.*s", (int)(slash - path), path) : slash ? "/" : ".",
	    false);
}

static int enter_live(const struct path_list *list, const struct run_options *options, bool terminal,
		      struct confinement *state)
{
	bool unix_sockets = options->syslog || (options->events && strncmp(options->events, "unix:", 5) == 0);
	const struct confine_options wanted = {
	    .user = options->user,
	    .keep_capabilities = (options->user ? 0 : kept_of_root) |
				 (options->workers > 1 ? UINT64_C(1) << CAP_NET_RAW : 0),
	    .uses = CONFINE_CAPTURE | (unix_sockets ? (unsigned)CONFINE_UNIX : 0) |
		    (terminal ? (unsigned)CONFINE_TERMINAL : 0) |
		    (store_is_remote(options->store) ? (unsigned)CONFINE_INTERNET : 0),
	    .paths = list->items,
	    .path_count = list->count,
	};
	char text[CONFINE_TEXT_MAX];
	struct err err;

	if (confine_enter(&wanted, state, &err) != 0) {
		say_error("%s; --no-sandbox does without", err.text);
		return -1;
	}
	if (options->verbose)
		fprintf(stderr, "tapaudit: sandbox: %s\n", confine_describe(state, text));
	return 0;
}

int confine_live(const struct run_options *options, bool terminal, struct confinement *state)
{
	struct path_list list = {.count = 0};
	int result = -1;

	if (options->no_sandbox)
		return 0;
	add_library(&list, options);
	add_places(&list, options);
	add_read_again(&list, options->site);
	if (options->metrics)
		add_parent(&list, options->metrics);
	if (options->events && strcmp(options->events, "-") != 0 && strncmp(options->events, "unix:", 5) != 0)
		add_output(&list, options->events);
	add_system(&list, &command_live, options);
	if (list.failed)
		say_error("out of memory");
	else
		result = enter_live(&list, options, terminal, state);
	arena_clear(&list.arena);
	mem_free(list.items);
	return result;
}
