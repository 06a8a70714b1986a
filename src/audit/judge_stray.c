/* Rows of RST and FIN alone. */
#include "judge_parts.h"

static uint64_t outcomes(const struct edge_row *row)
{
	return row->events[FLOW_SUCCEEDED] + row->events[FLOW_REFUSED] + row->events[FLOW_RESET] +
	       row->events[FLOW_EXPIRED] + row->events[FLOW_PROBED] + row->events[FLOW_ANSWER];
}

/* Strays of the next bucket that began before it. */
static uint64_t strays_carried(const struct ledger *ledger, const struct edge_row *row)
{
	struct edge_key key = row->key;
	struct edge_row next;

	key.bucket++;
	if (!ledger_find_edge(ledger, &key, &next) || next.events[FLOW_STRAY] <= edge_flows(&next))
		return 0;
	return next.events[FLOW_STRAY] - edge_flows(&next);
}

/* A flow counts where it begins, its being a stray where it ends, which may be a bucket later. */
bool edge_is_stray(const struct ledger *ledger, const struct edge_row *row)
{
	uint64_t flows = edge_flows(row);

	if (outcomes(row) != 0)
		return false;
	if (row->events[FLOW_STRAY] >= flows)
		return row->events[FLOW_STRAY] > 0;
	return row->events[FLOW_STRAY] + strays_carried(ledger, row) >= flows;
}
