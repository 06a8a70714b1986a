/* One audit after the other: what is told of each finding, and when. */
#include "base/hash.h"
#include "base/mem.h"
#include "event_parts.h"
#include <string.h>

static unsigned finding_syslog(const struct audit_finding *finding)
{
	static const unsigned severities[SEVERITY_COUNT] = {
	    [SEVERITY_INFO] = SYSLOG_INFO,
	    [SEVERITY_LOW] = SYSLOG_NOTICE,
	    [SEVERITY_MEDIUM] = SYSLOG_WARNING,
	    [SEVERITY_HIGH] = SYSLOG_ALERT,
	};

	return finding->exception ? SYSLOG_INFO : severities[finding->severity];
}

/* Of all that an update is worth telling for. */
static uint64_t finding_digest(const struct event_tracker *tracker, const struct audit_finding *finding)
{
	const uint64_t numbers[] = {
	    finding->flows,
	    finding->packets,
	    finding->bytes,
	    finding->peer_count,
	    (uint64_t)finding->severity,
	    finding->basis,
	    finding->confidence,
	    finding->exception != NULL,
	};
	const char *outcome = finding->outcome ? finding->outcome : "";
	uint64_t digest = hash_bytes(tracker->options.hash_seed, numbers, sizeof numbers);

	return hash_bytes(digest, outcome, strlen(outcome));
}

bool event_is_presence(enum finding_kind kind)
{
	return kind == FINDING_MISSING || kind == FINDING_UNANSWERED || kind == FINDING_FALLBACK;
}

/* An attempt is settled 75 s after its last packet, save where a gap or the end came in between: then it
 * never is. */
static const int64_t pending_until_ns = 80 * NSEC_PER_SEC;

/* A better basis or an answer may still make another finding of it, or none. */
static bool must_wait(const struct event_tracker *tracker, const struct audit_finding *finding,
		      int64_t now_ns)
{
	if (tracker->ending || event_is_presence(finding->kind))
		return false;
	if (finding->outcome && strcmp(finding->outcome, "pending") == 0)
		return finding->last_ns != TIME_UNKNOWN && finding->last_ns <= now_ns &&
		       now_ns - finding->last_ns < pending_until_ns;
	if (finding->confidence == CONFIDENCE_PROVEN || finding->first_ns == TIME_UNKNOWN)
		return false;
	return finding->first_ns > now_ns - tracker->options.likely_after_ns &&
	       finding->first_ns <= now_ns + tracker->options.likely_after_ns;
}

static void text_of(struct strbuf *out, const struct audit_finding *finding)
{
	strbuf_addf(out, "%s %s, %s%s%s: %s", severity_name(finding->severity),
		    finding_kind_name(finding->kind), finding->system, finding->rule ? ", " : "",
		    finding->rule ? finding->rule : "", finding->message);
	if (finding->exception)
		strbuf_addf(out, " (excepted: %s)", finding->exception);
}

static int replace(char **place, const char *text)
{
	char *copy = text ? mem_strdup(text) : NULL;

	if (text && !copy)
		return -1;
	mem_free(*place);
	*place = copy;
	return 0;
}

/* Keeps what a later line about the finding needs. */
static int remember(const struct event_tracker *tracker, struct event_told *told,
		    const struct audit_finding *finding, const char *json, const char *text, int64_t now_ns)
{
	if (replace(&told->json, json) || replace(&told->text, text) ||
	    replace(&told->system, finding->system) || replace(&told->rule, finding->rule))
		return -1;
	told->kind = (uint8_t)finding->kind;
	told->severity = (uint8_t)finding->severity;
	told->excepted = finding->exception != NULL;
	told->digest = finding_digest(tracker, finding);
	told->told_ns = now_ns;
	told->last_ns = finding->last_ns;
	told->initiator = finding->initiator.address;
	told->responder = finding->responder.address;
	told->protocol = finding->protocol;
	told->port = finding->port;
	return 0;
}

static int finding_json(struct strbuf *out, const struct audit_finding *finding, struct err *err)
{
	struct json_page page = {.root = cJSON_CreateObject()};

	json_finding(&page, page.root, finding, NULL);
	return json_finish_line(&page, out, err);
}

/* Told only once it is remembered: a line that was lost for want of memory is told the next time. */
static int tell(struct event_tracker *tracker, struct event_told *told, const struct audit_finding *finding,
		enum event_kind kind, int64_t now_ns, struct err *err)
{
	struct strbuf json = {0}, text = {0};
	int status = finding_json(&json, finding, err);

	text_of(&text, finding);
	if (status == 0 && (!strbuf_ok(&text) ||
			    remember(tracker, told, finding, strbuf_text(&json), strbuf_text(&text), now_ns)))
		status = err_no_memory(err);
	if (status == 0) {
		struct json_page page = event_page(tracker, kind, now_ns);

		json_raw(&page, page.root, "finding", strbuf_text(&json));
		status = event_send(tracker, &page, kind, finding_syslog(finding), strbuf_text(&text),
				    finding->id, err);
	}
	if (status == 0) {
		tracker->counts.standing += !told->standing;
		tracker->counts.told += kind == EVENT_FINDING;
		tracker->counts.updated += kind == EVENT_UPDATE;
		told->known = told->standing = true;
	} else {
		told->told_ns = 0;
		told->digest = ~told->digest;
	}
	strbuf_clear(&json);
	strbuf_clear(&text);
	return status;
}

/* One that was told before. What ended and comes back is news; so that it cannot flicker, only once an
 * interval, save where it is presence, which a window's length damps. */
static int see_again(struct event_tracker *tracker, struct event_told *told,
		     const struct audit_finding *finding, int64_t now_ns, struct err *err)
{
	bool moved = !told->standing || finding_digest(tracker, finding) != told->digest;
	bool due = !told->json || (!told->known && event_is_presence(finding->kind)) ||
		   now_ns < told->told_ns || now_ns - told->told_ns >= tracker->options.interval_ns;

	if (!moved || !due || (!told->known && must_wait(tracker, finding, now_ns)))
		return 0;
	return tell(tracker, told, finding, told->known ? EVENT_UPDATE : EVENT_FINDING, now_ns, err);
}

static int see(struct event_tracker *tracker, const struct audit_finding *finding, int64_t now_ns,
	       struct err *err)
{
	unsigned twin = 0;
	struct event_told *told = event_find(tracker, finding->id, 0);

	while (told && told->round == tracker->round && twin < UINT8_MAX)
		told = event_find(tracker, finding->id, ++twin);
	if (!told && must_wait(tracker, finding, now_ns))
		return 0;
	if (!told)
		told = event_add(tracker, finding->id, twin);
	if (!told) {
		tracker->counts.untracked++;
		return 0;
	}
	told->round = tracker->round;
	return see_again(tracker, told, finding, now_ns, err);
}

static int tell_end(struct event_tracker *tracker, struct event_told *told, const struct event_end *end,
		    int64_t now_ns, struct err *err)
{
	struct json_page page = event_page(tracker, end->kind, now_ns);
	struct strbuf text = {0};

	json_text(&page, page.root, "reason", end->reason);
	json_text(&page, page.root, "text", end->text);
	json_text(&page, page.root, "replaced_by", end->replaced_by);
	json_raw(&page, page.root, "finding", told->json);
	strbuf_addf(&text, "%s: %s", end->text, told->text);
	int status = event_send(tracker, &page, end->kind, SYSLOG_NOTICE, strbuf_text(&text), told->id, err);
	strbuf_clear(&text);
	return status;
}

/* Findings that were told and that this audit does not have. */
static int look_for_ends(struct event_tracker *tracker, const struct audit_result *result,
			 const struct ledger *ledger, int64_t now_ns, int64_t window_from_ns, struct err *err)
{
	for (size_t i = 0; i < tracker->told_count; i++) {
		struct event_told *told = &tracker->told[i];

		if (!told->standing || told->round == tracker->round)
			continue;
		struct event_end end = event_end_of(tracker, told, result, ledger, window_from_ns);
		if (end.kind != EVENT_KIND_COUNT && tell_end(tracker, told, &end, now_ns, err))
			return -1;
		told->standing = false;
		tracker->counts.standing--;
		told->known = end.kind == EVENT_KIND_COUNT;
		tracker->counts.cleared += end.kind == EVENT_CLEARED;
		tracker->counts.withdrawn += end.kind == EVENT_WITHDRAWN;
	}
	return 0;
}

int event_tracker_update(struct event_tracker *tracker, const struct audit_result *result,
			 const struct ledger *ledger, int64_t now_ns, int64_t window_from_ns, struct err *err)
{
	tracker->round++;
	tracker->counts.untracked = 0;
	for (size_t i = 0; i < result->finding_count; i++) {
		if (see(tracker, &result->findings[i], now_ns, err))
			return -1;
	}
	if (look_for_ends(tracker, result, ledger, now_ns, window_from_ns, err))
		return -1;
	tracker->files_changed = false;
	return 0;
}
