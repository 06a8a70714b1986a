/*
 * Private to ledger/: a growing array whose rows never move. It grows by blocks of one length, so growing
 * copies nothing but a list of blocks, and what is not used yet is not in memory. Rows begin on a line of the
 * cache where their size allows.
 */
#ifndef LEDGER_ROW_BLOCKS_H
#define LEDGER_ROW_BLOCKS_H

#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

enum { ROW_BLOCK_BITS = 9, ROW_BLOCK_ROWS = 1 << ROW_BLOCK_BITS };

struct row_blocks {
	char **blocks; /* aligned */
	size_t row_size;
	size_t count;    /* rows in use */
	size_t capacity; /* rows that there is room for */
	size_t block_capacity;
	size_t large_bytes; /* so much of them may lie on large pages, of which half a one is lost */
	void **raw;         /* blocks as allocated; NULL: with the one before */
	size_t raw_capacity;
};

/* Makes room for the first rows, so that adding those cannot fail. 0/-1. */
int row_blocks_init(struct row_blocks *rows, size_t row_size) MUST_CHECK;
void row_blocks_clear(struct row_blocks *rows);
/* Makes one more block. 0/-1. */
int row_blocks_grow(struct row_blocks *rows) MUST_CHECK;

/* Room for MORE rows beyond COUNT, no more than a block holds. 0/-1. */
static inline int row_blocks_reserve(struct row_blocks *rows, size_t more)
{
	return rows->count + more <= rows->capacity ? 0 : row_blocks_grow(rows);
}

static inline void *row_at(const struct row_blocks *rows, size_t i)
{
	return rows->blocks[i >> ROW_BLOCK_BITS] + (i & (ROW_BLOCK_ROWS - 1)) * rows->row_size;
}

/* The same of rows of SIZE bytes, which the compiler is to know. */
static inline void *row_of_size(const struct row_blocks *rows, size_t i, size_t size)
{
	return rows->blocks[i >> ROW_BLOCK_BITS] + (i & (ROW_BLOCK_ROWS - 1)) * size;
}

/* Puts row ORDER[I] at place I, for all rows; ORDER is used up. SPARE holds a row. */
void row_blocks_permute(struct row_blocks *rows, uint32_t *order, void *spare);

#endif
