/*
 * Tunnels in UDP. A port is a hint, no proof: whatever is read here must fit, or the UDP packet stands for
 * itself (walk_enter_tunnel). So every odd header ends in DECODE_NOT_IP.
 */
#include "walk.h"

/* What NSH and VXLAN-GPE call the next protocol. */
static enum decode_result walk_next_protocol(struct walk *w, uint8_t next)
{
	switch (next) {
	case 1: return walk_go(w, step_ipv4);
	case 2: return walk_go(w, step_ipv6);
	case 3: return walk_go(w, step_ethernet);
	case 4: return walk_go(w, step_nsh);
	case 5: return walk_go(w, step_mpls);
	default: return DECODE_NOT_IP;
	}
}

/* RFC 8300 section 2.2: the length counts 4-byte words, this header's two included. */
enum decode_result step_nsh(struct walk *w)
{
	struct cursor head = walk_head(w, 8);
	size_t length = (cur_be16(&head) & 0x3fU) * 4;
	uint8_t next;

	cur_skip(&head, 1);
	next = cur_u8(&head);
	if (!cur_ok(&head) || length < 8)
		return DECODE_NOT_IP;
	head = walk_head(w, length - 8);
	return cur_ok(&head) ? walk_next_protocol(w, next) : DECODE_NOT_IP;
}

/* RFC 7348. Reserved bits are ignored: extensions use them. */
enum decode_result step_vxlan(struct walk *w)
{
	enum { HAS_VNI = 0x08 };
	struct cursor head = walk_head(w, 8);
	uint8_t flags = cur_u8(&head);
	uint32_t vni;

	cur_skip(&head, 3);
	vni = cur_be24(&head);
	if (!cur_ok(&head) || !(flags & HAS_VNI))
		return DECODE_NOT_IP;
	walk_set_vni(w, vni);
	return walk_go(w, step_ethernet);
}

/* draft-ietf-nvo3-vxlan-gpe: one flag says that the fourth byte names what follows. */
enum decode_result step_vxlan_gpe(struct walk *w)
{
	enum { HAS_VNI = 0x08, HAS_NEXT = 0x04 };
	struct cursor head = walk_head(w, 8);
	uint8_t flags = cur_u8(&head);
	uint8_t next;
	uint32_t vni;

	cur_skip(&head, 2);
	next = cur_u8(&head);
	vni = cur_be24(&head);
	if (!cur_ok(&head) || !(flags & HAS_VNI))
		return DECODE_NOT_IP;
	walk_set_vni(w, vni);
	return (flags & HAS_NEXT) ? walk_next_protocol(w, next) : walk_go(w, step_ethernet);
}

/* RFC 8926 */
enum decode_result step_geneve(struct walk *w)
{
	struct cursor head = walk_head(w, 8);
	uint8_t version_length = cur_u8(&head);
	uint16_t type;
	uint32_t vni;

	cur_skip(&head, 1);
	type = cur_be16(&head);
	vni = cur_be24(&head);
	if (!cur_ok(&head) || version_length >> 6 != 0)
		return DECODE_NOT_IP;
	head = walk_head(w, (version_length & 0x3fU) * 4);
	if (!cur_ok(&head))
		return DECODE_NOT_IP;
	walk_set_vni(w, vni);
	return walk_ethertype(w, type);
}

/* 3GPP TS 29.281 section 5.2: extension headers, each of N times 4 bytes, the last byte names the next. */
static bool skip_gtp_extensions(struct walk *w, uint8_t next)
{
	for (unsigned i = 0; next != 0 && i < DECODE_MAX_LAYERS; i++) {
		size_t size = (size_t)cur_peek(&w->at, 0) * 4;
		struct cursor head;

		if (size == 0)
			return false;
		head = walk_head(w, size);
		cur_skip(&head, size - 1);
		next = cur_u8(&head);
		if (!cur_ok(&head))
			return false;
	}
	return next == 0;
}

/* 3GPP TS 29.281 section 5.1, version 1; only message 255 carries a packet. The tunnel's id names one
 * direction alone, so it tells no network apart. */
enum decode_result step_gtp(struct walk *w)
{
	enum {
		VERSION_MASK = 0xf0,
		VERSION_1_GTP = 0x30,
		HAS_MORE = 0x07,
		HAS_EXTENSION = 0x04,
		PACKET = 255
	};
	struct cursor head = walk_head(w, 8);
	uint8_t flags = cur_u8(&head);
	uint8_t message = cur_u8(&head);
	size_t length = cur_be16(&head);
	uint8_t next;

	cur_skip(&head, 4);
	if (!cur_ok(&head) || (flags & VERSION_MASK) != VERSION_1_GTP || message != PACKET)
		return DECODE_NOT_IP;
	if (length > walk_wire(w) && !w->facts->is_fragment)
		return DECODE_NOT_IP;
	walk_trim(w, length);
	if (flags & HAS_MORE) {
		head = walk_head(w, 4);
		cur_skip(&head, 3);
		next = cur_u8(&head);
		if (!cur_ok(&head))
			return DECODE_NOT_IP;
		if ((flags & HAS_EXTENSION) && !skip_gtp_extensions(w, next))
			return DECODE_NOT_IP;
	}
	return walk_go(w, step_ip);
}

/* One end has a Teredo address (2001:0::/32), or asks for one from a link-local address, and what follows is
 * a header that IPv6 knows (RFC 4380 sections 4 and 5.2). */
static bool looks_like_teredo(struct cursor c)
{
	static const uint8_t known[] = {PROTO_TCP, PROTO_UDP, PROTO_ICMP6, 59, 0, 43, 44, 50, 51, 60};
	static const uint8_t prefix[] = {0x20, 0x01, 0x00, 0x00};
	const uint8_t *ends;
	uint8_t next;

	cur_skip(&c, 6);
	next = cur_u8(&c);
	cur_skip(&c, 1);
	ends = cur_take(&c, 32);
	if (!ends || !memchr(known, next, sizeof known))
		return false;
	for (unsigned i = 0; i < 32; i += 16)
		if (memcmp(ends + i, prefix, sizeof prefix) == 0 ||
		    (ends[i] == 0xfe && (ends[i + 1] & 0xc0) == 0x80))
			return true;
	return false;
}

/* RFC 4380 section 5.1.1: authentication (1) and origin (0) may come before the IPv6 packet. */
enum decode_result step_teredo(struct walk *w)
{
	enum { AUTHENTICATION = 1, ORIGIN = 0, ORIGIN_BYTES = 8 };
	struct cursor head;

	if (cur_peek(&w->at, 0) == 0 && cur_peek(&w->at, 1) == AUTHENTICATION) {
		size_t names = (size_t)cur_peek(&w->at, 2) + cur_peek(&w->at, 3);

		head = walk_head(w, 4 + names + 9);
		if (!cur_ok(&head))
			return DECODE_NOT_IP;
	}
	if (cur_peek(&w->at, 0) == 0 && cur_peek(&w->at, 1) == ORIGIN) {
		head = walk_head(w, ORIGIN_BYTES);
		if (!cur_ok(&head))
			return DECODE_NOT_IP;
	}
	return looks_like_teredo(w->at) ? walk_go(w, step_ipv6) : DECODE_NOT_IP;
}

/* RFC 2661 section 3.1, version 2; control messages carry no packet. */
enum decode_result step_l2tp(struct walk *w)
{
	enum {
		CONTROL = 0x8000,
		HAS_LENGTH = 0x4000,
		HAS_SEQUENCE = 0x0800,
		HAS_OFFSET = 0x0200,
		VERSION = 0x000f
	};
	struct cursor head = walk_head(w, 2);
	uint16_t flags = cur_be16(&head);

	if (!cur_ok(&head) || (flags & VERSION) != 2 || (flags & CONTROL))
		return DECODE_NOT_IP;
	if (flags & HAS_LENGTH) {
		size_t length;

		head = walk_head(w, 2);
		length = cur_be16(&head);
		if (length < 8 || length - 4 > walk_wire(w))
			return DECODE_NOT_IP;
		walk_trim(w, length - 4);
	}
	head = walk_head(w, (flags & HAS_SEQUENCE) ? 8 : 4);
	if (!cur_ok(&head))
		return DECODE_NOT_IP;
	if (flags & HAS_OFFSET) {
		head = walk_head(w, 2);
		head = walk_head(w, cur_be16(&head));
		if (!cur_ok(&head))
			return DECODE_NOT_IP;
	}
	return walk_go(w, step_ppp);
}

/* Some access controllers write the two bytes of 802.11 frame control the wrong way round. */
static bool frame_control_is_swapped(const struct cursor *c)
{
	enum { DATA = 0x08, KIND = 0x0f };

	return (cur_peek(c, 0) & KIND) != DATA && (cur_peek(c, 1) & KIND) == DATA;
}

/* RFC 5415 section 4.3: clear data packets. What was ciphered on the air is clear here whatever its bit says.
 */
enum decode_result step_capwap(struct walk *w)
{
	enum { NATIVE = 0x100, FRAGMENT = 0x80, WIFI = 1, SHORTEST = 8 };
	struct cursor head = walk_head(w, SHORTEST);
	uint8_t preamble = cur_u8(&head);
	uint32_t bits = cur_be24(&head);
	size_t length = (bits >> 19) * 4;
	unsigned binding = (bits >> 9) & 31;
	uint16_t offset;

	cur_skip(&head, 2);
	offset = cur_be16(&head) >> 3;
	if (!cur_ok(&head) || preamble != 0 || length < SHORTEST || ((bits & FRAGMENT) && offset != 0))
		return DECODE_NOT_IP;
	head = walk_head(w, length - SHORTEST);
	if (!cur_ok(&head))
		return DECODE_NOT_IP;
	if (!(bits & NATIVE))
		return walk_go(w, step_ethernet);
	if (binding != WIFI)
		return DECODE_NOT_IP;
	w->wifi_padded = false;
	w->wifi_decrypted = true;
	w->wifi_swapped = frame_control_is_swapped(&w->at);
	return walk_go(w, step_wifi);
}

/* TaZmen Sniffer Protocol, version 1: tags up to an end, then what was sniffed. */
enum decode_result step_tzsp(struct walk *w)
{
	enum { RECEIVED = 0, TAG_PADDING = 0, TAG_END = 1, MAX_TAGS = 64 };
	struct cursor head = walk_head(w, 4);
	uint8_t version = cur_u8(&head);
	uint8_t kind = cur_u8(&head);
	uint16_t inside = cur_be16(&head);
	uint8_t tag = TAG_PADDING;

	if (!cur_ok(&head) || version != 1 || kind != RECEIVED)
		return DECODE_NOT_IP;
	for (unsigned i = 0; i < MAX_TAGS && tag != TAG_END; i++) {
		head = walk_head(w, 1);
		tag = cur_u8(&head);
		if (tag != TAG_END && tag != TAG_PADDING) {
			head = walk_head(w, 1);
			head = walk_head(w, cur_u8(&head));
		}
		if (!cur_ok(&head))
			return DECODE_NOT_IP;
	}
	switch (inside) {
	case 1: return walk_go(w, step_ethernet);
	case 18: return walk_go(w, step_wifi);
	case 119: return walk_go(w, step_prism);
	case 127: return walk_go(w, step_avs);
	default: return DECODE_NOT_IP;
	}
}
