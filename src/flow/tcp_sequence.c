/*
 * Sequence numbers: what one side acknowledged of the other and the mirror never showed. Holes in a stream
 * wait until they are filled by a retransmission, or acknowledged: then they were lost here, not on the way.
 */
#include "table.h"

/* Beyond the largest window (RFC 7323) a number is of another connection, or forged. */
enum { WINDOW_MAX = 1 << 30 };

static void count_unseen(struct flow_table *table, struct flow_entry *e, uint32_t bytes)
{
	if (e->opening.acked_unseen > UINT32_MAX - bytes)
		flow_emit(table, e);
	e->opening.acked_unseen += bytes;
}

static void forget_holes(struct flow_entry *e, struct flow_extra *extra)
{
	if (extra->hole_count[0] + extra->hole_count[1] == 0)
		e->hot->flags &= ~(uint32_t)FLOW_HOLES;
}

static void drop_hole(struct flow_entry *e, struct flow_extra *extra, unsigned side, unsigned which)
{
	extra->hole_count[side]--;
	for (unsigned i = which; i < extra->hole_count[side]; i++)
		extra->holes[side][i] = extra->holes[side][i + 1];
	forget_holes(e, extra);
}

/* SIDE skipped LOW..HIGH. Where more holes are open than are kept, the oldest counts as lost. */
static void open_hole(struct flow_table *table, struct flow_entry *e, unsigned side, uint32_t low,
		      uint32_t high)
{
	struct flow_extra *extra = table_need_extra(table, e);

	if (!extra)
		return;
	if (extra->hole_count[side] == HOLES_MAX) {
		count_unseen(table, e, extra->holes[side][0].high - extra->holes[side][0].low);
		drop_hole(e, extra, side, 0);
	}
	extra->holes[side][extra->hole_count[side]++] = (struct sequence_hole){low, high};
	e->hot->flags |= FLOW_HOLES;
}

/* Bytes LOW..HIGH of SIDE came after all. In the middle of a hole they shorten it by as much. */
static void fill_holes(struct flow_table *table, struct flow_entry *e, unsigned side, uint32_t low,
		       uint32_t high)
{
	/* Asked first, because the extra's number lies in a line of its own. */
	struct flow_extra *extra = flow_has(e, FLOW_HOLES) ? table_extra(table, e) : NULL;

	if (!extra)
		return;
	for (unsigned i = extra->hole_count[side]; i-- > 0;) {
		struct sequence_hole *hole = &extra->holes[side][i];
		uint32_t from = (int32_t)(low - hole->low) > 0 ? low : hole->low;
		uint32_t to = (int32_t)(high - hole->high) < 0 ? high : hole->high;

		if ((int32_t)(to - from) <= 0)
			continue;
		if (from == hole->low)
			hole->low = to;
		else
			hole->high -= to - from;
		if (hole->low == hole->high)
			drop_hole(e, extra, side, i);
	}
}

/* All of SIDE up to ACK reached the other side. */
static void acknowledge_holes(struct flow_table *table, struct flow_entry *e, unsigned side, uint32_t ack)
{
	/* Asked first, because the extra's number lies in a line of its own. */
	struct flow_extra *extra = flow_has(e, FLOW_HOLES) ? table_extra(table, e) : NULL;

	if (!extra)
		return;
	while (extra->hole_count[side] > 0) {
		struct sequence_hole *hole = &extra->holes[side][0];
		uint32_t to = (int32_t)(ack - hole->high) < 0 ? ack : hole->high;

		if ((int32_t)(to - hole->low) <= 0)
			return;
		count_unseen(table, e, to - hole->low);
		hole->low = to;
		if (hole->low != hole->high)
			return;
		drop_hole(e, extra, side, 0);
	}
}

/* SIDE's own numbers, SEQ to END. */
static void follow_sender(struct flow_table *table, struct flow_entry *e, uint32_t seq, uint32_t end,
			  unsigned side)
{
	uint32_t known = (uint32_t)FLOW_SEQ_A << side;
	int32_t ahead = (int32_t)(seq - e->hot->tcp.seq_next[side]);

	/* The first packet and one far off are alike. */
	if (!(e->hot->flags & known) || ahead > WINDOW_MAX || ahead < -WINDOW_MAX) {
		e->hot->flags |= known;
		e->hot->tcp.seq_next[side] = end;
		e->opening.seq_lowest[side] = seq;
		return;
	}
	if ((int32_t)(seq - e->opening.seq_lowest[side]) < 0)
		e->opening.seq_lowest[side] = seq;
	if (ahead > 0)
		open_hole(table, e, side, e->hot->tcp.seq_next[side], seq);
	else
		fill_holes(table, e, side, seq, end);
	if ((int32_t)(end - e->hot->tcp.seq_next[side]) > 0)
		e->hot->tcp.seq_next[side] = end;
}

/* What SIDE acknowledges of the other. */
static void follow_receiver(struct flow_table *table, struct flow_entry *e, uint32_t ack, unsigned side)
{
	unsigned other = side ^ 1;
	uint32_t known = (uint32_t)FLOW_SEQ_A << other;
	int32_t beyond = (int32_t)(ack - e->hot->tcp.seq_next[other]);

	if (!(e->hot->flags & known)) {
		e->hot->flags |= known;
		e->hot->tcp.seq_next[other] = e->opening.seq_lowest[other] = ack;
		return;
	}
	acknowledge_holes(table, e, other, ack);
	if (beyond <= 0 || beyond > WINDOW_MAX)
		return;
	e->hot->tcp.seq_next[other] = ack;
	/* One more than was seen is the other side's FIN, which is no byte. */
	if (beyond == 1)
		return;
	count_unseen(table, e, (uint32_t)beyond);
	e->hot->flags |= FLOW_ACK_MOVED;
}

void tcp_follow(struct flow_table *table, struct flow_entry *e, const struct packet *p, unsigned side)
{
	const struct packet_facts *facts = p->facts;
	uint32_t length;

	/* The numbers of an RST need not fit anything. */
	if (facts->tcp_flags & TCP_RST)
		return;
	length =
	    facts->payload_length + ((facts->tcp_flags & TCP_SYN) != 0) + ((facts->tcp_flags & TCP_FIN) != 0);
	follow_sender(table, e, facts->tcp_seq, facts->tcp_seq + length, side);
	if (facts->tcp_flags & TCP_ACK)
		follow_receiver(table, e, facts->tcp_ack, side);
}

void tcp_follow_piece(struct flow_table *table, struct flow_entry *e, uint32_t seq, uint32_t length,
		      unsigned side)
{
	e->hot->tcp.payload_bytes += length;
	follow_sender(table, e, seq, seq + length, side);
}
