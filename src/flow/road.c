/*
 * The common road: packets in batches, their keys, their look-ups asked for ahead of time, and the usual
 * packet, which is counted with one cache line of its flow touched. Everything else goes on in take.c.
 */
#include "duplicate.h"
#include "key.h"
#include "table.h"

enum { BATCH = 64 };

/* A packet of a batch on its way: the key, then the flow that is probably its own. */
struct looked_up {
	struct flow_key key;
	uint32_t number;
};

/* Its ends are its key, as all but fragments and senders without an address have them. */
static inline bool is_plain(const struct packet_facts *facts)
{
	return !facts->is_fragment && !facts->has_outer_fragment;
}

/* What both kinds of usual packet have in common: the flow was counted in this minute already, has room in
 * its counters, and the same VLAN. */
static inline bool is_same_stretch(const struct flow_table *table, const struct flow_hot *hot,
				   const struct packet_facts *facts, unsigned side)
{
	unsigned initiator = hot->direction >> 6 & 1U;

	return hot->last_ns >= table->clock.minute_start_ns && hot->packets[side] != UINT16_MAX &&
	       hot->bytes[side] <= UINT32_MAX - facts->ip_length &&
	       (side == initiator || (hot->state & FLOW_ANSWERED_NOW)) &&
	       (facts->vlan_count == 0 || facts->vlans[0] == flow_vlan(hot));
}

/* What the sender must have shown for this to be the usual packet, and what must not be left to do. */
static inline bool is_settled(const struct flow_hot *hot, const struct packet_facts *facts, unsigned side)
{
	const uint32_t known = (uint32_t)FLOW_SEQ_A * 3 | (uint32_t)FLOW_SENT_A << side;
	const uint32_t open = (uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A) << side | (uint32_t)FLOW_HOLES;
	const uint32_t payload = (uint32_t)FLOW_LOOK_A << side | FLOW_CONTROL;

	if ((hot->flags & (known | open)) != known || !(hot->state & FLOW_COUNTED))
		return false;
	return facts->payload_length == 0 || (!(hot->flags & payload) && (hot->flags & FLOW_DATA_A * 3));
}

/* A closed flow is over after a while, every other one not within a minute. */
static inline bool may_be_over(const struct flow_hot *hot, int64_t time_ns)
{
	return (hot->flags & (FLOW_RST | (uint32_t)FLOW_FIN_A * 3)) &&
	       time_between(hot->last_ns, time_ns) >= SECONDS_CLOSED * (uint64_t)NSEC_PER_SEC;
}

static inline void count_usual(struct flow_hot *hot, const struct packet_facts *facts, int64_t time_ns,
			       unsigned side)
{
	hot->packets[side]++;
	hot->bytes[side] += facts->ip_length;
	hot->last_ns = time_ns;
}

/* The usual packet of an established TCP flow: with the numbers that were expected and nothing that could
 * change what is known of the flow. False, and nothing done: it is none, or a duplicate. */
static inline bool take_usual_tcp(const struct flow_table *table, struct flow_hot *hot,
				  const struct packet_facts *facts, int64_t time_ns, unsigned side)
{
	if ((facts->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) != TCP_ACK || hot->number == 0 ||
	    !is_settled(hot, facts, side) || facts->tcp_seq != hot->tcp.seq_next[side] ||
	    (int32_t)(facts->tcp_ack - hot->tcp.seq_next[side ^ 1]) > 0)
		return false;
	if (!is_same_stretch(table, hot, facts, side) || may_be_over(hot, time_ns) ||
	    duplicate_seen(table, hot, facts, time_ns, side))
		return false;
	count_usual(hot, facts, time_ns, side);
	hot->tcp.payload_bytes += facts->payload_length;
	hot->tcp.seq_next[side] += facts->payload_length;
	return true;
}

/* The same of datagrams: the flow was answered, or its question repeated, and cannot answer another one. */
static inline bool take_usual_datagram(const struct flow_table *table, struct flow_hot *hot,
				       const struct packet_facts *facts, int64_t time_ns, unsigned side)
{
	const uint32_t sent = (uint32_t)FLOW_SENT_A << side;
	const uint32_t open =
	    (uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A | FLOW_LOOK_A) << side | FLOW_SHARED | FLOW_MIRRORED;

	if ((hot->flags & (sent | open)) != sent || !is_same_stretch(table, hot, facts, side) ||
	    duplicate_seen(table, hot, facts, time_ns, side))
		return false;
	count_usual(hot, facts, time_ns, side);
	hot->datagram.heard_ns[side] = time_ns;
	return true;
}

static inline bool take_usual(const struct flow_table *table, const struct looked_up *found,
			      const struct packet_facts *facts, int64_t time_ns)
{
	struct flow_hot *hot;
	int side;

	if (found->number == FLOW_NONE || !is_plain(facts))
		return false;
	hot = table_hot(table, found->number);
	if (found->key.wide) {
		struct flow_end src, dst;

		key_make(facts, &src, &dst);
		side = key_side_wide(table, hot, &found->key, &src, &dst);
	} else {
		side = key_side_narrow(hot, &found->key);
	}
	if (side < 0)
		return false;
	if (facts->protocol == PROTO_TCP)
		return take_usual_tcp(table, hot, facts, time_ns, (unsigned)side);
	return facts->protocol == PROTO_UDP && !boot_is_on_port(facts) &&
	       take_usual_datagram(table, hot, facts, time_ns, (unsigned)side);
}

/* Later fragments and ICMP errors, which are no packets of a flow by themselves. */
static enum accounting take_apart(struct flow_table *table, struct packet *p, enum decode_result result)
{
	if (result == DECODE_LATER_FRAGMENT)
		return fragment_later(table, p);
	icmp_error_take(table, p);
	if (!is_plain(p->facts))
		fragment_first(table, p, true);
	return ACCOUNT_ICMP_ERROR;
}

/* Apart, so that the usual packet does not pay for the room that this one needs. FOUND: NULL where no key was
 * made. */
static __attribute__((noinline)) enum accounting
take_unusual(struct flow_table *table, const struct flow_packet *packet, const struct looked_up *found)
{
	struct packet p = {.facts = packet->facts,
			   .time_ns = packet->time_ns,
			   .frame = packet->frame,
			   .input = packet->input};
	const struct packet_facts *facts = p.facts;
	uint32_t number = found ? found->number : FLOW_NONE;

	key_make(facts, &p.src, &p.dst);
	p.is_mute = facts->protocol == PROTO_TCP && facts->tcp_flags == 0;
	if (packet->result != DECODE_OK)
		return take_apart(table, &p, (enum decode_result)packet->result);
	if (found)
		p.key = found->key;
	else
		table_key(table, &p);
	if (facts->protocol == PROTO_UDP && boot_is_on_port(facts) && boot_key(table, &p)) {
		table_key(table, &p);
		number = FLOW_NONE;
	}
	table_take(table, &p, number);
	if (!is_plain(facts))
		fragment_first(table, &p, false);
	return ACCOUNT_AUDITED;
}

/* The first flow whose hash fits: nearly always the right one, and its line can be asked for. */
static inline uint32_t find_probable(const struct flow_table *table, uint32_t hash)
{
	const struct index_segment *segment = flow_index_segment(&table->index, hash);
	uint32_t at = flow_index_start(hash);

	for (uint64_t slot; (slot = segment->slots[at]) != 0; at = flow_index_after(at))
		if (index_slot_hash(slot) == hash)
			return index_slot_number(slot);
	return FLOW_NONE;
}

static inline __attribute__((always_inline)) void prefetch_slot(const struct flow_table *table, uint32_t hash)
{
	__builtin_prefetch(&flow_index_segment(&table->index, hash)->slots[flow_index_start(hash)]);
}

/* The entry behind a line, where the next packet of the flow will need it. */
static inline __attribute__((always_inline)) void prefetch_entry(const struct flow_table *table,
								 uint32_t number, int64_t time_ns)
{
	const uint32_t open = (uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A | FLOW_LOOK_A) * 3;
	const struct flow_hot *hot;
	const char *e;

	if (number == FLOW_NONE)
		return;
	hot = table_hot(table, number);
	if (hot->number == 0 || (!(hot->flags & open) && hot->last_ns >= table->clock.minute_start_ns &&
				 time_between(hot->last_ns, time_ns) > DUPLICATE_NS))
		return;
	e = (const char *)table_entry(table, hot->number - 1);
	for (size_t at = 0; at < sizeof(struct flow_entry); at += FLOW_LINE_BYTES)
		__builtin_prefetch(e + at, 1);
}

void flow_table_prefetch(struct flow_table *table, const struct packet_facts *facts)
{
	struct flow_key key;

	key_of_facts(table, facts, &key);
	prefetch_slot(table, key.hash);
}

enum accounting flow_table_add(struct flow_table *table, enum decode_result result,
			       const struct packet_facts *facts, int64_t time_ns, uint32_t input,
			       uint64_t frame)
{
	struct flow_packet one = {
	    .facts = facts, .time_ns = time_ns, .frame = frame, .input = input, .result = (uint8_t)result};

	flow_table_add_batch(table, &one, 1, 0);
	if (result == DECODE_LATER_FRAGMENT)
		return (enum accounting)one.account;
	return result == DECODE_OK ? ACCOUNT_AUDITED : ACCOUNT_ICMP_ERROR;
}

static inline void add_one(struct flow_table *table, struct flow_packet *packet,
			   const struct looked_up *found)
{
	if (packet->result == DECODE_OK) {
		if (!take_usual(table, found, packet->facts, packet->time_ns))
			(void)take_unusual(table, packet, found);
	} else if (packet->result == DECODE_LATER_FRAGMENT) {
		packet->account = (uint8_t)take_unusual(table, packet, NULL);
	} else if (packet->result == DECODE_ICMP_ERROR) {
		(void)take_unusual(table, packet, NULL);
	}
}

/* Slots are asked for, then the lines that they name, then the packets are taken: each pass leaves the memory
 * as much time as the whole batch needs. A flow that ends in between is found missing by its key. */
static void add_some(struct flow_table *table, struct flow_packet *packets, size_t count, unsigned share)
{
	struct looked_up found[BATCH];

	for (size_t i = 0; i < count; i++) {
		if (packets[i].share != share || packets[i].result != DECODE_OK)
			continue;
		key_of_facts(table, packets[i].facts, &found[i].key);
		prefetch_slot(table, found[i].key.hash);
	}
	for (size_t i = 0; i < count; i++) {
		if (packets[i].share != share || packets[i].result != DECODE_OK)
			continue;
		found[i].number = find_probable(table, found[i].key.hash);
		if (found[i].number != FLOW_NONE)
			__builtin_prefetch(table_hot(table, found[i].number), 1);
	}
	for (size_t i = 0; i < count; i++) {
		if (packets[i].share != share || packets[i].result != DECODE_OK)
			continue;
		prefetch_entry(table, found[i].number, packets[i].time_ns);
	}
	for (size_t i = 0; i < count; i++) {
		table_clock(table, packets[i].time_ns);
		if (packets[i].share == share)
			add_one(table, &packets[i], &found[i]);
	}
}

void flow_table_add_batch(struct flow_table *table, struct flow_packet *packets, size_t count, unsigned share)
{
	for (size_t i = 0; i < count; i += BATCH)
		add_some(table, &packets[i], count - i < BATCH ? count - i : BATCH, share);
}
