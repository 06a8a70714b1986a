#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_udp_tunnel, .timeout = 10);

/* IP total length, UDP destination port and length */
#define OUT(total, port, length)                                                                             \
	"4500" total "0009 4000 40 11 0000 0b000001 0b000002 c000" port length "0000 "
#define BACK(total, port, length)                                                                            \
	"4500" total "0009 4000 40 11 0000 0b000001 0b000002" port "c000" length "0000 "
#define OUTER(port, rest) "OK v4 11.0.0.1:49152 > 11.0.0.2:" port " proto 17 unicast " rest
#define SAID              SAID_SYN " depth 1" TCP_TAIL
#define SAID_FRAME        SAID_SYN " depth 1" SAID_MACS TCP_TAIL
#define SAID_NET(vni)     SAID_SYN " depth 1" SAID_MACS " vni " vni TCP_TAIL
#define SAID_VNI(vni)     SAID_SYN " depth 1 vni " vni TCP_TAIL
#define SAID_TCP6         "OK v6 2001:db8::1:1025 > 2001:db8::2:80 proto 6 unicast len 60 depth 1"
#define FRAME             MACS "0800" PLAIN_SYN
#define TCP6              IP6("0014", "06") SYN
#define IP6_TEREDO(length, next)                                                                             \
	"60000000" length next "40 20010000000000000000000000000001 20010db8000000000000000000000002 "
#define TEREDO        IP6_TEREDO("0014", "06") SYN
#define SAID_TEREDO   "OK v6 2001::1:1025 > 2001:db8::2:80 proto 6 unicast len 60 depth 1"
#define WIFI(fc, seq) fc "0000 020000000002 020000000001 020000000003" seq "aaaa03 000000 0800" PLAIN_SYN

static const struct decode_sample rows[] = {
    {"VXLAN", 1, MACS "0800" OUT("005a", "12b5", "0046") "08000000 00000900" FRAME, SAID_NET("9"), 0},
    {"VXLAN, reserved bits used", 228, OUT("005a", "12b5", "0046") "88800001 00000901" FRAME, SAID_NET("9"),
     0},
    {"VXLAN on its old port", 228, OUT("005a", "2118", "0046") "08000000 00000900" FRAME, SAID_NET("9"), 0},
    {"VXLAN, tagged inside", 228,
     OUT("005e", "12b5", "004a") "08000000 00000900" MACS "8100 0005 0800" PLAIN_SYN,
     SAID_SYN " depth 1" SAID_MACS " vlans 5 vni 9" TCP_TAIL, 0},
    {"VXLAN without network", 228, OUT("005a", "12b5", "0046") "00000000 00000900" FRAME,
     OUTER("4789", "len 90 id 9 payload 62/62"), 0},
    {"VXLAN, ARP inside: the datagram stands", 1,
     MACS "0800" OUT("0034", "12b5", "0020") "08000000 00000900" MACS "0806 0001",
     OUTER("4789", "len 52 id 9" SAID_MACS " payload 24/24"), 0},
    {"VXLAN, inner length does not fit", 228,
     OUT("005a", "12b5", "0046") "08000000 00000900" MACS "0800" IP4("0029", "06") SYN,
     OUTER("4789", "len 90 id 9 payload 62/62"), 0},
    {"VXLAN, inner version odd", 228,
     OUT("005a", "12b5", "0046") "08000000 00000900" MACS
				 "0800 5500 0028 0007 4000 40 06 0000 0a000001 0a000002" SYN,
     OUTER("4789", "len 90 id 9 payload 62/62"), 0},
    {"VXLAN, inner ports cut", 228,
     OUT("005a", "12b5", "0046") "08000000 00000900" MACS "0800" IP4("0028", "06"),
     OUTER("4789", "len 90 id 9 payload 42/62"), 20},
    {"VXLAN, inner neighbour discovery", 228,
     OUT("0062", "12b5", "004e") "08000000 00000900" MACS "86dd" IP6("0008", "3a") "8700000000000000",
     "NEIGHBOUR", 0},
    {"VXLAN in VXLAN", 228,
     OUT("008c", "12b5", "0078") "08000000 00000900" MACS
				 "0800" OUT("005a", "12b5", "0046") "08000000 00000a00" FRAME,
     SAID_SYN " depth 2" SAID_MACS " vni 10" TCP_TAIL, 0},
    {"VXLAN in VXLAN, the inner one empty", 228,
     OUT("0052", "12b5", "003e") "08000000 00000900" MACS "0800" OUT("0020", "12b5", "000c") "61626364",
     "OK v4 11.0.0.1:49152 > 11.0.0.2:4789 proto 17 unicast len 32 id 9 depth 1" SAID_MACS
     " vni 9 payload 4/4",
     0},
    {"GRE in VXLAN, its inside odd: GRE stands", 228,
     OUT("004e", "12b5", "003a") "08000000 00000900" MACS
				 "0800 4500 001c 0009 4000 40 2f 0000 0c000001 0c000002 0000 0800 5500 0028",
     "OK v4 12.0.0.1:0 > 12.0.0.2:0 proto 47 unicast len 28 id 9 depth 1" SAID_MACS " vni 9 payload 8/8", 0},
    {"VXLAN-GPE, no next protocol", 228, OUT("005a", "12b6", "0046") "08000000 00000900" FRAME, SAID_NET("9"),
     0},
    {"VXLAN-GPE, IPv4", 228, OUT("004c", "12b6", "0038") "0c000001 00000900" PLAIN_SYN, SAID_VNI("9"), 0},
    {"VXLAN-GPE, IPv6", 228, OUT("0060", "12b6", "004c") "0c000002 00000900" TCP6,
     SAID_TCP6 " vni 9" TCP_TAIL, 0},
    {"VXLAN-GPE, frame", 228, OUT("005a", "12b6", "0046") "0c000003 00000900" FRAME, SAID_NET("9"), 0},
    {"VXLAN-GPE, service header", 228,
     OUT("0064", "12b6", "0050") "0c000004 00000900 0fc20103 000001ff 61626364"
				 "0fc20103"
				 "000001ff",
     OUTER("4790", "len 100 id 9 payload 28/72"), 44},
    {"VXLAN-GPE, service header, frame", 228,
     OUT("0062", "12b6", "004e") "0c000004 00000900 00020203 000001ff" FRAME, SAID_NET("9"), 0},
    {"VXLAN-GPE, MPLS", 228, OUT("0050", "12b6", "003c") "0c000005 00000900 00065140" PLAIN_SYN,
     SAID_VNI("9"), 0},
    {"VXLAN-GPE, unknown", 228, OUT("004c", "12b6", "0038") "0c000009 00000900" PLAIN_SYN,
     OUTER("4790", "len 76 id 9 payload 48/48"), 0},
    {"Geneve", 228, OUT("005a", "17c1", "0046") "00006558 00000900" FRAME, SAID_NET("9"), 0},
    {"Geneve with options", 228, OUT("0062", "17c1", "004e") "02406558 00000900 0102030161626364" FRAME,
     SAID_NET("9"), 0},
    {"Geneve, IP", 228, OUT("004c", "17c1", "0038") "00000800 00000900" PLAIN_SYN, SAID_VNI("9"), 0},
    {"Geneve, another version", 228, OUT("005a", "17c1", "0046") "40006558 00000900" FRAME,
     OUTER("6081", "len 90 id 9 payload 62/62"), 0},
    {"Geneve, options beyond", 228, OUT("005a", "17c1", "0046") "3f006558 00000900" FRAME,
     OUTER("6081", "len 90 id 9 payload 62/62"), 0},
    {"GTP", 228, OUT("004c", "0868", "0038") "30ff0028 00000009" PLAIN_SYN, SAID, 0},
    {"GTP from its port", 228, BACK("004c", "0868", "0038") "30ff0028 00000009" PLAIN_SYN, SAID, 0},
    {"GTP with sequence", 228, OUT("0050", "0868", "003c") "32ff002c 00000009 00010000" PLAIN_SYN, SAID, 0},
    {"GTP with extensions", 228,
     OUT("0058", "0868", "0044") "34ff0034 00000009 00000085 01100085 01100000" PLAIN_SYN, SAID, 0},
    {"GTP, IPv6", 228, OUT("0060", "0868", "004c") "30ff003c 00000009" TCP6, SAID_TCP6 TCP_TAIL, 0},
    {"GTP echo", 228, OUT("0028", "0868", "0014") "32010004 00000000 00010000",
     OUTER("2152", "len 40 id 9 payload 12/12"), 0},
    {"GTP, extension of no length", 228,
     OUT("0054", "0868", "0040") "34ff0030 00000009 00000085 00000000" PLAIN_SYN,
     OUTER("2152", "len 84 id 9 payload 56/56"), 0},
    {"GTP, length beyond", 228, OUT("004c", "0868", "0038") "30ff0029 00000009" PLAIN_SYN,
     OUTER("2152", "len 76 id 9 payload 48/48"), 0},
    {"GTP in a first fragment", 228,
     "4500 004c 0009 2000 40 11 0000 0b000001 0b000002 c000 0868 05f0 0000 30ff05e0 00000009" IP4("05dc",
												  "06") SYN,
     "OK v4 " SYN_PORTS " len 1500 id 7 outer 11.0.0.1 > 11.0.0.2 id 9 proto 17 depth 1 flags 2 seq 1 "
     "ack 0 payload 0/1460",
     0},
    {"Teredo", 228, OUT("0058", "0dd8", "0044") TEREDO, SAID_TEREDO TCP_TAIL, 0},
    {"Teredo, origin", 228, BACK("0060", "0dd8", "004c") "0000 fbfe f4fffffe" TEREDO, SAID_TEREDO TCP_TAIL,
     0},
    {"Teredo, authentication and origin", 228,
     OUT("006d", "0dd8", "0059") "0001 0000 1122334455667788 00 0000 fbfe f4fffffe" TEREDO,
     SAID_TEREDO TCP_TAIL, 0},
    {"Teredo, authentication with names", 228,
     OUT("0069", "0dd8", "0055") "0001 0202 6162 6364 1122334455667788 00" TEREDO, SAID_TEREDO TCP_TAIL, 0},
    {"Teredo bubble", 228, OUT("0044", "0dd8", "0030") IP6_TEREDO("0000", "3b"),
     "OK v6 2001::1:0 > 2001:db8::2:0 proto 59 unicast len 40 depth 1 payload 0/0", 0},
    {"Teredo, inner length does not fit", 228, OUT("0058", "0dd8", "0044") IP6_TEREDO("0015", "06") SYN,
     OUTER("3544", "len 88 id 9 payload 60/60"), 0},
    {"Teredo, no IPv6", 228, OUT("0044", "0dd8", "0030") PLAIN_SYN,
     OUTER("3544", "len 68 id 9 payload 40/40"), 0},
    {"Teredo, no end that has such an address", 228, OUT("0058", "0dd8", "0044") TCP6,
     OUTER("3544", "len 88 id 9 payload 60/60"), 0},
    {"Teredo, link-local asks", 228,
     OUT("0044", "0dd8",
	 "0030") "60000000 0000 3b40 fe800000000000000000000000000001 ff020000000000000000000000000002",
     "OK v6 fe80::1:0 > ff02::2:0 proto 59 multicast len 40 depth 1 payload 0/0", 0},
    {"Teredo, a header that IPv6 does not know", 228,
     OUT("0058", "0dd8", "0044") IP6_TEREDO("0014", "0a") SYN, OUTER("3544", "len 88 id 9 payload 60/60"), 0},
    {"L2TP", 228, OUT("004e", "06a5", "003a") "0002 0001 0001 ff03 0021" PLAIN_SYN "0000", SAID, 0},
    {"L2TP with length, sequence, offset", 228,
     OUT("0058", "06a5", "0044") "4a02 003c 0001 0001 0000 0000 0002 5a5a ff03 0021" PLAIN_SYN, SAID, 0},
    {"L2TP control", 228, OUT("0028", "06a5", "0014") "c802 000c 0001 0000 0001 0001",
     OUTER("1701", "len 40 id 9 payload 12/12"), 0},
    {"L2TP, another version", 228, OUT("004e", "06a5", "003a") "0003 0001 0001 ff03 0021" PLAIN_SYN "0000",
     OUTER("1701", "len 78 id 9 payload 50/50"), 0},
    {"L2TP, control of PPP", 228, OUT("0028", "06a5", "0014") "0002 0001 0001 c021 0101 0004",
     OUTER("1701", "len 40 id 9 payload 12/12"), 0},
    {"CAPWAP, Ethernet", 228, OUT("005a", "147f", "0046") "00 100000 0000 0000" FRAME, SAID_FRAME, 0},
    {"CAPWAP, 802.11", 228, OUT("006c", "147f", "0058") "00 100300 0000 0000" WIFI("0800", "1000"),
     SAID_FRAME, 0},
    {"CAPWAP, 802.11 once protected", 228,
     OUT("006c", "147f", "0058") "00 100300 0000 0000" WIFI("0840", "1000"), SAID_FRAME, 0},
    {"CAPWAP, 802.11 the wrong way round", 228,
     OUT("0074", "147f", "0060") "00 200320 0000 0000 04bf230000000000" WIFI("1008", "0010"), SAID_FRAME, 0},
    {"CAPWAP, a later fragment", 228, OUT("005a", "147f", "0046") "00 100080 0001 0008" FRAME,
     OUTER("5247", "len 90 id 9 payload 62/62"), 0},
    {"CAPWAP, enciphered", 228, OUT("0024", "147f", "0010") "01000000 16feff00",
     OUTER("5247", "len 36 id 9 payload 8/8"), 0},
    {"CAPWAP, another version", 228, OUT("005a", "147f", "0046") "10 100000 0000 0000" FRAME,
     OUTER("5247", "len 90 id 9 payload 62/62"), 0},
    {"CAPWAP, another radio", 228, OUT("006c", "147f", "0058") "00 100500 0000 0000" WIFI("0800", "1000"),
     OUTER("5247", "len 108 id 9 payload 80/80"), 0},
    {"TZSP", 228, OUT("0057", "9090", "0043") "01000001 01" FRAME, SAID_FRAME, 0},
    {"TZSP with tags", 228, OUT("005c", "9090", "0048") "01000001 0a01c5 00 00 01" FRAME, SAID_FRAME, 0},
    {"TZSP, 802.11", 228, OUT("0069", "9090", "0055") "01000012 01" WIFI("0800", "1000"), SAID_FRAME, 0},
    {"TZSP, keepalive", 228, OUT("0021", "9090", "000d") "01040000 01",
     OUTER("37008", "len 33 id 9 payload 5/5"), 0},
    {"TZSP, tags without end", 228, OUT("0022", "9090", "000e") "01000001 0aff",
     OUTER("37008", "len 34 id 9 payload 6/6"), 0},
    {"MPLS in UDP", 228, OUT("0048", "19eb", "0034") "00065140" PLAIN_SYN, SAID, 0},
    {"plain text on a tunnel's port", 228, OUT("0020", "12b5", "000c") "61626364",
     OUTER("4789", "len 32 id 9 payload 4/4"), 0},
};

const struct decode_samples samples_tunnel = SAMPLES(rows);

Test(decode_udp_tunnel, samples)
{
	check_samples(&samples_tunnel);
}
