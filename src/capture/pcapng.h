/* Private to the reader of pcapng (draft-ietf-opsawg-pcapng). */
#ifndef SRC_CAPTURE_PCAPNG_H
#define SRC_CAPTURE_PCAPNG_H

#include "reader.h"

enum {
	BLOCK_SECTION_HEADER = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_ENHANCED_PACKET = 6,
	BLOCK_JOURNAL = 9,
	BLOCK_CUSTOM = 0x00000bad,
	BLOCK_CUSTOM_NO_COPY = 0x40000bad,
	BLOCK_FRAME = 12, /* type, length, length again: what each block has */
	INTERFACES_MAX = 65536,
	BLOCK_MAX_BYTES = RECORD_MAX_BYTES + 65536, /* the longest packet and its options */
};

/* As an interface's if_tsresol says (section 4.2). */
void pcapng_set_resolution(struct capture_interface *interface, uint8_t resolution);
/* UNITS of the interface's resolution as ns since 1970; TIME_UNKNOWN where that does not fit. */
int64_t pcapng_time(const struct capture_interface *interface, uint64_t units);

/* A section header of which all is at hand; sets the byte order and forgets the interfaces. 0/-1. */
int pcapng_section(struct capture *c, const uint8_t *block, size_t length);
/* An interface description block. 0/-1. */
int pcapng_interface(struct capture *c, const uint8_t *block, size_t length);

#endif
