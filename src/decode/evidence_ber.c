/*
 * Protocols in BER: SNMP (RFC 1157, 3416, 3412) and LDAP (RFC 4511). Every length must nest.
 */
#include "evidence_parts.h"

enum { TAG_INTEGER = 0x02, TAG_OCTETS = 0x04, TAG_OID = 0x06, TAG_ENUM = 0x0a, TAG_SEQUENCE = 0x30 };

/* Bytes of a surrounding element: those at hand, and how many it is said to have. */
struct ber {
	struct cursor at;
	size_t left;
};

/* Definite lengths of up to four bytes. */
static bool read_length(struct ber *b, size_t *length)
{
	enum { LONG_FORM = 0x80, MAX_BYTES = 4 };
	uint8_t first = cur_u8(&b->at);
	unsigned bytes = first & 0x7fU;

	*length = first;
	if (first & LONG_FORM) {
		if (bytes == 0 || bytes > MAX_BYTES || b->left < 2U + bytes)
			return false;
		*length = 0;
		for (unsigned i = 0; i < bytes; i++)
			*length = *length << 8 | cur_u8(&b->at);
		b->left -= bytes;
	}
	b->left -= 2;
	return cur_ok(&b->at);
}

/* The next element, opened; B stands behind it. Its content may have been cut off. */
static bool read_element(struct ber *b, uint8_t *tag, struct ber *inside)
{
	size_t length;

	if (b->left < 2)
		return false;
	*tag = cur_u8(&b->at);
	if (!read_length(b, &length) || length > b->left)
		return false;
	*inside = (struct ber){.at = b->at, .left = length};
	cur_trim(&inside->at, length);
	cur_skip(&b->at, length);
	b->left -= length;
	return true;
}

static bool read_tagged(struct ber *b, uint8_t wanted, struct ber *inside)
{
	uint8_t tag;

	return read_element(b, &tag, inside) && tag == wanted;
}

/* A non-negative or negative integer of at most five bytes, as its lowest 32 bits. */
static bool read_integer(struct ber *b, uint8_t tag, uint32_t *value)
{
	struct ber inside;

	if (!read_tagged(b, tag, &inside) || inside.left < 1 || inside.left > 5)
		return false;
	*value = 0;
	for (size_t i = 0; i < inside.left; i++)
		*value = *value << 8 | cur_u8(&inside.at);
	return cur_ok(&inside.at);
}

/* Version 1's trap: enterprise, agent, generic, specific, time. */
static bool trap_v1_fits(struct ber *pdu)
{
	enum { TAG_ADDRESS = 0x40, TAG_TIME = 0x43 };
	struct ber inside;
	uint32_t value;

	return read_tagged(pdu, TAG_OID, &inside) && read_tagged(pdu, TAG_ADDRESS, &inside) &&
	       inside.left == 4 && read_integer(pdu, TAG_INTEGER, &value) &&
	       read_integer(pdu, TAG_INTEGER, &value) && read_integer(pdu, TAG_TIME, &value);
}

/* Request id, two numbers, then the list of variables. */
static bool pdu_fits(struct ber *pdu, uint32_t *request)
{
	struct ber inside;
	uint32_t value;

	return read_integer(pdu, TAG_INTEGER, request) && read_integer(pdu, TAG_INTEGER, &value) &&
	       read_integer(pdu, TAG_INTEGER, &value) && read_tagged(pdu, TAG_SEQUENCE, &inside) &&
	       pdu->left == 0;
}

static bool snmp_pdu(struct ber *b, struct evidence *evidence)
{
	enum { RESPONSE = 0xa2, TRAP_V1 = 0xa4, TRAP_V2 = 0xa7, REPORT = 0xa8, FIRST = 0xa0 };
	struct ber pdu;
	uint32_t request = 0;
	uint8_t tag;

	if (!read_element(b, &tag, &pdu) || tag < FIRST || tag > REPORT || b->left != 0)
		return false;
	if (tag == TRAP_V1 ? !trap_v1_fits(&pdu) : !pdu_fits(&pdu, &request))
		return false;
	evidence->protocol = EVIDENCE_SNMP;
	evidence->side = tag == RESPONSE || tag == REPORT ? EVIDENCE_ANSWERS : EVIDENCE_ASKS;
	evidence->has_id = tag != TRAP_V1 && tag != TRAP_V2;
	evidence->id = evidence->has_id ? request : 0;
	return true;
}

/* RFC 3412 section 6: question and answer share the message id; an encrypted one says nothing. */
static bool snmp_v3(struct ber *message, struct evidence *evidence)
{
	struct ber header, inside, scoped;
	uint32_t id, value;

	if (!read_tagged(message, TAG_SEQUENCE, &header) || !read_integer(&header, TAG_INTEGER, &id) ||
	    !read_integer(&header, TAG_INTEGER, &value) || !read_tagged(&header, TAG_OCTETS, &inside) ||
	    inside.left != 1 || !read_integer(&header, TAG_INTEGER, &value) || header.left != 0)
		return false;
	if (!read_tagged(message, TAG_OCTETS, &inside) || !read_tagged(message, TAG_SEQUENCE, &scoped) ||
	    message->left != 0)
		return false;
	if (!read_tagged(&scoped, TAG_OCTETS, &inside) || !read_tagged(&scoped, TAG_OCTETS, &inside) ||
	    !snmp_pdu(&scoped, evidence))
		return false;
	if (evidence->has_id)
		evidence->id = id;
	return true;
}

bool evidence_snmp(struct payload p, struct evidence *evidence)
{
	enum { VERSION_1 = 0, VERSION_2C = 1, VERSION_3 = 3, MAX_COMMUNITY = 255 };
	struct ber outer = {.at = p.at, .left = p.length};
	struct ber message, community;
	uint32_t version;

	if (!read_tagged(&outer, TAG_SEQUENCE, &message) || outer.left != 0 ||
	    !read_integer(&message, TAG_INTEGER, &version))
		return false;
	if (version == VERSION_3)
		return snmp_v3(&message, evidence);
	if ((version != VERSION_1 && version != VERSION_2C) ||
	    !read_tagged(&message, TAG_OCTETS, &community) || community.left > MAX_COMMUNITY)
		return false;
	return snmp_pdu(&message, evidence);
}

/* RFC 4511: the operation's tag, who sends it, and the tag of what it begins with (0: it is empty or bare).
 */
static const struct {
	uint8_t tag;
	uint8_t side;
	uint8_t first;
} operations[] = {
    {0x60, EVIDENCE_ASKS, TAG_INTEGER}, {0x61, EVIDENCE_ANSWERS, TAG_ENUM},   /* bind */
    {0x63, EVIDENCE_ASKS, TAG_OCTETS},  {0x64, EVIDENCE_ANSWERS, TAG_OCTETS}, /* search, entry */
    {0x65, EVIDENCE_ANSWERS, TAG_ENUM}, {0x73, EVIDENCE_ANSWERS, TAG_OCTETS}, /* done, reference */
    {0x66, EVIDENCE_ASKS, TAG_OCTETS},  {0x67, EVIDENCE_ANSWERS, TAG_ENUM},   /* modify */
    {0x68, EVIDENCE_ASKS, TAG_OCTETS},  {0x69, EVIDENCE_ANSWERS, TAG_ENUM},   /* add */
    {0x6b, EVIDENCE_ANSWERS, TAG_ENUM},                                       /* deleted */
    {0x6c, EVIDENCE_ASKS, TAG_OCTETS},  {0x6d, EVIDENCE_ANSWERS, TAG_ENUM},   /* modify name */
    {0x6e, EVIDENCE_ASKS, TAG_OCTETS},  {0x6f, EVIDENCE_ANSWERS, TAG_ENUM},   /* compare */
    {0x77, EVIDENCE_ASKS, 0x80},        {0x78, EVIDENCE_ANSWERS, TAG_ENUM},   /* extended */
};

static uint8_t operation_side(uint8_t tag, struct ber *operation)
{
	uint8_t first;
	struct ber inside;

	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		if (operations[i].tag != tag)
			continue;
		if (!read_element(operation, &first, &inside) || first != operations[i].first)
			return EVIDENCE_NONE;
		if ((first == TAG_ENUM || first == TAG_INTEGER) && inside.left != 1)
			return EVIDENCE_NONE;
		return operations[i].side;
	}
	return EVIDENCE_NONE;
}

/* A message may be followed by others, or go on in the next segment; it is told by its operation's beginning.
 */
bool evidence_ldap(struct payload p, struct evidence *evidence)
{
	enum { MAX_BYTES = 1 << 24, TAG_CONTROLS = 0xa0 };
	struct ber outer = {.at = p.at, .left = MAX_BYTES};
	struct ber message, operation, controls;
	uint32_t id;
	uint8_t tag;

	if (!read_tagged(&outer, TAG_SEQUENCE, &message) || message.left > MAX_BYTES - 16 ||
	    !read_integer(&message, TAG_INTEGER, &id) || id > INT32_MAX ||
	    !read_element(&message, &tag, &operation))
		return false;
	if (message.left > 0 && cur_ok(&message.at) && cur_left(&message.at) > 0 &&
	    !read_tagged(&message, TAG_CONTROLS, &controls))
		return false;
	evidence->side = operation_side(tag, &operation);
	if (evidence->side == EVIDENCE_NONE)
		return false;
	evidence->protocol = EVIDENCE_LDAP;
	evidence->has_id = true;
	evidence->id = id;
	return true;
}
