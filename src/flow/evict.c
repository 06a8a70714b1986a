/*
 * Passes over the whole table: at the end, when memory is used up, when a gap or the caller asks. Whatever is
 * ended together is ended in an order that depends on packets only.
 */
#include "base/mem.h"
#include "order.h"

/* What ending one flow of a list touches is asked for while others are ended. */
static inline __attribute__((always_inline)) void
look_ahead(const struct flow_table *table, const struct candidate *all, size_t count, size_t at)
{
	enum { LINE_AHEAD = 32, ENTRY_AHEAD = 16 };

	if (at + LINE_AHEAD < count)
		__builtin_prefetch(table_hot(table, all[at + LINE_AHEAD].number), 1);
	if (at + ENTRY_AHEAD < count)
		order_prefetch_entry(table, table_hot(table, all[at + ENTRY_AHEAD].number));
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

/* When the flow of a line that is looked at soon was opened. Inlined by force: see ledger/delta.c. */
static inline __attribute__((always_inline)) void prefetch_opened(const struct flow_table *table,
								  uint32_t number)
{
	enum { AHEAD = 16 };
	const struct flow_hot *hot;

	if (number + AHEAD >= table->hots.made)
		return;
	hot = table_hot(table, number + AHEAD);
	if (hot->number)
		__builtin_prefetch(&table_entry(table, hot->number - 1)->opened_ns);
}

/* All flows alive, by first time; NULL without memory. */
static struct candidate *list_alive(const struct flow_table *table, size_t *count)
{
	struct candidate *all =
	    mem_resize(NULL, table->statistics.alive ? table->statistics.alive : 1, sizeof(*all));

	*count = 0;
	for (uint32_t i = 0; all && i < table->hots.made; i++) {
		const struct flow_hot *hot = table_hot(table, i);

		prefetch_opened(table, i);
		if (flow_hot_is_used(hot))
			all[(*count)++] = (struct candidate){opened_ns(table, hot), i};
	}
	return all;
}

void table_make_room(struct flow_table *table)
{
	enum { FEW = 128 };
	uint64_t before = table->statistics.alive;

	/* Few at once while the list lasts: whoever shares packets with this table waits for it meanwhile. */
	if (leaving_is_recent(table)) {
		leaving_evict(table, before / 8 < FEW ? before / 8 + 1 : FEW);
		return;
	}
	end_due(table);
	/* An eighth at once, or what is due: little is left to do for each new flow then. */
	if (table->statistics.alive > before - before / 16 - (before < 16))
		leaving_evict(table, table->statistics.alive / 8 + 1);
}

/* How many flows of a list are still to be told, by chunk of the pools; NULL without memory. */
struct left {
	uint32_t *lines, *entries;
};

static struct left count_left(const struct flow_table *table, const struct candidate *all, size_t count)
{
	struct left left = {mem_calloc(table->hots.chunk_count, sizeof(uint32_t)),
			    mem_calloc(table->entries.chunk_count, sizeof(uint32_t))};

	for (size_t i = 0; left.lines && left.entries && i < count; i++) {
		uint32_t entry = table_hot(table, all[i].number)->number;

		left.lines[all[i].number >> HOT_SHIFT]++;
		if (entry)
			left.entries[(entry - 1) >> ENTRY_SHIFT]++;
	}
	return left;
}

/* What was told last in its chunk takes the chunk with it: the ledger grows meanwhile. */
static void release(struct flow_table *table, struct left *left, uint32_t number, uint32_t entry)
{
	if (!left->lines || !left->entries)
		return;
	if (entry && --left->entries[(entry - 1) >> ENTRY_SHIFT] == 0)
		flow_pool_release(&table->entries, entry - 1);
	if (--left->lines[number >> HOT_SHIFT] == 0)
		flow_pool_release(&table->hots, number);
}

/* At the end of coverage flows are only told, as all of them go at once. */
static void tell_listed(struct flow_table *table, const struct candidate *all, size_t count, int64_t time_ns)
{
	struct left left = count_left(table, all, count);

	for (size_t i = 0; i < count; i++) {
		struct flow_hot *hot = table_hot(table, all[i].number);

		look_ahead(table, all, count, i);
		flow_say_end(table, hot, END_COVERAGE, time_ns);
		release(table, &left, all[i].number, hot->number);
	}
	mem_free(left.lines);
	mem_free(left.entries);
}

/* A flow says one delta at its end, or two where it expires in a later bucket. */
static bool takes_any_order(const struct flow_table *table, int64_t time_ns)
{
	const struct flow_sink *sink = &table->sink;

	return sink->any_order && !sink->record && !sink->open &&
	       sink->any_order(sink->context, table->statistics.alive * 2, table->first_bucket,
			       time_bucket(time_ns));
}

/* Entry NUMBER is a flow's, and not one that was given back: then its line is free, or another's. */
static bool is_in_use(const struct flow_entry *e, uint32_t number)
{
	return e->hot && e->hot->number == number + 1;
}

/* The line of an entry that is told soon. Inlined by force: see ledger/delta.c. */
static inline __attribute__((always_inline)) void prefetch_line(const struct flow_table *table,
								uint32_t number)
{
	enum { AHEAD = 12 };

	if (number + AHEAD < table->entries.made)
		__builtin_prefetch(table_entry(table, number + AHEAD)->hot, 1);
}

/* All flows as their entries and then the remaining lines lie in memory, which is given back on the way. */
static void tell_as_they_lie(struct flow_table *table, int64_t time_ns)
{
	for (uint32_t i = 0; i < table->entries.made; i++) {
		struct flow_entry *e = table_entry(table, i);

		prefetch_line(table, i);
		if (is_in_use(e, i))
			flow_say_end(table, e->hot, END_COVERAGE, time_ns);
		if ((i + 1) % (1U << ENTRY_SHIFT) == 0)
			flow_pool_release(&table->entries, i);
	}
	for (uint32_t i = 0; i < table->hots.made; i++) {
		struct flow_hot *hot = table_hot(table, i);

		if (hot->number == 0 && flow_hot_is_used(hot))
			flow_say_end(table, hot, END_COVERAGE, time_ns);
	}
}

static void tell_in_order(struct flow_table *table, int64_t time_ns)
{
	size_t count;
	struct candidate *all = list_alive(table, &count);

	if (all) {
		order_sort(table, all, count);
		tell_listed(table, all, count, time_ns);
		mem_free(all);
	}
	for (uint32_t i = 0; !all && i < table->hots.made; i++) {
		if (flow_hot_is_used(table_hot(table, i)))
			flow_say_end(table, table_hot(table, i), END_COVERAGE, time_ns);
	}
}

void table_end_all(struct flow_table *table, int64_t time_ns)
{
	flow_index_empty(&table->index);
	if (takes_any_order(table, time_ns))
		tell_as_they_lie(table, time_ns);
	else
		tell_in_order(table, time_ns);
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
