/*
 * Packets of which all facts are there: of IPv6, in tunnels, in fragments, ICMP errors, and those that turned
 * out to need more than quick facts.
 */
#include "whole.h"
#include "usual.h"

/* Its ends are its key, as all but fragments have them. */
static inline bool is_plain(const struct packet_facts *facts)
{
	return !facts->is_fragment && !facts->has_outer_fragment;
}

/* IPv6 and whatever else has all its facts. */
static bool take_whole(struct flow_table *table, struct flow_hot *hot, const struct whole_packet *whole)
{
	const struct packet_facts *facts = whole->facts;
	struct packet_quick quick;
	struct flow_end src, dst;
	struct flow_key key;
	int side;

	if (!hot || !is_plain(facts) || facts->ip_length > UINT16_MAX || facts->payload_length > UINT16_MAX ||
	    (facts->protocol != PROTO_TCP && (facts->protocol != PROTO_UDP || boot_is_on_port(facts))))
		return false;
	key_make(facts, &src, &dst);
	key_fill(table, &key, &src, &dst, facts->protocol);
	side = key_side(table, hot, &key, &src, &dst);
	if (side < 0)
		return false;
	quick = (struct packet_quick){.tcp_numbers = quick_numbers(facts->tcp_seq, facts->tcp_ack),
				      .ip_length = (uint16_t)facts->ip_length,
				      .payload_length = (uint16_t)facts->payload_length,
				      .vlan = facts->vlan_count ? facts->vlans[0] : (uint16_t)PACKET_UNTAGGED,
				      .protocol = facts->protocol,
				      .tcp_flags = facts->tcp_flags};
	if (facts->protocol == PROTO_TCP)
		return is_usual_segment(&quick) &&
		       is_usual_state(hot, (unsigned)side, quick.payload_length > 0) &&
		       take_usual_tcp(table, hot, &quick, duplicate_signature(facts, (unsigned)side),
				      whole->time_ns, (unsigned)side);
	return take_usual_datagram(table, hot, &quick, duplicate_signature(facts, (unsigned)side),
				   whole->time_ns, (unsigned)side);
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

enum accounting whole_take_unusual(struct flow_table *table, const struct whole_packet *whole,
				   enum decode_result result, uint32_t number)
{
	const struct packet_facts *facts = whole->facts;
	struct keyed_packet p = {
	    .facts = facts, .time_ns = whole->time_ns, .frame = whole->frame, .input = whole->input};

	key_make(facts, &p.src, &p.dst);
	p.is_mute = facts->protocol == PROTO_TCP && facts->tcp_flags == 0;
	if (result != DECODE_OK)
		return take_apart(table, &p, result);
	if (facts->protocol == PROTO_UDP && boot_is_on_port(facts) && boot_key(table, &p))
		number = FLOW_NONE;
	table_key(table, &p);
	table_take(table, &p, number);
	if (!is_plain(facts))
		fragment_first(table, &p, false);
	return ACCOUNT_AUDITED;
}

enum accounting whole_take(struct flow_table *table, const struct whole_packet *whole,
			   enum decode_result result, struct flow_hot *hot, uint32_t number)
{
	if (result == DECODE_OK)
		return take_whole(table, hot, whole) ? ACCOUNT_AUDITED
						     : whole_take_unusual(table, whole, result, number);
	if (result == DECODE_LATER_FRAGMENT || result == DECODE_ICMP_ERROR)
		return whole_take_unusual(table, whole, result, FLOW_NONE);
	return ACCOUNT_AUDITED;
}
