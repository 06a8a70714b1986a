/*
 * DHCP (RFC 2131): a host that has no address yet asks by broadcast, one that renews asks its server
 * directly.
 */
#ifndef SAMPLES_DHCP_H
#define SAMPLES_DHCP_H

#include "udp.h"

enum dhcp_type { DHCP_DISCOVER = 1, DHCP_OFFER = 2, DHCP_REQUEST = 3, DHCP_ACKNOWLEDGE = 5 };
enum { DHCP_CLIENT_PORT = 68, DHCP_SERVER_PORT = 67 };

/* XID is the script's ticket. OFFERED is the client's address in answers and renewals, or NULL. */
static struct bytes dhcp_message(uint16_t xid, enum dhcp_type type, const struct host *client,
				 const struct host *offered)
{
	const bool answer = type == DHCP_OFFER || type == DHCP_ACKNOWLEDGE;
	const struct end end = end_of(client, 4);
	const uint8_t options[] = {99, 130, 83, 99, 53, 1, (uint8_t)type};
	const uint8_t lease[] = {51, 4, 0, 0, 14, 16, 54, 4, 10, 0, 0, 1};
	struct bytes out = {.length = 0};

	put_u8(&out, answer ? 2 : 1);
	put_u8(&out, 1);
	put_u8(&out, MAC_LENGTH);
	put_u8(&out, 0);
	put_u32(&out, UINT32_C(0x5a5a0000) | xid);
	put_u16(&out, 0);
	put_u16(&out, offered ? 0 : 0x8000); /* a host without an address wants broadcast answers */
	put_block(&out, offered && !answer ? end.address : (const uint8_t[4]){0}, 4);
	put_block(&out, offered && answer ? end.address : (const uint8_t[4]){0}, 4);
	put_repeated(&out, 0, 8);
	put_block(&out, end.mac, MAC_LENGTH);
	put_repeated(&out, 0, 10 + 64 + 128);
	put_block(&out, options, sizeof options);
	if (answer)
		put_block(&out, lease, sizeof lease);
	put_u8(&out, 255);
	put_repeated(&out, 0, 300 > out.length ? 300 - out.length : 0);
	return out;
}

static void dhcp_ask_everyone(struct script *script, const struct host *client, enum dhcp_type type)
{
	const struct end from = end_without_address(client), to = end_of_group(everywhere);
	const struct bytes message = dhcp_message(script->ticket, type, client, NULL);

	datagram(script, &from, DHCP_CLIENT_PORT, &to, DHCP_SERVER_PORT, &message);
	pass(script, ANSWER_USEC);
}

static void dhcp_answer_everyone(struct script *script, const struct host *server, const struct host *client,
				 enum dhcp_type type)
{
	const struct end from = end_of(server, 4), to = end_of_group(everywhere);
	const struct bytes message = dhcp_message(script->ticket, type, client, client);

	datagram(script, &from, DHCP_SERVER_PORT, &to, DHCP_CLIENT_PORT, &message);
	pass(script, ANSWER_USEC);
}

/* DISCOVER, OFFER, REQUEST, ACK. */
static void dhcp_lease(struct script *script, const struct host *client, const struct host *server)
{
	const int64_t began = script->clock_usec;

	script->ticket++;
	dhcp_ask_everyone(script, client, DHCP_DISCOVER);
	dhcp_answer_everyone(script, server, client, DHCP_OFFER);
	dhcp_ask_everyone(script, client, DHCP_REQUEST);
	dhcp_answer_everyone(script, server, client, DHCP_ACKNOWLEDGE);
	pause_after(script, began);
}

/* A unicast REQUEST of CLIENT to SERVER, and the ACK. */
static void dhcp_renewal(struct script *script, const struct host *client, const struct host *server)
{
	const int64_t began = script->clock_usec;
	const struct end asker = end_of(client, 4), asked = end_of(server, 4);
	struct bytes message = dhcp_message(++script->ticket, DHCP_REQUEST, client, client);

	datagram(script, &asker, DHCP_CLIENT_PORT, &asked, DHCP_SERVER_PORT, &message);
	pass(script, ANSWER_USEC);
	message = dhcp_message(script->ticket, DHCP_ACKNOWLEDGE, client, client);
	datagram(script, &asked, DHCP_SERVER_PORT, &asker, DHCP_CLIENT_PORT, &message);
	pause_after(script, began);
}

#endif
