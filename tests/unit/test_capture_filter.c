#include "base/mem.h"
#include "capture/filter.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(capture_filter, .timeout = 10);

enum { LINK_RAW = 101, LINK_ETHERNET = 1, LINK_SLL = 113, LINK_SLL2 = 276, LINK_NFLOG = 239, LINK_USB = 220 };

/* An IPv4 UDP datagram to PORT behind an Ethernet header with TAGS tags of type TAG; without the header for
 * raw. */
static size_t make_frame(uint8_t *out, uint16_t link_type, unsigned tags, unsigned tag, unsigned port)
{
	static const uint8_t ip[28] = {0x45, 0,  0, 28, 0, 0,  0, 0, 64, 17,   0,
				       0,    10, 0, 0,  1, 10, 0, 0, 2,  0x30, 0x39};
	size_t n = 0;

	if (link_type == LINK_ETHERNET) {
		memset(out, 2, 12);
		n = 12;
		for (unsigned i = 0; i < tags; i++) {
			out[n++] = (uint8_t)(tag >> 8);
			out[n++] = (uint8_t)tag;
			out[n++] = 0;
			out[n++] = (uint8_t)(5 + i);
		}
		out[n++] = 8;
		out[n++] = 0;
	}
	memcpy(out + n, ip, sizeof(ip));
	out[n + 22] = (uint8_t)(port >> 8);
	out[n + 23] = (uint8_t)port;
	return n + sizeof(ip);
}

static bool matches(struct capture_filter *f, uint16_t link_type, unsigned tags, unsigned tag, unsigned port)
{
	uint8_t bytes[128];
	struct packet p = {.data = bytes, .link_type = link_type};

	p.caplen = (uint32_t)make_frame(bytes, link_type, tags, tag, port);
	p.wirelen = p.caplen;
	return capture_filter_match(f, &p);
}

/* Ports 53 and 80 untagged, with one and with two tags, as bits from the lowest: what EXPRESSION lets pass.
 */
static unsigned passed(const char *expression, unsigned tag)
{
	struct err err = {""};
	struct capture_filter *f = capture_filter_new(expression, &err);
	unsigned bits = 0;

	cr_assert_not_null(f, "%s", err.text);
	for (unsigned tags = 0; tags < 3; tags++) {
		bits |= (unsigned)matches(f, LINK_ETHERNET, tags, tag, 53) << (2 * tags);
		bits |= (unsigned)matches(f, LINK_ETHERNET, tags, tag, 80) << (2 * tags + 1);
	}
	capture_filter_free(f);
	return bits;
}

Test(capture_filter, inside_up_to_two_tags)
{
	static const unsigned tags[] = {0x8100, 0x88a8, 0x9100};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		cr_expect_eq(passed("udp port 53", tags[i]), 0x15);
		cr_expect_eq(passed("not udp port 53", tags[i]), 0x2a);
		cr_expect_eq(passed("host 10.0.0.1 and port 80", tags[i]), 0x2a);
		cr_expect_eq(passed("tcp or dst port 53 or dst port 80", tags[i]), 0x3f);
		cr_expect_eq(passed("tcp", tags[i]), 0);
		cr_expect_eq(passed("", tags[i]), 0x3f);
	}
	/* What names tags by itself is left as it is written. */
	cr_expect_eq(passed("vlan and udp port 53", 0x8100), 0x04);
	cr_expect_eq(passed("vlan 5 and vlan 6", 0x8100), 0x30);
	cr_expect_eq(passed("ether proto 0x8100", 0x8100), 0x3c);
}

/* tcpdump -i any on a trunk: the tags stand behind the cooked header. SLL2's begins with the EtherType. */
static unsigned passed_cooked(uint16_t link_type, const char *expression)
{
	struct err err = {""};
	struct capture_filter *f = capture_filter_new(expression, &err);
	size_t header = link_type == LINK_SLL ? 16 : 20, type_at = link_type == LINK_SLL ? 14 : 0;
	unsigned bits = 0;

	cr_assert_not_null(f, "%s", err.text);
	for (unsigned tags = 0; tags < 3; tags++) {
		for (unsigned i = 0; i < 2; i++) {
			uint8_t frame[128], bytes[128] = {0};
			size_t length = make_frame(frame, LINK_ETHERNET, tags, 0x8100, i ? 80 : 53) - 14;
			struct packet p = {.data = bytes, .link_type = link_type};

			memcpy(bytes + type_at, frame + 12, 2);
			memcpy(bytes + header, frame + 14, length);
			p.caplen = p.wirelen = (uint32_t)(header + length);
			bits |= (unsigned)capture_filter_match(f, &p) << (2 * tags + i);
		}
	}
	capture_filter_free(f);
	return bits;
}

Test(capture_filter, inside_tags_of_cooked_captures_too)
{
	static const uint16_t links[] = {LINK_SLL, LINK_SLL2};

	for (size_t i = 0; i < 2; i++) {
		cr_expect_eq(passed_cooked(links[i], "udp port 53"), 0x15);
		cr_expect_eq(passed_cooked(links[i], "not port 53"), 0x2a);
		cr_expect_eq(passed_cooked(links[i], "ip"), 0x3f);
		cr_expect_eq(passed_cooked(links[i], "ip6"), 0);
	}
}

Test(capture_filter, text_says_how)
{
	struct err err;
	struct capture_filter *f = capture_filter_new("port 53", &err);

	cr_expect_str_eq(capture_filter_text(f), "port 53 (also inside up to two VLAN tags)");
	capture_filter_free(f);
	f = capture_filter_new("vlan 5", &err);
	cr_expect_str_eq(capture_filter_text(f), "vlan 5 (as written: it names tags or tunnels itself)");
	capture_filter_free(f);
}

Test(capture_filter, each_link_type_for_itself)
{
	struct err err;
	struct capture_filter *f = capture_filter_new("udp port 53", &err);

	for (int twice = 0; twice < 2; twice++) {
		cr_expect(matches(f, LINK_RAW, 0, 0, 53));
		cr_expect_not(matches(f, LINK_RAW, 0, 0, 80));
		cr_expect(matches(f, LINK_ETHERNET, 1, 0x8100, 53));
		cr_expect_not(matches(f, LINK_ETHERNET, 0, 0, 80));
	}
	cr_expect_eq(capture_filter_uncompiled(f), 0);
	capture_filter_free(f);
}

/* What cannot be decided passes, and is counted once for each link type. */
Test(capture_filter, uncompiled_link_types_pass)
{
	struct err err;
	struct capture_filter *f = capture_filter_new("ether host 02:02:02:02:02:02", &err);

	cr_expect(matches(f, LINK_RAW, 0, 0, 53));
	cr_expect(matches(f, LINK_RAW, 0, 0, 53));
	cr_expect_eq(capture_filter_uncompiled(f), 1);
	cr_expect(matches(f, LINK_USB, 0, 0, 53));
	cr_expect_eq(capture_filter_uncompiled(f), 2);
	cr_expect(matches(f, LINK_ETHERNET, 2, 0x8100, 53));
	capture_filter_free(f);
}

Test(capture_filter, refuses_what_does_not_compile)
{
	static const char *const bad[] = {"port", "tcp port 99999", "(tcp", "port 53) or (tcp",
					  "tcp tcp port"};
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char tail[128];

		memset(&err, 0, sizeof(err));
		(void)snprintf(tail, sizeof(tail), " in '%s'; see man pcap-filter", bad[i]);
		cr_expect_null(capture_filter_new(bad[i], &err), "%s", bad[i]);
		cr_expect(strncmp(err.text, "filter: ", 8) == 0 && strstr(err.text, tail), "%s", err.text);
	}
	cr_expect_null(capture_filter_new("host example.com", &err));
	cr_expect_str_eq(err.text,
			 "filter: 'example.com' is no word of filters, number or address; a name would have "
			 "to be looked up in the network, which this program never does");
}

Test(capture_filter, memory_failures)
{
	bool complete = false;

	for (uint64_t nth = 1; nth < 100 && !complete; nth++) {
		size_t before = mem_live();
		struct err err = {""};
		struct capture_filter *f;

		mem_fail_at(nth);
		f = capture_filter_new("udp port 53", &err);
		complete = !mem_fail_reached();
		mem_fail_at(0);
		cr_expect_eq(f != NULL, complete);
		cr_expect(f || strlen(err.text) > 0);
		capture_filter_free(f);
		cr_expect_eq(mem_live(), before);
	}
	cr_expect(complete);
}
