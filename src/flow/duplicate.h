/*
 * Private to flow/: whether a packet is one that was mirrored a moment ago. What makes two packets of one
 * flow and one way the same: addresses, protocol, ports, IP id, fragment offset, sequence and acknowledgement
 * numbers, flags, length; where there is no id, the payload, and TCP's window and options. TTL and checksums
 * aside: a router between two mirrored ports changes them.
 */
#ifndef FLOW_DUPLICATE_H
#define FLOW_DUPLICATE_H

#include "key.h"

/* LENGTH bytes stirred into H. */
static inline uint64_t duplicate_bytes(const uint8_t *bytes, size_t length, uint64_t h)
{
	uint64_t word[2];

	for (; length >= sizeof(word); bytes += sizeof(word), length -= sizeof(word)) {
		memcpy(word, bytes, sizeof(word));
		h = key_stir(word[0] ^ UINT64_C(0xa0761d6478bd642f), word[1] ^ h);
	}
	memset(word, 0, sizeof(word));
	if (length > 0)
		memcpy(word, bytes, length);
	return key_stir(word[0] ^ UINT64_C(0xe7037ed1a0b428db), word[1] ^ h);
}

/* A payload of which nothing else tells what it is: all of it, of a long one both ends. Numbers tell what TCP
 * carries. */
static inline uint64_t duplicate_payload(const struct packet_facts *facts, uint64_t h)
{
	enum { TCP_MAX = 32, WHOLE_MAX = 512, END = WHOLE_MAX / 2 };
	size_t length = facts->payload_caplen;

	if (facts->protocol == PROTO_TCP && length > TCP_MAX)
		length = TCP_MAX;
	if (length > WHOLE_MAX) {
		h = duplicate_bytes(facts->payload + length - END, END, h);
		length = END;
	}
	return duplicate_bytes(facts->payload, length, h);
}

/* What TCP's header holds besides numbers and flags: window and options tell acknowledgements apart. Few
 * bits, because a flow of one packet keeps them. */
static inline uint16_t duplicate_header(const struct packet_facts *facts)
{
	enum { WINDOW = 14, URGENT = 18 };
	const uint8_t *header;
	uint64_t h;

	if (facts->tcp_header <= URGENT)
		return 0;
	header = facts->payload - facts->tcp_header;
	h = duplicate_bytes(header + URGENT, facts->tcp_header - URGENT,
			    (uint64_t)header[WINDOW] << 8 | header[WINDOW + 1]);
	return (uint16_t)(h ^ h >> 32);
}

/* Of a packet that has an id and is no fragment. Not seeded, because what is marked is output. The upper half
 * depends on all of it. */
static inline uint64_t duplicate_stir(const struct packet_quick *quick, unsigned side)
{
	/* The side in a bit that is 0 in every shape. */
	return quick->tcp_numbers * UINT64_C(0x9e3779b97f4a7c15) +
	       (quick->shape ^ (uint64_t)side << 63) * UINT64_C(0xd1b54a32d192ed03);
}

/* Never 0, which stands for no mark. */
static inline uint32_t duplicate_fold(uint64_t h)
{
	return (uint32_t)(h >> 32) | 1;
}

/* The same of any packet. HEADER: duplicate_header of one without id. */
static inline uint32_t duplicate_signature_of(const struct packet_facts *facts, unsigned side,
					      uint16_t header)
{
	const struct packet_quick quick = {.tcp_numbers = quick_numbers(facts->tcp_seq, facts->tcp_ack),
					   .ip_length = (uint16_t)facts->ip_length,
					   .ip_id = (uint16_t)facts->ip_id,
					   .payload_length = (uint16_t)facts->payload_length,
					   .protocol = facts->protocol,
					   .tcp_flags = facts->tcp_flags};
	/* What is too long for those fields: ids of IPv6, jumbograms. */
	uint64_t more = facts->ip_id >> 16 | (uint64_t)(facts->ip_length >> 16) << 16;
	uint64_t h = duplicate_stir(&quick, side) + (facts->fragment_offset * UINT64_C(0xa0761d6478bd642f) +
						     more * UINT64_C(0x8ebc6af09c88c6e3));

	/* A tunnel's keep-alive and what its other end makes of it (RFC 2784 has none; they are common). */
	if (facts->protocol == PROTO_GRE)
		h += facts->tunnel_depth * UINT64_C(0xe7037ed1a0b428db);
	/* RFC 6864 lets senders leave the id 0. */
	if (!facts->has_ip_id || facts->ip_id == 0)
		h ^= duplicate_payload(facts, h ^ header);
	return duplicate_fold(h);
}

static inline uint32_t duplicate_signature(const struct packet_facts *facts, unsigned side)
{
	bool has_id = facts->has_ip_id && facts->ip_id != 0;

	return duplicate_signature_of(facts, side, has_id ? 0 : duplicate_header(facts));
}

static inline uint32_t duplicate_signature_quick(const struct packet_quick *quick, unsigned side)
{
	return duplicate_fold(duplicate_stir(quick, side));
}

/* From now on the newest mark's time is not that of the last packet. */
static inline void duplicate_keep_time(struct flow_entry *e)
{
	if (e->hot->state & FLOW_MARKED)
		return;
	e->marks = 0;
	e->newest_time = (uint32_t)(uint64_t)e->hot->last_ns;
	e->hot->state |= FLOW_MARKED;
}

static inline bool duplicate_is(struct duplicate_mark mark, const struct duplicate_mark *before)
{
	return before->signature == mark.signature && mark.time - before->time <= DUPLICATE_NS;
}

/* Among packets that follow each other within 2 ms. */
static __attribute__((noinline, unused)) bool duplicate_in_burst(struct flow_entry *e,
								 struct duplicate_mark mark)
{
	struct duplicate_mark newest;
	unsigned count;

	duplicate_keep_time(e);
	count = e->marks;
	newest = (struct duplicate_mark){.signature = e->hot->newest, .time = e->newest_time};
	if (duplicate_is(mark, &newest))
		return true;
	for (unsigned i = 0; i < count; i++)
		if (duplicate_is(mark, &e->older[i]))
			return true;
	for (unsigned i = DUPLICATE_MARKS - 1; i-- > 1;)
		e->older[i] = e->older[i - 1];
	e->older[0] = newest;
	e->hot->newest = mark.signature;
	e->newest_time = mark.time;
	if (count < DUPLICATE_MARKS - 1)
		e->marks = (uint8_t)(count + 1);
	return false;
}

/* Whether a packet of this signature was seen within 2 ms; remembers it if not. To be asked before the flow's
 * last time becomes TIME_NS, which is not before it. */
static inline __attribute__((always_inline)) bool
duplicate_seen(const struct flow_table *table, struct flow_hot *hot, uint32_t signature, int64_t time_ns)
{
	if ((uint64_t)time_ns - (uint64_t)hot->last_ns <= DUPLICATE_NS)
		return duplicate_in_burst(
		    table_entry(table, hot->number - 1),
		    (struct duplicate_mark){.signature = signature, .time = (uint32_t)(uint64_t)time_ns});
	if (hot->state & FLOW_MARKED)
		hot->state &= (uint16_t)~FLOW_MARKED;
	hot->newest = signature;
	return false;
}

#endif
