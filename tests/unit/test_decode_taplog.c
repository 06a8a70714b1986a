#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_taplog, .timeout = 10);

#define SAID  SAID_SYN TCP_TAIL
#define TAP24 "18000000 01000000 01000000 000000000000000000000000 "

static const struct decode_sample rows[] = {
    {"netfilter log, little endian", 239,
     "02 00 0005 0800 0100 08000300 0600 0a00 61000000 2c00 0900" PLAIN_SYN, SAID, 0},
    {"netfilter log, big endian", 239, "02 00 0005 0008 0001 08000300 0006 000a 61000000 002c 0009" PLAIN_SYN,
     SAID, 0},
    {"netfilter log, IPv6", 239, "0a 00 0005 4000 0900" IP6("0014", "06") SYN,
     "OK v6 2001:db8::1:1025 > 2001:db8::2:80 proto 6 unicast len 60" TCP_TAIL, 0},
    {"netfilter log, no packet", 239, "02 00 0005 0800 0100 08000300", "NOT_IP", 0},
    {"netfilter log, attribute too short", 239, "02 00 0005 0300 0100 08000300", "NOT_IP", 0},
    {"netfilter log, attribute cut", 239, "02 00 0005 0800 0100 08", "LINK_SHORT", 60},
    {"netfilter log, attribute beyond", 239, "02 00 0005 8000 0100 08", "RUNT", 0},
    {"netfilter log, cut", 239, "02 00", "LINK_SHORT", 60},
    {"packet tap", 258, TAP24 MACS "0800" PLAIN_SYN, SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"packet tap, no packet", 258, "18000000 00000000 01000000 000000000000000000000000", "NOT_IP", 0},
    {"packet tap, unknown inside", 258, "0c000000 01000000 ff000000" PLAIN_SYN, "LINK_UNSUPPORTED", 0},
    {"packet tap in packet tap", 258, "0c000000 01000000 02010000" TAP24 MACS "0800" PLAIN_SYN,
     SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"packet tap, impossible length", 258, "0b000000 01000000 01000000" PLAIN_SYN, "NOT_IP", 0},
    {"packet tap, length beyond", 258, "ffffffff 01000000 01000000" PLAIN_SYN, "RUNT", 0},
    {"packet tap, cut", 258, "18000000 0100", "LINK_SHORT", 60},
};

const struct decode_samples samples_taplog = SAMPLES(rows);

Test(decode_taplog, samples)
{
	check_samples(&samples_taplog);
}
