/*
 * Private to ledger/: every address that some row names has a number, so that rows are small, hashed and
 * compared in a few words, and sorted by integers. Number 0 is "any" (family none).
 */
#ifndef LEDGER_ADDRESS_TABLE_H
#define LEDGER_ADDRESS_TABLE_H

#include "base/addr.h"
#include "row_blocks.h"
#include "row_index.h"

#define ADDRESS_NONE UINT32_MAX
enum { ADDRESS_ANY = 0, FOLDED_BITS = 30 };

struct address_row {
	struct addr address;
	uint32_t latest_host : 31;     /* the row of the hosts' table found for it last, + 1; 0: none */
	uint32_t has_more_hosts : 1;   /* that is not its only one: all of them stand in the hosts' index */
	uint32_t folded : FOLDED_BITS; /* number of the /24 or /64 that it folds to; 0: not known */
	uint32_t is_last : 1;          /* it lies in a network that folds last; if that is known */
	uint32_t is_last_known : 1;
};

struct address_table {
	struct row_blocks rows;
	struct row_index index;
	uint64_t seed[4];
};

int address_table_init(struct address_table *table, const uint64_t seed[4]) MUST_CHECK;
void address_table_clear(struct address_table *table);
/* The number of ADDRESS, made when absent. ADDRESS_NONE for want of memory. */
uint32_t address_obtain(struct address_table *table, const struct addr *address, uint32_t hash);
/* Forgets the addresses that KEPT has 0 for; KEPT is then each one's new number. */
void address_table_keep(struct address_table *table, uint32_t *kept);
/* Puts all addresses in order: their numbers then compare as they do. What was number I is number
 * address_at(I)->latest_host now, until address_table_settle. Needs no memory, is faster with some; looks at
 * no index and leaves it stale. */
void address_table_sort(struct address_table *table);
void address_table_settle(struct address_table *table);
/* Makes the index again. */
void address_table_index(struct address_table *table);

static inline struct address_row *address_at(const struct address_table *table, uint32_t number)
{
	return row_of_size(&table->rows, number, sizeof(struct address_row));
}

static inline uint32_t address_hash(const struct address_table *table, const struct addr *address)
{
	uint64_t words[4] = {0};

	memcpy(words, address, sizeof(*address));
	return words_hash(table->seed, words);
}

static inline bool address_same(const struct addr *a, const struct addr *b)
{
	uint64_t left[3], right[3];

	memcpy(left, a, sizeof(left));
	memcpy(right, b, sizeof(right));
	return ((left[0] ^ right[0]) | (left[1] ^ right[1]) | (left[2] ^ right[2])) == 0;
}

/* The number of ADDRESS, or ADDRESS_NONE. */
static inline uint32_t address_find(const struct address_table *table, const struct addr *address,
				    uint32_t hash)
{
	size_t at = hash;

	for (size_t row; (row = row_index_next(&table->index, hash, &at)) != ROW_NONE;)
		if (address_same(&address_at(table, (uint32_t)row)->address, address))
			return (uint32_t)row;
	return ADDRESS_NONE;
}

#endif
