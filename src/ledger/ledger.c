#include "base/mem.h"
#include "internal.h"
#include <string.h>

/* How the memory given is shared out. Spans, inputs and names are small beside it. */
enum {
	EDGE_SHARE = 12,
	HOST_SHARE = 3,
	COVERAGE_SHARE = 1,
	SHARES = 16,
	SLOT_BYTES = 16,
	LEAST_ROWS = 16,
	FIRST_ROWS = 32
};
static const size_t default_memory = (size_t)512 << 20;

static size_t rows_within(size_t memory, size_t share, size_t row_size)
{
	size_t rows = memory / SHARES * share / (row_size + SLOT_BYTES);

	return rows < LEAST_ROWS ? LEAST_ROWS : rows;
}

static int tables_init(struct ledger *ledger, uint64_t seed)
{
	if (row_table_init(&ledger->edges, sizeof(struct edge_row), sizeof(struct edge_key), seed,
			   FIRST_ROWS) ||
	    row_table_init(&ledger->port_groups, sizeof(struct port_group), sizeof(struct edge_key), seed,
			   FIRST_ROWS) ||
	    row_table_init(&ledger->hosts, sizeof(struct host_row),
			   offsetof(struct host_row, mac) + MAC_BYTES, seed, FIRST_ROWS) ||
	    row_table_init(&ledger->coverage, sizeof(struct coverage_row),
			   offsetof(struct coverage_row, minutes), seed, FIRST_ROWS))
		return -1;
	return row_table_init(&ledger->anomalies, sizeof(struct anomaly_row),
			      offsetof(struct anomaly_row, count), seed, FIRST_ROWS);
}

struct ledger *ledger_new(const struct ledger_options *options, struct err *err)
{
	size_t memory = options->memory_bytes ? options->memory_bytes : default_memory;
	struct ledger *ledger = mem_calloc(1, sizeof(*ledger));

	if (!ledger || tables_init(ledger, options->hash_seed) || ledger_keep_fold_last(ledger, options) ||
	    ledger_set_filter(ledger, "")) {
		ledger_free(ledger);
		(void)err_no_memory(err);
		return NULL;
	}
	ledger->edges_max = rows_within(memory, EDGE_SHARE, sizeof(struct edge_row));
	ledger->hosts_max = rows_within(memory, HOST_SHARE, sizeof(struct host_row));
	ledger->coverage_max = rows_within(memory, COVERAGE_SHARE, sizeof(struct coverage_row));
	ledger->anomalies_max = rows_within(memory, COVERAGE_SHARE, sizeof(struct anomaly_row));
	ledger->edges_fold_at = ledger->edges_max;
	ledger->hosts_fold_at = ledger->hosts_max;
	return ledger;
}

void ledger_free(struct ledger *ledger)
{
	if (!ledger)
		return;
	row_table_clear(&ledger->edges);
	row_table_clear(&ledger->port_groups);
	row_table_clear(&ledger->hosts);
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

size_t ledger_memory(const struct ledger *ledger)
{
	return row_table_bytes(&ledger->edges) + row_table_bytes(&ledger->port_groups) +
	       row_table_bytes(&ledger->hosts) + row_table_bytes(&ledger->coverage) +
	       row_table_bytes(&ledger->anomalies) + ledger->span_capacity * sizeof(*ledger->spans) +
	       ledger->input_capacity * sizeof(*ledger->inputs);
}
