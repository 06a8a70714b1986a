/* Events as lines of JSON. */
#include "clean.h"
#include "event_parts.h"
#include <string.h>

static const char *const kind_names[EVENT_KIND_COUNT] = {
    [EVENT_FINDING] = "finding",     [EVENT_UPDATE] = "update", [EVENT_CLEARED] = "cleared",
    [EVENT_WITHDRAWN] = "withdrawn", [EVENT_HEALTH] = "health", [EVENT_STATS] = "stats",
    [EVENT_NOTICE] = "notice",
};

const char *event_kind_name(enum event_kind kind)
{
	return kind_names[kind];
}

struct json_page event_page(const struct event_tracker *tracker, enum event_kind kind, int64_t now_ns)
{
	struct json_page page = {.root = cJSON_CreateObject()};

	json_text(&page, page.root, "schema", "tapaudit.event/1");
	json_text(&page, page.root, "event", kind_names[kind]);
	json_time(&page, page.root, "time", now_ns, 9);
	json_text(&page, page.root, "sensor", tracker->sensor);
	json_text(&page, page.root, "site", tracker->site_name);
	return page;
}

int event_send(struct event_tracker *tracker, struct json_page *page, enum event_kind kind,
	       unsigned syslog_severity, const char *text, const char *id, struct err *err)
{
	struct strbuf line = {0}, cleaned = {0};
	int status = json_finish_line(page, &line, err);

	clean_add(&cleaned, text, strlen(text));
	if (status == 0 && !strbuf_ok(&cleaned))
		status = err_no_memory(err);
	if (status == 0) {
		const struct event event = {.kind = kind,
					    .syslog_severity = syslog_severity,
					    .line = strbuf_text(&line),
					    .text = strbuf_text(&cleaned),
					    .id = id};
		tracker->options.emit(tracker->options.context, &event);
	}
	strbuf_clear(&line);
	strbuf_clear(&cleaned);
	return status;
}

void event_notice(struct event_tracker *tracker, int64_t now_ns, unsigned severity, const char *what,
		  const char *text)
{
	struct json_page page = event_page(tracker, EVENT_NOTICE, now_ns);
	struct err err;

	json_text(&page, page.root, "what", what);
	json_count(&page, page.root, "severity", severity);
	json_text(&page, page.root, "text", text);
	if (event_send(tracker, &page, EVENT_NOTICE, severity, text, NULL, &err))
		return;
}
