/*
 * Door: a frame off the wire. Two bytes choose the link type, one the options, one how much was cut off; the
 * rest is the frame. Checked: facts point into the frame, nothing is called cut that was not, the straight
 * road for common frames says what the general one says.
 */
#include "decode/evidence.h"
#include "decode/walk.h"
#include "fuzz.h"

enum { OPTION_KEY_VLAN = 1, OPTION_KEY_VNI = 2 };

/* Fields of packet_facts that the two roads must agree on. */
#define FACTS(X)                                                                                             \
	X(src_port)                                                                                          \
	X(dst_port)                                                                                          \
	X(protocol)                                                                                          \
	X(ip_version)                                                                                        \
	X(delivery)                                                                                          \
	X(tcp_flags)                                                                                         \
	X(tcp_seq)                                                                                           \
	X(tcp_ack)                                                                                           \
	X(ip_length)                                                                                         \
	X(ip_id)                                                                                             \
	X(fragment_offset)                                                                                   \
	X(has_ip_id)                                                                                         \
	X(is_fragment)                                                                                       \
	X(more_fragments)                                                                                    \
	X(has_outer_fragment)                                                                                \
	X(has_macs)                                                                                          \
	X(icmp_asks)                                                                                         \
	X(icmp_answers)                                                                                      \
	X(vlan_count)                                                                                        \
	X(has_vni)                                                                                           \
	X(vni)                                                                                               \
	X(tunnel_depth)                                                                                      \
	X(payload)                                                                                           \
	X(payload_caplen)                                                                                    \
	X(payload_length)

static void check_same(const struct packet_facts *a, const struct packet_facts *b)
{
#define SAME(field) FUZZ_CHECK(a->field == b->field);
	FACTS(SAME)
#undef SAME
	FUZZ_CHECK(addr_equal(&a->src, &b->src) && addr_equal(&a->dst, &b->dst));
	FUZZ_CHECK(!a->has_macs || (memcmp(a->src_mac, b->src_mac, MAC_BYTES) == 0 &&
				    memcmp(a->dst_mac, b->dst_mac, MAC_BYTES) == 0));
	for (unsigned i = 0; i < a->vlan_count && i < DECODE_MAX_VLANS; i++)
		FUZZ_CHECK(a->vlans[i] == b->vlans[i]);
}

static void check_facts(enum decode_result result, const struct packet_facts *f, const uint8_t *data,
			size_t caplen)
{
	FUZZ_CHECK(f->ip_version == 4 || f->ip_version == 6);
	FUZZ_CHECK(f->src.family == (f->ip_version == 4 ? ADDR_IPV4 : ADDR_IPV6) &&
		   f->src.family == f->dst.family);
	FUZZ_CHECK(f->src.zero == 0 && f->src.prefix == 0);
	FUZZ_CHECK(f->delivery < DELIVERY_COUNT && f->tunnel_depth < DECODE_MAX_LAYERS);
	FUZZ_CHECK(f->payload && f->payload >= data && f->payload + f->payload_caplen <= data + caplen);
	FUZZ_CHECK(f->payload_caplen <= f->payload_length);
	if (result == DECODE_LATER_FRAGMENT)
		FUZZ_CHECK(f->is_fragment && f->src_port == 0 && f->dst_port == 0);
}

/* Where quick facts speak, they say what the general road says. */
static void check_quick(const uint8_t *data, uint32_t caplen, uint32_t wirelen)
{
	static const struct decode_options none;
	const struct packet packet = {
	    .data = data, .caplen = caplen, .wirelen = wirelen, .link_type = DECODE_LINK_ETHERNET};
	struct packet_quick quick;
	struct packet_facts f;

	if (decode_quick(&packet, 1, &quick) == 0) {
		FUZZ_CHECK(quick.protocol == 0);
		return;
	}
	FUZZ_CHECK(decode_general(&none, DECODE_LINK_ETHERNET, data, caplen, wirelen, &f) == DECODE_OK);
	FUZZ_CHECK(f.ip_version == 4 && f.tunnel_depth == 0 && !f.is_fragment && !f.has_outer_fragment);
	FUZZ_CHECK(quick.protocol == f.protocol && quick.ip_length == f.ip_length && f.has_ip_id &&
		   quick.ip_id == f.ip_id && quick.ip_id != 0);
	FUZZ_CHECK(quick_port(&quick, 0) == f.src_port && quick_port(&quick, 1) == f.dst_port);
	FUZZ_CHECK(quick_seq(&quick) == f.tcp_seq && quick_ack(&quick) == f.tcp_ack &&
		   quick.tcp_flags == f.tcp_flags);
	FUZZ_CHECK(quick.payload_length == f.payload_length && data + quick.payload_at == f.payload);
	FUZZ_CHECK(quick.vlan == (f.vlan_count > 0 ? f.vlans[0] : PACKET_UNTAGGED));
	FUZZ_CHECK(f.src.scope_kind == 0 && f.dst.scope_kind == 0);
	FUZZ_CHECK(memcmp(&quick.addresses, f.src.bytes, 4) == 0 ||
		   __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cur_make(data, size);
	uint16_t link_type = cur_le16(&in);
	uint8_t option_bits = cur_u8(&in), cut = cur_u8(&in);
	struct decode_options options = {.key_vlan = option_bits & OPTION_KEY_VLAN,
					 .key_vni = option_bits & OPTION_KEY_VNI};
	uint32_t caplen = (uint32_t)cur_left(&in), wirelen = caplen + cut;
	struct packet_facts facts, general;
	enum decode_result result;
	size_t live = mem_live();

	if (!cur_ok(&in))
		return 0;
	check_quick(in.p, caplen, wirelen);
	result = decode_frame(&options, link_type, in.p, caplen, wirelen, &facts);
	FUZZ_CHECK((unsigned)result < DECODE_RESULT_COUNT);
	FUZZ_CHECK(cut > 0 || decode_result_bucket(result) != ACCOUNT_TRUNCATED);
	FUZZ_CHECK(decode_general(&options, link_type, in.p, caplen, wirelen, &general) == result);
	if (result == DECODE_OK || result == DECODE_LATER_FRAGMENT || result == DECODE_ICMP_ERROR) {
		check_facts(result, &facts, in.p, caplen);
		check_same(&facts, &general);
	}
	if (result == DECODE_OK) {
		struct evidence datagram = evidence_datagram(&facts), segment = evidence_segment(&facts);

		FUZZ_CHECK(datagram.protocol < EVIDENCE_PROTOCOL_COUNT &&
			   segment.protocol < EVIDENCE_PROTOCOL_COUNT);
	}
	FUZZ_CHECK(mem_live() == live);
	return 0;
}
