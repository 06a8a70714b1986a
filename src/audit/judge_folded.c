/*
 * Rows that memory pressure folded: their ends are prefixes or "any", their opener's port is lost. Documented
 * is said where it holds for every host behind them; nothing is ever held against anybody.
 */
#include "judge_parts.h"

/* What the hosts behind one end may act as, bound or assumed. */
static uint64_t may_act_as(const struct judge_case *judged, const struct judge_end *end, uint64_t possible)
{
	const struct matrix_system *system = matrix_system(judged->matrix, judged->system);
	uint64_t free_roles = (system->person_roles | system->infrastructure_roles) & ~system->bound_roles;

	if (end->group)
		return UINT64_MAX;
	if (end->address->family == ADDR_NONE || end->address->prefix != 0)
		return possible | free_roles;
	return possible | end->assumable;
}

static bool ends_may_fit(const struct sig_rule *rule, uint64_t opener, uint64_t listener)
{
	return (rule->from_any || (rule->from & opener)) && (rule->to_any || (rule->to & listener));
}

/* The rule may have rows like this one behind it. */
static bool may_hold(const struct matrix_rule *rule, const struct judge_view *view, uint64_t opener,
		     uint64_t listener)
{
	struct judge_fit fit = judge_test(rule, view, false);

	if ((fit.failed & FAIL_PROTOCOL) || (view->port.knowledge == PORT_KNOWN && (fit.failed & FAIL_PORT)))
		return false;
	return ends_may_fit(rule->rule, opener, listener) ||
	       (rule->rule->either && ends_may_fit(rule->rule, listener, opener));
}

static int note_touched(const struct judge_case *judged, const uint64_t possible[2], size_t row_number,
			struct match_list *matches, size_t since)
{
	const struct matrix_system *system = matrix_system(judged->matrix, judged->system);
	uint64_t opener = may_act_as(judged, &judged->initiator, possible[0]);
	uint64_t listener = may_act_as(judged, &judged->responder, possible[1]);
	struct judge_view views[2];
	size_t view_count = judge_plain_views(judged, views);

	for (size_t i = 0; i < view_count * system->rule_count; i++) {
		const struct judge_view *view = &views[i / system->rule_count];
		const struct matrix_rule *rule = &system->rules[i % system->rule_count];
		struct judge_match match = {.row = row_number,
					    .system = judged->system,
					    .rule = rule->index,
					    .uncertain = true,
					    .folded = true};

		if (may_hold(rule, view, view->turned ? listener : opener,
			     view->turned ? opener : listener) &&
		    match_list_add(matches, since, &match) < 0)
			return -1;
	}
	return 0;
}

/* "Any" is not held for a product's host: else one flood anywhere would make all of a network doubtful. */
static bool may_touch_product(const struct judge_case *judged, const uint64_t possible[2])
{
	uint64_t product_roles = matrix_system(judged->matrix, judged->system)->product_roles;
	const struct edge_key *key = &judged->row->key;

	if (key->initiator.family != ADDR_NONE && (possible[0] & product_roles))
		return true;
	return key->responder.family != ADDR_NONE && !judged->group && (possible[1] & product_roles);
}

int judge_folded(const struct judge_case *judged, const uint64_t possible[2], size_t row_number,
		 struct match_list *matches, struct system_verdict *out)
{
	size_t since = matches->count;

	if (judge_system(judged, row_number, matches, out) < 0)
		return -1;
	if (out->edge.verdict == VERDICT_DOCUMENTED) {
		for (size_t i = since; i < matches->count; i++)
			matches->items[i].folded = true;
		return 0;
	}
	matches->count = since;
	out->ways = 0;
	out->edge = (struct judged_edge){.verdict = VERDICT_OUT_OF_SCOPE,
					 .system = judged->system,
					 .rule = NO_INDEX,
					 .site_rule = NO_INDEX};
	if (may_touch_product(judged, possible))
		out->edge.verdict = VERDICT_INCONCLUSIVE;
	return note_touched(judged, possible, row_number, matches, since);
}
