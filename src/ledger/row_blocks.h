/*
 * Private to ledger/: a growing array whose rows never move. Each block is twice as long as the one before,
 * so growing copies nothing, and what is not used yet is not in memory. Rows begin on a line of the cache
 * where their size allows.
 */
#ifndef LEDGER_ROW_BLOCKS_H
#define LEDGER_ROW_BLOCKS_H

#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

enum { ROW_BLOCK_FIRST_BITS = 5, ROW_BLOCKS_MAX = 26 };

struct row_blocks {
	size_t row_size;
	size_t count;    /* rows in use */
	size_t capacity; /* rows that there is room for */
	unsigned block_count;
	char *blocks[ROW_BLOCKS_MAX]; /* aligned */
	void *raw[ROW_BLOCKS_MAX];    /* as allocated */
};

/* Makes room for the first 32 rows, so that adding those cannot fail. 0/-1. */
int row_blocks_init(struct row_blocks *rows, size_t row_size) MUST_CHECK;
void row_blocks_clear(struct row_blocks *rows);
/* Makes one more block. 0/-1. */
int row_blocks_grow(struct row_blocks *rows) MUST_CHECK;

/* Room for MORE rows beyond COUNT, fewer than 32. 0/-1. */
static inline int row_blocks_reserve(struct row_blocks *rows, size_t more)
{
	return rows->count + more <= rows->capacity ? 0 : row_blocks_grow(rows);
}

static inline void *row_at(const struct row_blocks *rows, size_t i)
{
	size_t place = i + (1U << ROW_BLOCK_FIRST_BITS);
	unsigned top = 63 - (unsigned)__builtin_clzll(place);

	return rows->blocks[top - ROW_BLOCK_FIRST_BITS] + (place - ((size_t)1 << top)) * rows->row_size;
}

#endif
