/*
 * What the readers of formats and the door of this floor share: one open capture. A format's read function
 * hands out packets from the window until it is full, says what it needs beyond the window, or fails the
 * capture.
 */
#ifndef SRC_CAPTURE_READER_H
#define SRC_CAPTURE_READER_H

#include "archives.h"
#include "base/timestamp.h"
#include "capture/capture.h"
#include "chain.h"
#include "fingerprint.h"
#include "window.h"
#include <string.h>

enum {
	RECORD_USUAL_BYTES = 256 * 1024, /* no link type but a few stores longer packets */
	RECORD_MAX_BYTES = 128 << 20     /* the longest that libpcap and Wireshark allow for those few */
};

/* Of a pcapng interface, or the one of a pcap file. */
struct capture_interface {
	uint64_t multiplier; /* ns = units * multiplier / divisor >> shift, plus offset */
	uint64_t divisor;
	uint32_t shift;
	uint32_t snaplen;
	int64_t offset_sec;
	uint64_t dropped, dropped_between; /* packets lost, as totals say; as packets say */
	uint16_t link_type;
	bool seen; /* its link type and snap length stand in the summary */
};

struct capture {
	struct chain *chain;
	struct capture_archives *archives; /* where the chain goes, if it is an archive's; NULL: nowhere */
	struct window window;
	struct fingerprint *print;
	struct capture_summary summary;
	char *name; /* for messages */
	bool accept_cut;
	bool pcapng;
	bool swapped; /* numbers are in the other byte order than this machine's */
	bool finished;
	uint64_t frame;             /* the last one's number */
	struct capture_alike alike; /* of the latest packets; see there */
	size_t need;                /* bytes from the window's position that the next record takes */

	/* pcap */
	size_t record_header;
	uint32_t caplen_max;
	uint32_t fraction_ns; /* of one unit of a packet's time below the second */
	bool lengths_swapped, lengths_perhaps_swapped;

	/* pcapng: those of the section */
	struct capture_interface *interfaces;
	size_t interface_count, interface_capacity;
	bool in_section;
	uint64_t undescribed;       /* packets of interfaces that were never described, */
	uint64_t undescribed_frame; /* the first of them, */
	uint32_t undescribed_id;    /* and its interface */
};

/* Ends the capture with STATUS; FORMAT says what is wrong. Where it happened is added. */
void reader_fail(struct capture *capture, enum capture_status status, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* What to do about an input of STATUS, to end a message with: "; copy the file again", or "". */
const char *capture_status_remedy(enum capture_status status);
/* Notes an interface's link type and snap length in the summary, at its first packet. */
void reader_note_interface(struct capture *capture, struct capture_interface *interface);
/* The LINKTYPE_ value for what a file holds: some systems wrote their own numbers. */
uint16_t reader_link_type(uint32_t field);

/* Reads the file header, when it is at hand whole. */
void pcap_begin(struct capture *capture);
size_t pcap_read(struct capture *capture, struct packet *packets, size_t max);
size_t pcapng_read(struct capture *capture, struct packet *packets, size_t max);

static inline uint16_t reader_u16(const uint8_t *p, bool swapped)
{
	uint16_t value;

	memcpy(&value, p, sizeof(value));
	return swapped ? __builtin_bswap16(value) : value;
}

static inline uint32_t reader_u32(const uint8_t *p, bool swapped)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return swapped ? __builtin_bswap32(value) : value;
}

static inline uint64_t reader_u64(const uint8_t *p, bool swapped)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return swapped ? __builtin_bswap64(value) : value;
}

/* What a batch adds to the summary, kept in registers until its end. */
struct reader_tally {
	uint64_t bytes;
	uint64_t untimed;
	int64_t first_ns, last_ns;
};

static inline void reader_tally_packet(struct reader_tally *t, const struct packet *p)
{
	t->bytes += p->wirelen;
	t->first_ns = p->time_ns < t->first_ns ? p->time_ns : t->first_ns;
	t->last_ns = p->time_ns > t->last_ns ? p->time_ns : t->last_ns;
}

void reader_add_tally(struct capture *capture, const struct reader_tally *tally, size_t packets);

#define READER_TALLY_INIT                                                                                    \
	{                                                                                                    \
		.first_ns = INT64_MAX, .last_ns = INT64_MIN                                                  \
	}

#endif
