/* Rule states: the table in design section 5, without anything required; and what is missing. */
#include "audit_run_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_states, .timeout = 20);

#define RUN_ALL(cases)                                                                                       \
	for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)                                      \
	run_check(&(cases)[i])

/* Without anything required. */
Test(audit_states, optional)
{
	static const struct run_case cases[] = {
	    {.name = "off",
	     .site = {"'must': 'none'", "'must': 'none', 'link': 'proxied'"},
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:900",
	     .expected = "pass | documented=1\n"
			 "session off flows=0 attempts=0 hosts=0/0: mode link is proxied\n"
			 "proxied observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "observed, attempts beside",
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "200 refused x2 tcp 10.9.0.1:50000 > 10.0.1.1:901",
	     .expected = "pass | documented=2\n"
			 "session observed flows=3 attempts=2 hosts=1/0\n"},
	    {.name = "idle",
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.99.0.1:900",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "out-of-scope=1\n"},
	    {.name = "pending is neither success nor attempt",
	     .rows = "4190 pending tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "documented=1\n"
			 "session idle flows=1 attempts=0 hosts=0/0: opened too near the end of the capture "
			 "to know what became of it\n"},
	    {.name = "attempts that nobody could have seen answered",
	     .rows = "100 unanswered tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "documented=1\n"
			 "session not-observable flows=1 attempts=1 hosts=0/0: tried, and this capture would "
			 "not show an answer: mirror the link of 10.9.0.1 or lab\n"},
	    {.name = "probed is an attempt, and an answer",
	     .rows = "100 probed tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "pass | documented=1\n"
			 "session not-observable flows=1 attempts=1 hosts=0/0: tried, answered, and broken "
			 "off before it came to anything\n"},
	    {.name = "direction unknown",
	     .rows = "100 carried tcp 10.9.0.1:3000 > 10.0.1.1:900 basis=none",
	     .expected = "pass | inconclusive=1\n"
			 "session not-observable flows=0 attempts=0 hosts=0/0: direction unknown: nobody saw "
			 "who opened it; capture from before the connection opens\n"},
	    {.name = "a success of one side",
	     .rows = "100 oneway tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "documented=1\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "a datagram without an answer: one due, none due",
	     .rows = "100 unanswered udp 10.0.1.1:50000 > 10.0.0.1:162 basis=quiet\n"
		     "100 unanswered udp 10.0.1.1:50000 > 198.51.100.1:123 basis=quiet",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "documented=2\n"
			 "clock not-observable flows=1 attempts=1 hosts=0/0: tried, and this capture would "
			 "not show an answer: mirror the link of lab or 198.51.100.1\n"
			 "trap observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "a pending datagram that needs no answer",
	     .rows = "4190 pending udp 10.0.1.1:50000 > 10.0.0.1:162 basis=quiet",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "documented=1\n"
			 "trap observed flows=1 attempts=0 hosts=1/0\n"},
	};

	RUN_ALL(cases);
}

/* Required and not seen, where it could have been. */
Test(audit_states, missing)
{
	static const struct run_case cases[] = {
	    {.name = "each to: one of two devices",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "\n"
		     "300 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "320 established tcp 10.9.0.1:50000 > 10.0.1.2:900",
	     .expected = "pass | documented=4\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "manage missing flows=1 attempts=0 hosts=1/3 missing=10.0.1.2 "
			 "unobservable=mac:02:00:00:00:00:0d: required, and not seen of 1 host\n"
			 "session observed flows=2 attempts=0 hosts=1/0\n"
			 "! missing - low one manage host=10.0.1.2\n"
			 "  10.0.1.2 takes no part in manage (TCP 443, server to device) in 70 minutes, not "
			 "even in vain, though it was seen talking to others.\n"
			 "  # host 10.0.1.2 and tcp port 443\n"},
	    {.name = "either side may have opened it",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "300 established tcp 10.0.1.1:50000 > 10.0.0.1:443",
	     .expected = "pass | documented=3\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "manage observed flows=1 attempts=0 hosts=1/2 unobservable=mac:02:00:00:00:00:0d\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "an attempt is enough",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "300 unanswered-retried tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "fail: 1 finding at or above medium | documented=3\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "manage unanswered flows=1 attempts=1 hosts=0/2 unanswered=lab "
			 "unobservable=mac:02:00:00:00:00:0d: tried, and nobody answered\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "! unanswered - medium one manage 10.0.0.1/server > 10.0.1.1=lab/device tcp 443 "
			 "unanswered handshake/proven flows=1 packets=3 peers=1\n"
			 "  10.0.0.1 (server) tries TCP port 443 of lab (10.0.1.1, device) as rule manage "
			 "documents, and gets no answer. It is needed for: settings.\n"
			 "  # host 10.0.0.1 and host 10.0.1.1 and tcp port 443\n"},
	    {.name = "a connection that was up before",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "1000 carried tcp 10.0.0.1:50000 > 10.0.1.1:443 basis=carried conf=proven",
	     .expected = "pass | documented=3\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "manage observed flows=0 attempts=0 hosts=1/2 unobservable=mac:02:00:00:00:00:0d\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "each system",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "130 established tcp 10.9.0.1:50000 > 10.0.0.2:443",
	     .expected = "pass | documented=3\n"
			 "web observed flows=2 attempts=0 hosts=1/0\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "pair missing flows=0 attempts=0 hosts=0/1: required, and not seen anywhere\n"
			 "! missing - low one pair host=-\n"
			 "  Nobody uses pair (TCP 3306, primary to server) in 70 minutes, not even in vain, "
			 "though hosts of both sides were seen talking.\n"
			 "  # tcp port 3306\n"},
	    {.name = "of a range only hosts that were seen",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "\n"
		     "300 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "310 unanswered tcp 10.9.0.1:50000 > 10.0.1.7:900",
	     .expected = "pass | documented=4\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "manage observed flows=1 attempts=0 hosts=1/2 unobservable=mac:02:00:00:00:00:0d\n"
			 "session observed flows=2 attempts=1 hosts=1/0 unanswered=10.0.1.7\n"
			 "! unanswered - low one session 10.9.0.1 > 10.0.1.7/device tcp 900 unanswered "
			 "handshake/proven flows=1 packets=1 peers=1\n"
			 "  10.9.0.1 tries TCP port 900 of 10.0.1.7 (device) as rule session documents, and "
			 "gets no answer.\n"
			 "  # host 10.9.0.1 and host 10.0.1.7 and tcp port 900\n"},
	    {.name = "site says so: medium",
	     .site = {"'must': 'none'}", "'must': 'none'}, 'expect': {'pair': {'within': 1200}}"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "130 established tcp 10.9.0.1:50000 > 10.0.0.2:443",
	     .expected = "fail: 1 finding at or above medium | documented=3\n"
			 "web observed flows=2 attempts=0 hosts=1/0\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "pair missing flows=0 attempts=0 hosts=0/1: required, and not seen anywhere\n"
			 "! missing - medium one pair host=-\n"
			 "  Nobody uses pair (TCP 3306, primary to server) in 70 minutes, not even in vain, "
			 "though hosts of both sides were seen talking.\n"
			 "  # tcp port 3306\n"},
	    {.name = "everything documented is expected",
	     .expect_all = true,
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "\n"
		     "130 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "140 answered udp 10.0.0.1:50000 > 10.0.1.1:3080\n"
		     "150 asked udp 10.0.0.1:50000 > 10.0.1.1:3081\n"
		     "150 answer udp 10.0.0.1:50000 > 10.0.1.1:3081 from=3080 basis=answer\n"
		     "160 established tcp 10.0.1.1:50000 > 10.0.0.1:80\n"
		     "170 established tcp 10.0.0.2:50000 > 10.0.0.1:3306\n"
		     "180 oneway udp 10.0.1.1:50000 > 10.0.0.1:162\n"
		     "190 oneway udp 10.0.1.1:50000 > 10.0.0.1:700",
	     .expected =
		 "fail: 2 findings at or above medium | documented=9\n"
		 "web observed flows=1 attempts=0 hosts=1/1\n"
		 "manage observed flows=1 attempts=0 hosts=1/2 unobservable=mac:02:00:00:00:00:0d\n"
		 "session observed flows=1 attempts=0 hosts=1/1\n"
		 "authorize missing flows=0 attempts=0 hosts=0/1 missing=lab: required, and not seen of 1 "
		 "host\n"
		 "ldap not-observable flows=0 attempts=0 hosts=0/1: 10.0.5.1 was never seen talking both "
		 "ways: mirror the link of first (server) or 10.0.5.1 (ldap)\n"
		 "pair observed flows=1 attempts=0 hosts=1/1\n"
		 "clock not-observable flows=0 attempts=0 hosts=0/2 unobservable=mac:02:00:00:00:00:0d,lab: "
		 "nobody is bound to time: name the host in the site file\n"
		 "trap observed flows=1 attempts=0 hosts=1/1\n"
		 "find observed flows=1 attempts=0 hosts=1/1\n"
		 "find2 observed flows=1 attempts=0 hosts=1/1\n"
		 "checkin observed flows=1 attempts=0 hosts=1/2 unobservable=mac:02:00:00:00:00:0d\n"
		 "log missing flows=0 attempts=0 hosts=0/1: required, and not seen anywhere\n"
		 "odd observed flows=1 attempts=0 hosts=1/1\n"
		 "! missing - medium one authorize host=lab\n"
		 "  lab was seen in session or proxied, but not in authorize (TCP 3871, server to device) "
		 "within 60 s before or after, not even in vain.\n"
		 "  # host 10.0.1.1 and tcp port 3871\n"
		 "! missing - medium one log host=-\n"
		 "  Nobody uses log (TCP and UDP 4514, device to server) in 70 minutes, not even in vain, "
		 "though hosts of both sides were seen talking.\n"
		 "  # (tcp port 4514 or udp port 4514)\n"
		 "! fallback - low one find2 10.0.0.1/server > 10.0.1.1=lab/device udp 3081 answered "
		 "protocol/proven flows=1 packets=2 peers=1\n"
		 "  10.0.0.1 (server) fell back to UDP port 3081 of lab (10.0.1.1, device) (rule find2). The "
		 "rule to be used first, find, was tried by the same pair and answered.\n"
		 "  # host 10.0.0.1 and host 10.0.1.1 and (udp port 3081 or udp port 3080)\n"},
	    {.name = "an ambiguous rule is not held against anybody",
	     .signature = {"'ports': [8443], 'basis'",
			   "'ports': [8443], 'presence': {'level': 'required'}, 'basis'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "pass | documented=2\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "secure missing flows=0 attempts=0 hosts=0/1: required, and not seen anywhere\n"},
	    {.name = "an ambiguous rule that the site expects is",
	     .site = {"'must': 'none'}", "'must': 'none'}, 'expect': {'secure': {'each': 'to'}}"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "fail: 1 finding at or above medium | documented=2\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "secure missing flows=0 attempts=0 hosts=0/2 missing=lab "
			 "unobservable=mac:02:00:00:00:00:0d: required, and not seen of 1 host\n"
			 "! missing - medium one secure host=lab\n"
			 "  lab takes no part in secure (TCP 8443, server to device) in 70 minutes, not even "
			 "in vain, though it was seen talking to others.\n"
			 "  # host 10.0.1.1 and tcp port 8443\n"},
	};

	RUN_ALL(cases);
}
