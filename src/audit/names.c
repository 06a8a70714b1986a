/* What verdicts, kinds, reasons, severities and states are called in reports. */
#include "audit/audit.h"

const char *edge_verdict_name(enum edge_verdict verdict)
{
	static const char *const names[VERDICT_COUNT] = {
	    [VERDICT_DOCUMENTED] = "documented",     [VERDICT_SITE_DOCUMENTED] = "site-documented",
	    [VERDICT_UNEXPECTED] = "unexpected",     [VERDICT_WRONG_DIRECTION] = "wrong-direction",
	    [VERDICT_INCONCLUSIVE] = "inconclusive", [VERDICT_NOT_COVERED] = "not-covered",
	    [VERDICT_OUT_OF_SCOPE] = "out-of-scope",
	};

	return names[verdict];
}

const char *finding_kind_name(enum finding_kind kind)
{
	static const char *const names[FINDING_KIND_COUNT] = {
	    [FINDING_UNEXPECTED] = "unexpected", [FINDING_WRONG_DIRECTION] = "wrong-direction",
	    [FINDING_MISSING] = "missing",       [FINDING_UNANSWERED] = "unanswered",
	    [FINDING_FALLBACK] = "fallback",
	};

	return names[kind];
}

const char *finding_reason_name(enum finding_reason reason)
{
	static const char *const names[REASON_COUNT] = {
	    [REASON_NONE] = NULL,
	    [REASON_MODE_OFF] = "mode-off",
	    [REASON_UNDOCUMENTED_REPLY] = "undocumented-reply",
	    [REASON_OPENED_BY_RESPONDER] = "opened-by-responder",
	    [REASON_OPENED_FROM_SERVICE_PORT] = "opened-from-service-port",
	    [REASON_SCAN] = "scan",
	    [REASON_GROUP_NOISE] = "group-noise",
	    [REASON_DISPUTED_PORT] = "disputed-port",
	    [REASON_UNKNOWN_PEER] = "unknown-peer",
	    [REASON_UNKNOWN_LISTENER] = "unknown-listener",
	    [REASON_FTP_BOUNCE] = "ftp-bounce",
	    [REASON_NO_RULE] = "no-rule",
	};

	return names[reason];
}

const char *severity_name(enum severity severity)
{
	static const char *const names[SEVERITY_COUNT] = {
	    [SEVERITY_INFO] = "info",
	    [SEVERITY_LOW] = "low",
	    [SEVERITY_MEDIUM] = "medium",
	    [SEVERITY_HIGH] = "high",
	};

	return names[severity];
}

const char *rule_state_name(enum rule_state state)
{
	static const char *const names[STATE_COUNT] = {
	    [STATE_OFF] = "off",
	    [STATE_MISSING] = "missing",
	    [STATE_UNANSWERED] = "unanswered",
	    [STATE_OBSERVED] = "observed",
	    [STATE_NOT_OBSERVABLE] = "not-observable",
	    [STATE_IDLE] = "idle",
	};

	return names[state];
}

const char *run_verdict_name(enum run_verdict verdict)
{
	static const char *const names[] = {
	    [RUN_PASS] = "pass",
	    [RUN_FAIL] = "fail",
	    [RUN_INCONCLUSIVE] = "inconclusive",
	};

	return names[verdict];
}
