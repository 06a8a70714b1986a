/*
 * Private to audit/: what turns judged rows into rule states, findings and verdicts. One struct audit_work
 * lives for one audit_run. Temporary memory lies in its scratch arena, what the caller gets in the result's.
 * Want of memory is sticky (work->failed): texts become "", lists empty, and audit_run gives up at the end.
 *
 *   hosts.c       who is bound, under which identity, and what was seen of each
 *   cover.c       which time was covered
 *   rank.c        rows in the order of their edges; counts that no second sensor adds to
 *   outcome.c     what became of a row's flows
 *   sightings.c   in which minutes a host was seen in a rule
 *   observable.c  whether a flow could have been seen, and what to mirror if not
 *   presence.c    required rules: who is missing
 *   pairs.c       who asked whom in vain
 *   states.c      each rule's state
 *   edges.c       findings from judged rows; scan.c, fold.c, peers.c, bounce.c, rule_findings.c likewise
 *   severity.c, messages.c, ports.c, filter.c, evidence.c, ids.c   what a finding says
 *   inferred.c    what nobody told of a system whose roles are inferred
 *   exceptions.c, roles.c, verdict.c, run.c
 */
#ifndef AUDIT_WORK_H
#define AUDIT_WORK_H

#include "base/strbuf.h"
#include "judge.h"

/* One bound host of a system: a named host or MAC entry whatever its addresses, else an address. */
struct audit_host {
	size_t binding;      /* index of the entry that names it, or NO_INDEX: the address does */
	struct addr address; /* the one that names it, or the smallest that it was seen with; family none:
				never seen */
	struct addr other;   /* an address of the other family, if known */
	uint64_t roles;
	bool listed;          /* the site lists it as one host: always expected */
	bool seen;            /* it sent something */
	bool sends, receives; /* unicast */
	const char *text;     /* name or address */
	const char *identity; /* what ids hash: name, "mac:..", or address */
	const char *place;    /* the same without the name */
};

struct host_table {
	struct audit_host *items; /* sorted by binding, address */
	size_t count;
};

/* An end of a row: a bound host of the system, or an address. */
struct host_ref {
	size_t host; /* in the system's table, or NO_INDEX */
	struct addr address;
};

/* In which minutes of a bucket HOST was seen in a rule, on one side of it. */
struct sighting {
	size_t system, rule;
	size_t host;  /* NO_INDEX: stands for the whole system */
	uint8_t side; /* enum rule_side */
	int32_t bucket;
	uint16_t seen;     /* openings, answers, activity of what counts */
	uint16_t triggers; /* successes that make other rules due */
	bool success, attempt, pending, uncertain;
};
enum rule_side { SIDE_FROM, SIDE_TO, SIDE_NONE };

struct sighting_list {
	struct sighting *items; /* sorted by system, rule, host, side, bucket; each once */
	size_t count;
};

/* A stretch of covered time, and the whole minutes since 1970 in it: [first, end). */
struct cover_span {
	int64_t first_ns, last_ns;
	int64_t first_minute, end_minute;
};

struct cover {
	struct cover_span *spans;
	size_t count;
	int64_t longest_ns;
	int32_t last_day; /* of the last packet */
};

/* An address that received unicast in a bucket; sorted. */
struct receipt {
	int32_t bucket;
	struct addr address;
};

struct receipt_list {
	struct receipt *items;
	size_t count;
};

/* Matches of one rule: a slice of judge_result.matches. */
struct match_slice {
	const struct judge_match *items;
	size_t count;
};

struct audit_finding_draft {
	struct audit_finding plain;
	size_t system, rule; /* indexes or NO_INDEX */
	size_t exception;    /* index or NO_INDEX */
};

/* A port that may be the site's setting for a rule. */
struct inferred_setting {
	size_t system, rule;
	uint8_t protocol;
	uint16_t port;
};

struct system_work {
	const struct matrix_system *plain;
	size_t index;
	bool checked;  /* some required rule could be told to be kept or broken */
	bool filtered; /* of some required rule the filter left nothing to tell by */
	struct host_table hosts;
	struct match_slice *slices; /* by rule */
	struct audit_rule *rules;
	bool observed;                          /* a bound product host both sent and received unicast */
	const struct inferred_system *inferred; /* nobody bound its hosts; or NULL */
};

struct audit_work {
	struct audit_result *result;
	struct arena *arena; /* the result's */
	struct arena scratch;
	const struct ledger *ledger;
	const struct matrix *matrix;
	const struct audit_options *options;
	struct host_macs *macs;
	struct judge_result judged;
	size_t row_count; /* edges of the ledger, called by their places in its order */
	const struct input_record *inputs;
	size_t input_count;
	uint32_t *ranks; /* of each row in the order of (edge, bucket, sensor) */
	uint32_t *order; /* rows in that order */
	struct system_work *systems;
	size_t system_count;
	struct cover cover;
	struct receipt_list receipts;
	struct sighting_list sightings;
	struct ledger_health health;
	struct inferred_setting *settings; /* sorted by system, protocol, port, rule */
	size_t setting_count;
	uint8_t *exception_used;
	struct audit_finding_draft *drafts;
	size_t draft_count, draft_capacity;
	bool failed;
};

/* Rows of the ledger. */
static inline struct edge_row work_row(const struct audit_work *work, size_t row)
{
	return ledger_edge(work->ledger, row);
}
static inline struct edge_key work_key(const struct audit_work *work, size_t row)
{
	return ledger_edge_key(work->ledger, row);
}
static inline struct edge_brief work_brief(const struct audit_work *work, size_t row)
{
	return ledger_edge_brief(work->ledger, row);
}

/* run.c */
void *work_alloc(struct audit_work *work, size_t count, size_t size);
void *work_scratch(struct audit_work *work, size_t count, size_t size);
const char *work_text(struct audit_work *work, const char *format, ...) PRINTF_LIKE(2, 3);
/* Copies BUF's text into the result and clears BUF. */
const char *work_take(struct audit_work *work, struct strbuf *buf);
/* A zeroed draft, or NULL. */
struct audit_finding_draft *work_draft(struct audit_work *work);

/* hosts.c */
void hosts_build(struct audit_work *work);
/* ADDRESS as seen by SENSOR in BUCKET. */
struct host_ref host_ref_find(const struct audit_work *work, size_t system, uint32_t sensor, int32_t bucket,
			      const struct addr *address);
struct host_ref row_end(const struct audit_work *work, size_t system, const struct edge_row *row,
			bool responder);
int host_ref_compare(const struct host_ref *a, const struct host_ref *b);
/* Sorts REFS, each once; returns how many are left. */
size_t host_refs_sort(struct host_ref *refs, size_t count);
const struct audit_host *host_of(const struct audit_work *work, size_t system, const struct host_ref *ref);
/* host_refs.c: what a site's entry is called */
const char *binding_identity(struct audit_work *work, const struct site_binding *binding);
const char *binding_place(struct audit_work *work, const struct site_binding *binding);
static inline bool host_talks(const struct audit_host *host)
{
	return host->sends && host->receives;
}
/* What the host of REF is called in lists of hosts, and in ids. */
const char *host_ref_text(struct audit_work *work, size_t system, const struct host_ref *ref);
const char *host_ref_identity(struct audit_work *work, size_t system, const struct host_ref *ref);
const char *host_ref_place(struct audit_work *work, size_t system, const struct host_ref *ref);
uint64_t host_ref_roles(const struct audit_work *work, size_t system, const struct host_ref *ref);
/* The end as a finding shows it, with ADDRESS. */
struct audit_end host_ref_end(struct audit_work *work, size_t system, const struct host_ref *ref,
			      const struct addr *address);
struct name_list role_names(struct audit_work *work, const struct signature *signature, uint64_t roles);
bool host_received(const struct audit_work *work, int32_t bucket, const struct addr *address);

/* cover.c */
void cover_build(struct audit_work *work);
/* All of the minutes [FIRST, END) is covered. */
bool cover_holds(const struct cover *cover, int64_t first_minute, int64_t end_minute);

/* rank.c */
/* Ranks of all rows; and how many flows and edges there are. */
void ranks_build(struct audit_work *work);
struct tally {
	uint64_t flows, packets, bytes;
	uint64_t attempts; /* for a rule that expects this reply */
	int64_t first_ns, last_ns;
};
/* Adds up ROWS (numbers of rows; put into rank order). Of one edge in one bucket the sensor that saw most
 * counts. */
struct tally tally_rows(const struct audit_work *work, size_t *rows, size_t count, enum reply_expect reply);
/* Same initiator, responder, protocol and responder port. */
bool rows_same_edge(const struct edge_row *a, const struct edge_row *b);
/* Where the rows of EDGE begin in work->order, or would. */
size_t rank_of_edge(const struct audit_work *work, const struct edge_row *edge);
/* The first row after ROW of another sensor or bucket, or how many rows there are. */
size_t work_next_bucket(const struct audit_work *work, size_t row);

/* outcome.c: best first, as a finding names them */
enum row_outcome {
	OUTCOME_ESTABLISHED,
	OUTCOME_ANSWERED,
	OUTCOME_ONEWAY,
	OUTCOME_PROBED,
	OUTCOME_REFUSED,
	OUTCOME_RESET,
	OUTCOME_UNANSWERED,
	OUTCOME_PENDING,
	OUTCOME_COUNT
};
const char *outcome_name(enum row_outcome outcome);
enum row_outcome row_outcome(const struct edge_row *row);
static inline bool outcome_is_attempt(enum row_outcome outcome)
{
	return outcome > OUTCOME_ONEWAY;
}
bool row_is_group(const struct edge_row *row);
/* What the row is for a rule that expects REPLY. */
bool row_succeeded(const struct edge_row *row, enum reply_expect reply);
uint64_t row_attempts(const struct edge_row *row, enum reply_expect reply);
/* Something of the responder came that was no RST. */
bool row_heard(const struct edge_row *row);

/* sightings.c */
void sightings_build(struct audit_work *work);
/* The sightings of HOST (NO_INDEX: the system) in a rule. */
struct sighting_list sightings_of(const struct audit_work *work, size_t system, size_t rule, size_t host);
/* Those of all hosts, in host order; the system's own come last. */
struct sighting_list sightings_of_rule(const struct audit_work *work, size_t system, size_t rule);
/* A minute of FIRST..LAST in which LIST has one that counts. */
bool sightings_within(const struct sighting_list *list, int64_t first_minute, int64_t last_minute);
bool sightings_any(const struct sighting_list *list, bool pending);

/* roles.c, verdict.c */
void roles_build(struct audit_work *work, size_t system, struct audit_system *out);
void verdicts_build(struct audit_work *work);
void warnings_build(struct audit_work *work);
/* timeline.c */
void timeline_build(struct audit_work *work);

#include "findings.h"

#endif
