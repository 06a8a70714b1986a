/*
 * Openings that are none: forged or stale SYNs and SYN-ACKs never turn a connection round, and never end it.
 */
#include "flow_testkit.h"

TestSuite(flow_opening, .timeout = 10);

#define HANDSHAKE                                                                                            \
	"0 A:40000>B:80 S seq=100\n0.01 B:80>A:40000 S. seq=500 ack=101\n0.02 A:40000>B:80 . seq=101 "       \
	"ack=501\n"
#define FORGED "1 B:80>A:40000 S seq=777777777\n"
#define MIDDLE "0 A:40000>B:80 P. seq=101 ack=501 len=5\n0.01 B:80>A:40000 P. seq=501 ack=106 len=5\n"

/* The connection goes on, with what was known of it; the SYN is one of its packets. */
Test(flow_opening, forged_syn)
{
	static const struct kit_case cases[] = {
	    {"answered by a challenge",
	     HANDSHAKE FORGED "1.01 A:40000>B:80 . seq=101 ack=501\n1.02 B:80>A:40000 . seq=501 ack=101\n"
			      "2 A:40000>B:80 P. seq=101 ack=501 len=5\nfinish 3\n",
	     "anomaly direction-conflict A:0>B:80 @4\n"
	     "b0 A:40000>B:80 6 handshake/proven - 2/2 85/80 o5 a4 contradictions=1@4 twosided\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"},
	    {"met by acknowledgements of a stream",
	     HANDSHAKE FORGED "1.01 B:80>A:40000 . seq=501 ack=101\nfinish 3\n",
	     "anomaly direction-conflict A:0>B:80 @4\n"
	     "b0 A:40000>B:80 6 handshake/proven - 0/2 0/80 o4 a4 contradictions=1@4\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"},
	    {"met by data", HANDSHAKE FORGED "1.01 A:40000>B:80 P. seq=101 ack=501 len=5\nfinish 3\n",
	     "anomaly direction-conflict A:0>B:80 @4\n"
	     "b0 A:40000>B:80 6 handshake/proven - 1/1 45/40 o5 a4 contradictions=1@4 twosided\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"},
	    {"two of them",
	     HANDSHAKE FORGED "1.1 B:80>A:40000 S seq=9999999\n1.2 A:40000>B:80 . seq=101 ack=501\n"
			      "1.3 B:80>A:40000 . seq=501 ack=101\nfinish 3\n",
	     "anomaly direction-conflict A:0>B:80 @5\n"
	     "b0 A:40000>B:80 6 handshake/proven - 1/2 40/80 o6 a5 contradictions=1@5\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"
	     "b0 B:80>A:40000 6 handshake/proven opened,expired 1/0 40/0 o4\n"},
	    {"the connection is silent until nobody waits for an answer any more",
	     HANDSHAKE FORGED "100 A:40000>B:80 P. seq=101 ack=501 len=5\nfinish 101\n",
	     "b0 A:40000>B:80 6 handshake/proven - 1/0 45/0 o5 twosided\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"
	     "b0 B:80>A:40000 6 handshake/proven opened,expired 1/0 40/0 o4\n"},
	    {"and a true SYN comes then",
	     HANDSHAKE FORGED "100 A:40000>B:80 S seq=5000\n100.1 B:80>A:40000 S. seq=6000 ack=5001\n"
			      "100.2 A:40000>B:80 . seq=5001 ack=6001\nfinish 101\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o5 o7 a6\n"
	     "b0 B:80>A:40000 6 handshake/proven opened,expired 1/0 40/0 o4\n"},
	    {"a connection that was taken up in its middle",
	     MIDDLE FORGED "1.1 A:40000>B:80 . seq=106 ack=506\n1.2 B:80>A:40000 . seq=506 ack=106\nfinish "
			   "2\n",
	     "anomaly direction-conflict A:0>B:80 @3\n"
	     "b0 A:40000>B:80 6 ports/likely - 1/2 40/80 o4 a3 contradictions=1@3 twosided\n"
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 1/1 45/45 o1 a2\n"},
	    {"nothing was seen before: acknowledgements of both sides",
	     "0 B:80>A:40000 S seq=777777777\n1 A:40000>B:80 . seq=101 ack=501\n1.1 B:80>A:40000 . seq=501 "
	     "ack=101\n1.2 A:40000>B:80 . seq=101 ack=501\nfinish 2\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 1/1 40/40 o4 a3\n"
	     "b0 B:80>A:40000 6 handshake/proven opened,expired 1/1 40/40 o1 a2\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_opening, true_syn)
{
	static const struct kit_case cases[] = {
	    {"ports used again before the end was seen",
	     HANDSHAKE "2 B:80>A:40000 S seq=7000\n2.1 A:40000>B:80 S. seq=9000 ack=7001\n2.2 B:80>A:40000 . "
		       "seq=7001 ack=9001\n3 A:40000>B:80 . seq=101 ack=501\nfinish 3\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"
	     "b0 B:80>A:40000 6 handshake/proven opened,succeeded 2/2 80/80 o4 o6 a5\n"},
	    {"refused",
	     HANDSHAKE "2 A:40000>B:80 S seq=7000\n2.1 B:80>A:40000 R. seq=0 ack=7001\n100 A:40000>B:80 . "
		       "seq=101 ack=501\nfinish 101\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,refused 1/1 40/40 o4 a5\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"
	     "b0 A:40000>B:80 6 ports/likely continued 1/0 40/0 o6\n"},
	    {"half-open: the challenge is answered by RST, then the SYN comes again (RFC 9293 3.5.1)",
	     HANDSHAKE "2 A:40000>B:80 S seq=7000\n2.1 B:80>A:40000 . seq=501 ack=101\n2.2 A:40000>B:80 R "
		       "seq=101\n3 A:40000>B:80 S seq=7000\n3.1 B:80>A:40000 S. seq=8000 ack=7001\n"
		       "3.2 A:40000>B:80 . seq=7001 ack=8001\nfinish 4\n",
	     "b0 A:40000>B:80 6 handshake/proven - 2/1 80/40 o4 o6 a5\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o7 o9 a8\n"},
	    {"one side only, far beyond the first window",
	     "0 A:40000>B:80 S seq=100\n0.1 A:40000>B:80 . seq=101 ack=501\n0.2 A:40000>B:80 P. seq=5000101 "
	     "ack=501 len=10\n0.3 B:80>A:40000 . seq=501 ack=5000111\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 3/1 130/40 o1 o2 a4 unseen=5000000 "
	     "twosided\n"},
	};

	KIT_CHECK(cases);
}

/* Numbers that fit nothing: a packet that is counted, and says at most that something is wrong. */
Test(flow_opening, forged_synack)
{
	static const struct kit_case cases[] = {
	    {"in the middle, from the client's side",
	     MIDDLE "1 A:40000>B:80 S. seq=99 ack=506\n1.1 B:80>A:40000 . seq=506 ack=106\n1.2 "
		    "B:80>A:40000 P. seq=506 ack=106 len=1\nfinish 2\n",
	     "anomaly direction-conflict A:0>B:80 @3\n"
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 2/3 85/126 o1 o3 a2 contradictions=1@3 "
	     "twosided\n"},
	    {"from the server's side, on ports that say nothing",
	     "0 A:5000>B:6000 P. seq=101 ack=501 len=5\n0.01 B:6000>A:5000 P. seq=501 ack=106 len=5\n"
	     "1 B:6000>A:5000 S. seq=999999 ack=123456\n1.1 A:5000>B:6000 P. seq=106 ack=506 len=2\nfinish "
	     "2\n",
	     "b0 A:5000>B:6000 6 none/unknown continued,succeeded 2/2 87/85 o1 o4 a2 twosided\n"},
	    {"alone, and the acknowledgement is of something else",
	     "0 B:6000>A:5000 S. seq=5000 ack=1001\n0.1 A:5000>B:6000 . seq=77 ack=88\nfinish 1\n",
	     "b0 A:5000>B:6000 6 synack/likely opened 1/1 40/40 o2 a1\n"},
	    {"alone, and the data are of something else",
	     "0 B:6000>A:5000 S. seq=5000 ack=1001\n0.1 A:5000>B:6000 P. seq=77 ack=88 len=9\nfinish 1\n",
	     "b0 A:5000>B:6000 6 none/unknown continued,succeeded,oneway 1/0 49/0 o2\n"
	     "b0 A:5000>B:6000 6 synack/likely opened,probed 0/1 0/40 o1 a1\n"},
	    {"to a SYN: it acknowledges another number",
	     "0 A:40000>B:80 S seq=100\n0.1 B:80>A:40000 S. seq=500 ack=77\n0.2 A:40000>B:80 R "
	     "seq=77\nfinish "
	     "100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 2/1 80/40 o1 o3 a2\n"},
	    {"of another attempt than the one that nobody took up",
	     "0 B:80>A:40000 S. seq=500 ack=101\n1 B:80>A:40000 S. seq=900 ack=9001\n1.1 A:40000>B:80 . "
	     "seq=9001 ack=901\nfinish 2\n",
	     "b0 A:40000>B:80 6 synack/likely opened,probed 0/1 0/40 o1 a1\n"
	     "b0 A:40000>B:80 6 synack/proven opened,succeeded 1/1 40/40 o3 a2\n"},
	};

	KIT_CHECK(cases);
}

/* Openings that are stored behind what follows from them. */
Test(flow_opening, late)
{
	static const struct kit_case cases[] = {
	    {"SYN-ACK behind data of both sides",
	     MIDDLE
	     "0.02 B:80>A:40000 S. seq=500 ack=101\n1 B:80>A:40000 . seq=506 ack=106\n1.1 A:40000>B:80 "
	     ". seq=106 ack=506\nfinish 2\n",
	     "b0 A:40000>B:80 6 synack/proven opened,succeeded 2/3 85/125 o1 o5 a2 twosided\n"},
	    {"SYN with data behind its SYN-ACK",
	     "0 B:80>A:40000 S. seq=500 ack=119\n0.1 A:40000>B:80 S seq=100 len=18\n0.2 A:40000>B:80 . "
	     "seq=119 ack=501\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 98/40 o2 a1 twosided\n"},
	    {"SYN with data behind the server's data",
	     "0 B:80>A:40000 P. seq=501 ack=119 len=4\n0.1 A:40000>B:80 S seq=100 len=18\n0.2 A:40000>B:80 "
	     ". seq=119 ack=505\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 98/44 o2 a1 twosided\n"},
	    {"SYN with fewer data than were acknowledged is another's",
	     "0 B:80>A:40000 S. seq=500 ack=119\n0.1 A:40000>B:80 S seq=100 len=17\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened 1/0 57/0 o2\n"
	     "b0 A:40000>B:80 6 synack/likely opened,probed 0/1 0/40 o1 a1\n"},
	};

	KIT_CHECK(cases);
}

/* What waits is handed on when coverage ends. */
static void note_open(void *context, const struct flow_open *open)
{
	*(struct flow_open *)context = *open;
}

static void ignore_delta(void *context, const struct flow_delta *delta)
{
	(void)context;
	(void)delta;
}

Test(flow_opening, carried)
{
	struct flow_options options = {.memory_bytes = 8 << 20};
	struct flow_open open = {0};
	struct flow_sink sink = {.context = &open, .delta = ignore_delta, .open = note_open};
	struct kit kit = {.next_id = 1};
	struct addr a = kit_host('A');
	struct err err;

	kit.table = flow_table_new(&options, &sink, &err);
	cr_assert_not_null(kit.table);
	kit_run(&kit, HANDSHAKE FORGED "finish 2\n");
	cr_expect(addr_equal(&open.initiator, &a));
	cr_expect_eq(open.responder_port, 80);
	cr_expect_eq(open.confidence, CONFIDENCE_PROVEN);
	flow_table_free(kit.table);
}
