#include "base/mem.h"
#include "base/radix.h"
#include "heap.h"
#include "internal.h"
#include <stdlib.h>
#include <string.h>

#define COMPARE(x, y)                                                                                        \
	do {                                                                                                 \
		if ((x) != (y))                                                                              \
			return (x) < (y) ? -1 : 1;                                                           \
	} while (0)

/*
 * Edges and hosts are put in order by integers: addresses first, so that their numbers order as they do, then
 * rows by as much of their keys as 64 bits hold. What is equal that far, mostly nothing, is compared. Where
 * there is no memory for that, rows are sorted in place by comparing. Indexes are made again when they are
 * needed.
 */
struct widths {
	unsigned sensor, bucket, address; /* bits */
	int32_t first_bucket;
};

struct table_order {
	struct row_blocks *rows;
	size_t addresses; /* that there are */
	struct widths widths;
	uint64_t (*key)(const struct table_order *order, const void *row);
	int (*compare)(const void *a, const void *b);
};

static struct radix_key key_begin(const struct table_order *order, uint32_t sensor, int32_t bucket,
				  uint32_t address)
{
	struct radix_key key = {.left = 64};

	radix_key_add(&key, sensor, order->widths.sensor);
	radix_key_add(&key, (uint64_t)((int64_t)bucket - order->widths.first_bucket), order->widths.bucket);
	radix_key_add(&key, address, order->widths.address);
	return key;
}

/* Sensor, bucket and both ends, and then as much of the rest as 64 bits hold. */
static uint64_t edge_order_key(const struct table_order *order, const void *row)
{
	enum { DELIVERY_BITS = 2, PROTOCOL_BITS = 8, PORT_BITS = 16 };
	enum { REST_BITS = DELIVERY_BITS + PROTOCOL_BITS + 2 * PORT_BITS };
	const struct edge_core *edge = row;
	const struct widths *widths = &order->widths;
	unsigned bits = widths->sensor + widths->bucket + 2 * widths->address;
	uint64_t rest = (((uint64_t)core_delivery(edge) << PROTOCOL_BITS | edge->protocol) << PORT_BITS |
			 edge->responder_port)
			    << PORT_BITS |
			edge->opener_port;
	struct radix_key key;

	if (bits > 0 && bits <= 64) {
		uint64_t start = (((uint64_t)edge->sensor << widths->bucket |
				   (uint64_t)((int64_t)edge->bucket - widths->first_bucket))
				      << widths->address |
				  edge->initiator)
				     << widths->address |
				 edge->responder;
		unsigned left = 64 - bits;

		start <<= left;
		return left >= REST_BITS ? start | rest : start | rest >> (REST_BITS - left);
	}
	key = key_begin(order, edge->sensor, edge->bucket, edge->initiator);
	radix_key_add(&key, edge->responder, widths->address);
	radix_key_add(&key, rest, REST_BITS);
	return key.key;
}

/* As edge_key_compare. */
static int edge_compare(const void *a, const void *b)
{
	const struct edge_core *left = a, *right = b;

	COMPARE(left->sensor, right->sensor);
	COMPARE(left->bucket, right->bucket);
	COMPARE(left->initiator, right->initiator);
	COMPARE(left->responder, right->responder);
	COMPARE(core_delivery(left), core_delivery(right));
	COMPARE(left->protocol, right->protocol);
	COMPARE(left->responder_port, right->responder_port);
	COMPARE(left->opener_port, right->opener_port);
	COMPARE(left->basis, right->basis);
	COMPARE(core_confidence(left), core_confidence(right));
	COMPARE(left->answered_from, right->answered_from);
	COMPARE(left->parent, right->parent);
	COMPARE(core_parent_assumed(left), core_parent_assumed(right));
	COMPARE(core_fold(left), core_fold(right));
	return 0;
}

static uint64_t host_order_key(const struct table_order *order, const void *row)
{
	const struct host_core *host = row;
	struct radix_key key = key_begin(order, host->sensor, host->bucket, host->address);

	for (size_t i = 0; i < MAC_BYTES; i++)
		radix_key_add(&key, host->mac[i], 8);
	return key.key;
}

static int host_compare(const void *a, const void *b)
{
	const struct host_core *left = a, *right = b;

	COMPARE(left->sensor, right->sensor);
	COMPARE(left->bucket, right->bucket);
	COMPARE(left->address, right->address);
	return memcmp(left->mac, right->mac, MAC_BYTES);
}

/* A row of either table begins with sensor and bucket. */
static void widths_set(struct table_order *order)
{
	uint32_t sensor = 0;
	int32_t first = INT32_MAX, last = INT32_MIN;

	for (size_t i = 0; i < order->rows->count; i++) {
		const struct host_core *row = row_at(order->rows, i);

		sensor = row->sensor > sensor ? row->sensor : sensor;
		first = row->bucket < first ? row->bucket : first;
		last = row->bucket > last ? row->bucket : last;
	}
	order->widths = (struct widths){.sensor = radix_bits(sensor),
					.bucket = radix_bits((uint64_t)((int64_t)last - first)),
					.address = radix_bits(order->addresses),
					.first_bucket = first};
}
_Static_assert(offsetof(struct edge_core, sensor) == offsetof(struct host_core, sensor) &&
		   offsetof(struct edge_core, bucket) == offsetof(struct host_core, bucket),
	       "a row of either table begins with sensor and bucket");

static int item_compare(const void *a, const void *b, void *context)
{
	const struct table_order *order = context;
	const struct radix_item *left = a, *right = b;

	return order->compare(row_at(order->rows, left->value), row_at(order->rows, right->value));
}

static void numbers_sort(struct table_order *order, struct radix_item *items, uint32_t *numbers)
{
	size_t count = order->rows->count;

	for (size_t i = 0; i < count; i++)
		items[i] = (struct radix_item){order->key(order, row_at(order->rows, i)), (uint32_t)i};
	radix_sort(items, items + count, count);
	for (size_t first = 0, end; first < count; first = end) {
		for (end = first + 1; end < count && items[end].key == items[first].key; end++)
			;
		if (end - first > 1)
			qsort_r(&items[first], end - first, sizeof(*items), item_compare, order);
	}
	for (size_t i = 0; i < count; i++)
		numbers[i] = items[i].value;
}

static int rows_compare(void *context, size_t a, size_t b)
{
	const struct table_order *order = context;

	return order->compare(row_at(order->rows, a), row_at(order->rows, b));
}

static void rows_swap(void *context, size_t a, size_t b)
{
	const struct table_order *order = context;
	char spare[sizeof(struct edge_core)];

	memcpy(spare, row_at(order->rows, a), order->rows->row_size);
	memcpy(row_at(order->rows, a), row_at(order->rows, b), order->rows->row_size);
	memcpy(row_at(order->rows, b), spare, order->rows->row_size);
}
_Static_assert(sizeof(struct edge_core) >= sizeof(struct host_core), "room for either row");

static void table_sort(struct table_order *order)
{
	const struct heap_order in_place = {order, rows_compare, rows_swap};
	size_t count = order->rows->count;
	void *block;
	struct radix_item *items = mem_large(count * 2 * sizeof(*items), &block);
	uint32_t *numbers = mem_resize(NULL, count, sizeof(*numbers));
	char spare[sizeof(struct edge_core)];

	widths_set(order);
	if (items && numbers) {
		numbers_sort(order, items, numbers);
		mem_free(block);
		row_blocks_permute(order->rows, numbers, spare);
	} else {
		mem_free(block);
		heap_sort(&in_place, count);
	}
	mem_free(numbers);
}

static void addresses_sort(struct ledger *ledger)
{
	struct address_table *table = &ledger->addresses;

	address_table_sort(table);
	for (size_t i = 0; i < ledger->edges.count; i++) {
		struct edge_core *edge = edge_at(ledger, i);

		edge->initiator = address_at(table, edge->initiator)->latest_host;
		edge->responder = address_at(table, edge->responder)->latest_host;
	}
	for (size_t i = 0; i < ledger->hosts.count; i++)
		host_at(ledger, i)->address = address_at(table, host_at(ledger, i)->address)->latest_host;
	address_table_settle(table);
	ledger->epoch++;
}

static void edges_and_hosts_sort(struct ledger *ledger)
{
	size_t addresses = ledger->addresses.rows.count;
	struct table_order edges = {
	    .rows = &ledger->edges, .addresses = addresses, .key = edge_order_key, .compare = edge_compare};
	struct table_order hosts = {
	    .rows = &ledger->hosts, .addresses = addresses, .key = host_order_key, .compare = host_compare};

	addresses_sort(ledger);
	table_sort(&edges);
	table_sort(&hosts);
	ledger->indexed = false;
	ledger->sure = 0;
	ledger->sorted_at = ledger->changes;
}

void ledger_index(struct ledger *ledger)
{
	if (ledger->indexed)
		return;
	address_table_index(&ledger->addresses);
	edge_table_compact(ledger);
	host_table_compact(ledger);
	ledger->indexed = true;
}

bool ledger_find_edge(const struct ledger *ledger, const struct edge_key *key, struct edge_row *row)
{
	size_t low = 0, high = ledger->edges.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct edge_key other = ledger_edge_key(ledger, middle);

		if (edge_key_compare(&other, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == ledger->edges.count)
		return false;
	const struct edge_key found = ledger_edge_key(ledger, low);
	if (edge_key_compare(&found, key) != 0)
		return false;
	*row = ledger_edge(ledger, low);
	return true;
}

static struct row_digest digest_of(uint32_t sensor, int32_t bucket)
{
	return (struct row_digest){.high = (uint64_t)sensor << 32 | ((uint32_t)bucket ^ 0x80000000U)};
}

static struct row_digest coverage_digest(const void *row)
{
	const struct coverage_row *coverage = row;

	return digest_of(coverage->sensor, coverage->bucket);
}

static struct row_digest anomaly_digest(const void *row)
{
	const struct anomaly_row *anomaly = row;
	struct row_digest digest = digest_of(anomaly->sensor, anomaly->bucket);

	digest.low = anomaly->kind;
	return digest;
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
	ledger_drop_view(ledger->view);
	if (!ledger_in_order(ledger))
		edges_and_hosts_sort(ledger);
	row_table_sort(&ledger->coverage, coverage_digest, coverage_row_compare);
	row_table_sort(&ledger->anomalies, anomaly_digest, anomaly_compare);
	ledger_join_spans(ledger);
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
