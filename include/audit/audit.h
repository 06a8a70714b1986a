/*
 * Ledger x matrix -> verdicts, rule states and findings (design section 5). Pure: no I/O, no clock; `now` and
 * what the filter admits are arguments. The same ledger can be judged again under other files.
 *
 * Ownership: a result and all it points to live in the result's arena; texts may also point into the matrix's
 * site and signatures, which must outlive it.
 */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "ledger/ledger.h"
#include "matrix/matrix.h"

enum edge_verdict {
	VERDICT_DOCUMENTED,
	VERDICT_SITE_DOCUMENTED,
	VERDICT_UNEXPECTED,
	VERDICT_WRONG_DIRECTION,
	VERDICT_INCONCLUSIVE,
	VERDICT_NOT_COVERED,
	VERDICT_OUT_OF_SCOPE,
	VERDICT_COUNT
};
const char *edge_verdict_name(enum edge_verdict verdict);

enum finding_kind {
	FINDING_UNEXPECTED,
	FINDING_WRONG_DIRECTION,
	FINDING_MISSING,
	FINDING_UNANSWERED,
	FINDING_FALLBACK,
	FINDING_KIND_COUNT
};
const char *finding_kind_name(enum finding_kind kind);

enum finding_reason {
	REASON_NONE,
	REASON_MODE_OFF,
	REASON_UNDOCUMENTED_REPLY,
	REASON_OPENED_BY_RESPONDER,
	REASON_OPENED_FROM_SERVICE_PORT,
	REASON_SCAN,
	REASON_GROUP_NOISE,
	REASON_DISPUTED_PORT,
	REASON_UNKNOWN_PEER,
	REASON_UNKNOWN_LISTENER,
	REASON_FTP_BOUNCE,
	REASON_NO_RULE,
	REASON_COUNT
};
const char *finding_reason_name(enum finding_reason reason); /* NULL for REASON_NONE */

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_COUNT };
const char *severity_name(enum severity severity);

enum rule_state {
	STATE_OFF,
	STATE_MISSING,
	STATE_UNANSWERED,
	STATE_OBSERVED,
	STATE_NOT_OBSERVABLE,
	STATE_IDLE,
	STATE_COUNT
};
const char *rule_state_name(enum rule_state state);

enum run_verdict { RUN_PASS, RUN_FAIL, RUN_INCONCLUSIVE };
const char *run_verdict_name(enum run_verdict verdict);

struct name_list {
	const char *const *items;
	size_t count;
};

/* One end of a finding. */
struct audit_end {
	struct addr address;    /* family none: null in the report */
	const char *name;       /* from the site, or NULL */
	struct name_list roles; /* role ids it holds in the finding's system, bound ones only */
};

/* A rule that nearly matched, and the condition that it failed, for `explain`. */
struct audit_near {
	const char *rule;
	const char *failed;
};

enum { AUDIT_PORTS_MAX = 16 };

struct audit_finding {
	char id[33]; /* hexadecimal, stable from night to night */
	char
	    place[33]; /* the same by addresses alone: what stays when the site file names a host otherwise */
	enum finding_kind kind;
	enum finding_reason reason;
	enum severity severity;
	const char *system;
	const char *rule; /* or NULL */
	struct audit_end initiator, responder;
	const struct audit_end *peers; /* up to 20 */
	size_t peers_listed;
	uint64_t peer_count;
	const struct addr *peer_addresses; /* of all peers, ascending; NULL where nothing has peers */
	int32_t protocol;                  /* -1: null */
	int32_t port;                      /* responder's; -1: null ("many" or none) */
	bool many_ports;
	uint16_t ports[AUDIT_PORTS_MAX]; /* of many: those they are, ascending, where they are few enough to
					    name */
	size_t port_count;
	/* Findings of edges: all responder ports, ascending, however many; ICMP: type x 256 + code. None
	 * where the ledger folded them away. */
	const struct port_range *port_ranges;
	size_t port_range_count;
	uint64_t port_total; /* how many ports these are */
	bool folded;         /* stands for many ports of a pair, or a scan: its id is another than theirs */
	uint8_t basis, confidence; /* enum direction_basis, confidence; for missing: DIRECTION_COUNT = null */
	const char *outcome;       /* or NULL */
	uint64_t flows, packets, bytes;
	int64_t first_ns, last_ns; /* TIME_UNKNOWN: null */
	const char *message;       /* one or two sentences for a person */
	const char *impact;        /* the rule's, or NULL */
	const char *cite;          /* "IPA36-1, table, row 6" of the rule, or NULL */
	struct ledger_evidence evidence;
	const char *filter;    /* a ready tcpdump filter, or NULL */
	const char *exception; /* id of the exception that covers it, or NULL */
	const char *host;      /* missing: name or address, or NULL */
	const struct audit_near *nearest;
	size_t nearest_count;
};

struct audit_role {
	const char *id, *title;
	enum role_kind kind;
	uint64_t bound, seen; /* hosts bound (listed single ones and those seen of ranges); of these seen */
	struct name_list silent;  /* listed single hosts never seen */
	struct name_list assumed; /* unbound hosts that filled the role */
};

struct audit_rule {
	const struct sig_rule *rule;
	struct name_list from, to;      /* role ids, "any" */
	const struct port_range *ports; /* resolved */
	size_t port_count;
	enum rule_state state;
	const char *reason; /* of off, missing, not-observable..; or NULL */
	uint64_t flows, packets, bytes, attempts;
	uint64_t expected_hosts, observed_hosts;
	struct name_list missing_hosts, unanswered_hosts, unobservable_hosts;
	int64_t first_ns, last_ns;
	const char *cite_source, *cite_where; /* titles; or NULL */
};

struct audit_system {
	const char *name;
	const struct signature *signature;
	bool inferred;
	double score; /* of the inference, else 0 */
	enum run_verdict verdict;
	const struct audit_role *roles;
	size_t role_count;
	const struct audit_rule *rules;
	size_t rule_count;
};

struct audit_exception {
	const char *id, *state, *expires; /* state: expired, expiring (within 14 days), used, unused */
	bool used;                        /* it excused something, also while it is expiring */
	const char *owner, *reason;
};

/* Flows that were opened in a quarter hour, or went on in it, by verdict. */
struct audit_bucket {
	int32_t bucket;
	uint64_t flows[VERDICT_COUNT];
};

struct audit_result {
	struct arena arena;
	enum run_verdict verdict;
	enum severity fail_on; /* what the verdict was reached by */
	struct name_list reasons;
	const struct audit_system *systems;
	size_t system_count;
	uint64_t flows;
	uint64_t edge_count; /* distinct (initiator, responder, protocol, responder port, verdict) */
	uint64_t edges[VERDICT_COUNT];
	const struct audit_bucket *timeline; /* by time; quarter hours without any flow are left out */
	size_t timeline_count;
	const struct audit_finding *findings; /* most severe first, then kind, system, rule, ends */
	size_t finding_count;
	const struct audit_exception *exceptions;
	size_t exception_count;
	struct ledger_health health;
	uint64_t accounting[ACCOUNT_COUNT];
	uint64_t packets;
	struct name_list warnings; /* e.g. suspect parameters */
};

/* What a packet of a rule could look like, to ask whether the filter lets it through. */
struct audit_probe {
	struct addr from, to;
	uint8_t protocol;
	uint16_t from_port, to_port;
	bool answers; /* it answers an opening, and opens nothing itself */
};

struct audit_options {
	int64_t now_ns;          /* judged as of */
	const int32_t *last_day; /* the last day judged, with which exceptions are compared; NULL: that of the
				    last packet, UTC */
	enum severity fail_on;   /* default medium */
	bool expect_all;         /* --expect all */
	bool live;   /* required rules must be seen in every window of `within`, not merely once */
	bool latest; /* live: only in the window that ends with coverage: what is missing now */
	const struct inference *inference; /* what the site was drafted from when nobody gave one, else NULL:
					      marks systems as inferred */
	const char *unwatched; /* why part of the network was not watched at all ("sensor b silent since .."), or
				  NULL: then nothing is missing, and nothing passes */
	void *context;
	bool (*admits)(void *context, const struct audit_probe *probe); /* NULL: everything */
};

/* LEDGER must be sorted. NULL and ERR only for want of memory. */
struct audit_result *audit_run(const struct ledger *ledger, const struct matrix *matrix,
			       const struct audit_options *options, struct err *err) MUST_CHECK;
void audit_free(struct audit_result *result);

/* Runs a signature's examples; MESSAGES gets one line for each that does not come out as it says. Returns how
 * many were run. */
size_t audit_check_examples(const struct signature *signature, struct signature_library *library,
			    struct message_list *messages);

/* Roles inferred from behaviour, for audits without a site file and for `discover`. */
struct inferred_binding {
	const char *role;
	struct addr address;
	double score;
	const char *why; /* "listens on tcp 3871, 2068; opens udp 3211" */
};
struct inferred_system {
	const struct signature *signature;
	double score;
	const struct inferred_binding *bindings; /* sorted by role, score, address */
	size_t binding_count;
};
struct inference {
	struct arena arena;
	const struct inferred_system *systems; /* best first; only those that pass the threshold */
	size_t system_count;
};
/* Scores the ledger's hosts against every one of SIGNATURES. NULL and ERR for want of memory; no system is no
 * error. */
struct inference *audit_infer(const struct ledger *ledger, const struct signature *const *signatures,
			      size_t signature_count, struct err *err) MUST_CHECK;
void inference_free(struct inference *inference);

#endif
