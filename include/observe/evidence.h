/*
 * Reads captures again for the packets that prove something. Whoever asks names frames, and the conversations that
 * they belong to; one pass over each input collects all of it at once. What is kept is bounded: every frame named, the
 * first packets of the conversation, and those that follow each named frame.
 *
 * Standard input and pipes cannot be read twice, and a file may have changed or gone since: both are counted, neither
 * is an error.
 */
#ifndef OBSERVE_EVIDENCE_H
#define OBSERVE_EVIDENCE_H

#include "base/mem.h"
#include "observe/observe.h"

enum {
	EVIDENCE_HEAD = 20,     /* first packets of a conversation */
	EVIDENCE_TAIL = 6,      /* and those that follow each named frame */
	EVIDENCE_FRAMES = 4,    /* named frames, at most */
	EVIDENCE_PACKETS = EVIDENCE_HEAD + EVIDENCE_FRAMES * (1 + EVIDENCE_TAIL),
	EVIDENCE_FRAME_BYTES = 64 << 10,                                            /* of a named frame; longer ones are cut */
	EVIDENCE_BYTES = 1 << 20,                                                   /* in all, for each who asks */
	EVIDENCE_REST_BYTES = EVIDENCE_BYTES - EVIDENCE_FRAMES * EVIDENCE_FRAME_BYTES, /* thereof for all but the named frames */
	EVIDENCE_TOTAL_BYTES = 256 << 20                                            /* the same for all who ask together */
};

/* A conversation: packets from the initiator to the responder's port, and back. ICMP: as in packet_facts. */
struct evidence_pair {
	struct addr initiator, responder;
};

struct evidence_want {
	const struct frame_ref *frames; /* at most EVIDENCE_FRAMES, each once; input: the number in the list */
	size_t frame_count;
	const struct evidence_pair *pairs;
	size_t pair_count;
	uint8_t protocol;
	int32_t port;              /* responder's; -1: any */
	int64_t first_ns, last_ns; /* when the conversations took place: inputs of other times are not read for them */
};

struct evidence_packet {
	struct packet packet; /* data belongs to the set. Untimed ones have the time of the packet before */
	uint32_t input;
	bool named;   /* one of the frames asked for */
	bool untimed;
};

struct evidence_found {
	struct evidence_packet *packets; /* by time, input, frame */
	size_t count;
	size_t missing;    /* named frames that could not be read again */
	uint64_t left_out; /* packets that would have been kept had there been room */
};

struct evidence_set {
	struct evidence_found *found; /* one for each that was asked for, in that order */
	size_t count;
	size_t streams, unread; /* inputs that cannot be read twice; that could not be opened again */
	struct arena arena;
};

/* LIST and OPTIONS as for the run that made LEDGER; inputs that it read nothing of are passed over. 0, or -1 and ERR
 * for want of memory or when OPTIONS->progress stopped it. The caller clears *SET in both cases. */
int evidence_read(const struct capture_list *list, const struct observe_options *options, const struct ledger *ledger,
		  const struct evidence_want *wants, size_t want_count, struct evidence_set *set, struct err *err) MUST_CHECK;
void evidence_clear(struct evidence_set *set);

/* The same from packets that somebody else hands over: live ones that are still at hand. Of OPTIONS only decode and
 * hash_seed matter. WANTS must outlive it. NULL and ERR for want of memory. */
struct evidence_gather;
struct evidence_gather *evidence_gather_new(const struct observe_options *options, const struct evidence_want *wants,
					    size_t want_count, struct err *err) MUST_CHECK;
/* What follows is of INPUT, frames ascending, until the next begin. */
void evidence_gather_begin(struct evidence_gather *gather, uint32_t input);
/* 0, or -1 without memory. */
int evidence_gather_take(struct evidence_gather *gather, const struct packet *packet) MUST_CHECK;
/* What was gathered; the caller clears *SET in any case. 0, or -1 and ERR. */
int evidence_gather_finish(struct evidence_gather *gather, struct evidence_set *set, struct err *err) MUST_CHECK;
void evidence_gather_free(struct evidence_gather *gather);

#endif
