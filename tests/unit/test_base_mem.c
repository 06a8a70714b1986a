#include "base/mem.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

TestSuite(base_mem, .timeout = 10);

/* Not a constant to the compiler, which would warn about the sizes that these tests are about. */
static volatile size_t largest = SIZE_MAX;

Test(base_mem, calloc_gives_zeros_and_is_counted)
{
	static const unsigned char zeros[300];
	unsigned char *p = mem_calloc(100, 3);

	cr_assert_not_null(p);
	cr_expect_eq(memcmp(p, zeros, sizeof(zeros)), 0);
	cr_expect_eq(mem_live(), 1);
	mem_free(p);
	cr_expect_eq(mem_live(), 0);
	mem_free(NULL);
	cr_expect_eq(mem_live(), 0);
}

Test(base_mem, sizes_that_overflow_are_refused)
{
	void *old = mem_calloc(4, 1);

	cr_expect_null(mem_calloc(largest, 2));
	cr_expect_null(mem_calloc(largest / 2 + 2, 2));
	cr_expect_null(mem_calloc(2, largest / 2 + 1));
	cr_expect_null(mem_calloc(largest, 1));
	cr_expect_null(mem_resize(NULL, largest, 8));
	cr_expect_null(mem_resize(old, largest / 8 + 1, 8));
	cr_expect_null(mem_hook_alloc(largest));
	cr_expect_eq(mem_live(), 1);
	mem_free(old);
}

Test(base_mem, nothing_is_still_a_block)
{
	void *a = mem_calloc(0, 8);
	void *b = mem_calloc(8, 0);
	void *c = mem_resize(NULL, 0, 1);

	cr_assert(a && b && c);
	cr_expect_eq(mem_live(), 3);
	c = mem_resize(c, 0, 0);
	cr_expect_not_null(c);
	cr_expect_eq(mem_live(), 3);
	mem_free(a);
	mem_free(b);
	mem_free(c);
	cr_expect_eq(mem_live(), 0);
}

Test(base_mem, resize_keeps_what_was_there)
{
	char *p = mem_resize(NULL, 4, 1);

	cr_assert_not_null(p);
	memcpy(p, "abc", 4);
	p = mem_resize(p, 5000, 2);
	cr_assert_not_null(p);
	cr_expect_str_eq(p, "abc");
	cr_expect_eq(mem_live(), 1);
	mem_fail_at(1);
	cr_expect_null(mem_resize(p, 10000, 2));
	cr_expect(mem_fail_reached());
	cr_expect_str_eq(p, "abc");
	cr_expect_eq(mem_live(), 1);
	mem_free(p);
}

Test(base_mem, strings_are_copied)
{
	static const char unterminated[3] = {'x', 'y', 'z'};
	char *whole = mem_strdup("tap audit");
	char *part = mem_strndup("tap audit", 3);
	char *more = mem_strndup("tap", 99);
	char *bare = mem_strndup(unterminated, sizeof(unterminated));
	char *none = mem_strndup("tap", 0);

	cr_expect_str_eq(whole, "tap audit");
	cr_expect_str_eq(part, "tap");
	cr_expect_str_eq(more, "tap");
	cr_expect_str_eq(bare, "xyz");
	cr_expect_str_eq(none, "");
	cr_expect_eq(mem_live(), 5);
	mem_free(whole);
	mem_free(part);
	mem_free(more);
	mem_free(bare);
	mem_free(none);
	cr_expect_eq(mem_live(), 0);
}

Test(base_mem, hooks_are_counted_too)
{
	void *p = mem_hook_alloc(10);

	cr_expect_eq(mem_live(), 1);
	mem_hook_free(p);
	mem_hook_free(NULL);
	cr_expect_eq(mem_live(), 0);
	mem_fail_at(1);
	cr_expect_null(mem_hook_alloc(10));
}

Test(base_mem, the_nth_allocation_fails_and_only_that)
{
	void *kept[4];

	mem_fail_at(3);
	kept[0] = mem_calloc(1, 1);
	kept[1] = mem_resize(NULL, 1, 1);
	cr_expect_not(mem_fail_reached());
	cr_expect_null(mem_strdup("third"));
	cr_expect(mem_fail_reached());
	kept[2] = mem_strdup("fourth");
	kept[3] = mem_hook_alloc(1);
	cr_expect(mem_fail_reached());
	cr_expect_eq(mem_live(), 4);
	for (int i = 0; i < 4; i++) {
		cr_expect_not_null(kept[i]);
		mem_free(kept[i]);
	}
	mem_fail_at(0);
	cr_expect_not(mem_fail_reached());
}

Test(base_mem, failing_can_be_called_off)
{
	void *p;

	mem_fail_at(1);
	mem_fail_at(0);
	p = mem_calloc(1, 1);
	cr_expect_not_null(p);
	cr_expect_not(mem_fail_reached());
	mem_free(p);
}

Test(base_mem, grow_doubles)
{
	int *items = NULL;
	size_t capacity = 0;

	cr_expect_eq(mem_grow((void **)&items, &capacity, 0, sizeof(*items)), 0);
	cr_expect_null(items);
	cr_expect_eq(mem_grow((void **)&items, &capacity, 1, sizeof(*items)), 0);
	cr_expect_eq(capacity, 8);
	for (int i = 0; i < 8; i++)
		items[i] = i;
	cr_expect_eq(mem_grow((void **)&items, &capacity, 8, sizeof(*items)), 0);
	cr_expect_eq(capacity, 8);
	cr_expect_eq(mem_grow((void **)&items, &capacity, 9, sizeof(*items)), 0);
	cr_expect_eq(capacity, 16);
	cr_expect_eq(mem_grow((void **)&items, &capacity, 100, sizeof(*items)), 0);
	cr_expect_eq(capacity, 128);
	for (int i = 0; i < 8; i++)
		cr_expect_eq(items[i], i);
	cr_expect_eq(mem_live(), 1);
	mem_free(items);
}

Test(base_mem, grow_that_fails_changes_nothing)
{
	int *items = NULL, *before;
	size_t capacity = 0;

	cr_assert_eq(mem_grow((void **)&items, &capacity, 3, sizeof(*items)), 0);
	before = items;
	cr_expect_eq(mem_grow((void **)&items, &capacity, largest, sizeof(*items)), -1);
	mem_fail_at(1);
	cr_expect_eq(mem_grow((void **)&items, &capacity, 9, sizeof(*items)), -1);
	cr_expect_eq(items, before);
	cr_expect_eq(capacity, 8);
	cr_expect_eq(mem_live(), 1);
	mem_free(items);
}

enum { THREADS = 4, ROUNDS = 5000 };

static void *churn(void *failures)
{
	for (int i = 0; i < ROUNDS; i++) {
		void *p = mem_calloc(1, 16);

		if (!p)
			++*(int *)failures;
		mem_free(p);
	}
	return NULL;
}

Test(base_mem, counts_right_with_threads)
{
	pthread_t threads[THREADS];
	int failures[THREADS] = {0};
	int total = 0;

	mem_fail_at(ROUNDS);
	for (int i = 0; i < THREADS; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, churn, &failures[i]), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		total += failures[i];
	}
	cr_expect_eq(total, 1);
	cr_expect(mem_fail_reached());
	cr_expect_eq(mem_live(), 0);
}
