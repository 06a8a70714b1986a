/*
 * The packet that an ICMP error quotes. Only its head is there (RFC 792 promises 8 bytes behind the IP
 * header), so lengths are not checked. Nothing in it is believed unless the whole IP header came.
 */
#include "walk.h"

/* Ports of the protocols that have them, type and code of ICMP; false where there are none or they were not
 * quoted. */
static bool read_quoted_ports(struct quoted *quoted, struct cursor *c, bool ipv6)
{
	bool icmp = quoted->protocol == (ipv6 ? PROTO_ICMP6 : PROTO_ICMP);
	uint8_t type, code;
	uint16_t id = 0;
	struct icmp_ports ports;

	if (!icmp) {
		quoted->src_port = cur_be16(c);
		quoted->dst_port = cur_be16(c);
		return cur_ok(c);
	}
	type = cur_u8(c);
	code = cur_u8(c);
	if (icmp_has_id(ipv6, type)) {
		cur_skip(c, 2);
		id = cur_be16(c);
	}
	ports = icmp_ports_of(ipv6, type, code, id);
	quoted->src_port = ports.src_port;
	quoted->dst_port = ports.dst_port;
	return cur_ok(c);
}

static bool protocol_has_ports(uint8_t protocol, bool ipv6)
{
	enum { PROTO_DCCP = 33, PROTO_UDP_LITE = 136 };

	return protocol == PROTO_TCP || protocol == PROTO_UDP || protocol == PROTO_SCTP ||
	       protocol == PROTO_DCCP || protocol == PROTO_UDP_LITE ||
	       protocol == (ipv6 ? PROTO_ICMP6 : PROTO_ICMP);
}

static void finish(struct quoted *quoted, struct cursor *c, bool ipv6)
{
	if (!protocol_has_ports(quoted->protocol, ipv6))
		return;
	quoted->has_ports = read_quoted_ports(quoted, c, ipv6);
	if (!quoted->has_ports)
		quoted->src_port = quoted->dst_port = 0;
}

static void quote_ipv4(const struct walk *w, struct cursor c)
{
	struct quoted *quoted = &w->facts->quoted;
	uint8_t version_length = cur_u8(&c);
	size_t length = (version_length & 15U) * 4U;
	uint16_t offset;
	const uint8_t *addresses;

	cur_skip(&c, 5);
	offset = cur_be16(&c) & 0x1fff;
	cur_skip(&c, 1);
	quoted->protocol = cur_u8(&c);
	cur_skip(&c, 2);
	addresses = cur_take(&c, 8);
	if (!addresses || version_length >> 4 != 4 || length < 20)
		return;
	quoted->src = addr_ipv4(addresses);
	quoted->dst = addr_ipv4(addresses + 4);
	cur_skip(&c, length - 20);
	if (offset == 0)
		finish(quoted, &c, false);
}

/* One extension header of the quoted packet; false when the chain cannot be followed. */
static bool skip_quoted_extension(struct quoted *quoted, struct cursor *c, bool *later_fragment)
{
	enum {
		HOP_BY_HOP = 0,
		ROUTING = 43,
		FRAGMENT = 44,
		DESTINATION = 60,
		MOBILITY = 135,
		HIP = 139,
		SHIM6 = 140
	};
	uint8_t kind = quoted->protocol;
	uint8_t next = cur_peek(c, 0);
	size_t length = cur_peek(c, 1);

	switch (kind) {
	case FRAGMENT:
		*later_fragment = (cur_peek(c, 2) << 8 | (cur_peek(c, 3) & 0xf8)) != 0;
		length = 8;
		break;
	case PROTO_AH: length = (length + 2) * 4; break;
	case HOP_BY_HOP:
	case ROUTING:
	case DESTINATION:
	case MOBILITY:
	case HIP:
	case SHIM6: length = length * 8 + 8; break;
	default: return false;
	}
	cur_skip(c, length);
	if (!cur_ok(c))
		return false;
	quoted->protocol = next;
	return !*later_fragment;
}

static void quote_ipv6(const struct walk *w, struct cursor c)
{
	struct quoted *quoted = &w->facts->quoted;
	uint32_t version = cur_be32(&c) >> 28;
	bool later_fragment = false;
	const uint8_t *addresses;

	cur_skip(&c, 2);
	quoted->protocol = cur_u8(&c);
	cur_skip(&c, 1);
	addresses = cur_take(&c, 32);
	if (!addresses || version != 6)
		return;
	quoted->src = addr_ipv6(addresses);
	quoted->dst = addr_ipv6(addresses + 16);
	for (unsigned i = 0; i < DECODE_MAX_LAYERS; i++) {
		if (!skip_quoted_extension(quoted, &c, &later_fragment))
			break;
	}
	if (!later_fragment)
		finish(quoted, &c, true);
}

void icmp_read_quote(const struct walk *w, struct cursor quote, bool ipv6)
{
	struct quoted *quoted = &w->facts->quoted;

	*quoted = (struct quoted){.src = {.family = ADDR_NONE}};
	if (ipv6)
		quote_ipv6(w, quote);
	else
		quote_ipv4(w, quote);
	if (quoted->src.family == ADDR_NONE) {
		quoted->protocol = 0;
		return;
	}
	walk_scope(w, &quoted->src);
	walk_scope(w, &quoted->dst);
}
