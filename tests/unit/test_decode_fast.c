/* The two roads must never disagree: not over captures of others, not over our own frames, not over damaged
 * ones. */
#include "decode/walk.h"
#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_fast, .timeout = 10);

struct tally {
	unsigned long frames, fast, quick, differ;
};

/* What decode_quick says of a frame is what the general road says. NULL, or where they differ. */
static const char *quick_difference(const uint8_t *data, const struct packet_quick *quick,
				    enum decode_result result, const struct packet_facts *facts)
{
	uint32_t address[2] = {(uint32_t)quick->addresses, (uint32_t)(quick->addresses >> 32)};
	uint8_t bytes[2][4];
	struct addr src, dst;

	memcpy(bytes, address, sizeof(bytes));
	src = addr_ipv4(bytes[0]);
	dst = addr_ipv4(bytes[1]);
	if (result != DECODE_OK || facts->is_fragment || facts->has_outer_fragment || facts->tunnel_depth > 0)
		return "kind";
	if (!addr_equal(&src, &facts->src) || !addr_equal(&dst, &facts->dst) ||
	    quick_port(quick, 0) != facts->src_port || quick_port(quick, 1) != facts->dst_port ||
	    quick->protocol != facts->protocol)
		return "key";
	if (quick_seq(quick) != facts->tcp_seq || quick_ack(quick) != facts->tcp_ack ||
	    quick->tcp_flags != facts->tcp_flags)
		return "TCP";
	if (quick->ip_length != facts->ip_length || quick->payload_length != facts->payload_length ||
	    data + quick->payload_at != facts->payload || quick->ip_id != facts->ip_id || !facts->has_ip_id ||
	    quick->ip_id == 0)
		return "length or id";
	if (quick->vlan != (facts->vlan_count > 0 ? facts->vlans[0] : PACKET_UNTAGGED))
		return "VLAN";
	if (facts->protocol == PROTO_UDP && (facts->src_port == 67 || facts->dst_port == 67))
		return "BOOTP";
	return NULL;
}

static void compare_quick(struct tally *tally, const char *file, const uint8_t *data, uint32_t caplen,
			  uint32_t wirelen)
{
	struct packet_facts facts;
	struct packet_quick quick;
	enum decode_result result;
	const char *field;

	(void)decode_quick(
	    &(struct packet){
		.data = data, .caplen = caplen, .wirelen = wirelen, .link_type = DECODE_LINK_ETHERNET},
	    1, &quick);
	if (quick.protocol == 0)
		return;
	tally->quick++;
	result = decode_general(NULL, LINK_ETHERNET, data, caplen, wirelen, &facts);
	field = quick_difference(data, &quick, result, &facts);
	if (field && tally->differ++ <= 10)
		cr_expect_null(field, "%s: frame %lu of the run: quick facts differ in %s", file,
			       tally->frames, field);
}

static void compare(void *context, const char *file, uint16_t link_type, const uint8_t *data, uint32_t caplen,
		    uint32_t wirelen)
{
	static const struct decode_options each_options[] = {{0}, {.key_vlan = true}, {.key_vni = true}};
	struct tally *tally = context;
	struct packet_facts fast, general;

	tally->frames++;
	if (link_type != LINK_ETHERNET)
		return;
	compare_quick(tally, file, data, caplen, wirelen);
	for (size_t i = 0; i < sizeof(each_options) / sizeof(each_options[0]); i++) {
		enum decode_result result;
		const char *field;

		memset(&fast, 0xa5, sizeof(fast));
		memset(&general, 0x5a, sizeof(general));
		if (!decode_fast(&each_options[i], data, caplen, wirelen, &fast))
			continue;
		tally->fast += i == 0;
		result = decode_general(&each_options[i], link_type, data, caplen, wirelen, &general);
		field = result == DECODE_OK ? facts_difference(result, &fast, &general)
					    : decode_result_text(result);
		if (!field || tally->differ++ > 10)
			continue;
		cr_expect_null(field, "%s: frame %lu of the run: the roads differ in %s", file, tally->frames,
			       field);
	}
}

Test(decode_fast, agrees_over_real_captures)
{
	struct tally tally = {0};
	unsigned files = each_shared_frame(compare, &tally, UINT32_MAX);

	if (files == 0)
		cr_skip_test("no captures in ../shared/pcaps");
	cr_expect_eq(tally.differ, 0);
	cr_expect_gt(tally.frames, 100000);
	/* Two thirds of TCP and UDP there are plain; were the road never taken, this test would prove
	 * nothing. */
	cr_expect_gt(tally.fast, 40000);
	cr_expect_gt(tally.quick, 20000);
}

static void damage(struct tally *tally, const struct decode_sample *row, uint64_t *seed)
{
	uint8_t bytes[SAMPLE_BYTES_MAX];
	size_t length = hex_bytes(row->hex, bytes);

	compare(tally, row->name, row->link_type, bytes, (uint32_t)length, (uint32_t)length + row->cut);
	for (size_t n = 0; n <= length; n++) {
		compare(tally, row->name, row->link_type, bytes, (uint32_t)n, (uint32_t)length);
		compare(tally, row->name, row->link_type, bytes, (uint32_t)n, (uint32_t)n);
	}
	for (unsigned i = 0; i < 400 && length > 12; i++) {
		uint8_t mutant[SAMPLE_BYTES_MAX];

		memcpy(mutant, bytes, length);
		for (unsigned k = 0; k <= i % 3; k++) {
			*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			mutant[12 + (*seed >> 33) % (length - 12)] = (uint8_t)(*seed >> 25);
		}
		compare(tally, row->name, row->link_type, mutant, (uint32_t)length,
			(uint32_t)length + row->cut);
	}
}

Test(decode_fast, agrees_over_own_frames_cut_and_damaged)
{
	struct tally tally = {0};
	uint64_t seed = 20261120;

	for (size_t t = 0; all_samples[t]; t++) {
		for (size_t i = 0; i < all_samples[t]->count; i++)
			damage(&tally, &all_samples[t]->rows[i], &seed);
	}
	cr_expect_eq(tally.differ, 0);
	cr_expect_gt(tally.fast, 1000);
	cr_expect_gt(tally.quick, 300);
}

static bool takes_quick(const char *hex)
{
	uint8_t bytes[SAMPLE_BYTES_MAX];
	struct packet_quick quick;
	uint32_t length = (uint32_t)hex_bytes(hex, bytes);

	(void)decode_quick(
	    &(struct packet){
		.data = bytes, .caplen = length, .wirelen = length, .link_type = DECODE_LINK_ETHERNET},
	    1, &quick);
	return quick.protocol != 0;
}

Test(decode_fast, quick_facts_of_the_usual_and_of_no_others)
{
	cr_expect(takes_quick(MACS "0800" PLAIN_SYN));
	cr_expect(takes_quick(MACS "8100 0005 0800" PLAIN_SYN));
	cr_expect(takes_quick(MACS "0800 4500 0020 0007 4000 40 11 0000 0a000001 0a000002"
				   "0401 0035 000c 0000 61626364"));
	cr_expect_not(takes_quick(MACS "0800 4500 0020 0007 4000 40 11 0000 0a000001 0a000002"
				       "0401 0043 000c 0000 61626364"),
		      "BOOTP");
	cr_expect_not(takes_quick(MACS "0800 4500 0020 0007 4000 40 11 0000 0a000001 0a000002"
				       "0401 12b5 000c 0000 61626364"),
		      "a tunnel's port");
	cr_expect_not(takes_quick(MACS "0800 4500 0028 0000 4000 40 06 0000 0a000001 0a000002" SYN), "no id");
	cr_expect_not(takes_quick(MACS "0800 4500 0028 0007 4000 40 06 0000 00000000 0a000002" SYN),
		      "no address");
	cr_expect_not(takes_quick(MACS "0800 4500 0028 0007 2000 40 06 0000 0a000001 0a000002" SYN),
		      "a fragment");
	cr_expect_not(takes_quick(MACS "8100 0005 0800 4500 0028 0007 4000 40 06 0000 a9fe0001 0a000002" SYN),
		      "scoped");
}

static bool takes_fast(const char *hex)
{
	uint8_t bytes[SAMPLE_BYTES_MAX];
	struct packet_facts facts;
	uint32_t length = (uint32_t)hex_bytes(hex, bytes);

	return decode_fast(NULL, bytes, length, length, &facts);
}

Test(decode_fast, takes_plain_packets_and_no_others)
{
	cr_expect(takes_fast(MACS "0800" PLAIN_SYN));
	cr_expect(takes_fast(MACS "0800" IP4("0020", "11") DATAGRAM "000000000000"));
	cr_expect(takes_fast(MACS "88a8 0005 8100 0006 0800" PLAIN_SYN));
	cr_expect(takes_fast(MACS "86dd" IP6("0014", "06") SYN));
	cr_expect_not(takes_fast(MACS "8100 0001 8100 0002 8100 0003 0800" PLAIN_SYN), "three tags");
	cr_expect_not(takes_fast(MACS "0800" IP4("0020", "11") "0401 12b5 000c 0000 61626364"),
		      "a tunnel's port");
	cr_expect_not(takes_fast(MACS "0800" IP4("0020", "11") "12b5 0401 000c 0000 61626364"),
		      "a tunnel's port");
	cr_expect_not(takes_fast(MACS "0800 4500 0028 0007 2000 40 06 0000 0a000001 0a000002" SYN),
		      "a fragment");
	cr_expect_not(takes_fast(MACS "0800" IP4("0000", "06") SYN), "no length");
	cr_expect_not(takes_fast(MACS "8100 0005 0800 4500 0028 0007 4000 40 06 0000 a9fe0001 0a000002" SYN),
		      "scoped");
}
