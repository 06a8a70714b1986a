/* Which captures are read together. Depends on the captures alone, and is the same for those that are left
 * after a part of them was taken: a run that was killed goes on as if it had not been. */
#include "base/mem.h"
#include "nightly.h"
#include "zone.h"
#include <stdlib.h>
#include <string.h>

static int item_compare(const void *a, const void *b)
{
	const struct spool_item *left = a, *right = b;
	int order = strcmp(left->input.path, right->input.path);

	if (left->first_ns != right->first_ns)
		return left->first_ns < right->first_ns ? -1 : 1;
	if (order != 0)
		return order;
	return (left->input.member_index > right->input.member_index) -
	       (left->input.member_index < right->input.member_index);
}

static int group_begin(struct spool *spool, size_t item)
{
	if (mem_grow((void **)&spool->groups, &spool->group_capacity, spool->group_count + 1,
		     sizeof *spool->groups) != 0)
		return -1;
	spool->groups[spool->group_count++] = (struct spool_group){item, item};
	return 0;
}

/* What the store holds as one segment is replaced as a whole, so it stays in one group. */
static bool splits_segment(const struct spool *spool, size_t first, size_t item)
{
	for (size_t i = first; i < item; i++)
		for (size_t k = item; spool->items[i].segment != 0 && k < spool->item_count; k++)
			if (spool->items[k].segment == spool->items[i].segment)
				return true;
	return false;
}

int spool_group_items(struct spool *spool)
{
	int64_t last_ns = INT64_MIN, first_ns = 0;

	if (spool->item_count > 1)
		qsort(spool->items, spool->item_count, sizeof *spool->items, item_compare);
	for (size_t i = 0; i < spool->item_count; i++) {
		const struct spool_item *item = &spool->items[i];

		if (i == 0 || (item->first_ns > last_ns && zone_day(item->first_ns) != zone_day(first_ns) &&
			       !splits_segment(spool, spool->groups[spool->group_count - 1].first, i))) {
			if (group_begin(spool, i) != 0)
				return -1;
			first_ns = item->first_ns;
			last_ns = item->last_ns;
		}
		if (item->last_ns > last_ns)
			last_ns = item->last_ns;
		spool->groups[spool->group_count - 1].end = i + 1;
		spool->files[item->file].last_group = spool->group_count - 1;
	}
	return 0;
}

void spool_clear(struct spool *spool)
{
	for (size_t i = 0; i < spool->file_count; i++)
		mem_free(spool->files[i].path);
	mem_free(spool->files);
	mem_free(spool->candidates);
	mem_free(spool->items);
	mem_free(spool->groups);
	arena_clear(&spool->arena);
	capture_list_clear(&spool->list);
}
