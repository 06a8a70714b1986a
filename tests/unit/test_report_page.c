#include "report/page.h"
#include <criterion/criterion.h>

TestSuite(report_page, .timeout = 10);

static struct page page_of(struct strbuf *out, unsigned width, bool colour)
{
	const struct report_options options = {.width = width, .colour = colour};

	return page_make(out, &options);
}

static void expect_text(struct strbuf *out, const char *expected)
{
	cr_expect_str_eq(strbuf_text(out), expected, "got:\n%s", strbuf_text(out));
	strbuf_clear(out);
}

Test(report_page, is_100_columns_wide_unless_told_and_never_under_60)
{
	struct strbuf out = {0};

	cr_expect_eq(page_of(&out, 0, false).width, 100);
	cr_expect_eq(page_of(&out, 10, false).width, 60);
	cr_expect_eq(page_of(&out, 72, false).width, 72);
	cr_expect_eq(page_of(&out, 300, false).width, 300);
}

Test(report_page, paragraphs_wrap_at_words_and_hang)
{
	struct strbuf out = {0};
	struct page page = page_of(&out, 60, false);

	page_paragraph(&page, 2, 10, "who",
		       "one two three four five six seven eight nine ten eleven twelve thirteen fourteen");
	expect_text(&out, "  who     one two three four five six seven eight nine ten\n"
			  "          eleven twelve thirteen fourteen\n");
}

Test(report_page, a_line_is_filled_to_its_last_column)
{
	struct strbuf out = {0};
	struct page page = page_of(&out, 60, false);

	page_paragraph(&page, 0, 30, NULL, "123456789 123456789 123456789 x");
	expect_text(&out, "                              123456789 123456789 123456789\n"
			  "                              x\n");
	page_paragraph(&page, 0, 30, NULL, "123456789 123456789 1234567890 x");
	expect_text(&out, "                              123456789 123456789 1234567890\n"
			  "                              x\n");
	page_paragraph(&page, 0, 30, NULL, "123456789 123456789 12345678901 x");
	expect_text(&out, "                              123456789 123456789\n"
			  "                              12345678901 x\n");
}

Test(report_page, a_word_longer_than_a_line_stays_whole)
{
	struct strbuf out = {0};
	struct page page = page_of(&out, 60, false);

	page_paragraph(&page, 0, 30, "-", "a /123456789/123456789/123456789/123456789 b");
	expect_text(&out, "-                             a\n"
			  "                              /123456789/123456789/123456789/123456789\n"
			  "                              b\n");
}

Test(report_page, a_label_that_reaches_the_text_has_its_own_line)
{
	struct strbuf out = {0};
	struct page page = page_of(&out, 60, false);

	page_paragraph(&page, 2, 6, "abc", "x");
	page_paragraph(&page, 2, 6, "abcd", "x");
	page_paragraph(&page, 2, 6, "", "x");
	expect_text(&out, "  abc x\n  abcd\n      x\n      x\n");
}

Test(report_page, lines_end_without_blanks)
{
	struct strbuf out = {0};
	struct page page = page_of(&out, 60, false);

	page_paragraph(&page, 2, 6, "a", "");
	page_paragraph(&page, 0, 0, NULL, "");
	page_paragraph(&page, 0, 4, NULL, "x   ");
	page_put(&page, STYLE_PLAIN, "y  ");
	page_end_line(&page);
	expect_text(&out, "  a\n\n    x\ny\n");
}

Test(report_page, columns_are_counted_as_shown)
{
	struct strbuf out = {0};
	struct page page = page_of(&out, 60, false);

	page_paragraph(&page, 0, 54, NULL, "\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91 x");
	cr_expect_str_eq(strbuf_text(&out) + 54, "\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91 x\n",
			 "20 columns are left at least");
	out.length = 0;
	page_paragraph(&page, 0, 40, NULL,
		       "\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91 "
		       "\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91");
	cr_expect_str_eq(strbuf_text(&out) + 40,
			 "\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91\n"
			 "                                        "
			 "\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91\xe7\xbd\x91\n");
	strbuf_clear(&out);
}

Test(report_page, colour_is_always_reset_and_never_from_the_text)
{
	struct strbuf out = {0};
	struct page page = page_of(&out, 60, true);

	page_put(&page, STYLE_RED, "a\033[0mb");
	page_put(&page, STYLE_PLAIN, "c");
	page_put(&page, STYLE_GREEN, "");
	page_newline(&page);
	page_styled_paragraph(&page, 0, 40, "l", STYLE_YELLOW, "123456789 123456789 123456789");
	expect_text(
	    &out, "\033[1;31ma?[0mb\033[0mc\n"
		  "\033[2ml\033[0m                                       \033[33m123456789 123456789\033[0m\n"
		  "                                        \033[33m123456789\033[0m\n");
}

Test(report_page, without_colour_styles_leave_no_trace)
{
	struct strbuf out = {0};
	struct page page = page_of(&out, 60, false);

	for (int s = 0; s < STYLE_COUNT; s++)
		page_put(&page, (enum page_style)s, "x");
	expect_text(&out, "xxxxxxx");
}

Test(report_page, the_rest_of_a_line_moves_below_when_it_does_not_fit)
{
	struct strbuf out = {0};
	struct page page = page_of(&out, 60, false);

	page_put(&page, STYLE_PLAIN, "123456789 123456789 123456789 123456789 123456789  ");
	page_put_rest(&page, 51, 4, STYLE_DIM, "123456789");
	page_put(&page, STYLE_PLAIN, "123456789 123456789 123456789 123456789 123456789  ");
	page_put_rest(&page, 51, 4, STYLE_DIM, "1234567890");
	expect_text(&out, "123456789 123456789 123456789 123456789 123456789  123456789\n"
			  "123456789 123456789 123456789 123456789 123456789\n"
			  "    1234567890\n");
}

Test(report_page, headings_stand_apart)
{
	struct strbuf out = {0};
	struct page page = page_of(&out, 60, false);

	page_heading(&page, "FIRST");
	page_heading(&page, "SECOND");
	expect_text(&out, "FIRST\n\nSECOND\n");
}

Test(report_page, a_built_text_is_emptied_and_its_failure_kept)
{
	struct strbuf out = {0}, line = {0};
	struct page page = page_of(&out, 60, false);

	strbuf_add(&line, "x");
	page_built_paragraph(&page, 0, 2, NULL, &line);
	cr_expect_str_eq(strbuf_text(&line), "");
	page_built_paragraph(&page, 0, 2, "none", &line);
	cr_expect_str_eq(strbuf_text(&out), "  x\n");
	cr_expect(strbuf_ok(&out));
	line.failed = true;
	page_built_paragraph(&page, 0, 2, NULL, &line);
	cr_expect_not(strbuf_ok(&out));
	strbuf_clear(&line);
	strbuf_clear(&out);
}
