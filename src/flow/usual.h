/*
 * Private to flow/: the usual packet. It belongs to a flow that is known, in a minute in which the flow was
 * seen before, and can change nothing that is known of it: of TCP it has the numbers that were expected. It
 * is counted with one cache line touched.
 */
#ifndef FLOW_USUAL_H
#define FLOW_USUAL_H

#include "duplicate.h"

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

static inline bool is_settled_tcp(const struct flow_hot *hot, unsigned side, bool has_payload)
{
	const struct usual_flags *wanted = &usual_flags[has_payload][side];

	return (hot->flags & wanted->mask) == wanted->known && (hot->state & FLOW_COUNTED);
}

/* The usual packet of TCP, its payload aside unless MATTERS: with the numbers that were expected and nothing
 * that could change what is known of the flow. */
static inline bool is_usual_tcp(const struct flow_hot *hot, const struct packet_quick *quick, unsigned side,
				bool matters)
{
	bool has_payload = matters && quick->payload_length > 0;

	return (quick->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) == TCP_ACK && hot->number != 0 &&
	       is_settled_tcp(hot, side, has_payload) && quick->tcp_seq == hot->tcp.seq_next[side] &&
	       (int32_t)(quick->tcp_ack - hot->tcp.seq_next[side ^ 1]) <= 0 &&
	       (!has_payload || (hot->flags & FLOW_DATA_A * 3));
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

	if (!(tcp ? is_usual_tcp(hot, quick, side, true) : is_usual_datagram(hot, side)) ||
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

#endif
