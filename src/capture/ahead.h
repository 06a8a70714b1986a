/*
 * The bytes of a chain's leaf, unpacked ahead by a thread of its own, so that decompressing goes on while
 * packets are looked at. They come as chain_read gives them: all bytes before a failure, then the failure.
 * From ahead_start to ahead_stop, or until a read has told the end or a failure, the chain is that thread's.
 */
#ifndef SRC_CAPTURE_AHEAD_H
#define SRC_CAPTURE_AHEAD_H

#include "chain.h"

struct ahead;

/* NULL where the system gives no thread or memory: read the chain instead. */
struct ahead *ahead_start(struct chain *chain);
/* As chain_read. */
ssize_t ahead_read(struct ahead *ahead, void *buffer, size_t size) MUST_CHECK;
/* Bytes of the file that the thread has read, for progress. */
uint64_t ahead_consumed(struct ahead *ahead);
/* Ends the thread, soon. NULL is fine. */
void ahead_stop(struct ahead *ahead);

#endif
