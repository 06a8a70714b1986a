/*
 * Private to observe/: live. A worker's thread owns its flow table, its ledger and its tally; everything else
 * is the calling thread's. They meet in `ask`, under the worker's lock.
 */
#ifndef SRC_OBSERVE_LIVE_H
#define SRC_OBSERVE_LIVE_H

#include "base/mem.h"
#include "observe/live.h"
#include "tally.h"
#include <pthread.h>
#include <stdatomic.h>

enum { LIVE_BATCH = 128, LIVE_GAPS = 16, LIVE_EXPIRE_SEC = 10 };

/* A restart after the clock was set back, and gaps, are told to workers in this order with the next question.
 */
struct live_gap {
	int64_t from_ns, to_ns;
};

/* Counts of one interface since the start. */
struct live_counts {
	uint64_t packets, bytes;
	uint64_t accounting[ACCOUNT_COUNT];
	int64_t first_ns, last_ns;
};

struct live_ask {
	bool finish, restart, want_flows;
	struct evidence_gather *gather; /* nothing else is asked then */
	int64_t now_ns;                 /* restart, finish: flow time from then on, or at the end */
	int64_t limit_ns;               /* coverage is known up to here */
	struct live_gap gaps[LIVE_GAPS];
	size_t gap_count;
	/* the answer */
	bool answered, failed;
	struct ledger *settled, *open;
	struct flow_open *flows;
	size_t flow_count, flow_capacity;
	struct live_counts counts[CAPTURE_LIVE_INTERFACES];
	uint64_t flows_total, flows_alive, evicted;
	size_t memory_bytes;
	int64_t last_ns;
};

struct live_worker {
	struct observe_live *live;
	unsigned number;
	pthread_t thread;
	bool running;
	struct flow_table *flows;
	struct ledger *ledger;
	struct tally tally;
	struct live_counts counts[CAPTURE_LIVE_INTERFACES];
	uint64_t held;                         /* fragments whose first is awaited */
	uint64_t flows_before, evicted_before; /* of tables that were given up */
	int64_t now_ns, start_ns, expired_ns, taken_ns;
	int64_t raw_ns[CAPTURE_LIVE_INTERFACES]; /* latest stamp */
	bool out_of_memory, finished;
	struct flow_open *carried; /* of a table that was given up, or of the last run */
	size_t carried_count, carried_capacity;
	struct packet packets[LIVE_BATCH];
	uint32_t interfaces[LIVE_BATCH];
	struct packet_facts facts[LIVE_BATCH]; /* of packets that are not quick */
	struct packet_quick quick[LIVE_BATCH];
	struct flow_other others[LIVE_BATCH];
	struct packet queue[LIVE_BATCH]; /* with the times that the flow table is told */
	uint32_t inputs[LIVE_BATCH];
	size_t queued, fragments; /* fragments: later ones in the queue */
	atomic_bool asked;
	pthread_mutex_t lock;
	pthread_cond_t answered;
	struct live_ask ask;
};

/* A stretch of time that was not watched. */
struct live_unwatched {
	uint64_t times;
	int64_t total_ns, longest_ns, longest_from_ns, longest_to_ns;
	const char *why;
};

struct observe_live {
	struct observe_live_options options;
	char *sensor, *session;
	struct addr_range *fold_last;
	size_t interface_count;
	struct live_worker *workers;
	unsigned worker_count;
	struct ledger *recent, *older, *open, *unsaved;
	struct ledger *before;   /* records of inputs of earlier runs; or NULL */
	struct flow_open *flows; /* open at the last collection */
	size_t flow_count, flow_capacity;
	struct live_clock clock;
	int64_t start_ns, now_ns;
	int64_t covered_ns;              /* coverage is told up to here */
	int64_t uncovered_ns;            /* since when there is none; TIME_UNKNOWN: there is */
	struct live_gap gaps[LIVE_GAPS]; /* not yet told to workers */
	size_t gap_count;
	bool restart;
	struct live_unwatched unwatched;
	bool present[CAPTURE_LIVE_INTERFACES], up[CAPTURE_LIVE_INTERFACES];
	uint64_t dropped[CAPTURE_LIVE_INTERFACES];
	struct live_counts counts[CAPTURE_LIVE_INTERFACES];
	struct live_counts hour_start[CAPTURE_LIVE_INTERFACES];
	int64_t hour;                                                  /* of the segments now */
	struct live_counts hour_start_before[CAPTURE_LIVE_INTERFACES]; /* until the segment is stored */
	int64_t hour_before;
	int32_t window_bucket, oldest_bucket; /* first of recent; first of older */
	bool anything_left;                   /* rows have left */
	uint64_t seen_packets;                /* at the last view */
	int64_t seen_ns;
	struct observe_live_totals totals;
	bool finished;
};

/* live_worker.c */
int live_worker_init(struct live_worker *worker, struct observe_live *live, unsigned number,
		     struct err *err) MUST_CHECK;
int live_worker_start(struct live_worker *worker, struct err *err) MUST_CHECK;
void live_worker_clear(struct live_worker *worker);
struct ledger *live_ledger_new(const struct observe_live *live, unsigned share, struct err *err) MUST_CHECK;

/* live_take.c */
void live_take(struct live_worker *worker, size_t count);
/* What was counted goes to the ledger. */
void live_tally_flush(struct live_worker *worker);
struct flow_sink live_sink(struct live_worker *worker);

/* live_answer.c */
/* Answers what was asked, in the worker's thread. */
void live_answer(struct live_worker *worker);
int live_flows_new(struct live_worker *worker, int64_t start_ns, struct err *err) MUST_CHECK;

/* live_pour.c: adds rows of one ledger to another of one sensor that numbers inputs alike. 0/-1. */
int live_pour(struct ledger *into, const struct ledger *from) MUST_CHECK;
/* Only rows of quarter hours FIRST up to but without END. */
int live_pour_between(struct ledger *into, const struct ledger *from, int32_t first, int32_t end) MUST_CHECK;
/* Only those of one of FROM's sensors; INPUTS: FROM's numbers -> INTO's. */
int live_pour_sensor(struct ledger *into, const struct ledger *from, uint32_t sensor,
		     const uint32_t *inputs) MUST_CHECK;

/* live_collect.c. Asks all workers. 0, or -1 and ERR. */
int live_collect(struct observe_live *live, bool finish, bool want_flows, struct err *err) MUST_CHECK;
/* Asks one, without waiting for the answer. */
void live_ask_one(struct observe_live *live, struct live_worker *worker, const struct live_ask *question);

/* live.c */
int64_t live_hour_of(int64_t time_ns);

/* live_window.c: which quarter hours are kept where. */
int live_window_move(struct observe_live *live, struct err *err) MUST_CHECK;

/* live_inputs.c: the interfaces as inputs. */
int live_inputs_add(const struct observe_live *live, struct ledger *ledger) MUST_CHECK;
int live_inputs_add_segment(const struct observe_live *live, struct ledger *ledger) MUST_CHECK;

/* live_cover.c */
void live_cover_tick(struct observe_live *live, bool reading, int64_t real_ns);
void live_gap_note(struct observe_live *live, int64_t from_ns, int64_t to_ns, const char *why);
void live_say(struct observe_live *live, const char *what, unsigned severity, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* Coverage up to COVERED into recent and unsaved. 0/-1. */
int live_cover_write(struct observe_live *live, int64_t from_ns, int64_t to_ns) MUST_CHECK;

#endif
