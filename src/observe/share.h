/* Private to observe/: which worker takes a packet. */
#ifndef OBSERVE_SHARE_H
#define OBSERVE_SHARE_H

#include "flow/flow.h"

enum {
	SHARE_SLOTS = 256,
	SHARE_WORKERS_MAX = 64,
	SHARE_ALL =
	    128 /* beside the number of the worker that it belongs to: all others must know of it too */
};

struct shares {
	uint64_t seed[3];
	uint8_t worker[SHARE_SLOTS]; /* of TCP, by the hash of its hosts */
};

/* SLOT_PACKETS and OTHER_PACKETS say how packets were distributed so far: others than TCP are worker 0's. */
void shares_make(struct shares *shares, unsigned workers, const uint64_t slot_packets[SHARE_SLOTS],
		 uint64_t other_packets);
/* The slot of TCP between two hosts, either way; -1: worker 0's. */
int share_slot(const struct shares *shares, const struct addr *a, const struct addr *b);
/* The same of a packet, if it is TCP or an ICMP error that quotes it; else -1. */
int share_slot_of(const struct shares *shares, const struct flow_packet *packet);
/* The worker that a packet belongs to, with SHARE_ALL where others must know of it. */
uint8_t share_of(const struct shares *shares, const struct flow_packet *packet);

#endif
