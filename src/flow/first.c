/*
 * TCP flows of one packet. Most packets of a flood or a scan are the only ones of their flows, so such a flow
 * is its packet, kept as it came in the flow's line. When it ends, or when a second packet comes, the packet
 * is taken again as the first of a flow with an entry, in the minute when it came: what follows from it is
 * decided in one place only.
 */
#include "key.h"
#include "table.h"

enum { HEADERS_MAX = UINT8_MAX };

/* Nothing that is registered anywhere may make a difference, then or later. */
static bool is_alone(const struct flow_table *table)
{
	return !table->sink.record && table->carried_count == 0 && !ftp_is_waiting(table);
}

static bool fits(const struct packet_facts *facts)
{
	return facts->ip_length <= UINT16_MAX && facts->ip_length >= facts->payload_length &&
	       facts->ip_length - facts->payload_length <= HEADERS_MAX && facts->ip_id <= UINT16_MAX &&
	       (facts->has_ip_id || facts->payload_length == 0);
}

bool first_suffices(const struct flow_table *table, const struct packet *p)
{
	enum { FTP_PORT = 21 };
	const struct packet_facts *facts = p->facts;

	return facts->protocol == PROTO_TCP && !p->key.wide && !p->is_mute && p->frame != 0 &&
	       !facts->is_fragment && !facts->has_outer_fragment && fits(facts) &&
	       facts->delivery == DELIVERY_UNICAST && facts->src_port != FTP_PORT &&
	       facts->dst_port != FTP_PORT && is_alone(table) && flow_says_nothing(facts);
}

void first_keep(struct flow_table *table, struct flow_hot *hot, const struct packet *p)
{
	static const uint8_t none[MAC_BYTES];
	const struct packet_facts *facts = p->facts;
	struct flow_first *first = &hot->first;

	hot->last_ns = p->time_ns;
	hot->state = facts->vlan_count > 0 ? facts->vlans[0] : FLOW_VLAN_UNSET;
	hot->first_ip.tcp_flags = facts->tcp_flags;
	hot->first_ip.header_length = (uint8_t)(facts->ip_length - facts->payload_length);
	hot->first_ip.ip_id = facts->has_ip_id ? (uint16_t)facts->ip_id : 0;
	first->where = frame_mark_make(p->time_ns, p->input, p->frame).where;
	first->tcp_seq = facts->tcp_seq;
	first->tcp_ack = facts->tcp_ack;
	first->ip_length = (uint16_t)facts->ip_length;
	if (facts->has_macs && memcmp(facts->src_mac, none, MAC_BYTES) != 0) {
		memcpy(first->mac[0], facts->src_mac, MAC_BYTES);
		memcpy(first->mac[1], facts->dst_mac, MAC_BYTES);
	}
	table->statistics.flows++;
}

/* What decode said of the packet, as far as it matters. */
static void make_facts(const struct flow_hot *hot, struct packet_facts *facts)
{
	const struct flow_first *first = &hot->first;
	uint16_t vlan = flow_vlan(hot);

	memset(facts, 0, sizeof(*facts));
	facts->src = flow_hot_addr(hot, 0);
	facts->dst = flow_hot_addr(hot, 1);
	facts->src_port = flow_hot_port(hot, 0);
	facts->dst_port = flow_hot_port(hot, 1);
	facts->protocol = hot->protocol;
	facts->ip_version = 4;
	facts->tcp_flags = hot->first_ip.tcp_flags;
	facts->tcp_seq = first->tcp_seq;
	facts->tcp_ack = first->tcp_ack;
	facts->ip_length = first->ip_length;
	facts->payload_length = facts->payload_caplen =
	    (uint32_t)first->ip_length - hot->first_ip.header_length;
	facts->ip_id = hot->first_ip.ip_id;
	facts->has_ip_id = facts->ip_id != 0;
	facts->vlan_count = vlan != FLOW_VLAN_UNSET;
	facts->vlans[0] = facts->vlan_count ? vlan : 0;
	facts->has_macs = true; /* all zero, they say nothing */
	memcpy(facts->src_mac, first->mac[0], MAC_BYTES);
	memcpy(facts->dst_mac, first->mac[1], MAC_BYTES);
}

/* As things were when the packet came. */
static void begin_then(struct flow_table *table, struct flow_entry *e, const struct packet *p)
{
	struct flow_clock now = table->clock;

	if (p->time_ns < now.minute_start_ns)
		table_clock_minute(table, p->time_ns);
	flow_begin(table, e, p);
	table->clock = now;
}

void first_open(struct flow_table *table, const struct flow_hot *hot, struct flow_hot *line,
		struct flow_entry *e)
{
	struct frame_ref frame =
	    frame_mark_open((struct frame_mark){.time_ns = hot->last_ns, .where = hot->first.where});
	bool met_gap = hot->first.met_gap;
	struct packet_facts facts;
	struct packet p = {.facts = &facts,
			   .time_ns = hot->last_ns,
			   .frame = frame.frame,
			   .input = frame.input,
			   .is_repeated = true};
	struct flow_key key = {.addresses = hot->addresses, .ports = hot->ports, .protocol = hot->protocol};
	uint32_t number = line->number;

	make_facts(hot, &facts);
	p.src = flow_end_make(&facts.src, facts.src_port);
	p.dst = flow_end_make(&facts.dst, facts.dst_port);
	memset(line, 0, sizeof(*line));
	line->number = number;
	key_set(line, &key);
	e->hot = line;
	begin_then(table, e, &p);
	if (met_gap)
		line->flags |= FLOW_GAPPED;
}

struct flow_entry *first_make_entry(struct flow_table *table, uint32_t number)
{
	struct flow_hot *hot = table_hot(table, number), first = *hot;
	struct flow_entry *e;

	while (!(e = table_add_entry(table, hot))) {
		table_make_room(table);
		/* It may have been among those that had to end. */
		if (memcmp(hot, &first, sizeof(first)) != 0)
			return NULL;
	}
	first_open(table, &first, hot, e);
	return e;
}

int64_t first_deadline(const struct flow_hot *hot)
{
	bool closed = (hot->first_ip.tcp_flags & TCP_RST) != 0;

	return time_plus(hot->last_ns, (closed ? SECONDS_CLOSED : SECONDS_TCP_PENDING) * NSEC_PER_SEC);
}
