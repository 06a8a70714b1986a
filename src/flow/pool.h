/*
 * Private to flow/: items of one size, by number, that never move. They come in big chunks, so that growing
 * neither copies nor pauses; freed items are used again, the last one first.
 */
#ifndef FLOW_POOL_H
#define FLOW_POOL_H

#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

/* So many of those that are taken next are known, and asked for, beforehand. */
enum { FLOW_POOL_AHEAD = 4 };

struct flow_pool {
	char **chunks; /* aligned to pages of 2 MiB where that large */
	void **blocks; /* what was allocated for each */
	size_t chunk_capacity, chunk_count;
	size_t item_size;
	unsigned shift; /* log2 of items a chunk */
	uint32_t limit; /* items at most */
	uint32_t made;  /* numbers below were handed out since it was empty */
	uint32_t dirty; /* numbers below were handed out at some time: not zero any more */
	/* Number + 1 of each of the last ones that were given back, the last first; 0: none. The last bytes
	 * of each hold those that were given back before it. */
	uint32_t given[FLOW_POOL_AHEAD];
};

/* At most LIMIT items. */
void flow_pool_init(struct flow_pool *pool, size_t item_size, unsigned shift, uint32_t limit);
void flow_pool_clear(struct flow_pool *pool);
/* A zeroed item's number; FLOW_POOL_NONE for want of memory. */
uint32_t flow_pool_take(struct flow_pool *pool) MUST_CHECK;
/* Its last 16 bytes are the pool's from now on; the rest stays as it is until the item is taken again. */
void flow_pool_give(struct flow_pool *pool, uint32_t number);
/* All items are given back at once, and with them the memory of all chunks but the first. */
void flow_pool_empty(struct flow_pool *pool);
/* Gives back the memory of the chunk that holds item NUMBER, none of whose items is used again before the
 * pool is emptied. Of the first chunk it stays. */
void flow_pool_release(struct flow_pool *pool, uint32_t number);
/* Makes the chunk that holds item NUMBER, for pools that are numbered like another. */
int flow_pool_reach(struct flow_pool *pool, uint32_t number) MUST_CHECK;
size_t flow_pool_memory(const struct flow_pool *pool);

#define FLOW_POOL_NONE UINT32_MAX

static inline void *flow_pool_at(const struct flow_pool *pool, uint32_t number)
{
	return pool->chunks[number >> pool->shift] +
	       (size_t)(number & (((uint32_t)1 << pool->shift) - 1)) * pool->item_size;
}

#endif
