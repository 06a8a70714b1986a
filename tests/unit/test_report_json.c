#include "report_parsed.h"

TestSuite(report_json, .timeout = 10);

/* cJSON would round them: they are looked for in the text. */
Test(report_json, large_counts_are_exact)
{
	struct report report;

	report_open(&report);
	cr_expect_not_null(strstr(report.text.text, "\"packets\": 18446744073709551615,\n"));
	cr_expect_not_null(strstr(report.text.text, "\"bytes\": 9007199254740993,\n"));
	report_close(&report);
}

Test(report_json, an_inferred_system_has_a_score)
{
	struct report report;

	report_open(&report);
	report.sample.system.inferred = true;
	report.sample.system.score = 41.996;
	report.sample.options.site_name = NULL;
	report_read(&report);
	expect_value(&report, "systems/0/inferred", "true");
	expect_value(&report, "systems/0/score", "42");
	expect_value(&report, "site", "null");
	report.sample.system.score = 1.0 / 0.0;
	report_read(&report);
	expect_value(&report, "systems/0/score", "0");
	report_close(&report);
}

Test(report_json, a_folded_end_is_null)
{
	struct report report;

	report_open(&report);
	report.sample.findings[0].initiator.address.family = ADDR_NONE;
	report.sample.peers[2].address.family = ADDR_NONE;
	report_read(&report);
	expect_value(&report, "findings/0/initiator", "null");
	expect_value(&report, "findings/1/peers/2/address", "null");
	report_close(&report);
}

Test(report_json, port_0_is_a_port)
{
	struct report report;

	report_open(&report);
	report.sample.findings[0].port = 0;
	report_read(&report);
	expect_value(&report, "findings/0/port", "0");
	report_close(&report);
}

Test(report_json, nothing_found_gives_empty_lists)
{
	struct report report;

	report_open(&report);
	sample_make_clean(&report.sample);
	report.sample.result.system_count = 0;
	report_read(&report);
	expect_value(&report, "findings", "[]");
	expect_value(&report, "systems", "[]");
	expect_value(&report, "exceptions", "[]");
	expect_value(&report, "reasons", "[]");
	expect_value(&report, "capture/filter", "null");
	report_close(&report);
}

Test(report_json, is_indented_and_plain_lists_take_one_line)
{
	struct report report;

	report_open(&report);
	cr_expect_eq(
	    strncmp(report.text.text,
		    "{\n  \"schema\": \"tapaudit.report/1\",\n  \"tool\": {\n    \"name\": \"tapaudit\",\n",
		    70),
	    0);
	cr_expect_not_null(
	    strstr(report.text.text, "\n          \"ports\": [[3871, 3871], [8192, 8193]],\n"));
	cr_expect_not_null(strstr(report.text.text, "\n      \"peers\": [],\n"));
	cr_expect_str_eq(report.text.text + report.text.length - 4, "]\n}\n");
	report_close(&report);
}

Test(report_json, the_same_result_gives_the_same_bytes)
{
	struct report a, b;

	report_open(&a);
	report_open(&b);
	cr_expect_str_eq(a.text.text, b.text.text);
	report_close(&a);
	report_close(&b);
}

static const char hostile[] = "\033[2J\r\n\x7f\xc2\x9b\xe2\x80\xae\xff\xc0\xaf\"'\\\xe7\xbd\x91\xed\xa0\x80";
/* What a reader gets of it: bytes that are no UTF-8 became U+FFFD, all else is as it was. */
static const char repaired[] =
    "\033[2J\r\n\x7f\xc2\x9b\xe2\x80\xae\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"'\\\xe7\xbd\x91"
    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd";

static const char *make_hostile(void *context, const char *what, const char *text)
{
	size_t *count = context;

	(void)what;
	(void)text;
	(*count)++;
	return hostile;
}

/* How often a string below VALUE is what a reader should get, and how often it is merely like it. */
static void count_texts(const cJSON *value, size_t *right, size_t *wrong)
{
	const cJSON *item;

	if (cJSON_IsString(value)) {
		*right += strcmp(value->valuestring, repaired) == 0;
		*wrong +=
		    strcmp(value->valuestring, repaired) != 0 && strstr(value->valuestring, "[2J") != NULL;
	}
	cJSON_ArrayForEach(item, value) count_texts(item, right, wrong);
}

Test(report_json, texts_of_others_come_through_and_do_no_harm)
{
	struct report report;

	report_open(&report);
	size_t count = 0, right = 0, wrong = 0;

	sample_rewrite(&report.sample, make_hostile, &count);
	sample_read(&report.sample);
	report_read(&report);
	for (size_t i = 0; i < report.text.length; i++) {
		unsigned char c = (unsigned char)report.text.text[i];

		cr_assert(c == '\n' || (c >= 0x20 && c < 0x7f) || c >= 0xa0 || (c & 0xc0) == 0x80, "byte %x",
			  c);
	}
	cr_expect_null(strstr(report.text.text, "\xc2\x9b"));
	cr_expect_null(strstr(report.text.text, "\xe2\x80\xae"));
	count_texts(report.root, &right, &wrong);
	cr_expect_eq(wrong, 0);
	/* All but vendor and product, which the JSON does not hold, and what stands in it twice. */
	cr_expect_geq(right, count - 2);
	report_close(&report);
}

static int write_json(struct strbuf *out, void *context, struct err *err)
{
	const struct sample *sample = context;

	return report_json(out, &sample->result, sample->ledger, &sample->options, err);
}

Test(report_json, want_of_memory_is_said_and_leaks_nothing)
{
	struct sample sample;

	sample_open(&sample);
	/* Few findings: every allocation is failed once. */
	sample.result.finding_count = 3;
	sample.system.rule_count = 2;
	cr_expect_gt(starve(write_json, &sample), 500);
	sample_close(&sample);
}
