/*
 * Private to observe/: packets of all inputs in the order in which they are taken, and what happened to time
 * between them. A batch needs nothing of those before it, so that any thread can decode it.
 */
#ifndef OBSERVE_BATCH_H
#define OBSERVE_BATCH_H

#include "capture/capture.h"

enum { BATCH_PACKETS = 512, BATCH_MARKS = 3 * BATCH_PACKETS, BATCH_HELD_BYTES = 8 << 20 };

/* What is to be known before packet AT is taken. Several of one packet stand in this order. */
enum batch_mark_kind {
	MARK_INPUT, /* packets from here on are of `input`; every batch begins with one */
	MARK_START, /* coverage begins at `from_ns` */
	MARK_GAP,   /* nobody watched `from_ns` to `to_ns` */
	MARK_STEP   /* the stamp went back by `to_ns` when flow time was `from_ns` */
};

struct batch_mark {
	size_t at;
	enum batch_mark_kind kind;
	uint32_t input;
	int64_t from_ns, to_ns;
};

struct batch {
	uint64_t number;        /* from 1 */
	struct packet *packets; /* BATCH_PACKETS of them; time_ns is flow time: it never runs backwards */
	size_t count;
	bool whole; /* none of them was cut when it was captured; false also where nobody looked */
	struct batch_mark marks[BATCH_MARKS];
	size_t mark_count;
	struct capture_bytes *held[BATCH_PACKETS]; /* what the packets lie in */
	size_t held_count;
	size_t held_bytes;
};

/* 0, or -1 without memory; to be cleared in both cases. */
int batch_init(struct batch *batch) MUST_CHECK;
/* Gives up what it holds: it is empty afterwards. */
void batch_empty(struct batch *batch);
void batch_clear(struct batch *batch);
/* Before the packet that comes next. */
void batch_mark(struct batch *batch, struct batch_mark mark);

#endif
