#include "row_table.h"
#include "base/hash.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 16 };

static uint64_t slot_make(uint64_t hash, size_t row)
{
	return (hash & UINT64_C(0xFFFFFFFF00000000)) | (uint64_t)(uint32_t)(row + 1);
}

static bool slot_is_empty(uint64_t slot)
{
	return (uint32_t)slot == 0;
}

static size_t slot_row(uint64_t slot)
{
	return (size_t)(uint32_t)slot - 1;
}

static bool slot_may_be(uint64_t slot, uint64_t hash)
{
	return (slot >> 32) == (hash >> 32);
}

void *row_table_at(const struct row_table *table, size_t i)
{
	return (char *)table->rows + i * table->row_size;
}

int row_table_init(struct row_table *table, size_t row_size, size_t key_size, uint64_t seed,
		   size_t first_rows)
{
	*table = (struct row_table){
	    .row_size = row_size, .key_size = key_size, .seed = seed, .indexed = true, .in_order = true};
	return row_table_reserve(table, first_rows);
}

void row_table_clear(struct row_table *table)
{
	mem_free(table->rows);
	mem_free(table->slots);
	*table = (struct row_table){0};
}

uint64_t row_table_hash(const struct row_table *table, const void *key)
{
	return hash_bytes(table->seed, key, table->key_size);
}

/* Puts row number ROW into the first free slot for HASH. */
static void index_put(struct row_table *table, uint64_t hash, size_t row)
{
	size_t mask = table->slot_count - 1;
	size_t at = hash & mask;

	while (!slot_is_empty(table->slots[at]))
		at = (at + 1) & mask;
	table->slots[at] = slot_make(hash, row);
}

static void index_make(struct row_table *table)
{
	memset(table->slots, 0, table->slot_count * sizeof(*table->slots));
	for (size_t i = 0; i < table->count; i++)
		index_put(table, row_table_hash(table, row_table_at(table, i)), i);
	table->indexed = true;
}

/* Slots stay at least a quarter empty. */
static int reserve_slots(struct row_table *table, size_t rows)
{
	size_t wanted = table->slot_count ? table->slot_count : FIRST_SLOTS;
	uint64_t *slots;

	while (wanted / 4 * 3 < rows)
		wanted *= 2;
	if (wanted == table->slot_count)
		return 0;
	slots = mem_calloc(wanted, sizeof(*slots));
	if (!slots)
		return -1;
	mem_free(table->slots);
	table->slots = slots;
	table->slot_count = wanted;
	if (table->indexed)
		index_make(table);
	return 0;
}

int row_table_reserve(struct row_table *table, size_t more)
{
	size_t need = table->count + more;

	if (need <= table->capacity && need <= table->slot_count / 4 * 3)
		return 0;
	if (need >= UINT32_MAX)
		return -1;
	if (mem_grow(&table->rows, &table->capacity, need, table->row_size))
		return -1;
	return reserve_slots(table, need);
}

void *row_table_find(struct row_table *table, const void *key, uint64_t hash)
{
	size_t mask = table->slot_count - 1;

	if (!table->indexed)
		index_make(table);
	for (size_t at = hash & mask; !slot_is_empty(table->slots[at]); at = (at + 1) & mask) {
		void *row;

		if (!slot_may_be(table->slots[at], hash))
			continue;
		row = row_table_at(table, slot_row(table->slots[at]));
		if (memcmp(row, key, table->key_size) == 0)
			return row;
	}
	return NULL;
}

void *row_table_add(struct row_table *table, const void *key, uint64_t hash)
{
	void *row;

	if (row_table_reserve(table, 1))
		return NULL;
	if (!table->indexed)
		index_make(table);
	row = row_table_at(table, table->count);
	memset(row, 0, table->row_size);
	memcpy(row, key, table->key_size);
	index_put(table, hash, table->count);
	table->count++;
	table->in_order = false;
	return row;
}

void *row_table_append(struct row_table *table, const void *key)
{
	void *row;

	if (table->indexed && table->count > 0) {
		row = row_table_add(table, key, row_table_hash(table, key));
		table->in_order = row != NULL;
		return row;
	}
	table->indexed = false;
	if (row_table_reserve(table, 1))
		return NULL;
	row = row_table_at(table, table->count++);
	memset(row, 0, table->row_size);
	memcpy(row, key, table->key_size);
	return row;
}

void *row_table_obtain(struct row_table *table, const void *key)
{
	uint64_t hash = row_table_hash(table, key);
	void *row = row_table_find(table, key, hash);

	return row ? row : row_table_add(table, key, hash);
}

static size_t index_slot_of(const struct row_table *table, size_t row)
{
	size_t mask = table->slot_count - 1;
	size_t at = row_table_hash(table, row_table_at(table, row)) & mask;

	while (slot_row(table->slots[at]) != row)
		at = (at + 1) & mask;
	return at;
}

/* Knuth 6.4, algorithm R: moves later slots of the run up into the hole, so that no look-up stops short of
 * them. */
static void index_remove(struct row_table *table, size_t row)
{
	size_t mask = table->slot_count - 1;
	size_t hole = index_slot_of(table, row);

	for (size_t at = (hole + 1) & mask; !slot_is_empty(table->slots[at]); at = (at + 1) & mask) {
		size_t home = row_table_hash(table, row_table_at(table, slot_row(table->slots[at]))) & mask;

		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		table->slots[hole] = table->slots[at];
		hole = at;
	}
	table->slots[hole] = 0;
}

void row_table_remove(struct row_table *table, void *row)
{
	size_t number = (size_t)((char *)row - (char *)table->rows) / table->row_size;
	size_t last = table->count - 1;

	if (!table->indexed)
		index_make(table);
	index_remove(table, number);
	if (number != last) {
		size_t at = index_slot_of(table, last);

		table->slots[at] = slot_make(table->slots[at], number);
		memcpy(row, row_table_at(table, last), table->row_size);
	}
	table->count--;
	table->in_order = false;
}

void row_table_compact(struct row_table *table, void *context,
		       void (*add)(void *context, void *row, const void *more))
{
	size_t total = table->count;

	memset(table->slots, 0, table->slot_count * sizeof(*table->slots));
	table->indexed = true;
	table->in_order = false;
	table->count = 0;
	for (size_t i = 0; i < total; i++) {
		void *from = row_table_at(table, i);
		uint64_t hash = row_table_hash(table, from);
		void *equal = row_table_find(table, from, hash);

		if (equal) {
			add(context, equal, from);
			continue;
		}
		if (table->count != i)
			memcpy(row_table_at(table, table->count), from, table->row_size);
		index_put(table, hash, table->count);
		table->count++;
	}
}

size_t row_table_bytes(const struct row_table *table)
{
	return table->count * table->row_size + table->slot_count * sizeof(*table->slots);
}
