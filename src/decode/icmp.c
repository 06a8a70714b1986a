/*
 * ICMP (RFC 792, 950, 1256, 8335) and ICMPv6 (RFC 4443, 4861, 2710, 3810, 4620, 6275): which types ask, which
 * answer, which are errors about another packet, and which only keep a link going.
 */
#include "walk.h"

enum icmp_class {
	CLASS_OTHER, /* stands on its own */
	CLASS_ASKS,
	CLASS_ANSWERS,
	CLASS_ERROR,
	CLASS_NEIGHBOUR,
	CLASS_MLD
};

struct icmp_row {
	uint8_t first, last; /* types */
	uint8_t class;
	uint8_t question; /* of an answer: the type that it answers */
	bool own_code;    /* question and answer use the code each for itself: it is left out */
};

static const struct icmp_row icmp4_types[] = {
    {8, 8, CLASS_ASKS, 0, false},       {0, 0, CLASS_ANSWERS, 8, false},    {3, 4, CLASS_ERROR, 0, false},
    {11, 12, CLASS_ERROR, 0, false},    {5, 5, CLASS_NEIGHBOUR, 0, false},  /* redirect */
    {9, 10, CLASS_NEIGHBOUR, 0, false},                                     /* router discovery */
    {13, 13, CLASS_ASKS, 0, false},     {14, 14, CLASS_ANSWERS, 13, false}, /* timestamp */
    {15, 15, CLASS_ASKS, 0, false},     {16, 16, CLASS_ANSWERS, 15, false}, /* information */
    {17, 17, CLASS_ASKS, 0, false},     {18, 18, CLASS_ANSWERS, 17, false}, /* address mask */
    {37, 37, CLASS_ASKS, 0, false},     {38, 38, CLASS_ANSWERS, 37, false}, /* domain name */
    {42, 42, CLASS_ASKS, 0, true},      {43, 43, CLASS_ANSWERS, 42, true},  /* extended echo */
};

static const struct icmp_row icmp6_types[] = {
    {128, 128, CLASS_ASKS, 0, false},
    {129, 129, CLASS_ANSWERS, 128, false},
    {1, 4, CLASS_ERROR, 0, false},
    {133, 137, CLASS_NEIGHBOUR, 0, false}, /* router and neighbour discovery, redirect */
    {130, 132, CLASS_MLD, 0, false},
    {143, 143, CLASS_MLD, 0, false},
    {151, 153, CLASS_MLD, 0, false},       /* multicast router discovery */
    {141, 142, CLASS_NEIGHBOUR, 0, false}, /* inverse neighbour discovery */
    {148, 149, CLASS_NEIGHBOUR, 0, false}, /* secure neighbour discovery's certification path */
    {157, 158, CLASS_NEIGHBOUR, 0, false}, /* duplicate address */
    {139, 139, CLASS_ASKS, 0, true},
    {140, 140, CLASS_ANSWERS, 139, true}, /* node information */
    {144, 144, CLASS_ASKS, 0, false},
    {145, 145, CLASS_ANSWERS, 144, false}, /* home agent address */
    {146, 146, CLASS_ASKS, 0, false},
    {147, 147, CLASS_ANSWERS, 146, false}, /* mobile prefix */
    {160, 160, CLASS_ASKS, 0, true},
    {161, 161, CLASS_ANSWERS, 160, true}, /* extended echo */
};

static struct icmp_row find_row(bool ipv6, uint8_t type)
{
	const struct icmp_row *rows = ipv6 ? icmp6_types : icmp4_types;
	size_t count = ipv6 ? sizeof(icmp6_types) / sizeof(icmp6_types[0])
			    : sizeof(icmp4_types) / sizeof(icmp4_types[0]);

	for (size_t i = 0; i < count; i++) {
		if (type >= rows[i].first && type <= rows[i].last)
			return rows[i];
	}
	return (struct icmp_row){.first = type, .last = type, .class = CLASS_OTHER};
}

bool icmp_has_id(bool ipv6, uint8_t type)
{
	uint8_t class = find_row(ipv6, type).class;

	return class == CLASS_ASKS || class == CLASS_ANSWERS;
}

struct icmp_ports icmp_ports_of(bool ipv6, uint8_t type, uint8_t code, uint16_t id)
{
	struct icmp_row row = find_row(ipv6, type);
	struct icmp_ports ports = {.asks = row.class == CLASS_ASKS, .answers = row.class == CLASS_ANSWERS};
	uint16_t stand_in =
	    (uint16_t)((ports.answers ? row.question : type) * 256U + (row.own_code ? 0U : code));

	if (ports.answers) {
		ports.src_port = stand_in;
		ports.dst_port = id;
	} else {
		ports.dst_port = stand_in;
		ports.src_port = ports.asks ? id : 0;
	}
	return ports;
}

static enum decode_result note_ports(struct walk *w, bool ipv6)
{
	struct packet_facts *facts = w->facts;
	uint16_t id = 0;
	struct icmp_ports ports;

	if (icmp_has_id(ipv6, facts->icmp_type)) {
		struct cursor head;

		if (w->declared < 6)
			return DECODE_TRANSPORT_LENGTH;
		head = walk_head(w, 4);
		cur_skip(&head, 2);
		id = cur_be16(&head);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_PORTS_SHORT);
	}
	ports = icmp_ports_of(ipv6, facts->icmp_type, facts->icmp_code, id);
	facts->src_port = ports.src_port;
	facts->dst_port = ports.dst_port;
	facts->icmp_asks = ports.asks;
	facts->icmp_answers = ports.answers;
	return DECODE_OK;
}

static enum decode_result note_quote(struct walk *w, bool ipv6)
{
	enum { CHECKSUM_AND_REST = 6 };
	struct cursor quote = w->at;

	cur_skip(&quote, CHECKSUM_AND_REST);
	icmp_read_quote(w, quote, ipv6);
	return DECODE_ICMP_ERROR;
}

static enum decode_result decode_icmp(struct walk *w, bool ipv6)
{
	enum { SHORTEST = 4 };
	struct packet_facts *facts = w->facts;
	struct cursor head;

	if (w->declared < SHORTEST)
		return DECODE_TRANSPORT_LENGTH;
	(void)walk_payload(w);
	head = walk_head(w, 2);
	facts->icmp_type = cur_u8(&head);
	facts->icmp_code = cur_u8(&head);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_PORTS_SHORT);
	switch (find_row(ipv6, facts->icmp_type).class) {
	case CLASS_NEIGHBOUR: return DECODE_NEIGHBOUR;
	case CLASS_MLD: return DECODE_MLD;
	case CLASS_ERROR: return note_quote(w, ipv6);
	default: return note_ports(w, ipv6);
	}
}

enum decode_result step_icmp4(struct walk *w)
{
	return decode_icmp(w, false);
}

enum decode_result step_icmp6(struct walk *w)
{
	return decode_icmp(w, true);
}
