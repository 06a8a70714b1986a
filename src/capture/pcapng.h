/* Private to the reader of pcapng (draft-ietf-opsawg-pcapng). */
#ifndef SRC_CAPTURE_PCAPNG_H
#define SRC_CAPTURE_PCAPNG_H

#include "reader.h"

enum {
	BLOCK_SECTION_HEADER = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_ENHANCED_PACKET = 6,
	BLOCK_JOURNAL = 9,
	BLOCK_CUSTOM = 0x00000bad,
	BLOCK_CUSTOM_NO_COPY = 0x40000bad,
	BLOCK_FRAME = 12, /* type, length, length again: what each block has */
	INTERFACES_MAX = 65536,
	BLOCK_MAX_BYTES = RECORD_MAX_BYTES + 65536, /* the longest packet and its options */
};

/* The options at a block's end, one after the other (section 3.5). */
struct pcapng_options {
	const uint8_t *at; /* the next one */
	size_t left;
	unsigned looked_at;

	/* the present one */
	unsigned code;
	size_t length;
	const uint8_t *value;
};

static inline struct pcapng_options pcapng_options(const uint8_t *at, size_t length)
{
	return (struct pcapng_options){.at = at, .left = length};
}
/* False at their end, and where they stop making sense: the block can be read without them. */
bool pcapng_option_next(struct pcapng_options *options, bool swapped);

/* As an interface's if_tsresol says (section 4.2). */
void pcapng_set_resolution(struct capture_interface *interface, uint8_t resolution);
/* UNITS of the interface's resolution as ns since 1970; TIME_UNKNOWN where that does not fit. */
int64_t pcapng_time(const struct capture_interface *interface, uint64_t units);

/* A section header of which all is at hand; sets the byte order and forgets the interfaces. 0/-1. */
int pcapng_section(struct capture *c, const uint8_t *block, size_t length);
/* An interface description block. 0/-1. */
int pcapng_interface(struct capture *c, const uint8_t *block, size_t length);

/* An interface statistics block. */
void pcapng_statistics(struct capture *c, const uint8_t *block, size_t length);
/* LENGTH bytes of options behind a packet of interface ID. */
void pcapng_packet_options(struct capture *c, uint32_t id, const uint8_t *p, size_t length);
/* Between a packet of interface ID and the one before it PACKETS were lost. */
void pcapng_lost(struct capture *c, uint32_t id, uint64_t packets);

#endif
