/*
 * What happened, in one or two sentences for somebody who was woken by it: who did what to whom on which
 * port, what the matrix has to say, and how sure the direction is.
 */
#include "work.h"

static const struct matrix_rule *rule_of(const struct audit_work *work, const struct candidate *candidate)
{
	return candidate->rule == NO_INDEX ? NULL
					   : &work->systems[candidate->system].plain->rules[candidate->rule];
}

static const struct signature *signature_of(const struct audit_work *work, const struct candidate *candidate)
{
	return work->systems[candidate->system].plain->signature;
}

static bool is_unknown(const struct audit_finding *finding)
{
	return finding->confidence == CONFIDENCE_UNKNOWN;
}

/* Of a direction that nobody knows nothing is probable: only what was sent is said. */
static const char *maybe(const struct audit_finding *finding)
{
	return finding->confidence == CONFIDENCE_PROVEN || is_unknown(finding) ? "" : "probably ";
}

/* The end that the finding is about stands alone, the other with how many there are besides. */
const char *side_text(struct audit_work *work, const struct edge_message *message, uint8_t side)
{
	const struct audit_finding *finding = message->finding;
	const char *text = end_text(work, side == 0 ? &finding->initiator : &finding->responder);

	if (side == message->first->anchor || finding->peer_count < 2)
		return text;
	return work_text(work, "%s and %s", text,
			 count_text(work, finding->peer_count - 1, "other host", "other hosts"));
}

struct outcome_words {
	const char *verb;  /* before the port */
	const char *after; /* how it ended */
};

static struct outcome_words words_of(const struct audit_finding *finding, enum row_outcome outcome)
{
	static const struct outcome_words connecting[OUTCOME_COUNT] = {
	    [OUTCOME_ESTABLISHED] = {"opened", ""},
	    [OUTCOME_ANSWERED] = {"opened", ""},
	    [OUTCOME_ONEWAY] = {"opened", ""},
	    [OUTCOME_PROBED] = {"probed", ""},
	    [OUTCOME_REFUSED] = {"tried to open", " and was refused"},
	    [OUTCOME_RESET] = {"sent data to", " and was reset"},
	    [OUTCOME_UNANSWERED] = {"tried to open", " and got no answer"},
	    [OUTCOME_PENDING] = {"tried to open", ", and the capture ended there"},
	};
	static const struct outcome_words sending[OUTCOME_COUNT] = {
	    [OUTCOME_ESTABLISHED] = {"asked", " and got an answer"},
	    [OUTCOME_ANSWERED] = {"asked", " and got an answer"},
	    [OUTCOME_ONEWAY] = {"sent to", ""},
	    [OUTCOME_PROBED] = {"sent to", ""},
	    [OUTCOME_REFUSED] = {"sent to", " and was refused"},
	    [OUTCOME_RESET] = {"sent to", " and was reset"},
	    [OUTCOME_UNANSWERED] = {"sent to", " and got no answer"},
	    [OUTCOME_PENDING] = {"sent to", ", and the capture ended there"},
	};

	if (outcome >= OUTCOME_COUNT)
		return (struct outcome_words){finding->protocol == PROTO_TCP ? "opened" : "sent to", ""};
	return finding->protocol == PROTO_TCP ? connecting[outcome] : sending[outcome];
}

static enum row_outcome outcome_of(const struct audit_finding *finding)
{
	for (int i = 0; i < OUTCOME_COUNT; i++)
		if (finding->outcome == outcome_name((enum row_outcome)i))
			return (enum row_outcome)i;
	return OUTCOME_COUNT;
}

/* "A exchanged packets from port 2222 with TCP port 389 of B." */
static const char *traffic_text(struct audit_work *work, const struct edge_message *message, bool ported)
{
	const struct audit_finding *finding = message->finding;
	enum row_outcome outcome = outcome_of(finding);
	bool both_ways = outcome == OUTCOME_ESTABLISHED || outcome == OUTCOME_ANSWERED;
	const char *what = "packets", *from = "";
	const char *with = port_names_text(work, finding->protocol, finding->port, &message->ports);

	if (!ported)
		what = port_text(work, finding->protocol, finding->port);
	else if (message->one_opener_port)
		from = work_text(work, " from port %u", message->opener_port);
	return work_text(work, "%s %s %s%s %s %s%s%s%s.", side_text(work, message, 0),
			 both_ways ? "exchanged" : "sent", what, from, both_ways ? "with" : "to",
			 ported ? with : "", ported ? " of " : "", side_text(work, message, 1),
			 both_ways ? "" : words_of(finding, outcome).after);
}

/* "A probably opened TCP port 389 of B and was refused." */
static const char *deed_text(struct audit_work *work, const struct edge_message *message)
{
	const struct audit_finding *finding = message->finding;
	struct outcome_words words = words_of(finding, outcome_of(finding));
	bool ported = finding->protocol >= 0 && protocol_has_ports((uint8_t)finding->protocol);

	if (is_unknown(finding))
		return traffic_text(work, message, ported);
	if (!ported)
		return work_text(work, "%s %ssent %s to %s%s.", side_text(work, message, 0), maybe(finding),
				 port_text(work, finding->protocol, finding->port),
				 side_text(work, message, 1), words.after);
	return work_text(work, "%s %s%s %s of %s%s.", side_text(work, message, 0), maybe(finding), words.verb,
			 port_names_text(work, finding->protocol, finding->port, &message->ports),
			 side_text(work, message, 1), words.after);
}

static const char *from_to(struct audit_work *work, const struct edge_message *message,
			   const struct matrix_rule *rule, bool from)
{
	return roles_text(work, signature_of(work, message->first), from ? rule->rule->from : rule->rule->to,
			  from ? rule->rule->from_any : rule->rule->to_any);
}

typedef const char *reason_writer(struct audit_work *work, const struct edge_message *message,
				  const struct matrix_rule *rule);

static const char *by_responder(struct audit_work *work, const struct edge_message *message,
				const struct matrix_rule *rule)
{
	return work_text(work, "Rule %s has it the other way round: %s opens, %s listens.", rule->rule->id,
			 from_to(work, message, rule, true), from_to(work, message, rule, false));
}

static const char *from_service_port(struct audit_work *work, const struct edge_message *message,
				     const struct matrix_rule *rule)
{
	return work_text(work, "It came from port %u, where rule %s has %s listen and %s open.",
			 message->opener_port, rule->rule->id, from_to(work, message, rule, false),
			 from_to(work, message, rule, true));
}

static const char *mode_off(struct audit_work *work, const struct edge_message *message,
			    const struct matrix_rule *rule)
{
	const struct matrix_system *system = work->systems[message->first->system].plain;

	return work_text(work, "Rule %s documents that only in another mode; here %s.", rule->rule->id,
			 mode_text(work, system, rule));
}

static const char *other_reply(struct audit_work *work, const struct edge_message *message,
			       const struct matrix_rule *rule)
{
	if (message->answered_from == 0)
		return work_text(work, "The answer came from a port that rule %s does not document.",
				 rule->rule->id);
	return work_text(work, "The answer came from port %u, which rule %s does not document.",
			 message->answered_from, rule->rule->id);
}

static const char *unknown_peer(struct audit_work *work, const struct edge_message *message,
				const struct matrix_rule *rule)
{
	return work_text(work, "Rule %s documents this port for %s alone, and the %s is not bound to that.",
			 rule->rule->id,
			 from_to(work, message, rule,
				 message->finding->responder.roles.count == 0 || !rule->rule->either ||
				     (host_ref_roles(work, message->first->system, &message->first->ends[1]) &
				      rule->rule->to)),
			 is_unknown(message->finding) ? "other end" : "opener");
}

static const char *unknown_listener(struct audit_work *work, const struct edge_message *message,
				    const struct matrix_rule *rule)
{
	bool opens_as_from =
	    !rule->rule->either ||
	    (host_ref_roles(work, message->first->system, &message->first->ends[0]) & rule->rule->from);

	return work_text(work, "Rule %s documents this port at %s alone, and the %s is not bound to that.",
			 rule->rule->id, from_to(work, message, rule, !opens_as_from),
			 is_unknown(message->finding) ? "other end" : "listener");
}

static const char *disputed_port(struct audit_work *work, const struct edge_message *message,
				 const struct matrix_rule *rule)
{
	(void)message;
	return work_text(work,
			 "Other editions of the vendor's document print this port for rule %s: set the "
			 "site's parameter to the "
			 "port that is really used.",
			 rule->rule->id);
}

/* Reasons that name a rule. */
static reason_writer *const writers[REASON_COUNT] = {
    [REASON_OPENED_BY_RESPONDER] = by_responder,
    [REASON_OPENED_FROM_SERVICE_PORT] = from_service_port,
    [REASON_MODE_OFF] = mode_off,
    [REASON_UNDOCUMENTED_REPLY] = other_reply,
    [REASON_UNKNOWN_PEER] = unknown_peer,
    [REASON_UNKNOWN_LISTENER] = unknown_listener,
    [REASON_DISPUTED_PORT] = disputed_port,
};

static const char *setting_text(struct audit_work *work, const struct candidate *candidate)
{
	const struct matrix_system *system = work->systems[candidate->system].plain;
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a system with a setting has that rule */
	const char *rule = system->rules[inferred_setting(work, candidate)].rule->id;

	return work_text(
	    work,
	    "No rule of the %s matrix documents it; but rule %s is used here, and a site may set "
	    "another port for that: say so in a site file.",
	    system->signature->product, rule);
}

static const char *reason_text(struct audit_work *work, const struct edge_message *message)
{
	const struct matrix_rule *rule = rule_of(work, message->first);
	enum finding_reason reason = message->first->reason;

	if (rule && writers[reason])
		return writers[reason](work, message, rule);
	if (reason == REASON_SCAN)
		return "Within a quarter of an hour it tried at least 16 hosts or ports and reached none: a "
		       "scan.";
	if (reason == REASON_GROUP_NOISE)
		return "No rule of the matrix documents this broadcast or multicast.";
	if (message->finding->severity <= SEVERITY_LOW && inferred_setting(work, message->first) != NO_INDEX)
		return setting_text(work, message->first);
	return work_text(work, "No rule of the %s matrix documents it.",
			 signature_of(work, message->first)->product);
}

/* Who is to blame is known only as well as who opened. */
static const char *doubt_text(const struct audit_finding *finding)
{
	if (finding->confidence == CONFIDENCE_UNKNOWN)
		return " Nobody saw who opened it.";
	if (finding->confidence == CONFIDENCE_PROVEN)
		return "";
	return finding->basis == DIRECTION_PORTS ? " Who opened it is guessed from the ports alone."
						 : " Who opened it is likely, not proven.";
}

const char *edge_message(struct audit_work *work, const struct edge_message *message)
{
	if (message->finding->kind == FINDING_FALLBACK)
		return fallback_message(work, message);
	return work_text(work, "%s %s%s", deed_text(work, message), reason_text(work, message),
			 doubt_text(message->finding));
}
