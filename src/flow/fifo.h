/*
 * Private to flow/: a bounded memory of what is expected to come: records of one size, found by hash, the
 * oldest overwritten when all are in use.
 */
#ifndef FLOW_FIFO_H
#define FLOW_FIFO_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every record begins with this. */
struct fifo_link {
	int64_t time_ns;
	uint32_t hash;
	uint32_t next; /* of the same chain: number + 1 */
	uint32_t previous;
	uint32_t in_use;
};

struct fifo {
	char *records;
	uint32_t *heads;
	size_t record_size;
	uint32_t capacity; /* a power of two */
	uint32_t used;     /* numbers below were used at least once */
	uint32_t first;    /* the oldest number in the round */
	uint32_t span;     /* numbers in the round, removed ones included */
};

/* As many records as fit in BYTES, at least 16. */
int fifo_init(struct fifo *fifo, size_t record_size, size_t bytes) MUST_CHECK;
void fifo_clear(struct fifo *fifo);
/* The oldest record; NULL: none. */
void *fifo_oldest(struct fifo *fifo);
/* The next fifo_add overwrites the oldest. */
bool fifo_is_full(struct fifo *fifo);
/* A record, zeroed but for its link. */
void *fifo_add(struct fifo *fifo, uint32_t hash, int64_t time_ns);
void fifo_remove(struct fifo *fifo, void *record);
/* Newest first, those of one hash and of others that share its chain. NULL: no more. */
void *fifo_first(const struct fifo *fifo, uint32_t hash);
void *fifo_following(const struct fifo *fifo, const void *record);
size_t fifo_memory(const struct fifo *fifo);

#endif
