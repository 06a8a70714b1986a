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

static void say_ends(struct flow_delta *d, const struct flow_hot *hot)
{
	static const uint8_t none[MAC_BYTES];

	d->initiator = flow_hot_addr(hot, 0);
	d->responder = flow_hot_addr(hot, 1);
	d->initiator_port = flow_hot_port(hot, 0);
	d->responder_port = flow_hot_port(hot, 1);
	d->protocol = PROTO_TCP;
	d->delivery = DELIVERY_UNICAST;
	d->basis = DIRECTION_HANDSHAKE;
	d->confidence = CONFIDENCE_PROVEN;
	for (unsigned i = 0; i < 2; i++) {
		d->has_mac[i] = memcmp(hot->first.mac[i], none, MAC_BYTES) != 0;
		memcpy(d->mac[i], hot->first.mac[i], MAC_BYTES);
	}
	if (flow_vlan(hot) != FLOW_VLAN_UNSET) {
		d->vlans[0] = flow_vlan(hot);
		d->vlan_count = 1;
	}
}

static void say_packet(struct flow_delta *d, const struct flow_hot *hot)
{
	d->packets[0] = 1;
	d->bytes[0] = hot->first.ip_length;
	d->first_ns = d->last_ns = hot->last_ns;
	d->opened_minutes = time_minute_bit(hot->last_ns);
	d->events[FLOW_OPENED] = 1;
	d->openings[0] =
	    frame_mark_open((struct frame_mark){.time_ns = hot->last_ns, .where = hot->first.where});
	d->health.tcp_bytes = (uint64_t)hot->first.ip_length - hot->first_ip.header_length;
}

bool first_say_end(struct flow_table *table, const struct flow_hot *hot, enum flow_end_cause cause,
		   int64_t time_ns)
{
	bool expired = is_expired(table, hot, cause, time_ns);
	int64_t deadline_ns = first_deadline(hot);
	int32_t bucket = time_bucket(hot->last_ns);
	struct flow_delta d;

	/* What goes on after coverage and what expires in another bucket is more than one thing to say. */
	if (!is_probe(hot) || (cause == END_COVERAGE && table->sink.open) ||
	    (expired && time_bucket(time_ns < deadline_ns ? time_ns : deadline_ns) != bucket))
		return false;
	memset(&d, 0, sizeof(d));
	d.bucket = bucket;
	say_ends(&d, hot);
	say_packet(&d, hot);
	d.events[FLOW_EXPIRED] = expired;
	d.health.evicted = cause == END_EVICTED;
	table->statistics.evicted += cause == END_EVICTED;
	table->sink.delta(table->sink.context, &d);
	return true;
}
