/*
 * Fragments: they go where their first one goes, whenever it comes.
 */
#include "flow_testkit.h"

TestSuite(flow_fragment, .timeout = 10);

Test(flow_fragment, go_with_their_first)
{
	static const struct kit_case cases[] = {
	    {"in order",
	     "0 A:40000>B:53 U first id=9 len=1000\n0 A>B U frag=1008 id=9 len=500\n0 A>B U frag=1508 id=9 "
	     "len=20\nfinish 1\n",
	     "b0 A:40000>B:53 17 first/likely opened 3/0 1604/0 o1 o2\n"},
	    {"before their first: held, then settled",
	     "0 A>B U frag=1008 id=9 len=500 input=3\n0.1 A:40000>B:53 U first id=9 len=1000\nfinish 1\n",
	     "b0 A:40000>B:53 17 first/likely opened 2/0 1556/0 o2\n"
	     "settled 3 0.000 1 audited\n"},
	    {"a bucket earlier than their first",
	     "899.9 A>B U frag=1008 id=9 len=500\n900.1 A:40000>B:53 U first id=9 len=1000\nfinish 901\n",
	     "b0 A:40000>B:53 17 first/likely - 1/0 528/0\n"
	     "b1 A:40000>B:53 17 first/likely opened 1/0 1028/0 o2\n"
	     "settled 0 899.900 1 audited\n"},
	    {"whose first never comes", "0 A>B U frag=1008 id=9 len=500\nfinish 1\n",
	     "settled 0 0.000 1 fragment\n"},
	    {"whose first comes after a minute",
	     "0 A>B U frag=1008 id=9 len=500\n60 A:40000>B:53 U first id=9 len=1000\nfinish 61\n",
	     "b0 A:40000>B:53 17 quiet/likely opened 1/0 1028/0 o2\n"
	     "settled 0 0.000 1 fragment\n"},
	    {"of another id, another way, another protocol",
	     "0 A:40000>B:53 U first id=9 len=1000\n0 A>B U frag=1008 id=8 len=500\n0 B>A U frag=1008 id=9 "
	     "len=500\n0 A>B I50 frag=1008 id=9 len=500\nfinish 1\n",
	     "b0 A:40000>B:53 17 first/likely opened 1/0 1028/0 o1\n"
	     "settled 0 0.000 1 fragment\n"
	     "settled 0 0.000 1 fragment\n"
	     "settled 0 0.000 1 fragment\n"},
	    {"IPv6 names the protocol in the first only",
	     "0 a:40000>b:53 U first id=9 len=1000\n0 a>b I60 frag=1008 id=9 len=500\nfinish 1\n",
	     "b0 a:40000>b:53 17 first/likely opened 2/0 1556/0 o1 o2\n"},
	    {"an id used again",
	     "0 A:40000>B:53 U first id=9 len=1000\n1 A:40001>B:53 U first id=9 len=1000\n1 A>B U frag=1008 "
	     "id=9 len=500\nfinish 2\n",
	     "b0 A:40000>B:53 17 first/likely opened 1/0 1028/0 o1\n"
	     "b0 A:40001>B:53 17 first/likely opened 2/0 1556/0 o2 o3\n"},
	    {"of TCP say nothing of their own",
	     "0 A:40000>B:80 S seq=1 first id=9\n0 A>B S frag=24 id=9 len=500\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 2/0 580/0 o1 o2\n"},
	    {"of an ICMP error go with it", "0 A>B E first id=9\n0 A>B E frag=24 id=9 len=500\nfinish 1\n",
	     ""},
	    {"of an ICMP error, before it", "0 A>B E frag=24 id=9 len=500\n0 A>B E first id=9\nfinish 1\n",
	     "settled 0 0.000 1 icmp_error\n"},
	    {"an answer to one is an answer",
	     "0 A:40000>B:53 U first id=9 len=1000\n0 A>B U frag=1008 id=9 len=500\n0.1 B:53>A:40000 "
	     "U\nfinish 1\n",
	     "b0 A:40000>B:53 17 first/likely opened,succeeded 2/1 1556/28 o1 o2 a3\n"},
	    {"of a tunnel's packet go with the packet inside",
	     "0 C>D U frag=1400 id=9 len=50\n0 A:40000>B:53 U outer=C>D:9 len=1300\n0 C>D U frag=1408 id=9 "
	     "len=70\nfinish 1\n",
	     "b0 A:40000>B:53 17 first/likely opened 3/0 1504/0 o2 o3\nsettled 0 0.000 1 audited\n"},
	};

	KIT_CHECK(cases);
}

#define HANDSHAKE                                                                                            \
	"0 A:40000>B:80 S seq=100\n0.01 B:80>A:40000 S. seq=500 ack=101\n0.02 A:40000>B:80 . seq=101 "       \
	"ack=501\n"

/* What a TCP segment's later fragments hold was seen. */
Test(flow_fragment, of_tcp_carry_its_bytes)
{
	static const struct kit_case cases[] = {
	    {"in order",
	     HANDSHAKE
	     "0.1 A:40000>B:80 . seq=101 ack=501 len=180 first id=9\n0.1 A>B . frag=200 id=9 len=200 "
	     "more\n0.1 A>B . frag=400 id=9 len=120\n0.2 B:80>A:40000 . seq=501 ack=601\n"
	     "0.3 A:40000>B:80 P. seq=601 ack=501 len=1\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 6/2 741/80 o1 o3 a2 twosided\n"},
	    {"before their first",
	     HANDSHAKE
	     "0.1 A>B . frag=400 id=9 len=120\n0.1 A>B . frag=200 id=9 len=200 more\n0.1 A:40000>B:80 . "
	     "seq=101 ack=501 len=180 first id=9\n0.2 B:80>A:40000 . seq=501 ack=601\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 5/2 700/80 o1 o3 a2 twosided\n"
	     "settled 0 0.100 1 audited\n"
	     "settled 0 0.100 1 audited\n"},
	    {"one that is missing was not",
	     HANDSHAKE "0.1 A:40000>B:80 . seq=101 ack=501 len=180 first id=9\n0.1 A>B . frag=400 id=9 "
		       "len=120\n0.2 B:80>A:40000 . seq=501 ack=601\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 4/2 460/80 o1 o3 a2 unseen=200 twosided\n"},
	};

	KIT_CHECK(cases);
}

/* A datagram that is complete takes no more: its id is used again. */
Test(flow_fragment, complete_trains_are_over)
{
	static const struct kit_case cases[] = {
	    {"the next one's fragments come in reverse order",
	     "0 A:40000>B:53 U first id=9 len=1000\n0 A>B U frag=1008 id=9 len=500\n"
	     "1 A>B U frag=1008 id=9 len=500\n1 A:40001>B:53 U first id=9 len=1000\nfinish 2\n",
	     "b0 A:40000>B:53 17 first/likely opened 2/0 1556/0 o1 o2\n"
	     "b0 A:40001>B:53 17 first/likely opened 2/0 1556/0 o4\n"
	     "settled 0 1.000 1 audited\n"},
	    {"one that is not takes them",
	     "0 A:40000>B:53 U first id=9 len=1000\n0 A>B U frag=1008 id=9 len=496 more\n1 A>B U frag=1504 "
	     "id=9 len=4\nfinish 2\n",
	     "b0 A:40000>B:53 17 first/likely opened 3/0 1584/0 o1 o2\n"},
	    {"copies of the last one are not the next one's",
	     "0 A:40000>B:53 U first id=9 len=1000\n0 A>B U frag=1008 id=9 len=500\n0.001 A>B U frag=1008 "
	     "id=9 len=500\nfinish 2\n",
	     "b0 A:40000>B:53 17 first/likely opened 3/0 2084/0 o1 o2 duplicates=1\n"},
	    {"and make nothing complete",
	     "0 A:40000>B:53 U first id=9 len=1000\n0 A>B U frag=1304 id=9 len=200\n0.001 A>B U frag=1304 "
	     "id=9 len=200\n0.002 A>B U frag=1304 id=9 len=200\n1 A>B U frag=1008 id=9 len=296 more\nfinish "
	     "2\n",
	     "b0 A:40000>B:53 17 first/likely opened 5/0 2036/0 o1 o2 duplicates=2\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_fragment, are_not_cut)
{
	static const struct kit_case cases[] = {
	    {"their payload is elsewhere",
	     "0 B:9000>A:9001 U first id=9 len=1400 cap=500\n0 B>A U frag=508 id=9 len=900\nfinish 1\n",
	     "b0 B:9000>A:9001 17 none/unknown opened 2/0 2356/0 o1 o2\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_fragment, records_count_them)
{
	static const struct kit_case cases[] = {
	    {"held, in two buckets",
	     "899.9 A>B U frag=1008 id=9 len=500\n900.1 A>B U frag=1508 id=9 len=500\n900.2 A:40000>B:53 U "
	     "first id=9 len=1000\nfinish 901\n",
	     "b0 A:40000>B:53 17 first/likely - 1/0 528/0\n"
	     "b1 A:40000>B:53 17 first/likely opened 2/0 1556/0 o3\n"
	     "flow A:40000>B:53 first/likely pending 3/0 2084/0 o3 900.200-900.200\n"
	     "settled 0 899.900 1 audited\n"
	     "settled 0 900.100 1 audited\n"},
	};

	KIT_CHECK_RECORDS(cases);
}

/* 40,000 fragments that never complete: bounded, all settled, evictions counted. */
Test(flow_fragment, flood_is_bounded)
{
	struct flow_options options = {.memory_bytes = 1 << 20};
	struct kit *kit = kit_new(&options, false);
	char line[128];

	for (unsigned i = 0; i < 3900; i++) {
		(void)snprintf(line, sizeof(line), "%.6f A>B U frag=1008 id=%u len=500", i * 0.0001, i);
		cr_assert_eq(kit_line(kit, line), ACCOUNT_FRAGMENT);
	}
	cr_expect_gt(flow_table_statistics(kit->table).fragments_evicted, 3000);
	cr_expect_eq(flow_table_statistics(kit->table).fragments_evicted, kit->forgotten);
	cr_expect_eq(kit->forgotten_trains, kit->forgotten);
	cr_expect_leq(flow_table_statistics(kit->table).memory_bytes, (size_t)1 << 20);
	kit_run(kit, "finish 1\n");
	cr_expect_eq(kit->settled[ACCOUNT_FRAGMENT], 3900);
	kit_check_sums(kit);
	kit_free(kit);
}
