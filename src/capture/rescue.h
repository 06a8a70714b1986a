/*
 * The end of a compression that was cut. libarchive's readers of compressed files keep up to 128 KiB to
 * themselves and drop them when the input ends too early: all of a small file. Its reader of zip members uses
 * the same decompressors and gives out each byte that could be had. So once a compression turns out to be
 * cut, its bytes are read again behind the header of a zip member, up to where the first reader stopped, and
 * on from there.
 */
#ifndef SRC_CAPTURE_RESCUE_H
#define SRC_CAPTURE_RESCUE_H

#include "chain.h"

/* Gets LEVEL ready for it, where it is a compression. 0, or -1 for want of memory. */
int rescue_init(struct chain_level *level) MUST_CHECK;
/* Notes what LEVEL's reader was given, where it cannot be read again later. */
void rescue_keep(struct chain_level *level, const uint8_t *bytes, size_t length);
/* LEVEL failed as cut: puts another reader in the place of its own, just behind the bytes that were given
 * out, and takes the failure out of the chain until that reader is through. False: there is nothing to be
 * had. */
bool rescue_begin(struct chain_level *level);
/* True once the rescuer reads in the place of LEVEL's own reader, or was tried in vain. */
bool rescue_begun(const struct chain_level *level);
/* The rescuer has no more: the failure stands again. Always -1. */
int rescue_end(struct chain_level *level);
void rescue_free(struct chain_level *level);

#endif
