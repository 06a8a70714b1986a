/*
 * TLS (RFC 8446, 5246) and SSL 3: the two hello messages; and the hello that SSL 2 had, which older clients
 * still sent to servers of later versions (RFC 5246 appendix E.2).
 */
#include "evidence_parts.h"

enum { RECORD_HANDSHAKE = 22, CLIENT_HELLO = 1, SERVER_HELLO = 2, RANDOM_BYTES = 32, SESSION_MAX = 32 };

static bool version_exists(uint16_t version)
{
	return version >= 0x0300 && version <= 0x0304;
}

/* Behind the session id: a list of cipher suites, or the chosen one and compression. What was cut is not held
 * against it. */
static bool hello_rest_fits(struct cursor *c, uint8_t kind, size_t left)
{
	enum { COMPRESSION_NONE = 0, COMPRESSION_DEFLATE = 1 };
	size_t size;

	if (kind == SERVER_HELLO) {
		uint8_t compression;

		cur_skip(c, 2);
		compression = cur_u8(c);
		return left >= 3 && (!cur_ok(c) || compression <= COMPRESSION_DEFLATE);
	}
	size = cur_be16(c);
	return left >= 4 && (!cur_ok(c) || (size >= 2 && size % 2 == 0 && size + 3 <= left));
}

static bool hello_fits(struct cursor *c, uint8_t kind, size_t length)
{
	uint16_t version = cur_be16(c);
	size_t session;

	if (length < 2 + RANDOM_BYTES + 1)
		return false;
	cur_skip(c, RANDOM_BYTES);
	session = cur_u8(c);
	if (!cur_ok(c) || !version_exists(version) || session > SESSION_MAX ||
	    length < 2U + RANDOM_BYTES + 1 + session)
		return false;
	cur_skip(c, session);
	return hello_rest_fits(c, kind, length - 2 - RANDOM_BYTES - 1 - session);
}

/* The record lies within the payload, or fills it and goes on. */
static bool tls_hello(struct payload p, uint8_t *kind)
{
	enum { RECORD_HEADER = 5, HANDSHAKE_HEADER = 4, RECORD_MAX = 16384, HELLO_MAX = 65535 };
	uint8_t type = cur_u8(&p.at);
	uint16_t version = cur_be16(&p.at);
	size_t record = cur_be16(&p.at);
	size_t length;

	*kind = cur_u8(&p.at);
	length = cur_be24(&p.at);
	if (!cur_ok(&p.at) || type != RECORD_HANDSHAKE || !version_exists(version) ||
	    record < HANDSHAKE_HEADER || record > RECORD_MAX)
		return false;
	if ((*kind != CLIENT_HELLO && *kind != SERVER_HELLO) || length > HELLO_MAX)
		return false;
	/* A client's hello has its record to itself; a server's may share it with what follows. */
	if (*kind == CLIENT_HELLO && length + HANDSHAKE_HEADER < record)
		return false;
	return hello_fits(&p.at, *kind, length);
}

/* Two bytes of length with the highest bit set, type, version, three lengths, and their sum fits exactly. */
static bool ssl2_hello(struct payload p)
{
	enum { TWO_BYTE_HEADER = 0x8000, FIXED = 9, SSL2 = 0x0002, CHALLENGE_MIN = 16, CHALLENGE_MAX = 32 };
	uint16_t header = cur_be16(&p.at);
	uint8_t type = cur_u8(&p.at);
	uint16_t version = cur_be16(&p.at);
	size_t ciphers = cur_be16(&p.at);
	size_t session = cur_be16(&p.at);
	size_t challenge = cur_be16(&p.at);
	size_t length = header & 0x7fff;

	if (!cur_ok(&p.at) || !(header & TWO_BYTE_HEADER) || type != CLIENT_HELLO ||
	    (version != SSL2 && !version_exists(version)))
		return false;
	if (ciphers == 0 || ciphers % 3 != 0 || (session != 0 && session != 16) ||
	    challenge < CHALLENGE_MIN || challenge > CHALLENGE_MAX)
		return false;
	return length == FIXED + ciphers + session + challenge && length + 2 == p.length;
}

bool evidence_tls(struct payload p, struct evidence *evidence)
{
	uint8_t kind = CLIENT_HELLO;

	if (!tls_hello(p, &kind)) {
		kind = CLIENT_HELLO;
		if (!ssl2_hello(p))
			return false;
	}
	evidence->protocol = EVIDENCE_TLS;
	evidence->side = kind == CLIENT_HELLO ? EVIDENCE_ASKS : EVIDENCE_ANSWERS;
	return true;
}
