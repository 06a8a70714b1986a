#include "index.h"
#include "base/mem.h"
#include <string.h>

enum { SPLIT_AT = INDEX_SEGMENT_SLOTS / 8 * 5, FULL_AT = INDEX_SEGMENT_SLOTS / 8 * 7 };
/* A chunk of the pool fills a large page, or is one segment. */
enum { LARGE_SHIFT = 5, SMALL_SHIFT = 0, SEGMENTS_MAX = 1 << (INDEX_DEPTH_MAX + 1) };

static struct index_segment *segment_new(struct flow_index *index, uint32_t depth)
{
	struct index_segment *segment = mem_calloc(1, sizeof(*segment));

	if (!segment)
		return NULL;
	segment->depth = depth;
	segment->number = flow_pool_take(&index->slots);
	if (segment->number == FLOW_POOL_NONE) {
		mem_free(segment);
		return NULL;
	}
	segment->slots = flow_pool_at(&index->slots, segment->number);
	return segment;
}

static void segment_free(struct flow_index *index, struct index_segment *segment)
{
	if (!segment)
		return;
	flow_pool_give(&index->slots, segment->number);
	mem_free(segment);
}

static void segment_put(struct index_segment *segment, uint64_t slot)
{
	uint32_t position = flow_index_start(index_slot_hash(slot));

	while (segment->slots[position] != 0)
		position = flow_index_after(position);
	segment->slots[position] = slot;
	segment->used++;
}

int flow_index_init(struct flow_index *index, bool large)
{
	*index = (struct flow_index){.segments = 1};
	flow_pool_init(&index->slots, INDEX_SEGMENT_SLOTS * sizeof(uint64_t),
		       large ? LARGE_SHIFT : SMALL_SHIFT, SEGMENTS_MAX);
	index->directory = mem_calloc(1, sizeof(struct index_segment *));
	index->slots_of = mem_calloc(1, sizeof(uint64_t *));
	if (!index->directory || !index->slots_of)
		return -1;
	index->directory[0] = segment_new(index, 0);
	if (!index->directory[0])
		return -1;
	index->slots_of[0] = index->directory[0]->slots;
	return 0;
}

void flow_index_clear(struct flow_index *index)
{
	size_t count = (size_t)1 << index->depth;

	for (size_t i = 0; index->directory && i < count;) {
		struct index_segment *segment = index->directory[i];

		i += segment ? (size_t)1 << (index->depth - segment->depth) : 1;
		segment_free(index, segment);
	}
	mem_free(index->directory);
	mem_free(index->slots_of);
	flow_pool_clear(&index->slots);
	*index = (struct flow_index){0};
}

void flow_index_empty(struct flow_index *index)
{
	size_t count = (size_t)1 << index->depth;
	struct index_segment *kept = index->directory[0];

	for (size_t i = (size_t)1 << (index->depth - kept->depth); i < count;) {
		struct index_segment *segment = index->directory[i];

		i += (size_t)1 << (index->depth - segment->depth);
		segment_free(index, segment);
	}
	flow_pool_empty(&index->slots);
	/* The pool has kept its first chunk. */
	kept->number = flow_pool_take(&index->slots);
	kept->slots = flow_pool_at(&index->slots, kept->number);
	kept->used = kept->depth = 0;
	index->directory[0] = kept;
	index->slots_of[0] = kept->slots;
	index->depth = 0;
	index->segments = 1;
}

static int directory_double(struct flow_index *index)
{
	size_t count = (size_t)1 << index->depth;
	struct index_segment **wider;
	uint64_t **slots_of;

	if (index->depth >= INDEX_DEPTH_MAX)
		return -1;
	wider = mem_calloc(count * 2, sizeof(struct index_segment *));
	slots_of = mem_calloc(count * 2, sizeof(uint64_t *));
	if (!wider || !slots_of) {
		mem_free(wider);
		mem_free(slots_of);
		return -1;
	}
	for (size_t i = 0; i < count * 2; i++) {
		wider[i] = index->directory[i / 2];
		slots_of[i] = index->slots_of[i / 2];
	}
	mem_free(index->directory);
	mem_free(index->slots_of);
	index->directory = wider;
	index->slots_of = slots_of;
	index->depth++;
	return 0;
}

/* Replaces OLD by two segments of its keys, told apart by the next bit of the hash. */
static int segment_split(struct flow_index *index, struct index_segment *old, uint32_t hash)
{
	struct index_segment *half[2];
	uint32_t bit = 31 - old->depth;
	size_t span, first;

	if (old->depth >= index->depth && directory_double(index))
		return -1;
	half[0] = segment_new(index, old->depth + 1);
	half[1] = segment_new(index, old->depth + 1);
	if (!half[0] || !half[1]) {
		segment_free(index, half[0]);
		segment_free(index, half[1]);
		return -1;
	}
	for (uint32_t i = 0; i < INDEX_SEGMENT_SLOTS; i++) {
		if (old->slots[i] != 0)
			segment_put(half[index_slot_hash(old->slots[i]) >> bit & 1], old->slots[i]);
	}
	span = (size_t)1 << (index->depth - old->depth);
	first = (size_t)((uint64_t)hash >> (32 - index->depth)) & ~(span - 1);
	for (size_t i = 0; i < span; i++) {
		index->directory[first + i] = half[i >= span / 2];
		index->slots_of[first + i] = half[i >= span / 2]->slots;
	}
	segment_free(index, old);
	index->segments++;
	return 0;
}

int flow_index_insert(struct flow_index *index, uint32_t hash, uint32_t number)
{
	struct index_segment *segment = flow_index_segment(index, hash);

	if (segment->used >= SPLIT_AT) {
		if (segment_split(index, segment, hash) && segment->used >= FULL_AT)
			return -1;
		segment = flow_index_segment(index, hash);
	}
	segment_put(segment, (uint64_t)hash << 32 | (number + 1));
	return 0;
}

/* Closes the hole by moving back those that were pushed past it: no markers that would slow look-ups later.
 */
static void close_hole(struct index_segment *segment, uint32_t hole)
{
	const uint32_t mask = INDEX_SEGMENT_SLOTS - 1;

	for (uint32_t at = flow_index_after(hole); segment->slots[at] != 0; at = flow_index_after(at)) {
		uint32_t home = flow_index_start(index_slot_hash(segment->slots[at]));

		if (((at - home) & mask) >= ((at - hole) & mask)) {
			segment->slots[hole] = segment->slots[at];
			hole = at;
		}
	}
	segment->slots[hole] = 0;
}

void flow_index_remove(struct flow_index *index, uint32_t hash, uint32_t number)
{
	struct index_segment *segment = flow_index_segment(index, hash);
	uint64_t wanted = (uint64_t)hash << 32 | (number + 1);
	uint32_t at = flow_index_start(hash);

	while (segment->slots[at] != 0 && segment->slots[at] != wanted)
		at = flow_index_after(at);
	if (segment->slots[at] == 0)
		return;
	close_hole(segment, at);
	segment->used--;
}

size_t flow_index_memory(const struct flow_index *index)
{
	return index->segments * (sizeof(struct index_segment) + INDEX_SEGMENT_SLOTS * sizeof(uint64_t)) +
	       ((size_t)1 << index->depth) * (sizeof(struct index_segment *) + sizeof(uint64_t *));
}
