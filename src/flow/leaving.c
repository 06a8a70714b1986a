/*
 * Flows that are ended early because memory is used up: the least recent ones, in order of (last time, key).
 * Flow time never runs backwards, so that a list of them in order stays in order: those that had a packet
 * since, or ended, are passed over; every flow that is not on it is more recent than all that are. So the
 * less recent half is listed at once and lasts for several times. Where a time is set back after all, the
 * list is made anew.
 */
#include "base/mem.h"
#include "order.h"

void leaving_forget(struct flow_table *table)
{
	mem_free(table->leaving.flows);
	table->leaving = (struct leaving){NULL, 0, 0};
}

bool leaving_is_recent(const struct flow_table *table)
{
	const struct leaving *leaving = &table->leaving;

	/* Nothing is over sooner after its last packet than what was closed. */
	return leaving->at < leaving->count &&
	       time_between(leaving->flows[leaving->at].time_ns, table->clock.now_ns) <
		   SECONDS_CLOSED * (uint64_t)NSEC_PER_SEC;
}

/* All flows alive by last time; NULL without memory. */
static struct candidate *list_alive(const struct flow_table *table, size_t *count)
{
	struct candidate *all =
	    mem_resize(NULL, table->statistics.alive ? table->statistics.alive : 1, sizeof(*all));

	*count = 0;
	for (uint32_t i = 0; all && i < table->hots.made; i++) {
		const struct flow_hot *hot = table_hot(table, i);

		if (flow_hot_is_used(hot))
			all[(*count)++] = (struct candidate){hot->last_ns, i};
	}
	return all;
}

/* Lists the less recent half, and WANTED at least. False without memory. */
static bool list(struct flow_table *table, size_t wanted)
{
	struct leaving *leaving = &table->leaving;
	struct candidate *fewer;
	size_t count;

	leaving_forget(table);
	leaving->flows = list_alive(table, &count);
	if (!leaving->flows)
		return false;
	wanted = wanted < count / 2 ? count / 2 : wanted < count ? wanted : count;
	order_first(table, leaving->flows, count, wanted);
	leaving->count = wanted;
	fewer = mem_resize(leaving->flows, wanted, sizeof(*fewer));
	leaving->flows = fewer ? fewer : leaving->flows;
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
