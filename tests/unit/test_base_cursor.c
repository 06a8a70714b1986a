#include "base/cursor.h"
#include <criterion/criterion.h>

TestSuite(base_cursor, .timeout = 10);

static const uint8_t counting[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12,
				   13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24};

Test(base_cursor, reads_both_byte_orders)
{
	struct cursor c = cur_make(counting, sizeof(counting));

	cr_expect_eq(cur_u8(&c), 0x01);
	cr_expect_eq(cur_be16(&c), 0x0203);
	cr_expect_eq(cur_be24(&c), 0x040506);
	cr_expect_eq(cur_be32(&c), 0x0708090A);
	cr_expect_eq(cur_be64(&c), UINT64_C(0x0B0C0D0E0F101112));
	cr_expect_eq(cur_le16(&c), 0x1413);
	cr_expect_eq(cur_le32(&c), 0x18171615);
	cr_expect_eq(cur_left(&c), 0);
	cr_expect(cur_ok(&c));
}

Test(base_cursor, high_bits_do_not_spread)
{
	static const uint8_t ones[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
	struct cursor c;

	c = cur_make(ones, 8);
	cr_expect_eq(cur_be32(&c), UINT32_MAX);
	cr_expect_eq(cur_le32(&c), UINT32_MAX);
	c = cur_make(ones, 8);
	cr_expect_eq(cur_be64(&c), UINT64_MAX);
	c = cur_make(ones, 8);
	cr_expect_eq(cur_be24(&c), 0xFFFFFF);
	cr_expect_eq(cur_be16(&c), UINT16_MAX);
	cr_expect_eq(cur_le16(&c), UINT16_MAX);
}

Test(base_cursor, a_short_read_empties_for_good)
{
	struct cursor c = cur_make(counting, 3);

	cr_expect_eq(cur_be32(&c), 0);
	cr_expect_not(cur_ok(&c));
	cr_expect_eq(cur_left(&c), 0);
	cr_expect_eq(cur_u8(&c), 0);
	cr_expect_eq(cur_be16(&c), 0);
	cr_expect_eq(cur_be24(&c), 0);
	cr_expect_eq(cur_be64(&c), 0);
	cr_expect_eq(cur_le16(&c), 0);
	cr_expect_eq(cur_le32(&c), 0);
	cr_expect_null(cur_take(&c, 1));
	cur_skip(&c, 0);
	cr_expect_not(cur_ok(&c));
}

Test(base_cursor, be64_that_ends_in_its_middle)
{
	struct cursor c = cur_make(counting, 6);

	cr_expect_eq(cur_be64(&c), UINT64_C(0x0102030400000000));
	cr_expect_not(cur_ok(&c));
	cr_expect_eq(cur_left(&c), 0);
}

Test(base_cursor, take_and_skip_at_the_bound)
{
	struct cursor c = cur_make(counting, 4);

	cr_expect_eq(cur_take(&c, 3), counting);
	cur_skip(&c, 1);
	cr_expect(cur_ok(&c));
	cr_expect_eq(cur_take(&c, 0), counting + 4);
	cr_expect(cur_ok(&c));
	cur_skip(&c, SIZE_MAX);
	cr_expect_not(cur_ok(&c));
}

Test(base_cursor, copy_zeroes_when_there_is_too_little)
{
	struct cursor c = cur_make(counting, 4);
	uint8_t out[3] = {0xAA, 0xAA, 0xAA};
	static const uint8_t first[3] = {1, 2, 3}, zeros[3];

	cur_copy(&c, out, 3);
	cr_expect_arr_eq(out, first, 3);
	cur_copy(&c, out, 3);
	cr_expect_arr_eq(out, zeros, 3);
	cr_expect_not(cur_ok(&c));
}

Test(base_cursor, child_cannot_leave_its_bytes)
{
	struct cursor c = cur_make(counting, 8);
	struct cursor child = cur_sub(&c, 3);

	cr_expect_eq(cur_left(&child), 3);
	cr_expect_eq(cur_left(&c), 5);
	cr_expect_eq(cur_be32(&child), 0);
	cr_expect_not(cur_ok(&child));
	cr_expect(cur_ok(&c));
	cr_expect_eq(cur_u8(&c), 4);
}

Test(base_cursor, child_that_is_too_long_is_empty)
{
	struct cursor c = cur_make(counting, 2);
	struct cursor child = cur_sub(&c, 3);

	cr_expect_eq(cur_left(&child), 0);
	cr_expect_not(cur_ok(&child));
	cr_expect_not(cur_ok(&c));
	cr_expect_eq(cur_u8(&child), 0);
}

Test(base_cursor, trim_drops_the_rear_only)
{
	struct cursor c = cur_make(counting, 8);

	cur_skip(&c, 2);
	cur_trim(&c, 6);
	cr_expect_eq(cur_left(&c), 6);
	cur_trim(&c, SIZE_MAX);
	cr_expect_eq(cur_left(&c), 6);
	cur_trim(&c, 2);
	cr_expect_eq(cur_left(&c), 2);
	cr_expect_eq(cur_be16(&c), 0x0304);
	cur_trim(&c, 0);
	cr_expect(cur_ok(&c));
}

Test(base_cursor, peek_does_not_move)
{
	struct cursor c = cur_make(counting, 2);

	cr_expect_eq(cur_peek(&c, 1), 2);
	cr_expect_eq(cur_peek(&c, 2), 0);
	cr_expect_eq(cur_peek(&c, SIZE_MAX), 0);
	cr_expect(cur_ok(&c));
	cr_expect_eq(cur_left(&c), 2);
}

Test(base_cursor, null_is_empty)
{
	struct cursor c = cur_make(NULL, 0);
	struct cursor child;

	cr_expect_eq(cur_left(&c), 0);
	cr_expect_not_null(cur_take(&c, 0));
	child = cur_sub(&c, 0);
	cr_expect(cur_ok(&child));
	cr_expect(cur_ok(&c));
	cr_expect_eq(cur_u8(&c), 0);
	cr_expect_not(cur_ok(&c));
}
