#include "base/hash.h"
#include "base/mem.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(base_hash, .timeout = 10);

static void expect_hex(const uint8_t *bytes, size_t n, const char *wanted)
{
	char text[65];

	hash_hex(bytes, n, text);
	cr_expect_str_eq(text, wanted);
}

Test(base_hash, hex)
{
	static const uint8_t bytes[] = {0x00, 0x9a, 0xff, 0x10};

	expect_hex(bytes, 4, "009aff10");
	expect_hex(bytes, 0, "");
}

/* What `xxhsum -H2` prints. */
Test(base_hash, one_shot_is_xxh3_128)
{
	uint8_t out[16];

	hash128_bytes("", 0, out);
	expect_hex(out, 16, "99aa06d3014798d86001c324468d497f");
	hash128_bytes(NULL, 0, out);
	expect_hex(out, 16, "99aa06d3014798d86001c324468d497f");
	hash128_bytes("tapaudit\n", 9, out);
	expect_hex(out, 16, "d8c201e43c6d81aced7887d0d091d8a2");
}

/* What `xxhsum -H3` prints. */
Test(base_hash, table_hash_is_xxh3_64_with_its_seed)
{
	cr_expect_eq(hash_bytes(0, "", 0), UINT64_C(0x2d06800538d394c2));
	cr_expect_eq(hash_bytes(0, "tapaudit\n", 9), UINT64_C(0xed3f0f3dcff49acb));
	cr_expect_neq(hash_bytes(1, "tapaudit\n", 9), hash_bytes(0, "tapaudit\n", 9));
	cr_expect_neq(hash_bytes(1, "tapaudit\n", 9), hash_bytes(2, "tapaudit\n", 9));
}

Test(base_hash, pieces_hash_like_the_whole)
{
	uint8_t bytes[3000], whole[16], pieces[16], again[16];
	struct hash128 *h = hash128_new();

	cr_assert_not_null(h);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
	hash128_bytes(bytes, sizeof(bytes), whole);
	for (size_t step = 1; step <= sizeof(bytes); step = step * 3 + 1) {
		hash128_reset(h);
		for (size_t at = 0; at < sizeof(bytes); at += step)
			hash128_add(h, bytes + at, at + step < sizeof(bytes) ? step : sizeof(bytes) - at);
		hash128_finish(h, pieces);
		cr_expect_arr_eq(pieces, whole, 16);
	}
	hash128_add(h, NULL, 0);
	hash128_finish(h, again);
	cr_expect_arr_eq(again, whole, 16);
	hash128_free(h);
	cr_expect_eq(mem_live(), 0);
}

Test(base_hash, new_is_ready_and_finish_does_not_end_it)
{
	uint8_t first[16], wanted[16];
	struct hash128 *h = hash128_new();

	cr_assert_not_null(h);
	hash128_finish(h, first);
	expect_hex(first, 16, "99aa06d3014798d86001c324468d497f");
	hash128_add(h, "ab", 2);
	hash128_finish(h, first);
	hash128_bytes("ab", 2, wanted);
	cr_expect_arr_eq(first, wanted, 16);
	hash128_add(h, "c", 1);
	hash128_finish(h, first);
	hash128_bytes("abc", 3, wanted);
	cr_expect_arr_eq(first, wanted, 16);
	hash128_free(h);
	hash128_free(NULL);
	cr_expect_eq(mem_live(), 0);
}

Test(base_hash, every_state_is_aligned_for_wide_registers)
{
	struct hash128 *states[5];

	for (int i = 0; i < 5; i++) {
		states[i] = hash128_new();
		cr_expect_eq((uintptr_t)states[i] % 64, 0);
	}
	for (int i = 0; i < 5; i++)
		hash128_free(states[i]);
	cr_expect_eq(mem_live(), 0);
}

Test(base_hash, new_without_memory)
{
	mem_fail_at(1);
	cr_expect_null(hash128_new());
	cr_expect(mem_fail_reached());
	cr_expect_eq(mem_live(), 0);
}

Test(base_hash, seeds_differ)
{
	uint64_t a = hash_seed_random(), b = hash_seed_random();

	cr_expect_neq(a, b);
	cr_expect_neq(a, 0);
}
