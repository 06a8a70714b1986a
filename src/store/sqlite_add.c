/* Adding a ledger: as it is, as a segment; or, of a live sensor, into the quarter hours that it touches,
 * which are read, merged by the ledger's own rules, and written again. */
#include "pack.h"
#include "sqlite_store.h"
#include <stdlib.h>

/* Quarter hours that follow each other, from FIRST up to but without END. */
struct run {
	int32_t first, end;
};
struct run_list {
	struct run *items;
	size_t count, capacity;
};

static int bucket_compare(const void *a, const void *b)
{
	int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;

	return (left > right) - (left < right);
}

static int runs_add(struct run_list *runs, int32_t bucket)
{
	struct run *last = runs->count ? &runs->items[runs->count - 1] : NULL;

	if (last && bucket < last->end)
		return 0;
	if (last && bucket == last->end) {
		last->end++;
		return 0;
	}
	if (mem_grow((void **)&runs->items, &runs->capacity, runs->count + 1, sizeof(*runs->items)))
		return -1;
	runs->items[runs->count++] = (struct run){bucket, bucket + 1};
	return 0;
}

/* All quarter hours in which LEDGER has rows. */
static int runs_find(const struct ledger *ledger, struct run_list *runs)
{
	size_t total = 0, at = 0;
	int32_t *buckets;
	int result = 0;

	for (size_t shape = 0; shape < SHAPE_COUNT; shape++) {
		total += shape_count(ledger, shape);
	}
	buckets = mem_calloc(total + 1, sizeof(*buckets));
	if (!buckets)
		return -1;
	for (size_t shape = 0; shape < SHAPE_COUNT; shape++) {
		size_t count = shape_count(ledger, shape);

		for (size_t i = 0; i < count; i++) {
			int32_t bucket = shape_bucket_at(ledger, shape, i);

			/* Rows of one quarter hour mostly follow each other. */
			if (at == 0 || buckets[at - 1] != bucket)
				buckets[at++] = bucket;
		}
	}
	if (at > 1)
		qsort(buckets, at, sizeof(*buckets), bucket_compare);
	for (size_t i = 0; i < at && result == 0; i++)
		result = runs_add(runs, buckets[i]);
	mem_free(buckets);
	return result;
}

/* What is stored of RUNS into BASE, and away. */
static int take_out(struct sqlite_store *store, const struct run_list *runs, struct ledger *base,
		    struct err *err)
{
	struct row_maps maps = {0};
	int result = sensors_load(store, base, &maps, false, err);

	for (size_t i = 0; i < runs->count && result == 0; i++) {
		const struct run *run = &runs->items[i];

		if (inputs_load(store, run->first, run->end, base, &maps, err) ||
		    rows_load(store, run->first, run->end, LIVE_SEGMENT, &maps, base, err) ||
		    rows_delete(store, run->first, run->end, LIVE_SEGMENT, err))
			result = -1;
	}
	maps_clear(&maps);
	return result;
}

/* True in *HELD when anything is stored of RUNS. */
static int any_stored(struct sqlite_store *store, const struct run_list *runs, bool *held, struct err *err)
{
	*held = false;
	for (size_t i = 0; i < runs->count && !*held; i++)
		if (rows_any(store, runs->items[i].first, runs->items[i].end, held, err))
			return -1;
	return 0;
}

static int write_all(struct sqlite_store *store, const struct ledger *base, const char *filter,
		     int64_t segment, struct err *err)
{
	struct row_maps maps = {0};
	int result = 0;

	if (sensors_write(store, base, &maps, err) ||
	    inputs_write(store, base, filter, segment, &maps, err) ||
	    rows_write(store, base, segment, &maps, err) || spans_write(store, base, &maps.sensors, err))
		result = -1;
	maps_clear(&maps);
	return result;
}

static int merge_rows(struct sqlite_store *store, const struct run_list *runs, const struct ledger *ledger,
		      struct err *err)
{
	struct ledger *base = ledger_new(&store->limits, err);
	int result = base ? take_out(store, runs, base, err) : -1;

	if (result == 0)
		result = ledger_merge(base, ledger, err);
	if (result == 0) {
		ledger_sort(base);
		result = write_all(store, base, ledger_filter(ledger), LIVE_SEGMENT, err);
	}
	ledger_free(base);
	return result;
}

int segment_add_rows(struct sqlite_store *store, const struct ledger *ledger, int64_t segment,
		     struct err *err)
{
	return write_all(store, ledger, ledger_filter(ledger), segment, err);
}

/* A quarter hour that is new has nothing to be merged with. */
int sqlite_add_rows(struct sqlite_store *store, const struct ledger *ledger, struct err *err)
{
	struct run_list runs = {0};
	bool held = false;
	int result = runs_find(ledger, &runs) ? err_no_memory(err) : any_stored(store, &runs, &held, err);

	if (result == 0)
		result = held ? merge_rows(store, &runs, ledger, err)
			      : write_all(store, ledger, ledger_filter(ledger), LIVE_SEGMENT, err);
	mem_free(runs.items);
	return result;
}
