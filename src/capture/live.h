/*
 * Private to capture/: live capture. An interface has a ring for each worker; a ring has a buffer of records,
 * of which the older ones were read by the worker already and stay until their place is needed.
 */
#ifndef SRC_CAPTURE_LIVE_H
#define SRC_CAPTURE_LIVE_H

#include "base/timestamp.h"
#include "capture/live.h"
#include <pcap/pcap.h>
#include <stdatomic.h>

struct capture_filter;

enum { LIVE_RING_BYTES = 64 << 20 }; /* in the kernel, unless told otherwise */

/* Stands before each packet's bytes in a buffer. */
struct live_record {
	uint32_t size; /* with this header, rounded up; 0: the rest up to the buffer's end is unused */
	uint32_t caplen, wirelen, snaplen;
	uint64_t frame;
	int64_t time_ns;
};

/* A circle whose size is a power of two: records from `oldest` to `next` were read, from there to `head` they
 * wait. All count bytes since the start. */
struct live_buffer {
	uint8_t *bytes;
	uint64_t size;
	uint64_t oldest, next, head;
};

struct live_interface;

struct live_ring {
	struct live_interface *interface;
	unsigned worker, workers;
	pcap_t *pcap;
	int fd;
	_Atomic uint16_t link_type;
	uint32_t snaplen;
	uint64_t count; /* packets met by this ring */
	uint64_t wire_bytes;
	struct live_buffer buffer;
	struct packet *handed; /* live_ring_hand: where the next one goes */
	uint64_t handed_bytes; /* of the buffer */
	uint64_t waited_count; /* packets met when it was last waited for */
	int64_t complete_ns;   /* all that was stamped before was handed over by the kernel */
	uint32_t kernel_drops; /* as it last said */
	int bound_index;
	_Atomic unsigned generation; /* of the interface that it reads */
	bool drained;                /* the kernel had no more */
	bool keeps;                  /* packets that were read */
	unsigned last_turns;         /* after it failed: what the kernel had taken before may still come */
	bool failed;                 /* not to be read until the link is there again */
	_Atomic uint64_t packets, bytes, dropped;
	_Atomic bool reading;
};

struct live_interface {
	char *name;
	bool is_any;
	struct live_ring *rings;
	unsigned workers;
	_Atomic int index; /* 0: it is not there */
	_Atomic bool up;
	_Atomic unsigned generation; /* grows each time it comes up again */
	_Atomic int64_t since_ns;    /* packets from before are not read: not all rings were ready */
	_Atomic bool wide;           /* tunnels were met */
	_Atomic uint32_t snaplen;
	_Atomic unsigned fanout; /* group number */
	int refused_fds[2];      /* the interface's own counters; -1 */
	uint64_t refused_start[2];
};

struct capture_live {
	struct live_interface *interfaces;
	size_t interface_count;
	unsigned workers;
	bool promiscuous;
	uint32_t snaplen; /* asked for; 0: ours */
	size_t ring_bytes, recent_bytes;
	struct capture_filter *filter;
	int link_fd;
	int *wake_fds;
};

/* live_ring.c */
/* Opens RING's port. 0, or -1 and ERR. */
int live_ring_open(const struct capture_live *live, struct live_ring *ring, bool *forbidden,
		   struct err *err) MUST_CHECK;
void live_ring_close(struct live_ring *ring);
/* Reads what the kernel has, as long as there is room. */
void live_ring_fill(struct live_ring *ring);
/* The same of a ring of which nothing waits or is kept, straight to PACKETS, at most MAX: their number. */
size_t live_ring_hand(struct live_ring *ring, struct packet *packets, size_t max);
/* The record that is next, or NULL. */
const struct live_record *live_ring_peek(const struct live_ring *ring);
/* The next one; false: there is none. */
bool live_ring_take(struct live_ring *ring, struct packet *out);
void live_ring_count(struct live_ring *ring);
void live_ring_widen(struct live_ring *ring);

/* live_buffer.c */
int live_buffer_init(struct live_buffer *buffer, size_t bytes) MUST_CHECK;
void live_buffer_clear(struct live_buffer *buffer);
/* Room for a record of CAPLEN bytes, whose size is set; older ones that were read give way. NULL: what waits
 * leaves none. */
struct live_record *live_buffer_add(struct live_buffer *buffer, uint32_t caplen);
/* The record at *AT, which moves to the one after it; NULL at END. */
const struct live_record *live_buffer_step(const struct live_buffer *buffer, uint64_t *at, uint64_t end);
static inline const uint8_t *live_record_bytes(const struct live_record *record)
{
	return (const uint8_t *)(record + 1);
}

/* live_port.c: the socket behind a ring. All of it is options of the socket, which need no right. */
/* Joins the interface's group of workers. 0/-1 and errno. */
int live_port_share(const struct live_ring *ring) MUST_CHECK;
int live_port_promiscuous(const struct live_ring *ring, int index) MUST_CHECK;
/* Reads interface INDEX from now on. 0/-1 and errno. */
int live_port_bind(const struct live_ring *ring, int index) MUST_CHECK;
/* Cuts packets at SNAPLEN from now on, without losing one. 0/-1 and errno. */
int live_port_cut(const struct live_ring *ring, uint32_t snaplen) MUST_CHECK;

/* live_link.c */
int live_links_open(struct err *err) MUST_CHECK;
/* Index and state of INTERFACE as they are now. */
void live_link_ask(struct live_interface *interface);
/* RING's interface came back: reads it again. */
void live_ring_resume(const struct capture_live *live, struct live_ring *ring);
void live_refused_open(struct live_interface *interface);
uint64_t live_refused(const struct live_interface *interface);

int64_t live_now_ns(void);

#endif
