/*
 * Ethernet (IEEE 802.3), its tags, and LLC/SNAP (IEEE 802.2, RFC 1042), which many other link layers share.
 */
#include "walk.h"

enum { ETHERTYPE_MIN = 0x0600, LENGTH_MIN = 3, LENGTH_MAX = 1500 };

enum decode_result step_ethernet(struct walk *w)
{
	struct cursor head = walk_head(w, 14);
	const uint8_t *dst = cur_take(&head, MAC_BYTES);
	const uint8_t *src = cur_take(&head, MAC_BYTES);

	if (!dst || !src)
		return walk_short(w, DECODE_LINK_SHORT);
	walk_set_macs(w, dst, src);
	return walk_type_or_length(w, cur_be16(&head));
}

/* IEEE 802.1Q and 802.1ad: one tag; any number of them may follow one another. */
enum decode_result step_vlan(struct walk *w)
{
	struct cursor head = walk_head(w, 4);
	uint16_t tag = cur_be16(&head);
	uint16_t type = cur_be16(&head);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (w->facts->vlan_count >= DECODE_MAX_LAYERS)
		return DECODE_TOO_DEEP;
	walk_add_vlan(w, tag & 0x0fff);
	return walk_type_or_length(w, type);
}

/* IEEE 802.1ah: the service tag (priority and I-SID), then the customer's whole frame. */
enum decode_result step_pbb(struct walk *w)
{
	struct cursor head = walk_head(w, 4);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return walk_go(w, step_ethernet);
}

/* IEEE 802.1AE: readable only where the tag says that nothing was encrypted or changed. */
enum decode_result step_macsec(struct walk *w)
{
	enum { HAS_SCI = 0x20, ENCRYPTED = 0x08, CHANGED = 0x04, SCI_BYTES = 8 };
	struct cursor head = walk_head(w, 6);
	uint8_t control = cur_u8(&head);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (control & (ENCRYPTED | CHANGED))
		return DECODE_ENCRYPTED;
	head = walk_head(w, 2U + ((control & HAS_SCI) ? SCI_BYTES : 0));
	if (control & HAS_SCI)
		cur_skip(&head, SCI_BYTES);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return walk_type_or_length(w, cur_be16(&head));
}

/* Tags of N bytes whose last two are the next EtherType. */
static enum decode_result skip_tag(struct walk *w, size_t n)
{
	struct cursor head = walk_head(w, n);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	cur_skip(&head, n - 2);
	return walk_type_or_length(w, cur_be16(&head));
}

static enum decode_result step_tag6(struct walk *w)
{
	return skip_tag(w, 6);
}

static enum decode_result step_tag8(struct walk *w)
{
	return skip_tag(w, 8);
}

/* Either the step that goes on, or the result that ends the walk. */
struct type_row {
	uint32_t type;
	walk_step *step;
	enum decode_result result;
};

static enum decode_result apply_row(struct walk *w, const struct type_row *rows, size_t count, uint32_t type)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].type == type)
			return rows[i].step ? walk_go(w, rows[i].step) : rows[i].result;
	}
	return DECODE_NOT_IP;
}

static const struct type_row ethertypes[] = {
    {0x0800, step_ipv4, DECODE_OK},
    {0x86dd, step_ipv6, DECODE_OK},
    {0x8100, step_vlan, DECODE_OK}, /* 802.1Q */
    {0x88a8, step_vlan, DECODE_OK}, /* 802.1ad */
    {0x9100, step_vlan, DECODE_OK}, /* before 802.1ad */
    {0x9200, step_vlan, DECODE_OK},
    {0x0806, NULL, DECODE_ARP},
    {0x8035, NULL, DECODE_ARP}, /* RARP */
    {0x8847, step_mpls, DECODE_OK},
    {0x8848, step_mpls, DECODE_OK},
    {0x8863, NULL, DECODE_LINK_CONTROL}, /* PPPoE discovery */
    {0x8864, step_pppoe, DECODE_OK},
    {0x880b, step_ppp, DECODE_OK},
    {0x88e7, step_pbb, DECODE_OK},
    {0x6558, step_ethernet, DECODE_OK}, /* transparent Ethernet bridging */
    {0x88e5, step_macsec, DECODE_OK},
    {0x894f, step_nsh, DECODE_OK},
    {0x8926, step_tag6, DECODE_OK},      /* VN-Tag */
    {0x892f, step_tag6, DECODE_OK},      /* HSR, IEC 62439-3 */
    {0x893f, step_tag8, DECODE_OK},      /* E-Tag, 802.1BR */
    {0x8909, step_tag8, DECODE_OK},      /* Cisco metadata, security group tag */
    {0x8808, NULL, DECODE_LINK_CONTROL}, /* pause */
    {0x8809, NULL, DECODE_LINK_CONTROL}, /* slow protocols: LACP */
    {0x888e, NULL, DECODE_LINK_CONTROL}, /* 802.1X */
    {0x88c7, NULL, DECODE_LINK_CONTROL}, /* 802.11 pre-authentication */
    {0x890d, NULL, DECODE_LINK_CONTROL}, /* 802.11 TDLS */
    {0x9000, NULL, DECODE_LINK_CONTROL}, /* configuration test (keepalive) */
    {0x88cc, NULL, DECODE_STP},          /* LLDP */
    {0x88f5, NULL, DECODE_STP},          /* MVRP */
    {0x88f6, NULL, DECODE_STP},          /* MMRP */
    {0x8902, NULL, DECODE_STP},          /* connectivity fault management */
    {0x2000, NULL, DECODE_STP},          /* Cisco discovery, under C-HDLC */
};

enum decode_result walk_ethertype(struct walk *w, uint16_t type)
{
	return apply_row(w, ethertypes, sizeof(ethertypes) / sizeof(ethertypes[0]), type);
}

enum decode_result walk_type_or_length(struct walk *w, uint16_t type)
{
	if (type >= ETHERTYPE_MIN)
		return walk_ethertype(w, type);
	if (type > LENGTH_MAX || type < LENGTH_MIN)
		return DECODE_NOT_IP;
	walk_trim(w, type);
	return walk_go(w, step_llc);
}

/* SNAP of other owners: organisation and protocol in one number. */
static const struct type_row snap_types[] = {
    {0x0080c2 << 8 | 0x07, step_ethernet, DECODE_OK}, /* bridged Ethernet without its checksum, RFC 2427 */
    {0x0080c2 << 8 | 0x01, step_ethernet, DECODE_OK}, /* with it: IP lengths cut it off */
    {0x0080c2 << 8 | 0x0e, NULL, DECODE_STP},         /* bridged spanning tree */
};

/* Bridged Ethernet over ATM has two bytes of padding before the frame (RFC 2684 section 5.2). */
static enum decode_result bridged(struct walk *w, uint16_t type)
{
	if ((type & 0xff) != 0x0e && w->link_type != LINK_ETHERNET && cur_peek(&w->at, 0) == 0 &&
	    cur_peek(&w->at, 1) == 0)
		(void)walk_head(w, 2);
	return apply_row(w, snap_types, sizeof(snap_types) / sizeof(snap_types[0]),
			 0x0080c2U << 8 | (type & 0xff));
}

/* RFC 1042: organisation (3 bytes) and protocol (2). */
enum decode_result step_snap(struct walk *w)
{
	enum { ETHERNET = 0, BRIDGE_TUNNEL = 0x0000f8, BRIDGED = 0x0080c2 };
	enum { CISCO = 0x00000c, NORTEL = 0x000081, FOUNDRY = 0x00e052, EXTREME = 0x00e02b };
	struct cursor head = walk_head(w, 5);
	uint32_t owner = cur_be24(&head);
	uint16_t type = cur_be16(&head);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (owner == ETHERNET || owner == BRIDGE_TUNNEL)
		return walk_ethertype(w, type);
	if (owner == BRIDGED)
		return bridged(w, type);
	if (owner == CISCO || owner == NORTEL || owner == FOUNDRY || owner == EXTREME)
		return DECODE_STP; /* CDP, VTP, DTP, UDLD, PVST and what others made of them */
	return DECODE_NOT_IP;
}

/* ISO/IEC TR 9577: one byte that names the network protocol (frame relay, ATM, OSI over LLC). */
enum decode_result walk_nlpid(struct walk *w, uint8_t nlpid)
{
	static const struct type_row rows[] = {
	    {0xcc, step_ipv4, DECODE_OK},      {0x8e, step_ipv6, DECODE_OK},
	    {0x80, step_snap, DECODE_OK},      {0xcf, step_ppp, DECODE_OK},
	    {0x08, NULL, DECODE_LINK_CONTROL}, /* Q.933 */
	    {0x09, NULL, DECODE_LINK_CONTROL}, /* local management */
	};

	return apply_row(w, rows, sizeof(rows) / sizeof(rows[0]), nlpid);
}

/* IEEE 802.2: destination and source access point, control. Only unnumbered information carries others. */
enum decode_result step_llc(struct walk *w)
{
	enum { SNAP = 0xaa, IP = 0x06, BRIDGE = 0x42, OSI = 0xfe, UNNUMBERED = 0x03 };
	struct cursor head = walk_head(w, 3);
	uint8_t destination = cur_u8(&head);
	uint8_t source = cur_u8(&head);
	uint8_t control = cur_u8(&head);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (destination == BRIDGE && source == BRIDGE)
		return DECODE_STP;
	if (control != UNNUMBERED || destination != source)
		return DECODE_NOT_IP;
	if (destination == SNAP)
		return walk_go(w, step_snap);
	if (destination == IP)
		return walk_go(w, step_ipv4);
	if (destination == OSI) {
		head = walk_head(w, 1);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_LINK_SHORT);
		return walk_nlpid(w, cur_u8(&head));
	}
	return DECODE_NOT_IP;
}
