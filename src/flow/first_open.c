/*
 * The entry that a flow of one packet would have had from the start. For a SYN, and for the packet in the
 * middle of a TCP stream, as nearly all are of flows that were there before the capture, it is known what
 * comes of it; every other packet is taken again.
 */
#include "duplicate.h"
#include "table.h"

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
	facts->ip_id = first->without_id ? 0 : hot->first_ip.ip_id;
	facts->has_ip_id = facts->ip_id != 0;
	facts->vlan_count = vlan != FLOW_VLAN_UNSET;
	facts->vlans[0] = facts->vlan_count ? vlan : 0;
	facts->has_macs = true; /* all zero, they say nothing */
	memcpy(facts->src_mac, first->mac[0], MAC_BYTES);
	memcpy(facts->dst_mac, first->mac[1], MAC_BYTES);
}

/* As things were when the packet came. */
static void begin_then(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p)
{
	struct flow_clock now = table->clock;

	if (p->time_ns < now.minute_start_ns)
		table_clock_minute(table, p->time_ns);
	flow_begin(table, e, p);
	table->clock = now;
}

/* Its mark can be told from its line. */
static bool is_plain(const struct flow_hot *hot)
{
	return hot->first_ip.ip_id != 0 && !hot->first.without_id;
}

/* A bare SYN without data. */
static bool is_syn(const struct flow_hot *hot)
{
	return (hot->first_ip.tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN &&
	       hot->first.ip_length == hot->first_ip.header_length;
}

static struct flow_end end_of(const struct flow_hot *hot, unsigned side)
{
	struct addr address = flow_hot_addr(hot, side);

	return flow_end_make(&address, flow_hot_port(hot, side));
}

/* As flow_note has it of a first packet. */
static void note_plain(struct flow_entry *e, const struct flow_first *first, int64_t time_ns)
{
	static const uint8_t none[MAC_BYTES];

	e->frames[0] = (struct frame_mark){.time_ns = time_ns, .where = first->where};
	if (memcmp(first->mac[0], none, MAC_BYTES) == 0)
		return;
	memcpy(e->mac, first->mac, sizeof(e->mac));
	e->hot->flags |= FLOW_MAC_A;
}

/* The side that the ports call the client opened; the other one answers it. */
static void guess_plain(struct flow_entry *e, uint16_t minute)
{
	int client = port_classes_client(PROTO_TCP, flow_end_port(&e->end[0]), flow_end_port(&e->end[1]));

	if (client < 0)
		return;
	flow_set_direction(e, DIRECTION_PORTS, (unsigned)client, CONFIDENCE_LIKELY);
	if (client == 1) {
		e->answered_minutes = minute;
		e->hot->state |= FLOW_ANSWERED_NOW;
	}
}

/* What open_tcp, tcp_packet and tcp_follow make of a packet in the middle of a stream. */
static void follow_stream(struct flow_entry *e, const struct flow_first *first, uint8_t tcp_flags,
			  uint32_t length)
{
	struct flow_hot *hot = e->hot;

	e->events = e->done = 1U << FLOW_CONTINUED;
	guess_plain(e, e->minutes);
	hot->flags |= (uint32_t)FLOW_PROGRESS_A | FLOW_SEQ_A;
	if (length > 0) {
		hot->flags = (hot->flags | FLOW_DATA_A) & ~(uint32_t)FLOW_ATTEND_A;
		hot->looked = 1;
	}
	hot->tcp.payload_bytes = length;
	hot->tcp.seq_next[0] = first->tcp_seq + length;
	e->opening.seq_lowest[0] = first->tcp_seq;
	if (tcp_flags & TCP_ACK) {
		hot->flags |= (uint32_t)FLOW_SEQ_A << 1;
		hot->tcp.seq_next[1] = e->opening.seq_lowest[1] = first->tcp_ack;
	}
}

/* The same of a SYN. */
static void follow_syn(struct flow_entry *e, const struct flow_first *first)
{
	e->events = e->done = 1U << FLOW_OPENED;
	flow_set_direction(e, DIRECTION_HANDSHAKE, 0, CONFIDENCE_PROVEN);
	e->hot->flags |= (uint32_t)FLOW_SYN_A | FLOW_SEQ_A;
	e->hot->tcp.seq_next[0] = first->tcp_seq + 1;
	e->opening.isn[0] = e->opening.seq_lowest[0] = first->tcp_seq;
}

/* E, all zero, and LINE become what flow_begin would make of such a packet. */
static void open_plain(const struct flow_clock *clock, const struct flow_hot *hot, struct flow_hot *line,
		       struct flow_entry *e)
{
	const struct flow_first *first = &hot->first;
	uint32_t length = (uint32_t)first->ip_length - hot->first_ip.header_length;
	const struct packet_quick quick = {.tcp_numbers = quick_numbers(first->tcp_seq, first->tcp_ack),
					   .ip_length = first->ip_length,
					   .ip_id = hot->first_ip.ip_id,
					   .payload_length = (uint16_t)length,
					   .protocol = PROTO_TCP,
					   .tcp_flags = hot->first_ip.tcp_flags};

	e->end[0] = end_of(hot, 0);
	e->end[1] = end_of(hot, 1);
	if (hot->last_ns >= clock->minute_start_ns) {
		e->bucket = clock->bucket;
		e->minutes = clock->minute_bit;
	} else {
		e->bucket = time_bucket(hot->last_ns);
		e->minutes = time_minute_bit(hot->last_ns);
	}
	e->opened_ns = e->first_ns = hot->last_ns;
	e->small = SMALL_NEW | 1 << SMALL_PACKETS_SHIFT | SMALL_NUMBERED_A;
	flow_set_delivery(e, 0, DELIVERY_UNICAST);
	line->last_ns = hot->last_ns;
	line->flags = (uint32_t)FLOW_SENT_A | FLOW_NOTE_A * 3 | FLOW_ATTEND_A * 3 | FLOW_LOOK_A * 3;
	line->state = flow_vlan(hot);
	line->bytes[0] = first->ip_length;
	line->packets[0] = 1;
	line->newest = duplicate_signature_quick(&quick, 0);
	note_plain(e, first, hot->last_ns);
	if (is_syn(hot))
		follow_syn(e, first);
	else
		follow_stream(e, first, hot->first_ip.tcp_flags, length);
}

/* Every other packet, taken again. */
static void open_again(struct flow_table *table, const struct flow_hot *hot, struct flow_hot *line,
		       struct flow_entry *e)
{
	struct frame_ref frame =
	    frame_mark_open((struct frame_mark){.time_ns = hot->last_ns, .where = hot->first.where});
	struct packet_facts facts;
	struct keyed_packet p = {.facts = &facts,
				 .time_ns = hot->last_ns,
				 .frame = frame.frame,
				 .input = frame.input,
				 .is_repeated = true};

	make_facts(hot, &facts);
	p.src = flow_end_make(&facts.src, facts.src_port);
	p.dst = flow_end_make(&facts.dst, facts.dst_port);
	begin_then(table, e, &p);
	if (hot->first.without_id)
		line->newest = duplicate_signature_of(&facts, 0, hot->first_ip.ip_id);
}

void first_open(struct flow_table *table, const struct flow_hot *hot, struct flow_hot *line,
		struct flow_entry *e)
{
	const struct flow_key key = {
	    .addresses = hot->addresses, .ports = hot->ports, .protocol = hot->protocol};
	uint32_t number = line->number;

	memset(line, 0, sizeof(*line));
	line->number = number & FLOW_NUMBER_MASK;
	key_set(line, &key);
	e->hot = line;
	if (is_plain(hot) && (first_is_midstream(hot) || is_syn(hot)))
		open_plain(&table->clock, hot, line, e);
	else
		open_again(table, hot, line, e);
	if (hot->first.met_gap)
		line->flags |= FLOW_GAPPED;
}
