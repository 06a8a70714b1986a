#include "row_blocks.h"
#include "base/mem.h"

enum { LINE_BYTES = 64 };

int row_blocks_grow(struct row_blocks *rows)
{
	size_t length = (size_t)1 << (rows->block_count + ROW_BLOCK_FIRST_BITS);
	size_t bytes;
	void *raw;

	if (rows->block_count == ROW_BLOCKS_MAX || __builtin_mul_overflow(length, rows->row_size, &bytes))
		return -1;
	raw = mem_resize(NULL, bytes + LINE_BYTES, 1);
	if (!raw)
		return -1;
	rows->raw[rows->block_count] = raw;
	rows->blocks[rows->block_count++] =
	    (char *)(((uintptr_t)raw + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES);
	rows->capacity += length;
	return 0;
}

int row_blocks_init(struct row_blocks *rows, size_t row_size)
{
	*rows = (struct row_blocks){.row_size = row_size};
	return row_blocks_grow(rows);
}

void row_blocks_clear(struct row_blocks *rows)
{
	for (unsigned i = 0; i < rows->block_count; i++)
		mem_free(rows->raw[i]);
	*rows = (struct row_blocks){0};
}
