/*
 * IPv6 (RFC 8200) and its extension headers. Those that protocols bring with them are walked as well:
 * mobility (RFC 6275), host identity (RFC 7401), shim6 (RFC 5533).
 */
#include "walk.h"

enum { IPV6_HEADER = 40, IP_MAX = 65535, NO_NEXT_HEADER = 59, HOP_BY_HOP = 0 };

enum decode_result step_ipv6(struct walk *w)
{
	size_t wire = walk_wire(w);
	struct cursor head = walk_head(w, IPV6_HEADER);
	uint8_t version = (uint8_t)(cur_be32(&head) >> 28);
	size_t length = cur_be16(&head);
	uint8_t next = cur_u8(&head);
	struct addr src, dst;
	const uint8_t *addresses;
	enum decode_result result;

	cur_skip(&head, 1);
	addresses = cur_take(&head, 32);
	if (!addresses)
		return walk_short(w, DECODE_IP_SHORT);
	if (version != 6)
		return DECODE_IP_VERSION;
	result = walk_enter_ip(w, 6);
	if (result != DECODE_OK)
		return result;
	src = addr_ipv6(addresses);
	dst = addr_ipv6(addresses + 16);
	walk_set_addresses(w, &src, &dst);
	w->facts->protocol = next;
	/* No length: jumbo, which a hop-by-hop option will tell, or a packet still to be segmented. */
	if (length == 0 && wire > IPV6_HEADER && !w->guessed &&
	    (next == HOP_BY_HOP || next == PROTO_TCP || next == PROTO_UDP)) {
		length = wire - IPV6_HEADER;
		w->length_guessed = true;
	}
	w->facts->ip_length = (uint32_t)(IPV6_HEADER + length);
	if (w->guessed && IPV6_HEADER + length > wire && !w->facts->has_outer_fragment)
		return DECODE_IP_TOTAL_LENGTH;
	walk_trim(w, length);
	w->declared = length;
	return walk_protocol(w, next);
}

/* The extension header that starts here: *NEXT, and what it holds behind its first two bytes in *BODY. */
static enum decode_result take_extension(struct walk *w, uint8_t *next, struct cursor *body)
{
	uint8_t size = cur_peek(&w->at, 1);
	size_t length = (size_t)size * 8 + 8;

	if (w->declared < 8)
		return DECODE_IP_EXTENSION;
	if (cur_left(&w->at) < 2) {
		(void)walk_head(w, 2);
		return walk_short(w, DECODE_IP_SHORT);
	}
	if (length > w->declared)
		return DECODE_IP_EXTENSION;
	if (w->extensions++ >= DECODE_MAX_LAYERS)
		return DECODE_TOO_DEEP;
	*body = walk_head(w, length);
	if (!cur_ok(body))
		return walk_short(w, DECODE_IP_SHORT);
	*next = cur_u8(body);
	cur_skip(body, 1);
	return DECODE_OK;
}

/* RFC 2675: the jumbo payload option states the length of what follows the IPv6 header. */
static uint32_t find_jumbo_length(struct cursor options)
{
	enum { PAD1 = 0, JUMBO = 0xc2, MAX_OPTIONS = 256 };

	for (unsigned i = 0; i < MAX_OPTIONS && cur_left(&options) > 0; i++) {
		uint8_t kind = cur_u8(&options);
		uint8_t length = kind == PAD1 ? 0 : cur_u8(&options);

		if (!cur_ok(&options))
			break;
		if (kind == JUMBO && length == 4)
			return cur_be32(&options);
		cur_skip(&options, length);
	}
	return 0;
}

/* Hop-by-hop options: only as the first extension header. */
enum decode_result step_hop_by_hop(struct walk *w)
{
	size_t before = w->declared;
	struct cursor body;
	uint8_t next = 0;
	enum decode_result result;
	uint32_t jumbo;

	if (w->extensions > 0)
		return DECODE_IP_EXTENSION;
	result = take_extension(w, &next, &body);
	if (result != DECODE_OK)
		return result;
	if (w->length_guessed) {
		jumbo = find_jumbo_length(body);
		if (jumbo <= IP_MAX || jumbo > UINT32_MAX - IPV6_HEADER)
			return DECODE_IP_TOTAL_LENGTH;
		w->facts->ip_length = IPV6_HEADER + jumbo;
		w->declared = jumbo - (before - w->declared);
		walk_trim(w, w->declared);
	}
	return walk_protocol(w, next);
}

/* Routing and destination options. */
enum decode_result step_extension(struct walk *w)
{
	struct cursor body;
	uint8_t next = 0;
	enum decode_result result = take_extension(w, &next, &body);

	return result == DECODE_OK ? walk_protocol(w, next) : result;
}

/* Headers that mostly end the chain, and then are themselves what the packet is about. */
enum decode_result step_last_extension(struct walk *w)
{
	struct cursor body;
	uint8_t next = 0;
	enum decode_result result = take_extension(w, &next, &body);

	if (result != DECODE_OK)
		return result;
	return next == NO_NEXT_HEADER ? walk_payload(w) : walk_protocol(w, next);
}

/* RFC 8200 section 4.5; an atomic fragment (RFC 6946) is the whole packet. */
enum decode_result step_fragment(struct walk *w)
{
	struct packet_facts *facts = w->facts;
	struct cursor head;
	uint16_t offset_more;
	uint8_t next;

	if (w->declared < 8 || w->extensions++ >= DECODE_MAX_LAYERS)
		return w->declared < 8 ? DECODE_IP_EXTENSION : DECODE_TOO_DEEP;
	head = walk_head(w, 8);
	next = cur_u8(&head);
	cur_skip(&head, 1);
	offset_more = cur_be16(&head);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_IP_SHORT);
	facts->ip_id = cur_be32(&head);
	facts->has_ip_id = true;
	facts->more_fragments = (offset_more & 1) != 0;
	facts->fragment_offset = offset_more & 0xfff8U;
	if (!facts->more_fragments && !facts->fragment_offset)
		return walk_protocol(w, next);
	facts->is_fragment = true;
	facts->fragment_protocol = next;
	facts->fragment_length = (uint32_t)w->declared;
	facts->protocol = next;
	if (facts->more_fragments && !w->length_guessed && (w->declared == 0 || w->declared % 8 != 0))
		return DECODE_FRAGMENT_BAD;
	if (facts->fragment_offset + w->declared > IP_MAX)
		return DECODE_FRAGMENT_BAD;
	if (!facts->fragment_offset)
		return walk_protocol(w, next);
	(void)walk_payload(w);
	return DECODE_LATER_FRAGMENT;
}
