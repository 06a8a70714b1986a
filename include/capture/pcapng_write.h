/*
 * Packets out: a pcapng file (draft-ietf-opsawg-pcapng) built in memory and written in one go, so that it appears whole
 * or not at all. Link types, both lengths and times to the nanosecond come out as they went in; each source of packets
 * gets interfaces of its own, so that a reader can tell where a packet was seen. Comments are for people: what is no
 * UTF-8 in them becomes '?', and they are cut at PCAPNG_COMMENT_MAX bytes. The same calls give the same bytes.
 *
 * A failure to grow is sticky: add as you like, the end tells.
 */
#ifndef CAPTURE_PCAPNG_WRITE_H
#define CAPTURE_PCAPNG_WRITE_H

#include "base/strbuf.h"
#include "capture/capture.h"

enum { PCAPNG_COMMENT_MAX = 4096, PCAPNG_WRITE_INTERFACES = 64 };

struct pcapng_write_interface {
	const char *source;
	uint32_t snaplen;
	uint16_t link_type;
	bool before_1970; /* its times count from long before 1970 */
};

/* In place; all zero is a good start. */
struct pcapng_writer {
	struct strbuf bytes;
	struct pcapng_write_interface interfaces[PCAPNG_WRITE_INTERFACES];
	size_t interface_count;
	bool crowded; /* more interfaces than fit: packets were refused */
};

/* The section header. APPLICATION wrote it; COMMENT is about all of it. Either may be NULL. */
void pcapng_write_start(struct pcapng_writer *writer, const char *application, const char *comment);
/* One packet that was seen in SOURCE (a file's name, which must outlive the writer; or NULL), with a comment of its own
 * or NULL. Its time must be known: the enhanced packet block has no way to say that it is not. */
void pcapng_write_packet(struct pcapng_writer *writer, const struct packet *packet, const char *source,
			 const char *comment);
/* Puts what was built at PATH: written aside, renamed. 0, or -1 and ERR, and nothing at PATH has changed. */
int pcapng_write_file(const struct pcapng_writer *writer, const char *path, struct err *err) MUST_CHECK;
void pcapng_write_clear(struct pcapng_writer *writer);

#endif
