#include "index.h"
#include "base/mem.h"
#include <string.h>

/* Above the first, one bucket in eleven would be passed. */
enum { SPLIT_AT = INDEX_BUCKETS / 2 * 9, FULL_AT = INDEX_SEGMENT_SLOTS / 8 * 7 };
/* A chunk of the pool fills a large page, or is one segment. */
enum { LARGE_SHIFT = 5, SMALL_SHIFT = 0, SEGMENTS_MAX = 1 << (INDEX_DEPTH_MAX + 1) };

static struct index_segment *segment_new(struct flow_index *index, uint32_t depth)
{
	struct index_segment *segment = mem_calloc(1, sizeof(*segment));

	if (!segment)
		return NULL;
	segment->depth = depth;
	segment->number = flow_pool_take(&index->buckets);
	if (segment->number == FLOW_POOL_NONE) {
		mem_free(segment);
		return NULL;
	}
	segment->buckets = flow_pool_at(&index->buckets, segment->number);
	return segment;
}

static void segment_free(struct flow_index *index, struct index_segment *segment)
{
	if (!segment)
		return;
	flow_pool_give(&index->buckets, segment->number);
	mem_free(segment);
}

enum { ALL_SLOTS = (1 << INDEX_BUCKET_SLOTS) - 1 };

/* There is room. */
static void segment_put(struct index_segment *segment, uint32_t hash, uint32_t number)
{
	uint32_t at = flow_index_place(hash);
	unsigned free_slots, slot;

	while ((free_slots = index_matches(&segment->buckets[at], 0) & ALL_SLOTS) == 0) {
		segment->buckets[at].passed++;
		at = (at + 1) & (INDEX_BUCKETS - 1);
	}
	slot = (unsigned)__builtin_ctz(free_slots);
	segment->buckets[at].hash[slot] = hash;
	segment->buckets[at].number[slot] = number;
	segment->used++;
}

int flow_index_init(struct flow_index *index, bool large)
{
	*index = (struct flow_index){.segments = 1};
	flow_pool_init(&index->buckets, INDEX_BUCKETS * sizeof(struct index_bucket),
		       large ? LARGE_SHIFT : SMALL_SHIFT, SEGMENTS_MAX);
	index->directory = mem_calloc(1, sizeof(struct index_segment *));
	index->buckets_of = mem_calloc(1, sizeof(struct index_bucket *));
	if (!index->directory || !index->buckets_of)
		return -1;
	index->directory[0] = segment_new(index, 0);
	if (!index->directory[0])
		return -1;
	index->buckets_of[0] = index->directory[0]->buckets;
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
	mem_free(index->buckets_of);
	flow_pool_clear(&index->buckets);
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
	flow_pool_empty(&index->buckets);
	/* The pool has kept its first chunk. */
	kept->number = flow_pool_take(&index->buckets);
	kept->buckets = flow_pool_at(&index->buckets, kept->number);
	kept->used = kept->depth = 0;
	index->directory[0] = kept;
	index->buckets_of[0] = kept->buckets;
	index->depth = 0;
	index->segments = 1;
}

static int directory_double(struct flow_index *index)
{
	size_t count = (size_t)1 << index->depth;
	struct index_segment **wider;
	struct index_bucket **buckets_of;

	if (index->depth >= INDEX_DEPTH_MAX)
		return -1;
	wider = mem_calloc(count * 2, sizeof(struct index_segment *));
	buckets_of = mem_calloc(count * 2, sizeof(struct index_bucket *));
	if (!wider || !buckets_of) {
		mem_free(wider);
		mem_free(buckets_of);
		return -1;
	}
	for (size_t i = 0; i < count * 2; i++) {
		wider[i] = index->directory[i / 2];
		buckets_of[i] = index->buckets_of[i / 2];
	}
	mem_free(index->directory);
	mem_free(index->buckets_of);
	index->directory = wider;
	index->buckets_of = buckets_of;
	index->depth++;
	return 0;
}

static void deal_bucket(const struct index_bucket *bucket, struct index_segment *half[2], uint32_t bit)
{
	for (unsigned i = 0; i < INDEX_BUCKET_SLOTS; i++)
		if (bucket->hash[i] != 0)
			segment_put(half[bucket->hash[i] >> bit & 1], bucket->hash[i], bucket->number[i]);
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
	for (uint32_t i = 0; i < INDEX_BUCKETS; i++)
		deal_bucket(&old->buckets[i], half, bit);
	span = (size_t)1 << (index->depth - old->depth);
	first = (size_t)((uint64_t)hash >> (32 - index->depth)) & ~(span - 1);
	for (size_t i = 0; i < span; i++) {
		index->directory[first + i] = half[i >= span / 2];
		index->buckets_of[first + i] = half[i >= span / 2]->buckets;
	}
	segment_free(index, old);
	index->segments++;
	return 0;
}

static struct index_segment *segment_of(const struct flow_index *index, uint32_t hash)
{
	return index->directory[(uint64_t)hash >> (32 - index->depth)];
}

int flow_index_insert(struct flow_index *index, uint32_t hash, uint32_t number)
{
	struct index_segment *segment = segment_of(index, hash);

	if (segment->used >= SPLIT_AT) {
		if (segment_split(index, segment, hash) && segment->used >= FULL_AT)
			return -1;
		segment = segment_of(index, hash);
	}
	/* What all have in common splits nothing off. */
	if (segment->used >= FULL_AT)
		return -1;
	segment_put(segment, hash, number);
	return 0;
}

void flow_index_remove(struct flow_index *index, uint32_t hash, uint32_t number)
{
	struct index_segment *segment = segment_of(index, hash);
	struct index_walk walk = flow_index_walk(index, hash);
	struct index_bucket *bucket;
	uint32_t found;

	do
		found = flow_index_next(&walk);
	while (found != number && found != INDEX_NONE);
	if (found == INDEX_NONE)
		return;
	for (uint32_t at = flow_index_place(hash); at != walk.at; at = (at + 1) & (INDEX_BUCKETS - 1))
		segment->buckets[at].passed--;
	bucket = &segment->buckets[walk.at];
	for (unsigned i = 0; i < INDEX_BUCKET_SLOTS; i++)
		if (bucket->hash[i] == hash && bucket->number[i] == number)
			bucket->hash[i] = 0;
	segment->used--;
}

size_t flow_index_memory(const struct flow_index *index)
{
	return index->segments *
		   (sizeof(struct index_segment) + INDEX_BUCKETS * sizeof(struct index_bucket)) +
	       ((size_t)1 << index->depth) * (sizeof(struct index_segment *) + sizeof(struct index_bucket *));
}
