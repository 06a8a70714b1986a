/* Who asked in vain; fallbacks. */
#include "audit_run_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_pairs, .timeout = 20);

#define RUN_ALL(cases)                                                                                       \
	for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)                                      \
	run_check(&(cases)[i])

/* Who asked in vain, and what can be said of it. */
Test(audit_pairs, unanswered)
{
	static const struct run_case cases[] = {
	    {.name = "refused",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "200 refused x3 tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected =
		 "pass | documented=2\n"
		 "web unanswered flows=3 attempts=3 hosts=0/0 unanswered=10.0.0.1: tried, and refused\n"
		 "manage observed flows=1 attempts=0 hosts=1/0\n"
		 "! unanswered - low one web 10.9.0.1 > 10.0.0.1/server tcp 443 refused handshake/proven "
		 "flows=3 packets=6 peers=1\n"
		 "  10.9.0.1 tries TCP port 443 of 10.0.0.1 (server) as rule web documents, and is refused.\n"
		 "  # host 10.9.0.1 and host 10.0.0.1 and tcp port 443\n"},
	    {.name = "the SYN was repeated",
	     .rows = "200 unanswered-retried tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "documented=1\n"
			 "web unanswered flows=1 attempts=1 hosts=0/0 unanswered=10.0.0.1: tried, and nobody "
			 "answered\n"
			 "! unanswered - low one web 10.9.0.1 > 10.0.0.1/server tcp 443 unanswered "
			 "handshake/proven flows=1 packets=3 peers=1\n"
			 "  10.9.0.1 tries TCP port 443 of 10.0.0.1 (server) as rule web documents, and gets "
			 "no answer.\n"
			 "  # host 10.9.0.1 and host 10.0.0.1 and tcp port 443\n"},
	    {.name = "the initiator received unicast in that quarter hour",
	     .rows = "200 unanswered tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "210 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "pass | documented=2\n"
			 "web unanswered flows=1 attempts=1 hosts=0/0 unanswered=10.0.0.1: tried, and nobody "
			 "answered\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"
			 "! unanswered - low one web 10.9.0.1 > 10.0.0.1/server tcp 443 unanswered "
			 "handshake/proven flows=1 packets=1 peers=1\n"
			 "  10.9.0.1 tries TCP port 443 of 10.0.0.1 (server) as rule web documents, and gets "
			 "no answer.\n"
			 "  # host 10.9.0.1 and host 10.0.0.1 and tcp port 443\n"},
	    {.name = "it received in another one only",
	     .rows = "200 unanswered tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "1000 established tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected = "pass | documented=2\n"
			 "web not-observable flows=1 attempts=1 hosts=0/0: tried, and this capture would not "
			 "show an answer: mirror the link of 10.9.0.1 or 10.0.0.1\n"
			 "session observed flows=1 attempts=0 hosts=1/0\n"},
	    {.name = "the filter keeps answers away",
	     .filter = "50000",
	     .rows = "200 unanswered-retried tcp 10.9.0.1:50000 > 10.0.0.1:443\n"
		     "300 refused tcp 10.9.0.1:50000 > 10.0.1.1:900",
	     .expected =
		 "pass | documented=2\n"
		 "web not-observable flows=1 attempts=1 hosts=0/0: filtered out: the capture filter keeps "
		 "such packets away\n"
		 "session unanswered flows=1 attempts=1 hosts=0/0 unanswered=lab: tried, and refused\n"
		 "! unanswered - low one session 10.9.0.1 > 10.0.1.1=lab/device tcp 900 refused "
		 "handshake/proven flows=1 packets=2 peers=1\n"
		 "  10.9.0.1 tries TCP port 900 of lab (10.0.1.1, device) as rule session documents, and is "
		 "refused.\n"
		 "  # host 10.9.0.1 and host 10.0.1.1 and tcp port 900\n"},
	    {.name = "a group has no link: that of who asked, and of who would answer",
	     .rows = "200 unanswered udp/broadcast 10.0.0.1:50000 > 255.255.255.255:3080\n"
		     "1200 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected =
		 "pass | documented=2\n"
		 "manage observed flows=1 attempts=0 hosts=1/0\n"
		 "find not-observable flows=1 attempts=1 hosts=0/0: asked of a group, and this capture would "
		 "not show an answer: mirror the link of 10.0.0.1 (server) or lab (device)\n"},
	    {.name = "a repeated datagram proves nothing, an ICMP error does",
	     .rows = "200 unanswered-retried udp 10.0.1.1:123 > 198.51.100.1:123\n"
		     "200 unreachable udp 10.0.1.2:123 > 198.51.100.1:123",
	     .expected =
		 "fail: 1 finding at or above medium | documented=2\n"
		 "clock unanswered flows=2 attempts=2 hosts=0/0 unanswered=10.0.1.2: tried, and refused\n"
		 "! unanswered - medium one clock 10.0.1.2/device > 198.51.100.1 udp 123 refused "
		 "protocol/proven flows=1 packets=1 peers=1\n"
		 "  10.0.1.2 (device) tries UDP port 123 of 198.51.100.1 as rule clock documents, and is "
		 "refused. Clocks drift.\n"
		 "  # (host 10.0.1.2 and host 198.51.100.1 and udp port 123) or (host 10.0.1.2 and icmp)\n"},
	    {.name = "folded: the answer may be among what was joined",
	     .rows = "200 refused tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "210 unanswered tcp any > 10.0.1.1:900",
	     .expected = "pass | documented=1 inconclusive=1\n"
			 "session not-observable flows=1 attempts=1 hosts=0/0: folded: memory ran short, and "
			 "such edges were joined; allow more memory\n"
			 "proxied not-observable flows=0 attempts=0 hosts=0/0: folded: memory ran short, and "
			 "such edges were joined; allow more memory\n"},
	    {.name = "reached on another port of the rule",
	     .rows = "200 refused tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "210 established tcp 10.9.0.1:50000 > 10.0.1.1:901",
	     .expected = "pass | documented=2\n"
			 "session observed flows=2 attempts=1 hosts=1/0\n"},
	    {.name = "reset",
	     .rows = "200 reset tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "210 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "pass | documented=2\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "session unanswered flows=1 attempts=1 hosts=0/0 unanswered=lab: tried, and reset\n"
			 "! unanswered - low one session 10.9.0.1 > 10.0.1.1=lab/device tcp 900 reset "
			 "handshake/proven flows=1 packets=3 peers=1\n"
			 "  10.9.0.1 tries TCP port 900 of lab (10.0.1.1, device) as rule session documents, "
			 "and is reset.\n"
			 "  # host 10.9.0.1 and host 10.0.1.1 and tcp port 900\n"},
	    {.name = "refused by one, silence of another",
	     .rows = "200 refused tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "210 unanswered-retried tcp 10.9.0.1:50000 > 10.0.1.2:900",
	     .expected = "pass | documented=2\n"
			 "session unanswered flows=2 attempts=2 hosts=0/0 unanswered=lab,10.0.1.2: tried; "
			 "some were refused or reset, and others got no answer\n"
			 "! unanswered - low one session 10.9.0.1 > 10.0.1.1=lab/device tcp 900 refused "
			 "handshake/proven flows=1 packets=2 peers=1\n"
			 "  10.9.0.1 tries TCP port 900 of lab (10.0.1.1, device) as rule session documents, "
			 "and is refused.\n"
			 "  # host 10.9.0.1 and host 10.0.1.1 and tcp port 900\n"
			 "! unanswered - low one session 10.9.0.1 > 10.0.1.2/device tcp 900 unanswered "
			 "handshake/proven flows=1 packets=3 peers=1\n"
			 "  10.9.0.1 tries TCP port 900 of 10.0.1.2 (device) as rule session documents, and "
			 "gets no answer.\n"
			 "  # host 10.9.0.1 and host 10.0.1.2 and tcp port 900\n"},
	    {.name = "refused by one, reset by another",
	     .rows = "200 refused tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "210 reset tcp 10.9.0.1:50000 > 10.0.1.2:900",
	     .expected = "pass | documented=2\n"
			 "session unanswered flows=2 attempts=2 hosts=0/0 unanswered=lab,10.0.1.2: tried, "
			 "and refused or reset\n"
			 "! unanswered - low one session 10.9.0.1 > 10.0.1.1=lab/device tcp 900 refused "
			 "handshake/proven flows=1 packets=2 peers=1\n"
			 "  10.9.0.1 tries TCP port 900 of lab (10.0.1.1, device) as rule session documents, "
			 "and is refused.\n"
			 "  # host 10.9.0.1 and host 10.0.1.1 and tcp port 900\n"
			 "! unanswered - low one session 10.9.0.1 > 10.0.1.2/device tcp 900 reset "
			 "handshake/proven flows=1 packets=3 peers=1\n"
			 "  10.9.0.1 tries TCP port 900 of 10.0.1.2 (device) as rule session documents, and "
			 "is reset.\n"
			 "  # host 10.9.0.1 and host 10.0.1.2 and tcp port 900\n"},
	    {.name = "another pair works: a finding all the same",
	     .rows = "200 refused tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "200 refused tcp 10.9.0.1:50000 > 10.0.1.1:901\n"
		     "210 established tcp 10.9.0.2:50000 > 10.0.1.1:900",
	     .expected = "pass | documented=3\n"
			 "session observed flows=3 attempts=2 hosts=1/0 unanswered=lab\n"
			 "! unanswered - low one session 10.9.0.1 > 10.0.1.1=lab/device tcp many refused "
			 "handshake/proven flows=2 packets=4 peers=1\n"
			 "  10.9.0.1 tries TCP ports 900 and 901 of lab (10.0.1.1, device) as rule session "
			 "documents, and is refused.\n"
			 "  # host 10.9.0.1 and host 10.0.1.1 and (tcp port 900 or tcp port 901)\n"},
	    {.name = "probed: the responder answered",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "200 probed tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "210 established tcp 10.9.0.1:50000 > 10.0.0.1:443",
	     .expected = "pass | documented=3\n"
			 "web observed flows=1 attempts=0 hosts=1/0\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "session not-observable flows=1 attempts=1 hosts=0/0: tried, answered, and broken "
			 "off before it came to anything\n"},
	    {.name = "datagrams: only where an answer is due",
	     .rows = "200 unanswered udp 10.0.1.1:123 > 198.51.100.1:123\n"
		     "201 refused udp 10.0.1.1:50000 > 10.0.0.1:162\n"
		     "210 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "211 established tcp 10.0.1.1:50000 > 10.0.0.1:443",
	     .expected =
		 "fail: 1 finding at or above medium | documented=4\n"
		 "manage observed flows=1 attempts=0 hosts=1/0\n"
		 "session observed flows=1 attempts=0 hosts=1/0\n"
		 "clock unanswered flows=1 attempts=1 hosts=0/0 unanswered=lab: tried, and nobody answered\n"
		 "trap not-observable flows=1 attempts=1 hosts=0/0: tried and refused, though no answer is "
		 "due\n"
		 "! unanswered - medium one clock 10.0.1.1=lab/device > 198.51.100.1 udp 123 unanswered "
		 "protocol/proven flows=1 packets=1 peers=1\n"
		 "  lab (10.0.1.1, device) tries UDP port 123 of 198.51.100.1 as rule clock documents, and "
		 "gets no answer. Clocks drift.\n"
		 "  # host 10.0.1.1 and host 198.51.100.1 and udp port 123\n"},
	    {.name = "a broadcast that nobody answered, and one that somebody did",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "\n"
		     "200 unanswered udp/broadcast 10.0.0.1:3080 > 255.255.255.255:3080\n"
		     "300 asked udp/broadcast 10.0.1.1:3080 > 255.255.255.255:3080\n"
		     "300 answer udp 10.0.1.1:3080 > 10.0.0.1:3080 basis=answer",
	     .expected = "pass | documented=4\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "find observed flows=2 attempts=1 hosts=1/0 unanswered=10.0.0.1\n"
			 "! unanswered - low one find 10.0.0.1/server > 255.255.255.255 udp 3080 unanswered "
			 "group/proven flows=1 packets=1 peers=1\n"
			 "  10.0.0.1 (server) tries UDP port 3080 of 255.255.255.255 as rule find documents, "
			 "and gets no answer.\n"
			 "  # host 10.0.0.1 and host 255.255.255.255 and udp port 3080\n"},
	    {.name = "pending is not in vain",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "4190 pending tcp 10.0.0.1:50000 > 10.0.1.1:3871",
	     .expected = "pass | documented=2\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "authorize idle flows=1 attempts=0 hosts=0/0: opened too near the end of the "
			 "capture to know what became of it\n"},
	    {.name = "a rule of another basis is not held against anybody",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "200 refused tcp 10.0.0.1:50000 > 10.0.1.1:8443",
	     .expected =
		 "pass | documented=2\n"
		 "manage observed flows=1 attempts=0 hosts=1/0\n"
		 "secure unanswered flows=1 attempts=1 hosts=0/0 unanswered=lab: tried, and refused\n"},
	};

	RUN_ALL(cases);
}

/* The second choice was used. */
Test(audit_pairs, fallback)
{
	static const struct run_case cases[] = {
	    {.name = "primary not tried",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "200 answered udp 10.0.0.1:50000 > 10.0.1.1:3081 from=3080",
	     .expected = "pass | documented=2\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "find2 observed flows=1 attempts=0 hosts=1/0\n"
			 "! fallback - low one find2 10.0.0.1/server > 10.0.1.1=lab/device udp 3081 answered "
			 "protocol/proven flows=1 packets=2 peers=1\n"
			 "  10.0.0.1 (server) fell back to UDP port 3081 of lab (10.0.1.1, device) (rule "
			 "find2). The rule to be used first, find, was not tried by the same pair.\n"
			 "  # host 10.0.0.1 and host 10.0.1.1 and (udp port 3081 or udp port 3080)\n"},
	    {.name = "primary tried in vain, fallback in vain",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "200 unanswered udp 10.0.0.1:50000 > 10.0.1.1:3080\n"
		     "210 unanswered udp 10.0.0.1:50000 > 10.0.1.1:3081",
	     .expected =
		 "pass | documented=3\n"
		 "manage observed flows=1 attempts=0 hosts=1/0\n"
		 "find unanswered flows=1 attempts=1 hosts=0/0 unanswered=lab: tried, and nobody answered\n"
		 "find2 unanswered flows=1 attempts=1 hosts=0/0 unanswered=lab: tried, and nobody answered\n"
		 "! unanswered - low one find 10.0.0.1/server > 10.0.1.1=lab/device udp 3080 unanswered "
		 "protocol/proven flows=1 packets=1 peers=1\n"
		 "  10.0.0.1 (server) tries UDP port 3080 of lab (10.0.1.1, device) as rule find documents, "
		 "and gets no answer.\n"
		 "  # host 10.0.0.1 and host 10.0.1.1 and udp port 3080\n"
		 "! unanswered - low one find2 10.0.0.1/server > 10.0.1.1=lab/device udp 3081 unanswered "
		 "protocol/proven flows=1 packets=1 peers=1\n"
		 "  10.0.0.1 (server) tries UDP port 3081 of lab (10.0.1.1, device) as rule find2 documents, "
		 "and gets no answer.\n"
		 "  # host 10.0.0.1 and host 10.0.1.1 and udp port 3081\n"
		 "! fallback - low one find2 10.0.0.1/server > 10.0.1.1=lab/device udp 3081 unanswered "
		 "protocol/proven flows=1 packets=1 peers=1\n"
		 "  10.0.0.1 (server) fell back to UDP port 3081 of lab (10.0.1.1, device) (rule find2). The "
		 "rule to be used first, find, was tried by the same pair and not answered.\n"
		 "  # host 10.0.0.1 and host 10.0.1.1 and udp port 3081\n"},
	    {.name = "primary answered, asked from the other side",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "200 answered udp 10.0.1.1:50000 > 10.0.0.1:3080\n"
		     "210 unanswered udp/broadcast 10.0.0.1:50000 > 255.255.255.255:3081\n"
		     "220 asked udp 10.0.0.1:50000 > 10.0.1.1:3081\n"
		     "220 answer udp 10.0.0.1:50000 > 10.0.1.1:3081 from=3080 basis=answer",
	     .expected =
		 "pass | documented=4\n"
		 "manage observed flows=1 attempts=0 hosts=1/0\n"
		 "find observed flows=1 attempts=0 hosts=1/0\n"
		 "find2 observed flows=2 attempts=1 hosts=1/0\n"
		 "! fallback - low one find2 10.0.0.1/server > 10.0.1.1=lab/device udp 3081 answered "
		 "group/proven flows=2 packets=3 peers=2 [10.0.1.1=lab/device 255.255.255.255]\n"
		 "  10.0.0.1 (server) fell back to UDP port 3081 of lab (10.0.1.1, device) and 1 other host "
		 "(rule find2). The rule to be used first, find, was tried by the first pair and answered.\n"
		 "  # host 10.0.0.1 and (host 10.0.1.1 or host 255.255.255.255) and (udp port 3081 or udp "
		 "port 3080)\n"},
	};

	RUN_ALL(cases);
}
