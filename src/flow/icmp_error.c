/*
 * ICMP errors belong to the flow that they quote and are never a flow. Unreachable refuses what its opener
 * sent (RFC 1122 section 3.2.2.1, RFC 4443 section 3.1).
 */
#include "table.h"

enum {
	ICMP_UNREACHABLE = 3,
	ICMP_FRAGMENTATION_NEEDED = 4, /* code: the path's MTU, not a refusal */
	ICMP6_UNREACHABLE = 1
};

static bool refuses(const struct packet_facts *facts)
{
	if (facts->protocol == PROTO_ICMP6)
		return facts->icmp_type == ICMP6_UNREACHABLE;
	return facts->icmp_type == ICMP_UNREACHABLE && facts->icmp_code != ICMP_FRAGMENTATION_NEEDED;
}

void icmp_error_take(struct flow_table *table, const struct keyed_packet *p)
{
	const struct quoted *quoted = &p->facts->quoted;
	struct flow_end src = flow_end_make(&quoted->src, quoted->src_port);
	struct flow_end dst = flow_end_make(&quoted->dst, quoted->dst_port);
	struct flow_entry *e;
	struct frame_mark *frame;
	unsigned side;

	if (!refuses(p->facts) || quoted->src.family == ADDR_NONE)
		return;
	e = table_find_alive(table, &src, &dst, quoted->protocol, &side);
	if (!e)
		return;
	if (side != flow_initiator(e) || !flow_has(e, (uint32_t)FLOW_SENT_A << side) ||
	    flow_happened(e, FLOW_SUCCEEDED) || flow_happened(e, FLOW_ANSWER))
		return;
	table_turn(table, e);
	flow_happens(e, FLOW_REFUSED);
	frame = &e->frames[side == 0 ? 2 : 0];
	if (frame->where == 0)
		*frame = frame_mark_make(p->time_ns, p->input, p->frame);
}
