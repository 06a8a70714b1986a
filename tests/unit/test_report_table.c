#include "base/mem.h"
#include "report/page.h"
#include <criterion/criterion.h>

TestSuite(report_table, .timeout = 10);

static const struct table_column columns[] = {{"name", 8, false}, {"the count", 5, true}, {"note", 8, false}};

/* Prints ROWS rows of texts at indent 2. */
static void expect_table(unsigned width, const char *const *cells, size_t rows, const char *expected)
{
	struct strbuf out = {0};
	const struct report_options options = {.width = width};
	struct page page = page_make(&out, &options);
	struct table table = {.columns = columns, .column_count = 3};

	for (size_t i = 0; i < rows * 3; i++)
		table_add(&table, STYLE_PLAIN, cells[i]);
	table_print(&table, &page, 2);
	cr_expect_str_eq(strbuf_text(&out), expected, "got:\n%s", strbuf_text(&out));
	cr_expect_eq(table.cell_count, 0);
	strbuf_clear(&out);
	cr_expect_eq(mem_live(), 0);
}

Test(report_table, columns_are_as_wide_as_they_need)
{
	const char *const cells[] = {"a", "1", "x", "longer name", "1,000", "", "b", "", "y z"};

	expect_table(60, cells, 3,
		     "  name         the count  note\n"
		     "  a                    1  x\n"
		     "  longer name      1,000\n"
		     "  b                       y z\n");
}

Test(report_table, the_widest_column_shrinks_and_titles_wrap_before_cells_do)
{
	const char *const cells[] = {"0123456789 0123456789", "12345", "0123456789 0123456789 0123456"};

	/* 58 columns: 21 + 2 + 5 + 2 + 28, one less than the note needs. */
	expect_table(60, cells, 1,
		     "  name                     the  note\n"
		     "                         count\n"
		     "  0123456789 0123456789  12345  0123456789 0123456789\n"
		     "                                0123456\n");
	expect_table(61, cells, 1,
		     "  name                     the  note\n"
		     "                         count\n"
		     "  0123456789 0123456789  12345  0123456789 0123456789 0123456\n");
	expect_table(65, cells, 1,
		     "  name                   the count  note\n"
		     "  0123456789 0123456789      12345  0123456789 0123456789 0123456\n");
}

Test(report_table, cells_break_at_signs_and_else_anywhere)
{
	const char *const cells[] = {
	    "manager <-> device-with-a-name,/and/path|x=y0123456789",
	    "1",
	    "01234567890123456789012345678901234567890123456789",
	};

	expect_table(60, cells, 1,
		     "  name                        the  note\n"
		     "                            count\n"
		     "  manager <-> device-with-      1  0123456789012345678901234\n"
		     "  a-name,/and/path|x=              5678901234567890123456789\n"
		     "  y0123456789\n");
}

Test(report_table, an_arrow_is_never_broken)
{
	static const struct table_column narrow[] = {{"a", 10, false}, {"b", 48, false}};
	struct strbuf out = {0};
	const struct report_options options = {.width = 60};
	struct page page = page_make(&out, &options);
	struct table table = {.columns = narrow, .column_count = 2};

	table_add(&table, STYLE_PLAIN, "manager <-> device");
	table_add(&table, STYLE_PLAIN, "012345678901234567890123456789012345678901234567");
	table_print(&table, &page, 0);
	cr_expect_str_eq(strbuf_text(&out),
			 "a           b\n"
			 "manager     012345678901234567890123456789012345678901234567\n"
			 "<-> device\n",
			 "got:\n%s", strbuf_text(&out));
	strbuf_clear(&out);
}

Test(report_table, minimums_give_way_when_nothing_else_does)
{
	static const struct table_column stiff[] = {{"a", 40, false}, {"b", 40, false}, {"c", 4, false}};
	struct strbuf out = {0};
	const struct report_options options = {.width = 60};
	struct page page = page_make(&out, &options);
	struct table table = {.columns = stiff, .column_count = 3};

	table_add(&table, STYLE_PLAIN, "0123456789012345678901234567890123456789");
	table_add(&table, STYLE_PLAIN, "0123456789012345678901234567890123456789");
	table_add(&table, STYLE_PLAIN, "0123");
	table_print(&table, &page, 0);
	cr_expect_str_eq(strbuf_text(&out),
			 "a                           b                           c\n"
			 "01234567890123456789012345  01234567890123456789012345  0123\n"
			 "67890123456789              67890123456789\n",
			 "got:\n%s", strbuf_text(&out));
	strbuf_clear(&out);
}

Test(report_table, wide_characters_keep_columns_in_line)
{
	const char *const cells[] = {"\xe7\xbd\x91\xe7\xbd\x91", "1", "x", "e\xcc\x81", "2", "\xff"};

	expect_table(60, cells, 2,
		     "  name  the count  note\n"
		     "  \xe7\xbd\x91\xe7\xbd\x91          1  x\n"
		     "  e\xcc\x81             2  ?\n");
}

Test(report_table, notes_stand_under_their_rows)
{
	struct strbuf out = {0};
	const struct report_options options = {.width = 60};
	struct page page = page_make(&out, &options);
	struct table table = {.columns = columns, .column_count = 3};

	for (int row = 0; row < 3; row++) {
		table_add(&table, STYLE_PLAIN, "n");
		table_add(&table, STYLE_PLAIN, "1");
		table_add(&table, STYLE_PLAIN, "x");
		if (row != 1)
			table_add_note(&table, STYLE_PLAIN, row ? "last" : "first");
		if (row == 0)
			table_add_note(&table, STYLE_PLAIN,
				       "123456789 123456789 123456789 123456789 123456789 123456789");
	}
	table_print(&table, &page, 2);
	cr_expect_str_eq(strbuf_text(&out), "  name  the count  note\n"
					    "  n             1  x\n"
					    "    first\n"
					    "    123456789 123456789 123456789 123456789 123456789\n"
					    "    123456789\n"
					    "  n             1  x\n"
					    "  n             1  x\n"
					    "    last\n");
	strbuf_clear(&out);
	cr_expect_eq(mem_live(), 0);
}

Test(report_table, colour_wraps_the_text_alone)
{
	struct strbuf out = {0};
	const struct report_options options = {.width = 60, .colour = true};
	struct page page = page_make(&out, &options);
	struct table table = {.columns = columns, .column_count = 3};

	table_add(&table, STYLE_GREEN, "n");
	table_add(&table, STYLE_RED, "1");
	table_add(&table, STYLE_PLAIN, "");
	table_print(&table, &page, 0);
	cr_expect_str_eq(strbuf_text(&out),
			 "\033[2mname\033[0m  \033[2mthe count\033[0m  \033[2mnote\033[0m\n"
			 "\033[32mn\033[0m             \033[1;31m1\033[0m\n");
	strbuf_clear(&out);
}

Test(report_table, nothing_leaks_without_memory)
{
	for (uint64_t nth = 1; nth < 12; nth++) {
		struct strbuf out = {0};
		const struct report_options options = {.width = 60};
		struct page page = page_make(&out, &options);
		struct table table = {.columns = columns, .column_count = 3};

		mem_fail_at(nth);
		for (int i = 0; i < 3; i++)
			table_add(&table, STYLE_PLAIN, "n");
		table_add_note(&table, STYLE_PLAIN, "note");
		table_print(&table, &page, 0);
		cr_expect_eq(strbuf_ok(&out), !mem_fail_reached(), "allocation %d", (int)nth);
		mem_fail_at(0);
		strbuf_clear(&out);
		cr_expect_eq(mem_live(), 0, "allocation %d", (int)nth);
	}
}
