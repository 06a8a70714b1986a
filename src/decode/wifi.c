/*
 * IEEE 802.11 data frames, and the headers that capturing systems put before them. Control and management
 * frames carry no IP. An aggregate (A-MSDU) is walked as its first subframe; the others are asked for one by
 * one.
 */
#include "walk.h"

/* IEEE 802.11-2020 section 9.2.4.1: the two bytes of frame control. */
enum {
	FC_VERSION = 0x03,
	FC_TYPE_DATA = 2,
	SUBTYPE_NO_DATA = 4,
	SUBTYPE_QOS = 8,
	FC_TO_DS = 0x01,
	FC_FROM_DS = 0x02,
	FC_PROTECTED = 0x40,
	FC_ORDER = 0x80,
	QOS_AGGREGATE = 0x80
};

struct wifi_header {
	uint8_t subtype;
	uint8_t flags;
	bool aggregate;
	bool later_fragment;
};

/* Table 9-30: which address is whose depends on the two DS bits. */
static void note_addresses(struct walk *w, uint8_t flags, const uint8_t *addresses, const uint8_t *fourth)
{
	const uint8_t *first = addresses, *second = addresses + 6, *third = addresses + 12;
	bool to = flags & FC_TO_DS, from = flags & FC_FROM_DS;

	if (to && from)
		walk_set_macs(w, third, fourth);
	else if (to)
		walk_set_macs(w, third, second);
	else if (from)
		walk_set_macs(w, first, third);
	else
		walk_set_macs(w, first, second);
}

static bool read_addresses(struct walk *w, struct wifi_header *h)
{
	bool four = (h->flags & FC_TO_DS) && (h->flags & FC_FROM_DS);
	struct cursor head = walk_head(w, 22U + (four ? MAC_BYTES : 0U));
	const uint8_t *addresses, *fourth = NULL;

	cur_skip(&head, 2);
	addresses = cur_take(&head, 3 * (size_t)MAC_BYTES);
	h->later_fragment = ((w->wifi_swapped ? cur_be16(&head) : cur_le16(&head)) & 15) != 0;
	if (four)
		fourth = cur_take(&head, MAC_BYTES);
	if (!addresses || (four && !fourth))
		return false;
	note_addresses(w, h->flags, addresses, fourth);
	return true;
}

static bool read_qos(struct walk *w, struct wifi_header *h, size_t *length)
{
	size_t size = (h->flags & FC_ORDER) ? 6 : 2;
	struct cursor head;

	if (!(h->subtype & SUBTYPE_QOS))
		return true;
	head = walk_head(w, size);
	h->aggregate = (cur_u8(&head) & QOS_AGGREGATE) != 0;
	*length += size;
	return cur_ok(&head);
}

/* IEEE 802.11-2020 section 9.3.2.2.2: destination, source, length, then LLC. */
static enum decode_result enter_subframe(struct walk *w)
{
	struct cursor head = walk_head(w, 14);
	const uint8_t *dst = cur_take(&head, MAC_BYTES);
	const uint8_t *src = cur_take(&head, MAC_BYTES);

	if (!dst || !src)
		return walk_short(w, DECODE_LINK_SHORT);
	walk_set_macs(w, dst, src);
	walk_trim(w, cur_be16(&head));
	return walk_go(w, step_llc);
}

static enum decode_result decode_wifi_data(struct walk *w, struct wifi_header *h)
{
	size_t length = 24 + (((h->flags & 3) == 3) ? MAC_BYTES : 0U);

	if (h->subtype & SUBTYPE_NO_DATA)
		return DECODE_LINK_CONTROL;
	if (!read_addresses(w, h) || !read_qos(w, h, &length))
		return walk_short(w, DECODE_LINK_SHORT);
	if ((h->flags & FC_PROTECTED) && !w->wifi_decrypted)
		return DECODE_ENCRYPTED;
	if (h->later_fragment)
		return DECODE_NOT_IP;
	if (w->wifi_padded)
		(void)walk_head(w, (4 - length % 4) % 4);
	if (h->aggregate && !w->has_outer)
		w->subframes = w->at.p;
	return h->aggregate ? enter_subframe(w) : walk_go(w, step_llc);
}

enum decode_result step_wifi(struct walk *w)
{
	struct cursor head = walk_head(w, 2);
	uint8_t first = cur_u8(&head);
	uint8_t second = cur_u8(&head);
	struct wifi_header h = {0};

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (w->wifi_swapped) {
		uint8_t swap = first;

		first = second;
		second = swap;
	}
	if (first & FC_VERSION)
		return DECODE_NOT_IP;
	if (((first >> 2) & 3) != FC_TYPE_DATA)
		return DECODE_LINK_CONTROL;
	h.subtype = first >> 4;
	h.flags = second;
	return decode_wifi_data(w, &h);
}

/* The flags field is the first one after an optional 8-byte, 8-aligned time (https://www.radiotap.org). */
static uint8_t radiotap_flags(struct cursor header)
{
	enum { HAS_TIME = 1, HAS_FLAGS = 2, MAX_WORDS = 16 };
	uint32_t first, present;
	size_t offset = 8;

	cur_skip(&header, 4);
	first = present = cur_le32(&header);
	for (unsigned i = 0; (present >> 31) && i < MAX_WORDS && cur_ok(&header); i++) {
		present = cur_le32(&header);
		offset += 4;
	}
	if (!(first & HAS_FLAGS))
		return 0;
	if (first & HAS_TIME) {
		cur_skip(&header, (8 - offset % 8) % 8);
		cur_skip(&header, 8);
	}
	return cur_u8(&header);
}

/* LINKTYPE_IEEE802_11_RADIOTAP */
enum decode_result step_radiotap(struct walk *w)
{
	enum { FLAG_PADDED = 0x20, FLAG_BAD_CHECK = 0x40, SHORTEST = 8 };
	struct cursor header, length = w->at;
	uint8_t flags;
	size_t size;

	cur_skip(&length, 2);
	size = cur_le16(&length);
	if (!cur_ok(&length))
		return w->cut ? DECODE_LINK_SHORT : DECODE_RUNT;
	if (size < SHORTEST)
		return DECODE_NOT_IP;
	header = walk_head(w, size);
	if (!cur_ok(&header))
		return walk_short(w, DECODE_LINK_SHORT);
	flags = radiotap_flags(header);
	if (flags & FLAG_BAD_CHECK)
		return DECODE_CHECK_FAILED;
	w->wifi_padded = (flags & FLAG_PADDED) != 0;
	return walk_go(w, step_wifi);
}

/* PPI's fields (type, length, body): the common one of 802.11 has its flags behind an 8-byte time. */
static bool ppi_check_failed(struct cursor fields)
{
	enum { WIFI_COMMON = 2, FLAGS_AT = 8, BAD_CHECK = 4, MAX_FIELDS = 32 };

	for (unsigned i = 0; i < MAX_FIELDS && cur_left(&fields) >= 4; i++) {
		uint16_t type = cur_le16(&fields);
		size_t size = cur_le16(&fields);
		struct cursor body = cur_sub(&fields, size);

		if (type != WIFI_COMMON)
			continue;
		cur_skip(&body, FLAGS_AT);
		return (cur_le16(&body) & BAD_CHECK) != 0 && cur_ok(&body);
	}
	return false;
}

/* LINKTYPE_PPI: its length and the link type of what follows, little endian. */
enum decode_result step_ppi(struct walk *w)
{
	enum { SHORTEST = 8 };
	struct cursor head = walk_head(w, SHORTEST);
	size_t size;
	uint32_t link_type;

	cur_skip(&head, 2);
	size = cur_le16(&head);
	link_type = cur_le32(&head);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (size < SHORTEST)
		return DECODE_NOT_IP;
	head = walk_head(w, size - SHORTEST);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return ppi_check_failed(head) ? DECODE_CHECK_FAILED : walk_link(w, link_type);
}

enum { AVS_VERSION = 0x80211000 >> 12, AVS_SHORTEST = 8, PRISM_BYTES = 144 };

/* LINKTYPE_IEEE802_11_AVS: version, length, big endian. */
enum decode_result step_avs(struct walk *w)
{
	struct cursor head = walk_head(w, AVS_SHORTEST);
	uint32_t version = cur_be32(&head);
	size_t size = cur_be32(&head);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (version >> 12 != AVS_VERSION || size < AVS_SHORTEST)
		return DECODE_NOT_IP;
	head = walk_head(w, size - AVS_SHORTEST);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return walk_go(w, step_wifi);
}

/* LINKTYPE_IEEE802_11_PRISM: 144 bytes, unless it is an AVS header under the wrong name. */
enum decode_result step_prism(struct walk *w)
{
	struct cursor head = w->at;

	if (cur_be32(&head) >> 12 == AVS_VERSION)
		return walk_go(w, step_avs);
	head = walk_head(w, PRISM_BYTES);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return walk_go(w, step_wifi);
}

bool decode_may_aggregate(uint16_t link_type)
{
	return link_type == 105 || link_type == 127 || link_type == 192 || link_type == 163 ||
	       link_type == 119;
}

/* Where the subframes of a frame begin; 0: it is no aggregate. */
static size_t first_subframe(uint16_t link_type, const uint8_t *data, uint32_t caplen, uint32_t wirelen)
{
	static const struct decode_options no_options = {0};
	struct packet_facts facts = {.ip_version = 0};
	struct walk w;

	memset(&w, 0, offsetof(struct walk, outer));
	w.at = cur_make(data, caplen);
	w.cut = wirelen > caplen ? wirelen - caplen : 0;
	w.options = &no_options;
	w.facts = &facts;
	w.link_type = link_type;
	(void)walk_run(&w, step_link);
	return w.subframes ? (size_t)(w.subframes - data) : 0;
}

enum { SUBFRAME_HEAD = 14 };

/* The length of the subframe at AT, its head included; 0 where that is not at hand. */
static size_t subframe_length(const uint8_t *data, uint32_t caplen, size_t at)
{
	struct cursor c = cur_make(data, caplen);

	cur_skip(&c, at + SUBFRAME_HEAD - 2);
	size_t length = cur_be16(&c);
	return cur_ok(&c) ? SUBFRAME_HEAD + length : 0;
}

size_t decode_next_subframe(uint16_t link_type, const uint8_t *data, uint32_t caplen, uint32_t wirelen,
			    size_t at, struct decode_subframe *out)
{
	enum { ALIGN = 4 };

	if (at == 0)
		at = decode_may_aggregate(link_type) ? first_subframe(link_type, data, caplen, wirelen) : 0;
	size_t length = at ? subframe_length(data, caplen, at) : 0;
	if (length == 0)
		return 0;
	/* Each but the last is padded so that the next begins at a multiple of four from its own begin. What
	 * is left of the frame behind the last one is its check. */
	at += (length + ALIGN - 1) / ALIGN * ALIGN;
	if (at + SUBFRAME_HEAD > wirelen)
		return 0;
	length = subframe_length(data, caplen, at);
	if (length > wirelen - at)
		return 0;
	*out = (struct decode_subframe){.data = data + (at < caplen ? at : caplen),
					.caplen = at < caplen ? caplen - (uint32_t)at : 0,
					.wirelen = length ? (uint32_t)length : wirelen - (uint32_t)at};
	if (out->caplen > out->wirelen)
		out->caplen = out->wirelen;
	return at;
}
