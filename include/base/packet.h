/*
 * A packet as it was captured: where its bytes lie and what the capture says of them. The one thing that capture/ makes and
 * decode/, flow/ and observe/ all look at; here, because none of them may know the other's house. It promises nothing of
 * what the bytes mean, and owns none of them.
 */
#ifndef BASE_PACKET_H
#define BASE_PACKET_H

#include <stdint.h>

struct packet {
	int64_t time_ns;     /* TIME_UNKNOWN: the file gives this packet none (pcapng simple packet block) */
	const uint8_t *data; /* caplen bytes */
	uint64_t frame;      /* number in its input, from 1, as Wireshark counts: it also numbers
			      * some pcapng blocks that hold no packet, so the last may exceed the count */
	uint32_t caplen;     /* bytes at hand */
	uint32_t wirelen;    /* bytes on the wire, never below caplen */
	uint32_t snaplen;    /* of its interface; 0: no limit stated */
	uint16_t link_type;  /* LINKTYPE_ value (https://www.tcpdump.org/linktypes.html) */
};

#endif
