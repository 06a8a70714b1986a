/*
 * Private to observe/: one who takes packets: decodes batches, counts them, and runs those of its share
 * through its flow table into its ledger. One worker is one thread's.
 */
#ifndef OBSERVE_WORKER_H
#define OBSERVE_WORKER_H

#include "run.h"
#include "share.h"
#include "tally.h"
#include <pthread.h>

/* So many packets are decoded and taken at a time where nobody else needs them. */
enum { WORKER_QUEUE = 64 };

/* Whose the packets of a batch are, and what decoding said of them. What a worker needs of each of its own
 * lies side by side, so that little has to come from the cache of who decoded it. */
struct decoded {
	uint8_t share[BATCH_PACKETS];
	bool for_all[BATCH_PACKETS]; /* it concerns all workers */
	bool has_all;                /* some packet does */
	size_t other_count;          /* how many have no quick facts */
	/* Worker by worker, those for all left out: see flow_batch. */
	uint16_t first[SHARE_WORKERS_MAX + 1];
	uint16_t which[BATCH_PACKETS];
	int64_t times[BATCH_PACKETS];
	struct packet_quick quick[BATCH_PACKETS];
	/* By number in the batch. */
	struct flow_other others[BATCH_PACKETS];  /* of those that have no quick facts; their results may be
						     WORKER_FILTERED */
	struct packet_facts facts[BATCH_PACKETS]; /* what these point to */
};

struct worker {
	struct run *run;
	struct ledger *ledger;
	struct flow_table *flows;
	struct capture_filter *filter;
	struct tally tally;
	uint64_t (*accounting)[ACCOUNT_COUNT]; /* by input */
	int64_t span_start_ns;                 /* of the stretch covered now; worker 0's */
	const struct shares *shares;
	pthread_mutex_t *calls; /* held while the caller's functions are called; NULL: alone */
	unsigned number;
	bool out_of_memory;
	struct packet_quick quick[BATCH_PACKETS]; /* alone WORKER_QUEUE suffice */
	struct flow_other others[WORKER_QUEUE];
	struct packet_facts facts[WORKER_QUEUE];
};

/* worker.c */
/* Worker NUMBER, into LEDGER, which is not its own. 0/-1; to be cleared in both cases. */
int worker_init(struct worker *worker, struct run *run, const struct shares *shares, unsigned number,
		struct ledger *ledger, struct err *err) MUST_CHECK;
/* Before it takes packets: its flow table, of MEMORY_BYTES, with the share of what is carried over. 0/-1 */
int worker_open(struct worker *worker, size_t memory_bytes, struct err *err) MUST_CHECK;
/* Coverage ends at NOW_NS: what is still open is handed on, what was held back is settled. */
void worker_finish(struct worker *worker, int64_t now_ns);
void worker_clear(struct worker *worker);

/* decode.c */
/* Decodes COUNT packets: QUICK of each, OTHERS with the facts that they point to (at most COUNT) of those for
 * which quick facts do not speak. A result may be WORKER_FILTERED. Returns how many of those there are. */
enum { WORKER_FILTERED = DECODE_RESULT_COUNT };
size_t worker_decode(const struct worker *worker, const struct packet *packets, size_t count,
		     struct packet_quick *quick, struct flow_other *others, struct packet_facts *facts);

/* take.c */
/* Takes all of BATCH, alone. */
void worker_take(struct worker *worker, const struct batch *batch);
/* Takes what is this worker's of a batch that was shared out. */
void worker_take_share(struct worker *worker, const struct batch *batch, struct decoded *decoded);

/* share_out.c */
/* Decodes the packets of BATCH and deals them out. */
void worker_look(struct worker *worker, const struct batch *batch, struct decoded *out);
/* Adds up into which slots they belong; the last of SLOTS is SHARE_OTHERS. OUT is not to be used. */
void worker_count_slots(struct worker *worker, const struct batch *batch, struct decoded *out,
			uint64_t slots[SHARE_SLOTS + 1]);

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
