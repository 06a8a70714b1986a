/* How much of each verdict every quarter hour held, for the report's picture of the day. */
#include "work.h"
#include <stdlib.h>

static int compare_buckets(const void *a, const void *b)
{
	const struct audit_bucket *left = a, *right = b;

	return (left->bucket > right->bucket) - (left->bucket < right->bucket);
}

/* A row without an opening is a flow that goes on from before. */
static uint64_t row_flows(const struct edge_brief *row)
{
	return row->flows > 0 ? row->flows : 1;
}

static size_t count_buckets(const struct audit_work *work)
{
	size_t count = 0;

	for (size_t i = 0; i < work->row_count; i = work_next_bucket(work, i))
		count++;
	return count;
}

/* One item for each (sensor, bucket), in the order of the rows. Returns how many. */
static size_t sum_by_sensor(const struct audit_work *work, struct audit_bucket *items)
{
	size_t count = 0;

	for (size_t i = 0, end; i < work->row_count; i = end) {
		struct audit_bucket *item = &items[count++];

		end = work_next_bucket(work, i);
		item->bucket = work_brief(work, i).bucket;
		for (size_t j = i; j < end; j++) {
			const struct edge_brief row = work_brief(work, j);

			item->flows[work->judged.edges[j].verdict] += row_flows(&row);
		}
	}
	return count;
}

/* What several sensors saw of one quarter hour is never added: the most that one of them saw stands. */
void timeline_build(struct audit_work *work)
{
	struct audit_bucket *items = work_alloc(work, count_buckets(work) + 1, sizeof(*items));
	size_t count, kept = 0;

	if (!items)
		return;
	count = sum_by_sensor(work, items);
	if (count > 1)
		qsort(items, count, sizeof(*items), compare_buckets);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || items[kept - 1].bucket != items[i].bucket) {
			items[kept++] = items[i];
			continue;
		}
		for (size_t v = 0; v < VERDICT_COUNT; v++)
			if (items[i].flows[v] > items[kept - 1].flows[v])
				items[kept - 1].flows[v] = items[i].flows[v];
	}
	work->result->timeline = items;
	work->result->timeline_count = kept;
}
