/* The findings that were told, found by their id. */
#include "base/hash.h"
#include "base/mem.h"
#include "event_parts.h"
#include <string.h>

enum { SLOTS_LEAST = 64, LIMIT_DEFAULT = 65536, INTERVAL_DEFAULT_SEC = 60, LIKELY_AFTER_SEC = 5 };

static size_t slot_of(const struct event_tracker *tracker, const char *id, unsigned twin)
{
	return (size_t)(hash_bytes(tracker->options.hash_seed, id, strlen(id)) + twin) &
	       (tracker->slot_count - 1);
}

struct event_told *event_find(const struct event_tracker *tracker, const char *id, unsigned twin)
{
	if (tracker->slot_count == 0)
		return NULL;
	for (size_t at = slot_of(tracker, id, twin);; at = (at + 1) & (tracker->slot_count - 1)) {
		if (tracker->slots[at] == 0)
			return NULL;
		struct event_told *told = &tracker->told[tracker->slots[at] - 1];
		if (told->twin == twin && strcmp(told->id, id) == 0)
			return told;
	}
}

static void slots_fill(struct event_tracker *tracker)
{
	memset(tracker->slots, 0, tracker->slot_count * sizeof *tracker->slots);
	for (size_t i = 0; i < tracker->told_count; i++) {
		size_t at = slot_of(tracker, tracker->told[i].id, tracker->told[i].twin);

		while (tracker->slots[at] != 0)
			at = (at + 1) & (tracker->slot_count - 1);
		tracker->slots[at] = (uint32_t)i + 1;
	}
}

static int slots_grow(struct event_tracker *tracker)
{
	size_t count = tracker->slot_count ? tracker->slot_count : SLOTS_LEAST;

	while (count < 2 * (tracker->told_count + 1))
		count *= 2;
	if (count == tracker->slot_count)
		return 0;
	uint32_t *slots = mem_resize(tracker->slots, count, sizeof *slots);
	if (!slots)
		return -1;
	tracker->slots = slots;
	tracker->slot_count = count;
	slots_fill(tracker);
	return 0;
}

void event_told_clear(struct event_told *told)
{
	mem_free(told->system);
	mem_free(told->rule);
	mem_free(told->json);
	mem_free(told->text);
	told->system = told->rule = told->json = told->text = NULL;
}

/* Forgets what stands no more, to make room. */
static void forget(struct event_tracker *tracker)
{
	size_t kept = 0;

	for (size_t i = 0; i < tracker->told_count; i++) {
		if (tracker->told[i].standing)
			tracker->told[kept++] = tracker->told[i];
		else
			event_told_clear(&tracker->told[i]);
	}
	tracker->told_count = kept;
	slots_fill(tracker);
}

struct event_told *event_add(struct event_tracker *tracker, const char *id, unsigned twin)
{
	if (tracker->told_count >= tracker->options.limit)
		forget(tracker);
	if (tracker->told_count >= tracker->options.limit || slots_grow(tracker) ||
	    mem_grow((void **)&tracker->told, &tracker->told_capacity, tracker->told_count + 1,
		     sizeof *tracker->told))
		return NULL;
	struct event_told *told = &tracker->told[tracker->told_count++];
	*told = (struct event_told){.twin = (uint8_t)twin};
	strncpy(told->id, id, sizeof told->id - 1);
	size_t at = slot_of(tracker, told->id, twin);
	while (tracker->slots[at] != 0)
		at = (at + 1) & (tracker->slot_count - 1);
	tracker->slots[at] = (uint32_t)tracker->told_count;
	return told;
}

struct event_tracker *event_tracker_new(const struct event_options *options, struct err *err)
{
	struct event_tracker *tracker = mem_calloc(1, sizeof *tracker);
	bool failed = !tracker;

	if (tracker) {
		tracker->options = *options;
		tracker->sensor = options->sensor ? mem_strdup(options->sensor) : NULL;
		tracker->site_name = options->site_name ? mem_strdup(options->site_name) : NULL;
		failed = (options->sensor && !tracker->sensor) || (options->site_name && !tracker->site_name);
		if (tracker->options.interval_ns <= 0)
			tracker->options.interval_ns = INTERVAL_DEFAULT_SEC * NSEC_PER_SEC;
		if (tracker->options.likely_after_ns <= 0)
			tracker->options.likely_after_ns = LIKELY_AFTER_SEC * NSEC_PER_SEC;
		if (tracker->options.limit == 0 || tracker->options.limit > UINT32_MAX / 4)
			tracker->options.limit = LIMIT_DEFAULT;
		tracker->health_ns = tracker->stats_ns = TIME_UNKNOWN;
	}
	if (!failed)
		return tracker;
	event_tracker_free(tracker);
	err_no_memory(err);
	return NULL;
}

void event_tracker_free(struct event_tracker *tracker)
{
	if (!tracker)
		return;
	for (size_t i = 0; i < tracker->told_count; i++)
		event_told_clear(&tracker->told[i]);
	mem_free(tracker->told);
	mem_free(tracker->slots);
	mem_free(tracker->sensor);
	mem_free(tracker->site_name);
	mem_free(tracker);
}

struct event_counts event_tracker_counts(const struct event_tracker *tracker)
{
	return tracker->counts;
}

void event_tracker_ending(struct event_tracker *tracker)
{
	tracker->ending = true;
}

void event_tracker_files_changed(struct event_tracker *tracker)
{
	tracker->files_changed = true;
}
