/* Private to capture/: archives that stay open between two of their members. */
#ifndef SRC_CAPTURE_ARCHIVES_H
#define SRC_CAPTURE_ARCHIVES_H

#include "chain.h"

/* An archive at PATH that was left before member number INDEX, as near to it as can be; it is the caller's.
 * NULL: none. */
struct chain *archives_take(struct capture_archives *archives, const char *path, uint32_t index);
/* CHAIN, of an archive that is sound so far, is the pool's or is closed. */
void archives_give(struct capture_archives *archives, struct chain *chain);

#endif
