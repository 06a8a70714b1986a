/*
 * The middle road: a TCP packet that brings nothing unexpected, of a flow of which not all is known yet, so
 * that it is not the usual packet (usual.h). Such are each side's first few, the SYN-ACK that a SYN asked
 * for, and those that close. What follows from them is done straight from quick facts; what does so from all
 * facts, for any packet, is take_by, tcp_packet and what they call.
 */
#include "early.h"
#include "decode/evidence.h"
#include "note.h"
#include "usual.h"

enum { BOTH = 3 };

/* The handshake was seen, and says by itself who opened. */
static bool is_linked(const struct flow_hot *hot)
{
	const uint32_t opened = (uint32_t)(FLOW_SYN_A | FLOW_SYNACK_A) * BOTH;
	unsigned initiator = (unsigned)hot->direction >> FLOW_INITIATOR_SHIFT & 1U;
	uint32_t linked = (uint32_t)(FLOW_SYN_A | FLOW_ACKED_A) << initiator | (uint32_t)FLOW_SYNACK_A
										   << (initiator ^ 1);

	return (hot->flags & (opened | linked)) == linked && (hot->direction & 15U) == DIRECTION_HANDSHAKE;
}

/* Nothing of the flow is in doubt that such a packet could settle: both sides' numbers are known, and it was
 * taken up in its middle, or opened before all eyes. It may be closing. */
static bool is_early_state(const struct flow_hot *hot)
{
	const uint32_t known = (uint32_t)FLOW_SEQ_A * BOTH;
	const uint32_t others = FLOW_HOLES | FLOW_RST | FLOW_CONTROL;

	return (hot->flags & (known | others)) == known &&
	       (!(hot->flags & (uint32_t)(FLOW_SYN_A | FLOW_SYNACK_A) * BOTH) || is_linked(hot));
}

/* TCP that acknowledges. */
static inline bool is_early_segment(const struct packet_quick *quick)
{
	return quick->protocol == PROTO_TCP && (quick->tcp_flags & (TCP_RST | TCP_ACK)) == TCP_ACK;
}

/* The SYN-ACK that the flow's SYN, of which nothing else came, asked for. */
static inline bool is_asked_for(const struct flow_hot *hot, const struct packet_quick *quick, unsigned side)
{
	const uint32_t pairs = FLOW_SYN_A | FLOW_SYNACK_A | FLOW_ACKED_A | FLOW_FIN_A | FLOW_PROGRESS_A |
			       FLOW_DATA_A | FLOW_SEQ_A;
	const uint32_t others = FLOW_HOLES | FLOW_RST | FLOW_CONTROL | FLOW_TWO_SYNS;
	unsigned other = side ^ 1;

	return (hot->flags & (pairs * BOTH | others)) == (uint32_t)(FLOW_SYN_A | FLOW_SEQ_A) << other &&
	       !(quick->tcp_flags & TCP_FIN) && quick->payload_length == 0;
}

/* Somebody is going to look at its payload. */
static bool is_looked_at(const struct flow_hot *hot, const struct packet_quick *quick, unsigned side)
{
	return quick->payload_length > 0 && (hot->flags & (uint32_t)FLOW_LOOK_A << side);
}

/* Such a payload neither tells who asks nor may be an FTP server's greeting. After a handshake only the
 * latter matters. */
static inline bool is_meaningless(const struct packet *packet, const struct packet_quick *quick,
				  const struct flow_hot *hot)
{
	const uint8_t *payload = packet->data + quick->payload_at;
	size_t length = quick->payload_length;
	struct cursor c = cur_make(payload, length);

	if (packet->caplen - quick->payload_at < length)
		return false;
	if (hot->flags & (uint32_t)FLOW_SYN_A * BOTH)
		return cur_peek(&c, 0) != '2';
	return !evidence_may_begin(payload, length, length) ||
	       (cur_peek(&c, 0) != '2' && flow_says_nothing_quick(packet, quick));
}

/* A payload without meaning was looked at: after a handshake the first one is enough. */
static inline void look(struct flow_hot *hot, unsigned side)
{
	if (hot->flags & (uint32_t)FLOW_SYN_A * BOTH)
		hot->flags &= ~((uint32_t)FLOW_LOOK_A << side);
	else
		flow_looked(hot, side);
}

/* As tcp_packet has it: the FLAGS that come of it. */
static inline uint32_t attend(struct flow_entry *e, uint32_t flags, const struct packet_quick *quick,
			      unsigned side)
{
	const uint32_t both = (uint32_t)FLOW_PROGRESS_A * BOTH;
	const uint32_t progress = (uint32_t)FLOW_PROGRESS_A << side, data = (uint32_t)FLOW_DATA_A << side;
	unsigned other = side ^ 1;

	if (quick->tcp_flags & TCP_FIN)
		flags |= (uint32_t)FLOW_FIN_A << side;
	else
		flags |= progress;
	if (quick->payload_length > 0)
		flags |= progress | data;
	if ((flags & both) == both || (flags & (uint32_t)FLOW_SYNACK_A << other) ||
	    ((flags & data) && (flags & (uint32_t)FLOW_SYN_A << other)))
		flow_happens(e, FLOW_SUCCEEDED);
	if ((flags & progress) && ((flags & data) || flow_happened(e, FLOW_SUCCEEDED)))
		flags &= ~((uint32_t)FLOW_ATTEND_A << side);
	return flags;
}

/* As tcp_packet and tcp_follow have it of that. */
static inline uint32_t accept(struct flow_entry *e, struct flow_hot *hot, uint32_t flags,
			      const struct packet_quick *quick, unsigned side)
{
	e->opening.isn[side] = e->opening.seq_lowest[side] = hot->tcp.seq_next[side] = quick_seq(quick);
	return flags | (uint32_t)(FLOW_SYNACK_A | FLOW_SEQ_A) << side | (uint32_t)FLOW_ACKED_A << (side ^ 1);
}

/* As note_counted and tcp_count have it of the entry. */
static inline void number(struct flow_entry *e, struct flow_hot *hot, unsigned side)
{
	unsigned small = e->small | (unsigned)SMALL_NUMBERED_A << side;

	if (!(hot->state & FLOW_COUNTED)) {
		small += 1U << SMALL_PACKETS_SHIFT;
		if ((small >> SMALL_PACKETS_SHIFT & SMALL_PACKETS_MAX) == SMALL_PACKETS_MAX)
			hot->state |= FLOW_COUNTED;
	}
	e->small = (uint8_t)small;
}

/* All that the packet does besides being counted in its flow's line. */
static inline void change(const struct flow_table *table, struct flow_entry *e, struct flow_hot *hot,
			  const struct packet *packet, const struct packet_quick *quick, unsigned side)
{
	bool looked_at = is_looked_at(hot, quick, side), closes = quick->tcp_flags & TCP_FIN;
	uint32_t flags = hot->flags | (uint32_t)FLOW_SENT_A << side;

	/* Nothing else here makes a packet unusual that was usual. */
	if (closes || hot->last_ns < table->clock.minute_start_ns)
		flow_forget_usual(hot);
	if (hot->last_ns < table->clock.minute_start_ns)
		hot->state &= (uint16_t)~FLOW_ANSWERED_NOW;
	if (hot->packets[0] + hot->packets[1] == 0)
		e->first_ns = packet->time_ns;
	e->minutes |= table->clock.minute_bit;
	if (quick->tcp_flags & TCP_SYN)
		flags = accept(e, hot, flags, quick, side);
	else if ((flags & (uint32_t)FLOW_ATTEND_A << side) || looked_at || closes)
		flags = attend(e, flags, quick, side);
	hot->flags = flags;
	if (looked_at)
		look(hot, side);
	number(e, hot, side);
	if (side != ((unsigned)hot->direction >> FLOW_INITIATOR_SHIFT & 1U)) {
		e->answered_minutes |= table->clock.minute_bit;
		hot->state |= FLOW_ANSWERED_NOW;
	}
	/* These take a number. */
	hot->tcp.seq_next[side] += (quick->tcp_flags & (TCP_SYN | TCP_FIN)) != 0;
}

/* The packet's frame and MACs are wanted; without its MACS, of a packet that is sent to a group, or where
 * records want more, others know what to do. */
static inline bool is_notable(const struct flow_table *table, const struct packet_quick *quick,
			      const uint8_t *macs)
{
	return !table->sink.record && macs && note_is_unicast(quick, macs);
}

/* Now that it was counted: whether such packets are usual ones from now on. */
static inline void settle(struct flow_hot *hot, const struct packet_quick *quick, unsigned side)
{
	if (!is_looked_at(hot, quick, side))
		(void)find_usual(hot, quick, side);
}

/* The packet of a flow with an entry that lies in the present bucket and goes on. */
static bool take_entry(struct flow_table *table, struct flow_hot *hot, const struct packet *packet,
		       const struct packet_quick *quick, uint32_t input, unsigned side)
{
	struct flow_entry *e = table_entry(table, hot->number - 1);
	struct cursor frame = cur_make(packet->data, packet->caplen);
	const uint8_t *macs = cur_take(&frame, (size_t)2 * MAC_BYTES);
	bool noted = hot->flags & (uint32_t)FLOW_NOTE_A << side;

	/* The number behind the SYN, not behind its data or anything else. */
	if ((quick->tcp_flags & TCP_SYN) && e->opening.isn[side ^ 1] + 1 != quick_ack(quick))
		return false;
	if (e->bucket != table->clock.bucket || (noted && !is_notable(table, quick, macs)) ||
	    (is_looked_at(hot, quick, side) && !is_meaningless(packet, quick, hot)) ||
	    (time_between(hot->last_ns, packet->time_ns) >= SECONDS_CLOSED * (uint64_t)NSEC_PER_SEC &&
	     flow_hot_is_over(table, hot, packet->time_ns)) ||
	    duplicate_seen(table, hot, duplicate_signature_quick(quick, side), packet->time_ns))
		return false;
	change(table, e, hot, packet, quick, side);
	if (noted)
		note_parts(e, macs + MAC_BYTES, macs, DELIVERY_UNICAST,
			   frame_mark_make(packet->time_ns, input, packet->frame), side);
	settle(hot, quick, side);
	count_usual_tcp(table, hot, quick, packet->time_ns, side);
	return true;
}

/* The packet of a flow that may have no entry yet, or need none for it. */
static __attribute__((noinline)) bool take_known(struct flow_table *table, const struct packet *packet,
						 const struct packet_quick *quick, uint32_t input,
						 uint32_t number, unsigned side)
{
	struct flow_hot *hot = table_hot(table, number);

	if (hot->number == 0 &&
	    (flow_hot_is_over(table, hot, packet->time_ns) || !first_make_entry(table, number)))
		return false;
	/* The line alone, where nobody needs the entry. */
	if (!(hot->flags & (uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A) << side) && is_usual_segment(quick) &&
	    find_usual(hot, quick, side) && is_same_stretch(hot, quick, table->clock.minute_start_ns))
		return take_usual_tcp(table, hot, quick, duplicate_signature_quick(quick, side),
				      packet->time_ns, side);
	if (quick->tcp_flags & TCP_SYN ? !is_asked_for(hot, quick, side)
				       : !is_early_state(hot) || !has_usual_numbers(hot, quick, side))
		return false;
	return (quick->vlan == PACKET_UNTAGGED || quick->vlan == flow_vlan(hot)) &&
	       take_entry(table, hot, packet, quick, input, side);
}

/* Of a flow that was taken up in its middle everything is known, and in its line, but for payloads that are
 * still looked at. */
static inline bool is_looking(const struct flow_hot *hot, unsigned side)
{
	const uint32_t known =
	    (uint32_t)FLOW_SEQ_A * BOTH | (uint32_t)(FLOW_SENT_A | FLOW_PROGRESS_A | FLOW_DATA_A) << side;
	const uint32_t others = FLOW_HOLES | FLOW_RST | FLOW_CONTROL |
				(uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A) << side |
				(uint32_t)(FLOW_SYN_A | FLOW_SYNACK_A | FLOW_FIN_A) * BOTH;

	return hot->number != 0 && (hot->flags & (known | others)) == known && (hot->state & FLOW_COUNTED) &&
	       is_answered(hot, side);
}

bool early_take(struct flow_table *table, const struct packet *packet, const struct packet_quick *quick,
		uint32_t input, uint32_t number)
{
	struct flow_hot *hot = table_hot(table, number);
	int found = key_side_of(hot, quick->addresses, quick->ports, quick->protocol);
	unsigned side = (unsigned)found;

	if (found < 0)
		return false;
	if (!is_usual_segment(quick) || !is_looking(hot, side) || !is_looked_at(hot, quick, side) ||
	    !is_same_stretch(hot, quick, table->clock.minute_start_ns))
		return is_early_segment(quick) && take_known(table, packet, quick, input, number, side);
	if (!has_usual_numbers(hot, quick, side) || !is_meaningless(packet, quick, hot) ||
	    duplicate_seen(table, hot, duplicate_signature_quick(quick, side), packet->time_ns))
		return false;
	flow_looked(hot, side);
	settle(hot, quick, side);
	count_usual_tcp(table, hot, quick, packet->time_ns, side);
	return true;
}
