/* Which time was covered, in whole minutes: what presence is measured by. */
#include "work.h"
#include <stdlib.h>

enum { SEC_PER_MINUTE = 60, SEC_PER_DAY = 86400 };

static int64_t floor_div(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

static int compare_spans(const void *a, const void *b)
{
	const struct coverage_span *left = a, *right = b;

	if (left->first_ns != right->first_ns)
		return left->first_ns < right->first_ns ? -1 : 1;
	return (left->last_ns > right->last_ns) - (left->last_ns < right->last_ns);
}

/* The spans of all sensors, in order of time. */
static struct coverage_span *sorted_spans(struct audit_work *work, size_t *count)
{
	const struct coverage_span *spans = ledger_spans(work->ledger, count);
	struct coverage_span *copy = work_scratch(work, *count + 1, sizeof(*copy));

	for (size_t i = 0; copy && i < *count; i++)
		copy[i] = spans[i];
	if (copy && *count > 1)
		qsort(copy, *count, sizeof(*copy), compare_spans);
	return copy;
}

static int32_t last_day(const struct audit_work *work)
{
	int64_t last_ns = ledger_last_ns(work->ledger);
	size_t count;
	const struct coverage_span *spans = ledger_spans(work->ledger, &count);

	for (size_t i = 0; i < count; i++)
		if (spans[i].last_ns > last_ns)
			last_ns = spans[i].last_ns;
	if (last_ns == TIME_UNKNOWN)
		last_ns = work->options->now_ns;
	return (int32_t)floor_div(time_sec_floor(last_ns), SEC_PER_DAY);
}

/* The start of a minute, held at the ends of time. */
static int64_t minute_start_ns(int64_t minute)
{
	int64_t start_ns;

	if (__builtin_mul_overflow(minute, SEC_PER_MINUTE * NSEC_PER_SEC, &start_ns))
		return minute < 0 ? TIME_UNKNOWN + 1 : INT64_MAX;
	return start_ns;
}

static void add_span(struct cover *cover, int64_t first_ns, int64_t last_ns)
{
	int64_t minute_ns = SEC_PER_MINUTE * NSEC_PER_SEC, length_ns = 0;
	struct cover_span *span = &cover->spans[cover->count++];

	span->first_ns = first_ns;
	span->last_ns = last_ns;
	span->first_minute = floor_div(first_ns, minute_ns) + (first_ns % minute_ns != 0);
	span->end_minute = floor_div(last_ns, minute_ns);
	if (__builtin_sub_overflow(last_ns, first_ns, &length_ns))
		length_ns = INT64_MAX;
	if (length_ns > cover->longest_ns)
		cover->longest_ns = length_ns;
}

void cover_build(struct audit_work *work)
{
	struct cover *cover = &work->cover;
	int64_t slack_ns = SEC_PER_MINUTE * NSEC_PER_SEC;
	size_t count;
	struct coverage_span *spans = sorted_spans(work, &count);

	cover->last_day = last_day(work);
	cover->spans = work_scratch(work, count + 1, sizeof(*cover->spans));
	if (!spans || !cover->spans)
		return;
	for (size_t i = 0, end; i < count; i = end) {
		int64_t last_ns = spans[i].last_ns;

		/* Files that follow each other leave a moment uncovered: a break under a minute hides no
		 * period. */
		for (end = i + 1; end < count && (spans[end].first_ns <= last_ns ||
						  spans[end].first_ns - slack_ns <= last_ns);
		     end++)
			if (spans[end].last_ns > last_ns)
				last_ns = spans[end].last_ns;
		add_span(cover, spans[i].first_ns, last_ns);
	}
}

bool cover_holds(const struct cover *cover, int64_t first_minute, int64_t end_minute)
{
	int64_t first_ns = minute_start_ns(first_minute), end_ns = minute_start_ns(end_minute);
	size_t low = 0, high = cover->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cover->spans[middle].last_ns < first_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low < cover->count && cover->spans[low].first_ns <= first_ns &&
	       cover->spans[low].last_ns >= end_ns;
}
