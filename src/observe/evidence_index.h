/* Private to observe/: who wants a packet. By frame number, and by the conversation that it belongs to. */
#ifndef OBSERVE_EVIDENCE_INDEX_H
#define OBSERVE_EVIDENCE_INDEX_H

#include "observe/evidence.h"

struct evidence_frame {
	uint32_t input;
	uint64_t frame;
	size_t want, slot;
};

struct evidence_key {
	struct addr initiator, responder;
	uint32_t protocol;
	int32_t port; /* -1: any */
};
_Static_assert(sizeof(struct evidence_key) == 2 * sizeof(struct addr) + 8, "no padding: keys are hashed");

struct evidence_entry {
	struct evidence_key key;
	size_t want;
};

struct evidence_index {
	struct evidence_frame *frames; /* by input, frame, want */
	size_t frame_count;
	struct evidence_entry *entries;
	size_t entry_count;
	uint32_t *slots; /* number of an entry + 1, 0: free; a power of two of them */
	size_t slot_count;
	uint64_t seed;
	bool any_port; /* some entry wants any */
};

/* 0, or -1 without memory; to be cleared in both cases. */
int index_build(struct evidence_index *index, const struct evidence_want *wants, size_t want_count,
		uint64_t seed) MUST_CHECK;
/* Calls EACH with the number of everybody who wants packets of KEY, until it fails. 0/-1. */
int index_find(const struct evidence_index *index, const struct evidence_key *key, void *context,
	       int (*each)(void *context, size_t want)) MUST_CHECK;
void index_clear(struct evidence_index *index);

#endif
