#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_gre, .timeout = 10);

#define OUT4(total) "4500" total "0009 4000 40 2f 0000 0b000001 0b000002 "
#define OUTER(rest) "OK v4 11.0.0.1:0 > 11.0.0.2:0 proto 47 unicast " rest
#define ROUTES8     "0001000000010000000100000001000000010000000100000001000000010000 "
#define SAID        SAID_SYN " depth 1" TCP_TAIL
#define SAID_FRAME  SAID_SYN " depth 1" SAID_MACS TCP_TAIL

static const struct decode_sample rows[] = {
    {"plain", 1, MACS "0800" OUT4("0040") "0000 0800" PLAIN_SYN, SAID, 0},
    {"IPv6 inside", 228, OUT4("0054") "0000 86dd" IP6("0014", "06") SYN,
     "OK v6 2001:db8::1:1025 > 2001:db8::2:80 proto 6 unicast len 60 depth 1" TCP_TAIL, 0},
    {"checksum, key, sequence", 228, OUT4("004c") "b000 0800 00000000 00000007 00000001" PLAIN_SYN, SAID, 0},
    {"key", 228, OUT4("0044") "2000 0800 00000007" PLAIN_SYN, SAID, 0},
    {"source routes", 228, OUT4("0050") "4000 0800 00000000 0800 0004 0a000009 00000000" PLAIN_SYN, SAID, 0},
    {"source routes without end", 228, OUT4("0024") "4000 0800 00000000 0800 00ff", "RUNT", 0},
    {"more source routes than anyone has", 228,
     OUT4("00a0") "4000 0800 00000000" ROUTES8 ROUTES8 ROUTES8 ROUTES8 "00010000",
     OUTER("len 160 id 9 payload 140/140"), 0},
    {"MPLS inside", 228, OUT4("0044") "0000 8847 00065140" PLAIN_SYN, SAID, 0},
    {"keepalive: an answer to oneself", 228,
     OUT4("0030") "0000 0800 4500 0018 0000 0000 ff 2f 0000 0b000002 0b000001 0000 0000",
     "OK v4 11.0.0.2:0 > 11.0.0.1:0 proto 47 unicast len 24 depth 1 payload 4/4", 0},
    {"nothing inside", 228, OUT4("0018") "0000 0800", OUTER("len 24 id 9 payload 4/4"), 0},
    {"unknown type", 228, OUT4("001c") "0000 00fe 83000000", OUTER("len 28 id 9 payload 8/8"), 0},
    {"unknown version", 228, OUT4("0040") "0002 0800" PLAIN_SYN, OUTER("len 64 id 9 payload 44/44"), 0},
    {"ARP inside", 228, OUT4("0028") "0000 6558" MACS "0806 0001", OUTER("len 40 id 9 payload 20/20"), 0},
    {"header cut", 228, OUT4("0040") "0000", "IP_SHORT", 42},
    {"key cut", 228, OUT4("0044") "2000 0800 0000", "IP_SHORT", 42},
    {"header never there", 228, OUT4("0016") "0000", "RUNT", 0},
    {"inner IP cut", 228, OUT4("0040") "0000 0800 4500", "IP_SHORT", 38},
    {"inner ports cut", 228, OUT4("0040") "0000 0800" IP4("0028", "06"), "PORTS_SHORT", 20},
    {"frame inside", 228, OUT4("004e") "0000 6558" MACS "0800" PLAIN_SYN, SAID_FRAME, 0},
    {"NVGRE", 228, OUT4("0052") "2000 6558 00001234" MACS "0800" PLAIN_SYN,
     SAID_SYN " depth 1" SAID_MACS " vni 18" TCP_TAIL, 0},
    {"ERSPAN I", 228, OUT4("004e") "0000 88be" MACS "0800" PLAIN_SYN, SAID_FRAME, 0},
    {"ERSPAN II", 228, OUT4("005a") "1000 88be 00000001 10640001 00000000" MACS "0800" PLAIN_SYN, SAID_FRAME,
     0},
    {"ERSPAN III", 228, OUT4("005e") "1000 22eb 00000001 20640001 00000000 00000000" MACS "0800" PLAIN_SYN,
     SAID_FRAME, 0},
    {"ERSPAN III with subheader", 228,
     OUT4("0066") "1000 22eb 00000001 20640001 00000000 00000001 0000000000000000" MACS "0800" PLAIN_SYN,
     SAID_FRAME, 0},
    {"ERSPAN III, IP", 228, OUT4("0050") "1000 22eb 00000001 20640001 00000000 00000800" PLAIN_SYN, SAID, 0},
    {"ERSPAN III, another frame", 228, OUT4("0050") "1000 22eb 00000001 20640001 00000000 00000400" PLAIN_SYN,
     OUTER("len 80 id 9 payload 60/60"), 0},
    {"WCCP 1", 228, OUT4("0040") "0000 883e" PLAIN_SYN, SAID, 0},
    {"WCCP 2", 228, OUT4("0044") "0000 883e 00000000" PLAIN_SYN, SAID, 0},
    {"Aruba", 228,
     OUT4("0060") "0000 8200 0800 0000 020000000002 020000000001 020000000003 1000 aaaa03 000000 "
		  "0800" PLAIN_SYN,
     SAID_FRAME, 0},
    {"Aruba, encrypted", 228, OUT4("0030") "0000 8200 0840 0000 020000000002 020000000001 020000000003 1000",
     OUTER("len 48 id 9 payload 28/28"), 0},
    {"PPTP", 228, OUT4("004c") "3001 880b 002c 0001 00000001 ff03 0021" PLAIN_SYN, SAID, 0},
    {"PPTP with acknowledgement", 228, OUT4("004d") "3081 880b 0029 0001 00000001 00000001 21" PLAIN_SYN,
     SAID, 0},
    {"PPTP, acknowledgement alone", 228, OUT4("0020") "2081 880b 0000 0001 00000001",
     OUTER("len 32 id 9 payload 12/12"), 0},
    {"PPTP, control of PPP", 228, OUT4("0024") "3001 880b 0004 0001 00000001 c021 0101",
     OUTER("len 36 id 9 payload 16/16"), 0},
    {"PPTP, encrypted", 228, OUT4("0024") "3001 880b 0004 0001 00000001 00fd 9000",
     OUTER("len 36 id 9 payload 16/16"), 0},
    {"PPTP, another type", 228, OUT4("0020") "3001 0800 0004 0001 00000001",
     OUTER("len 32 id 9 payload 12/12"), 0},
    {"in a first fragment", 228,
     "4500 0040 0009 2000 40 2f 0000 0b000001 0b000002 2000 0800 00000000" IP4("05dc", "06") SYN,
     "FRAGMENT_BAD", 0},
    {"in a first fragment of eights", 228,
     "4500 0044 0009 2000 40 2f 0000 0b000001 0b000002 2000 0800 00000000" IP4("05dc", "06") SYN,
     "OK v4 " SYN_PORTS
     " len 1500 id 7 outer 11.0.0.1 > 11.0.0.2 id 9 proto 47 depth 1 flags 2 seq 1 ack 0 payload 0/1460",
     0},
};

const struct decode_samples samples_gre = SAMPLES(rows);

Test(decode_gre, samples)
{
	check_samples(&samples_gre);
}
