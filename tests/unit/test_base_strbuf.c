#include "base/mem.h"
#include "base/strbuf.h"
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

TestSuite(base_strbuf, .timeout = 10);

static volatile size_t largest = SIZE_MAX;

Test(base_strbuf, empty_is_an_empty_text)
{
	struct strbuf buf = {0};

	cr_expect_str_eq(strbuf_text(&buf), "");
	cr_expect(strbuf_ok(&buf));
	strbuf_clear(&buf);
	cr_expect_eq(mem_live(), 0);
}

Test(base_strbuf, everything_lands_in_order)
{
	static const char with_zero[] = {'<', '\0', '>'};
	static const char wanted[] = "ab"
				     "c"
				     "---"
				     "7/x"
				     "<\0>"
				     "";
	struct strbuf buf = {0};

	strbuf_add(&buf, "ab");
	strbuf_add(&buf, "");
	strbuf_add_char(&buf, 'c');
	strbuf_repeat(&buf, '-', 3);
	strbuf_repeat(&buf, '!', 0);
	strbuf_addf(&buf, "%d/%s", 7, "x");
	strbuf_addf(&buf, "%s", "");
	strbuf_add_bytes(&buf, with_zero, sizeof(with_zero));
	strbuf_add_bytes(&buf, NULL, 0);
	cr_expect(strbuf_ok(&buf));
	cr_expect_eq(buf.length, sizeof(wanted) - 1);
	cr_expect_eq(memcmp(strbuf_text(&buf), wanted, sizeof(wanted)), 0);
	strbuf_clear(&buf);
	cr_expect_eq(mem_live(), 0);
	cr_expect_str_eq(strbuf_text(&buf), "");
}

Test(base_strbuf, addf_of_every_length_around_the_room)
{
	char filler[200];

	for (size_t length = 0; length < sizeof(filler); length++) {
		struct strbuf buf = {0};

		memset(filler, 'f', length);
		filler[length] = '\0';
		strbuf_add(&buf, "ab");
		strbuf_addf(&buf, "%s", filler);
		cr_expect_eq(buf.length, length + 2);
		cr_expect_str_eq(strbuf_text(&buf) + 2, filler);
		strbuf_clear(&buf);
	}
}

Test(base_strbuf, failure_is_sticky_and_keeps_the_text)
{
	struct strbuf buf = {0};

	strbuf_add(&buf, "kept");
	mem_fail_at(1);
	strbuf_repeat(&buf, 'x', 1000);
	cr_expect(mem_fail_reached());
	cr_expect_not(strbuf_ok(&buf));
	strbuf_add_char(&buf, 'y');
	strbuf_add(&buf, "z");
	strbuf_addf(&buf, "%d", 1);
	strbuf_repeat(&buf, 'w', 1);
	cr_expect_not(strbuf_ok(&buf));
	cr_expect_str_eq(strbuf_text(&buf), "kept");
	strbuf_clear(&buf);
	cr_expect(strbuf_ok(&buf));
	strbuf_add(&buf, "again");
	cr_expect_str_eq(strbuf_text(&buf), "again");
	strbuf_clear(&buf);
	cr_expect_eq(mem_live(), 0);
}

Test(base_strbuf, addf_that_cannot_grow_leaves_no_part)
{
	struct strbuf buf = {0};

	strbuf_add(&buf, "kept");
	mem_fail_at(1);
	strbuf_addf(&buf, "%s", "longer than what is left of the room");
	cr_expect_not(strbuf_ok(&buf));
	cr_expect_eq(buf.length, 4);
	cr_expect_str_eq(strbuf_text(&buf), "kept");
	strbuf_clear(&buf);
}

Test(base_strbuf, failure_at_the_first_byte)
{
	struct strbuf buf = {0};

	mem_fail_at(1);
	strbuf_addf(&buf, "%d", 1);
	cr_expect_not(strbuf_ok(&buf));
	cr_expect_str_eq(strbuf_text(&buf), "");
	strbuf_clear(&buf);
}

Test(base_strbuf, lengths_that_overflow_fail)
{
	struct strbuf buf = {0};

	strbuf_add(&buf, "kept");
	strbuf_repeat(&buf, 'x', largest);
	cr_expect_not(strbuf_ok(&buf));
	cr_expect_str_eq(strbuf_text(&buf), "kept");
	strbuf_clear(&buf);
}
