/*
 * The common road: packets in batches, their look-ups asked for ahead of time, and the usual packet counted
 * (usual.h). Everything else goes on in take.c.
 */
#include "early.h"
#include "usual.h"
#include "whole.h"

enum { BATCH = 64 };

/* A packet of a batch on its way: the hash of its key, or KEY_HASH_NONE, and where to look for it; then
 * the flow that is probably its own. */
struct looked_up {
	union {
		const struct index_bucket *home;
		struct flow_hot *hot; /* of nobody, if number is FLOW_NONE */
	};
	uint32_t number, hash;
};

static inline __attribute__((always_inline)) bool
take_quick(struct flow_table *table, struct flow_hot *hot, const struct packet_quick *quick, int64_t time_ns)
{
	int side;

	if (!is_usual_segment(quick))
		return false;
	side = key_side_likely(hot, quick->addresses, quick->ports);
	return side >= 0 && is_known_usual(hot, quick, (unsigned)side) &&
	       take_usual_tcp(table, hot, quick, duplicate_signature_quick(quick, (unsigned)side), time_ns,
			      (unsigned)side);
}

/* The same of a datagram, if it is one that quick facts speak for. */
static inline bool take_quick_datagram(struct flow_table *table, struct flow_hot *hot,
				       const struct packet_quick *quick, int64_t time_ns)
{
	int side;

	if (quick->protocol != PROTO_UDP)
		return false;
	side = key_side_of(hot, quick->addresses, quick->ports, PROTO_UDP);
	return side >= 0 &&
	       take_usual_datagram(table, hot, quick, duplicate_signature_quick(quick, (unsigned)side),
				   time_ns, (unsigned)side);
}

/* The number of what is the batch's I-th packet. */
static inline size_t place_of(const struct flow_batch *batch, size_t i)
{
	return batch->which ? batch->which[i] : i;
}

/* The whole of packet AT of the batch. FACTS: what is known of it. */
static inline struct whole_packet whole_of(const struct flow_batch *batch, size_t at,
					   const struct packet_facts *facts)
{
	const struct packet *packet = &batch->packets[at];

	return (struct whole_packet){.facts = facts,
				     .time_ns = packet->time_ns,
				     .frame = packet->frame,
				     .input = batch->inputs ? batch->inputs[at] : batch->input};
}

/* Number AT of the batch, for which no quick facts speak. */
static __attribute__((noinline)) void take_other(struct flow_table *table, const struct flow_batch *batch,
						 size_t at, const struct looked_up *found)
{
	struct flow_other *other = &batch->others[at];
	struct whole_packet whole = whole_of(batch, at, other->facts);

	other->account = (uint8_t)whole_take(table, &whole, (enum decode_result)other->result,
					     found->number != FLOW_NONE ? found->hot : NULL, found->number);
}

/* Number AT of the batch, whose quick facts do not suffice; of flow NUMBER, probably. */
static __attribute__((noinline)) void take_long(struct flow_table *table, const struct flow_batch *batch,
						size_t at, uint32_t number)
{
	static const struct decode_options none;
	const struct packet *packet = &batch->packets[at];
	struct packet_facts facts;
	struct whole_packet whole = whole_of(batch, at, &facts);

	if (decode_frame(&none, DECODE_LINK_ETHERNET, packet->data, packet->caplen, packet->wirelen,
			 &facts) == DECODE_OK)
		(void)whole_take_unusual(table, &whole, DECODE_OK, number);
}

/* The packet with QUICK facts, which is not the usual packet of a TCP flow that was found. Apart, and what is
 * seldom apart from it, so that nobody pays for room that others need. */
static __attribute__((noinline)) void take_slowly(struct flow_table *table, const struct flow_batch *batch,
						  const struct packet_quick *quick,
						  const struct looked_up *found)
{
	size_t at = place_of(batch, (size_t)(quick - batch->quick));
	const struct packet *packet = &batch->packets[at];
	uint32_t number = found->number, input;

	if (take_quick_datagram(table, found->hot, quick, packet->time_ns))
		return;
	table->clock.now_ns = packet->time_ns;
	if (quick->protocol == 0) {
		take_other(table, batch, at, found);
		return;
	}
	/* It may have come since the batch was looked up. */
	if (number == FLOW_NONE)
		number = key_find_quick(table, quick, found->hash);
	input = batch->inputs ? batch->inputs[at] : batch->input;
	if (number != FLOW_NONE ? early_take(table, packet, quick, input, number)
				: first_take(table, packet, quick, input, found->hash))
		return;
	take_long(table, batch, at, number);
}

/* Of a packet for which no quick facts speak; KEY_HASH_NONE where it belongs to no flow by itself. */
static __attribute__((noinline)) uint32_t hash_of_other(const struct flow_table *table,
							const struct flow_other *other)
{
	struct flow_key key;

	if (other->result != DECODE_OK)
		return KEY_HASH_NONE;
	key_of_facts(table, other->facts, &key);
	return key.hash;
}

/* Where packets of HASH are looked for, asked for. */
static inline __attribute__((always_inline)) void ask_for_bucket(const struct flow_index *index,
								 struct looked_up *found, uint32_t hash)
{
	found->hash = hash;
	found->home = flow_index_home(index, hash);
	__builtin_prefetch(found->home);
}

/* Looks beyond the first bucket, to which nobody passed by; FLOW_NONE: there is none. */
static __attribute__((noinline)) uint32_t find_beyond(const struct flow_table *table, uint32_t hash)
{
	struct index_walk walk = flow_index_walk(&table->index, hash);

	return flow_index_next(&walk);
}

/* Finds the first flow whose hash fits, which is nearly always the right one, and asks for its line. */
static inline __attribute__((always_inline)) void ask_for_line(struct flow_table *table,
							       struct looked_up *found)
{
	const struct index_bucket *home = found->home;
	unsigned matches = index_matches(home, found->hash);

	_Static_assert(FLOW_NONE == INDEX_NONE, "no flow is no number");
	found->number = FLOW_NONE;
	if (matches != 0)
		found->number = home->number[__builtin_ctz(matches)];
	else if (home->passed != 0)
		found->number = find_beyond(table, found->hash);
	found->hot = found->number != FLOW_NONE ? table_hot(table, found->number) : &table->nobody;
	__builtin_prefetch(found->hot, 1);
}

/* Asks for the entry behind a line where most packets need it, and where one follows another so soon that it
 * may be the same again. */
static inline __attribute__((always_inline)) void ask_for_entry(const struct flow_table *table,
								const struct flow_hot *hot, int64_t time_ns)
{
	const uint32_t open = (uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A) * 3;
	const char *e;

	if ((!(hot->flags & open) && (uint64_t)time_ns - (uint64_t)hot->last_ns > DUPLICATE_NS) ||
	    hot->number == 0)
		return;
	e = (const char *)table_entry(table, hot->number - 1);
	for (size_t at = 0; at < sizeof(struct flow_entry); at += FLOW_LINE_BYTES)
		__builtin_prefetch(e + at, 1);
}

enum accounting flow_table_add(struct flow_table *table, enum decode_result result,
			       const struct packet_facts *facts, int64_t time_ns, uint32_t input,
			       uint64_t frame)
{
	const struct packet packet = {.time_ns = time_ns, .frame = frame};
	const struct packet_quick quick = {.protocol = 0};
	struct flow_other other = {.facts = facts, .result = (uint8_t)result};
	const struct flow_batch one = {
	    .packets = &packet, .quick = &quick, .others = &other, .count = 1, .input = input};

	flow_table_add_batch(table, &one);
	if (result == DECODE_LATER_FRAGMENT)
		return (enum accounting)other.account;
	return result == DECODE_OK ? ACCOUNT_AUDITED : ACCOUNT_ICMP_ERROR;
}

/* COUNT packets of one minute from the batch's FIRST on. Slots are asked for, then the lines that they name,
 * then entries that will be needed; then the packets are taken. Each pass leaves the memory as much time as
 * the whole lot needs. A flow that ends in between is found missing by its key. Compiled twice, because most
 * batches have no list. */
static inline __attribute__((always_inline)) void add_some(struct flow_table *table,
							   const struct flow_batch *batch, size_t first,
							   size_t count, const bool listed)
{
	struct looked_up found[BATCH];
	/* A copy, which the compiler knows that nobody changes. */
	const struct flow_index index = table->index;
	const struct packet_quick *quick = batch->quick + first;
	const struct packet *packets = batch->packets + first;
	const int64_t *times = listed ? batch->times + first : NULL;

	for (size_t i = 0; i < count; i++) {
		const struct packet_quick *q = &quick[i];

		ask_for_bucket(&index, &found[i],
			       q->protocol != 0
				   ? key_hash_narrow(table, q->addresses, q->ports, q->protocol)
				   : hash_of_other(table, &batch->others[place_of(batch, first + i)]));
	}
	for (size_t i = 0; i < count; i++)
		ask_for_line(table, &found[i]);
	for (size_t i = 0; i < count; i++)
		ask_for_entry(table, found[i].hot, listed ? times[i] : packets[i].time_ns);
	for (size_t i = 0; i < count; i++) {
		int64_t time_ns = listed ? times[i] : packets[i].time_ns;

		if (!take_quick(table, found[i].hot, &quick[i], time_ns))
			take_slowly(table, batch, &quick[i], &found[i]);
	}
}

static __attribute__((noinline)) void add_listed(struct flow_table *table, const struct flow_batch *batch,
						 size_t first, size_t count)
{
	add_some(table, batch, first, count, true);
}

static __attribute__((noinline)) void add_all(struct flow_table *table, const struct flow_batch *batch,
					      size_t first, size_t count)
{
	add_some(table, batch, first, count, false);
}

static inline int64_t time_of(const struct flow_batch *batch, size_t i)
{
	return batch->which ? batch->times[i] : batch->packets[i].time_ns;
}

void flow_table_add_batch(struct flow_table *table, const struct flow_batch *batch)
{
	for (size_t i = 0, count; i < batch->count; i += count) {
		count = batch->count - i < BATCH ? batch->count - i : BATCH;
		table_clock(table, time_of(batch, i));
		while (count > 1 && time_of(batch, i + count - 1) >= table->clock.minute_end_ns)
			count--;
		if (batch->which)
			add_listed(table, batch, i, count);
		else
			add_all(table, batch, i, count);
		table->clock.now_ns = time_of(batch, i + count - 1);
	}
}
