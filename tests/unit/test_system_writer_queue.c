#include "base/mem.h"
#include "system/writer_parts.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(system_writer_queue, .timeout = 10);

static const char *content(const struct line_queue *queue, size_t offset, size_t max)
{
	static char text[256];

	text[line_queue_copy(queue, offset, text, max)] = '\0';
	return text;
}

Test(system_writer_queue, lines_in_and_out_around_the_end)
{
	struct line_queue queue;

	cr_assert_eq(line_queue_init(&queue, 16), 0);
	for (unsigned i = 0; i < 100; i++) {
		line_queue_add(&queue, "abcd", 4);
		line_queue_add(&queue, "xy", 2);
		cr_assert_eq(queue.lines, 2);
		cr_assert_eq(queue.used, 8);
		cr_assert_str_eq(content(&queue, 0, 200), "abcd\nxy\n");
		cr_assert_str_eq(content(&queue, 3, 200), "d\nxy\n");
		cr_assert_str_eq(content(&queue, 3, 2), "d\n");
		cr_assert_str_eq(content(&queue, 8, 200), "");
		line_queue_drop(&queue, 5, 1);
		cr_assert_str_eq(content(&queue, 0, 200), "xy\n");
		line_queue_drop(&queue, 3, 1);
	}
	cr_expect_eq(queue.used, 0);
	cr_expect_eq(queue.lines, 0);
	line_queue_clear(&queue);
	cr_expect_eq(mem_live(), 0);
}

Test(system_writer_queue, what_fits)
{
	struct line_queue queue;

	cr_assert_eq(line_queue_init(&queue, 8), 0);
	cr_expect(line_queue_fits(&queue, 7));
	cr_expect_not(line_queue_fits(&queue, 8));
	line_queue_add(&queue, "abc", 3);
	cr_expect(line_queue_fits(&queue, 3));
	cr_expect_not(line_queue_fits(&queue, 4));
	line_queue_add(&queue, "def", 3);
	cr_expect_not(line_queue_fits(&queue, 0));
	cr_expect_str_eq(content(&queue, 0, 8), "abc\ndef\n");
	line_queue_clear(&queue);
}

Test(system_writer_queue, a_line_stays_one_line)
{
	struct line_queue queue;

	cr_assert_eq(line_queue_init(&queue, 32), 0);
	line_queue_add(&queue, "\na\n\nb\0\n", 7);
	cr_expect_str_eq(content(&queue, 0, 32), "?a??b??\n");
	cr_expect_eq(queue.lines, 1);
	line_queue_clear(&queue);
}

Test(system_writer_queue, without_memory)
{
	struct line_queue queue;

	mem_fail_at(1);
	cr_expect_eq(line_queue_init(&queue, 32), -1);
	mem_fail_at(0);
	line_queue_clear(&queue);
}
