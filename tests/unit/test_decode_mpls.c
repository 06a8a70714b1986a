#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_mpls, .timeout = 10);

#define MPLS        MACS "8847 "
#define MORE        "00064040 "
#define LAST        "00065140 "
#define FOUR        MORE MORE MORE MORE
#define SAID        SAID_SYN SAID_MACS TCP_TAIL
#define SAID6       "OK v6 2001:db8::1:1025 > 2001:db8::2:80 proto 6 unicast len 60" SAID_MACS TCP_TAIL
#define TCP6        IP6("0014", "06") SYN
#define INSIDE      "0200000000aa 0200000000bb "
#define SAID_INSIDE SAID_SYN " macs 02:00:00:00:00:bb > 02:00:00:00:00:aa"
/* Addresses whose first four bits look like IPv4 and IPv6 */
#define LIKE_IP4 "4600000000aa 0200000000bb "
#define LIKE_IP6 "6600000000aa 0200000000bb "

static const struct decode_sample rows[] = {
    {"IPv4", 1, MPLS LAST PLAIN_SYN, SAID, 0},
    {"IPv6", 1, MPLS LAST TCP6, SAID6, 0},
    {"multicast type, two labels", 1, MACS "8848" MORE LAST PLAIN_SYN, SAID, 0},
    {"sixteen labels", 1, MPLS FOUR FOUR FOUR MORE MORE MORE LAST PLAIN_SYN, SAID, 0},
    {"seventeen labels", 1, MPLS FOUR FOUR FOUR FOUR LAST PLAIN_SYN, "TOO_DEEP", 0},
    {"IPv4 explicit null", 1, MPLS "00000140" PLAIN_SYN, SAID, 0},
    {"IPv6 explicit null", 1, MPLS "00002140" TCP6, SAID6, 0},
    {"IPv6 explicit null, yet IPv4", 1, MPLS "00002140" PLAIN_SYN "0000000000000000", "IP_VERSION", 0},
    {"alert label", 1, MPLS MORE "0000d140 10000001", "LINK_CONTROL", 0},
    {"associated channel", 1, MPLS LAST "10000007 20c0", "LINK_CONTROL", 0},
    {"control word and frame", 1, MPLS LAST "00000001" INSIDE "0800" PLAIN_SYN, SAID_INSIDE TCP_TAIL, 0},
    {"control word and tagged frame", 1, MPLS LAST "00000001" INSIDE "8100 0005 0800" PLAIN_SYN,
     SAID_INSIDE " vlans 5" TCP_TAIL, 0},
    {"frame alone", 1, MPLS LAST INSIDE "0800" PLAIN_SYN, SAID_INSIDE TCP_TAIL, 0},
    {"frame alone, ARP", 1, MPLS LAST INSIDE "0806 0001", "ARP", 0},
    {"control word, spanning tree", 1, MPLS LAST "00000000 0180c2000000 020000000001 0026 424203 00000000",
     "STP", 0},
    {"frame alone, begins like a short IPv6 packet", 1,
     MPLS LAST "660000000005 0200000000bb 8100 0005 0800" PLAIN_SYN,
     SAID_SYN " macs 02:00:00:00:00:bb > 66:00:00:00:00:05 vlans 5" TCP_TAIL, 0},
    {"IPv6, padded", 1, MPLS LAST TCP6 "00000000", SAID6, 0},
    {"frame alone, begins like IPv4", 1, MPLS LAST LIKE_IP4 "86dd" TCP6,
     "OK v6 2001:db8::1:1025 > 2001:db8::2:80 proto 6 unicast len 60 macs 02:00:00:00:00:bb > "
     "46:00:00:00:00:aa" TCP_TAIL,
     0},
    {"frame alone, begins like IPv6", 1, MPLS LAST LIKE_IP6 "0800" PLAIN_SYN,
     SAID_SYN " macs 02:00:00:00:00:bb > 66:00:00:00:00:aa" TCP_TAIL, 0},
    {"something else", 1, MPLS LAST "0000000000000000 0000000000000000", "NOT_IP", 0},
    {"bad IPv4", 1, MPLS LAST "4100 0028 0007 4000 40 06 0000 0a000001 0a000002" SYN, "IP_HEADER_LENGTH", 0},
    {"label cut", 1, MPLS MORE "0006", "LINK_SHORT", 40},
    {"label never there", 1, MPLS MORE "0006", "RUNT", 0},
    {"cut behind the labels", 1, MPLS LAST, "LINK_SHORT", 40},
    {"nothing behind the labels", 1, MPLS LAST, "NOT_IP", 0},
};

const struct decode_samples samples_mpls = SAMPLES(rows);

Test(decode_mpls, samples)
{
	check_samples(&samples_mpls);
}
