#include "base/mem.h"
#include "report_testkit.h"
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <string.h>

TestSuite(report_flows, .timeout = 10);

static struct flow_record record_of(uint8_t protocol, const char *initiator, const char *responder)
{
	struct flow_record record = {.first_ns = SAMPLE_TIME_NS + 1,
				     .last_ns = SAMPLE_TIME_NS + 90 * NSEC_PER_SEC,
				     .initiator_port = 50001,
				     .responder_port = 443,
				     .protocol = protocol,
				     .basis = DIRECTION_HANDSHAKE,
				     .confidence = CONFIDENCE_PROVEN,
				     .outcome = "established",
				     .packets = {5, 6},
				     .bytes = {700, 8000},
				     .start = {.frame = 17}};

	cr_assert_eq(addr_parse(&record.initiator, initiator), 0);
	cr_assert_eq(addr_parse(&record.responder, responder), 0);
	return record;
}

static void expect_csv(const struct flow_record *record, const char *name, const char *expected)
{
	struct strbuf out = {0};

	report_flow_csv(&out, record, name);
	cr_expect_str_eq(strbuf_text(&out), expected);
	strbuf_clear(&out);
}

static void expect_json(const struct flow_record *record, const char *name, const char *expected)
{
	struct strbuf out = {0};
	cJSON *parsed;

	report_flow_json(&out, record, name);
	cr_expect_str_eq(strbuf_text(&out), expected);
	parsed = cJSON_ParseWithLength(out.text, out.length);
	cr_expect_not_null(parsed);
	cJSON_Delete(parsed);
	strbuf_clear(&out);
}

Test(report_flows, columns_are_those_of_the_contract)
{
	struct strbuf out = {0};

	report_flow_csv_header(&out);
	cr_expect_str_eq(strbuf_text(&out),
			 "first,last,proto,initiator,initiator_port,responder,responder_port,packets_out,"
			 "packets_in,bytes_out,"
			 "bytes_in,basis,confidence,outcome,answered_from,parent,input,frame\n");
	strbuf_clear(&out);
}

Test(report_flows, a_tcp_flow)
{
	struct flow_record record = record_of(PROTO_TCP, "10.0.0.1", "fd00::1");

	expect_csv(&record, "a.pcap",
		   "2026-11-18T08:00:00.000000001Z,2026-11-18T08:01:30.000000000Z,tcp,10.0.0.1,50001,fd00::1,"
		   "443,5,6,700,8000,"
		   "handshake,proven,established,,,a.pcap,17\n");
	expect_json(
	    &record, "a.pcap",
	    "{\"first\":\"2026-11-18T08:00:00.000000001Z\",\"last\":\"2026-11-18T08:01:30.000000000Z\","
	    "\"proto\":"
	    "\"tcp\",\"initiator\":\"10.0.0.1\",\"initiator_port\":50001,\"responder\":\"fd00::1\","
	    "\"responder_port\":443,\"packets_out\":5,\"packets_in\":6,\"bytes_out\":700,\"bytes_in\":8000,"
	    "\"basis\":\"handshake\",\"confidence\":\"proven\",\"outcome\":\"established\",\"answered_from\":"
	    "null,"
	    "\"parent\":null,\"input\":\"a.pcap\",\"frame\":17}\n");
}

Test(report_flows, answers_and_children_name_the_other_port)
{
	struct flow_record record = record_of(PROTO_UDP, "10.0.0.1", "10.0.0.2");

	record.answered_from = 3080;
	record.parent = 21;
	record.parent_assumed = true;
	record.responder_port = 0;
	record.initiator_port = 0;
	record.packets[0] = record.bytes[0] = UINT64_MAX;
	expect_csv(&record, "a.pcap",
		   "2026-11-18T08:00:00.000000001Z,2026-11-18T08:01:30.000000000Z,udp,10.0.0.1,0,10.0.0.2,0,"
		   "18446744073709551615,6,18446744073709551615,8000,handshake,proven,established,3080,21,a."
		   "pcap,17\n");
	expect_json(&record, "a.pcap",
		    "{\"first\":\"2026-11-18T08:00:00.000000001Z\",\"last\":\"2026-11-18T08:01:30."
		    "000000000Z\",\"proto\":"
		    "\"udp\",\"initiator\":\"10.0.0.1\",\"initiator_port\":0,\"responder\":\"10.0.0.2\","
		    "\"responder_port\":0,\"packets_out\":18446744073709551615,\"packets_in\":6,"
		    "\"bytes_out\":18446744073709551615,\"bytes_in\":8000,"
		    "\"basis\":\"handshake\",\"confidence\":\"proven\",\"outcome\":\"established\","
		    "\"answered_from\":3080,"
		    "\"parent\":21,\"parent_assumed\":true,\"input\":\"a.pcap\",\"frame\":17}\n");
}

Test(report_flows, icmp_has_a_type_and_code_for_a_port_and_no_opener_port)
{
	struct flow_record record = record_of(PROTO_ICMP6, "fd00::1", "fd00::2");

	record.responder_port = 128 * 256;
	record.initiator_port = 0;
	record.basis = DIRECTION_PROTOCOL;
	record.outcome = "answered";
	expect_csv(&record, "a.pcap",
		   "2026-11-18T08:00:00.000000001Z,2026-11-18T08:01:30.000000000Z,icmp,fd00::1,,fd00::2,"
		   "32768,5,6,700,8000,"
		   "protocol,proven,answered,,,a.pcap,17\n");
	record.protocol = PROTO_ICMP;
	record.responder_port = 2048;
	expect_csv(&record, "a.pcap",
		   "2026-11-18T08:00:00.000000001Z,2026-11-18T08:01:30.000000000Z,icmp,fd00::1,,fd00::2,2048,"
		   "5,6,700,8000,"
		   "protocol,proven,answered,,,a.pcap,17\n");
}

Test(report_flows, protocols_without_ports_have_none)
{
	struct flow_record record = record_of(PROTO_ESP, "mac:02:00:00:00:00:01", "10.0.0.2");

	record.basis = DIRECTION_NONE;
	record.confidence = CONFIDENCE_UNKNOWN;
	expect_csv(&record, "a.pcap",
		   "2026-11-18T08:00:00.000000001Z,2026-11-18T08:01:30.000000000Z,50,mac:02:00:00:00:00:01,,"
		   "10.0.0.2,,5,6,700,"
		   "8000,none,unknown,established,,,a.pcap,17\n");
	expect_json(
	    &record, "",
	    "{\"first\":\"2026-11-18T08:00:00.000000001Z\",\"last\":\"2026-11-18T08:01:30.000000000Z\","
	    "\"proto\":"
	    "\"50\",\"initiator\":\"mac:02:00:00:00:00:01\",\"initiator_port\":null,\"responder\":\"10.0.0."
	    "2\","
	    "\"responder_port\":null,\"packets_out\":5,\"packets_in\":6,\"bytes_out\":700,\"bytes_in\":8000,"
	    "\"basis\":\"none\",\"confidence\":\"unknown\",\"outcome\":\"established\",\"answered_from\":"
	    "null,"
	    "\"parent\":null,\"input\":null,\"frame\":17}\n");
}

static void expect_input(const char *name, const char *csv, const char *json)
{
	struct flow_record record = record_of(PROTO_TCP, "10.0.0.1", "10.0.0.2");
	struct strbuf out = {0}, expected = {0};

	report_flow_csv(&out, &record, name);
	strbuf_addf(&expected, ",,,%s,17\n", csv);
	cr_expect_str_eq(strstr(strbuf_text(&out), ",,,"), strbuf_text(&expected));
	out.length = expected.length = 0;
	report_flow_json(&out, &record, name);
	strbuf_addf(&expected, "\"input\":%s,\"frame\":17}\n", json);
	cr_expect_str_eq(strstr(strbuf_text(&out), "\"input\""), strbuf_text(&expected));
	strbuf_clear(&out);
	strbuf_clear(&expected);
}

Test(report_flows, names_of_files_do_no_harm)
{
	expect_input("a,\"b\".pcap", "\"a,\"\"b\"\".pcap\"", "\"a,\\\"b\\\".pcap\"");
	expect_input("=cmd()", "'=cmd()", "\"=cmd()\"");
	expect_input("-", "-", "\"-\"");
	expect_input("a\n\033[2J\xff", "a??[2J?", "\"a\\n\\u001b[2J\xef\xbf\xbd\"");
	expect_input("N\xc3\xa4"
		     "chte.pcap",
		     "N\xc3\xa4"
		     "chte.pcap",
		     "\"N\xc3\xa4"
		     "chte.pcap\"");
}

Test(report_flows, want_of_memory_is_kept_in_the_text)
{
	struct flow_record record = record_of(PROTO_TCP, "10.0.0.1", "10.0.0.2");

	for (uint64_t nth = 1; nth < 6; nth++) {
		struct strbuf out = {0};

		mem_fail_at(nth);
		report_flow_csv_header(&out);
		report_flow_csv(&out, &record, "a.pcap");
		report_flow_json(&out, &record, "a.pcap");
		cr_expect_eq(strbuf_ok(&out), !mem_fail_reached());
		mem_fail_at(0);
		strbuf_clear(&out);
		cr_expect_eq(mem_live(), 0);
	}
}
