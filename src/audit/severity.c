/* How grave a finding is: the second table of design section 5. */
#include "rule_work.h"

static enum severity one_step_lower(enum severity severity)
{
	return severity > SEVERITY_INFO ? severity - 1 : SEVERITY_INFO;
}

/* Directory servers and their global catalogues (RFC 4511, and what Microsoft adds). */
static bool is_directory_port(uint16_t port)
{
	static const uint16_t ports[] = {389, 636, 3268, 3269};

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (ports[i] == port)
			return true;
	return false;
}

/* A directory server may send its client on to others. */
static bool looks_like_referral(const struct edge_row *row)
{
	return row->key.protocol == PROTO_TCP && is_directory_port(row->key.responder_port);
}

/* The source does not say all that this host's product may use. */
static bool source_is_open(const struct audit_work *work, size_t system, uint64_t roles)
{
	const struct matrix_system *plain = work->systems[system].plain;
	const struct signature *signature = plain->signature;

	for (size_t i = 0; i < signature->role_count; i++)
		if ((roles & plain->product_roles) >> i & 1 &&
		    (signature->open_ended || signature->roles[i].coverage == COVERAGE_PARTIAL))
			return true;
	return false;
}

/* No rule for what one of the ends may well use. */
static bool is_beyond_source(const struct audit_work *work, const struct candidate *candidate)
{
	return candidate->reason == REASON_NO_RULE &&
	       (source_is_open(work, candidate->system,
			       host_ref_roles(work, candidate->system, &candidate->ends[0])) ||
		source_is_open(work, candidate->system,
			       host_ref_roles(work, candidate->system, &candidate->ends[1])));
}

/* The system's own host opened it: the source says that the system may use more, not that others may use it.
 */
static bool system_opened(const struct audit_work *work, const struct candidate *candidate)
{
	return (host_ref_roles(work, candidate->system, &candidate->ends[0]) &
		work->systems[candidate->system].plain->product_roles) != 0;
}

static enum severity wrong_direction(const struct audit_work *work, const struct candidate *candidate)
{
	const struct edge_key key = work_key(work, candidate->edge);

	if (key.confidence == CONFIDENCE_PROVEN)
		return SEVERITY_HIGH;
	return key.basis == DIRECTION_PORTS ? SEVERITY_LOW : SEVERITY_MEDIUM;
}

static enum severity group_noise(const struct edge_row *row)
{
	enum row_outcome outcome = row_outcome(row);

	return outcome == OUTCOME_ANSWERED || outcome == OUTCOME_ESTABLISHED ? SEVERITY_LOW : SEVERITY_INFO;
}

/* Reasons whose severity is fixed, whatever the outcome and the direction's proof. */
static bool is_fixed(const struct audit_work *work, const struct candidate *candidate,
		     enum severity *severity)
{
	const struct edge_row whole = work_row(work, candidate->edge), *row = &whole;

	if (candidate->reason == REASON_GROUP_NOISE) {
		*severity = group_noise(row);
		return true;
	}
	*severity = SEVERITY_LOW;
	if (candidate->reason == REASON_DISPUTED_PORT || inferred_setting(work, candidate) != NO_INDEX)
		return true;
	if (candidate->reason == REASON_UNKNOWN_LISTENER)
		return looks_like_referral(row);
	return is_beyond_source(work, candidate) && system_opened(work, candidate);
}

/* Nobody was told who holds the roles: that a host was not recognised is not held against it in full. */
static bool lacks_inferred_role(const struct audit_work *work, const struct candidate *candidate)
{
	return work->systems[candidate->system].inferred &&
	       (candidate->reason == REASON_UNKNOWN_PEER || candidate->reason == REASON_UNKNOWN_LISTENER);
}

static enum severity unexpected(const struct audit_work *work, const struct candidate *candidate)
{
	const struct edge_row whole = work_row(work, candidate->edge), *row = &whole;
	enum severity severity;

	if (is_fixed(work, candidate, &severity))
		return severity;
	severity = outcome_is_attempt(row_outcome(row)) || candidate->reason == REASON_SCAN ? SEVERITY_MEDIUM
											    : SEVERITY_HIGH;
	if (is_beyond_source(work, candidate))
		severity = one_step_lower(severity);
	if (row->key.confidence != CONFIDENCE_PROVEN)
		severity = one_step_lower(severity);
	/* The cap is on the result: what is lower for other reasons stays as it is. */
	if ((work->judged.edges[candidate->edge].capped_medium || lacks_inferred_role(work, candidate)) &&
	    severity > SEVERITY_MEDIUM)
		severity = SEVERITY_MEDIUM;
	return severity;
}

enum severity edge_severity(const struct audit_work *work, const struct candidate *candidate)
{
	switch (candidate->kind) {
	case FINDING_WRONG_DIRECTION: return wrong_direction(work, candidate);
	case FINDING_UNEXPECTED: return unexpected(work, candidate);
	case FINDING_MISSING:
	case FINDING_UNANSWERED:
	case FINDING_FALLBACK:
	case FINDING_KIND_COUNT: break;
	}
	return SEVERITY_LOW;
}

enum severity missing_severity(const struct audit_work *work, const struct matrix_rule *rule)
{
	bool stated = rule->presence->after.count > 0 || rule->presence->by_site || work->options->expect_all;

	return stated ? SEVERITY_MEDIUM : SEVERITY_LOW;
}

enum severity unanswered_severity(const struct audit_work *work, const struct matrix_rule *rule)
{
	return rule_is_required(work, rule) || rule->rule->impact ? SEVERITY_MEDIUM : SEVERITY_LOW;
}
