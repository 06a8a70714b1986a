/*
 * Systems whose roles were inferred. Nobody told how they are set up either: where two hosts use a rule whose
 * port the site could set, another port between them may be such a setting, for all hosts in these roles.
 */
#include "work.h"
#include <stdlib.h>
#include <string.h>

void inferred_find(struct audit_work *work)
{
	const struct inference *inference = work->options->inference;

	for (size_t i = 0; work->systems && inference && i < work->system_count; i++)
		for (size_t j = 0; j < inference->system_count; j++)
			if (strcmp(inference->systems[j].signature->id,
				   work->systems[i].plain->signature->id) == 0)
				work->systems[i].inferred = &inference->systems[j];
}

/* The site could have set a port of RULE to PORT. */
static bool may_be_set(const struct signature *signature, const struct sig_rule *rule, uint16_t port)
{
	for (size_t i = 0; i < rule->ports.count; i++) {
		size_t number = rule->ports.items[i].parameter;
		const struct sig_parameter *parameter;

		if (number == NO_INDEX)
			continue;
		parameter = &signature->parameters[number];
		if (parameter->allowed_count == 0 ||
		    port_in_ranges(port, parameter->allowed, parameter->allowed_count))
			return true;
	}
	return false;
}

static int compare_settings(const void *a, const void *b)
{
	const struct inferred_setting *left = a, *right = b;

	if (left->system != right->system)
		return left->system < right->system ? -1 : 1;
	if (left->protocol != right->protocol)
		return left->protocol < right->protocol ? -1 : 1;
	if (left->port != right->port)
		return left->port < right->port ? -1 : 1;
	return (left->rule > right->rule) - (left->rule < right->rule);
}

static const struct judged_edge *ranked_edge(const struct audit_work *work, size_t rank)
{
	return &work->judged.edges[work->order[rank]];
}

static struct edge_brief ranked_row(const struct audit_work *work, size_t rank)
{
	return ledger_edge_brief(work->ledger, work->order[rank]);
}

static bool same_pair(const struct audit_work *work, size_t rank, size_t other)
{
	struct edge_brief a = ranked_row(work, rank), b = ranked_row(work, other);

	return a.initiator == b.initiator && a.responder == b.responder;
}

static bool is_plain_no_rule(const struct judged_edge *edge)
{
	return edge->verdict == VERDICT_UNEXPECTED && edge->reason == REASON_NO_RULE;
}

/* The first rule that the pair of rows FIRST..END uses and whose port could be that of EDGE. */
static size_t rule_of_pair(const struct audit_work *work, size_t first, size_t end,
			   const struct judged_edge *edge, const struct edge_brief *row)
{
	const struct matrix_system *system = work->systems[edge->system].plain;
	size_t rule = NO_INDEX;

	for (size_t i = first; i < end; i++) {
		const struct judged_edge *other = ranked_edge(work, i);

		if (other->verdict == VERDICT_DOCUMENTED && other->system == edge->system && !other->turned &&
		    ranked_row(work, i).protocol == row->protocol && other->rule < rule &&
		    may_be_set(system->signature, system->rules[other->rule].rule, row->responder_port))
			rule = other->rule;
	}
	return rule;
}

static void add_settings(struct audit_work *work, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		const struct judged_edge *edge = ranked_edge(work, i);
		struct edge_brief row;
		size_t rule;

		if (!is_plain_no_rule(edge) || !work->systems[edge->system].inferred)
			continue;
		row = ranked_row(work, i);
		rule = rule_of_pair(work, first, end, edge, &row);
		if (rule != NO_INDEX)
			work->settings[work->setting_count++] =
			    (struct inferred_setting){.system = edge->system,
						      .rule = rule,
						      .protocol = row.protocol,
						      .port = row.responder_port};
	}
}

void inferred_build(struct audit_work *work)
{
	bool any = false;

	for (size_t i = 0; i < work->system_count; i++)
		any |= work->systems[i].inferred != NULL;
	work->settings = any ? work_scratch(work, work->row_count + 1, sizeof(*work->settings)) : NULL;
	for (size_t i = 0, end; work->settings && i < work->row_count; i = end) {
		for (end = i + 1; end < work->row_count && same_pair(work, i, end);)
			end++;
		add_settings(work, i, end);
	}
	if (work->settings && work->setting_count > 1)
		qsort(work->settings, work->setting_count, sizeof(*work->settings), compare_settings);
}

/* REF may act in ROLES: it holds one, or nothing, and one of them is nobody's by right. */
static bool may_act(const struct audit_work *work, size_t system, const struct host_ref *ref, uint64_t roles,
		    bool any)
{
	uint64_t held = host_ref_roles(work, system, ref);

	if (any || (held & roles) != 0)
		return true;
	return held == 0 && (roles & ~work->systems[system].plain->product_roles) != 0;
}

size_t inferred_setting(const struct audit_work *work, const struct candidate *candidate)
{
	const struct edge_brief whole = ledger_edge_brief(work->ledger, candidate->edge), *key = &whole;
	struct inferred_setting wanted = {
	    .system = candidate->system, .protocol = key->protocol, .port = key->responder_port};
	size_t low = 0, high = work->setting_count;

	if (candidate->reason != REASON_NO_RULE)
		return NO_INDEX;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_settings(&work->settings[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < work->setting_count; low++) {
		const struct inferred_setting *setting = &work->settings[low];
		const struct sig_rule *rule;

		if (setting->system != wanted.system || setting->protocol != wanted.protocol ||
		    setting->port != wanted.port)
			break;
		rule = work->systems[setting->system].plain->rules[setting->rule].rule;
		if (may_act(work, setting->system, &candidate->ends[0], rule->from, rule->from_any) &&
		    may_act(work, setting->system, &candidate->ends[1], rule->to, rule->to_any))
			return setting->rule;
	}
	return NO_INDEX;
}
