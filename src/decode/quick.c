/*
 * The shortest road: what the usual packet is counted by, in a few words. Ethernet, at most one VLAN tag,
 * IPv4 without options, no fragment, TCP or UDP with whole headers at hand. Whoever needs more decodes the
 * packet again; whatever is not exactly that has no quick facts, and nothing is lost but a few nanoseconds.
 *
 * Headers are read in words as large as fit, because this is done for every packet.
 */
#include "walk.h"

enum {
	ETHERNET_HEADER = 14,
	VLAN_TAG = 4,
	IPV4_HEADER = 20,
	TCP_HEADER = 20,
	UDP_HEADER = 8,
	PLAIN_HEADERS = ETHERNET_HEADER + IPV4_HEADER + TCP_HEADER,
	BOOTP_SERVER_PORT = 67,
	ETHERTYPE_IPV4 = 0x0800,
	IPV4_PLAIN = 0x45 /* version 4, no options */
};

/* P has been taken from the cursor with at least two, four, eight bytes. */
static inline uint16_t be16_at(const uint8_t *p)
{
	return (uint16_t)((p[0] << 8) | p[1]);
}

static inline uint32_t be32_at(const uint8_t *p)
{
	return ((uint32_t)p[0] << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3];
}

static inline uint64_t be64_at(const uint8_t *p)
{
	return (uint64_t)be32_at(p) << 32 | be32_at(p + 4);
}

/* Two addresses, two ports that follow each other: the first in the lower half, in this machine's order of
 * bytes, whichever it is. They are only compared. */
static inline uint64_t addresses_at(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
	word = word << 32 | word >> 32;
#endif
	return word;
}

static inline uint32_t ports_at(const uint8_t *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof(word));
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
	word = word << 16 | word >> 16;
#endif
	return word;
}

/* What comes after the common words of IPv4's header. */
struct rest {
	uint16_t total, id;    /* as IPv4 has them */
	uint16_t vlan, before; /* before: bytes of the frame in front of the transport header */
};

/* P: a TCP header, of which TCP_HEADER bytes are at hand; LEFT: all that are from there on. Field by field:
 * whoever reads them as one word does so much later. */
static inline bool fill_tcp(const uint8_t *p, size_t left, const struct rest *rest,
			    struct packet_quick *quick)
{
	uint32_t header = (p[12] & 0xf0U) >> 2, headers = IPV4_HEADER + header;

	if (header < TCP_HEADER || headers > rest->total || left < header)
		return false;
	quick->ports = ports_at(p);
	quick->vlan = rest->vlan;
	quick->payload_at = (uint16_t)(rest->before + header);
	quick->tcp_numbers = be64_at(p + 4);
	quick->ip_length = rest->total;
	quick->ip_id = rest->id;
	quick->payload_length = (uint16_t)(rest->total - headers);
	quick->protocol = PROTO_TCP;
	quick->tcp_flags = p[13] & 0x3f;
	return true;
}

/* Whether a datagram between these ports may be more than one, or says by itself who asks. */
static inline bool is_special_port(uint16_t src, uint16_t dst)
{
	return udp_tunnel_on_port(src) || udp_tunnel_on_port(dst) || src == BOOTP_SERVER_PORT ||
	       dst == BOOTP_SERVER_PORT;
}

/* P: a UDP header, all at hand. */
static inline bool fill_udp(const uint8_t *p, const struct rest *rest, struct packet_quick *quick)
{
	uint32_t said = be16_at(p + 4);

	if (said < UDP_HEADER || said + IPV4_HEADER > rest->total ||
	    is_special_port(be16_at(p), be16_at(p + 2)))
		return false;
	quick->ports = ports_at(p);
	quick->vlan = rest->vlan;
	quick->payload_at = (uint16_t)(rest->before + UDP_HEADER);
	quick->tcp_numbers = 0;
	quick->ip_length = rest->total;
	quick->ip_id = rest->id;
	quick->payload_length = (uint16_t)(said - UDP_HEADER);
	quick->protocol = PROTO_UDP;
	quick->tcp_flags = 0;
	return true;
}

static inline bool quick_tcp(struct cursor *at, const struct rest *rest, struct packet_quick *quick)
{
	size_t left = cur_left(at);
	const uint8_t *p = cur_take(at, TCP_HEADER);

	return p && fill_tcp(p, left, rest, quick);
}

static inline bool quick_udp(struct cursor *at, const struct rest *rest, struct packet_quick *quick)
{
	const uint8_t *p = cur_take(at, UDP_HEADER);

	return p && fill_udp(p, rest, quick);
}

static inline bool is_link_local(const uint8_t *p)
{
	return p[0] == 169 && p[1] == 254;
}

/* TYPE is the EtherType before P, WIRE what follows it on the wire. */
static inline bool quick_ipv4(struct cursor *at, uint16_t type, size_t wire, struct rest *rest,
			      struct packet_quick *quick)
{
	const uint8_t *p = cur_take(at, IPV4_HEADER);

	if (type != ETHERTYPE_IPV4 || !p || p[0] != IPV4_PLAIN || (be16_at(p + 6) & 0x3fff))
		return false;
	rest->total = be16_at(p + 2);
	rest->id = be16_at(p + 4);
	quick->addresses = addresses_at(p + 12);
	if (rest->total > wire || rest->id == 0 || (uint32_t)quick->addresses == 0)
		return false;
	/* These belong to their VLAN. */
	if (rest->vlan != PACKET_UNTAGGED && (is_link_local(p + 12) || is_link_local(p + 16)))
		return false;
	if (p[9] == PROTO_TCP)
		return quick_tcp(at, rest, quick);
	return p[9] == PROTO_UDP && quick_udp(at, rest, quick);
}

static __attribute__((noinline)) bool quick_any(const struct packet *packet, struct packet_quick *quick)
{
	struct cursor at = cur_make(packet->data, packet->caplen);
	const uint8_t *p = cur_take(&at, ETHERNET_HEADER);
	struct rest rest = {.vlan = PACKET_UNTAGGED, .before = ETHERNET_HEADER + IPV4_HEADER};
	size_t wire = packet->wirelen;
	uint16_t type;

	if (!p)
		return false;
	type = be16_at(p + 12);
	wire -= ETHERNET_HEADER;
	if (type == 0x8100 || type == 0x88a8) {
		p = cur_take(&at, VLAN_TAG);
		if (!p)
			return false;
		rest.vlan = be16_at(p) & 0x0fff;
		type = be16_at(p + 2);
		wire -= VLAN_TAG;
		rest.before += VLAN_TAG;
	}
	return quick_ipv4(&at, type, wire, &rest, quick);
}

/* Whether P, an EtherType and what follows, begins a plain IPv4 header: in the order of bytes in which it
 * stands. */
static inline bool is_plain_ipv4(const uint8_t *p)
{
	static const uint8_t plain[4] = {ETHERTYPE_IPV4 >> 8, ETHERTYPE_IPV4 & 0xff, IPV4_PLAIN, 0},
			     mask[4] = {0xff, 0xff, 0xff, 0};
	uint32_t is, should, matters;

	memcpy(&is, p, sizeof(is));
	memcpy(&should, plain, sizeof(should));
	memcpy(&matters, mask, sizeof(matters));
	return (is & matters) == should;
}

/* The commonest of all: no tag, no options of IPv4, no fragment. All three headers with one check of
 * bounds, PLAIN_HEADERS bytes being at hand; the rest as above. False: it is not that, or broken. */
static inline bool quick_plain(const struct packet *packet, const uint8_t *p, struct packet_quick *quick)
{
	const uint8_t *ip = p + ETHERNET_HEADER, *transport = ip + IPV4_HEADER;
	/* Length, id, flags and offset of fragments, TTL, protocol. */
	uint64_t word = be64_at(ip + 2);
	uint64_t addresses = addresses_at(ip + 12);
	uint32_t kind = (uint32_t)word & 0x3fff00ff;
	const struct rest rest = {.total = (uint16_t)(word >> 48),
				  .id = (uint16_t)(word >> 32),
				  .vlan = PACKET_UNTAGGED,
				  .before = ETHERNET_HEADER + IPV4_HEADER};

	if (!is_plain_ipv4(p + 12) || rest.total > packet->wirelen - ETHERNET_HEADER || rest.id == 0 ||
	    (uint32_t)addresses == 0)
		return false;
	quick->addresses = addresses;
	if (__builtin_expect(kind == PROTO_TCP, 1))
		return fill_tcp(transport, packet->caplen - rest.before, &rest, quick);
	return kind == PROTO_UDP && fill_udp(transport, &rest, quick);
}

size_t decode_quick(const struct packet *packets, size_t count, struct packet_quick *quick)
{
	size_t others = 0;

	for (size_t i = 0; i < count; i++) {
		const struct packet *packet = &packets[i];
		struct cursor at = cur_make(packet->data, packet->caplen);
		const uint8_t *p = cur_take(&at, PLAIN_HEADERS);

		if (packet->link_type == DECODE_LINK_ETHERNET) {
			if (p && quick_plain(packet, p, &quick[i]))
				continue;
			if (quick_any(packet, &quick[i]))
				continue;
		}
		quick[i].protocol = 0;
		others++;
	}
	return count - others;
}
