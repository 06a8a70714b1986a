/*
 * Private to observe/: one who takes packets: decodes batches, counts them, and runs those of its share
 * through its flow table into its ledger. One worker is one thread's.
 */
#ifndef OBSERVE_WORKER_H
#define OBSERVE_WORKER_H

#include "run.h"
#include "share.h"
#include <pthread.h>

/* So many packets are decoded and taken at a time where nobody else needs them. */
enum { WORKER_QUEUE = 64 };

/* What packets of one bucket add to its coverage row. */
struct tally {
	int32_t bucket;
	int64_t end_ns; /* of the bucket */
	uint64_t packets, clock_steps;
	uint64_t accounting[ACCOUNT_COUNT];
	uint32_t snaplen_min;
};

/* A batch as all workers see it. */
struct decoded {
	struct packet_facts facts[BATCH_PACKETS];
	struct flow_packet
	    packets[BATCH_PACKETS]; /* of those that are not for the flow table `result` says so */
	bool has_all;               /* some packet concerns all workers */
	bool has_unsupported;       /* some packet's link type is not understood */
};

struct worker {
	struct run *run;
	struct ledger *ledger;
	struct flow_table *flows;
	struct capture_filter *filter;
	struct tally tally;
	uint64_t (*accounting)[ACCOUNT_COUNT]; /* by input */
	int64_t span_start_ns;                 /* of the stretch covered now; worker 0's */
	pthread_mutex_t *calls;                /* held while the caller's functions are called; NULL: alone */
	unsigned number;
	bool out_of_memory;
	struct packet_facts facts[WORKER_QUEUE];
	struct flow_packet queue[WORKER_QUEUE];
};

/* worker.c */
/* Worker NUMBER, into LEDGER, which is not its own. 0/-1; to be cleared in both cases. */
int worker_init(struct worker *worker, struct run *run, unsigned number, struct ledger *ledger,
		struct err *err) MUST_CHECK;
/* Before it takes packets: its flow table, of MEMORY_BYTES, with the share of what is carried over. 0/-1 */
int worker_open(struct worker *worker, const struct shares *shares, size_t memory_bytes,
		struct err *err) MUST_CHECK;
/* Coverage ends at NOW_NS: what is still open is handed on, what was held back is settled. */
void worker_finish(struct worker *worker, int64_t now_ns);
void worker_clear(struct worker *worker);

/* take.c */
/* Takes all of BATCH. */
void worker_take(struct worker *worker, const struct batch *batch);
/* Decodes and counts BATCH for all workers. */
void worker_decode(struct worker *worker, const struct batch *batch, struct decoded *out);
/* Says what of it is whose. */
void decoded_share(struct decoded *decoded, size_t count, const struct shares *shares);
/* Takes what is this worker's of a batch that some worker decoded. */
void worker_take_share(struct worker *worker, const struct batch *batch, struct decoded *decoded);

/* tally.c */
/* Packets from TIME_NS on are of another bucket. */
void tally_turn(struct worker *worker, int64_t time_ns);
void tally_flush(struct worker *worker);
/* COUNT packets of INPUT more in BUCKET, at TIME_NS; counts may wrap, their sums do not. */
void tally_late(struct worker *worker, uint32_t input, int64_t time_ns, enum accounting bucket,
		uint64_t count);
/* What the flow table says late of PACKETS fragments: they are of BUCKET. */
void tally_settled(struct worker *worker, uint32_t input, int64_t time_ns, enum accounting bucket,
		   uint64_t packets);

#endif
