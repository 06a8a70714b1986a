/*
 * What flow_table_finish would say, said of copies: the flows go on as if nobody had looked.
 */
#include "table.h"

/* An extra to work on, beside those of flows; it comes from their pool, because an entry names its extra by
 * number. */
static uint32_t take_scratch(struct flow_table *table)
{
	uint32_t number = flow_pool_take(&table->extras);

	return number == FLOW_POOL_NONE ? 0 : number + 1;
}

/* A copy of the flow of HOT, in LINE and COPY; its extra, if it has one, in SCRATCH. */
static void copy_flow(struct flow_table *view, const struct flow_hot *hot, uint32_t scratch,
		      struct flow_hot *line, struct flow_entry *copy)
{
	struct flow_extra *extra;

	if (hot->number == 0) {
		memset(line, 0, sizeof(*line));
		memset(copy, 0, sizeof(*copy));
		first_open(view, hot, line, copy);
		return;
	}
	*line = *hot;
	*copy = *table_entry(view, hot->number - 1);
	copy->hot = line;
	extra = table_extra(view, copy);
	if (extra && scratch) {
		copy->extra = scratch;
		memcpy(flow_pool_at(&view->extras, scratch - 1), extra, sizeof(*extra));
	}
}

static void peek(struct flow_table *view, const struct flow_hot *hot, uint32_t scratch, int64_t time_ns)
{
	struct flow_entry copy;
	struct flow_hot line;

	copy_flow(view, hot, scratch, &line, &copy);
	carried_say(view, &copy, time_ns);
	flow_conclude(view, &copy, END_COVERAGE, time_ns);
	flow_emit(view, &copy);
}

int flow_table_peek(struct flow_table *table, int64_t time_ns, const struct flow_sink *sink)
{
	uint32_t scratch = take_scratch(table);
	struct flow_table view;

	if (!scratch)
		return -1;
	time_ns = time_ns > table->clock.now_ns ? time_ns : table->clock.now_ns;
	view = *table;
	view.sink = *sink;
	view.sink.record = NULL;
	for (uint32_t i = 0; i < table->hots.made; i++) {
		const struct flow_hot *hot = table_hot(table, i);

		if (flow_hot_is_used(hot))
			peek(&view, hot, scratch, time_ns);
	}
	carried_say_unmet(&view, time_ns);
	flow_pool_give(&table->extras, scratch - 1);
	return 0;
}
