/*
 * Findings as they happen: what changed between one audit of a live ledger and the next, as event lines
 * (tapaudit.event/1, schema in src/schema/event.schema.json) and as short texts for a system log.
 *
 * A finding is told once, when it is sure enough: proven directions at once, likely and unknown ones five seconds after
 * their first packet, attempts when their outcome is settled. It is told again (`update`) at most once an interval, when
 * its totals moved. One that a later audit no longer has is `cleared` (missing, unanswered, fallback) or `withdrawn`
 * with the reason; one that merely aged out of the ledger's window is told no more, and still known when it returns.
 *
 * Pure: no I/O, no clock. Time comes in as an argument and lines go out through a callback. The tracker owns what it
 * remembers, at most `limit` findings; what it had no room for is counted, and is in the next report all the same.
 */
#ifndef REPORT_EVENTS_H
#define REPORT_EVENTS_H

#include "report/report.h"

enum event_kind {
	EVENT_FINDING,   /* first seen */
	EVENT_UPDATE,    /* the same, with new totals */
	EVENT_CLEARED,   /* what was missing, unanswered or a fallback recovered */
	EVENT_WITHDRAWN, /* later packets, or other files, show it untrue */
	EVENT_HEALTH,    /* the grade or its reasons changed, or packets were dropped */
	EVENT_STATS,     /* totals, once an interval */
	EVENT_NOTICE,    /* the sensor's own affairs: started, interface gone or back, files read again, gap, stopped */
	EVENT_KIND_COUNT
};
const char *event_kind_name(enum event_kind kind);

/* One event. Its texts live until the callback returns. */
struct event {
	enum event_kind kind;
	unsigned syslog_severity; /* RFC 5424, 0 (emergency) to 7 (debug) */
	const char *line;         /* JSON on one line, without its newline */
	const char *text;         /* one line for a person, cleaned of control characters */
	const char *id;           /* of the finding, or NULL */
};

struct event_options {
	const char *sensor;      /* as the ledger names it; or NULL */
	const char *site_name;   /* or NULL */
	int64_t interval_ns;     /* between updates of one finding, and between stats; 0: 60 s */
	int64_t likely_after_ns; /* 0: 5 s */
	size_t limit;            /* findings remembered; 0: 65536 */
	uint64_t hash_seed;
	void *context;
	void (*emit)(void *context, const struct event *event);
};

struct event_tracker;
/* Copies the options' strings. NULL and ERR only for want of memory. */
struct event_tracker *event_tracker_new(const struct event_options *options, struct err *err) MUST_CHECK;
void event_tracker_free(struct event_tracker *tracker);

/* What the audit at NOW says, against what was told before. LEDGER is what RESULT was judged from: it tells why a finding
 * is withdrawn. WINDOW_FROM: packets before it have left the ledger (TIME_UNKNOWN: none has). 0, or -1 and ERR for want of
 * memory; what could not be told now is told by the next call. */
int event_tracker_update(struct event_tracker *tracker, const struct audit_result *result, const struct ledger *ledger,
			 int64_t now_ns, int64_t window_from_ns, struct err *err) MUST_CHECK;
/* The next update judges under other site or signature files: what it does not find any more is withdrawn for this. */
void event_tracker_files_changed(struct event_tracker *tracker);
/* The next update is the last: what would be told once it is settled is told as it is. */
void event_tracker_ending(struct event_tracker *tracker);

/* Findings told and not cleared or withdrawn since; those for which there was no room. */
struct event_counts {
	size_t standing;
	uint64_t told, updated, cleared, withdrawn, untracked;
};
struct event_counts event_tracker_counts(const struct event_tracker *tracker);

/* Something of the sensor's own affairs. WHAT is a word for machines ("started", "interface-down", "reloaded", "reload-refused",
 * "gap", "stopped"..), TEXT a sentence for people, SEVERITY as in RFC 5424. */
void event_notice(struct event_tracker *tracker, int64_t now_ns, unsigned severity, const char *what, const char *text);

#endif
