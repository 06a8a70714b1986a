/*
 * The common road: packets in batches, their keys, their look-ups asked for ahead of time, and the usual
 * packet, which is counted with one cache line of its flow touched. Everything else goes on in take.c.
 */
#include "duplicate.h"
#include "key.h"
#include "table.h"

enum { BATCH = 64 };

/* A packet of a batch on its way: the key, of which a quick one needs the hash only; then the flow that is
 * probably its own. */
struct looked_up {
	struct flow_key key;
	uint32_t number;
};

/* Its ends are its key, as all but fragments have them. */
static inline bool is_plain(const struct packet_facts *facts)
{
	return !facts->is_fragment && !facts->has_outer_fragment;
}

/* The flow was counted in this minute already, has room in its counters, and the same VLAN. */
static inline bool is_same_stretch(const struct flow_table *table, const struct flow_hot *hot,
				   const struct packet_quick *quick, unsigned side)
{
	unsigned initiator = hot->direction >> 6 & 1U;

	/* In one piece: nobody could guess the sides. */
	unsigned answered = (side == initiator) | (hot->state >> FLOW_ANSWERED_NOW_BIT & 1U);

	return hot->last_ns >= table->clock.minute_start_ns && hot->packets[side] != UINT16_MAX &&
	       hot->bytes[side] <= UINT32_MAX - quick->ip_length && answered &&
	       (quick->vlan == PACKET_UNTAGGED || quick->vlan == flow_vlan(hot));
}

static inline void count_usual(struct flow_hot *hot, const struct packet_quick *quick, int64_t time_ns,
			       unsigned side)
{
	hot->packets[side]++;
	hot->bytes[side] += quick->ip_length;
	hot->last_ns = time_ns;
}

/* Flags that the flow must have for this to be the usual packet of an established connection, and flags for
 * that something is left to do. Closing ones are left to others: they are over after a while. */
static inline bool is_settled_tcp(const struct flow_hot *hot, unsigned side)
{
	const uint32_t known = (uint32_t)FLOW_SEQ_A * 3 | (uint32_t)FLOW_SENT_A << side;
	const uint32_t open = (uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A) << side | FLOW_HOLES | FLOW_RST |
			      (uint32_t)FLOW_FIN_A * 3;

	return (hot->flags & (known | open)) == known && (hot->state & FLOW_COUNTED);
}

/* The usual packet of TCP, apart from its payload: with the numbers that were expected and nothing that could
 * change what is known of the flow. */
static inline bool is_usual_tcp(const struct flow_hot *hot, const struct packet_quick *quick, unsigned side)
{
	return (quick->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) == TCP_ACK && hot->number != 0 &&
	       is_settled_tcp(hot, side) && quick->tcp_seq == hot->tcp.seq_next[side] &&
	       (int32_t)(quick->tcp_ack - hot->tcp.seq_next[side ^ 1]) <= 0;
}

/* Nobody is going to look at the payload. */
static inline bool is_usual_payload(const struct flow_hot *hot, const struct packet_quick *quick,
				    unsigned side)
{
	const uint32_t looking = (uint32_t)FLOW_LOOK_A << side | FLOW_CONTROL;

	return quick->payload_length == 0 || (!(hot->flags & looking) && (hot->flags & FLOW_DATA_A * 3));
}

/* Of datagrams: the flow was answered, or its question repeated, and cannot answer another one. */
static inline bool is_usual_datagram(const struct flow_hot *hot, unsigned side)
{
	const uint32_t sent = (uint32_t)FLOW_SENT_A << side;
	const uint32_t open =
	    (uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A | FLOW_LOOK_A) << side | FLOW_SHARED | FLOW_MIRRORED;

	return (hot->flags & (sent | open)) == sent;
}

/* Counts the usual packet. False, and nothing done: it is none, or a duplicate. FACTS: where there are more
 * than QUICK. */
static inline __attribute__((always_inline)) bool
take_usual(const struct flow_table *table, struct flow_hot *hot, const struct packet_quick *quick,
	   const struct packet_facts *facts, int64_t time_ns, unsigned side)
{
	bool tcp = quick->protocol == PROTO_TCP;

	if (!(tcp ? is_usual_tcp(hot, quick, side) && is_usual_payload(hot, quick, side)
		  : is_usual_datagram(hot, side)) ||
	    !is_same_stretch(table, hot, quick, side) ||
	    duplicate_seen(table, hot,
			   facts ? duplicate_signature(facts, side) : duplicate_signature_quick(quick, side),
			   time_ns))
		return false;
	count_usual(hot, quick, time_ns, side);
	if (tcp) {
		hot->tcp.payload_bytes += quick->payload_length;
		hot->tcp.seq_next[side] += quick->payload_length;
	} else {
		hot->datagram.heard_ns[side] = time_ns;
	}
	return true;
}

static inline bool take_quick(const struct flow_table *table, const struct looked_up *found,
			      const struct flow_packet *packet)
{
	const struct packet_quick *quick = &packet->quick;
	struct flow_hot *hot;
	int side;

	if (found->number == FLOW_NONE)
		return false;
	hot = table_hot(table, found->number);
	side = key_side_of(hot, quick->addresses, quick->ports, quick->protocol);
	return side >= 0 && take_usual(table, hot, quick, NULL, packet->time_ns, (unsigned)side);
}

/* A flow that was taken up in its middle has all that the usual packet needs, but for payloads that are still
 * looked at. */
static inline bool is_looking(const struct flow_hot *hot, const struct packet_quick *quick, unsigned side)
{
	const uint32_t known = (uint32_t)(FLOW_LOOK_A | FLOW_DATA_A | FLOW_PROGRESS_A) << side;
	const uint32_t more = (uint32_t)(FLOW_SYN_A | FLOW_SYNACK_A) * 3 | FLOW_CONTROL | FLOW_TWO_SYNS;

	return quick->payload_length > 0 && (hot->flags & (known | more)) == known;
}

/* Counts such a packet if its payload says nothing. False, and nothing done: it may, or it is a duplicate. */
static __attribute__((noinline)) bool take_looking(struct flow_table *table, const struct flow_packet *packet,
						   uint32_t number)
{
	const struct packet_quick *quick = &packet->quick;
	struct flow_hot *hot = table_hot(table, number);
	int found = key_side_of(hot, quick->addresses, quick->ports, quick->protocol);
	unsigned side = (unsigned)found;

	if (found < 0 || quick->protocol != PROTO_TCP || !is_usual_tcp(hot, quick, side) ||
	    !is_looking(hot, quick, side) || !is_same_stretch(table, hot, quick, side) ||
	    !flow_says_nothing_quick(packet) ||
	    duplicate_seen(table, hot, duplicate_signature_quick(quick, side), packet->time_ns))
		return false;
	flow_looked(table_entry(table, hot->number - 1), side);
	count_usual(hot, quick, packet->time_ns, side);
	hot->tcp.payload_bytes += quick->payload_length;
	hot->tcp.seq_next[side] += quick->payload_length;
	return true;
}

/* IPv6 and whatever else has all its facts. */
static __attribute__((noinline)) bool
take_whole(const struct flow_table *table, const struct looked_up *found, const struct flow_packet *packet)
{
	const struct packet_facts *facts = packet->facts;
	struct packet_quick quick;
	struct flow_end src, dst;
	struct flow_hot *hot;
	int side;

	if (found->number == FLOW_NONE || !is_plain(facts) || facts->ip_length > UINT16_MAX ||
	    (facts->protocol != PROTO_TCP && (facts->protocol != PROTO_UDP || boot_is_on_port(facts))))
		return false;
	hot = table_hot(table, found->number);
	key_make(facts, &src, &dst);
	side = key_side(table, hot, &found->key, &src, &dst);
	if (side < 0)
		return false;
	quick = (struct packet_quick){.tcp_seq = facts->tcp_seq,
				      .tcp_ack = facts->tcp_ack,
				      .ip_length = (uint16_t)facts->ip_length,
				      .payload_length = (uint16_t)facts->payload_length,
				      .vlan = facts->vlan_count ? facts->vlans[0] : (uint16_t)PACKET_UNTAGGED,
				      .protocol = facts->protocol,
				      .tcp_flags = facts->tcp_flags};
	return facts->payload_length <= UINT16_MAX &&
	       take_usual(table, hot, &quick, facts, packet->time_ns, (unsigned)side);
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
static __attribute__((noinline)) enum accounting take_unusual(struct flow_table *table,
							      const struct flow_packet *packet,
							      const struct packet_facts *facts,
							      const struct looked_up *found)
{
	struct packet p = {
	    .facts = facts, .time_ns = packet->time_ns, .frame = packet->frame, .input = packet->input};
	uint32_t number = found ? found->number : FLOW_NONE;

	key_make(facts, &p.src, &p.dst);
	p.is_mute = facts->protocol == PROTO_TCP && facts->tcp_flags == 0;
	if (packet->result != DECODE_OK)
		return take_apart(table, &p, (enum decode_result)packet->result);
	if (facts->protocol == PROTO_UDP && boot_is_on_port(facts) && boot_key(table, &p))
		number = FLOW_NONE;
	table_key(table, &p);
	table_take(table, &p, number);
	if (!is_plain(facts))
		fragment_first(table, &p, false);
	return ACCOUNT_AUDITED;
}

/* The facts of a packet that turned out to need them. */
static __attribute__((noinline)) void take_slowly(struct flow_table *table, const struct flow_packet *packet,
						  const struct looked_up *found)
{
	static const struct decode_options none;
	struct packet_facts facts;

	if (found->number == FLOW_NONE ? first_take(table, packet, found->key.hash)
				       : take_looking(table, packet, found->number))
		return;
	if (decode_frame(&none, DECODE_LINK_ETHERNET, packet->data, packet->caplen, packet->wirelen,
			 &facts) == DECODE_OK)
		(void)take_unusual(table, packet, &facts, found);
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
	if (packet->result == DECODE_OK && !packet->facts) {
		if (!take_quick(table, found, packet))
			take_slowly(table, packet, found);
	} else if (packet->result == DECODE_OK) {
		if (!take_whole(table, found, packet))
			(void)take_unusual(table, packet, packet->facts, found);
	} else if (packet->result == DECODE_LATER_FRAGMENT) {
		packet->account = (uint8_t)take_unusual(table, packet, packet->facts, NULL);
	} else if (packet->result == DECODE_ICMP_ERROR) {
		(void)take_unusual(table, packet, packet->facts, NULL);
	}
}

static inline void make_key(const struct flow_table *table, const struct flow_packet *packet,
			    struct looked_up *found)
{
	const struct packet_quick *quick = &packet->quick;

	if (!packet->facts)
		found->key.hash = key_hash_narrow(table, quick->addresses, quick->ports, quick->protocol);
	else
		key_of_facts(table, packet->facts, &found->key);
}

static inline bool is_looked_up(const struct flow_packet *packet, unsigned share)
{
	return packet->share == share && packet->result == DECODE_OK;
}

/* Slots are asked for, then the lines that they name, then entries that will be needed; then the packets are
 * taken. Each pass leaves the memory as much time as the whole batch needs. A flow that ends in between is
 * found missing by its key. */
static void add_some(struct flow_table *table, struct flow_packet *packets, size_t count, unsigned share)
{
	struct looked_up found[BATCH];

	for (size_t i = 0; i < count; i++) {
		if (!is_looked_up(&packets[i], share))
			continue;
		make_key(table, &packets[i], &found[i]);
		prefetch_slot(table, found[i].key.hash);
	}
	for (size_t i = 0; i < count; i++) {
		if (!is_looked_up(&packets[i], share))
			continue;
		found[i].number = find_probable(table, found[i].key.hash);
		if (found[i].number != FLOW_NONE)
			__builtin_prefetch(table_hot(table, found[i].number), 1);
	}
	for (size_t i = 0; i < count; i++) {
		if (is_looked_up(&packets[i], share))
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
