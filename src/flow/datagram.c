/*
 * Flows of UDP, ICMP and everything else that has no handshake: succeeded when answered.
 */
#include "table.h"

/* A repeated question that still has no answer, and is not the same flow's next one. */
static void note_repeated(struct flow_entry *e, unsigned side)
{
	if (e->hot->datagram.heard_ns[side] != TIME_UNKNOWN && !flow_happened(e, FLOW_SUCCEEDED) &&
	    !flow_has(e, FLOW_REPEAT_SAID | FLOW_IS_ANSWER))
		e->hot->flags |= FLOW_REPEATED;
}

static void note_answered(struct flow_entry *e, const struct keyed_packet *p)
{
	if (flow_has(e, FLOW_IS_ANSWER))
		return;
	flow_happens(e, FLOW_SUCCEEDED);
	if (flow_basis(e) == DIRECTION_QUIET &&
	    time_between(e->opened_ns, p->time_ns) <= SECONDS_QUIET * (uint64_t)NSEC_PER_SEC)
		flow_set_direction(e, DIRECTION_QUIET, flow_initiator(e), CONFIDENCE_PROVEN);
}

/* Nothing that this side sends from now on changes the flow's state. */
static bool is_settled(const struct flow_entry *e, unsigned side)
{
	if (flow_happened(e, FLOW_SUCCEEDED) || flow_has(e, FLOW_IS_ANSWER))
		return true;
	return side == flow_initiator(e) && flow_has(e, FLOW_REPEATED | FLOW_REPEAT_SAID);
}

void datagram_packet(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		     unsigned side)
{
	/* The first datagram of all was looked at when it opened the flow. */
	bool first =
	    e->hot->datagram.heard_ns[0] == TIME_UNKNOWN && e->hot->datagram.heard_ns[1] == TIME_UNKNOWN;
	bool both;

	if (!first && flow_has(e, (uint32_t)FLOW_LOOK_A << side))
		flow_look(table, e, p, side);
	both = (e->hot->flags & FLOW_SENT_A * 3) == FLOW_SENT_A * 3;
	if (both)
		note_answered(e, p);
	else if (side == flow_initiator(e))
		note_repeated(e, side);
	e->hot->flags &= ~((uint32_t)FLOW_ATTEND_A << side);
	if (!is_settled(e, side))
		e->hot->flags |= (uint32_t)FLOW_ATTEND_A << side;
}
