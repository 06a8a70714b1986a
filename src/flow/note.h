/*
 * Private to flow/: what a bucket's first packets of each side leave behind, for whoever has them in quick
 * facts, and for flow_note.
 */
#ifndef FLOW_NOTE_H
#define FLOW_NOTE_H

#include "table.h"

/* Neither the link nor IP says that it is sent to a group. MACS: the frame's first bytes, the receiver's and
 * the sender's. */
static inline bool note_is_unicast(const struct packet_quick *quick, const uint8_t *macs)
{
	uint32_t address = (uint32_t)(quick->addresses >> 32);
	uint8_t first;

	memcpy(&first, &address, sizeof(first));
	return !(macs[0] & 1) && first >> 4 != 14 && address != UINT32_MAX;
}

/* The MACs of a packet that SIDE sent. */
static inline void note_macs(struct flow_entry *e, const uint8_t *src_mac, const uint8_t *dst_mac,
			     unsigned side)
{
	static const uint8_t none[MAC_BYTES];
	unsigned other = side ^ 1;

	if (memcmp(src_mac, none, MAC_BYTES) == 0)
		return;
	memcpy(e->mac[side], src_mac, MAC_BYTES);
	e->hot->flags |= (uint32_t)FLOW_MAC_A << side;
	/* A side that never sent is known by the MAC it was sent to. */
	if (!flow_has(e, (uint32_t)FLOW_MAC_A << other) && memcmp(e->mac[other], none, MAC_BYTES) == 0)
		memcpy(e->mac[other], dst_mac, MAC_BYTES);
}

/* Keeps two frames of side 0 and one of side 1. True when there is no room for more. */
static inline bool note_frame(struct flow_entry *e, struct frame_mark frame, unsigned side)
{
	unsigned first = side == 0 ? 0 : 2, last = side == 0 ? 1 : 2;

	for (unsigned i = first; i <= last; i++) {
		if (e->frames[i].where == 0) {
			e->frames[i] = frame;
			return i == last;
		}
	}
	return true;
}

/* All of it. Without MACs SRC_MAC is NULL. */
static inline void note_parts(struct flow_entry *e, const uint8_t *src_mac, const uint8_t *dst_mac,
			      unsigned delivery, struct frame_mark frame, unsigned side)
{
	if (src_mac && !flow_has(e, (uint32_t)FLOW_MAC_A << side))
		note_macs(e, src_mac, dst_mac, side);
	if ((e->small >> 2 * side & SMALL_DELIVERY_MASK) == SMALL_DELIVERY_UNSET)
		flow_set_delivery(e, side, (uint8_t)delivery);
	if (note_frame(e, frame, side))
		e->hot->flags &= ~((uint32_t)FLOW_NOTE_A << side);
}

#endif
