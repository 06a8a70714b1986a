/*
 * What payloads say about who asks: looked for in the first two datagrams, or four payload segments, a side.
 */
#include "decode/evidence.h"
#include "table.h"

/* ICMP's types say it by themselves (RFC 792, RFC 4443). */
static struct evidence icmp_evidence(const struct packet_facts *facts)
{
	struct evidence evidence = {.has_id = true, .id = (uint64_t)facts->src_port + facts->dst_port};

	if (facts->icmp_asks)
		evidence.side = EVIDENCE_ASKS;
	else if (facts->icmp_answers)
		evidence.side = EVIDENCE_ANSWERS;
	return evidence;
}

static struct evidence evidence_of(const struct packet_facts *facts)
{
	switch (facts->protocol) {
	case PROTO_TCP: return evidence_segment(facts);
	case PROTO_UDP: return evidence_datagram(facts);
	case PROTO_ICMP:
	case PROTO_ICMP6: return icmp_evidence(facts);
	default: return (struct evidence){0};
	}
}

/* What question and answer have in common: protocol, id, and who asks. Never 0. 16 bits, because only a
 * handful of one flow are ever compared. */
static uint16_t conversation(const struct evidence *evidence, unsigned initiator)
{
	uint64_t h = (evidence->has_id ? evidence->id : 0) * UINT64_C(0x9e3779b97f4a7c15);

	h ^= h >> 29;
	h = (h + (uint64_t)evidence->protocol * 2 + initiator + 1) * UINT64_C(0xbf58476d1ce4e5b9);
	h ^= h >> 32;
	return (uint16_t)(h ^ h >> 16) ? (uint16_t)(h ^ h >> 16) : 1;
}

/* Remembers ID of SIDE; true when the other side said the same. */
static bool both_said(struct flow_entry *e, uint16_t id, unsigned side, unsigned nth)
{
	unsigned other = side ^ 1;

	if (flow_is_tcp(e)) {
		e->opening.evidence_id[side] = id;
		return e->opening.evidence_id[other] == id;
	}
	e->question.evidence_id[side][nth % 2] = id;
	return e->question.evidence_id[other][0] == id || e->question.evidence_id[other][1] == id;
}

static void note_cut(struct flow_entry *e, const struct packet_facts *facts)
{
	/* What later fragments hold was not cut, only sent apart. */
	if (facts->payload_caplen < facts->payload_length && !facts->is_fragment &&
	    flow_basis(e) < DIRECTION_PROTOCOL && e->events >> FLOW_CUT_SHIFT < FLOW_CUT_MAX)
		e->events = (uint16_t)(e->events + (1U << FLOW_CUT_SHIFT));
}

/* An FTP server's first words make a control connection of it, whatever its port. */
static bool is_greeting(const struct evidence *evidence, const struct packet_facts *facts)
{
	return evidence->protocol == EVIDENCE_FTP && evidence->side == EVIDENCE_ANSWERS &&
	       facts->payload_caplen >= 3 && memcmp(facts->payload, "220", 3) == 0;
}

bool flow_is_greeting(const struct packet_facts *facts)
{
	struct evidence evidence = evidence_of(facts);

	return is_greeting(&evidence, facts);
}

bool flow_says_nothing(const struct packet_facts *facts)
{
	return facts->payload_length == 0 ||
	       (facts->payload_caplen == facts->payload_length && evidence_of(facts).side == EVIDENCE_NONE);
}

bool flow_says_nothing_quick(const struct packet *packet, const struct packet_quick *quick)
{
	uint32_t at_hand = packet->caplen - quick->payload_at;
	struct packet_facts facts;

	if (at_hand < quick->payload_length)
		return false;
	if (!evidence_may_begin(packet->data + quick->payload_at, quick->payload_length,
				quick->payload_length))
		return true;
	/* All that is asked for there. */
	facts.payload = packet->data + quick->payload_at;
	facts.payload_length = facts.payload_caplen = quick->payload_length;
	facts.src_port = quick_port(quick, 0);
	facts.dst_port = quick_port(quick, 1);
	facts.fragment_offset = 0;
	return evidence_segment(&facts).side == EVIDENCE_NONE;
}

bool flow_asks(const struct keyed_packet *p)
{
	return evidence_of(p->facts).side == EVIDENCE_ASKS;
}

void flow_look_answer(struct flow_table *table, struct flow_entry *question, const struct keyed_packet *p)
{
	struct evidence evidence = evidence_of(p->facts);
	unsigned asker = flow_initiator(question);
	const uint16_t *asked = question->question.evidence_id[asker];
	uint16_t id;

	if (evidence.side != EVIDENCE_ANSWERS || evidence.weak)
		return;
	id = conversation(&evidence, asker);
	if (asked[0] != id && asked[1] != id)
		return;
	table_turn(table, question);
	direction_apply(table, question, DIRECTION_PROTOCOL, asker, CONFIDENCE_PROVEN, p);
}

void flow_look_greeting(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
			unsigned side)
{
	if (flow_is_greeting(p->facts))
		ftp_greeted(table, e, side);
	else
		ftp_greets_in_pieces(table, e, p->facts, side);
}

void flow_look(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	const struct packet_facts *facts = p->facts;
	unsigned looked = flow_looked_so_far(e->hot, side);
	struct evidence evidence = {0};
	enum confidence confidence = CONFIDENCE_LIKELY;
	unsigned initiator;

	if (!p->is_repeated)
		evidence = evidence_of(facts);
	initiator = evidence.side == EVIDENCE_ASKS ? side : side ^ 1;
	flow_looked(e->hot, side);
	if (evidence.side == EVIDENCE_NONE) {
		note_cut(e, facts);
		if (flow_is_tcp(e) && looked == 0)
			ftp_greets_in_pieces(table, e, facts, side);
		return;
	}
	if (both_said(e, conversation(&evidence, initiator), side, looked) && !evidence.weak)
		confidence = CONFIDENCE_PROVEN;
	direction_apply(table, e, DIRECTION_PROTOCOL, initiator, confidence, p);
	if (flow_is_tcp(e) && is_greeting(&evidence, facts))
		ftp_greeted(table, e, side);
}
