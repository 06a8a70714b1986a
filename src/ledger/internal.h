/*
 * Private to ledger/: what its source files share. A ledger is five hashed tables and three small arrays.
 * Everything that adds goes through one function for each kind of row, whether it comes from a flow, another
 * ledger or a fold.
 */
#ifndef LEDGER_INTERNAL_H
#define LEDGER_INTERNAL_H

#include "ledger/ledger.h"
#include "row_table.h"

enum { FOLD_GROUP_LEAST = 16, FOLD_IPV4_BITS = 24, FOLD_IPV6_BITS = 64 };

/* Deltas that wait for memory: asked for in two steps, added in the order in which they came. */
enum { LEDGER_WAITING = 8, LEDGER_WAITING_ROWS = 4 };
struct waiting {
	struct edge_row edge;
	struct host_row hosts[2];
	size_t host_count;
	uint64_t edge_hash, host_hashes[2];
};

struct ledger {
	struct row_table edges, hosts, coverage, anomalies;
	struct row_table port_groups; /* struct port_group: which opener ports have a row of their own */
	size_t edges_max, hosts_max, coverage_max, anomalies_max; /* rows */
	size_t edges_fold_at,
	    hosts_fold_at;            /* rows; above their _max where folding could not bring them below */
	struct addr_range *fold_last; /* ascending and apart */
	size_t fold_last_count;
	struct input_record *inputs;
	size_t input_count, input_capacity;
	char **sensors;
	size_t sensor_count, sensor_capacity;
	struct coverage_span *spans;
	size_t span_count, span_capacity;
	char *filter;
	struct waiting waiting[LEDGER_WAITING];
	uint64_t waiting_put, waiting_taken;
	const uint32_t
	    *input_ranks; /* during a merge: the inputs' order by fingerprint; else NULL: by number */
};

/* The opener ports below 32768 that have a row of their own, of rows whose keys are equal save for it. */
struct port_group {
	struct edge_key key;                 /* opener_port 0 */
	uint16_t ports[LEDGER_OPENER_PORTS]; /* ascending */
	uint8_t count;
};

/* edge_row.c: what one row and one piece of evidence do when they meet another. */
void edge_row_from_delta(struct edge_row *row, uint32_t sensor, const struct flow_delta *delta);
void edge_row_add(const struct ledger *ledger, struct edge_row *row, const struct edge_row *more);
/* Order of evidence: time, input (by rank during a merge), frame. No frame comes last. */
int frame_ref_compare(const struct ledger *ledger, const struct frame_ref *a, const struct frame_ref *b);
void frame_ref_keep_smaller(const struct ledger *ledger, struct frame_ref *kept,
			    const struct frame_ref *other);
/* The COUNT smallest distinct ones of KEPT and MORE into KEPT, in order. */
void frame_refs_keep_smallest(const struct ledger *ledger, struct frame_ref *kept,
			      const struct frame_ref *more, size_t count);

/* edge_table.c. Rows in use, port groups counted as the part of a row that they are. */
size_t edge_table_used(const struct ledger *ledger);
/* Port groups follow from the rows; makes them again after rows were changed in bulk. */
void edge_table_regroup(struct ledger *ledger);

/* host_table.c */
void host_row_add(void *context, void *row, const void *more);
size_t host_rows_from_delta(struct host_row rows[2], uint32_t sensor, const struct flow_delta *delta);

/* fold.c, fold_hosts.c: bring a table below its limit; nothing to do gives nothing done. Need memory for
 * precision only. */
void ledger_fold_edges(struct ledger *ledger);
void ledger_fold_hosts(struct ledger *ledger);
/* fold_choice.c. Copies the networks that fold last. 0/-1. */
int ledger_keep_fold_last(struct ledger *ledger, const struct ledger_options *options) MUST_CHECK;
/* True for an address that lies in a network which is to be folded last. */
bool ledger_folds_last(const struct ledger *ledger, const struct addr *address);
/* Rows by the magnitude of their packets (as many bits as the number takes): finds the smaller half without
 * sorting. */
enum { FOLD_SIZES = 65 };
struct fold_half {
	size_t rows[FOLD_SIZES], total;
};
void fold_half_add(struct fold_half *half, uint64_t packets);
/* Rows of up to that many packets are at least half of all, the last magnitude whole. */
uint64_t fold_half_limit(const struct fold_half *half);
/* ADDRESS folded by /24 and /64; groups and what is folded already stay as they are. */
struct addr ledger_fold_address(const struct addr *address);
void ledger_count_folded(struct ledger *ledger, uint32_t sensor, int32_t bucket, uint64_t rows);

/* coverage.c */
void coverage_row_add(struct coverage_row *row, const struct coverage_row *more);
/* Puts spans in order and joins those that touch. */
void ledger_join_spans(struct ledger *ledger);

/* input.c */
int input_record_copy(struct input_record *to, const struct input_record *from) MUST_CHECK;
void input_record_clear(struct input_record *record);
/* A total order over all that a record says. */
int input_record_compare(const struct input_record *a, const struct input_record *b);
/* True when both records tell of the same capture. */
/* RECORD is to replace KEPT, which is of the same capture. */
bool input_record_goes_on(const struct input_record *record, const struct input_record *kept);
bool input_record_same(const struct input_record *a, const struct input_record *b);

int coverage_row_compare(const void *a, const void *b);

#endif
