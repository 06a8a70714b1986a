#include "row_blocks.h"
#include "base/mem.h"
#include <string.h>

enum { LINE_BYTES = 64 };

/* Room for COUNT blocks in the lists of them. 0/-1 */
static int reserve_lists(struct row_blocks *rows, size_t count)
{
	return mem_grow((void **)&rows->blocks, &rows->block_capacity, count, sizeof(*rows->blocks)) ||
		       mem_grow((void **)&rows->raw, &rows->raw_capacity, count, sizeof(*rows->raw))
		   ? -1
		   : 0;
}

/* As many blocks as a large page holds: where there are many rows, small ones cost a twentieth of all time.
 * 0, or -1 and nothing done. */
static int grow_by_page(struct row_blocks *rows, size_t count)
{
	size_t block_bytes = ROW_BLOCK_ROWS * rows->row_size, more = MEM_LARGE_PAGE_BYTES / block_bytes;
	void *raw;
	char *start;

	if (more == 0 || reserve_lists(rows, count + more))
		return -1;
	/* Not cleared: what is not used yet, and what lies around it, is not in memory. */
	start = mem_large(MEM_LARGE_PAGE_BYTES, &raw);
	if (!start)
		return -1;
	for (size_t i = 0; i < more; i++) {
		rows->raw[count + i] = i == 0 ? raw : NULL;
		rows->blocks[count + i] = start + i * block_bytes;
	}
	rows->capacity += more * ROW_BLOCK_ROWS;
	return 0;
}

int row_blocks_grow(struct row_blocks *rows)
{
	size_t count = rows->capacity >> ROW_BLOCK_BITS, bytes = rows->capacity * rows->row_size;
	void *raw;

	/* Few rows do not fill one. */
	if (bytes >= MEM_LARGE_PAGE_BYTES && bytes < rows->large_bytes && grow_by_page(rows, count) == 0)
		return 0;
	if (reserve_lists(rows, count + 1))
		return -1;
	raw = mem_resize(NULL, ROW_BLOCK_ROWS * rows->row_size + LINE_BYTES, 1);
	if (!raw)
		return -1;
	rows->raw[count] = raw;
	rows->blocks[count] = (char *)(((uintptr_t)raw + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES);
	rows->capacity += ROW_BLOCK_ROWS;
	return 0;
}

int row_blocks_init(struct row_blocks *rows, size_t row_size)
{
	*rows = (struct row_blocks){.row_size = row_size};
	return row_blocks_grow(rows);
}

void row_blocks_clear(struct row_blocks *rows)
{
	for (size_t i = 0; i < rows->capacity >> ROW_BLOCK_BITS; i++)
		mem_free(rows->raw[i]);
	mem_free(rows->raw);
	mem_free(rows->blocks);
	*rows = (struct row_blocks){0};
}

static inline __attribute__((always_inline)) void prefetch_row(const struct row_blocks *rows, uint32_t number)
{
	const char *row = row_at(rows, number);

	__builtin_prefetch(row);
	__builtin_prefetch(row + rows->row_size - 1);
}

/* One cycle of the permutation after the other. */
void row_blocks_permute(struct row_blocks *rows, uint32_t *order, void *spare)
{
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t to = i;

		if (order[i] == i)
			continue;
		memcpy(spare, row_at(rows, i), rows->row_size);
		while (order[to] != i) {
			uint32_t from = order[to];

			/* Where the next one comes from. */
			prefetch_row(rows, order[from]);
			memcpy(row_at(rows, to), row_at(rows, from), rows->row_size);
			order[to] = to;
			to = from;
		}
		memcpy(row_at(rows, to), spare, rows->row_size);
		order[to] = to;
	}
}
