/*
 * UDP, ICMP and other protocols without a handshake: every basis and outcome that concerns them.
 */
#include "flow_testkit.h"

TestSuite(flow_datagram, .timeout = 10);

Test(flow_datagram, quiet_first_ports_none)
{
	static const struct kit_case cases[] = {
	    {"a gap of just a minute takes off its own length",
	     "start 0\ngap 30 90\n119 A:5000>B:6000 U\n120 A:5001>B:6000 U\nfinish 120\n",
	     "b0 A:5000>B:6000 17 none/unknown opened 1/0 28/0 o1\n"
	     "b0 A:5001>B:6000 17 quiet/likely opened 1/0 28/0 o2\n"},
	    {"delivery is that of what the initiator sent",
	     "0 B:53>A:40000 U\n0.1 A:40000>B:53 U group\nfinish 1\n",
	     "b0 A:40000>B:53 17 ports/likely broadcast continued,succeeded 1/1 28/28 o2 a1\n"},
	    {"quiet after a minute of covered time", "start 0\n60 A:5000>B:6000 U\nfinish 61\n",
	     "b0 A:5000>B:6000 17 quiet/likely opened 1/0 28/0 o1\n"},
	    {"not a moment earlier", "start 0\n59.9 A:5000>B:6000 U\nfinish 61\n",
	     "b0 A:5000>B:6000 17 none/unknown opened 1/0 28/0 o1\n"},
	    {"coverage begins with the first packet unless it is told",
	     "0 C:5>D:6 I50\n59 A:5000>B:6000 U\n60 A:5001>B:6000 U\nfinish 60\n",
	     "b0 A:5000>B:6000 17 none/unknown opened 1/0 28/0 o2\n"
	     "b0 A:5001>B:6000 17 quiet/likely opened 1/0 28/0 o3\n"
	     "b0 C:5>D:6 50 none/unknown opened,expired 1/0 28/0 o1\n"},
	    {"quiet is proven by an answer on the tuple within a minute",
	     "start 0\n60 A:5000>B:6000 U\n100 A:5000>B:6000 U\n119 B:6000>A:5000 U\nfinish 120\n",
	     "b0 A:5000>B:6000 17 quiet/proven opened,succeeded 2/1 56/28 o1 o2 a3 repeated\n"},
	    {"not by a later one",
	     "start 0\n60 A:5000>B:6000 U\n100 A:5000>B:6000 U\n121 B:6000>A:5000 U\nfinish 122\n",
	     "b0 A:5000>B:6000 17 quiet/likely opened,succeeded 2/1 56/28 o1 o2 a3 repeated\n"},
	    {"quiet where the classes agree", "start 0\n60 A:50000>B:53 U\nfinish 61\n",
	     "b0 A:50000>B:53 17 quiet/likely opened 1/0 28/0 o1\n"},
	    {"the classes say the opposite: an answer whose question was missed",
	     "start 0\n60 B:53>A:50000 U\nfinish 61\n",
	     "b0 A:50000>B:53 17 ports/likely continued,succeeded,oneway 0/1 0/28 o1 a1\n"},
	    {"first: the classes name its sender", "0 A:50000>B:6000 U\nfinish 100\n",
	     "b0 A:50000>B:6000 17 first/likely opened,expired 1/0 28/0 o1\n"},
	    {"a gap of more than a minute restarts covered time",
	     "start 0\ngap 30 91\n150 A:5000>B:6000 U\n151 A:5001>B:6000 U\nfinish 151\n",
	     "b0 A:5000>B:6000 17 none/unknown opened 1/0 28/0 o1\n"
	     "b0 A:5001>B:6000 17 quiet/likely opened 1/0 28/0 o2\n"},
	    {"a shorter one takes off its own length",
	     "start 0\ngap 30 60\n89 A:5000>B:6000 U\n90 A:5001>B:6000 U\nfinish 91\n",
	     "b0 A:5000>B:6000 17 none/unknown opened 1/0 28/0 o1\n"
	     "b0 A:5001>B:6000 17 quiet/likely opened 1/0 28/0 o2\n"},
	    {"a time step of more than a minute restarts it",
	     "start 0\n100 C:5>D:6 I50\nstep 61\n159 A:5000>B:6000 U\n160 A:5001>B:6000 U\nfinish 160\n",
	     "b0 A:5000>B:6000 17 none/unknown opened 1/0 28/0 o2\n"
	     "b0 A:5001>B:6000 17 quiet/likely opened 1/0 28/0 o3\n"
	     "b0 C:5>D:6 50 quiet/likely opened,expired 1/0 28/0 o1\n"},
	    {"a smaller one does not", "start 0\n100 C:5>D:6 I50\nstep 60\n101 A:5000>B:6000 U\nfinish 101\n",
	     "b0 A:5000>B:6000 17 quiet/likely opened 1/0 28/0 o2\n"
	     "b0 C:5>D:6 50 quiet/likely opened 1/0 28/0 o1\n"},
	    {"silence of a minute ends a flow",
	     "start 0\n100 A:5000>B:6000 U\n160 B:6000>A:5000 U\nfinish 161\n",
	     "b0 A:5000>B:6000 17 quiet/likely opened,expired 1/0 28/0 o1\n"
	     "b0 B:6000>A:5000 17 quiet/likely opened 1/0 28/0 o2\n"},
	    {"less does not", "start 0\n100 A:5000>B:6000 U\n159.9 B:6000>A:5000 U\nfinish 161\n",
	     "b0 A:5000>B:6000 17 quiet/proven opened,succeeded 1/1 28/28 o1 a2\n"},
	    {"other protocols have no ports", "start 0\n60 A>B I50\n61 B>A I50\nfinish 62\n",
	     "b0 A:0>B:0 50 quiet/proven opened,succeeded 1/1 28/28 o1 a2\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_datagram, group)
{
	static const struct kit_case cases[] = {
	    {"broadcast", "0 A:53>G:40000 U\nfinish 100\n",
	     "b0 A:53>G:40000 17 group/proven broadcast opened,expired 1/0 28/0 o1\n"},
	    {"multicast", "0 A:5353>M:5353 U\n1 A:5353>M:5353 U\nfinish 100\n",
	     "b0 A:5353>M:5353 17 group/proven multicast opened,expired 2/0 56/0 o1 o2 repeated\n"},
	    {"a subnet's broadcast, by its link-layer address", "0 A:137>N:137 U group\nfinish 100\n",
	     "b0 A:137>N:137 17 group/proven broadcast opened,expired 1/0 28/0 o1\n"},
	    {"an answer that is sent to all link-layer addresses is one all the same",
	     "start 0\n100 A:5000>B:6000 U\n101 B:6000>A:5000 U group\nfinish 102\n",
	     "b0 A:5000>B:6000 17 quiet/proven opened,succeeded 1/1 28/28 o1 a2\n"},
	    {"a group never initiates", "0 G:5000>A:6000 U\nfinish 100\n",
	     "b0 A:6000>G:5000 17 none/unknown continued,expired 0/1 0/28 o1 a1\n"},
	    {"not of TCP to one host behind a link-layer group",
	     "0 B:80>A:40000 . seq=1 ack=1 group\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued 0/1 0/40 o1 a1\n"},
	    {"other protocols as well", "0 A>M I89\nfinish 100\n",
	     "b0 A:0>M:0 89 group/proven multicast opened,expired 1/0 28/0 o1\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_datagram, protocol)
{
	static const struct kit_case cases[] = {
	    {"question and answer of one id",
	     "0 A:53>B:40000 U dns=q:7\n0.1 B:40000>A:53 U dns=r:7\nfinish 1\n",
	     "b0 A:53>B:40000 17 protocol/proven opened,succeeded 1/1 47/47 o1 a2\n"},
	    {"of another id", "0 A:53>B:40000 U dns=q:7\n0.1 B:40000>A:53 U dns=r:8\nfinish 1\n",
	     "b0 A:53>B:40000 17 protocol/likely opened,succeeded 1/1 47/47 o1 a2\n"},
	    {"the question alone", "0 A:53>B:40000 U dns=q:7\nfinish 100\n",
	     "b0 A:53>B:40000 17 protocol/likely opened,expired 1/0 47/0 o1\n"},
	    {"the answer alone", "0 B:40000>A:53 U dns=r:7\nfinish 100\n",
	     "b0 A:53>B:40000 17 protocol/likely continued,succeeded,oneway 0/1 0/47 o1 a1\n"},
	    {"the answer stored before the question",
	     "0 B:53>A:40000 U dns=r:7\n0 A:40000>B:53 U dns=q:7\nfinish 1\n",
	     "b0 A:40000>B:53 17 protocol/proven continued,succeeded 1/1 47/47 o2 a1\n"},
	    {"two questions, two answers",
	     "0 A:40000>B:53 U dns=q:7\n0 A:40000>B:53 U dns=q:8\n0.1 B:53>A:40000 U dns=r:7\n0.1 "
	     "B:53>A:40000 U dns=r:8\nfinish 1\n",
	     "b0 A:40000>B:53 17 protocol/proven opened,succeeded 2/2 94/94 o1 o2 a3 repeated\n"},
	    {"a second datagram shows who really asks",
	     "0 B:5000>A:6000 U len=4\n0.1 B:5000>A:6000 U dns=r:7\nfinish 1\n",
	     "b0 A:6000>B:5000 17 protocol/likely continued,succeeded,oneway 0/2 0/79 o1 a1\n"},
	    {"a third does not",
	     "0 B:5000>A:6000 U len=4\n0.1 B:5000>A:6000 U len=4\n0.1 B:5000>A:6000 U dns=r:7\nfinish 1\n",
	     "b0 B:5000>A:6000 17 none/unknown opened 3/0 111/0 o1 o2 repeated\n"},
	    {"better than quiet, and against it",
	     "start 0\n100 B:5000>A:6000 U len=4\n100.1 B:5000>A:6000 U dns=r:7\nfinish 101\n",
	     "anomaly direction-conflict B:0>A:6000 @2\n"
	     "b0 A:6000>B:5000 17 protocol/likely continued,succeeded,oneway 0/2 0/79 o1 a1 "
	     "contradictions=1@2\n"},
	    {"both sides ask: the first one stands",
	     "0 A:5353>B:5353 U dns=q:7\n1 B:5353>A:5353 U dns=q:9\nfinish 2\n",
	     "anomaly direction-conflict A:0>B:5353 @2\n"
	     "b0 A:5353>B:5353 17 protocol/likely opened,succeeded 1/1 47/47 o1 a2 contradictions=1@2\n"},
	    {"cut by the snap length", "0 A:5000>B:6000 U len=90 cap=0\nfinish 1\n",
	     "b0 A:5000>B:6000 17 none/unknown opened 1/0 118/0 o1 cut=1\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_datagram, icmp)
{
	static const struct kit_case cases[] = {
	    {"echo", "0 A:77>B Q\n0.1 B:77>A Y\nfinish 1\n",
	     "b0 A:0>B:2048 1 protocol/proven opened,succeeded 1/1 28/28 o1 a2\n"},
	    {"one flow for each identifier", "0 A:77>B Q\n0.1 B:78>A Y\nfinish 100\n",
	     "b0 A:0>B:2048 1 protocol/likely continued,succeeded,oneway 0/1 0/28 o2 a2\n"
	     "b0 A:0>B:2048 1 protocol/likely opened,expired 1/0 28/0 o1\n"},
	    {"refused", "0 A:77>B Q\n0.1 C>A E code=1 quote=A:77>B:2048 proto=1\nfinish 1\n",
	     "b0 A:0>B:2048 1 protocol/likely opened,refused 1/0 28/0 o1 a2\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_datagram, outcomes)
{
	static const struct kit_case cases[] = {
	    {"refused by unreachable", "0 A:40000>B:69 U\n0.1 B>A E quote=A:40000>B:69\nfinish 100\n",
	     "b0 A:40000>B:69 17 first/likely opened,refused 1/0 28/0 o1 a2\n"},
	    {"refused in a later bucket",
	     "899.9 A:40000>B:69 U\n900.1 B>A E quote=A:40000>B:69\nfinish 1000\n",
	     "b0 A:40000>B:69 17 first/likely opened 1/0 28/0 o1\n"
	     "b1 A:40000>B:69 17 first/likely refused 0/0 0/0 o2 a2\n"},
	    {"an error that quotes what nobody saw", "0 B>A E quote=A:40000>B:69\nfinish 100\n", ""},
	    {"ICMPv6", "0 a:40000>b:69 U\n0.1 b>a E type=1 quote=a:40000>b:69\nfinish 100\n",
	     "b0 a:40000>b:69 17 first/likely opened,refused 1/0 28/0 o1 a2\n"},
	    {"ICMPv6 packet too big is none",
	     "0 a:40000>b:69 U\n0.1 b>a E type=2 quote=a:40000>b:69\nfinish 1\n",
	     "b0 a:40000>b:69 17 first/likely opened 1/0 28/0 o1\n"},
	    {"pending within a minute of the end", "0 A:40000>B:69 U\nfinish 59.9\n",
	     "b0 A:40000>B:69 17 first/likely opened 1/0 28/0 o1\n"},
	    {"expired after it", "0 A:40000>B:69 U\nfinish 60\n",
	     "b0 A:40000>B:69 17 first/likely opened,expired 1/0 28/0 o1\n"},
	    {"pending before a gap", "0 A:40000>B:69 U\ngap 59 59.5\nfinish 100\n",
	     "b0 A:40000>B:69 17 first/likely opened 1/0 28/0 o1\n"},
	    {"a stream of one direction, bucket by bucket",
	     "850 A:40000>B:514 U\n895 A:40000>B:514 U\n940 A:40000>B:514 U\nfinish 2000\n",
	     "b0 A:40000>B:514 17 first/likely opened 2/0 56/0 o1 o2 repeated\n"
	     "b1 A:40000>B:514 17 first/likely expired 1/0 28/0 o3\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_datagram, records_name_the_outcome)
{
	static const struct kit_case cases[] = {
	    {"all words",
	     "0 A:40000>B:53 U\n0.1 B:53>A:40000 U\n0.2 A:40001>B:514 U\n0.3 A:40002>B:69 U\n0.4 B>A E "
	     "quote=A:40002>B:69\n"
	     "100 A:40003>B:514 U\n100 A:40004>B:80 S seq=1\n100.1 B:80>A:40004 S. seq=1 ack=2\n100.2 "
	     "A:40004>B:80 . seq=2 ack=2\n"
	     "100.3 A:40005>B:80 R seq=1\n"
	     "finish 110\n",
	     "b0 A:40000>B:53 17 first/likely opened,succeeded 1/1 28/28 o1 a2\n"
	     "b0 A:40001>B:514 17 first/likely opened,expired 1/0 28/0 o3\n"
	     "b0 A:40002>B:69 17 first/likely opened,refused 1/0 28/0 o4 a5\n"
	     "b0 A:40003>B:514 17 quiet/likely opened 1/0 28/0 o6\n"
	     "b0 A:40004>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o7 o9 a8\n"
	     "b0 A:40005>B:80 6 ports/likely continued,stray 1/0 40/0 o10\n"
	     "flow A:40000>B:53 first/likely answered 1/1 28/28 o1 0.000-0.100\n"
	     "flow A:40001>B:514 first/likely oneway 1/0 28/0 o3 0.200-0.200\n"
	     "flow A:40002>B:69 first/likely refused 1/0 28/0 o4 0.300-0.300\n"
	     "flow A:40003>B:514 quiet/likely pending 1/0 28/0 o6 100.000-100.000\n"
	     "flow A:40004>B:80 handshake/proven established 2/1 80/40 o7 100.000-100.200\n"
	     "flow A:40005>B:80 ports/likely stray 1/0 40/0 o10 100.300-100.300\n"},
	    {"a record adds all buckets", "899 A:40000>B:53 U\n901 B:53>A:40000 U\nfinish 902\n",
	     "b0 A:40000>B:53 17 first/likely opened 1/0 28/0 o1\n"
	     "b1 A:40000>B:53 17 first/likely succeeded 0/1 0/28 o2 a2\n"
	     "flow A:40000>B:53 first/likely answered 1/1 28/28 o1 899.000-901.000\n"},
	};

	KIT_CHECK_RECORDS(cases);
}
