/*
 * The bytes that a reader of a format works on: the block of a file or stream that is at hand. A reader
 * checks what it needs against what is left; needing more, it says how much and is called again after
 * window_fill. Bytes given out stay where they are until then, or as long as they are held.
 */
#ifndef SRC_CAPTURE_WINDOW_H
#define SRC_CAPTURE_WINDOW_H

#include "ahead.h"
#include "bytes.h"
#include "chain.h"
#include "fingerprint.h"

/* So many blocks are kept for use again. */
enum { WINDOW_BLOCKS = 32 };

struct window {
	const uint8_t *bytes;
	size_t length;   /* bytes at hand */
	size_t position; /* the next one to be read */
	uint64_t offset; /* of bytes[0] in the decompressed file */
	bool ended;      /* there are no more than these */
	bool plain;      /* a file as it lies on disk, not a stream */
	bool shrank;     /* it became shorter while it was read */

	struct chain *chain;
	struct ahead *ahead; /* reads the chain in our place; NULL: nobody does */
	struct fingerprint *print;
	struct capture_bytes *held;                  /* the block that `bytes` is of */
	struct capture_bytes *blocks[WINDOW_BLOCKS]; /* the present one is among them */
	size_t block_count;
};

/* Over the leaf of CHAIN, fed to PRINT on the way. Both are borrowed. With READ_AHEAD what is compressed may
 * be unpacked by a thread of its own. 0, or -1 for want of memory. */
int window_init(struct window *w, struct chain *chain, struct fingerprint *print, bool read_ahead) MUST_CHECK;
void window_clear(struct window *w);

/* Holds the bytes that the present packets lie in; for capture_release. */
struct capture_bytes *window_hold(struct window *w);

/* Moves on and reads until NEED bytes are at hand from the position, or the stream ends. -1: chain->status
 * says why. */
int window_fill(struct window *w, size_t need) MUST_CHECK;
/* Reads what is left for the fingerprint's sake and completes SUMMARY with it. */
void window_finish(struct window *w, struct capture_summary *summary);

static inline size_t window_left(const struct window *w)
{
	return w->length - w->position;
}

static inline uint64_t window_at(const struct window *w)
{
	return w->offset + w->position;
}

#endif
