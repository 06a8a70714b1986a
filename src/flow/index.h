/*
 * Private to flow/: which flow has a key's hash. Hashes lie in buckets of one cache line, which are compared
 * whole, and buckets in segments of 64 KiB; a segment that fills up is split in two, alone, so that growth
 * never pauses for long. What finds its bucket full goes to the next one, and each bucket counts how many
 * passed it so: a look-up ends at the first that nobody passed, and taking one out moves no other.
 */
#ifndef FLOW_INDEX_H
#define FLOW_INDEX_H

#include "base/err.h"
#include "pool.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
	INDEX_BUCKET_BITS = 10,
	INDEX_BUCKETS = 1 << INDEX_BUCKET_BITS, /* of a segment */
	INDEX_BUCKET_SLOTS = 7,
	INDEX_SEGMENT_SLOTS = INDEX_BUCKETS * INDEX_BUCKET_SLOTS,
	INDEX_DEPTH_MAX = 18
};
#define INDEX_NONE UINT32_MAX

struct index_bucket {
	uint32_t hash[INDEX_BUCKET_SLOTS + 1]; /* 0: free; the last one always 0 */
	uint32_t number[INDEX_BUCKET_SLOTS];
	uint32_t passed; /* hashes of this bucket or one before it that stand in one behind it */
};
_Static_assert(sizeof(struct index_bucket) == 64, "one cache line");

struct index_segment {
	struct index_bucket *buckets;
	uint32_t number; /* of the buckets in their pool */
	uint32_t used;
	uint32_t depth; /* leading bits of the hash that all of its keys share */
};

struct flow_index {
	/* By the leading `depth` bits of the hash: segments, and their buckets once more, for look-ups. */
	struct index_segment **directory;
	struct index_bucket **buckets_of;
	unsigned depth;
	size_t segments;
	struct flow_pool buckets; /* of all segments */
};

/* LARGE: in large pages, which are faster and of which half a one is lost. */
int flow_index_init(struct flow_index *index, bool large) MUST_CHECK;
void flow_index_clear(struct flow_index *index);
/* Takes out everything; a first segment stays. */
void flow_index_empty(struct flow_index *index);
/* HASH is not 0. -1: no memory, or a segment that cannot be split further is full; nothing was changed. */
int flow_index_insert(struct flow_index *index, uint32_t hash, uint32_t number) MUST_CHECK;
void flow_index_remove(struct flow_index *index, uint32_t hash, uint32_t number);
size_t flow_index_memory(const struct flow_index *index);

/* The first bucket of HASH's segment. */
static inline struct index_bucket *flow_index_buckets(const struct flow_index *index, uint32_t hash)
{
	/* In 64 bits, because shifting 32 of 32 is undefined. */
	return index->buckets_of[(uint64_t)hash >> (32 - index->depth)];
}

static inline uint32_t flow_index_place(uint32_t hash)
{
	return hash & (INDEX_BUCKETS - 1);
}

/* The bucket where HASH is looked for first. */
static inline struct index_bucket *flow_index_home(const struct flow_index *index, uint32_t hash)
{
	return flow_index_buckets(index, hash) + flow_index_place(hash);
}

/* Which of the bucket's slots hold HASH, a bit each; of 0 the eighth is one. */
static inline unsigned index_matches(const struct index_bucket *bucket, uint32_t hash)
{
#ifdef __SSE2__
	const __m128i wanted = _mm_set1_epi32((int)hash), none = _mm_setzero_si128();
	const __m128i low =
	    _mm_cmpeq_epi32(_mm_load_si128((const __m128i *)(const void *)bucket->hash), wanted);
	const __m128i high =
	    _mm_cmpeq_epi32(_mm_load_si128((const __m128i *)(const void *)(bucket->hash + 4)), wanted);

	return (unsigned)_mm_movemask_epi8(_mm_packs_epi16(_mm_packs_epi32(low, high), none));
#else
	unsigned matches = 0;

	for (unsigned i = 0; i <= INDEX_BUCKET_SLOTS; i++)
		matches |= (unsigned)(bucket->hash[i] == hash) << i;
	return matches;
#endif
}

/* A look-up under way. */
struct index_walk {
	const struct index_bucket *buckets;
	uint32_t hash, at, left;
	unsigned matches; /* of those at `at` that are still to come */
};

static inline struct index_walk flow_index_walk(const struct flow_index *index, uint32_t hash)
{
	struct index_walk walk = {.buckets = flow_index_buckets(index, hash),
				  .hash = hash,
				  .at = flow_index_place(hash),
				  .left = INDEX_BUCKETS};

	walk.matches = index_matches(&walk.buckets[walk.at], hash);
	return walk;
}

/* The number of the next one that has the hash, or INDEX_NONE. */
static inline uint32_t flow_index_next(struct index_walk *walk)
{
	unsigned slot;

	while (walk->matches == 0) {
		if (walk->buckets[walk->at].passed == 0 || --walk->left == 0)
			return INDEX_NONE;
		walk->at = (walk->at + 1) & (INDEX_BUCKETS - 1);
		walk->matches = index_matches(&walk->buckets[walk->at], walk->hash);
	}
	slot = (unsigned)__builtin_ctz(walk->matches);
	walk->matches &= walk->matches - 1;
	return walk->buckets[walk->at].number[slot];
}

#endif
