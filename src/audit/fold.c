/*
 * Candidates -> findings: one for each (kind, reason, system, rule, exception, anchor, its side, protocol,
 * responder port), its peers listed. A pair over 16 ports of which it came becomes "many".
 */
#include "work.h"
#include <stdlib.h>

enum { PORTS_OF_PAIR_MAX = 16, NEAREST_MAX = 3 };

static int compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

/* All that tells findings apart but the port. */
static int compare_subjects(const struct candidate *a, const struct candidate *b)
{
	int order = compare_numbers(a->kind, b->kind);

	if (order == 0)
		order = compare_numbers(a->reason, b->reason);
	if (order == 0)
		order = compare_numbers(a->system, b->system);
	if (order == 0)
		order = compare_numbers(a->rule, b->rule);
	if (order == 0)
		order = compare_numbers(a->exception, b->exception);
	if (order == 0)
		order = compare_numbers(a->anchor, b->anchor);
	if (order == 0)
		order = compare_numbers(a->protocol, b->protocol);
	return order != 0 ? order : host_ref_compare(candidate_anchor(a), candidate_anchor(b));
}

static int compare_ports(const struct candidate *a, const struct candidate *b)
{
	return (a->fold_port > b->fold_port) - (a->fold_port < b->fold_port);
}

static int compare_by_peer(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;
	int order = compare_subjects(left, right);

	if (order == 0)
		order = host_ref_compare(candidate_peer(left), candidate_peer(right));
	if (order == 0)
		order = compare_ports(left, right);
	return order != 0 ? order : compare_numbers(left->edge, right->edge);
}

static int compare_by_port(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;
	int order = compare_subjects(left, right);

	if (order == 0)
		order = compare_ports(left, right);
	if (order == 0)
		order = host_ref_compare(candidate_peer(left), candidate_peer(right));
	return order != 0 ? order : compare_numbers(left->edge, right->edge);
}

static bool same_finding(const struct candidate *a, const struct candidate *b)
{
	return compare_subjects(a, b) == 0 && a->fold_port == b->fold_port;
}

/* Ephemeral ports are one already. */
static void join_ports(struct candidate *items, size_t count)
{
	size_t ports = 0;

	for (size_t i = 0; i < count; i++)
		ports += items[i].fold_port > 0 && (i == 0 || items[i].fold_port != items[i - 1].fold_port);
	for (size_t i = 0; i < count && ports > PORTS_OF_PAIR_MAX; i++)
		if (items[i].fold_port > 0)
			items[i].fold_port = -1;
}

static void join_ports_of_pairs(struct candidate_list *list)
{
	qsort(list->items, list->count, sizeof(*list->items), compare_by_peer);
	for (size_t i = 0, end; i < list->count; i = end) {
		for (end = i + 1;
		     end < list->count && compare_subjects(&list->items[i], &list->items[end]) == 0 &&
		     host_ref_compare(candidate_peer(&list->items[i]), candidate_peer(&list->items[end])) ==
			 0;)
			end++;
		join_ports(&list->items[i], end - i);
	}
}

static void set_port(const struct audit_work *work, struct audit_finding *finding, const struct row_set *set)
{
	uint16_t port = work_key(work, set->rows[0]).responder_port;

	finding->protocol = work_key(work, set->rows[0]).protocol;
	for (size_t i = 1; i < set->count; i++)
		finding->many_ports |= work_key(work, set->rows[i]).responder_port != port;
	if (work_key(work, set->rows[0]).fold == FOLD_RESPONDERS ||
	    work_key(work, set->rows[0]).fold == FOLD_BOTH)
		return;
	if (!finding->many_ports && (protocol_has_ports((uint8_t)finding->protocol) ||
				     finding->protocol == PROTO_ICMP || finding->protocol == PROTO_ICMP6))
		finding->port = port;
}

static void set_nearest(struct audit_work *work, struct audit_finding *finding, const struct candidate *first)
{
	struct audit_near *nearest = work_alloc(work, NEAREST_MAX, sizeof(*nearest));

	if (!nearest || finding->kind == FINDING_FALLBACK)
		return;
	finding->nearest_count =
	    judge_nearest(work->ledger, work->matrix, work->macs, &work->judged.edges[first->edge], nearest,
			  NEAREST_MAX, work->arena);
	finding->nearest = nearest;
}

static void set_id(struct audit_work *work, struct audit_finding *finding, const struct candidate *first)
{
	struct finding_key key = {.kind = first->kind,
				  .reason = first->reason,
				  .system = first->system,
				  .rule = first->rule,
				  .host = host_ref_identity(work, first->system, candidate_anchor(first)),
				  .host_place = host_ref_place(work, first->system, candidate_anchor(first)),
				  .side = first->anchor == 0 ? "initiator" : "responder",
				  .protocol = first->protocol,
				  .port = first->fold_port};

	finding_ids(work, &key, finding);
}

static struct row_set rows_of(struct audit_work *work, const struct candidate *items, size_t count)
{
	struct row_set set = {work_scratch(work, count, sizeof(size_t)), count};

	for (size_t i = 0; set.rows && i < count; i++)
		set.rows[i] = items[i].edge;
	return set;
}

static void set_message(struct audit_work *work, struct audit_finding *finding, const struct candidate *first,
			const struct row_set *set)
{
	struct edge_message message = {.first = first, .finding = finding, .ports = port_names_of(work, set)};

	for (size_t i = 0; i < set->count; i++) {
		const struct edge_key whole = work_key(work, set->rows[i]), *key = &whole;

		if (message.answered_from == 0)
			message.answered_from = key->answered_from;
		if (i == 0)
			message.opener_port = key->opener_port;
		message.one_opener_port = message.opener_port != 0 &&
					  message.opener_port == key->opener_port &&
					  (i == 0 || message.one_opener_port);
	}
	port_names_keep(finding, &message.ports);
	port_ranges_keep(work, finding, set);
	finding->message = edge_message(work, &message);
}

/* A datagram that an answer was due to is no success for having been sent. */
static void settle_outcome(const struct audit_work *work, struct audit_finding *finding,
			   const struct candidate *first)
{
	const struct matrix_system *system = work->systems[first->system].plain;

	if (finding->kind == FINDING_FALLBACK && finding->outcome == outcome_name(OUTCOME_ONEWAY) &&
	    system->rules[first->rule].rule->reply == REPLY_YES)
		finding->outcome = outcome_name(OUTCOME_UNANSWERED);
}

static void add_finding(struct audit_work *work, const struct candidate *items, size_t count)
{
	struct audit_finding_draft *draft = work_draft(work);
	struct row_set set = rows_of(work, items, count);
	const struct candidate *first;
	struct audit_finding *finding;

	if (!draft || !set.rows)
		return;
	finding = &draft->plain;
	finding->kind = items->kind;
	finding->reason = items->reason;
	for (size_t i = 0; i < count; i++)
		if (items[i].severity > finding->severity)
			finding->severity = items[i].severity;
	draft->system = items->system;
	draft->rule = items->rule;
	finding_cite(work, finding, items->system, items->rule);
	first = finding_list_peers(work, finding, items, count);
	finding_sum_rows(work, finding, &set);
	settle_outcome(work, finding, first);
	set_port(work, finding, &set);
	finding->folded = items->fold_port < 0;
	set_nearest(work, finding, first);
	set_id(work, finding, first);
	finding->filter = finding_filter(work, finding, &set);
	set_message(work, finding, first, &set);
	draft_except(work, draft, items->exception);
}

void candidates_fold(struct audit_work *work, struct candidate_list *list)
{
	if (list->count == 0)
		return;
	join_ports_of_pairs(list);
	qsort(list->items, list->count, sizeof(*list->items), compare_by_port);
	for (size_t i = 0, end; i < list->count && !work->failed; i = end) {
		for (end = i + 1; end < list->count && same_finding(&list->items[i], &list->items[end]);)
			end++;
		add_finding(work, &list->items[i], end - i);
	}
}
