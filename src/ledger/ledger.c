#include "base/hash.h"
#include "base/mem.h"
#include "internal.h"
#include <string.h>

/* How the memory given is shared out. Spans, inputs and names are small beside it. */
enum { ROOM_SHARE = 15, COVERAGE_SHARE = 1, SHARES = 16, SLOT_BYTES = 16, LEAST_ROWS = 16, FIRST_ROWS = 32 };
static const size_t default_memory = (size_t)512 << 20;
/* From so much on what is lost of large pages does not matter. */
enum { LARGE_MIB = 48, LARGE_EDGES_MIB = 16 };

static size_t rows_within(size_t memory, size_t row_size)
{
	size_t rows = memory / SHARES * COVERAGE_SHARE / (row_size + SLOT_BYTES);

	return rows < LEAST_ROWS ? LEAST_ROWS : rows;
}

static int tables_init(struct ledger *ledger)
{
	ledger->view = mem_calloc(1, sizeof(*ledger->view));
	if (!ledger->view || address_table_init(&ledger->addresses, ledger->seed) ||
	    row_blocks_init(&ledger->edges, sizeof(struct edge_core)) ||
	    row_index_grow(&ledger->edge_index, FIRST_ROWS) ||
	    row_blocks_init(&ledger->extras, sizeof(struct edge_row)) ||
	    row_blocks_init(&ledger->hosts, sizeof(struct host_core)) ||
	    row_index_grow(&ledger->host_index, FIRST_ROWS))
		return -1;
	if (row_table_init(&ledger->coverage, sizeof(struct coverage_row),
			   offsetof(struct coverage_row, minutes), ledger->seed[0], FIRST_ROWS))
		return -1;
	return row_table_init(&ledger->anomalies, sizeof(struct anomaly_row),
			      offsetof(struct anomaly_row, count), ledger->seed[0], FIRST_ROWS);
}

/* Four words that nobody can tell from one. */
static void seed_make(uint64_t seed[4], uint64_t from)
{
	for (uint64_t i = 0; i < 4; i++)
		seed[i] = hash_bytes(from, &i, sizeof(i));
}

struct ledger *ledger_new(const struct ledger_options *options, struct err *err)
{
	size_t memory = options->memory_bytes ? options->memory_bytes : default_memory;
	struct ledger *ledger = mem_calloc(1, sizeof(*ledger));

	if (ledger)
		seed_make(ledger->seed, options->hash_seed);
	if (!ledger || tables_init(ledger) || ledger_keep_fold_last(ledger, options) ||
	    ledger_set_filter(ledger, "")) {
		ledger_free(ledger);
		(void)err_no_memory(err);
		return NULL;
	}
	ledger->changes = 1;
	ledger->indexed = true;
	ledger_limit(ledger, memory);
	return ledger;
}

void ledger_limit(struct ledger *ledger, size_t memory_bytes)
{
	ledger->room = memory_bytes / SHARES * ROOM_SHARE;
	ledger->fold_at = ledger->room;
	ledger->coverage_max = rows_within(memory_bytes, sizeof(struct coverage_row));
	ledger->anomalies_max = rows_within(memory_bytes, sizeof(struct anomaly_row));
	ledger->hosts.large_bytes = ledger->addresses.rows.large_bytes =
	    memory_bytes >= (size_t)LARGE_MIB << 20 ? SIZE_MAX : 0;
	/* Edges mostly come one behind the other: a small page is still at hand when it was cleared, a large
	 * one is not. Where there are not many, fewer pages are worth more. */
	ledger->edges.large_bytes =
	    memory_bytes >= (size_t)LARGE_MIB << 20 ? (size_t)LARGE_EDGES_MIB << 20 : 0;
	/* What was sure to have room was so within the limit of then. */
	ledger->sure = 0;
}

void ledger_free(struct ledger *ledger)
{
	if (!ledger)
		return;
	if (ledger->view)
		ledger_drop_view(ledger->view);
	mem_free(ledger->view);
	address_table_clear(&ledger->addresses);
	row_blocks_clear(&ledger->edges);
	row_index_clear(&ledger->edge_index);
	row_blocks_clear(&ledger->extras);
	row_blocks_clear(&ledger->hosts);
	row_index_clear(&ledger->host_index);
	row_table_clear(&ledger->coverage);
	row_table_clear(&ledger->anomalies);
	for (size_t i = 0; i < ledger->input_count; i++)
		input_record_clear(&ledger->inputs[i]);
	for (size_t i = 0; i < ledger->sensor_count; i++)
		mem_free(ledger->sensors[i]);
	mem_free(ledger->inputs);
	mem_free(ledger->sensors);
	mem_free(ledger->spans);
	mem_free(ledger->fold_last);
	mem_free(ledger->filter);
	mem_free(ledger);
}

int64_t ledger_sensor(struct ledger *ledger, const char *name)
{
	char *copy;

	for (size_t i = 0; i < ledger->sensor_count; i++)
		if (strcmp(ledger->sensors[i], name) == 0)
			return (int64_t)i;
	if (mem_grow((void **)&ledger->sensors, &ledger->sensor_capacity, ledger->sensor_count + 1,
		     sizeof(*ledger->sensors)))
		return -1;
	copy = mem_strdup(name);
	if (!copy)
		return -1;
	ledger->sensors[ledger->sensor_count] = copy;
	return (int64_t)ledger->sensor_count++;
}

const char *ledger_sensor_name(const struct ledger *ledger, uint32_t sensor)
{
	return sensor < ledger->sensor_count ? ledger->sensors[sensor] : "";
}

static size_t rows_bytes(const struct row_blocks *rows, const struct row_index *index)
{
	return rows->count * rows->row_size + index->slot_count * sizeof(*index->slots);
}

size_t ledger_memory(const struct ledger *ledger)
{
	return rows_bytes(&ledger->edges, &ledger->edge_index) +
	       rows_bytes(&ledger->hosts, &ledger->host_index) +
	       rows_bytes(&ledger->addresses.rows, &ledger->addresses.index) +
	       ledger->extras.count * ledger->extras.row_size + row_table_bytes(&ledger->coverage) +
	       row_table_bytes(&ledger->anomalies) + ledger->span_capacity * sizeof(*ledger->spans) +
	       ledger->input_capacity * sizeof(*ledger->inputs);
}
