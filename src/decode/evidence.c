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

static struct evidence try_all(const struct packet_facts *facts, evidence_check *const *checks, size_t count)
{
	struct payload p = {
	    .length = facts->payload_length, .src_port = facts->src_port, .dst_port = facts->dst_port};

	if (!facts->payload || facts->payload_caplen == 0 || facts->fragment_offset)
		return (struct evidence){0};
	p.at = cur_make(facts->payload, facts->payload_caplen);
	if (p.length < facts->payload_caplen)
		p.length = facts->payload_caplen;
	for (size_t i = 0; i < count; i++) {
		struct evidence evidence = {0};

		if (checks[i](p, &evidence))
			return evidence;
	}
	return (struct evidence){0};
}

struct evidence evidence_datagram(const struct packet_facts *facts)
{
	static evidence_check *const checks[] = {
	    evidence_dhcp, evidence_netbios, evidence_dns, evidence_snmp, evidence_ldap, evidence_ntp,
	};

	return try_all(facts, checks, sizeof(checks) / sizeof(checks[0]));
}

struct evidence evidence_segment(const struct packet_facts *facts)
{
	static evidence_check *const checks[] = {
	    evidence_tls,  evidence_http, evidence_reply, evidence_rfb,
	    evidence_ldap, evidence_tds,  evidence_mysql, evidence_dns_stream,
	};

	return try_all(facts, checks, sizeof(checks) / sizeof(checks[0]));
}
