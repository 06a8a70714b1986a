/* What a finding says of a flow that nobody saw opened. */
#include "audit_run_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_messages, .timeout = 20);

/* Nothing is called probable, and nobody the opener. */
Test(audit_messages, unknown_orientation)
{
	static const struct run_case cases[] = {
	    {.name = "both ways",
	     .rows = "100 carried tcp 10.99.0.1:3000 > 10.0.0.1:4000 basis=none",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 4000 established "
			 "none/unknown flows=0 packets=10 peers=1\n"
			 "  10.99.0.1 exchanged packets from port 3000 with TCP port 4000 of 10.0.0.1 "
			 "(server). No rule of the Kit matrix documents it. Nobody saw who opened it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 4000\n"},
	    {.name = "of several ports, none of them the opener's alone",
	     .rows = "100 carried tcp 10.99.0.1:3000 > 10.0.0.1:4000 basis=none\n"
		     "100 carried tcp 10.99.0.1:3001 > 10.0.0.1:4000 basis=none\n"
		     "1000 carried tcp 10.99.0.1:3000 > 10.0.0.1:4000 basis=none",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 4000 established "
			 "none/unknown flows=0 packets=30 peers=1\n"
			 "  10.99.0.1 exchanged packets with TCP port 4000 of 10.0.0.1 (server). No rule of "
			 "the Kit matrix documents it. Nobody saw who opened it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 4000\n"},
	    {.name = "a port that the ledger did not keep",
	     .rows = "100 carried tcp 10.99.0.1:50000 > 10.0.0.1:40000 basis=none",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 40000 "
			 "established none/unknown flows=0 packets=10 peers=1\n"
			 "  10.99.0.1 exchanged packets with TCP port 40000 of 10.0.0.1 (server). No rule of "
			 "the Kit matrix documents it. Nobody saw who opened it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 40000\n"},
	    {.name = "one way",
	     .rows = "100 oneway tcp 10.99.0.1:3000 > 10.0.0.1:4000 basis=none",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server tcp 4000 oneway "
			 "none/unknown flows=1 packets=5 peers=1\n"
			 "  10.99.0.1 sent packets from port 3000 to TCP port 4000 of 10.0.0.1 (server). No "
			 "rule of the Kit matrix documents it. Nobody saw who opened it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 4000\n"},
	    {.name = "reset",
	     .rows = "100 reset tcp 10.99.0.1:3000 > 10.0.0.1:4000 basis=none",
	     .expected = "pass | unexpected=1\n"
			 "! unexpected no-rule low one - 10.99.0.1 > 10.0.0.1/server tcp 4000 reset "
			 "none/unknown flows=1 packets=3 peers=1\n"
			 "  10.99.0.1 sent packets from port 3000 to TCP port 4000 of 10.0.0.1 (server) and "
			 "was reset. No rule of the Kit matrix documents it. Nobody saw who opened it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 4000\n"},
	    {.name = "datagrams",
	     .rows = "100 answered udp 10.99.0.1:3000 > 10.0.0.1:4000 basis=none",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server udp 4000 answered "
			 "none/unknown flows=1 packets=2 peers=1\n"
			 "  10.99.0.1 exchanged packets from port 3000 with UDP port 4000 of 10.0.0.1 "
			 "(server). No rule of the Kit matrix documents it. Nobody saw who opened it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and udp port 4000\n"},
	    {.name = "no ports",
	     .rows = "100 answered 47 10.99.0.1 > 10.0.0.1 basis=none",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server 47 - answered "
			 "none/unknown flows=1 packets=2 peers=1\n"
			 "  10.99.0.1 exchanged IP protocol 47 with 10.0.0.1 (server). No rule of the Kit "
			 "matrix documents it. Nobody saw who opened it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and (ip proto 47 or ip6 proto 47)\n"},
	    {.name = "no ports, one way",
	     .rows = "100 oneway 47 10.99.0.1 > 10.0.0.1 basis=none",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected no-rule medium one - 10.99.0.1 > 10.0.0.1/server 47 - oneway "
			 "none/unknown flows=1 packets=5 peers=1\n"
			 "  10.99.0.1 sent IP protocol 47 to 10.0.0.1 (server). No rule of the Kit matrix "
			 "documents it. Nobody saw who opened it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and (ip proto 47 or ip6 proto 47)\n"},
	    {.name = "a documented port, and a stranger",
	     .rows = "100 carried tcp 10.99.0.1:3000 > 10.0.0.1:280 basis=none",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected unknown-peer medium one checkin 10.99.0.1 > 10.0.0.1/server tcp 280 "
			 "established none/unknown flows=0 packets=10 peers=1\n"
			 "  10.99.0.1 exchanged packets from port 3000 with TCP port 280 of 10.0.0.1 "
			 "(server). Rule checkin documents this port for device alone, and the other end is "
			 "not bound to that. Nobody saw who opened it.\n"
			 "  # host 10.99.0.1 and host 10.0.0.1 and tcp port 280\n"},
	    {.name = "a documented port of a stranger",
	     .rows = "100 carried tcp 10.0.1.1:3000 > 10.99.0.1:280 basis=none",
	     .expected = "fail: 1 finding at or above medium | unexpected=1\n"
			 "! unexpected unknown-listener medium one checkin 10.0.1.1=lab/device > 10.99.0.1 "
			 "tcp 280 established none/unknown flows=0 packets=10 peers=1\n"
			 "  lab (10.0.1.1, device) exchanged packets from port 3000 with TCP port 280 of "
			 "10.99.0.1. Rule checkin documents this port at server alone, and the other end is "
			 "not bound to that. Nobody saw who opened it.\n"
			 "  # host 10.0.1.1 and host 10.99.0.1 and tcp port 280\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_check(&cases[i]);
}
