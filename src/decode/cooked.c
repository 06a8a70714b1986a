/*
 * Link layers that the capturing system makes up: Linux "cooked" frames, loopback, tunnels' and filters' own
 * headers.
 */
#include "walk.h"

enum { ADDRESS_BYTES = 8 };

/* What the Linux kernel says about where a packet was going. */
enum { PACKET_BROADCAST = 1, PACKET_MULTICAST = 2 };

struct cooked {
	uint16_t packet_type;
	uint16_t hardware;
	uint16_t address_length;
	uint16_t protocol;
	const uint8_t *address; /* of the sender, 8 bytes of room */
};

/* The destination address is not told; its kind is. */
static void note_sender(struct walk *w, const struct cooked *h)
{
	static const uint8_t unknown[MAC_BYTES] = {0};

	if (h->address_length == MAC_BYTES)
		walk_set_macs(w, unknown, h->address);
	if (h->packet_type == PACKET_BROADCAST)
		w->link_delivery = DELIVERY_BROADCAST;
	else if (h->packet_type == PACKET_MULTICAST)
		w->link_delivery = DELIVERY_MULTICAST;
}

static enum decode_result decode_cooked(struct walk *w, const struct cooked *h)
{
	enum {
		ARPHRD_NETLINK = 824,
		ARPHRD_80211 = 801,
		ARPHRD_80211_PRISM = 802,
		ARPHRD_80211_RADIOTAP = 803
	};
	enum { NOVELL = 1, LLC = 4 };

	if (h->hardware == ARPHRD_NETLINK)
		return DECODE_NOT_IP;
	if (h->hardware == ARPHRD_80211)
		return walk_go(w, step_wifi);
	if (h->hardware == ARPHRD_80211_PRISM)
		return walk_go(w, step_prism);
	if (h->hardware == ARPHRD_80211_RADIOTAP)
		return walk_go(w, step_radiotap);
	note_sender(w, h);
	if (h->protocol == LLC)
		return walk_go(w, step_llc);
	return h->protocol == NOVELL ? DECODE_NOT_IP : walk_ethertype(w, h->protocol);
}

/* LINKTYPE_LINUX_SLL */
enum decode_result step_cooked(struct walk *w)
{
	struct cursor head = walk_head(w, 16);
	struct cooked h;

	h.packet_type = cur_be16(&head);
	h.hardware = cur_be16(&head);
	h.address_length = cur_be16(&head);
	h.address = cur_take(&head, ADDRESS_BYTES);
	h.protocol = cur_be16(&head);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return decode_cooked(w, &h);
}

/* LINKTYPE_LINUX_SLL2 */
enum decode_result step_cooked2(struct walk *w)
{
	struct cursor head = walk_head(w, 20);
	struct cooked h;

	h.protocol = cur_be16(&head);
	cur_skip(&head, 6);
	h.hardware = cur_be16(&head);
	h.packet_type = cur_u8(&head);
	h.address_length = cur_u8(&head);
	h.address = cur_take(&head, ADDRESS_BYTES);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return decode_cooked(w, &h);
}

/* AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 23 on Windows, 24 on NetBSD and OpenBSD, 28 on FreeBSD,
 * 30 on macOS. */
static enum decode_result walk_family(struct walk *w, uint32_t family)
{
	switch (family) {
	case 2: return walk_go(w, step_ipv4);
	case 10:
	case 23:
	case 24:
	case 28:
	case 30: return walk_go(w, step_ipv6);
	default: return DECODE_NOT_IP;
	}
}

/* Written in the byte order of the machine that captured, which the file does not tell. */
static uint32_t family_either_order(uint32_t family)
{
	return family > 0xffff ? __builtin_bswap32(family) : family;
}

/* LINKTYPE_NULL, LINKTYPE_LOOP */
enum decode_result step_null(struct walk *w)
{
	struct cursor head = walk_head(w, 4);
	uint32_t family = cur_be32(&head);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return walk_family(w, family_either_order(family));
}

/* LINKTYPE_ENC: family, security parameter index, flags */
enum decode_result step_enc(struct walk *w)
{
	struct cursor head = walk_head(w, 12);
	uint32_t family = cur_be32(&head);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return walk_family(w, family_either_order(family));
}

/* LINKTYPE_PFLOG: its first byte is its length, without the padding to 4; its second the family. */
enum decode_result step_pflog(struct walk *w)
{
	size_t length = (cur_peek(&w->at, 0) + 3U) & ~3U;
	struct cursor head = walk_head(w, length < 4 ? 4 : length);
	uint8_t family;

	cur_skip(&head, 1);
	family = cur_u8(&head);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return walk_family(w, family);
}

/* LINKTYPE_SLIP: direction and 15 bytes of compression state, then the packet as it was before compression.
 */
enum decode_result step_slip(struct walk *w)
{
	struct cursor head = walk_head(w, 16);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return walk_go(w, step_ip);
}
