#include "pool.h"
#include "base/mem.h"
#include <string.h>

enum { PREFETCH_MAX = 512 };

void flow_pool_init(struct flow_pool *pool, size_t item_size, unsigned shift, uint32_t limit)
{
	*pool = (struct flow_pool){.item_size = item_size, .shift = shift, .limit = limit};
}

void flow_pool_clear(struct flow_pool *pool)
{
	for (size_t i = 0; i < pool->chunk_count; i++)
		mem_free(pool->blocks[i]);
	mem_free(pool->chunks);
	mem_free(pool->blocks);
	flow_pool_init(pool, pool->item_size, pool->shift, pool->limit);
}

static int room_for_chunk(struct flow_pool *pool)
{
	size_t capacity = pool->chunk_capacity;
	void *grown = pool->chunks;

	if (mem_grow(&grown, &capacity, pool->chunk_count + 1, sizeof(char *)))
		return -1;
	pool->chunks = grown;
	capacity = pool->chunk_capacity;
	grown = pool->blocks;
	if (mem_grow(&grown, &capacity, pool->chunk_count + 1, sizeof(void *)))
		return -1;
	pool->blocks = grown;
	pool->chunk_capacity = capacity;
	return 0;
}

static int add_chunk(struct flow_pool *pool)
{
	void *block;
	char *chunk;

	if (room_for_chunk(pool))
		return -1;
	chunk = mem_calloc_large(pool->item_size << pool->shift, &block);
	if (!chunk)
		return -1;
	pool->chunks[pool->chunk_count] = chunk;
	pool->blocks[pool->chunk_count++] = block;
	return 0;
}

int flow_pool_reach(struct flow_pool *pool, uint32_t number)
{
	while (number >> pool->shift >= pool->chunk_count) {
		if (add_chunk(pool))
			return -1;
	}
	return 0;
}

/* What is taken soon was given back long ago. Inlined by force: see ledger/delta.c. */
static inline __attribute__((always_inline)) void prefetch_given(const struct flow_pool *pool)
{
	uint32_t soon = pool->given[FLOW_POOL_AHEAD - 1];
	const char *item;

	if (!soon || pool->item_size > PREFETCH_MAX)
		return;
	item = flow_pool_at(pool, soon - 1);
	for (size_t at = 0; at < pool->item_size; at += MEM_LINE_BYTES)
		__builtin_prefetch(item + at, 1);
}

static uint32_t take_given(struct flow_pool *pool)
{
	uint32_t number = pool->given[0] - 1;
	char *item = flow_pool_at(pool, number);

	memcpy(pool->given, item + pool->item_size - sizeof(pool->given), sizeof(pool->given));
	prefetch_given(pool);
	memset(item, 0, pool->item_size);
	return number;
}

uint32_t flow_pool_take(struct flow_pool *pool)
{
	uint32_t number = pool->made;

	if (pool->given[0])
		return take_given(pool);
	if (number >= pool->limit ||
	    (number >> pool->shift >= pool->chunk_count && flow_pool_reach(pool, number)))
		return FLOW_POOL_NONE;
	if (number < pool->dirty)
		memset(flow_pool_at(pool, number), 0, pool->item_size);
	else
		pool->dirty = number + 1;
	pool->made = number + 1;
	return number;
}

void flow_pool_give(struct flow_pool *pool, uint32_t number)
{
	char *item = flow_pool_at(pool, number);

	memcpy(item + pool->item_size - sizeof(pool->given), pool->given, sizeof(pool->given));
	memmove(&pool->given[1], &pool->given[0], sizeof(pool->given) - sizeof(pool->given[0]));
	pool->given[0] = number + 1;
}

void flow_pool_release(struct flow_pool *pool, uint32_t number)
{
	size_t chunk = number >> pool->shift;

	if (chunk == 0)
		return;
	mem_free(pool->blocks[chunk]);
	pool->blocks[chunk] = NULL;
	pool->chunks[chunk] = NULL;
}

void flow_pool_empty(struct flow_pool *pool)
{
	uint32_t first = (uint32_t)1 << pool->shift;

	for (; pool->chunk_count > 1; pool->chunk_count--)
		mem_free(pool->blocks[pool->chunk_count - 1]);
	pool->made = 0;
	memset(pool->given, 0, sizeof(pool->given));
	if (pool->dirty > first)
		pool->dirty = first;
}

size_t flow_pool_memory(const struct flow_pool *pool)
{
	return (size_t)pool->dirty * pool->item_size;
}
