/* What the page offers to copy: a display filter, an exception to fill in. Plain text here; the page escapes
 * it. */
#include "clean.h"
#include "html_texts.h"
#include "words.h"
#include <stdio.h>
#include <string.h>

/* The end that all flows of the finding share: where several peers are folded, the other one varies. */
static bool varies(const struct audit_finding *finding, const struct audit_end *end)
{
	return finding->peer_count > 1 && finding->peers_listed > 0 &&
	       addr_equal(&finding->peers[0].address, &end->address);
}

static void add_term(struct strbuf *out, const char *field, const char *value)
{
	strbuf_addf(out, "%s%s == %s", out->length ? " && " : "", field, value);
}

static void add_address_term(struct strbuf *terms, const struct addr *address)
{
	char text[ADDR_TEXT_MAX], *end;

	addr_format(address, text);
	switch ((enum addr_family)address->family) {
	case ADDR_IPV4:
	case ADDR_IPV6:
		/* Scope is not part of an address on the wire; a folded one keeps its prefix. */
		end = strchr(text, '%');
		if (end && strchr(end, '/'))
			memmove(end, strchr(end, '/'), strlen(strchr(end, '/')) + 1);
		else if (end)
			*end = '\0';
		add_term(terms, address->family == ADDR_IPV4 ? "ip.addr" : "ipv6.addr", text);
		break;
	case ADDR_MAC: add_term(terms, "eth.addr", text + strlen("mac:")); break;
	case ADDR_NONE: break;
	}
}

static void add_protocol_term(struct strbuf *terms, const struct audit_finding *finding)
{
	static const struct {
		int32_t protocol;
		const char *name;
	} known[] = {{PROTO_TCP, "tcp"}, {PROTO_UDP, "udp"}, {132, "sctp"}};
	char number[16], field[16];

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (finding->protocol != known[i].protocol)
			continue;
		(void)snprintf(field, sizeof field, "%s.port", known[i].name);
		(void)snprintf(number, sizeof number, "%d", (int)finding->port);
		if (finding->port >= 0)
			add_term(terms, field, number);
		else
			strbuf_addf(terms, "%s%s", terms->length ? " && " : "", known[i].name);
		return;
	}
	if (finding->protocol == PROTO_ICMP || finding->protocol == PROTO_ICMP6)
		strbuf_addf(terms, "%s%s", terms->length ? " && " : "",
			    finding->protocol == PROTO_ICMP ? "icmp" : "icmpv6");
}

void wireshark_filter_add(struct strbuf *out, const struct audit_finding *finding)
{
	struct strbuf terms = {0};

	if (!varies(finding, &finding->initiator))
		add_address_term(&terms, &finding->initiator.address);
	if (!varies(finding, &finding->responder))
		add_address_term(&terms, &finding->responder.address);
	if (terms.length > 0)
		add_protocol_term(&terms, finding);
	strbuf_add(out, strbuf_text(&terms));
	out->failed |= terms.failed;
	strbuf_clear(&terms);
}

static void stub_text(struct strbuf *out, const char *name, const char *text)
{
	if (!text)
		return;
	strbuf_addf(out, ", \"%s\": ", name);
	json_text_add(out, text);
}

/* By name, so that all its addresses are meant, else by its address as a site file writes one. Who stands for
 * many is left to the person who fills the rest in. */
static void stub_end(struct strbuf *out, const char *name, const struct audit_end *end)
{
	char text[ADDR_TEXT_MAX];
	struct addr bare = end->address;

	if (end->address.family == ADDR_NONE)
		return;
	bare.scope = 0;
	bare.scope_kind = ADDR_SCOPE_NONE;
	addr_format(&bare, text);
	stub_text(out, name, end->name ? end->name : strcmp(text, "any") == 0 ? "FILL IN: who" : text);
}

const char exception_head[] = "{\"id\": \"FILL-IN-AN-ID\",\n \"match\": {";
const char exception_tail[] = "},\n \"reason\": \"FILL IN: why this is tolerated\",\n"
			      " \"owner\": \"FILL IN: who answers for it\",\n"
			      " \"expires\": \"FILL IN: YYYY-MM-DD\"}";

static bool peers_vary(const struct audit_finding *finding)
{
	return varies(finding, &finding->initiator) || varies(finding, &finding->responder);
}

static void stub_begin(struct strbuf *out, const struct audit_finding *finding)
{
	strbuf_add(out, exception_head);
	exception_names_add(out, finding_kind_name(finding->kind), finding->system, finding->rule);
}

/* A draft that names nobody would excuse everybody; so each peer has one of its own, and those that are not
 * listed one that does not load before it is filled in. */
void exception_stubs_add(struct strbuf *out, const struct audit_finding *finding)
{
	stub_begin(out, finding);
	exception_ends_add(out, finding);
	strbuf_add(out, exception_tail);
}

void exception_names_add(struct strbuf *out, const char *kind, const char *system, const char *rule)
{
	strbuf_addf(out, "\"kind\": \"%s\"", kind);
	stub_text(out, "system", system);
	stub_text(out, "rule", rule);
}

/* The match's ends, one of them PEER where peers vary; without PEER, somebody to be filled in. */
static void stub_ends(struct strbuf *out, const struct audit_finding *finding, const struct audit_end *peer)
{
	const struct {
		const char *name;
		const struct audit_end *end;
	} ends[] = {{"initiator", &finding->initiator}, {"responder", &finding->responder}};

	for (size_t i = 0; i < 2; i++) {
		if (!peers_vary(finding) || !varies(finding, ends[i].end))
			stub_end(out, ends[i].name, ends[i].end);
		else if (peer)
			stub_end(out, ends[i].name, peer);
		else
			stub_text(out, ends[i].name, "FILL IN: who; the report does not list all");
	}
}

/* Never "any": what is not known, or too much to name, does not load before somebody fills it in. */
static void stub_ports(struct strbuf *out, const struct audit_finding *finding)
{
	size_t count = finding_port_ranges(finding);

	if (finding->port >= 0) {
		strbuf_addf(out, ", \"ports\": [%d]", (int)finding->port);
		return;
	}
	/* What is unanswered is of a rule, whose ports it may use. */
	if (finding->kind == FINDING_MISSING || finding->kind == FINDING_UNANSWERED ||
	    finding->protocol < 0 || !protocol_has_ports((uint8_t)finding->protocol))
		return;
	strbuf_add(out, ", \"ports\": [");
	for (size_t i = 0; i < count && i < PORT_RANGES_LISTED; i++) {
		const struct port_range *range = &finding->port_ranges[i];

		strbuf_addf(out, range->low == range->high ? "%s%u" : "%s[%u, %u]", i ? ", " : "", range->low,
			    range->high);
	}
	if (count == 0)
		strbuf_add(out, "\"FILL IN: which\"");
	else if (count > PORT_RANGES_LISTED)
		strbuf_add(out, ", \"FILL IN: the report does not list all\"");
	strbuf_add_char(out, ']');
}

static void stub_rest(struct strbuf *out, const struct audit_finding *finding)
{
	char protocol[16];

	stub_text(out, "host", finding->host);
	if (finding->protocol >= 0) {
		protocol_name((uint8_t)finding->protocol, protocol);
		bool number = protocol[0] >= '0' && protocol[0] <= '9';

		strbuf_addf(out, ", \"proto\": %s%s%s", number ? "" : "\"", protocol, number ? "" : "\"");
	}
	/* Opened from the service's port, the other one changes with every connection. */
	if (finding->reason != REASON_OPENED_FROM_SERVICE_PORT)
		stub_ports(out, finding);
}

void exception_ends_add(struct strbuf *out, const struct audit_finding *finding)
{
	size_t count = peers_vary(finding) ? finding->peers_listed : 0;

	stub_ends(out, finding, count ? &finding->peers[0] : NULL);
	stub_rest(out, finding);
	for (size_t i = 1; i < count + (count > 0 && finding->peer_count > count); i++) {
		strbuf_addf(out, "%s,\n", exception_tail);
		stub_begin(out, finding);
		stub_ends(out, finding, i < count ? &finding->peers[i] : NULL);
		stub_rest(out, finding);
	}
}
