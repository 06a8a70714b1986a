/*
 * What IP carries: ports of TCP (RFC 9293), UDP (RFC 768), SCTP (RFC 9260), UDP-Lite (RFC 3828) and DCCP (RFC
 * 4340), and the one table from protocol number to step. A protocol that is not in it is opaque: audited
 * without ports.
 */
#include "walk.h"

enum { TCP_HEADER = 20, UDP_HEADER = 8 };

/* The first four bytes, which all of them share. */
static enum decode_result read_ports(struct walk *w)
{
	struct cursor head = walk_head(w, 4);
	uint16_t src = cur_be16(&head);
	uint16_t dst = cur_be16(&head);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_PORTS_SHORT);
	w->facts->src_port = src;
	w->facts->dst_port = dst;
	return DECODE_OK;
}

/* The ports were captured, the rest of the header was not, or lies in the next fragment. */
static enum decode_result tcp_without_flags(struct walk *w, struct cursor rest)
{
	w->facts->tcp_seq = cur_be32(&rest);
	w->facts->tcp_ack = cur_be32(&rest);
	(void)walk_payload(w);
	w->facts->payload_caplen = 0;
	return DECODE_OK;
}

enum decode_result step_tcp(struct walk *w)
{
	struct packet_facts *facts = w->facts;
	size_t declared = w->declared;
	enum decode_result result;
	struct cursor rest, head;
	size_t length;

	if (declared < TCP_HEADER && !facts->is_fragment)
		return DECODE_TRANSPORT_LENGTH;
	result = read_ports(w);
	if (result != DECODE_OK)
		return result;
	rest = w->at;
	head = walk_head(w, TCP_HEADER - 4);
	if (!cur_ok(&head))
		return w->runt && !facts->is_fragment ? DECODE_RUNT : tcp_without_flags(w, rest);
	facts->tcp_seq = cur_be32(&head);
	facts->tcp_ack = cur_be32(&head);
	length = (size_t)(cur_u8(&head) >> 4) * 4;
	facts->tcp_flags = cur_u8(&head) & 0x3f;
	if (length < TCP_HEADER || (length > declared && !facts->is_fragment))
		return DECODE_TRANSPORT_LENGTH;
	head = walk_head(w, length - TCP_HEADER);
	if (cur_ok(&head))
		facts->tcp_header = (uint8_t)length;
	return walk_payload(w);
}

/* Length 0 stands for one that does not fit its field (RFC 2675 section 4). */
static bool udp_length_fits(const struct walk *w, size_t length, size_t declared)
{
	if (length == 0)
		return w->length_guessed;
	return length >= UDP_HEADER && (length <= declared || w->facts->is_fragment);
}

enum decode_result step_udp(struct walk *w)
{
	struct packet_facts *facts = w->facts;
	size_t declared = w->declared;
	enum decode_result result;
	struct cursor head;
	size_t length;
	walk_step *inside;

	if (declared < UDP_HEADER)
		return DECODE_TRANSPORT_LENGTH;
	result = read_ports(w);
	if (result != DECODE_OK)
		return result;
	head = walk_head(w, 4);
	length = cur_be16(&head);
	if (!cur_ok(&head))
		return w->runt ? DECODE_RUNT : walk_payload(w);
	if (!udp_length_fits(w, length, declared))
		return DECODE_TRANSPORT_LENGTH;
	if (length) { /* of a first fragment more than is here */
		walk_trim(w, length - UDP_HEADER);
		w->declared = length - UDP_HEADER;
	}
	inside = udp_tunnel_on_port(facts->dst_port);
	if (!inside)
		inside = udp_tunnel_on_port(facts->src_port);
	return inside ? walk_enter_tunnel(w, inside, true) : walk_payload(w);
}

/* SCTP, DCCP: at least 12 bytes of header; UDP-Lite as UDP, but its length field says something else. */
enum decode_result step_ports(struct walk *w)
{
	if (w->declared < UDP_HEADER)
		return DECODE_TRANSPORT_LENGTH;
	(void)walk_payload(w);
	return read_ports(w);
}

enum decode_result step_igmp(struct walk *w)
{
	(void)w;
	return DECODE_IGMP;
}

/* RFC 4302: authenticated, yet readable. */
enum decode_result step_ah(struct walk *w)
{
	size_t length = ((size_t)cur_peek(&w->at, 1) + 2) * 4;
	struct cursor head;

	if (w->declared < 12)
		return DECODE_IP_EXTENSION;
	if (cur_left(&w->at) < 2) {
		(void)walk_head(w, 2);
		return walk_short(w, DECODE_IP_SHORT);
	}
	if (length < 12 || length > w->declared)
		return DECODE_IP_EXTENSION;
	if (w->extensions++ >= DECODE_MAX_LAYERS)
		return DECODE_TOO_DEEP;
	head = walk_head(w, length);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_IP_SHORT);
	return walk_protocol(w, cur_u8(&head));
}

static enum decode_result enter(struct walk *w, walk_step *next)
{
	if (walk_wire(w) == 0)
		return walk_payload(w);
	return walk_enter_tunnel(w, next, false);
}

/* RFC 2003, RFC 2473 */
static enum decode_result step_ipv4_inside(struct walk *w)
{
	return enter(w, step_ipv4);
}

/* RFC 4213, RFC 2473 */
static enum decode_result step_ipv6_inside(struct walk *w)
{
	return enter(w, step_ipv6);
}

/* RFC 4023 */
static enum decode_result step_mpls_inside(struct walk *w)
{
	return enter(w, step_mpls);
}

/* RFC 3378: two bytes, version 3, then a frame. */
static enum decode_result step_etherip_header(struct walk *w)
{
	struct cursor head = walk_head(w, 2);

	if (cur_be16(&head) >> 12 != 3)
		return DECODE_NOT_IP;
	return walk_go(w, step_ethernet);
}

static enum decode_result step_etherip(struct walk *w)
{
	return enter(w, step_etherip_header);
}

enum { IN_IPV4 = 1, IN_IPV6 = 2, IN_BOTH = 3 };

static const struct {
	uint8_t protocol;
	uint8_t within;
	walk_step *step;
} protocols[] = {
    {PROTO_TCP, IN_BOTH, step_tcp},
    {PROTO_UDP, IN_BOTH, step_udp},
    {PROTO_ICMP, IN_IPV4, step_icmp4},
    {PROTO_ICMP6, IN_IPV6, step_icmp6},
    {PROTO_IGMP, IN_IPV4, step_igmp},
    {PROTO_SCTP, IN_BOTH, step_ports},
    {136, IN_BOTH, step_ports}, /* UDP-Lite */
    {33, IN_BOTH, step_ports},  /* DCCP */
    {PROTO_IPIP, IN_BOTH, step_ipv4_inside},
    {PROTO_IPV6, IN_BOTH, step_ipv6_inside},
    {PROTO_GRE, IN_BOTH, step_gre},
    {PROTO_AH, IN_BOTH, step_ah},
    {97, IN_BOTH, step_etherip},
    {137, IN_BOTH, step_mpls_inside},
    {0, IN_IPV6, step_hop_by_hop},
    {43, IN_IPV6, step_extension}, /* routing */
    {44, IN_IPV6, step_fragment},
    {60, IN_IPV6, step_extension},       /* destination options */
    {135, IN_IPV6, step_last_extension}, /* mobility */
    {139, IN_IPV6, step_last_extension}, /* host identity */
    {140, IN_IPV6, step_last_extension}, /* shim6 */
};

enum decode_result walk_protocol(struct walk *w, uint8_t protocol)
{
	unsigned within = w->facts->ip_version == 4 ? IN_IPV4 : IN_IPV6;

	w->facts->protocol = protocol;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (protocols[i].protocol == protocol && (protocols[i].within & within))
			return walk_go(w, protocols[i].step);
	}
	return walk_payload(w);
}
