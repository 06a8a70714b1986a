/*
 * What a bucket's first packets of each side leave behind: MACs, frames as evidence, VLANs, delivery.
 */
#include "table.h"

static void note_macs(struct flow_entry *e, const struct packet_facts *facts, unsigned side)
{
	static const uint8_t none[MAC_BYTES];
	unsigned other = side ^ 1;

	if (!facts->has_macs || memcmp(facts->src_mac, none, MAC_BYTES) == 0)
		return;
	memcpy(e->mac[side], facts->src_mac, MAC_BYTES);
	e->hot->flags |= (uint32_t)FLOW_MAC_A << side;
	/* A side that never sent is known by the MAC it was sent to. */
	if (!flow_has(e, (uint32_t)FLOW_MAC_A << other) && memcmp(e->mac[other], none, MAC_BYTES) == 0)
		memcpy(e->mac[other], facts->dst_mac, MAC_BYTES);
}

/* Keeps two frames of side 0 and one of side 1. True when there is no room for more. */
static bool note_frame(struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	unsigned first = side == 0 ? 0 : 2, last = side == 0 ? 1 : 2;

	for (unsigned i = first; i <= last; i++) {
		if (e->frames[i].where == 0) {
			e->frames[i] = frame_mark_make(p->time_ns, p->input, p->frame);
			return i == last;
		}
	}
	return true;
}

void flow_note(struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	if (!flow_has(e, (uint32_t)FLOW_MAC_A << side))
		note_macs(e, p->facts, side);
	if ((e->small >> 2 * side & SMALL_DELIVERY_MASK) == SMALL_DELIVERY_UNSET)
		flow_set_delivery(e, side, p->facts->delivery);
	if (note_frame(e, p, side))
		e->hot->flags &= ~((uint32_t)FLOW_NOTE_A << side);
}

/* Keeps the smallest, ascending. */
static void insert_vlan(struct flow_extra *extra, uint16_t vlan)
{
	size_t at = 0;

	while (at < extra->vlan_count && extra->vlans[at] < vlan)
		at++;
	if (at == FLOW_VLANS || (at < extra->vlan_count && extra->vlans[at] == vlan))
		return;
	if (extra->vlan_count < FLOW_VLANS)
		extra->vlan_count++;
	for (size_t i = extra->vlan_count - 1U; i > at; i--)
		extra->vlans[i] = extra->vlans[i - 1];
	extra->vlans[at] = vlan;
}

void flow_note_vlan(struct flow_table *table, struct flow_entry *e, uint16_t vlan)
{
	uint16_t before = flow_vlan(e->hot);
	struct flow_extra *extra;

	flow_set_vlan(e->hot, vlan);
	if (before == FLOW_VLAN_UNSET)
		return;
	extra = table_need_extra(table, e);
	if (!extra)
		return;
	insert_vlan(extra, before);
	insert_vlan(extra, vlan);
}
