/*
 * Openings: whether a packet can be of the connection that its flow's SYN or SYN-ACK began. An opening stands
 * alone until the side that it addresses takes it up: with a SYN-ACK, or an acknowledgement, of its number.
 * Until then it may be forged, or older than the connection that it met (RFC 9293 section 3.5.2, RFC 5961
 * section 4), and what does not fit its numbers is not of it.
 */
#include "table.h"

enum { BOTH = 3, WINDOW_FIRST = 1 << 20 };

static bool is_bare_syn(const struct packet_facts *facts)
{
	return (facts->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

static bool is_synack(const struct packet_facts *facts)
{
	return (facts->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == (TCP_SYN | TCP_ACK);
}

static bool side_has(const struct flow_entry *e, uint32_t flags, unsigned side)
{
	return flow_has(e, flags << side);
}

static bool is_closed(const struct flow_entry *e)
{
	return flow_has(e, FLOW_RST) || (e->hot->flags & FLOW_FIN_A * BOTH) == FLOW_FIN_A * BOTH;
}

/* The side whose SYN or, without that, SYN-ACK was not taken up; -1: none. */
static int lone_opener(const struct flow_entry *e)
{
	uint32_t flags = e->hot->flags;
	uint32_t linked = flags / FLOW_SYN_A & flags / FLOW_ACKED_A & BOTH;
	unsigned opener;

	if (!(flags & (FLOW_SYN_A | FLOW_SYNACK_A) * BOTH) || (flags & FLOW_TWO_SYNS) || linked)
		return -1;
	if (flags & FLOW_SYN_A * BOTH)
		opener = side_has(e, FLOW_SYN_A, 1);
	else
		opener = side_has(e, FLOW_SYNACK_A, 1);
	return side_has(e, FLOW_PROGRESS_A | FLOW_DATA_A, opener ^ 1) ? -1 : (int)opener;
}

/* NUMBER is what SIDE may have reached: near its ISN, or near what was seen of it since. */
static bool is_near(const struct flow_entry *e, uint32_t number, unsigned side)
{
	uint32_t first = e->opening.isn[side] + 1, next = e->hot->tcp.seq_next[side];

	if (!side_has(e, FLOW_SYN_A | FLOW_SYNACK_A | FLOW_ACKED_A, side) || number - first <= WINDOW_FIRST)
		return true;
	return side_has(e, FLOW_SEQ_A, side) && next - first > WINDOW_FIRST &&
	       number - (next - WINDOW_FIRST) <= 2 * WINDOW_FIRST;
}

/* The packet of SIDE, neither SYN nor RST, fits the numbers of an opening that stands alone. A keep-alive
 * repeats the number before the next one. */
static bool fits_opening(const struct flow_entry *e, const struct packet_facts *facts, unsigned side)
{
	return is_near(e, facts->tcp_seq + (facts->tcp_seq == e->opening.isn[side]), side) &&
	       (!(facts->tcp_flags & TCP_ACK) || is_near(e, facts->tcp_ack, side ^ 1));
}

bool tcp_misfits(const struct flow_entry *e, const struct packet_facts *facts, unsigned side)
{
	int opener = lone_opener(e);

	if (opener < 0 || (facts->tcp_flags & (TCP_SYN | TCP_RST)))
		return false;
	/* What its opener showed before stands for it. */
	if ((unsigned)opener == side && side_has(e, FLOW_PROGRESS_A | FLOW_DATA_A, side))
		return false;
	return !fits_opening(e, facts, side);
}

bool tcp_accepts_syn_data(const struct flow_entry *e, uint32_t ack, unsigned side)
{
	uint32_t beyond = ack - (e->opening.isn[side] + 1);

	return side_has(e, FLOW_SYN_A, side) && beyond > 0 && beyond <= UINT16_MAX;
}

/* A bare SYN of SIDE opens another flow, unless its ISN is known, or its number shows it to be the late
 * opening of this flow, or it meets the other side's own SYN. */
static bool syn_starts_another(const struct flow_entry *e, const struct packet_facts *facts, unsigned side)
{
	unsigned other = side ^ 1;
	uint32_t seq = facts->tcp_seq;

	if (side_has(e, FLOW_SYN_A | FLOW_SYNACK_A, side))
		return e->opening.isn[side] != seq;
	/* An ISN that is only inferred may include data of the SYN (RFC 7413). */
	if (side_has(e, FLOW_ACKED_A, side))
		return e->opening.isn[side] - seq > facts->payload_length;
	/* The lowest seen from it, or acknowledged of it before it was seen. */
	if (side_has(e, FLOW_SEQ_A, side) && e->opening.seq_lowest[side] - (seq + 1) <= facts->payload_length)
		return false;
	return !side_has(e, FLOW_SYN_A, other) || is_closed(e) || flow_happened(e, FLOW_SUCCEEDED);
}

/* A SYN-ACK of SIDE after the end, or of another attempt than the one that nobody took up: the SYN of a new
 * connection was not seen. */
static bool synack_starts_another(const struct flow_entry *e, const struct packet_facts *facts, unsigned side)
{
	unsigned other = side ^ 1;

	if (is_closed(e))
		return !side_has(e, FLOW_SYN_A | FLOW_SYNACK_A, side) ||
		       e->opening.isn[side] != facts->tcp_seq;
	return side_has(e, FLOW_SYNACK_A, side) && !side_has(e, FLOW_SYN_A, other) && lone_opener(e) >= 0 &&
	       e->opening.isn[other] != facts->tcp_ack - 1;
}

/* A bare acknowledgement of the addressed side is how it answers an opening that it does not take up. */
static bool is_challenge(const struct flow_entry *e, const struct packet_facts *facts, unsigned side)
{
	return facts->payload_length == 0 && !(facts->tcp_flags & TCP_FIN) && (int)side != lone_opener(e);
}

bool tcp_starts_another(const struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	const struct packet_facts *facts = p->facts;

	if (is_bare_syn(facts))
		return syn_starts_another(e, facts, side);
	if (is_synack(facts))
		return synack_starts_another(e, facts, side);
	return tcp_misfits(e, facts, side) && !is_challenge(e, facts, side);
}

/* A SYN-ACK of SIDE answers the other side's SYN, or was answered already, or its numbers show it to be the
 * late opening of a flow that was taken up in its middle. */
static bool synack_fits(const struct flow_entry *e, const struct packet_facts *facts, unsigned side)
{
	unsigned other = side ^ 1;
	uint32_t ack = facts->tcp_ack;

	if (side_has(e, FLOW_SYN_A, other))
		return ack == e->opening.isn[other] + 1 || tcp_accepts_syn_data(e, ack, other);
	if (side_has(e, FLOW_SYN_A, side))
		return false;
	if (side_has(e, FLOW_SYNACK_A, side))
		return ack == e->opening.isn[other] + 1;
	return (!side_has(e, FLOW_SEQ_A, side) || e->opening.seq_lowest[side] == facts->tcp_seq + 1) &&
	       (!side_has(e, FLOW_SEQ_A, other) || e->opening.seq_lowest[other] == ack);
}

bool tcp_belongs(const struct flow_entry *e, const struct packet_facts *facts, unsigned side)
{
	return is_synack(facts) ? synack_fits(e, facts, side) : !tcp_misfits(e, facts, side);
}

bool tcp_is_not_taken_up(const struct flow_entry *e)
{
	return lone_opener(e) >= 0 && !flow_has(e, FLOW_RST);
}
