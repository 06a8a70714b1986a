/*
 * Private to flow/: what only few flows have (struct flow_extra): answers, children, holes in a TCP stream,
 * several VLANs, a connection that waits, counters that ran over. The rest is in entry.h.
 */
#ifndef FLOW_EXTRA_H
#define FLOW_EXTRA_H

#include "entry.h"

struct sequence_hole {
	uint32_t low, high;
	uint32_t acked; /* up to here it was acknowledged; low: nothing of it */
	uint32_t since; /* when that was, or some of it came last */
};

/* Sums over the buckets that were handed on, kept only where whole flows are asked for. */
struct flow_total {
	uint64_t packets[2], bytes[2];
	struct frame_mark start;
};

/* What is known of a connection while a flow of the same key is a SYN that may be none of its own; see
 * before.c. */
struct flow_before {
	struct flow_end first; /* its side 0 */
	int64_t opened_ns;
	uint32_t flags;
	uint32_t isn[2], seq_lowest[2], seq_next[2];
	uint16_t done, parent;
	uint8_t direction;
	bool parent_assumed, is_set;
};

struct flow_extra {
	/* Of this bucket: what the counters of the flow's line could not hold any more. */
	uint64_t more_packets[2], more_bytes[2];
	struct frame_mark contradiction;
	struct frame_mark question; /* answers: the question's first frame of this bucket */
	uint32_t contradictions;
	uint32_t control; /* FTP control's number plus 1 */
	uint16_t vlans[FLOW_VLANS];
	uint8_t vlan_count;
	uint8_t delivery;    /* answers: the question's */
	uint16_t asked_port; /* answers */
	uint16_t parent;     /* children */
	bool parent_assumed;
	uint8_t hole_count[2];
	struct sequence_hole holes[2][HOLES_MAX];
	struct flow_total total;
	struct flow_before before;
};

/* Packets of SIDE in the present bucket; EXTRA may be NULL. */
static inline uint64_t flow_packets(const struct flow_entry *e, const struct flow_extra *extra, unsigned side)
{
	return e->hot->packets[side] + (extra ? extra->more_packets[side] : 0);
}

static inline uint64_t flow_bytes(const struct flow_entry *e, const struct flow_extra *extra, unsigned side)
{
	return e->hot->bytes[side] + (extra ? extra->more_bytes[side] : 0);
}

#endif
