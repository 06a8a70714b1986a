/*
 * The shape checks, one a protocol. Each gets the bytes at hand and the length that the headers state, so
 * that a payload which the snap length cut is still known by its head. Each fills EVIDENCE and returns true
 * only for what cannot be anything else.
 */
#ifndef DECODE_EVIDENCE_PARTS_H
#define DECODE_EVIDENCE_PARTS_H

#include "base/cursor.h"
#include "decode/evidence.h"

struct payload {
	struct cursor at;
	size_t length; /* as stated; at least the bytes at hand */
	uint16_t src_port, dst_port;
};

static inline bool payload_is_whole(const struct payload *p)
{
	return cur_left(&p->at) == p->length;
}

static inline bool payload_on_port(const struct payload *p, uint16_t port)
{
	return p->src_port == port || p->dst_port == port;
}

typedef bool evidence_check(struct payload p, struct evidence *evidence);

evidence_check evidence_dns, evidence_dns_stream, evidence_netbios; /* evidence_dns.c */
evidence_check evidence_dhcp, evidence_ntp;                         /* evidence_udp.c */
evidence_check evidence_snmp, evidence_ldap;                        /* evidence_ber.c */
evidence_check evidence_reply, evidence_http, evidence_rfb;         /* evidence_text.c */
evidence_check evidence_tls;                                        /* evidence_tls.c */
evidence_check evidence_mysql, evidence_tds;                        /* evidence_db.c */

#endif
