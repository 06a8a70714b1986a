/*
 * Who opened a flow: what ranks above what, what contradicts. Nothing here knows a service; port classes are
 * ranges.
 */
#include "table.h"

enum { PORT_RESERVED = 512, PORT_MIDDLE = 1024, PORT_HIGH = 32768, PORT_FTP_DATA = 20 };

enum port_class { CLASS_LOW, CLASS_RESERVED, CLASS_MIDDLE, CLASS_HIGH, CLASS_COUNT };

static enum port_class port_class(uint16_t port)
{
	if (port < PORT_RESERVED)
		return CLASS_LOW;
	if (port < PORT_MIDDLE)
		return CLASS_RESERVED;
	return port < PORT_HIGH ? CLASS_MIDDLE : CLASS_HIGH;
}

int port_classes_client(uint8_t protocol, uint16_t a, uint16_t b)
{
	/* [higher][lower]: the higher one is the client. */
	static const bool named[CLASS_COUNT][CLASS_COUNT] = {
	    [CLASS_HIGH] = {[CLASS_LOW] = true, [CLASS_RESERVED] = true, [CLASS_MIDDLE] = true},
	    [CLASS_MIDDLE] = {[CLASS_LOW] = true},
	};

	if (protocol == PROTO_ICMP || protocol == PROTO_ICMP6)
		return -1;
	/* FTP data comes from there, opened by the server. */
	if (protocol == PROTO_TCP && (a == PORT_FTP_DATA || b == PORT_FTP_DATA))
		return -1;
	if (named[port_class(a)][port_class(b)])
		return 0;
	return named[port_class(b)][port_class(a)] ? 1 : -1;
}

void direction_contradict(struct flow_table *table, struct flow_entry *e, enum flow_anomaly_kind kind,
			  const struct keyed_packet *p)
{
	struct flow_extra *extra = table_need_extra(table, e);

	if (!extra)
		return;
	if (extra->contradictions++ > 0)
		return;
	extra->contradiction = frame_mark_make(p->time_ns, p->input, p->frame);
	flow_say_anomaly(table, e, kind, NULL, p);
}

/* An opened flow whose opener turns out to be another was taken up in its middle, and the reverse; only said
 * while the bucket that counted it was not handed on. */
static void turn_opening(struct flow_entry *e)
{
	unsigned both = 1U << FLOW_OPENED | 1U << FLOW_CONTINUED;

	if (flow_is_tcp(e) || !(e->events & both))
		return;
	e->events = (uint16_t)(e->events ^ both);
	e->done = (uint16_t)(e->done ^ both);
}

void direction_force(struct flow_table *table, struct flow_entry *e, enum direction_basis basis,
		     unsigned initiator, enum confidence confidence)
{
	bool turned = initiator != flow_initiator(e);
	bool linked = !flow_is_tcp(e) && flow_has(e, FLOW_LINKED);

	if (turned && linked)
		question_unlink(table, e);
	flow_set_direction(e, basis, initiator, confidence);
	if (!turned)
		return;
	if (linked)
		question_link(table, e);
	turn_opening(e);
	e->hot->state &= (uint16_t)~FLOW_ANSWERED_NOW;
	e->answered_minutes = flow_has(e, (uint32_t)FLOW_SENT_A << (initiator ^ 1)) ? e->minutes : 0;
	e->hot->flags |= (uint32_t)FLOW_ATTEND_A * 3;
}

/* Bases that are more than a guess: another opener than theirs is a contradiction, whichever of the two
 * stands. */
static bool is_evidence(enum direction_basis basis)
{
	return basis >= DIRECTION_QUIET;
}

void direction_apply(struct flow_table *table, struct flow_entry *e, enum direction_basis basis,
		     unsigned initiator, enum confidence confidence, const struct keyed_packet *p)
{
	bool agrees = initiator == flow_initiator(e);
	enum direction_basis before = flow_basis(e);

	if (flow_is_tcp(e) && flow_has(e, FLOW_TWO_SYNS))
		return;
	/* An answer's opener is the one who asked; a datagram's own protocol can only agree or not. */
	if (before == DIRECTION_ANSWER || basis < before) {
		if (!agrees && is_evidence(basis))
			direction_contradict(table, e, ANOMALY_DIRECTION_CONFLICT, p);
		return;
	}
	if (basis == before) {
		if (!agrees)
			direction_contradict(table, e, ANOMALY_DIRECTION_CONFLICT, p);
		else if (confidence > flow_confidence(e))
			flow_set_direction(e, basis, initiator, confidence);
		return;
	}
	if (!agrees && is_evidence(before))
		direction_contradict(table, e, ANOMALY_DIRECTION_CONFLICT, p);
	direction_force(table, e, basis, initiator, confidence);
}

void flow_say_anomaly(struct flow_table *table, const struct flow_entry *e, enum flow_anomaly_kind kind,
		      const struct addr *third, const struct keyed_packet *p)
{
	unsigned initiator = flow_initiator(e);
	struct flow_anomaly anomaly = {.bucket = table->clock.bucket,
				       .kind = kind,
				       .initiator = flow_end_addr(&e->end[initiator]),
				       .responder = flow_end_addr(&e->end[initiator ^ 1]),
				       .protocol = e->hot->protocol,
				       .responder_port = flow_end_port(&e->end[initiator ^ 1]),
				       .evidence = {p->time_ns, p->frame, p->input}};

	if (third)
		anomaly.third = *third;
	if (table->sink.anomaly)
		table->sink.anomaly(table->sink.context, &anomaly);
}
