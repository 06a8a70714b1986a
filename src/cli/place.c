#include "cli.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifndef TAPAUDIT_DATA_DIR
#define TAPAUDIT_DATA_DIR "/usr/local/share/tapaudit"
#endif

bool path_is_folder(const char *path)
{
	struct stat state;

	return stat(path, &state) == 0 && S_ISDIR(state.st_mode);
}

/* Beside the program in its source tree (build/tapaudit or build/VARIANT/tapaudit), else where it was
 * installed. */
static int find_signatures(char out[PATH_MAX])
{
	static const char *const beside[] = {"/../signatures", "/../../signatures",
					     "/../share/tapaudit/signatures"};
	char program[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);

	if (length > 0) {
		program[length] = '\0';
		*strrchr(program, '/') = '\0';
		for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
			if (snprintf(out, PATH_MAX, "%s%s", program, beside[i]) < PATH_MAX && path_is_folder(out))
				return 0;
		}
	}
	snprintf(out, PATH_MAX, "%s/signatures", TAPAUDIT_DATA_DIR);
	return path_is_folder(out) ? 0 : -1;
}

int signatures_find(const struct run_options *options, char out[PATH_MAX])
{
	if (!options->signatures)
		return find_signatures(out);
	return snprintf(out, PATH_MAX, "%s", options->signatures) < PATH_MAX ? 0 : -1;
}

int signatures_folder(const struct run_options *options, char out[PATH_MAX])
{
	if (signatures_find(options, out) == 0)
		return 0;
	say_error("no folder of signature files found; name one with -S DIR");
	return -1;
}

struct signature_library *open_signatures(const struct run_options *options)
{
	char folder[PATH_MAX];
	struct err err;

	if (signatures_folder(options, folder) != 0)
		return NULL;
	struct signature_library *library = signature_library_open(folder, &err);
	if (!library)
		say_error("%s", err.text);
	return library;
}

int64_t report_time_ns(void)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH");
	struct timespec now;

	if (fixed && *fixed) {
		char *end = NULL;
		long long sec = strtoll(fixed, &end, 10);

		if (*end == '\0' && sec >= 0 && sec < INT64_MAX / NSEC_PER_SEC)
			return (int64_t)sec * NSEC_PER_SEC;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * NSEC_PER_SEC;
}

static unsigned terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 100;
	return size.ws_col < 60 ? 60 : size.ws_col > 120 ? 120 : size.ws_col;
}

struct report_options report_defaults(const struct run_options *options, bool to_terminal)
{
	const char *plain = getenv("NO_COLOR");
	bool terminal = to_terminal && isatty(STDOUT_FILENO);

	return (struct report_options){
	    .generated_ns = report_time_ns(),
	    .version = TAPAUDIT_VERSION,
	    .width = terminal ? terminal_width() : 100,
	    .colour = terminal && !(plain && *plain),
	    .verbose = options->verbose,
	};
}
