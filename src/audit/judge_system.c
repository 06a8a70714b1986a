/* One row against one system: the verdict table of design section 5, from its top. */
#include "judge_parts.h"

unsigned judged_edge_rank(const struct judged_edge *edge)
{
	bool near_match = edge->reason == REASON_MODE_OFF || edge->reason == REASON_UNDOCUMENTED_REPLY;

	switch (edge->verdict) {
	case VERDICT_DOCUMENTED: return 0;
	case VERDICT_SITE_DOCUMENTED: return 1;
	case VERDICT_INCONCLUSIVE: return 2;
	case VERDICT_UNEXPECTED: return near_match ? 3 : 6;
	case VERDICT_WRONG_DIRECTION: return 4;
	case VERDICT_NOT_COVERED: return 5;
	case VERDICT_OUT_OF_SCOPE:
	case VERDICT_COUNT: break;
	}
	return 7;
}

/* A match is the better, the less about it is assumed. */
static unsigned match_weakness(const struct judge_match *match)
{
	return (unsigned)match->bad_reply * 8 + (unsigned)match->child * 4 + (unsigned)match->assumed_from +
	       (unsigned)match->assumed_to;
}

int match_list_add(struct match_list *list, size_t since, const struct judge_match *match)
{
	for (size_t i = since; i < list->count; i++) {
		if (list->items[i].rule != match->rule || list->items[i].system != match->system)
			continue;
		if (match_weakness(match) < match_weakness(&list->items[i]))
			list->items[i] = *match;
		return 0;
	}
	if (mem_grow((void **)&list->items, &list->capacity, list->count + 1, sizeof(*list->items)) < 0)
		return -1;
	list->items[list->count++] = *match;
	return 0;
}

static struct judge_match match_make(const struct judge_case *judged, size_t row, size_t rule,
				     const struct judge_view *view, bool swapped, const struct judge_fit *fit)
{
	return (struct judge_match){
	    .row = row,
	    .system = judged->system,
	    .rule = rule,
	    .turned = view->turned != swapped,
	    .assumed_from = swapped ? fit->listener_assumed : fit->opener_assumed,
	    .assumed_to = swapped ? fit->opener_assumed : fit->listener_assumed,
	    .child = view->child,
	    .bad_reply = fit->failed & FAIL_REPLY,
	};
}

/* What one row's search for a documenting rule has found so far. */
struct search {
	const struct judge_case *judged;
	size_t row;
	struct match_list *matches;
	size_t since; /* where this system's matches begin */
	unsigned ways;
	struct judge_misses misses;
};

static unsigned ways_of(const struct judge_case *judged, const struct judge_view *view)
{
	if (judged->orientation_known)
		return WAYS_BOTH;
	return view->turned ? WAY_TURNED : WAY_AS_IT_STANDS;
}

static int note_fit(struct search *search, const struct matrix_rule *rule, const struct judge_view *view,
		    bool swapped)
{
	struct judge_fit fit = judge_test(rule, view, swapped);
	struct judge_match match = match_make(search->judged, search->row, rule->index, view, swapped, &fit);

	if ((fit.failed & ~(unsigned)FAIL_REPLY) == FAIL_MODE) {
		if (rule->rule->basis != BASIS_DOCUMENTED)
			search->misses.capped = true;
		else if (match.rule < search->misses.mode_off.rule)
			search->misses.mode_off = match;
		return 0;
	}
	if ((fit.failed & ~(unsigned)FAIL_REPLY) != 0)
		return 0;
	if (fit.failed == 0)
		search->ways |= ways_of(search->judged, view);
	return match_list_add(search->matches, search->since, &match);
}

static int search_rules(struct search *search)
{
	const struct matrix_system *system = matrix_system(search->judged->matrix, search->judged->system);
	struct judge_view views[JUDGE_VIEWS_MAX];
	size_t view_count = judge_all_views(search->judged, views);

	for (size_t i = 0; i < view_count; i++) {
		struct judge_candidates candidates = judge_candidates(search->judged, &views[i]);

		for (size_t j = 0; j < candidates.count; j++) {
			const struct matrix_rule *rule = &system->rules[judge_candidate(&candidates, j)];

			if (note_fit(search, rule, &views[i], false) < 0)
				return -1;
			if (rule->rule->either && note_fit(search, rule, &views[i], true) < 0)
				return -1;
		}
	}
	return 0;
}

/* Keeps full matches where there are any; else those that fail by their reply alone. */
static void settle_matches(struct search *search)
{
	struct match_list *list = search->matches;
	size_t kept = search->since;
	bool mode_off = search->misses.mode_off.rule != NO_INDEX;

	for (size_t i = search->since; i < list->count; i++) {
		struct judge_match match = list->items[i];

		if (search->ways == 0 ? mode_off : match.bad_reply)
			continue;
		match.uncertain = search->ways != 0 && search->ways != WAYS_BOTH;
		list->items[kept++] = match;
	}
	list->count = kept;
}

/* The match of the first rule in file order; rule NO_INDEX: none. */
static struct judge_match first_match(const struct search *search)
{
	struct judge_match first = {.rule = NO_INDEX};

	for (size_t i = search->since; i < search->matches->count; i++)
		if (search->matches->items[i].rule < first.rule)
			first = search->matches->items[i];
	return first;
}

static void say(struct system_verdict *out, enum edge_verdict verdict, enum finding_reason reason,
		const struct judge_match *match)
{
	out->edge.verdict = verdict;
	out->edge.reason = reason;
	out->edge.rule = match->rule;
	out->edge.turned = match->turned;
	out->edge.initiator_assumed = match->turned ? match->assumed_to : match->assumed_from;
	out->edge.responder_assumed = match->turned ? match->assumed_from : match->assumed_to;
}

static unsigned bound_ends(const struct judge_case *judged)
{
	return (unsigned)(judged->initiator.roles != 0) + (unsigned)(judged->responder.roles != 0);
}

int judge_system(const struct judge_case *judged, size_t row_number, struct match_list *matches,
		 struct system_verdict *out)
{
	struct search search = {
	    .judged = judged, .row = row_number, .matches = matches, .since = matches->count};
	const struct edge_key *key = &judged->row->key;
	struct judge_match first;

	*out = (struct system_verdict){.edge = {.verdict = VERDICT_OUT_OF_SCOPE,
						.system = judged->system,
						.rule = NO_INDEX,
						.site_rule = NO_INDEX},
				       .bound_ends = bound_ends(judged)};
	search.misses.mode_off.rule = NO_INDEX;
	/* A sender without an address is nobody unless its MAC is bound. */
	if ((key->initiator.family == ADDR_MAC || addr_is_unspecified(&key->initiator)) &&
	    judged->initiator.roles == 0)
		return 0;
	if (search_rules(&search) < 0)
		return -1;
	settle_matches(&search);
	out->ways = search.ways;
	first = first_match(&search);
	if (search.ways == WAYS_BOTH)
		say(out, VERDICT_DOCUMENTED, REASON_NONE, &first);
	else if (search.ways != 0)
		say(out, VERDICT_INCONCLUSIVE, REASON_NONE, &first);
	else if (search.misses.mode_off.rule != NO_INDEX)
		say(out, VERDICT_UNEXPECTED, REASON_MODE_OFF, &search.misses.mode_off);
	else if (first.rule != NO_INDEX)
		say(out, VERDICT_UNEXPECTED, REASON_UNDOCUMENTED_REPLY, &first);
	else
		judge_reasons(judged, &search.misses, out);
	return 0;
}
