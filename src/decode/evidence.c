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

/* A check and the first bytes that its protocol can begin with, so that most checks need no call. */
struct shape {
	evidence_check *check;
	uint8_t first, last;
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

		if (begin < shapes[i].first || begin > shapes[i].last)
			continue;
		if (shapes[i].check(p, &evidence))
			return evidence;
	}
	return (struct evidence){0};
}

enum { BER_SEQUENCE = 0x30, TLS_HANDSHAKE = 22, SSL2_LENGTH = 0x80 };

struct evidence evidence_datagram(const struct packet_facts *facts)
{
	static const struct shape shapes[] = {
	    {evidence_dhcp, 0, UINT8_MAX},
	    {evidence_netbios, 0, UINT8_MAX},
	    {evidence_dns, 0, UINT8_MAX},
	    {evidence_snmp, BER_SEQUENCE, BER_SEQUENCE},
	    {evidence_ldap, BER_SEQUENCE, BER_SEQUENCE},
	    {evidence_ntp, 0, UINT8_MAX},
	};

	return try_all(facts, shapes, sizeof(shapes) / sizeof(shapes[0]));
}

struct evidence evidence_segment(const struct packet_facts *facts)
{
	static const struct shape shapes[] = {
	    {evidence_tls, TLS_HANDSHAKE, TLS_HANDSHAKE},
	    {evidence_tls, SSL2_LENGTH, UINT8_MAX},
	    {evidence_http, 'A', 'Z'},
	    {evidence_reply, '0', '9'},
	    {evidence_rfb, 'R', 'R'},
	    {evidence_ldap, BER_SEQUENCE, BER_SEQUENCE},
	    {evidence_tds, 0, UINT8_MAX},
	    {evidence_mysql, 0, UINT8_MAX},
	    {evidence_dns_stream, 0, UINT8_MAX},
	};

	return try_all(facts, shapes, sizeof(shapes) / sizeof(shapes[0]));
}
