/* --evidence: a folder a day, because a day's report links it for as long as it is kept. */
#include "nightly.h"
#include <stdlib.h>
#include <string.h>

/* The real path of PATH, or of what it will be once it is made. -1: even what it lies in is absent. */
static int resolve(const char *path, char out[PATH_MAX])
{
	char above[PATH_MAX], real[PATH_MAX];
	size_t length = strlen(path);

	if (realpath(path, out))
		return 0;
	while (length > 1 && path[length - 1] == '/')
		length--;
	if (snprintf(above, sizeof above, "%.*s", (int)length, path) >= PATH_MAX)
		return -1;
	char *slash = strrchr(above, '/');
	const char *name = slash ? slash + 1 : above;
	if (slash == above)
		return snprintf(out, PATH_MAX, "%s", above) < PATH_MAX ? 0 : -1;
	if (slash)
		*slash = '\0';
	if (!realpath(slash ? above : ".", real))
		return -1;
	return snprintf(out, PATH_MAX, "%s/%s", strcmp(real, "/") == 0 ? "" : real, name) < PATH_MAX ? 0 : -1;
}

/* A day's folder below -o is replaced as a whole, and what a run leaves aside there is removed. */
static bool is_replaced(const char *below)
{
	char name[PATH_MAX];
	int32_t day;

	(void)snprintf(name, sizeof name, "%.*s", (int)strcspn(below, "/"), below);
	return name[0] == '.' || time_parse_day(&day, name) == 0;
}

int night_proof_check(const struct run_options *options)
{
	char output[PATH_MAX], evidence[PATH_MAX];

	/* What cannot be resolved cannot be made either, which is said where that is tried. */
	if (!options->evidence || resolve(options->output, output) != 0 ||
	    resolve(options->evidence, evidence) != 0)
		return 0;
	size_t length = strcmp(output, "/") == 0 ? 0 : strlen(output);
	bool within = strncmp(evidence, output, length) == 0 && evidence[length] == '/';
	if (strcmp(evidence, output) != 0 && (!within || !is_replaced(evidence + length + 1)))
		return 0;
	say_error(
	    "--evidence: %s: the day's report of -o %s would take its place; name another folder, such as "
	    "%s/evidence",
	    options->evidence, options->output, options->output);
	return -1;
}

int night_prove(struct night *night, const struct nightly *nightly)
{
	struct run_options options = *nightly->options;
	char day[TIME_TEXT_MAX];

	if (!options.evidence)
		return 0;
	time_format_day(nightly->day, day);
	night->evidence = arena_printf(&night->arena, "%s/%s", options.evidence, day);
	if (!night->evidence) {
		say_error("out of memory");
		return -1;
	}
	if (evidence_folder(&options) != 0)
		return -1;
	options.evidence = night->evidence;
	return evidence_stored(&night->proof, &options, night->today.ledger, night->today.judged.result);
}
