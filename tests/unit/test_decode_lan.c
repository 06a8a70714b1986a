#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_lan, .timeout = 10);

#define ENDS "020000000002 020000000001 "
#define SNAP "aaaa03 000000 0800 "
#define BODY SNAP PLAIN_SYN
#define SAID SAID_SYN SAID_MACS TCP_TAIL
#define BARE SAID_SYN TCP_TAIL
#define SAID_TO(delivery, dst)                                                                               \
	"OK v4 10.0.0.1:1025 > 10.0.0.2:80 proto 6 " delivery                                                \
	" len 40 id 7 macs 02:00:00:00:00:01 > " dst TCP_TAIL
#define ROUTE40  "00000000000000000000000000000000 00000000000000000000000000000000 0000000000000000 "
#define PREAMBLE "55555555555555 "

static const struct decode_sample rows[] = {
    {"FDDI", 10, "50" ENDS BODY, SAID, 0},
    {"FDDI, synchronous", 10, "d1" ENDS BODY, SAID, 0},
    {"FDDI, station management", 10, "41" ENDS "0000", "LINK_CONTROL", 0},
    {"FDDI cut", 10,
     "50"
     "0200",
     "LINK_SHORT", 60},
    {"token ring", 6, "10 40" ENDS BODY, SAID, 0},
    {"token ring, source routed", 6, "10 40 020000000002 820000000001 0630 0011 0021" BODY, SAID, 0},
    {"token ring, all", 6, "10 40 ffffffffffff 020000000001" BODY, SAID_TO("broadcast", "ff:ff:ff:ff:ff:ff"),
     0},
    {"token ring, all of this ring", 6, "10 40 c000ffffffff 020000000001" BODY,
     SAID_TO("broadcast", "c0:00:ff:ff:ff:ff"), 0},
    {"token ring, functional", 6, "10 40 c00000000100 020000000001" BODY,
     SAID_TO("multicast", "c0:00:00:00:01:00"), 0},
    {"token ring, management", 6, "10 00" ENDS "0000", "LINK_CONTROL", 0},
    {"token ring cut", 6, "10 40 0200", "LINK_SHORT", 60},
    {"token ring, route cut", 6, "10 40 020000000002 820000000001 0830", "LINK_SHORT", 60},
    {"mPacket, express", 274, PREAMBLE "d5" MACS "0800" PLAIN_SYN, SAID, 0},
    {"mPacket, preemptable, first part", 274, PREAMBLE "4c" MACS "0800" PLAIN_SYN, SAID, 0},
    {"mPacket, continued", 274, PREAMBLE "61" MACS "0800" PLAIN_SYN, "NOT_IP", 0},
    {"mPacket, verify", 274, PREAMBLE "07 0000", "LINK_CONTROL", 0},
    {"mPacket cut", 274, "5555", "LINK_SHORT", 60},
    {"SunATM, LLC", 123, "02 00 0028" BODY, BARE, 0},
    {"SunATM, LLC, sent", 123, "82 00 0028" BODY, BARE, 0},
    {"SunATM, emulated LAN", 123, "01 00 0028 0001" MACS "0800" PLAIN_SYN, SAID, 0},
    {"SunATM, signalling", 123, "06 00 0005 0903", "LINK_CONTROL", 0},
    {"SunATM, something", 123, "03 00 0005 0903", "NOT_IP", 0},
    {"SunATM cut", 123, "02 00", "LINK_SHORT", 60},
    {"ATM", 100, BODY, BARE, 0},
    {"ATM, bridged, padded", 100, "aaaa03 0080c2 0007 0000" MACS "0800" PLAIN_SYN, SAID, 0},
    {"classical IP over ATM", 106, BODY, BARE, 0},
    {"classical IP over ATM, Linux", 19, BODY, BARE, 0},
    {"FireWire", 138, "0011223344556677 8899aabbccddeeff 0800" PLAIN_SYN, BARE, 0},
    {"FireWire to all", 138, "ffffffffffffffff 8899aabbccddeeff 0800" PLAIN_SYN,
     "OK v4 10.0.0.1:1025 > 10.0.0.2:80 proto 6 broadcast len 40 id 7" TCP_TAIL, 0},
    {"FireWire cut", 138, "0011", "LINK_SHORT", 60},
    {"Fibre Channel", 122, "1000 020000000002 1000 020000000001" BODY, SAID, 0},
    {"Fibre Channel cut", 122, "1000 0200", "LINK_SHORT", 60},
    {"IPoIB", 242, ROUTE40 "0800 0000" PLAIN_SYN, BARE, 0},
    {"IPoIB, ARP", 242, ROUTE40 "0806 0000 0020", "ARP", 0},
    {"IPoIB cut", 242, ROUTE40 "08", "LINK_SHORT", 60},
    {"InfiniBand", 247, "0002000100100002 64 00 ffff 00000012 00000001 0000000100000002 0800 0000" PLAIN_SYN,
     BARE, 0},
    {"InfiniBand, routed, immediate", 247,
     "0003000100100002" ROUTE40 "65 00 ffff 00000012 00000001 0000000100000002 00000000 0800 0000" PLAIN_SYN,
     BARE, 0},
    {"InfiniBand, connected", 247,
     "0002000100100002 04 00 ffff 00000012 00000001 0000000100000002 0800 0000" PLAIN_SYN, "NOT_IP", 0},
    {"InfiniBand, raw", 247, "0000000100100002 0800 0000", "NOT_IP", 0},
    {"InfiniBand cut", 247, "0002000100100002 64", "LINK_SHORT", 60},
    {"unknown", 147, BODY, "LINK_UNSUPPORTED", 0},
    {"USB", 220, BODY, "LINK_UNSUPPORTED", 0},
};

const struct decode_samples samples_lan = SAMPLES(rows);

Test(decode_lan, samples)
{
	check_samples(&samples_lan);
}
