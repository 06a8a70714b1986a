/* The verdict table of design section 5 from wrong-direction down: no rule documents the row. */
#include "judge_parts.h"

/* Conditions that do not matter to who may speak with whom on which port. */
enum { BESIDE_THE_POINT = FAIL_MODE | FAIL_DELIVERY | FAIL_REPLY | FAIL_UNBOUND | FAIL_UNCONFIGURED };

/* Holds a rule against a view; returns true to stop. */
typedef bool rule_visitor(void *context, const struct matrix_rule *rule, const struct judge_view *view);

static bool visit_rules(const struct judge_case *judged, const struct judge_view *view, rule_visitor *visit,
			void *context)
{
	const struct matrix_system *system = matrix_system(judged->matrix, judged->system);
	struct judge_candidates candidates = judge_candidates(judged, view);

	for (size_t i = 0; i < candidates.count; i++)
		if (visit(context, &system->rules[judge_candidate(&candidates, i)], view))
			return true;
	return false;
}

/* The first rule, in file order, of those that were found. */
struct found_rule {
	size_t rule;
	enum finding_reason reason;
	bool capped;
};

static bool fits_turned_round(const struct matrix_rule *rule, const struct judge_view *view, bool swapped)
{
	struct judge_fit fit = judge_test(rule, view, swapped);

	if (rule->rule->either || (fit.failed & ~(unsigned)BESIDE_THE_POINT) != 0)
		return false;
	return fit.opener_bound && fit.listener_bound;
}

static void keep_first(struct found_rule *found, const struct matrix_rule *rule, enum finding_reason reason)
{
	if (rule->rule->basis != BASIS_DOCUMENTED) {
		found->capped = true;
	} else if (rule->index < found->rule) {
		found->rule = rule->index;
		found->reason = reason;
	}
}

/* The one that should listen opened towards the port on which the other would listen. */
static bool opened_by_responder(void *context, const struct matrix_rule *rule, const struct judge_view *view)
{
	if (fits_turned_round(rule, view, true))
		keep_first(context, rule, REASON_OPENED_BY_RESPONDER);
	return false;
}

/* The one that should listen opened from the very port on which it should. */
static bool opened_from_service_port(void *context, const struct matrix_rule *rule,
				     const struct judge_view *view)
{
	if (fits_turned_round(rule, view, false))
		keep_first(context, rule, REASON_OPENED_FROM_SERVICE_PORT);
	return false;
}

static struct found_rule find_turned_round(const struct judge_case *judged)
{
	struct found_rule found = {.rule = NO_INDEX};
	struct judge_view views[2], turned = judge_turned_view(judged);

	if (!judged->orientation_known)
		return found;
	judge_plain_views(judged, views);
	visit_rules(judged, &views[0], opened_by_responder, &found);
	if (turned.port.knowledge == PORT_KNOWN)
		visit_rules(judged, &turned, opened_from_service_port, &found);
	return found;
}

static bool is_covered(const struct judge_case *judged)
{
	const struct signature *signature = matrix_system(judged->matrix, judged->system)->signature;
	uint64_t roles = judged->initiator.roles | judged->responder.roles;

	for (size_t i = 0; i < signature->role_count; i++)
		if ((roles >> i & 1) && signature->roles[i].coverage == COVERAGE_NONE)
			return false;
	return true;
}

static bool fails_by_port_alone(const struct matrix_rule *rule, const struct judge_view *view, bool swapped)
{
	return (judge_test(rule, view, swapped).failed & ~(unsigned)FAIL_REPLY) == FAIL_PORT;
}

static bool is_disputed(void *context, const struct matrix_rule *rule, const struct judge_view *view)
{
	(void)context;
	if (!protocol_has_ports(view->protocol) ||
	    !port_in_ranges(view->port.port, rule->disputed, rule->disputed_count))
		return false;
	return fails_by_port_alone(rule, view, false) ||
	       (rule->rule->either && fails_by_port_alone(rule, view, true));
}

/* What is assumed of a host may excuse it, never accuse: only bound ends tell what is unknown about the
 * other. */
static bool peer_is_unknown(const struct judge_fit *fit)
{
	return (fit->failed & ~(unsigned)BESIDE_THE_POINT) == FAIL_OPENER && fit->listener_bound;
}

static bool listener_is_unknown(const struct judge_fit *fit)
{
	return (fit->failed & ~(unsigned)BESIDE_THE_POINT) == FAIL_LISTENER && fit->opener_bound;
}

static bool has_unknown_peer(void *context, const struct matrix_rule *rule, const struct judge_view *view)
{
	struct judge_fit plain = judge_test(rule, view, false), swapped = judge_test(rule, view, true);

	(void)context;
	return peer_is_unknown(&plain) || (rule->rule->either && peer_is_unknown(&swapped));
}

static bool has_unknown_listener(void *context, const struct matrix_rule *rule, const struct judge_view *view)
{
	struct judge_fit plain = judge_test(rule, view, false), swapped = judge_test(rule, view, true);

	(void)context;
	return listener_is_unknown(&plain) || (rule->rule->either && listener_is_unknown(&swapped));
}

/* Reasons that need a rule, in the order in which they are tried. */
static const struct {
	enum finding_reason reason;
	rule_visitor *applies;
} near_misses[] = {
    {REASON_DISPUTED_PORT, is_disputed},
    {REASON_UNKNOWN_PEER, has_unknown_peer},
    {REASON_UNKNOWN_LISTENER, has_unknown_listener},
};

struct first_rule {
	rule_visitor *applies;
	size_t rule;
	bool turned;
};

static bool note_first(void *context, const struct matrix_rule *rule, const struct judge_view *view)
{
	struct first_rule *first = context;

	if (rule->index < first->rule && first->applies(NULL, rule, view)) {
		first->rule = rule->index;
		first->turned = view->turned;
	}
	return false;
}

/* A port that is merely known to be high names no service. */
static bool view_is_telling(const struct judge_view *view)
{
	return view->port.knowledge == PORT_KNOWN;
}

static void find_near_miss(const struct judge_case *judged, struct judged_edge *edge)
{
	struct judge_view views[2];
	size_t view_count = judge_plain_views(judged, views);

	edge->reason = REASON_NO_RULE;
	for (size_t i = 0; i < sizeof(near_misses) / sizeof(near_misses[0]); i++) {
		struct first_rule first = {near_misses[i].applies, NO_INDEX, false};

		for (size_t j = 0; j < view_count; j++)
			if (view_is_telling(&views[j]))
				visit_rules(judged, &views[j], note_first, &first);
		if (first.rule == NO_INDEX)
			continue;
		edge->reason = near_misses[i].reason;
		edge->rule = first.rule;
		edge->turned = first.turned;
		return;
	}
}

static bool fits_question(void *context, const struct matrix_rule *rule, const struct judge_view *view)
{
	unsigned beside = FAIL_MODE | FAIL_REPLY;

	(void)context;
	return (judge_test(rule, view, false).failed & ~beside) == 0 ||
	       (rule->rule->either && (judge_test(rule, view, true).failed & ~beside) == 0);
}

/* A group datagram of SENDER's that no rule knows, or the answer to one. */
static bool is_group_noise(const struct judge_case *judged, uint64_t product_roles)
{
	struct judge_view views[2];

	if (judged->group)
		return true;
	if (edge_delivery(&judged->row->key) == DELIVERY_UNICAST ||
	    !(judged->initiator.roles & product_roles))
		return false;
	judge_plain_views(judged, views);
	views[0].listener.group = true;
	return !visit_rules(judged, &views[0], fits_question, NULL);
}

void judge_reasons(const struct judge_case *judged, const struct judge_misses *misses,
		   struct system_verdict *out)
{
	uint64_t product_roles = matrix_system(judged->matrix, judged->system)->product_roles;
	struct found_rule turned_round = find_turned_round(judged);

	if (turned_round.rule != NO_INDEX) {
		out->edge.verdict = VERDICT_WRONG_DIRECTION;
		out->edge.reason = turned_round.reason;
		out->edge.rule = turned_round.rule;
		return;
	}
	if (!is_covered(judged)) {
		out->edge.verdict = VERDICT_NOT_COVERED;
		return;
	}
	if (!((judged->initiator.roles | judged->responder.roles) & product_roles))
		return;
	out->edge.verdict = VERDICT_UNEXPECTED;
	out->edge.capped_medium = misses->capped || turned_round.capped;
	if (is_group_noise(judged, product_roles))
		out->edge.reason = REASON_GROUP_NOISE;
	else
		find_near_miss(judged, &out->edge);
}
