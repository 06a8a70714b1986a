/* Required and not seen, where nothing can be said: each reason, and what to mirror. */
#include "audit_run_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_observable, .timeout = 20);

#define RUN_ALL(cases)                                                                                       \
	for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)                                      \
	run_check(&(cases)[i])

/* Required and not seen, where nothing can be said. */
Test(audit_observable, unobservable)
{
	static const struct run_case cases[] = {
	    {.name = "role unbound",
	     .site = {"'must': 'none'", "'must': 'clock'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected =
		 "pass | documented=2\n"
		 "web observed flows=1 attempts=0 hosts=1/0\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"
		 "clock not-observable flows=0 attempts=0 hosts=0/2 unobservable=mac:02:00:00:00:00:0d,lab: "
		 "nobody is bound to time: name the host in the site file\n"},
	    {.name = "host never seen talking both ways",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "200 oneway udp 10.0.1.3:50000 > 10.9.0.1:5000",
	     .expected =
		 "fail: 1 finding at or above medium | documented=1 unexpected=1\n"
		 "web observed flows=1 attempts=0 hosts=1/0\n"
		 "manage not-observable flows=0 attempts=0 hosts=0/2 "
		 "unobservable=mac:02:00:00:00:00:0d,10.0.1.3: mac:02:00:00:00:00:0d was never seen talking "
		 "both ways: mirror the link of 10.0.0.1 (server) or mac:02:00:00:00:00:0d (device)\n"
		 "! unexpected no-rule high one - 10.0.1.3/device > 10.9.0.1 udp 5000 oneway protocol/proven "
		 "flows=1 packets=5 peers=1\n"
		 "  10.0.1.3 (device) sent to UDP port 5000 of 10.9.0.1. No rule of the Kit matrix documents "
		 "it.\n"
		 "  # host 10.0.1.3 and host 10.9.0.1 and udp port 5000\n"},
	    {.name = "the other side never seen talking both ways",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .rows = "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected =
		 "pass | documented=1\n"
		 "manage not-observable flows=0 attempts=0 hosts=0/2 unobservable=mac:02:00:00:00:00:0d,lab: "
		 "mac:02:00:00:00:00:0d was never seen talking both ways: mirror the link of first (server) "
		 "or mac:02:00:00:00:00:0d (device)\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "coverage shorter than within",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .cover = "0-3599",
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected =
		 "pass | documented=2\n"
		 "web observed flows=1 attempts=0 hosts=1/0\n"
		 "manage not-observable flows=0 attempts=0 hosts=0/2 unobservable=mac:02:00:00:00:00:0d,lab: "
		 "the longest stretch without a gap covers 3599 s; it would take 3600 s to tell\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "coverage just long enough",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .cover = "0-3600",
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "pass | documented=2\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "manage missing flows=0 attempts=0 hosts=0/2 missing=lab "
			 "unobservable=mac:02:00:00:00:00:0d: required, and not seen of 1 host\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "! missing - low one manage host=lab\n"
			 "  lab takes no part in manage (TCP 443, server to device) in 60 minutes, not even "
			 "in vain, though it was seen talking to others.\n"
			 "  # host 10.0.1.1 and tcp port 443\n"},
	    {.name = "a gap breaks it",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .cover = "0-2000 2300-4500",
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected =
		 "pass | documented=2\n"
		 "web observed flows=1 attempts=0 hosts=1/0\n"
		 "manage not-observable flows=0 attempts=0 hosts=0/2 unobservable=mac:02:00:00:00:00:0d,lab: "
		 "the longest stretch without a gap covers 2200 s; it would take 3600 s to tell\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "a moment between two files does not",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .cover = "0-2000 2030-4500",
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "pass | documented=2\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "manage missing flows=0 attempts=0 hosts=0/2 missing=lab "
			 "unobservable=mac:02:00:00:00:00:0d: required, and not seen of 1 host\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "! missing - low one manage host=lab\n"
			 "  lab takes no part in manage (TCP 443, server to device) in 75 minutes, not even "
			 "in vain, though it was seen talking to others.\n"
			 "  # host 10.0.1.1 and tcp port 443\n"},
	    {.name = "co-located roles",
	     .site = {"'ldap': ['10.0.5.1'], 'admin': ['10.0.6.1']},\n"
		      " 'modes': {'must': 'none'}",
		      "'ldap': ['10.0.0.1']},\n"
		      " 'modes': {'must': 'none'}, 'expect': {'ldap': {'each': 'from', 'after': []}}"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "pass | documented=2\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "ldap not-observable flows=0 attempts=0 hosts=0/2 unobservable=first,10.0.0.1: "
			 "co-located: 10.0.0.1 holds both ends, and what stays in a host is on no link\n"},
	    {.name = "filtered out",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .filter = "443",
	     .rows = "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "130 established tcp 10.0.0.1:50000 > 10.0.1.1:3871",
	     .expected =
		 "pass: no required rule could be checked: the filter keeps such packets away | "
		 "documented=2\n"
		 "web not-observable flows=0 attempts=0 hosts=0/0: filtered out: the capture filter keeps "
		 "such packets away\n"
		 "manage not-observable flows=0 attempts=0 hosts=0/2 unobservable=mac:02:00:00:00:00:0d,lab: "
		 "filtered out: the capture filter keeps such packets away\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"
		 "authorize observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "a filter against all of the rule, and a host that nobody saw: no mirror helps",
	     .site = {"'must': 'none'", "'must': 'ldap'"},
	     .filter = "389",
	     .rows = "600 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "pass: no required rule could be checked: the filter keeps such packets away | "
			 "documented=1\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "ldap not-observable flows=0 attempts=0 hosts=0/1: filtered out: the capture filter "
			 "keeps such packets away\n"},
	    {.name = "a filter against all of the rule, and nobody bound",
	     .site = {"'must': 'none'", "'must': 'clock'"},
	     .filter = "123",
	     .rows = "600 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected =
		 "pass: no required rule could be checked: the filter keeps such packets away | "
		 "documented=1\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"
		 "clock not-observable flows=0 attempts=0 hosts=0/2 unobservable=mac:02:00:00:00:00:0d,lab: "
		 "filtered out: the capture filter keeps such packets away\n"},
	    {.name = "a filter against all of the rule, and nobody of the range seen",
	     .site = {"'mac:02:00:00:00:00:0d'],", "'10.0.3.0/24'],"},
	     .filter = "443",
	     .expect_all = true,
	     .rows = "600 established tcp 10.9.0.1:50000 > 10.0.0.1:444",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "web not-observable flows=0 attempts=0 hosts=0/1: filtered out: the capture filter "
			 "keeps such packets away\n"
			 "manage not-observable flows=0 attempts=0 hosts=0/0: filtered out: the capture "
			 "filter keeps such packets away\n"
			 "session not-observable flows=0 attempts=0 hosts=0/1: no host bound to device was "
			 "seen: mirror its link\n"
			 "authorize idle flows=0 attempts=0 hosts=0/0: not due: nothing that would make it "
			 "due was seen\n"
			 "ldap not-observable flows=0 attempts=0 hosts=0/1: filtered out: the capture filter "
			 "keeps away what would make it due\n"
			 "pair not-observable flows=0 attempts=0 hosts=0/1: first was never seen talking "
			 "both ways: mirror the link of first (primary) or 10.0.0.1 (server)\n"
			 "clock not-observable flows=0 attempts=0 hosts=0/0: no host bound to device was "
			 "seen: mirror its link\n"
			 "trap not-observable flows=0 attempts=0 hosts=0/1: no host bound to device was "
			 "seen: mirror its link\n"
			 "find not-observable flows=0 attempts=0 hosts=0/1: no host bound to device was "
			 "seen: mirror its link\n"
			 "find2 not-observable flows=0 attempts=0 hosts=0/1: no host bound to device was "
			 "seen: mirror its link\n"
			 "checkin not-observable flows=0 attempts=0 hosts=0/0: no host bound to device was "
			 "seen: mirror its link\n"
			 "log not-observable flows=0 attempts=0 hosts=0/1: no host bound to device was seen: "
			 "mirror its link\n"
			 "odd not-observable flows=0 attempts=0 hosts=0/1: no host bound to device was seen: "
			 "mirror its link\n"
			 "! unexpected no-rule high one - 10.9.0.1 > 10.0.0.1/server tcp 444 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.9.0.1 opened TCP port 444 of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.9.0.1 and host 10.0.0.1 and tcp port 444\n"},
	    {.name = "a filter for something else",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .filter = "444",
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "pass | documented=2\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "manage missing flows=0 attempts=0 hosts=0/2 missing=lab "
			 "unobservable=mac:02:00:00:00:00:0d: required, and not seen of 1 host\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "! missing - low one manage host=lab\n"
			 "  lab takes no part in manage (TCP 443, server to device) in 70 minutes, not even "
			 "in vain, though it was seen talking to others.\n"
			 "  # host 10.0.1.1 and tcp port 443\n"},
	    {.name = "direction unknown",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "130 carried tcp 10.0.0.1:443 > 10.0.1.1:5000 basis=none",
	     .expected =
		 "pass | documented=2 inconclusive=1\n"
		 "web observed flows=1 attempts=0 hosts=1/0\n"
		 "manage not-observable flows=0 attempts=0 hosts=0/2 unobservable=mac:02:00:00:00:00:0d,lab: "
		 "direction unknown: nobody saw who opened it; capture from before the connection opens\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "folded",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "130 unanswered tcp any > 10.0.1.1:443",
	     .expected =
		 "pass | documented=2 inconclusive=1\n"
		 "web observed flows=1 attempts=0 hosts=1/0\n"
		 "manage not-observable flows=0 attempts=0 hosts=0/2 unobservable=mac:02:00:00:00:00:0d,lab: "
		 "folded: memory ran short, and such edges were joined; allow more memory\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "a pending flow only",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "4190 pending tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected =
		 "pass | documented=3\n"
		 "web observed flows=1 attempts=0 hosts=1/0\n"
		 "manage not-observable flows=1 attempts=0 hosts=0/2 unobservable=mac:02:00:00:00:00:0d,lab: "
		 "opened too near the end of the capture to know what became of it\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "nobody of a range was seen",
	     .site = {"'10.0.1.0/24', 'mac:02:00:00:00:00:0d'],", "'10.0.1.0/24'],"},
	     .signature = {"'when': {'must': ['manage']}, 'each': 'to'}", "'each': 'to'}"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "pass | documented=1\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "manage not-observable flows=0 attempts=0 hosts=0/0: no host bound to device was "
			 "seen: mirror its link\n"},
	};

	RUN_ALL(cases);
}

/* Who must have been seen when nobody in particular is due: two hosts, one a side, unless anybody may act. */
Test(audit_observable, both_sides)
{
	static const struct run_case cases[] = {
	    {.name = "one host that holds both ends is not two",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.2:443",
	     .expected = "pass | documented=1\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "pair not-observable flows=0 attempts=0 hosts=0/1: 10.0.0.1 was never seen talking "
			 "both ways: mirror the link of first (primary) or 10.0.0.1 (server)\n"},
	    {.name = "nor where the roles are the same at both ends",
	     .signature = {"'from': ['primary'], 'to': ['server']", "'from': ['server'], 'to': ['server']"},
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "pass | documented=1\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "pair not-observable flows=0 attempts=0 hosts=0/1: first was never seen talking "
			 "both ways: mirror the link of 10.0.0.1 (server) or first (server)\n"},
	    {.name = "nor where the other one holds one end alone",
	     .signature = {"'from': ['primary'], 'to': ['server']", "'from': ['server'], 'to': ['primary']"},
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.2:443",
	     .expected = "pass | documented=1\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "pair not-observable flows=0 attempts=0 hosts=0/1: 10.0.0.1 was never seen talking "
			 "both ways: mirror the link of 10.0.0.1 (server) or first (primary)\n"},
	    {.name = "two are",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "110 established tcp 10.9.0.1:50000 > 10.0.0.2:443",
	     .expected = "pass | documented=2\n"
			 "web observed flows=2 attempts=0 hosts=1/0\n"
			 "pair missing flows=0 attempts=0 hosts=0/1: required, and not seen anywhere\n"
			 "! missing - low one pair host=-\n"
			 "  Nobody uses pair (TCP 3306, primary to server) in 70 minutes, not even in vain, "
			 "though hosts of both sides were seen talking.\n"
			 "  # tcp port 3306\n"},
	    {.name = "nobody of a person's range was seen",
	     .site = {"'ldap': ['10.0.5.1'], 'admin': ['10.0.6.1']},\n"
		      " 'modes': {'must': 'none'}",
		      "'client': ['10.9.0.0/16']}, 'expect': {'web': {}}"},
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "pass | documented=1\n"
			 "web not-observable flows=0 attempts=0 hosts=0/1: no host bound to client was seen: "
			 "mirror its link\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "nor a person who is named",
	     .site = {"'ldap': ['10.0.5.1'], 'admin': ['10.0.6.1']},\n"
		      " 'modes': {'must': 'none'}",
		      "'client': ['10.9.0.1']}, 'expect': {'web': {'each': 'to'}}"},
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected =
		 "pass | documented=1\n"
		 "web not-observable flows=0 attempts=0 hosts=0/2 unobservable=first,10.0.0.1: first was "
		 "never seen talking both ways: mirror the link of 10.9.0.1 (client) or first (server)\n"
		 "manage observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "a person was seen elsewhere",
	     .site = {"'ldap': ['10.0.5.1'], 'admin': ['10.0.6.1']},\n"
		      " 'modes': {'must': 'none'}",
		      "'client': ['10.9.0.0/16']}, 'expect': {'web': {}}"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "110 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "fail: 1 finding at or above medium | documented=2\n"
			 "web missing flows=0 attempts=0 hosts=0/1: required, and not seen anywhere\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "! missing - medium one web host=-\n"
			 "  Nobody uses web (TCP 443, client to server) in 70 minutes, not even in vain, "
			 "though hosts of both sides were seen talking.\n"
			 "  # tcp port 443\n"},
	    {.name = "anybody on both sides",
	     .signature = {"'from': ['client'], 'to': ['server'], 'ports': [443]",
			   "'from': ['client'], 'to': 'any', 'ports': [443]"},
	     .site = {"'modes': {'must': 'none'}", "'expect': {'web': {}}"},
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:900",
	     .expected = "fail: 1 finding at or above medium | documented=1\n"
			 "web missing flows=0 attempts=0 hosts=0/1: required, and not seen anywhere\n"
			 "proxied observed flows=1 attempts=0 hosts=1/0\n"
			 "! missing - medium one web host=-\n"
			 "  Nobody uses web (TCP 443, client to any host) in 70 minutes, not even in vain.\n"
			 "  # tcp port 443\n"},
	    {.name = "anybody may act: nobody is said to have been seen",
	     .site = {"'modes': {'must': 'none'}", "'expect': {'web': {}}"},
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "fail: 1 finding at or above medium | documented=1\n"
			 "web missing flows=0 attempts=0 hosts=0/1: required, and not seen anywhere\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "! missing - medium one web host=-\n"
			 "  Nobody uses web (TCP 443, client to server) in 70 minutes, not even in vain, "
			 "though hosts of server were seen talking.\n"
			 "  # tcp port 443\n"},
	};

	RUN_ALL(cases);
}
