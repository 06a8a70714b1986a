#include "internal.h"

/* An edge and two hosts lie in six places of memory: ask for all before waiting for the first. */
static void prefetch(const struct ledger *ledger, const struct edge_row *edge, const struct host_row *hosts,
		     size_t host_count)
{
	uint64_t edge_hash = row_table_hash(&ledger->edges, &edge->key);
	uint64_t host_hashes[2];

	row_table_prefetch_slot(&ledger->edges, edge_hash);
	for (size_t i = 0; i < host_count; i++) {
		host_hashes[i] = row_table_hash(&ledger->hosts, &hosts[i]);
		row_table_prefetch_slot(&ledger->hosts, host_hashes[i]);
	}
	row_table_prefetch_row(&ledger->edges, edge_hash);
	for (size_t i = 0; i < host_count; i++)
		row_table_prefetch_row(&ledger->hosts, host_hashes[i]);
}

static void health_add(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta)
{
	struct coverage_row more = {.sensor = sensor,
				    .bucket = delta->bucket,
				    .health = delta->health,
				    .duplicates = delta->duplicates};
	struct coverage_row *row = ledger_coverage(ledger, sensor, delta->bucket);

	if (row)
		coverage_row_add(row, &more);
}

void ledger_add_delta(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta)
{
	struct edge_row edge;
	struct host_row hosts[2];
	size_t host_count = host_rows_from_delta(hosts, sensor, delta);

	edge_row_from_delta(&edge, sensor, delta);
	prefetch(ledger, &edge, hosts, host_count);
	health_add(ledger, sensor, delta);
	ledger_add_edge(ledger, &edge);
	for (size_t i = 0; i < host_count; i++)
		ledger_add_host(ledger, &hosts[i]);
}
