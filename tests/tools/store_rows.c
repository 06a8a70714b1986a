/*
 * Prints the edges that a store keeps, one a line, by quarter hour:
 *
 *   store_rows DB
 *
 *   QUARTER-HOUR SENSOR INITIATOR RESPONDER PROTOCOL PORT BASIS CONFIDENCE FLOWS PACKETS
 */
#include "ledger/ledger.h"
#include "store/store.h"
#include <stdio.h>

static void print_edge(const struct ledger *ledger, const struct edge_row *row)
{
	char time[TIME_TEXT_MAX], initiator[ADDR_TEXT_MAX], responder[ADDR_TEXT_MAX];

	time_format(bucket_start_ns(row->key.bucket), 0, time);
	addr_format(&row->key.initiator, initiator);
	addr_format(&row->key.responder, responder);
	printf("%s %s %s %s %u %u %s %s %llu %llu\n", time, ledger_sensor_name(ledger, row->key.sensor),
	       initiator, responder, row->key.protocol, row->key.responder_port,
	       direction_name((enum direction_basis)row->key.basis),
	       confidence_name((enum confidence)row->key.confidence), (unsigned long long)edge_flows(row),
	       (unsigned long long)(row->packets[0] + row->packets[1]));
}

int main(int argc, char **argv)
{
	struct ledger *ledger = NULL;
	struct store *store;
	struct err err = {""};
	size_t count;

	if (argc != 2) {
		fprintf(stderr, "usage: store_rows DB\n");
		return 2;
	}
	store = store_open(argv[1], STORE_READ, NULL, &err);
	if (!store || store_load(store, INT32_MIN, INT32_MAX, &ledger, &err) != 0) {
		fprintf(stderr, "store_rows: %s\n", err.text);
		store_close(store);
		return 1;
	}
	const struct edge_row *rows = ledger_edges(ledger, &count);
	for (size_t i = 0; i < count; i++)
		print_edge(ledger, &rows[i]);
	ledger_free(ledger);
	store_close(store);
	return 0;
}
