#include "report/html_parts.h"
#include "report/words.h"
#include "report_formats.h"
#include <cjson/cJSON.h>

TestSuite(report_html_copy, .timeout = 10);

static void expect_filter(const struct audit_finding *finding, const char *expected)
{
	struct strbuf out = {0};

	wireshark_filter_add(&out, finding);
	cr_expect_str_eq(strbuf_text(&out), expected);
	strbuf_clear(&out);
}

Test(report_html_copy, wireshark_filters_name_what_the_flows_share)
{
	struct sample sample;

	sample_open(&sample);
	struct audit_finding *findings = sample.findings;
	expect_filter(&findings[0], "ip.addr == 10.0.1.9 && ip.addr == 10.0.0.5 && tcp.port == 3871");
	expect_filter(&findings[1], "ip.addr == 10.9.0.4 && tcp");
	expect_filter(&findings[2], "");
	expect_filter(&findings[3], "ipv6.addr == fd00:10::5 && ipv6.addr == "
				    "2001:db8:85a3:1234:5678:8a2e:370:7334 && tcp.port == 389");
	expect_filter(&findings[4], "ip.addr == 10.0.0.5 && ip.addr == 10.0.1.9 && icmpv6");
	findings[0].protocol = 132;
	expect_filter(&findings[0], "ip.addr == 10.0.1.9 && ip.addr == 10.0.0.5 && sctp.port == 3871");
	findings[0].protocol = 47;
	expect_filter(&findings[0], "ip.addr == 10.0.1.9 && ip.addr == 10.0.0.5");
	sample_close(&sample);
}

Test(report_html_copy, wireshark_filters_know_every_kind_of_address)
{
	static const struct {
		const char *text;
		enum addr_scope scope;
		uint8_t fold;
		const char *term;
	} cases[] = {
	    {"fe80::1", ADDR_SCOPE_VLAN, 0, "ipv6.addr == fe80::1"},
	    {"10.1.2.0", ADDR_SCOPE_VNI, 24, "ip.addr == 10.1.2.0/24"},
	    {"2001:db8::", ADDR_SCOPE_NONE, 64, "ipv6.addr == 2001:db8::/64"},
	    {"mac:00:11:22:33:44:55", ADDR_SCOPE_NONE, 0, "eth.addr == 00:11:22:33:44:55"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct audit_finding finding = {.protocol = -1, .port = -1, .peer_count = 1};
		struct addr *address = &finding.initiator.address;

		cr_assert_eq(addr_parse(address, cases[i].text), 0);
		address->scope_kind = (uint8_t)cases[i].scope;
		address->scope = cases[i].scope ? 7 : 0;
		if (cases[i].fold)
			*address = addr_fold(address, cases[i].fold);
		expect_filter(&finding, cases[i].term);
	}
}

static void expect_stub(const struct audit_finding *finding, const char *match)
{
	struct strbuf out = {0}, expected = {0};

	exception_stubs_add(&out, finding);
	strbuf_addf(&expected,
		    "{\"id\": \"FILL-IN-AN-ID\",\n \"match\": {%s},\n \"reason\": \"FILL IN: why this is "
		    "tolerated\",\n \"owner\": \"FILL IN: who answers for it\",\n \"expires\": \"FILL IN: "
		    "YYYY-MM-DD\"}",
		    match);
	cr_expect_str_eq(strbuf_text(&out), strbuf_text(&expected));
	cJSON *parsed = cJSON_Parse(strbuf_text(&out));
	cr_expect_not_null(parsed);
	cJSON_Delete(parsed);
	strbuf_clear(&out);
	strbuf_clear(&expected);
}

/* LISTED of the finding's peers as responders, and one for those that are not listed. */
static void expect_stubs_of_peers(const struct audit_finding *finding, size_t listed)
{
	struct strbuf out = {0};
	char address[ADDR_TEXT_MAX];

	strbuf_add(&out, "[");
	exception_stubs_add(&out, finding);
	strbuf_add(&out, "]");
	cJSON *parsed = cJSON_Parse(strbuf_text(&out));
	cr_assert_eq(cJSON_GetArraySize(parsed), (int)listed + 1, "%s", strbuf_text(&out));
	for (size_t i = 0; i <= listed; i++) {
		const cJSON *match =
		    cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(parsed, (int)i), "match");
		const cJSON *responder = cJSON_GetObjectItemCaseSensitive(match, "responder");

		cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(match, "initiator")),
				 "10.9.0.4");
		cr_expect_str_eq(cJSON_GetStringValue(responder),
				 i < listed ? addr_format(&finding->peers[i].address, address)
					    : "FILL IN: who; the report does not list all");
	}
	cJSON_Delete(parsed);
	strbuf_clear(&out);
}

/* The drafted exception's ports are or end with PORTS. */
static void expect_ports(const struct audit_finding *finding, const char *ports)
{
	struct strbuf out = {0};

	exception_stubs_add(&out, finding);
	const char *at = strstr(strbuf_text(&out), "\"ports\": ");
	cr_assert_not_null(at);
	cr_expect_not_null(strstr(at, ports), "%s", at);
	strbuf_clear(&out);
}

Test(report_html_copy, exception_stubs_match_their_finding)
{
	struct sample sample;

	sample_open(&sample);
	struct audit_finding *findings = sample.findings;
	expect_stub(&findings[0],
		    "\"kind\": \"wrong-direction\", \"system\": \"hq-kvm\", \"rule\": "
		    "\"manager-device-authorize\", \"initiator\": \"kvm-9\", \"responder\": \"kvm-manager\", "
		    "\"proto\": \"tcp\", \"ports\": [3871]");
	/* Nobody is excused without being named: each peer that is listed, and one to be filled in for the
	 * rest. */
	expect_stubs_of_peers(&findings[1], SAMPLE_PEERS);
	expect_stub(&findings[2], "\"kind\": \"missing\", \"system\": \"hq-kvm\", \"rule\": "
				  "\"manager-device-authorize\", \"host\": \"kvm-9\"");
	/* Never any port: those that were seen, and what is not known is to be filled in. */
	struct port_range ranges[PORT_RANGES_LISTED + 1] = {{4000, 4039}, {5000, 5000}};
	findings[0].port = -1;
	findings[0].many_ports = true;
	expect_ports(&findings[0], "[\"FILL IN: which\"]");
	findings[0].port_ranges = ranges;
	findings[0].port_range_count = 2;
	expect_ports(&findings[0], "[[4000, 4039], 5000]");
	findings[0].port_range_count = PORT_RANGES_LISTED + 1;
	expect_ports(&findings[0], "0, \"FILL IN: the report does not list all\"]");
	findings[0].reason = REASON_OPENED_FROM_SERVICE_PORT;
	findings[0].protocol = 47;
	findings[0].system = "a\"\\\n<b>";
	findings[0].rule = NULL;
	expect_stub(
	    &findings[0],
	    "\"kind\": \"wrong-direction\", \"system\": \"a\\\"\\\\\\n<b>\", \"initiator\": \"kvm-9\", "
	    "\"responder\": \"kvm-manager\", \"proto\": 47");
	sample_close(&sample);
}
