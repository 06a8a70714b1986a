#include "ledger/row_blocks.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(ledger_row_blocks, .timeout = 10);

enum { ROWS = 60000 };

static void put_numbers(struct row_blocks *rows)
{
	for (uint32_t i = 0; i < ROWS; i++) {
		cr_assert_eq(row_blocks_reserve(rows, 1), 0);
		rows->count++;
		memset(row_at(rows, i), (int)(i % 251), rows->row_size);
		memcpy(row_at(rows, i), &i, sizeof(i));
	}
}

static void expect_numbers(const struct row_blocks *rows)
{
	for (uint32_t i = 0; i < ROWS; i++) {
		const char *row = row_at(rows, i);
		uint32_t number;

		memcpy(&number, row, sizeof(number));
		cr_assert_eq(number, i);
		cr_assert_eq((unsigned char)row[rows->row_size - 1], i % 251);
	}
}

/* Rows of every size that there is, in small blocks and on large pages: each keeps what was written to it. */
Test(ledger_row_blocks, rows_keep_what_they_hold)
{
	static const size_t sizes[] = {32, 56, 128};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (int large = 0; large < 3; large++) {
			static const size_t large_bytes[] = {0, 4 << 20, SIZE_MAX};
			struct row_blocks rows;

			cr_assert_eq(row_blocks_init(&rows, sizes[i]), 0);
			rows.large_bytes = large_bytes[large];
			put_numbers(&rows);
			expect_numbers(&rows);
			cr_expect_geq(rows.capacity, ROWS);
			row_blocks_clear(&rows);
			cr_expect_eq(rows.capacity, 0);
		}
	}
}

/* A line of the cache holds no parts of three rows of 64 or 128 bytes: blocks begin on one. */
Test(ledger_row_blocks, blocks_begin_on_a_line)
{
	struct row_blocks rows;

	cr_assert_eq(row_blocks_init(&rows, 128), 0);
	rows.large_bytes = SIZE_MAX;
	put_numbers(&rows);
	for (size_t i = 0; i < ROWS; i++)
		cr_assert_eq((uintptr_t)row_at(&rows, i) % 64, 0);
	row_blocks_clear(&rows);
}
