/*
 * FTP: children that a control connection announces, children that must be assumed, and bounces.
 */
#include "flow_testkit.h"

TestSuite(flow_ftp, .timeout = 10);

#define CONTROL(port)                                                                                        \
	"0 A:40000>B:" #port " S seq=100\n0.01 B:" #port                                                     \
	">A:40000 S. seq=500 ack=101\n0.02 A:40000>B:" #port " . seq=101 ack=501\n"
#define CONTROL_21 CONTROL(21)
#define CHILD_SYN                                                                                            \
	"2 A:40001>B:50000 S seq=1\n2.1 B:50000>A:40001 S. seq=1 ack=2\n2.2 A:40001>B:50000 . seq=2 ack=2\n"
#define CHILD_TOLD "b0 A:40001>B:50000 6 handshake/proven opened,succeeded 2/1 80/40 "

Test(flow_ftp, announced)
{
	static const struct kit_case cases[] = {
	    {"PASV",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=227 Entering Passive Mode "
			"(10,0,0,2,195,80).\\r\\n\n" CHILD_SYN "finish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/126 o1 o3 a2 twosided\n" CHILD_TOLD
	     "o5 o7 a6 parent=21\n"},
	    {"PASV without brackets",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=227 Passive 10,0,0,2,195,80\\r\\n\n" CHILD_SYN
			"finish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/109 o1 o3 a2 twosided\n" CHILD_TOLD
	     "o5 o7 a6 parent=21\n"},
	    {"EPSV, on another port that greets with 220",
	     CONTROL(
		 2121) "0.1 B:2121>A:40000 P. seq=501 ack=101 data=220 hello\\r\\n\n"
		       "1 B:2121>A:40000 P. seq=512 ack=101 data=229 Extended (|||50000|)\\r\\n\n" CHILD_SYN
		       "finish 3\n",
	     "b0 A:40000>B:2121 6 handshake/proven opened,succeeded 2/3 80/157 o1 o3 a2 twosided\n" CHILD_TOLD
	     "o6 o8 a7 parent=2121\n"},
	    {"PORT, in pieces: the server opens",
	     CONTROL_21 "1 A:40000>B:21 P. seq=101 ack=501 data=PORT 10,0,\n1.01 A:40000>B:21 P. seq=111 "
			"ack=501 data=0,1,156,\n"
			"1.02 A:40000>B:21 P. seq=119 ack=501 data=65\\r\\n\n"
			"2 B:20>A:40001 S seq=1\n2.1 A:40001>B:20 S. seq=1 ack=2\n2.2 B:20>A:40001 . seq=2 "
			"ack=2\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 5/1 222/40 o1 o3 a2 twosided\n"
	     "b0 B:20>A:40001 6 handshake/proven opened,succeeded 2/1 80/40 o7 o9 a8 parent=21\n"},
	    {"PORT, data seen in its middle: the announcement tells who opened",
	     CONTROL_21 "1 A:40000>B:21 P. seq=101 ack=501 data=port 10,0,0,1,156,65\\r\\n\n"
			"2 A:40001>B:20 . seq=1 ack=1\n2.1 B:20>A:40001 P. seq=1 ack=1 len=9\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/1 142/40 o1 o3 a2 twosided\n"
	     "b0 B:20>A:40001 6 child/proven continued,succeeded 1/1 49/40 o6 a5 parent=21\n"},
	    {"within five minutes",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=227 (10,0,0,2,195,80)\\r\\n\n300.9 "
			"A:40001>B:50000 S seq=1\nfinish 301\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/103 o1 o3 a2 twosided\n"
	     "b0 A:40001>B:50000 6 handshake/proven opened 1/0 40/0 o5 parent=21\n"},
	    {"not later",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=227 (10,0,0,2,195,80)\\r\\n\n301 "
			"A:40001>B:50000 S seq=1\nfinish 302\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/103 o1 o3 a2 twosided\n"
	     "b0 A:40001>B:50000 6 handshake/proven opened 1/0 40/0 o5\n"},
	    {"a retransmitted announcement is read once, and whole",
	     CONTROL_21
	     "1 A:40000>B:21 P. seq=101 ack=501 data=PORT 10,0,\n1.01 A:40000>B:21 P. seq=101 ack=501 "
	     "data=PORT 10,0,0,1,\n"
	     "1.02 A:40000>B:21 P. seq=115 ack=501 data=156,65\\r\\n\n2 B:20>A:40001 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 5/1 232/40 o1 o3 a2 twosided\n"
	     "b0 B:20>A:40001 6 handshake/proven opened 1/0 40/0 o7 parent=21\n"},
	    {"EPRT over IPv6",
	     "0 a:40000>b:21 S seq=100\n0.01 b:21>a:40000 S. seq=500 ack=101\n0.02 a:40000>b:21 . seq=101 "
	     "ack=501\n"
	     "1 a:40000>b:21 P. seq=101 ack=501 data=EPRT |2|fd00::1|40001|\\r\\n\n2 b:20>a:40001 S "
	     "seq=1\nfinish 3\n",
	     "b0 a:40000>b:21 6 handshake/proven opened,succeeded 3/1 144/40 o1 o3 a2 twosided\n"
	     "b0 b:20>a:40001 6 handshake/proven opened 1/0 40/0 o5 parent=21\n"},
	    {"the announced end opens itself: no child",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=227 (10,0,0,2,195,80)\\r\\n\n2 "
			"B:50000>A:40001 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/103 o1 o3 a2 twosided\n"
	     "b0 B:50000>A:40001 6 handshake/proven opened 1/0 40/0 o5\n"},
	    {"another host connects there: no child",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=227 (10,0,0,2,195,80)\\r\\n\n2 "
			"C:40001>B:50000 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/103 o1 o3 a2 twosided\n"
	     "b0 C:40001>B:50000 6 handshake/proven opened 1/0 40/0 o5\n"},
	    {"the prose of a long greeting announces nothing",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=220-hello\\r\\n227 "
			"(10,0,0,2,195,80)\\r\\n220 go\\r\\n\n" CHILD_SYN "finish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/122 o1 o3 a2 twosided\n" CHILD_TOLD
	     "o5 o7 a6\n"},
	    {"the last line of a long reply does",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=227-hello\\r\\n227 ok "
			"(10,0,0,2,195,80)\\r\\n\n" CHILD_SYN "finish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/117 o1 o3 a2 twosided\n" CHILD_TOLD
	     "o5 o7 a6 parent=21\n"},
	    {"after it the server is heard again",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=220-hello\\r\\n220 go\\r\\n227 "
			"(10,0,0,2,195,80)\\r\\n\n" CHILD_SYN "finish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/122 o1 o3 a2 twosided\n" CHILD_TOLD
	     "o5 o7 a6 parent=21\n"},
	    {"a reply is not the client's to give",
	     CONTROL_21 "1 A:40000>B:21 P. seq=101 ack=501 data=227 (10,0,0,1,195,80)\\r\\n\n2 "
			"B:40001>A:50000 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/1 143/40 o1 o3 a2 twosided\n"
	     "b0 B:40001>A:50000 6 handshake/proven opened 1/0 40/0 o5\n"},
	    {"mail greets with 220 as well",
	     CONTROL(2525) "0.1 B:2525>A:40000 P. seq=501 ack=101 data=220 b ESMTP\\r\\n\n"
			   "1 B:2525>A:40000 P. seq=514 ack=101 data=227 (10,0,0,2,195,80)\\r\\n\n" CHILD_SYN
			   "finish 3\n",
	     "b0 A:40000>B:2525 6 handshake/proven opened,succeeded 2/3 80/156 o1 o3 a2 twosided\n" CHILD_TOLD
	     "o6 o8 a7\n"},
	};

	KIT_CHECK(cases);
}

/* The parts of a greeting tell the control connection, whatever its port. */
Test(flow_ftp, greeting_in_pieces)
{
#define PORT_2121                                                                                            \
	"1 A:40000>B:2121 P. seq=101 ack=513 data=PORT 10,0,0,1,156,65\\r\\n\n2 B:2120>A:40001 S "           \
	"seq=1\nfinish "                                                                                     \
	"3\n"
	static const struct kit_case cases[] = {
	    {"in the code",
	     CONTROL(2121) "0.1 B:2121>A:40000 P. seq=501 ack=101 data=22\n0.2 B:2121>A:40000 P. seq=503 "
			   "ack=101 data=0 ready\\r\\n\n" PORT_2121,
	     "b0 A:40000>B:2121 6 handshake/proven opened,succeeded 3/3 142/131 o1 o3 a2 twosided\n"
	     "b0 B:2120>A:40001 6 handshake/proven opened 1/0 40/0 o7 parent=2121\n"},
	    {"behind the code",
	     CONTROL(2121) "0.1 B:2121>A:40000 P. seq=501 ack=101 data=220\n0.2 B:2121>A:40000 P. seq=504 "
			   "ack=101 data=-a\\r\\n220 b\\r\\n\n" PORT_2121,
	     "b0 A:40000>B:2121 6 handshake/proven opened,succeeded 3/3 142/134 o1 o3 a2 twosided\n"
	     "b0 B:2120>A:40001 6 handshake/proven opened 1/0 40/0 o7 parent=2121\n"},
	    {"mail's",
	     CONTROL(2121) "0.1 B:2121>A:40000 P. seq=501 ack=101 data=220\n0.2 B:2121>A:40000 P. seq=504 "
			   "ack=101 data= x ESMTP\\r\\n\n" PORT_2121,
	     "b0 A:40000>B:2121 6 handshake/proven opened,succeeded 3/3 142/133 o1 o3 a2 twosided\n"
	     "b0 B:2120>A:40001 6 handshake/proven opened 1/0 40/0 o7\n"},
	    {"not ended yet",
	     CONTROL(2121) "0.1 B:2121>A:40000 P. seq=501 ack=101 data=220 welcome to\n" PORT_2121,
	     "b0 A:40000>B:2121 6 handshake/proven opened,succeeded 3/2 142/94 o1 o3 a2 twosided\n"
	     "b0 B:2120>A:40001 6 handshake/proven opened 1/0 40/0 o6\n"},
	    {"the client's",
	     CONTROL(2121) "0.1 A:40000>B:2121 P. seq=101 ack=501 data=22\n0.2 A:40000>B:2121 P. seq=103 "
			   "ack=501 data=0 ready\\r\\nPORT 10,0,0,1,156,65\\r\\n\n2 B:2120>A:40001 S "
			   "seq=1\nfinish 3\n",
	     "b0 A:40000>B:2121 6 handshake/proven opened,succeeded 4/1 193/40 o1 o3 a2 twosided\n"
	     "b0 B:2120>A:40001 6 handshake/proven opened 1/0 40/0 o6\n"},
	};

	KIT_CHECK(cases);
}

/* A command or reply that the mirror lost, seen by its acknowledgement, or by what is asked and not replied
 * to. */
Test(flow_ftp, lost_announcements)
{
	static const struct kit_case cases[] = {
	    {"PORT, and its reply came",
	     CONTROL_21 "0.1 B:21>A:40000 P. seq=501 ack=101 data=220 x\\r\\n\n1 B:21>A:40000 P. seq=508 "
			"ack=131 data=200 ok\\r\\n\n2 B:20>A:40001 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/3 80/135 o1 o3 a2 unseen=30 twosided\n"
	     "b0 B:20>A:40001 6 handshake/proven opened 1/0 40/0 o6 parent=21?\n"},
	    {"the same, long ago",
	     CONTROL_21 "0.1 B:21>A:40000 P. seq=501 ack=101 data=220 x\\r\\n\n1 B:21>A:40000 P. seq=508 "
			"ack=131 data=200 ok\\r\\n\n20 A:40000>B:21 P. seq=131 ack=516 data=NOOP\\r\\n\n30 "
			"B:20>A:40001 S seq=1\nfinish 31\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/3 126/135 o1 o3 a2 unseen=30 twosided\n"
	     "b0 B:20>A:40001 6 handshake/proven opened 1/0 40/0 o7 parent=21?\n"},
	    {"the reply to PASV",
	     CONTROL_21 "1 A:40000>B:21 P. seq=101 ack=501 data=PASV\\r\\n\n" CHILD_SYN "finish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/1 126/40 o1 o3 a2 twosided\n" CHILD_TOLD
	     "o5 o7 a6 parent=21?\n"},
	    {"PASV was refused",
	     CONTROL_21 "1 A:40000>B:21 P. seq=101 ack=501 data=PASV\\r\\n\n1.1 B:21>A:40000 P. seq=501 "
			"ack=107 data=502 no\\r\\n\n" CHILD_SYN "finish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/2 126/88 o1 o3 a2 twosided\n" CHILD_TOLD
	     "o6 o8 a7\n"},
	    {"the greeting",
	     CONTROL_21 "0.2 A:40000>B:21 P. seq=101 ack=520 data=USER x\\r\\n\n" CHILD_SYN "finish 30\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/1 128/40 o1 o3 a2 unseen=19 "
	     "twosided\n" CHILD_TOLD "o5 o7 a6 parent=21?\n"},
	    {"in later fragments",
	     CONTROL_21 "1 A:40000>B:21 P. seq=101 ack=501 data=PORT 10, first id=9\n1 A>B P. frag=40 id=9 "
			"len=18\n2 B:20>A:40001 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 4/1 197/40 o1 o3 a2 twosided\n"
	     "b0 B:20>A:40001 6 handshake/proven opened 1/0 40/0 o6 parent=21?\n"},
	};

	KIT_CHECK(cases);
}

Test(flow_ftp, bounce)
{
	static const struct kit_case cases[] = {
	    {"PORT naming the server itself is nonsense, no bounce",
	     CONTROL_21 "1 A:40000>B:21 P. seq=101 ack=501 data=PORT 10,0,0,2,0,80\\r\\n\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/1 140/40 o1 o3 a2 twosided\n"},
	    {"an address of which the first digit is a 9",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=227 (9,0,0,3,195,80)\\r\\n\nfinish 3\n",
	     "anomaly ftp-bounce A:0>B:21 third 9.0.0.3:0 @4\n"
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/102 o1 o3 a2 twosided\n"},
	    {"EPRT without a port, without an end",
	     CONTROL_21 "1 A:40000>B:21 P. seq=101 ack=501 data=EPRT |1|10.0.0.1|x|\\r\\nEPRT "
			"|1|10.0.0.1|40001\\r\\nEPRT |1|10.0.0.1\\r\\n\n"
			"2 B:20>A:40001 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/1 183/40 o1 o3 a2 twosided\n"
	     "b0 B:20>A:40001 6 handshake/proven opened 1/0 40/0 o5\n"},
	    {"PORT naming a third host",
	     CONTROL_21 "1 A:40000>B:21 P. seq=101 ack=501 data=PORT 10,0,0,3,0,80\\r\\n\n2 B:20>C:80 S "
			"seq=1\nfinish 3\n",
	     "anomaly ftp-bounce A:0>B:21 third C:0 @4\n"
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/1 140/40 o1 o3 a2 twosided\n"
	     "b0 B:20>C:80 6 handshake/proven opened 1/0 40/0 o5\n"},
	    {"PASV naming a third host",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=227 (10,0,0,3,195,80)\\r\\n\n2 "
			"A:40001>C:50000 S seq=1\nfinish 3\n",
	     "anomaly ftp-bounce A:0>B:21 third C:0 @4\n"
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/103 o1 o3 a2 twosided\n"
	     "b0 A:40001>C:50000 6 handshake/proven opened 1/0 40/0 o5\n"},
	    {"the client connects to the server that named another: address translation",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 data=227 (10,0,0,3,195,80)\\r\\n\n" CHILD_SYN
			"finish 3\n",
	     "anomaly ftp-bounce A:0>B:21 third C:0 @4\n"
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/103 o1 o3 a2 twosided\n" CHILD_TOLD
	     "o5 o7 a6 parent=21\n"},
	    {"bad numbers announce nothing",
	     CONTROL_21
	     "1 A:40000>B:21 P. seq=101 ack=501 data=PORT 10,0,0,300,0,80\\r\\nPORT 10,0,0\\r\\nPORT "
	     "10,0,0,1,0,0\\r\\nEPRT |1|10.0.0.1|99999|\\r\\nEPRT\\r\\n\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/1 205/40 o1 o3 a2 twosided\n"},
	};

	KIT_CHECK(cases);
}

#define TLS_21                                                                                               \
	CONTROL_21 "1 A:40000>B:21 P. seq=101 ack=501 data=AUTH TLS\\r\\n\n1.1 B:21>A:40000 P. seq=501 "     \
		   "ack=111 data=234 go\\r\\n\n"
#define TLS_TOLD "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/2 130/88 o1 o3 a2 twosided\n"

Test(flow_ftp, assumed)
{
	static const struct kit_case cases[] = {
	    {"beside another protocol that was taken up in its middle none is",
	     "0 A:9000>B:9080 P. seq=1 ack=1 data=GET /x HTTP/1.1\\r\\n\n0.1 B:9080>A:9000 P. seq=1 ack=18 "
	     "data=HTTP/1.1 200 OK\\r\\n\n"
	     "2 A:40001>B:50000 S seq=1\nfinish 3\n",
	     "b0 A:40001>B:50000 6 handshake/proven opened 1/0 40/0 o3\n"
	     "b0 A:9000>B:9080 6 protocol/proven continued,succeeded 1/1 57/57 o1 a2\n"},
	    {"server port 20 opens", TLS_21 "2 B:20>A:40001 S seq=1\nfinish 3\n",
	     TLS_TOLD "b0 B:20>A:40001 6 handshake/proven opened 1/0 40/0 o6 parent=21?\n"},
	    {"towards server port 20 the client does not", TLS_21 "2 A:40001>B:20 S seq=1\nfinish 3\n",
	     TLS_TOLD "b0 A:40001>B:20 6 handshake/proven opened 1/0 40/0 o6\n"},
	    {"a reply of which the middle was cut is not joined",
	     CONTROL_21 "1 B:21>A:40000 P. seq=501 ack=101 len=20 cap=12 data=227 (10,0,0,\n1.1 B:21>A:40000 "
			"P. seq=521 ack=101 data=2,195,80)\\r\\n\n"
			"2 A:40001>B:50000 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/3 80/151 o1 o3 a2 twosided\n"
	     "b0 A:40001>B:50000 6 handshake/proven opened 1/0 40/0 o6 parent=21?\n"},
	    {"several controls of one pair, ended one after the other",
	     "0 A:40000>B:21 P. seq=1 ack=1 data=NOOP\\r\\n\n0 A:40010>B:21 P. seq=1 ack=1 "
	     "data=NOOP\\r\\n\n0 A:40020>B:21 P. seq=1 ack=1 data=NOOP\\r\\n\n"
	     "1 A:40010>B:21 R seq=7\n1 A:40001>B:50000 S seq=1\nexpire 7\n8 A:40002>B:50000 S seq=1\n9 "
	     "A:40020>B:21 R seq=7\nexpire 15\n"
	     "16 A:40003>B:50000 S seq=1\n17 A:40000>B:21 R seq=7\n23 A:40004>B:50000 S seq=1\nfinish 24\n",
	     "b0 A:40000>B:21 6 ports/likely continued,succeeded,oneway 2/0 86/0 o1 o9\n"
	     "b0 A:40001>B:50000 6 handshake/proven opened 1/0 40/0 o5 parent=21?\n"
	     "b0 A:40002>B:50000 6 handshake/proven opened 1/0 40/0 o6 parent=21?\n"
	     "b0 A:40003>B:50000 6 handshake/proven opened 1/0 40/0 o8 parent=21?\n"
	     "b0 A:40004>B:50000 6 handshake/proven opened 1/0 40/0 o10\n"
	     "b0 A:40010>B:21 6 ports/likely continued,succeeded,oneway 2/0 86/0 o2 o4\n"
	     "b0 A:40020>B:21 6 ports/likely continued,succeeded,oneway 2/0 86/0 o3 o7\n"},
	    {"both ports unreserved, behind TLS", TLS_21 CHILD_SYN "finish 3\n",
	     TLS_TOLD CHILD_TOLD "o6 o8 a7 parent=21?\n"},
	    {"server port 20, seen in its middle", TLS_21 "2 A:40001>B:20 . seq=1 ack=1\nfinish 3\n",
	     TLS_TOLD "b0 B:20>A:40001 6 child/likely continued 0/1 0/40 o6 a6 parent=21?\n"},
	    {"a reserved port is none", TLS_21 "2 A:40001>B:443 S seq=1\nfinish 3\n",
	     TLS_TOLD "b0 A:40001>B:443 6 handshake/proven opened 1/0 40/0 o6\n"},
	    {"of another pair is none", TLS_21 "2 A:40001>C:50000 S seq=1\nfinish 3\n",
	     TLS_TOLD "b0 A:40001>C:50000 6 handshake/proven opened 1/0 40/0 o6\n"},
	    {"after the control's end none is",
	     TLS_21 "1.5 B:21>A:40000 R seq=509\n2 A:40001>B:50000 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 3/3 130/128 o1 o3 a2 twosided\n"
	     "b0 A:40001>B:50000 6 handshake/proven opened 1/0 40/0 o7\n"},
	    {"while the control can be read none is",
	     CONTROL_21
	     "1 B:21>A:40000 P. seq=501 ack=101 data=220 hi\\r\\n\n2 A:40001>B:50000 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/88 o1 o3 a2 twosided\n"
	     "b0 A:40001>B:50000 6 handshake/proven opened 1/0 40/0 o5\n"},
	    {"a control taken up in its middle",
	     "0 A:40000>B:21 P. seq=1 ack=1 data=NOOP\\r\\n\n2 A:40001>B:50000 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 ports/likely continued,succeeded,oneway 1/0 46/0 o1\n"
	     "b0 A:40001>B:50000 6 handshake/proven opened 1/0 40/0 o2 parent=21?\n"},
	    {"a control that is cut",
	     CONTROL_21
	     "1 B:21>A:40000 P. seq=501 ack=101 len=50 cap=0\n2 A:40001>B:50000 S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/130 o1 o3 a2 twosided\n"
	     "b0 A:40001>B:50000 6 handshake/proven opened 1/0 40/0 o5 parent=21?\n"},
	    {"a control of which something was lost",
	     CONTROL_21 "1 B:21>A:40000 P. seq=511 ack=101 data=227 (10,0,0,2,1,1)\\r\\n\n2 A:40001>B:50000 "
			"S seq=1\nfinish 3\n",
	     "b0 A:40000>B:21 6 handshake/proven opened,succeeded 2/2 80/100 o1 o3 a2 twosided\n"
	     "b0 A:40001>B:50000 6 handshake/proven opened 1/0 40/0 o5 parent=21?\n"},
	};

	KIT_CHECK(cases);
}
