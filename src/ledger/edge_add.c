#include "internal.h"

/* What a counter of BITS bits that ran over leaves to the extra. */
#define CARRY(bits) (UINT64_C(1) << (bits))

/* One frame of a row's evidence. */
struct core_frame {
	uint64_t time, where;
};

static struct core_frame frame_of(const struct edge_core *core, enum edge_time which)
{
	return (struct core_frame){core_time(core, which), core->where[which]};
}

static void set_frame(struct edge_core *core, enum edge_time which, struct core_frame frame)
{
	core_set_time(core, which, frame.time);
	core->where[which] = frame.where;
}

/* As frame_ref_compare; both of one bucket. */
static int frame_compare(const struct ledger *ledger, struct core_frame a, struct core_frame b)
{
	const uint32_t *ranks = ledger->input_ranks;

	if ((a.where == 0) != (b.where == 0))
		return a.where == 0 ? 1 : -1;
	if (a.time != b.time)
		return a.time < b.time ? -1 : 1;
	if (ranks && where_input(a.where) != where_input(b.where))
		return ranks[where_input(a.where)] < ranks[where_input(b.where)] ? -1 : 1;
	return (a.where > b.where) - (a.where < b.where);
}

/* FRAME among the two smallest of KEPT, which are in order. */
static void frame_insert(const struct ledger *ledger, struct core_frame kept[LEDGER_OPENINGS],
			 struct core_frame frame)
{
	int first = frame_compare(ledger, frame, kept[0]);

	if (frame.where == 0 || first == 0)
		return;
	if (first < 0) {
		kept[1] = kept[0];
		kept[0] = frame;
	} else if (frame_compare(ledger, frame, kept[1]) < 0) {
		kept[1] = frame;
	}
}

static void openings_merge(const struct ledger *ledger, struct edge_core *row, struct core_frame first,
			   struct core_frame second)
{
	struct core_frame kept[LEDGER_OPENINGS] = {frame_of(row, TIME_OPENING), {CORE_TIME_NONE, 0}};

	frame_insert(ledger, kept, frame_of(row, TIME_SECOND));
	frame_insert(ledger, kept, first);
	frame_insert(ledger, kept, second);
	set_frame(row, TIME_OPENING, kept[0]);
	set_frame(row, TIME_SECOND, kept[1]);
}

void edge_core_settle(const struct ledger *ledger, struct edge_core *row)
{
	const struct core_frame none = {CORE_TIME_NONE, 0};

	openings_merge(ledger, row, none, none);
}

static void evidence_add(const struct ledger *ledger, struct edge_core *row, const struct edge_core *more)
{
	struct core_frame first = frame_of(more, TIME_OPENING), answer = frame_of(more, TIME_ANSWER);

	/* Mostly what comes later changes nothing. */
	if (first.where != 0 &&
	    (ledger->input_ranks || frame_compare(ledger, first, frame_of(row, TIME_SECOND)) < 0))
		openings_merge(ledger, row, first, frame_of(more, TIME_SECOND));
	if (answer.where != 0 && frame_compare(ledger, answer, frame_of(row, TIME_ANSWER)) < 0)
		set_frame(row, TIME_ANSWER, answer);
}

static void times_add(struct edge_core *row, const struct edge_core *more)
{
	uint64_t first = core_time(more, TIME_FIRST), last = core_time(more, TIME_LAST);
	uint64_t row_last = core_time(row, TIME_LAST);

	if (first == CORE_TIME_NONE)
		return;
	if (first < core_time(row, TIME_FIRST))
		core_set_time(row, TIME_FIRST, first);
	if (row_last == CORE_TIME_NONE || last > row_last)
		core_set_time(row, TIME_LAST, last);
}

static void small_counts_add(struct ledger *ledger, struct edge_core *row, const struct edge_core *more)
{
	for (size_t i = 0; i < FLOW_EVENT_COUNT; i++)
		if (__builtin_add_overflow(row->events[i], more->events[i], &row->events[i]))
			edge_extra_obtain(ledger, row)->events[i] += CARRY(16);
	if (__builtin_add_overflow(row->duplicates, more->duplicates, &row->duplicates))
		edge_extra_obtain(ledger, row)->duplicates += CARRY(16);
	if (__builtin_add_overflow(row->retransmitted, more->retransmitted, &row->retransmitted))
		edge_extra_obtain(ledger, row)->retransmitted += CARRY(8);
}

/* Four counters of 16 bits in a word are added at once; *FULL gets a bit for each that runs over. */
static inline uint64_t add_four(uint64_t into, uint64_t from, uint64_t *full)
{
	const uint64_t tops = UINT64_C(0x8000800080008000);
	uint64_t sum = ((into & ~tops) + (from & ~tops)) ^ ((into ^ from) & tops);

	*full |= ((into & from) | ((into | from) & ~sum)) & tops;
	return sum;
}

static void events_add(struct ledger *ledger, struct edge_core *row, const struct edge_core *more)
{
	uint64_t into[2], from[2], full = 0;
	uint32_t into_end, from_end;

	memcpy(into, row->events, sizeof(into));
	memcpy(from, more->events, sizeof(from));
	memcpy(&into_end, &row->events[8], sizeof(into_end));
	memcpy(&from_end, &more->events[8], sizeof(from_end));
	into[0] = add_four(into[0], from[0], &full);
	into[1] = add_four(into[1], from[1], &full);
	into_end = (uint32_t)add_four(into_end, from_end, &full);
	if ((full | more->duplicates | more->retransmitted) != 0) {
		small_counts_add(ledger, row, more);
		return;
	}
	memcpy(row->events, into, sizeof(into));
	memcpy(&row->events[8], &into_end, sizeof(into_end));
}
_Static_assert(FLOW_EVENT_COUNT == 10, "events are added as two words and a half");

void edge_core_add(struct ledger *ledger, struct edge_core *row, const struct edge_core *more)
{
	events_add(ledger, row, more);
	for (size_t side = 0; side < 2; side++) {
		if (__builtin_add_overflow(row->packets[side], more->packets[side], &row->packets[side]))
			edge_extra_obtain(ledger, row)->packets[side] += CARRY(32);
		if (__builtin_add_overflow(row->bytes[side], more->bytes[side], &row->bytes[side]))
			edge_extra_obtain(ledger, row)->bytes[side] += CARRY(32);
	}
	times_add(row, more);
	row->opened_minutes |= more->opened_minutes;
	row->answered_minutes |= more->answered_minutes;
	row->active_minutes |= more->active_minutes;
	if (more->vlan != row->vlan && more->vlan != 0) {
		if (row->vlan == 0) {
			row->vlan = more->vlan;
		} else {
			const struct edge_row other = {.first_ns = TIME_UNKNOWN,
						       .last_ns = TIME_UNKNOWN,
						       .vlans = {(uint16_t)(more->vlan - 1)},
						       .vlan_count = 1};

			edge_row_add(ledger, edge_extra_obtain(ledger, row), &other);
		}
	}
	evidence_add(ledger, row, more);
}
