#include "row_index.h"
#include "base/mem.h"

enum { FIRST_SLOTS = 64 };
static const size_t slots_max = (size_t)1 << 32;

int row_index_grow(struct row_index *index, size_t rows)
{
	struct row_index more = {.slot_count = index->slot_count ? index->slot_count : FIRST_SLOTS};

	while (more.slot_count / 4 * 3 < rows)
		more.slot_count *= 2;
	if (more.slot_count > slots_max || rows >= UINT32_MAX)
		return -1;
	more.slots = mem_calloc_large(more.slot_count * sizeof(*more.slots), &more.block);
	if (!more.slots)
		return -1;
	more.room = more.slot_count / 4 * 3;
	for (size_t i = 0; i < index->slot_count; i++) {
		uint64_t slot = index->slots[i];

		if ((uint32_t)slot != 0)
			row_index_put(&more, (uint32_t)(slot >> 32), (size_t)(uint32_t)slot - 1);
	}
	mem_free(index->block);
	*index = more;
	return 0;
}

void row_index_clear(struct row_index *index)
{
	mem_free(index->block);
	*index = (struct row_index){0};
}

void row_index_empty(struct row_index *index)
{
	memset(index->slots, 0, index->slot_count * sizeof(*index->slots));
}

static size_t slot_of(const struct row_index *index, uint32_t hash, size_t row)
{
	size_t mask = index->slot_count - 1;
	size_t at = hash & mask;

	while ((uint32_t)index->slots[at] != (uint32_t)(row + 1))
		at = (at + 1) & mask;
	return at;
}

/* Knuth 6.4, algorithm R: moves later slots of the run up into the hole, so that no look-up stops short of
 * them. */
void row_index_remove(struct row_index *index, uint32_t hash, size_t row)
{
	size_t mask = index->slot_count - 1;
	size_t hole = slot_of(index, hash, row);

	for (size_t at = (hole + 1) & mask; (uint32_t)index->slots[at] != 0; at = (at + 1) & mask) {
		size_t home = (size_t)(index->slots[at] >> 32) & mask;

		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		index->slots[hole] = index->slots[at];
		hole = at;
	}
	index->slots[hole] = 0;
}

void row_index_rename(struct row_index *index, uint32_t hash, size_t from, size_t to)
{
	size_t at = slot_of(index, hash, from);

	index->slots[at] = (uint64_t)hash << 32 | (uint32_t)(to + 1);
}
