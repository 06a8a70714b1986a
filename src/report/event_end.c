/* Why a finding is no more. */
#include "event_parts.h"
#include <stdio.h>
#include <string.h>

static const struct audit_rule *rule_of(const struct event_told *told, const struct audit_result *result)
{
	for (size_t s = 0; s < result->system_count; s++) {
		const struct audit_system *system = &result->systems[s];

		if (strcmp(system->name, told->system) != 0)
			continue;
		for (size_t r = 0; r < system->rule_count; r++) {
			if (told->rule && strcmp(system->rules[r].rule->id, told->rule) == 0)
				return &system->rules[r];
		}
	}
	return NULL;
}

static struct event_end end_make(enum event_kind kind, const char *reason, const char *text)
{
	struct event_end end = {.kind = kind, .reason = reason};

	snprintf(end.text, sizeof end.text, "%s", text);
	return end;
}

/* What is missing, unanswered or fell back ends well, save when it can no longer be seen. */
static struct event_end presence_end(const struct event_told *told, const struct audit_result *result)
{
	const struct audit_rule *rule = rule_of(told, result);
	struct event_end end = end_make(EVENT_CLEARED, "recovered", "");

	if (rule && rule->state == STATE_NOT_OBSERVABLE) {
		end.kind = EVENT_WITHDRAWN;
		end.reason = "not-observable";
		snprintf(end.text, sizeof end.text, "can no longer be observed: %s",
			 rule->reason ? rule->reason : "no reason known");
	} else if (told->kind == FINDING_MISSING) {
		snprintf(end.text, sizeof end.text, "%s",
			 rule && rule->state == STATE_IDLE ? "no longer due" : "seen again");
	} else {
		snprintf(end.text, sizeof end.text, "%s",
			 told->kind == FINDING_UNANSWERED ? "answered now"
							  : "the fallback is no longer used");
	}
	return end;
}

static bool same_pair(const struct event_told *told, const struct addr *a, const struct addr *b)
{
	return (addr_same_host(&told->initiator, a) && addr_same_host(&told->responder, b)) ||
	       (addr_same_host(&told->initiator, b) && addr_same_host(&told->responder, a));
}

/* A finding of this audit that may hold what was told: of the same two hosts, or of the same opener's scan.
 */
static const struct audit_finding *replacement(const struct event_told *told,
					       const struct audit_result *result)
{
	for (size_t i = 0; i < result->finding_count; i++) {
		const struct audit_finding *finding = &result->findings[i];

		if (strcmp(finding->id, told->id) == 0 || event_is_presence(finding->kind))
			continue;
		if (finding->protocol == told->protocol &&
		    (same_pair(told, &finding->initiator.address, &finding->responder.address) ||
		     (finding->reason == REASON_SCAN &&
		      addr_same_host(&told->initiator, &finding->initiator.address))))
			return finding;
	}
	return NULL;
}

/* The row of the same hosts that was seen last: of the same service, if one is. False: there is none. */
static bool row_now(const struct event_told *told, const struct ledger *ledger, struct edge_row *best)
{
	size_t count = ledger_edge_count(ledger);
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		const struct edge_key key = ledger_edge_key(ledger, i);

		if (key.protocol != told->protocol || !same_pair(told, &key.initiator, &key.responder))
			continue;
		const struct edge_row row = ledger_edge(ledger, i);
		bool same = key.responder_port == told->port;
		bool best_same = found && best->key.responder_port == told->port;
		if (!found || same > best_same || (same == best_same && row.last_ns > best->last_ns))
			*best = row;
		found = true;
	}
	return found;
}

static struct event_end edge_end(const struct event_told *told, const struct audit_result *result,
				 const struct ledger *ledger)
{
	const struct audit_finding *finding = replacement(told, result);
	char opener[ADDR_TEXT_MAX];

	if (finding) {
		struct event_end end = end_make(EVENT_WITHDRAWN, "replaced", "");
		snprintf(end.text, sizeof end.text, "now told as %s %s, finding %s",
			 severity_name(finding->severity), finding_kind_name(finding->kind), finding->id);
		end.replaced_by = finding->id;
		return end;
	}
	struct edge_row row;
	if (!row_now(told, ledger, &row))
		return end_make(EVENT_WITHDRAWN, "folded", "its rows were folded for want of memory");
	if (addr_same_host(&row.key.initiator, &told->initiator))
		return end_make(EVENT_WITHDRAWN, "judged-anew", "what was seen since makes it no finding");
	struct event_end end = end_make(EVENT_WITHDRAWN, "direction", "");
	snprintf(end.text, sizeof end.text, "later packets show that %s opened it (%s, %s)",
		 addr_format(&row.key.initiator, opener),
		 direction_name((enum direction_basis)row.key.basis),
		 confidence_name((enum confidence)row.key.confidence));
	return end;
}

struct event_end event_end_of(const struct event_tracker *tracker, const struct event_told *told,
			      const struct audit_result *result, const struct ledger *ledger,
			      int64_t window_from_ns)
{
	if (tracker->files_changed)
		return end_make(EVENT_WITHDRAWN, "files-changed",
				"no finding under the site and signature files as read again");
	if (told->kind == FINDING_MISSING)
		return presence_end(told, result);
	if (window_from_ns != TIME_UNKNOWN && told->last_ns != TIME_UNKNOWN && told->last_ns < window_from_ns)
		return (struct event_end){.kind = EVENT_KIND_COUNT};
	if (told->kind == FINDING_UNANSWERED || told->kind == FINDING_FALLBACK)
		return presence_end(told, result);
	return edge_end(told, result, ledger);
}
