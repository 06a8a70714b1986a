/*
 * The shortest road: what the usual packet is counted by, in a few words. Ethernet, at most one VLAN tag,
 * IPv4 without options, no fragment, TCP or UDP with whole headers at hand. Whoever needs more decodes the
 * packet again; whatever is not exactly that has no quick facts, and nothing is lost but a few nanoseconds.
 */
#include "walk.h"

enum {
	ETHERNET_HEADER = 14,
	VLAN_TAG = 4,
	IPV4_HEADER = 20,
	TCP_HEADER = 20,
	UDP_HEADER = 8,
	PLAIN_HEADERS = ETHERNET_HEADER + IPV4_HEADER + TCP_HEADER,
	BOOTP_SERVER_PORT = 67
};

/* P has been taken from the cursor with at least two, four bytes. */
static inline uint16_t be16_at(const uint8_t *p)
{
	return (uint16_t)((p[0] << 8) | p[1]);
}

static inline uint32_t be32_at(const uint8_t *p)
{
	return ((uint32_t)p[0] << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3];
}

/* In this machine's order of bytes, whichever it is: addresses are only compared. */
static inline uint32_t word_at(const uint8_t *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static inline bool quick_tcp(struct cursor *at, size_t length, struct packet_quick *quick)
{
	const uint8_t *p = cur_take(at, TCP_HEADER);
	size_t header;

	if (!p)
		return false;
	header = (size_t)(p[12] >> 4) * 4;
	if (header < TCP_HEADER || header > length || cur_left(at) < header - TCP_HEADER)
		return false;
	quick->ports = be16_at(p) | (uint32_t)be16_at(p + 2) << 16;
	quick->tcp_seq = be32_at(p + 4);
	quick->tcp_ack = be32_at(p + 8);
	quick->tcp_flags = p[13] & 0x3f;
	quick->payload_length = (uint16_t)(length - header);
	quick->payload_at = (uint16_t)(quick->payload_at + header);
	return true;
}

static inline bool quick_udp(struct cursor *at, size_t length, struct packet_quick *quick)
{
	const uint8_t *p = cur_take(at, UDP_HEADER);
	uint16_t src, dst;
	size_t said;

	if (!p)
		return false;
	src = be16_at(p);
	dst = be16_at(p + 2);
	said = be16_at(p + 4);
	if (said < UDP_HEADER || said > length || udp_tunnel_on_port(src) || udp_tunnel_on_port(dst) ||
	    src == BOOTP_SERVER_PORT || dst == BOOTP_SERVER_PORT)
		return false;
	quick->ports = src | (uint32_t)dst << 16;
	quick->tcp_seq = quick->tcp_ack = 0;
	quick->tcp_flags = 0;
	quick->payload_length = (uint16_t)(said - UDP_HEADER);
	quick->payload_at = (uint16_t)(quick->payload_at + UDP_HEADER);
	return true;
}

static inline bool is_link_local(const uint8_t *p)
{
	return p[0] == 169 && p[1] == 254;
}

/* TYPE is the EtherType before P, WIRE what follows it on the wire. */
static inline bool quick_ipv4(struct cursor *at, uint16_t type, size_t wire, struct packet_quick *quick)
{
	const uint8_t *p = cur_take(at, IPV4_HEADER);
	size_t total;

	if (type != 0x0800 || !p || p[0] != 0x45 || (be16_at(p + 6) & 0x3fff))
		return false;
	total = be16_at(p + 2);
	quick->ip_id = be16_at(p + 4);
	if (total < IPV4_HEADER || total > wire || quick->ip_id == 0 || word_at(p + 12) == 0)
		return false;
	/* These belong to their VLAN. */
	if (quick->vlan != PACKET_UNTAGGED && (is_link_local(p + 12) || is_link_local(p + 16)))
		return false;
	quick->addresses = word_at(p + 12) | (uint64_t)word_at(p + 16) << 32;
	quick->ip_length = (uint16_t)total;
	quick->protocol = p[9];
	if (p[9] == PROTO_TCP)
		return quick_tcp(at, total - IPV4_HEADER, quick);
	return p[9] == PROTO_UDP && quick_udp(at, total - IPV4_HEADER, quick);
}

/* The commonest of all: no tag, TCP. P: PLAIN_HEADERS bytes that were checked to be at hand. The same as
 * below, with one bound check for all three headers. */
static inline bool quick_plain(const uint8_t *p, size_t at_hand, size_t wire, struct packet_quick *quick)
{
	const uint8_t *ip = p + ETHERNET_HEADER, *tcp = ip + IPV4_HEADER;
	size_t total = be16_at(ip + 2), headers = IPV4_HEADER + (size_t)(tcp[12] >> 4) * 4;

	quick->ip_id = be16_at(ip + 4);
	quick->addresses = word_at(ip + 12) | (uint64_t)word_at(ip + 16) << 32;
	if (headers < IPV4_HEADER + TCP_HEADER || total < headers || total > wire || at_hand < headers ||
	    quick->ip_id == 0 || (uint32_t)quick->addresses == 0)
		return false;
	quick->ports = be16_at(tcp) | (uint32_t)be16_at(tcp + 2) << 16;
	quick->tcp_seq = be32_at(tcp + 4);
	quick->tcp_ack = be32_at(tcp + 8);
	quick->ip_length = (uint16_t)total;
	quick->payload_length = (uint16_t)(total - headers);
	quick->vlan = PACKET_UNTAGGED;
	quick->payload_at = (uint16_t)(ETHERNET_HEADER + headers);
	quick->protocol = PROTO_TCP;
	quick->tcp_flags = tcp[13] & 0x3f;
	return true;
}

static __attribute__((noinline)) bool quick_any(const uint8_t *data, uint32_t caplen, size_t wire,
						struct packet_quick *quick)
{
	struct cursor at = cur_make(data, caplen);
	const uint8_t *p = cur_take(&at, ETHERNET_HEADER);
	uint16_t type;

	if (!p)
		return false;
	type = be16_at(p + 12);
	quick->vlan = PACKET_UNTAGGED;
	quick->payload_at = ETHERNET_HEADER + IPV4_HEADER;
	if (type == 0x8100 || type == 0x88a8) {
		p = cur_take(&at, VLAN_TAG);
		if (!p)
			return false;
		quick->vlan = be16_at(p) & 0x0fff;
		type = be16_at(p + 2);
		wire -= VLAN_TAG;
		quick->payload_at += VLAN_TAG;
	}
	return quick_ipv4(&at, type, wire, quick);
}

bool decode_quick(const uint8_t *data, uint32_t caplen, uint32_t wirelen, struct packet_quick *quick)
{
	size_t wire = (wirelen > caplen ? wirelen : caplen) - (size_t)ETHERNET_HEADER;
	struct cursor at = cur_make(data, caplen);
	const uint8_t *p = cur_take(&at, PLAIN_HEADERS);

	if (p && be16_at(p + 12) == 0x0800 && p[14] == 0x45 && !(be16_at(p + 20) & 0x3fff) &&
	    p[23] == PROTO_TCP)
		return quick_plain(p, caplen - (size_t)ETHERNET_HEADER, wire, quick);
	return quick_any(data, caplen, wire, quick);
}
