#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_ipv6, .timeout = 10);

#define ENDS                "20010db8000000000000000000000001 20010db8000000000000000000000002 "
#define SAID_ENDS           " v6 2001:db8::1:1025 > 2001:db8::2:80 proto 6 unicast"
#define SAID_BARE(protocol) " v6 2001:db8::1:0 > 2001:db8::2:0 proto " protocol " unicast"
#define EXT(next)           next "00 0104 00000000 "
#define FOUR_EXT            EXT("3c") EXT("3c") EXT("3c") EXT("3c")
#define JUMBO               "0600 c204 00011170 " /* 70000 bytes behind the IPv6 header */

static const struct decode_sample rows[] = {
    {"raw IP", 101, IP6("0014", "06") SYN, "OK" SAID_ENDS " len 60" TCP_TAIL, 0},
    {"IPv6 alone", 229, IP6("0014", "06") SYN, "OK" SAID_ENDS " len 60" TCP_TAIL, 0},
    {"Ethernet", 1, MACS "86dd" IP6("0014", "06") SYN "5a5a", "OK" SAID_ENDS " len 60" SAID_MACS TCP_TAIL, 0},
    {"tagged, UDP", 1, MACS "8100 0005 86dd" IP6("000c", "11") DATAGRAM,
     "OK v6 2001:db8::1:1025 > 2001:db8::2:69 proto 17 unicast len 52" SAID_MACS " vlans 5 payload 4/4", 0},
    {"link-local, tagged", 1,
     MACS "8100 0005 86dd 60000000 0014 06 40 fe800000000000000000000000000001 "
	  "ff020000000000000000000000000002" SYN,
     "OK v6 fe80::1%vlan5:1025 > ff02::2:80 proto 6 multicast len 60" SAID_MACS " vlans 5" TCP_TAIL, 0},
    {"IPv4 under its number", 229, PLAIN_SYN "0000000000000000", "IP_VERSION", 0},
    {"header cut", 229, "60000000 0014 06 40", "IP_SHORT", 52},
    {"header is a runt", 229, "60000000 0014 06 40", "RUNT", 0},
    {"hop-by-hop", 229, IP6("001c", "00") EXT("06") SYN, "OK" SAID_ENDS " len 68" TCP_TAIL, 0},
    {"hop-by-hop, routing, destination", 229, IP6("002c", "00") EXT("2b") EXT("3c") EXT("06") SYN,
     "OK" SAID_ENDS " len 84" TCP_TAIL, 0},
    {"hop-by-hop not first", 229, IP6("0024", "3c") EXT("00") EXT("06") SYN, "IP_EXTENSION", 0},
    {"extension of 16 bytes", 229, IP6("0024", "3c") "0601 010c 000000000000000000000000" SYN,
     "OK" SAID_ENDS " len 76" TCP_TAIL, 0},
    {"extension longer than the packet", 229, IP6("001c", "3c") "0604 0104 00000000" SYN, "IP_EXTENSION", 0},
    {"extension of four bytes", 229, IP6("0004", "3c") "0600 0104", "IP_EXTENSION", 0},
    {"extension cut", 229, IP6("0024", "3c") "0601 010c", "IP_SHORT", 32},
    {"extension cut in its second byte", 229, IP6("0024", "3c") "06", "IP_SHORT", 35},
    {"extension never there", 229, IP6("0024", "3c") "0601 010c", "RUNT", 0},
    {"sixteen extensions", 229,
     IP6("0094", "3c") FOUR_EXT FOUR_EXT FOUR_EXT EXT("3c") EXT("3c") EXT("3c") EXT("06") SYN,
     "OK" SAID_ENDS " len 188" TCP_TAIL, 0},
    {"seventeen extensions", 229, IP6("009c", "3c") FOUR_EXT FOUR_EXT FOUR_EXT FOUR_EXT EXT("06") SYN,
     "TOO_DEEP", 0},
    {"no next header", 229, IP6("0004", "3b") "61626364", "OK" SAID_BARE("59") " len 44 payload 4/4", 0},
    {"no next header, nothing", 229, IP6("0000", "3b"), "OK" SAID_BARE("59") " len 40 payload 0/0", 0},
    {"destination options alone", 229, IP6("0008", "3c") EXT("3b"),
     "OK" SAID_BARE("59") " len 48 payload 0/0", 0},
    {"mobility message", 229, IP6("0008", "87") EXT("3b"), "OK" SAID_BARE("135") " len 48 payload 0/0", 0},
    {"host identity", 229, IP6("0008", "8b") EXT("3b"), "OK" SAID_BARE("139") " len 48 payload 0/0", 0},
    {"shim6, then TCP", 229, IP6("001c", "8c") EXT("06") SYN, "OK" SAID_ENDS " len 68" TCP_TAIL, 0},
    {"AH", 229, IP6("002c", "33") "06040000 00000001 00000001 000000000000000000000000" SYN,
     "OK" SAID_ENDS " len 84" TCP_TAIL, 0},
    {"ICMP of the other version is opaque", 229, IP6("0008", "01") "0800000000010001",
     "OK" SAID_BARE("1") " len 48 payload 8/8", 0},
    {"first fragment", 229,
     IP6("0018", "2c") "11000001 12345678"
		       "0401 0045 0064 0000 6162636465666768",
     "OK v6 2001:db8::1:1025 > 2001:db8::2:69 proto 17 unicast len 64 id 305419896 fragment 0+ of 17 payload "
     "8/92",
     0},
    {"first fragment, options before the ports", 229,
     IP6("0020", "2c") "3c000001 00000007" EXT("11") "0401 0045 0064 0000 6162636465666768",
     "OK v6 2001:db8::1:1025 > 2001:db8::2:69 proto 17 unicast len 72 id 7 fragment 0+ of 60 payload 8/92",
     0},
    {"last fragment", 229,
     IP6("0010", "2c") "11000010 00000007"
		       "6162636465666768",
     "LATER_FRAGMENT" SAID_BARE("17") " len 56 id 7 fragment 16 of 17 payload 8/8", 0},
    {"last fragment behind hop-by-hop", 229,
     IP6("0018", "00") EXT("2c") "11000010 00000007"
				 "6162636465666768",
     "LATER_FRAGMENT" SAID_BARE("17") " len 64 id 7 fragment 16 of 17 payload 8/8", 0},
    {"atomic fragment", 229, IP6("001c", "2c") "06000000 00000007" SYN,
     "OK" SAID_ENDS " len 68 id 7" TCP_TAIL, 0},
    {"fragment not of eights", 229,
     IP6("0016", "2c") "3a000001 56000000"
		       "8300b00b00000000000000000000",
     "FRAGMENT_BAD", 0},
    {"fragment of nothing", 229, IP6("0008", "2c") "11000009 00000007", "FRAGMENT_BAD", 0},
    {"fragment beyond 65535", 229,
     IP6("0010", "2c") "1100fff8 00000007"
		       "6162636465666768",
     "FRAGMENT_BAD", 0},
    {"fragment header cut", 229, IP6("0018", "2c") "110000", "IP_SHORT", 21},
    {"fragment header never there", 229, IP6("0006", "2c") "110000010000", "IP_EXTENSION", 0},
    {"jumbo", 229, IP6("0000", "00") JUMBO SYN,
     "OK" SAID_ENDS " len 70040 flags 2 seq 1 ack 0 payload 0/69972", 69972},
    {"jumbo, short of its length", 229, IP6("0000", "00") JUMBO SYN,
     "OK" SAID_ENDS " len 70040 flags 2 seq 1 ack 0 payload 0/69972", 0},
    {"jumbo that is none", 229, IP6("0000", "00") "0600 c204 00001170" SYN, "IP_TOTAL_LENGTH", 0},
    {"no length, no jumbo option", 229, IP6("0000", "00") EXT("06") SYN, "IP_TOTAL_LENGTH", 0},
    {"no length: still to be segmented", 229, IP6("0000", "06") SYN "61626364",
     "OK" SAID_ENDS " len 64 flags 2 seq 1 ack 0 payload 4/4", 0},
    {"no length, nothing to segment", 229, IP6("0000", "3a") "8000000000010001", "TRANSPORT_LENGTH", 0},
    {"says more than was mirrored", 229, IP6("05a0", "06") SYN,
     "OK" SAID_ENDS " len 1480 flags 2 seq 1 ack 0 payload 0/1420", 0},
};

const struct decode_samples samples_ipv6 = SAMPLES(rows);

Test(decode_ipv6, samples)
{
	check_samples(&samples_ipv6);
}
