/*
 * A connection that a SYN met which does not fit it. The SYN begins a flow of its own, because ports are used
 * again; but it may be forged or stale. What was known of the connection waits in the new flow's extra. If a
 * packet comes that does not fit the SYN, the connection never ended: the SYN was one of its packets, and
 * says nothing. If nobody takes the SYN up in time it was an attempt, and what comes later is the
 * connection's again.
 */
#include "table.h"

enum { BOTH = 3, PAIRS = 0x555555 };

/* The flags that come in pairs, for sides named the other way round. */
static uint32_t turn_flags(uint32_t flags)
{
	return (flags & PAIRS) << 1 | (flags >> 1 & PAIRS) | (flags & ~(PAIRS * UINT32_C(3)));
}

static bool is_worth_it(const struct flow_entry *e)
{
	return flow_happened(e, FLOW_SUCCEEDED) && !flow_has(e, FLOW_RST) &&
	       (e->hot->flags & FLOW_FIN_A * BOTH) != FLOW_FIN_A * BOTH;
}

struct flow_before before_take(struct flow_table *table, struct flow_entry *e)
{
	struct flow_extra *extra = table_extra(table, e);
	struct flow_before before = {.is_set = false};

	/* Another SYN that nobody took up. */
	if (extra && extra->before.is_set && tcp_is_not_taken_up(e)) {
		before = extra->before;
		extra->before.is_set = false;
		return before;
	}
	if (!is_worth_it(e))
		return before;
	before = (struct flow_before){.first = e->end[0],
				      .opened_ns = e->opened_ns,
				      .flags = e->hot->flags & ~(uint32_t)(FLOW_HOLES | FLOW_REPEATED),
				      .done = e->done,
				      .direction = e->hot->direction,
				      .is_set = true};
	for (unsigned i = 0; i < 2; i++) {
		before.isn[i] = e->opening.isn[i];
		before.seq_lowest[i] = e->opening.seq_lowest[i];
		before.seq_next[i] = e->hot->tcp.seq_next[i];
	}
	if (extra) {
		before.parent = extra->parent;
		before.parent_assumed = extra->parent_assumed;
	}
	return before;
}

void before_keep(struct flow_table *table, struct flow_entry *e, const struct flow_before *before)
{
	struct flow_extra *extra = table_need_extra(table, e);

	/* Without memory the connection, if it goes on, is one that was taken up in its middle. */
	if (extra)
		extra->before = *before;
}

static void restore(struct flow_entry *e, const struct flow_before *before, bool turned)
{
	const uint32_t own = (uint32_t)(FLOW_NOTE_A | FLOW_MAC_A) * BOTH;
	const uint32_t both = own | (uint32_t)FLOW_SENT_A * BOTH;
	uint32_t flags = turned ? turn_flags(before->flags) : before->flags;
	struct flow_hot *hot = e->hot;

	flow_forget_usual(hot);
	hot->flags = (flags & ~own) | (hot->flags & both) | (uint32_t)FLOW_ATTEND_A * BOTH;
	hot->direction = (uint8_t)(before->direction ^ (turned ? 1U << FLOW_INITIATOR_SHIFT : 0));
	hot->state = (uint16_t)((hot->state & ~(unsigned)FLOW_ANSWERED_NOW) | FLOW_COUNTED);
	for (unsigned i = 0; i < 2; i++) {
		e->opening.isn[i] = before->isn[i ^ turned];
		e->opening.seq_lowest[i] = before->seq_lowest[i ^ turned];
		hot->tcp.seq_next[i] = before->seq_next[i ^ turned];
	}
	e->opened_ns = before->opened_ns;
	e->done = before->done;
	e->events = e->answered_minutes = 0;
	e->small = SMALL_NEW | SMALL_PACKETS_MAX << SMALL_PACKETS_SHIFT | SMALL_NUMBERED_A * BOTH;
}

bool before_resume(struct flow_table *table, struct flow_entry *e)
{
	struct flow_extra *extra = flow_is_tcp(e) ? table_extra(table, e) : NULL;

	if (!extra || !extra->before.is_set || !tcp_is_not_taken_up(e))
		return false;
	restore(e, &extra->before, flow_end_differs(&e->end[0], &extra->before.first) != 0);
	extra->parent = extra->before.parent;
	extra->parent_assumed = extra->before.parent_assumed;
	extra->before.is_set = false;
	memset(extra->hole_count, 0, sizeof(extra->hole_count));
	return true;
}

bool before_was_none(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p)
{
	unsigned opener = flow_initiator(e);
	struct frame_ref syn = frame_mark_open(e->frames[0]);
	struct keyed_packet evidence = *p;

	if (!before_resume(table, e))
		return false;
	if (syn.frame != 0) {
		evidence.time_ns = syn.time_ns;
		evidence.input = syn.input;
		evidence.frame = syn.frame;
	}
	if (opener != flow_initiator(e) && flow_basis(e) != DIRECTION_NONE)
		direction_contradict(table, e, ANOMALY_DIRECTION_CONFLICT, &evidence);
	return true;
}
