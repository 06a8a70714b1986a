/*
 * Ethernet frames with IPv4 or IPv6 and valid checksums.
 */
#ifndef SAMPLES_FRAME_H
#define SAMPLES_FRAME_H

#include "host.h"

enum { ETHERTYPE_ARP = 0x0806, ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd, ETHERTYPE_VLAN = 0x8100 };
enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMP6 = 58 };
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };
enum {
	HOP_LIMIT = 64,
	NEIGHBOUR_HOP_LIMIT = 255,
	SYN_WINDOW = 64240,
	SCALED_WINDOW = 502,
	DONT_FRAGMENT = 0x4000
};

struct segment {
	uint16_t from_port, to_port;
	uint32_t seq, ack;
	uint8_t flags;
};

/* RFC 1071. */
static uint32_t sum_words(uint32_t sum, const uint8_t *data, size_t length)
{
	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)data[i] << 8 | data[i + 1];
	if (length % 2 != 0)
		sum += (uint32_t)data[length - 1] << 8;
	return sum;
}

static uint16_t close_sum(uint32_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static size_t address_length(const struct end *end)
{
	return end->family == 4 ? 4 : 16;
}

/* Over the pseudo header of RFC 9293 section 3.1 or RFC 8200 section 8.1. */
static uint16_t transport_sum(const struct end *from, const struct end *to, unsigned protocol,
			      const struct bytes *transport)
{
	uint32_t sum = (uint32_t)transport->length + protocol;

	sum = sum_words(sum, from->address, address_length(from));
	sum = sum_words(sum, to->address, address_length(to));
	return close_sum(sum_words(sum, transport->data, transport->length));
}

static struct bytes frame_start(const struct end *from, const struct end *to, unsigned ethertype)
{
	struct bytes frame = {.length = 0};

	put_block(&frame, to->mac, MAC_LENGTH);
	put_block(&frame, from->mac, MAC_LENGTH);
	put_u16(&frame, ethertype);
	return frame;
}

static void put_ipv4(struct bytes *frame, const struct end *from, const struct end *to, unsigned protocol,
		     size_t payload, uint16_t id)
{
	const size_t header = frame->length;

	put_u16(frame, 0x4500);
	put_u16(frame, (unsigned)(20 + payload));
	put_u16(frame, id);
	put_u16(frame, DONT_FRAGMENT);
	put_u8(frame, HOP_LIMIT);
	put_u8(frame, protocol);
	put_u16(frame, 0);
	put_block(frame, from->address, 4);
	put_block(frame, to->address, 4);
	set_u16(frame, header + 10, close_sum(sum_words(0, frame->data + header, 20)));
}

static void put_ipv6(struct bytes *frame, const struct end *from, const struct end *to, unsigned protocol,
		     size_t payload)
{
	put_u32(frame, 6U << 28);
	put_u16(frame, (unsigned)payload);
	put_u8(frame, protocol);
	put_u8(frame, protocol == PROTOCOL_ICMP6 ? NEIGHBOUR_HOP_LIMIT : HOP_LIMIT);
	put_block(frame, from->address, 16);
	put_block(frame, to->address, 16);
}

static struct bytes frame_ip(const struct end *from, const struct end *to, unsigned protocol,
			     const struct bytes *transport, uint16_t id)
{
	struct bytes frame = frame_start(from, to, from->family == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);

	if (from->family == 4)
		put_ipv4(&frame, from, to, protocol, transport->length, id);
	else
		put_ipv6(&frame, from, to, protocol, transport->length);
	put_bytes(&frame, transport);
	return frame;
}

static struct bytes frame_tcp(const struct end *from, const struct end *to, const struct segment *segment,
			      const struct bytes *payload, uint16_t id)
{
	/* Of a SYN: segment size 1460, selective acknowledgements, window scale 7 (RFC 9293, 2018, 7323). */
	static const uint8_t options[] = {2, 4, 0x05, 0xb4, 4, 2, 1, 3, 3, 7, 1, 1};
	struct bytes tcp = {.length = 0};
	const size_t optional = segment->flags & TCP_SYN ? sizeof options : 0;

	put_u16(&tcp, segment->from_port);
	put_u16(&tcp, segment->to_port);
	put_u32(&tcp, segment->seq);
	put_u32(&tcp, segment->flags & TCP_ACK ? segment->ack : 0);
	put_u8(&tcp, (unsigned)((20 + optional) / 4) << 4);
	put_u8(&tcp, segment->flags);
	put_u16(&tcp, segment->flags & TCP_RST ? 0 : segment->flags & TCP_SYN ? SYN_WINDOW : SCALED_WINDOW);
	put_u32(&tcp, 0);
	put_block(&tcp, options, optional);
	if (payload)
		put_bytes(&tcp, payload);
	set_u16(&tcp, 16, transport_sum(from, to, PROTOCOL_TCP, &tcp));
	return frame_ip(from, to, PROTOCOL_TCP, &tcp, id);
}

static struct bytes frame_udp(const struct end *from, uint16_t from_port, const struct end *to,
			      uint16_t to_port, const struct bytes *payload, uint16_t id)
{
	struct bytes udp = {.length = 0};
	uint16_t sum;

	put_u16(&udp, from_port);
	put_u16(&udp, to_port);
	put_u16(&udp, (unsigned)(8 + payload->length));
	put_u16(&udp, 0);
	put_bytes(&udp, payload);
	sum = transport_sum(from, to, PROTOCOL_UDP, &udp);
	set_u16(&udp, 6, sum ? sum : 0xffff);
	return frame_ip(from, to, PROTOCOL_UDP, &udp, id);
}

/* MESSAGE begins with type and code; its checksum, bytes 2 and 3, is filled in here. */
static struct bytes frame_icmp(const struct end *from, const struct end *to, struct bytes *message,
			       uint16_t id)
{
	if (from->family == 4) {
		set_u16(message, 2, close_sum(sum_words(0, message->data, message->length)));
		return frame_ip(from, to, PROTOCOL_ICMP, message, id);
	}
	set_u16(message, 2, transport_sum(from, to, PROTOCOL_ICMP6, message));
	return frame_ip(from, to, PROTOCOL_ICMP6, message, id);
}

/* RFC 826: who has TARGET? */
static struct bytes frame_arp(const struct end *from, const struct end *target)
{
	struct end everyone = {.family = 4, .mac = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
	struct bytes frame = frame_start(from, &everyone, ETHERTYPE_ARP);

	put_u16(&frame, 1);
	put_u16(&frame, ETHERTYPE_IPV4);
	put_u16(&frame, MAC_LENGTH << 8 | 4);
	put_u16(&frame, 1);
	put_block(&frame, from->mac, MAC_LENGTH);
	put_block(&frame, from->address, 4);
	put_repeated(&frame, 0, MAC_LENGTH);
	put_block(&frame, target->address, 4);
	put_repeated(&frame, 0, 18);
	return frame;
}

#endif
