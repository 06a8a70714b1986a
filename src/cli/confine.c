/* What a command leaves itself before it reads: its inputs to read, the places of its outputs to write. */
#include "confine_paths.h"
#include "store/store.h"
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The superuser goes on reading and writing files of others, where Landlock lets anybody; a store of another
 * user's keeps its owner. */
static const uint64_t kept_of_root = UINT64_C(1) << CAP_DAC_OVERRIDE | UINT64_C(1) << CAP_DAC_READ_SEARCH |
				     UINT64_C(1) << CAP_FOWNER | UINT64_C(1) << CAP_CHOWN;

/* What it needs for a server has to be loaded while it still can: a confined process runs nothing new. */
static int load_remote(const struct run_options *options)
{
	struct err err;

	if (!store_is_remote(options->store) && !store_is_remote(options->from_store))
		return 0;
	if (store_load_remote(&err) == 0)
		return 0;
	say_error("%s", err.text);
	return -1;
}

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

	if (load_remote(options) != 0)
		return -1;
	if (confine_enter(&wanted, &state, &err) != 0) {
		say_error("%s; --no-sandbox does without", err.text);
		return -1;
	}
	if (options->verbose)
		fprintf(stderr, "tapaudit: sandbox: %s\n", confine_describe(&state, text));
	return 0;
}

/* Members of a compressed archive that lie in another order than their time's are kept in a temporary file.
 */
static bool names_packed_archive(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return strcasestr(name, ".tar.") || strcasestr(name, ".tgz") || strcasestr(name, ".tzst") ||
	       strcasestr(name, ".txz") || strcasestr(name, ".tbz");
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
		paths_add(&list, operands[i], false);
	for (size_t i = 0; i < operand_count; i++)
		if (names_packed_archive(operands[i]))
			paths_add(&list, P_tmpdir, true);
	paths_add_options(&list, command, options);
	if (list.failed)
		say_error("out of memory");
	else
		result = enter(&list, options);
	paths_clear(&list);
	return result;
}

/* Read again on SIGHUP: a file that was replaced is another one, so its folder is named. */
static void add_read_again(struct path_list *list, const char *path)
{
	const char *slash = strrchr(path, '/');

	paths_add(list,
		  slash && slash != path ? arena_printf(&list->arena, "%.*s", (int)(slash - path), path)
		  : slash                ? "/"
					 : ".",
		  false);
}

/* Another process's socket, to which is connected again when that process was away. */
static bool needs_unix(const struct run_options *options)
{
	struct stat state;
	bool local_log =
	    options->syslog && (strcmp(options->syslog, "local") == 0 || options->syslog[0] == '/');
	bool local_reader =
	    options->events && (strncmp(options->events, "unix:", 5) == 0 ||
				(stat(options->events, &state) == 0 && S_ISSOCK(state.st_mode)));

	return local_log || local_reader;
}

static unsigned live_uses(const struct run_options *options, bool terminal)
{
	unsigned uses = CONFINE_CAPTURE;

	if (needs_unix(options))
		uses |= CONFINE_UNIX;
	if (terminal)
		uses |= CONFINE_TERMINAL;
	if (store_is_remote(options->store))
		uses |= CONFINE_INTERNET;
	return uses;
}

/* Far above what is needed: they end what runs away, before it takes the machine with it. */
enum { LIVE_FILES = 4096, LIVE_PROCESSES = 512, MEMORY_SHARE = 4 };
static const uint64_t memory_base = UINT64_C(1) << 30;

static uint64_t live_data_bytes(const struct run_options *options)
{
	uint64_t memory = options->memory_bytes ? options->memory_bytes : memory_base;

	return memory > UINT64_MAX / (MEMORY_SHARE + 1) ? 0 : MEMORY_SHARE * memory + memory_base;
}

/* Several workers share a port by a group that a port which was away cannot join again: its sockets are made
 * anew, for which the right to capture stays. */
static int enter_live(const struct path_list *list, const struct run_options *options, bool terminal,
		      struct confinement *state)
{
	const struct confine_options wanted = {
	    .user = options->user,
	    .keep_capabilities =
		(options->user ? 0 : kept_of_root) | (options->workers > 1 ? UINT64_C(1) << CAP_NET_RAW : 0),
	    .uses = live_uses(options, terminal),
	    .paths = list->items,
	    .path_count = list->count,
	    .data_bytes = live_data_bytes(options),
	    .open_files = LIVE_FILES,
	    .processes = options->user ? LIVE_PROCESSES : 0,
	};
	char text[CONFINE_TEXT_MAX];
	struct err err;

	if (load_remote(options) != 0)
		return -1;
	if (confine_enter(&wanted, state, &err) != 0) {
		say_error("%s; --no-sandbox does without", err.text);
		return -1;
	}
	if (options->verbose)
		fprintf(stderr, "tapaudit: sandbox: %s\n", confine_describe(state, text));
	return 0;
}

/* What cannot be written should be known today, and not when the last report is due in some months. */
static int check_writable(const struct run_options *options)
{
	const char *const targets[] = {options->output, options->evidence, options->metrics,
				       store_is_remote(options->store) ? NULL : options->store};

	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		char folder[PATH_MAX];
		const char *slash = targets[i] ? strrchr(targets[i], '/') : NULL;
		struct stat state;

		if (!targets[i] || strcmp(targets[i], "-") == 0 ||
		    snprintf(folder, sizeof folder, "%s", targets[i]) >= PATH_MAX)
			continue;
		if (stat(targets[i], &state) != 0 || S_ISREG(state.st_mode))
			snprintf(folder, sizeof folder, "%.*s",
				 slash == targets[i] ? 1
				 : slash             ? (int)(slash - targets[i])
						     : 1,
				 slash ? targets[i] : ".");
		if (access(folder, W_OK) == 0)
			continue;
		say_error("%s: %s%s%scannot write in %s: %s", targets[i], options->user ? "user " : "",
			  options->user ? options->user : "", options->user ? " " : "", folder,
			  strerror(errno));
		return -1;
	}
	return 0;
}

int confine_live(const struct run_options *options, bool terminal, struct confinement *state)
{
	struct path_list list = {.count = 0};
	int result = -1;

	if (options->no_sandbox)
		return check_writable(options);
	paths_add_options(&list, &command_live, options);
	add_read_again(&list, options->site);
	if (options->metrics)
		paths_add_parent(&list, options->metrics);
	if (options->events && strcmp(options->events, "-") != 0 && strncmp(options->events, "unix:", 5) != 0)
		paths_add_output(&list, options->events);
	if (list.failed)
		say_error("out of memory");
	else
		result = enter_live(&list, options, terminal, state);
	if (result == 0)
		result = check_writable(options);
	paths_clear(&list);
	return result;
}
