/* What is new in the spool: files that the store does not know, complete by all appearances. */
#include "base/mem.h"
#include "nightly.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const int64_t default_settle_sec = 60;

static int64_t settle_sec(const struct run_options *options)
{
	return options->settle ? strtoll(options->settle, NULL, 10) : default_settle_sec;
}

static int64_t stat_changed_ns(const struct stat *state)
{
	return (int64_t)state->st_mtim.tv_sec * NSEC_PER_SEC + state->st_mtim.tv_nsec;
}

/* The file of PATH; items of one archive come one after the other. NULL for want of memory. */
static struct spool_file *file_of(struct spool *spool, const char *path, const struct stat *state,
				  bool *is_new)
{
	struct spool_file *file = spool->file_count ? &spool->files[spool->file_count - 1] : NULL;

	*is_new = !file || strcmp(file->path, path) != 0;
	if (!*is_new)
		return file;
	if (mem_grow((void **)&spool->files, &spool->file_capacity, spool->file_count + 1,
		     sizeof *spool->files) != 0)
		return NULL;
	file = &spool->files[spool->file_count];
	*file = (struct spool_file){.path = mem_strdup(path),
				    .bytes = (uint64_t)state->st_size,
				    .changed_ns = stat_changed_ns(state),
				    .last_group = SIZE_MAX};
	if (!file->path)
		return NULL;
	spool->file_count++;
	return file;
}

/* Not taken, and no trouble: another time it may be. */
static void leave(struct nightly *nightly, struct spool_file *file, const char *status, const char *why)
{
	struct err err;

	(void)err_set(&err, "%s: %s", file->path, why);
	file->skipped = true;
	nightly_note(nightly, file->path, status, err.text, false);
}

/* Says whether FILE is to be looked into at all. OLD is what the store remembers of it. */
static int file_look(struct spool *spool, struct nightly *nightly, struct spool_file *file,
		     struct store_file *old)
{
	bool found = false;
	struct err err;

	*old = (struct store_file){.fingerprint = ""};
	if (store_find_file(nightly->store, file->path, &spool->arena, old, &found, &err) != 0) {
		say_error("%s", err.text);
		return -1;
	}
	if (found && old->bytes == file->bytes && old->changed_ns == file->changed_ns) {
		file->skipped = true;
	} else if ((int64_t)time(NULL) - file->changed_ns / NSEC_PER_SEC < settle_sec(nightly->options)) {
		leave(nightly, file, "growing", "may still be growing; left for the next run");
		spool->growing++;
	} else if (file->bytes == 0) {
		say_warning(nightly->options, "%s: empty; not taken", file->path);
		leave(nightly, file, capture_status_name(CAPTURE_EMPTY), "empty; not taken");
	}
	return 0;
}

/* The summary goes on to whoever reads it, so that it is not walked again. */
int spool_item_add(struct spool *spool, const struct spool_candidate *candidate)
{
	const struct capture_summary *summary = &candidate->summary;
	struct capture_summary *kept = summary->packets ? arena_calloc(&spool->arena, 1, sizeof *kept) : NULL;

	if (kept)
		memcpy(kept, summary, sizeof *kept);
	if ((summary->packets && !kept) || mem_grow((void **)&spool->items, &spool->item_capacity,
						    spool->item_count + 1, sizeof *spool->items) != 0) {
		say_error("out of memory");
		return -1;
	}
	spool->items[spool->item_count] = (struct spool_item){.input = *candidate->input,
							      .file = candidate->file,
							      .first_ns = summary->first_ns,
							      .last_ns = summary->last_ns,
							      .beginning = candidate->beginning,
							      .old = candidate->old};
	spool->items[spool->item_count++].input.scanned = kept;
	return 0;
}

void spool_refuse(struct nightly *nightly, struct spool_file *file, enum capture_status status,
		  const char *text)
{
	say_error("%s", text);
	file->skipped = true;
	nightly_note(nightly, file->path, capture_status_name(status), text, true);
}

/* What is in the list and cannot be read is trouble each time, until somebody takes it away; files that
 * merely lie there are not in the list. */
static int candidate_judge(struct spool *spool, struct nightly *nightly,
			   const struct spool_candidate *candidate)
{
	struct spool_file *file = &spool->files[candidate->file];
	const struct capture_summary summary = candidate->summary;
	bool known = false;

	if (!candidate->opened || summary.packets == 0) {
		if (capture_status_is_trouble(summary.status))
			spool_refuse(nightly, file, summary.status, summary.error);
		return 0;
	}
	memcpy(file->fingerprint, summary.fingerprint, sizeof file->fingerprint);
	file->first_ns = summary.first_ns;
	file->packets = summary.packets;
	if (nightly_look_known(nightly, candidate->input, summary.fingerprint, &known) != 0)
		return -1;
	return known ? 0 : spool_item_add(spool, candidate);
}

static int candidate_add(struct spool *spool, struct nightly *nightly, const struct capture_input *input,
			 struct store_file *old)
{
	struct stat state;
	bool is_new;

	/* A folder that holds no capture stands in the list for itself. */
	if (stat(input->path, &state) != 0 || !S_ISREG(state.st_mode))
		return 0;
	struct spool_file *file = file_of(spool, input->path, &state, &is_new);
	if (!file || mem_grow((void **)&spool->candidates, &spool->candidate_capacity,
			      spool->candidate_count + 1, sizeof *spool->candidates) != 0) {
		say_error("out of memory");
		return -1;
	}
	if (is_new && file_look(spool, nightly, file, old) != 0)
		return -1;
	if (!file->skipped)
		spool->candidates[spool->candidate_count++] =
		    (struct spool_candidate){.input = input, .file = spool->file_count - 1, .old = *old};
	return 0;
}

/* A capture alone need not be walked before it is read, the rule where something writes one file a night;
 * unless one that was taken begins alike, or is of a later time. */
static int is_plain_night(struct spool *spool, struct nightly *nightly, bool *plain)
{
	struct spool_candidate *only = spool->candidates;
	struct capture_options options = reading_capture_options(nightly->options);
	struct store_taken *taken;
	size_t alike = 0, later = 0;
	struct err err;

	*plain = spool->candidate_count == 1 && !only->old.fingerprint[0];
	if (!*plain || !store_can_replace(nightly->store))
		return 0;
	(void)beginning_read(only->input, &options, BEGINNING_PACKETS, &only->beginning, NULL);
	if (only->beginning.packets == 0)
		return 0;
	if (store_taken_like(nightly->store, nightly_sensor(nightly->options), only->beginning.text,
			     &spool->arena, &taken, &alike, &err) != 0 ||
	    store_taken_after(nightly->store, nightly_sensor(nightly->options), only->beginning.first_ns,
			      INT64_MAX, &spool->arena, &taken, &later, &err) != 0) {
		say_error("%s", err.text);
		return -1;
	}
	*plain = alike + later == 0;
	return 0;
}

static int candidates_scan(struct spool *spool, struct nightly *nightly)
{
	bool plain = false;
	int result = is_plain_night(spool, nightly, &plain);

	if (result != 0)
		return -1;
	if (plain) {
		spool->candidates->summary =
		    (struct capture_summary){.first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN};
		result = spool_item_add(spool, spool->candidates);
		if (result == 0)
			spool->items[0].unscanned = true;
		return result;
	}
	spool_scan(spool, nightly);
	for (size_t i = 0; i < spool->candidate_count && result == 0; i++)
		result = candidate_judge(spool, nightly, &spool->candidates[i]);
	if (result == 0)
		result = spool_mend(spool, nightly);
	return result == 0 ? spool_follow(spool, nightly) : -1;
}

int spool_find(struct spool *spool, struct nightly *nightly)
{
	struct capture_options options = reading_capture_options(nightly->options);
	const char *folder = nightly->options->spool;
	struct store_file old = {.fingerprint = ""};
	struct stat state;
	struct err err;
	int result = 0;

	bool there = stat(folder, &state) == 0;

	if (!there || !S_ISDIR(state.st_mode)) {
		say_error("%s: the spool is to be a folder: %s", folder, strerror(there ? ENOTDIR : errno));
		return -1;
	}
	spool_say_links(nightly);
	if (capture_list_expand(&spool->list, &folder, 1, &options, &err) != 0) {
		say_error("%s", err.text);
		return -1;
	}
	for (size_t i = 0; i < spool->list.count && result == 0; i++)
		result = candidate_add(spool, nightly, &spool->list.items[i], &old);
	if (result == 0)
		result = candidates_scan(spool, nightly);
	if (result == 0 && spool_group_items(spool) != 0) {
		say_error("out of memory");
		result = -1;
	}
	return result;
}
