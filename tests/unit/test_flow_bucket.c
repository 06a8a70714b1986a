/*
 * What a bucket's delta holds besides direction and outcome: duplicates, VLANs, MACs, minutes, health; and
 * what is said when.
 */
#include "flow_testkit.h"

TestSuite(flow_bucket, .timeout = 10);

#define OPENED "0 A:40000>B:80 S seq=0\n0.01 B:80>A:40000 S. seq=0 ack=1\n0.02 A:40000>B:80 . seq=1 ack=1\n"

Test(flow_bucket, duplicates)
{
	static const struct kit_case cases[] = {
	    {"the same packet within 2 ms: counted, in no event",
	     "0 A:40000>B:80 S seq=100 id=7\n0.002 A:40000>B:80 S seq=100 id=7\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 2/0 80/0 o1 duplicates=1\n"},
	    {"later it is sent again",
	     "0 A:40000>B:80 S seq=100 id=7\n0.002001 A:40000>B:80 S seq=100 id=7\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 2/0 80/0 o1 o2 repeated\n"},
	    {"another id is another packet",
	     "0 A:40000>B:80 S seq=100 id=7\n0.001 A:40000>B:80 S seq=100 id=8\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 2/0 80/0 o1 o2 repeated\n"},
	    {"the whole conversation twice, in two VLANs",
	     "0 A:40000>B:80 S seq=100 id=7 vlan=5\n0 A:40000>B:80 S seq=100 id=7 vlan=6\n"
	     "0.01 B:80>A:40000 S. seq=500 ack=101 id=8 vlan=6\n0.01 B:80>A:40000 S. seq=500 ack=101 id=8 "
	     "vlan=5\n"
	     "0.02 A:40000>B:80 . seq=101 ack=501 id=9 vlan=5\n0.02 A:40000>B:80 . seq=101 ack=501 id=9 "
	     "vlan=6\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 4/2 160/80 o1 o5 a3 duplicates=3 "
	     "vlan=5,6\n"},
	    {"a duplicate answers nothing", "0 A:5>B:6 U id=7\n0.001 A:5>B:6 U id=7\nfinish 100\n",
	     "b0 A:5>B:6 17 none/unknown opened,expired 2/0 56/0 o1 duplicates=1\n"},
	    {"without an id the payload tells",
	     "0 a:5>b:6 U data=x\n0.001 a:5>b:6 U data=x\n0.0015 a:5>b:6 U data=y\nfinish 1\n",
	     "b0 a:5>b:6 17 none/unknown opened 3/0 87/0 o1 o3 duplicates=1 repeated\n"},
	    {"an id of 0 is none",
	     "0 A:5>B:6 U id=0 data=x\n0.001 A:5>B:6 U id=0 data=x\n0.0015 A:5>B:6 U id=0 data=y\nfinish 1\n",
	     "b0 A:5>B:6 17 none/unknown opened 3/0 87/0 o1 o3 duplicates=1 repeated\n"},
	    {"among other packets of the flow",
	     "0 A:5>B:6 U id=1\n0.0001 B:6>A:5 U id=1\n0.0002 A:5>B:6 U id=3\n0.0003 A:5>B:6 U id=1\n0.0004 "
	     "B:6>A:5 U id=1\nfinish 1\n",
	     "b0 A:5>B:6 17 none/unknown opened,succeeded 3/2 84/56 o1 o3 a2 duplicates=2\n"},
	    {"a fragment twice",
	     "0 A:40000>B:53 U first id=9 len=1000\n0 A>B U frag=1008 id=9 len=500\n0.001 A>B U frag=1008 "
	     "id=9 len=500\nfinish 1\n",
	     "b0 A:40000>B:53 17 first/likely opened 3/0 2084/0 o1 o2 duplicates=1\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_bucket, vlans)
{
	static const struct kit_case cases[] = {
	    {"one", "0 A:5>B:6 U vlan=9\n0.1 A:5>B:6 U\n0.2 A:5>B:6 U vlan=9\nfinish 1\n",
	     "b0 A:5>B:6 17 none/unknown opened 3/0 84/0 o1 o2 repeated vlan=9\n"},
	    {"the four smallest, ascending",
	     "0 A:5>B:6 U vlan=9\n0.1 A:5>B:6 U vlan=3\n0.2 A:5>B:6 U vlan=7\n0.3 A:5>B:6 U vlan=5\n0.4 "
	     "A:5>B:6 U vlan=4\n0.5 A:5>B:6 U vlan=3\nfinish 1\n",
	     "b0 A:5>B:6 17 none/unknown opened 6/0 168/0 o1 o2 repeated vlan=3,4,5,7\n"},
	    {"of its own bucket only", "899 A:5>B:6 U vlan=9\n901 A:5>B:6 U vlan=8\nfinish 902\n",
	     "b0 A:5>B:6 17 none/unknown opened 1/0 28/0 o1 vlan=9\n"
	     "b1 A:5>B:6 17 none/unknown - 1/0 28/0 o2 repeated vlan=8\n"},
	};

	KIT_CHECK(cases);
}

/* Without an id the rest of the packet must be the same. */
Test(flow_bucket, duplicates_without_id)
{
#define SAME32 "<13>Jan  1 00:00:00 host service"
	static const struct kit_case cases[] = {
	    {"datagrams that begin alike",
	     "0 A:5000>B:514 U id=0 data=" SAME32 "[1]: a\n0.001 A:5000>B:514 U id=0 data=" SAME32
	     "[1]: b\nfinish 1\n",
	     "b0 A:5000>B:514 17 none/unknown opened 2/0 132/0 o1 o2 repeated\n"},
	    {"the same one",
	     "0 A:5000>B:514 U id=0 data=" SAME32 "[1]: a\n0.001 A:5000>B:514 U id=0 data=" SAME32
	     "[1]: a\nfinish 1\n",
	     "b0 A:5000>B:514 17 none/unknown opened 2/0 132/0 o1 duplicates=1\n"},
	    {"window updates",
	     "0 a:40000>b:80 . seq=1 ack=1 win=1\n0.001 a:40000>b:80 . seq=1 ack=1 win=2\nfinish 1\n",
	     "b0 a:40000>b:80 6 ports/likely continued 2/0 80/0 o1 o2\n"},
	    {"an acknowledgement twice",
	     "0 a:40000>b:80 . seq=1 ack=1 win=1\n0.001 a:40000>b:80 . seq=1 ack=1 win=1\nfinish 1\n",
	     "b0 a:40000>b:80 6 ports/likely continued 2/0 80/0 o1 duplicates=1\n"},
	    {"a SYN-ACK without id, the only packet of its flow till then",
	     "0 B:80>A:40000 S. seq=1 ack=1 win=7 id=0\n0.001 B:80>A:40000 S. seq=1 ack=1 win=7 id=0\nfinish "
	     "1\n",
	     "b0 A:40000>B:80 6 synack/likely opened 0/2 0/80 o1 a1 duplicates=1\n"},
	    {"the same with another window",
	     "0 B:80>A:40000 S. seq=1 ack=1 win=7 id=0\n0.001 B:80>A:40000 S. seq=1 ack=1 win=8 id=0\nfinish "
	     "1\n",
	     "b0 A:40000>B:80 6 synack/likely opened 0/2 0/80 o1 a1\n"},
	    {"GRE in a tunnel, and what comes out of it",
	     "0 A>B I47 id=9 depth=1\n0.001 A>B I47 id=9\nfinish 1\n",
	     "b0 A:0>B:0 47 none/unknown opened 2/0 56/0 o1 o2 repeated\n"},
	};

	KIT_CHECK(cases);
}

/* The acknowledgement is stored before what it acknowledges. */
Test(flow_bucket, behind_their_acknowledgement)
{
	static const struct kit_case cases[] = {
	    {"a stream",
	     OPENED "0.1 A:40000>B:80 . seq=1 ack=11\n0.2 A:40000>B:80 . seq=1 ack=21\n0.3 A:40000>B:80 . "
		    "seq=1 ack=31\n0.4 B:80>A:40000 P. seq=1 ack=1 len=10\n0.5 B:80>A:40000 P. seq=11 ack=1 "
		    "len=10\n0.6 B:80>A:40000 P. seq=21 ack=1 len=10\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 5/4 200/190 o1 o3 a2 twosided\n"},
	    {"one of it does not come",
	     OPENED "0.1 A:40000>B:80 . seq=1 ack=31\n0.4 B:80>A:40000 P. seq=1 ack=1 len=10\n0.6 "
		    "B:80>A:40000 P. seq=21 ack=1 len=10\n6 B:80>A:40000 P. seq=31 ack=1 len=1\n890 "
		    "A:40000>B:80 . seq=1 ack=32\n901 A:40000>B:80 . seq=1 ack=32\nfinish 902\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 4/4 160/181 o1 o3 a2 unseen=10 twosided\n"
	     "b1 A:40000>B:80 6 handshake/proven - 1/0 40/0 o9\n"},
	    {"it comes too late",
	     OPENED "0.1 A:40000>B:80 . seq=1 ack=31\n6 B:80>A:40000 P. seq=1 ack=1 len=10\nfinish 7\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 3/2 120/90 o1 o3 a2 unseen=30 twosided\n"},
	    {"for as long as the stream goes on coming",
	     OPENED "0.1 A:40000>B:80 . seq=1 ack=31\n4 B:80>A:40000 P. seq=1 ack=1 len=10\n8 A:40000>B:80 "
		    ". seq=1 ack=61\n8.5 B:80>A:40000 P. seq=11 ack=1 len=10\n9 B:80>A:40000 P. seq=21 ack=1 "
		    "len=40\nfinish 10\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 4/4 160/220 o1 o3 a2 twosided\n"},
	    {"a hole that was acknowledged, and filled then",
	     OPENED "0.1 B:80>A:40000 P. seq=11 ack=1 len=10\n0.2 A:40000>B:80 . seq=1 ack=21\n0.3 "
		    "B:80>A:40000 P. seq=1 ack=1 len=10\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 3/3 120/140 o1 o3 a2 twosided\n"},
	    {"parted more often than there is room",
	     OPENED "0.1 A:40000>B:80 . seq=1 ack=101\n0.2 B:80>A:40000 P. seq=11 ack=1 len=1\n0.3 "
		    "B:80>A:40000 P. seq=21 ack=1 len=1\n0.4 B:80>A:40000 P. seq=31 ack=1 len=1\n0.5 "
		    "B:80>A:40000 P. seq=41 ack=1 len=1\n0.6 B:80>A:40000 P. seq=51 ack=1 len=1\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 3/6 120/245 o1 o3 a2 unseen=95 twosided\n"},
	    {"not where one side only is mirrored",
	     "0 A:40000>B:80 S seq=0\n0.1 A:40000>B:80 . seq=1 ack=1\n6 A:40000>B:80 . seq=1 ack=31\n7 "
	     "A:40000>B:80 . seq=1 ack=41\n8 B:80>A:40000 P. seq=1 ack=1 len=40\nfinish 9\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 4/1 160/80 o1 o2 a5 unseen=40 twosided\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_bucket, health)
{
	static const struct kit_case cases[] = {
	    {"acknowledged again and again",
	     "0 A:40000>B:80 . seq=1 ack=1\n0.1 A:40000>B:80 . seq=1 ack=1000\n0.2 A:40000>B:80 . seq=1 "
	     "ack=2000\n0.3 A:40000>B:80 . seq=1 ack=2000\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded,oneway 4/0 160/0 o1 o2 unseen=1999\n"},
	    {"more holes than are kept: the oldest counts as lost here",
	     "0 A:40000>B:80 P. seq=1 ack=1 len=1\n0.1 A:40000>B:80 P. seq=12 ack=1 len=1\n0.2 A:40000>B:80 "
	     "P. seq=23 ack=1 len=1\n"
	     "0.3 A:40000>B:80 P. seq=34 ack=1 len=1\n0.4 A:40000>B:80 P. seq=45 ack=1 len=1\n0.5 "
	     "A:40000>B:80 P. seq=56 ack=1 len=1\n"
	     "0.6 A:40000>B:80 P. seq=2 ack=1 len=10\n0.7 A:40000>B:80 P. seq=13 ack=1 len=43\n0.8 "
	     "B:80>A:40000 . seq=1 ack=57\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 8/1 379/40 o1 o2 a9 unseen=10 twosided\n"},
	    {"a number far off is no hole",
	     "0 A:40000>B:80 P. seq=1 ack=1 len=1\n0.1 A:40000>B:80 P. seq=2000000000 ack=1 len=1\n"
	     "0.2 B:80>A:40000 . seq=1 ack=2000000001\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 2/1 82/40 o1 o2 a3 twosided\n"},
	    {"acknowledged but never seen",
	     "0 A:40000>B:80 P. seq=1 ack=1 len=10\n0.05 B:80>A:40000 . seq=1 ack=11\n0.1 B:80>A:40000 P. "
	     "seq=101 ack=11 len=10\n0.2 A:40000>B:80 . seq=11 ack=111\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 2/2 90/90 o1 o4 a2 unseen=100 twosided\n"},
	    {"what was sent before the capture began",
	     "0 A:40000>B:80 P. seq=1 ack=1 len=10\n0.1 B:80>A:40000 P. seq=101 ack=11 len=10\n0.2 "
	     "A:40000>B:80 . seq=11 ack=111\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 2/1 90/50 o1 o3 a2 twosided\n"},
	    {"the same, acknowledged first",
	     "0 A:40000>B:80 . seq=1 ack=1\n0.1 A:40000>B:80 . seq=1 ack=51\n0.2 A:40000>B:80 . seq=1 "
	     "ack=101\n0.3 B:80>A:40000 P. seq=101 ack=1 len=9\n0.4 A:40000>B:80 . seq=1 ack=110\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 4/1 160/49 o1 o2 a4 twosided\n"},
	    {"of a connection that was seen from its opening nothing was",
	     "0 A:40000>B:80 S seq=0\n0.1 A:40000>B:80 . seq=1 ack=1\n0.2 A:40000>B:80 . seq=1 ack=101\n0.3 "
	     "B:80>A:40000 P. seq=101 ack=1 len=9\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 3/1 120/49 o1 o2 a4 unseen=100 twosided\n"},
	    {"a hole that a retransmission fills was not lost here",
	     "0 A:40000>B:80 P. seq=1 ack=1 len=10\n0.1 A:40000>B:80 P. seq=21 ack=1 len=10\n0.2 "
	     "A:40000>B:80 P. seq=11 ack=1 len=10\n"
	     "0.3 B:80>A:40000 . seq=1 ack=31\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 3/1 150/40 o1 o2 a4 twosided\n"},
	    {"half of it filled",
	     "0 A:40000>B:80 P. seq=1 ack=1 len=10\n0.1 A:40000>B:80 P. seq=21 ack=1 len=10\n0.2 "
	     "A:40000>B:80 P. seq=11 ack=1 len=5\n"
	     "0.3 B:80>A:40000 . seq=1 ack=31\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 3/1 145/40 o1 o2 a4 unseen=5 twosided\n"},
	    {"a hole that is not acknowledged is no loss yet",
	     "0 A:40000>B:80 P. seq=1 ack=1 len=10\n0.1 A:40000>B:80 P. seq=21 ack=1 len=10\n0.3 "
	     "B:80>A:40000 . seq=1 ack=11\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 2/1 100/40 o1 o2 a3 twosided\n"},
	    {"one beyond the last byte is a FIN that was not seen",
	     "0 A:40000>B:80 P. seq=1 ack=1 len=10\n0.1 B:80>A:40000 . seq=1 ack=12\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 1/1 50/40 o1 a2\n"},
	    {"numbers across zero",
	     "0 A:40000>B:80 P. seq=4294967290 ack=1 len=10\n0.1 A:40000>B:80 P. seq=9 ack=1 len=10\n0.2 "
	     "B:80>A:40000 . seq=1 ack=19\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 2/1 100/40 o1 o2 a3 unseen=5 twosided\n"},
	    {"an RST's numbers mean nothing",
	     "0 A:40000>B:80 P. seq=1 ack=1 len=10\n0.1 B:80>A:40000 R. seq=1 ack=9999\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,reset 1/1 50/40 o1 a2\n"},
	    {"attempts are not counted as one-sided",
	     "0 A:40000>B:80 S seq=1 len=9\n1 A:40000>B:80 S seq=1 len=9\n3 A:40000>B:80 S seq=1 "
	     "len=9\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 3/0 147/0 o1 o2 repeated\n"},
	};

	KIT_CHECK(cases);
}

struct last_delta {
	struct flow_delta delta;
	unsigned count;
};

static void keep_delta(void *context, const struct flow_delta *delta)
{
	struct last_delta *last = context;

	last->delta = *delta;
	last->count++;
}

static struct flow_table *table_for(struct last_delta *last)
{
	struct flow_sink sink = {.context = last, .delta = keep_delta};
	struct flow_table *table =
	    flow_table_new(&(struct flow_options){.memory_bytes = 1 << 20}, &sink, NULL);

	cr_assert_not_null(table);
	return table;
}

static void add(struct flow_table *table, const char *packet, double seconds, uint64_t frame)
{
	struct kit *kit = mem_calloc(1, sizeof(*kit));
	struct packet_facts facts;

	cr_assert_not_null(kit);
	(void)flow_table_add(table, kit_facts(kit, packet, &facts), &facts, kit_time(seconds), 5, frame);
	mem_free(kit);
}

/* Everything of a delta that the lines of the kit leave out. */
Test(flow_bucket, minutes_macs_times)
{
	struct last_delta last = {0};
	struct flow_table *table = table_for(&last);
	const uint8_t mac_a[MAC_BYTES] = {2, 0, 0, 0, 0, 'A'}, mac_b[MAC_BYTES] = {2, 0, 0, 0, 0, 'B'};

	add(table, "A:40000>B:80 S seq=100 id=1", 61, 1);
	add(table, "B:80>A:40000 S. seq=500 ack=101 id=2", 125, 2);
	add(table, "A:40000>B:80 . seq=101 ack=501 id=3", 183, 3);
	add(table, "A:40000>B:80 P. seq=101 ack=501 len=10 id=4", 250, 4);
	flow_table_finish(table, kit_time(300));
	cr_assert_eq(last.count, 1);
	cr_expect_eq(last.delta.opened_minutes, 1U << 1);
	cr_expect_eq(last.delta.answered_minutes, 1U << 2);
	cr_expect_eq(last.delta.active_minutes, 1U << 1 | 1U << 2 | 1U << 3 | 1U << 4);
	cr_expect_eq(last.delta.first_ns, kit_time(61));
	cr_expect_eq(last.delta.last_ns, kit_time(250));
	cr_expect(last.delta.has_mac[0] && last.delta.has_mac[1]);
	cr_expect_arr_eq(last.delta.mac[0], mac_a, MAC_BYTES);
	cr_expect_arr_eq(last.delta.mac[1], mac_b, MAC_BYTES);
	cr_expect_eq(last.delta.openings[0].time_ns, kit_time(61));
	cr_expect_eq(last.delta.openings[0].input, 5);
	cr_expect_eq(last.delta.answer.time_ns, kit_time(125));
	cr_expect_eq(last.delta.health.tcp_bytes, 10);
	cr_expect_eq(last.delta.health.sided_flows, 1);
	cr_expect_eq(last.delta.health.onesided_flows, 0);
	flow_table_free(table);
}

/* The MAC that it was sent to stands for a side that sent nothing, until it does. */
Test(flow_bucket, mac_of_the_silent_side)
{
	struct last_delta last = {0};
	struct flow_table *table = table_for(&last);

	add(table, "A:40000>B:80 S seq=100", 1, 1);
	flow_table_finish(table, kit_time(2));
	cr_expect(last.delta.has_mac[1]);
	cr_expect_eq(last.delta.mac[1][5], 'B');
	add(table, "A:40000>B:80 S seq=100", 10, 1);
	add(table, "B:80>A:40000 S. seq=500 ack=101 mac=0x99", 11, 2);
	flow_table_finish(table, kit_time(12));
	cr_expect_eq(last.delta.mac[1][5], 0x99);
	flow_table_free(table);
}

/* Later fragments of a tunnel's packet bear the tunnel's MACs. */
Test(flow_bucket, mac_of_a_tunnel)
{
	struct last_delta last = {0};
	struct flow_table *table = table_for(&last);

	add(table, "A:40000>B:53 U outer=C>D:9 len=1300", 899.9, 1);
	add(table, "C>D U frag=1408 id=9 len=70 mac=0x77", 900.1, 2);
	cr_assert_eq(last.count, 1);
	flow_table_finish(table, kit_time(901));
	cr_assert_eq(last.count, 2);
	cr_expect_eq(last.delta.packets[0], 1);
	cr_expect_eq(last.delta.mac[0][5], 'A');
	flow_table_free(table);
}

/* More gaps than are kept: those before are told apart all the same. */
Test(flow_bucket, very_many_gaps)
{
	struct kit *kit = kit_new(NULL, false);
	struct strbuf told;

	/* C's minute was over before the first of them, A's was not. */
	kit_run(kit, "0 C:1>D:2 I99\n50 C:1>D:2 I99\n65 A:1>B:2 I99\n");
	for (unsigned i = 0; i < 5000; i++)
		flow_table_gap(kit->table, kit_time(70 + i / 1e3), kit_time(70.0001 + i / 1e3));
	kit_run(kit, "finish 200\n");
	told = kit_told(kit);
	cr_expect_str_eq(strbuf_text(&told),
			 "b0 A:1>B:2 99 quiet/likely opened 1/0 28/0 o3\n"
			 "b0 C:1>D:2 99 none/unknown opened,expired 2/0 56/0 o1 o2 repeated\n");
	strbuf_clear(&told);
	kit_free(kit);
}

/* An unanswered flow is active in no minute; its buckets say so. */
Test(flow_bucket, attempts_are_not_active)
{
	struct last_delta last = {0};
	struct flow_table *table = table_for(&last);

	add(table, "A:40000>B:80 S seq=100", 1, 1);
	add(table, "B:80>A:40000 R. seq=0 ack=101", 1.1, 2);
	flow_table_finish(table, kit_time(100));
	cr_expect_eq(last.delta.active_minutes, 0);
	cr_expect_eq(last.delta.answered_minutes, 0);
	cr_expect_eq(last.delta.opened_minutes, 1);
	flow_table_free(table);
}

/* Live: what is over is told by the clock alone, and a bucket that is over is not held back by a flow that
 * lives on. */
Test(flow_bucket, told_by_the_clock)
{
	static const struct kit_case cases[] = {
	    {"expired", "0 A:40000>B:80 S seq=100\nexpire 74\n", ""},
	    {"expired in time", "0 A:40000>B:80 S seq=100\nexpire 75\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 1/0 40/0 o1\n"},
	    {"a bucket of a living flow",
	     "0 A:40000>B:80 S seq=100\n0.01 B:80>A:40000 S. seq=500 ack=101\n0.02 A:40000>B:80 . seq=101 "
	     "ack=501\nexpire 901\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"},
	    {"nothing twice",
	     "0 A:40000>B:80 S seq=100\n0.01 B:80>A:40000 S. seq=500 ack=101\n0.02 A:40000>B:80 . seq=101 "
	     "ack=501\nexpire 901\nexpire 1801\nfinish 1900\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"},
	    {"held fragments", "0 A>B U frag=1008 id=9 len=500\nexpire 60\n", "settled 0 0.000 1 fragment\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct kit *kit = kit_new(NULL, false);
		struct strbuf told;

		kit_run(kit, cases[i].script);
		told = kit_told(kit);
		cr_expect_str_eq(strbuf_text(&told), cases[i].expected, "%s:\n%s", cases[i].name,
				 strbuf_text(&told));
		strbuf_clear(&told);
		kit_free(kit);
	}
}
