#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_ipv4, .timeout = 10);

#define ENDS           "0a000001 0a000002 "
#define FRAGMENT(bits) "4500 0024 0007 " bits "40 11 0000 " ENDS
#define SIXTEEN        "0401 0045 0064 0000 6162636465666768"
#define SAID_ENDS      " v4 10.0.0.1:1025 > 10.0.0.2:69 proto 17 unicast"
#define SAID_BARE      " v4 10.0.0.1:0 > 10.0.0.2:0 proto 17 unicast"

static const struct decode_sample rows[] = {
    {"raw IP", 101, PLAIN_SYN, SAID_SYN TCP_TAIL, 0},
    {"raw IP, other numbers", 12, PLAIN_SYN, SAID_SYN TCP_TAIL, 0},
    {"raw IP, yet other numbers", 14, PLAIN_SYN, SAID_SYN TCP_TAIL, 0},
    {"IPv4 alone", 228, PLAIN_SYN, SAID_SYN TCP_TAIL, 0},
    {"raw, neither version", 101, "5500 0028" SYN, "IP_VERSION", 0},
    {"raw, nothing", 101, "", "RUNT", 0},
    {"raw, nothing captured", 101, "", "IP_SHORT", 20},
    {"trailer", 228, PLAIN_SYN "5a5a5a5a5a5a5a", SAID_SYN TCP_TAIL, 0},
    {"options", 228, "4600 002c 0007 4000 40 06 0000" ENDS "01010101" SYN,
     "OK v4 " SYN_PORTS " len 44 id 7" TCP_TAIL, 0},
    {"all the options there can be", 228,
     "4f00 0050 0007 4000 40 06 0000" ENDS "0101010101010101010101010101010101010101010101010101010101010101"
     "0101010101010101" SYN,
     "OK v4 " SYN_PORTS " len 80 id 7" TCP_TAIL, 0},
    {"no length: still to be segmented", 228, IP4("0000", "06") SYN "61626364",
     "OK v4 " SYN_PORTS " len 44 id 7 flags 2 seq 1 ack 0 payload 4/4", 0},
    {"no length, cut", 228, IP4("0000", "06") SYN "61626364",
     "OK v4 " SYN_PORTS " len 2044 id 7 flags 2 seq 1 ack 0 payload 4/2004", 2000},
    {"no length, but nothing to segment", 228, IP4("0000", "01") "0800 0000 0001 0001", "IP_TOTAL_LENGTH", 0},
    {"unfragmented id 0 is none", 228, "4500 0028 0000 4000 40 06 0000" ENDS SYN,
     "OK v4 " SYN_PORTS " len 40" TCP_TAIL, 0},
    {"says more than was mirrored", 228, IP4("05dc", "06") SYN,
     "OK v4 " SYN_PORTS " len 1500 id 7 flags 2 seq 1 ack 0 payload 0/1460", 0},
    {"version 6", 228, "6500 0028 0007 4000 40 06 0000" ENDS SYN, "IP_VERSION", 0},
    {"header of 16 bytes", 228, "4400 0028 0007 4000 40 06 0000" ENDS SYN, "IP_HEADER_LENGTH", 0},
    {"total below header", 228, IP4("0013", "06") SYN, "IP_TOTAL_LENGTH", 0},
    {"total below header with options", 228, "4600 0017 0007 4000 40 06 0000" ENDS "01010101" SYN,
     "IP_TOTAL_LENGTH", 0},
    {"header cut", 228, "4500 0028 0007 4000", "IP_SHORT", 32},
    {"header is a runt", 228, "4500 0028 0007 4000", "RUNT", 0},
    {"options cut", 228, "4600 002c 0007 4000 40 06 0000" ENDS, "IP_SHORT", 24},
    {"options never there", 228, "4600 002c 0007 4000 40 06 0000" ENDS, "RUNT", 0},
    {"first fragment", 228, FRAGMENT("2000") SIXTEEN,
     "OK" SAID_ENDS " len 36 id 7 fragment 0+ of 17 payload 8/92", 0},
    {"middle fragment", 228, FRAGMENT("2002") SIXTEEN,
     "LATER_FRAGMENT" SAID_BARE " len 36 id 7 fragment 16+ of 17 payload 16/16", 0},
    {"last fragment", 228, FRAGMENT("0002") SIXTEEN,
     "LATER_FRAGMENT" SAID_BARE " len 36 id 7 fragment 16 of 17 payload 16/16", 0},
    {"fragment with id 0", 228, "4500 0024 0000 0002 40 11 0000" ENDS SIXTEEN,
     "LATER_FRAGMENT" SAID_BARE " len 36 id 0 fragment 16 of 17 payload 16/16", 0},
    {"first fragment of TCP, flags in the next", 228,
     "4500 001c 0007 2000 40 06 0000" ENDS "0401 0050 00000001",
     "OK v4 " SYN_PORTS " len 28 id 7 fragment 0+ of 6 flags 0 seq 1 ack 0 payload 0/0", 0},
    {"fragment not of eights", 228, "4500 0028 0007 2000 40 06 0000" ENDS SYN, "FRAGMENT_BAD", 0},
    {"fragment of nothing", 228, "4500 0014 0007 2000 40 06 0000" ENDS, "FRAGMENT_BAD", 0},
    {"fragment beyond 65535", 228, FRAGMENT("1fff") SIXTEEN, "FRAGMENT_BAD", 0},
    {"last fragment that just fits", 228, "4500 0024 0007 1ffb 40 11 0000" ENDS SIXTEEN,
     "LATER_FRAGMENT" SAID_BARE " len 36 id 7 fragment 65496 of 17 payload 16/16", 0},
    {"last fragment that fits to the byte", 228,
     "4500 0027 0007 1ffb 40 11 0000" ENDS "0401 0045 0064 0000 6162636465666768 696a6b",
     "LATER_FRAGMENT" SAID_BARE " len 39 id 7 fragment 65496 of 17 payload 19/19", 0},
    {"last fragment one byte too long", 228,
     "4500 0028 0007 1ffb 40 11 0000" ENDS "0401 0045 0064 0000 6162636465666768 696a6b6c", "FRAGMENT_BAD",
     0},
    {"first fragment of ICMP error", 228,
     "4500 0024 0007 2000 40 01 0000" ENDS "0303 0000 00000000 4500000000000000",
     "ICMP_ERROR v4 10.0.0.1:0 > 10.0.0.2:0 proto 1 unicast len 36 id 7 fragment 0+ of 1 icmp 3/3 payload "
     "16/16 quotes "
     "nothing",
     0},
};

const struct decode_samples samples_ipv4 = SAMPLES(rows);

Test(decode_ipv4, samples)
{
	check_samples(&samples_ipv4);
}
