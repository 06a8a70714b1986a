/* What every page keeps, whatever it shows; and the parts of it that the whole pages do not show. */
#include "report/clean.h"
#include "report_testkit.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(report_text, .timeout = 10);

static bool holds(const struct strbuf *page, const char *text)
{
	return strstr(strbuf_text(page), text) != NULL;
}

/* TEXT stands in the sample's page, or does not. */
static void expect_part(const struct sample *sample, const char *text, bool wanted)
{
	struct strbuf page = sample_text(sample);

	cr_expect_eq(holds(&page, text), wanted, "%s: %s\nin:\n%s", wanted ? "missing" : "unwanted", text,
		     strbuf_text(&page));
	strbuf_clear(&page);
}

Test(report_text, verbose_leaves_nothing_out)
{
	struct sample sample;

	sample_open(&sample);
	sample.options.verbose = true;
	expect_part(&sample, "10.0.1.20 as device and 180 more\n", true);
	expect_part(&sample, "  who     kvm-manager (10.0.0.5) as manager -> 10.0.0.255, udp 1900\n", true);
	expect_part(&sample, "  client-device-bypass      client ->", true);
	expect_part(&sample, "\n    connection is proxied\n", true);
	expect_part(&sample, "10.0.1.6, 10.0.1.7,\n    10.0.1.8; both ends", true);
	expect_part(&sample, "  idle ", false);
	expect_part(&sample, "proof   a.pcap frame 40\n", true);
	sample_close(&sample);
}

Test(report_text, an_inferred_system_says_so)
{
	struct sample sample;

	sample_open(&sample);
	sample.options.site_name = NULL;
	sample.system.inferred = true;
	sample.system.score = 12.345;
	expect_part(&sample, "FAIL  no site file: roles inferred\n", true);
	expect_part(&sample, "SYSTEM hq-kvm: Example KVM (roles inferred, score 12.3)\n", true);
	sample_close(&sample);
}

Test(report_text, verdicts_in_words_and_colours)
{
	struct sample sample;

	sample_open(&sample);
	sample.options.colour = true;
	expect_part(&sample, "\033[1;31mFAIL\033[0m  \033[1mExample HQ\033[0m\n", true);
	expect_part(
	    &sample,
	    "\033[1;31mHIGH\033[0m      \033[1mwrong-direction: opened-by-responder\033[0m  \033[2mhq-kvm",
	    true);
	/* What does not count is not red. */
	expect_part(&sample, "\033[2mHIGH\033[0m      \033[1munexpected: no-rule\033[0m", true);
	expect_part(&sample, "\033[33mexpired\033[0m", true);
	sample.result.verdict = RUN_PASS;
	expect_part(&sample, "\033[32mPASS\033[0m  ", true);
	sample.result.verdict = RUN_INCONCLUSIVE;
	expect_part(&sample, "\033[33mINCONCLUSIVE\033[0m  ", true);
	sample_close(&sample);
}

Test(report_text, without_colours_there_is_no_escape)
{
	struct sample sample;

	sample_open(&sample);
	expect_part(&sample, "\033", false);
	sample_close(&sample);
}

Test(report_text, a_capture_over_midnight_shows_days)
{
	struct sample sample;

	sample_open(&sample);
	expect_part(&sample, "2026-11-18 09:00\n", false);
	sample.inputs[1].last_ns = SAMPLE_TIME_NS + 86400 * NSEC_PER_SEC;
	sample_read(&sample);
	expect_part(&sample, "  period  2026-11-18 08:00:00 to 2026-11-19 08:00:00 UTC\n", true);
	sample.options.width = 140;
	expect_part(&sample, "      2  1,234  2026-11-18 09:00\n", true);
	sample_close(&sample);
}

Test(report_text, the_period_spans_gaps)
{
	struct sample sample;

	sample_open(&sample);
	sample.inputs[1].first_ns = SAMPLE_TIME_NS + 7200 * NSEC_PER_SEC;
	sample.inputs[1].last_ns = SAMPLE_TIME_NS + 7260 * NSEC_PER_SEC;
	sample_read(&sample);
	expect_part(&sample, "  period  2026-11-18 08:00:00 to 10:01:00 UTC\n", true);
	sample_close(&sample);
}

Test(report_text, no_packets_add_up_too)
{
	struct sample sample;

	sample_open(&sample);
	sample.result.packets = 0;
	for (int b = 0; b < ACCOUNT_COUNT; b++)
		sample.result.accounting[b] = 0;
	expect_part(&sample, "  packets   0 = 0\n", true);
	sample_close(&sample);
}

Test(report_text, a_folded_end_is_anybody)
{
	struct sample sample;

	sample_open(&sample);
	sample.findings[0].initiator = (struct audit_end){.name = NULL};
	expect_part(&sample, "  who     any -> kvm-manager (10.0.0.5) as manager, tcp 3871\n", true);
	sample_close(&sample);
}

Test(report_text, a_narrow_page_has_fewer_columns)
{
	struct sample sample;

	sample_open(&sample);
	sample.options.width = 75;
	expect_part(&sample, "  hosts\n", true);
	expect_part(&sample, "  flows", false);
	sample.options.width = 76;
	expect_part(&sample, "hosts  flows  last\n", true);
	sample_close(&sample);
}

Test(report_text, names_of_few_captures_and_a_count_of_many)
{
	struct sample sample;
	struct input_record input;

	sample_open(&sample);
	input = sample.inputs[0];
	input.name = "d.pcap";
	cr_assert_eq(ledger_add_input(sample.ledger, &input), 3);
	expect_part(&sample, "  read    4 captures: 2,000 packets, 77 flows, 31 edges; capture health C\n",
		    true);
	sample_close(&sample);
}

Test(report_text, of_many_captures_those_with_trouble_are_all_named)
{
	struct sample sample;

	sample_open(&sample);
	for (int i = 0; i < 40; i++) {
		struct input_record input = sample.inputs[i == 39 ? 1 : 0];
		char name[32];

		(void)snprintf(name, sizeof name, "more-%d.pcap", i);
		input.name = name;
		cr_assert_geq(ledger_add_input(sample.ledger, &input), 0);
	}
	expect_part(&sample, "  more-16.pcap ", true);
	expect_part(&sample, "  more-17.pcap ", false);
	expect_part(&sample, "  more-39.pcap           pcap gzip    1,000  2026-11-18 08:00:00  cut\n", true);
	expect_part(&sample, "  22 more, read without trouble: --verbose shows all.\n", true);
	expect_part(&sample, "  note    2 captures not read whole: see CAPTURE below\n", true);
	sample.options.verbose = true;
	expect_part(&sample, "  more-17.pcap ", true);
	expect_part(&sample, "read without trouble", false);
	sample_close(&sample);
}

Test(report_text, the_proof_names_the_file_where_tcpdump_can_read_it)
{
	struct sample sample;

	sample_open(&sample);
	struct audit_finding *finding = &sample.findings[0];
	finding->evidence.openings[1].frame = 0;
	expect_part(&sample, "  look    tcpdump -nr a.pcap 'host 10.0.1.9 and host 10.0.0.5", true);
	finding->evidence.openings[0].input = finding->evidence.answer.input = 1;
	finding->evidence.contradiction.input = 1;
	expect_part(&sample, "  look    tcpdump -nr FILE 'host 10.0.1.9 and host 10.0.0.5", true);
	sample.inputs[1].format = "pcapng";
	sample_read(&sample);
	expect_part(&sample, "  look    tcpdump -nr 'night shift/b.pcap.gz' 'host 10.0.1.9 and", true);
	sample.inputs[1].name = "-";
	sample_read(&sample);
	expect_part(&sample, "  look    tcpdump -nr FILE 'host 10.0.1.9 and", true);
	finding->evidence.openings[0].input = finding->evidence.answer.input = 77;
	finding->evidence.contradiction.input = 77;
	expect_part(&sample, "  proof   ? frames 17, 18\n", true);
	sample_close(&sample);
}

/* COUNT findings, the last EXCUSED of them covered. */
static void make_many(struct sample *sample, struct audit_finding *findings, size_t count, size_t excused)
{
	for (size_t i = 0; i < count; i++) {
		findings[i] = sample->findings[2];
		(void)snprintf(findings[i].id, sizeof findings[i].id, "%032zx", i);
		findings[i].exception = i + excused >= count ? "EX-7" : NULL;
	}
	sample->result.findings = findings;
	sample->result.finding_count = count;
}

static size_t count_of(const struct strbuf *page, const char *text)
{
	size_t count = 0;

	for (const char *at = strstr(strbuf_text(page), text); at; at = strstr(at + 1, text))
		count++;
	return count;
}

Test(report_text, of_three_hundred_findings_fifty_are_shown)
{
	struct audit_finding findings[300];
	struct sample sample;

	sample_open(&sample);
	make_many(&sample, findings, 300, 0);
	struct strbuf page = sample_text(&sample);
	cr_expect_eq(count_of(&page, "\nMEDIUM    missing  "), 50);
	cr_expect(holds(&page, "FINDINGS: 300 (300 medium)\n"));
	cr_expect(
	    holds(&page, "  250 more of no greater severity: --verbose shows all, -f json holds all.\n"));
	strbuf_clear(&page);
	make_many(&sample, findings, 50, 0);
	expect_part(&sample, "of no greater severity", false);
	make_many(&sample, findings, 51, 0);
	expect_part(&sample, "  1 more of no greater severity: ", true);
	make_many(&sample, findings, 120, 60);
	page = sample_text(&sample);
	cr_expect_eq(count_of(&page, "\nMEDIUM    missing  "), 100);
	cr_expect_eq(count_of(&page, "  10 more of no greater severity: "), 2);
	cr_expect(holds(&page, "FINDINGS: 60 (60 medium)\n"));
	cr_expect(holds(&page, "EXCUSED: 60 (covered by exceptions, not counted)\n"));
	strbuf_clear(&page);
	sample.options.verbose = true;
	make_many(&sample, findings, 300, 0);
	page = sample_text(&sample);
	cr_expect_eq(count_of(&page, "\nMEDIUM    missing  "), 300);
	cr_expect_not(holds(&page, "of no greater severity"));
	strbuf_clear(&page);
	sample_close(&sample);
}

Test(report_text, only_excused_findings_are_none_that_count)
{
	struct sample sample;

	sample_open(&sample);
	sample.result.findings = &sample.findings[6];
	sample.result.finding_count = 1;
	expect_part(&sample, "FINDINGS: none\n\nEXCUSED: 1 (covered by exceptions, not counted)\n\nHIGH ",
		    true);
	sample.result.finding_count = 0;
	expect_part(&sample, "FINDINGS: none\n\nSYSTEM ", true);
	expect_part(&sample, "tapaudit explain", false);
	sample_close(&sample);
}

/* Each text of the sample anew from a seed; what was made is freed at the end. */
struct invented {
	uint64_t seed;
	char *texts[1024];
	size_t count;
	size_t words, longest;
};

static const char *invent(void *context, const char *what, const char *text)
{
	struct invented *invented = context;

	(void)what;
	(void)text;
	cr_assert_lt(invented->count, sizeof invented->texts / sizeof invented->texts[0]);
	char *words = sample_words(&invented->seed, sample_random(&invented->seed) % (invented->words + 1),
				   invented->longest);
	return invented->texts[invented->count++] = words ? words : strdup("");
}

Test(report_text, no_page_is_wider_than_it_should_be)
{
	static const unsigned widths[] = {60, 61, 72, 79, 80, 99, 100, 119, 120, 200};

	for (uint64_t seed = 0; seed < 300; seed++) {
		struct invented invented = {.seed = seed, .words = 1 + seed % 40, .longest = 1 + seed % 16};
		struct sample sample;
		char fault[256];

		sample_open(&sample);
		sample_rewrite(&sample, invent, &invented);
		sample_read(&sample);
		sample.options.width = widths[seed % (sizeof widths / sizeof widths[0])];
		sample.options.verbose = seed & 1;
		struct strbuf page = sample_text(&sample);
		cr_expect_null(page_fault(strbuf_text(&page), sample.options.width, fault),
			       "seed %d, %u columns: %s", (int)seed, sample.options.width, fault);
		strbuf_clear(&page);
		sample_close(&sample);
		for (size_t i = 0; i < invented.count; i++)
			free(invented.texts[i]);
	}
}

/* Everything that could drive a terminal, close a quote or end a line. */
static const char hostile[] = "\033[2J\033]0;x\007\r\nPASS\b\x7f\xc2\x9b"
			      "1m\xe2\x80\xae\xff\xfe\xc0\xaf\"'\\;$(x)\xe7\xbd";

static const char *make_hostile(void *context, const char *what, const char *text)
{
	size_t *count = context;

	(void)what;
	(void)text;
	(*count)++;
	return hostile;
}

Test(report_text, no_text_of_others_drives_the_terminal)
{
	struct sample sample;
	size_t count = 0;
	char fault[256];

	sample_open(&sample);
	sample_rewrite(&sample, make_hostile, &count);
	cr_expect_gt(count, 100);
	sample_read(&sample);
	for (int verbose = 0; verbose < 2; verbose++) {
		sample.options.verbose = verbose;
		struct strbuf page = sample_text(&sample);
		cr_expect_null(page_fault(strbuf_text(&page), 10000, fault), "%s", fault);
		cr_expect(holds(&page, "?[2J?]0;x???PASS"));
		strbuf_clear(&page);
	}
	sample_close(&sample);
}

static int write_text(struct strbuf *out, void *context, struct err *err)
{
	const struct sample *sample = context;

	return report_text(out, &sample->result, sample->ledger, &sample->options, err);
}

Test(report_text, want_of_memory_is_said_and_leaks_nothing)
{
	struct sample sample;

	sample_open(&sample);
	cr_expect_gt(starve(write_text, &sample), 50);
	sample_close(&sample);
}
