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

static void key_order(const struct flow_entry *e, unsigned *low)
{
	struct addr a = flow_end_addr(&e->end[0]), b = flow_end_addr(&e->end[1]);
	int order = addr_compare(&a, &b);

	*low = order > 0 || (order == 0 && flow_end_port(&e->end[0]) > flow_end_port(&e->end[1]));
}

/* Keys in order: protocol, then the lower end, then the higher one. */
static int compare_keys(const struct flow_entry *a, const struct flow_entry *b)
{
	unsigned low_a, low_b;

	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	key_order(a, &low_a);
	key_order(b, &low_b);
	for (unsigned i = 0; i < 2; i++) {
		const struct flow_end *x = &a->end[low_a ^ i], *y = &b->end[low_b ^ i];
		struct addr address_x = flow_end_addr(x), address_y = flow_end_addr(y);
		int order = addr_compare(&address_x, &address_y);

		if (order == 0)
			order = flow_end_port(x) - flow_end_port(y);
		if (order != 0)
			return order;
	}
	return 0;
}

static bool comes_before(const struct flow_table *table, const struct candidate *a, const struct candidate *b)
{
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns;
	return compare_keys(table_entry(table, a->number), table_entry(table, b->number)) < 0;
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

/* Ends all flows of a list. What ending one touches is asked for while others are ended. */
static void end_listed(struct flow_table *table, const struct candidate *all, size_t count,
		       enum flow_end_cause cause, int64_t time_ns)
{
	enum { ENTRY_AHEAD = 12, SLOT_AHEAD = 6 };

	for (size_t i = 0; i < count; i++) {
		if (i + ENTRY_AHEAD < count) {
			const char *e = (const char *)table_entry(table, all[i + ENTRY_AHEAD].number);

			for (size_t at = 0; at < sizeof(struct flow_entry); at += FLOW_LINE_BYTES)
				__builtin_prefetch(e + at, 1);
		}
		if (i + SLOT_AHEAD < count)
			table_prefetch_slot(table, table_entry(table, all[i + SLOT_AHEAD].number));
		flow_end(table, all[i].number, cause, time_ns);
	}
}

static void end_due(struct flow_table *table)
{
	for (uint32_t i = 0; i < table->entries.made; i++) {
		const struct flow_entry *e = table_entry(table, i);

		if (e->flags && flow_is_over(e, table->now_ns))
			flow_end(table, i, END_DUE, table->now_ns);
	}
}

/* All flows alive, by last or by first time; NULL without memory. */
static struct candidate *list_alive(const struct flow_table *table, bool by_last, size_t *count)
{
	struct candidate *all =
	    mem_calloc(table->statistics.alive ? table->statistics.alive : 1, sizeof(*all));

	*count = 0;
	for (uint32_t i = 0; all && i < table->entries.made; i++) {
		const struct flow_entry *e = table_entry(table, i);

		if (e->flags)
			all[(*count)++] = (struct candidate){by_last ? e->last_ns : e->opened_ns, i};
	}
	return all;
}

/* Without memory for a list: one pass for the one flow to end. */
static void evict_one(struct flow_table *table)
{
	struct candidate oldest = {.number = FLOW_NONE};

	for (uint32_t i = 0; i < table->entries.made; i++) {
		const struct flow_entry *e = table_entry(table, i);
		struct candidate one = {e->last_ns, i};

		if (e->flags && (oldest.number == FLOW_NONE || comes_before(table, &one, &oldest)))
			oldest = one;
	}
	if (oldest.number != FLOW_NONE)
		flow_end(table, oldest.number, END_EVICTED, table->now_ns);
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
	end_listed(table, all, wanted, END_EVICTED, table->now_ns);
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
		return;
	}
	for (uint32_t i = 0; i < table->entries.made; i++) {
		if (table_entry(table, i)->flags)
			flow_end(table, i, END_COVERAGE, time_ns);
	}
}

void table_walk_due(struct flow_table *table)
{
	for (uint32_t i = 0; i < table->entries.made; i++) {
		struct flow_entry *e = table_entry(table, i);

		if (e->flags && flow_is_over(e, table->now_ns))
			flow_end(table, i, END_DUE, table->now_ns);
		else if (e->flags && !flow_is_undecided(e))
			table_turn(table, e);
	}
}

/* An answer could still have come when the gap began. */
static void mark_gaps(struct flow_table *table)
{
	for (uint32_t i = 0; i < table->entries.made; i++) {
		struct flow_entry *e = table_entry(table, i);

		if (e->flags && flow_met_gap(table, e))
			e->flags |= FLOW_GAPPED;
	}
}

void table_settle_gaps(struct flow_table *table)
{
	end_due(table);
	mark_gaps(table);
	/* Flows that opened just before the last one may be met by it yet: its mark is theirs already. */
	table->gap_count = 0;
}
