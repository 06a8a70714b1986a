/*
 * Answers that come on another tuple than the question: discovery, TFTP, BOOTP.
 */
#include "flow_testkit.h"

TestSuite(flow_answer, .timeout = 10);

Test(flow_answer, of_a_single_host)
{
	static const struct kit_case cases[] = {
	    {"an outstanding question goes before a later one that was answered",
	     "0 A:40000>B:1 I99\n1 A:40000>B:2 I99\n1.1 B:2>A:40000 I99\n2 B:9>A:40000 I99\nfinish 3\n",
	     "b0 A:40000>B:1 99 answer/likely answer 0/1 0/28 o1 a4 from=9\n"
	     "b0 A:40000>B:1 99 first/likely opened,succeeded 1/0 28/0 o1 a4\n"
	     "b0 A:40000>B:2 99 first/likely opened,succeeded 1/1 28/28 o2 a3\n"},
	    {"questions that ended between others do not part them",
	     "0 A:40000>B:1 I99\n0 A:40000>B:2 I99\n0 A:40000>B:3 I99\n50 A:40000>B:1 I99\n50 A:40000>B:3 "
	     "I99\nexpire 61\n"
	     "61 C:7>D:8 I99\n61.1 B:3>A:40000 I99\n61.2 B:9>A:40000 I99\nfinish 62\n",
	     "b0 A:40000>B:1 99 answer/likely answer 0/1 0/28 o1 a8 from=9\n"
	     "b0 A:40000>B:1 99 first/likely opened,succeeded 2/0 56/0 o1 o4 a8 repeated\n"
	     "b0 A:40000>B:2 99 first/likely opened,expired 1/0 28/0 o2\n"
	     "b0 A:40000>B:3 99 first/likely opened,succeeded 2/1 56/28 o3 o5 a7 repeated\n"
	     "b0 C:7>D:8 99 quiet/likely opened 1/0 28/0 o6\n"},
	    {"what the asker sends on its own tuple is no answer",
	     "start 0\n100 A:5000>B:3080 U\n101 A:5000>B:3081 U\n102 B:3080>A:9 U\n103 A:5000>B:3080 "
	     "U\nfinish 104\n",
	     "b0 A:5000>B:3080 17 quiet/likely opened 2/0 56/0 o1 o4 repeated\n"
	     "b0 A:5000>B:3081 17 quiet/likely opened 1/0 28/0 o2\n"
	     "b0 B:3080>A:9 17 quiet/likely opened 1/0 28/0 o3\n"},
	    {"TFTP: from a port of its own; the opener's packets there count as such",
	     "0 A:40000>B:69 U\n0.1 B:50000>A:40000 U len=500\n0.2 A:40000>B:50000 U len=4\n0.3 "
	     "B:50000>A:40000 U len=9\nfinish 1\n",
	     "b0 A:40000>B:69 17 answer/likely answer 1/2 32/565 o1 o3 a2 from=50000\n"
	     "b0 A:40000>B:69 17 first/likely opened,succeeded 1/0 28/0 o1 a2\n"},
	    {"3081 answered from 3080", "start 0\n100 A:40000>B:3081 U\n100.1 B:3080>A:40000 U\nfinish 101\n",
	     "b0 A:40000>B:3081 17 answer/likely answer 0/1 0/28 o1 a2 from=3080\n"
	     "b0 A:40000>B:3081 17 quiet/likely opened,succeeded 1/0 28/0 o1 a2\n"},
	    {"3081 asked from 3080, where 3080 was asked in vain before",
	     "start 0\n100 A:3080>B:3080 U\n105 A:3080>B:3081 U\n105.1 B:3080>A:3080 U\nfinish 200\n",
	     "b0 A:3080>B:3080 17 quiet/likely opened,expired 1/0 28/0 o1\n"
	     "b0 A:3080>B:3081 17 answer/likely answer 0/1 0/28 o2 a3 from=3080\n"
	     "b0 A:3080>B:3081 17 quiet/likely opened,succeeded 1/0 28/0 o2 a3\n"},
	    {"an answered 3080 keeps its own answers",
	     "start 0\n100 A:3080>B:3080 U\n100.1 B:3080>A:3080 U\n105 A:3080>B:3081 U\n105.1 B:3080>A:3080 "
	     "U\n"
	     "106 A:3080>B:3080 U\n106.1 B:3080>A:3080 U\nfinish 107\n",
	     "b0 A:3080>B:3080 17 quiet/proven opened,succeeded 2/2 56/56 o1 o5 a2\n"
	     "b0 A:3080>B:3081 17 answer/likely answer 0/1 0/28 o3 a4 from=3080\n"
	     "b0 A:3080>B:3081 17 quiet/likely opened,succeeded 1/0 28/0 o3 a4\n"},
	    {"the later question is meant",
	     "start 0\n100 A:3080>B:3081 U\n105 A:3080>B:3080 U\n105.1 B:3080>A:3080 U\nfinish 200\n",
	     "b0 A:3080>B:3080 17 quiet/proven opened,succeeded 1/1 28/28 o2 a3\n"
	     "b0 A:3080>B:3081 17 quiet/likely opened,expired 1/0 28/0 o1\n"},
	    {"a tuple that the asked host opened itself",
	     "start 0\n100 B:3080>A:3080 U\n105 A:3080>B:3081 U\n105.1 B:3080>A:3080 U\nfinish 106\n",
	     "b0 A:3080>B:3081 17 answer/likely answer 0/1 0/28 o2 a3 from=3080\n"
	     "b0 A:3080>B:3081 17 quiet/likely opened,succeeded 1/0 28/0 o2 a3\n"
	     "b0 B:3080>A:3080 17 quiet/likely opened 1/0 28/0 o1\n"},
	    {"asked again after a while, answered again",
	     "start 0\n100 A:3080>B:3080 U\n105 A:3080>B:3081 U\n105.1 B:3080>A:3080 U\n110 A:3080>B:3081 "
	     "U\n110.1 B:3080>A:3080 U\nfinish 111\n",
	     "b0 A:3080>B:3080 17 quiet/likely opened 1/0 28/0 o1\n"
	     "b0 A:3080>B:3081 17 answer/likely answer 0/1 0/28 o2 a3 from=3080\n"
	     "b0 A:3080>B:3081 17 answer/likely answer 0/1 0/28 o2 a5 from=3080\n"
	     "b0 A:3080>B:3081 17 quiet/likely opened,succeeded 2/0 56/0 o2 o4 a3\n"},
	    {"not after a minute", "start 0\n100 A:40000>B:3081 U\n160 B:3080>A:40000 U\nfinish 161\n",
	     "b0 A:40000>B:3080 17 ports/likely continued,succeeded,oneway 0/1 0/28 o2 a2\n"
	     "b0 A:40000>B:3081 17 quiet/likely opened,expired 1/0 28/0 o1\n"},
	    {"not of another host", "start 0\n100 A:40000>B:3081 U\n101 C:3080>A:40000 U\nfinish 102\n",
	     "b0 A:40000>B:3081 17 quiet/likely opened 1/0 28/0 o1\n"
	     "b0 A:40000>C:3080 17 ports/likely continued,succeeded,oneway 0/1 0/28 o2 a2\n"},
	    {"not to another port", "start 0\n100 A:40000>B:3081 U\n101 B:3080>A:40001 U\nfinish 102\n",
	     "b0 A:40000>B:3081 17 quiet/likely opened 1/0 28/0 o1\n"
	     "b0 A:40001>B:3080 17 ports/likely continued,succeeded,oneway 0/1 0/28 o2 a2\n"},
	    {"a datagram that asks is none",
	     "start 0\n100 A:5353>B:6000 U\n100.1 B:5353>A:5353 U dns=q:7\nfinish 101\n",
	     "b0 A:5353>B:6000 17 quiet/likely opened 1/0 28/0 o1\n"
	     "b0 B:5353>A:5353 17 protocol/likely opened 1/0 47/0 o2\n"},
	    {"one that answers is, with the question's confidence",
	     "0 A:5353>B:6000 U dns=q:7\n0.1 B:5353>A:5353 U dns=r:7\nfinish 1\n",
	     "b0 A:5353>B:6000 17 answer/proven answer 0/1 0/47 o1 a2 from=5353\n"
	     "b0 A:5353>B:6000 17 protocol/proven opened,succeeded 1/0 47/0 o1 a2\n"},
	    {"one that answers something else proves nothing",
	     "0 A:5353>B:6000 U dns=q:7\n0.1 B:5353>A:5353 U dns=r:8\nfinish 1\n",
	     "b0 A:5353>B:6000 17 answer/likely answer 0/1 0/47 o1 a2 from=5353\n"
	     "b0 A:5353>B:6000 17 protocol/likely opened,succeeded 1/0 47/0 o1 a2\n"},
	    {"the question's bucket has passed",
	     "899.9 A:40000>B:69 U\n900.1 B:50000>A:40000 U\nfinish 901\n",
	     "b0 A:40000>B:69 17 first/likely opened 1/0 28/0 o1\n"
	     "b1 A:40000>B:69 17 answer/likely answer 0/1 0/28 a2 from=50000\n"
	     "b1 A:40000>B:69 17 first/likely succeeded 0/0 0/0 o2 a2\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_answer, of_a_group)
{
	static const struct kit_case cases[] = {
	    {"a subnet's broadcast, known by its link-layer address",
	     "0 A:40000>N:3080 U group\n0.1 B:3080>A:40000 U\n0.2 C:3080>A:40000 U\nfinish 1\n",
	     "b0 A:40000>B:3080 17 answer/proven broadcast answer 0/1 0/28 o1 a2\n"
	     "b0 A:40000>C:3080 17 answer/proven broadcast answer 0/1 0/28 o1 a3\n"
	     "b0 A:40000>N:3080 17 group/proven broadcast opened,succeeded 1/0 28/0 o1 a2\n"},
	    {"echo to all", "0 A:77>G Q\n0.1 B:77>A Y\nfinish 1\n",
	     "b0 A:0>B:2048 1 answer/proven broadcast answer 0/1 0/28 o1 a2\n"
	     "b0 A:0>G:2048 1 group/proven broadcast opened,succeeded 1/0 28/0 o1 a2\n"},
	    {"broadcast discovery, answered by many",
	     "0 A:40000>G:3080 U\n0.1 B:3080>A:40000 U\n0.2 C:3080>A:40000 U\n0.3 D:50000>A:40000 U\nfinish "
	     "1\n",
	     "b0 A:40000>B:3080 17 answer/proven broadcast answer 0/1 0/28 o1 a2\n"
	     "b0 A:40000>C:3080 17 answer/proven broadcast answer 0/1 0/28 o1 a3\n"
	     "b0 A:40000>D:3080 17 answer/proven broadcast answer 0/1 0/28 o1 a4 from=50000\n"
	     "b0 A:40000>G:3080 17 group/proven broadcast opened,succeeded 1/0 28/0 o1 a2\n"},
	    {"multicast", "0 A:5353>M:5353 U dns=q:7\n0.1 B:5353>A:5353 U dns=r:7\nfinish 1\n",
	     "b0 A:5353>B:5353 17 answer/proven multicast answer 0/1 0/47 o1 a2\n"
	     "b0 A:5353>M:5353 17 group/proven multicast opened,succeeded 1/0 47/0 o1 a2\n"},
	    {"asked again while the answers' tuples live on",
	     "0 A:3080>G:3080 U\n0.1 B:3080>A:3080 U\n30 A:3080>G:3080 U\n30.1 B:3080>A:3080 U\nfinish 31\n",
	     "b0 A:3080>B:3080 17 answer/proven broadcast answer 0/2 0/56 o1 a2\n"
	     "b0 A:3080>G:3080 17 group/proven broadcast opened,succeeded 2/0 56/0 o1 o3 a2\n"},
	    {"a new question finds the old answer's tuple alive",
	     "0 A:3080>G:3080 U\n0.1 B:3080>A:3080 U\n50 B:3080>A:3080 U\n70 A:3080>G:3080 U\n70.1 "
	     "B:3080>A:3080 U\nfinish 71\n",
	     "b0 A:3080>B:3080 17 answer/proven broadcast answer 0/3 0/84 o1 a2\n"
	     "b0 A:3080>G:3080 17 group/proven broadcast opened,succeeded 1/0 28/0 o1 a2\n"
	     "b0 A:3080>G:3080 17 group/proven broadcast opened,succeeded 1/0 28/0 o4 a5\n"},
	    {"answered on a tuple that the asker used for a question of its own",
	     "start 0\n100 A:3080>B:3080 U\n100.1 B:3080>A:3080 U\n110 A:3080>G:3080 U\n110.1 B:3080>A:3080 "
	     "U\n111 B:3080>A:3080 U\nfinish 112\n",
	     "b0 A:3080>B:3080 17 answer/proven broadcast answer 0/1 0/28 o3 a4\n"
	     "b0 A:3080>B:3080 17 quiet/proven opened,succeeded 1/2 28/56 o1 a2\n"
	     "b0 A:3080>G:3080 17 group/proven broadcast opened,succeeded 1/0 28/0 o3 a4\n"},
	    {"an answer's question is its bucket's",
	     "890 A:3080>G:3080 U\n890.1 B:3080>A:3080 U\n905 A:3080>G:3080 U\n905.1 B:3080>A:3080 U\nfinish "
	     "906\n",
	     "b0 A:3080>B:3080 17 answer/proven broadcast answer 0/1 0/28 o1 a2\n"
	     "b0 A:3080>G:3080 17 group/proven broadcast opened,succeeded 1/0 28/0 o1 a2\n"
	     "b1 A:3080>B:3080 17 answer/proven broadcast - 0/1 0/28 o3 a4\n"
	     "b1 A:3080>G:3080 17 group/proven broadcast - 1/0 28/0 o3 a4\n"},
	    {"never answered", "0 A:40000>G:3080 U\nfinish 60\n",
	     "b0 A:40000>G:3080 17 group/proven broadcast opened,expired 1/0 28/0 o1\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_answer, bootp)
{
	static const struct kit_case cases[] = {
	    {"an unconfigured client is its MAC; the reply to all belongs to its request",
	     "0 Z:68>G:67 U mac=0x43 boot=1:7:C\n0.1 B:67>G:68 U boot=2:7:C\n0.2 Z:68>G:67 U mac=0x43 "
	     "boot=1:7:C\n0.3 B:67>G:68 U boot=2:7:C\nfinish 1\n",
	     "b0 mac:02:00:00:00:00:43:68>B:67 17 answer/proven broadcast answer 0/2 0/656 o1 a2\n"
	     "b0 mac:02:00:00:00:00:43:68>G:67 17 group/proven broadcast opened,succeeded 2/0 656/0 o1 o3 "
	     "a2\n"},
	    {"a reply to the address that was offered",
	     "0 Z:68>G:67 U mac=0x43 boot=1:7:C\n0.1 B:67>C:68 U boot=2:7:C\nfinish 1\n",
	     "b0 mac:02:00:00:00:00:43:68>B:67 17 answer/proven broadcast answer 0/1 0/328 o1 a2\n"
	     "b0 mac:02:00:00:00:00:43:68>G:67 17 group/proven broadcast opened,succeeded 1/0 328/0 o1 a2\n"},
	    {"two clients and one server, replies to all",
	     "0 Z:68>G:67 U mac=0x43 boot=1:7:C\n0 Z:68>G:67 U mac=0x44 boot=1:8:D\n0.1 B:67>G:68 U "
	     "boot=2:8:D\n0.2 B:67>G:68 U boot=2:7:C\nfinish 1\n",
	     "b0 mac:02:00:00:00:00:43:68>B:67 17 answer/proven broadcast answer 0/1 0/328 o1 a4\n"
	     "b0 mac:02:00:00:00:00:43:68>G:67 17 group/proven broadcast opened,succeeded 1/0 328/0 o1 a4\n"
	     "b0 mac:02:00:00:00:00:44:68>B:67 17 answer/proven broadcast answer 0/1 0/328 o2 a3\n"
	     "b0 mac:02:00:00:00:00:44:68>G:67 17 group/proven broadcast opened,succeeded 1/0 328/0 o2 a3\n"},
	    {"renewal is plain question and answer",
	     "0 C:68>B:67 U boot=1:7:C\n0.1 B:67>C:68 U boot=2:7:C\nfinish 1\n",
	     "b0 C:68>B:67 17 protocol/proven opened,succeeded 1/1 328/328 o1 a2\n"},
	    {"a relay asks for the client and passes the answer on",
	     "0 Z:68>G:67 U mac=0x43 boot=1:7:C\n0.1 A:67>B:67 U boot=1:7:C\n0.2 B:67>A:67 U boot=2:7:C\n0.3 "
	     "A:67>G:68 U boot=2:7:C\nfinish 1\n",
	     "b0 A:67>B:67 17 protocol/proven opened,succeeded 1/1 328/328 o2 a3\n"
	     "b0 mac:02:00:00:00:00:43:68>A:67 17 answer/proven broadcast answer 0/1 0/328 o1 a4\n"
	     "b0 mac:02:00:00:00:00:43:68>G:67 17 group/proven broadcast opened,succeeded 1/0 328/0 o1 a4\n"},
	    {"a reply to all whose request was missed: the client is the MAC that it names",
	     "0 B:67>G:68 U boot=2:7:C\nfinish 1\n",
	     "b0 mac:02:00:00:00:00:43:68>B:67 17 protocol/likely continued,succeeded,oneway 0/1 0/328 o1 "
	     "a1\n"},
	    {"another transaction is another's",
	     "0 Z:68>G:67 U mac=0x43 boot=1:7:C\n0.1 B:67>G:68 U boot=2:9:D\nfinish 1\n",
	     "b0 mac:02:00:00:00:00:43:68>G:67 17 group/proven broadcast opened 1/0 328/0 o1\n"
	     "b0 mac:02:00:00:00:00:44:68>B:67 17 protocol/likely continued,succeeded,oneway 0/1 0/328 o2 "
	     "a2\n"},
	};

	KIT_CHECK(cases);
}
