/* What makes a required rule due, and what satisfies it. */
#include "audit_run_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_presence, .timeout = 20);

#define RUN_ALL(cases)                                                                                       \
	for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)                                      \
	run_check(&(cases)[i])

/* Due only when something else succeeded with the same host. */
Test(audit_presence, after)
{
	static const struct run_case cases[] = {
	    {.name = "no trigger: not due",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "pass | documented=1\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize idle flows=0 attempts=0 hosts=0/0: not due: nothing that would make it "
			 "due was seen\n"},
	    {.name = "trigger satisfied within a minute, before or after",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .rows = "290 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "310 established tcp 10.0.0.1:50000 > 10.0.1.1:3871\n"
		     "890 established tcp 10.0.0.1:50000 > 10.0.1.2:3871\n"
		     "910 established tcp 10.9.0.1:50000 > 10.0.1.2:900",
	     .expected = "pass | documented=4\n"
			 "session observed flows=2 attempts=0 hosts=1/0\n"
			 "authorize observed flows=2 attempts=0 hosts=2/2\n"},
	    {.name = "too late for one host, another host does not help",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .rows = "300 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "310 established tcp 10.0.0.1:50000 > 10.0.1.2:3871\n"
		     "600 established tcp 10.0.0.1:50000 > 10.0.1.1:3871",
	     .expected = "fail: 1 finding at or above medium | documented=3\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize missing flows=2 attempts=0 hosts=0/1 missing=lab: required, and not seen "
			 "of 1 host\n"
			 "! missing - medium one authorize host=lab\n"
			 "  lab was seen in session or proxied, but not in authorize (TCP 3871, server to "
			 "device) within 60 s before or after, not even in vain.\n"
			 "  # host 10.0.1.1 and tcp port 3871\n"},
	    {.name = "one trigger of two satisfied",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .rows = "300 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "310 established tcp 10.0.0.1:50000 > 10.0.1.1:3871\n"
		     "900 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "pass | documented=2\n"
			 "session observed flows=2 attempts=0 hosts=1/0\n"
			 "authorize observed flows=1 attempts=0 hosts=1/1\n"},
	    {.name = "an attempt of the trigger does not make it due",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "300 refused tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected =
		 "pass | documented=2\n"
		 "web observed flows=1 attempts=0 hosts=1/0\n"
		 "session unanswered flows=1 attempts=1 hosts=0/0 unanswered=lab: tried, and refused\n"
		 "authorize idle flows=0 attempts=0 hosts=0/0: not due: nothing that would make it due was "
		 "seen\n"
		 "! unanswered - low one session 10.9.0.1 > 10.0.1.1=lab/device tcp 900 refused "
		 "handshake/proven flows=1 packets=2 peers=1\n"
		 "  10.9.0.1 tries TCP port 900 of lab (10.0.1.1, device) as rule session documents, and is "
		 "refused.\n"
		 "  # host 10.9.0.1 and host 10.0.1.1 and tcp port 900\n"},
	    {.name = "the other trigger counts as well",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .rows = "300 established tcp 10.0.0.1:50000 > 10.0.1.1:901",
	     .expected = "fail: 1 finding at or above medium | documented=1\n"
			 "authorize missing flows=0 attempts=0 hosts=0/1 missing=lab: required, and not seen "
			 "of 1 host\n"
			 "proxied observed flows=1 attempts=0 hosts=1/0\n"
			 "! missing - medium one authorize host=lab\n"
			 "  lab was seen in session or proxied, but not in authorize (TCP 3871, server to "
			 "device) within 60 s before or after, not even in vain.\n"
			 "  # host 10.0.1.1 and tcp port 3871\n"},
	    {.name = "an attempt satisfies",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .rows = "300 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "340 refused tcp 10.0.0.1:50000 > 10.0.1.1:3871",
	     .expected =
		 "fail: 1 finding at or above medium | documented=2\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"
		 "authorize unanswered flows=1 attempts=1 hosts=0/1 unanswered=lab: tried, and refused\n"
		 "! unanswered - medium one authorize 10.0.0.1/server > 10.0.1.1=lab/device tcp 3871 refused "
		 "handshake/proven flows=1 packets=2 peers=1\n"
		 "  10.0.0.1 (server) tries TCP port 3871 of lab (10.0.1.1, device) as rule authorize "
		 "documents, and is refused.\n"
		 "  # host 10.0.0.1 and host 10.0.1.1 and tcp port 3871\n"},
	    {.name = "satisfied by an older connection",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .rows = "300 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "310 carried tcp 10.0.0.1:50000 > 10.0.1.1:3871",
	     .expected = "pass | documented=2\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize observed flows=0 attempts=0 hosts=1/1\n"},
	    {.name = "trigger too near the start",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .rows = "30 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "400 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "pass | documented=2\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize not-observable flows=0 attempts=0 hosts=0/1 unobservable=lab: each flow "
			 "that makes it due is too near the edge of the capture or a gap\n"},
	    {.name = "trigger just far enough from the start",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .rows = "60 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "400 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "fail: 1 finding at or above medium | documented=2\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize missing flows=0 attempts=0 hosts=0/1 missing=lab: required, and not seen "
			 "of 1 host\n"
			 "! missing - medium one authorize host=lab\n"
			 "  lab was seen in session or proxied, but not in authorize (TCP 3871, server to "
			 "device) within 60 s before or after, not even in vain.\n"
			 "  # host 10.0.1.1 and tcp port 3871\n"},
	    {.name = "trigger too near a gap",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .cover = "0-1000 2000-4200",
	     .rows = "970 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "400 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "pass | documented=2\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize not-observable flows=0 attempts=0 hosts=0/1 unobservable=lab: each flow "
			 "that makes it due is too near the edge of the capture or a gap\n"},
	    {.name = "each system takes any host of the roles",
	     .site = {"'must': 'none'", "'must': 'ldap'"},
	     .rows = "300 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "900 established tcp 10.9.0.1:50000 > 10.0.0.2:443\n"
		     "910 established tcp 10.0.0.2:50000 > 10.0.5.1:389",
	     .expected = "pass | documented=3\n"
			 "web observed flows=2 attempts=0 hosts=1/0\n"
			 "ldap observed flows=1 attempts=0 hosts=1/1\n"},
	    {.name = "each system, missing",
	     .site = {"'must': 'none'", "'must': 'ldap'"},
	     .rows = "300 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "400 established tcp 10.0.0.1:50000 > 10.0.5.1:22",
	     .expected = "fail: 2 findings at or above medium | documented=1 unexpected=1\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "ldap missing flows=0 attempts=0 hosts=0/1: required, and not seen anywhere\n"
			 "! unexpected no-rule high one - 10.0.0.1/server > 10.0.5.1/ldap tcp 22 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.0.1 (server) opened TCP port 22 of 10.0.5.1 (ldap). No rule of the Kit "
			 "matrix documents it.\n"
			 "  # host 10.0.0.1 and host 10.0.5.1 and tcp port 22\n"
			 "! missing - medium one ldap host=-\n"
			 "  web was seen, but nobody used ldap (TCP 389, server to ldap) within 60 s before "
			 "or after, not even in vain.\n"
			 "  # tcp port 389\n"},
	};

	RUN_ALL(cases);
}

/* Live: every window of `within` counts. */
Test(audit_presence, windows)
{
	static const struct run_case cases[] = {
	    {.name = "an empty window in the middle",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .cover = "0-1800",
	     .live = true,
	     .rows = "10 established tcp 10.0.0.2:50000 > 10.0.0.1:3306\n"
		     "1500 established tcp 10.0.0.2:50000 > 10.0.0.1:3306",
	     .expected = "pass | documented=1\n"
			 "pair missing flows=2 attempts=0 hosts=0/1: required, and not seen in every stretch "
			 "of 600 s\n"
			 "! missing - low one pair host=-\n"
			 "  Nobody uses pair (TCP 3306, primary to server) in 600 s on end, not even in "
			 "vain, though hosts of both sides were seen talking.\n"
			 "  # tcp port 3306\n"},
	    {.name = "offline once is enough",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .cover = "0-1800",
	     .rows = "10 established tcp 10.0.0.2:50000 > 10.0.0.1:3306\n"
		     "1500 established tcp 10.0.0.2:50000 > 10.0.0.1:3306",
	     .expected = "pass | documented=1\n"
			 "pair observed flows=2 attempts=0 hosts=1/1\n"},
	    {.name = "no window is empty",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .cover = "0-1800",
	     .live = true,
	     .rows = "10 established tcp 10.0.0.2:50000 > 10.0.0.1:3306\n"
		     "600 established tcp 10.0.0.2:50000 > 10.0.0.1:3306\n"
		     "1200 established tcp 10.0.0.2:50000 > 10.0.0.1:3306",
	     .expected = "pass | documented=1\n"
			 "pair observed flows=3 attempts=0 hosts=1/1\n"},
	    {.name = "a gap is no window",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .cover = "0-500 900-1400",
	     .live = true,
	     .rows = "10 established tcp 10.0.0.2:50000 > 10.0.0.1:3306",
	     .expected = "pass | documented=1\n"
			 "pair observed flows=1 attempts=0 hosts=1/1\n"},
	};

	RUN_ALL(cases);
}

/* What is missing now: only the window that ends with coverage counts. */
Test(audit_presence, latest_window)
{
	static const char missing[] =
	    "pass | documented=1\n"
	    "pair missing flows=1 attempts=0 hosts=0/1: required, and not seen in every stretch of 600 s\n"
	    "! missing - low one pair host=-\n"
	    "  Nobody uses pair (TCP 3306, primary to server) in 600 s on end, not even in vain, though hosts "
	    "of both sides were seen talking.\n"
	    "  # tcp port 3306\n";
	static const struct run_case cases[] = {
	    {.name = "empty windows before it are past",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .cover = "0-1800",
	     .live = true,
	     .latest = true,
	     .rows = "10 established tcp 10.0.0.2:50000 > 10.0.0.1:3306\n"
		     "1500 established tcp 10.0.0.2:50000 > 10.0.0.1:3306",
	     .expected = "pass | documented=1\n"
			 "pair observed flows=2 attempts=0 hosts=1/1\n"},
	    {.name = "the latest is empty",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .cover = "0-1800",
	     .live = true,
	     .latest = true,
	     .rows = "1100 established tcp 10.0.0.2:50000 > 10.0.0.1:3306",
	     .expected = missing},
	    {.name = "the first minute of the latest",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .cover = "0-1800",
	     .live = true,
	     .latest = true,
	     .rows = "1250 established tcp 10.0.0.2:50000 > 10.0.0.1:3306",
	     .expected = "pass | documented=1\n"
			 "pair observed flows=1 attempts=0 hosts=1/1\n"},
	    {.name = "an attempt is enough",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .cover = "0-1800",
	     .live = true,
	     .latest = true,
	     .brief = true,
	     .rows = "10 established tcp 10.0.0.2:50000 > 10.0.0.1:3306\n"
		     "1500 refused tcp 10.0.0.2:50000 > 10.0.0.1:3306",
	     .expected = "pass | documented=1\n"},
	    {.name = "since the gap there was no whole window",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .cover = "0-1800 2000-2540",
	     .live = true,
	     .latest = true,
	     .rows = "10 established tcp 10.0.0.2:50000 > 10.0.0.1:3306",
	     .expected = "pass | documented=1\n"
			 "pair observed flows=1 attempts=0 hosts=1/1\n"},
	    {.name = "since the gap there was one",
	     .site = {"'must': 'none'", "'must': 'pair'"},
	     .cover = "0-1800 1920-2760",
	     .live = true,
	     .latest = true,
	     .rows = "1700 established tcp 10.0.0.2:50000 > 10.0.0.1:3306",
	     .expected = missing},
	};

	RUN_ALL(cases);
}

/* Who must be seen, and what satisfies it as well. */
Test(audit_presence, forms)
{
	static const struct run_case cases[] = {
	    {.name = "another rule satisfies it as well, for one of two",
	     .site = {"'must': 'none'", "'must': 'checkin'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "110 established tcp 10.9.0.1:50000 > 10.0.1.2:900\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "300 established tcp 10.0.0.1:50000 > 10.0.1.1:8443",
	     .expected = "pass | documented=4\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "session observed flows=2 attempts=0 hosts=1/0\n"
			 "checkin missing flows=0 attempts=0 hosts=1/3 missing=10.0.1.2 "
			 "unobservable=mac:02:00:00:00:00:0d: required, and not seen of 1 host\n"
			 "secure observed flows=1 attempts=0 hosts=1/0\n"
			 "! missing - low one checkin host=10.0.1.2\n"
			 "  10.0.1.2 takes no part in checkin (TCP 80, 280, device to server) in 70 minutes, "
			 "not even in vain, though it was seen talking to others.\n"
			 "  # host 10.0.1.2 and (tcp port 80 or tcp port 280)\n"},
	    {.name = "each from",
	     .site = {"'must': 'none'", "'must': 'checkin'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "120 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "300 established tcp 10.0.1.1:50000 > 10.0.0.1:280",
	     .expected =
		 "pass | documented=3\n"
		 "web observed flows=1 attempts=0 hosts=1/0\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"
		 "checkin observed flows=1 attempts=0 hosts=1/2 unobservable=mac:02:00:00:00:00:0d\n"},
	    {.name = "a primary is a server too",
	     .site = {"'must': 'none'", "'must': 'manage'"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "300 established tcp 10.0.0.2:50000 > 10.0.1.1:443",
	     .expected = "pass | documented=2\n"
			 "manage observed flows=1 attempts=0 hosts=1/2 unobservable=mac:02:00:00:00:00:0d\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "a listed host that was never seen is expected",
	     .site = {"'device': ['10.0.1.0/24',", "'device': ['10.0.1.50', '10.0.1.0/24',"},
	     .signature = {"'when': {'must': ['manage']}, 'each': 'to'}", "'each': 'to'}"},
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "300 established tcp 10.0.0.2:50000 > 10.0.1.1:443",
	     .expected =
		 "pass | documented=2\n"
		 "manage observed flows=1 attempts=0 hosts=1/3 unobservable=mac:02:00:00:00:00:0d,10.0.1.50\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"},
	};

	RUN_ALL(cases);
}

/* What would make a rule due may lie behind the filter: then nothing says that it was not. */
Test(audit_presence, filtered_triggers)
{
	static const struct run_case cases[] = {
	    {.name = "the trigger is filtered out",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .filter = "901",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "pass: no required rule could be checked: the filter keeps such packets away | "
			 "documented=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize not-observable flows=0 attempts=0 hosts=0/1 unobservable=lab: filtered "
			 "out: the capture filter keeps away what would make it due\n"},
	    {.name = "a filter for something else hides no trigger",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .filter = "444",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "pass | documented=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize idle flows=0 attempts=0 hosts=0/0: not due: nothing that would make it "
			 "due was seen\n"},
	    {.name = "a trigger that came through counts, whatever else is filtered",
	     .site = {"'must': 'none'", "'must': 'authorize'"},
	     .filter = "901",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "300 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "fail: 1 finding at or above medium | documented=2\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize missing flows=0 attempts=0 hosts=0/1 missing=lab: required, and not seen "
			 "of 1 host\n"
			 "! missing - medium one authorize host=lab\n"
			 "  lab was seen in session or proxied, but not in authorize (TCP 3871, server to "
			 "device) within 60 s before or after, not even in vain.\n"
			 "  # host 10.0.1.1 and tcp port 3871\n"},
	    {.name = "a trigger that its mode forbids is none to miss",
	     .signature = {"'after': ['session', 'proxied']", "'after': ['session']"},
	     .site = {"'modes': {'must': 'none'}", "'modes': {'must': 'authorize', 'link': 'proxied'}"},
	     .filter = "901",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "pass | documented=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "session off flows=0 attempts=0 hosts=0/0: mode link is proxied\n"
			 "authorize idle flows=0 attempts=0 hosts=0/0: not due: nothing that would make it "
			 "due was seen\n"},
	    {.name = "nobody of the range was seen, as the filter hides them all",
	     .site = {"'10.0.1.0/24', 'mac:02:00:00:00:00:0d'], 'part': ['10.0.2.1'],\n"
		      " 'ldap': ['10.0.5.1'], 'admin': ['10.0.6.1']},\n"
		      " 'modes': {'must': 'none'}",
		      "'10.0.1.0/24']}, 'modes': {'must': 'authorize'}"},
	     .filter = "901",
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "pass: no required rule could be checked: the filter keeps such packets away | "
			 "documented=1\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize not-observable flows=0 attempts=0 hosts=0/0: filtered out: the capture "
			 "filter keeps away what would make it due\n"},
	    {.name = "nobody of the range was seen, and the filter hides nothing",
	     .site = {"'10.0.1.0/24', 'mac:02:00:00:00:00:0d'], 'part': ['10.0.2.1'],\n"
		      " 'ldap': ['10.0.5.1'], 'admin': ['10.0.6.1']},\n"
		      " 'modes': {'must': 'none'}",
		      "'10.0.1.0/24']}, 'modes': {'must': 'authorize'}"},
	     .filter = "444",
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "pass | documented=1\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize idle flows=0 attempts=0 hosts=0/0: not due: nothing that would make it "
			 "due was seen\n"},
	    {.name = "each system: the trigger of anybody",
	     .site = {"'must': 'none'", "'must': 'ldap'"},
	     .filter = "443",
	     .rows = "100 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "200 established tcp 10.0.0.1:50000 > 10.0.1.1:3871",
	     .expected = "pass: no required rule could be checked: the filter keeps such packets away | "
			 "documented=2\n"
			 "web not-observable flows=0 attempts=0 hosts=0/0: filtered out: the capture filter "
			 "keeps such packets away\n"
			 "manage not-observable flows=0 attempts=0 hosts=0/0: filtered out: the capture "
			 "filter keeps such packets away\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize observed flows=1 attempts=0 hosts=1/0\n"
			 "ldap not-observable flows=0 attempts=0 hosts=0/1: filtered out: the capture filter "
			 "keeps away what would make it due\n"},
	    {.name = "another required rule was checked: no word in the verdict",
	     .site = {"'modes': {'must': 'none'}",
		      "'modes': {'must': 'authorize'}, 'expect': {'manage': {}}"},
	     .filter = "901",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "pass | documented=1\n"
			 "manage observed flows=1 attempts=0 hosts=1/2 unobservable=mac:02:00:00:00:00:0d\n"
			 "authorize not-observable flows=0 attempts=0 hosts=0/1 unobservable=lab: filtered "
			 "out: the capture filter keeps away what would make it due\n"},
	};

	RUN_ALL(cases);
}
