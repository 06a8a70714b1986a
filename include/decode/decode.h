/*
 * Bytes -> packet facts. Pure: no I/O, no allocation, no globals, no libpcap. Facts are those of the innermost IP
 * header that could be reached, at most DECODE_MAX_LAYERS down. This floor tells truncated (the capture lacks the
 * bytes) from malformed (the bytes cannot be), and knows neither flows nor which side is a client.
 *
 * Facts point into the packet; they live as long as it does.
 */
#ifndef DECODE_DECODE_H
#define DECODE_DECODE_H

#include "base/addr.h"
#include "base/packet.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DECODE_MAX_LAYERS = 16, DECODE_MAX_VLANS = 4 };

/* Where a packet is counted; the first that applies, in the order of design section 3. They add up to all packets. */
enum accounting {
	ACCOUNT_FILTERED,
	ACCOUNT_UNSUPPORTED,
	ACCOUNT_HOUSEKEEPING,
	ACCOUNT_NON_IP,
	ACCOUNT_MALFORMED,
	ACCOUNT_FRAGMENT,
	ACCOUNT_ICMP_ERROR,
	ACCOUNT_TRUNCATED,
	ACCOUNT_AUDITED,
	ACCOUNT_COUNT
};
const char *accounting_name(enum accounting bucket); /* "filtered", "unsupported", .. as in the report */

/*
 * One value for each way a packet can end here. X-macro of (name, bucket, text): the enum, decode_result_bucket and
 * decode_result_text all come from it. Add ways here and nowhere else.
 */
#define DECODE_RESULTS(X)                                                                                    \
	X(OK, AUDITED, "audited")                                                                            \
	X(LATER_FRAGMENT, FRAGMENT, "later fragment")                                                        \
	X(ICMP_ERROR, ICMP_ERROR, "ICMP error")                                                              \
	X(LINK_UNSUPPORTED, UNSUPPORTED, "link type not understood")                                         \
	X(TOO_DEEP, UNSUPPORTED, "more than 16 layers")                                                      \
	X(ARP, HOUSEKEEPING, "ARP or RARP")                                                                  \
	X(NEIGHBOUR, HOUSEKEEPING, "IPv6 neighbour or router discovery, redirect")                           \
	X(IGMP, HOUSEKEEPING, "IGMP")                                                                        \
	X(MLD, HOUSEKEEPING, "MLD")                                                                          \
	X(STP, HOUSEKEEPING, "spanning tree, LLDP and kin")                                                  \
	X(LINK_CONTROL, HOUSEKEEPING, "link control (PPP, LACP, pause, 802.11 management)")                  \
	X(NOT_IP, NON_IP, "no IP inside")                                                                    \
	X(ENCRYPTED, NON_IP, "encrypted at the link layer")                                                  \
	X(LINK_SHORT, TRUNCATED, "cut in the link header")                                                   \
	X(IP_SHORT, TRUNCATED, "cut in the IP header")                                                       \
	X(PORTS_SHORT, TRUNCATED, "cut before the ports")                                                    \
	X(RUNT, MALFORMED, "frame shorter on the wire than its headers")                                     \
	X(IP_VERSION, MALFORMED, "IP version does not fit")                                                  \
	X(IP_HEADER_LENGTH, MALFORMED, "IP header length impossible")                                        \
	X(IP_TOTAL_LENGTH, MALFORMED, "IP total length impossible")                                          \
	X(IP_EXTENSION, MALFORMED, "IPv6 extension header impossible")                                       \
	X(FRAGMENT_BAD, MALFORMED, "fragment offset or length impossible")                                   \
	X(TRANSPORT_LENGTH, MALFORMED, "transport header or length impossible")                              \
	X(CHECK_FAILED, MALFORMED, "the capturing radio says that the frame's check failed")

enum decode_result {
#define X(name, bucket, text) DECODE_##name,
	DECODE_RESULTS(X)
#undef X
	DECODE_RESULT_COUNT
};
enum accounting decode_result_bucket(enum decode_result result);
const char *decode_result_text(enum decode_result result);

enum delivery { DELIVERY_UNICAST, DELIVERY_BROADCAST, DELIVERY_MULTICAST, DELIVERY_COUNT };
const char *delivery_name(enum delivery delivery);

enum {
	PROTO_ICMP = 1, PROTO_IGMP = 2, PROTO_IPIP = 4, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_IPV6 = 41, PROTO_GRE = 47,
	PROTO_ESP = 50, PROTO_AH = 51, PROTO_ICMP6 = 58, PROTO_IPCOMP = 108, PROTO_SCTP = 132
};
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };

/* The header that an ICMP error quotes: enough to find its flow. */
struct quoted {
	struct addr src, dst; /* family ADDR_NONE: nothing usable was quoted */
	uint16_t src_port, dst_port; /* ICMP echo: as in packet_facts */
	uint8_t protocol;
	bool has_ports;
};

/* What tells which fragments belong together: equal in all fragments of one IP packet. */
struct fragment_key {
	struct addr src, dst;
	uint32_t ip_id;
	uint8_t protocol;
};

struct packet_facts {
	struct addr src, dst;
	/* Host byte order. ICMP: the number that stands for the port (type * 256 + code) is dst_port of a question and
	 * src_port of an answer (echo reply 0/0 stands as 8/0, timestamp, mask and ICMPv6 129 likewise), the other one
	 * is the identifier for echo and kin, else 0. Protocols without ports: both 0. */
	uint16_t src_port, dst_port;
	uint8_t protocol;       /* innermost transport; ICMPv6 is 58 */
	uint8_t ip_version;     /* 4 or 6 */
	uint8_t delivery;       /* enum delivery: by destination IP, else by destination MAC */
	uint8_t tcp_flags;      /* 0, which no TCP sends, where the capture was cut behind the ports */
	uint32_t tcp_seq, tcp_ack;
	uint32_t ip_length;     /* bytes of the innermost IP packet on the wire */
	uint32_t ip_id;         /* IPv4 id, or the fragment header's; valid if has_ip_id. An unfragmented IPv4 packet with
				   id 0 has none (RFC 6864) */
	/* What is 0 in most packets lies together, so that it is cleared together. */
	uint32_t fragment_offset; /* bytes */
	uint32_t fragment_length; /* bytes of what is fragmented in this piece; valid if is_fragment */
	bool is_fragment;       /* first or later; an atomic fragment (RFC 6946) is none */
	bool more_fragments;
	uint8_t fragment_protocol; /* is_fragment: as the header that fragments says it, equal in all fragments. It
				    * differs from `protocol` where extension headers or AH follow in the first one */
	bool has_outer_fragment; /* the packet came inside the first fragment of a tunnel's: see outer_fragment */
	bool icmp_asks, icmp_answers; /* echo request/reply and kin */
	uint8_t icmp_type, icmp_code;
	bool has_vni;
	uint8_t tunnel_depth;   /* IP headers outside the innermost */
	uint8_t vlan_count;     /* tags met, outermost first; those over the 4th are not kept */
	bool has_ip_id;
	uint16_t vlans[DECODE_MAX_VLANS];
	uint32_t vni;           /* of the innermost VXLAN, Geneve, NVGRE, GTP TEID */
	bool has_macs;           /* false inside a tunnel that carries bare IP: the outer MACs are not these hosts' */
	uint8_t tcp_header;      /* bytes of TCP's header, all of them before `payload`; 0: cut, or no TCP */
	uint8_t dst_mac[MAC_BYTES], src_mac[MAC_BYTES]; /* of the innermost Ethernet or kin that carries the IP packet;
							 * all zero where the link tells only the other (Linux cooked) */
	const uint8_t *payload; /* transport payload: TCP, UDP; else what follows the IP header */
	uint32_t payload_caplen;  /* bytes at hand */
	uint32_t payload_length;  /* bytes that the headers say there are */
	struct quoted quoted;   /* valid for DECODE_ICMP_ERROR only */
	struct fragment_key outer_fragment; /* valid if has_outer_fragment: later fragments that show this key (their
					     * src, dst, ip_id, fragment_protocol) carry the rest of this packet */
};

/* Two ports in one word, their bytes as they stand in a packet, the source's first: compared and hashed without a look at
 * what they mean. */
static inline uint32_t decode_ports(uint16_t src, uint16_t dst)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap16(src) | (uint32_t)__builtin_bswap16(dst) << 16;
#else
	return src | (uint32_t)dst << 16;
#endif
}

static inline uint16_t decode_port(uint32_t ports, unsigned end)
{
	uint16_t port = (uint16_t)(ports >> 16 * end);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	port = __builtin_bswap16(port);
#endif
	return port;
}

/* Which of VLAN and VNI belong to an address besides link-local ones (--key). */
struct decode_options {
	bool key_vlan;
	bool key_vni;
};

/* Decodes one frame of LINK_TYPE: CAPLEN bytes at hand of WIRELEN. FACTS is filled as far as the result says: OK,
 * LATER_FRAGMENT (no ports), ICMP_ERROR (with quoted); for others only the fields met on the way. */
enum decode_result decode_frame(const struct decode_options *options, uint16_t link_type, const uint8_t *data,
				uint32_t caplen, uint32_t wirelen, struct packet_facts *facts);

/* The little that the usual packet is counted by, in as few words as possible. */
struct packet_quick {
	uint64_t addresses; /* IPv4, their bytes as they stand in the packet: source in the lower half, destination in the upper */
	uint32_t ports;     /* likewise: see quick_port */
	uint16_t vlan;       /* its tag, or PACKET_UNTAGGED */
	uint16_t payload_at; /* bytes of the frame before it, all at hand */
	uint64_t tcp_numbers; /* of TCP: see quick_seq and quick_ack; else 0 */
	union {
		struct {
			uint16_t ip_length, ip_id; /* the id is never 0 */
			uint16_t payload_length;
			uint8_t protocol, tcp_flags; /* protocol 0: quick facts do not speak for the packet */
		};
		uint64_t shape; /* all of these, to be compared as one */
	};
};
enum { PACKET_UNTAGGED = 0x1000 };

/* The port of the source (0) or the destination (1). */
static inline uint16_t quick_port(const struct packet_quick *quick, unsigned end)
{
	return decode_port(quick->ports, end);
}

static inline uint64_t quick_numbers(uint32_t seq, uint32_t ack)
{
	return (uint64_t)seq << 32 | ack;
}

static inline uint32_t quick_seq(const struct packet_quick *quick)
{
	return (uint32_t)(quick->tcp_numbers >> 32);
}

static inline uint32_t quick_ack(const struct packet_quick *quick)
{
	return (uint32_t)quick->tcp_numbers;
}

/* Fills QUICK for each of COUNT packets: if an Ethernet frame is such that decode_frame, without options, would call it OK
 * and find an unscoped IPv4 packet that is no fragment, in no tunnel, with these facts and no BOOTP port. Otherwise
 * protocol is 0, nothing else is filled, and decode_frame has to say. Returns for how many they speak. */
size_t decode_quick(const struct packet *packets, size_t count, struct packet_quick *quick);

/* The link type of such frames. */
enum { DECODE_LINK_ETHERNET = 1 };

/* A packet inside a frame that holds several (A-MSDU, IEEE 802.11-2020 section 9.3.2.2.2): an Ethernet frame (LINKTYPE 1). */
struct decode_subframe {
	const uint8_t *data;
	uint32_t caplen, wirelen;
};
/* Frames of LINK_TYPE may hold several packets. */
bool decode_may_aggregate(uint16_t link_type);
/* decode_frame takes the first packet of such a frame. This gives the one that begins behind AT (0: the first) into OUT and
 * returns its place, to be handed in for the next; 0: there is none, as for every frame that holds one packet. */
size_t decode_next_subframe(uint16_t link_type, const uint8_t *data, uint32_t caplen, uint32_t wirelen, size_t at,
			    struct decode_subframe *out);

#endif
