/* How edges fold into findings; scans. */
#include "audit_run_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_fold, .timeout = 20);

#define RUN_ALL(cases)                                                                                       \
	for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)                                      \
	run_check(&(cases)[i])

/* One finding for each kind, reason, system, rule, host, side, protocol and port. */
Test(audit_fold, folding)
{
	static const struct run_case cases[] = {
	    {.name = "peers of one host and port",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "\n"
		     "300 established tcp 10.99.0.3:50000 > 10.0.0.1:22\n"
		     "100 refused tcp 10.99.0.1:50000 > 10.0.0.1:22\n"
		     "200 established x2 tcp 10.99.0.2:50000 > 10.0.0.1:22 basis=synack conf=likely\n"
		     "1000 established tcp 10.99.0.2:50000 > 10.0.0.1:22",
	     .expected = "fail: 1 finding at or above medium | documented=1 unexpected=3\n"
			 "manage observed flows=1 attempts=0 hosts=1/0\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp 22 established "
			 "handshake/proven flows=5 packets=42 peers=3 [10.99.0.1 10.99.0.2 10.99.0.3]\n"
			 "  10.99.0.1 and 2 other hosts opened TCP port 22 of 10.0.0.1 (server). No rule of "
			 "the Kit matrix documents it.\n"
			 "  # (host 10.99.0.1 or host 10.99.0.2 or host 10.99.0.3) and host 10.0.0.1 and tcp "
			 "port 22\n"},
	    {.name = "peers in the order of their addresses, bound or not",
	     .rows = "100 established tcp 10.0.0.1:50000 > 10.0.0.2:22\n"
		     "100 established tcp 10.0.0.1:50000 > 10.0.1.9:22\n"
		     "100 established tcp 10.0.0.1:50000 > 10.0.1.1:22\n"
		     "100 established tcp 10.0.0.1:50000 > 10.0.1.5:22\n"
		     "100 established tcp 10.0.0.1:50000 > 9.0.0.1:22\n"
		     "100 established tcp 10.0.0.1:50000 > 10.99.0.1:22\n"
		     "100 established tcp 10.0.0.1:50000 > 10.0.0.255:22",
	     .expected = "fail: 1 finding at or above medium | unexpected=7\n"
			 "! unexpected no-rule high one - 10.0.0.1/server > 9.0.0.1 tcp 22 established "
			 "handshake/proven flows=7 packets=70 peers=7 [9.0.0.1 10.0.0.2=first/server+primary "
			 "10.0.0.255 10.0.1.1=lab/device 10.0.1.5/device 10.0.1.9/device 10.99.0.1]\n"
			 "  10.0.0.1 (server) opened TCP port 22 of 9.0.0.1 and 6 other hosts. No rule of "
			 "the Kit matrix documents it.\n"
			 "  # host 10.0.0.1 and (host 9.0.0.1 or host 10.0.0.2 or host 10.0.0.255 or host "
			 "10.0.1.1 or host 10.0.1.5 or host 10.0.1.9 or host 10.99.0.1) and tcp port 22\n"},
	    {.name = "up to 20 peers are listed, all are counted",
	     .rows = "100 established tcp 10.99.1.{1-25}:50000 > 10.0.0.1:22",
	     .expected =
		 "fail: 1 finding at or above medium | unexpected=25\n"
		 "! unexpected no-rule high one - 10.99.1.1 > 10.0.0.1/server tcp 22 established "
		 "handshake/proven flows=25 packets=250 peers=25 [10.99.1.1 10.99.1.2 10.99.1.3 10.99.1.4 "
		 "10.99.1.5 10.99.1.6 10.99.1.7 10.99.1.8 10.99.1.9 10.99.1.10 10.99.1.11 10.99.1.12 "
		 "10.99.1.13 10.99.1.14 10.99.1.15 10.99.1.16 10.99.1.17 10.99.1.18 10.99.1.19 10.99.1.20]\n"
		 "  10.99.1.1 and 24 other hosts opened TCP port 22 of 10.0.0.1 (server). No rule of the Kit "
		 "matrix documents it.\n"
		 "  # host 10.0.0.1 and tcp port 22\n"},
	    {.name = "both families of a named host are one",
	     .rows = "100 established tcp 10.0.0.2:50000 > 10.99.0.1:22\n"
		     "101 established tcp [fd00::2]:50000 > [2001:db8::1]:22",
	     .expected = "fail: 1 finding at or above medium | unexpected=2\n"
			 "! unexpected no-rule high one - 10.0.0.2=first/server+primary > 10.99.0.1 tcp 22 "
			 "established handshake/proven flows=2 packets=20 peers=2 [10.99.0.1 2001:db8::1]\n"
			 "  first (10.0.0.2, server, primary) opened TCP port 22 of 10.99.0.1 and 1 other "
			 "host. No rule of the Kit matrix documents it.\n"
			 "  # (host 10.0.0.2 or host fd00::2) and (host 10.99.0.1 or host 2001:db8::1) and "
			 "tcp port 22\n"},
	    {.name = "16 ports of a pair",
	     .brief = true,
	     .rows = "100 established tcp 10.99.0.1:50000 > 10.0.0.1:{1-16}000",
	     .expected = "fail: 16 findings at or above medium | unexpected=16\n"},
	    {.name = "17 ports of a pair are many; another pair of the same host is not",
	     .rows = "100 established tcp 10.99.0.1:50000 > 10.0.0.1:10{01-17}\n"
		     "100 established tcp 10.99.0.2:50000 > 10.0.0.1:1001",
	     .expected = "fail: 2 findings at or above medium | unexpected=18\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp many established "
			 "handshake/proven flows=17 packets=170 peers=1\n"
			 "  10.99.0.1 opened many TCP ports of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp\n"
			 "! unexpected no-rule high one - 10.99.0.2 > 10.0.0.1/server tcp 1001 established "
			 "handshake/proven flows=1 packets=10 peers=1\n"
			 "  10.99.0.2 opened TCP port 1001 of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.99.0.2 and host 10.0.0.1 and tcp port 1001\n"},
	    {.name = "ephemeral ports are one",
	     .rows = "100 established tcp 10.99.0.1:50000 > 10.0.0.1:40001\n"
		     "100 established tcp 10.99.0.1:50000 > 10.0.0.1:40002",
	     .expected = "fail: 1 finding at or above medium | unexpected=2\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp many established "
			 "handshake/proven flows=2 packets=20 peers=1\n"
			 "  10.99.0.1 opened TCP ports 40001 and 40002 of 10.0.0.1 (server). No rule of the "
			 "Kit matrix documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and (tcp port 40001 or tcp port 40002)\n"},
	    {.name = "of several peers, each port once and in order",
	     .rows = "100 established tcp 10.99.0.1:50000 > 10.0.0.1:40009\n"
		     "100 established tcp 10.99.0.1:50000 > 10.0.0.1:40001\n"
		     "100 established tcp 10.99.0.2:50000 > 10.0.0.1:40005\n"
		     "100 established tcp 10.99.0.2:50000 > 10.0.0.1:40001",
	     .expected = "fail: 1 finding at or above medium | unexpected=4\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp many established "
			 "handshake/proven flows=4 packets=40 peers=2 [10.99.0.1 10.99.0.2]\n"
			 "  10.99.0.1 and 1 other host opened TCP ports 40001, 40005 and 40009 of 10.0.0.1 "
			 "(server). No rule of the Kit matrix documents it.\n"
			 "  # (host 10.99.0.1 or host 10.99.0.2) and host 10.0.0.1 and (tcp port 40001 or "
			 "tcp port 40005 or tcp port 40009)\n"},
	    {.name = "a single ephemeral port is named",
	     .rows = "100 established tcp 10.99.0.1:50000 > 10.0.0.1:40001\n"
		     "100 established tcp 10.99.0.2:50000 > 10.0.0.1:40001",
	     .expected = "fail: 1 finding at or above medium | unexpected=2\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp 40001 established "
			 "handshake/proven flows=2 packets=20 peers=2 [10.99.0.1 10.99.0.2]\n"
			 "  10.99.0.1 and 1 other host opened TCP port 40001 of 10.0.0.1 (server). No rule "
			 "of the Kit matrix documents it.\n"
			 "  # (host 10.99.0.1 or host 10.99.0.2) and host 10.0.0.1 and tcp port 40001\n"},
	    {.name = "17 ephemeral ports are many",
	     .rows = "100 established tcp 10.99.0.1:50000 > 10.0.0.1:400{01-17}",
	     .expected = "fail: 1 finding at or above medium | unexpected=17\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp many established "
			 "handshake/proven flows=17 packets=170 peers=1\n"
			 "  10.99.0.1 opened many TCP ports of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp\n"},
	    {.name = "between two product hosts it is about the one whose role comes first",
	     .rows = "100 established tcp 10.0.1.1:50000 > 10.0.0.1:389\n"
		     "100 established tcp 10.0.1.2:50000 > 10.0.0.1:389\n"
		     "100 established tcp 10.0.0.1:50000 > 10.0.1.1:22\n"
		     "100 established tcp 10.0.0.1:50000 > 10.0.1.2:22",
	     .expected =
		 "fail: 2 findings at or above medium | unexpected=4\n"
		 "! unexpected no-rule high one - 10.0.0.1/server > 10.0.1.1=lab/device tcp 22 established "
		 "handshake/proven flows=2 packets=20 peers=2 [10.0.1.1=lab/device 10.0.1.2/device]\n"
		 "  10.0.0.1 (server) opened TCP port 22 of lab (10.0.1.1, device) and 1 other host. No rule "
		 "of the Kit matrix documents it.\n"
		 "  # host 10.0.0.1 and (host 10.0.1.1 or host 10.0.1.2) and tcp port 22\n"
		 "! unexpected no-rule high one - 10.0.1.1=lab/device > 10.0.0.1/server tcp 389 established "
		 "handshake/proven flows=2 packets=20 peers=2 [10.0.1.1=lab/device 10.0.1.2/device]\n"
		 "  lab (10.0.1.1, device) and 1 other host opened TCP port 389 of 10.0.0.1 (server). No "
		 "rule of the Kit matrix documents it.\n"
		 "  # (host 10.0.1.1 or host 10.0.1.2) and host 10.0.0.1 and tcp port 389\n"},
	    {.name = "over several quarter hours",
	     .rows = "890 established tcp 10.99.0.1:50000 > 10.0.0.1:22\n"
		     "910 established tcp 10.99.0.1:50000 > 10.0.0.1:22",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp 22 established "
			 "handshake/proven flows=2 packets=20 peers=1\n"
			 "  10.99.0.1 opened TCP port 22 of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 22\n"},
	    {.name = "two sensors saw the same: the larger count",
	     .rows = "100 established x3 tcp 10.99.0.1:50000 > 10.0.0.1:22\n"
		     "@tap2 100 established x2 tcp 10.99.0.1:50000 > 10.0.0.1:22\n"
		     "@tap2 1000 established tcp 10.99.0.1:50000 > 10.0.0.1:22",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp 22 established "
			 "handshake/proven flows=4 packets=40 peers=1\n"
			 "  10.99.0.1 opened TCP port 22 of 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 22\n"},
	    {.name = "success at one sensor is success",
	     .rows = "100 unanswered-retried tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
		     "@tap2 100 established tcp 10.0.0.1:50000 > 10.0.1.1:443",
	     .expected = "pass | documented=1\n"
			 "manage observed flows=1 attempts=1 hosts=1/0\n"},
	    {.name = "other protocols have no port",
	     .rows = "100 answered 47 10.99.0.1 > 10.0.0.1\n"
		     "100 answered icmp 10.99.0.1 > 10.0.0.1:13/0",
	     .expected = "fail: 2 findings at or above medium | unexpected=2\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server 47 - answered "
			 "protocol/proven flows=1 packets=2 peers=1\n"
			 "  10.99.0.1 sent IP protocol 47 to 10.0.0.1 (server) and got an answer. No rule of "
			 "the Kit matrix documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and (ip proto 47 or ip6 proto 47)\n"
			 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server icmp 3328 answered "
			 "protocol/proven flows=1 packets=2 peers=1\n"
			 "  10.99.0.1 sent ICMP type 13 code 0 to 10.0.0.1 (server) and got an answer. No "
			 "rule of the Kit matrix documents it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and icmp\n"},
	};

	RUN_ALL(cases);
}

/* 16 targets of one initiator in one quarter hour, none reached. */
Test(audit_fold, scans)
{
	static const struct run_case cases[] = {
	    {.name = "15 targets are no scan",
	     .brief = true,
	     .rows = "100 refused tcp 10.99.0.1:50000 > 10.0.0.1:20{01-15}",
	     .expected = "fail: 15 findings at or above medium | unexpected=15\n"},
	    {.name = "16 ports of a host",
	     .rows = "100 refused tcp 10.99.0.1:50000 > 10.0.0.1:20{01-16}",
	     .expected =
		 "fail: 1 finding at or above medium | unexpected=16\n"
		 "! unexpected scan medium one - 10.99.0.1 > 10.0.0.1/server tcp many refused "
		 "handshake/proven flows=16 packets=32 peers=1\n"
		 "  10.99.0.1 tried to open TCP ports 2001, 2002, 2003, 2004, 2005, 2006, 2007, 2008, 2009, "
		 "2010, 2011, 2012, 2013, 2014, 2015 and 2016 of 10.0.0.1 (server) and was refused. Within a "
		 "quarter of an hour it tried at least 16 hosts or ports and reached none: a scan.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and (tcp port 2001 or tcp port 2002 or tcp port 2003 "
		 "or tcp port 2004 or tcp port 2005 or tcp port 2006 or tcp port 2007 or tcp port 2008 or "
		 "tcp port 2009 or tcp port 2010 or tcp port 2011 or tcp port 2012 or tcp port 2013 or tcp "
		 "port 2014 or tcp port 2015 or tcp port 2016)\n"},
	    {.name = "one port of 16 hosts",
	     .rows = "100 unanswered tcp 10.99.0.1:50000 > 10.0.1.{1-16}:5555",
	     .expected =
		 "fail: 1 finding at or above medium | unexpected=16\n"
		 "! unexpected scan medium one - 10.99.0.1 > 10.0.1.1=lab/device tcp 5555 unanswered "
		 "handshake/proven flows=16 packets=16 peers=16 [10.0.1.1=lab/device 10.0.1.2/device "
		 "10.0.1.3/device 10.0.1.4/device 10.0.1.5/device 10.0.1.6/device 10.0.1.7/device "
		 "10.0.1.8/device 10.0.1.9/device 10.0.1.10/device 10.0.1.11/device 10.0.1.12/device "
		 "10.0.1.13/device 10.0.1.14/device 10.0.1.15/device 10.0.1.16/device]\n"
		 "  10.99.0.1 tried to open TCP port 5555 of lab (10.0.1.1, device) and 15 other hosts and "
		 "got no answer. Within a quarter of an hour it tried at least 16 hosts or ports and reached "
		 "none: a scan.\n"
		 "  # host 10.99.0.1 and (host 10.0.1.1 or host 10.0.1.2 or host 10.0.1.3 or host 10.0.1.4 "
		 "or host 10.0.1.5 or host 10.0.1.6 or host 10.0.1.7 or host 10.0.1.8 or host 10.0.1.9 or "
		 "host 10.0.1.10 or host 10.0.1.11 or host 10.0.1.12 or host 10.0.1.13 or host 10.0.1.14 or "
		 "host 10.0.1.15 or host 10.0.1.16) and tcp port 5555\n"},
	    {.name = "what succeeded is not part of it",
	     .rows = "100 refused tcp 10.99.0.1:50000 > 10.0.0.1:20{01-16}\n"
		     "100 established tcp 10.99.0.1:50000 > 10.0.0.1:2222",
	     .expected =
		 "fail: 2 findings at or above medium | unexpected=17\n"
		 "! unexpected no-rule high one - 10.99.0.1 > 10.0.0.1/server tcp 2222 established "
		 "handshake/proven flows=1 packets=10 peers=1\n"
		 "  10.99.0.1 opened TCP port 2222 of 10.0.0.1 (server). No rule of the Kit matrix documents "
		 "it.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 2222\n"
		 "! unexpected scan medium one - 10.99.0.1 > 10.0.0.1/server tcp many refused "
		 "handshake/proven flows=16 packets=32 peers=1\n"
		 "  10.99.0.1 tried to open TCP ports 2001, 2002, 2003, 2004, 2005, 2006, 2007, 2008, 2009, "
		 "2010, 2011, 2012, 2013, 2014, 2015 and 2016 of 10.0.0.1 (server) and was refused. Within a "
		 "quarter of an hour it tried at least 16 hosts or ports and reached none: a scan.\n"
		 "  # host 10.99.0.1 and host 10.0.0.1 and (tcp port 2001 or tcp port 2002 or tcp port 2003 "
		 "or tcp port 2004 or tcp port 2005 or tcp port 2006 or tcp port 2007 or tcp port 2008 or "
		 "tcp port 2009 or tcp port 2010 or tcp port 2011 or tcp port 2012 or tcp port 2013 or tcp "
		 "port 2014 or tcp port 2015 or tcp port 2016)\n"},
	    {.name = "16 in two quarter hours are none",
	     .brief = true,
	     .rows = "100 refused tcp 10.99.0.1:50000 > 10.0.0.1:200{1-8}\n"
		     "1000 refused tcp 10.99.0.1:50000 > 10.0.0.1:201{1-8}",
	     .expected = "fail: 16 findings at or above medium | unexpected=16\n"},
	    {.name = "of datagrams",
	     .rows = "100 unanswered udp 10.99.0.1:50000 > 10.0.0.1:20{01-16} basis=quiet",
	     .expected = "inconclusive: no bound product host was seen both sending and receiving unicast | "
			 "unexpected=16\n"
			 "! unexpected scan low one - 10.99.0.1 > 10.0.0.1/server udp many oneway "
			 "quiet/likely flows=16 packets=16 peers=1\n"
			 "  10.99.0.1 probably sent to UDP ports 2001, 2002, 2003, 2004, 2005, 2006, 2007, "
			 "2008, 2009, 2010, 2011, 2012, 2013, 2014, 2015 and 2016 of 10.0.0.1 (server). "
			 "Within a quarter of an hour it tried at least 16 hosts or ports and reached none: "
			 "a scan. Who opened it is likely, not proven.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and (udp port 2001 or udp port 2002 or udp "
			 "port 2003 or udp port 2004 or udp port 2005 or udp port 2006 or udp port 2007 or "
			 "udp port 2008 or udp port 2009 or udp port 2010 or udp port 2011 or udp port 2012 "
			 "or udp port 2013 or udp port 2014 or udp port 2015 or udp port 2016)\n"},
	    {.name = "a product host that scans",
	     .rows = "100 refused tcp 10.0.0.1:50000 > 10.99.1.{1-16}:3871",
	     .expected =
		 "fail: 1 finding at or above medium | unexpected=16\n"
		 "! unexpected scan medium one - 10.0.0.1/server > 10.99.1.1 tcp 3871 refused "
		 "handshake/proven flows=16 packets=32 peers=16 [10.99.1.1 10.99.1.2 10.99.1.3 10.99.1.4 "
		 "10.99.1.5 10.99.1.6 10.99.1.7 10.99.1.8 10.99.1.9 10.99.1.10 10.99.1.11 10.99.1.12 "
		 "10.99.1.13 10.99.1.14 10.99.1.15 10.99.1.16]\n"
		 "  10.0.0.1 (server) tried to open TCP port 3871 of 10.99.1.1 and 15 other hosts and was "
		 "refused. Within a quarter of an hour it tried at least 16 hosts or ports and reached none: "
		 "a scan.\n"
		 "  # host 10.0.0.1 and (host 10.99.1.1 or host 10.99.1.2 or host 10.99.1.3 or host "
		 "10.99.1.4 or host 10.99.1.5 or host 10.99.1.6 or host 10.99.1.7 or host 10.99.1.8 or host "
		 "10.99.1.9 or host 10.99.1.10 or host 10.99.1.11 or host 10.99.1.12 or host 10.99.1.13 or "
		 "host 10.99.1.14 or host 10.99.1.15 or host 10.99.1.16) and tcp port 3871\n"},
	};

	RUN_ALL(cases);
}
