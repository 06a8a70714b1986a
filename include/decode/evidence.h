/*
 * What a payload itself says about who asks and who answers. Strict checks of shape; ports may help to recognise a
 * protocol whose shape is weak (NTP), never to say who asks. Pure, bounded, through the cursor.
 */
#ifndef DECODE_EVIDENCE_H
#define DECODE_EVIDENCE_H

#include "base/cursor.h"
#include "decode/decode.h"

enum evidence_side { EVIDENCE_NONE, EVIDENCE_ASKS, EVIDENCE_ANSWERS };

enum evidence_protocol {
	EVIDENCE_NO_PROTOCOL,
	EVIDENCE_DNS,     /* RFC 1035: QR bit, id; LLMNR and mDNS too */
	EVIDENCE_NETBIOS, /* RFC 1002 name service: R bit, id */
	EVIDENCE_DHCP,    /* RFC 2131: op, xid and client MAC */
	EVIDENCE_NTP,     /* RFC 5905: mode 3 and 4 (1 and 2 say nothing) */
	EVIDENCE_SNMP,    /* RFC 1157, 3416: PDU type, request id; a trap asks and is never answered */
	EVIDENCE_FTP,     /* 220, 230, 331.. greeting: answers */
	EVIDENCE_SMTP,
	EVIDENCE_MYSQL,   /* protocol 10 greeting: answers */
	EVIDENCE_TLS,     /* client hello asks, server hello answers */
	EVIDENCE_HTTP,    /* request line asks, status line answers */
	EVIDENCE_TDS,     /* packet types 1, 2, 3, 14, 16, 17, 18 ask, 4 answers */
	EVIDENCE_LDAP,    /* operation tag */
	EVIDENCE_RFB,     /* "RFB 003.": the first greeting answers, weak */
	EVIDENCE_PROTOCOL_COUNT
};
const char *evidence_protocol_name(enum evidence_protocol protocol);

struct evidence {
	uint8_t side;     /* enum evidence_side: what the sender of this payload does */
	uint8_t protocol; /* enum evidence_protocol */
	bool weak;        /* never more than likely */
	bool has_id;
	uint64_t id;      /* question and answer carry the same; NTP: question's transmit, answer's originate time */
	uint8_t client_mac[MAC_BYTES]; /* DHCP only */
};

/* A UDP payload. */
struct evidence evidence_datagram(const struct packet_facts *facts);
/* Bit N: something that evidence_segment knows begins with byte N. */
extern const uint64_t evidence_first_bytes[4];
/* False only where evidence_segment finds nothing in a payload of LENGTH bytes of which AT_HAND were captured. Nearly all
 * segments lie in the middle of something and begin as nothing does. */
static inline bool evidence_may_begin(const uint8_t *payload, size_t at_hand, size_t length)
{
	enum { WORD = 4, DNS_HEADER = 2 + 12 };
	struct cursor c = cur_make(payload, at_hand);
	uint32_t word = cur_le32(&c);

	if (at_hand < WORD || (evidence_first_bytes[(uint8_t)word >> 6] >> (word & 63) & 1))
		return true;
	/* MySQL begins with its length in three bytes, the least first, and a 0; DNS with its length in two. */
	return (size_t)word + WORD == length ||
	       (at_hand >= DNS_HEADER && (uint16_t)(word << 8 | (uint8_t)(word >> 8)) >= DNS_HEADER - 2);
}

/* The first bytes of a TCP payload segment. */
struct evidence evidence_segment(const struct packet_facts *facts);

#endif
