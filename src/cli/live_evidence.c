#include "base/hash.h"
#include "base/mem.h"
#include "evidence_wants.h"
#include "live.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WANTED_MAX = 256, ID_SIZE = 33, FILES_MAX = 65536 };
static const uint64_t default_limit = (uint64_t)256 << 20;

struct live_evidence {
	char wanted[WANTED_MAX][ID_SIZE];
	size_t count;
	int folder_fd;
};

int live_evidence_open(struct live_run *run)
{
	if (!run->options->evidence)
		return 0;
	run->evidence = mem_calloc(1, sizeof *run->evidence);
	if (run->evidence) {
		run->evidence->folder_fd = evidence_lock(run->options->evidence);
		if (run->evidence->folder_fd >= 0)
			return 0;
	}
	say_error("--evidence: %s: cannot be opened", run->options->evidence);
	return -1;
}

void live_evidence_want(struct live_run *run, const char *id)
{
	struct live_evidence *evidence = run->evidence;

	if (!evidence || !id)
		return;
	if (evidence->count == WANTED_MAX)
		run->evidence_dropped++;
	else
		snprintf(evidence->wanted[evidence->count++], ID_SIZE, "%s", id);
}

/* A file in the folder that this program wrote. */
struct kept_file {
	char name[ID_SIZE + 32];
	uint64_t bytes;
	struct timespec changed;
};

static int older(const void *a, const void *b)
{
	const struct kept_file *left = a, *right = b;

	if (left->changed.tv_sec != right->changed.tv_sec)
		return left->changed.tv_sec < right->changed.tv_sec ? -1 : 1;
	if (left->changed.tv_nsec != right->changed.tv_nsec)
		return left->changed.tv_nsec < right->changed.tv_nsec ? -1 : 1;
	return strcmp(left->name, right->name);
}

static bool is_ours(const char *name)
{
	size_t digits = strspn(name, "0123456789abcdef");

	return digits == ID_SIZE - 1 && strlen(name) < ID_SIZE + 31 && strstr(name, ".pcapng") != NULL;
}

static struct kept_file *list_files(const struct live_evidence *evidence, size_t *count)
{
	struct kept_file *files = NULL;
	size_t capacity = 0;
	DIR *folder = fdopendir(openat(evidence->folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	*count = 0;
	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry && *count < FILES_MAX;
	     entry = readdir(folder)) {
		struct stat state;

		if (!is_ours(entry->d_name) ||
		    fstatat(evidence->folder_fd, entry->d_name, &state, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(state.st_mode) ||
		    mem_grow((void **)&files, &capacity, *count + 1, sizeof *files) != 0)
			continue;
		files[*count] =
		    (struct kept_file){.bytes = (uint64_t)state.st_size, .changed = state.st_mtim};
		memcpy(files[(*count)++].name, entry->d_name, strlen(entry->d_name) + 1);
	}
	if (folder)
		closedir(folder);
	return files;
}

/* The oldest go until the rest is within the limit. */
static void keep_limit(struct live_run *run)
{
	uint64_t limit = run->options->evidence_limit ? run->options->evidence_limit : default_limit,
		 total = 0;
	size_t count;
	struct kept_file *files = list_files(run->evidence, &count);

	for (size_t i = 0; i < count; i++)
		total += files[i].bytes;
	if (files && total > limit)
		qsort(files, count, sizeof *files, older);
	for (size_t i = 0; i < count && total > limit; i++) {
		if (unlinkat(run->evidence->folder_fd, files[i].name, 0) != 0)
			continue;
		total -= files[i].bytes;
		run->evidence_dropped++;
	}
	mem_free(files);
}

static bool is_wanted(const struct live_evidence *evidence, const char *id)
{
	for (size_t i = 0; i < evidence->count; i++)
		if (strcmp(evidence->wanted[i], id) == 0)
			return true;
	return false;
}

/* The findings that are wanted, as a result of their own. NULL without memory. */
static struct audit_finding *pick(const struct live_run *run, struct audit_result *picked)
{
	const struct audit_result *result = run->files.result;
	struct audit_finding *findings = mem_calloc(run->evidence->count * 2 + 1, sizeof *findings);

	*picked = *result;
	picked->findings = findings;
	picked->finding_count = 0;
	for (size_t i = 0;
	     findings && i < result->finding_count && picked->finding_count < run->evidence->count * 2; i++)
		if (is_wanted(run->evidence, result->findings[i].id))
			findings[picked->finding_count++] = result->findings[i];
	return findings;
}

static int gather(struct live_run *run, struct evidence_job *job, struct err *err)
{
	const struct observe_options options = {.decode = run->decode, .hash_seed = hash_seed_random()};
	struct evidence_gather *gathered = evidence_gather_new(&options, job->wants, job->want_count, err);
	struct evidence_set set = {.count = 0};
	int result = -1;

	if (gathered && observe_live_gather(run->observe, gathered, err) == 0 &&
	    evidence_gather_finish(gathered, &set, err) == 0)
		result = 0;
	for (size_t i = 0; result == 0 && i < set.count; i++) {
		if (set.found[i].count == 0 || evidence_write_file(job, i, &set.found[i]) != 0)
			run->evidence_dropped++;
		else
			run->evidence_packets += set.found[i].count;
	}
	evidence_clear(&set);
	evidence_gather_free(gathered);
	return result;
}

void live_evidence_beat(struct live_run *run)
{
	struct evidence_files files = {.count = 0};
	struct audit_result picked;
	struct err err = {"out of memory"};

	if (!run->evidence || run->evidence->count == 0 || !run->files.result)
		return;
	struct audit_finding *findings = pick(run, &picked);
	struct evidence_job job = {.options = run->options, .result = &picked, .files = &files};
	job.inputs = ledger_inputs(run->ledger, &job.input_count);
	if (!findings || evidence_wants(&job, run->ledger) != 0 || gather(run, &job, &err) != 0)
		live_out_notice(run, SYSLOG_ERROR, "evidence-failed", err.text);
	run->evidence->count = 0;
	if (files.count > 0)
		keep_limit(run);
	evidence_files_clear(&files);
	mem_free(findings);
}

void live_evidence_close(struct live_run *run)
{
	if (!run->evidence)
		return;
	if (run->evidence->folder_fd >= 0)
		close(run->evidence->folder_fd);
	mem_free(run->evidence);
	run->evidence = NULL;
}
