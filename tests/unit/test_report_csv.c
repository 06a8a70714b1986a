#include "report_formats.h"

TestSuite(report_csv, .timeout = 10);

static const char header[] =
    "id,severity,kind,reason,system,rule,initiator,initiator_name,initiator_roles,responder,responder_name,"
    "responder_roles,peer_count,proto,port,host,outcome,basis,confidence,flows,packets,bytes,first,last,"
    "message,"
    "impact,cite,frames,filter,exception,state,since,port_ranges,port_count\r\n";

/* Line N of TEXT, the header being 0; its length up to the end of the line. */
static const char *line_of(const char *text, size_t n, size_t *length)
{
	for (; n > 0; n--) {
		text = strstr(text, "\r\n");
		cr_assert_not_null(text);
		text += 2;
	}
	*length = strcspn(text, "\r");
	return text;
}

static void expect_line(const struct written *written, size_t n, const char *expected)
{
	size_t length;
	const char *line = line_of(written->text.text, n, &length);

	cr_expect(length == strlen(expected) && strncmp(line, expected, length) == 0, "%.*s\n%s", (int)length,
		  line, expected);
}

Test(report_csv, has_a_header_and_one_line_a_finding)
{
	struct written written;

	written_open(&written, "csv");
	cr_expect_eq(strncmp(written.text.text, header, strlen(header)), 0);
	cr_expect_eq(count_of(written.text.text, "\r\n"), SAMPLE_FINDINGS + 1);
	cr_expect_eq(count_of(written.text.text, "\n"), SAMPLE_FINDINGS + 1);
	expect_line(
	    &written, 1,
	    "aaaa0000111122223333444455556666,high,wrong-direction,opened-by-responder,hq-kvm,"
	    "manager-device-authorize,10.0.1.9,kvm-9,device,10.0.0.5,kvm-manager,manager,1,tcp,3871,,"
	    "established,"
	    "handshake,proven,2,1234,98765,2026-11-18T08:00:00.000000000Z,2026-11-18T08:01:30.000000000Z,"
	    "kvm-9 opened TCP port 3871 of kvm-manager. Rule manager-device-authorize has it the other way "
	    "round.,"
	    "Sessions are refused.,\"KVM guide, table 1, row 2\",a.pcap:17 a.pcap:18 night shift/b.pcap.gz:4,"
	    "host 10.0.1.9 and host 10.0.0.5 and tcp port 3871,,,,,1");
	expect_line(
	    &written, 3,
	    "bbbb0000111122223333444455556666,medium,missing,,hq-kvm,manager-device-authorize,,,,,,,1,,,"
	    "kvm-9,,,,0,0,0,,,kvm-9 takes no part in manager-device-authorize.,,"
	    "\"KVM guide, table 1, row 2\",,host 10.0.1.9 and tcp port 3871,,,,,");
	written_close(&written);
}

Test(report_csv, many_ports_and_exceptions_are_told)
{
	struct written written;

	written_open(&written, "csv");
	cr_expect_not_null(strstr(written.text.text, ",200,tcp,many,,refused,synack,likely,3200,"));
	cr_expect_not_null(strstr(written.text.text, "and tcp port 9100,EX-7,,,,1\r\n"));
	written_close(&written);
}

Test(report_csv, tells_what_a_comparison_says)
{
	struct finding_history ages[SAMPLE_FINDINGS] = {
	    {.age = AGE_NEW, .since = NULL, .matrix_changed = false},
	    {.age = AGE_CONTINUING, .since = "2026-11-02", .matrix_changed = false},
	    {.age = AGE_NEW, .since = NULL, .matrix_changed = true}};
	struct report_history history = {.compared_with = "2026-11-17", .findings = ages};
	struct written written;

	written_open(&written, "csv");
	written.sample.options.history = &history;
	written_again(&written);
	cr_expect_not_null(strstr(written.text.text, "and tcp port 3871,,new,,,1\r\naaab"));
	cr_expect_not_null(strstr(written.text.text, ",continuing,2026-11-02,,\r\nbbbb"));
	cr_expect_not_null(strstr(written.text.text, ",new matrix-changed,,,\r\ncccc"));
	written_close(&written);
}

Test(report_csv, runs_no_formula_and_breaks_no_line)
{
	static const struct {
		const char *text, *cell;
	} cases[] = {{"=HYPERLINK(\"x\")", ",\"'=HYPERLINK(\"\"x\"\")\","},
		     {"+1", ",'+1,"},
		     {"-2+3", ",'-2+3,"},
		     {"@SUM(A1)", ",'@SUM(A1),"},
		     {"a\r\n=1", ",a?\?=1,"},
		     {"\t=1", ",?=1,"}};
	struct written written;

	written_open(&written, "csv");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		written.sample.findings[0].message = cases[i].text;
		written_again(&written);
		cr_expect_not_null(strstr(written.text.text, cases[i].cell), "%s", cases[i].cell);
	}
	written_close(&written);
}

Test(report_csv, says_so_when_memory_runs_out)
{
	struct written written;

	written_open(&written, "csv");
	cr_expect_geq(starve(write_again, &written), 2);
	written_close(&written);
}
