/*
 * NetBIOS name service and datagrams (RFC 1002, sections 4.2 and 4.4).
 */
#ifndef SAMPLES_NETBIOS_PAYLOAD_H
#define SAMPLES_NETBIOS_PAYLOAD_H

#include "bytes.h"

enum {
	NB_REGISTER = 0x2900,
	NB_REGISTERED = 0xad80,
	NB_QUERY = 0x0100,
	NB_FOUND = 0x8580,
	NB_BROADCAST = 0x0010
};

/* First-level encoding of BOARDROOM, padded to 15 with spaces, and the suffix of a server (0x20). */
static void put_netbios_name(struct bytes *out)
{
	static const char name[] = "BOARDROOM       ";

	put_u8(out, 32);
	for (int i = 0; i < 16; i++) {
		const unsigned c = i == 15 ? 0x20 : (unsigned char)name[i];

		put_u8(out, 'A' + (c >> 4));
		put_u8(out, 'A' + (c & 15));
	}
	put_u8(out, 0);
}

static void put_netbios_header(struct bytes *out, uint16_t ticket, unsigned flags, unsigned questions,
			       unsigned answers, unsigned additional)
{
	put_u16(out, ticket);
	put_u16(out, flags);
	put_u16(out, questions);
	put_u16(out, answers);
	put_u16(out, 0);
	put_u16(out, additional);
}

/* Type NB, class IN, and of a record: an hour, the flags of a unique name, 10.60.1.11. */
static void put_netbios_record(struct bytes *out)
{
	static const uint8_t rest[] = {0, 32, 0, 1, 0, 0, 14, 16, 0, 6, 0, 0, 10, 60, 1, 11};

	put_block(out, rest, sizeof rest);
}

static void put_netbios_query(struct bytes *out, uint16_t ticket, unsigned flags)
{
	put_netbios_header(out, ticket, flags, 1, 0, 0);
	put_netbios_name(out);
	put_u16(out, 32);
	put_u16(out, 1);
}

static void put_netbios_question(struct bytes *out, uint16_t ticket)
{
	put_netbios_query(out, ticket, NB_QUERY);
}

static void put_netbios_found(struct bytes *out, uint16_t ticket, unsigned flags)
{
	put_netbios_header(out, ticket, flags, 0, 1, 0);
	put_netbios_name(out);
	put_netbios_record(out);
}

static void put_netbios_answer(struct bytes *out, uint16_t ticket)
{
	put_netbios_found(out, ticket, NB_FOUND);
}

static void put_netbios_registration(struct bytes *out, uint16_t ticket, unsigned flags)
{
	put_netbios_header(out, ticket, flags, 1, 0, 1);
	put_netbios_name(out);
	put_u16(out, 32);
	put_u16(out, 1);
	put_u16(out, 0xc00c);
	put_netbios_record(out);
}

/* A datagram to a group name, from 10.60.1.11, that carries a browser's mailslot message. */
static void put_netbios_datagram(struct bytes *out, uint16_t ticket)
{
	static const uint8_t source[] = {10, 60, 1, 11, 0, 138};
	const size_t length_at = out->length + 10;

	put_u16(out, 0x110a);
	put_u16(out, ticket);
	put_block(out, source, sizeof source);
	put_u16(out, 0);
	put_u16(out, 0);
	put_netbios_name(out);
	put_netbios_name(out);
	put_repeated(out, 'A', 40);
	set_u16(out, length_at, (unsigned)(out->length - length_at - 4));
}

#endif
