/*
 * DNS (RFC 1035), with mDNS (RFC 6762), LLMNR (RFC 4795) and updates (RFC 2136), and the NetBIOS name service
 * (RFC 1002 section 4.2), which took DNS's form. The whole message must parse, to its last byte.
 */
#include "evidence_parts.h"

enum { HEADER = 12, MAX_RECORDS = 4096, MAX_LABELS = 128, NAME_MAX_BYTES = 255, PORT_MDNS = 5353 };
enum { FLAG_ANSWER = 0x8000, TYPE_OPT = 41, CLASS_IN = 1 };

struct message {
	struct cursor at;
	const uint8_t *start;
	uint16_t id;
	uint16_t flags;
	uint16_t questions, answers, authorities, additional;
	unsigned opcode, code;
	unsigned labels; /* read so far */
	bool netbios;
};

/* A pointer may only lead backwards, into the message. */
static bool pointer_fits(const struct message *m, uint8_t high)
{
	struct cursor c = m->at;
	size_t here = (size_t)(c.p - m->start) - 1;
	size_t target = ((size_t)(high & 0x3f) << 8) | cur_u8(&c);

	return cur_ok(&c) && target >= HEADER && target < here;
}

static bool label_is_clean(const uint8_t *label, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (label[i] < 0x20 || label[i] == 0x7f)
			return false;
	}
	return true;
}

/* RFC 1001 section 14.1: 16 bytes, each as two letters from A to P. */
static bool label_is_netbios(const uint8_t *label, size_t length)
{
	if (length != 32)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (label[i] < 'A' || label[i] > 'P')
			return false;
	}
	return true;
}

/* One label, of NetBIOS names the first one encoded. */
static bool read_label(struct message *m, size_t length, bool first)
{
	const uint8_t *label = cur_take(&m->at, length);

	if (!label)
		return false;
	m->labels++;
	return m->netbios && first ? label_is_netbios(label, length) : label_is_clean(label, length);
}

static bool read_name(struct message *m)
{
	size_t total = 0;

	for (unsigned i = 0; i < MAX_LABELS; i++) {
		uint8_t length = cur_u8(&m->at);

		if (!cur_ok(&m->at))
			return false;
		if (length == 0)
			return i > 0 || !m->netbios;
		if ((length & 0xc0) == 0xc0) {
			bool fits = pointer_fits(m, length);

			cur_skip(&m->at, 1);
			return fits;
		}
		total += length + 1U;
		if (length > 63 || total > NAME_MAX_BYTES || !read_label(m, length, i == 0))
			return false;
	}
	return false;
}

/* The highest bit is mDNS's; 254 and 255 are none and any. */
static bool class_exists(uint16_t class)
{
	class &= 0x7fff;
	return class == CLASS_IN || class == 3 || class == 4 || class == 254 || class == 255;
}

static bool read_question(struct message *m)
{
	uint16_t type, class;

	if (!read_name(m))
		return false;
	type = cur_be16(&m->at);
	class = cur_be16(&m->at);
	if (!cur_ok(&m->at))
		return false;
	if (m->netbios)
		return (type == 0x20 || type == 0x21) && class == CLASS_IN;
	return type != 0 && class_exists(class);
}

static bool read_record(struct message *m)
{
	uint16_t type, class;
	size_t size;

	if (!read_name(m))
		return false;
	type = cur_be16(&m->at);
	class = cur_be16(&m->at);
	cur_skip(&m->at, 4);
	size = cur_be16(&m->at);
	cur_skip(&m->at, size);
	return cur_ok(&m->at) && type != 0 && (type == TYPE_OPT || class_exists(class));
}

static struct message read_header(const struct payload *p, bool netbios)
{
	struct message m = {.at = p->at, .start = p->at.p, .netbios = netbios};

	m.id = cur_be16(&m.at);
	m.flags = cur_be16(&m.at);
	m.questions = cur_be16(&m.at);
	m.answers = cur_be16(&m.at);
	m.authorities = cur_be16(&m.at);
	m.additional = cur_be16(&m.at);
	m.opcode = (m.flags >> 11) & 15;
	m.code = m.flags & 15;
	return m;
}

/* All that the header counts is there and nothing else; of a cut message as much as was captured, and some
 * name. */
static bool body_fits(struct message *m, bool whole)
{
	unsigned records = (unsigned)m->answers + m->authorities + m->additional;
	bool fits = records <= MAX_RECORDS;

	for (unsigned i = 0; fits && i < m->questions; i++)
		fits = read_question(m);
	for (unsigned i = 0; fits && i < records; i++)
		fits = read_record(m);
	if (whole)
		return fits && cur_left(&m->at) == 0;
	return records <= MAX_RECORDS && m->labels > 0 && (fits || !cur_ok(&m->at));
}

/* Query, status, notify, update; the reserved bit is zero; queries hold no response code and no answers. */
static bool dns_header_fits(const struct message *m)
{
	enum {
		RESERVED = 0x0040,
		MAX_QUESTIONS = 64,
		QUERY = 0,
		STATUS = 2,
		NOTIFY = 4,
		UPDATE = 5,
		LAST_CODE = 11
	};
	bool answer = m->flags & FLAG_ANSWER;

	if (!cur_ok(&m->at) || (m->flags & RESERVED) || m->code > LAST_CODE || m->questions > MAX_QUESTIONS)
		return false;
	if (m->opcode != QUERY && m->opcode != STATUS && m->opcode != NOTIFY && m->opcode != UPDATE)
		return false;
	if (!answer)
		return m->code == 0 && m->questions > 0;
	return m->questions > 0 || m->answers > 0;
}

static void conclude(const struct message *m, enum evidence_protocol protocol, struct evidence *evidence)
{
	evidence->protocol = (uint8_t)protocol;
	evidence->side = (m->flags & FLAG_ANSWER) ? EVIDENCE_ANSWERS : EVIDENCE_ASKS;
	evidence->has_id = true;
	evidence->id = m->id;
}

bool evidence_dns(struct payload p, struct evidence *evidence)
{
	struct message m = read_header(&p, false);

	if (!dns_header_fits(&m) || !body_fits(&m, payload_is_whole(&p)))
		return false;
	conclude(&m, EVIDENCE_DNS, evidence);
	/* RFC 6762 section 18.1: multicast DNS leaves the id 0 and matches by name. */
	if (m.id == 0 && payload_on_port(&p, PORT_MDNS))
		evidence->has_id = false;
	return true;
}

/* RFC 1035 section 4.2.2: over TCP two bytes of length come first. A longer message goes on in later
 * segments. */
bool evidence_dns_stream(struct payload p, struct evidence *evidence)
{
	size_t length = cur_be16(&p.at);

	if (!cur_ok(&p.at) || length < HEADER)
		return false;
	p.length = length;
	cur_trim(&p.at, length);
	return evidence_dns(p, evidence);
}

/* Opcodes: query, registration, release, wait, refresh (two numbers), multi-homed registration. */
static bool netbios_header_fits(const struct message *m)
{
	enum { RESERVED = 0x0060 };
	static const uint8_t opcodes[] = {0, 5, 6, 7, 8, 9, 15};

	if (!cur_ok(&m->at) || (m->flags & RESERVED) || !memchr(opcodes, (int)m->opcode, sizeof(opcodes)))
		return false;
	if (m->questions > 1 || m->answers > 1 || m->authorities > 1 || m->additional > 1)
		return false;
	if (!(m->flags & FLAG_ANSWER))
		return m->questions == 1 && m->code == 0;
	return m->questions + m->answers > 0;
}

bool evidence_netbios(struct payload p, struct evidence *evidence)
{
	struct message m = read_header(&p, true);

	if (!netbios_header_fits(&m) || !body_fits(&m, payload_is_whole(&p)))
		return false;
	conclude(&m, EVIDENCE_NETBIOS, evidence);
	return true;
}
