/*
 * GRE (RFC 2784, 2890, with RFC 1701's routing), its PPTP kind (RFC 2637), and what mirrors put in it: ERSPAN
 * (draft-foschiano-erspan), NVGRE (RFC 7637), WCCP, Aruba's 802.11. Where it holds no IP, the GRE packet
 * stands.
 */
#include "walk.h"

enum {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080,
	GRE_VERSION = 0x0007,
	TYPE_PPP = 0x880b,
	TYPE_BRIDGED = 0x6558,
	TYPE_ERSPAN2 = 0x88be,
	TYPE_ERSPAN3 = 0x22eb,
	TYPE_WCCP = 0x883e,
	TYPE_ARUBA_FIRST = 0x8200,
	TYPE_ARUBA_LAST = 0x8370
};

struct gre {
	uint16_t flags;
	uint16_t type;
	uint32_t key;
};

/* RFC 1701: source route entries up to an empty one. */
static enum decode_result skip_routing(struct walk *w)
{
	enum { MAX_ENTRIES = 32 };

	for (unsigned i = 0; i < MAX_ENTRIES; i++) {
		struct cursor head = walk_head(w, 4);
		uint16_t family = cur_be16(&head);
		uint8_t length;

		cur_skip(&head, 1);
		length = cur_u8(&head);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_IP_SHORT);
		if (family == 0 && length == 0)
			return DECODE_OK;
		head = walk_head(w, length);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_IP_SHORT);
	}
	return DECODE_NOT_IP;
}

static enum decode_result read_options(struct walk *w, struct gre *gre)
{
	struct cursor head;

	if (gre->flags & (GRE_CHECKSUM | GRE_ROUTING)) {
		head = walk_head(w, 4);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_IP_SHORT);
	}
	if (gre->flags & GRE_KEY) {
		head = walk_head(w, 4);
		gre->key = cur_be32(&head);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_IP_SHORT);
	}
	if (gre->flags & GRE_SEQUENCE) {
		head = walk_head(w, 4);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_IP_SHORT);
	}
	return (gre->flags & GRE_ROUTING) ? skip_routing(w) : DECODE_OK;
}

/* Version 1: the key is payload length and call; a packet without sequence number only acknowledges. */
static enum decode_result decode_pptp(struct walk *w, const struct gre *gre)
{
	struct cursor head;

	if (gre->type != TYPE_PPP || !(gre->flags & GRE_KEY))
		return DECODE_NOT_IP;
	if (gre->flags & GRE_ACK) {
		head = walk_head(w, 4);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_IP_SHORT);
	}
	if (!(gre->flags & GRE_SEQUENCE))
		return DECODE_NOT_IP;
	walk_trim(w, gre->key >> 16);
	return walk_go(w, step_ppp);
}

/* Type I has no header of its own (and no sequence number), II has 8 bytes. */
static enum decode_result decode_erspan2(struct walk *w, const struct gre *gre)
{
	struct cursor head;

	if (gre->flags & GRE_SEQUENCE) {
		head = walk_head(w, 8);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_LINK_SHORT);
	}
	return walk_go(w, step_ethernet);
}

static enum decode_result decode_erspan3(struct walk *w)
{
	enum { FRAME_ETHERNET = 0, FRAME_IP = 2, HAS_SUBHEADER = 1 };
	struct cursor head = walk_head(w, 12);
	uint16_t word;
	unsigned frame_type;

	cur_skip(&head, 10);
	word = cur_be16(&head);
	if (cur_ok(&head) && (word & HAS_SUBHEADER))
		head = walk_head(w, 8);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	frame_type = (word >> 10) & 31;
	if (frame_type == FRAME_ETHERNET)
		return walk_go(w, step_ethernet);
	return frame_type == FRAME_IP ? walk_go(w, step_ip) : DECODE_NOT_IP;
}

/* Version 2 puts 4 bytes before the packet that it redirects, version 1 none. */
static enum decode_result decode_wccp(struct walk *w)
{
	if (cur_peek(&w->at, 0) >> 4 != 4)
		(void)walk_head(w, 4);
	return walk_go(w, step_ipv4);
}

static enum decode_result step_gre_payload(struct walk *w)
{
	struct cursor head = walk_head(w, 4);
	struct gre gre = {0};
	enum decode_result result;

	gre.flags = cur_be16(&head);
	gre.type = cur_be16(&head);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_IP_SHORT);
	result = read_options(w, &gre);
	if (result != DECODE_OK)
		return result;
	if ((gre.flags & GRE_VERSION) == 1)
		return decode_pptp(w, &gre);
	if ((gre.flags & GRE_VERSION) != 0 || walk_wire(w) == 0)
		return DECODE_NOT_IP;
	if (gre.type == TYPE_BRIDGED && (gre.flags & GRE_KEY))
		walk_set_vni(w, gre.key >> 8);
	if (gre.type == TYPE_ERSPAN2)
		return decode_erspan2(w, &gre);
	if (gre.type == TYPE_ERSPAN3)
		return decode_erspan3(w);
	if (gre.type == TYPE_WCCP)
		return decode_wccp(w);
	if (gre.type >= TYPE_ARUBA_FIRST && gre.type <= TYPE_ARUBA_LAST)
		return walk_go(w, step_wifi);
	return walk_ethertype(w, gre.type);
}

enum decode_result step_gre(struct walk *w)
{
	return walk_enter_tunnel(w, step_gre_payload, false);
}
