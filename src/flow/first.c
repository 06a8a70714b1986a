/*
 * TCP flows of one packet. Most packets of a flood or a scan are the only ones of their flows, so such a flow
 * is its packet, kept as it came in the flow's line. When it ends, or when a second packet comes, the packet
 * is taken again as the first of a flow with an entry, in the minute when it came: what follows from it is
 * decided in one place only.
 */
#include "base/cursor.h"
#include "duplicate.h"
#include "key.h"
#include "note.h"

enum { HEADERS_MAX = UINT8_MAX };

enum { FTP_PORT = 21 };

/* Nothing that is registered anywhere may make a difference, then or later. */
static bool is_alone(const struct flow_table *table)
{
	return !table->sink.record && table->carried_count == 0 && !ftp_is_waiting(table);
}

static bool fits(const struct packet_facts *facts)
{
	return facts->ip_length <= UINT16_MAX && facts->ip_length >= facts->payload_length &&
	       facts->ip_length - facts->payload_length <= HEADERS_MAX && facts->ip_id <= UINT16_MAX &&
	       (facts->has_ip_id || facts->payload_length == 0);
}

/* Payload of a SYN is not looked at. */
static bool says_nothing(const struct packet_facts *facts)
{
	return (facts->tcp_flags & TCP_SYN) || flow_says_nothing(facts);
}

bool first_suffices(const struct flow_table *table, const struct keyed_packet *p)
{
	const struct packet_facts *facts = p->facts;

	return facts->protocol == PROTO_TCP && !p->key.wide && !p->is_mute && p->frame != 0 &&
	       !facts->is_fragment && !facts->has_outer_fragment && fits(facts) &&
	       facts->delivery == DELIVERY_UNICAST && facts->src_port != FTP_PORT &&
	       facts->dst_port != FTP_PORT && is_alone(table) && says_nothing(facts);
}

static void keep(struct flow_table *table, struct flow_hot *hot, const struct packet_quick *quick,
		 struct frame_mark frame)
{
	struct flow_first *first = &hot->first;

	hot->last_ns = frame.time_ns;
	hot->state = quick->vlan;
	hot->first_ip.tcp_flags = quick->tcp_flags;
	hot->first_ip.header_length = (uint8_t)(quick->ip_length - quick->payload_length);
	hot->first_ip.ip_id = quick->ip_id;
	first->where = frame.where;
	first->tcp_seq = quick_seq(quick);
	first->tcp_ack = quick_ack(quick);
	first->ip_length = quick->ip_length;
	table->statistics.flows++;
}

static void keep_macs(struct flow_hot *hot, const uint8_t *src, const uint8_t *dst)
{
	static const uint8_t none[MAC_BYTES];

	if (memcmp(src, none, MAC_BYTES) == 0)
		return;
	memcpy(hot->first.mac[0], src, MAC_BYTES);
	memcpy(hot->first.mac[1], dst, MAC_BYTES);
}

void first_keep(struct flow_table *table, struct flow_hot *hot, const struct keyed_packet *p)
{
	const struct packet_facts *facts = p->facts;
	struct packet_quick quick = {.tcp_numbers = quick_numbers(facts->tcp_seq, facts->tcp_ack),
				     .ip_length = (uint16_t)facts->ip_length,
				     .ip_id = facts->has_ip_id ? (uint16_t)facts->ip_id : 0,
				     .payload_length = (uint16_t)facts->payload_length,
				     .vlan =
					 facts->vlan_count > 0 ? facts->vlans[0] : (uint16_t)PACKET_UNTAGGED,
				     .tcp_flags = facts->tcp_flags};

	_Static_assert((int)PACKET_UNTAGGED == (int)FLOW_VLAN_UNSET, "what has no tag is the same in both");
	keep(table, hot, &quick, frame_mark_make(p->time_ns, p->input, p->frame));
	if (!facts->has_ip_id) {
		hot->first.without_id = true;
		hot->first_ip.ip_id = duplicate_header(facts);
	}
	if (facts->has_macs)
		keep_macs(hot, facts->src_mac, facts->dst_mac);
}

static bool quick_suffices(const struct packet *packet, const struct packet_quick *quick)
{
	return quick->protocol == PROTO_TCP && quick->tcp_flags != 0 && quick_port(quick, 0) != FTP_PORT &&
	       quick_port(quick, 1) != FTP_PORT &&
	       (quick->payload_length == 0 ||
		(quick->ip_id != 0 &&
		 ((quick->tcp_flags & TCP_SYN) || flow_says_nothing_quick(packet, quick))));
}

bool first_take(struct flow_table *table, const struct packet *packet, const struct packet_quick *quick,
		uint32_t input, uint32_t hash)
{
	struct cursor frame = cur_make(packet->data, packet->caplen);
	const uint8_t *macs = cur_take(&frame, (size_t)2 * MAC_BYTES);
	struct flow_key key = {
	    .addresses = quick->addresses, .ports = quick->ports, .hash = hash, .protocol = quick->protocol};
	struct flow_hot *hot;

	if (!macs || packet->frame == 0 || !quick_suffices(packet, quick) || !note_is_unicast(quick, macs) ||
	    !is_alone(table))
		return false;
	hot = table_hot(table, table_make(table, &key, false));
	keep(table, hot, quick, frame_mark_make(packet->time_ns, input, packet->frame));
	keep_macs(hot, macs + MAC_BYTES, macs);
	return true;
}

struct flow_entry *first_make_entry(struct flow_table *table, uint32_t number)
{
	struct flow_hot *hot = table_hot(table, number), first = *hot;
	struct flow_entry *e;

	while (!(e = table_add_entry(table, hot))) {
		table_make_room(table);
		/* It may have been among those that had to end. */
		if (memcmp(hot, &first, sizeof(first)) != 0)
			return NULL;
	}
	first_open(table, &first, hot, e);
	return e;
}
