/*
 * Passes over the whole table: at the end, when memory is used up, when a gap or the caller asks. Whatever is
 * ended together is ended in an order that depends on packets only.
 */
#include "base/mem.h"
#include "table.h"

struct candidate {
	int64_t time_ns;
	uint32_t number;
};

/* Which of the ends comes first in the order of ends. */
static unsigned lower_end(const struct flow_end ends[2])
{
	struct addr a = flow_end_addr(&ends[0]), b = flow_end_addr(&ends[1]);
	int order = addr_compare(&a, &b);

	return order > 0 || (order == 0 && flow_end_port(&ends[0]) > flow_end_port(&ends[1]));
}

static int compare_ends(const struct flow_end *x, const struct flow_end *y)
{
	struct addr address_x = flow_end_addr(x), address_y = flow_end_addr(y);
	int order = addr_compare(&address_x, &address_y);

	return order != 0 ? order : flow_end_port(x) - flow_end_port(y);
}

static uint64_t narrow_end(const struct flow_hot *hot, unsigned side)
{
	uint32_t address = (uint32_t)(hot->addresses >> 32 * side);
	uint8_t bytes[sizeof(address)];

	memcpy(bytes, &address, sizeof(bytes));
	return (uint64_t)bytes[0] << 40 | (uint64_t)bytes[1] << 32 | (uint64_t)bytes[2] << 24 |
	       (uint64_t)bytes[3] << 16 | flow_hot_port(hot, side);
}

/* The same order of keys that are not wide. */
static int compare_narrow(const struct flow_hot *a, const struct flow_hot *b)
{
	const uint64_t x[2] = {narrow_end(a, 0), narrow_end(a, 1)}, y[2] = {narrow_end(b, 0), narrow_end(b, 1)};
	unsigned low_x = x[0] > x[1], low_y = y[0] > y[1];

	if (x[low_x] != y[low_y])
		return x[low_x] < y[low_y] ? -1 : 1;
	if (x[low_x ^ 1] != y[low_y ^ 1])
		return x[low_x ^ 1] < y[low_y ^ 1] ? -1 : 1;
	return 0;
}

/* Keys in order: protocol, then the lower end, then the higher one. */
static int compare_keys(const struct flow_table *table, const struct flow_hot *a, const struct flow_hot *b)
{
	struct flow_end ends_a[2], ends_b[2];
	unsigned low_a, low_b;
	int order;

	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	if (!((a->direction | b->direction) & FLOW_WIDE))
		return compare_narrow(a, b);
	table_ends(table, a, ends_a);
	table_ends(table, b, ends_b);
	low_a = lower_end(ends_a);
	low_b = lower_end(ends_b);
	order = compare_ends(&ends_a[low_a], &ends_b[low_b]);
	return order != 0 ? order : compare_ends(&ends_a[low_a ^ 1], &ends_b[low_b ^ 1]);
}

static bool comes_before(const struct flow_table *table, const struct candidate *a, const struct candidate *b)
{
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns;
	return compare_keys(table, table_hot(table, a->number), table_hot(table, b->number)) < 0;
}

static void sift_down(const struct flow_table *table, struct candidate *heap, size_t at, size_t count)
{
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		struct candidate swap = heap[at];

		if (child + 1 < count && comes_before(table, &heap[child], &heap[child + 1]))
			child++;
		if (!comes_before(table, &heap[at], &heap[child]))
			return;
		heap[at] = heap[child];
		heap[child] = swap;
	}
}

static void make_heap(const struct flow_table *table, struct candidate *heap, size_t count)
{
	for (size_t i = count / 2; i-- > 0;)
		sift_down(table, heap, i, count);
}

/* Where no slot was used twice, flows lie in order already, but for those that began at one time. False where
 * they do not: what is left is unsorted. */
static bool sort_few(const struct flow_table *table, struct candidate *all, size_t count)
{
	enum { MOVES_EACH = 4 };
	size_t moves = count * MOVES_EACH;

	for (size_t i = 1; i < count; i++) {
		struct candidate one = all[i];
		size_t at = i;

		for (; at > 0 && moves > 0 && comes_before(table, &one, &all[at - 1]); at--, moves--)
			all[at] = all[at - 1];
		all[at] = one;
		if (moves == 0)
			return false;
	}
	return true;
}

static void sort_candidates(const struct flow_table *table, struct candidate *all, size_t count)
{
	if (sort_few(table, all, count))
		return;
	make_heap(table, all, count);
	for (size_t end = count; end-- > 1;) {
		struct candidate last = all[end];

		all[end] = all[0];
		all[0] = last;
		sift_down(table, all, 0, end);
	}
}

/* Puts the WANTED first ones of ALL in front, sorted. */
static void select_first(const struct flow_table *table, struct candidate *all, size_t count, size_t wanted)
{
	make_heap(table, all, wanted);
	for (size_t i = wanted; i < count; i++) {
		struct candidate worst = all[0];

		if (!comes_before(table, &all[i], &worst))
			continue;
		all[0] = all[i];
		all[i] = worst;
		sift_down(table, all, 0, wanted);
	}
	sort_candidates(table, all, wanted);
}

static inline __attribute__((always_inline)) void prefetch_parts(const struct flow_table *table,
								 const struct flow_hot *hot, bool slot)
{
	const char *e = hot->number ? (const char *)table_entry(table, hot->number - 1) : NULL;

	for (size_t at = 0; e && at < sizeof(struct flow_entry); at += FLOW_LINE_BYTES)
		__builtin_prefetch(e + at, 1);
	if (slot)
		table_prefetch_slot(table, hot);
}

/* Ends all flows of a list; at the end of coverage they are only told, as all of them go at once. What ending
 * one touches is asked for while others are ended. */
static void end_listed(struct flow_table *table, const struct candidate *all, size_t count,
		       enum flow_end_cause cause, int64_t time_ns)
{
	bool stays = cause == END_COVERAGE;

	enum { LINE_AHEAD = 16, ENTRY_AHEAD = 8 };

	for (size_t i = 0; i < count; i++) {
		if (i + LINE_AHEAD < count)
			__builtin_prefetch(table_hot(table, all[i + LINE_AHEAD].number), 1);
		if (i + ENTRY_AHEAD < count)
			prefetch_parts(table, table_hot(table, all[i + ENTRY_AHEAD].number), !stays);
		if (stays)
			flow_say_end(table, table_hot(table, all[i].number), cause, time_ns);
		else
			(void)flow_end(table, all[i].number, cause, time_ns);
	}
}

static void end_due(struct flow_table *table)
{
	for (uint32_t i = 0; i < table->hots.made; i++) {
		const struct flow_hot *hot = table_hot(table, i);

		if (flow_hot_is_used(hot) && flow_hot_is_over(table, hot, table->clock.now_ns))
			(void)flow_end(table, i, END_DUE, table->clock.now_ns);
	}
}

static int64_t opened_ns(const struct flow_table *table, const struct flow_hot *hot)
{
	return hot->number ? table_entry(table, hot->number - 1)->opened_ns : hot->last_ns;
}

/* All flows alive, by last or by first time; NULL without memory. */
static struct candidate *list_alive(const struct flow_table *table, bool by_last, size_t *count)
{
	struct candidate *all =
	    mem_calloc(table->statistics.alive ? table->statistics.alive : 1, sizeof(*all));

	*count = 0;
	for (uint32_t i = 0; all && i < table->hots.made; i++) {
		const struct flow_hot *hot = table_hot(table, i);

		if (flow_hot_is_used(hot))
			all[(*count)++] =
			    (struct candidate){by_last ? hot->last_ns : opened_ns(table, hot), i};
	}
	return all;
}

/* Without memory for a list: one pass for the one flow to end. */
static void evict_one(struct flow_table *table)
{
	struct candidate oldest = {.number = FLOW_NONE};

	for (uint32_t i = 0; i < table->hots.made; i++) {
		const struct flow_hot *hot = table_hot(table, i);
		struct candidate one = {hot->last_ns, i};

		if (flow_hot_is_used(hot) &&
		    (oldest.number == FLOW_NONE || comes_before(table, &one, &oldest)))
			oldest = one;
	}
	if (oldest.number != FLOW_NONE)
		(void)flow_end(table, oldest.number, END_EVICTED, table->clock.now_ns);
}

/* An eighth at once, so that the pass over all is paid by many new flows. */
static void evict(struct flow_table *table)
{
	size_t count, wanted = table->statistics.alive / 8 + 1;
	struct candidate *all = list_alive(table, true, &count);

	if (!all) {
		evict_one(table);
		return;
	}
	if (wanted > count)
		wanted = count;
	select_first(table, all, count, wanted);
	end_listed(table, all, wanted, END_EVICTED, table->clock.now_ns);
	mem_free(all);
}

void table_make_room(struct flow_table *table)
{
	uint64_t before = table->statistics.alive;

	end_due(table);
	if (table->statistics.alive > before - before / 16 - (before < 16))
		evict(table);
}

void table_end_all(struct flow_table *table, int64_t time_ns)
{
	size_t count;
	struct candidate *all = list_alive(table, false, &count);

	if (all) {
		sort_candidates(table, all, count);
		end_listed(table, all, count, END_COVERAGE, time_ns);
		mem_free(all);
	}
	for (uint32_t i = 0; !all && i < table->hots.made; i++) {
		if (flow_hot_is_used(table_hot(table, i)))
			flow_say_end(table, table_hot(table, i), END_COVERAGE, time_ns);
	}
	table_empty(table);
}

/* Hands on the bucket that is over of a flow that goes on. */
static void turn_if_decided(struct flow_table *table, struct flow_hot *hot)
{
	struct flow_entry *e;

	if (hot->number == 0) {
		/* Not so urgent that another flow would have to end for it. */
		struct flow_hot first = *hot;

		e = hot->last_ns < bucket_start_ns(table->clock.bucket) ? table_add_entry(table, hot) : NULL;
		if (!e)
			return;
		first_open(table, &first, hot, e);
	}
	e = table_entry(table, hot->number - 1);
	if (!flow_is_undecided(e))
		table_turn(table, e);
}

void table_walk_due(struct flow_table *table)
{
	for (uint32_t i = 0; i < table->hots.made; i++) {
		struct flow_hot *hot = table_hot(table, i);

		if (!flow_hot_is_used(hot))
			continue;
		if (flow_hot_is_over(table, hot, table->clock.now_ns))
			(void)flow_end(table, i, END_DUE, table->clock.now_ns);
		else
			turn_if_decided(table, hot);
	}
}

/* An answer could still have come when the gap began. */
static void mark_gaps(struct flow_table *table)
{
	for (uint32_t i = 0; i < table->hots.made; i++) {
		struct flow_hot *hot = table_hot(table, i);

		if (hot->number) {
			struct flow_entry *e = table_entry(table, hot->number - 1);

			if (flow_met_gap(table, e))
				hot->flags |= FLOW_GAPPED;
		} else if (flow_hot_is_used(hot) &&
			   table_gap_within(table, hot->last_ns, first_deadline(hot))) {
			hot->first.met_gap = true;
		}
	}
}

void table_settle_gaps(struct flow_table *table)
{
	end_due(table);
	mark_gaps(table);
	/* Flows that opened just before the last one may be met by it yet: its mark is theirs already. */
	table->gap_count = 0;
}
