/*
 * The common road: a packet's key, its one look-up, counting, and the test whether this packet needs anything
 * more.
 */
#include "duplicate.h"
#include "key.h"
#include "table.h"

static inline void count(struct flow_table *table, struct flow_entry *e, const struct packet *p,
			 unsigned side)
{
	uint8_t vlan_count = p->facts->vlan_count;

	if (e->packets[side] == UINT32_MAX)
		flow_emit(table, e);
	if (e->packets[0] + e->packets[1] == 0)
		e->first_ns = p->time_ns;
	e->packets[side]++;
	e->bytes[side] += p->facts->ip_length;
	e->last_ns = p->time_ns;
	e->minutes |= table->minute_bit;
	if (vlan_count > 0 && p->facts->vlans[0] != e->vlan)
		flow_note_vlan(table, e, p->facts->vlans[0]);
}

void table_count(struct flow_table *table, struct flow_entry *e, const struct packet *p, unsigned side)
{
	count(table, e, p, side);
}

/* Sequence numbers on the common road: the expected ones. Everything else is followed apart. */
static inline void tcp_count(struct flow_table *table, struct flow_entry *e, const struct packet *p,
			     unsigned side)
{
	const struct packet_facts *facts = p->facts;
	unsigned other = side ^ 1;
	uint32_t known = (uint32_t)FLOW_SEQ_A * 3;

	e->tcp.payload_bytes += facts->payload_length;
	/* Saturates at 3. */
	e->small = (uint8_t)(e->small +
			     ((e->small < SMALL_PACKETS_MAX << SMALL_PACKETS_SHIFT) << SMALL_PACKETS_SHIFT));
	if ((e->flags & known) == known && facts->tcp_seq == e->tcp.seq_next[side] &&
	    (facts->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) == TCP_ACK &&
	    (int32_t)(facts->tcp_ack - e->tcp.seq_next[other]) <= 0 && !(e->flags & FLOW_HOLES))
		e->tcp.seq_next[side] += facts->payload_length;
	else
		tcp_follow(table, e, p, side);
}

static inline void take_tcp(struct flow_table *table, struct flow_entry *e, const struct packet *p,
			    unsigned side)
{
	const struct packet_facts *facts = p->facts;
	uint32_t wanted = (uint32_t)FLOW_ATTEND_A << side;

	if (facts->payload_length > 0)
		wanted |= (uint32_t)FLOW_LOOK_A << side | FLOW_CONTROL;
	if ((e->flags & wanted) || (facts->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST)))
		tcp_packet(table, e, p, side);
	tcp_count(table, e, p, side);
}

static inline void take_datagram(struct flow_table *table, struct flow_entry *e, const struct packet *p,
				 unsigned side)
{
	if (e->flags & ((uint32_t)(FLOW_ATTEND_A | FLOW_LOOK_A) << side))
		datagram_packet(table, e, p, side);
	e->datagram.heard_ns[side] = p->time_ns;
}

/* A packet that belongs to E: counts it, and lets it change E's state unless it is a duplicate. */
static inline void take_by(struct flow_table *table, struct flow_entry *e, const struct packet *p,
			   unsigned side, bool fresh)
{
	bool duplicate = !fresh && duplicate_seen(e, p->facts, p->time_ns, side);
	bool tcp = flow_is_tcp(e);

	table_turn(table, e);
	if (!duplicate && !fresh && !tcp && (e->flags & (FLOW_SHARED | FLOW_MIRRORED)) &&
	    answer_elsewhere(table, e, p, side))
		return;
	count(table, e, p, side);
	if (duplicate) {
		if (++e->duplicates == UINT16_MAX)
			flow_emit(table, e);
		return;
	}
	if (e->flags & ((uint32_t)FLOW_NOTE_A << side))
		flow_note(e, p, side);
	if (p->is_mute) {
		if (tcp)
			tcp_mute(e, p, side);
		return;
	}
	if (tcp)
		take_tcp(table, e, p, side);
	else
		take_datagram(table, e, p, side);
	if (side != flow_initiator(e) && !(p->facts->tcp_flags & TCP_RST))
		e->answered_minutes |= table->minute_bit;
}

/* What P's sender must have shown for P to be the usual packet, and what must not be left to do. */
static inline bool is_settled(const struct flow_entry *e, const struct packet_facts *facts, unsigned side)
{
	const uint32_t known = (uint32_t)FLOW_SEQ_A * 3 | (uint32_t)FLOW_SENT_A << side;
	const uint32_t open = (uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A) << side | (uint32_t)FLOW_HOLES;
	const uint32_t payload = (uint32_t)FLOW_LOOK_A << side | FLOW_CONTROL;

	if ((e->flags & (known | open)) != known)
		return false;
	return facts->payload_length == 0 || (!(e->flags & payload) && (e->flags & FLOW_DATA_A * 3));
}

/* The usual packet: of an established TCP flow in its present bucket, with the numbers that were expected and
 * nothing that could change what is known of the flow. It is counted here, in one go, with two lines of the
 * entry touched. False, and nothing done: it is none, or a duplicate. */
static inline bool take_usual(const struct flow_table *table, struct flow_entry *e,
			      const struct packet_facts *facts, int64_t time_ns, unsigned side)
{
	if ((facts->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) != TCP_ACK ||
	    !is_settled(e, facts, side) || e->bucket != table->bucket ||
	    facts->tcp_seq != e->tcp.seq_next[side] ||
	    (int32_t)(facts->tcp_ack - e->tcp.seq_next[side ^ 1]) > 0)
		return false;
	if (time_between(e->last_ns, time_ns) >= SECONDS_CLOSED * (uint64_t)NSEC_PER_SEC ||
	    e->packets[side] == UINT32_MAX || (facts->vlan_count > 0 && facts->vlans[0] != e->vlan) ||
	    duplicate_seen(e, facts, time_ns, side))
		return false;
	e->packets[side]++;
	e->bytes[side] += facts->ip_length;
	e->last_ns = time_ns;
	e->minutes |= table->minute_bit;
	e->tcp.payload_bytes += facts->payload_length;
	e->tcp.seq_next[side] += facts->payload_length;
	e->small = (uint8_t)(e->small +
			     ((e->small < SMALL_PACKETS_MAX << SMALL_PACKETS_SHIFT) << SMALL_PACKETS_SHIFT));
	if (side != flow_initiator(e))
		e->answered_minutes |= table->minute_bit;
	return true;
}

static void take_first(struct flow_table *table, struct packet *p)
{
	struct flow_entry *e = table_make_entry(table, p);

	(void)duplicate_seen(e, p->facts, p->time_ns, 0);
	flow_open(table, e, p);
	take_by(table, e, p, 0, true);
}

/* The hash may be of a prefetch that was not this packet's after all. What it finds is right by its key; only
 * what it does not find needs the true one. */
static uint32_t find_again(struct flow_table *table, struct packet *p, unsigned *side)
{
	uint32_t hash = key_hash(table, &p->src, &p->dst, p->facts->protocol);

	if (hash == p->hash)
		return FLOW_NONE;
	p->hash = hash;
	return key_find(table, &p->src, &p->dst, p->facts->protocol, hash, side);
}

/* SYNs, and payload while only one SYN was seen: everything else goes on with the flow that it finds. */
static inline bool may_start_another(const struct flow_entry *e, const struct packet_facts *facts)
{
	uint32_t both_data = (uint32_t)FLOW_DATA_A * 3;

	return e->protocol == PROTO_TCP &&
	       ((facts->tcp_flags & TCP_SYN) || (facts->payload_length > 0 && !(e->flags & both_data)));
}

/* P opens another flow of the key that flow NUMBER had. A prefetched packet comes here without its hash. */
static void take_anew(struct flow_table *table, uint32_t number, enum flow_end_cause cause, struct packet *p)
{
	flow_end(table, number, cause, p->time_ns);
	p->hash = key_hash(table, &p->src, &p->dst, p->facts->protocol);
	take_first(table, p);
}

/* P belongs to flow NUMBER, unless that is over or P shows it to be another. */
static inline void take_found(struct flow_table *table, uint32_t number, struct packet *p, unsigned side)
{
	struct flow_entry *e = table_entry(table, number);

	/* The shortest time after which a flow can be over. */
	if (time_between(e->last_ns, p->time_ns) >= SECONDS_CLOSED * (uint64_t)NSEC_PER_SEC &&
	    flow_is_over(e, p->time_ns)) {
		take_anew(table, number, END_DUE, p);
	} else if (may_start_another(e, p->facts) && !p->is_mute && tcp_starts_another(e, p, side)) {
		take_anew(table, number, END_REPLACED, p);
	} else {
		e->flags |= (uint32_t)FLOW_SENT_A << side;
		take_by(table, e, p, side, false);
	}
}

void table_take(struct flow_table *table, struct packet *p)
{
	unsigned side = 0;
	uint32_t number = key_find(table, &p->src, &p->dst, p->facts->protocol, p->hash, &side);

	if (number == FLOW_NONE)
		number = find_again(table, p, &side);
	if (number == FLOW_NONE)
		take_first(table, p);
	else
		take_found(table, number, p, side);
}

/* The second stage of a prefetch: the slot has come, so the entry is known. */
static inline void stage(struct flow_table *table)
{
	struct prefetched *ready = &table->ring[table->ring_staged++ % PREFETCH_RING];
	const struct index_segment *segment = flow_index_segment(&table->index, ready->hash);
	uint32_t at = flow_index_start(ready->hash);

	for (uint64_t slot; (slot = segment->slots[at]) != 0; at = flow_index_after(at)) {
		if (index_slot_hash(slot) == ready->hash) {
			const char *e = (const char *)table_entry(table, index_slot_number(slot));

			ready->number = index_slot_number(slot);
			__builtin_prefetch(e, 1);
			__builtin_prefetch(e + FLOW_LINE_BYTES, 1);
			return;
		}
	}
}

void flow_table_prefetch(struct flow_table *table, const struct packet_facts *facts)
{
	struct prefetched *slot = &table->ring[table->ring_put++ % PREFETCH_RING];
	const struct index_segment *segment;
	struct flow_end src, dst;

	key_make(facts, &src, &dst);
	slot->facts = facts;
	slot->hash = key_hash(table, &src, &dst, facts->protocol);
	slot->number = FLOW_NONE;
	segment = flow_index_segment(&table->index, slot->hash);
	__builtin_prefetch(&segment->slots[flow_index_start(slot->hash)]);
	/* Not so old that the ring has come round. */
	if (table->ring_put - table->ring_take > PREFETCH_RING)
		table->ring_take = table->ring_put - PREFETCH_RING;
	if (table->ring_put - table->ring_staged > PREFETCH_RING)
		table->ring_staged = table->ring_put - PREFETCH_RING;
	if (table->ring_put - table->ring_staged > PREFETCH_LEAD)
		stage(table);
}

/* A caller may prefetch packets that it then does not add, so a few are passed over. */
static __attribute__((noinline)) const struct prefetched *pass_over(struct flow_table *table,
								    const struct packet_facts *facts)
{
	unsigned waiting = table->ring_put - table->ring_take;

	for (unsigned i = 0; i < waiting && i < PREFETCH_LEAD; i++) {
		const struct prefetched *slot = &table->ring[(table->ring_take + i) % PREFETCH_RING];

		if (slot->facts != facts)
			continue;
		table->ring_take += i + 1;
		if (table->ring_staged - table->ring_take > PREFETCH_RING)
			table->ring_staged = table->ring_take;
		return slot;
	}
	return NULL;
}

/* What was prefetched for this packet, or NULL. */
static inline const struct prefetched *use_prefetch(struct flow_table *table,
						    const struct packet_facts *facts)
{
	const struct prefetched *slot = &table->ring[table->ring_take % PREFETCH_RING];

	/* The usual case: added in the order of prefetching, and not before the second stage. */
	if (__builtin_expect(
		slot->facts == facts && table->ring_staged - table->ring_take - 1 < PREFETCH_RING, 1))
		table->ring_take++;
	else
		slot = pass_over(table, facts);
	if (table->ring_staged != table->ring_put && table->ring_staged - table->ring_take < PREFETCH_LEAD)
		stage(table);
	return slot;
}

/* Later fragments and ICMP errors, which are no packets of a flow by themselves. */
static enum accounting take_apart(struct flow_table *table, struct packet *p, enum decode_result result)
{
	if (result == DECODE_LATER_FRAGMENT)
		return fragment_later(table, p);
	icmp_error_take(table, p);
	if (p->facts->is_fragment || p->facts->has_outer_fragment)
		fragment_first(table, p, true);
	return ACCOUNT_ICMP_ERROR;
}

/* By what was prefetched, if it is right by its key: no look-up is needed then. SLOT may be NULL. */
static void take_prefetched(struct flow_table *table, struct packet *p, const struct prefetched *slot)
{
	uint8_t protocol = p->facts->protocol;
	int side = -1;

	if (slot && slot->number != FLOW_NONE)
		side = key_side(table_entry(table, slot->number), &p->src, &p->dst, protocol);
	if (side >= 0) {
		take_found(table, slot->number, p, (unsigned)side);
		return;
	}
	p->hash = slot ? slot->hash : key_hash(table, &p->src, &p->dst, protocol);
	table_take(table, p);
}

/* Apart, so that the usual packet does not pay for the room that this one needs. */
static __attribute__((noinline)) enum accounting take_unusual(struct flow_table *table,
							      enum decode_result result, struct packet p,
							      const struct prefetched *slot)
{
	const struct packet_facts *facts = p.facts;

	key_make(facts, &p.src, &p.dst);
	p.number = FLOW_NONE;
	p.is_mute = facts->protocol == PROTO_TCP && facts->tcp_flags == 0;
	if (result != DECODE_OK)
		return take_apart(table, &p, result);
	if (facts->protocol == PROTO_UDP && boot_is_on_port(facts) && boot_key(table, &p))
		slot = NULL;
	take_prefetched(table, &p, slot);
	if (facts->is_fragment || facts->has_outer_fragment)
		fragment_first(table, &p, false);
	return ACCOUNT_AUDITED;
}

enum accounting flow_table_add(struct flow_table *table, enum decode_result result,
			       const struct packet_facts *facts, int64_t time_ns, uint32_t input,
			       uint64_t frame)
{
	const struct prefetched *slot = use_prefetch(table, facts);

	table_clock(table, time_ns);
	if (slot && slot->number != FLOW_NONE && result == DECODE_OK && key_is_whole(facts)) {
		struct flow_entry *e = table_entry(table, slot->number);
		int side = key_side_of(e, facts);

		if (side >= 0 && take_usual(table, e, facts, time_ns, (unsigned)side))
			return ACCOUNT_AUDITED;
	}
	return take_unusual(
	    table, result,
	    (struct packet){.facts = facts, .time_ns = time_ns, .frame = frame, .input = input}, slot);
}

static bool is_taken(const struct flow_packet *packet, unsigned share)
{
	return packet->share == share &&
	       (packet->result == DECODE_OK || packet->result == DECODE_LATER_FRAGMENT ||
		packet->result == DECODE_ICMP_ERROR);
}

void flow_table_add_batch(struct flow_table *table, struct flow_packet *packets, size_t count, unsigned share)
{
	enum { AHEAD = 24 };
	size_t ahead = 0;

	for (size_t i = 0; i < count; i++) {
		struct flow_packet *packet = &packets[i];
		enum accounting account;

		for (; ahead < count && ahead < i + AHEAD; ahead++)
			if (packets[ahead].share == share && packets[ahead].result == DECODE_OK)
				flow_table_prefetch(table, packets[ahead].facts);
		if (!is_taken(packet, share)) {
			table_clock(table, packet->time_ns);
			continue;
		}
		account = flow_table_add(table, (enum decode_result)packet->result, packet->facts,
					 packet->time_ns, packet->input, packet->frame);
		if (packet->result == DECODE_LATER_FRAGMENT)
			packet->account = (uint8_t)account;
	}
}
