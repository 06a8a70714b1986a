/* Captures that were taken before and are read again, because what they were read with, or after, changed. */
#include "base/mem.h"
#include "nightly.h"
#include <string.h>
#include <sys/stat.h>

static const int64_t day_ns = 24 * 3600 * NSEC_PER_SEC;

static int fail(const char *text)
{
	say_error("%s", text);
	return -1;
}

/* True when an item of the spool is TAKEN, or replaces it. */
static bool is_there(const struct spool *spool, const struct store_taken *taken)
{
	for (size_t i = 0; i < spool->item_count; i++) {
		const struct spool_item *item = &spool->items[i];

		if (item->segment == taken->segment &&
		    beginnings_agree(item->beginning.text, taken->beginning))
			return true;
	}
	return false;
}

/* Where INPUT's file stands among those looked at, added where it does not. SIZE_MAX: no memory. */
static size_t file_number(struct spool *spool, const struct capture_input *input)
{
	struct stat state;

	for (size_t i = 0; i < spool->file_count; i++)
		if (strcmp(spool->files[i].path, input->path) == 0)
			return i;
	if (stat(input->path, &state) != 0 || mem_grow((void **)&spool->files, &spool->file_capacity,
						       spool->file_count + 1, sizeof *spool->files) != 0)
		return SIZE_MAX;
	spool->files[spool->file_count] = (struct spool_file){
	    .path = mem_strdup(input->path),
	    .bytes = (uint64_t)state.st_size,
	    .changed_ns = (int64_t)state.st_mtim.tv_sec * NSEC_PER_SEC + state.st_mtim.tv_nsec,
	    .last_group = SIZE_MAX,
	    .skipped = true};
	return spool->files[spool->file_count].path ? spool->file_count++ : SIZE_MAX;
}

/* The input of the spool's list that holds TAKEN; NULL: none. Its name comes first, then whatever has its
 * fingerprint among what was walked. */
static const struct capture_input *find_input(const struct spool *spool, const struct store_taken *taken)
{
	for (size_t i = 0; i < spool->list.count; i++) {
		char *name = capture_input_name(&spool->list.items[i]);
		bool same = name && strcmp(name, taken->name) == 0;

		mem_free(name);
		if (same)
			return &spool->list.items[i];
	}
	for (size_t i = 0; i < spool->candidate_count; i++)
		if (strcmp(spool->candidates[i].summary.fingerprint, taken->fingerprint) == 0)
			return spool->candidates[i].input;
	return NULL;
}

/* Walks the capture that holds TAKEN into *OUT. 1: it is there; 0: gone; -1 after saying why. */
static int find_again(struct spool *spool, struct nightly *nightly, const struct store_taken *taken,
		      struct spool_candidate *out)
{
	struct capture_options options = reading_capture_options(nightly->options);

	out->input = find_input(spool, taken);
	if (!out->input || !beginning_read(out->input, &options, 0, &out->beginning, &out->summary) ||
	    strcmp(out->summary.fingerprint, taken->fingerprint) != 0)
		return 0;
	out->old.fingerprint = "";
	out->file = file_number(spool, out->input);
	return out->file == SIZE_MAX ? fail("out of memory") : 1;
}

static int add_again(struct spool *spool, const struct store_taken *taken, size_t count,
		     const struct spool_candidate *found)
{
	for (size_t i = 0; i < count; i++) {
		if (!found[i].input)
			continue;
		if (spool_item_add(spool, &found[i]) != 0)
			return -1;
		spool->items[spool->item_count - 1].segment = taken[i].segment;
		spool->items[spool->item_count - 1].again = true;
	}
	return 0;
}

/* All or nothing of TAKEN, which are one segment's. */
static int read_again(struct spool *spool, struct nightly *nightly, const struct store_taken *taken,
		      size_t count, const char **gone)
{
	struct spool_candidate *found = mem_calloc(count + 1, sizeof *found);
	int result = found ? 0 : fail("out of memory");

	for (size_t i = 0; result == 0 && i < count && !*gone; i++) {
		if (is_there(spool, &taken[i]))
			continue;
		int there = find_again(spool, nightly, &taken[i], &found[i]);
		if (there == 0)
			*gone = taken[i].name;
		result = there < 0 ? -1 : 0;
	}
	if (result == 0 && !*gone)
		result = add_again(spool, taken, count, found);
	mem_free(found);
	return result;
}

int spool_read_again(struct spool *spool, struct nightly *nightly, int64_t segment, const char **gone)
{
	struct store_taken *taken;
	struct err err;
	size_t count;

	if (store_taken_with(nightly->store, segment, &spool->arena, &taken, &count, &err) != 0)
		return fail(err.text);
	return read_again(spool, nightly, taken, count, gone);
}

/* What begins within a day after ITEM, which comes late, may go on with its flows. What does not lie in the
 * spool any more stays as it was read. */
static int follow_item(struct spool *spool, struct nightly *nightly, const struct spool_item *item)
{
	struct store_taken *taken;
	struct err err;
	size_t count, end;
	int result = 0;

	if (item->last_ns == TIME_UNKNOWN || item->last_ns > INT64_MAX - day_ns)
		return 0;
	if (store_taken_after(nightly->store, nightly_sensor(nightly->options), item->last_ns,
			      item->last_ns + day_ns, &spool->arena, &taken, &count, &err) != 0)
		return fail(err.text);
	for (size_t i = 0; i < count && result == 0; i = end) {
		const char *gone = NULL;

		for (end = i + 1; end < count && taken[end].segment == taken[i].segment;)
			end++;
		result = read_again(spool, nightly, &taken[i], end - i, &gone);
	}
	return result;
}

int spool_follow(struct spool *spool, struct nightly *nightly)
{
	size_t count = spool->item_count;
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++) {
		const struct spool_item item = spool->items[i];

		if (!item.again)
			result = follow_item(spool, nightly, &item);
	}
	return result;
}
