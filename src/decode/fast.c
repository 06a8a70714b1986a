/*
 * The straight road: Ethernet, up to two VLAN tags, IPv4 without options or IPv6 without extension headers,
 * no fragment, TCP or UDP, whole headers at hand. Most packets are that. It reads each header with one bound
 * check and sets every field that the general road would set, field by field, because clearing first costs
 * more than decoding. At the first thing out of the ordinary it gives up, and the general road starts anew.
 */
#include "walk.h"

enum {
	VLANS_AT_MOST = 2,
	ETHERNET_HEADER = 14,
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	TCP_HEADER = 20,
	UDP_HEADER = 8,
	PLAIN_HEADERS = ETHERNET_HEADER + IPV4_HEADER + TCP_HEADER
};

struct fast {
	struct cursor at;
	size_t wire; /* bytes on the wire from here */
	struct packet_facts *facts;
	uint16_t type;
	uint16_t vlan;
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

static inline bool is_vlan_type(uint16_t type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200;
}

static inline bool fast_link(struct fast *f)
{
	struct packet_facts *facts = f->facts;
	const uint8_t *p = cur_take(&f->at, ETHERNET_HEADER);
	unsigned count = 0;

	if (!p)
		return false;
	memcpy(facts->dst_mac, p, MAC_BYTES);
	memcpy(facts->src_mac, p + 6, MAC_BYTES);
	facts->has_macs = true;
	f->type = be16_at(p + 12);
	f->wire -= ETHERNET_HEADER;
	memset(facts->vlans, 0, sizeof(facts->vlans));
	for (; count < VLANS_AT_MOST && is_vlan_type(f->type); count++) {
		p = cur_take(&f->at, 4);
		if (!p)
			return false;
		facts->vlans[count] = be16_at(p) & 0x0fff;
		if (facts->vlans[count])
			f->vlan = facts->vlans[count];
		f->type = be16_at(p + 2);
		f->wire -= 4;
	}
	facts->vlan_count = (uint8_t)count;
	return true;
}

static inline uint8_t group_delivery(const struct packet_facts *facts, bool multicast, bool broadcast)
{
	const uint8_t *mac = facts->dst_mac;

	if (multicast)
		return DELIVERY_MULTICAST;
	if (broadcast)
		return DELIVERY_BROADCAST;
	if (!(mac[0] & 1))
		return DELIVERY_UNICAST;
	return (mac[0] & mac[1] & mac[2] & mac[3] & mac[4] & mac[5]) == 0xff ? DELIVERY_BROADCAST
									     : DELIVERY_MULTICAST;
}

/* Addresses are written as the three words that they are read as: a word that was written in pieces is slow
 * to read back at once. */
static inline void set_ipv4(struct addr *address, const uint8_t *bytes)
{
	static const struct addr empty = {.family = ADDR_IPV4};
	uint64_t low = 0;

	memcpy(&low, bytes, 4);
	memcpy(address, &empty, offsetof(struct addr, bytes));
	memcpy(address->bytes, &low, sizeof(low));
	memset(address->bytes + sizeof(low), 0, sizeof(address->bytes) - sizeof(low));
}

static inline void set_ipv6(struct addr *address, const uint8_t *bytes)
{
	static const struct addr empty = {.family = ADDR_IPV6};

	memcpy(address, &empty, offsetof(struct addr, bytes));
	memcpy(address->bytes, bytes, sizeof(address->bytes));
}

/* The transport's number, or 0 where the road ends. */
static inline uint8_t fast_ipv4(struct fast *f, size_t *length)
{
	struct packet_facts *facts = f->facts;
	const uint8_t *p = cur_take(&f->at, IPV4_HEADER);
	size_t total;

	if (!p || p[0] != 0x45 || (be16_at(p + 6) & 0x3fff))
		return 0;
	total = be16_at(p + 2);
	if (total < IPV4_HEADER || total > f->wire)
		return 0;
	if (f->vlan && ((p[12] == 169 && p[13] == 254) || (p[16] == 169 && p[17] == 254)))
		return 0;
	set_ipv4(&facts->src, p + 12);
	set_ipv4(&facts->dst, p + 16);
	facts->delivery = group_delivery(facts, p[16] >> 4 == 14, be32_at(p + 16) == UINT32_MAX);
	facts->ip_version = 4;
	facts->ip_length = (uint32_t)total;
	facts->ip_id = be16_at(p + 4);
	facts->has_ip_id = facts->ip_id != 0;
	*length = total - IPV4_HEADER;
	return p[9];
}

static inline bool is_link_local6(const uint8_t *p)
{
	return p[0] == 0xfe && (p[1] & 0xc0) == 0x80;
}

static inline uint8_t fast_ipv6(struct fast *f, size_t *length)
{
	struct packet_facts *facts = f->facts;
	const uint8_t *p = cur_take(&f->at, IPV6_HEADER);

	if (!p || p[0] >> 4 != 6)
		return 0;
	*length = be16_at(p + 4);
	if (*length == 0 || *length + IPV6_HEADER > f->wire)
		return 0;
	if (f->vlan && (is_link_local6(p + 8) || is_link_local6(p + 24)))
		return 0;
	set_ipv6(&facts->src, p + 8);
	set_ipv6(&facts->dst, p + 24);
	facts->delivery = group_delivery(facts, p[24] == 0xff, false);
	facts->ip_version = 6;
	facts->ip_length = (uint32_t)(*length + IPV6_HEADER);
	facts->ip_id = 0;
	facts->has_ip_id = false;
	return p[6];
}

static inline bool fast_tcp(struct fast *f, size_t length)
{
	struct packet_facts *facts = f->facts;
	const uint8_t *p = cur_take(&f->at, TCP_HEADER);
	size_t header;

	if (!p)
		return false;
	header = (size_t)(p[12] >> 4) * 4;
	if (header < TCP_HEADER || header > length)
		return false;
	facts->src_port = be16_at(p);
	facts->dst_port = be16_at(p + 2);
	facts->tcp_seq = be32_at(p + 4);
	facts->tcp_ack = be32_at(p + 8);
	facts->tcp_flags = p[13] & 0x3f;
	facts->payload_length = (uint32_t)(length - header);
	cur_skip(&f->at, header - TCP_HEADER);
	facts->tcp_header = cur_ok(&f->at) ? (uint8_t)header : 0;
	return true;
}

static inline bool fast_udp(struct fast *f, size_t length)
{
	struct packet_facts *facts = f->facts;
	const uint8_t *p = cur_take(&f->at, UDP_HEADER);
	size_t said;

	if (!p)
		return false;
	said = be16_at(p + 4);
	facts->src_port = be16_at(p);
	facts->dst_port = be16_at(p + 2);
	if (said < UDP_HEADER || said > length || udp_tunnel_on_port(facts->src_port) ||
	    udp_tunnel_on_port(facts->dst_port))
		return false;
	facts->tcp_seq = facts->tcp_ack = 0;
	facts->tcp_flags = facts->tcp_header = 0;
	facts->payload_length = (uint32_t)(said - UDP_HEADER);
	cur_trim(&f->at, said - UDP_HEADER);
	return true;
}

static inline void clear_rest(struct packet_facts *facts)
{
	facts->fragment_offset = 0;
	facts->is_fragment = facts->more_fragments = facts->has_outer_fragment = false;
	facts->fragment_protocol = 0;
	facts->icmp_asks = facts->icmp_answers = false;
	facts->icmp_type = facts->icmp_code = 0;
	facts->has_vni = false;
	facts->vni = 0;
	facts->tunnel_depth = 0;
}

/* Everything that this road is for. */
static __attribute__((noinline)) bool fast_any(const uint8_t *data, uint32_t caplen, size_t wire,
					       struct packet_facts *facts)
{
	struct fast f = {.at = cur_make(data, caplen), .wire = wire, .facts = facts};
	size_t length = 0;
	bool done;

	if (!fast_link(&f))
		return false;
	if (f.type == 0x0800)
		facts->protocol = fast_ipv4(&f, &length);
	else if (f.type == 0x86dd)
		facts->protocol = fast_ipv6(&f, &length);
	else
		return false;
	cur_trim(&f.at, length);
	if (facts->protocol == PROTO_TCP)
		done = fast_tcp(&f, length);
	else
		done = facts->protocol == PROTO_UDP && fast_udp(&f, length);
	if (!done)
		return false;
	facts->payload = f.at.p;
	facts->payload_caplen = (uint32_t)cur_left(&f.at);
	clear_rest(facts);
	return true;
}

/* The commonest packet: untagged, IPv4, TCP. P: PLAIN_HEADERS bytes that were checked to be at hand. The same
 * as fast_any, with one bound check for all three headers. */
static inline bool fast_plain(const uint8_t *p, uint32_t caplen, size_t wire, struct packet_facts *facts)
{
	const uint8_t *ip = p + ETHERNET_HEADER, *tcp = ip + IPV4_HEADER;
	size_t total = be16_at(ip + 2), header = (size_t)(tcp[12] >> 4) * 4;
	size_t headers = IPV4_HEADER + header;
	size_t at_hand = caplen - ETHERNET_HEADER;

	if (header < TCP_HEADER || total < headers || total > wire - ETHERNET_HEADER || at_hand < headers)
		return false;
	memcpy(facts->dst_mac, p, MAC_BYTES);
	memcpy(facts->src_mac, p + MAC_BYTES, MAC_BYTES);
	facts->has_macs = true;
	facts->vlan_count = 0;
	memset(facts->vlans, 0, sizeof(facts->vlans));
	clear_rest(facts);
	set_ipv4(&facts->src, ip + 12);
	set_ipv4(&facts->dst, ip + 16);
	facts->protocol = PROTO_TCP;
	facts->ip_version = 4;
	facts->delivery = group_delivery(facts, ip[16] >> 4 == 14, be32_at(ip + 16) == UINT32_MAX);
	facts->ip_length = (uint32_t)total;
	facts->ip_id = be16_at(ip + 4);
	facts->has_ip_id = facts->ip_id != 0;
	facts->src_port = be16_at(tcp);
	facts->dst_port = be16_at(tcp + 2);
	facts->tcp_seq = be32_at(tcp + 4);
	facts->tcp_ack = be32_at(tcp + 8);
	facts->tcp_flags = tcp[13] & 0x3f;
	facts->tcp_header = (uint8_t)header;
	facts->payload = ip + headers;
	facts->payload_length = (uint32_t)(total - headers);
	facts->payload_caplen = (uint32_t)((total < at_hand ? total : at_hand) - headers);
	return true;
}

static inline bool fast(const struct decode_options *options, const uint8_t *data, uint32_t caplen,
			uint32_t wirelen, struct packet_facts *facts)
{
	size_t wire = wirelen > caplen ? wirelen : caplen;
	struct cursor at = cur_make(data, caplen);
	const uint8_t *p = cur_take(&at, PLAIN_HEADERS);

	if (caplen == 0 || (options && options->key_vlan))
		return false;
	if (p && be16_at(p + 12) == 0x0800 && p[14] == 0x45 && !(be16_at(p + 20) & 0x3fff) &&
	    p[23] == PROTO_TCP)
		return fast_plain(p, caplen, wire, facts);
	return fast_any(data, caplen, wire, facts);
}

bool decode_fast(const struct decode_options *options, const uint8_t *data, uint32_t caplen, uint32_t wirelen,
		 struct packet_facts *facts)
{
	return fast(options, data, caplen, wirelen, facts);
}

enum decode_result decode_frame(const struct decode_options *options, uint16_t link_type, const uint8_t *data,
				uint32_t caplen, uint32_t wirelen, struct packet_facts *facts)
{
	if (link_type == LINK_ETHERNET && fast(options, data, caplen, wirelen, facts))
		return DECODE_OK;
	return decode_general(options, link_type, data, caplen, wirelen, facts);
}
