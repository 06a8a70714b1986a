/*
 * TCP: every row of the direction and outcome tables that speaks of it.
 */
#include "flow_testkit.h"

TestSuite(flow_tcp, .timeout = 10);

#define SYN_A     "0 A:40000>B:80 S seq=100\n"
#define SYNACK_B  "0.01 B:80>A:40000 S. seq=500 ack=101\n"
#define ACK_A     "0.02 A:40000>B:80 . seq=101 ack=501\n"
#define HANDSHAKE SYN_A SYNACK_B ACK_A

Test(flow_tcp, handshake)
{
	static const struct kit_case cases[] = {
	    {"answered SYN-ACK", HANDSHAKE "finish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"},
	    {"whatever the ports say",
	     "0 A:80>B:40000 S seq=100\n0.01 B:40000>A:80 S. seq=500 ack=101\n0.02 A:80>B:40000 . seq=101 "
	     "ack=501\nfinish 1\n",
	     "b0 A:80>B:40000 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"},
	    {"SYN-ACK stored before the SYN",
	     "0 B:80>A:40000 S. seq=500 ack=101\n0 A:40000>B:80 S seq=100\n0.02 A:40000>B:80 . seq=101 "
	     "ack=501\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o2 a1\n"},
	    {"data stored before the SYN",
	     "0 A:40000>B:80 P. seq=101 ack=501 len=10\n0 A:40000>B:80 S seq=100\n0.01 B:80>A:40000 S. "
	     "seq=500 ack=101\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 90/40 o1 o2 a3 twosided\n"},
	    {"acknowledgement of unseen SYN stored before it",
	     "0 B:80>A:40000 . seq=501 ack=101\n0 A:40000>B:80 S seq=100\n0.1 A:40000>B:80 P. seq=101 "
	     "ack=501 len=4\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 84/40 o2 a1 twosided\n"},
	    {"SYN repeated",
	     SYN_A "1 A:40000>B:80 S seq=100\n3 A:40000>B:80 S seq=100\n3.1 B:80>A:40000 S. seq=500 ack=101\n"
		   "3.2 A:40000>B:80 . seq=101 ack=501\nfinish 4\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 4/1 160/40 o1 o2 a4 repeated\n"},
	    {"a SYN once more after its SYN-ACK is no unanswered repetition",
	     SYN_A SYNACK_B "1 A:40000>B:80 S seq=100\n1.1 A:40000>B:80 . seq=101 ack=501\nfinish 2\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 3/1 120/40 o1 o3 a2\n"},
	    {"over IPv6",
	     "0 a:40000>b:80 S seq=100\n0.01 b:80>a:40000 S. seq=500 ack=101\n0.02 a:40000>b:80 . seq=101 "
	     "ack=501\nfinish 1\n",
	     "b0 a:40000>b:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_tcp, synack_without_its_syn)
{
	static const struct kit_case cases[] = {
	    {"likely until the other side speaks", "0 B:80>A:40000 S. seq=500 ack=101\nfinish 1\n",
	     "b0 A:40000>B:80 6 synack/likely opened 0/1 0/40 o1 a1\n"},
	    {"proven by an acknowledgement",
	     "0 B:80>A:40000 S. seq=500 ack=101\n0.1 A:40000>B:80 . seq=101 ack=501\nfinish 1\n",
	     "b0 A:40000>B:80 6 synack/proven opened,succeeded 1/1 40/40 o2 a1\n"},
	    {"against the ports",
	     "0 B:40000>A:80 S. seq=500 ack=101\n0.1 A:80>B:40000 P. seq=101 ack=501 len=9\nfinish 1\n",
	     "b0 A:80>B:40000 6 synack/proven opened,succeeded 1/1 49/40 o2 a1\n"},
	    {"answered by RST: nobody asked",
	     "0 B:80>A:40000 S. seq=500 ack=101\n0.1 A:40000>B:80 R seq=101\nfinish 100\n",
	     "b0 B:80>A:40000 6 none/unknown opened,stray 1/1 40/40 o1 a2\n"},
	    {"never answered",
	     "0 B:80>A:40000 S. seq=500 ack=101\n1 B:80>A:40000 S. seq=500 ack=101\nfinish 100\n",
	     "b0 A:40000>B:80 6 synack/likely opened,probed 0/2 0/80 o1 a1\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_tcp, two_bare_syns)
{
	static const struct kit_case cases[] = {
	    {"nor does a payload decide between them",
	     SYN_A "0.1 B:80>A:40000 S seq=500\n0.2 A:40000>B:80 P. seq=101 ack=501 data=GET /x "
		   "HTTP/1.1\\r\\n\nfinish 1\n",
	     "anomaly simultaneous-open A:0>B:80 @2\n"
	     "b0 A:40000>B:80 6 none/unknown opened,succeeded 2/1 97/40 o1 o3 a2 contradictions=1@2 "
	     "twosided\n"},
	    {"neither acknowledged", SYN_A "0.1 B:80>A:40000 S seq=500\nfinish 1\n",
	     "anomaly simultaneous-open A:0>B:80 @2\n"
	     "b0 A:40000>B:80 6 none/unknown opened 1/1 40/40 o1 a2 contradictions=1@2\n"},
	    {"both acknowledged",
	     SYN_A "0.1 B:80>A:40000 S seq=500\n0.2 A:40000>B:80 S. seq=100 ack=501\n0.2 B:80>A:40000 S. "
		   "seq=500 ack=101\nfinish 1\n",
	     "anomaly simultaneous-open A:0>B:80 @2\n"
	     "b0 A:40000>B:80 6 none/unknown opened 2/2 80/80 o1 o3 a2 contradictions=1@2\n"},
	    {"split handshake: the one that a SYN-ACK acknowledged",
	     SYN_A "0.1 B:80>A:40000 S seq=500\n0.2 A:40000>B:80 S. seq=100 ack=501\n0.3 B:80>A:40000 . "
		   "seq=501 ack=101\nfinish 1\n",
	     "anomaly simultaneous-open A:0>B:80 @2\n"
	     "b0 B:80>A:40000 6 handshake/proven opened,succeeded 2/2 80/80 o2 a1 contradictions=1@2\n"},
	    {"the same with an acknowledgement first",
	     SYN_A "0.05 B:80>A:40000 . seq=500 ack=101\n0.1 B:80>A:40000 S seq=500\n0.2 A:40000>B:80 S. "
		   "seq=100 ack=501\n"
		   "0.3 B:80>A:40000 . seq=501 ack=101\nfinish 1\n",
	     "anomaly simultaneous-open A:0>B:80 @3\n"
	     "b0 B:80>A:40000 6 handshake/proven opened,succeeded 3/2 120/80 o2 a1 contradictions=1@3\n"},
	    {"a SYN meets a SYN-ACK of its own side", SYN_A "0.1 A:40000>B:80 S. seq=100 ack=501\nfinish 1\n",
	     "anomaly direction-conflict A:0>B:80 @2\n"
	     "b0 A:40000>B:80 6 handshake/proven opened 2/0 80/0 o1 o2 contradictions=1@2\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_tcp, port_reuse)
{
	static const struct kit_case cases[] = {
	    {"the other side's data that acknowledges no part of a forged SYN",
	     "0 A:40000>B:80 S seq=1000000000\n0.1 B:80>A:40000 P. seq=70 ack=3000000000 len=5\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 1/0 40/0 o1\n"
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded,oneway 0/1 0/45 o2 a2\n"},
	    {"a new ISN after both FINs",
	     HANDSHAKE "1 A:40000>B:80 F. seq=101 ack=501\n1.1 B:80>A:40000 F. seq=501 ack=102\n1.2 "
		       "A:40000>B:80 . seq=102 ack=502\n"
		       "2 A:40000>B:80 S seq=9000\n2.1 B:80>A:40000 S. seq=7000 ack=9001\n2.2 A:40000>B:80 . "
		       "seq=9001 ack=7001\nfinish 3\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o7 o9 a8\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 4/2 160/80 o1 o3 a2\n"},
	    {"the other way round",
	     HANDSHAKE "2 B:80>A:40000 S seq=7000\n2.1 A:40000>B:80 S. seq=9000 ack=7001\n2.2 B:80>A:40000 . "
		       "seq=7001 ack=9001\nfinish 3\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"
	     "b0 B:80>A:40000 6 handshake/proven opened,succeeded 2/1 80/40 o4 o6 a5\n"},
	    {"a SYN that is not the one which a SYN-ACK acknowledged",
	     "0 B:80>A:40000 S. seq=500 ack=101\n0.1 A:40000>B:80 S seq=77\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened 1/0 40/0 o2\n"
	     "b0 A:40000>B:80 6 synack/likely opened,probed 0/1 0/40 o1 a1\n"},
	    {"established, and a SYN of the other side", HANDSHAKE "1 B:80>A:40000 S seq=9\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"
	     "b0 B:80>A:40000 6 handshake/proven opened,expired 1/0 40/0 o4\n"},
	    {"a new ISN while unanswered: the first try was given up",
	     SYN_A "1 A:40000>B:80 S seq=9000\nfinish 200\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 1/0 40/0 o1\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 1/0 40/0 o2\n"},
	    {"five seconds after RST the next packet is another flow's",
	     HANDSHAKE "1 B:80>A:40000 R seq=501\n5.9 B:80>A:40000 R seq=501\n10.9 B:80>A:40000 R "
		       "seq=501\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/3 80/120 o1 o3 a2\n"
	     "b0 A:40000>B:80 6 ports/likely continued,stray 0/1 0/40 o6 a6\n"},
	    {"data that does not follow from a forged SYN",
	     "0 B:80>A:40000 S seq=1000000000\n0.1 A:40000>B:80 P. seq=70 ack=3000000000 len=5\n0.2 "
	     "B:80>A:40000 . seq=3000000000 ack=75\nfinish 100\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 1/1 45/40 o2 a3\n"
	     "b0 B:80>A:40000 6 handshake/proven opened,expired 1/0 40/0 o1\n"},
	    {"SYN-ACK of another ISN after the end",
	     HANDSHAKE "1 B:80>A:40000 R seq=501\n2 B:80>A:40000 S. seq=8000 ack=9001\n2.1 A:40000>B:80 . "
		       "seq=9001 ack=8001\nfinish 3\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/2 80/80 o1 o3 a2\n"
	     "b0 A:40000>B:80 6 synack/proven opened,succeeded 1/1 40/40 o6 a5\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_tcp, midstream)
{
	static const struct kit_case cases[] = {
	    {"port classes", "0 B:80>A:40000 . seq=1 ack=1\n0.1 A:40000>B:80 . seq=1 ack=1\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 1/1 40/40 o2 a1\n"},
	    {"high and middle",
	     "0 A:40000>B:5000 . seq=1 ack=1\n0.1 B:5000>A:40000 . seq=1 ack=1\nfinish 1\n",
	     "b0 A:40000>B:5000 6 ports/likely continued,succeeded 1/1 40/40 o1 a2\n"},
	    {"middle and low", "0 B:511>A:1024 . seq=1 ack=1\n0.1 A:1024>B:511 . seq=1 ack=1\nfinish 1\n",
	     "b0 A:1024>B:511 6 ports/likely continued,succeeded 1/1 40/40 o2 a1\n"},
	    {"middle and reserved say nothing",
	     "0 B:512>A:1024 . seq=1 ack=1\n0.1 A:1024>B:512 . seq=1 ack=1\nfinish 1\n",
	     "b0 B:512>A:1024 6 none/unknown continued,succeeded 1/1 40/40 o1 a2\n"},
	    {"two high ones say nothing", "0 B:32768>A:65535 . seq=1 ack=1\nfinish 1\n",
	     "b0 B:32768>A:65535 6 none/unknown continued 1/0 40/0 o1\n"},
	    {"nor does port 20", "0 A:40000>B:20 . seq=1 ack=1\n0.1 B:20>A:40000 . seq=1 ack=1\nfinish 1\n",
	     "b0 A:40000>B:20 6 none/unknown continued,succeeded 1/1 40/40 o1 a2\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_tcp, outcomes)
{
	static const struct kit_case cases[] = {
	    {"an error that quotes what was not seen, of a flow that was",
	     "0 B:80>A:40000 S. seq=500 ack=101\n0.1 C>A E quote=A:40000>B:80 proto=6\nfinish 1\n",
	     "b0 A:40000>B:80 6 synack/likely opened 0/1 0/40 o1 a1\n"},
	    {"after a refusal the other side's SYN is another flow's",
	     SYN_A "0.1 B:80>A:40000 R. seq=0 ack=101\n0.2 B:80>A:40000 S seq=9\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,refused 1/1 40/40 o1 a2\n"
	     "b0 B:80>A:40000 6 handshake/proven opened 1/0 40/0 o3\n"},
	    {"a SYN-ACK sent again after the probe's RST",
	     SYN_A SYNACK_B "0.02 A:40000>B:80 R seq=101\n1 B:80>A:40000 S. seq=500 ack=101\n1.1 "
			    "A:40000>B:80 R seq=101\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,probed 3/2 120/80 o1 o3 a2\n"},
	    {"refused, tried again with the same ISN, accepted",
	     SYN_A "0.1 B:80>A:40000 R. seq=0 ack=101\n0.5 A:40000>B:80 S seq=100\n0.6 B:80>A:40000 S. "
		   "seq=500 ack=101\n"
		   "0.7 A:40000>B:80 . seq=101 ack=501\n20 A:40000>B:80 . seq=101 ack=501\nfinish 21\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded,refused 4/2 160/80 o1 o3 a2 repeated\n"},
	    {"refused: RST to the SYN", SYN_A "0.1 B:80>A:40000 R. seq=0 ack=101\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,refused 1/1 40/40 o1 a2\n"},
	    {"refused, stored the wrong way round",
	     "0 B:80>A:40000 R. seq=0 ack=101\n0 A:40000>B:80 S seq=100\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,refused 1/1 40/40 o2 a1\n"},
	    {"refused by unreachable", SYN_A "0.1 C>A E quote=A:40000>B:80 proto=6\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,refused 1/0 40/0 o1 a2\n"},
	    {"not by fragmentation needed", SYN_A "0.1 C>A E code=4 quote=A:40000>B:80 proto=6\nfinish 10\n",
	     "b0 A:40000>B:80 6 handshake/proven opened 1/0 40/0 o1\n"},
	    {"nor by time exceeded", SYN_A "0.1 C>A E type=11 quote=A:40000>B:80 proto=6\nfinish 10\n",
	     "b0 A:40000>B:80 6 handshake/proven opened 1/0 40/0 o1\n"},
	    {"nor by one that quotes the responder",
	     SYN_A "0.1 C>B E quote=B:80>A:40000 proto=6\nfinish 10\n",
	     "b0 A:40000>B:80 6 handshake/proven opened 1/0 40/0 o1\n"},
	    {"nor an established one", HANDSHAKE "0.1 C>A E quote=A:40000>B:80 proto=6\nfinish 10\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"},
	    {"probed: SYN-ACK then RST by the opener",
	     SYN_A SYNACK_B "0.02 A:40000>B:80 R seq=101\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,probed 2/1 80/40 o1 o3 a2\n"},
	    {"SYN-ACK then RST by its sender", SYN_A SYNACK_B "0.02 B:80>A:40000 R seq=501\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,reset 1/2 40/80 o1 a2\n"},
	    {"reset: RST to mid-stream data",
	     "0 A:40000>B:80 P. seq=1 ack=1 len=5\n0.1 B:80>A:40000 R seq=1\nfinish 100\n",
	     "b0 A:40000>B:80 6 ports/likely continued,reset 1/1 45/40 o1 a2\n"},
	    {"RST ends an established one", HANDSHAKE "1 B:80>A:40000 R seq=501\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/2 80/80 o1 o3 a2\n"},
	    {"stray: RST and FIN only",
	     "0 A:40000>B:80 F. seq=1 ack=1\n0.1 B:80>A:40000 R seq=1\nfinish 100\n",
	     "b0 A:40000>B:80 6 ports/likely continued,stray 1/1 40/40 o1 a2\n"},
	    {"both FINs only are stray",
	     "0 A:40000>B:80 F. seq=1 ack=1\n0.1 B:80>A:40000 F. seq=1 ack=2\nfinish 100\n",
	     "b0 A:40000>B:80 6 ports/likely continued,stray 1/1 40/40 o1 a2\n"},
	    {"expired", SYN_A "finish 75\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 1/0 40/0 o1\n"},
	    {"pending at the end of coverage", SYN_A "finish 74.9\n",
	     "b0 A:40000>B:80 6 handshake/proven opened 1/0 40/0 o1\n"},
	    {"expired when it is 75 s old, though it was repeated since",
	     SYN_A "63 A:40000>B:80 S seq=100\nfinish 80\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 2/0 80/0 o1 o2 repeated\n"},
	    {"pending before a gap", SYN_A "gap 74 1000\n1000 C:1>D:2 U\nfinish 2000\n",
	     "b0 A:40000>B:80 6 handshake/proven opened 1/0 40/0 o1\n"
	     "b1 C:1>D:2 17 none/unknown opened,expired 1/0 28/0 o2\n"},
	    {"not before a later gap", SYN_A "gap 75 1000\n1000 C:1>D:2 U\nfinish 1001\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 1/0 40/0 o1\n"
	     "b1 C:1>D:2 17 none/unknown opened 1/0 28/0 o2\n"},
	    {"SYN-ACK never acknowledged", SYN_A SYNACK_B "finish 200\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,probed 1/1 40/40 o1 a2\n"},
	    {"expired in the bucket where it happens", "890 A:40000>B:80 S seq=100\nfinish 1000\n",
	     "b0 A:40000>B:80 6 handshake/proven opened 1/0 40/0 o1\n"
	     "b1 A:40000>B:80 6 handshake/proven expired 0/0 0/0\n"},
	    {"data in the SYN, acknowledged",
	     "0 A:40000>B:80 S seq=100 len=7\n0.1 B:80>A:40000 S. seq=500 ack=108\nfinish 10\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 1/1 47/40 o1 a2\n"},
	    {"data in the SYN, not acknowledged",
	     "0 A:40000>B:80 S seq=100 len=7\n0.1 B:80>A:40000 S. seq=500 ack=101\nfinish 10\n",
	     "b0 A:40000>B:80 6 handshake/proven opened 1/1 47/40 o1 a2\n"},
	    {"the other side's data without its SYN-ACK",
	     SYN_A "0.1 B:80>A:40000 P. seq=501 ack=101 len=3\nfinish 10\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 1/1 40/43 o1 a2\n"},
	    {"an acknowledgement alone to a SYN is no success",
	     SYN_A "0.1 B:80>A:40000 . seq=9 ack=77\nfinish 10\n",
	     "b0 A:40000>B:80 6 handshake/proven opened 1/1 40/40 o1 a2\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_tcp, idle_limits)
{
	static const struct kit_case cases[] = {
	    {"established: a day less a moment",
	     HANDSHAKE "86400.01 A:40000>B:80 . seq=101 ack=501\nfinish 86401\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"
	     "b96 A:40000>B:80 6 handshake/proven - 1/0 40/0 o4\n"},
	    {"a day", HANDSHAKE "86400.02 A:40000>B:80 . seq=101 ack=501\nfinish 86401\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/1 80/40 o1 o3 a2\n"
	     "b96 A:40000>B:80 6 ports/likely continued 1/0 40/0 o4\n"},
	    {"one FIN closes nothing",
	     HANDSHAKE
	     "1 A:40000>B:80 F. seq=101 ack=501\n100 B:80>A:40000 P. seq=501 ack=102 len=9\nfinish 101\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 3/2 120/89 o1 o3 a2 twosided\n"},
	    {"both FINs and five seconds",
	     HANDSHAKE "1 A:40000>B:80 F. seq=101 ack=501\n1 B:80>A:40000 F. seq=501 ack=102\n6 A:40000>B:80 "
		       ". seq=102 ack=502\nfinish 6\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 3/2 120/80 o1 o3 a2\n"
	     "b0 A:40000>B:80 6 ports/likely continued 1/0 40/0 o6\n"},
	    {"both FINs and a little less",
	     HANDSHAKE "1 A:40000>B:80 F. seq=101 ack=501\n1 B:80>A:40000 F. seq=501 ack=102\n5.9 "
		       "A:40000>B:80 . seq=102 ack=502\nfinish 6\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 4/2 160/80 o1 o3 a2\n"},
	    {"never answered: a minute, but not before it is known to be unanswered",
	     SYN_A "60 A:40000>B:80 S seq=100\n119.9 A:40000>B:80 S seq=100\n179.9 A:40000>B:80 S "
		   "seq=100\nfinish 300\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 1/0 40/0 o4\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 3/0 120/0 o1 o2 repeated\n"},
	};

	KIT_CHECK(cases);
}

/* The capture was cut behind the ports: flags and numbers are not there, lengths are. */
Test(flow_tcp, cut_headers)
{
	static const struct kit_case cases[] = {
	    {"long enough to carry data, both ways",
	     "0 A:40000>B:80 - len=81\n0.1 B:80>A:40000 - len=81\nfinish 100\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded 1/1 121/121 o1 a2\n"},
	    {"not long enough to say so", "0 A:40000>B:80 - len=80\n0.1 B:80>A:40000 - len=80\nfinish 100\n",
	     "b0 A:40000>B:80 6 ports/likely continued,expired 1/1 120/120 o1 a2\n"},
	    {"one way", "0 A:40000>B:80 - len=81\nfinish 100\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded,oneway 1/0 121/0 o1\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_tcp, oneway)
{
	static const struct kit_case cases[] = {
	    {"data, and the other side not seen", "0 A:40000>B:80 P. seq=1 ack=1 len=5\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded,oneway 1/0 45/0 o1\n"},
	    {"after its SYN, acknowledges", SYN_A "0.1 A:40000>B:80 . seq=101 ack=501\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded,oneway 2/0 80/0 o1 o2\n"},
	    {"the responder's side alone",
	     "0 B:80>A:40000 S. seq=500 ack=101\n0.1 B:80>A:40000 . seq=501 ack=110\nfinish 1\n",
	     "b0 A:40000>B:80 6 synack/likely opened,succeeded,oneway 0/2 0/80 o1 a1 unseen=9\n"},
	    {"acknowledging more and more",
	     "0 A:40000>B:80 . seq=1 ack=1\n0.1 A:40000>B:80 . seq=1 ack=1000\nfinish 1\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded,oneway 2/0 80/0 o1 o2 unseen=999\n"},
	    {"a lone acknowledgement is none", "0 A:40000>B:80 . seq=1 ack=1\nfinish 100\n",
	     "b0 A:40000>B:80 6 ports/likely continued,expired 1/0 40/0 o1\n"},
	    {"half a mirror for hours: told in each bucket",
	     "0 A:40000>B:80 P. seq=1 ack=1 len=5\n50 A:40000>B:80 P. seq=6 ack=1 len=5\n100 A:40000>B:80 P. "
	     "seq=11 ack=1 len=5\n"
	     "895 C:1>D:2 I50\n"
	     "finish 900\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded,oneway 3/0 135/0 o1 o2 onesided\n"
	     "b0 C:1>D:2 50 quiet/likely opened 1/0 28/0 o4\n"},
	    {"one-sided across a bucket's end",
	     "880 A:40000>B:80 P. seq=1 ack=1 len=5\n890 A:40000>B:80 P. seq=6 ack=1 len=5\n910 A:40000>B:80 "
	     "P. seq=11 ack=1 len=5\nfinish 911\n",
	     "b0 A:40000>B:80 6 ports/likely continued,succeeded,oneway 2/0 90/0 o1 o2\n"
	     "b1 A:40000>B:80 6 ports/likely - 1/0 45/0 o3 onesided\n"},
	    {"not yet one-sided at a bucket's end",
	     "899.99 A:40000>B:80 P. seq=1 ack=1 len=5\n900.01 B:80>A:40000 . seq=1 ack=6\nfinish 911\n",
	     "b0 A:40000>B:80 6 ports/likely continued 1/0 45/0 o1\n"
	     "b1 A:40000>B:80 6 ports/likely succeeded 0/1 0/40 o2 a2\n"},
	    {"SYN and RST of one side are no success", SYN_A "0.1 A:40000>B:80 R seq=101\nfinish 100\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,expired 2/0 80/0 o1 o2\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_tcp, evidence_in_payload)
{
	static const struct kit_case cases[] = {
	    {"the server's frame first, and its ports say nothing",
	     "0 B:9080>A:9000 P. seq=1 ack=1 data=HTTP/1.1 200 OK\\r\\n\n0.1 A:9000>B:9080 P. seq=1 ack=18 "
	     "data=GET /x HTTP/1.1\\r\\n\nfinish 1\n",
	     "b0 A:9000>B:9080 6 protocol/proven continued,succeeded 1/1 57/57 o2 a1\n"},
	    {"half of it is likely", "0 B:9080>A:9000 P. seq=1 ack=1 data=HTTP/1.1 200 OK\\r\\n\nfinish 1\n",
	     "b0 A:9000>B:9080 6 protocol/likely continued,succeeded,oneway 0/1 0/57 o1 a1\n"},
	    {"payload against the ports",
	     "0 A:80>B:40000 P. seq=1 ack=1 data=GET /x HTTP/1.1\\r\\n\n0.1 B:40000>A:80 P. seq=1 ack=18 "
	     "data=HTTP/1.1 200 OK\\r\\n\nfinish 1\n",
	     "b0 A:80>B:40000 6 protocol/proven continued,succeeded 1/1 57/57 o1 a2\n"},
	    {"payload against an unanswered SYN is a contradiction",
	     SYN_A "0.1 B:80>A:40000 P. seq=501 ack=101 data=GET /x HTTP/1.1\\r\\n\nfinish 1\n",
	     "anomaly direction-conflict A:0>B:80 @2\n"
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 1/1 40/57 o1 a2 contradictions=1@2\n"},
	    {"payload after a whole handshake says nothing",
	     HANDSHAKE "0.1 B:80>A:40000 P. seq=501 ack=101 data=GET /x HTTP/1.1\\r\\n\nfinish 1\n",
	     "b0 A:40000>B:80 6 handshake/proven opened,succeeded 2/2 80/97 o1 o3 a2 twosided\n"},
	    {"looked for in four segments of a side",
	     "0 A:9000>B:9080 P. seq=1 ack=1 len=1\n0.01 A:9000>B:9080 P. seq=2 ack=1 len=1\n0.02 "
	     "A:9000>B:9080 P. seq=3 ack=1 len=1\n"
	     "0.03 A:9000>B:9080 P. seq=4 ack=1 data=GET /x HTTP/1.1\\r\\n\nfinish 1\n",
	     "b0 A:9000>B:9080 6 protocol/likely continued,succeeded,oneway 4/0 180/0 o1 o2 onesided\n"},
	    {"not in the fifth",
	     "0 A:9000>B:9080 P. seq=1 ack=1 len=1\n0.01 A:9000>B:9080 P. seq=2 ack=1 len=1\n0.02 "
	     "A:9000>B:9080 P. seq=3 ack=1 len=1\n"
	     "0.025 A:9000>B:9080 P. seq=4 ack=1 len=1\n"
	     "0.03 A:9000>B:9080 P. seq=5 ack=1 data=GET /x HTTP/1.1\\r\\n\nfinish 1\n",
	     "b0 A:9000>B:9080 6 none/unknown continued,succeeded,oneway 5/0 221/0 o1 o2 onesided\n"},
	    {"RFB's greeting is never more than likely",
	     "0 B:9080>A:9000 P. seq=1 ack=1 data=RFB 003.008\\n\n0.1 A:9000>B:9080 P. seq=1 ack=13 data=RFB "
	     "003.008\\n\nfinish 1\n",
	     "anomaly direction-conflict A:0>B:9080 @2\n"
	     "b0 A:9000>B:9080 6 protocol/likely continued,succeeded 1/1 52/52 o2 a1 contradictions=1@2\n"},
	    {"SSH says nothing", "0 B:9080>A:9000 P. seq=1 ack=1 data=SSH-2.0-OpenSSH\\r\\n\nfinish 1\n",
	     "b0 B:9080>A:9000 6 none/unknown continued,succeeded,oneway 1/0 57/0 o1\n"},
	    {"cut by the snap length", "0 B:9080>A:9000 P. seq=1 ack=1 len=900 cap=0\nfinish 1\n",
	     "b0 B:9080>A:9000 6 none/unknown continued,succeeded,oneway 1/0 940/0 o1 cut=1\n"},
	};

	KIT_CHECK(cases);
}
