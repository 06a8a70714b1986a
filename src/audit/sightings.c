/*
 * In which minutes each bound host was seen in each rule, on which side. Every match also counts for its
 * system as a whole (host NO_INDEX), which is what rules ask for that somebody must use.
 */
#include "work.h"
#include <stdlib.h>

enum { PER_MATCH = 3 };

static int compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

/* By system, rule and host. */
static int compare_places(const struct sighting *a, const struct sighting *b)
{
	int order = compare_numbers(a->system, b->system);

	if (order == 0)
		order = compare_numbers(a->rule, b->rule);
	return order != 0 ? order : compare_numbers(a->host, b->host);
}

static int compare_sightings(const void *a, const void *b)
{
	const struct sighting *left = a, *right = b;
	int order = compare_places(left, right);

	if (order != 0)
		return order;
	if (left->side != right->side)
		return left->side < right->side ? -1 : 1;
	return (left->bucket > right->bucket) - (left->bucket < right->bucket);
}

static uint16_t minutes_of(const struct edge_row *row)
{
	uint16_t minutes = row->opened_minutes | row->answered_minutes | row->active_minutes;

	if (minutes == 0 && row->first_ns != TIME_UNKNOWN && time_bucket(row->first_ns) == row->key.bucket)
		minutes = time_minute_bit(row->first_ns);
	return minutes;
}

/* When it came to a success; of a connection that was up before the capture, all that was seen of it. */
static uint16_t success_minutes(const struct edge_row *row)
{
	if (row->answered_minutes)
		return row->answered_minutes;
	return row->opened_minutes ? row->opened_minutes : minutes_of(row);
}

static struct sighting read_row(const struct audit_work *work, const struct judge_match *match)
{
	const struct edge_row whole = work_row(work, match->row), *row = &whole;
	enum reply_expect reply = work->systems[match->system].plain->rules[match->rule].rule->reply;
	struct sighting sighting = {.system = match->system,
				    .rule = match->rule,
				    .host = NO_INDEX,
				    .side = SIDE_NONE,
				    .bucket = row->key.bucket,
				    .uncertain = match->uncertain};

	if (match->uncertain)
		return sighting;
	sighting.success = row_succeeded(row, reply);
	sighting.attempt = row_attempts(row, reply) > 0;
	if (sighting.success || sighting.attempt)
		sighting.seen = minutes_of(row);
	else
		sighting.pending = edge_flows(row) > 0;
	if (sighting.success)
		sighting.triggers = success_minutes(row);
	return sighting;
}

static void add_match(struct audit_work *work, const struct judge_match *match)
{
	struct sighting_list *list = &work->sightings;
	const struct edge_row whole = work_row(work, match->row), *row = &whole;
	struct sighting sighting = read_row(work, match);

	list->items[list->count++] = sighting;
	for (int side = SIDE_FROM; side <= SIDE_TO; side++) {
		struct host_ref ref = row_end(work, match->system, row, (side == SIDE_TO) != match->turned);

		if (ref.host == NO_INDEX)
			continue;
		sighting.host = ref.host;
		sighting.side = (uint8_t)side;
		list->items[list->count++] = sighting;
	}
}

static void join(struct sighting_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct sighting *into = kept > 0 ? &list->items[kept - 1] : NULL;
		const struct sighting *from = &list->items[i];

		if (!into || compare_sightings(into, from) != 0) {
			list->items[kept++] = *from;
			continue;
		}
		into->seen |= from->seen;
		into->triggers |= from->triggers;
		into->success |= from->success;
		into->attempt |= from->attempt;
		into->pending |= from->pending;
		into->uncertain |= from->uncertain;
	}
	list->count = kept;
}

void sightings_build(struct audit_work *work)
{
	struct sighting_list *list = &work->sightings;

	list->items = work_scratch(work, work->judged.match_count * PER_MATCH + 1, sizeof(*list->items));
	if (!list->items)
		return;
	for (size_t i = 0; i < work->judged.match_count; i++)
		if (!work->judged.matches[i].folded)
			add_match(work, &work->judged.matches[i]);
	if (list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items), compare_sightings);
	join(list);
}

/* The first that is not before PLACE. */
static size_t lower_bound(const struct sighting_list *list, const struct sighting *place)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_sightings(&list->items[middle], place) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct sighting_list between(const struct audit_work *work, const struct sighting *first,
				    const struct sighting *end)
{
	size_t from = lower_bound(&work->sightings, first), to = lower_bound(&work->sightings, end);

	return (struct sighting_list){work->sightings.items + from, to - from};
}

struct sighting_list sightings_of(const struct audit_work *work, size_t system, size_t rule, size_t host)
{
	struct sighting first = {.system = system, .rule = rule, .host = host, .bucket = INT32_MIN},
			end = first;

	end.side = SIDE_NONE + 1;
	return between(work, &first, &end);
}

struct sighting_list sightings_of_rule(const struct audit_work *work, size_t system, size_t rule)
{
	struct sighting first = {.system = system, .rule = rule, .bucket = INT32_MIN}, end = first;

	end.rule = rule + 1;
	return between(work, &first, &end);
}

static int64_t floor_bucket(int64_t minute)
{
	return minute / BUCKET_MINUTES - (minute % BUCKET_MINUTES < 0);
}

static bool has_minute(const struct sighting *sighting, int64_t first_minute, int64_t last_minute)
{
	int64_t start = (int64_t)sighting->bucket * BUCKET_MINUTES;

	for (int bit = 0; bit < BUCKET_MINUTES; bit++)
		if ((sighting->seen >> bit & 1) && start + bit >= first_minute && start + bit <= last_minute)
			return true;
	return false;
}

/* Where those of SIDE from BUCKET on begin in LIST, which is of one host. */
static size_t first_of_side(const struct sighting_list *list, uint8_t side, int64_t bucket)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct sighting *at = &list->items[middle];

		if (at->side < side || (at->side == side && at->bucket < bucket))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool sightings_within(const struct sighting_list *list, int64_t first_minute, int64_t last_minute)
{
	int64_t first = floor_bucket(first_minute), last = floor_bucket(last_minute);

	for (uint8_t side = SIDE_FROM; side <= (uint8_t)SIDE_NONE; side++) {
		for (size_t i = first_of_side(list, side, first);
		     i < list->count && list->items[i].side == side && list->items[i].bucket <= last; i++)
			if (has_minute(&list->items[i], first_minute, last_minute))
				return true;
	}
	return false;
}

bool sightings_any(const struct sighting_list *list, bool pending)
{
	for (size_t i = 0; i < list->count; i++)
		if (pending ? list->items[i].pending : list->items[i].success || list->items[i].attempt)
			return true;
	return false;
}
