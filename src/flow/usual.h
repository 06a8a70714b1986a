/*
 * Private to flow/: the usual packet. It belongs to a flow that is known, in a minute in which the flow was
 * seen before, and can change nothing that is known of it: of TCP it has the numbers that were expected. It
 * is counted with one cache line touched.
 */
#ifndef FLOW_USUAL_H
#define FLOW_USUAL_H

#include "duplicate.h"

/* The flow was counted in this minute already, with the same VLAN. */
static inline bool is_same_stretch(const struct flow_hot *hot, const struct packet_quick *quick,
				   int64_t minute_start_ns)
{
	return hot->last_ns >= minute_start_ns &&
	       (quick->vlan == PACKET_UNTAGGED || quick->vlan == flow_vlan(hot));
}

/* That it is the initiator that sends, or that this minute is known to be answered. */
static inline bool is_answered(const struct flow_hot *hot, unsigned side)
{
	return (side == ((unsigned)hot->direction >> FLOW_INITIATOR_SHIFT & 1U)) ||
	       (hot->state & FLOW_ANSWERED_NOW);
}

/* To be called last: where counters are full, what was counted may be told. */
static inline void count_usual(struct flow_table *table, struct flow_hot *hot,
			       const struct packet_quick *quick, int64_t time_ns, unsigned side)
{
	hot->last_ns = time_ns;
	hot->bytes[side] += quick->ip_length;
	if (__builtin_expect(++hot->packets[side] >= COUNTED_MAX, 0))
		flow_spill(table, hot, side);
}

static inline void count_usual_tcp(struct flow_table *table, struct flow_hot *hot,
				   const struct packet_quick *quick, int64_t time_ns, unsigned side)
{
	hot->tcp.payload_bytes += quick->payload_length;
	hot->tcp.seq_next[side] += quick->payload_length;
	count_usual(table, hot, quick, time_ns, side);
}

/* Flags that the flow must have for this to be the usual packet of an established connection, and flags for
 * that something is left to do; with a payload, that somebody is going to look at it. Closing flows are left
 * to others: they are over after a while. */
struct usual_flags {
	uint32_t known, mask;
};
#define USUAL_KNOWN(side) ((uint32_t)FLOW_SEQ_A * 3 | (uint32_t)FLOW_SENT_A << (side))
#define USUAL_OPEN(side)                                                                                     \
	((uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A) << (side) | FLOW_HOLES | FLOW_RST | (uint32_t)FLOW_FIN_A * 3)
#define USUAL_LOOKING(side) ((uint32_t)FLOW_LOOK_A << (side) | FLOW_CONTROL)
#define USUAL_EMPTY(side)                                                                                    \
	{                                                                                                    \
		USUAL_KNOWN(side), USUAL_KNOWN(side) | USUAL_OPEN(side)                                      \
	}
#define USUAL_FULL(side)                                                                                     \
	{                                                                                                    \
		USUAL_KNOWN(side), USUAL_KNOWN(side) | USUAL_OPEN(side) | USUAL_LOOKING(side)                \
	}
static const struct usual_flags usual_flags[2][2] = {{USUAL_EMPTY(0), USUAL_EMPTY(1)},
						     {USUAL_FULL(0), USUAL_FULL(1)}};

/* What the flow itself must be for that. */
static inline bool is_usual_state(const struct flow_hot *hot, unsigned side, bool has_payload)
{
	const struct usual_flags *wanted = &usual_flags[has_payload][side];

	return hot->number != 0 && (hot->flags & wanted->mask) == wanted->known &&
	       (hot->state & FLOW_COUNTED) && (!has_payload || (hot->flags & FLOW_DATA_A * 3)) &&
	       is_answered(hot, side);
}

/* TCP that acknowledges, and neither opens nor closes. Both bytes at once, as they stand in memory. */
static inline bool is_usual_segment(const struct packet_quick *quick)
{
	static const uint8_t usual[2] = {PROTO_TCP, TCP_ACK},
			     mask[2] = {0xff, TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK};
	uint16_t is, should, matters;

	_Static_assert(offsetof(struct packet_quick, tcp_flags) ==
			   offsetof(struct packet_quick, protocol) + 1,
		       "protocol and flags stand side by side");
	memcpy(&is, &quick->protocol, sizeof(is));
	memcpy(&should, usual, sizeof(should));
	memcpy(&matters, mask, sizeof(matters));
	return (is & matters) == should;
}

/* It has the numbers that were expected. */
static inline bool has_usual_numbers(const struct flow_hot *hot, const struct packet_quick *quick,
				     unsigned side)
{
	return quick_seq(quick) == hot->tcp.seq_next[side] &&
	       (int32_t)(quick_ack(quick) - hot->tcp.seq_next[side ^ 1]) <= 0;
}

/* Of datagrams: the flow was answered, or its question repeated, and cannot answer another one. */
static inline bool is_usual_datagram(const struct flow_hot *hot, unsigned side)
{
	const uint32_t sent = (uint32_t)FLOW_SENT_A << side;
	const uint32_t open =
	    (uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A | FLOW_LOOK_A) << side | FLOW_SHARED | FLOW_MIRRORED;

	return (hot->flags & (sent | open)) == sent && is_answered(hot, side);
}

/* In its line is kept what was found once, until somebody changes it (flow_forget_usual): of TCP between two
 * plain IPv4 addresses, by side, that its packets are usual whether they have a payload or not, or those
 * without. */
enum { USUAL_ANY = 1 << 0, USUAL_WITHOUT = 1 << 2 };

static inline bool is_known_usual(const struct flow_hot *hot, const struct packet_quick *quick, unsigned side)
{
	unsigned known = (unsigned)hot->usual >> side;

	return (known & USUAL_ANY) || (quick->payload_length == 0 && (known & USUAL_WITHOUT));
}

/* Finds it out. */
static __attribute__((noinline, unused)) bool find_usual(struct flow_hot *hot,
							 const struct packet_quick *quick, unsigned side)
{
	bool has_payload = quick->payload_length > 0;

	if (hot->protocol != PROTO_TCP || (hot->direction & FLOW_WIDE))
		return false;
	if (is_usual_state(hot, side, true))
		hot->usual = (hot->usual | (unsigned)USUAL_ANY << side) & 15U;
	else if (!has_payload && is_usual_state(hot, side, false))
		hot->usual = (hot->usual | (unsigned)USUAL_WITHOUT << side) & 15U;
	else
		return false;
	return true;
}

/* Each counts the usual packet. False, and nothing done: it is none, or a duplicate by SIGNATURE. */
static inline __attribute__((always_inline)) bool
take_usual_tcp(struct flow_table *table, struct flow_hot *hot, const struct packet_quick *quick,
	       uint32_t signature, int64_t time_ns, unsigned side)
{
	if (!has_usual_numbers(hot, quick, side) ||
	    !is_same_stretch(hot, quick, table->clock.minute_start_ns) ||
	    duplicate_seen(table, hot, signature, time_ns))
		return false;
	count_usual_tcp(table, hot, quick, time_ns, side);
	return true;
}

static inline bool take_usual_datagram(struct flow_table *table, struct flow_hot *hot,
				       const struct packet_quick *quick, uint32_t signature, int64_t time_ns,
				       unsigned side)
{
	if (!is_usual_datagram(hot, side) || !is_same_stretch(hot, quick, table->clock.minute_start_ns) ||
	    duplicate_seen(table, hot, signature, time_ns))
		return false;
	hot->datagram.heard_ns[side] = time_ns;
	count_usual(table, hot, quick, time_ns, side);
	return true;
}

#endif
