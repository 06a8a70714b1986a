/*
 * Private to capture/: members of compressed archives that had to be passed over and will be asked for later,
 * kept in a temporary file without a name until then. So each byte is unpacked once, in whatever order
 * members lie. What does not fit, or cannot be written, is unpacked again.
 */
#ifndef SRC_CAPTURE_SPILL_H
#define SRC_CAPTURE_SPILL_H

#include "chain.h"

struct spill;

struct spill *spill_new(void);
void spill_free(struct spill *spill);
/* These members will be asked for, each once. The paths are borrowed. 0/-1 (memory). */
int spill_expect(struct spill *spill, const struct capture_input *const *inputs, size_t count) MUST_CHECK;
/* The top of CHAIN is the leaf of member INDEX of the archive at PATH, which is passed over: keeps it if it
 * is expected. */
void spill_keep(struct spill *spill, struct chain *chain, const char *path, uint32_t index);
/* Member INDEX is asked for: a chain over what was kept of it, the caller's, or NULL. */
struct chain *spill_take(struct spill *spill, const char *path, uint32_t index);

#endif
