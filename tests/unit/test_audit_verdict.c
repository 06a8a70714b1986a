/* Exceptions, and the verdict of a run. */
#include "audit_run_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_verdict, .timeout = 20);

#define RUN_ALL(cases)                                                                                       \
	for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)                                      \
	run_check(&(cases)[i])

/* Tolerated, but still listed. */
Test(audit_verdict, exceptions)
{
	static const struct run_case cases[] = {
	    {.name = "used, and what it does not match folds apart",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "\n"
		     "200 established tcp 10.0.8.1:50000 > 10.0.0.1:9100\n"
		     "200 established tcp 10.99.0.1:50000 > 10.0.0.1:9100\n"
		     "200 established tcp 10.0.8.1:50000 > 10.0.0.1:9101",
	     .expected = "fail: 2 findings at or above medium | documented=1 unexpected=3\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "! unexpected no-rule high one - 10.0.8.1 > 10.0.0.1/server tcp 9100 established "
			 "handshake/proven flows=1 packets=10 peers=1 EX-1\n"
			 "  10.0.8.1 opened TCP port 9100 of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.0.8.1 and host 10.0.0.1 and tcp port 9100\n"
			 "! unexpected no-rule high one - 10.0.8.1 > 10.0.0.1/server tcp 9101 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.8.1 opened TCP port 9101 of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.0.8.1 and host 10.0.0.1 and tcp port 9101\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp 9100 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.99.0.1 opened TCP port 9100 of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 9100\n"},
	    {.name = "expired: excuses nothing",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "200 established tcp 10.0.8.2:50000 > 10.0.0.1:9100",
	     .expected = "fail: 1 finding at or above medium | documented=1 unexpected=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "! unexpected no-rule high one - 10.0.8.2 > 10.0.0.1/server tcp 9100 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.8.2 opened TCP port 9100 of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.0.8.2 and host 10.0.0.1 and tcp port 9100\n"},
	    {.name = "by host",
	     .site =
		 {"'match': {'kind': 'unexpected', 'initiator': '10.0.8.1', 'proto': 'tcp', 'ports': [9100]}",
		  "'match': {'kind': 'unexpected', 'host': 'first'}"},
	     .rows = "200 established tcp 10.99.0.1:50000 > 10.0.0.2:22\n"
		     "201 established tcp [fd00::2]:50000 > [2001:db8::1]:22\n"
		     "202 established tcp 10.99.0.1:50000 > 10.0.0.1:22",
	     .expected = "fail: 1 finding at or above medium | unexpected=3\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp 22 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.99.0.1 opened TCP port 22 of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 22\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.2=first/server+primary tcp 22 "
			 "established handshake/proven flows=1 packets=10 peers=1 EX-1\n"
			 "  10.99.0.1 opened TCP port 22 of first (10.0.0.2, server, primary). No rule of "
			 "the Kit matrix documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.2 and tcp port 22\n"
			 "! unexpected no-rule high one - fd00::2=first/server+primary > 2001:db8::1 tcp 22 "
			 "established handshake/proven flows=1 packets=10 peers=1 EX-1\n"
			 "  first (fd00::2, server, primary) opened TCP port 22 of 2001:db8::1. No rule of "
			 "the Kit matrix documents it.\n"
			 "  # host fd00::2 and host 2001:db8::1 and tcp port 22\n"},
	    {.name = "icmp stands for ICMPv6 as well, and for nothing else",
	     .site =
		 {"'match': {'kind': 'unexpected', 'initiator': '10.0.8.1', 'proto': 'tcp', 'ports': [9100]}",
		  "'match': {'kind': 'unexpected', 'proto': 'icmp'}"},
	     .rows = "100 answered 1 10.99.0.1 > 10.0.0.1:8/0\n"
		     "100 answered 58 [2001:db8::1] > [fd00::2]:128/0\n"
		     "100 answered 47 10.99.0.1 > 10.0.0.1",
	     .expected = "fail: 1 finding at or above medium | unexpected=3\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server 47 - answered "
			 "protocol/proven flows=1 packets=2 peers=1\n"
			 "  10.99.0.1 sent IP protocol 47 to 10.0.0.1 (server) and got an answer. No rule of "
			 "the Kit matrix documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and (ip proto 47 or ip6 proto 47)\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server icmp 2048 answered "
			 "protocol/proven flows=1 packets=2 peers=1 EX-1\n"
			 "  10.99.0.1 sent ICMP type 8 code 0 to 10.0.0.1 (server) and got an answer. No "
			 "rule of the Kit matrix documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and icmp\n"
			 "! unexpected no-rule high one - 2001:db8::1 > fd00::2=first/server+primary icmp "
			 "32768 answered protocol/proven flows=1 packets=2 peers=1 EX-1\n"
			 "  2001:db8::1 sent ICMPv6 type 128 code 0 to first (fd00::2, server, primary) and "
			 "got an answer. No rule of the Kit matrix documents it.\n"
			 "  # host 2001:db8::1 and host fd00::2 and icmp6\n"},
	    {.name = "by rule and system",
	     .site =
		 {"'match': {'kind': 'unexpected', 'initiator': '10.0.8.1', 'proto': 'tcp', 'ports': [9100]}",
		  "'match': {'system': 'one', 'rule': 'ldap'}"},
	     .rows = "200 established tcp 10.0.5.1:50000 > 10.0.0.1:389\n"
		     "201 established tcp 10.0.0.1:50000 > 10.99.0.1:389\n"
		     "202 refused tcp 10.0.0.1:50000 > 10.0.5.1:389\n"
		     "202 established tcp 10.0.0.1:50000 > 10.99.0.1:3871",
	     .expected =
		 "fail: 1 finding at or above medium | documented=1 unexpected=2 wrong-direction=1\n"
		 "ldap unanswered flows=1 attempts=1 hosts=0/0 unanswered=10.0.5.1: tried, and refused\n"
		 "! unexpected unknown-listener high one authorize 10.0.0.1/server > 10.99.0.1 tcp 3871 "
		 "established handshake/proven flows=1 packets=10 peers=1\n"
		 "  10.0.0.1 (server) opened TCP port 3871 of 10.99.0.1. Rule authorize documents this port "
		 "at device alone, and the listener is not bound to that.\n"
		 "  # host 10.0.0.1 and host 10.99.0.1 and tcp port 3871\n"
		 "! wrong-direction opened-by-responder high one ldap 10.0.5.1/ldap > 10.0.0.1/server tcp "
		 "389 established handshake/proven flows=1 packets=10 peers=1 EX-1\n"
		 "  10.0.5.1 (ldap) opened TCP port 389 of 10.0.0.1 (server). Rule ldap has it the other way "
		 "round: server opens, ldap listens.\n"
		 "  # (src host 10.0.5.1 and dst host 10.0.0.1 and tcp dst port 389) or (src host 10.0.0.1 "
		 "and dst host 10.0.5.1 and tcp src port 389)\n"
		 "! unexpected unknown-listener low one ldap 10.0.0.1/server > 10.99.0.1 tcp 389 established "
		 "handshake/proven flows=1 packets=10 peers=1 EX-1\n"
		 "  10.0.0.1 (server) opened TCP port 389 of 10.99.0.1. Rule ldap documents this port at "
		 "ldap alone, and the listener is not bound to that.\n"
		 "  # host 10.0.0.1 and host 10.99.0.1 and tcp port 389\n"
		 "! unanswered - low one ldap 10.0.0.1/server > 10.0.5.1/ldap tcp 389 refused "
		 "handshake/proven flows=1 packets=2 peers=1 EX-1\n"
		 "  10.0.0.1 (server) tries TCP port 389 of 10.0.5.1 (ldap) as rule ldap documents, and is "
		 "refused.\n"
		 "  # host 10.0.0.1 and host 10.0.5.1 and tcp port 389\n"},
	};

	RUN_ALL(cases);
}

/* Pass, fail, inconclusive. */
Test(audit_verdict, verdicts)
{
	static const struct run_case cases[] = {
	    {.name = "pass",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "pass | documented=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "low findings pass",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "200 established tcp 10.0.2.1:50000 > 10.99.0.1:22",
	     .expected = "pass | documented=1 unexpected=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "! unexpected no-rule low one - 10.0.2.1/part > 10.99.0.1 tcp 22 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.2.1 (part) opened TCP port 22 of 10.99.0.1. No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.0.2.1 and host 10.99.0.1 and tcp port 22\n"},
	    {.name = "unless low is enough",
	     .fail_on = SEVERITY_LOW,
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "200 established tcp 10.0.2.1:50000 > 10.99.0.1:22",
	     .expected = "fail: 1 finding at or above low | documented=1 unexpected=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "! unexpected no-rule low one - 10.0.2.1/part > 10.99.0.1 tcp 22 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.2.1 (part) opened TCP port 22 of 10.99.0.1. No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.0.2.1 and host 10.99.0.1 and tcp port 22\n"},
	    {.name = "medium passes where high is asked for",
	     .fail_on = SEVERITY_HIGH,
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "200 refused tcp 10.99.0.1:50000 > 10.0.0.1:22",
	     .expected = "pass | documented=1 unexpected=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 22 refused "
			 "handshake/proven flows=1 packets=2 peers=1\n"
			 "  10.99.0.1 tried to open TCP port 22 of 10.0.0.1 (server) and was refused. No "
			 "rule of the Kit matrix documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 22\n"},
	    {.name = "nothing bound was seen",
	     .rows = "200 established tcp 10.99.0.1:50000 > 10.99.0.2:22",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "out-of-scope=1\n"},
	    {.name = "only one direction of it was seen",
	     .rows = "200 oneway tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "documented=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"},
	};

	RUN_ALL(cases);
}

/* Where part of the network was not watched nothing is missing and nothing passes; what was seen stands. */
Test(audit_verdict, unwatched)
{
	static const struct run_case cases[] = {
	    {.name = "nothing passes",
	     .unwatched = "sensor b silent",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "inconclusive: sensor b silent | documented=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "nothing is missing",
	     .unwatched = "sensor b silent",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .rows = "300 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "400 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "inconclusive: sensor b silent | documented=2\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize not-observable flows=0 attempts=0 hosts=0/1 unobservable=lab: it may be "
			 "where nobody watched: sensor b silent\n"},
	    {.name = "a proven finding stands",
	     .unwatched = "sensor b silent",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "200 refused tcp 10.99.0.1:50000 > 10.0.0.1:22",
	     .expected = "fail: 1 finding at or above medium; sensor b silent | documented=1 unexpected=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 22 refused "
			 "handshake/proven flows=1 packets=2 peers=1\n"
			 "  10.99.0.1 tried to open TCP port 22 of 10.0.0.1 (server) and was refused. No "
			 "rule of the Kit matrix documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 22\n"},
	};

	RUN_ALL(cases);
}

/* Each system has a verdict of its own, by what is found in it and what was seen of it. */
Test(audit_verdict, of_each_system)
{
	static const struct {
		const char *rows;
		enum run_verdict run, one, two;
	} cases[] = {
	    {"100 established tcp 10.99.0.1:50000 > 10.0.0.1:22\n"
	     "100 established tcp 10.0.40.1:50000 > 10.0.41.1:443",
	     RUN_FAIL, RUN_FAIL, RUN_PASS},
	    {"100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
	     "100 established tcp 10.99.0.1:50000 > 10.0.40.1:22",
	     RUN_FAIL, RUN_PASS, RUN_FAIL},
	    {"100 established tcp 10.0.0.1:50000 > 10.0.1.1:443", RUN_PASS, RUN_PASS, RUN_INCONCLUSIVE},
	    {"100 established tcp 10.99.0.1:50000 > 10.99.0.2:443", RUN_INCONCLUSIVE, RUN_INCONCLUSIVE,
	     RUN_INCONCLUSIVE},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kit kit;
		struct run_case run = {.site = {" 'modes': {'must': 'none'}}],",
						" 'modes': {'must': 'none'}}, {'name': 'two', 'signature': "
						"'kit', 'roles': {'server': ['10.0.40.1'],"
						" 'device': ['10.0.41.0/24']}, 'modes': {'must': 'none'}}],"},
				       .rows = cases[i].rows};
		struct audit_result *result;

		run_open(&kit, &run);
		result = run_audit(&kit, &run);
		cr_expect_eq(result->verdict, cases[i].run, "%zu", i);
		cr_assert_eq(result->system_count, 2);
		cr_expect_eq(result->systems[0].verdict, cases[i].one, "%zu", i);
		cr_expect_eq(result->systems[1].verdict, cases[i].two, "%zu", i);
		audit_free(result);
		kit_close(&kit);
	}
}
