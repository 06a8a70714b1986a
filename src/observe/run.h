/*
 * Private to observe/: one run over a list of inputs. Packets of all inputs that are open are taken in the
 * order of their times; nothing touches the ledger for each packet: counts gather in the tally of the present
 * bucket and in the state of the input.
 */
#ifndef OBSERVE_RUN_H
#define OBSERVE_RUN_H

#include "capture/filter.h"
#include "observe/observe.h"

/* Packets are read in batches, put in order of time, and wait decoded in a queue until enough of them are
 * there to be given to the flow table at once. */
enum { RUN_BATCH = 512, RUN_QUEUE = 64 };
enum { RUN_LINK_NAMES_MAX = CAPTURE_LINK_TYPES * (CAPTURE_LINK_NAME_MAX + 2) };

/* A forward jump of over a day within a file is time that nobody watched. */
static const int64_t run_jump_ns = INT64_C(86400) * NSEC_PER_SEC;
/* A pause of up to a second between two files is how rotated captures follow each other. */
static const int64_t run_pause_ns = NSEC_PER_SEC;

/* What is known of one input, by its number in the list and in the ledger. */
struct input_state {
	char *name;
	struct capture_summary summary; /* by the scan, later by the reading */
	uint64_t accounting[ACCOUNT_COUNT];
	uint64_t packets; /* taken */
	uint16_t unsupported[CAPTURE_LINK_TYPES];
	size_t unsupported_count;
	int64_t order_ns;      /* when it is due */
	bool wanted;           /* is to be read, and was not yet to its end */
	struct source *opened; /* streams are opened early, as only reading tells their first time */
};

/* An input while it is open. */
struct source {
	struct capture *capture;
	uint32_t input;
	size_t next, count; /* of the batch below */
	int64_t raw_ns;     /* stamp of its latest packet; before the first what an untimed one would take */
	int64_t jump_ns;    /* a stamp beyond this is a jump: a day after its latest packet; at the start any
			       stamp is */
	struct packet packets[RUN_BATCH];
};

/* The stamp of the packet that is next. */
static inline int64_t source_head_ns(const struct source *source)
{
	int64_t stamp_ns = source->packets[source->next].time_ns;

	return stamp_ns == TIME_UNKNOWN ? source->raw_ns : stamp_ns;
}

/* What the packets of one bucket add to its coverage row. */
struct tally {
	int32_t bucket;
	int64_t end_ns; /* of the bucket */
	uint64_t packets, clock_steps;
	uint64_t accounting[ACCOUNT_COUNT];
	uint32_t snaplen_min;
};

struct run {
	const struct capture_list *list;
	const struct observe_options *options;
	struct ledger *ledger;
	struct flow_table *flows;
	struct capture_filter *filter;
	struct input_state *inputs;
	uint32_t *order; /* numbers of the inputs to read, by first time */
	size_t order_count, order_next;
	struct source **open;
	size_t open_count, open_capacity;
	struct tally tally;
	uint32_t sensor;
	bool started;
	bool stopped; /* by the caller's wish */
	bool out_of_memory;
	int64_t now_ns;        /* flow time */
	int64_t span_start_ns; /* of the stretch covered now */
	uint64_t packets;
	uint64_t until_progress;
	uint64_t read_bytes, total_bytes;
	uint8_t buckets[DECODE_RESULT_COUNT];
	struct flow_packet queue[RUN_QUEUE];
	struct packet_facts facts[RUN_QUEUE]; /* of the packets in the queue */
	size_t queued;
};

/* plan.c: which inputs are read, in which order. 0, or -1 for want of memory. */
int run_plan(struct run *run) MUST_CHECK;
/* Standard input, a pipe: what is read once is gone. */
bool run_is_stream(const struct capture_input *input);

/* source.c */
/* Opens input INPUT and reads its first batch. NULL where it cannot be opened or holds no packet: its state
 * says why. */
struct source *source_open(struct run *run, uint32_t input);
/* The next batch; false at the end of the input. */
bool source_refill(struct run *run, struct source *source);
/* Keeps its summary and frees it. COMPLETE says that its end was reached. */
void source_close(struct run *run, struct source *source, bool complete);

/* take.c: packets of SOURCE's batch with a stamp below LIMIT_NS, but at least one. */
void run_take(struct run *run, struct source *source, int64_t limit_ns);
/* Gives the flow table what waits in the queue: before the bytes of those packets go away, and before the
 * table is told of anything that comes after them. */
void run_flush(struct run *run);
/* Flow time moved to STAMP_NS out of the present bucket, or the source jumped, or it is new. */
void run_advance(struct run *run, const struct source *source, int64_t stamp_ns);

/* merge.c: reads all that is planned, in order of time. */
void run_read(struct run *run);

/* tally.c */
void tally_begin(struct run *run, int32_t bucket);
void tally_flush(struct run *run);
/* Packets that the flow table had held back. */
void run_settled(void *context, uint32_t input, int64_t time_ns, uint64_t packets, enum accounting bucket);

/* progress.c: asks the caller whether to go on. */
void run_progress(struct run *run, uint32_t input);

/* record.c: an empty record for each input at the start, the whole one at the end. 0/-1. */
int run_add_records(struct run *run) MUST_CHECK;
int run_set_records(struct run *run) MUST_CHECK;
/* What the captures themselves say was lost, as drops. 0/-1. */
int run_count_dropped(struct run *run) MUST_CHECK;

#endif
