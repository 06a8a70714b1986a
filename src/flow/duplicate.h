/*
 * Private to flow/: whether a packet is one that was mirrored a moment ago. What makes two packets of one
 * flow and one way the same: addresses, protocol, ports, IP id, fragment offset, sequence and acknowledgement
 * numbers, flags, length; where there is no id, the first bytes of the payload. TTL and checksums aside: a
 * router between two mirrored ports changes them.
 */
#ifndef FLOW_DUPLICATE_H
#define FLOW_DUPLICATE_H

#include "key.h"

/* Where there is no id, or one of 0 (RFC 6864 lets senders leave it so). */
static inline uint64_t duplicate_payload(const struct packet_facts *facts, uint64_t h)
{
	uint64_t word[4] = {0};
	size_t length = facts->payload_caplen < sizeof(word) ? facts->payload_caplen : sizeof(word);

	if (length > 0)
		memcpy(word, facts->payload, length);
	return key_stir(word[0] ^ h, word[1] ^ UINT64_C(0xa0761d6478bd642f)) +
	       key_stir(word[2] ^ h, word[3] ^ UINT64_C(0xe7037ed1a0b428db));
}

/* Not seeded, because what is marked is output. Never 0, which stands for no mark. */
static inline uint32_t duplicate_signature(const struct packet_facts *facts, unsigned side)
{
	uint64_t a = (uint64_t)facts->tcp_seq << 32 | facts->tcp_ack;
	uint64_t b =
	    (uint64_t)facts->ip_id << 32 | facts->ip_length << 9 | (uint64_t)facts->tcp_flags << 1 | side;
	uint64_t h = key_stir(a ^ UINT64_C(0x9e3779b97f4a7c15), b ^ UINT64_C(0xd1b54a32d192ed03)) +
		     facts->fragment_offset;

	if (!facts->has_ip_id || facts->ip_id == 0)
		h ^= duplicate_payload(facts, h);
	h ^= h >> 32;
	return (uint32_t)h + ((uint32_t)h == 0);
}

/* The same of a packet that has an id and is no fragment. */
static inline uint32_t duplicate_signature_quick(const struct packet_quick *quick, unsigned side)
{
	uint64_t a = (uint64_t)quick->tcp_seq << 32 | quick->tcp_ack;
	uint64_t b = (uint64_t)quick->ip_id << 32 | (uint64_t)quick->ip_length << 9 |
		     (uint64_t)quick->tcp_flags << 1 | side;
	uint64_t h = key_stir(a ^ UINT64_C(0x9e3779b97f4a7c15), b ^ UINT64_C(0xd1b54a32d192ed03));

	h ^= h >> 32;
	return (uint32_t)h + ((uint32_t)h == 0);
}

/* From now on the newest mark's time is not that of the last packet. */
static inline void duplicate_keep_time(struct flow_entry *e)
{
	if (e->hot->state & FLOW_MARKED)
		return;
	e->looked &= FLOW_LOOKED_PAYLOADS;
	e->newest_time = (uint32_t)(uint64_t)e->hot->last_ns;
	e->hot->state |= FLOW_MARKED;
}

static inline bool duplicate_is(const struct duplicate_mark *mark, const struct duplicate_mark *before)
{
	return before->signature == mark->signature && mark->time - before->time <= DUPLICATE_NS;
}

/* Among packets that follow each other within 2 ms. */
static __attribute__((noinline, unused)) bool duplicate_in_burst(struct flow_entry *e,
								 const struct duplicate_mark *mark)
{
	struct duplicate_mark newest;
	unsigned count;

	duplicate_keep_time(e);
	count = e->looked >> FLOW_LOOKED_MARK_SHIFT;
	newest = (struct duplicate_mark){.signature = e->hot->newest, .time = e->newest_time};
	if (duplicate_is(mark, &newest))
		return true;
	for (unsigned i = 0; i < count; i++)
		if (duplicate_is(mark, &e->older[i]))
			return true;
	for (unsigned i = DUPLICATE_MARKS - 1; i-- > 1;)
		e->older[i] = e->older[i - 1];
	e->older[0] = newest;
	e->hot->newest = mark->signature;
	e->newest_time = mark->time;
	if (count < DUPLICATE_MARKS - 1)
		e->looked = (uint8_t)(e->looked + (1U << FLOW_LOOKED_MARK_SHIFT));
	return false;
}

/* Whether a packet of this signature was seen within 2 ms; remembers it if not. To be asked before the flow's
 * last time becomes TIME_NS. */
static inline __attribute__((always_inline)) bool
duplicate_seen(const struct flow_table *table, struct flow_hot *hot, uint32_t signature, int64_t time_ns)
{
	struct duplicate_mark mark = {.signature = signature, .time = (uint32_t)(uint64_t)time_ns};

	if (time_between(hot->last_ns, time_ns) <= DUPLICATE_NS)
		return duplicate_in_burst(table_entry(table, hot->number - 1), &mark);
	if (hot->state & FLOW_MARKED)
		hot->state &= (uint16_t)~FLOW_MARKED;
	hot->newest = signature;
	return false;
}

#endif
