#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_tap_headers, .timeout = 10);

#define FRAME MACS "0800" PLAIN_SYN
#define SAID  SAID_SYN SAID_MACS TCP_TAIL
#define BARE  SAID_SYN TCP_TAIL

static const struct decode_sample rows[] = {
    {"C-HDLC with direction", 205, "01 0f00 0800" PLAIN_SYN, BARE, 0},
    {"C-HDLC with direction, cut", 205, "", "LINK_SHORT", 60},
    {"netANALYZER", 240, "00004000" FRAME, SAID, 0},
    {"netANALYZER, preamble", 241, "00004000 55555555555555d5" FRAME, SAID, 0},
    {"netANALYZER cut", 240, "0000", "LINK_SHORT", 60},
    {"passive optical network", 259, "5555d555555500ff" FRAME, SAID, 0},
    {"Broadcom tag in front", 282, "20000001" FRAME, SAID, 0},
    {"Broadcom tag", 281, MACS "20000001 0800" PLAIN_SYN, SAID, 0},
    {"Broadcom tag cut", 281, MACS "2000", "LINK_SHORT", 60},
    {"Marvell tag, frame untagged", 284, MACS "c0080005 0800" PLAIN_SYN, SAID, 0},
    {"Marvell tag, VLAN 5", 284, MACS "e0080005 0800" PLAIN_SYN, SAID_SYN SAID_MACS " vlans 5" TCP_TAIL, 0},
    {"Marvell tag with its EtherType", 285, MACS "dada0000 e0080005 0800" PLAIN_SYN,
     SAID_SYN SAID_MACS " vlans 5" TCP_TAIL, 0},
    {"ipnet", 226, "0102 0000 00000028 00000001 00000000 00000000 00000000" PLAIN_SYN, BARE, 0},
    {"ipnet, another family", 226, "0103 0000 00000028 00000001 00000000 00000000 00000000" PLAIN_SYN,
     "NOT_IP", 0},
    {"ARCNET, old IP", 7, "0102 f0" PLAIN_SYN, BARE, 0},
    {"ARCNET", 7, "0102 d4 00 0001" PLAIN_SYN, BARE, 0},
    {"ARCNET, exception", 7, "0102 d4 ff ffff ff 00 0001" PLAIN_SYN, BARE, 0},
    {"ARCNET, a part", 7, "0102 d4 03 0001" PLAIN_SYN, "NOT_IP", 0},
    {"ARCNET, address resolution", 7, "0102 d5 00 0001 00", "ARP", 0},
    {"ARCNET of Linux", 129, "0102 0000 d4 00 0001" PLAIN_SYN, BARE, 0},
    {"cable modem", 143, "00000000 0000" FRAME, SAID, 0},
    {"cable modem, longer header", 143, "01020000 0000 6162" FRAME, SAID, 0},
    {"cable modem, management", 143, "c2000000 0000" FRAME, "LINK_CONTROL", 0},
    {"frame relay in one part", 182, "c001 0471 0300cc" PLAIN_SYN, BARE, 0},
    {"frame relay, a part", 182, "8001 0471 0300cc" PLAIN_SYN, "NOT_IP", 0},
    {"frame relay, link integrity", 182, "e101 01", "LINK_CONTROL", 0},
    {"BSD/OS SLIP", 102, "000000000000000000000000000000000000000000000000" PLAIN_SYN, BARE, 0},
    {"BSD/OS PPP", 103, "0000000000 0021 0000000000000000000000000000000000" PLAIN_SYN, BARE, 0},
    {"TaZmen as a link type", 128, "01 00 0001 01" FRAME, SAID, 0},
};

const struct decode_samples samples_tap_headers = SAMPLES(rows);

Test(decode_tap_headers, samples)
{
	check_samples(&samples_tap_headers);
}
