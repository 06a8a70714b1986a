#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_protocol, .timeout = 10);

#define BARE(protocol, rest)  "OK v4 10.0.0.1:0 > 10.0.0.2:0 proto " protocol " unicast" rest
#define OUT4(total, protocol) "4500" total "0009 4000 40" protocol "0000 0b000001 0b000002 "
#define OUT6(length, next)                                                                                   \
	"60000000" length next "40"                                                                          \
	"20010db8000000000000000000000011 20010db8000000000000000000000012 "
#define IPIP     "4500 0400 0007 4000 40 04 0000 0a000001 0a000002 "
#define IPIP5    IPIP IPIP IPIP IPIP IPIP
#define SAID_UDP "OK v4 10.0.0.1:1025 > 10.0.0.2:69 proto 17 unicast"

static const struct decode_sample rows[] = {
    {"TCP with options and data", 228,
     IP4("0031", "06") "0401 0050 00000001 00000002 6018 2000 0000 0000 02040550 6162636465",
     "OK v4 " SYN_PORTS " len 49 id 7 flags 24 seq 1 ack 2 payload 5/5", 0},
    {"TCP, all flags with ECN", 228, IP4("0028", "06") "0401 0050 00000001 00000000 5fff 2000 0000 0000",
     "OK v4 " SYN_PORTS " len 40 id 7 flags 63 seq 1 ack 0 payload 0/0", 0},
    {"TCP options cut", 228, IP4("0034", "06") "0401 0050 00000001 00000000 8002 2000 0000 0000 0204",
     "OK v4 " SYN_PORTS " len 52 id 7 flags 2 seq 1 ack 0 payload 0/0", 10},
    {"TCP header of 16 bytes", 228, IP4("0028", "06") "0401 0050 00000001 00000000 4002 2000 0000 0000",
     "TRANSPORT_LENGTH", 0},
    {"TCP header beyond the packet", 228, IP4("0028", "06") "0401 0050 00000001 00000000 6002 2000 0000 0000",
     "TRANSPORT_LENGTH", 0},
    {"no room for TCP", 228, IP4("0027", "06") "0401 0050 00000001 00000000 5002 2000 0000 00",
     "TRANSPORT_LENGTH", 0},
    {"TCP cut behind the ports", 228, IP4("0028", "06") "0401 0050",
     "OK v4 " SYN_PORTS " len 40 id 7 flags 0 seq 0 ack 0 payload 0/0", 16},
    {"TCP cut before the flags", 228, IP4("0064", "06") "0401 0050 00000001 00000002 50",
     "OK v4 " SYN_PORTS " len 100 id 7 flags 0 seq 1 ack 2 payload 0/60", 67},
    {"TCP without the rest on the wire", 228, IP4("0028", "06") "0401 0050 00000001", "RUNT", 0},
    {"ports cut", 228, IP4("0028", "06") "0401 00", "PORTS_SHORT", 17},
    {"ports never there", 228, IP4("0028", "06") "0401 00", "RUNT", 0},
    {"UDP", 228, IP4("0020", "11") DATAGRAM, SAID_UDP " len 32 id 7 payload 4/4", 0},
    {"UDP shorter than its IP packet", 228, IP4("0022", "11") DATAGRAM "5a5a",
     SAID_UDP " len 34 id 7 payload 4/4", 0},
    {"UDP, payload cut", 228, IP4("0020", "11") "0401 0045 000c 0000 6162",
     SAID_UDP " len 32 id 7 payload 2/4", 2},
    {"UDP cut behind the ports", 228, IP4("0020", "11") "0401 0045", SAID_UDP " len 32 id 7 payload 0/4", 8},
    {"UDP ports cut", 228, IP4("0020", "11") "0401", "PORTS_SHORT", 10},
    {"UDP length 7", 228, IP4("0020", "11") "0401 0045 0007 0000 61626364", "TRANSPORT_LENGTH", 0},
    {"UDP length 0", 228, IP4("0020", "11") "0401 0045 0000 0000 61626364", "TRANSPORT_LENGTH", 0},
    {"UDP longer than its IP packet", 228, IP4("0020", "11") "0401 0045 000d 0000 61626364",
     "TRANSPORT_LENGTH", 0},
    {"UDP without lengths: still to be segmented", 228, IP4("0000", "11") "0401 0045 0000 0000 61626364",
     SAID_UDP " len 32 id 7 payload 4/4", 0},
    {"no room for UDP", 228, IP4("001b", "11") "0401 0045 0007 00", "TRANSPORT_LENGTH", 0},
    {"UDP without the rest on the wire", 228, IP4("0020", "11") "0401 0045 00", "RUNT", 0},
    {"SCTP", 228, IP4("0020", "84") "0401 0045 00000001 00000000",
     "OK v4 10.0.0.1:1025 > 10.0.0.2:69 proto 132 unicast len 32 id 7 payload 12/12", 0},
    {"UDP-Lite", 228, IP4("0020", "88") "0401 0045 0008 0000 61626364",
     "OK v4 10.0.0.1:1025 > 10.0.0.2:69 proto 136 unicast len 32 id 7 payload 12/12", 0},
    {"DCCP", 228, IP4("0020", "21") "0401 0045 0008 0000 61626364",
     "OK v4 10.0.0.1:1025 > 10.0.0.2:69 proto 33 unicast len 32 id 7 payload 12/12", 0},
    {"SCTP ports cut", 228, IP4("0020", "84") "0401", "PORTS_SHORT", 10},
    {"ESP", 228, IP4("001c", "32") "0000000100000001", BARE("50", " len 28 id 7 payload 8/8"), 0},
    {"IPComp", 228, IP4("001c", "6c") "0600000100000001", BARE("108", " len 28 id 7 payload 8/8"), 0},
    {"unassigned", 228, IP4("001c", "fe") "0600000100000001", BARE("254", " len 28 id 7 payload 8/8"), 0},
    {"IPv6 extension under IPv4 is opaque", 228, IP4("001c", "3c") "0600000100000001",
     BARE("60", " len 28 id 7 payload 8/8"), 0},
    {"IGMP", 228, IP4("001c", "02") "1100000000000000", "IGMP", 0},
    {"AH", 228, IP4("0040", "33") "06040000 00000001 00000001 000000000000000000000000" SYN,
     "OK v4 " SYN_PORTS " len 64 id 7" TCP_TAIL, 0},
    {"AH too short", 228, IP4("0034", "33") "06000000 00000001 00000001" SYN, "IP_EXTENSION", 0},
    {"AH longer than the packet", 228, IP4("0034", "33") "06ff0000 00000001 00000001" SYN, "IP_EXTENSION", 0},
    {"AH cut", 228, IP4("0040", "33") "06040000", "IP_SHORT", 40},
    {"IPv4 in IPv4", 1, MACS "0800" OUT4("003c", "04") PLAIN_SYN, SAID_SYN " depth 1" TCP_TAIL, 0},
    {"IPv6 in IPv4", 228, OUT4("0050", "29") IP6("0014", "06") SYN,
     "OK v6 2001:db8::1:1025 > 2001:db8::2:80 proto 6 unicast len 60 depth 1" TCP_TAIL, 0},
    {"IPv4 in IPv6", 229, OUT6("0028", "04") PLAIN_SYN, SAID_SYN " depth 1" TCP_TAIL, 0},
    {"IPv6 in IPv6", 229, OUT6("003c", "29") IP6("0014", "06") SYN,
     "OK v6 2001:db8::1:1025 > 2001:db8::2:80 proto 6 unicast len 60 depth 1" TCP_TAIL, 0},
    {"empty tunnel", 228, OUT4("0014", "04"),
     "OK v4 11.0.0.1:0 > 11.0.0.2:0 proto 4 unicast len 20 id 9 payload 0/0", 0},
    {"inner header cut", 228, OUT4("003c", "04") "4500 0028", "IP_SHORT", 36},
    {"inner version wrong", 228, OUT4("003c", "04") "5500 0028 0007 4000 40 06 0000 0a000001 0a000002" SYN,
     "IP_VERSION", 0},
    {"sixteen IP headers", 228, IPIP5 IPIP5 IPIP5 IP4("0400", "06") SYN,
     "OK v4 " SYN_PORTS " len 1024 id 7 depth 15 flags 2 seq 1 ack 0 payload 0/984", 0},
    {"seventeen IP headers", 228, IPIP5 IPIP5 IPIP5 IPIP IP4("0400", "06") SYN, "TOO_DEEP", 0},
    {"inside a first fragment", 228, "4500 003c 0009 2000 40 04 0000 0b000001 0b000002" IP4("05dc", "06") SYN,
     "OK v4 " SYN_PORTS
     " len 1500 id 7 outer 11.0.0.1 > 11.0.0.2 id 9 proto 4 depth 1 flags 2 seq 1 ack 0 payload 0/1460",
     0},
    {"EtherIP", 228, OUT4("004c", "61") "3000" MACS "0800" PLAIN_SYN, SAID_SYN " depth 1" SAID_MACS TCP_TAIL,
     0},
    {"EtherIP without IP", 228, OUT4("0026", "61") "3000" MACS "0806 0001",
     "OK v4 11.0.0.1:0 > 11.0.0.2:0 proto 97 unicast len 38 id 9 payload 18/18", 0},
    {"MPLS in IP", 228, OUT4("0040", "89") "00064140" PLAIN_SYN, SAID_SYN " depth 1" TCP_TAIL, 0},
};

const struct decode_samples samples_protocol = SAMPLES(rows);

Test(decode_protocol, samples)
{
	check_samples(&samples_protocol);
}
