/*
 * Live ports in, packets out, by libpcap: any number of interfaces, or "any", each read by one or several
 * workers, with a ring of its own for each pair. This floor promises every packet that the kernel handed
 * over, in order of time for each worker, and a count of those that it did not; and that an interface that
 * goes down, or goes and comes back, is taken up again. It sends nothing, ever.
 *
 * Several workers share an interface by PACKET_FANOUT: a small program in the kernel hands all packets of two
 * hosts, both directions, ICMP errors about them and fragments included, to the same worker, on every
 * interface. What is related across pairs of hosts (answers to a question that was sent to a group) may be
 * seen by two workers that know nothing of each other.
 *
 * Threads: worker W's calls come from one thread; capture_live_links, _state and _wake from any one other.
 *
 * Ownership: packets stay valid until the worker's next capture_live_read.
 */
#ifndef CAPTURE_LIVE_H
#define CAPTURE_LIVE_H

#include "capture/capture.h"

enum {
	CAPTURE_LIVE_SNAPLEN = 384,         /* bytes of each packet that are looked at */
	CAPTURE_LIVE_SNAPLEN_TUNNELS = 512, /* and where tunnels are met */
	CAPTURE_LIVE_INTERFACES = 16,
	CAPTURE_LIVE_WORKERS = 32,
	CAPTURE_LIVE_DELAY_MSEC = 100 /* how long the kernel may hold a packet back */
};

struct capture_live_options {
	const char *const *interfaces;
	size_t interface_count;
	unsigned workers;    /* 0: 1 */
	uint32_t snaplen;    /* 0: the two above; else this, whatever comes */
	size_t ring_bytes;   /* of each ring, in the kernel; 0: 64 MiB */
	size_t recent_bytes; /* packets kept of each ring after they were read, for evidence; 0: none */
	const char *filter;  /* BPF expression or NULL; the kernel drops what it does not admit, uncounted */
	bool not_promiscuous;
};

struct capture_live;

/* Opens all rings of all interfaces. NULL and one line in ERR: which interface, what is wrong, what to do
 * about it; *FORBIDDEN says that it was the right to capture that was missing. */
struct capture_live *capture_live_open(const struct capture_live_options *options, bool *forbidden,
				       struct err *err) MUST_CHECK;
/* No thread may be in any call. */
void capture_live_close(struct capture_live *live);

/* Up to MAX packets for WORKER, oldest first, and of which interface each is. Never waits; 0: there are none
 * now. Packet.frame counts from 1 for each interface; with several workers no two share a number. */
size_t capture_live_read(struct capture_live *live, unsigned worker, struct packet *packets,
			 uint32_t *interfaces, size_t max);
/* Waits until there may be packets for WORKER, or somebody wakes it, at most TIMEOUT_MSEC. */
void capture_live_wait(struct capture_live *live, unsigned worker, unsigned timeout_msec);
void capture_live_wake(struct capture_live *live, unsigned worker);
/* Everything that was stamped before this was handed to WORKER, as far as can be known; TIME_UNKNOWN: nothing
 * was read yet. */
int64_t capture_live_complete_until(const struct capture_live *live, unsigned worker);
/* Asks the kernel what it dropped; by WORKER, now and then. */
void capture_live_count(struct capture_live *live, unsigned worker);
/* Tunnels were met on INTERFACE: more of each packet is wanted from now on. */
void capture_live_widen(struct capture_live *live, unsigned worker, uint32_t interface);

/* Packets that WORKER read from INTERFACE and that are still there, oldest first; EACH returns false to stop.
 * By WORKER. */
void capture_live_recent(const struct capture_live *live, unsigned worker, uint32_t interface, void *context,
			 bool (*each)(void *context, const struct packet *packet));

/* What is known of an interface. Counts are since the start and never fall. */
struct capture_live_state {
	const char *name;
	bool present, up; /* up: it can carry packets */
	bool reading;     /* up, and every worker reads it */
	uint64_t packets, bytes, dropped;
	uint64_t refused; /* by the interface itself (missed, overrun), if it tells */
	uint32_t snaplen; /* now */
	uint16_t link_type;
};
size_t capture_live_interface_count(const struct capture_live *live);
unsigned capture_live_workers(const struct capture_live *live);
void capture_live_state(const struct capture_live *live, uint32_t interface, struct capture_live_state *out);
/* Learns which interfaces went down, up, away or came back; workers act on it. Call about once a second;
 * cheap. */
void capture_live_links(struct capture_live *live);
/* How the filter was widened for the report; "" without one. */
const char *capture_live_filter(const struct capture_live *live);
/* What the kernel keeps of rings, and this program of packets. */
size_t capture_live_memory(const struct capture_live *live);

#endif
