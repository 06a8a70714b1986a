/*
 * DHCP (RFC 2131) with its ancestor BOOTP (RFC 951), and NTP (RFC 5905).
 */
#include "evidence_parts.h"

enum { PORT_BOOTP_SERVER = 67, PORT_BOOTP_CLIENT = 68, PORT_NTP = 123 };

struct bootp {
	uint8_t op, hardware, address_length, hops;
	uint32_t transaction;
	uint16_t flags;
	uint8_t mac[MAC_BYTES];
	bool captured; /* to the end of the client's address */
};

static struct bootp read_bootp(struct cursor *c)
{
	struct bootp b;

	b.op = cur_u8(c);
	b.hardware = cur_u8(c);
	b.address_length = cur_u8(c);
	b.hops = cur_u8(c);
	b.transaction = cur_be32(c);
	cur_skip(c, 2);
	b.flags = cur_be16(c);
	cur_skip(c, 16);
	cur_copy(c, b.mac, MAC_BYTES);
	b.captured = cur_ok(c);
	return b;
}

static bool bootp_fits(const struct bootp *b)
{
	enum {
		REQUEST = 1,
		REPLY = 2,
		FLAGS_RESERVED = 0x7fff,
		MAX_HOPS = 16,
		MAX_ADDRESS = 16,
		ETHERNET = 1
	};

	if (!b->captured || (b->op != REQUEST && b->op != REPLY) || b->hops > MAX_HOPS ||
	    (b->flags & FLAGS_RESERVED))
		return false;
	if (b->hardware == ETHERNET)
		return b->address_length == MAC_BYTES;
	return b->hardware > 0 && b->hardware < 64 && b->address_length <= MAX_ADDRESS;
}

static bool bootp_is_on_ports(const struct payload *p)
{
	return (p->src_port == PORT_BOOTP_CLIENT || p->src_port == PORT_BOOTP_SERVER) &&
	       (p->dst_port == PORT_BOOTP_CLIENT || p->dst_port == PORT_BOOTP_SERVER);
}

/* The cookie proves it; where it was never there or not captured, both well-known ports must stand for it.
 * Without it the message is old BOOTP, which has one length (RFC 951 section 3). */
bool evidence_dhcp(struct payload p, struct evidence *evidence)
{
	enum { COOKIE_OFFSET = 236, COOKIE_END = 240, BOOTP_BYTES = 300, OP_REQUEST = 1 };
	static const uint8_t cookie[4] = {0x63, 0x82, 0x53, 0x63};
	struct cursor head = p.at;
	struct bootp b = read_bootp(&head);
	const uint8_t *magic;

	if (p.length < COOKIE_OFFSET || !bootp_fits(&b))
		return false;
	cur_skip(&p.at, COOKIE_OFFSET);
	magic = cur_take(&p.at, sizeof(cookie));
	if (!magic || memcmp(magic, cookie, sizeof(cookie)) != 0) {
		if (!bootp_is_on_ports(&p) || p.length < (magic ? BOOTP_BYTES : COOKIE_END))
			return false;
	}
	evidence->protocol = EVIDENCE_DHCP;
	evidence->side = b.op == OP_REQUEST ? EVIDENCE_ASKS : EVIDENCE_ANSWERS;
	evidence->has_id = true;
	evidence->id = b.transaction;
	if (b.address_length >= MAC_BYTES)
		memcpy(evidence->client_mac, b.mac, MAC_BYTES);
	return true;
}

struct ntp {
	uint8_t version, mode, stratum;
	int8_t poll, precision;
	uint32_t delay, dispersion; /* 16.16 seconds */
	uint64_t originate, transmit;
};

static struct ntp read_ntp(struct cursor *c)
{
	struct ntp n;
	uint8_t first = cur_u8(c);

	n.version = (first >> 3) & 7;
	n.mode = first & 7;
	n.stratum = cur_u8(c);
	n.poll = (int8_t)cur_u8(c);
	n.precision = (int8_t)cur_u8(c);
	n.delay = cur_be32(c);
	n.dispersion = cur_be32(c);
	cur_skip(c, 12);
	n.originate = cur_be64(c);
	cur_skip(c, 8);
	n.transmit = cur_be64(c);
	return n;
}

/* 48 bytes, then nothing, a key and a digest, or extension fields; and values that clocks have. Clients that
 * tell nothing about themselves put a precision of 32. */
static bool ntp_fits(const struct ntp *n, size_t length)
{
	enum {
		BYTES = 48,
		MAX_STRATUM = 16,
		POLL_MIN = -8,
		POLL_MAX = 20,
		PRECISION_MIN = -40,
		PRECISION_HIDDEN = 32
	};
	const uint32_t too_long = 64U << 16;

	if (length < BYTES || length % 4 != 0 || n->version < 1 || n->version > 4)
		return false;
	if (n->stratum > MAX_STRATUM || n->poll < POLL_MIN || n->poll > POLL_MAX)
		return false;
	if ((n->precision > 0 && n->precision != PRECISION_HIDDEN) || n->precision < PRECISION_MIN)
		return false;
	return n->delay < too_long && n->dispersion < too_long;
}

bool evidence_ntp(struct payload p, struct evidence *evidence)
{
	enum { MODE_CLIENT = 3, MODE_SERVER = 4 };
	struct ntp n;

	if (!payload_on_port(&p, PORT_NTP))
		return false;
	n = read_ntp(&p.at);
	if (!cur_ok(&p.at) || !ntp_fits(&n, p.length) || (n.mode != MODE_CLIENT && n.mode != MODE_SERVER))
		return false;
	evidence->protocol = EVIDENCE_NTP;
	evidence->side = n.mode == MODE_CLIENT ? EVIDENCE_ASKS : EVIDENCE_ANSWERS;
	evidence->id = n.mode == MODE_CLIENT ? n.transmit : n.originate;
	evidence->has_id = evidence->id != 0;
	return true;
}
