/* How grave the findings from edges are, and what they say. */
#include "audit_run_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_severity, .timeout = 20);

#define RUN_ALL(cases)                                                                                       \
	for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)                                      \
	run_check(&(cases)[i])

/* Each line of the severity table. */
Test(audit_severity, severity)
{
	static const struct run_case cases[] = {
	    {.name = "wrong direction: proven, likely, by ports alone",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.6.1:443\n"
		     "200 established tcp 10.0.5.1:50000 > 10.0.0.1:389 basis=synack conf=likely\n"
		     "300 carried tcp 10.0.5.1:50000 > 10.0.0.2:389 basis=ports",
	     .expected =
		 "fail: 2 findings at or above medium | unexpected=1 wrong-direction=2\n"
		 "! unexpected unknown-listener high one manage 10.0.0.1/server > 10.0.6.1/admin tcp 443 "
		 "established handshake/proven flows=1 packets=10 peers=1\n"
		 "  10.0.0.1 (server) opened TCP port 443 of 10.0.6.1 (admin). Rule manage documents this "
		 "port at device alone, and the listener is not bound to that.\n"
		 "  # host 10.0.0.1 and host 10.0.6.1 and tcp port 443\n"
		 "! wrong-direction opened-by-responder medium one ldap 10.0.5.1/ldap > 10.0.0.1/server tcp "
		 "389 established synack/likely flows=1 packets=10 peers=1\n"
		 "  10.0.5.1 (ldap) probably opened TCP port 389 of 10.0.0.1 (server). Rule ldap has it the "
		 "other way round: server opens, ldap listens. Who opened it is likely, not proven.\n"
		 "  # (src host 10.0.5.1 and dst host 10.0.0.1 and tcp dst port 389) or (src host 10.0.0.1 "
		 "and dst host 10.0.5.1 and tcp src port 389)\n"
		 "! wrong-direction opened-by-responder low one ldap 10.0.5.1/ldap > "
		 "10.0.0.2=first/server+primary tcp 389 established ports/likely flows=0 packets=10 peers=1\n"
		 "  10.0.5.1 (ldap) probably opened TCP port 389 of first (10.0.0.2, server, primary). Rule "
		 "ldap has it the other way round: server opens, ldap listens. Who opened it is guessed from "
		 "the ports alone.\n"
		 "  # (src host 10.0.5.1 and dst host 10.0.0.2 and tcp dst port 389) or (src host 10.0.0.2 "
		 "and dst host 10.0.5.1 and tcp src port 389)\n"},
	    {.name = "wrong direction from the service port",
	     .rows = "100 established tcp 10.0.0.1:389 > 10.0.5.1:50000\n"
		     "200 established tcp 10.0.5.1:389 > 10.0.0.1:50000\n"
		     "300 established tcp 10.0.5.1:389 > 10.0.0.1:50001",
	     .expected = "fail: 2 findings at or above medium | unexpected=1 wrong-direction=2\n"
			 "! unexpected no-rule high one - 10.0.0.1/server > 10.0.5.1/ldap tcp 50000 "
			 "established handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.0.1 (server) opened TCP port 50000 of 10.0.5.1 (ldap). No rule of the Kit "
			 "matrix documents it.\n"
			 "  # host 10.0.0.1 and host 10.0.5.1 and tcp port 50000\n"
			 "! wrong-direction opened-from-service-port high one ldap 10.0.5.1/ldap > "
			 "10.0.0.1/server tcp many established handshake/proven flows=2 packets=20 peers=1\n"
			 "  10.0.5.1 (ldap) opened TCP ports 50000 and 50001 of 10.0.0.1 (server). It came "
			 "from port 389, where rule ldap has ldap listen and server open.\n"
			 "  # (src host 10.0.5.1 and dst host 10.0.0.1 and tcp src port 389 and (tcp dst "
			 "port 50000 or tcp dst port 50001)) or (src host 10.0.0.1 and dst host 10.0.5.1 and "
			 "tcp dst port 389 and (tcp src port 50000 or tcp src port 50001))\n"},
	    {.name = "outcomes of the unexpected",
	     .rows = "100 established tcp 10.99.0.1:50000 > 10.0.0.1:21\n"
		     "101 oneway tcp 10.99.0.1:50000 > 10.0.0.1:22\n"
		     "102 answered udp 10.99.0.1:50000 > 10.0.0.1:23\n"
		     "103 unanswered udp 10.99.0.1:50000 > 10.0.0.1:24\n"
		     "104 probed tcp 10.99.0.1:50000 > 10.0.0.1:25\n"
		     "105 refused tcp 10.99.0.1:50000 > 10.0.0.1:26\n"
		     "106 reset tcp 10.99.0.1:50000 > 10.0.0.1:27\n"
		     "107 unanswered tcp 10.99.0.1:50000 > 10.0.0.1:28\n"
		     "4190 pending tcp 10.99.0.1:50000 > 10.0.0.1:29\n"
		     "109 refused udp 10.99.0.1:50000 > 10.0.0.1:30\n"
		     "110 stray tcp 10.99.0.1:50000 > 10.0.0.1:31",
	     .expected =
		 "fail: 10 findings at or above medium | unexpected=10 inconclusive=1\n"
		 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp 21 established "
		 "handshake/proven flows=1 packets=10 peers=1\n"
		 "  10.99.0.1 opened TCP port 21 of 10.0.0.1 (server). No rule of the Kit matrix documents "
		 "it.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 21\n"
		 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp 22 oneway handshake/proven "
		 "flows=1 packets=5 peers=1\n"
		 "  10.99.0.1 opened TCP port 22 of 10.0.0.1 (server). No rule of the Kit matrix documents "
		 "it.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 22\n"
		 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server udp 23 answered "
		 "protocol/proven flows=1 packets=2 peers=1\n"
		 "  10.99.0.1 asked UDP port 23 of 10.0.0.1 (server) and got an answer. No rule of the Kit "
		 "matrix documents it.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and udp port 23\n"
		 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server udp 24 oneway protocol/proven "
		 "flows=1 packets=1 peers=1\n"
		 "  10.99.0.1 sent to UDP port 24 of 10.0.0.1 (server). No rule of the Kit matrix documents "
		 "it.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and udp port 24\n"
		 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 25 probed "
		 "handshake/proven flows=1 packets=3 peers=1\n"
		 "  10.99.0.1 probed TCP port 25 of 10.0.0.1 (server). No rule of the Kit matrix documents "
		 "it.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 25\n"
		 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 26 refused "
		 "handshake/proven flows=1 packets=2 peers=1\n"
		 "  10.99.0.1 tried to open TCP port 26 of 10.0.0.1 (server) and was refused. No rule of the "
		 "Kit matrix documents it.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 26\n"
		 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 27 reset "
		 "handshake/proven flows=1 packets=3 peers=1\n"
		 "  10.99.0.1 sent data to TCP port 27 of 10.0.0.1 (server) and was reset. No rule of the "
		 "Kit matrix documents it.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 27\n"
		 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 28 unanswered "
		 "handshake/proven flows=1 packets=1 peers=1\n"
		 "  10.99.0.1 tried to open TCP port 28 of 10.0.0.1 (server) and got no answer. No rule of "
		 "the Kit matrix documents it.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 28\n"
		 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 29 pending "
		 "handshake/proven flows=1 packets=1 peers=1\n"
		 "  10.99.0.1 tried to open TCP port 29 of 10.0.0.1 (server), and the capture ended there. "
		 "No rule of the Kit matrix documents it.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 29\n"
		 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server udp 30 refused "
		 "protocol/proven flows=1 packets=2 peers=1\n"
		 "  10.99.0.1 sent to UDP port 30 of 10.0.0.1 (server) and was refused. No rule of the Kit "
		 "matrix documents it.\n"
		 "  # (host 10.99.0.1 and host 10.0.0.1 and udp port 30) or (host 10.99.0.1 and icmp)\n"},
	    {.name = "likely and unknown orientation: one step lower",
	     .rows = "100 established tcp 10.99.0.1:50000 > 10.0.0.1:21 basis=synack conf=likely\n"
		     "101 carried tcp 10.99.0.1:3000 > 10.0.0.1:4000 basis=none\n"
		     "102 refused udp 10.99.0.1:50000 > 10.0.0.1:23 basis=quiet",
	     .expected =
		 "fail: 2 findings at or above medium | unexpected=3\n"
		 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 21 established "
		 "synack/likely flows=1 packets=10 peers=1\n"
		 "  10.99.0.1 probably opened TCP port 21 of 10.0.0.1 (server). No rule of the Kit matrix "
		 "documents it. Who opened it is likely, not proven.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 21\n"
		 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 4000 established "
		 "none/unknown flows=0 packets=10 peers=1\n"
		 "  10.99.0.1 exchanged packets from port 3000 with TCP port 4000 of 10.0.0.1 (server). No "
		 "rule of the Kit matrix documents it. Nobody saw who opened it.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 4000\n"
		 "! unexpected no-rule low one - 10.99.0.1 > 10.0.0.1/server udp 23 refused quiet/likely "
		 "flows=1 packets=2 peers=1\n"
		 "  10.99.0.1 probably sent to UDP port 23 of 10.0.0.1 (server) and was refused. No rule of "
		 "the Kit matrix documents it. Who opened it is likely, not proven.\n"
		 "  # (host 10.99.0.1 and host 10.0.0.1 and udp port 23) or (host 10.99.0.1 and icmp)\n"},
	    {.name = "no rule at a partial role: opened by it low, towards it one step lower",
	     .rows = "100 established tcp 10.0.2.1:50000 > 10.99.0.1:22\n"
		     "101 established tcp 10.99.0.1:50000 > 10.0.2.1:22\n"
		     "102 refused tcp 10.99.0.1:50000 > 10.0.2.1:23",
	     .expected = "fail: 1 finding at or above medium | unexpected=3\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.2.1/part tcp 22 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.99.0.1 opened TCP port 22 of 10.0.2.1 (part). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.2.1 and tcp port 22\n"
			 "! unexpected no-rule low one - 10.0.2.1/part > 10.99.0.1 tcp 22 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.2.1 (part) opened TCP port 22 of 10.99.0.1. No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.0.2.1 and host 10.99.0.1 and tcp port 22\n"
			 "! unexpected no-rule low one - 10.99.0.1 > 10.0.2.1/part tcp 23 refused "
			 "handshake/proven flows=1 packets=2 peers=1\n"
			 "  10.99.0.1 tried to open TCP port 23 of 10.0.2.1 (part) and was refused. No rule "
			 "of the Kit matrix documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.2.1 and tcp port 23\n"},
	    {.name = "towards a partial role by another host of the system: low",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.2.1:22",
	     .expected = "pass | unexpected=1\n"
			 "! unexpected no-rule low one - 10.0.0.1/server > 10.0.2.1/part tcp 22 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.0.1 (server) opened TCP port 22 of 10.0.2.1 (part). No rule of the Kit "
			 "matrix documents it.\n"
			 "  # host 10.0.0.1 and host 10.0.2.1 and tcp port 22\n"},
	    {.name = "the same at an open-ended product",
	     .signature = {"'open_ended': false", "'open_ended': true"},
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.99.0.1:22\n"
		     "101 established tcp 10.99.0.1:50000 > 10.0.0.1:22\n"
		     "102 refused tcp 10.99.0.1:50000 > 10.0.0.1:23\n"
		     "103 established tcp 10.99.0.1:50000 > 10.0.0.1:389",
	     .expected = "fail: 2 findings at or above medium | unexpected=4\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 22 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.99.0.1 opened TCP port 22 of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 22\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 389 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.99.0.1 opened TCP port 389 of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 389\n"
			 "! unexpected no-rule low one - 10.0.0.1/server > 10.99.0.1 tcp 22 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.0.1 (server) opened TCP port 22 of 10.99.0.1. No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.0.0.1 and host 10.99.0.1 and tcp port 22\n"
			 "! unexpected no-rule low one - 10.99.0.1 > 10.0.0.1/server tcp 23 refused "
			 "handshake/proven flows=1 packets=2 peers=1\n"
			 "  10.99.0.1 tried to open TCP port 23 of 10.0.0.1 (server) and was refused. No "
			 "rule of the Kit matrix documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 23\n"},
	    {.name = "an unknown listener, and one that looks like a referral",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.99.0.1:389\n"
		     "101 established tcp 10.0.0.1:50000 > 10.99.0.1:3871",
	     .expected = "fail: 1 finding at or above medium | unexpected=2\n"
			 "! unexpected unknown-listener high one authorize 10.0.0.1/server > 10.99.0.1 tcp "
			 "3871 established handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.0.1 (server) opened TCP port 3871 of 10.99.0.1. Rule authorize documents "
			 "this port at device alone, and the listener is not bound to that.\n"
			 "  # host 10.0.0.1 and host 10.99.0.1 and tcp port 3871\n"
			 "! unexpected unknown-listener low one ldap 10.0.0.1/server > 10.99.0.1 tcp 389 "
			 "established handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.0.1 (server) opened TCP port 389 of 10.99.0.1. Rule ldap documents this "
			 "port at ldap alone, and the listener is not bound to that.\n"
			 "  # host 10.0.0.1 and host 10.99.0.1 and tcp port 389\n"},
	    {.name = "group noise: info, low if answered",
	     .rows = "100 unanswered udp/multicast 10.0.0.1:50000 > 239.1.1.1:1900\n"
		     "101 asked udp/broadcast 10.0.0.1:50000 > 255.255.255.255:1901",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "unexpected=2\n"
			 "! unexpected group-noise low one - 10.0.0.1/server > 255.255.255.255 udp 1901 "
			 "answered group/proven flows=1 packets=1 peers=1\n"
			 "  10.0.0.1 (server) asked UDP port 1901 of 255.255.255.255 and got an answer. No "
			 "rule of the matrix documents this broadcast or multicast.\n"
			 "  # host 10.0.0.1 and host 255.255.255.255 and udp port 1901\n"
			 "! unexpected group-noise info one - 10.0.0.1/server > 239.1.1.1 udp 1900 oneway "
			 "group/proven flows=1 packets=1 peers=1\n"
			 "  10.0.0.1 (server) sent to UDP port 1900 of 239.1.1.1. No rule of the matrix "
			 "documents this broadcast or multicast.\n"
			 "  # host 10.0.0.1 and host 239.1.1.1 and udp port 1900\n"},
	    {.name = "an unknown peer, a mode that is off",
	     .site = {"'must': 'none'", "'must': 'none', 'link': 'proxied'"},
	     .rows = "100 established tcp 10.0.5.1:50000 > 10.0.1.1:3871\n"
		     "101 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
		     "102 refused tcp 10.9.0.1:50000 > 10.0.1.2:901",
	     .expected = "fail: 3 findings at or above medium | unexpected=3\n"
			 "session off flows=0 attempts=0 hosts=0/0: mode link is proxied\n"
			 "! unexpected mode-off high one session 10.9.0.1 > 10.0.1.1=lab/device tcp 900 "
			 "established handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.9.0.1 opened TCP port 900 of lab (10.0.1.1, device). Rule session documents "
			 "that only in another mode; here mode link is proxied.\n"
			 "  # host 10.9.0.1 and host 10.0.1.1 and tcp port 900\n"
			 "! unexpected unknown-peer high one authorize 10.0.5.1/ldap > 10.0.1.1=lab/device "
			 "tcp 3871 established handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.5.1 (ldap) opened TCP port 3871 of lab (10.0.1.1, device). Rule authorize "
			 "documents this port for server alone, and the opener is not bound to that.\n"
			 "  # host 10.0.5.1 and host 10.0.1.1 and tcp port 3871\n"
			 "! unexpected mode-off medium one session 10.9.0.1 > 10.0.1.2/device tcp 901 "
			 "refused handshake/proven flows=1 packets=2 peers=1\n"
			 "  10.9.0.1 tried to open TCP port 901 of 10.0.1.2 (device) and was refused. Rule "
			 "session documents that only in another mode; here mode link is proxied.\n"
			 "  # host 10.9.0.1 and host 10.0.1.2 and tcp port 901\n"},
	    {.name = "a turned-round ambiguous rule: at most medium",
	     .rows = "100 established tcp 10.0.1.1:50000 > 10.0.0.1:900",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected no-rule medium one - 10.0.1.1=lab/device > 10.0.0.1/server tcp 900 "
			 "established handshake/proven flows=1 packets=10 peers=1\n"
			 "  lab (10.0.1.1, device) opened TCP port 900 of 10.0.0.1 (server). No rule of the "
			 "Kit matrix documents it.\n"
			 "  # host 10.0.1.1 and host 10.0.0.1 and tcp port 900\n"},
	    {.name = "at most medium is of the result: likely is not lowered again",
	     .signature = {"'after': ['web']}, 'basis': 'documented'",
			   "'after': ['web']}, 'basis': 'ambiguous'"},
	     .rows = "100 established tcp 10.0.5.1:50000 > 10.0.0.1:389\n"
		     "200 established tcp 10.0.5.1:50000 > 10.0.0.2:389 basis=synack conf=likely",
	     .expected =
		 "fail: 2 findings at or above medium | unexpected=2\n"
		 "! unexpected no-rule medium one - 10.0.5.1/ldap > 10.0.0.1/server tcp 389 established "
		 "handshake/proven flows=1 packets=10 peers=1\n"
		 "  10.0.5.1 (ldap) opened TCP port 389 of 10.0.0.1 (server). No rule of the Kit matrix "
		 "documents it.\n"
		 "  # host 10.0.5.1 and host 10.0.0.1 and tcp port 389\n"
		 "! unexpected no-rule medium one - 10.0.5.1/ldap > 10.0.0.2=first/server+primary tcp 389 "
		 "established synack/likely flows=1 packets=10 peers=1\n"
		 "  10.0.5.1 (ldap) probably opened TCP port 389 of first (10.0.0.2, server, primary). No "
		 "rule of the Kit matrix documents it. Who opened it is likely, not proven.\n"
		 "  # host 10.0.5.1 and host 10.0.0.2 and tcp port 389\n"},
	    {.name = "an unknown listener of an ambiguous rule is no less unknown",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.99.0.1:8443",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected unknown-listener high one secure 10.0.0.1/server > 10.99.0.1 tcp 8443 "
			 "established handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.0.0.1 (server) opened TCP port 8443 of 10.99.0.1. Rule secure documents this "
			 "port at device alone, and the listener is not bound to that.\n"
			 "  # host 10.0.0.1 and host 10.99.0.1 and tcp port 8443\n"},
	    {.name = "an undocumented reply",
	     .rows = "100 asked udp 10.0.0.1:50000 > 10.0.1.1:3081\n"
		     "100 answer udp 10.0.0.1:50000 > 10.0.1.1:3081 from=4000 basis=answer",
	     .expected = "fail: 1 finding at or above medium | documented=1 unexpected=1\n"
			 "find2 observed flows=1 attempts=0 hosts=1/0\n"
			 "! unexpected undocumented-reply high one find2 10.0.0.1/server > "
			 "10.0.1.1=lab/device udp 3081 answered answer/proven flows=0 packets=1 peers=1\n"
			 "  10.0.0.1 (server) asked UDP port 3081 of lab (10.0.1.1, device) and got an "
			 "answer. The answer came from port 4000, which rule find2 does not document.\n"
			 "  # host 10.0.0.1 and host 10.0.1.1 and (udp port 3081 or udp port 4000)\n"
			 "! fallback - low one find2 10.0.0.1/server > 10.0.1.1=lab/device udp 3081 answered "
			 "protocol/proven flows=1 packets=2 peers=1\n"
			 "  10.0.0.1 (server) fell back to UDP port 3081 of lab (10.0.1.1, device) (rule "
			 "find2). The rule to be used first, find, was not tried by the same pair.\n"
			 "  # host 10.0.0.1 and host 10.0.1.1 and (udp port 3081 or udp port 4000)\n"},
	};

	RUN_ALL(cases);
}
