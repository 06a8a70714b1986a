#include "audit_testkit.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name, *ipv4, *ipv6;
} hosts[] = {
    {"manager", "10.0.0.1", "fd00::1"},         {"primary", "10.0.0.2", "fd00::2"},
    {"device", "10.0.1.1", "fd00:1::1"},        {"device2", "10.0.1.2", "fd00:1::2"},
    {"agent", "10.0.2.1", "fd00:2::1"},         {"box", "10.0.3.1", "fd00:3::1"},
    {"store", "10.0.4.1", "fd00:4::1"},         {"ldap", "10.0.5.1", "fd00:5::1"},
    {"admin", "10.0.6.1", "fd00:6::1"},         {"unbound", "10.0.9.9", "fd00:9::9"},
    {"stranger", "203.0.113.9", "2001:db8::9"}, {"all", "255.255.255.255", "ff02::1"},
    {"net", "10.0.1.255", "ff05::5"},           {"nobody", "0.0.0.0", "::"},
};

/* JSON as written here, with its quotation marks. Freed by the caller. */
static char *quoted_json(const char *text)
{
	char *copy = strdup(text);

	cr_assert_not_null(copy);
	for (char *at = copy; *at; at++)
		if (*at == '\'')
			*at = '"';
	return copy;
}

static void write_signature(const struct kit *kit, const char *text)
{
	char path[96], *json = quoted_json(text);
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/kit.json", kit->directory);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	cr_assert_geq(fputs(json, file), 0);
	cr_assert_eq(fclose(file), 0);
	free(json);
}

static const char *first_error(const struct kit *kit)
{
	return kit->messages.error_count > 0 ? kit->messages.errors[0] : "no message";
}

void kit_open(struct kit *kit, uint8_t family, const char *signature, const char *site)
{
	char *json = quoted_json(site ? site : kit_site);
	struct err err = {""};

	*kit = (struct kit){.directory = "/tmp/tapaudit-kit-XXXXXX", .family = family};
	cr_assert_not_null(mkdtemp(kit->directory));
	write_signature(kit, signature ? signature : kit_signature);
	kit->library = signature_library_open(kit->directory, &err);
	cr_assert_not_null(kit->library, "%s", err.text);
	kit->site = site_parse(json, strlen(json), "site.json", kit->library, &kit->messages);
	cr_assert_not_null(kit->site, "%s", first_error(kit));
	kit->matrix = matrix_compile(kit->site, &err);
	cr_assert_not_null(kit->matrix, "%s", err.text);
	kit_clear_ledger(kit);
	free(json);
}

void kit_close(struct kit *kit)
{
	char path[96];

	ledger_free(kit->ledger);
	matrix_free(kit->matrix);
	site_free(kit->site);
	signature_library_close(kit->library);
	message_list_clear(&kit->messages);
	(void)snprintf(path, sizeof(path), "%s/kit.json", kit->directory);
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(rmdir(kit->directory), 0);
}

void kit_clear_ledger(struct kit *kit)
{
	struct ledger_options options = {.hash_seed = 7};
	struct err err = {""};
	int64_t sensor;

	ledger_free(kit->ledger);
	kit->ledger = ledger_new(&options, &err);
	cr_assert_not_null(kit->ledger, "%s", err.text);
	sensor = ledger_sensor(kit->ledger, "tap");
	cr_assert_geq(sensor, 0);
	kit->sensor = (uint32_t)sensor;
	kit->time_ns = INT64_C(1767787200) * NSEC_PER_SEC;
}

struct addr kit_host(const struct kit *kit, const char *name)
{
	struct addr address = {0};
	const char *text = name;

	if (strcmp(name, "any") == 0)
		return address;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strcmp(hosts[i].name, name) == 0)
			text = kit->family == ADDR_IPV4 ? hosts[i].ipv4 : hosts[i].ipv6;
	cr_assert_eq(addr_parse(&address, text), 0, "no host \"%s\"", name);
	return address;
}

static uint8_t protocol_of(const struct kit *kit, const char *name)
{
	if (strcmp(name, "tcp") == 0)
		return PROTO_TCP;
	if (strcmp(name, "udp") == 0)
		return PROTO_UDP;
	if (strcmp(name, "icmp") == 0)
		return kit->family == ADDR_IPV4 ? PROTO_ICMP : PROTO_ICMP6;
	return (uint8_t)strtoul(name, NULL, 10);
}

static void read_protocol(const struct kit *kit, char *word, struct flow_delta *delta)
{
	char *delivery = strchr(word, '/');

	if (delivery)
		*delivery++ = '\0';
	delta->protocol = protocol_of(kit, word);
	if (delivery)
		delta->delivery =
		    strcmp(delivery, "broadcast") == 0 ? DELIVERY_BROADCAST : DELIVERY_MULTICAST;
}

/* NAME, NAME:PORT, or a MAC or IPv6 address in brackets before the port; for ICMP TYPE/CODE. */
static void read_end(const struct kit *kit, char *word, struct addr *address, uint16_t *port)
{
	char *colon = word[0] == '[' ? strchr(word, ']') : strchr(word, ':');
	char *slash;

	if (word[0] == '[') {
		word++;
		*colon++ = '\0';
	}
	if (colon && *colon == ':') {
		*colon++ = '\0';
		*port = (uint16_t)strtoul(colon, &slash, 10);
		if (*slash == '/')
			*port = (uint16_t)(*port * 256 + strtoul(slash + 1, NULL, 10));
	}
	*address = kit_host(kit, word);
}

static uint8_t basis_of(const char *name)
{
	static const char *const names[DIRECTION_COUNT] = {"none",    "ports",  "first",    "quiet",
							   "carried", "child",  "answer",   "protocol",
							   "group",   "synack", "handshake"};

	for (uint8_t i = 0; i < DIRECTION_COUNT; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	cr_assert_fail("no basis \"%s\"", name);
	return 0;
}

static uint8_t confidence_of(const char *name)
{
	return strcmp(name, "proven") == 0   ? CONFIDENCE_PROVEN
	       : strcmp(name, "likely") == 0 ? CONFIDENCE_LIKELY
					     : CONFIDENCE_UNKNOWN;
}

static void read_events(char *list, struct flow_delta *delta)
{
	static const char *const names[FLOW_EVENT_COUNT] = {"opened", "continued", "succeeded", "refused",
							    "reset",  "expired",   "oneway",    "probed",
							    "stray",  "answer"};
	char *name;

	memset(delta->events, 0, sizeof(delta->events));
	while ((name = strsep(&list, ",")))
		for (size_t i = 0; i < FLOW_EVENT_COUNT; i++)
			if (strcmp(names[i], name) == 0)
				delta->events[i]++;
}

static void read_option(char *word, struct flow_delta *delta)
{
	char *value = strchr(word, '=');

	if (!value) {
		cr_assert_str_eq(word, "assumed");
		delta->parent_assumed = true;
		return;
	}
	*value++ = '\0';
	if (strcmp(word, "basis") == 0) {
		delta->basis = basis_of(value);
		delta->confidence = delta->basis == DIRECTION_NONE   ? CONFIDENCE_UNKNOWN
				    : delta->basis < DIRECTION_CHILD ? CONFIDENCE_LIKELY
								     : CONFIDENCE_PROVEN;
	} else if (strcmp(word, "conf") == 0)
		delta->confidence = confidence_of(value);
	else if (strcmp(word, "ev") == 0)
		read_events(value, delta);
	else if (strcmp(word, "out") == 0)
		delta->packets[0] = strtoul(value, NULL, 10);
	else if (strcmp(word, "in") == 0)
		delta->packets[1] = strtoul(value, NULL, 10);
	else if (strcmp(word, "from") == 0)
		delta->answered_from = (uint16_t)strtoul(value, NULL, 10);
	else if (strcmp(word, "parent") == 0)
		delta->parent = (uint16_t)strtoul(value, NULL, 10);
	else
		cr_assert_fail("no option \"%s\"", word);
}

static struct flow_delta usual_delta(const struct kit *kit)
{
	struct flow_delta delta = {.bucket = time_bucket(kit->time_ns),
				   .packets = {5, 5},
				   .bytes = {500, 500},
				   .first_ns = kit->time_ns,
				   .last_ns = kit->time_ns + NSEC_PER_SEC,
				   .opened_minutes = time_minute_bit(kit->time_ns),
				   .answered_minutes = time_minute_bit(kit->time_ns),
				   .active_minutes = time_minute_bit(kit->time_ns)};

	delta.events[FLOW_OPENED] = 1;
	delta.events[FLOW_SUCCEEDED] = 1;
	return delta;
}

struct flow_delta kit_delta(const struct kit *kit, const char *text)
{
	struct flow_delta delta = usual_delta(kit);
	char *copy = strdup(text), *rest = copy, *word;

	read_protocol(kit, strsep(&rest, " "), &delta);
	delta.basis = delta.delivery != DELIVERY_UNICAST ? DIRECTION_GROUP
		      : delta.protocol == PROTO_TCP      ? DIRECTION_HANDSHAKE
							 : DIRECTION_PROTOCOL;
	delta.confidence = CONFIDENCE_PROVEN;
	if (delta.delivery != DELIVERY_UNICAST)
		delta.packets[1] = delta.bytes[1] = 0;
	read_end(kit, strsep(&rest, " "), &delta.initiator, &delta.initiator_port);
	cr_assert_str_eq(strsep(&rest, " "), ">");
	read_end(kit, strsep(&rest, " "), &delta.responder, &delta.responder_port);
	while ((word = strsep(&rest, " ")))
		read_option(word, &delta);
	free(copy);
	return delta;
}

void kit_add(struct kit *kit, const char *text)
{
	struct flow_delta delta = kit_delta(kit, text);

	ledger_add_delta(kit->ledger, kit->sensor, &delta);
}

void kit_judge(struct kit *kit, struct judge_result *out)
{
	struct host_macs *macs;
	struct err err = {""};

	ledger_sort(kit->ledger);
	macs = host_macs_new(kit->ledger);
	cr_assert_not_null(macs);
	cr_assert_eq(judge_ledger(kit->ledger, kit->matrix, macs, out, &err), 0, "%s", err.text);
	host_macs_free(macs);
}

/* Appends to the text in OUT. */
static void add(char *out, const char *word)
{
	size_t length = strlen(out);

	(void)snprintf(out + length, KIT_TEXT_MAX - length, "%s%s", length > 0 ? " " : "", word);
}

static void add_if(char *out, bool set, const char *word)
{
	if (set)
		add(out, word);
}

static void add_rule(const struct kit *kit, char *out, size_t system, size_t rule)
{
	char word[96];

	if (rule == NO_INDEX && system == 0)
		return;
	if (system == 0)
		(void)snprintf(word, sizeof(word), "%s", matrix_system(kit->matrix, 0)->rules[rule].rule->id);
	else
		(void)snprintf(word, sizeof(word), "%zu/%s", system,
			       rule == NO_INDEX ? ""
						: matrix_system(kit->matrix, system)->rules[rule].rule->id);
	add(out, word);
}

static void add_match(const struct kit *kit, char *out, const struct judge_match *match)
{
	add_rule(kit, out, match->system, match->rule);
	add_if(out, match->turned, "turned");
	add_if(out, match->assumed_from, "from?");
	add_if(out, match->assumed_to, "to?");
	add_if(out, match->child, "child");
	add_if(out, match->bad_reply, "bad-reply");
	add_if(out, match->uncertain, "uncertain");
	add_if(out, match->folded, "folded");
}

char *kit_describe(const struct kit *kit, const struct judge_result *result, size_t row,
		   char out[KIT_TEXT_MAX])
{
	const struct judged_edge *edge = &result->edges[row];
	bool any = false;

	(void)snprintf(out, KIT_TEXT_MAX, "%s", edge_verdict_name(edge->verdict));
	if (edge->reason != REASON_NONE)
		add(out, finding_reason_name(edge->reason));
	if (edge->system != NO_INDEX)
		add_rule(kit, out, edge->system, edge->rule);
	add_if(out, edge->system == NO_INDEX, "-");
	if (edge->site_rule != NO_INDEX)
		add(out, kit->site->rules[edge->site_rule].id);
	add_if(out, edge->turned, "turned");
	add_if(out, edge->capped_medium, "capped");
	add_if(out, edge->initiator_assumed, "initiator?");
	add_if(out, edge->responder_assumed, "responder?");
	add_if(out, edge->stray, "stray");
	add_if(out, edge->folded, "folded");
	for (size_t i = 0; i < result->match_count; i++) {
		if (result->matches[i].row != row)
			continue;
		add(out, any ? "+" : "|");
		add_match(kit, out, &result->matches[i]);
		any = true;
	}
	return out;
}
