/*
 * Flows that are ended early because memory is used up: the least recent ones, in order of (last time, key).
 * Flow time never runs backwards, so that a list of them in order stays in order: those that had a packet
 * since, or ended, are passed over; every flow that is not on it is more recent than all that are. So the
 * less recent half is listed at once and lasts for several times. Where a time is set back after all, the
 * list is made anew.
 */
#include "base/mem.h"
#include "order.h"

bool leaving_is_recent(const struct flow_table *table)
{
	const struct leaving *leaving = &table->leaving;

	/* Nothing is over sooner after its last packet than what was closed. */
	return leaving->at < leaving->count &&
	       time_between(leaving->flows[leaving->at].time_ns, table->clock.now_ns) <
		   SECONDS_CLOSED * (uint64_t)NSEC_PER_SEC;
}

/* Room for all flows alive, kept from one list to the next. */
static int make_list(struct flow_table *table)
{
	struct leaving *leaving = &table->leaving;
	size_t wanted = table->statistics.alive;
	struct candidate *more;

	leaving_forget(table);
	if (wanted <= leaving->capacity && leaving->flows)
		return 0;
	mem_free(leaving->flows);
	*leaving = (struct leaving){.flows = NULL};
	more = mem_resize(NULL, wanted, sizeof(*more));
	if (!more)
		return -1;
	*leaving = (struct leaving){.flows = more, .capacity = wanted};
	return 0;
}

/* All flows alive by last time. */
static size_t list_alive(const struct flow_table *table, struct candidate *all, size_t most)
{
	size_t count = 0;

	for (uint32_t i = 0; i < table->hots.made && count < most; i++) {
		const struct flow_hot *hot = table_hot(table, i);

		if (flow_hot_is_used(hot))
			all[count++] = (struct candidate){hot->last_ns, i};
	}
	return count;
}

/* Lists the less recent half, and WANTED at least. False without memory. */
static bool list(struct flow_table *table, size_t wanted)
{
	struct leaving *leaving = &table->leaving;
	size_t count;

	if (make_list(table))
		return false;
	count = list_alive(table, leaving->flows, leaving->capacity);
	wanted = wanted < count / 2 ? count / 2 : wanted < count ? wanted : count;
	order_first(table, leaving->flows, count, wanted);
	leaving->count = wanted;
	return true;
}

/* Of the list's last time there may be others, whose keys come before those of later flows. */
static void cut(struct leaving *leaving)
{
	int64_t last_ns;

	if (leaving->count == 0)
		return;
	last_ns = leaving->flows[leaving->count - 1].time_ns;
	while (leaving->count > 0 && leaving->flows[leaving->count - 1].time_ns == last_ns)
		leaving->count--;
}

/* Without memory for a list: one pass for the one flow to end. */
static void evict_one(struct flow_table *table)
{
	struct candidate oldest = {.number = FLOW_NONE};

	for (uint32_t i = 0; i < table->hots.made; i++) {
		const struct flow_hot *hot = table_hot(table, i);
		struct candidate one = {hot->last_ns, i};

		if (flow_hot_is_used(hot) &&
		    (oldest.number == FLOW_NONE || order_before(table, &one, &oldest)))
			oldest = one;
	}
	if (oldest.number != FLOW_NONE)
		(void)flow_end(table, oldest.number, END_EVICTED, table->clock.now_ns);
}

static bool is_as_listed(const struct flow_hot *hot, const struct candidate *one)
{
	return hot->last_ns == one->time_ns && flow_hot_is_used(hot);
}

/* What ending a flow touches is asked for while others are ended. */
static inline __attribute__((always_inline)) void look_ahead(const struct flow_table *table,
							     const struct leaving *leaving)
{
	enum { LINE_AHEAD = 32, ENTRY_AHEAD = 16 };
	const struct candidate *one = &leaving->flows[leaving->at];
	size_t left = leaving->count - leaving->at;

	if (LINE_AHEAD < left)
		__builtin_prefetch(table_hot(table, one[LINE_AHEAD].number), 1);
	if (ENTRY_AHEAD < left) {
		const struct flow_hot *hot = table_hot(table, one[ENTRY_AHEAD].number);

		if (is_as_listed(hot, &one[ENTRY_AHEAD])) {
			order_prefetch_entry(table, hot);
			table_prefetch_slot(table, hot);
		}
	}
}

/* Ends the next one of the list, unless it is not what it was. */
static bool evict_next(struct flow_table *table)
{
	struct leaving *leaving = &table->leaving;
	struct candidate one = leaving->flows[leaving->at];

	look_ahead(table, leaving);
	leaving->at++;
	if (!is_as_listed(table_hot(table, one.number), &one))
		return false;
	(void)flow_end(table, one.number, END_EVICTED, table->clock.now_ns);
	return true;
}

void leaving_evict(struct flow_table *table, size_t wanted)
{
	struct leaving *leaving = &table->leaving;
	bool fresh = false;

	while (wanted > 0 && leaving->at < leaving->count)
		wanted -= evict_next(table);
	if (wanted > 0) {
		fresh = true;
		if (!list(table, wanted))
			evict_one(table);
	}
	while (fresh && wanted > 0 && leaving->at < leaving->count)
		wanted -= evict_next(table);
	if (fresh)
		cut(leaving);
}
