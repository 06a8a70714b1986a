#include "base/mem.h"
#include "flow/fifo.h"
#include "flow/index.h"
#include "flow/pool.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(flow_index, .timeout = 10);

static bool holds(const struct flow_index *index, uint32_t hash, uint32_t number)
{
	struct index_walk walk = flow_index_walk(index, hash);
	uint32_t found;

	do
		found = flow_index_next(&walk);
	while (found != number && found != INDEX_NONE);
	return found == number;
}

static uint32_t scatter(uint32_t i)
{
	return i * 2654435761U;
}

Test(flow_index, finds_what_was_put_and_not_what_was_removed)
{
	enum { KEYS = 40000 };
	struct flow_index index;

	cr_assert_eq(flow_index_init(&index, true), 0);
	for (uint32_t i = 0; i < KEYS; i++)
		cr_assert_eq(flow_index_insert(&index, scatter(i) | 1, i), 0);
	cr_expect_gt(index.segments, 4);
	for (uint32_t i = 0; i < KEYS; i += 2)
		flow_index_remove(&index, scatter(i) | 1, i);
	for (uint32_t i = 0; i < KEYS; i++)
		cr_assert_eq(holds(&index, scatter(i) | 1, i), i % 2 == 1, "%u", i);
	flow_index_clear(&index);
}

/* Hashes of two buckets, more than both hold, go on round the segment's end; taking any out leaves the others
 * reachable, and its slot is taken again. */
Test(flow_index, hashes_of_two_buckets_round_the_end)
{
	enum { KEYS = 5 * INDEX_BUCKET_SLOTS };
	const uint32_t last = INDEX_BUCKETS - 1, above = INDEX_BUCKETS;
	struct flow_index index;

	cr_assert_eq(flow_index_init(&index, false), 0);
	for (uint32_t i = 0; i < KEYS; i++)
		cr_assert_eq(flow_index_insert(&index, (last - i % 2) | above * (i / 2), i), 0);
	cr_expect_eq(index.directory[0]->buckets[1].passed, INDEX_BUCKET_SLOTS);
	cr_expect_eq(index.directory[0]->buckets[2].passed, 0);
	for (uint32_t i = 0; i < KEYS; i += 3)
		flow_index_remove(&index, (last - i % 2) | above * (i / 2), i);
	flow_index_remove(&index, last, 99);
	for (uint32_t i = 0; i < KEYS; i++)
		cr_expect_eq(holds(&index, (last - i % 2) | above * (i / 2), i), i % 3 != 0, "%u", i);
	for (uint32_t i = 0; i < KEYS; i += 3)
		cr_assert_eq(flow_index_insert(&index, (last - i % 2) | above * (i / 2), i), 0);
	for (uint32_t i = 0; i < KEYS; i++)
		cr_expect(holds(&index, (last - i % 2) | above * (i / 2), i), "%u", i);
	for (uint32_t i = 0; i < KEYS; i++)
		flow_index_remove(&index, (last - i % 2) | above * (i / 2), i);
	for (uint32_t i = 0; i < INDEX_BUCKETS; i++) {
		cr_assert_eq(index.directory[0]->buckets[i].passed, 0);
		cr_assert_eq(index_matches(&index.directory[0]->buckets[i], 0), 0xff);
	}
	cr_expect_eq(index.directory[0]->used, 0);
	flow_index_clear(&index);
}

/* Equal hashes cannot be parted: the segment fills up, says so and stays whole. */
Test(flow_index, full_of_equal_hashes)
{
	struct flow_index index;
	uint32_t count = 0;

	cr_assert_eq(flow_index_init(&index, true), 0);
	while (count < INDEX_SEGMENT_SLOTS && flow_index_insert(&index, 7, count) == 0)
		count++;
	cr_expect_lt(count, INDEX_SEGMENT_SLOTS);
	cr_expect_gt(count, INDEX_SEGMENT_SLOTS / 2);
	cr_expect(holds(&index, 7, 0) && holds(&index, 7, count - 1) && !holds(&index, 7, count));
	flow_index_clear(&index);
}

Test(flow_index, pool_reuses_zeroed_items)
{
	struct flow_pool pool;
	uint32_t first, second;

	flow_pool_init(&pool, 24, 2, 1000);
	first = flow_pool_take(&pool);
	second = flow_pool_take(&pool);
	memset(flow_pool_at(&pool, second), 0xff, 24);
	flow_pool_give(&pool, second);
	flow_pool_give(&pool, first);
	cr_expect_eq(flow_pool_take(&pool), first);
	cr_expect_eq(flow_pool_take(&pool), second);
	for (unsigned i = 0; i < 24; i++)
		cr_expect_eq(((uint8_t *)flow_pool_at(&pool, second))[i], 0);
	for (uint32_t i = 2; i < 20; i++)
		cr_expect_eq(flow_pool_take(&pool), i);
	flow_pool_clear(&pool);
}

struct record {
	struct fifo_link link;
	uint32_t value;
};

static int find_value(const struct fifo *fifo, uint32_t hash)
{
	const struct record *at = fifo_first(fifo, hash);

	while (at && at->link.hash != hash)
		at = fifo_following(fifo, at);
	return at ? (int)at->value : -1;
}

Test(flow_index, fifo_forgets_the_oldest)
{
	struct fifo fifo;

	cr_assert_eq(fifo_init(&fifo, sizeof(struct record), 1), 0);
	cr_assert_eq(fifo.capacity, 16);
	cr_expect_null(fifo_oldest(&fifo));
	for (uint32_t i = 0; i < 40; i++) {
		cr_expect_eq(fifo_is_full(&fifo), i >= 16);
		((struct record *)fifo_add(&fifo, i * 7, (int64_t)i))->value = i;
	}
	for (uint32_t i = 0; i < 40; i++)
		cr_expect_eq(find_value(&fifo, i * 7), i < 24 ? -1 : (int)i);
	cr_expect_eq(((struct record *)fifo_oldest(&fifo))->value, 24);
	fifo_remove(&fifo, fifo_oldest(&fifo));
	cr_expect_eq(((struct record *)fifo_oldest(&fifo))->value, 25);
	cr_expect_not(fifo_is_full(&fifo));
	fifo_clear(&fifo);
}

/* Of one hash the newest comes first, and those of other hashes may stand between. */
Test(flow_index, fifo_newest_first)
{
	struct fifo fifo;
	const struct record *at;

	cr_assert_eq(fifo_init(&fifo, sizeof(struct record), 1), 0);
	for (uint32_t i = 0; i < 3; i++)
		((struct record *)fifo_add(&fifo, 5, 0))->value = i;
	at = fifo_first(&fifo, 5);
	cr_assert(at && at->value == 2);
	at = fifo_following(&fifo, at);
	cr_assert(at && at->value == 1);
	at = fifo_following(&fifo, at);
	cr_assert(at && at->value == 0);
	cr_expect_null(fifo_following(&fifo, at));
	fifo_clear(&fifo);
}
