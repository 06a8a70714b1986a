#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_ppp, .timeout = 10);

#define SAID  SAID_SYN TCP_TAIL
#define SAID6 "OK v6 2001:db8::1:1025 > 2001:db8::2:80 proto 6 unicast len 60" TCP_TAIL
#define TCP6  IP6("0014", "06") SYN

static const struct decode_sample rows[] = {
    {"PPP", 9, "ff03 0021" PLAIN_SYN, SAID, 0},
    {"PPP without address and control", 9, "0021" PLAIN_SYN, SAID, 0},
    {"PPP, compressed protocol", 9, "21" PLAIN_SYN, SAID, 0},
    {"PPP, IPv6", 9, "ff03 0057" TCP6, SAID6, 0},
    {"PPP, MPLS", 9, "0281 00064140" PLAIN_SYN, SAID, 0},
    {"PPP, whole packet in a multilink fragment", 9, "003d c0000001 0021" PLAIN_SYN, SAID, 0},
    {"PPP, part of a packet", 9, "003d 80000001 0021" PLAIN_SYN, "NOT_IP", 0},
    {"PPP, link control", 9, "ff03 c021 01", "LINK_CONTROL", 0},
    {"PPP, IP control", 9, "8021 01", "LINK_CONTROL", 0},
    {"PPP, encrypted", 9, "0053 01", "ENCRYPTED", 0},
    {"PPP, compressed", 9, "00fd 01", "NOT_IP", 0},
    {"PPP, cut", 9, "ff03 00", "LINK_SHORT", 40},
    {"PPP, runt", 9, "ff03 00", "RUNT", 0},
    {"serial", 50, "ff03 0021" PLAIN_SYN, SAID, 0},
    {"serial, C-HDLC", 50, "0f00 0800" PLAIN_SYN, SAID, 0},
    {"serial, C-HDLC to all", 50, "8f00 8035 00000002", "LINK_CONTROL", 0},
    {"with direction", 204, "01 ff03 0021" PLAIN_SYN, SAID, 0},
    {"with direction, bare", 204, "00 0021" PLAIN_SYN, SAID, 0},
    {"direction for address", 166, "01 03 0021" PLAIN_SYN, SAID, 0},
    {"with direction, cut", 204, "", "LINK_SHORT", 40},
    {"PPPoE", 1, MACS "8864 1100 0001 002a 0021" PLAIN_SYN "5a5a5a5a", SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"PPPoE alone", 51, "1100 0001 002a 0021" PLAIN_SYN, SAID, 0},
    {"PPPoE, terminating", 1, MACS "8864 11a7 0001 0000", "LINK_CONTROL", 0},
    {"PPPoE, another version", 1, MACS "8864 2100 0001 002a 0021" PLAIN_SYN, "NOT_IP", 0},
    {"PPPoE discovery", 1, MACS "8863 1109 0000 0000", "LINK_CONTROL", 0},
    {"PPPoE cut", 1, MACS "8864 1100", "LINK_SHORT", 46},
    {"PPPoE of nothing", 1, MACS "8864 1100 0001 0000 0021" PLAIN_SYN, "RUNT", 0},
    {"C-HDLC", 104, "0f00 0800" PLAIN_SYN, SAID, 0},
    {"C-HDLC, IPv6", 104, "0f00 86dd" TCP6, SAID6, 0},
    {"C-HDLC, discovery", 104, "8f00 2000 02b4", "STP", 0},
    {"C-HDLC, OSI", 104, "0f00 fefe 0383", "NOT_IP", 0},
    {"C-HDLC cut", 104, "0f00 08", "LINK_SHORT", 40},
    {"frame relay", 107, "0461 03 cc" PLAIN_SYN, SAID, 0},
    {"frame relay, padded", 107, "0461 03 00 cc" PLAIN_SYN, SAID, 0},
    {"frame relay, four-byte address", 107, "04607c61 03 8e" TCP6, SAID6, 0},
    {"frame relay, SNAP", 107, "0461 03 00 80 000000 0800" PLAIN_SYN, SAID, 0},
    {"frame relay, bridged", 107, "0461 03 00 80 0080c2 0007" MACS "0800" PLAIN_SYN,
     SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"frame relay, PPP", 107, "0461 03 cf 0021" PLAIN_SYN, SAID, 0},
    {"frame relay, Cisco's", 107, "0461 0800" PLAIN_SYN, SAID, 0},
    {"frame relay, signalling", 107, "0001 03 08 0075", "LINK_CONTROL", 0},
    {"frame relay, Cisco's management", 107, "fcf1 0308 0001", "LINK_CONTROL", 0},
    {"frame relay, OSI", 107, "0461 03 83 00", "NOT_IP", 0},
    {"frame relay cut", 107, "04", "LINK_SHORT", 40},
    {"frame relay cut before the protocol", 107, "0461 03", "LINK_SHORT", 40},
    {"frame relay with direction", 206, "01 0461 03 cc" PLAIN_SYN, SAID, 0},
};

const struct decode_samples samples_ppp = SAMPLES(rows);

Test(decode_ppp, samples)
{
	check_samples(&samples_ppp);
}
