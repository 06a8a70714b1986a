/*
 * Private to flow/: where in the pool a key's entry lies. Open addressing in segments of 64 KiB; a segment
 * that fills up is split in two, alone, so that growth never pauses for long and every look-up is one probe
 * of one segment.
 */
#ifndef FLOW_INDEX_H
#define FLOW_INDEX_H

#include "base/err.h"
#include "pool.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INDEX_SEGMENT_BITS = 13, INDEX_SEGMENT_SLOTS = 1 << INDEX_SEGMENT_BITS, INDEX_DEPTH_MAX = 18 };

struct index_segment {
	uint64_t *slots; /* hash << 32 | number + 1; 0: free */
	uint32_t number; /* of the slots in their pool */
	uint32_t used;
	uint32_t depth; /* leading bits of the hash that all of its keys share */
};

struct flow_index {
	/* By the leading `depth` bits of the hash: segments, and their slots once more, for look-ups. */
	struct index_segment **directory;
	uint64_t **slots_of;
	unsigned depth;
	size_t segments;
	struct flow_pool slots; /* of all segments */
};

/* LARGE: in large pages, which are faster and of which half a one is lost. */
int flow_index_init(struct flow_index *index, bool large) MUST_CHECK;
void flow_index_clear(struct flow_index *index);
/* Takes out everything; a first segment stays. */
void flow_index_empty(struct flow_index *index);
/* -1: no memory, or a segment that cannot be split further is full; nothing was changed. */
int flow_index_insert(struct flow_index *index, uint32_t hash, uint32_t number) MUST_CHECK;
void flow_index_remove(struct flow_index *index, uint32_t hash, uint32_t number);
size_t flow_index_memory(const struct flow_index *index);

static inline struct index_segment *flow_index_segment(const struct flow_index *index, uint32_t hash)
{
	/* In 64 bits, because shifting 32 of 32 is undefined. */
	return index->directory[(uint64_t)hash >> (32 - index->depth)];
}

/* Where the slots of that segment lie. */
static inline uint64_t *flow_index_slots(const struct flow_index *index, uint32_t hash)
{
	return index->slots_of[(uint64_t)hash >> (32 - index->depth)];
}

/* The first slot to look at; the following ones come in order, round the segment. */
static inline uint32_t flow_index_start(uint32_t hash)
{
	return hash & (INDEX_SEGMENT_SLOTS - 1);
}

static inline uint32_t flow_index_after(uint32_t position)
{
	return (position + 1) & (INDEX_SEGMENT_SLOTS - 1);
}

static inline uint32_t index_slot_hash(uint64_t slot)
{
	return (uint32_t)(slot >> 32);
}

static inline uint32_t index_slot_number(uint64_t slot)
{
	return (uint32_t)slot - 1;
}

#endif
