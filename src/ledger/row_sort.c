#include "base/mem.h"
#include "row_table.h"
#include <stdlib.h>
#include <string.h>

/* A row to be sorted, small enough that many lie in one line of the cache. */
struct sort_entry {
	struct row_digest digest;
	size_t row;
};

struct sort_context {
	const struct row_table *table;
	int (*compare)(const void *, const void *);
};

static int entry_compare(const void *a, const void *b, void *context)
{
	const struct sort_context *sort = context;
	const struct sort_entry *left = a;
	const struct sort_entry *right = b;

	if (left->digest.high != right->digest.high)
		return left->digest.high < right->digest.high ? -1 : 1;
	if (left->digest.low != right->digest.low)
		return left->digest.low < right->digest.low ? -1 : 1;
	if (left->digest.last != right->digest.last)
		return left->digest.last < right->digest.last ? -1 : 1;
	return sort->compare(row_table_at(sort->table, left->row), row_table_at(sort->table, right->row));
}

/* Moves every row to its place, one cycle of the permutation after the other; SPARE holds a row. */
static void rows_permute(struct row_table *table, struct sort_entry *entries, void *spare)
{
	for (size_t i = 0; i < table->count; i++) {
		size_t to = i;

		if (entries[i].row == i)
			continue;
		memcpy(spare, row_table_at(table, i), table->row_size);
		while (entries[to].row != i) {
			size_t from = entries[to].row;

			memcpy(row_table_at(table, to), row_table_at(table, from), table->row_size);
			entries[to].row = to;
			to = from;
		}
		memcpy(row_table_at(table, to), spare, table->row_size);
		entries[to].row = to;
	}
}

/* Rows from a store come in order. */
static bool is_sorted(const struct sort_entry *entries, struct sort_context *sort)
{
	for (size_t i = 1; i < sort->table->count; i++)
		if (entry_compare(&entries[i - 1], &entries[i], sort) > 0)
			return false;
	return true;
}

void row_table_sort(struct row_table *table, struct row_digest (*digest)(const void *),
		    int (*compare)(const void *, const void *))
{
	struct sort_context sort = {.table = table, .compare = compare};
	struct sort_entry *entries;
	void *spare;

	table->indexed = false;
	table->in_order = true;
	if (table->count < 2)
		return;
	entries = mem_resize(NULL, table->count, sizeof(*entries));
	spare = mem_resize(NULL, 1, table->row_size);
	if (entries && spare) {
		for (size_t i = 0; i < table->count; i++)
			entries[i] = (struct sort_entry){.digest = digest(row_table_at(table, i)), .row = i};
		if (!is_sorted(entries, &sort)) {
			qsort_r(entries, table->count, sizeof(*entries), entry_compare, &sort);
			rows_permute(table, entries, spare);
		}
	} else {
		qsort(table->rows, table->count, table->row_size, compare);
	}
	mem_free(entries);
	mem_free(spare);
}
