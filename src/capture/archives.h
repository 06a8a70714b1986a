/* Private to capture/: archives that stay open between two of their members. */
#ifndef SRC_CAPTURE_ARCHIVES_H
#define SRC_CAPTURE_ARCHIVES_H

#include "chain.h"

/* An archive at PATH that was left before member number INDEX, as near to it as can be; it is the caller's.
 * NULL: none. */
struct chain *archives_take(struct capture_archives *archives, const char *path, uint32_t index);
/* What was kept of member INDEX when it was passed over: a chain that is the caller's, of that member alone.
 * NULL: nothing. */
struct chain *archives_take_kept(struct capture_archives *archives, const char *path, uint32_t index);
/* The top of CHAIN is the leaf of member INDEX, which is passed over. */
void archives_pass(struct capture_archives *archives, struct chain *chain, uint32_t index);
/* CHAIN, of an archive that is sound so far, is the pool's or is closed. */
void archives_give(struct capture_archives *archives, struct chain *chain);

#endif
