/*
 * Private to ledger/: an edge row as it is kept, two lines of the cache.
 *
 *   0..31    key: sensor, bucket, both ends (numbers of addresses), ports, protocol, basis, manner
 *   32..63   where: frames of the evidence; extra; minutes
 *   64..127  events, packets, bytes, times
 *
 * Counters are as wide as nearly all rows need, times count from the start of the bucket, and of VLANs there
 * is one. What does not fit is kept beside it, in a whole struct edge_row (`extra`): the row is the sum of
 * both, by edge_row_add. A counter that would run over hands what it holds over to the extra.
 */
#ifndef LEDGER_EDGE_CORE_H
#define LEDGER_EDGE_CORE_H

#include "flow/brief.h"
#include "ledger/ledger.h"
#include <string.h>

/* Whose times and frames a row has. The two openings are in order; of first and last there is no frame. */
enum edge_time { TIME_OPENING, TIME_SECOND, TIME_ANSWER, TIME_FIRST, TIME_LAST, EDGE_TIMES };
enum { EDGE_FRAMES = TIME_FIRST };

struct edge_core {
	uint32_t sensor;
	int32_t bucket;
	uint32_t initiator, responder; /* in the table of addresses */
	uint16_t responder_port, opener_port, answered_from, parent;
	uint8_t protocol, basis;
	uint8_t manner;              /* MANNER_ */
	uint8_t retransmitted;       /* no part of the key */
	uint32_t extra;              /* row of the extras + 1; 0: none */
	uint64_t where[EDGE_FRAMES]; /* input and frame; 0: none */
	uint16_t opened_minutes, answered_minutes, active_minutes;
	uint16_t vlan; /* + 1; 0: none */
	uint16_t events[FLOW_EVENT_COUNT];
	uint16_t duplicates;
	uint8_t time_high[EDGE_TIMES]; /* nanoseconds since the bucket's start, 40 bits; all ones: none */
	uint8_t padding;
	uint32_t time_low[EDGE_TIMES];
	uint32_t packets[2], bytes[2];
};
_Static_assert(sizeof(struct edge_core) == 128, "two lines of the cache");
enum { CORE_KEY_BYTES = offsetof(struct edge_core, retransmitted) };

/* The fields of `manner`: delivery, confidence, fold, parent_assumed. */
enum {
	MANNER_CONFIDENCE = 2,
	MANNER_FOLD = 4,
	MANNER_ASSUMED = 7,
	MANNER_TWO_BITS = 3,
	MANNER_THREE_BITS = 7
};
static inline uint8_t manner_make(unsigned delivery, unsigned confidence, unsigned fold, bool parent_assumed)
{
	return (uint8_t)((delivery & MANNER_TWO_BITS) | (confidence & MANNER_TWO_BITS) << MANNER_CONFIDENCE |
			 (fold & MANNER_THREE_BITS) << MANNER_FOLD |
			 (unsigned)parent_assumed << MANNER_ASSUMED);
}
static inline uint8_t core_delivery(const struct edge_core *core)
{
	return core->manner & MANNER_TWO_BITS;
}
static inline uint8_t core_confidence(const struct edge_core *core)
{
	return core->manner >> MANNER_CONFIDENCE & MANNER_TWO_BITS;
}
static inline enum ledger_fold core_fold(const struct edge_core *core)
{
	return core->manner >> MANNER_FOLD & MANNER_THREE_BITS;
}
static inline bool core_parent_assumed(const struct edge_core *core)
{
	return core->manner >> MANNER_ASSUMED;
}

/* The last of a key's words. */
static inline uint64_t core_key_end(uint8_t protocol, uint8_t basis, uint8_t manner)
{
	return protocol | (uint64_t)basis << 8 | (uint64_t)manner << 16;
}

/* The key in words, without what is no part of it. */
static inline void core_key(const struct edge_core *core, uint64_t words[4])
{
	memcpy(words, core, 3 * sizeof(*words));
	words[3] = core_key_end(core->protocol, core->basis, core->manner);
}
/* The same without the opener's port: what rows have in common of which 16 at most have a port of their own.
 */
static inline void core_group(const struct edge_core *core, uint64_t words[4])
{
	static const struct edge_core port = {.opener_port = UINT16_MAX};
	uint64_t mask[4];

	core_key(core, words);
	core_key(&port, mask);
	words[2] &= ~mask[2];
}

static inline uint64_t core_words_differ(const uint64_t a[4], const uint64_t b[4])
{
	return (a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]);
}
static inline bool core_same_key(const struct edge_core *a, const struct edge_core *b)
{
	uint64_t left[4], right[4];

	core_key(a, left);
	core_key(b, right);
	return core_words_differ(left, right) == 0;
}

#define CORE_TIME_NONE ((UINT64_C(1) << 40) - 1)
static inline uint64_t core_time(const struct edge_core *core, enum edge_time which)
{
	return (uint64_t)core->time_high[which] << 32 | core->time_low[which];
}
static inline void core_set_time(struct edge_core *core, enum edge_time which, uint64_t time)
{
	core->time_high[which] = (uint8_t)(time >> 32);
	core->time_low[which] = (uint32_t)time;
}

/* Frame and input in one word that orders by input, then frame. */
enum { WHERE_FRAME_BITS = 42, WHERE_INPUTS_MAX = 1 << (64 - WHERE_FRAME_BITS) };
static inline bool where_fits(const struct frame_ref *ref)
{
	return ref->frame >> WHERE_FRAME_BITS == 0 && ref->input < WHERE_INPUTS_MAX;
}
static inline uint64_t where_make(const struct frame_ref *ref)
{
	return ref->frame == 0 ? 0 : (uint64_t)ref->input << WHERE_FRAME_BITS | ref->frame;
}
static inline uint32_t where_input(uint64_t where)
{
	return (uint32_t)(where >> WHERE_FRAME_BITS);
}
static inline uint64_t where_at_input(uint64_t where, uint32_t input)
{
	return (where & ((UINT64_C(1) << WHERE_FRAME_BITS) - 1)) | (uint64_t)input << WHERE_FRAME_BITS;
}
static inline uint64_t where_frame(uint64_t where)
{
	return where & ((UINT64_C(1) << WHERE_FRAME_BITS) - 1);
}

/* What DELTA adds, its ends left 0. False where that does not fit: then the key alone is as it is to be. */
bool edge_core_from_delta(struct edge_core *core, uint32_t sensor, const struct flow_delta *delta);
bool edge_core_from_brief(struct edge_core *core, uint32_t sensor, const struct flow_brief *brief);
/* WHOLE (its ends left aside) as what fits and what is left over; false where nothing is. */
bool edge_core_split(struct edge_core *core, struct edge_row *rest, const struct edge_row *whole);
/* What CORE holds, without ends and extra. */
void edge_core_join(struct edge_row *whole, const struct edge_core *core);
void edge_core_join_key(struct edge_key *key, const struct edge_core *core);
/* TIME_UNKNOWN: none */
int64_t edge_core_last_ns(const struct edge_core *core);

#endif
