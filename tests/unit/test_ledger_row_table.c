#include "base/mem.h"
#include "ledger/row_table.h"
#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_row_table, .timeout = 10);

struct pair {
	uint32_t key;
	uint32_t value;
};

static struct pair *pair_find(struct row_table *table, uint32_t key)
{
	return row_table_find(table, &key, row_table_hash(table, &key));
}

static void pair_sum(void *context, void *row, const void *more)
{
	struct pair *to = row;
	const struct pair *from = more;

	(void)context;
	to->value += from->value;
}

/* Coarse on purpose: the rest is left to comparing. */
static struct row_digest pair_digest(const void *row)
{
	const struct pair *pair = row;

	return (struct row_digest){.high = pair->key / 100, .low = pair->key / 10};
}

static int pair_compare(const void *a, const void *b)
{
	const struct pair *left = a;
	const struct pair *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

Test(ledger_row_table, agrees_with_an_array_under_random_adding_and_removing)
{
	enum { KEYS = 300, STEPS = 20000 };
	uint32_t expected[KEYS] = {0};
	struct sample_random random = {.state = 11};
	struct row_table table;
	size_t alive = 0;

	cr_assert_eq(row_table_init(&table, sizeof(struct pair), sizeof(uint32_t), 5, 4), 0);
	for (uint32_t step = 1; step <= STEPS; step++) {
		uint32_t key = sample_below(&random, KEYS);
		struct pair *row = pair_find(&table, key);

		cr_assert_eq(row ? row->value : 0, expected[key]);
		if (row && sample_below(&random, 2)) {
			row_table_remove(&table, row);
			expected[key] = 0;
			alive--;
		} else if (!row) {
			row = row_table_add(&table, &key, row_table_hash(&table, &key));
			row->value = step;
			expected[key] = step;
			alive++;
		}
		if (step % 5000 == 0)
			row_table_sort(&table, pair_digest, pair_compare);
		cr_assert_eq(table.count, alive);
	}
	row_table_clear(&table);
	cr_assert_eq(mem_live(), 0);
}

Test(ledger_row_table, compact_joins_rows_whose_keys_became_equal)
{
	struct row_table table;

	cr_assert_eq(row_table_init(&table, sizeof(struct pair), sizeof(uint32_t), 5, 4), 0);
	for (uint32_t key = 0; key < 100; key++) {
		struct pair *row = row_table_obtain(&table, &key);

		row->value = 1;
	}
	for (size_t i = 0; i < table.count; i++) {
		struct pair *row = row_table_at(&table, i);

		row->key %= 7;
	}
	row_table_compact(&table, NULL, pair_sum);
	cr_assert_eq(table.count, 7);
	for (uint32_t key = 0; key < 7; key++)
		cr_assert_eq(pair_find(&table, key)->value, key < 2 ? 15 : 14);
	row_table_clear(&table);
}

Test(ledger_row_table, sorts_with_and_without_memory_to_spare)
{
	enum { KEYS = 1000 };

	for (uint64_t nth = 0; nth < 3; nth++) {
		struct row_table table;

		cr_assert_eq(row_table_init(&table, sizeof(struct pair), sizeof(uint32_t), 5, KEYS), 0);
		for (uint32_t i = 0; i < KEYS; i++) {
			uint32_t key = i * 7 % KEYS;
			struct pair *row = row_table_obtain(&table, &key);

			row->value = key + 1;
		}
		mem_fail_at(nth);
		row_table_sort(&table, pair_digest, pair_compare);
		mem_fail_at(0);
		for (uint32_t i = 0; i < KEYS; i++) {
			const struct pair *row = row_table_at(&table, i);

			cr_assert_eq(row->key, i);
			cr_assert_eq(row->value, i + 1);
		}
		cr_assert_eq(pair_find(&table, 77)->value, 78);
		row_table_clear(&table);
	}
	cr_assert_eq(mem_live(), 0);
}

Test(ledger_row_table, reserved_rows_need_no_memory)
{
	struct row_table table;

	cr_assert_eq(row_table_init(&table, sizeof(struct pair), sizeof(uint32_t), 5, 100), 0);
	mem_fail_at(1);
	for (uint32_t key = 0; key < 100; key++)
		cr_assert_not_null(row_table_obtain(&table, &key));
	mem_fail_at(1);
	for (uint32_t key = 100; key < 1000; key++)
		(void)row_table_obtain(&table, &key);
	cr_assert(mem_fail_reached());
	mem_fail_at(0);
	cr_assert_eq(pair_find(&table, 99)->key, 99);
	row_table_clear(&table);
}
