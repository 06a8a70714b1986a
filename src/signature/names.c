#include "names.h"
#include <stdio.h>
#include <string.h>

static const char *const role_kind_names[] = {"product", "infrastructure", "person"};
static const char *const coverage_names[] = {"full", "partial", "none"};
static const char *const opener_names[] = {"from", "either"};
static const char *const delivery_names[] = {"unicast", "broadcast", "multicast"};
static const char *const reply_names[] = {"any", "yes", "no"};
static const char *const level_names[] = {"optional", "required"};
static const char *const each_names[] = {"system", "from", "to"};
static const char *const basis_names[] = {"documented", "ambiguous", "implied", "inferred"};
static const char *const child_names[] = {"ftp-data"};
static const char *const note_names[] = {"ambiguity", "error",         "gap",    "conflict",
					 "disputed",  "configuration", "related"};
static const char *const protocol_names[] = {"tcp", "udp", "icmp", "sctp"};
static const uint8_t protocol_numbers[] = {PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_ICMP, PROTOCOL_SCTP};
static const char *const verdict_names[] = {"documented",  "site-documented", "inconclusive",
					    "unexpected",  "wrong-direction", "not-covered",
					    "out-of-scope"};
static const char *const reason_names[] = {"mode-off",
					   "undocumented-reply",
					   "opened-by-responder",
					   "opened-from-service-port",
					   "unknown-peer",
					   "unknown-listener",
					   "disputed-port",
					   "scan",
					   "group-noise",
					   "ftp-bounce",
					   "no-rule"};
static const char *const flow_basis_names[] = {"handshake", "synack", "group", "protocol", "answer", "child",
					       "carried",   "quiet",  "first", "ports",    "none"};
static const char *const outcome_names[] = {"established", "answered",   "oneway",  "probed", "refused",
					    "reset",       "unanswered", "pending", "stray"};
static const char *const state_names[] = {"off",      "missing",        "unanswered",
					  "observed", "not-observable", "idle"};
static const char *const option_names[] = {"basis", "outcome", "answered_from"};
static const char *const finding_names[] = {"wrong-direction", "unexpected", "unanswered", "missing",
					    "fallback"};

const struct id_list role_kinds = NAME_LIST("kind", "kinds", role_kind_names);
const struct id_list role_coverages = NAME_LIST("coverage", "coverages", coverage_names);
const struct id_list rule_openers = NAME_LIST("opener", "openers", opener_names);
const struct id_list deliveries = NAME_LIST("delivery", "deliveries", delivery_names);
const struct id_list reply_expectations = NAME_LIST("expectation", "expectations", reply_names);
const struct id_list presence_levels = NAME_LIST("level", "levels", level_names);
const struct id_list presence_eaches = NAME_LIST("each", "values", each_names);
const struct id_list rule_bases = NAME_LIST("basis", "bases", basis_names);
const struct id_list child_kinds = NAME_LIST("kind of children", "kinds", child_names);
const struct id_list note_kinds = NAME_LIST("kind", "kinds", note_names);
const struct id_list protocols = NAME_LIST("protocol", "protocols", protocol_names);
const struct id_list example_verdicts = NAME_LIST("verdict", "verdicts", verdict_names);
const struct id_list example_reasons = NAME_LIST("reason", "reasons", reason_names);
const struct id_list example_bases = NAME_LIST("basis", "bases", flow_basis_names);
const struct id_list example_outcomes = NAME_LIST("outcome", "outcomes", outcome_names);
const struct id_list example_states = NAME_LIST("state", "states", state_names);
const struct id_list example_options = NAME_LIST("option", "options", option_names);
const struct id_list finding_kinds = NAME_LIST("kind", "kinds", finding_names);

const char *rule_basis_name(enum rule_basis basis)
{
	return basis_names[basis];
}

const char *role_kind_name(enum role_kind kind)
{
	return role_kind_names[kind];
}

const char *role_coverage_name(enum role_coverage coverage)
{
	return coverage_names[coverage];
}

const char *reply_expect_name(enum reply_expect expect)
{
	return reply_names[expect];
}

const char *presence_each_name(enum presence_each each)
{
	return each_names[each];
}

/* ICMPv6 bears ICMP's name, as in signature files: the addresses beside it tell which one it is. */
char *protocol_name(uint8_t protocol, char out[16])
{
	if (protocol == PROTOCOL_ICMP6)
		protocol = PROTOCOL_ICMP;
	for (size_t i = 0; i < sizeof(protocol_numbers); i++) {
		if (protocol_numbers[i] == protocol) {
			(void)snprintf(out, 16, "%s", protocol_names[i]);
			return out;
		}
	}
	(void)snprintf(out, 16, "%u", (unsigned)protocol);
	return out;
}

int protocol_number(const char *name)
{
	size_t found = id_list_find(&protocols, name);

	return found == NO_INDEX ? -1 : protocol_numbers[found];
}
