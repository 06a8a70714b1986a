#include "base/mem.h"
#include "fleet_run.h"
#include <stdlib.h>
#include <string.h>

/* An answer of so many rows takes some 100 MB. A site that has more is read by itself. */
static const uint64_t rows_at_once = 300000;

static int sensor_compare(const void *a, const void *b)
{
	const struct store_sensor *left = a, *right = b;
	int order = strcmp(left->site, right->site);

	return order != 0 ? order : strcmp(left->name, right->name);
}

void fleet_sort_sensors(struct fleet_run *run)
{
	if (run->sensor_count > 1)
		qsort(run->sensors, run->sensor_count, sizeof *run->sensors, sensor_compare);
}

size_t fleet_sensors_of(const struct fleet_run *run, const char *name, size_t *first)
{
	size_t low = 0, high = run->sensor_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(run->sensors[middle].site, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*first = low;
	while (low < run->sensor_count && strcmp(run->sensors[low].site, name) == 0)
		low++;
	return low - *first;
}

bool chunk_is_full(const struct chunk *chunk)
{
	return chunk->count == SITES_AT_ONCE || (chunk->count > 0 && chunk->rows >= rows_at_once);
}

/* Those of all its sites. */
static int gather_sensors(struct chunk *chunk)
{
	size_t room = 0;

	for (size_t i = 0; i < chunk->count; i++) {
		size_t first, count = fleet_sensors_of(chunk->run, chunk->names[i], &first);

		if (mem_grow((void **)&chunk->sensors, &room, chunk->sensor_count + count + 1,
			     sizeof *chunk->sensors))
			return err_no_memory(&chunk->err);
		if (count > 0)
			memcpy(chunk->sensors + chunk->sensor_count, chunk->run->sensors + first,
			       count * sizeof *chunk->sensors);
		chunk->sensor_count += count;
	}
	return 0;
}

static void *load(void *context)
{
	struct chunk *chunk = context;
	const struct fleet_run *run = chunk->run;

	chunk->result = gather_sensors(chunk);
	if (chunk->result == 0)
		chunk->result =
		    store_load_sites(run->store, run->first, run->end, chunk->names, chunk->count,
				     chunk->sensors, chunk->sensor_count, chunk->ledgers, &chunk->err);
	return NULL;
}

void chunk_start(struct chunk *chunk, const struct fleet_run *run)
{
	chunk->run = run;
	chunk->result = 0;
	if (chunk->count == 0)
		return;
	chunk->has_thread = pthread_create(&chunk->thread, NULL, load, chunk) == 0;
	if (!chunk->has_thread)
		(void)load(chunk);
}

int chunk_wait(struct chunk *chunk)
{
	if (chunk->has_thread)
		(void)pthread_join(chunk->thread, NULL);
	chunk->has_thread = false;
	return chunk->result;
}

void chunk_clear(struct chunk *chunk)
{
	for (size_t i = 0; i < chunk->count; i++) {
		if (!chunk->stored[i].ledger)
			ledger_free(chunk->ledgers[i]);
		stored_clear(&chunk->stored[i]);
		chunk->ledgers[i] = NULL;
	}
	mem_free(chunk->sensors);
	chunk->sensors = NULL;
	chunk->sensor_count = chunk->count = 0;
	chunk->rows = 0;
}
