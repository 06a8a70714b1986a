#include "capture/filter_words.h"
#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(capture_filter_words, .timeout = 10);

Test(capture_filter_words, nothing_is_looked_up)
{
	static const char *const fine[] = {
	    "",
	    "tcp port 80",
	    "tcp port http or https",
	    "host 10.0.0.1 and not (udp port domain)",
	    "net 10.0.0.0/8",
	    "net 10/8",
	    "net 10.0.0.0 mask 255.0.0.0",
	    "ip6 host fe80::1",
	    "ip6 net fd00::/64",
	    "ip6 host ::1",
	    "ether host 00:11:22:aa:bb:cc",
	    "ether host 00-11-22-aa-bb-cc",
	    "ether host 0011.22aa.bbcc",
	    "ether host 0:1:2:a:b:c",
	    "tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn",
	    "icmp[icmptype] == icmp-echo",
	    "ip[0] & 0xf != 5",
	    "ip proto \\icmp",
	    "ether proto \\arp",
	    "portrange 1-1024",
	    "less 100 or greater 1000",
	    "vlan 5 and pppoes and mpls",
	    "wlan type mgt subtype beacon",
	    "src or dst port ssh",
	    "inbound",
	};
	static const char *const refused[][2] = {
	    {"host example.com", "example.com"},
	    {"example", "example"},
	    {"tcp and kvm-manager", "kvm-manager"},
	    {"port http and src example.net", "example.net"},
	    {"port http and host www", "www"},
	    {"net office", "office"},
	    {"ether host printer", "printer"},
	    {"gateway router", "router"},
	    {"host 10.0.0.1.example.com", "10.0.0.1.example.com"},
	    {"host 1.fe.de", "1.fe.de"},
	    {"host bad.cafe", "bad.cafe"},
	    {"TCP", "TCP"},
	    {"len-14 > 5", "len-14"},
	};

	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		struct err err = {""};

		cr_expect_eq(filter_check_names(fine[i], &err), 0, "%s: %s", fine[i], err.text);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct err err = {""};
		char expected[256];

		(void)snprintf(expected, sizeof(expected),
			       "filter: '%s' is no word of filters, number or address; a name would have to "
			       "be looked up in "
			       "the network, which this program never does",
			       refused[i][1]);
		cr_expect_eq(filter_check_names(refused[i][0], &err), -1, "%s", refused[i][0]);
		cr_expect_str_eq(err.text, expected, "%s", err.text);
	}
}

Test(capture_filter_words, tags)
{
	static const char *const with[] = {"vlan",
					   "vlan 5 and tcp",
					   "mpls",
					   "tcp or (pppoes and udp)",
					   "geneve 5",
					   "ether proto 0x8100",
					   "ether proto 33024",
					   "ether proto 0x88A8"};
	static const char *const without[] = {"tcp port 80", "ether proto 0x800", "host 10.0.0.1",
					      "port 9100 or 81"};

	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		cr_expect(filter_speaks_of_tags(with[i]), "%s", with[i]);
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		cr_expect_not(filter_speaks_of_tags(without[i]), "%s", without[i]);
}
