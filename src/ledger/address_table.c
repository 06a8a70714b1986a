#include "address_table.h"
#include "base/mem.h"
#include "base/radix.h"
#include "heap.h"
#include <stdlib.h>

_Static_assert(sizeof(struct addr) == 24, "an address is three words, hashed and compared as such");

int address_table_init(struct address_table *table, const uint64_t seed[4])
{
	const struct addr any = {.family = ADDR_NONE};

	memcpy(table->seed, seed, sizeof(table->seed));
	if (row_blocks_init(&table->rows, sizeof(struct address_row)) ||
	    row_index_grow(&table->index, table->rows.capacity))
		return -1;
	return address_obtain(table, &any, address_hash(table, &any)) == ADDRESS_ANY ? 0 : -1;
}

void address_table_clear(struct address_table *table)
{
	row_blocks_clear(&table->rows);
	row_index_clear(&table->index);
}

uint32_t address_obtain(struct address_table *table, const struct addr *address, uint32_t hash)
{
	uint32_t number = address_find(table, address, hash);
	size_t count = table->rows.count;

	if (number != ADDRESS_NONE)
		return number;
	if (row_blocks_reserve(&table->rows, 1) || row_index_reserve(&table->index, count + 1))
		return ADDRESS_NONE;
	*address_at(table, (uint32_t)count) = (struct address_row){.address = *address};
	row_index_put(&table->index, hash, count);
	table->rows.count++;
	return (uint32_t)count;
}

void address_table_keep(struct address_table *table, uint32_t *kept)
{
	size_t count = 0;

	row_index_empty(&table->index);
	for (size_t i = 0; i < table->rows.count; i++) {
		const struct addr address = address_at(table, (uint32_t)i)->address;

		if (i != ADDRESS_ANY && kept[i] == 0)
			continue;
		kept[i] = (uint32_t)count;
		*address_at(table, (uint32_t)count) = (struct address_row){.address = address};
		row_index_put(&table->index, address_hash(table, &address), count++);
	}
	table->rows.count = count;
}

/* Family and the first seven bytes, as addr_compare has them. */
static uint64_t digest_of(const struct addr *address)
{
	uint64_t digest = address->family;

	for (size_t i = 0; i < 7; i++)
		digest = digest << 8 | address->bytes[i];
	return digest;
}

/* While addresses are put in order `folded` is the number that a row came with. */
static int compare_places(void *context, size_t a, size_t b)
{
	return addr_compare(&address_at(context, (uint32_t)a)->address,
			    &address_at(context, (uint32_t)b)->address);
}

static void swap_places(void *context, size_t a, size_t b)
{
	struct address_row *left = address_at(context, (uint32_t)a),
			   *right = address_at(context, (uint32_t)b);
	struct address_row spare = *left;

	*left = *right;
	*right = spare;
}

static int compare_items(const void *a, const void *b, void *context)
{
	const struct radix_item *left = a, *right = b;

	return addr_compare(&address_at(context, left->value)->address,
			    &address_at(context, right->value)->address);
}

static void sort_fast(struct address_table *table, struct radix_item *items, uint32_t *order)
{
	size_t count = table->rows.count;
	struct address_row spare;

	for (size_t i = 0; i < count; i++)
		items[i] =
		    (struct radix_item){digest_of(&address_at(table, (uint32_t)i)->address), (uint32_t)i};
	radix_sort(items, items + count, count);
	for (size_t first = 0, end; first < count; first = end) {
		for (end = first + 1; end < count && items[end].key == items[first].key; end++)
			;
		if (end - first > 1)
			qsort_r(&items[first], end - first, sizeof(*items), compare_items, table);
	}
	for (size_t i = 0; i < count; i++)
		order[i] = items[i].value;
	row_blocks_permute(&table->rows, order, &spare);
}

void address_table_sort(struct address_table *table)
{
	const struct heap_order in_place = {table, compare_places, swap_places};
	size_t count = table->rows.count;
	void *block;
	struct radix_item *items = mem_large(count * 2 * sizeof(*items), &block);
	uint32_t *order = mem_resize(NULL, count, sizeof(*order));

	for (size_t i = 0; i < count; i++)
		address_at(table, (uint32_t)i)->folded = i & ((UINT32_C(1) << FOLDED_BITS) - 1);
	if (items && order)
		sort_fast(table, items, order);
	else
		heap_sort(&in_place, count);
	mem_free(block);
	mem_free(order);
	for (size_t i = 0; i < count; i++)
		address_at(table, address_at(table, (uint32_t)i)->folded)->latest_host = i & INT32_MAX;
}

void address_table_settle(struct address_table *table)
{
	for (size_t i = 0; i < table->rows.count; i++) {
		struct address_row *row = address_at(table, (uint32_t)i);

		*row = (struct address_row){.address = row->address};
	}
}

void address_table_index(struct address_table *table)
{
	row_index_empty(&table->index);
	for (size_t i = 0; i < table->rows.count; i++)
		row_index_put(&table->index, address_hash(table, &address_at(table, (uint32_t)i)->address),
			      i);
}
