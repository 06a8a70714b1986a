#include "audit_run_testkit.h"
#include "base/strbuf.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How an outcome shows in a delta. */
static const struct {
	const char *name;
	int events[3]; /* besides opened; -1: none */
	uint64_t packets[2];
	bool active, retransmitted;
} outcomes[] = {
    {"established", {FLOW_SUCCEEDED, -1, -1}, {5, 5}, true, false},
    {"answered", {FLOW_SUCCEEDED, -1, -1}, {1, 1}, true, false},
    {"asked", {FLOW_SUCCEEDED, -1, -1}, {1, 0}, true, false},
    {"oneway", {FLOW_SUCCEEDED, FLOW_ONEWAY, -1}, {5, 0}, true, false},
    {"probed", {FLOW_PROBED, -1, -1}, {2, 1}, false, false},
    {"refused", {FLOW_REFUSED, -1, -1}, {1, 1}, false, false},
    {"unreachable", {FLOW_REFUSED, -1, -1}, {1, 0}, false, false},
    {"reset", {FLOW_RESET, -1, -1}, {2, 1}, false, false},
    {"unanswered", {FLOW_EXPIRED, -1, -1}, {1, 0}, false, false},
    {"unanswered-retried", {FLOW_EXPIRED, -1, -1}, {3, 0}, false, true},
    {"pending", {-1, -1, -1}, {1, 0}, false, false},
    {"stray", {FLOW_STRAY, -1, -1}, {0, 1}, false, false},
};

static void set_outcome(struct flow_delta *delta, const char *name)
{
	memset(delta->events, 0, sizeof(delta->events));
	if (strcmp(name, "answer") == 0) {
		delta->events[FLOW_ANSWER] = 1;
		delta->opened_minutes = 0;
		delta->packets[0] = delta->bytes[0] = 0;
		delta->packets[1] = 1;
		delta->bytes[1] = 100;
		return;
	}
	if (strcmp(name, "carried") == 0) {
		delta->opened_minutes = delta->answered_minutes = 0;
		return;
	}
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		if (strcmp(outcomes[i].name, name) != 0)
			continue;
		delta->events[FLOW_OPENED] = 1;
		for (size_t j = 0; j < 3 && outcomes[i].events[j] >= 0; j++)
			delta->events[outcomes[i].events[j]] = 1;
		for (size_t side = 0; side < 2; side++) {
			delta->packets[side] = outcomes[i].packets[side];
			delta->bytes[side] = 100 * delta->packets[side];
		}
		if (!outcomes[i].active)
			delta->active_minutes = delta->answered_minutes = 0;
		delta->syn_retransmitted = outcomes[i].retransmitted;
		return;
	}
	cr_assert_fail("no outcome \"%s\"", name);
}

static void add_line(struct kit *kit, char *line)
{
	int64_t start_ns = kit->time_ns;
	uint32_t sensor = kit->sensor;
	unsigned long times = 1, seconds;
	char *rest = line, *word = strsep(&rest, " "), *outcome;

	if (word[0] == '@') {
		sensor = (uint32_t)ledger_sensor(kit->ledger, word + 1);
		word = strsep(&rest, " ");
	}
	seconds = strtoul(word, NULL, 10);
	outcome = strsep(&rest, " ");
	if (rest[0] == 'x')
		times = strtoul(strsep(&rest, " ") + 1, NULL, 10);
	for (unsigned long i = 0; i < times; i++) {
		struct flow_delta delta;

		kit->time_ns = start_ns + (int64_t)(seconds + i) * NSEC_PER_SEC;
		delta = kit_delta(kit, rest);
		set_outcome(&delta, outcome);
		if (delta.delivery != DELIVERY_UNICAST && delta.basis != DIRECTION_ANSWER)
			delta.packets[1] = delta.bytes[1] = 0;
		delta.openings[0] = (struct frame_ref){.time_ns = kit->time_ns, .frame = seconds + i + 1};
		ledger_add_delta(kit->ledger, sensor, &delta);
	}
	kit->time_ns = start_ns;
}

/* A line for each number of "{01-16}". */
static void add_lines(struct kit *kit, const char *line)
{
	const char *open = strchr(line, '{');
	char *copy, *end;
	long first, last;
	int width;

	if (!open) {
		copy = strdup(line);
		add_line(kit, copy);
		free(copy);
		return;
	}
	first = strtol(open + 1, &end, 10);
	width = (int)(end - open - 1);
	last = strtol(end + 1, &end, 10);
	for (long i = first; i <= last; i++) {
		cr_assert_geq(asprintf(&copy, "%.*s%0*ld%s", (int)(open - line), line, width, i, end + 1), 0);
		add_line(kit, copy);
		free(copy);
	}
}

void run_add(struct kit *kit, const char *lines)
{
	char *copy = strdup(lines), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")))
		if (line[0])
			add_lines(kit, line);
	free(copy);
}

static void cover(struct kit *kit, const char *text)
{
	char *copy = strdup(text), *rest = copy, *word;

	while ((word = strsep(&rest, " "))) {
		char *end;
		int64_t first = strtol(word, &end, 10), last = strtol(end + 1, NULL, 10);

		cr_assert_eq(ledger_cover(kit->ledger, kit->sensor, kit->time_ns + first * NSEC_PER_SEC,
					  kit->time_ns + last * NSEC_PER_SEC),
			     0);
	}
	free(copy);
}

/* TEXT with the first CHANGE[0] replaced. Freed by the caller. */
static char *changed(const char *text, const char *const change[2])
{
	const char *at = change[0] ? strstr(text, change[0]) : NULL;
	char *out = NULL;

	if (!change[0])
		return strdup(text);
	cr_assert_not_null(at, "the text does not hold: %s", change[0]);
	cr_assert_geq(asprintf(&out, "%.*s%s%s", (int)(at - text), text, change[1], at + strlen(change[0])),
		      0);
	return out;
}

void run_open(struct kit *kit, const struct run_case *run)
{
	char *signature = changed(run_signature, run->signature), *site = changed(run_site, run->site);

	kit_open(kit, ADDR_IPV4, signature, site);
	free(signature);
	free(site);
	cover(kit, run->cover ? run->cover : "0-4200");
	run_add(kit, run->rows ? run->rows : "");
}

static bool admits(void *context, const struct audit_probe *probe)
{
	const struct run_case *run = context;

	return probe->to_port != strtoul(run->filter, NULL, 10);
}

struct audit_result *run_audit(struct kit *kit, const struct run_case *run)
{
	struct run_case copy = *run;
	struct audit_options options = {.now_ns = kit->time_ns,
					.fail_on = run->fail_on ? run->fail_on : SEVERITY_MEDIUM,
					.expect_all = run->expect_all,
					.unwatched = run->unwatched,
					.live = run->live,
					     .latest = run->latest,
					.context = &copy,
					.admits = run->filter ? admits : NULL};
	struct err err = {""};
	struct audit_result *result;

	ledger_sort(kit->ledger);
	result = audit_run(kit->ledger, kit->matrix, &options, &err);
	cr_assert_not_null(result, "%s", err.text);
	return result;
}

static void write_names(struct strbuf *buf, const char *what, const struct name_list *names)
{
	if (names->count == 0)
		return;
	strbuf_addf(buf, " %s=", what);
	for (size_t i = 0; i < names->count; i++)
		strbuf_addf(buf, "%s%s", i > 0 ? "," : "", names->items[i]);
}

static void write_rule(struct strbuf *buf, const struct audit_rule *rule)
{
	if (rule->state == STATE_IDLE && !rule->reason && rule->flows == 0)
		return;
	strbuf_addf(buf, "%s %s flows=%llu attempts=%llu hosts=%llu/%llu", rule->rule->id,
		    rule_state_name(rule->state), (unsigned long long)rule->flows,
		    (unsigned long long)rule->attempts, (unsigned long long)rule->observed_hosts,
		    (unsigned long long)rule->expected_hosts);
	write_names(buf, "missing", &rule->missing_hosts);
	write_names(buf, "unanswered", &rule->unanswered_hosts);
	write_names(buf, "unobservable", &rule->unobservable_hosts);
	if (rule->reason)
		strbuf_addf(buf, ": %s", rule->reason);
	strbuf_add_char(buf, '\n');
}

static void write_end(struct strbuf *buf, const struct audit_end *end)
{
	char text[ADDR_TEXT_MAX];

	strbuf_add(buf, end->address.family == ADDR_NONE ? "-" : addr_format(&end->address, text));
	if (end->name)
		strbuf_addf(buf, "=%s", end->name);
	for (size_t i = 0; i < end->roles.count; i++)
		strbuf_addf(buf, "%s%s", i == 0 ? "/" : "+", end->roles.items[i]);
}

static void write_port(struct strbuf *buf, const struct audit_finding *finding)
{
	char name[16];

	strbuf_addf(buf, " %s ",
		    finding->protocol < 0 ? "-" : protocol_name((uint8_t)finding->protocol, name));
	if (finding->many_ports)
		strbuf_add(buf, "many");
	else if (finding->port < 0)
		strbuf_add(buf, "-");
	else
		strbuf_addf(buf, "%d", (int)finding->port);
}

static void write_finding(struct strbuf *buf, const struct audit_finding *finding)
{
	const char *reason = finding_reason_name(finding->reason);

	strbuf_addf(buf, "! %s %s %s %s %s ", finding_kind_name(finding->kind), reason ? reason : "-",
		    severity_name(finding->severity), finding->system ? finding->system : "-",
		    finding->rule ? finding->rule : "-");
	if (finding->kind == FINDING_MISSING) {
		strbuf_addf(buf, "host=%s", finding->host ? finding->host : "-");
	} else {
		write_end(buf, &finding->initiator);
		strbuf_add(buf, " > ");
		write_end(buf, &finding->responder);
		write_port(buf, finding);
		strbuf_addf(buf, " %s %s/%s flows=%llu packets=%llu peers=%llu",
			    finding->outcome ? finding->outcome : "-",
			    direction_name((enum direction_basis)finding->basis),
			    confidence_name((enum confidence)finding->confidence),
			    (unsigned long long)finding->flows, (unsigned long long)finding->packets,
			    (unsigned long long)finding->peer_count);
	}
	for (size_t i = 0; i < finding->peers_listed; i++) {
		strbuf_add(buf, i == 0 ? " [" : " ");
		write_end(buf, &finding->peers[i]);
	}
	strbuf_addf(buf, "%s%s%s\n  %s\n  # %s\n", finding->peers_listed > 0 ? "]" : "",
		    finding->exception ? " " : "", finding->exception ? finding->exception : "",
		    finding->message, finding->filter);
}

char *run_describe(const struct audit_result *result)
{
	struct strbuf buf = {0};
	char *copy;

	strbuf_addf(&buf, "%s", run_verdict_name(result->verdict));
	for (size_t i = 0; i < result->reasons.count; i++)
		strbuf_addf(&buf, "%s%s", i == 0 ? ": " : "; ", result->reasons.items[i]);
	strbuf_add(&buf, " |");
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (result->edges[i] > 0)
			strbuf_addf(&buf, " %s=%llu", edge_verdict_name((enum edge_verdict)i),
				    (unsigned long long)result->edges[i]);
	strbuf_add_char(&buf, '\n');
	for (size_t i = 0; i < result->system_count; i++)
		for (size_t j = 0; j < result->systems[i].rule_count; j++)
			write_rule(&buf, &result->systems[i].rules[j]);
	for (size_t i = 0; i < result->finding_count; i++)
		write_finding(&buf, &result->findings[i]);
	copy = strdup(strbuf_text(&buf));
	strbuf_clear(&buf);
	return copy;
}

void run_check(const struct run_case *run)
{
	struct kit kit;
	struct audit_result *result;
	char *said;

	run_open(&kit, run);
	result = run_audit(&kit, run);
	said = run_describe(result);
	if (run->brief)
		strchr(said, '\n')[1] = '\0';
	cr_expect_str_eq(said, run->expected, "%s said:\n%s", run->name, said);
	free(said);
	audit_free(result);
	kit_close(&kit);
}

struct audit_result *run_rows(struct kit *kit, const char *rows)
{
	struct run_case run = {.rows = rows};

	run_open(kit, &run);
	return run_audit(kit, &run);
}
