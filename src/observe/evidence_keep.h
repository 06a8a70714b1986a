/*
 * Private to observe/: what is kept for one who asks for evidence. The named frames have places of their own;
 * everything else goes through groups: the head takes the earliest packets of the conversation, a tail the
 * earliest from its named frame on that the groups before it have no room for. Whatever the order in which
 * packets are offered, the same ones are kept, as long as the bytes suffice.
 */
#ifndef OBSERVE_EVIDENCE_KEEP_H
#define OBSERVE_EVIDENCE_KEEP_H

#include "observe/evidence.h"

enum { EVIDENCE_GROUPS = 1 + EVIDENCE_FRAMES };

struct evidence_group {
	int64_t from_ns;
	size_t count, room;
	struct evidence_packet packets[EVIDENCE_HEAD]; /* by time, input, frame */
};

struct evidence_keeper {
	struct evidence_group groups[EVIDENCE_GROUPS];
	size_t group_count;
	struct evidence_packet named[EVIDENCE_FRAMES]; /* data NULL: not met yet */
	int64_t first_ns, last_ns;                     /* of the conversation */
	size_t rest_bytes;                             /* in groups */
	uint64_t left_out;
	uint64_t last_frame; /* offered latest, with its input */
	uint32_t last_input;
};

void keeper_start(struct evidence_keeper *keeper, const struct evidence_want *want);
/* Keeps PACKET as named frame number SLOT. 0, or -1 without memory. */
int keeper_take_named(struct evidence_keeper *keeper, size_t slot,
		      const struct evidence_packet *packet) MUST_CHECK;
/* Keeps PACKET if it is among the earliest and *TOTAL_BYTES allows. 0, or -1 without memory. */
int keeper_offer(struct evidence_keeper *keeper, const struct evidence_packet *packet,
		 size_t *total_bytes) MUST_CHECK;
/* True when an input with packets of this time may hold something that would be kept. */
bool keeper_wants(const struct evidence_keeper *keeper, int64_t first_ns, int64_t last_ns);
/* Moves all that was kept to FOUND. 0, or -1 without memory. */
int keeper_finish(struct evidence_keeper *keeper, size_t named_count, struct arena *arena,
		  struct evidence_found *found) MUST_CHECK;
void keeper_clear(struct evidence_keeper *keeper);

#endif
