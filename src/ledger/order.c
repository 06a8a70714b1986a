#include "internal.h"
#include <string.h>

#define COMPARE(x, y)                                                                                        \
	do {                                                                                                 \
		if ((x) != (y))                                                                              \
			return (x) < (y) ? -1 : 1;                                                           \
	} while (0)

/* Sensor, bucket, then family and the first seven bytes of an address, as addr_compare has them. */
static struct row_digest digest_of(uint32_t sensor, int32_t bucket, const struct addr *address)
{
	struct row_digest digest = {.high = (uint64_t)sensor << 32 | ((uint32_t)bucket ^ 0x80000000U),
				    .low = address->family};

	for (size_t i = 0; i < 7; i++)
		digest.low = digest.low << 8 | address->bytes[i];
	return digest;
}

/* An IPv4 address and nothing else: the first of all addresses that have its bytes. */
static bool is_plain(const struct addr *address)
{
	return address->family == ADDR_IPV4 && address->scope_kind == 0 && address->scope == 0 &&
	       address->prefix == 0;
}

/* What follows the initiator: the responder's family and address, delivery, protocol, port. Of others than
 * plain addresses only as much as still keeps the order. */
static uint64_t edge_digest_last(const struct edge_key *key)
{
	enum { DELIVERY_BITS = 2, PROTOCOL_BITS = 8, PORT_BITS = 16 };
	uint64_t last = key->responder.family;

	if (!is_plain(&key->initiator))
		return UINT64_MAX;
	for (size_t i = 0; i < 4; i++)
		last = last << 8 | key->responder.bytes[i];
	if (!is_plain(&key->responder))
		return (last + 1) << (DELIVERY_BITS + PROTOCOL_BITS + PORT_BITS);
	last = last << DELIVERY_BITS | key->delivery;
	last = last << PROTOCOL_BITS | key->protocol;
	return last << PORT_BITS | key->responder_port;
}

static struct row_digest edge_digest(const void *row)
{
	const struct edge_row *edge = row;
	struct row_digest digest = digest_of(edge->key.sensor, edge->key.bucket, &edge->key.initiator);

	digest.last = edge_digest_last(&edge->key);
	return digest;
}

static struct row_digest host_digest(const void *row)
{
	const struct host_row *host = row;

	return digest_of(host->sensor, host->bucket, &host->address);
}

static struct row_digest coverage_digest(const void *row)
{
	const struct coverage_row *coverage = row;
	const struct addr none = {.family = ADDR_NONE};

	return digest_of(coverage->sensor, coverage->bucket, &none);
}

static struct row_digest anomaly_digest(const void *row)
{
	const struct anomaly_row *anomaly = row;

	return (struct row_digest){.high =
				       digest_of(anomaly->sensor, anomaly->bucket, &anomaly->initiator).high,
				   .low = anomaly->kind};
}

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
	ledger_settle(ledger);
	row_table_sort(&ledger->edges, edge_digest, edge_compare);
	row_table_sort(&ledger->hosts, host_digest, host_compare);
	row_table_sort(&ledger->coverage, coverage_digest, coverage_row_compare);
	row_table_sort(&ledger->anomalies, anomaly_digest, anomaly_compare);
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
