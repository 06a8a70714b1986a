/*
 * Headers that taps, switches and access networks put before or into an Ethernet frame, and other frames with
 * IP at a known place (https://www.tcpdump.org/linktypes.html).
 */
#include "walk.h"

/* SIZE bytes that say nothing to us, then NEXT. */
static enum decode_result skip_to(struct walk *w, size_t size, walk_step *next)
{
	struct cursor head = walk_head(w, size);

	return cur_ok(&head) ? walk_go(w, next) : walk_short(w, DECODE_LINK_SHORT);
}

/* LINKTYPE_NETANALYZER: 4 bytes, then the frame; with preamble and start delimiter where they were caught. */
enum decode_result step_netanalyzer(struct walk *w)
{
	return skip_to(w, 4, step_ethernet);
}

enum decode_result step_netanalyzer_preamble(struct walk *w)
{
	return skip_to(w, 4 + 8, step_ethernet);
}

/* LINKTYPE_EPON: 8 bytes where the preamble was. */
enum decode_result step_epon(struct walk *w)
{
	return skip_to(w, 8, step_ethernet);
}

/* LINKTYPE_DSA_TAG_BRCM_PREPEND */
enum decode_result step_dsa_broadcom_front(struct walk *w)
{
	return skip_to(w, 4, step_ethernet);
}

/* Addresses, SIZE bytes of tag, then type or length. *TAG: the tag's last 4 bytes. */
static enum decode_result tagged_frame(struct walk *w, size_t size, uint32_t *tag)
{
	struct cursor head = walk_head(w, 12 + size + 2);
	const uint8_t *dst = cur_take(&head, MAC_BYTES);
	const uint8_t *src = cur_take(&head, MAC_BYTES);

	cur_skip(&head, size - 4);
	*tag = cur_be32(&head);
	if (!dst || !src || !cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	walk_set_macs(w, dst, src);
	return walk_type_or_length(w, cur_be16(&head));
}

/* LINKTYPE_DSA_TAG_BRCM */
enum decode_result step_dsa_broadcom(struct walk *w)
{
	uint32_t tag;

	return tagged_frame(w, 4, &tag);
}

/* Marvell's tag takes the place of the 802.1Q tag where the frame had one, and holds its VLAN. */
static enum decode_result marvell(struct walk *w, size_t size)
{
	enum { TAGGED = 0x20000000, VLAN_MASK = 0xfff };
	uint32_t tag;
	enum decode_result result = tagged_frame(w, size, &tag);

	if (result == DECODE_OK && (tag & TAGGED))
		walk_add_vlan(w, tag & VLAN_MASK);
	return result;
}

/* LINKTYPE_DSA_TAG_DSA; LINKTYPE_DSA_TAG_EDSA has an EtherType and two zero bytes before the tag. */
enum decode_result step_dsa(struct walk *w)
{
	return marvell(w, 4);
}

enum decode_result step_dsa_ethertype(struct walk *w)
{
	return marvell(w, 8);
}

/* LINKTYPE_IPNET: version (1, or 2), family, and 22 bytes more. */
enum decode_result step_ipnet(struct walk *w)
{
	enum { SIZE = 24, NEWEST = 2, FAMILY_IPV4 = 2, FAMILY_IPV6 = 26 };
	struct cursor head = walk_head(w, SIZE);
	uint8_t version = cur_u8(&head);
	uint8_t family = cur_u8(&head);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (version == 0 || version > NEWEST || (family != FAMILY_IPV4 && family != FAMILY_IPV6))
		return DECODE_NOT_IP;
	return walk_go(w, family == FAMILY_IPV4 ? step_ipv4 : step_ipv6);
}

/* RFC 1051 packets begin behind the type; those of RFC 1201 behind a flag and a number, and only whole ones
 * are read. */
static enum decode_result arcnet_type(struct walk *w, uint8_t type)
{
	enum {
		IP_1051 = 240,
		ARP_1051 = 241,
		IP_1201 = 212,
		ARP_1201 = 213,
		RARP_1201 = 214,
		IPV6 = 196,
		EXCEPTION = 0xff
	};
	struct cursor head;
	uint8_t flag;

	if (type == IP_1051)
		return walk_go(w, step_ipv4);
	if (type == ARP_1051 || type == ARP_1201 || type == RARP_1201)
		return DECODE_ARP;
	if (type != IP_1201 && type != IPV6)
		return DECODE_NOT_IP;
	if (cur_peek(&w->at, 0) == EXCEPTION)
		(void)walk_head(w, 4);
	head = walk_head(w, 3);
	flag = cur_u8(&head);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (flag != 0)
		return DECODE_NOT_IP;
	return walk_go(w, type == IPV6 ? step_ipv6 : step_ipv4);
}

/* LINKTYPE_ARCNET_BSD: source, destination, type; Linux has two bytes of offset before the type. */
enum decode_result step_arcnet(struct walk *w)
{
	struct cursor head = walk_head(w, 3);

	cur_skip(&head, 2);
	uint8_t type = cur_u8(&head);
	return cur_ok(&head) ? arcnet_type(w, type) : walk_short(w, DECODE_LINK_SHORT);
}

enum decode_result step_arcnet_linux(struct walk *w)
{
	struct cursor head = walk_head(w, 5);

	cur_skip(&head, 4);
	uint8_t type = cur_u8(&head);
	return cur_ok(&head) ? arcnet_type(w, type) : walk_short(w, DECODE_LINK_SHORT);
}

/* DOCSIS MAC header: control, parameter (length of an extended header, if there is one), length, that header,
 * check. */
enum decode_result step_docsis(struct walk *w)
{
	enum { TYPE_MASK = 0xc0, PACKET = 0, EXTENDED = 1, HEAD = 6 };
	uint8_t control = cur_peek(&w->at, 0), parameter = cur_peek(&w->at, 1);

	if ((control & TYPE_MASK) != PACKET)
		return DECODE_LINK_CONTROL;
	return skip_to(w, HEAD + ((control & EXTENDED) ? parameter : 0U), step_ethernet);
}
