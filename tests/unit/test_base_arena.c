#include "base/mem.h"
#include <criterion/criterion.h>
#include <stdalign.h>
#include <string.h>

TestSuite(base_arena, .timeout = 10);

static volatile size_t largest = SIZE_MAX;

static bool all_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

Test(base_arena, items_are_zero_aligned_and_apart)
{
	enum { COUNT = 2000 };
	struct arena arena = {0};
	unsigned char *items[COUNT];
	size_t misaligned = 0, not_zero = 0, overwritten = 0;

	for (size_t i = 0; i < COUNT; i++) {
		items[i] = arena_calloc(&arena, i % 97, 3);
		cr_assert_not_null(items[i]);
		misaligned += (uintptr_t)items[i] % alignof(max_align_t) != 0;
		not_zero += !all_zero(items[i], i % 97 * 3);
		memset(items[i], (int)(i % 251 + 1), i % 97 * 3);
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t k = 0; k < i % 97 * 3; k++)
			overwritten += items[i][k] != i % 251 + 1;
	cr_expect_eq(misaligned, 0);
	cr_expect_eq(not_zero, 0);
	cr_expect_eq(overwritten, 0);
	arena_clear(&arena);
	cr_expect_null(arena.blocks);
	cr_expect_eq(mem_live(), 0);
}

Test(base_arena, large_items_have_room)
{
	struct arena arena = {0};
	unsigned char *small = arena_calloc(&arena, 1, 10);
	unsigned char *large = arena_calloc(&arena, 100, 1000);

	cr_assert(small && large);
	cr_expect(all_zero(large, 100000));
	memset(large, 0xFF, 100000);
	cr_expect(all_zero(small, 10));
	cr_expect_eq(mem_live(), 2);
	arena_clear(&arena);
	cr_expect_eq(mem_live(), 0);
}

Test(base_arena, many_items_share_a_block)
{
	struct arena arena = {0};

	for (int i = 0; i < 50; i++)
		cr_assert_not_null(arena_calloc(&arena, 1, 16));
	cr_expect_eq(mem_live(), 1);
	arena_clear(&arena);
}

Test(base_arena, empty_items_differ)
{
	struct arena arena = {0};
	void *a = arena_calloc(&arena, 0, 8);
	void *b = arena_calloc(&arena, 8, 0);

	cr_expect(a && b && a != b);
	arena_clear(&arena);
}

Test(base_arena, sizes_that_overflow_are_refused)
{
	struct arena arena = {0};

	cr_expect_null(arena_calloc(&arena, largest, 2));
	cr_expect_null(arena_calloc(&arena, 2, largest / 2 + 1));
	cr_expect_null(arena_calloc(&arena, largest, 1));
	cr_expect_null(arena_calloc(&arena, largest / 2, 1));
	cr_expect_null(arena.blocks);
}

Test(base_arena, texts)
{
	struct arena arena = {0};
	char filler[9000];
	char *copy = arena_strdup(&arena, "kvm-manager");
	char *printed = arena_printf(&arena, "%s:%d", "rule", 42);
	char *empty = arena_printf(&arena, "%s", "");
	char *large;

	memset(filler, 'x', sizeof(filler) - 1);
	filler[sizeof(filler) - 1] = '\0';
	large = arena_printf(&arena, "%s", filler);
	cr_expect_str_eq(copy, "kvm-manager");
	cr_expect_str_eq(printed, "rule:42");
	cr_expect_str_eq(empty, "");
	cr_expect_str_eq(large, filler);
	arena_clear(&arena);
	arena_clear(&arena);
	cr_expect_eq(mem_live(), 0);
}

Test(base_arena, failure_leaves_the_arena_usable)
{
	struct arena arena = {0};

	mem_fail_at(1);
	cr_expect_null(arena_strdup(&arena, "x"));
	mem_fail_at(1);
	cr_expect_null(arena_printf(&arena, "%d", 1));
	cr_expect_str_eq(arena_strdup(&arena, "y"), "y");
	arena_clear(&arena);
	cr_expect_eq(mem_live(), 0);
}
