/*
 * Private to ledger/: what its source files share.
 *
 *   address_table   every address once, numbered
 *   edge_core       an edge row in two lines of the cache; edge_row the same in full, as the contract has it
 *   edge_table      finding a row's place, adding to it; edge_extra what does not fit into a core
 *   host_table      hosts
 *   delta           from a flow's delta to rows, asking memory ahead
 *   room, fold, fold_probes, fold_choice, fold_hosts   under pressure
 *   merge, renumber  two ledgers made one
 *   order, view     rows in order, for the accessors
 *   coverage, anomaly, input, health                   the small tables
 *
 * Everything that adds goes through one function for each kind of row, whether it comes from a flow, another
 * ledger or a fold.
 */
#ifndef LEDGER_INTERNAL_H
#define LEDGER_INTERNAL_H

#include "address_table.h"
#include "base/words.h"
#include "edge_core.h"
#include "ledger/ledger.h"
#include "row_table.h"

enum { FOLD_GROUP_LEAST = 16, FOLD_IPV4_BITS = 24, FOLD_IPV6_BITS = 64 };

/* A host row as it is kept. The key is the first 24 bytes. */
struct host_core {
	uint32_t sensor;
	int32_t bucket;
	uint32_t address; /* in the table of addresses */
	uint8_t mac[MAC_BYTES];
	uint8_t zero[6];
	uint64_t unicast_sent, unicast_received, group_sent, group_received;
};

/* Deltas that wait for memory: each step asks for what the next one looks at. In the order in which they
 * came.
 */
enum { LEDGER_WAITING = 32, LEDGER_STEP = 8, WAITING_FOLDS = 2 };
_Static_assert(LEDGER_WAITING > 2 * LEDGER_STEP + 1, "a delta and the one before it are found side by side");
struct waiting {
	struct edge_core core; /* its ends ADDRESS_NONE where not in the table */
	struct host_core hosts[2];
	size_t host_count;
	struct addr ends[2], folds[2]; /* what the ends fold to */
	bool repeated[2]; /* that end is the one of the delta before, which lies beside this one */
	uint32_t address_hashes[2], edge_hash;
	/* Of a probe, while hosts are folded by prefix: what the ends fold to. */
	bool may_fold;
	uint32_t numbers[2]; /* of the ends, as they were found */
	uint32_t fold_hashes[2], fold_numbers[2];
	/* And the folded rows of edges that it may go to. */
	uint32_t edge_fold_hashes[WAITING_FOLDS];
	size_t edge_folds;
	/* The ledger's when ends were looked up. */
	uint64_t epoch;
	size_t address_count;
};

/* Rows as the accessors that hand out arrays have them; made on demand. */
struct ledger_view {
	struct edge_row *edges;
	struct host_row *hosts;
	uint64_t made_at; /* ledger.changes */
};

struct ledger {
	uint64_t seed[4];
	struct address_table addresses;
	struct row_blocks edges; /* struct edge_core */
	struct row_index edge_index;
	bool edges_stale;         /* a key was changed: the index is to be made again */
	struct row_blocks extras; /* struct edge_row; a free one's sensor is the next free one + 1 */
	uint32_t extra_free;
	size_t extra_count;      /* in use */
	struct row_blocks hosts; /* struct host_core */
	struct row_index host_index;
	struct row_table coverage, anomalies;
	size_t coverage_max, anomalies_max; /* rows */
	size_t coverage_latest;             /* the row asked for last */
	size_t room;                        /* bytes of edges, hosts and addresses */
	size_t sure;                        /* additions that there is memory for */
	size_t fold_at;                     /* bytes; above `room` where folding could not bring them below */
	uint64_t epoch;                     /* changes whenever addresses get other numbers */
	unsigned probe_folds;               /* 1 << FOLD_: rows of that kind may stand for probes */
	size_t latest_folded;               /* the row that a probe went to last */
	bool hosts_to_prefix, hosts_to_any; /* such rows may be there */
	struct addr_range *fold_last;       /* ascending and apart */
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
	uint64_t changes, sorted_at; /* rows are in order while both are equal */
	bool indexed;                /* false once rows and addresses were put in order */
	struct ledger_view *view;
	const uint32_t
	    *input_ranks; /* during a merge: the inputs' order by fingerprint; else NULL: by number */
};

static inline bool ledger_in_order(const struct ledger *ledger)
{
	return ledger->sorted_at == ledger->changes;
}
static inline struct edge_core *edge_at(const struct ledger *ledger, size_t i)
{
	return row_of_size(&ledger->edges, i, sizeof(struct edge_core));
}
static inline struct host_core *host_at(const struct ledger *ledger, size_t i)
{
	return row_of_size(&ledger->hosts, i, sizeof(struct host_core));
}
static inline const struct addr *ledger_addr(const struct ledger *ledger, uint32_t number)
{
	return &address_at(&ledger->addresses, number)->address;
}

/* The key that CORE gets when it is folded so, as edge_key_fold has it; not for FOLD_PREFIX. In registers:
 * see base/words.h. */
static inline void core_key_folded(uint64_t words[4], const struct edge_core *core, enum ledger_fold to)
{
	memcpy(&words[0], core, sizeof(words[0]));
	words[1] = word_of_two(to == FOLD_RESPONDERS ? core->initiator : ADDRESS_ANY,
			       to == FOLD_INITIATORS ? core->responder : ADDRESS_ANY);
	words[2] = to == FOLD_INITIATORS ? word_of_short(core->responder_port) : 0;
	words[3] = core_key_end(core->protocol, core->basis,
				manner_make(core_delivery(core), core_confidence(core), to, false));
}

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

/* edge_add.c */
/* MORE, its extra aside, added to ROW. */
void edge_core_add(struct ledger *ledger, struct edge_core *row, const struct edge_core *more);
/* Puts what ROW keeps of openings in the order of the present. */
void edge_core_settle(const struct ledger *ledger, struct edge_core *row);

/* edge_extra.c: what a core has no room for */
/* The extra of ROW, made when absent. */
struct edge_row *edge_extra_obtain(struct ledger *ledger, struct edge_core *row);
static inline struct edge_row *edge_extra(const struct ledger *ledger, const struct edge_core *row)
{
	return row->extra == 0 ? NULL : row_at(&ledger->extras, row->extra - 1);
}
/* Adds MORE's extra to ROW and frees it. */
void edge_extra_move(struct ledger *ledger, struct edge_core *row, struct edge_core *more);
/* Room for one more. 0/-1. */
int edge_extra_reserve(struct ledger *ledger) MUST_CHECK;
/* How many more there is room for. */
size_t edge_extras_left(const struct ledger *ledger);

/* edge_table.c */
uint32_t edge_hash(const struct ledger *ledger, const struct edge_core *core);
/* The number of the row with CORE's key, or ROW_NONE. */
size_t edge_find_number(const struct ledger *ledger, const struct edge_core *core, uint32_t hash);
/* Adds CORE, whose key has HASH, and REST where it is not NULL, to the row of its key. There must be room
 * (ledger_make_room). */
void edge_place(struct ledger *ledger, const struct edge_core *core, uint32_t hash,
		const struct edge_row *rest);
/* After keys were changed: rows whose keys became equal are made one; the index is made again. */
void edge_table_compact(struct ledger *ledger);

/* host_table.c */
void host_core_add(struct host_core *row, const struct host_core *more);
/* HOST's own address says nothing: ADDRESS is its number. */
/* Adds HOST to the row of its key. False, and nothing added, where there is none. */
bool host_add_to_own(struct ledger *ledger, const struct host_core *host, uint32_t address);
/* The number of the row of a host whose MAC is not told apart, as in folded rows, or ROW_NONE. */
size_t host_find_without_mac(const struct ledger *ledger, const struct host_core *host, uint32_t address);
void host_place(struct ledger *ledger, const struct host_core *host, uint32_t address);
/* Adds HOST, its address set to the number of ADDRESS first. */
void host_add(struct ledger *ledger, struct host_core *host, const struct addr *address);
void host_table_compact(struct ledger *ledger);
/* What DELTA tells of its ends, addresses left 0. Returns how many: 0, 1 (the initiator), 2. */
size_t hosts_from_delta(struct host_core hosts[2], uint32_t sensor, const struct flow_delta *delta);
size_t hosts_from_brief(struct host_core hosts[2], uint32_t sensor, const struct flow_brief *brief);

/* order.c. Makes the indexes again if they are not as they are to be: before anything is looked up. */
void ledger_index(struct ledger *ledger);

/* room.c */
/* Before each adding: memory for a row of every kind, within the limit. Folds where there is none. */
void ledger_find_room(struct ledger *ledger);
static inline void ledger_make_room(struct ledger *ledger)
{
	if (ledger->sure > 0)
		ledger->sure--;
	else
		ledger_find_room(ledger);
}
/* Numbers addresses anew where many are named by no row any more. */
void ledger_forget_addresses(struct ledger *ledger);

/* fold.c, fold_hosts.c: make a table a quarter smaller at least, where folding can. Need memory for precision
 * only. */
void ledger_fold_edges(struct ledger *ledger);
void ledger_fold_hosts(struct ledger *ledger);
/* The key that a row gets when it is folded so. */
void edge_key_fold(struct ledger *ledger, struct edge_core *core, enum ledger_fold to);
bool edge_is_probe(const struct edge_core *core);

/* fold_probes.c: what has folded rows to go to already */
/* Adds W, a probe, if it has no row of its own, to the folded row that takes its kind. False where there is
 * none, and nothing added. */
bool probe_fold_straight(struct ledger *ledger, const struct waiting *w);
/* Asks for the slots of the rows that W, a probe, may go to so. */
void probe_fold_ask(const struct ledger *ledger, struct waiting *w);
/* Adds the host of W's SIDE, whose address is not in the table if its NUMBER is ADDRESS_NONE, to its own row
 * or a folded one. */
bool host_fold_straight(struct ledger *ledger, const struct waiting *w, size_t side, uint32_t number);

/* fold_choice.c. Copies the networks that fold last. 0/-1. */
int ledger_keep_fold_last(struct ledger *ledger, const struct ledger_options *options) MUST_CHECK;
/* True for an address that lies in a network which is to be folded last. */
bool ledger_folds_last(const struct ledger *ledger, uint32_t number);
/* ADDRESS folded by /24 and /64; groups and what is folded already stay as they are. */
struct addr ledger_fold_address(const struct addr *address);
/* The number of the address that address NUMBER folds to; ADDRESS_NONE for want of memory. */
uint32_t ledger_fold_number(struct ledger *ledger, uint32_t number);
/* Rows by the magnitude of their packets (as many bits as the number takes): finds the smaller half without
 * sorting. */
enum { FOLD_SIZES = 65 };
struct fold_half {
	size_t rows[FOLD_SIZES], total;
};
void fold_half_add(struct fold_half *half, uint64_t packets);
/* Rows of up to that many packets are at least half of all, the last magnitude whole. */
uint64_t fold_half_limit(const struct fold_half *half);

/* renumber.c: gives inputs and sensors numbers in an order of their own. 0/-1. */
int ledger_renumber(struct ledger *ledger) MUST_CHECK;
void frame_ref_renumber(struct frame_ref *ref, const uint32_t *inputs);
void evidence_renumber(struct ledger_evidence *evidence, const uint32_t *inputs);
/* The same for what a core holds itself. */
void edge_core_renumber(struct edge_core *core, const uint32_t *inputs);
/* Each input's place by fingerprint; NULL for want of memory. */
uint32_t *ledger_input_ranks(const struct ledger *ledger) MUST_CHECK;

/* view.c: forgets arrays that were handed out. A ledger that is not to be changed may yet make them. */
void ledger_drop_view(struct ledger_view *view);

/* coverage.c */
/* As ledger_coverage, which mostly finds the row that it found last. */
static inline struct coverage_row *coverage_obtain(struct ledger *ledger, uint32_t sensor, int32_t bucket)
{
	struct coverage_row *row = (struct coverage_row *)ledger->coverage.rows + ledger->coverage_latest;

	return ledger->coverage_latest < ledger->coverage.count && row->sensor == sensor &&
		       row->bucket == bucket
		   ? row
		   : ledger_coverage(ledger, sensor, bucket);
}
static inline void ledger_count_folded(struct ledger *ledger, uint32_t sensor, int32_t bucket, uint64_t rows)
{
	struct coverage_row *row = coverage_obtain(ledger, sensor, bucket);

	if (row)
		row->folded += rows;
}
void coverage_row_add(struct coverage_row *row, const struct coverage_row *more);
/* Puts spans in order and joins those that touch. */
void ledger_join_spans(struct ledger *ledger);
int coverage_row_compare(const void *a, const void *b);

/* input.c */
int input_record_copy(struct input_record *to, const struct input_record *from) MUST_CHECK;
void input_record_clear(struct input_record *record);
/* A total order over all that a record says. */
int input_record_compare(const struct input_record *a, const struct input_record *b);
/* True when both records tell of the same capture. */
/* RECORD is to replace KEPT, which is of the same capture. */
bool input_record_goes_on(const struct input_record *record, const struct input_record *kept);
bool input_record_same(const struct input_record *a, const struct input_record *b);

#endif
