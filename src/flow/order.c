/*
 * Sorting by time goes digit by digit, since there may be millions of flows; keys are compared only where
 * times are equal. Nothing here is worse than n log n, whatever times somebody made up.
 */
#include "order.h"
#include "base/mem.h"

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

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
	const uint64_t x[2] = {narrow_end(a, 0), narrow_end(a, 1)},
		       y[2] = {narrow_end(b, 0), narrow_end(b, 1)};
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

bool order_before(const struct flow_table *table, const struct candidate *a, const struct candidate *b)
{
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns;
	return compare_keys(table, table_hot(table, a->number), table_hot(table, b->number)) < 0;
}

static void sift_down(const struct flow_table *table, struct candidate *heap, size_t at, size_t count)
{
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		struct candidate swap = heap[at];

		if (child + 1 < count && order_before(table, &heap[child], &heap[child + 1]))
			child++;
		if (!order_before(table, &heap[at], &heap[child]))
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

/* The keys of those at one time, which are compared in a moment. Inlined by force: see ledger/delta.c. */
static inline __attribute__((always_inline)) void
prefetch_keys(const struct flow_table *table, const struct candidate *all, size_t count, size_t at)
{
	enum { AHEAD = 16 };

	if (at + AHEAD >= count || all[at + AHEAD].time_ns != all[at + AHEAD - 1].time_ns)
		return;
	__builtin_prefetch(table_hot(table, all[at + AHEAD].number));
	__builtin_prefetch(table_hot(table, all[at + AHEAD - 1].number));
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

		prefetch_keys(table, all, count, i);
		for (; at > 0 && moves > 0 && order_before(table, &one, &all[at - 1]); at--, moves--)
			all[at] = all[at - 1];
		all[at] = one;
		if (moves == 0)
			return false;
	}
	return true;
}

static void sort_by_heap(const struct flow_table *table, struct candidate *all, size_t count)
{
	make_heap(table, all, count);
	for (size_t end = count; end-- > 1;) {
		struct candidate last = all[end];

		all[end] = all[0];
		all[0] = last;
		sift_down(table, all, 0, end);
	}
}

static void swap(struct candidate *a, struct candidate *b)
{
	struct candidate other = *a;

	*a = *b;
	*b = other;
}

/* The earliest time; *SPAN_NS: how much later the latest one is. */
static int64_t earliest(const struct candidate *all, size_t count, uint64_t *span_ns)
{
	int64_t first_ns = INT64_MAX, last_ns = INT64_MIN;

	for (size_t i = 0; i < count; i++) {
		first_ns = all[i].time_ns < first_ns ? all[i].time_ns : first_ns;
		last_ns = all[i].time_ns > last_ns ? all[i].time_ns : last_ns;
	}
	*span_ns = time_between(first_ns, last_ns);
	return first_ns;
}

/* FIRST_NS is the earliest of all. */
static unsigned digit(const struct candidate *one, int64_t first_ns, unsigned shift)
{
	return (unsigned)(((uint64_t)one->time_ns - (uint64_t)first_ns) >> shift) & (DIGITS - 1);
}

/* One pass, from the least digit on: moves FROM to TO by the digit at SHIFT, equal ones in the order they
 * had. */
static void deal(const struct candidate *from, struct candidate *to, size_t count, int64_t first_ns,
		 unsigned shift)
{
	size_t places[DIGITS] = {0}, place = 0;

	for (size_t i = 0; i < count; i++)
		places[digit(&from[i], first_ns, shift)]++;
	for (size_t i = 0; i < DIGITS; i++) {
		size_t here = places[i];

		places[i] = place;
		place += here;
	}
	for (size_t i = 0; i < count; i++)
		to[places[digit(&from[i], first_ns, shift)]++] = from[i];
}

/* ROOM: for as many again. */
static void sort_by_time(struct candidate *all, size_t count, struct candidate *room)
{
	struct candidate *from = all, *to = room;
	uint64_t span_ns;
	int64_t first_ns = earliest(all, count, &span_ns);

	for (unsigned shift = 0; shift < 64 && span_ns >> shift > 0; shift += DIGIT_BITS) {
		struct candidate *dealt = to;

		deal(from, to, count, first_ns, shift);
		to = from;
		from = dealt;
	}
	if (from != all)
		memcpy(all, from, count * sizeof(*all));
}

/* Without room they are sorted by comparing alone. */
static void sort(const struct flow_table *table, struct candidate *all, size_t count, struct candidate *room)
{
	enum { FEW = 256 };

	if (count > FEW && room)
		sort_by_time(all, count, room);
	if (!sort_few(table, all, count))
		sort_by_heap(table, all, count);
}

void order_sort(const struct flow_table *table, struct candidate *all, size_t count)
{
	struct candidate *room = mem_resize(NULL, count, sizeof(*room));

	sort(table, all, count, room);
	mem_free(room);
}

/* The part of ALL that is still to be divided: below FROM all are wanted, from TO on none. */
struct division {
	size_t from, to;
};

/* Puts those of the part whose digit is below PIVOT in front, those above it behind; the part is what is
 * left. */
static void divide(struct candidate *all, struct division *part, int64_t first_ns, unsigned shift,
		   unsigned pivot)
{
	for (size_t i = part->from; i < part->to;) {
		unsigned here = digit(&all[i], first_ns, shift);

		if (here < pivot)
			swap(&all[i++], &all[part->from++]);
		else if (here > pivot)
			swap(&all[i], &all[--part->to]);
		else
			i++;
	}
}

/* The digit at which the wanted ones end. */
static unsigned pivot_of(const struct candidate *all, const struct division *part, int64_t first_ns,
			 unsigned shift, size_t wanted)
{
	size_t counts[DIGITS] = {0}, below = part->from;
	unsigned pivot = 0;

	for (size_t i = part->from; i < part->to; i++)
		counts[digit(&all[i], first_ns, shift)]++;
	while (pivot < DIGITS - 1 && below + counts[pivot] < wanted)
		below += counts[pivot++];
	return pivot;
}

void order_first(const struct flow_table *table, struct candidate *all, size_t count, size_t wanted)
{
	struct division part = {0, count};
	uint64_t span_ns = 1;

	if (!all || wanted == 0)
		return;
	while (part.from < wanted && wanted < part.to && span_ns > 0) {
		int64_t first_ns = earliest(&all[part.from], part.to - part.from, &span_ns);
		unsigned shift = 0;

		while (span_ns >> shift >= DIGITS)
			shift++;
		divide(all, &part, first_ns, shift, pivot_of(all, &part, first_ns, shift, wanted));
	}
	/* What is left is of one time. */
	if (part.from < wanted && wanted < part.to)
		sort_by_heap(table, &all[part.from], part.to - part.from);
	if (count - wanted >= wanted)
		sort(table, all, wanted, all + wanted);
	else
		order_sort(table, all, wanted);
}
