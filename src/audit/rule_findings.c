/* Findings about a rule itself: missing, unanswered; and what is said of fallbacks. */
#include "rule_work.h"

static const char *rule_text(struct audit_work *work, const struct rule_view *view)
{
	const struct sig_rule *rule = view->rule->rule;
	const struct signature *signature = view->system->plain->signature;

	return work_text(work, "%s (%s, %s to %s)", rule->id, ports_text(work, view->rule),
			 roles_text(work, signature, rule->from, rule->from_any),
			 roles_text(work, signature, rule->to, rule->to_any));
}

/* "session or proxied" */
static const char *triggers_text(struct audit_work *work, const struct rule_view *view)
{
	const struct rule_list *after = &view->rule->presence->after;
	struct strbuf buf = {0};

	for (size_t i = 0; i < after->count; i++)
		strbuf_addf(&buf, "%s%s",
			    i == 0                  ? ""
			    : i + 1 == after->count ? " or "
						    : ", ",
			    view->system->plain->rules[after->items[i]].rule->id);
	return work_take(work, &buf);
}

static const char *missing_after(struct audit_work *work, const struct rule_view *view,
				 const struct audit_host *host)
{
	unsigned within_sec = view->rule->presence->within_sec;

	if (host)
		return work_text(
		    work, "%s was seen in %s, but not in %s within %u s before or after, not even in vain.",
		    host->text, triggers_text(work, view), rule_text(work, view), within_sec);
	return work_text(work,
			 "%s was seen, but nobody used %s within %u s before or after, not even in vain.",
			 triggers_text(work, view), rule_text(work, view), within_sec);
}

/* Of a side on which anybody may act nobody needs to have been seen. */
static const char *talking_text(struct audit_work *work, const struct rule_view *view)
{
	const struct rule_end *from = &view->ends[SIDE_FROM], *to = &view->ends[SIDE_TO];

	if (from->open && to->open)
		return "";
	if (!from->open && !to->open)
		return ", though hosts of both sides were seen talking";
	return work_text(
	    work, ", though hosts of %s were seen talking",
	    roles_text(work, view->system->plain->signature, from->open ? to->roles : from->roles, false));
}

static const char *missing_message(struct audit_work *work, const struct rule_view *view,
				   const struct audit_host *host)
{
	const char *where =
	    work->options->live
		? work_text(work, "in %u s on end", view->rule->presence->within_sec)
		: work_text(work, "in %lld minutes", (long long)(work->cover.longest_ns / NSEC_PER_SEC / 60));

	if (view->rule->presence->after.count > 0)
		return missing_after(work, view, host);
	if (host)
		return work_text(
		    work,
		    "%s takes no part in %s %s, not even in vain, though it was seen talking to others.",
		    host->text, rule_text(work, view), where);
	return work_text(work, "Nobody uses %s %s, not even in vain%s.", rule_text(work, view), where,
			 talking_text(work, view));
}

void missing_finding(struct audit_work *work, const struct rule_view *view, size_t host)
{
	const struct audit_host *at = host == NO_INDEX ? NULL : &view->system->hosts.items[host];
	size_t rule = (size_t)(view->rule - view->system->plain->rules), system = view->system->index;
	struct host_ref ref = {host, at ? at->address : (struct addr){0}};
	struct finding_key key = {.kind = FINDING_MISSING,
				  .system = system,
				  .rule = rule,
				  .host = at ? at->identity : NULL,
				  .host_place = at ? at->place : NULL,
				  .protocol = -1,
				  .port = -1};
	struct exception_subject subject = {.kind = FINDING_MISSING,
					    .system = system,
					    .rule = rule,
					    .host = at ? &ref : NULL,
					    .protocol = -1,
					    .port = -1};
	struct audit_finding_draft *draft = work_draft(work);

	if (!draft)
		return;
	draft->system = system;
	draft->rule = rule;
	draft->plain.kind = FINDING_MISSING;
	draft->plain.severity = missing_severity(work, view->rule);
	draft->plain.host = at ? at->text : NULL;
	finding_cite(work, &draft->plain, system, rule);
	finding_ids(work, &key, &draft->plain);
	draft->plain.filter = rule_filter(work, view->rule, at);
	draft->plain.message = missing_message(work, view, at);
	draft_except(work, draft, exception_find(work, &subject));
}

/* The port and protocol of the attempts, where they have one. */
static void set_port(const struct audit_work *work, struct audit_finding *finding, const struct row_set *set)
{
	const struct edge_key whole = work_key(work, set->rows[0]), *first = &whole;
	bool same = true;

	finding->protocol = first->protocol;
	for (size_t i = 1; i < set->count; i++) {
		const struct edge_key key = work_key(work, set->rows[i]);

		same &= key.responder_port == first->responder_port;
		if (key.protocol != first->protocol)
			finding->protocol = -1;
	}
	finding->many_ports = !same;
	if (same && finding->protocol >= 0)
		finding->port = first->responder_port;
}

static const char *how_in_vain(const struct audit_finding *finding)
{
	if (finding->outcome == outcome_name(OUTCOME_REFUSED))
		return "and is refused";
	return finding->outcome == outcome_name(OUTCOME_RESET) ? "and is reset" : "and gets no answer";
}

static const char *unanswered_message(struct audit_work *work, const struct rule_view *view,
				      const struct audit_finding *finding, const struct row_set *set)
{
	struct port_names names = port_names_of(work, set);
	const struct sig_rule *rule = view->rule->rule;
	const char *port = finding->protocol < 0
			       ? ports_text(work, view->rule)
			       : port_names_text(work, finding->protocol, finding->port, &names);
	const char *what = rule->impact ? rule->impact : rule->title;

	return work_text(work, "%s tries %s of %s as rule %s documents, %s.%s%s%s",
			 end_text(work, &finding->initiator), port, end_text(work, &finding->responder),
			 rule->id, how_in_vain(finding),
			 what ? (rule->impact ? " " : " It is needed for: ") : "", what ? what : "",
			 what && !rule->impact ? "." : "");
}

static void set_pair_id(struct audit_work *work, struct audit_finding_draft *draft,
			const struct rule_pair *pair)
{
	struct finding_key key = {.kind = FINDING_UNANSWERED,
				  .system = draft->system,
				  .rule = draft->rule,
				  .host = host_ref_identity(work, draft->system, &pair->initiator),
				  .side = "initiator",
				  .peer = host_ref_identity(work, draft->system, &pair->responder),
				  .host_place = host_ref_place(work, draft->system, &pair->initiator),
				  .peer_place = host_ref_place(work, draft->system, &pair->responder),
				  .protocol = -1,
				  .port = -1};

	finding_ids(work, &key, &draft->plain);
}

static void set_pair_ends(struct audit_work *work, struct audit_finding_draft *draft,
			  const struct rule_pair *pair, const struct edge_key *first)
{
	draft->plain.initiator = host_ref_end(work, draft->system, &pair->initiator, &first->initiator);
	draft->plain.responder = host_ref_end(work, draft->system, &pair->responder, &first->responder);
	draft->plain.peer_count = 1;
}

void unanswered_finding(struct audit_work *work, const struct rule_view *view, const struct pair_list *pairs,
			const struct rule_pair *pair)
{
	struct row_set set = {pairs->rows + pair->first, pair->count};
	struct audit_finding_draft *draft = work_draft(work);
	struct exception_subject subject = {.kind = FINDING_UNANSWERED,
					    .system = view->system->index,
					    .initiator = &pair->initiator,
					    .responder = &pair->responder};
	struct edge_key first;

	if (!draft)
		return;
	draft->system = view->system->index;
	draft->rule = subject.rule = (size_t)(view->rule - view->system->plain->rules);
	draft->plain.kind = FINDING_UNANSWERED;
	draft->plain.severity = unanswered_severity(work, view->rule);
	finding_cite(work, &draft->plain, draft->system, draft->rule);
	finding_sum_rows(work, &draft->plain, &set);
	/* A datagram that an answer was due to is no success for having been sent. */
	if (draft->plain.outcome == outcome_name(OUTCOME_ONEWAY))
		draft->plain.outcome = outcome_name(OUTCOME_UNANSWERED);
	first = work_key(work, set.rows[0]);
	set_pair_ends(work, draft, pair, &first);
	set_port(work, &draft->plain, &set);
	set_pair_id(work, draft, pair);
	draft->plain.filter = finding_filter(work, &draft->plain, &set);
	const struct port_names names = port_names_of(work, &set);
	port_names_keep(&draft->plain, &names);
	draft->plain.message = unanswered_message(work, view, &draft->plain, &set);
	subject.protocol = draft->plain.protocol;
	subject.port = draft->plain.port;
	draft_except(work, draft, exception_find(work, &subject));
}

/* What became of the primary rule between the hosts of a fallback. */
struct primary_sum {
	bool tried, answered;
};

static bool same_pair(const struct candidate *first, const struct rule_pair *pair)
{
	bool straight = host_ref_compare(&first->ends[0], &pair->initiator) == 0 &&
			host_ref_compare(&first->ends[1], &pair->responder) == 0;
	bool turned = host_ref_compare(&first->ends[0], &pair->responder) == 0 &&
		      host_ref_compare(&first->ends[1], &pair->initiator) == 0;

	return straight || turned;
}

const char *fallback_message(struct audit_work *work, const struct edge_message *message)
{
	const struct candidate *first = message->first;
	const struct matrix_system *system = work->systems[first->system].plain;
	const struct sig_rule *rule = system->rules[first->rule].rule;
	const struct audit_finding *finding = message->finding;
	const char *primary = system->rules[rule->fallback_for].rule->id;
	struct primary_sum sum = {0};
	struct pair_list pairs;

	pairs_build(work, first->system, rule->fallback_for, false, &pairs);
	for (size_t i = 0; i < pairs.count; i++) {
		if (!same_pair(first, &pairs.items[i]))
			continue;
		sum.tried = true;
		sum.answered |= pairs.items[i].works;
	}
	return work_text(
	    work, "%s fell back to %s of %s (rule %s). The rule to be used first, %s, was %s by %s pair%s.",
	    side_text(work, message, 0),
	    port_names_text(work, finding->protocol, finding->port, &message->ports),
	    side_text(work, message, 1), rule->id, primary, sum.tried ? "tried" : "not tried",
	    finding->peer_count > 1 ? "the first" : "the same",
	    !sum.tried     ? ""
	    : sum.answered ? " and answered"
			   : " and not answered");
}
