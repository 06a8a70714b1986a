#include "base/radix.h"
#include <criterion/criterion.h>
#include <stdlib.h>

TestSuite(base_radix, .timeout = 10);

enum { MANY = 5000 };

static uint64_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 11;
}

static int compare_whole(const void *a, const void *b)
{
	const struct radix_item *left = a, *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return (left->value > right->value) - (left->value < right->value);
}

static void expect_sorted(uint64_t (*key)(uint64_t random), size_t count)
{
	static struct radix_item items[MANY], spare[MANY], expected[MANY];
	uint64_t state = 3;

	for (size_t i = 0; i < count; i++)
		items[i] = expected[i] = (struct radix_item){key(next_random(&state)), (uint32_t)i};
	qsort(expected, count, sizeof(*expected), compare_whole);
	radix_sort(items, spare, count);
	for (size_t i = 0; i < count; i++) {
		cr_assert_eq(items[i].key, expected[i].key, "%zu of %zu", i, count);
		cr_assert_eq(items[i].value, expected[i].value, "%zu of %zu", i, count);
	}
}

static uint64_t any_key(uint64_t random)
{
	return random * UINT64_C(0x9E3779B97F4A7C15);
}

static uint64_t few_keys(uint64_t random)
{
	return random % 7;
}

/* Only the first and the third digit differ. */
static uint64_t sparse_keys(uint64_t random)
{
	return (random & 0xFF) | (random >> 8 & 0xFF) << 16 | UINT64_C(0x5500) << 32;
}

/* The topmost bits tell hardly any apart. */
static uint64_t lopsided_keys(uint64_t random)
{
	return random % 50 == 0 ? random << 40 : UINT64_C(1) << 63 | (random & 0xFFFFF);
}

/* They tell nearly all apart. */
static uint64_t close_keys(uint64_t random)
{
	return random << 30 | (random >> 9 & 3);
}

static uint64_t one_key(uint64_t random)
{
	(void)random;
	return 9;
}

Test(base_radix, sorts_by_key_and_leaves_equal_keys_in_their_order)
{
	static const size_t counts[] = {0, 1, 2, 24, 25, 300, MANY};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		expect_sorted(any_key, counts[i]);
		expect_sorted(few_keys, counts[i]);
		expect_sorted(sparse_keys, counts[i]);
		expect_sorted(lopsided_keys, counts[i]);
		expect_sorted(close_keys, counts[i]);
		expect_sorted(one_key, counts[i]);
	}
}

Test(base_radix, a_key_orders_by_its_parts_as_far_as_it_goes)
{
	struct radix_key key = {.left = 64}, whole = {.left = 64};

	radix_key_add(&key, 0, 0);
	radix_key_add(&key, 5, 3);
	radix_key_add(&key, 0xABCD, 16);
	cr_assert_eq(key.key, 5 << 16 | 0xABCD);
	cr_assert_eq(key.left, 45);
	radix_key_add(&key, 1, 41);
	radix_key_add(&key, 0xF7, 8); /* four bits are left: the upper ones */
	cr_assert_eq(key.key & 0xF, 0xF);
	cr_assert_eq(key.left, 0);
	radix_key_add(&key, 0xFF, 8);
	cr_assert_eq(key.key & 0x1F, 0x1F);
	radix_key_add(&whole, UINT64_MAX, 64);
	cr_assert_eq(whole.key, UINT64_MAX);
}

Test(base_radix, bits_hold_every_number_up_to_the_most)
{
	cr_assert_eq(radix_bits(0), 0);
	cr_assert_eq(radix_bits(1), 1);
	cr_assert_eq(radix_bits(255), 8);
	cr_assert_eq(radix_bits(256), 9);
	cr_assert_eq(radix_bits(UINT64_MAX), 64);
}
