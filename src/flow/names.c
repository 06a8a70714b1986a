/*
 * Words for what this floor finds, as reports print them.
 */
#include "flow/flow.h"

static const char *name_at(const char *const *names, unsigned count, unsigned which)
{
	return which < count ? names[which] : "?";
}

const char *direction_name(enum direction_basis basis)
{
	static const char *const names[DIRECTION_COUNT] = {
	    [DIRECTION_NONE] = "none",     [DIRECTION_PORTS] = "ports",        [DIRECTION_FIRST] = "first",
	    [DIRECTION_QUIET] = "quiet",   [DIRECTION_CARRIED] = "carried",    [DIRECTION_CHILD] = "child",
	    [DIRECTION_ANSWER] = "answer", [DIRECTION_PROTOCOL] = "protocol",  [DIRECTION_GROUP] = "group",
	    [DIRECTION_SYNACK] = "synack", [DIRECTION_HANDSHAKE] = "handshake"};

	return name_at(names, DIRECTION_COUNT, basis);
}

const char *confidence_name(enum confidence confidence)
{
	static const char *const names[CONFIDENCE_COUNT] = {
	    [CONFIDENCE_UNKNOWN] = "unknown", [CONFIDENCE_LIKELY] = "likely", [CONFIDENCE_PROVEN] = "proven"};

	return name_at(names, CONFIDENCE_COUNT, confidence);
}

const char *flow_event_name(enum flow_event event)
{
	static const char *const names[FLOW_EVENT_COUNT] = {
	    [FLOW_OPENED] = "opened",   [FLOW_CONTINUED] = "continued", [FLOW_SUCCEEDED] = "succeeded",
	    [FLOW_REFUSED] = "refused", [FLOW_RESET] = "reset",         [FLOW_EXPIRED] = "expired",
	    [FLOW_ONEWAY] = "oneway",   [FLOW_PROBED] = "probed",       [FLOW_STRAY] = "stray",
	    [FLOW_ANSWER] = "answer"};

	return name_at(names, FLOW_EVENT_COUNT, event);
}

const char *flow_anomaly_name(enum flow_anomaly_kind kind)
{
	static const char *const names[ANOMALY_KIND_COUNT] = {
	    [ANOMALY_FTP_BOUNCE] = "ftp-bounce",
	    [ANOMALY_SIMULTANEOUS_OPEN] = "simultaneous-open",
	    [ANOMALY_DIRECTION_CONFLICT] = "direction-conflict"};

	return name_at(names, ANOMALY_KIND_COUNT, kind);
}
