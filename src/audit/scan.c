/*
 * Scans: 16 or more distinct (responder, port) that one initiator tried in one bucket, where none of it
 * succeeded and no rule says anything about it. A datagram that nobody answered is a try as well: that is how
 * UDP is scanned.
 */
#include "work.h"
#include <stdlib.h>

enum { SCAN_TARGETS_MIN = 16 };

/* A candidate that may belong to a scan. Addresses are places in their order. */
struct probe {
	struct edge_brief brief;
	size_t row, candidate;
	bool is_try;
};

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_targets(const struct edge_brief *a, const struct edge_brief *b)
{
	if (a->responder != b->responder)
		return compare_numbers(a->responder, b->responder);
	if (a->protocol != b->protocol)
		return compare_numbers(a->protocol, b->protocol);
	return compare_numbers(a->responder_port, b->responder_port);
}

static int compare_sources(const struct edge_brief *a, const struct edge_brief *b)
{
	if (a->initiator != b->initiator)
		return compare_numbers(a->initiator, b->initiator);
	return (a->bucket > b->bucket) - (a->bucket < b->bucket);
}

/* By initiator and bucket. */
static int compare_probes(const void *a, const void *b)
{
	const struct probe *left = a, *right = b;
	int order = compare_sources(&left->brief, &right->brief);

	if (order == 0)
		order = compare_targets(&left->brief, &right->brief);
	return order != 0 ? order : compare_numbers(left->row, right->row);
}

/* The reasons below `scan` in the order in which reasons are tried. */
static bool may_be_scan(const struct candidate *candidate, const struct edge_row *row)
{
	switch (candidate->reason) {
	case REASON_GROUP_NOISE:
	case REASON_DISPUTED_PORT:
	case REASON_UNKNOWN_PEER:
	case REASON_UNKNOWN_LISTENER:
	case REASON_NO_RULE: break;
	case REASON_NONE:
	case REASON_MODE_OFF:
	case REASON_UNDOCUMENTED_REPLY:
	case REASON_OPENED_BY_RESPONDER:
	case REASON_OPENED_FROM_SERVICE_PORT:
	case REASON_SCAN:
	case REASON_FTP_BOUNCE:
	case REASON_COUNT: return false;
	}
	return !row_is_group(row) && row->key.initiator.family != ADDR_NONE && row->key.fold == FOLD_NONE;
}

static bool is_try(const struct edge_row *row)
{
	enum row_outcome outcome = row_outcome(row);

	return outcome_is_attempt(outcome) || (outcome == OUTCOME_ONEWAY && row->key.protocol != PROTO_TCP);
}

/* Rows of one target lie together: all of them must be tries. Returns where the next target begins. */
static size_t read_target(const struct probe *probes, size_t first, size_t end, bool *only_tries)
{
	size_t i;

	*only_tries = true;
	for (i = first; i < end && compare_targets(&probes[first].brief, &probes[i].brief) == 0; i++)
		*only_tries &= probes[i].is_try;
	return i;
}

/* Counts the targets of one initiator in one bucket; when MARK says so, their candidates become a scan. */
static size_t walk_targets(const struct probe *probes, size_t first, size_t end, struct candidate_list *mark)
{
	size_t targets = 0;

	for (size_t i = first, next; i < end; i = next) {
		bool only_tries;

		next = read_target(probes, i, end, &only_tries);
		targets += only_tries;
		for (size_t j = i; mark && only_tries && j < next; j++) {
			mark->items[probes[j].candidate].reason = REASON_SCAN;
			mark->items[probes[j].candidate].rule = NO_INDEX;
		}
	}
	return targets;
}

void scans_mark(struct audit_work *work, struct candidate_list *list)
{
	struct probe *probes = work_scratch(work, list->count + 1, sizeof(*probes));
	size_t count = 0;

	for (size_t i = 0; probes && i < list->count; i++) {
		size_t at = list->items[i].edge;
		const struct edge_row row = work_row(work, at);

		if (may_be_scan(&list->items[i], &row))
			probes[count++] =
			    (struct probe){ledger_edge_brief(work->ledger, at), at, i, is_try(&row)};
	}
	if (count < SCAN_TARGETS_MIN)
		return;
	qsort(probes, count, sizeof(*probes), compare_probes);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && compare_sources(&probes[i].brief, &probes[end].brief) == 0;)
			end++;
		if (end - i >= SCAN_TARGETS_MIN && walk_targets(probes, i, end, NULL) >= SCAN_TARGETS_MIN)
			walk_targets(probes, i, end, list);
	}
}
