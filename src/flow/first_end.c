/*
 * The end of TCP flows of one packet. Of a probe that nobody answered, of which floods and scans consist, and
 * of a packet in the middle of a stream, what there is to say is known beforehand: an opening, which expired
 * or is pending, or a flow taken up in its middle, with or without data. It is said without making an entry.
 * All other such flows get theirs for a moment.
 */
#include "table.h"

int64_t first_deadline(const struct flow_hot *hot)
{
	bool closed = (hot->first_ip.tcp_flags & TCP_RST) != 0;

	return time_plus(hot->last_ns, (closed ? SECONDS_CLOSED : SECONDS_TCP_PENDING) * NSEC_PER_SEC);
}

static bool is_probe(const struct flow_hot *hot)
{
	return (hot->first_ip.tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

/* As flow_conclude decides it. */
static bool is_expired(const struct flow_table *table, const struct flow_hot *hot, enum flow_end_cause cause,
		       int64_t time_ns)
{
	int64_t deadline_ns = first_deadline(hot);

	if (cause == END_EVICTED || (cause != END_REPLACED && time_ns < deadline_ns))
		return false;
	return !hot->first.met_gap && !table_gap_within(table, hot->last_ns, deadline_ns);
}

/* Both ends as they came; the rest 0. */
static void brief_begin(struct flow_brief *b, const struct flow_hot *hot, unsigned initiator)
{
	unsigned responder = initiator ^ 1;

	memset(b, 0, sizeof(*b));
	b->initiator = flow_hot_addr(hot, initiator);
	b->responder = flow_hot_addr(hot, responder);
	b->initiator_port = flow_hot_port(hot, initiator);
	b->responder_port = flow_hot_port(hot, responder);
	b->protocol = PROTO_TCP;
	b->delivery = DELIVERY_UNICAST;
	b->vlan = flow_vlan(hot) != FLOW_VLAN_UNSET ? (uint16_t)(flow_vlan(hot) + 1) : 0;
	memcpy(b->mac[initiator], hot->first.mac[0], MAC_BYTES);
	memcpy(b->mac[responder], hot->first.mac[1], MAC_BYTES);
	b->packets[initiator] = 1;
	b->bytes[initiator] = hot->first.ip_length;
	b->first_ns = b->last_ns = hot->last_ns;
	b->openings[0] = (struct frame_mark){.time_ns = hot->last_ns, .where = hot->first.where};
	b->tcp_bytes = (uint32_t)hot->first.ip_length - hot->first_ip.header_length;
}

static void brief_probe(struct flow_brief *b, const struct flow_hot *hot)
{
	brief_begin(b, hot, 0);
	b->basis = DIRECTION_HANDSHAKE;
	b->confidence = CONFIDENCE_PROVEN;
	b->opened_minutes = time_minute_bit(hot->last_ns);
	b->events = 1U << FLOW_OPENED;
}

/* As open_tcp guesses, flow_is_oneway finds and flow_say_delta says. */
static void brief_midstream(struct flow_brief *b, const struct flow_hot *hot, bool evicted)
{
	int client = port_classes_client(PROTO_TCP, flow_hot_port(hot, 0), flow_hot_port(hot, 1));
	unsigned initiator = client == 1;

	brief_begin(b, hot, initiator);
	b->basis = client >= 0 ? DIRECTION_PORTS : DIRECTION_NONE;
	b->confidence = client >= 0 ? CONFIDENCE_LIKELY : CONFIDENCE_UNKNOWN;
	b->events = 1U << FLOW_CONTINUED;
	if (b->tcp_bytes > 0 && !evicted) {
		b->events |= 1U << FLOW_SUCCEEDED | 1U << FLOW_ONEWAY;
		b->active_minutes = time_minute_bit(hot->last_ns);
	}
	if (initiator == 1) {
		b->answered_minutes = time_minute_bit(hot->last_ns);
		b->answer = b->openings[0];
	}
}

bool first_say_end(struct flow_table *table, const struct flow_hot *hot, enum flow_end_cause cause,
		   int64_t time_ns)
{
	bool expired = is_expired(table, hot, cause, time_ns), probe = is_probe(hot);
	int64_t deadline_ns = first_deadline(hot);
	int32_t bucket = time_bucket(hot->last_ns);
	struct flow_brief b;

	/* What goes on after coverage and what expires in another bucket is more than one thing to say. */
	if ((!probe && !first_is_midstream(hot)) || (cause == END_COVERAGE && table->sink.open))
		return false;
	if (probe)
		brief_probe(&b, hot);
	else
		brief_midstream(&b, hot, cause == END_EVICTED);
	expired = expired && !(b.events & 1U << FLOW_SUCCEEDED);
	if (expired && time_bucket(time_ns < deadline_ns ? time_ns : deadline_ns) != bucket)
		return false;
	b.bucket = bucket;
	b.events |= (uint16_t)((unsigned)expired << FLOW_EXPIRED);
	b.evicted = cause == END_EVICTED;
	table->statistics.evicted += cause == END_EVICTED;
	flow_tell(table, &b);
	return true;
}
