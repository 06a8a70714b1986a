/*
 * Private to ledger/: where rows are found by the hash of their key. Open addressing in steps of one; a slot
 * holds the whole 32 bits of the hash beside the row's number, so that growing and removing look at no row,
 * and hardly any row is looked at in vain.
 */
#ifndef LEDGER_ROW_INDEX_H
#define LEDGER_ROW_INDEX_H

#include "base/err.h"
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ROW_NONE SIZE_MAX

struct row_index {
	uint64_t *slots;   /* upper half: hash; lower half: row number + 1, 0 for none */
	size_t slot_count; /* a power of two, 2^32 at most */
	size_t room;       /* rows that it takes: a quarter of the slots stays empty */
	void *block;       /* what the slots lie in: large pages, where they fill any */
};

/* Room for ROWS rows in all. 0, or -1 and the index as it was. */
int row_index_grow(struct row_index *index, size_t rows) MUST_CHECK;
void row_index_clear(struct row_index *index);
/* Forgets all rows. */
void row_index_empty(struct row_index *index);
/* Removes row ROW, whose key has HASH. */
void row_index_remove(struct row_index *index, uint32_t hash, size_t row);
/* Row FROM is now row TO. */
void row_index_rename(struct row_index *index, uint32_t hash, size_t from, size_t to);

static inline int row_index_reserve(struct row_index *index, size_t rows)
{
	return rows <= index->room ? 0 : row_index_grow(index, rows);
}

static inline void row_index_prefetch(const struct row_index *index, uint32_t hash)
{
	__builtin_prefetch(&index->slots[hash & (index->slot_count - 1)]);
}

/* Adds row ROW; there must be room. */
static inline void row_index_put(struct row_index *index, uint32_t hash, size_t row)
{
	size_t mask = index->slot_count - 1;
	size_t at = hash & mask;

	while ((uint32_t)index->slots[at] != 0)
		at = (at + 1) & mask;
	index->slots[at] = (uint64_t)hash << 32 | (uint32_t)(row + 1);
}

/* The next row whose key has HASH, or ROW_NONE; begin with *AT = HASH. */
static inline size_t row_index_next(const struct row_index *index, uint32_t hash, size_t *at)
{
	size_t mask = index->slot_count - 1;

	for (;;) {
		uint64_t slot = index->slots[*at & mask];

		if ((uint32_t)slot == 0)
			return ROW_NONE;
		++*at;
		if (slot >> 32 == hash)
			return (size_t)(uint32_t)slot - 1;
	}
}

/* The full product of two words folded into one: every bit of both stirs every bit of the result. */
static inline uint64_t words_stir(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Keyed by a secret seed, because keys come from whoever sends packets. */
static inline uint64_t words_hash_whole(const uint64_t seed[4], const uint64_t words[4])
{
	uint64_t left = words_stir(words[0] ^ seed[0], words[1] ^ seed[1]);
	uint64_t right = words_stir(words[2] ^ seed[2], words[3] ^ seed[3]);

	return words_stir(left + seed[1], right ^ seed[2]);
}

static inline uint32_t words_hash(const uint64_t seed[4], const uint64_t words[4])
{
	return (uint32_t)(words_hash_whole(seed, words) >> 16);
}

#endif
