/* Each rule's state: the first of the table in design section 5 that applies, with its counts and its hosts.
 */
#include "rule_work.h"

static struct name_list host_names(struct audit_work *work, const struct rule_view *view, const size_t *hosts,
				   size_t count)
{
	const char **items = work_alloc(work, count, sizeof(*items));

	for (size_t i = 0; items && i < count; i++)
		items[i] = view->system->hosts.items[hosts[i]].text;
	return (struct name_list){items, items ? count : 0};
}

/* The end of a pair that stands in the list of those unanswered: the one of whom the rule is required, else
 * the listener. */
static const struct host_ref *pair_host(const struct rule_view *view, const struct rule_pair *pair)
{
	enum presence_each each = view->rule->presence->each;
	const struct audit_host *hosts = view->system->hosts.items;
	uint64_t wanted = view->ends[each == EACH_FROM ? SIDE_FROM : SIDE_TO].roles;

	if (each == EACH_SYSTEM)
		return pair->group ? &pair->initiator : &pair->responder;
	if (pair->group || (pair->initiator.host != NO_INDEX && (hosts[pair->initiator.host].roles & wanted)))
		return &pair->initiator;
	return &pair->responder;
}

/* Each host once: pairs of one initiator, and of one responder, need not lie together. */
static struct name_list unanswered_names(struct audit_work *work, const struct rule_view *view,
					 const struct pair_list *pairs)
{
	const char **items;
	struct host_ref *refs = work_scratch(work, pairs->count + 1, sizeof(*refs));
	size_t count = 0;

	for (size_t i = 0; refs && i < pairs->count; i++)
		if (pairs->items[i].unanswered)
			refs[count++] = *pair_host(view, &pairs->items[i]);
	count = host_refs_sort(refs, refs ? count : 0);
	items = work_alloc(work, count, sizeof(*items));
	for (size_t i = 0; items && i < count; i++)
		items[i] = host_ref_text(work, view->system->index, &refs[i]);
	return (struct name_list){items, items ? count : 0};
}

static void sum_matches(struct audit_work *work, const struct rule_view *view,
			const struct match_slice *slice, struct audit_rule *out)
{
	size_t *rows = work_scratch(work, slice->count + 1, sizeof(*rows)), count = 0;
	struct tally tally;

	if (!rows)
		return;
	for (size_t i = 0; i < slice->count; i++)
		if (!slice->items[i].uncertain)
			rows[count++] = slice->items[i].row;
	tally = tally_rows(work, rows, count, view->rule->rule->reply);
	out->flows = tally.flows;
	out->packets = tally.packets;
	out->bytes = tally.bytes;
	out->attempts = tally.attempts;
	out->first_ns = tally.first_ns;
	out->last_ns = tally.last_ns;
}

static void describe(struct audit_work *work, const struct rule_view *view, struct audit_rule *out)
{
	const struct signature *signature = view->system->plain->signature;
	const struct sig_rule *rule = view->rule->rule;
	static const char *const any[] = {"any"};

	out->rule = rule;
	out->from = rule->from_any ? (struct name_list){any, 1} : role_names(work, signature, rule->from);
	out->to = rule->to_any ? (struct name_list){any, 1} : role_names(work, signature, rule->to);
	out->ports = view->rule->ports;
	out->port_count = view->rule->port_count;
	if (rule->cite.source != NO_INDEX)
		out->cite_source = signature->sources[rule->cite.source].title;
	out->cite_where = rule->cite.where;
}

/* What is known of one rule when its state is decided. */
struct rule_facts {
	struct rule_view view;
	struct presence_result presence;
	struct pair_list pairs;
	bool unanswered, uncertain;
	bool hidden; /* by the filter */
};

static enum rule_state decide(const struct rule_facts *facts)
{
	const struct presence_result *presence = &facts->presence;

	if (!facts->view.rule->allowed)
		return STATE_OFF;
	if (presence->missing_count > 0 || presence->system_missing)
		return STATE_MISSING;
	if (facts->unanswered && !facts->pairs.any_success)
		return STATE_UNANSWERED;
	if (facts->pairs.any_success)
		return STATE_OBSERVED;
	if (facts->pairs.any_attempt || facts->view.folded || facts->uncertain)
		return STATE_NOT_OBSERVABLE;
	if (presence->unobservable_count > 0 || presence->system_unobservable)
		return STATE_NOT_OBSERVABLE;
	/* That nobody uses it cannot be said of a rule that the filter hides, required or not. */
	return facts->hidden ? STATE_NOT_OBSERVABLE : STATE_IDLE;
}

/* A group has no link: that of who asked, or of who would answer. */
static const char *mirror_askers(struct audit_work *work, const struct rule_view *view,
				 const struct host_ref *initiator)
{
	const struct audit_host *host = host_of(work, view->system->index, initiator);
	bool as_from = host && (host->roles & view->ends[SIDE_FROM].roles) != 0;

	return mirror_text(work, view, initiator->host, as_from || !host ? SIDE_FROM : SIDE_TO);
}

/* Attempts that neither succeeded nor can be called unanswered. */
static const char *why_attempts(struct audit_work *work, const struct rule_facts *facts)
{
	size_t system = facts->view.system->index;

	for (size_t i = 0; i < facts->pairs.count; i++) {
		const struct rule_pair *pair = &facts->pairs.items[i];

		if (pair->refused)
			return "tried and refused, though no answer is due";
		if (pair->tried && !pair->heard && pair->filtered)
			return unobservable_text(work, &facts->view, UNOBSERVABLE_FILTERED, NO_INDEX,
						 SIDE_FROM);
		if (pair->tried && !pair->heard && pair->group)
			return work_text(work,
					 "asked of a group, and this capture would not show an answer: %s",
					 mirror_askers(work, &facts->view, &pair->initiator));
		if (pair->tried && !pair->heard)
			return work_text(
			    work,
			    "tried, and this capture would not show an answer: mirror the link of %s or %s",
			    host_ref_text(work, system, &pair->initiator),
			    host_ref_text(work, system, &pair->responder));
	}
	return "tried, answered, and broken off before it came to anything";
}

static const char *why_not_observable(struct audit_work *work, const struct rule_facts *facts)
{
	const struct presence_result *presence = &facts->presence;
	const struct rule_view *view = &facts->view;

	if (view->folded)
		return unobservable_text(work, view, UNOBSERVABLE_FOLDED, NO_INDEX, SIDE_FROM);
	if (facts->pairs.any_attempt)
		return why_attempts(work, facts);
	if (facts->hidden && !presence->required)
		return unobservable_text(work, view, UNOBSERVABLE_FILTERED, NO_INDEX, SIDE_FROM);
	if (presence->why != OBSERVABLE)
		return unobservable_text(work, view, presence->why, presence->why_host, presence->side);
	return unobservable_text(work, view, UNOBSERVABLE_DIRECTION, NO_INDEX, SIDE_FROM);
}

/* As the findings of its pairs say it. */
static const char *why_unanswered(const struct rule_facts *facts)
{
	bool refused = false, reset = false, silent = false;

	for (size_t i = 0; i < facts->pairs.count; i++) {
		const struct rule_pair *pair = &facts->pairs.items[i];

		if (!pair->unanswered)
			continue;
		refused |= pair->refused;
		reset |= pair->reset && !pair->refused;
		silent |= !pair->refused && !pair->reset;
	}
	if (!silent)
		return refused && reset ? "tried, and refused or reset"
		       : refused        ? "tried, and refused"
					: "tried, and reset";
	if (refused || reset)
		return "tried; some were refused or reset, and others got no answer";
	return "tried, and nobody answered";
}

static const char *why_missing(struct audit_work *work, const struct rule_facts *facts)
{
	uint64_t count = facts->presence.missing_count;

	if (facts->presence.system_missing && work->options->live)
		return work_text(work, "required, and not seen in every stretch of %u s",
				 facts->view.rule->presence->within_sec);
	if (facts->presence.system_missing)
		return "required, and not seen anywhere";
	return work_text(work, "required, and not seen of %s", count_text(work, count, "host", "hosts"));
}

static const char *why(struct audit_work *work, const struct rule_facts *facts, enum rule_state state)
{
	switch (state) {
	case STATE_OFF: return mode_text(work, facts->view.system->plain, facts->view.rule);
	case STATE_MISSING: return why_missing(work, facts);
	case STATE_UNANSWERED: return why_unanswered(facts);
	case STATE_NOT_OBSERVABLE: return why_not_observable(work, facts);
	case STATE_IDLE:
		if (facts->presence.required && !facts->presence.due)
			return "not due: nothing that would make it due was seen";
		return facts->pairs.any_pending
			   ? unobservable_text(work, &facts->view, UNOBSERVABLE_PENDING, NO_INDEX, SIDE_FROM)
			   : NULL;
	case STATE_OBSERVED:
	case STATE_COUNT: break;
	}
	return NULL;
}

/* Only what the vendor documents plainly, or the site itself expects, is held against anybody. */
static void raise_findings(struct audit_work *work, const struct rule_facts *facts)
{
	const struct rule_view *view = &facts->view;
	const struct presence_result *presence = &facts->presence;
	bool documented = view->rule->rule->basis == BASIS_DOCUMENTED;

	if (!view->rule->allowed)
		return;
	if (documented || view->rule->presence->by_site) {
		for (size_t i = 0; i < presence->missing_count; i++)
			missing_finding(work, view, presence->missing[i]);
		if (presence->system_missing)
			missing_finding(work, view, NO_INDEX);
	}
	for (size_t i = 0; documented && i < facts->pairs.count; i++)
		if (facts->pairs.items[i].unanswered)
			unanswered_finding(work, view, &facts->pairs, &facts->pairs.items[i]);
}

/* Optional rules expect nobody; whoever was seen counts as observed. */
static void count_hosts(struct rule_facts *facts, struct audit_rule *out)
{
	out->expected_hosts = facts->presence.expected;
	out->observed_hosts = facts->presence.required ? facts->presence.observed : facts->pairs.any_success;
}

/* Whether a required rule could be held against anybody, or the filter is why not. */
static void note_checked(struct system_work *system, const struct rule_facts *facts, enum rule_state state)
{
	if (!facts->presence.required)
		return;
	system->checked |= state == STATE_MISSING || state == STATE_UNANSWERED || state == STATE_OBSERVED;
	system->filtered |= state == STATE_NOT_OBSERVABLE && is_filters_doing(facts->presence.why);
}

static void build_rule(struct audit_work *work, size_t system, size_t rule, struct audit_rule *out)
{
	struct rule_facts facts = {0};
	const struct match_slice *slice = &work->systems[system].slices[rule];

	rule_view_build(work, system, rule, &facts.view);
	pairs_build(work, system, rule, facts.view.folded, &facts.pairs);
	if (work->failed)
		return;
	for (size_t i = 0; i < facts.pairs.count; i++)
		facts.unanswered |= facts.pairs.items[i].unanswered;
	for (size_t i = 0; i < slice->count; i++)
		facts.uncertain |= slice->items[i].uncertain && !slice->items[i].folded;
	facts.hidden = rule_is_hidden(work, &facts.view);
	presence_judge(work, &facts.view, &facts.presence);
	if (work->failed)
		return;
	describe(work, &facts.view, out);
	sum_matches(work, &facts.view, slice, out);
	count_hosts(&facts, out);
	out->state = decide(&facts);
	note_checked(&work->systems[system], &facts, out->state);
	out->reason = why(work, &facts, out->state);
	out->missing_hosts =
	    host_names(work, &facts.view, facts.presence.missing, facts.presence.missing_count);
	out->unobservable_hosts =
	    host_names(work, &facts.view, facts.presence.unobservable, facts.presence.unobservable_count);
	out->unanswered_hosts = unanswered_names(work, &facts.view, &facts.pairs);
	raise_findings(work, &facts);
}

void states_build(struct audit_work *work)
{
	for (size_t i = 0; i < work->system_count; i++) {
		size_t count = work->systems[i].plain->rule_count;

		work->systems[i].rules = work_alloc(work, count, sizeof(*work->systems[i].rules));
		for (size_t j = 0; j < count && !work->failed; j++)
			build_rule(work, i, j, &work->systems[i].rules[j]);
	}
}
