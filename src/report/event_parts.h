/*
 * Private to report/: what the tracker remembers of each finding that it told, and how an event's line is
 * made.
 *
 * Memory: an entry and the finding's last JSON text, some 1.5 KB, for each finding that was told, until it
 * has neither been seen nor stood for want of room. Findings that share an id (one of them excepted) are told
 * apart by their order.
 */
#ifndef REPORT_EVENT_PARTS_H
#define REPORT_EVENT_PARTS_H

#include "json_parts.h"
#include "report/live.h"

enum { EVENT_ID_SIZE = 33 };

struct event_told {
	char id[EVENT_ID_SIZE];
	uint8_t twin;  /* how many of the same id came before it in the result */
	bool known;    /* told before, and neither cleared nor withdrawn: more of it is an update */
	bool standing; /* told, and neither cleared nor withdrawn since */
	uint8_t kind, severity;
	bool excepted;
	uint64_t round;  /* of the last audit that had it */
	uint64_t digest; /* of what was told last */
	int64_t told_ns; /* when that was */
	int64_t last_ns; /* its last packet then */
	struct addr initiator, responder;
	int32_t protocol, port;
	char *system, *rule; /* rule: or NULL */
	char *json;          /* the finding as told last */
	char *text;          /* the same for people */
};

struct event_tracker {
	struct event_options options;
	char *sensor, *site_name;
	struct event_told *told;
	size_t told_count, told_capacity;
	uint32_t *slots; /* number of an entry + 1, 0: free; a power of two, at most half full */
	size_t slot_count;
	uint64_t round;
	bool files_changed, ending;
	struct event_counts counts;
	/* Of the last health and stats lines. */
	bool state_told;
	char grade;
	uint64_t reasons_digest, dropped;
	int64_t health_ns, stats_ns;
};

/* The entry of (ID, TWIN), or NULL. */
struct event_told *event_find(const struct event_tracker *tracker, const char *id, unsigned twin);
/* A new one, all zero but its key; NULL without room or memory. Pointers got before are void. */
struct event_told *event_add(struct event_tracker *tracker, const char *id, unsigned twin);
void event_told_clear(struct event_told *told);

/* A page with the fields that every event has. */
struct json_page event_page(const struct event_tracker *tracker, enum event_kind kind, int64_t now_ns);
/* Hands PAGE out as one line, with TEXT for people; frees the page. 0/-1 (memory). */
int event_send(struct event_tracker *tracker, struct json_page *page, enum event_kind kind,
	       unsigned syslog_severity, const char *text, const char *id, struct err *err) MUST_CHECK;

/* Kinds that tell of what did not happen, or not as it should: they end by recovering. */
bool event_is_presence(enum finding_kind kind);

/* Why a finding that the last audit no longer has is gone. */
struct event_end {
	enum event_kind
	    kind; /* cleared or withdrawn; EVENT_KIND_COUNT: it aged out of the window, nothing to tell */
	const char *reason;      /* a word for machines */
	char text[256];          /* a sentence for people */
	const char *replaced_by; /* id of the finding that holds it now, or NULL */
};
struct event_end event_end_of(const struct event_tracker *tracker, const struct event_told *told,
			      const struct audit_result *result, const struct ledger *ledger,
			      int64_t window_from_ns);

/* RFC 5424 severities that are used here. */
enum { SYSLOG_ALERT = 1, SYSLOG_ERROR = 3, SYSLOG_WARNING = 4, SYSLOG_NOTICE = 5, SYSLOG_INFO = 6 };

#endif
