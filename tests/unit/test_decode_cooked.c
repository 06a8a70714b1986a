#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_cooked, .timeout = 10);

#define FROM_US        " macs 02:00:00:00:00:01 > 00:00:00:00:00:00"
#define TCP6           IP6("0014", "06") SYN
#define SAID_TCP6      "OK v6 2001:db8::1:1025 > 2001:db8::2:80 proto 6 unicast len 60" TCP_TAIL
#define SLL(kind)      kind "0001 0006 020000000001 0000 "
#define SLL2(kind)     "0000 00000002 0001" kind "06 020000000001 0000 "
#define SAID(delivery) "OK v4 10.0.0.1:1025 > 10.0.0.2:80 proto 6 " delivery " len 40 id 7" FROM_US TCP_TAIL
#define WIFI           "0800 0000 020000000002 020000000001 020000000003 1000 "

static const struct decode_sample rows[] = {
    {"cooked", 113, SLL("0000") "0800" PLAIN_SYN, SAID("unicast"), 0},
    {"cooked, sent by us", 113, SLL("0004") "0800" PLAIN_SYN, SAID("unicast"), 0},
    {"cooked, broadcast", 113, SLL("0001") "0800" PLAIN_SYN, SAID("broadcast"), 0},
    {"cooked, multicast", 113, SLL("0002") "0800" PLAIN_SYN, SAID("multicast"), 0},
    {"cooked, no address", 113, "0000 0304 0000 0000000000000000 0800" PLAIN_SYN, SAID_SYN TCP_TAIL, 0},
    {"cooked, tagged", 113, SLL("0000") "8100 0005 0800" PLAIN_SYN, SAID_SYN FROM_US " vlans 5" TCP_TAIL, 0},
    {"cooked, LLC", 113, SLL("0000") "0004 424203 0000", "STP", 0},
    {"cooked, raw 802.3", 113, SLL("0000") "0001 ffff 0022", "NOT_IP", 0},
    {"cooked, ARP", 113, SLL("0001") "0806 0001", "ARP", 0},
    {"cooked, netlink", 113, "0004 0338 0000 0000000000000000 0000 0000", "NOT_IP", 0},
    {"cooked, 802.11", 113, "0000 0321 0006 020000000001 0000 0000" WIFI "aaaa03 000000 0800" PLAIN_SYN,
     SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"cooked, radiotap", 113,
     "0000 0323 0006 020000000001 0000 0000 00000800 00000000" WIFI "aaaa03 000000 0800" PLAIN_SYN,
     SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"cooked, cut", 113, SLL("0000"), "LINK_SHORT", 42},
    {"cooked, runt", 113, SLL("0000"), "RUNT", 0},
    {"cooked 2", 276, "0800" SLL2("00") PLAIN_SYN, SAID("unicast"), 0},
    {"cooked 2, broadcast", 276, "0800" SLL2("01") PLAIN_SYN, SAID("broadcast"), 0},
    {"cooked 2, IPv6", 276, "86dd" SLL2("00") TCP6,
     "OK v6 2001:db8::1:1025 > 2001:db8::2:80 proto 6 unicast len 60" FROM_US TCP_TAIL, 0},
    {"cooked 2, cut", 276, "0800 0000", "LINK_SHORT", 60},
    {"null, little endian", 0, "02000000" PLAIN_SYN, SAID_SYN TCP_TAIL, 0},
    {"null, big endian", 0, "00000002" PLAIN_SYN, SAID_SYN TCP_TAIL, 0},
    {"null, IPv6 of Linux", 0, "0a000000" TCP6, SAID_TCP6, 0},
    {"null, IPv6 of Windows", 0, "17000000" TCP6, SAID_TCP6, 0},
    {"null, IPv6 of OpenBSD", 0, "18000000" TCP6, SAID_TCP6, 0},
    {"null, IPv6 of FreeBSD", 0, "0000001c" TCP6, SAID_TCP6, 0},
    {"null, IPv6 of macOS", 0, "1e000000" TCP6, SAID_TCP6, 0},
    {"null, another family", 0, "07000000" TCP6, "NOT_IP", 0},
    {"null, cut", 0, "0200", "LINK_SHORT", 42},
    {"null, runt", 0, "0200", "RUNT", 0},
    {"loop", 108, "00000002" PLAIN_SYN, SAID_SYN TCP_TAIL, 0},
    {"loop, IPv6", 108, "00000018" TCP6, SAID_TCP6, 0},
    {"IPsec tap", 109, "02000000 00000001 00000000" PLAIN_SYN, SAID_SYN TCP_TAIL, 0},
    {"IPsec tap, cut", 109, "02000000 0000", "LINK_SHORT", 42},
    {"filter log", 117,
     "3d020000 00000000000000000000000000000000 0000000000000000000000000000000000000000 "
     "0000000000000000000000000000000000000000 00000000" PLAIN_SYN,
     SAID_SYN TCP_TAIL, 0},
    {"filter log, cut", 117, "3d02", "LINK_SHORT", 90},
    {"SLIP", 8, "00450000000000000000000000000000" PLAIN_SYN, SAID_SYN TCP_TAIL, 0},
    {"SLIP, cut", 8, "0045", "LINK_SHORT", 60},
};

const struct decode_samples samples_cooked = SAMPLES(rows);

Test(decode_cooked, samples)
{
	check_samples(&samples_cooked);
}
