/*
 * Sequence numbers: what one side acknowledged of the other and the mirror never showed. Holes in a stream
 * wait until they are filled: by a retransmission, or by packets that come behind their acknowledgement, as
 * from a tap whose two files disagree about the time. What was acknowledged and does not come within seconds,
 * or until the flow ends, was lost here, not on the way.
 */
#include "table.h"

enum {
	/* Beyond the largest window (RFC 7323) a number is of another connection, or forged. */
	WINDOW_MAX = 1 << 30,
	SECONDS_WAITING = 5,
	MOMENT_SHIFT = 20 /* a moment is about a millisecond */
};

static uint32_t moment(const struct flow_table *table)
{
	return (uint32_t)((uint64_t)table->clock.now_ns >> MOMENT_SHIFT);
}

static void count_unseen(struct flow_table *table, struct flow_entry *e, uint32_t bytes)
{
	if (e->opening.acked_unseen > UINT32_MAX - bytes)
		flow_emit(table, e);
	e->opening.acked_unseen += bytes;
	if (flow_has(e, FLOW_CONTROL))
		ftp_missed(table, e);
}

static void drop_hole(struct flow_entry *e, struct flow_extra *extra, unsigned side, unsigned which)
{
	extra->hole_count[side]--;
	for (unsigned i = which; i < extra->hole_count[side]; i++)
		extra->holes[side][i] = extra->holes[side][i + 1];
	if (extra->hole_count[0] + extra->hole_count[1] == 0)
		e->hot->flags &= ~(uint32_t)FLOW_HOLES;
}

/* What was acknowledged of a hole counts as lost; what was not still may come. */
static void give_up(struct flow_table *table, struct flow_entry *e, struct flow_extra *extra, unsigned side,
		    unsigned which)
{
	struct sequence_hole *hole = &extra->holes[side][which];

	if (hole->acked != hole->low)
		count_unseen(table, e, hole->acked - hole->low);
	hole->low = hole->acked;
	if (hole->low == hole->high)
		drop_hole(e, extra, side, which);
}

static void give_up_old(struct flow_table *table, struct flow_entry *e, struct flow_extra *extra,
			uint32_t least_moments)
{
	for (unsigned side = 0; side < 2; side++) {
		for (unsigned i = extra->hole_count[side]; i-- > 0;) {
			const struct sequence_hole *hole = &extra->holes[side][i];

			if (hole->acked != hole->low && moment(table) - hole->since >= least_moments)
				give_up(table, e, extra, side, i);
		}
	}
}

void tcp_give_up(struct flow_table *table, struct flow_entry *e)
{
	struct flow_extra *extra = flow_has(e, FLOW_HOLES) ? table_extra(table, e) : NULL;

	if (extra)
		give_up_old(table, e, extra, 0);
}

/* SIDE skipped LOW..HIGH. Where more holes are open than are kept, the oldest counts as lost. */
static struct sequence_hole *open_hole(struct flow_table *table, struct flow_entry *e, unsigned side,
				       uint32_t low, uint32_t high)
{
	struct flow_extra *extra = table_need_extra(table, e);
	struct sequence_hole *hole;

	if (!extra)
		return NULL;
	if (extra->hole_count[side] == HOLES_MAX) {
		extra->holes[side][0].acked = extra->holes[side][0].high;
		give_up(table, e, extra, side, 0);
	}
	hole = &extra->holes[side][extra->hole_count[side]++];
	*hole = (struct sequence_hole){.low = low, .high = high, .acked = low, .since = moment(table)};
	e->hot->flags |= FLOW_HOLES;
	return hole;
}

/* FROM..TO of a hole came: from its low end on, or else it parts the hole, where there is room for both. */
static void fill_hole(struct flow_table *table, struct flow_entry *e, struct flow_extra *extra, unsigned side,
		      unsigned which, uint32_t from, uint32_t to)
{
	struct sequence_hole *hole = &extra->holes[side][which], rest = *hole;

	rest.low = to;
	rest.acked = (int32_t)(hole->acked - to) > 0 ? hole->acked : to;
	rest.since = moment(table);
	hole->high = from;
	if ((int32_t)(hole->acked - from) > 0)
		hole->acked = from;
	if (hole->low == hole->high) {
		*hole = rest;
	} else if (rest.low != rest.high && extra->hole_count[side] < HOLES_MAX) {
		for (unsigned i = extra->hole_count[side]++; i > which + 1; i--)
			extra->holes[side][i] = extra->holes[side][i - 1];
		extra->holes[side][which + 1] = rest;
	} else if (rest.low != rest.high) {
		/* As long as both. */
		hole->acked += rest.acked - rest.low;
		hole->high += rest.high - rest.low;
	}
	if (hole->low == hole->high)
		drop_hole(e, extra, side, which);
}

/* Bytes LOW..HIGH of SIDE came after all. */
static void fill_holes(struct flow_table *table, struct flow_entry *e, unsigned side, uint32_t low,
		       uint32_t high)
{
	/* Asked first, because the extra's number lies in a line of its own. */
	struct flow_extra *extra = flow_has(e, FLOW_HOLES) ? table_extra(table, e) : NULL;

	if (!extra)
		return;
	for (unsigned i = extra->hole_count[side]; i-- > 0;) {
		const struct sequence_hole *hole = &extra->holes[side][i];
		uint32_t from = (int32_t)(low - hole->low) > 0 ? low : hole->low;
		uint32_t to = (int32_t)(high - hole->high) < 0 ? high : hole->high;

		if ((int32_t)(to - from) > 0)
			fill_hole(table, e, extra, side, i, from, to);
	}
}

/* All of SIDE up to ACK reached the other side. */
static void acknowledge_holes(struct flow_table *table, struct flow_entry *e, unsigned side, uint32_t ack)
{
	struct flow_extra *extra = flow_has(e, FLOW_HOLES) ? table_extra(table, e) : NULL;

	for (unsigned i = 0; extra && i < extra->hole_count[side]; i++) {
		struct sequence_hole *hole = &extra->holes[side][i];
		uint32_t to = (int32_t)(ack - hole->high) < 0 ? ack : hole->high;

		if ((int32_t)(to - hole->acked) <= 0)
			continue;
		if (hole->acked == hole->low)
			hole->since = moment(table);
		hole->acked = to;
	}
}

/* The connection's opening was seen, so that nothing of it came before the capture. */
static bool is_opened_here(const struct flow_entry *e)
{
	return flow_has(e, (uint32_t)(FLOW_SYN_A | FLOW_SYNACK_A) * 3);
}

/* The first number that SIDE itself shows, of a connection that was taken up in its middle: what lies below
 * was sent before the capture began. */
static void begin_at(struct flow_table *table, struct flow_entry *e, uint32_t seq, unsigned side)
{
	fill_holes(table, e, side, e->opening.seq_lowest[side], seq);
	if ((int32_t)(seq - e->hot->tcp.seq_next[side]) > 0)
		e->hot->tcp.seq_next[side] = seq;
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
	if (!flow_is_numbered(e, side) && !is_opened_here(e)) {
		begin_at(table, e, seq, side);
		ahead = (int32_t)(seq - e->hot->tcp.seq_next[side]);
	}
	if ((int32_t)(seq - e->opening.seq_lowest[side]) < 0)
		e->opening.seq_lowest[side] = seq;
	if (ahead > 0)
		(void)open_hole(table, e, side, e->hot->tcp.seq_next[side], seq);
	else
		fill_holes(table, e, side, seq, end);
	if ((int32_t)(end - e->hot->tcp.seq_next[side]) > 0)
		e->hot->tcp.seq_next[side] = end;
}

/* SIDE is acknowledged up to ACK and was seen up to its next number: what is between may come yet. Where it
 * is mirrored one way only it will not, and the usual packet is not kept waiting for it. */
static void lead(struct flow_table *table, struct flow_entry *e, unsigned side, uint32_t ack)
{
	uint32_t next = e->hot->tcp.seq_next[side];
	bool oneway =
	    !flow_has(e, (uint32_t)FLOW_SENT_A << side) &&
	    time_between(e->opened_ns, table->clock.now_ns) >= SECONDS_WAITING * (uint64_t)NSEC_PER_SEC;
	struct flow_extra *extra = flow_has(e, FLOW_HOLES) ? table_extra(table, e) : NULL;
	unsigned count = extra ? extra->hole_count[side] : 0;
	struct sequence_hole *hole = count > 0 ? &extra->holes[side][count - 1] : NULL;

	if (oneway)
		hole = NULL;
	else if (!hole || hole->high != next || hole->acked != next)
		hole = open_hole(table, e, side, next, ack);
	if (hole)
		hole->high = hole->acked = ack;
	else
		count_unseen(table, e, ack - next);
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
	/* One more than was seen is the other side's FIN, which is no byte. */
	if (beyond > 1) {
		lead(table, e, other, ack);
		e->hot->flags |= FLOW_ACK_MOVED;
	}
	e->hot->tcp.seq_next[other] = ack;
}

void tcp_follow(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	const uint32_t waiting = (uint32_t)(SECONDS_WAITING * (uint64_t)NSEC_PER_SEC >> MOMENT_SHIFT);
	const struct packet_facts *facts = p->facts;
	struct flow_extra *extra = flow_has(e, FLOW_HOLES) ? table_extra(table, e) : NULL;
	uint32_t length;

	if (extra)
		give_up_old(table, e, extra, waiting);
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
