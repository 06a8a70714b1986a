/* Rows of RST and FIN alone. */
#include "judge_parts.h"

static uint64_t outcomes(const struct edge_row *row)
{
	return row->events[FLOW_SUCCEEDED] + row->events[FLOW_REFUSED] + row->events[FLOW_RESET] +
	       row->events[FLOW_EXPIRED] + row->events[FLOW_PROBED] + row->events[FLOW_ANSWER];
}

/* Strays of the next bucket that began before it. */
static uint64_t strays_carried(const struct edge_row *rows, size_t count, const struct edge_row *row)
{
	struct edge_key next = row->key;
	size_t low = 0, high = count;

	next.bucket++;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (edge_key_compare(&rows[middle].key, &next) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == count || edge_key_compare(&rows[low].key, &next) != 0 ||
	    rows[low].events[FLOW_STRAY] <= edge_flows(&rows[low]))
		return 0;
	return rows[low].events[FLOW_STRAY] - edge_flows(&rows[low]);
}

/* A flow counts where it begins, its being a stray where it ends, which may be a bucket later. */
bool edge_is_stray(const struct edge_row *rows, size_t count, size_t row)
{
	const struct edge_row *at = &rows[row];
	uint64_t flows = edge_flows(at);

	if (outcomes(at) != 0)
		return false;
	if (at->events[FLOW_STRAY] >= flows)
		return at->events[FLOW_STRAY] > 0;
	return at->events[FLOW_STRAY] + strays_carried(rows, count, at) >= flows;
}
