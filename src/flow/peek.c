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

static void peek(struct flow_table *view, const struct flow_entry *e, uint32_t scratch, int64_t time_ns)
{
	struct flow_entry copy = *e;
	const struct flow_extra *extra = table_extra(view, e);

	carried_say(view, e, time_ns);
	if (extra) {
		copy.extra = scratch;
		*table_extra(view, &copy) = *extra;
	}
	flow_conclude(view, &copy, END_COVERAGE, time_ns);
	flow_emit(view, &copy);
}

int flow_table_peek(struct flow_table *table, int64_t time_ns, const struct flow_sink *sink)
{
	uint32_t scratch = take_scratch(table);
	struct flow_table view;

	if (!scratch)
		return -1;
	time_ns = time_ns > table->now_ns ? time_ns : table->now_ns;
	view = *table;
	view.sink = *sink;
	view.sink.record = NULL;
	for (uint32_t i = 0; i < table->entries.made; i++) {
		const struct flow_entry *e = table_entry(table, i);

		if (e->flags)
			peek(&view, e, scratch, time_ns);
	}
	carried_say_unmet(&view, time_ns);
	flow_pool_give(&table->extras, scratch - 1);
	return 0;
}
