#include "evidence_parts.h"

const char *evidence_protocol_name(enum evidence_protocol protocol)
{
	static const char *const names[EVIDENCE_PROTOCOL_COUNT] = {
	    [EVIDENCE_NO_PROTOCOL] = "none", [EVIDENCE_DNS] = "dns",   [EVIDENCE_NETBIOS] = "netbios",
	    [EVIDENCE_DHCP] = "dhcp",        [EVIDENCE_NTP] = "ntp",   [EVIDENCE_SNMP] = "snmp",
	    [EVIDENCE_FTP] = "ftp",          [EVIDENCE_SMTP] = "smtp", [EVIDENCE_MYSQL] = "mysql",
	    [EVIDENCE_TLS] = "tls",          [EVIDENCE_HTTP] = "http", [EVIDENCE_TDS] = "tds",
	    [EVIDENCE_LDAP] = "ldap",        [EVIDENCE_RFB] = "rfb",
	};

	return (unsigned)protocol < EVIDENCE_PROTOCOL_COUNT ? names[protocol] : "?";
}

/* A check, the first bytes that its protocol can begin with, and how many it needs at least, so that most
 * checks need no call. */
struct shape {
	evidence_check *check;
	uint8_t first, last, least;
};

static struct evidence try_all(const struct packet_facts *facts, const struct shape *shapes, size_t count)
{
	struct payload p = {
	    .length = facts->payload_length, .src_port = facts->src_port, .dst_port = facts->dst_port};
	uint8_t begin;

	if (!facts->payload || facts->payload_caplen == 0 || facts->fragment_offset)
		return (struct evidence){0};
	p.at = cur_make(facts->payload, facts->payload_caplen);
	begin = cur_peek(&p.at, 0);
	if (p.length < facts->payload_caplen)
		p.length = facts->payload_caplen;
	for (size_t i = 0; i < count; i++) {
		struct evidence evidence = {0};

		if (begin < shapes[i].first || begin > shapes[i].last ||
		    facts->payload_caplen < shapes[i].least)
			continue;
		if (shapes[i].check(p, &evidence))
			return evidence;
	}
	return (struct evidence){0};
}

enum {
	BER_SEQUENCE = 0x30,
	TLS_HANDSHAKE = 22,
	SSL2_LENGTH = 0x80,
	TDS_FIRST = 1,
	TDS_LAST = 18,
	DNS_HEADER = 12,
	TDS_HEADER = 8,
	MYSQL_HEADER = 4,
	/* of a request, or a reply, in BOOTP: to the end of the client's address */
	BOOTP_FIRST = 1,
	BOOTP_LAST = 2,
	BOOTP_HEAD = 34,
	NTP_BYTES = 48
};

#define BYTES(from, to) (UINT64_MAX >> (63 - (to) + (from)) << (from))
_Static_assert(SSL2_LENGTH == 128, "the upper half of all bytes");
const uint64_t evidence_first_bytes[4] = {BYTES(TDS_FIRST, TDS_LAST) | BYTES(TLS_HANDSHAKE, TLS_HANDSHAKE) |
					      BYTES('0', '9'),
					  BYTES('A' - 64, 'Z' - 64), UINT64_MAX, UINT64_MAX};

struct evidence evidence_datagram(const struct packet_facts *facts)
{
	static const struct shape shapes[] = {
	    {evidence_dhcp, BOOTP_FIRST, BOOTP_LAST, BOOTP_HEAD},
	    {evidence_netbios, 0, UINT8_MAX, DNS_HEADER},
	    {evidence_dns, 0, UINT8_MAX, DNS_HEADER},
	    {evidence_snmp, BER_SEQUENCE, BER_SEQUENCE, 1},
	    {evidence_ldap, BER_SEQUENCE, BER_SEQUENCE, 1},
	    {evidence_ntp, 0, UINT8_MAX, NTP_BYTES},
	};

	return try_all(facts, shapes, sizeof(shapes) / sizeof(shapes[0]));
}

struct evidence evidence_segment(const struct packet_facts *facts)
{
	static const struct shape shapes[] = {
	    {evidence_tls, TLS_HANDSHAKE, TLS_HANDSHAKE, 1},
	    {evidence_tls, SSL2_LENGTH, UINT8_MAX, 1},
	    {evidence_http, 'A', 'Z', 1},
	    {evidence_reply, '0', '9', 1},
	    {evidence_rfb, 'R', 'R', 1},
	    {evidence_ldap, BER_SEQUENCE, BER_SEQUENCE, 1},
	    {evidence_tds, TDS_FIRST, TDS_LAST, TDS_HEADER},
	    {evidence_mysql, 0, UINT8_MAX, MYSQL_HEADER},
	    {evidence_dns_stream, 0, UINT8_MAX, 2 + DNS_HEADER},
	};
	size_t length =
	    facts->payload_length > facts->payload_caplen ? facts->payload_length : facts->payload_caplen;

	if (!evidence_may_begin(facts->payload, facts->payload_caplen, length))
		return (struct evidence){0};
	return try_all(facts, shapes, sizeof(shapes) / sizeof(shapes[0]));
}
