/*
 * The middle road: a TCP packet that brings nothing unexpected, of a flow of which not all is known yet, so
 * that it is not the usual packet (usual.h). Such are each side's first few. What follows from them is done
 * straight from quick facts; what does so from all facts, for any packet, is take_by, tcp_packet and what
 * they call.
 */
#include "early.h"
#include "base/cursor.h"
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
 * taken up in its middle, or opened before all eyes. */
static bool is_early_state(const struct flow_hot *hot)
{
	const uint32_t known = (uint32_t)FLOW_SEQ_A * BOTH;
	const uint32_t others = FLOW_HOLES | FLOW_RST | FLOW_CONTROL | (uint32_t)FLOW_FIN_A * BOTH;

	return (hot->flags & (known | others)) == known &&
	       (!(hot->flags & (uint32_t)(FLOW_SYN_A | FLOW_SYNACK_A) * BOTH) || is_linked(hot));
}

/* Somebody is going to look at its payload. */
static bool is_looked_at(const struct flow_hot *hot, const struct packet_quick *quick, unsigned side)
{
	return quick->payload_length > 0 && (hot->flags & (uint32_t)FLOW_LOOK_A << side);
}

/* Such a payload neither tells who asks nor may be an FTP server's greeting. After a handshake only the
 * latter matters. */
static bool is_meaningless(const struct packet *packet, const struct packet_quick *quick,
			   const struct flow_hot *hot)
{
	struct cursor frame = cur_make(packet->data, packet->caplen);

	if (cur_peek(&frame, quick->payload_at) == '2' ||
	    packet->caplen - quick->payload_at < quick->payload_length)
		return false;
	return (hot->flags & (uint32_t)FLOW_SYN_A * BOTH) || flow_says_nothing_quick(packet, quick);
}

/* A payload without meaning was looked at: after a handshake the first one is enough. */
static void look(struct flow_hot *hot, unsigned side)
{
	if (hot->flags & (uint32_t)FLOW_SYN_A * BOTH)
		hot->flags &= ~((uint32_t)FLOW_LOOK_A << side);
	else
		flow_looked(hot, side);
}

/* As tcp_packet has it. */
static void attend(struct flow_entry *e, const struct packet_quick *quick, unsigned side)
{
	struct flow_hot *hot = e->hot;
	unsigned other = side ^ 1;
	uint32_t progress = (uint32_t)FLOW_PROGRESS_A * BOTH;

	hot->flags |= (uint32_t)FLOW_PROGRESS_A << side;
	if (quick->payload_length > 0)
		hot->flags |= (uint32_t)FLOW_DATA_A << side;
	if ((hot->flags & progress) == progress || flow_has(e, (uint32_t)FLOW_SYNACK_A << other) ||
	    (flow_has(e, (uint32_t)FLOW_DATA_A << side) && flow_has(e, (uint32_t)FLOW_SYN_A << other)))
		flow_happens(e, FLOW_SUCCEEDED);
	if (is_looked_at(hot, quick, side))
		look(hot, side);
	if (flow_has(e, (uint32_t)FLOW_DATA_A << side) || flow_happened(e, FLOW_SUCCEEDED))
		hot->flags &= ~((uint32_t)FLOW_ATTEND_A << side);
}

/* As note_counted and tcp_count have it of the entry. */
static void number(struct flow_entry *e, unsigned side)
{
	if (!(e->hot->state & FLOW_COUNTED)) {
		e->small = (uint8_t)(e->small + (1U << SMALL_PACKETS_SHIFT));
		if (flow_packets_so_far(e) == SMALL_PACKETS_MAX)
			e->hot->state |= FLOW_COUNTED;
	}
	e->small = (uint8_t)(e->small | SMALL_NUMBERED_A << side);
}

/* All that the packet does besides being counted in its flow's line. */
static void change(const struct flow_table *table, struct flow_entry *e, const struct packet *packet,
		   const struct packet_quick *quick, unsigned side)
{
	struct flow_hot *hot = e->hot;

	flow_forget_usual(hot);
	if (hot->last_ns < table->clock.minute_start_ns)
		hot->state &= (uint16_t)~FLOW_ANSWERED_NOW;
	if (hot->packets[0] + hot->packets[1] == 0)
		e->first_ns = packet->time_ns;
	e->minutes |= table->clock.minute_bit;
	hot->flags |= (uint32_t)FLOW_SENT_A << side;
	if ((hot->flags & (uint32_t)FLOW_ATTEND_A << side) || is_looked_at(hot, quick, side))
		attend(e, quick, side);
	number(e, side);
	if (side != flow_initiator(e)) {
		e->answered_minutes |= table->clock.minute_bit;
		hot->state |= FLOW_ANSWERED_NOW;
	}
}

/* The packet's frame and MACs are wanted; without its MACS, of a packet that is sent to a group, or where
 * records want more, others know what to do. */
static bool is_notable(const struct flow_table *table, const struct packet_quick *quick, const uint8_t *macs)
{
	return !table->sink.record && macs && note_is_unicast(quick, macs);
}

static void note(struct flow_entry *e, const struct packet *packet, const uint8_t *macs, uint32_t input,
		 unsigned side)
{
	note_parts(e, macs + MAC_BYTES, macs, DELIVERY_UNICAST,
		   frame_mark_make(packet->time_ns, input, packet->frame), side);
}

/* The packet of a flow with an entry that lies in the present bucket and goes on. */
static bool take_entry(struct flow_table *table, struct flow_hot *hot, const struct packet *packet,
		       const struct packet_quick *quick, uint32_t input, unsigned side)
{
	struct flow_entry *e = table_entry(table, hot->number - 1);
	struct cursor frame = cur_make(packet->data, packet->caplen);
	const uint8_t *macs = cur_take(&frame, (size_t)2 * MAC_BYTES);
	bool noted = flow_has(e, (uint32_t)FLOW_NOTE_A << side);

	if (e->bucket != table->clock.bucket || (noted && !is_notable(table, quick, macs)) ||
	    (is_looked_at(hot, quick, side) && !is_meaningless(packet, quick, hot)) ||
	    (hot->last_ns < table->clock.minute_start_ns && flow_hot_is_over(table, hot, packet->time_ns)) ||
	    duplicate_seen(table, hot, duplicate_signature_quick(quick, side), packet->time_ns))
		return false;
	change(table, e, packet, quick, side);
	if (noted)
		note(e, packet, macs, input, side);
	count_usual_tcp(table, hot, quick, packet->time_ns, side);
	return true;
}

/* Everything but payloads that are looked at is known of the flow, and in its line. */
static bool is_looking_only(const struct flow_table *table, const struct flow_hot *hot, unsigned side)
{
	const uint32_t known = (uint32_t)(FLOW_SENT_A | FLOW_PROGRESS_A | FLOW_DATA_A) << side;
	const uint32_t open = (uint32_t)(FLOW_NOTE_A | FLOW_ATTEND_A) << side;

	return (hot->flags & (known | open)) == known && (hot->state & FLOW_COUNTED) &&
	       is_answered(hot, side) && hot->last_ns >= table->clock.minute_start_ns;
}

/* The packet that needs nothing of its flow but the line. */
static bool take_line(struct flow_table *table, struct flow_hot *hot, const struct packet *packet,
		      const struct packet_quick *quick, unsigned side)
{
	bool looked_at = is_looked_at(hot, quick, side);

	if ((looked_at && !is_meaningless(packet, quick, hot)) ||
	    duplicate_seen(table, hot, duplicate_signature_quick(quick, side), packet->time_ns))
		return false;
	if (looked_at)
		look(hot, side);
	count_usual_tcp(table, hot, quick, packet->time_ns, side);
	return true;
}

bool early_take(struct flow_table *table, const struct packet *packet, const struct packet_quick *quick,
		uint32_t input, uint32_t number)
{
	struct flow_hot *hot = table_hot(table, number);
	int found = key_side_of(hot, quick->addresses, quick->ports, quick->protocol);
	unsigned side = (unsigned)found;

	if (found < 0 || !is_usual_segment(quick))
		return false;
	if (hot->number == 0 &&
	    (flow_hot_is_over(table, hot, packet->time_ns) || !first_make_entry(table, number)))
		return false;
	if (!is_early_state(hot) || !has_usual_numbers(hot, quick, side) ||
	    (quick->vlan != PACKET_UNTAGGED && quick->vlan != flow_vlan(hot)))
		return false;
	if (is_looking_only(table, hot, side))
		return take_line(table, hot, packet, quick, side);
	return take_entry(table, hot, packet, quick, input, side);
}
