/*
 * Link layers other than Ethernet that carry IP at a known place.
 */
#include "walk.h"

/* FDDI: frame control, destination, source, then LLC where the control says so. */
enum decode_result step_fddi(struct walk *w)
{
	enum { CLASS_MASK = 0xf0, ASYNC_LLC = 0x50, SYNC_LLC = 0xd0 };
	struct cursor head = walk_head(w, 13);
	uint8_t control = cur_u8(&head);
	const uint8_t *dst = cur_take(&head, MAC_BYTES);
	const uint8_t *src = cur_take(&head, MAC_BYTES);

	if (!dst || !src)
		return walk_short(w, DECODE_LINK_SHORT);
	if ((control & CLASS_MASK) != ASYNC_LLC && (control & CLASS_MASK) != SYNC_LLC)
		return DECODE_LINK_CONTROL;
	walk_set_macs(w, dst, src);
	return walk_go(w, step_llc);
}

/* Token ring addresses have their group bit in the highest place; c000ffffffff is a broadcast too. */
static void note_ring_addresses(struct walk *w, const uint8_t *dst, const uint8_t *src)
{
	static const uint8_t ring_broadcast[MAC_BYTES] = {0xc0, 0x00, 0xff, 0xff, 0xff, 0xff};
	bool broadcast;

	walk_set_macs(w, dst, src);
	w->facts->src_mac[0] &= 0x7f;
	broadcast = w->link_delivery == DELIVERY_BROADCAST || memcmp(dst, ring_broadcast, MAC_BYTES) == 0;
	w->link_delivery = DELIVERY_UNICAST;
	if (dst[0] & 0x80)
		w->link_delivery = broadcast ? DELIVERY_BROADCAST : DELIVERY_MULTICAST;
}

/* IEEE 802.5: access control, frame control, addresses, source routing if the source's highest bit is set. */
enum decode_result step_token_ring(struct walk *w)
{
	enum { TYPE_MASK = 0xc0, TYPE_LLC = 0x40, ROUTED = 0x80 };
	struct cursor head = walk_head(w, 14);
	uint8_t control;
	const uint8_t *dst, *src;

	cur_skip(&head, 1);
	control = cur_u8(&head);
	dst = cur_take(&head, MAC_BYTES);
	src = cur_take(&head, MAC_BYTES);
	if (!dst || !src)
		return walk_short(w, DECODE_LINK_SHORT);
	if ((control & TYPE_MASK) != TYPE_LLC)
		return DECODE_LINK_CONTROL;
	note_ring_addresses(w, dst, src);
	if (src[0] & ROUTED) {
		size_t size = cur_peek(&w->at, 0) & 0x1f;

		head = walk_head(w, size < 2 ? 2 : size);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_LINK_SHORT);
	}
	return walk_go(w, step_llc);
}

/* IEEE 802.3br: preamble, start delimiter, then a frame. Fragments of preempted frames after the first are no
 * IP. */
enum decode_result step_mpacket(struct walk *w)
{
	enum { EXPRESS = 0xd5, VERIFY = 0x07, RESPOND = 0x19 };
	static const uint8_t starts[] = {EXPRESS, 0xe6, 0x4c, 0x7f, 0xb3};
	struct cursor head = walk_head(w, 8);
	uint8_t delimiter;

	cur_skip(&head, 7);
	delimiter = cur_u8(&head);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (delimiter == VERIFY || delimiter == RESPOND)
		return DECODE_LINK_CONTROL;
	return memchr(starts, delimiter, sizeof(starts)) ? walk_go(w, step_ethernet) : DECODE_NOT_IP;
}

/* LINKTYPE_SUNATM: kind of traffic, path, circuit. */
enum decode_result step_sunatm(struct walk *w)
{
	enum { KIND_MASK = 0x0f, LANE = 1, LLC = 2, ILMI = 5, SIGNALLING = 6 };
	struct cursor head = walk_head(w, 4);
	uint8_t kind = cur_u8(&head) & KIND_MASK;

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (kind == LLC)
		return walk_go(w, step_llc);
	if (kind == ILMI || kind == SIGNALLING)
		return DECODE_LINK_CONTROL;
	if (kind != LANE)
		return DECODE_NOT_IP;
	head = walk_head(w, 2); /* whose client it is, then a frame */
	return cur_ok(&head) ? walk_go(w, step_ethernet) : walk_short(w, DECODE_LINK_SHORT);
}

/* LINKTYPE_APPLE_IP_OVER_IEEE1394: two 8-byte addresses, which are no MACs, and an EtherType. */
enum decode_result step_firewire(struct walk *w)
{
	static const uint8_t everyone[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct cursor head = walk_head(w, 18);
	const uint8_t *dst = cur_take(&head, 8);
	uint16_t type;

	cur_skip(&head, 8);
	type = cur_be16(&head);
	if (!dst || !cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	w->link_delivery =
	    memcmp(dst, everyone, sizeof(everyone)) == 0 ? DELIVERY_BROADCAST : DELIVERY_UNICAST;
	return walk_ethertype(w, type);
}

/* RFC 4338: two addresses of 8 bytes that end in a MAC, then LLC. */
enum decode_result step_fibre_channel(struct walk *w)
{
	struct cursor head = walk_head(w, 16);
	const uint8_t *dst, *src;

	cur_skip(&head, 2);
	dst = cur_take(&head, MAC_BYTES);
	cur_skip(&head, 2);
	src = cur_take(&head, MAC_BYTES);
	if (!dst || !src)
		return walk_short(w, DECODE_LINK_SHORT);
	walk_set_macs(w, dst, src);
	return walk_go(w, step_llc);
}

/* RFC 4391 section 6: EtherType and two reserved bytes. */
static enum decode_result step_ipoib_header(struct walk *w)
{
	struct cursor head = walk_head(w, 4);
	uint16_t type = cur_be16(&head);

	return cur_ok(&head) ? walk_ethertype(w, type) : walk_short(w, DECODE_LINK_SHORT);
}

/* LINKTYPE_IPOIB: 40 bytes of global route header before it. */
enum decode_result step_ipoib(struct walk *w)
{
	struct cursor head = walk_head(w, 40);

	return cur_ok(&head) ? walk_go(w, step_ipoib_header) : walk_short(w, DECODE_LINK_SHORT);
}

/* LINKTYPE_INFINIBAND: local route, perhaps global route, base transport; only unreliable datagrams carry
 * IPoIB. */
enum decode_result step_infiniband(struct walk *w)
{
	enum {
		NEXT_MASK = 3,
		NEXT_TRANSPORT = 2,
		NEXT_GLOBAL = 3,
		DATAGRAM = 0x64,
		DATAGRAM_IMMEDIATE = 0x65
	};
	struct cursor head = walk_head(w, 8);
	uint8_t next, opcode;

	cur_skip(&head, 1);
	next = cur_u8(&head) & NEXT_MASK;
	if (next == NEXT_GLOBAL && cur_ok(&head))
		head = walk_head(w, 40);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (next != NEXT_GLOBAL && next != NEXT_TRANSPORT)
		return DECODE_NOT_IP;
	opcode = cur_peek(&w->at, 0);
	head = walk_head(w, opcode == DATAGRAM_IMMEDIATE ? 24 : 20);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return opcode == DATAGRAM || opcode == DATAGRAM_IMMEDIATE ? walk_go(w, step_ipoib_header)
								  : DECODE_NOT_IP;
}
