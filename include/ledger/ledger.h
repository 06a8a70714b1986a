/*
 * The mergeable record of what was observed: four tables (edges, hosts, coverage, anomalies) and the inputs they come from.
 * Merging is addition, minimum, maximum and union: associative and commutative, nothing lost. It knows no matrix,
 * makes no verdict, does no I/O, reads no clock.
 *
 * Edges and hosts are kept small: in fewer bytes than the rows below take, and each address once. So they are handed out
 * by value, row by row.
 *
 * Ownership: the ledger owns its rows. The accessors give them in the order of their keys once ledger_sort was called;
 * arrays stay valid until the ledger is changed.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "flow/flow.h"

enum { LEDGER_VLANS = 8, LEDGER_OPENINGS = FLOW_OPENINGS, LEDGER_OPENER_PORTS = 16, LEDGER_NAME_MAX = 64 };

/* How an edge row was folded under pressure; folded rows are never unfolded. */
enum ledger_fold { FOLD_NONE, FOLD_RESPONDERS, FOLD_INITIATORS, FOLD_BOTH, FOLD_PREFIX };

struct edge_key {
	uint32_t sensor;         /* index of ledger_sensor_name */
	int32_t bucket;          /* quarter hour since 1970 UTC */
	struct addr initiator, responder; /* family none: folded, "any" */
	uint8_t delivery, protocol, basis, confidence;
	uint16_t responder_port; /* folded: 0 */
	uint16_t opener_port;    /* one of the 16 smallest distinct ports below 32768 of otherwise equal keys, else 0 */
	uint16_t answered_from;
	uint16_t parent;
	uint8_t parent_assumed;
	uint8_t fold;            /* enum ledger_fold */
};

struct ledger_evidence {
	struct frame_ref openings[LEDGER_OPENINGS];
	struct frame_ref answer, contradiction; /* frame 0: none; input indexes ledger_inputs */
};

struct edge_row {
	struct edge_key key;
	uint64_t events[FLOW_EVENT_COUNT];
	uint64_t packets[2], bytes[2]; /* [0] from the initiator */
	int64_t first_ns, last_ns;
	uint16_t opened_minutes, answered_minutes, active_minutes;
	uint64_t contradictions, duplicates;
	uint64_t retransmitted;        /* flows that repeated their unanswered opening */
	uint16_t vlans[LEDGER_VLANS];  /* smallest distinct, ascending */
	uint8_t vlan_count;
	struct ledger_evidence evidence;
};

struct host_row {
	uint32_t sensor;
	int32_t bucket;
	struct addr address;
	uint8_t mac[MAC_BYTES]; /* all zero: none seen */
	uint64_t unicast_sent, unicast_received, group_sent, group_received; /* packets */
};

struct coverage_row {
	uint32_t sensor;
	int32_t bucket;
	uint16_t minutes;        /* covered by an input */
	uint64_t packets;
	uint64_t accounting[ACCOUNT_COUNT];
	uint64_t dropped;        /* by kernel or interface: live, or as the capture itself says */
	uint64_t clock_steps;
	uint64_t folded;         /* edge, host and anomaly rows folded */
	uint32_t snaplen_min;    /* bytes that are left of the shortest frame that was cut; 0: none was */
	struct flow_health health;
	uint64_t duplicates;
	uint64_t forgotten;      /* fragments, announced connections, requests: given up before their time for want of memory */
};

struct anomaly_row {
	uint32_t sensor;
	int32_t bucket;
	enum flow_anomaly_kind kind;
	struct addr initiator, responder, third;
	uint8_t protocol;
	uint16_t responder_port;
	uint64_t count;
	struct frame_ref evidence;
};

/* An input, as the report lists it. Strings are owned by the ledger. */
struct input_record {
	const char *name;
	const char *fingerprint; /* "" unknown */
	const char *sha256;      /* "" not asked for */
	const char *format;
	const char *status;      /* capture_status_name */
	const char *error;       /* "" none */
	bool trouble;
	uint64_t packets, bytes;
	int64_t first_ns, last_ns;
	uint64_t accounting[ACCOUNT_COUNT];
	const char *unsupported; /* names of link types not understood, comma separated; "" none */
	const char *link_types;
};

/* A stretch of time that some input covered, by packet time; sorted, not overlapping. */
struct coverage_span {
	uint32_t sensor;
	int64_t first_ns, last_ns;
};

struct ledger;

struct ledger_options {
	size_t memory_bytes; /* of edges and hosts; 0: 512 MiB. Beyond it rows fold, counted; totals stay exact */
	uint64_t hash_seed;
	const struct addr_range *fold_last; /* networks whose smallest edges fold after all others'; copied */
	size_t fold_last_count;
};
struct ledger *ledger_new(const struct ledger_options *options, struct err *err) MUST_CHECK;
/* Edges and hosts may take MEMORY_BYTES from the next addition on; what is there already stays until then. */
void ledger_limit(struct ledger *ledger, size_t memory_bytes);
void ledger_free(struct ledger *ledger);

/* The number of a sensor's name; the same name gives the same number. -1 for want of memory. */
int64_t ledger_sensor(struct ledger *ledger, const char *name);
const char *ledger_sensor_name(const struct ledger *ledger, uint32_t sensor);

/* Adds a delta, its hosts and its health. Never fails: without memory rows fold into (any, any), counted. */
void ledger_add_delta(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta);
/* The same within the next few calls, when its rows have come from memory. Until ledger_settle, or ledger_sort, nothing
 * else may look at edges and hosts or add to them. */
void ledger_add_delta_soon(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta);
struct flow_brief;
void ledger_add_brief_soon(struct ledger *ledger, uint32_t sensor, const struct flow_brief *brief);
/* Adds what still waits. */
void ledger_settle(struct ledger *ledger);
void ledger_add_anomaly(struct ledger *ledger, uint32_t sensor, const struct flow_anomaly *anomaly);

/* The coverage row to add to; made when absent. Beyond a share of the memory limit (some years of quarter hours) the last
 * row made takes what follows: totals stay exact. NULL for want of memory. */
struct coverage_row *ledger_coverage(struct ledger *ledger, uint32_t sensor, int32_t bucket);
/* Up to DELTAS more, of buckets FIRST to LAST, give the same ledger in any order: it need not fold for them, and did not yet. */
bool ledger_takes_any_order(const struct ledger *ledger, uint64_t deltas, int32_t first, int32_t last);
/* So many deltas will come at once, each of an edge that is new, at most. Only a wish: what grows in one step moves nothing twice. */
void ledger_expect(struct ledger *ledger, uint64_t deltas);
/* Marks FIRST..LAST as covered: spans and minute masks. A later gap is what lies between spans. */
int ledger_cover(struct ledger *ledger, uint32_t sensor, int64_t first_ns, int64_t last_ns) MUST_CHECK;
/* Copies RECORD and its strings; returns its number, or -1 (memory, or 4 million inputs). */
int64_t ledger_add_input(struct ledger *ledger, const struct input_record *record);
/* Replaces record INPUT (totals known only at the end). 0/-1. */
int ledger_set_input(struct ledger *ledger, uint32_t input, const struct input_record *record) MUST_CHECK;
/* The filter under which everything was observed; "" none. */
int ledger_set_filter(struct ledger *ledger, const char *filter) MUST_CHECK;
const char *ledger_filter(const struct ledger *ledger);

/* Adds FROM to INTO. Inputs with an equal fingerprint are one; inputs and sensors get new numbers in an order of their own
 * (first time, then what the record says; name), whoever was merged into whom. Filters that differ are joined by ";".
 * 0, or -1 without memory (INTO is then unusable). */
int ledger_merge(struct ledger *into, const struct ledger *from, struct err *err) MUST_CHECK;

/* Adds all edges, hosts and anomalies of FROM to INTO. Both call sensors and inputs by the same numbers: ledgers of one run.
 * Never fails: beyond the limit rows fold, counted. */
void ledger_add_rows(struct ledger *into, const struct ledger *from);

/* For whoever keeps ledgers: rows as the accessors hand them out, added to the row of their key. Sensors and inputs in them
 * are this ledger's numbers, unused bytes zero. All but the last never fail: beyond the limit rows fold, counted. */
void ledger_add_edge(struct ledger *ledger, const struct edge_row *more);
void ledger_add_host(struct ledger *ledger, const struct host_row *more);
void ledger_add_anomaly_row(struct ledger *ledger, const struct anomaly_row *more);
/* 0/-1 (memory). Spans are added with ledger_cover. */
int ledger_add_coverage(struct ledger *ledger, const struct coverage_row *more) MUST_CHECK;
/* Joins FILTER, itself perhaps several joined by ";", with the ledger's own. 0/-1. */
int ledger_join_filter(struct ledger *ledger, const char *filter) MUST_CHECK;

/* Puts all rows in order of their keys. Call before the accessors. */
void ledger_sort(struct ledger *ledger);
size_t ledger_edge_count(const struct ledger *ledger);
/* Edge I in full. Bytes between fields are zero: equal rows are equal bytes. */
struct edge_row ledger_edge(const struct ledger *ledger, size_t i);
struct edge_key ledger_edge_key(const struct ledger *ledger, size_t i);
/* The edge with that key, of a sorted ledger; false where there is none, and *ROW as it was. */
bool ledger_find_edge(const struct ledger *ledger, const struct edge_key *key, struct edge_row *row);
/* The latest time of any edge, or TIME_UNKNOWN. */
int64_t ledger_last_ns(const struct ledger *ledger);
size_t ledger_host_count(const struct ledger *ledger);
struct host_row ledger_host(const struct ledger *ledger, size_t i);

/* What a look at many edges needs, without putting each together. Addresses are their places in the order of all
 * addresses, from 0, so that equal and smaller are seen without looking at them; valid after ledger_sort. */
struct edge_brief {
	uint32_t sensor;
	int32_t bucket;
	uint32_t initiator, responder;
	uint16_t responder_port, opener_port, answered_from, parent;
	uint8_t protocol, delivery, confidence, fold;
	uint64_t flows;   /* as edge_flows */
};
struct edge_brief ledger_edge_brief(const struct ledger *ledger, size_t i);
/* Something became of some of its flows: any event but opened, continued, one-way, stray. */
bool ledger_edge_has_outcome(const struct ledger *ledger, size_t i);
/* Addresses that rows name, in order, "any" (family none) first. Not all need be in use. */
size_t ledger_address_count(const struct ledger *ledger);
const struct addr *ledger_address(const struct ledger *ledger, uint32_t place);

/* All edges, all hosts, put together into one array on the first call after a change: for small ledgers. Without memory
 * NULL and a count of 0. */
const struct edge_row *ledger_edges(const struct ledger *ledger, size_t *count);
const struct host_row *ledger_hosts(const struct ledger *ledger, size_t *count);
const struct coverage_row *ledger_coverages(const struct ledger *ledger, size_t *count);
const struct anomaly_row *ledger_anomalies(const struct ledger *ledger, size_t *count);
const struct input_record *ledger_inputs(const struct ledger *ledger, size_t *count);
const struct coverage_span *ledger_spans(const struct ledger *ledger, size_t *count);
size_t ledger_memory(const struct ledger *ledger);

int edge_key_compare(const struct edge_key *a, const struct edge_key *b);
/* Flows of a row: opened + continued. */
static inline uint64_t edge_flows(const struct edge_row *row)
{
	return row->events[FLOW_OPENED] + row->events[FLOW_CONTINUED];
}

enum { HEALTH_REASONS_MAX = 12 };

/* Grade A to D by design section 3, with the reasons in words. */
struct ledger_health {
	char grade;
	size_t reason_count;
	char reasons[HEALTH_REASONS_MAX][128];
	uint64_t packets, dropped, duplicates, clock_steps, folded, forgotten;
	uint32_t snaplen_min;
	struct flow_health flows;
};
struct ledger_health ledger_health(const struct ledger *ledger);
/* Of what one sensor saw; captures that were not read whole aside, as inputs are not told apart by sensor. */
struct ledger_health ledger_sensor_health(const struct ledger *ledger, uint32_t sensor);

#endif
