/*
 * Rows in the order of their edges, whatever their sensor, basis and confidence. Counts are taken so that an
 * edge that several sensors saw is counted once: in each bucket by the sensor that saw most.
 */
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

static int compare_rows(const void *a, const void *b)
{
	const struct edge_row *left = *(const struct edge_row *const *)a,
			      *right = *(const struct edge_row *const *)b;
	int order = compare_edges(&left->key, &right->key);

	if (order != 0)
		return order;
	if (left->key.bucket != right->key.bucket)
		return left->key.bucket < right->key.bucket ? -1 : 1;
	return edge_key_compare(&left->key, &right->key);
}

void ranks_build(struct audit_work *work)
{
	const struct edge_row **sorted = work_scratch(work, work->row_count + 1, sizeof(struct edge_row *));

	work->ranks = work_scratch(work, work->row_count + 1, sizeof(*work->ranks));
	work->order = work_scratch(work, work->row_count + 1, sizeof(*work->order));
	if (!sorted || !work->ranks || !work->order)
		return;
	for (size_t i = 0; i < work->row_count; i++)
		sorted[i] = &work->rows[i];
	if (work->row_count > 1)
		qsort(sorted, work->row_count, sizeof(*sorted), compare_rows);
	for (size_t i = 0; i < work->row_count; i++) {
		work->order[i] = (size_t)(sorted[i] - work->rows);
		work->ranks[work->order[i]] = i;
	}
}

size_t rank_of_edge(const struct audit_work *work, const struct edge_row *edge)
{
	size_t low = 0, high = work->row_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_edges(&work->rows[work->order[middle]].key, &edge->key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int compare_numbers(const void *a, const void *b)
{
	size_t left = *(const size_t *)a, right = *(const size_t *)b;

	return (left > right) - (left < right);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
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

static bool same_place(const struct edge_row *a, const struct edge_row *b)
{
	return a->key.bucket == b->key.bucket && rows_same_edge(a, b);
}

/* Rows FIRST up to the end of its edge and bucket: the largest count of any sensor. Returns where the next
 * begins. */
static size_t tally_place(const struct audit_work *work, const size_t *rows, size_t first, size_t count,
			  enum reply_expect reply, struct tally *tally)
{
	const struct edge_row *start = &work->rows[rows[first]];
	struct tally most = {0}, one = {0};
	size_t i;

	for (i = first; i < count && same_place(start, &work->rows[rows[i]]); i++) {
		const struct edge_row *row = &work->rows[rows[i]];

		if (i > first && row->key.sensor != work->rows[rows[i - 1]].key.sensor)
			one = (struct tally){0};
		add_row(&one, row, reply);
		most.flows = larger(most.flows, one.flows);
		most.packets = larger(most.packets, one.packets);
		most.bytes = larger(most.bytes, one.bytes);
		most.attempts = larger(most.attempts, one.attempts);
		take_times(tally, row);
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
		qsort(rows, count, sizeof(*rows), compare_numbers);
	for (size_t i = 0; i < count; i++)
		rows[i] = work->order[rows[i]];
	for (size_t i = 0; i < count;)
		i = tally_place(work, rows, i, count, reply, &tally);
	return tally;
}

/* Distinct (initiator, responder, protocol, responder port, verdict). */
void count_edges(struct audit_work *work)
{
	struct audit_result *result = work->result;

	for (size_t i = 0, end; i < work->row_count; i = end) {
		const struct edge_row *first = &work->rows[work->order[i]];
		unsigned verdicts = 0;

		for (end = i; end < work->row_count && rows_same_edge(first, &work->rows[work->order[end]]);
		     end++)
			verdicts |= 1U << work->judged.edges[work->order[end]].verdict;
		for (unsigned verdict = 0; verdict < VERDICT_COUNT; verdict++) {
			result->edges[verdict] += verdicts >> verdict & 1;
			result->edge_count += verdicts >> verdict & 1;
		}
	}
}
