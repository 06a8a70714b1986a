/*
 * MPLS label stacks (RFC 3032). Nothing in them says what lies below: the reserved labels do, else the first
 * four bits: 4 and 6 are IP, 0 is a pseudowire's control word (RFC 4385), 1 an associated channel; and an
 * Ethernet pseudowire without control word begins with any address at all.
 */
#include "walk.h"

enum { LABEL_IPV4_NULL = 0, LABEL_IPV6_NULL = 2, LABEL_ALERT_CHANNEL = 13 };

/* A frame begins OFFSET bytes from here: known by the EtherType, behind tags if any, of something that frames
 * carry. */
static bool looks_like_ethernet(struct cursor c, size_t offset)
{
	uint16_t type;

	cur_skip(&c, offset + 12);
	type = cur_be16(&c);
	for (unsigned i = 0; i < DECODE_MAX_VLANS && (type == 0x8100 || type == 0x88a8); i++) {
		cur_skip(&c, 2);
		type = cur_be16(&c);
	}
	if (!cur_ok(&c))
		return false;
	if (type == 0x0800)
		return cur_peek(&c, 0) >> 4 == 4;
	if (type == 0x86dd)
		return cur_peek(&c, 0) >> 4 == 6;
	if (type < 0x0600) /* 802.3 with LLC, of which spanning tree is the most common */
		return type >= 3 && type <= 1500 && cur_peek(&c, 0) == cur_peek(&c, 1) &&
		       cur_peek(&c, 2) == 3;
	return type == 0x0806 || type == 0x8847 || type == 0x8864 || type == 0x8863 || type == 0x88cc;
}

/* An IP header that fits the bytes which are there; EXACTLY: and leaves none over. */
static bool looks_like_ip(const struct walk *w, bool exactly)
{
	struct cursor c = w->at;
	uint8_t first = cur_u8(&c);
	size_t length;

	cur_skip(&c, 1);
	length = cur_be16(&c);
	if (first >> 4 == 6)
		length = (size_t)cur_be16(&c) + 40;
	if (first >> 4 == 4 ? (first & 15) < 5 || length < 20 : first >> 4 != 6)
		return false;
	return exactly ? length == walk_wire(w) : length <= walk_wire(w);
}

static enum decode_result below_labels(struct walk *w)
{
	uint8_t nibble = cur_peek(&w->at, 0) >> 4;
	bool ip = nibble == 4 || nibble == 6;

	/* A frame's address may look like an IP header that leaves bytes over, as padding does. */
	if (ip && (looks_like_ip(w, true) || (looks_like_ip(w, false) && !looks_like_ethernet(w->at, 0))))
		return walk_go(w, step_ip);
	if (nibble == 0 && looks_like_ethernet(w->at, 4)) {
		(void)walk_head(w, 4);
		return walk_go(w, step_ethernet);
	}
	if (looks_like_ethernet(w->at, 0))
		return walk_go(w, step_ethernet);
	if (ip)
		return walk_go(w, step_ip);
	if (nibble == 1)
		return DECODE_LINK_CONTROL;
	return DECODE_NOT_IP;
}

enum decode_result step_mpls(struct walk *w)
{
	for (unsigned i = 0; i < DECODE_MAX_LAYERS; i++) {
		struct cursor head = walk_head(w, 4);
		uint32_t entry = cur_be32(&head);
		uint32_t label = entry >> 12;

		if (!cur_ok(&head))
			return walk_short(w, DECODE_LINK_SHORT);
		if (!(entry & 0x100))
			continue;
		if (label == LABEL_IPV4_NULL)
			return walk_go(w, step_ipv4);
		if (label == LABEL_IPV6_NULL)
			return walk_go(w, step_ipv6);
		if (label == LABEL_ALERT_CHANNEL)
			return DECODE_LINK_CONTROL;
		if (cur_left(&w->at) == 0)
			return w->cut ? DECODE_LINK_SHORT : DECODE_NOT_IP;
		return below_labels(w);
	}
	return DECODE_TOO_DEEP;
}
