/* What a finding hands on besides its words: what breaks, its frames, its filter. */
#include "audit_run_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_evidence, .timeout = 20);

static const struct audit_finding *find(const struct audit_result *result, enum finding_kind kind)
{
	for (size_t i = 0; i < result->finding_count; i++)
		if (result->findings[i].kind == kind)
			return &result->findings[i];
	cr_assert_fail("no finding of kind %s", finding_kind_name(kind));
	return NULL;
}

/* Rule clock says what breaks without it: that is true where it failed or is missing, not where somebody else
 * got through. */
Test(audit_evidence, impact_is_of_what_fails)
{
	struct run_case run = {.site = {"'admin': ['10.0.6.1']},\n 'modes': {'must': 'none'}",
					"'admin': ['10.0.6.1'], 'time': ['10.0.9.1', '10.0.9.2']},\n"
					" 'modes': {'must': 'clock'}"},
			       .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
				       "110 established tcp 10.0.0.1:50000 > 10.0.1.2:443\n"
				       "200 unreachable udp 10.0.1.1:123 > 10.0.9.1:123\n"
				       "200 answered udp 10.0.1.1:123 > 10.0.0.1:123\n"
				       "210 answered udp 10.0.1.3:123 > 10.0.9.2:123\n"};
	struct kit kit;
	struct audit_result *result;
	const struct audit_finding *finding;

	run_open(&kit, &run);
	result = run_audit(&kit, &run);
	cr_expect_str_eq(find(result, FINDING_UNANSWERED)->impact, "Clocks drift.");
	cr_expect_str_eq(find(result, FINDING_MISSING)->impact, "Clocks drift.");
	finding = find(result, FINDING_UNEXPECTED);
	cr_expect_str_eq(finding->rule, "clock");
	cr_expect_null(finding->impact);
	audit_free(result);
	kit_close(&kit);
}

/* The filter shows the question to the group and the answer to it, and nobody else's. */
Test(audit_evidence, filter_of_answers)
{
	static const struct run_case cases[] = {
	    {.name = "a group's answer: the group is named",
	     .rows = "100 asked udp/broadcast 10.0.0.1:50000 > 10.0.1.255:3080\n"
		     "100 answer udp/broadcast 10.0.0.1:50000 > 10.99.0.40:3080 basis=answer\n"
		     "100 asked udp/broadcast 10.0.0.1:50000 > 10.0.255.255:3081",
	     .expected = "fail: 1 finding at or above medium | documented=2 unexpected=1\n"
			 "find observed flows=1 attempts=0 hosts=1/0\n"
			 "find2 observed flows=1 attempts=0 hosts=1/0\n"
			 "! unexpected unknown-listener high one find 10.0.0.1/server > 10.99.0.40 udp 3080 "
			 "answered answer/proven flows=0 packets=1 peers=1\n"
			 "  10.0.0.1 (server) asked UDP port 3080 of 10.99.0.40 and got an answer. Rule find "
			 "documents this port at device alone, and the listener is not bound to that.\n"
			 "  # host 10.0.0.1 and (host 10.99.0.40 or host 10.0.1.255) and udp port 3080\n"
			 "! fallback - low one find2 10.0.0.1/server > 10.0.255.255 udp 3081 answered "
			 "group/proven flows=1 packets=1 peers=1\n"
			 "  10.0.0.1 (server) fell back to UDP port 3081 of 10.0.255.255 (rule find2). The "
			 "rule to be used first, find, was not tried by the same pair.\n"
			 "  # host 10.0.0.1 and host 10.0.255.255 and udp port 3081\n"},
	    {.name = "an answer to who has no address yet: either end",
	     .rows = "100 asked udp/broadcast [mac:02:00:00:00:00:0d]:68 > 255.255.255.255:67\n"
		     "100 answer udp/broadcast [mac:02:00:00:00:00:0d]:68 > 10.99.0.66:67 basis=answer",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "unexpected=2\n"
			 "! unexpected group-noise low one - mac:02:00:00:00:00:0d/device > 10.99.0.66 udp "
			 "67 answered group/proven flows=1 packets=2 peers=2 [10.99.0.66 255.255.255.255]\n"
			 "  mac:02:00:00:00:00:0d (device) asked UDP port 67 of 10.99.0.66 and 1 other host "
			 "and got an answer. No rule of the matrix documents this broadcast or multicast.\n"
			 "  # (ether host 02:00:00:00:00:0d or host 10.99.0.66) and udp port 67\n"},
	    {.name = "one host over two protocols",
	     .rows = "100 refused tcp 10.0.1.1:50000 > 10.0.0.1:4514\n"
		     "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "100 refused udp 10.0.1.1:50000 > 10.0.0.1:4514",
	     .expected =
		 "pass | documented=3\n"
		 "manage observed flows=1 attempts=0 hosts=1/0\n"
		 "log unanswered flows=2 attempts=2 hosts=0/0 unanswered=10.0.0.1: tried, and refused\n"
		 "! unanswered - low one log 10.0.1.1=lab/device > 10.0.0.1/server - - refused "
		 "handshake/proven flows=2 packets=4 peers=1\n"
		 "  lab (10.0.1.1, device) tries TCP and UDP 4514 of 10.0.0.1 (server) as rule log "
		 "documents, and is refused.\n"
		 "  # (host 10.0.1.1 and host 10.0.0.1 and (tcp port 4514 or udp port 4514)) or (host "
		 "10.0.1.1 and icmp)\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_check(&cases[i]);
}
