/*
 * Databases: MySQL's greeting (its client/server protocol, "HandshakeV10"), and Tabular Data Stream (MS-TDS).
 */
#include "evidence_parts.h"

/* Digits and dots lead it, as in "5.0.51a" or "5.5.5-10.6.12-MariaDB". */
static bool read_server_version(struct cursor *c)
{
	enum { MAX_BYTES = 64 };
	uint8_t first = cur_peek(c, 0);
	bool dotted = false;

	if (first < '0' || first > '9')
		return false;
	for (unsigned i = 0; i < MAX_BYTES; i++) {
		uint8_t byte = cur_u8(c);

		if (byte == 0)
			return cur_ok(c) && dotted;
		if (byte < 0x20 || byte > 0x7e)
			return false;
		dotted = dotted || byte == '.';
	}
	return false;
}

/* The refusal that comes in a greeting's place: unknown host, blocked host, too many connections. */
static bool is_refusal(struct cursor c)
{
	enum { ERROR = 0xff, TOO_MANY = 1040, BLOCKED = 1129, NOT_ALLOWED = 1130 };
	uint8_t kind = cur_u8(&c);
	uint16_t code = cur_le16(&c);
	uint8_t text = cur_u8(&c);

	return cur_ok(&c) && kind == ERROR && (code == TOO_MANY || code == BLOCKED || code == NOT_ALLOWED) &&
	       text >= 0x20 && text <= 0x7e;
}

/* Length of the rest in three bytes, sequence number 0, protocol 10, version, thread, 8 bytes of salt, 0. */
bool evidence_mysql(struct payload p, struct evidence *evidence)
{
	enum { HEADER = 4, PROTOCOL = 10, THREAD_AND_SALT = 12 };
	size_t length = cur_u8(&p.at);
	uint8_t sequence;

	length |= (size_t)cur_u8(&p.at) << 8;
	length |= (size_t)cur_u8(&p.at) << 16;
	sequence = cur_u8(&p.at);
	if (!cur_ok(&p.at) || sequence != 0 || length + HEADER != p.length)
		return false;
	if (!is_refusal(p.at)) {
		if (cur_u8(&p.at) != PROTOCOL || !read_server_version(&p.at))
			return false;
		cur_skip(&p.at, THREAD_AND_SALT);
		if (cur_u8(&p.at) != 0)
			return false;
	}
	evidence->protocol = EVIDENCE_MYSQL;
	evidence->side = EVIDENCE_ANSWERS;
	return true;
}

enum tds_type {
	TDS_BATCH = 1,
	TDS_LOGIN = 2,
	TDS_RPC = 3,
	TDS_RESPONSE = 4,
	TDS_TRANSACTION = 14,
	TDS_LOGIN7 = 16,
	TDS_SSPI = 17,
	TDS_PRELOGIN = 18
};

/* Type, status, length with this header, channel, packet number, window (always 0). Of the status, .NET sets
 * 4 in all packets of a message but its last. */
static bool read_tds_header(struct cursor *c, uint8_t *type, size_t *length)
{
	enum { STATUS_UNUSED = 0xe0, HEADER = 8 };
	uint8_t status, window;

	*type = cur_u8(c);
	status = cur_u8(c);
	*length = cur_be16(c);
	cur_skip(c, 3);
	window = cur_u8(c);
	return cur_ok(c) && !(status & STATUS_UNUSED) && *length >= HEADER && window == 0;
}

/* MS-TDS 2.2.6.5: a list of options (number, offset, length), the first one VERSION, up to 0xff. */
static bool is_option_list(struct cursor c)
{
	enum { MAX_OPTIONS = 16, LAST_OPTION = 8, END = 0xff };

	for (unsigned i = 0; i < MAX_OPTIONS; i++) {
		uint8_t option = cur_u8(&c);

		if (!cur_ok(&c) || (i == 0 && option != 0))
			return false;
		if (option == END)
			return i > 0;
		if (option > LAST_OPTION)
			return false;
		cur_skip(&c, 4);
	}
	return false;
}

/* The tokens that a response may begin with (MS-TDS 2.2.7), or the options that answer a prelogin. */
static bool is_response(struct cursor c)
{
	static const uint8_t tokens[] = {0x78, 0x79, 0x81, 0x88, 0xa4, 0xa5, 0xa9, 0xaa, 0xab,
					 0xac, 0xad, 0xae, 0xd1, 0xd2, 0xd3, 0xe2, 0xe3, 0xe4,
					 0xe5, 0xec, 0xed, 0xee, 0xfd, 0xfe, 0xff};
	struct cursor options = c;
	uint8_t first = cur_u8(&c);

	return cur_ok(&c) && (memchr(tokens, first, sizeof(tokens)) || is_option_list(options));
}

/* Once encryption is agreed, both sides put their TLS hello into packets of type prelogin. */
static uint8_t prelogin_side(struct payload p)
{
	struct evidence tls = {0};

	if (is_option_list(p.at))
		return EVIDENCE_ASKS;
	p.length = cur_left(&p.at);
	return evidence_tls(p, &tls) ? tls.side : EVIDENCE_NONE;
}

/* MS-TDS 2.2.5.3: requests since TDS 7.2 begin with ALL_HEADERS, of which clients send the transaction's
 * alone. */
static bool has_headers(struct cursor c)
{
	enum { ALL_BYTES = 22, ONE_BYTES = 18, TRANSACTION = 2 };
	uint32_t all = cur_le32(&c), one = cur_le32(&c);
	uint16_t kind = cur_le16(&c);

	return all == ALL_BYTES && one == ONE_BYTES && kind == TRANSACTION;
}

/* Some characters of plain text, two bytes each (UTF-16, little endian). */
static bool is_wide_text(struct cursor c)
{
	enum { ENOUGH = 4 };
	unsigned count = 0;

	for (; count < ENOUGH && cur_left(&c) >= 2; count++) {
		uint8_t low = cur_u8(&c), high = cur_u8(&c);

		if (high != 0 || low > 0x7e || (low < 0x20 && low != '\t' && low != '\r' && low != '\n'))
			return false;
	}
	return count > 0;
}

/* A procedure by number (MS-TDS 2.2.6.6: 1 to 15) or by name. */
static bool is_call(struct cursor c)
{
	enum { BY_NUMBER = 0xffff, NUMBERS = 15, NAME_MAX = 512 };
	uint16_t length = cur_le16(&c);

	if (length == BY_NUMBER) {
		uint16_t number = cur_le16(&c);
		return cur_ok(&c) && number >= 1 && number <= NUMBERS;
	}
	return length > 0 && length <= NAME_MAX && is_wide_text(c);
}

/* The logins of before TDS 7: names in fields of 30 bytes, each with its length behind it. */
static bool is_old_login(struct cursor c)
{
	enum { FIELD = 30, FIELDS = 4 };

	for (unsigned i = 0; i < FIELDS; i++) {
		cur_skip(&c, FIELD);
		if (cur_u8(&c) > FIELD)
			return false;
	}
	return cur_ok(&c);
}

/* NTLM's own form, or GSS-API's and SPNEGO's tokens (RFC 4178). */
static bool is_token(struct cursor c)
{
	static const char ntlm[] = "NTLMSSP";
	struct cursor start = c;
	const uint8_t *bytes = cur_take(&c, sizeof ntlm);
	uint8_t first = cur_u8(&start);

	return (bytes && memcmp(bytes, ntlm, sizeof ntlm) == 0) || first == 0x60 || first == 0xa1;
}

static bool is_request(uint8_t type, struct cursor c)
{
	switch (type) {
	case TDS_BATCH: return has_headers(c) || is_wide_text(c);
	case TDS_RPC: return has_headers(c) || is_call(c);
	case TDS_TRANSACTION: return has_headers(c);
	case TDS_LOGIN: return is_old_login(c);
	case TDS_SSPI: return is_token(c);
	default: return false;
	}
}

static uint8_t tds_side(uint8_t type, struct payload body)
{
	struct cursor c = body.at;

	switch (type) {
	case TDS_PRELOGIN: return prelogin_side(body);
	case TDS_RESPONSE: return is_response(c) ? EVIDENCE_ANSWERS : EVIDENCE_NONE;
	case TDS_LOGIN7: return cur_le32(&c) == body.length ? EVIDENCE_ASKS : EVIDENCE_NONE;
	/* What other protocols begin with looks much like these heads: what is asked has to look like it too.
	 */
	default: return is_request(type, c) ? EVIDENCE_ASKS : EVIDENCE_NONE;
	}
}

static bool is_long_request(uint8_t type, struct cursor c)
{
	return (type == TDS_BATCH || type == TDS_RPC || type == TDS_TRANSACTION) && has_headers(c);
}

/* A packet that fills the segment exactly. One that goes on in the next looks too much like anything, unless
 * it begins as only requests do. */
bool evidence_tds(struct payload p, struct evidence *evidence)
{
	enum { HEADER = 8 };
	size_t length;
	uint8_t type;

	if (!read_tds_header(&p.at, &type, &length) || length == HEADER)
		return false;
	if (length != p.length && (length < p.length || !is_long_request(type, p.at)))
		return false;
	p.length -= HEADER;
	evidence->side = tds_side(type, p);
	if (evidence->side == EVIDENCE_NONE)
		return false;
	evidence->protocol = EVIDENCE_TDS;
	return true;
}
