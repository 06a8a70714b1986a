#include "report/words.h"
#include <criterion/criterion.h>

TestSuite(report_words, .timeout = 10);

static void expect_text(struct strbuf *out, const char *expected)
{
	cr_expect_str_eq(strbuf_text(out), expected);
	strbuf_clear(out);
}

Test(report_words, times_are_to_the_second)
{
	char out[TIME_TEXT_MAX];

	cr_expect_str_eq(word_time(INT64_C(1794988807999999999), out), "2026-11-18 08:00:07");
	cr_expect_str_eq(word_time(0, out), "1970-01-01 00:00:00");
	cr_expect_str_eq(word_time(-1, out), "1969-12-31 23:59:59");
	cr_expect_str_eq(word_time(TIME_UNKNOWN, out), "");
}

Test(report_words, counts_have_their_thousands_apart)
{
	static const struct {
		uint64_t count;
		const char *text;
	} rows[] = {{0, "0"},
		    {999, "999"},
		    {1000, "1,000"},
		    {12345, "12,345"},
		    {100000, "100,000"},
		    {1234567, "1,234,567"},
		    {UINT64_MAX, "18,446,744,073,709,551,615"}};
	char out[32];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		cr_expect_str_eq(word_count(rows[i].count, out), rows[i].text);
}

Test(report_words, one_is_singular)
{
	struct strbuf out = {0};

	add_count(&out, 0, "flow");
	add_count(&out, 1, "flow");
	add_count(&out, 1000, "flow");
	expect_text(&out, "0 flows1 flow1,000 flows");
}

Test(report_words, spans_name_a_day_once)
{
	const int64_t start = INT64_C(1794988800) * NSEC_PER_SEC;
	struct strbuf out = {0};

	add_span(&out, start, start + 999);
	expect_text(&out, "2026-11-18 08:00:00 UTC");
	add_span(&out, start, start + 90 * NSEC_PER_SEC);
	expect_text(&out, "2026-11-18 08:00:00 to 08:01:30 UTC");
	add_span(&out, start, start + 86400 * NSEC_PER_SEC);
	expect_text(&out, "2026-11-18 08:00:00 to 2026-11-19 08:00:00 UTC");
	add_span(&out, TIME_UNKNOWN, start);
	expect_text(&out, "");
}

Test(report_words, services)
{
	static const struct {
		int32_t protocol, port;
		bool many;
		const char *text;
	} rows[] = {{PROTO_TCP, 443, false, "tcp 443"},
		    {PROTO_UDP, 0, false, "udp 0"},
		    {PROTO_TCP, -1, true, "tcp, many ports"},
		    {PROTO_TCP, -1, false, "tcp"},
		    {PROTO_ICMP, 2048, false, "icmp type 8 code 0"},
		    {PROTO_ICMP6, 32771, false, "icmp type 128 code 3"},
		    {47, -1, false, "protocol 47"},
		    {-1, 5, true, ""}};
	struct strbuf out = {0};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		add_service(&out, rows[i].protocol, rows[i].port, rows[i].many);
		expect_text(&out, rows[i].text);
	}
}

Test(report_words, several_ports_are_ranges_and_a_number)
{
	struct port_range ranges[PORT_RANGES_LISTED + 1] = {{4000, 4039}, {5000, 5000}};
	struct audit_finding finding = {.protocol = PROTO_TCP,
					.port = -1,
					.many_ports = true,
					.port_ranges = ranges,
					.port_range_count = 2,
					.port_total = 41};
	struct strbuf out = {0};

	add_finding_service(&out, &finding);
	expect_text(&out, "tcp 4000-4039, 5000 (41 ports)");
	for (uint16_t i = 0; i <= PORT_RANGES_LISTED; i++)
		ranges[i] = (struct port_range){(uint16_t)(2 * i), (uint16_t)(2 * i)};
	finding.port_range_count = finding.port_total = PORT_RANGES_LISTED + 1;
	add_finding_service(&out, &finding);
	cr_expect_not_null(strstr(strbuf_text(&out), "tcp 0, 2, 4, "));
	cr_expect_not_null(strstr(strbuf_text(&out), ", 62 .. (33 ports)"));
	finding.protocol = 47;
	cr_expect_eq(finding_port_ranges(&finding), 0);
	strbuf_clear(&out);
}

Test(report_words, lists_say_what_they_leave_out)
{
	static const char *const items[] = {"a", "b", "c"};
	struct strbuf out = {0};

	add_names(&out, (struct name_list){items, 3}, 3);
	expect_text(&out, "a, b, c");
	add_names(&out, (struct name_list){items, 3}, 2);
	expect_text(&out, "a, b and 1 more");
	add_names(&out, (struct name_list){items, 0}, 2);
	expect_text(&out, "");
}

Test(report_words, port_ranges)
{
	static const struct port_range ranges[] = {{80, 80}, {0, 65535}, {443, 444}};
	struct strbuf out = {0};

	add_port_ranges(&out, ranges, 3, ", ");
	expect_text(&out, "80, 0-65535, 443-444");
	add_port_ranges(&out, ranges, 0, ",");
	expect_text(&out, "");
}

Test(report_words, paths_are_one_word_of_a_shell)
{
	static const char *const rows[][2] = {
	    {"a/b-c_1.pcap", "a/b-c_1.pcap"},       {"a b", "'a b'"}, {"", "''"},  {"it's", "'it'\\''s'"},
	    {"$(x);`y`&\"z\"", "'$(x);`y`&\"z\"'"}, {"~x", "'~x'"},   {"*", "'*'"}};
	struct strbuf out = {0};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		add_shell_word(&out, rows[i][0]);
		expect_text(&out, rows[i][1]);
	}
}

static struct frame_ref frame_of(uint32_t input, uint64_t frame)
{
	return (struct frame_ref){.time_ns = 5, .frame = frame, .input = input};
}

Test(report_words, evidence_is_each_frame_once_in_order)
{
	struct ledger_evidence evidence = {.openings = {frame_of(1, 7), frame_of(0, 9)},
					   .answer = frame_of(1, 3),
					   .contradiction = frame_of(0, 9)};
	struct frame_ref out[EVIDENCE_FRAMES_MAX];

	cr_assert_eq(evidence_frames(&evidence, out), 3);
	cr_expect(out[0].input == 0 && out[0].frame == 9);
	cr_expect(out[1].input == 1 && out[1].frame == 3);
	cr_expect(out[2].input == 1 && out[2].frame == 7);
	evidence.contradiction = frame_of(2, 1);
	cr_assert_eq(evidence_frames(&evidence, out), 4);
	cr_expect(out[3].input == 2 && out[3].frame == 1);
	evidence = (struct ledger_evidence){.answer = frame_of(3, 0)};
	cr_expect_eq(evidence_frames(&evidence, out), 0);
}
