#include "report_testkit.h"
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <string.h>

TestSuite(report_explain, .timeout = 10);

/* Explains ID of the sample's report at 100 columns. To be cleared. */
static struct strbuf explain(const struct sample *sample, const char *id)
{
	struct strbuf json = sample_json(sample), out = {0};
	struct err err = {""};

	cr_assert_eq(report_explain(&out, json.text, json.length, id, &sample->options, &err), 0, "%s",
		     err.text);
	strbuf_clear(&json);
	return out;
}

static void expect_page(const char *id, const char *expected)
{
	struct sample sample;

	sample_open(&sample);
	struct strbuf page = explain(&sample, id);
	cr_expect_str_eq(strbuf_text(&page), expected, "got:\n%s", strbuf_text(&page));
	strbuf_clear(&page);
	sample_close(&sample);
}

Test(report_explain, a_turned_connection)
{
	expect_page(
	    "aaaa",
	    "high wrong-direction: opened-by-responder at hq-kvm\n"
	    "kvm-9 opened TCP port 3871 of kvm-manager. Rule manager-device-authorize has it the other way "
	    "round.\n"
	    "\n"
	    "who         kvm-9 (10.0.1.9) as device -> kvm-manager (10.0.0.5) as manager, tcp 3871\n"
	    "when        2026-11-18 08:00:00 to 08:01:30 UTC\n"
	    "seen        2 flows, 1,234 packets, 98,765 bytes; established\n"
	    "direction   handshake: the opener's SYN was seen; proven\n"
	    "rule        manager-device-authorize\n"
	    "source      KVM guide, table 1, row 2\n"
	    "breaks      Sessions are refused.\n"
	    "nearest     manager-device-authorize: kvm-9 opened it, the rule lets only manager open\n"
	    "            discovery: protocol tcp is not udp\n"
	    "proof       a.pcap frames 17, 18\n"
	    "proof       night shift/b.pcap.gz frame 4\n"
	    "look        tcpdump -nr a.pcap 'host 10.0.1.9 and host 10.0.0.5 and tcp port 3871'\n"
	    "look        tcpdump -nr FILE 'host 10.0.1.9 and host 10.0.0.5 and tcp port 3871'\n"
	    "id          aaaa0000111122223333444455556666\n"
	    "\n"
	    "If it is to be tolerated for a time, fill in and add to \"exceptions\" of the site file:\n"
	    "\n"
	    "{\n"
	    "  \"id\": \"FILL-IN-AN-ID\",\n"
	    "  \"match\": {\n"
	    "    \"kind\": \"wrong-direction\",\n"
	    "    \"system\": \"hq-kvm\",\n"
	    "    \"rule\": \"manager-device-authorize\",\n"
	    "    \"initiator\": \"kvm-9\",\n"
	    "    \"responder\": \"kvm-manager\",\n"
	    "    \"proto\": \"tcp\",\n"
	    "    \"ports\": [3871]\n"
	    "  },\n"
	    "  \"reason\": \"FILL IN: why this is tolerated\",\n"
	    "  \"owner\": \"FILL IN: who answers for it\",\n"
	    "  \"expires\": \"FILL IN: YYYY-MM-DD\"\n"
	    "}\n");
}

/* The file that holds the packets, by itself, and what the comparison said. */
Test(report_explain, packets_that_were_kept_and_history)
{
	static const char *const pcaps[SAMPLE_FINDINGS] = {"proof of/aaaa.pcapng"};
	struct finding_history ages[SAMPLE_FINDINGS] = {
	    {.age = AGE_CONTINUING, .since = "2026-11-02", .matrix_changed = true}};
	const struct report_history history = {.compared_with = "2026-11-17", .findings = ages};
	struct sample sample;

	sample_open(&sample);
	sample.options.pcaps = pcaps;
	sample.options.history = &history;
	struct strbuf page = explain(&sample, "aaaa");
	cr_expect_not_null(strstr(strbuf_text(&page), "\npackets     proof of/aaaa.pcapng\n"
						      "look        tcpdump -nr 'proof of/aaaa.pcapng'\n"
						      "look        tcpdump -nr a.pcap 'host"),
			   "%s", strbuf_text(&page));
	cr_expect_not_null(strstr(strbuf_text(&page),
				  "\nstate       continuing since 2026-11-02; because a file "
				  "changed\nid          aaaa"),
			   "%s", strbuf_text(&page));
	strbuf_clear(&page);
	sample_close(&sample);
}

Test(report_explain, a_missing_host)
{
	expect_page(
	    "bbbb0000",
	    "medium missing at hq-kvm\n"
	    "kvm-9 takes no part in manager-device-authorize.\n"
	    "\n"
	    "who         kvm-9\n"
	    "rule        manager-device-authorize\n"
	    "source      KVM guide, table 1, row 2\n"
	    "look        tcpdump -nr FILE 'host 10.0.1.9 and tcp port 3871'\n"
	    "id          bbbb0000111122223333444455556666\n"
	    "\n"
	    "If it is to be tolerated for a time, fill in and add to \"exceptions\" of the site file:\n"
	    "\n"
	    "{\n"
	    "  \"id\": \"FILL-IN-AN-ID\",\n"
	    "  \"match\": {\n"
	    "    \"kind\": \"missing\",\n"
	    "    \"system\": \"hq-kvm\",\n"
	    "    \"rule\": \"manager-device-authorize\",\n"
	    "    \"host\": \"kvm-9\"\n"
	    "  },\n"
	    "  \"reason\": \"FILL IN: why this is tolerated\",\n"
	    "  \"owner\": \"FILL IN: who answers for it\",\n"
	    "  \"expires\": \"FILL IN: YYYY-MM-DD\"\n"
	    "}\n");
}

Test(report_explain, a_finding_that_is_excused_gets_no_draft)
{
	expect_page("ffff0000111122223333444455556666",
		    "high unexpected: no-rule at hq-kvm\n"
		    "10.9.0.4 opened TCP port 9100 of kvm-manager.\n"
		    "\n"
		    "who         10.9.0.4 -> kvm-manager (10.0.0.5) as manager, tcp 9100\n"
		    "when        2026-11-18 08:00:00 UTC\n"
		    "seen        1 flow, 10 packets, 462 bytes; established\n"
		    "direction   handshake: the opener's SYN was seen; proven\n"
		    "proof       a.pcap frame 40\n"
		    "look        tcpdump -nr a.pcap 'host 10.9.0.4 and host 10.0.0.5 and tcp port 9100'\n"
		    "id          ffff0000111122223333444455556666\n"
		    "excused     EX-7 covers it: it does not count\n");
}

static void expect_part(const struct sample *sample, const char *id, const char *text)
{
	struct strbuf page = explain(sample, id);

	cr_expect_not_null(strstr(strbuf_text(&page), text), "%s is not in:\n%s", text, strbuf_text(&page));
	strbuf_clear(&page);
}

Test(report_explain, many_peers_and_what_the_draft_covers)
{
	struct sample sample;

	sample_open(&sample);
	expect_part(&sample, "aaab", "peers       10.0.1.1, 10.0.1.2 as device, 10.0.1.3,");
	expect_part(
	    &sample, "aaab",
	    "direction   synack: the SYN was not seen, but the SYN-ACK that answered it: its sender was\n"
	    "            addressed; likely, not proven\n");
	expect_part(
	    &sample, "aaab",
	    "(It names the first of several peers: add the others, or the network that holds them.)\n");
	expect_part(&sample, "aaab",
		    "    \"initiator\": \"10.9.0.4\",\n    \"responder\": \"10.0.1.1\",\n"
		    "    \"proto\": \"tcp\"\n  },\n");
	expect_part(&sample, "dddd", "(10.0.1.9) as device, icmp type 128 code 3\n");
	sample_close(&sample);
}

Test(report_explain, a_draft_says_ends_and_protocols_as_a_site_file_does)
{
	struct sample sample;

	sample_open(&sample);
	struct audit_finding *finding = &sample.findings[0];
	finding->protocol = PROTO_GRE, finding->port = -1;
	finding->initiator.name = NULL;
	finding->initiator.address.scope_kind = ADDR_SCOPE_VLAN;
	finding->initiator.address.scope = 7;
	expect_part(
	    &sample, "aaaa",
	    "    \"initiator\": \"10.0.1.9\",\n    \"responder\": \"kvm-manager\",\n    \"proto\": 47\n");
	finding->initiator.address = addr_fold(&finding->initiator.address, 24);
	expect_part(&sample, "aaaa", "    \"initiator\": \"10.0.1.0/24\",\n    \"responder\"");
	finding->initiator.address = addr_fold(&finding->initiator.address, 0);
	expect_part(&sample, "aaaa", "who         any -> kvm-manager (10.0.0.5) as manager, protocol 47\n");
	expect_part(&sample, "aaaa",
		    "    \"rule\": \"manager-device-authorize\",\n    \"responder\": \"kvm-manager\",\n");
	/* The other port changes with every connection. */
	finding->reason = REASON_OPENED_FROM_SERVICE_PORT;
	finding->protocol = PROTO_TCP, finding->port = 50999;
	expect_part(&sample, "aaaa", "    \"proto\": \"tcp\"\n  },\n");
	sample_close(&sample);
}

Test(report_explain, frames_that_cannot_be_are_not_named)
{
	const struct report_options options = {.width = 100};
	static const char text[] =
	    "{\"schema\": \"tapaudit.report/1\", \"inputs\": [{\"path\": \"a\"}], \"findings\": "
	    "[{\"id\": \"aaaa\", \"exception\": \"E\", \"evidence\": {\"frames\": "
	    "[{\"input\": 0, \"frame\": 0}, {\"input\": 1, \"frame\": 1}, {\"input\": 0, \"frame\": 7}]}}]}";
	struct strbuf out = {0};
	struct err err;

	cr_assert_eq(report_explain(&out, text, strlen(text), "aaaa", &options, &err), 0);
	cr_expect_str_eq(strbuf_text(&out), "\n\nproof       a frame 7\nid          aaaa\n"
					    "excused     E covers it: it does not count\n");
	strbuf_clear(&out);
}

Test(report_explain, of_one_id_what_is_not_excused_is_meant)
{
	const struct report_options options = {.width = 100};
	static const char *const texts[] = {
	    "{\"schema\": \"tapaudit.report/1\", \"findings\": [{\"id\": \"aaaa\", \"exception\": \"E\"}, "
	    "{\"id\": \"aaaa\", \"exception\": null, \"message\": \"m\"}]}",
	    "{\"schema\": \"tapaudit.report/1\", \"findings\": [{\"id\": \"aaaa\", \"exception\": null, "
	    "\"message\": \"m\"}, {\"id\": \"aaaa\", \"exception\": \"E\"}]}"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct strbuf out = {0};
		struct err err = {""};

		cr_assert_eq(report_explain(&out, texts[i], strlen(texts[i]), "aaaa", &options, &err), 0,
			     "%s", err.text);
		cr_expect(strstr(strbuf_text(&out), "\nm\n"), "%s", strbuf_text(&out));
		cr_expect_null(strstr(strbuf_text(&out), "excused"));
		strbuf_clear(&out);
	}
}

static void expect_error(const char *text, const char *id, const char *expected)
{
	const struct report_options options = {.width = 100};
	struct strbuf out = {0};
	struct err err = {""};

	cr_expect_eq(report_explain(&out, text, strlen(text), id, &options, &err), -1);
	cr_expect_str_eq(err.text, expected);
	cr_expect_eq(out.length, 0);
	strbuf_clear(&out);
}

Test(report_explain, what_is_no_report_is_refused)
{
	expect_error("", "aaaa", "not JSON; write a report with: tapaudit audit -f json -o REPORT.json ..");
	expect_error("{", "aaaa", "not JSON; write a report with: tapaudit audit -f json -o REPORT.json ..");
	expect_error("[]", "aaaa", "not a report: its \"schema\" is missing, not tapaudit.report/1");
	expect_error("{\"schema\": \"tapaudit.site/1\"}", "aaaa",
		     "not a report: its \"schema\" is tapaudit.site/1, not tapaudit.report/1");
	expect_error("{\"schema\": 1}", "aaaa",
		     "not a report: its \"schema\" is missing, not tapaudit.report/1");
	expect_error("{\"schema\": \"tapaudit.report/1\"}", "aaaa",
		     "no finding \"aaaa\"; the report has no findings");
}

Test(report_explain, an_id_that_names_none_or_several_lists_the_nearest)
{
	struct sample sample;

	sample_open(&sample);
	struct strbuf json = sample_json(&sample);
	expect_error(json.text, "aaa",
		     "at least 4 characters of a finding's id are needed, not \"aaa\"; there are aaaa0000 "
		     "(wrong-direction), "
		     "aaab0000 (unexpected), bbbb0000 (missing), cccc0000 (unanswered), dddd0000 (fallback), "
		     "eeee0000 (unexpected), "
		     "ffff0000 (unexpected)");
	expect_error(json.text, "aaac",
		     "no finding \"aaac\"; nearest: aaaa0000 (wrong-direction), aaab0000 (unexpected)");
	expect_error(json.text, "aaaa00009",
		     "no finding \"aaaa00009\"; nearest: aaaa0000111122223333444455556666 (wrong-direction)");
	expect_error(
	    json.text, "9999",
	    "no finding \"9999\"; there are aaaa0000 (wrong-direction), aaab0000 (unexpected), bbbb0000 "
	    "(missing), "
	    "cccc0000 (unanswered), dddd0000 (fallback), eeee0000 (unexpected), ffff0000 (unexpected)");
	strbuf_clear(&json);
	memcpy(sample.findings[1].id, "aaaa0000211122223333444455556666", 32);
	json = sample_json(&sample);
	expect_error(json.text, "aaaa",
		     "more than one finding begins with \"aaaa\"; nearest: aaaa0000 (wrong-direction), "
		     "aaaa0000 (unexpected)");
	expect_error(json.text, "aaaa0000",
		     "more than one finding begins with \"aaaa0000\"; nearest: "
		     "aaaa0000111122223333444455556666 (wrong-direction), "
		     "aaaa0000211122223333444455556666 (unexpected)");
	strbuf_clear(&json);
	sample_close(&sample);
}

Test(report_explain, of_many_ids_ten_are_listed)
{
	struct audit_finding findings[40];
	struct sample sample;

	sample_open(&sample);
	for (size_t i = 0; i < 40; i++) {
		findings[i] = sample.findings[2];
		memset(findings[i].id, i < 25 ? 'a' : 'b', 32);
		findings[i].id[10] = (char)('a' + i);
	}
	sample.result.findings = findings;
	sample.result.finding_count = 40;
	struct strbuf json = sample_json(&sample);
	struct strbuf expected = {0};
	strbuf_add(&expected, "no finding \"cccc\"; there are ");
	for (int i = 0; i < 10; i++)
		strbuf_add(&expected, i ? ", aaaaaaaa (missing)" : "aaaaaaaa (missing)");
	strbuf_add(&expected, " and 30 more");
	expect_error(json.text, "cccc", strbuf_text(&expected));
	strbuf_clear(&expected);
	strbuf_clear(&json);
	sample_close(&sample);
}

/* A report with one finding that holds FIELDS. */
static void expect_survives(const char *fields)
{
	const struct report_options options = {.width = 60};
	struct strbuf text = {0}, out = {0};
	struct err err = {""};
	char fault[256];

	strbuf_addf(
	    &text,
	    "{\"schema\": \"tapaudit.report/1\", \"inputs\": 7, \"findings\": [1, {\"id\": \"aaaa\"%s%s}]}",
	    *fields ? ", " : "", fields);
	cr_expect_eq(report_explain(&out, text.text, text.length, "aaaa", &options, &err), 0, "%s: %s",
		     fields, err.text);
	cr_expect_null(page_fault(strbuf_text(&out), 200, fault), "%s: %s", fields, fault);
	strbuf_clear(&text);
	strbuf_clear(&out);
}

Test(report_explain, fields_that_are_missing_or_wrong_do_no_harm)
{
	static const char *const fields[] = {
	    "",
	    "\"kind\": 1, \"reason\": [], \"severity\": {}, \"message\": null",
	    "\"initiator\": 1, \"responder\": [2]",
	    "\"initiator\": {\"name\": 5, \"roles\": {\"a\": 1}}, \"responder\": {\"roles\": [1, null, "
	    "\"x\"]}",
	    "\"initiator\": {\"address\": \"\\u001b[2J%\"}, \"peer_count\": 1e300, \"peers\": 5",
	    "\"peer_count\": 3, \"initiator\": {}, \"peers\": [1, {}, [], null]",
	    "\"port\": -1, \"proto\": \"999999999999\"",
	    "\"port\": 70000, \"proto\": \"\"",
	    "\"port\": 1e400, \"flows\": -5, \"packets\": 1e19, \"first\": \"a\", \"last\": \"b\"",
	    "\"direction\": {\"basis\": \"x\", \"confidence\": \"y\"}",
	    "\"direction\": [1], \"nearest\": [1, {\"rule\": 1}, {\"rule\": \"r\", \"failed\": "
	    "\"\\r\\n\\u009b\"}]",
	    "\"evidence\": {\"frames\": [{\"input\": 1e300, \"frame\": 1}, {\"input\": -1}, 7], \"filter\": "
	    "\"x\\u0007\"}",
	    "\"evidence\": {\"frames\": 5, \"filter\": \"y\"}",
	};

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		expect_survives(fields[i]);
}

struct starved {
	struct strbuf json;
	struct report_options options;
};

/* cJSON does not tell bad JSON from want of memory; this JSON is good. */
static int write_explanation(struct strbuf *out, void *context, struct err *err)
{
	struct starved *starved = context;
	int result =
	    report_explain(out, starved->json.text, starved->json.length, "aaaa0", &starved->options, err);

	return result != 0 && strncmp(err->text, "not JSON", 8) == 0 ? err_no_memory(err) : result;
}

Test(report_explain, want_of_memory_is_said_and_leaks_nothing)
{
	struct sample sample;

	sample_open(&sample);
	sample.result.finding_count = 1;
	sample.result.system_count = 0;
	sample.result.exception_count = 0;
	struct starved starved = {.json = sample_json(&sample), .options = sample.options};
	cr_expect_gt(starve(write_explanation, &starved), 100);
	strbuf_clear(&starved.json);
	sample_close(&sample);
}
