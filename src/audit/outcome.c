/*
 * What became of a row's flows. A flow is counted in the bucket where things happen, so a row may hold the
 * end of a flow without its opening, or packets alone: a minute that is active belongs to a flow that
 * succeeded.
 */
#include "work.h"

const char *outcome_name(enum row_outcome outcome)
{
	static const char *const names[OUTCOME_COUNT] = {
	    [OUTCOME_ESTABLISHED] = "established", [OUTCOME_ANSWERED] = "answered",
	    [OUTCOME_ONEWAY] = "oneway",           [OUTCOME_PROBED] = "probed",
	    [OUTCOME_REFUSED] = "refused",         [OUTCOME_RESET] = "reset",
	    [OUTCOME_UNANSWERED] = "unanswered",   [OUTCOME_PENDING] = "pending",
	};

	return outcome < OUTCOME_COUNT ? names[outcome] : NULL;
}

static bool connects(const struct edge_row *row)
{
	return row->key.protocol == PROTO_TCP;
}

static uint64_t ends(const struct edge_row *row)
{
	const uint64_t *events = row->events;

	return events[FLOW_SUCCEEDED] + events[FLOW_REFUSED] + events[FLOW_RESET] + events[FLOW_EXPIRED] +
	       events[FLOW_PROBED] + events[FLOW_STRAY] + events[FLOW_ANSWER];
}

/* Only packets of flows that succeeded in an earlier bucket, or of ones that did so without saying here. */
static bool carries_on(const struct edge_row *row)
{
	return row->active_minutes != 0 && ends(row) == 0;
}

static bool went_both_ways(const struct edge_row *row)
{
	if (row->events[FLOW_SUCCEEDED] > row->events[FLOW_ONEWAY] || row->events[FLOW_ANSWER] > 0)
		return true;
	return carries_on(row) && row->packets[1] > 0;
}

/* A datagram that nobody answered is one-way: whether an answer was due only a rule can say. */
static bool went_one_way(const struct edge_row *row)
{
	return row->events[FLOW_ONEWAY] > 0 || carries_on(row) ||
	       (!connects(row) && row->events[FLOW_EXPIRED] > 0);
}

enum row_outcome row_outcome(const struct edge_row *row)
{
	if (went_both_ways(row))
		return connects(row) ? OUTCOME_ESTABLISHED : OUTCOME_ANSWERED;
	if (went_one_way(row))
		return OUTCOME_ONEWAY;
	if (row->events[FLOW_PROBED] > 0)
		return OUTCOME_PROBED;
	if (row->events[FLOW_REFUSED] > 0)
		return OUTCOME_REFUSED;
	if (row->events[FLOW_RESET] > 0)
		return OUTCOME_RESET;
	if (row->events[FLOW_EXPIRED] > 0)
		return OUTCOME_UNANSWERED;
	return edge_flows(row) > ends(row) ? OUTCOME_PENDING : OUTCOME_COUNT;
}

/* A datagram for which no answer is due has arrived for all that can be known, unless it was refused. */
static bool needs_no_answer(const struct edge_row *row, enum reply_expect reply)
{
	return !connects(row) && reply != REPLY_YES &&
	       edge_flows(row) + row->events[FLOW_EXPIRED] >
		   row->events[FLOW_REFUSED] + row->events[FLOW_RESET];
}

bool row_succeeded(const struct edge_row *row, enum reply_expect reply)
{
	if (went_both_ways(row) || needs_no_answer(row, reply))
		return true;
	return went_one_way(row) && (connects(row) || reply != REPLY_YES);
}

uint64_t row_attempts(const struct edge_row *row, enum reply_expect reply)
{
	uint64_t attempts = row->events[FLOW_REFUSED] + row->events[FLOW_RESET] + row->events[FLOW_PROBED];

	if (connects(row) || reply == REPLY_YES)
		attempts += row->events[FLOW_EXPIRED];
	if (!connects(row) && reply == REPLY_YES)
		attempts += row->events[FLOW_ONEWAY];
	return attempts;
}

bool row_heard(const struct edge_row *row)
{
	if (went_both_ways(row) || row->events[FLOW_PROBED] > 0)
		return true;
	return row->packets[1] > 0 && row->events[FLOW_REFUSED] == 0 && row->events[FLOW_RESET] == 0;
}
