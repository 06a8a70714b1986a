#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_ethernet, .timeout = 10);

#define TAG            "8100 0001 "
#define FOUR_TAGS      TAG TAG TAG TAG
#define OTHER_MACS     "0200000000aa 0200000000bb "
#define SAID_OTHER     " macs 02:00:00:00:00:bb > 02:00:00:00:00:aa"
#define IP4_ENDS(s, d) "4500 0028 0007 4000 40 06 0000 " s d
#define SAID(delivery) "OK v4 10.0.0.1:1025 > 10.0.0.2:80 proto 6 " delivery " len 40 id 7"

static const struct decode_sample rows[] = {
    {"plain", 1, MACS "0800" PLAIN_SYN, SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"padded", 1, MACS "0800" PLAIN_SYN "5a5a5a5a5a5a", SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"802.1Q", 1, MACS "8100 0005 0800" PLAIN_SYN, SAID_SYN SAID_MACS " vlans 5" TCP_TAIL, 0},
    {"802.1ad, priority bits", 1, MACS "88a8 0064 8100 e005 0800" PLAIN_SYN,
     SAID_SYN SAID_MACS " vlans 100 5" TCP_TAIL, 0},
    {"old outer tags", 1, MACS "9100 0001 9200 0002 8100 0003 0800" PLAIN_SYN,
     SAID_SYN SAID_MACS " vlans 1 2 3" TCP_TAIL, 0},
    {"five tags", 1, MACS "8100 0009" FOUR_TAGS "0800" PLAIN_SYN,
     SAID_SYN SAID_MACS " vlans 9 1 1 1 (5)" TCP_TAIL, 0},
    {"sixteen tags", 1, MACS FOUR_TAGS FOUR_TAGS FOUR_TAGS FOUR_TAGS "0800" PLAIN_SYN,
     SAID_SYN SAID_MACS " vlans 1 1 1 1 (16)" TCP_TAIL, 0},
    {"seventeen tags", 1, MACS TAG FOUR_TAGS FOUR_TAGS FOUR_TAGS FOUR_TAGS "0800" PLAIN_SYN, "TOO_DEEP", 0},
    {"priority tag alone", 1, MACS "8100 6000 0800" PLAIN_SYN, SAID_SYN SAID_MACS " vlans 0" TCP_TAIL, 0},
    {"SNAP", 1, MACS "0030 aaaa03 000000 0800" PLAIN_SYN "5a5a", SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"SNAP behind a tag", 1, MACS "8100 0007 0030 aaaa03 000000 0800" PLAIN_SYN,
     SAID_SYN SAID_MACS " vlans 7" TCP_TAIL, 0},
    {"SNAP, bridge tunnel", 1, MACS "0030 aaaa03 0000f8 0800" PLAIN_SYN, SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"SNAP, bridged frame", 1, MACS "003e aaaa03 0080c2 0007" OTHER_MACS "0800" PLAIN_SYN,
     SAID_SYN SAID_OTHER TCP_TAIL, 0},
    {"SNAP, bridged spanning tree", 1, MACS "0010 aaaa03 0080c2 000e 0000000000000000", "STP", 0},
    {"IP over LLC", 1, MACS "002b 060603" PLAIN_SYN, SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"OSI over LLC, NLPID of IP", 1, MACS "002c fefe03 cc" PLAIN_SYN, SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"OSI over LLC", 1, MACS "0010 fefe03 83 00000000", "NOT_IP", 0},
    {"spanning tree", 1, "0180c2000000 020000000001 0026 424203 0000000000", "STP", 0},
    {"discovery over SNAP", 1, "01000ccccccc 020000000001 0040 aaaa03 00000c 2000 02b4", "STP", 0},
    {"LLDP", 1, MACS "88cc 0207", "STP", 0},
    {"MVRP", 1, MACS "88f5 00", "STP", 0},
    {"MMRP", 1, MACS "88f6 00", "STP", 0},
    {"connectivity fault management", 1, MACS "8902 00", "STP", 0},
    {"keepalive", 1, MACS "9000 0000", "LINK_CONTROL", 0},
    {"ARP", 1, MACS "0806 0001", "ARP", 0},
    {"ARP behind a tag", 1, MACS "8100 0005 0806 0001", "ARP", 0},
    {"RARP", 1, MACS "8035 0001", "ARP", 0},
    {"LACP", 1, MACS "8809 01", "LINK_CONTROL", 0},
    {"pause", 1, MACS "8808 0001", "LINK_CONTROL", 0},
    {"802.1X", 1, MACS "888e 01", "LINK_CONTROL", 0},
    {"IPX without LLC", 1, MACS "0030 ffff 0022 0000", "NOT_IP", 0},
    {"IPX over LLC", 1, MACS "0030 e0e003 ffff 0022", "NOT_IP", 0},
    {"LLC test", 1, MACS "0003 aaaae3", "NOT_IP", 0},
    {"unknown type", 1, MACS "88e1 0001", "NOT_IP", 0},
    {"neither type nor length", 1, MACS "05ff 0001", "NOT_IP", 0},
    {"no length at all", 1, MACS "0000 0001", "NOT_IP", 0},
    {"802.1ah", 1, MACS "88a8 0064 88e7 00000001" OTHER_MACS "0800" PLAIN_SYN,
     SAID_SYN SAID_OTHER " vlans 100" TCP_TAIL, 0},
    {"MACsec in clear", 1, MACS "88e5 0000 00000001 0800" PLAIN_SYN "00112233445566778899aabbccddeeff",
     SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"MACsec in clear, with channel", 1, MACS "88e5 2000 00000001 1122334455667788 0800" PLAIN_SYN,
     SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"MACsec", 1, MACS "88e5 0c00 00000001 0800" PLAIN_SYN, "ENCRYPTED", 0},
    {"VN-Tag", 1, MACS "8926 00000001 0800" PLAIN_SYN, SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"HSR", 1, MACS "892f 00340001 0800" PLAIN_SYN, SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"E-Tag", 1, MACS "893f 000000010000 0800" PLAIN_SYN, SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"security group tag", 1, MACS "8909 010100010004 0800" PLAIN_SYN, SAID_SYN SAID_MACS TCP_TAIL, 0},
    {"broadcast frame", 1, "ffffffffffff 020000000001 0800" PLAIN_SYN,
     SAID("broadcast") " macs 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff" TCP_TAIL, 0},
    {"multicast frame", 1, "01005e000001 020000000001 0800" PLAIN_SYN,
     SAID("multicast") " macs 02:00:00:00:00:01 > 01:00:5e:00:00:01" TCP_TAIL, 0},
    {"multicast frame, all ones but one byte", 1, "ff00ffffffff 020000000001 0800" PLAIN_SYN,
     SAID("multicast") " macs 02:00:00:00:00:01 > ff:00:ff:ff:ff:ff" TCP_TAIL, 0},
    {"limited broadcast", 1, MACS "0800" IP4_ENDS("0a000001", "ffffffff") SYN,
     "OK v4 10.0.0.1:1025 > 255.255.255.255:80 proto 6 broadcast len 40 id 7" SAID_MACS TCP_TAIL, 0},
    {"multicast address, broadcast frame", 1,
     "ffffffffffff 020000000001 0800" IP4_ENDS("0a000001", "e0000001") SYN,
     "OK v4 10.0.0.1:1025 > 224.0.0.1:80 proto 6 multicast len 40 id 7 macs 02:00:00:00:00:01 > "
     "ff:ff:ff:ff:ff:ff" TCP_TAIL,
     0},
    {"link-local ends, tagged", 1, MACS "8100 0005 8100 0006 0800" IP4_ENDS("a9fe0101", "a9fe0102") SYN,
     "OK v4 169.254.1.1%vlan6:1025 > 169.254.1.2%vlan6:80 proto 6 unicast len 40 id 7" SAID_MACS
     " vlans 5 6" TCP_TAIL,
     0},
    {"link-local behind a priority tag", 1,
     MACS "8100 0005 8100 6000 0800" IP4_ENDS("a9fe0101", "0a000002") SYN,
     "OK v4 169.254.1.1%vlan5:1025 > 10.0.0.2:80 proto 6 unicast len 40 id 7" SAID_MACS " vlans 5 0" TCP_TAIL,
     0},
    {"link-local, untagged", 1, MACS "0800" IP4_ENDS("a9fe0101", "a9fe0102") SYN,
     "OK v4 169.254.1.1:1025 > 169.254.1.2:80 proto 6 unicast len 40 id 7" SAID_MACS TCP_TAIL, 0},
    {"nothing", 1, "", "RUNT", 0},
    {"nothing captured", 1, "", "LINK_SHORT", 60},
    {"no type", 1, MACS, "RUNT", 0},
    {"no type captured", 1, MACS, "LINK_SHORT", 48},
    {"tag cut", 1, MACS "8100 0005", "LINK_SHORT", 46},
    {"tag is all", 1, MACS "8100 0005", "RUNT", 0},
    {"LLC cut", 1, MACS "0030 aaaa", "LINK_SHORT", 46},
    {"SNAP cut", 1, MACS "0030 aaaa03 0000", "LINK_SHORT", 43},
    {"LLC longer than its length", 1, MACS "0004 aaaa03 000000 0800" PLAIN_SYN, "RUNT", 0},
};

const struct decode_samples samples_ethernet = SAMPLES(rows);

Test(decode_ethernet, samples)
{
	check_samples(&samples_ethernet);
}

static void check_keys(struct decode_options options, const char *hex, const char *src)
{
	uint8_t bytes[SAMPLE_BYTES_MAX];
	struct packet_facts facts;
	char text[ADDR_TEXT_MAX];
	uint32_t length = (uint32_t)hex_bytes(hex, bytes);

	cr_assert_eq(decode_frame(&options, 1, bytes, length, length, &facts), DECODE_OK);
	cr_expect_str_eq(addr_format(&facts.src, text), src);
}

Test(decode_ethernet, keys_put_vlan_or_vni_on_every_address)
{
	static const char tagged[] = MACS "8100 0005 0800" PLAIN_SYN;
	static const char plain[] = MACS "0800" PLAIN_SYN;
	/* VXLAN network 9 in VLAN 5 */
	static const char vxlan[] = MACS "8100 0005 0800"
					 "4500 005a 0007 4000 40 11 0000 0b000001 0b000002"
					 "c000 12b5 0046 0000 08000000 00000900" MACS "0800" PLAIN_SYN;

	/* VXLAN network 12648430, VLAN 7 inside */
	static const char inside[] =
	    MACS "0800 4500 005e 0007 4000 40 11 0000 0b000001 0b000002"
		 "c000 12b5 004a 0000 08000000 c0ffee00" MACS "8100 0007 0800" PLAIN_SYN;

	check_keys((struct decode_options){.key_vlan = true}, tagged, "10.0.0.1%vlan5");
	check_keys((struct decode_options){.key_vni = true}, tagged, "10.0.0.1");
	check_keys((struct decode_options){.key_vlan = true, .key_vni = true}, plain, "10.0.0.1");
	check_keys((struct decode_options){0}, vxlan, "10.0.0.1");
	/* The tag outside is another network's. */
	check_keys((struct decode_options){.key_vlan = true}, vxlan, "10.0.0.1");
	check_keys((struct decode_options){.key_vlan = true}, inside, "10.0.0.1%vlan7");
	check_keys((struct decode_options){.key_vlan = true, .key_vni = true}, inside,
		   "10.0.0.1%vni12648430.vlan7");
	check_keys((struct decode_options){.key_vni = true}, vxlan, "10.0.0.1%vni9");
	check_keys((struct decode_options){.key_vlan = true, .key_vni = true}, vxlan, "10.0.0.1%vni9");
}
