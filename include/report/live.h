/*
 * The state of a live sensor, for people and machines: one line of statistics (an event), metrics for Prometheus, and a
 * calm page for a terminal. Pure: it fills a text buffer from what it is given.
 */
#ifndef REPORT_LIVE_H
#define REPORT_LIVE_H

#include "report/events.h"

enum { LIVE_RATES_MAX = 120 };

struct live_interface {
	const char *name;
	bool up;
	uint64_t packets, dropped; /* since the start; dropped by kernel or port */
};

/* Something that the process gave up before it read the first packet. */
struct live_door {
	const char *name, *state; /* "files", "calls", ..; "shut", "open", "missing" */
};

/* Counts are since the start and never fall, as Prometheus wants counters; what says "now" may fall. */
struct live_state {
	const char *version, *sensor, *site_name; /* the last two: or NULL */
	int64_t started_ns, now_ns;
	const struct live_interface *interfaces;
	size_t interface_count;
	uint64_t packets, bytes, dropped;
	uint64_t accounting[ACCOUNT_COUNT];
	uint64_t flows;             /* opened and continued */
	uint64_t open_flows, edges; /* now */
	uint64_t memory_bytes, memory_limit_bytes; /* now */
	double packets_per_sec, bits_per_sec;      /* over the last few seconds */
	int64_t lag_ns;             /* now less the time of the last packet that was judged, while packets come; else 0 */
	int64_t judge_ns;           /* what the last audit took */
	uint64_t events_lost;       /* to slow readers */
	uint64_t store_writes, store_failures;
	int64_t stored_ns;          /* when the store was last written; TIME_UNKNOWN: never */
	uint64_t evidence_packets, evidence_dropped;
	unsigned workers;
	const float *rates;         /* packets a second, oldest first, one a second, at most LIVE_RATES_MAX; for the page */
	size_t rate_count;
	const struct live_door *doors; /* NULL: the process gave nothing up */
	size_t door_count;
};

/* A stats line, when an interval has passed since the last one (or FORCE), and a health line when the grade, its reasons
 * or drops changed (drops alone: at most once an interval). RESULT may be NULL before the first audit. */
void event_state(struct event_tracker *tracker, const struct live_state *state, const struct audit_result *result, bool force);

/* Prometheus' text format, one metric a table row with HELP and TYPE. RESULT and TRACKER may be NULL. 0/-1 (memory). */
int report_metrics(struct strbuf *out, const struct live_state *state, const struct audit_result *result,
		   const struct event_tracker *tracker, struct err *err) MUST_CHECK;

/* A line for a page's list of newest findings; texts are the caller's copies. */
struct live_news {
	int64_t time_ns;
	enum event_kind kind;
	unsigned syslog_severity;
	const char *text;
};

struct live_page {
	const struct live_state *state;
	const struct audit_result *result; /* or NULL */
	const struct live_news *news;      /* newest first */
	size_t news_count;
	unsigned columns, rows;
	bool colour, unicode;
	const char *message; /* a line at the bottom: keys, or what was just done */
};
/* Exactly PAGE->rows lines (the last without its newline) of at most PAGE->columns columns, no cursor movement; what does not
 * fit is left out and said so. 0/-1 (memory). */
int report_live_page(struct strbuf *out, const struct live_page *page, struct err *err) MUST_CHECK;

#endif
