/*
 * From an entry to what a sink is told: the delta of a bucket, the record of a flow.
 */
#include "table.h"

static uint16_t responder_port(const struct flow_entry *e, const struct flow_extra *extra)
{
	if (extra && flow_happened(e, FLOW_ANSWER))
		return extra->asked_port;
	return flow_end_port(&e->end[flow_initiator(e) ^ 1]);
}

static uint16_t initiator_port(const struct flow_entry *e)
{
	/* Of ICMP it is the identifier, which pairs question and answer but names nothing. */
	if (e->hot->protocol == PROTO_ICMP || e->hot->protocol == PROTO_ICMP6)
		return 0;
	return flow_end_port(&e->end[flow_initiator(e)]);
}

/* The port an answer came from, where that is not the one that was asked. */
static uint16_t answered_from(const struct flow_entry *e, const struct flow_extra *extra)
{
	uint16_t port = flow_end_port(&e->end[flow_initiator(e) ^ 1]);

	return extra && flow_happened(e, FLOW_ANSWER) && port != extra->asked_port ? port : 0;
}

/* All but what is known of many flows at once: see flow_tell. */
static void brief_begin(struct flow_brief *b, const struct flow_entry *e)
{
	unsigned initiator = flow_initiator(e);

	b->initiator = flow_end_addr(&e->end[initiator]);
	b->responder = flow_end_addr(&e->end[initiator ^ 1]);
	b->bucket = e->bucket;
	b->initiator_port = initiator_port(e);
	b->responder_port = flow_end_port(&e->end[initiator ^ 1]);
	b->protocol = e->hot->protocol;
	b->delivery = flow_delivery(e, initiator);
	b->basis = (uint8_t)flow_basis(e);
	b->confidence = (uint8_t)flow_confidence(e);
	b->vlan = flow_vlan(e->hot) != FLOW_VLAN_UNSET ? (uint16_t)(flow_vlan(e->hot) + 1) : 0;
	memcpy(b->mac[0], e->mac[initiator], MAC_BYTES);
	memcpy(b->mac[1], e->mac[initiator ^ 1], MAC_BYTES);
}

static void brief_count(struct flow_brief *b, const struct flow_entry *e)
{
	const struct flow_hot *hot = e->hot;
	unsigned initiator = flow_initiator(e);
	bool has_packets = hot->packets[0] + hot->packets[1] > 0;

	b->events = e->events & ((1U << FLOW_EVENT_COUNT) - 1);
	for (unsigned i = 0; i < 2; i++) {
		b->packets[i] = hot->packets[i ^ initiator];
		b->bytes[i] = hot->bytes[i ^ initiator];
	}
	b->first_ns = has_packets ? e->first_ns : TIME_UNKNOWN;
	b->last_ns = has_packets ? hot->last_ns : TIME_UNKNOWN;
	b->opened_minutes = (e->events & 1U << FLOW_OPENED) ? time_minute_bit(e->opened_ns) : 0;
	b->answered_minutes = e->answered_minutes;
	b->active_minutes = (e->done & (1U << FLOW_SUCCEEDED | 1U << FLOW_ANSWER)) ? e->minutes : 0;
	b->duplicates = e->duplicates;
	b->syn_retransmitted = flow_has(e, FLOW_REPEATED);
	b->evidence_cut = (uint8_t)(e->events >> FLOW_CUT_SHIFT);
	b->tcp_bytes = flow_is_tcp(e) ? (uint32_t)hot->tcp.payload_bytes : 0;
	b->acked_unseen_bytes = flow_is_tcp(e) ? e->opening.acked_unseen : 0;
}

/* Openings are the opener's first packets, the answer the other end's. Where the opener sent nothing, what
 * the other end sent shows the flow. */
static void brief_prove(struct flow_brief *b, const struct flow_entry *e)
{
	const struct frame_mark none = {0, 0}, *first = e->frames, *other = &e->frames[2];

	b->openings[1] = none;
	if (flow_initiator(e) == 0) {
		b->openings[0] = first[0].where ? first[0] : *other;
		b->openings[1] = first[1];
		b->answer = *other;
	} else {
		b->openings[0] = other->where ? *other : first[0];
		b->answer = first[0];
	}
}

/* Once a flow: one of three packets and data that is no mere attempt, for the share of which one side only
 * was seen. */
static bool is_sided(const struct flow_entry *e)
{
	return flow_is_tcp(e) && !(e->done & FLOW_SIDED_SAID) && flow_happened(e, FLOW_SUCCEEDED) &&
	       (e->hot->flags & FLOW_DATA_A * 3) && flow_packets_so_far(e) >= SMALL_PACKETS_MAX;
}

/* An answer shows its question's frame. */
static void say_question(struct flow_delta *d, const struct flow_entry *e, const struct flow_extra *extra)
{
	struct frame_ref other = frame_mark_open(e->frames[2]);
	bool known = extra->question.where != 0;

	d->openings[0] = known ? frame_mark_open(extra->question) : other;
	d->openings[1] = known ? other : (struct frame_ref){0};
	d->answer = frame_mark_open(e->frames[0]);
	d->responder_port = responder_port(e, extra);
	d->delivery = extra->delivery;
	d->answered_from = answered_from(e, extra);
}

/* What only few flows have. */
static void say_extra(struct flow_delta *d, const struct flow_entry *e, const struct flow_extra *extra)
{
	for (unsigned i = 0; i < 2; i++) {
		d->packets[i] = flow_packets(e, extra, i ^ flow_initiator(e));
		d->bytes[i] = flow_bytes(e, extra, i ^ flow_initiator(e));
	}
	d->parent = extra->parent;
	d->parent_assumed = extra->parent_assumed;
	if (extra->vlan_count > 0) {
		memcpy(d->vlans, extra->vlans, sizeof(d->vlans));
		d->vlan_count = extra->vlan_count;
	}
	d->contradictions = extra->contradictions;
	d->contradiction = frame_mark_open(extra->contradiction);
	if (flow_happened(e, FLOW_ANSWER))
		say_question(d, e, extra);
}

void flow_tell(const struct flow_table *table, const struct flow_brief *b)
{
	struct flow_delta d;

	if (table->sink.brief) {
		table->sink.brief(table->sink.context, b);
		return;
	}
	flow_brief_open(b, &d);
	table->sink.delta(table->sink.context, &d);
}

void flow_say_delta(const struct flow_table *table, const struct flow_entry *e,
		    const struct flow_extra *extra)
{
	struct flow_brief b;
	struct flow_delta d;

	brief_begin(&b, e);
	brief_count(&b, e);
	brief_prove(&b, e);
	b.sided = is_sided(e);
	b.onesided = b.sided && (e->hot->flags & FLOW_SENT_A * 3) != FLOW_SENT_A * 3;
	b.evicted = table->evicting;
	if (!extra && (!flow_is_tcp(e) || e->hot->tcp.payload_bytes <= UINT32_MAX)) {
		flow_tell(table, &b);
		return;
	}
	flow_brief_open(&b, &d);
	if (flow_is_tcp(e))
		d.health.tcp_bytes = e->hot->tcp.payload_bytes;
	if (extra)
		say_extra(&d, e, extra);
	table->sink.delta(table->sink.context, &d);
}

static bool has_something(const struct flow_table *table, const struct flow_entry *e,
			  const struct flow_extra *extra)
{
	return e->hot->packets[0] + e->hot->packets[1] > 0 || e->events || e->duplicates ||
	       flow_has(e, FLOW_REPEATED) || is_sided(e) || table->evicting ||
	       (flow_is_tcp(e) && e->opening.acked_unseen > 0) || (extra && extra->contradictions > 0);
}

void flow_clear_bucket(struct flow_entry *e, struct flow_extra *extra)
{
	memset(e->hot->bytes, 0, sizeof(e->hot->bytes));
	memset(e->hot->packets, 0, sizeof(e->hot->packets));
	memset(e->frames, 0, sizeof(e->frames));
	e->minutes = e->answered_minutes = e->events = e->duplicates = 0;
	flow_set_vlan(e->hot, FLOW_VLAN_UNSET);
	flow_forget_usual(e->hot);
	e->hot->state &= (uint16_t)~FLOW_ANSWERED_NOW;
	if (flow_is_tcp(e)) {
		e->hot->tcp.payload_bytes = 0;
		e->opening.acked_unseen = 0;
	}
	if (flow_has(e, FLOW_REPEATED))
		e->hot->flags ^= FLOW_REPEATED | FLOW_REPEAT_SAID;
	e->hot->flags &= ~((uint32_t)FLOW_MAC_A * 3);
	e->hot->flags |= (uint32_t)FLOW_NOTE_A * 3;
	if (extra) {
		memset(extra->more_packets, 0, sizeof(extra->more_packets));
		memset(extra->more_bytes, 0, sizeof(extra->more_bytes));
		extra->contradictions = 0;
		extra->contradiction = extra->question = (struct frame_mark){0};
		extra->vlan_count = 0;
	}
}

/* Success by one side alone is told when a bucket of the flow is over, if the other side had its time to show
 * itself. */
static void tell_oneway(struct flow_entry *e)
{
	if (flow_happened(e, FLOW_SUCCEEDED) ||
	    time_between(e->opened_ns, e->hot->last_ns) < SECONDS_ONEWAY * NSEC_PER_SEC || !flow_is_oneway(e))
		return;
	flow_happens(e, FLOW_SUCCEEDED);
	flow_happens(e, FLOW_ONEWAY);
}

void flow_emit(struct flow_table *table, struct flow_entry *e)
{
	struct flow_extra *extra = table_extra(table, e);

	tell_oneway(e);
	if (has_something(table, e, extra))
		flow_say_delta(table, e, extra);
	if (is_sided(e))
		e->done |= FLOW_SIDED_SAID;
	/* Where records are asked for, every flow has an extra. */
	if (table->sink.record && extra) {
		for (unsigned i = 0; i < 2; i++) {
			extra->total.packets[i] += flow_packets(e, extra, i);
			extra->total.bytes[i] += flow_bytes(e, extra, i);
		}
	}
	flow_clear_bucket(e, extra);
}

void flow_emit_last(struct flow_table *table, struct flow_entry *e)
{
	/* With one it may go on, or its record is told. */
	if (e->extra) {
		flow_emit(table, e);
		return;
	}
	tell_oneway(e);
	if (has_something(table, e, NULL))
		flow_say_delta(table, e, NULL);
}

/* The first that applies names the flow. */
static const char *outcome(const struct flow_entry *e)
{
	if (flow_happened(e, FLOW_ANSWER))
		return "answered";
	if (flow_happened(e, FLOW_SUCCEEDED) && flow_happened(e, FLOW_ONEWAY))
		return "oneway";
	if (flow_happened(e, FLOW_SUCCEEDED))
		return flow_is_tcp(e) ? "established" : "answered";
	if (flow_happened(e, FLOW_PROBED))
		return "probed";
	if (flow_happened(e, FLOW_REFUSED))
		return "refused";
	if (flow_happened(e, FLOW_RESET))
		return "reset";
	if (flow_happened(e, FLOW_EXPIRED))
		return flow_is_tcp(e) ? "unanswered" : "oneway";
	return flow_happened(e, FLOW_STRAY) ? "stray" : "pending";
}

void flow_say_record(const struct flow_table *table, const struct flow_entry *e,
		     const struct flow_extra *extra)
{
	unsigned initiator = flow_initiator(e);
	struct flow_record r = {.first_ns = e->opened_ns,
				.last_ns = e->hot->last_ns,
				.initiator = flow_end_addr(&e->end[initiator]),
				.responder = flow_end_addr(&e->end[initiator ^ 1]),
				.initiator_port = initiator_port(e),
				.responder_port = responder_port(e, extra),
				.protocol = e->hot->protocol,
				.basis = (uint8_t)flow_basis(e),
				.confidence = (uint8_t)flow_confidence(e),
				.outcome = outcome(e),
				.answered_from = answered_from(e, extra),
				.parent = extra->parent,
				.parent_assumed = extra->parent_assumed,
				.start = frame_mark_open(extra->total.start)};

	for (unsigned i = 0; i < 2; i++) {
		r.packets[i] = extra->total.packets[i ^ initiator];
		r.bytes[i] = extra->total.bytes[i ^ initiator];
	}
	table->sink.record(table->sink.context, &r);
}
