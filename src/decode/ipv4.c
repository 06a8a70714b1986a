/*
 * IPv4 (RFC 791).
 */
#include "walk.h"

enum { IPV4_HEADER = 20, IP_MAX = 65535 };

struct ipv4_header {
	struct addr src, dst;
	size_t length; /* of the header */
	size_t total;
	uint16_t id;
	uint16_t flags_offset;
	uint8_t protocol;
	uint8_t version;
};

static struct ipv4_header read_header(struct cursor *head)
{
	struct ipv4_header h = {0};
	uint8_t version_length = cur_u8(head);
	const uint8_t *src, *dst;

	h.version = version_length >> 4;
	h.length = (version_length & 15U) * 4U;
	cur_skip(head, 1);
	h.total = cur_be16(head);
	h.id = cur_be16(head);
	h.flags_offset = cur_be16(head);
	cur_skip(head, 1);
	h.protocol = cur_u8(head);
	cur_skip(head, 2);
	src = cur_take(head, 4);
	dst = cur_take(head, 4);
	if (src && dst) {
		h.src = addr_ipv4(src);
		h.dst = addr_ipv4(dst);
	}
	return h;
}

/* Fragment fields; says whether they can be. */
static bool note_fragment(struct walk *w, const struct ipv4_header *h)
{
	enum { MORE = 0x2000, OFFSET = 0x1fff };
	struct packet_facts *facts = w->facts;

	facts->more_fragments = (h->flags_offset & MORE) != 0;
	facts->fragment_offset = (h->flags_offset & OFFSET) * 8U;
	facts->is_fragment = facts->more_fragments || facts->fragment_offset;
	facts->ip_id = h->id;
	/* RFC 6864 section 4.1: the id of what is no fragment means nothing; 0 is what senders put who set
	 * none. */
	facts->has_ip_id = facts->is_fragment || h->id != 0;
	if (!facts->is_fragment)
		return true;
	facts->fragment_protocol = h->protocol;
	facts->fragment_length = (uint32_t)w->declared;
	if (facts->more_fragments && !w->length_guessed && (w->declared == 0 || w->declared % 8 != 0))
		return false;
	return facts->fragment_offset + w->declared <= IP_MAX - h->length;
}

/* A total length of 0 is what a capture on the sender shows of a packet still to be segmented: the wire
 * length. */
static enum decode_result note_length(struct walk *w, size_t header_length, size_t total, size_t wire)
{
	uint8_t protocol = w->facts->protocol;

	if (total == 0 && !w->guessed && (protocol == PROTO_TCP || protocol == PROTO_UDP)) {
		total = wire;
		w->length_guessed = true;
	}
	if (total < header_length || (w->guessed && total > wire && !w->facts->has_outer_fragment))
		return DECODE_IP_TOTAL_LENGTH;
	w->facts->ip_length = (uint32_t)total;
	walk_trim(w, total - IPV4_HEADER);
	w->declared = total - IPV4_HEADER;
	return DECODE_OK;
}

enum decode_result step_ipv4(struct walk *w)
{
	size_t wire = walk_wire(w);
	struct cursor head = walk_head(w, IPV4_HEADER);
	struct ipv4_header h = read_header(&head);
	enum decode_result result;

	if (!cur_ok(&head))
		return walk_short(w, DECODE_IP_SHORT);
	if (h.version != 4)
		return DECODE_IP_VERSION;
	if (h.length < IPV4_HEADER)
		return DECODE_IP_HEADER_LENGTH;
	result = walk_enter_ip(w, 4);
	if (result != DECODE_OK)
		return result;
	walk_set_addresses(w, &h.src, &h.dst);
	w->facts->protocol = h.protocol;
	result = note_length(w, h.length, h.total, wire);
	if (result != DECODE_OK)
		return result;
	head = walk_head(w, h.length - IPV4_HEADER);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_IP_SHORT);
	if (!note_fragment(w, &h))
		return DECODE_FRAGMENT_BAD;
	if (w->facts->fragment_offset) {
		(void)walk_payload(w);
		return DECODE_LATER_FRAGMENT;
	}
	return walk_protocol(w, h.protocol);
}

/* Where the version is told by the packet alone. */
enum decode_result step_ip(struct walk *w)
{
	uint8_t version = cur_peek(&w->at, 0) >> 4;

	if (cur_left(&w->at) == 0)
		return w->cut ? DECODE_IP_SHORT : DECODE_RUNT;
	if (version == 4)
		return walk_go(w, step_ipv4);
	if (version == 6)
		return walk_go(w, step_ipv6);
	return DECODE_IP_VERSION;
}
