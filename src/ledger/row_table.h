/*
 * Private to ledger/: the small tables (coverage, anomalies). Rows in one growing array, found through a
 * seeded hash index. A row begins with its key, whose unused bytes are zero, so equal keys are equal bytes.
 * The order of rows means nothing until row_table_sort.
 *
 * Ownership: rows move when the array grows, shrinks or is sorted: a row's pointer is good until the next
 * change.
 */
#ifndef LEDGER_ROW_TABLE_H
#define LEDGER_ROW_TABLE_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct row_table {
	void *rows;
	size_t count, capacity;
	size_t row_size, key_size;
	uint64_t *slots;   /* upper half: part of the hash; lower half: row number + 1, 0 for none */
	size_t slot_count; /* a power of two */
	uint64_t seed;
	bool indexed;  /* false once rows moved: the index is made again before the next look-up */
	bool in_order; /* rows stand as row_table_sort put them, or were appended so */
};

/* Makes room for FIRST_ROWS, so that adding that many cannot fail. 0/-1. */
int row_table_init(struct row_table *table, size_t row_size, size_t key_size, uint64_t seed,
		   size_t first_rows) MUST_CHECK;
void row_table_clear(struct row_table *table);

/* Room for MORE rows, so that adding them cannot fail. 0, or -1 and the table as it was. */
int row_table_reserve(struct row_table *table, size_t more) MUST_CHECK;

uint64_t row_table_hash(const struct row_table *table, const void *key);
/* The row of KEY, or NULL. */
void *row_table_find(struct row_table *table, const void *key, uint64_t hash);
/* A new row, zero but for its key, which must not be in the table. NULL for want of memory. */
void *row_table_add(struct row_table *table, const void *key, uint64_t hash);
/* The same for a key that comes after all others, which stand in order; an index that is not there yet is
 * left to the first look-up. */
void *row_table_append(struct row_table *table, const void *key);
/* The row of KEY, made when absent. NULL for want of memory. */
void *row_table_obtain(struct row_table *table, const void *key);
/* Removes ROW; the last row takes its place. */
void row_table_remove(struct row_table *table, void *row);

/* After keys were changed in place: rows whose keys became equal are made one by ADD. Needs no memory. */
void row_table_compact(struct row_table *table, void *context,
		       void (*add)(void *context, void *row, const void *more));
/* What comes first in the order of rows, in three numbers: a lesser row never has a greater digest. */
struct row_digest {
	uint64_t high, low, last;
};
/* Sorts by DIGEST and, where that is equal, COMPARE: most comparisons then need not touch the rows. */
void row_table_sort(struct row_table *table, struct row_digest (*digest)(const void *),
		    int (*compare)(const void *, const void *));
void *row_table_at(const struct row_table *table, size_t i);
/* Bytes in use. */
size_t row_table_bytes(const struct row_table *table);

#endif
