/*
 * Candidates for findings: one for each judged row that is unexpected or runs the wrong way, and for each row
 * of a fallback rule. A candidate is about one end, its *anchor*: the end bound to a product role; where both
 * are, the one whose role the signature names first (the manager before its many devices), else the
 * initiator. It does not depend on what else was captured, so ids are stable.
 */
#include "work.h"

enum { EPHEMERAL_FIRST = 32768, SERVICE_RANGE_MAX = 4096 };

static size_t first_role(uint64_t roles)
{
	return roles ? (size_t)__builtin_ctzll(roles) : NO_INDEX;
}

static uint8_t choose_anchor(const struct audit_work *work, const struct candidate *candidate)
{
	uint64_t products = work->systems[candidate->system].plain->product_roles;
	uint64_t roles[2];

	if (candidate->reason == REASON_SCAN)
		return 0;
	for (size_t i = 0; i < 2; i++)
		roles[i] = host_ref_roles(work, candidate->system, &candidate->ends[i]);
	if ((roles[0] | roles[1]) & products)
		return first_role(roles[1] & products) < first_role(roles[0] & products);
	return !roles[0] && roles[1];
}

/* Some rule names this port as a service's: not merely within "any port". */
static bool port_is_documented(const struct audit_work *work, size_t system, uint8_t protocol, uint16_t port)
{
	const struct matrix_system *plain = work->systems[system].plain;
	size_t count;
	const size_t *candidates = matrix_candidates(work->matrix, system, protocol, port, &count);

	for (size_t i = 0; i < count; i++) {
		const struct matrix_rule *rule = &plain->rules[candidates[i]];

		for (size_t j = 0; j < rule->port_count; j++)
			if (port_in_ranges(port, &rule->ports[j], 1) &&
			    rule->ports[j].high - rule->ports[j].low < SERVICE_RANGE_MAX)
				return true;
	}
	return false;
}

static int32_t port_to_fold_by(const struct audit_work *work, const struct candidate *candidate)
{
	const struct edge_key whole = work_key(work, candidate->edge), *key = &whole;

	if (candidate->reason == REASON_SCAN)
		return -1;
	if (protocol_has_ports(key->protocol) && key->responder_port >= EPHEMERAL_FIRST &&
	    !port_is_documented(work, candidate->system, key->protocol, key->responder_port))
		return 0;
	return key->responder_port;
}

static void finish_candidate(struct audit_work *work, struct candidate *candidate)
{
	const struct edge_key whole = work_key(work, candidate->edge), *key = &whole;
	struct exception_subject subject = {.kind = candidate->kind,
					    .system = candidate->system,
					    .rule = candidate->rule,
					    .initiator = &candidate->ends[0],
					    .responder = &candidate->ends[1],
					    .protocol = key->protocol,
					    .port = key->responder_port};

	candidate->protocol = key->protocol;
	candidate->anchor = choose_anchor(work, candidate);
	candidate->fold_port = port_to_fold_by(work, candidate);
	candidate->severity = edge_severity(work, candidate);
	candidate->exception = exception_find(work, &subject);
}

static void add_candidate(struct audit_work *work, struct candidate_list *list, struct candidate candidate)
{
	const struct edge_row whole = work_row(work, candidate.edge), *row = &whole;

	candidate.ends[0] = row_end(work, candidate.system, row, false);
	candidate.ends[1] = row_end(work, candidate.system, row, true);
	list->items[list->count++] = candidate;
}

static bool is_finding(const struct judged_edge *edge)
{
	return (edge->verdict == VERDICT_WRONG_DIRECTION || edge->verdict == VERDICT_UNEXPECTED) &&
	       !edge->stray && edge->system != NO_INDEX;
}

static size_t count_judged(const struct audit_work *work)
{
	size_t count = 0;

	for (size_t i = 0; i < work->judged.edge_count; i++)
		count += is_finding(&work->judged.edges[i]);
	return count;
}

static void add_judged(struct audit_work *work, struct candidate_list *list)
{
	for (size_t i = 0; i < work->judged.edge_count; i++) {
		const struct judged_edge *edge = &work->judged.edges[i];
		bool wrong_way = edge->verdict == VERDICT_WRONG_DIRECTION;

		if (!is_finding(edge))
			continue;
		add_candidate(
		    work, list,
		    (struct candidate){.edge = i,
				       .reason = edge->reason,
				       .kind = wrong_way ? FINDING_WRONG_DIRECTION : FINDING_UNEXPECTED,
				       .system = edge->system,
				       .rule = edge->rule});
	}
}

/* The edge was opened, if not in this row, which may be its answer or more packets, then in another. */
static bool was_opened(const struct audit_work *work, size_t match_row)
{
	const struct edge_row whole = work_row(work, match_row), *row = &whole;
	size_t at = rank_of_edge(work, row);

	for (; at < work->row_count; at++) {
		const struct edge_row other = work_row(work, work->order[at]);

		if (!rows_same_edge(&other, row))
			return false;
		if (edge_flows(&other) > 0)
			return true;
	}
	return false;
}

static size_t count_fallbacks(const struct audit_work *work)
{
	size_t count = 0;

	for (size_t i = 0; i < work->system_count; i++)
		for (size_t j = 0; j < work->systems[i].plain->rule_count; j++)
			if (work->systems[i].plain->rules[j].rule->fallback_for != NO_INDEX)
				count += work->systems[i].slices[j].count;
	return count;
}

static void add_fallbacks(struct audit_work *work, struct candidate_list *list)
{
	for (size_t i = 0; i < work->judged.match_count; i++) {
		const struct judge_match *match = &work->judged.matches[i];
		const struct matrix_rule *rule = &work->systems[match->system].plain->rules[match->rule];

		if (rule->rule->fallback_for == NO_INDEX || match->uncertain || match->folded ||
		    !was_opened(work, match->row))
			continue;
		add_candidate(work, list,
			      (struct candidate){.edge = match->row,
						 .reason = REASON_NONE,
						 .kind = FINDING_FALLBACK,
						 .system = match->system,
						 .rule = match->rule});
	}
}

void edge_findings(struct audit_work *work)
{
	struct candidate_list list = {0};

	list.items = work_scratch(work, count_judged(work) + count_fallbacks(work) + 1, sizeof(*list.items));
	if (!list.items)
		return;
	add_judged(work, &list);
	scans_mark(work, &list);
	add_fallbacks(work, &list);
	for (size_t i = 0; i < list.count; i++)
		finish_candidate(work, &list.items[i]);
	candidates_fold(work, &list);
}
