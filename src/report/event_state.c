/* Health and statistics as event lines. */
#include "base/hash.h"
#include "event_parts.h"
#include "words.h"
#include <string.h>

static uint64_t reasons_digest(const struct event_tracker *tracker, const struct ledger_health *health)
{
	uint64_t digest = (uint64_t)health->reason_count;

	/* A reason's figures change all the time; its words tell that it is another reason. */
	for (size_t i = 0; i < health->reason_count; i++) {
		for (const char *c = health->reasons[i]; *c; c++) {
			if (strchr("0123456789.,", *c) == NULL)
				digest = hash_bytes(digest ^ tracker->options.hash_seed, c, 1);
		}
	}
	return digest;
}

static unsigned grade_syslog(char grade)
{
	return grade == 'D' ? SYSLOG_ERROR : grade == 'C' ? SYSLOG_WARNING : SYSLOG_NOTICE;
}

/* What stands between a hostile packet and the machine. */
static void add_sandbox(struct json_page *page, const struct live_state *state)
{
	cJSON *object;

	if (!state->doors) {
		json_text(page, page->root, "sandbox", NULL);
		return;
	}
	object = json_object(page, page->root, "sandbox");
	for (size_t i = 0; i < state->door_count; i++)
		json_text(page, object, state->doors[i].name, state->doors[i].state);
}

/* Where nothing was seen there is none. */
enum { NO_GRADE = '-' };

static void send_health(struct event_tracker *tracker, const struct live_state *state,
			const struct ledger_health *health)
{
	struct json_page page = event_page(tracker, EVENT_HEALTH, state->now_ns);
	struct strbuf text = {0};
	char grade[2];
	const char *name = word_grade(health, grade);
	struct err err;

	json_health(&page, page.root, health);
	json_count(&page, page.root, "dropped", state->dropped);
	add_sandbox(&page, state);
	strbuf_addf(&text, "health %s", name ? name : "not observed");
	for (size_t i = 0; i < health->reason_count; i++)
		strbuf_addf(&text, "%s%s", i ? "; " : ": ", health->reasons[i]);
	if (event_send(tracker, &page, EVENT_HEALTH, grade_syslog(health->grade), strbuf_text(&text), NULL,
		       &err) == 0) {
		tracker->state_told = true;
		tracker->grade = name ? health->grade : NO_GRADE;
		tracker->reasons_digest = reasons_digest(tracker, health);
		tracker->dropped = state->dropped;
		tracker->health_ns = state->now_ns;
	}
	strbuf_clear(&text);
}

/* A clock that was set back must not silence the sensor. */
static bool is_due(const struct event_tracker *tracker, int64_t last_ns, int64_t now_ns)
{
	return last_ns == TIME_UNKNOWN || now_ns < last_ns ||
	       now_ns - last_ns >= tracker->options.interval_ns;
}

static void tell_health(struct event_tracker *tracker, const struct live_state *state,
			const struct ledger_health *health)
{
	bool other =
	    !tracker->state_told || tracker->grade != (health->packets > 0 ? health->grade : NO_GRADE);
	bool moved =
	    tracker->reasons_digest != reasons_digest(tracker, health) || tracker->dropped != state->dropped;

	if (other || (moved && is_due(tracker, tracker->health_ns, state->now_ns)))
		send_health(tracker, state, health);
}

static void stats_interfaces(struct json_page *page, const struct live_state *state)
{
	cJSON *array = json_array(page, page->root, "interfaces");

	for (size_t i = 0; i < state->interface_count; i++) {
		cJSON *object = json_object_item(page, array);

		json_text(page, object, "name", state->interfaces[i].name);
		json_bool(page, object, "up", state->interfaces[i].up);
		json_count(page, object, "packets", state->interfaces[i].packets);
		json_count(page, object, "dropped", state->interfaces[i].dropped);
	}
}

static void stats_findings(struct json_page *page, const struct audit_result *result)
{
	cJSON *object = json_object(page, page->root, "findings");

	for (int kind = 0; kind < FINDING_KIND_COUNT; kind++) {
		uint64_t count = 0;

		for (size_t i = 0; result && i < result->finding_count; i++)
			count += result->findings[i].kind == (enum finding_kind)kind &&
				 !result->findings[i].exception;
		json_count(page, object, finding_kind_name((enum finding_kind)kind), count);
	}
}

static void stats_counts(struct json_page *page, const struct live_state *state,
			 const struct event_counts *told)
{
	const struct {
		const char *name;
		uint64_t count;
	} counts[] = {
	    {"packets", state->packets},
	    {"bytes", state->bytes},
	    {"dropped", state->dropped},
	    {"flows", state->flows},
	    {"open_flows", state->open_flows},
	    {"edges", state->edges},
	    {"memory_bytes", state->memory_bytes},
	    {"memory_limit_bytes", state->memory_limit_bytes},
	    {"events_lost", state->events_lost},
	    {"findings_untracked", told->untracked},
	    {"store_writes", state->store_writes},
	    {"store_failures", state->store_failures},
	    {"evidence_packets", state->evidence_packets},
	    {"evidence_dropped", state->evidence_dropped},
	};

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		json_count(page, page->root, counts[i].name, counts[i].count);
}

static double seconds(int64_t time_ns)
{
	return (double)time_ns / (double)NSEC_PER_SEC;
}

static void send_stats(struct event_tracker *tracker, const struct live_state *state,
		       const struct audit_result *result)
{
	struct json_page page = event_page(tracker, EVENT_STATS, state->now_ns);
	struct strbuf text = {0};
	char number[32];
	struct err err;

	json_time(&page, page.root, "started", state->started_ns, 0);
	json_text(&page, page.root, "verdict", result ? run_verdict_name(result->verdict) : NULL);
	stats_counts(&page, state, &tracker->counts);
	json_real(&page, page.root, "packets_per_sec", state->packets_per_sec);
	json_real(&page, page.root, "bits_per_sec", state->bits_per_sec);
	json_real(&page, page.root, "lag_sec", seconds(state->lag_ns));
	json_real(&page, page.root, "judge_sec", seconds(state->judge_ns));
	json_accounting(&page, page.root, "accounting", state->accounting);
	stats_interfaces(&page, state);
	stats_findings(&page, result);
	strbuf_addf(&text, "%s packets", word_count(state->packets, number));
	strbuf_addf(&text, ", %s dropped", word_count(state->dropped, number));
	strbuf_addf(&text, ", %s flows", word_count(state->flows, number));
	strbuf_addf(&text, ", %s findings standing", word_count(tracker->counts.standing, number));
	if (event_send(tracker, &page, EVENT_STATS, SYSLOG_INFO, strbuf_text(&text), NULL, &err) == 0)
		tracker->stats_ns = state->now_ns;
	strbuf_clear(&text);
}

void event_state(struct event_tracker *tracker, const struct live_state *state,
		 const struct audit_result *result, bool force)
{
	if (result)
		tell_health(tracker, state, &result->health);
	if (force || is_due(tracker, tracker->stats_ns, state->now_ns))
		send_stats(tracker, state, result);
}
