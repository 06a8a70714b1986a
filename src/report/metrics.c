/* Prometheus' text format (exposition format 0.0.4): HELP, TYPE, then a sample a line. */
#include "report/live.h"
#include <inttypes.h>

static void head(struct strbuf *out, const char *name, const char *type, const char *help)
{
	strbuf_addf(out, "# HELP tapaudit_%s %s\n# TYPE tapaudit_%s %s\n", name, help, name, type);
}

/* A label's value: backslash, quote and newline escaped. */
static void add_label(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			strbuf_add_char(out, '\\');
		if (*text == '\n')
			strbuf_add(out, "\\n");
		else
			strbuf_add_char(out, *text);
	}
}

static void labelled(struct strbuf *out, const char *name, const char *label, const char *value,
		     uint64_t count)
{
	strbuf_addf(out, "tapaudit_%s{%s=\"", name, label);
	add_label(out, value);
	strbuf_addf(out, "\"} %" PRIu64 "\n", count);
}

static void add_totals(struct strbuf *out, const struct live_state *state)
{
	const struct {
		const char *name, *type, *help;
		uint64_t value;
	} rows[] = {
	    {"packets_total", "counter", "Packets taken from all interfaces.", state->packets},
	    {"bytes_total", "counter", "Bytes of these packets as on the wire.", state->bytes},
	    {"dropped_total", "counter", "Packets that the kernel or a port dropped.", state->dropped},
	    {"flows_total", "counter", "Flows that were opened or taken up.", state->flows},
	    {"flows_open", "gauge", "Flows that are open now.", state->open_flows},
	    {"edges", "gauge", "Rows of the ledger in memory.", state->edges},
	    {"memory_bytes", "gauge", "Memory that flows, ledger and evidence take.", state->memory_bytes},
	    {"memory_limit_bytes", "gauge", "What --memory allows.", state->memory_limit_bytes},
	    {"events_lost_total", "counter", "Event lines that no reader took in time.", state->events_lost},
	    {"store_writes_total", "counter", "Times that the store was written.", state->store_writes},
	    {"store_failures_total", "counter", "Times that writing the store failed.",
	     state->store_failures},
	    {"evidence_packets_total", "counter", "Packets kept as evidence.", state->evidence_packets},
	    {"evidence_dropped_total", "counter", "Packets of evidence that made room for later ones.",
	     state->evidence_dropped},
	    {"workers", "gauge", "Threads that take packets.", state->workers},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		head(out, rows[i].name, rows[i].type, rows[i].help);
		strbuf_addf(out, "tapaudit_%s %" PRIu64 "\n", rows[i].name, rows[i].value);
	}
}

static void add_seconds(struct strbuf *out, const char *name, const char *help, int64_t time_ns)
{
	head(out, name, "gauge", help);
	if (time_ns == TIME_UNKNOWN)
		strbuf_addf(out, "tapaudit_%s NaN\n", name);
	else
		strbuf_addf(out, "tapaudit_%s %.3f\n", name, (double)time_ns / (double)NSEC_PER_SEC);
}

static void add_times(struct strbuf *out, const struct live_state *state)
{
	add_seconds(out, "lag_seconds", "Age of the last packet that was judged.", state->lag_ns);
	add_seconds(out, "judge_seconds", "What the last audit took.", state->judge_ns);
	add_seconds(out, "start_time_seconds", "When the sensor started, Unix time.", state->started_ns);
	add_seconds(out, "stored_time_seconds", "When the store was last written, Unix time.",
		    state->stored_ns);
	add_seconds(out, "time_seconds", "When this file was written, Unix time.", state->now_ns);
}

static void add_interfaces(struct strbuf *out, const struct live_state *state)
{
	head(out, "interface_up", "gauge", "1 while packets can come from the interface.");
	for (size_t i = 0; i < state->interface_count; i++)
		labelled(out, "interface_up", "interface", state->interfaces[i].name,
			 state->interfaces[i].up);
	head(out, "interface_packets_total", "counter", "Packets taken from the interface.");
	for (size_t i = 0; i < state->interface_count; i++)
		labelled(out, "interface_packets_total", "interface", state->interfaces[i].name,
			 state->interfaces[i].packets);
	head(out, "interface_dropped_total", "counter", "Packets of the interface that were dropped.");
	for (size_t i = 0; i < state->interface_count; i++)
		labelled(out, "interface_dropped_total", "interface", state->interfaces[i].name,
			 state->interfaces[i].dropped);
}

static void add_doors(struct strbuf *out, const struct live_state *state)
{
	head(out, "sandbox", "gauge", "1 if the process confined itself before it read a packet.");
	strbuf_addf(out, "tapaudit_sandbox %d\n", state->doors != NULL);
	if (!state->doors)
		return;
	head(out, "sandbox_door", "gauge", "What it gave up: 1 for the state of each door.");
	for (size_t i = 0; i < state->door_count; i++)
		strbuf_addf(out, "tapaudit_sandbox_door{door=\"%s\",state=\"%s\"} 1\n", state->doors[i].name,
			    state->doors[i].state);
}

static void add_accounting(struct strbuf *out, const struct live_state *state)
{
	head(out, "accounted_packets_total", "counter",
	     "Packets by what became of them; they add up to packets_total.");
	for (int b = 0; b < ACCOUNT_COUNT; b++)
		labelled(out, "accounted_packets_total", "bucket", accounting_name((enum accounting)b),
			 state->accounting[b]);
}

static void add_findings(struct strbuf *out, const struct audit_result *result)
{
	head(out, "findings", "gauge", "Findings that stand now, those with an exception aside.");
	for (int kind = 0; kind < FINDING_KIND_COUNT; kind++) {
		for (int severity = 0; severity < SEVERITY_COUNT; severity++) {
			uint64_t count = 0;

			for (size_t i = 0; i < result->finding_count; i++)
				count += result->findings[i].kind == (enum finding_kind)kind &&
					 result->findings[i].severity == (enum severity)severity &&
					 !result->findings[i].exception;
			strbuf_addf(out, "tapaudit_findings{kind=\"%s\",severity=\"%s\"} %" PRIu64 "\n",
				    finding_kind_name((enum finding_kind)kind),
				    severity_name((enum severity)severity), count);
		}
	}
}

static void add_rules(struct strbuf *out, const struct audit_result *result)
{
	head(out, "rules", "gauge", "Rules of all systems by their state.");
	for (int state = 0; state < STATE_COUNT; state++) {
		uint64_t count = 0;

		for (size_t s = 0; s < result->system_count; s++) {
			for (size_t r = 0; r < result->systems[s].rule_count; r++)
				count += result->systems[s].rules[r].state == (enum rule_state)state;
		}
		labelled(out, "rules", "state", rule_state_name((enum rule_state)state), count);
	}
}

static void add_result(struct strbuf *out, const struct audit_result *result)
{
	static const enum run_verdict verdicts[] = {RUN_PASS, RUN_FAIL, RUN_INCONCLUSIVE};

	add_findings(out, result);
	add_rules(out, result);
	head(out, "verdict", "gauge", "1 for the verdict that stands.");
	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
		labelled(out, "verdict", "verdict", run_verdict_name(verdicts[i]),
			 result->verdict == verdicts[i]);
	head(out, "health_grade", "gauge", "1 for the grade that stands; of none where nothing was seen.");
	for (int grade = 'A'; grade <= 'D'; grade++) {
		const char name[2] = {(char)grade, '\0'};

		labelled(out, "health_grade", "grade", name,
			 result->health.packets > 0 && result->health.grade == grade);
	}
}

static void add_told(struct strbuf *out, const struct event_tracker *tracker)
{
	const struct event_counts counts = event_tracker_counts(tracker);

	head(out, "events_total", "counter", "Events about findings, by kind.");
	labelled(out, "events_total", "event", event_kind_name(EVENT_FINDING), counts.told);
	labelled(out, "events_total", "event", event_kind_name(EVENT_UPDATE), counts.updated);
	labelled(out, "events_total", "event", event_kind_name(EVENT_CLEARED), counts.cleared);
	labelled(out, "events_total", "event", event_kind_name(EVENT_WITHDRAWN), counts.withdrawn);
	head(out, "findings_untracked", "gauge", "Findings that no event could tell of, for want of room.");
	strbuf_addf(out, "tapaudit_findings_untracked %" PRIu64 "\n", counts.untracked);
}

int report_metrics(struct strbuf *out, const struct live_state *state, const struct audit_result *result,
		   const struct event_tracker *tracker, struct err *err)
{
	head(out, "build_info", "gauge", "The program's version.");
	labelled(out, "build_info", "version", state->version, 1);
	add_totals(out, state);
	add_times(out, state);
	add_interfaces(out, state);
	add_doors(out, state);
	add_accounting(out, state);
	if (result)
		add_result(out, result);
	if (tracker)
		add_told(out, tracker);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
