#include "internal.h"

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

static void waiting_fill(struct waiting *w, uint32_t sensor, const struct flow_delta *delta)
{
	edge_row_from_delta(&w->edge, sensor, delta);
	w->host_count = host_rows_from_delta(w->hosts, sensor, delta);
}

static void waiting_add(struct ledger *ledger, const struct waiting *w)
{
	ledger_add_edge(ledger, &w->edge);
	for (size_t i = 0; i < w->host_count; i++)
		ledger_add_host(ledger, &w->hosts[i]);
}

/* An edge and two hosts lie in six places of memory: all slots are asked for now, all rows some deltas later.
 */
static void waiting_prefetch_slots(const struct ledger *ledger, struct waiting *w)
{
	w->edge_hash = row_table_hash(&ledger->edges, &w->edge.key);
	row_table_prefetch_slot(&ledger->edges, w->edge_hash);
	for (size_t i = 0; i < w->host_count; i++) {
		w->host_hashes[i] = row_table_hash(&ledger->hosts, &w->hosts[i]);
		row_table_prefetch_slot(&ledger->hosts, w->host_hashes[i]);
	}
}

static void waiting_prefetch_rows(const struct ledger *ledger, const struct waiting *w)
{
	row_table_prefetch_row(&ledger->edges, w->edge_hash);
	for (size_t i = 0; i < w->host_count; i++)
		row_table_prefetch_row(&ledger->hosts, w->host_hashes[i]);
}

void ledger_add_delta(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta)
{
	struct waiting w;

	waiting_fill(&w, sensor, delta);
	health_add(ledger, sensor, delta);
	waiting_add(ledger, &w);
}

void ledger_add_delta_soon(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta)
{
	struct waiting *w;

	if (ledger->waiting_put - ledger->waiting_taken == LEDGER_WAITING)
		waiting_add(ledger, &ledger->waiting[ledger->waiting_taken++ % LEDGER_WAITING]);
	health_add(ledger, sensor, delta);
	w = &ledger->waiting[ledger->waiting_put++ % LEDGER_WAITING];
	waiting_fill(w, sensor, delta);
	waiting_prefetch_slots(ledger, w);
	if (ledger->waiting_put - ledger->waiting_taken > LEDGER_WAITING_ROWS)
		waiting_prefetch_rows(
		    ledger,
		    &ledger->waiting[(ledger->waiting_put - 1 - LEDGER_WAITING_ROWS) % LEDGER_WAITING]);
}

void ledger_settle(struct ledger *ledger)
{
	while (ledger->waiting_taken != ledger->waiting_put)
		waiting_add(ledger, &ledger->waiting[ledger->waiting_taken++ % LEDGER_WAITING]);
}
