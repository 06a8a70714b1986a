#include "internal.h"
#include <string.h>

#define COMPARE(x, y)                                                                                        \
	do {                                                                                                 \
		if ((x) != (y))                                                                              \
			return (x) < (y) ? -1 : 1;                                                           \
	} while (0)

static int edge_compare(const void *a, const void *b)
{
	const struct edge_row *left = a;
	const struct edge_row *right = b;

	return edge_key_compare(&left->key, &right->key);
}

static int host_compare(const void *a, const void *b)
{
	const struct host_row *left = a;
	const struct host_row *right = b;
	int order;

	COMPARE(left->sensor, right->sensor);
	COMPARE(left->bucket, right->bucket);
	order = addr_compare(&left->address, &right->address);
	return order != 0 ? order : memcmp(left->mac, right->mac, MAC_BYTES);
}

static int anomaly_compare(const void *a, const void *b)
{
	const struct anomaly_row *left = a;
	const struct anomaly_row *right = b;
	int order;

	COMPARE(left->sensor, right->sensor);
	COMPARE(left->bucket, right->bucket);
	COMPARE(left->kind, right->kind);
	order = addr_compare(&left->initiator, &right->initiator);
	if (order == 0)
		order = addr_compare(&left->responder, &right->responder);
	if (order == 0)
		order = addr_compare(&left->third, &right->third);
	if (order != 0)
		return order;
	COMPARE(left->protocol, right->protocol);
	COMPARE(left->responder_port, right->responder_port);
	return 0;
}

void ledger_sort(struct ledger *ledger)
{
	row_table_sort(&ledger->edges, edge_compare);
	row_table_sort(&ledger->hosts, host_compare);
	row_table_sort(&ledger->coverage, coverage_row_compare);
	row_table_sort(&ledger->anomalies, anomaly_compare);
	ledger_join_spans(ledger);
}

const struct edge_row *ledger_edges(const struct ledger *ledger, size_t *count)
{
	*count = ledger->edges.count;
	return ledger->edges.rows;
}

const struct host_row *ledger_hosts(const struct ledger *ledger, size_t *count)
{
	*count = ledger->hosts.count;
	return ledger->hosts.rows;
}

const struct coverage_row *ledger_coverages(const struct ledger *ledger, size_t *count)
{
	*count = ledger->coverage.count;
	return ledger->coverage.rows;
}

const struct anomaly_row *ledger_anomalies(const struct ledger *ledger, size_t *count)
{
	*count = ledger->anomalies.count;
	return ledger->anomalies.rows;
}

const struct input_record *ledger_inputs(const struct ledger *ledger, size_t *count)
{
	*count = ledger->input_count;
	return ledger->inputs;
}

const struct coverage_span *ledger_spans(const struct ledger *ledger, size_t *count)
{
	*count = ledger->span_count;
	return ledger->spans;
}
