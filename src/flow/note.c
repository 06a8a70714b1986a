/*
 * What a bucket's first packets of each side leave behind: MACs, frames as evidence, VLANs, delivery.
 */
#include "note.h"

void flow_note(struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	const struct packet_facts *facts = p->facts;

	note_parts(e, facts->has_macs ? facts->src_mac : NULL, facts->dst_mac, facts->delivery,
		   frame_mark_make(p->time_ns, p->input, p->frame), side);
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
