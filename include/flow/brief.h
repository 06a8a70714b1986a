/*
 * A delta in few words, as nearly all are: no more than a packed line for whoever adds them up by the
 * million. It says what struct flow_delta says, which flow_brief_open makes of it; what does not fit (several
 * VLANs, contradictions, an answer from another tuple, children, counters beyond 32 bits) is told as a delta.
 */
#ifndef FLOW_BRIEF_H
#define FLOW_BRIEF_H

#include "flow/flow.h"

/* A frame_ref in two words. */
enum { FRAME_MARK_BITS = 40 };
struct frame_mark {
	int64_t time_ns;
	uint64_t where; /* input << 40 | frame; 0: none */
};

static inline struct frame_mark frame_mark_make(int64_t time_ns, uint32_t input, uint64_t frame)
{
	return (struct frame_mark){.time_ns = time_ns,
				   .where = (uint64_t)input << FRAME_MARK_BITS |
					    (frame & ((UINT64_C(1) << FRAME_MARK_BITS) - 1))};
}

static inline struct frame_ref frame_mark_open(struct frame_mark mark)
{
	return (struct frame_ref){.time_ns = mark.time_ns,
				  .frame = mark.where & ((UINT64_C(1) << FRAME_MARK_BITS) - 1),
				  .input = (uint32_t)(mark.where >> FRAME_MARK_BITS)};
}

struct flow_brief {
	struct addr initiator, responder;
	struct frame_mark openings[FLOW_OPENINGS], answer;
	int64_t first_ns, last_ns;
	int32_t bucket;
	uint32_t packets[2], bytes[2];
	uint32_t tcp_bytes, acked_unseen_bytes;
	uint16_t initiator_port, responder_port;
	uint16_t events; /* bit N: event N */
	uint16_t opened_minutes, answered_minutes, active_minutes;
	uint16_t duplicates;
	uint16_t vlan; /* plus 1; 0: none */
	uint8_t protocol, delivery, basis, confidence;
	uint8_t evidence_cut;
	bool syn_retransmitted, sided, onesided, evicted;
	uint8_t mac[2][MAC_BYTES]; /* all zero: none */
};

/* The delta that BRIEF stands for. */
void flow_brief_open(const struct flow_brief *brief, struct flow_delta *delta);

#endif
