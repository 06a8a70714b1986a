/*
 * TCP: what a connection's first and last packets say about who opened it and what became of it.
 */
#include "table.h"

enum { BOTH = 3 };

static bool is_bare_syn(const struct packet_facts *facts)
{
	return (facts->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

static bool is_synack(const struct packet_facts *facts)
{
	return (facts->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == (TCP_SYN | TCP_ACK);
}

static bool side_has(const struct flow_entry *e, int flag, unsigned side)
{
	return flow_has(e, (uint32_t)flag << side);
}

/* Two bare SYNs: the one whose ISN a SYN-ACK acknowledged opened; both or neither: none. */
static void decide_two_syns(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p)
{
	bool acked[2] = {side_has(e, FLOW_ACKED_A, 0), side_has(e, FLOW_ACKED_A, 1)};

	if (!flow_has(e, FLOW_TWO_SYNS)) {
		direction_contradict(table, e, ANOMALY_SIMULTANEOUS_OPEN, p);
		e->hot->flags |= FLOW_TWO_SYNS;
	}
	if (acked[0] != acked[1])
		direction_force(table, e, DIRECTION_HANDSHAKE, acked[1], CONFIDENCE_PROVEN);
	else
		direction_force(table, e, DIRECTION_NONE, 0, CONFIDENCE_UNKNOWN);
}

/* What was taken up in its middle turns out to have been opened: said while that bucket was not handed on. */
static void opened_after_all(struct flow_entry *e)
{
	const unsigned both = 1U << FLOW_OPENED | 1U << FLOW_CONTINUED;

	if (!(e->events & 1U << FLOW_CONTINUED))
		return;
	e->events = (uint16_t)(e->events ^ both);
	e->done = (uint16_t)(e->done ^ both);
}

/* Data in the SYN of SIDE that ACK, the SYN-ACK's, acknowledges. */
static void accept_syn_data(struct flow_entry *e, uint32_t ack, unsigned side)
{
	if (!tcp_accepts_syn_data(e, ack, side))
		return;
	e->hot->flags |= (uint32_t)FLOW_DATA_A << side;
	flow_happens(e, FLOW_SUCCEEDED);
}

static void take_syn(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		     unsigned side)
{
	unsigned other = side ^ 1;
	uint32_t ack;

	if (side_has(e, FLOW_SYN_A, side)) {
		if (side == flow_initiator(e) && !flow_happened(e, FLOW_SUCCEEDED) &&
		    !side_has(e, FLOW_SYNACK_A, other) && !flow_has(e, FLOW_REPEAT_SAID))
			e->hot->flags |= FLOW_REPEATED;
		/* Tried again after a refusal: not over yet. */
		e->hot->flags &= ~(uint32_t)FLOW_RST;
		return;
	}
	e->hot->flags |= (uint32_t)FLOW_SYN_A << side;
	ack = e->opening.isn[side] + 1;
	e->opening.isn[side] = p->facts->tcp_seq;
	if (side_has(e, FLOW_ACKED_A, side))
		accept_syn_data(e, ack, side);
	opened_after_all(e);
	if (side_has(e, FLOW_SYN_A, other))
		decide_two_syns(table, e, p);
	else
		direction_apply(table, e, DIRECTION_HANDSHAKE, side, CONFIDENCE_PROVEN, p);
	/* Its refusal was stored before it. */
	if (flow_has(e, FLOW_RST) && side_has(e, FLOW_SENT_A, other) &&
	    !side_has(e, FLOW_SYNACK_A | FLOW_PROGRESS_A, other))
		flow_happens(e, FLOW_REFUSED);
}

static void take_synack(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
			unsigned side)
{
	unsigned other = side ^ 1;
	uint32_t ack = p->facts->tcp_ack;

	e->hot->flags &= ~(uint32_t)FLOW_RST;
	e->hot->flags |= (uint32_t)FLOW_SYNACK_A << side;
	if (!side_has(e, FLOW_SYN_A, side))
		e->opening.isn[side] = p->facts->tcp_seq;
	opened_after_all(e);
	/* What acknowledges it was stored before it. */
	if (side_has(e, FLOW_PROGRESS_A, other) && side_has(e, FLOW_SEQ_A, side) &&
	    e->hot->tcp.seq_next[side] == p->facts->tcp_seq + 1)
		flow_happens(e, FLOW_SUCCEEDED);
	if (!side_has(e, FLOW_SYN_A, other)) {
		e->opening.isn[other] = ack - 1;
		e->hot->flags |= (uint32_t)FLOW_ACKED_A << other;
		/* Stored behind what acknowledges it. */
		direction_apply(table, e, DIRECTION_SYNACK, other,
				side_has(e, FLOW_PROGRESS_A, other) ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY,
				p);
		return;
	}
	e->hot->flags |= (uint32_t)FLOW_ACKED_A << other;
	accept_syn_data(e, ack, other);
	if (side_has(e, FLOW_SYN_A, side))
		decide_two_syns(table, e, p);
}

/* RST says what became of the opening that it ends; of an established connection it is only the end. */
static void take_rst(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		     unsigned side)
{
	unsigned other = side ^ 1;
	bool first = !(e->hot->flags & FLOW_RST);

	e->hot->flags |= FLOW_RST;
	/* The first packet of all: what it acknowledges may be a SYN that is stored behind it. */
	if (first && !side_has(e, FLOW_SENT_A, other) && (p->facts->tcp_flags & TCP_ACK)) {
		e->opening.isn[other] = p->facts->tcp_ack - 1;
		e->hot->flags |= (uint32_t)FLOW_ACKED_A << other;
	}
	if (flow_happened(e, FLOW_SUCCEEDED))
		return;
	if (side_has(e, FLOW_SYNACK_A, other) && !side_has(e, FLOW_PROGRESS_A, side)) {
		if (side_has(e, FLOW_SYN_A, side)) {
			flow_happens(e, FLOW_PROBED);
		} else {
			/* Nobody asked for that SYN-ACK. */
			direction_force(table, e, DIRECTION_NONE, 0, CONFIDENCE_UNKNOWN);
			flow_happens(e, FLOW_STRAY);
		}
	} else if (side_has(e, FLOW_SYN_A, other) &&
		   !side_has(e, FLOW_SYN_A | FLOW_SYNACK_A | FLOW_PROGRESS_A, side) &&
		   !side_has(e, FLOW_DATA_A, other)) {
		flow_happens(e, FLOW_REFUSED);
	} else if (side_has(e, FLOW_SYNACK_A, side) || side_has(e, FLOW_DATA_A, other) ||
		   (side_has(e, FLOW_PROGRESS_A, other) && !side_has(e, FLOW_SYN_A, side))) {
		flow_happens(e, FLOW_RESET);
	}
}

/* Everything but SYN and RST. An empty FIN acknowledges, but does not say that anything was ever sent. */
static void take_other(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		       unsigned side)
{
	const struct packet_facts *facts = p->facts;
	unsigned other = side ^ 1;
	bool data = facts->payload_length > 0;

	if (facts->tcp_flags & TCP_FIN)
		e->hot->flags |= (uint32_t)FLOW_FIN_A << side;
	if (data || !(facts->tcp_flags & TCP_FIN))
		e->hot->flags |= (uint32_t)FLOW_PROGRESS_A << side;
	if (data)
		e->hot->flags |= (uint32_t)FLOW_DATA_A << side;
	if (side_has(e, FLOW_SYNACK_A, other) && (data || (facts->tcp_flags & TCP_ACK))) {
		flow_happens(e, FLOW_SUCCEEDED);
		direction_apply(table, e, DIRECTION_SYNACK, side, CONFIDENCE_PROVEN, p);
	}
	if ((e->hot->flags & FLOW_PROGRESS_A * BOTH) == FLOW_PROGRESS_A * BOTH ||
	    (side_has(e, FLOW_DATA_A, side) && side_has(e, FLOW_SYN_A, other)))
		flow_happens(e, FLOW_SUCCEEDED);
}

void tcp_mute(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	enum { HEADERS_MAX = 60 + 60 };
	const struct packet_facts *facts = p->facts;

	if (facts->fragment_offset > 0 && facts->payload_length > 0)
		tcp_follow_piece(table, e, facts->tcp_seq, facts->payload_length, side);
	if (facts->ip_length <= HEADERS_MAX || facts->fragment_offset > 0)
		return;
	e->hot->flags |= (uint32_t)(FLOW_PROGRESS_A | FLOW_DATA_A) << side;
	if ((e->hot->flags & FLOW_PROGRESS_A * BOTH) == FLOW_PROGRESS_A * BOTH)
		flow_happens(e, FLOW_SUCCEEDED);
}

/* Once its ISN was acknowledged, payloads cannot say better who opened: a server may well ask first. */
static bool is_linked(const struct flow_entry *e)
{
	return flow_basis(e) == DIRECTION_HANDSHAKE && flow_happened(e, FLOW_SUCCEEDED) &&
	       side_has(e, FLOW_ACKED_A, flow_initiator(e));
}

static void take_payload(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
			 unsigned side)
{
	if (side_has(e, FLOW_LOOK_A, side) && is_linked(e)) {
		e->hot->flags &= ~((uint32_t)FLOW_LOOK_A << side);
		flow_look_greeting(table, e, p, side);
	} else if (side_has(e, FLOW_LOOK_A, side) && !(p->facts->tcp_flags & TCP_SYN)) {
		flow_look(table, e, p, side);
	}
	if (flow_has(e, FLOW_CONTROL))
		ftp_payload(table, e, p, side);
}

/* A SYN-ACK that does not fit: told where it speaks against the opener. */
static void refuse(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		   unsigned side)
{
	if (is_synack(p->facts) && side == flow_initiator(e) && flow_basis(e) != DIRECTION_NONE)
		direction_contradict(table, e, ANOMALY_DIRECTION_CONFLICT, p);
}

bool tcp_packet(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	const struct packet_facts *facts = p->facts;
	const uint32_t settled = (uint32_t)(FLOW_PROGRESS_A | FLOW_DATA_A) << side;

	if (!tcp_belongs(e, facts, side)) {
		refuse(table, e, p, side);
		return false;
	}
	if (is_bare_syn(facts))
		take_syn(table, e, p, side);
	else if (is_synack(facts))
		take_synack(table, e, p, side);
	else if (facts->tcp_flags & TCP_RST)
		take_rst(table, e, p, side);
	else if (!(facts->tcp_flags & TCP_SYN))
		take_other(table, e, p, side);
	if (facts->payload_length > 0)
		take_payload(table, e, p, side);
	if ((e->hot->flags & settled) == settled ||
	    (side_has(e, FLOW_PROGRESS_A, side) && flow_happened(e, FLOW_SUCCEEDED)))
		e->hot->flags &= ~((uint32_t)FLOW_ATTEND_A << side);
	return true;
}
