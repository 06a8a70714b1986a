#include "base/err.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(base_err, .timeout = 10);

static void expect_text(const char *given, const char *wanted)
{
	struct err err;

	cr_expect_eq(err_set(&err, "%s", given), -1);
	cr_expect_str_eq(err.text, wanted);
}

Test(base_err, says_what_it_was_given)
{
	struct err err;

	cr_expect_eq(err_set(&err, "%s: line %d", "a.json", 7), -1);
	cr_expect_str_eq(err.text, "a.json: line 7");
}

Test(base_err, may_be_null)
{
	cr_expect_eq(err_set(NULL, "%s", "x"), -1);
	cr_expect_eq(err_prefix(NULL, "%s", "x"), -1);
	cr_expect_eq(err_no_memory(NULL), -1);
}

Test(base_err, no_memory_has_one_wording)
{
	struct err err;

	cr_expect_eq(err_no_memory(&err), -1);
	cr_expect_str_eq(err.text, "out of memory");
}

Test(base_err, control_characters_become_question_marks)
{
	expect_text("a\nb\tc\rd\x1b[31me\x7f"
		    "f\x01",
		    "a?b?c?d?[31me?f?");
	expect_text("\x1f\x20\x7e\x7f", "? ~?");
	expect_text("\xc2\x9b"
		    "31m",
		    "??31m"); /* C1 CSI */
	expect_text("\x9b"
		    "31m",
		    "?31m");
}

Test(base_err, utf8_stands_and_broken_utf8_does_not)
{
	expect_text("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x8c \xc2\xa0",
		    "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x8c \xc2\xa0");
	expect_text("a\xc3", "a?");
	expect_text("\xe2\x82", "??");
	expect_text("\xe2\x82z", "??z");
	expect_text("\xc0\xaf", "??");           /* overlong */
	expect_text("\xe0\x80\xaf", "???");      /* overlong */
	expect_text("\xed\xa0\x80", "???");      /* surrogate */
	expect_text("\xf0\x80\x80\x80", "????"); /* overlong */
	expect_text("\xf4\x90\x80\x80", "????"); /* above U+10FFFF */
	expect_text("\xf5\x80\x80\x80", "????");
	expect_text("\xf4\x8f\xbf\xbf\xed\x9f\xbf", "\xf4\x8f\xbf\xbf\xed\x9f\xbf");
}

/* A text of FILL letters, then the euro sign (3 bytes), then more. */
static size_t length_when_cut(size_t fill)
{
	char given[ERR_TEXT_MAX + 100];
	struct err err;

	memset(given, 'a', sizeof(given) - 1);
	given[sizeof(given) - 1] = '\0';
	memcpy(given + fill, "\xe2\x82\xac", 3);
	err_set(&err, "%s", given);
	cr_expect_eq(memcmp(err.text, given, strlen(err.text)), 0);
	return strlen(err.text);
}

Test(base_err, is_never_cut_inside_a_character)
{
	cr_expect_eq(length_when_cut(10), ERR_TEXT_MAX - 1);
	cr_expect_eq(length_when_cut(ERR_TEXT_MAX - 4), ERR_TEXT_MAX - 1);
	cr_expect_eq(length_when_cut(ERR_TEXT_MAX - 3), ERR_TEXT_MAX - 3);
	cr_expect_eq(length_when_cut(ERR_TEXT_MAX - 2), ERR_TEXT_MAX - 2);
	cr_expect_eq(length_when_cut(ERR_TEXT_MAX - 1), ERR_TEXT_MAX - 1);
}

Test(base_err, one_byte_too_long_is_a_cut_too)
{
	char given[ERR_TEXT_MAX + 1];
	struct err err;

	memset(given, 'a', ERR_TEXT_MAX);
	given[ERR_TEXT_MAX] = '\0';
	memcpy(given + ERR_TEXT_MAX - 3, "\xe2\x82\xac", 3);
	err_set(&err, "%s", given);
	given[ERR_TEXT_MAX - 3] = '\0';
	cr_expect_str_eq(err.text, given);
}

Test(base_err, longest_text_that_fits_is_whole)
{
	char given[ERR_TEXT_MAX];
	struct err err;

	memset(given, 'a', sizeof(given) - 1);
	given[sizeof(given) - 1] = '\0';
	err_set(&err, "%s", given);
	cr_expect_str_eq(err.text, given);
	/* Half a character at the end of a text that was not shortened is an invalid byte, not a cut. */
	given[sizeof(given) - 2] = '\xc3';
	err_set(&err, "%s", given);
	given[sizeof(given) - 2] = '?';
	cr_expect_str_eq(err.text, given);
}

Test(base_err, prefix_puts_context_in_front)
{
	struct err err;

	err_set(&err, "no such role");
	cr_expect_eq(err_prefix(&err, "%s", "site.json"), -1);
	cr_expect_eq(err_prefix(&err, "system %d", 2), -1);
	cr_expect_str_eq(err.text, "system 2: site.json: no such role");
}

Test(base_err, prefix_of_a_full_text_keeps_the_front)
{
	char given[ERR_TEXT_MAX];
	struct err err;

	memset(given, 'b', sizeof(given) - 1);
	given[sizeof(given) - 1] = '\0';
	err_set(&err, "%s", given);
	err_prefix(&err, "ctx");
	memmove(given + 5, given, sizeof(given) - 6);
	memcpy(given, "ctx: ", 5);
	cr_expect_str_eq(err.text, given);
}

Test(base_err, argument_may_be_the_error_itself)
{
	struct err err;

	err_set(&err, "first");
	err_set(&err, "[%s] and [%s]", err.text, err.text);
	cr_expect_str_eq(err.text, "[first] and [first]");
}
