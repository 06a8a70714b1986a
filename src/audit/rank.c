/*
 * Rows in the order of their edges, whatever their sensor, basis and confidence. Counts are taken so that an
 * edge that several sensors saw is counted once: in each bucket by the sensor that saw most.
 */
#include "base/radix.h"
#include "work.h"
#include <stdlib.h>

static int compare_edges(const struct edge_key *a, const struct edge_key *b)
{
	int order = addr_compare(&a->initiator, &b->initiator);

	if (order == 0)
		order = addr_compare(&a->responder, &b->responder);
	if (order != 0)
		return order;
	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	return (a->responder_port > b->responder_port) - (a->responder_port < b->responder_port);
}

bool rows_same_edge(const struct edge_row *a, const struct edge_row *b)
{
	return compare_edges(&a->key, &b->key) == 0;
}

/* The same edge, by briefs. */
static bool briefs_same_edge(const struct edge_brief *a, const struct edge_brief *b)
{
	return a->initiator == b->initiator && a->responder == b->responder && a->protocol == b->protocol &&
	       a->responder_port == b->responder_port;
}

size_t work_next_bucket(const struct audit_work *work, size_t row)
{
	const struct edge_brief start = work_brief(work, row);
	size_t low = row + 1, high = work->row_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct edge_brief other = work_brief(work, middle);

		if (other.sensor == start.sensor && other.bucket == start.bucket)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many bits the parts of a key take. */
struct widths {
	unsigned address, bucket;
	int32_t first_bucket;
};

/* Rows are in order of sensor, then bucket. */
static struct widths widths_of(const struct audit_work *work)
{
	int32_t first = INT32_MAX, last = INT32_MIN;

	for (size_t i = 0; i < work->row_count; i = work_next_bucket(work, i)) {
		int32_t bucket = work_brief(work, i).bucket;

		first = bucket < first ? bucket : first;
		last = bucket > last ? bucket : last;
	}
	return (struct widths){.address = radix_bits(ledger_address_count(work->ledger)),
			       .bucket = first > last ? 0 : radix_bits((uint64_t)((int64_t)last - first)),
			       .first_bucket = first};
}

static uint64_t order_key(const struct edge_brief *row, const struct widths *widths)
{
	enum { PROTOCOL_BITS = 8, PORT_BITS = 16 };
	struct radix_key key = {.left = 64};

	radix_key_add(&key, row->initiator, widths->address);
	radix_key_add(&key, row->responder, widths->address);
	radix_key_add(&key, row->protocol, PROTOCOL_BITS);
	radix_key_add(&key, row->responder_port, PORT_BITS);
	radix_key_add(&key, (uint64_t)((int64_t)row->bucket - widths->first_bucket), widths->bucket);
	return key.key;
}

static int compare_numbers(uint64_t left, uint64_t right)
{
	return (left > right) - (left < right);
}

/* What the key leaves open. Rows come in the order of their own keys, which decides last. */
static int compare_items(const void *a, const void *b, void *context)
{
	const struct audit_work *work = context;
	const struct radix_item *left = a, *right = b;
	struct edge_brief x = work_brief(work, left->value), y = work_brief(work, right->value);
	int order = compare_numbers(x.initiator, y.initiator);

	if (order == 0)
		order = compare_numbers(x.responder, y.responder);
	if (order == 0)
		order = compare_numbers(x.protocol, y.protocol);
	if (order == 0)
		order = compare_numbers(x.responder_port, y.responder_port);
	if (order == 0)
		order = (x.bucket > y.bucket) - (x.bucket < y.bucket);
	return order != 0 ? order : compare_numbers(left->value, right->value);
}

static void sort_rows(struct audit_work *work, struct radix_item *items)
{
	const struct widths widths = widths_of(work);
	size_t count = work->row_count;

	for (size_t i = 0; i < count; i++) {
		struct edge_brief row = work_brief(work, i);

		items[i] = (struct radix_item){order_key(&row, &widths), (uint32_t)i};
	}
	radix_sort(items, items + count, count);
	for (size_t first = 0, end; first < count; first = end) {
		for (end = first + 1; end < count && items[end].key == items[first].key; end++)
			;
		if (end - first > 1)
			qsort_r(&items[first], end - first, sizeof(*items), compare_items, work);
	}
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static bool same_place(const struct edge_brief *a, const struct edge_brief *b)
{
	return a->bucket == b->bucket && briefs_same_edge(a, b);
}

/* What all rows of one edge add to the whole. */
struct edge_count {
	struct edge_brief start; /* of the present edge and bucket */
	unsigned verdicts;       /* of the edge */
	uint64_t most, one;      /* flows of the edge in the bucket: by any sensor, by the present one */
	uint32_t sensor;
	uint64_t flows, edges[VERDICT_COUNT]; /* of all so far */
	bool any;
};

static void end_bucket(struct edge_count *count)
{
	count->flows += count->most;
	count->most = count->one = 0;
}

static void end_edge(struct edge_count *count)
{
	for (; count->verdicts != 0; count->verdicts &= count->verdicts - 1)
		count->edges[__builtin_ctz(count->verdicts)]++;
}

/* The next one in the order of ranks. */
static void count_row(struct edge_count *count, const struct edge_brief *row, enum edge_verdict verdict)
{
	if (!count->any || !same_place(&count->start, row)) {
		end_bucket(count);
		if (count->any && !briefs_same_edge(&count->start, row))
			end_edge(count);
		count->start = *row;
		count->any = true;
	} else if (row->sensor != count->sensor) {
		count->one = 0;
	}
	count->sensor = row->sensor;
	count->one += row->flows;
	count->most = larger(count->most, count->one);
	count->verdicts |= 1U << verdict;
}

/* Distinct (initiator, responder, protocol, responder port, verdict); and all flows. */
static void say_counts(struct audit_result *result, struct edge_count *count)
{
	end_bucket(count);
	end_edge(count);
	result->flows += count->flows;
	for (size_t i = 0; i < VERDICT_COUNT; i++) {
		result->edges[i] += count->edges[i];
		result->edge_count += count->edges[i];
	}
}

/* ROW ranks before BEFORE. */
static bool ranks_before(const struct edge_brief *row, const struct edge_brief *before)
{
	uint64_t ends = (uint64_t)row->initiator << 32 | row->responder,
		 ends_before = (uint64_t)before->initiator << 32 | before->responder;
	uint32_t service = (uint32_t)row->protocol << 16 | row->responder_port,
		 service_before = (uint32_t)before->protocol << 16 | before->responder_port;

	if (ends != ends_before)
		return ends < ends_before;
	return service != service_before ? service < service_before : row->bucket < before->bucket;
}

/* Counts all rows where their own order is that of ranks, as that of one sensor's quarter hour mostly is;
 * false, and nothing counted, where it is not. */
static bool count_ranked(struct audit_work *work)
{
	struct edge_count count = {.any = false};
	struct edge_brief before = {0};

	for (size_t i = 0; i < work->row_count; i++) {
		const struct edge_brief row = work_brief(work, i);

		if (i > 0 && ranks_before(&row, &before))
			return false;
		count_row(&count, &row, work->judged.edges[i].verdict);
		before = row;
	}
	say_counts(work->result, &count);
	return true;
}

static void count_sorted(struct audit_work *work)
{
	struct edge_count count = {.any = false};

	for (size_t i = 0; i < work->row_count; i++) {
		const struct edge_brief row = work_brief(work, work->order[i]);

		count_row(&count, &row, work->judged.edges[work->order[i]].verdict);
	}
	say_counts(work->result, &count);
}

static void rank_sorted(struct audit_work *work)
{
	void *block;
	struct radix_item *items = mem_large(work->row_count * 2 * sizeof(*items), &block);

	work->failed |= !items;
	if (!items)
		return;
	sort_rows(work, items);
	for (size_t i = 0; i < work->row_count; i++) {
		work->order[i] = items[i].value;
		work->ranks[items[i].value] = (uint32_t)i;
	}
	mem_free(block);
	count_sorted(work);
}

void ranks_build(struct audit_work *work)
{
	work->ranks = work_scratch(work, work->row_count + 1, sizeof(*work->ranks));
	work->order = work_scratch(work, work->row_count + 1, sizeof(*work->order));
	if (work->failed)
		return;
	if (!count_ranked(work)) {
		rank_sorted(work);
		return;
	}
	for (size_t i = 0; i < work->row_count; i++)
		work->order[i] = work->ranks[i] = (uint32_t)i;
}

size_t rank_of_edge(const struct audit_work *work, const struct edge_row *edge)
{
	size_t low = 0, high = work->row_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		struct edge_key key = work_key(work, work->order[middle]);

		if (compare_edges(&key, &edge->key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int compare_places(const void *a, const void *b)
{
	return compare_numbers(*(const size_t *)a, *(const size_t *)b);
}

static void add_row(struct tally *tally, const struct edge_row *row, enum reply_expect reply)
{
	tally->attempts += row_attempts(row, reply);
	tally->flows += edge_flows(row);
	tally->packets += row->packets[0] + row->packets[1];
	tally->bytes += row->bytes[0] + row->bytes[1];
}

static void take_times(struct tally *tally, const struct edge_row *row)
{
	if (row->first_ns == TIME_UNKNOWN)
		return;
	if (tally->first_ns == TIME_UNKNOWN || row->first_ns < tally->first_ns)
		tally->first_ns = row->first_ns;
	if (tally->last_ns == TIME_UNKNOWN || row->last_ns > tally->last_ns)
		tally->last_ns = row->last_ns;
}

/* Rows FIRST up to the end of its edge and bucket: the largest count of any sensor. Returns where the next
 * begins. */
static size_t tally_place(const struct audit_work *work, const size_t *rows, size_t first, size_t count,
			  enum reply_expect reply, struct tally *tally)
{
	const struct edge_brief start = work_brief(work, rows[first]);
	struct tally most = {0}, one = {0};
	uint32_t sensor = start.sensor;
	size_t i;

	for (i = first; i < count; i++) {
		const struct edge_brief brief = work_brief(work, rows[i]);
		struct edge_row row;

		if (!same_place(&start, &brief))
			break;
		row = work_row(work, rows[i]);
		if (brief.sensor != sensor)
			one = (struct tally){0};
		sensor = brief.sensor;
		add_row(&one, &row, reply);
		most.flows = larger(most.flows, one.flows);
		most.packets = larger(most.packets, one.packets);
		most.bytes = larger(most.bytes, one.bytes);
		most.attempts = larger(most.attempts, one.attempts);
		take_times(tally, &row);
	}
	tally->flows += most.flows;
	tally->packets += most.packets;
	tally->bytes += most.bytes;
	tally->attempts += most.attempts;
	return i;
}

struct tally tally_rows(const struct audit_work *work, size_t *rows, size_t count, enum reply_expect reply)
{
	struct tally tally = {.first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN};

	for (size_t i = 0; i < count; i++)
		rows[i] = work->ranks[rows[i]];
	if (count > 1)
		qsort(rows, count, sizeof(*rows), compare_places);
	for (size_t i = 0; i < count; i++)
		rows[i] = work->order[rows[i]];
	for (size_t i = 0; i < count;)
		i = tally_place(work, rows, i, count, reply, &tally);
	return tally;
}
