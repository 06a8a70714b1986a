#include "report/clean.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(report_clean, .timeout = 10);

static void expect_clean(const char *text, const char *expected, size_t width)
{
	struct strbuf out = {0};

	clean_add(&out, text, strlen(text));
	cr_expect_str_eq(strbuf_text(&out), expected);
	cr_expect_eq(clean_width(text), width, "%s: %zu", expected, clean_width(text));
	strbuf_clear(&out);
}

Test(report_clean, what_is_plain_stays)
{
	expect_clean("", "", 0);
	expect_clean("a b~\xc2\xa0", "a b~\xc2\xa0", 5);
	expect_clean("\xc3\xa9\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
		     "\xc3\xa9\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 6);
}

Test(report_clean, wide_and_combining_characters_count_as_shown)
{
	expect_clean("\xe7\xbd\x91\xea\xb0\x80\xef\xbc\xa1", "\xe7\xbd\x91\xea\xb0\x80\xef\xbc\xa1", 6);
	expect_clean("e\xcc\x81", "e\xcc\x81", 1);
	expect_clean("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", 2);
	expect_clean("a\xe2\x80\x8d"
		     "b",
		     "a\xe2\x80\x8d"
		     "b",
		     2);
}

Test(report_clean, controls_become_question_marks)
{
	char controls[33] = "";

	for (int c = 1; c < 0x20; c++)
		controls[c - 1] = (char)c;
	controls[31] = 0x7f;
	expect_clean(controls, "????????????????????????????????", 32);
	expect_clean("a\xc2\x9b[31mb\xc2\x80", "a?[31mb?", 8);
	expect_clean("\033]0;x\007", "?]0;x?", 6);
}

Test(report_clean, what_turns_or_hides_its_neighbours_is_not_shown)
{
	expect_clean("\xe2\x80\xae|\xe2\x80\xa8|\xe2\x80\x8b|\xe2\x80\x8f|\xe2\x81\xa6|\xef\xbb\xbf|\xd8\x9c|"
		     "\xf3\xa0\x81\x81",
		     "?|?|?|?|?|?|?|?", 15);
}

Test(report_clean, each_byte_that_is_no_utf8_is_one_question_mark)
{
	expect_clean("\xff\xfe", "??", 2);
	expect_clean("\x80"
		     "a",
		     "?a", 2);
	expect_clean("\xc0\xaf", "??", 2);           /* overlong */
	expect_clean("\xe0\x9f\xbf", "???", 3);      /* overlong */
	expect_clean("\xed\xa0\x80", "???", 3);      /* surrogate */
	expect_clean("\xf4\x90\x80\x80", "????", 4); /* over U+10FFFF */
	expect_clean("\xf0\x8f\xbf\xbf", "????", 4);
	expect_clean("\xe7\xbd", "??", 2); /* cut */
	expect_clean("\xe7", "?", 1);
	expect_clean("\xf0\x9f\x98"
		     "a",
		     "???a", 4);
}

Test(report_clean, a_length_that_cuts_a_character_shows_no_part_of_it)
{
	struct strbuf out = {0};

	clean_add(&out, "a\xe7\xbd\x91", 3);
	cr_expect_str_eq(strbuf_text(&out), "a?");
	strbuf_clear(&out);
}

static void expect_json(const char *text, const char *expected)
{
	struct strbuf out = {0};

	json_text_add(&out, text);
	cr_expect_str_eq(strbuf_text(&out), expected);
	strbuf_clear(&out);
}

Test(report_clean, json_texts_are_exact_where_they_can_be)
{
	expect_json("", "\"\"");
	expect_json("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
	expect_json("a\nb\t\r\x01\x1b\x7f", "\"a\\nb\\u0009\\u000d\\u0001\\u001b\\u007f\"");
	expect_json("\xc3\xa9\xe7\xbd\x91\xf0\x9f\x98\x80", "\"\xc3\xa9\xe7\xbd\x91\xf0\x9f\x98\x80\"");
	expect_json("\xc2\x9b\xe2\x80\xae\xe2\x80\xa8", "\"\\u009b\\u202e\\u2028\"");
	expect_json("\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"");
	expect_json("\xff\xed\xa0\x80\xef\xbf\xbd",
		    "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void expect_csv(const char *text, const char *expected)
{
	struct strbuf out = {0};

	csv_text_add(&out, text);
	cr_expect_str_eq(strbuf_text(&out), expected);
	strbuf_clear(&out);
}

Test(report_clean, csv_fields_are_quoted_where_they_must_be)
{
	expect_csv("", "");
	expect_csv("a b", "a b");
	expect_csv("a,b", "\"a,b\"");
	expect_csv("say \"no\"", "\"say \"\"no\"\"\"");
	expect_csv("a\r\nb", "a??b");
}

Test(report_clean, csv_fields_are_no_formulas)
{
	expect_csv("=1+1", "'=1+1");
	expect_csv("+1", "'+1");
	expect_csv("@x", "'@x");
	expect_csv("-x,y", "\"'-x,y\"");
	expect_csv("\t=1", "?=1");
	/* standard input */
	expect_csv("-", "-");
	expect_csv("1=1", "1=1");
}
