/*
 * Packets that never were: what a rule's first packet would look like, to ask a filter whether it would let
 * it pass.
 */
#include "capture/filter.h"
#include <string.h>

enum {
	LINK_ETHERNET = 1,
	ETHERNET_BYTES = 14,
	IPV4_BYTES = 20,
	IPV6_BYTES = 40,
	TRANSPORT_MAX = 40,
	PAYLOAD_BYTES = 8,
	PROBE_MAX = ETHERNET_BYTES + IPV6_BYTES + TRANSPORT_MAX + PAYLOAD_BYTES
};
enum { NUMBER_ICMP = 1, NUMBER_TCP = 6, NUMBER_UDP = 17, NUMBER_ICMP6 = 58, NUMBER_SCTP = 132 };
enum { FLAG_SYN = 2, FLAG_SYN_ACK = 18, FLAG_PSH_ACK = 24 };

static void put_be16(uint8_t *at, size_t number)
{
	at[0] = (uint8_t)(number >> 8);
	at[1] = (uint8_t)number;
}

/* The transport header with a little payload; returns its bytes. */
static size_t probe_transport(uint8_t *at, const struct capture_probe *probe, uint8_t tcp_flags)
{
	size_t length = 0;

	put_be16(at, probe->from_port);
	put_be16(at + 2, probe->to_port);
	switch (probe->protocol) {
	case NUMBER_TCP:
		at[12] = 5 << 4;
		at[13] = tcp_flags;
		length = 20;
		break;
	case NUMBER_UDP:
		put_be16(at + 4, 8 + PAYLOAD_BYTES);
		length = 8;
		break;
	case NUMBER_ICMP:
	case NUMBER_ICMP6:
		put_be16(at, probe->to_port); /* type and code, as the ledger has them */
		put_be16(at + 2, 0);
		length = 8;
		break;
	case NUMBER_SCTP: length = 12; break;
	default: break;
	}
	return length + PAYLOAD_BYTES;
}

static size_t probe_ipv4(uint8_t *at, const struct capture_probe *probe, uint8_t tcp_flags)
{
	size_t length = IPV4_BYTES + probe_transport(at + IPV4_BYTES, probe, tcp_flags);

	at[0] = 0x45;
	put_be16(at + 2, length);
	at[8] = 64;
	at[9] = probe->protocol;
	if (probe->from.family == ADDR_IPV4) /* else it has no address yet: 0.0.0.0 */
		memcpy(at + 12, probe->from.bytes, 4);
	memcpy(at + 16, probe->to.bytes, 4);
	return length;
}

static size_t probe_ipv6(uint8_t *at, const struct capture_probe *probe, uint8_t tcp_flags)
{
	size_t length = probe_transport(at + IPV6_BYTES, probe, tcp_flags);

	at[0] = 0x60;
	put_be16(at + 4, length);
	at[6] = probe->protocol;
	at[7] = 64;
	memcpy(at + 8, probe->from.bytes, 16);
	memcpy(at + 24, probe->to.bytes, 16);
	return IPV6_BYTES + length;
}

static bool probe_passes(struct capture_filter *filter, const struct capture_probe *probe, uint8_t tcp_flags)
{
	uint8_t bytes[PROBE_MAX] = {0};
	bool ipv6 = probe->from.family == ADDR_IPV6 || probe->to.family == ADDR_IPV6;
	size_t length = ETHERNET_BYTES;

	if (probe->from.family == ADDR_MAC)
		memcpy(bytes + MAC_BYTES, probe->from.bytes, MAC_BYTES);
	put_be16(bytes + 12, ipv6 ? 0x86dd : 0x0800);
	length += ipv6 ? probe_ipv6(bytes + length, probe, tcp_flags)
		       : probe_ipv4(bytes + length, probe, tcp_flags);
	struct packet packet = {.data = bytes,
				.frame = 1,
				.caplen = (uint32_t)length,
				.wirelen = (uint32_t)length,
				.link_type = LINK_ETHERNET};
	return capture_filter_match(filter, &packet);
}

bool capture_filter_admits(struct capture_filter *filter, const struct capture_probe *probe)
{
	/* Flags tell openings from answers: "tcp[13] == 2" keeps every answer away. */
	if (probe->answers)
		return probe_passes(filter, probe, FLAG_SYN_ACK);
	return probe_passes(filter, probe, FLAG_SYN) ||
	       (probe->protocol == NUMBER_TCP && probe_passes(filter, probe, FLAG_PSH_ACK));
}
