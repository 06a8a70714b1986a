/*
 * Private to observe/: one run over a list of inputs. Packets of all inputs that are open are put in the
 * order of their times, into batches; that is one thread's work at a time. Workers take them: each has a flow
 * table and a ledger of its own and takes the packets of its share. What they learned is gathered at the end.
 *
 * Shares. No relation between tuples crosses a share: TCP goes by the pair of hosts, as do the ICMP errors
 * that quote it; everything else is worker 0's. Fragments concern all, see worker.c.
 */
#ifndef OBSERVE_RUN_H
#define OBSERVE_RUN_H

#include "batch.h"
#include "capture/filter.h"
#include "observe/observe.h"

enum { RUN_LINK_NAMES_MAX = CAPTURE_LINK_TYPES * (CAPTURE_LINK_NAME_MAX + 2) };

/* A forward jump of over a day within a file is time that nobody watched. */
static const int64_t run_jump_ns = INT64_C(86400) * NSEC_PER_SEC;
/* A pause of up to a second between two files is how rotated captures follow each other. */
static const int64_t run_pause_ns = NSEC_PER_SEC;

/* What is known of one input, by its number in the list and in the ledger. */
struct input_state {
	char *name;
	struct capture_summary summary; /* by the scan, later by the reading */
	uint64_t packets;               /* taken */
	uint64_t accounting[ACCOUNT_COUNT];
	uint16_t unsupported[CAPTURE_LINK_TYPES]; /* worker 0's */
	size_t unsupported_count;
	bool scanned; /* the summary is there already, or why there is none: scan_failed */
	bool scan_failed;
	int64_t order_ns;      /* when it is due */
	bool wanted;           /* is to be read, and was not yet to its end */
	struct source *opened; /* streams are opened early, as only reading tells their first time */
};

/* An input while it is open. */
struct source {
	struct capture *capture;
	uint32_t input;
	struct packet *packets;     /* BATCH_PACKETS at most */
	size_t next, count;         /* of these */
	struct capture_alike alike; /* likewise */
	/* 802.11: frames as they were read, of which some hold several packets; else empty. */
	struct packet *frames;
	size_t frame_next, frame_count;
	size_t subframe;  /* place in the frame before frame_next of the packet that was taken last */
	uint64_t held_by; /* number of the latest batch that holds what they lie in */
	int64_t raw_ns;   /* stamp of its latest packet; before the first what an untimed one would take */
	int64_t jump_ns;  /* a stamp beyond this is a jump: a day after its latest packet; at the start
			     any stamp is */
};

/* The stamp of the packet that is next. */
static inline int64_t source_head_ns(const struct source *source)
{
	int64_t stamp_ns = source->packets[source->next].time_ns;

	return stamp_ns == TIME_UNKNOWN ? source->raw_ns : stamp_ns;
}

struct run {
	const struct capture_list *list;
	const struct observe_options *options;
	struct capture_options capture;
	struct ledger *ledger;
	uint32_t sensor; /* 0 */
	uint8_t buckets[DECODE_RESULT_COUNT];

	/* reading */
	struct input_state *inputs;
	uint32_t *order; /* numbers of the inputs to read, by first time */
	size_t order_count, order_next;
	struct source **open;
	size_t open_count, open_capacity;
	uint32_t marked_input; /* of the latest mark */
	uint64_t batches;
	bool started;
	bool stopped; /* by the caller's wish */
	bool out_of_memory;
	int64_t now_ns; /* flow time */
	uint64_t packets;
	uint64_t until_progress;
	uint64_t read_bytes, total_bytes;
};

/* observe.c: an empty ledger that knows this sensor. 0, or -1 with what there is in *OUT. */
int run_new_ledger(const struct run *run, size_t memory_bytes, struct ledger **out,
		   struct err *err) MUST_CHECK;

/* plan.c: which inputs are read, in which order; with THREADS threads. 0, or -1 for want of memory. */
int run_plan(struct run *run, unsigned threads) MUST_CHECK;
/* scan.c: looks at all files, several at once, where there are several and threads for them. 0/-1 */
int run_scan(struct run *run, unsigned threads) MUST_CHECK;
/* Standard input, a pipe: what is read once is gone. */
bool run_is_stream(const struct capture_input *input);

/* source.c */
/* Opens input INPUT and reads its first batch. NULL where it cannot be opened or holds no packet: its state
 * says why. */
struct source *source_open(struct run *run, uint32_t input);
/* The next batch; false at the end of the input. */
bool source_refill(struct source *source);
/* Keeps its summary and frees it. COMPLETE says that its end was reached. */
void source_close(struct run *run, struct source *source, bool complete);

/* merge.c: the next packets of all that is planned, in order of time. False: there are no more. */
bool run_fill(struct run *run, struct batch *batch);
/* fill.c: moves packets of SOURCE with a stamp below LIMIT_NS, but at least one, as far as BATCH has room. */
void run_move(struct run *run, struct source *source, int64_t limit_ns, struct batch *batch);

/* progress.c: asks the caller whether to go on. */
void run_progress(struct run *run, uint32_t input);

/* record.c: an empty record for each input at the start, the whole one at the end. 0/-1. */
int run_add_records(struct run *run) MUST_CHECK;
int run_set_records(struct run *run) MUST_CHECK;
/* What the captures themselves say was lost, as drops. 0/-1. */
int run_count_dropped(struct run *run) MUST_CHECK;

#endif
