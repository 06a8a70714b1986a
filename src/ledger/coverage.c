#include "base/mem.h"
#include "internal.h"
#include <stdlib.h>
#include <string.h>

void coverage_row_add(struct coverage_row *row, const struct coverage_row *more)
{
	row->minutes |= more->minutes;
	row->packets += more->packets;
	for (size_t i = 0; i < ACCOUNT_COUNT; i++)
		row->accounting[i] += more->accounting[i];
	row->dropped += more->dropped;
	row->clock_steps += more->clock_steps;
	row->folded += more->folded;
	if (more->snaplen_min != 0 && (row->snaplen_min == 0 || more->snaplen_min < row->snaplen_min))
		row->snaplen_min = more->snaplen_min;
	row->health.tcp_bytes += more->health.tcp_bytes;
	row->health.acked_unseen_bytes += more->health.acked_unseen_bytes;
	row->health.sided_flows += more->health.sided_flows;
	row->health.onesided_flows += more->health.onesided_flows;
	row->health.evidence_cut += more->health.evidence_cut;
	row->health.evicted += more->health.evicted;
	row->duplicates += more->duplicates;
	row->forgotten += more->forgotten;
}

int coverage_row_compare(const void *a, const void *b)
{
	const struct coverage_row *left = a;
	const struct coverage_row *right = b;

	if (left->sensor != right->sensor)
		return left->sensor < right->sensor ? -1 : 1;
	return (left->bucket > right->bucket) - (left->bucket < right->bucket);
}

static struct coverage_row *row_obtain(struct ledger *ledger, uint32_t sensor, int32_t bucket)
{
	struct row_table *table = &ledger->coverage;
	struct coverage_row key = {.sensor = sensor, .bucket = bucket};
	uint64_t hash = row_table_hash(table, &key);
	struct coverage_row *row = row_table_find(table, &key, hash);

	if (!row && table->count < ledger->coverage_max)
		row = row_table_add(table, &key, hash);
	/* Beyond the limit totals stay exact, their bucket does not. */
	if (!row && table->count > 0)
		row = row_table_at(table, table->count - 1);
	if (row)
		ledger->coverage_latest = (size_t)(row - (struct coverage_row *)table->rows);
	return row;
}

struct coverage_row *ledger_coverage(struct ledger *ledger, uint32_t sensor, int32_t bucket)
{
	struct coverage_row *row = (struct coverage_row *)ledger->coverage.rows + ledger->coverage_latest;

	/* Mostly the same as last time. */
	if (ledger->coverage_latest < ledger->coverage.count && row->sensor == sensor &&
	    row->bucket == bucket)
		return row;
	return row_obtain(ledger, sensor, bucket);
}

int ledger_add_coverage(struct ledger *ledger, const struct coverage_row *more)
{
	struct coverage_row *row = ledger_coverage(ledger, more->sensor, more->bucket);

	if (!row)
		return -1;
	coverage_row_add(row, more);
	return 0;
}

static int span_compare(const void *a, const void *b)
{
	const struct coverage_span *left = a;
	const struct coverage_span *right = b;

	if (left->sensor != right->sensor)
		return left->sensor < right->sensor ? -1 : 1;
	return (left->first_ns > right->first_ns) - (left->first_ns < right->first_ns);
}

/* True when B begins in A or on the nanosecond after it. */
static bool span_touches(const struct coverage_span *a, const struct coverage_span *b)
{
	return a->sensor == b->sensor && (a->last_ns == INT64_MAX || b->first_ns <= a->last_ns + 1);
}

static bool spans_apart(const struct coverage_span *a, const struct coverage_span *b)
{
	return span_compare(a, b) < 0 && !span_touches(a, b);
}

void ledger_join_spans(struct ledger *ledger)
{
	struct coverage_span *spans = ledger->spans;
	size_t kept = 0;

	if (ledger->span_count < 2)
		return;
	qsort(spans, ledger->span_count, sizeof(*spans), span_compare);
	for (size_t i = 1; i < ledger->span_count; i++) {
		if (!span_touches(&spans[kept], &spans[i]))
			spans[++kept] = spans[i];
		else if (spans[i].last_ns > spans[kept].last_ns)
			spans[kept].last_ns = spans[i].last_ns;
	}
	ledger->span_count = kept + 1;
}

/* The minutes of BUCKET that FIRST..LAST touches. */
static uint16_t minutes_between(int32_t bucket, int64_t first_ns, int64_t last_ns)
{
	unsigned low = 0;
	unsigned high = BUCKET_MINUTES - 1;

	if (time_bucket(first_ns) == bucket)
		low = (unsigned)__builtin_ctz(time_minute_bit(first_ns));
	if (time_bucket(last_ns) == bucket)
		high = (unsigned)__builtin_ctz(time_minute_bit(last_ns));
	return (uint16_t)((1U << (high + 1)) - (1U << low));
}

int ledger_cover(struct ledger *ledger, uint32_t sensor, int64_t first_ns, int64_t last_ns)
{
	struct coverage_span span = {.sensor = sensor, .first_ns = first_ns, .last_ns = last_ns};

	if (mem_grow((void **)&ledger->spans, &ledger->span_capacity, ledger->span_count + 1, sizeof(span)))
		return -1;
	ledger->spans[ledger->span_count++] = span;
	/* Spans mostly come in order and apart: nothing to do then. */
	if (ledger->span_count > 1 && !spans_apart(&ledger->spans[ledger->span_count - 2], &span))
		ledger_join_spans(ledger);
	for (int32_t bucket = time_bucket(first_ns); bucket <= time_bucket(last_ns); bucket++) {
		struct coverage_row *row = ledger_coverage(ledger, sensor, bucket);

		if (!row)
			return -1;
		if (row->bucket != bucket) /* the limit is reached: the spans alone tell of what follows */
			return 0;
		row->minutes |= minutes_between(bucket, first_ns, last_ns);
	}
	return 0;
}
