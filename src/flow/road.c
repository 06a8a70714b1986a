/*
 * The common road: packets in batches, their look-ups asked for ahead of time, and the usual packet counted
 * (usual.h). Everything else goes on in take.c.
 */
#include "usual.h"

enum { BATCH = 64 };

/* A packet of a batch on its way: the hash of its key, or 0 where it has none; then the flow that is probably
 * its own. */
struct looked_up {
	struct flow_hot *hot;
	uint32_t number, hash;
};

/* Its ends are its key, as all but fragments have them. */
static inline bool is_plain(const struct packet_facts *facts)
{
	return !facts->is_fragment && !facts->has_outer_fragment;
}

static inline bool take_quick(const struct flow_table *table, const struct looked_up *found,
			      const struct flow_packet *packet)
{
	const struct packet_quick *quick = &packet->quick;
	struct flow_hot *hot = found->hot;
	int side;

	if (!hot)
		return false;
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
						   struct flow_hot *hot)
{
	const struct packet_quick *quick = &packet->quick;
	int found = key_side_of(hot, quick->addresses, quick->ports, quick->protocol);
	unsigned side = (unsigned)found;

	if (found < 0 || quick->protocol != PROTO_TCP || !is_usual_tcp(hot, quick, side, false) ||
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
	struct flow_hot *hot = found->hot;
	struct flow_end src, dst;
	struct flow_key key;
	int side;

	if (!hot || !is_plain(facts) || facts->ip_length > UINT16_MAX ||
	    (facts->protocol != PROTO_TCP && (facts->protocol != PROTO_UDP || boot_is_on_port(facts))))
		return false;
	key_make(facts, &src, &dst);
	key_fill(table, &key, &src, &dst, facts->protocol);
	side = key_side(table, hot, &key, &src, &dst);
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
static enum accounting take_apart(struct flow_table *table, struct keyed_packet *p, enum decode_result result)
{
	if (result == DECODE_LATER_FRAGMENT)
		return fragment_later(table, p);
	icmp_error_take(table, p);
	if (!is_plain(p->facts))
		fragment_first(table, p, true);
	return ACCOUNT_ICMP_ERROR;
}

/* Apart, so that the usual packet does not pay for the room that this one needs. NUMBER: of the flow that is
 * probably its own, or FLOW_NONE. */
static __attribute__((noinline)) enum accounting take_unusual(struct flow_table *table,
							      const struct flow_packet *packet,
							      const struct packet_facts *facts,
							      uint32_t number)
{
	struct keyed_packet p = {
	    .facts = facts, .time_ns = packet->time_ns, .frame = packet->frame, .input = packet->input};

	/* Quick facts alone are the usual packet's. */
	if (!facts)
		__builtin_unreachable();
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

	if (found->hot ? take_looking(table, packet, found->hot) : first_take(table, packet, found->hash))
		return;
	if (decode_frame(&none, DECODE_LINK_ETHERNET, packet->data, packet->caplen, packet->wirelen,
			 &facts) == DECODE_OK)
		(void)take_unusual(table, packet, &facts, found->number);
}

static __attribute__((noinline)) void take_others(struct flow_table *table, struct flow_packet *packet,
						  const struct looked_up *found)
{
	if (packet->result == DECODE_OK) {
		if (!take_whole(table, found, packet))
			(void)take_unusual(table, packet, packet->facts, found->number);
	} else if (packet->result == DECODE_LATER_FRAGMENT) {
		packet->account = (uint8_t)take_unusual(table, packet, packet->facts, FLOW_NONE);
	} else if (packet->result == DECODE_ICMP_ERROR) {
		(void)take_unusual(table, packet, packet->facts, FLOW_NONE);
	}
}

static inline __attribute__((always_inline)) void prefetch_slot(const struct flow_index *index, uint32_t hash)
{
	__builtin_prefetch(&flow_index_segment(index, hash)->slots[flow_index_start(hash)]);
}

/* Hashes the packet's key and asks for its slot. */
static inline __attribute__((always_inline)) void ask_for_slot(const struct flow_table *table,
							       const struct flow_index *index,
							       const struct flow_packet *packet,
							       unsigned share, struct looked_up *found)
{
	const struct packet_quick *quick = &packet->quick;
	struct flow_key key;

	found->hash = 0;
	if (packet->share != share || packet->result != DECODE_OK)
		return;
	if (!packet->facts) {
		found->hash = key_hash_narrow(table, quick->addresses, quick->ports, quick->protocol);
	} else {
		key_of_facts(table, packet->facts, &key);
		found->hash = key.hash;
	}
	prefetch_slot(index, found->hash);
}

/* Finds the first flow whose hash fits, which is nearly always the right one, and asks for its line. */
static inline __attribute__((always_inline)) void
ask_for_line(const struct flow_table *table, const struct flow_index *index, struct looked_up *found)
{
	const struct index_segment *segment;
	uint32_t hash = found->hash, at = flow_index_start(hash);

	found->hot = NULL;
	found->number = FLOW_NONE;
	if (hash == 0)
		return;
	segment = flow_index_segment(index, hash);
	for (uint64_t slot; (slot = segment->slots[at]) != 0; at = flow_index_after(at)) {
		if (index_slot_hash(slot) == hash) {
			found->number = index_slot_number(slot);
			found->hot = table_hot(table, found->number);
			__builtin_prefetch(found->hot, 1);
			return;
		}
	}
}

/* Asks for the entry behind a line where most packets need it. */
static inline __attribute__((always_inline)) void ask_for_entry(const struct flow_table *table,
								const struct flow_hot *hot)
{
	const uint32_t open = (uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A | FLOW_LOOK_A) * 3;
	const char *e;

	if (!hot || hot->number == 0 || !(hot->flags & open))
		return;
	e = (const char *)table_entry(table, hot->number - 1);
	for (size_t at = 0; at < sizeof(struct flow_entry); at += FLOW_LINE_BYTES)
		__builtin_prefetch(e + at, 1);
}

void flow_table_prefetch(struct flow_table *table, const struct packet_facts *facts)
{
	struct flow_key key;

	key_of_facts(table, facts, &key);
	prefetch_slot(&table->index, key.hash);
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

/* Slots are asked for, then the lines that they name, then entries that will be needed; then the packets are
 * taken. Each pass leaves the memory as much time as the whole batch needs. A flow that ends in between is
 * found missing by its key. */
static void add_some(struct flow_table *table, struct flow_packet *packets, size_t count, unsigned share)
{
	struct looked_up found[BATCH];
	/* A copy, which the compiler knows that nobody changes. */
	const struct flow_index index = table->index;

	for (size_t i = 0; i < count; i++)
		ask_for_slot(table, &index, &packets[i], share, &found[i]);
	for (size_t i = 0; i < count; i++)
		ask_for_line(table, &index, &found[i]);
	for (size_t i = 0; i < count; i++)
		ask_for_entry(table, found[i].hot);
	for (size_t i = 0; i < count; i++) {
		table_clock(table, packets[i].time_ns);
		if (found[i].hash != 0 && !packets[i].facts) {
			if (!take_quick(table, &found[i], &packets[i]))
				take_slowly(table, &packets[i], &found[i]);
		} else if (packets[i].share == share) {
			take_others(table, &packets[i], &found[i]);
		}
	}
}

void flow_table_add_batch(struct flow_table *table, struct flow_packet *packets, size_t count, unsigned share)
{
	for (size_t i = 0; i < count; i += BATCH)
		add_some(table, &packets[i], count - i < BATCH ? count - i : BATCH, share);
}
