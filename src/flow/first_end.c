/*
 * The end of TCP flows of one packet. Of a probe that nobody answered, of which floods and scans consist,
 * what there is to say is known beforehand: an opening, which expired or is pending. It is said without
 * making an entry. All other such flows get theirs for a moment.
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

static void brief_begin(struct flow_brief *b, const struct flow_hot *hot)
{
	b->initiator = flow_hot_addr(hot, 0);
	b->responder = flow_hot_addr(hot, 1);
	b->initiator_port = flow_hot_port(hot, 0);
	b->responder_port = flow_hot_port(hot, 1);
	b->protocol = PROTO_TCP;
	b->delivery = DELIVERY_UNICAST;
	b->basis = DIRECTION_HANDSHAKE;
	b->confidence = CONFIDENCE_PROVEN;
	b->vlan = flow_vlan(hot) != FLOW_VLAN_UNSET ? (uint16_t)(flow_vlan(hot) + 1) : 0;
	memcpy(b->mac, hot->first.mac, sizeof(b->mac));
}

static void brief_count(struct flow_brief *b, const struct flow_hot *hot)
{
	b->packets[0] = 1;
	b->bytes[0] = hot->first.ip_length;
	b->first_ns = b->last_ns = hot->last_ns;
	b->opened_minutes = time_minute_bit(hot->last_ns);
	b->openings[0] = (struct frame_mark){.time_ns = hot->last_ns, .where = hot->first.where};
	b->tcp_bytes = (uint32_t)hot->first.ip_length - hot->first_ip.header_length;
}

bool first_say_end(struct flow_table *table, const struct flow_hot *hot, enum flow_end_cause cause,
		   int64_t time_ns)
{
	bool expired = is_expired(table, hot, cause, time_ns);
	int64_t deadline_ns = first_deadline(hot);
	int32_t bucket = time_bucket(hot->last_ns);
	struct flow_brief b;

	/* What goes on after coverage and what expires in another bucket is more than one thing to say. */
	if (!is_probe(hot) || (cause == END_COVERAGE && table->sink.open) ||
	    (expired && time_bucket(time_ns < deadline_ns ? time_ns : deadline_ns) != bucket))
		return false;
	memset(&b, 0, sizeof(b));
	brief_begin(&b, hot);
	brief_count(&b, hot);
	b.bucket = bucket;
	b.events = (uint16_t)(1U << FLOW_OPENED | (unsigned)expired << FLOW_EXPIRED);
	b.evicted = cause == END_EVICTED;
	table->statistics.evicted += cause == END_EVICTED;
	flow_tell(table, &b);
	return true;
}
