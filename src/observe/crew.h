/* Private to observe/: several workers, each a thread, on the packets of one run. */
#ifndef OBSERVE_CREW_H
#define OBSERVE_CREW_H

#include "worker.h"
#include <stdatomic.h>

enum { CREW_PLACES = 24, CREW_HELD_BYTES = 64 << 20 };

struct place {
	struct batch batch;
	struct decoded decoded;
	bool ready;
};

struct crew {
	struct run *run;
	struct shares shares;
	struct place *places[CREW_PLACES]; /* of batch N at N % CREW_PLACES */
	struct member *members;
	unsigned count;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	atomic_uint changes; /* moves with everything that somebody may wait for */
	unsigned waiting;
	uint64_t filled; /* batches so far */
	uint64_t oldest; /* that somebody still works on */
	bool filling;
	bool ended; /* there are no more */
	bool go;    /* the members need not wait any more */
	bool made;  /* they are ready to work */
	pthread_mutex_t calls;
};

struct member {
	struct crew *crew;
	struct worker worker;
	struct ledger *ledger;
	uint64_t next; /* the batch that it takes next */
	pthread_t thread;
};

static inline struct place *place_of(const struct crew *crew, uint64_t batch)
{
	return crew->places[batch % CREW_PLACES];
}

/* crew.c */
/* Makes threads for all members but the first, as many of THREADS as the system gives; they wait for crew_go.
 */
void crew_start(struct crew *crew, unsigned threads);
/* Takes all batches to the end, if the members are MADE, the first one in this thread. */
void crew_go(struct crew *crew, bool made);

/* gather.c */
/* Reads all that is planned and gathers what was learned in run->ledger: with THREADS threads, or one where
 * there is little to do. MEMORY_BYTES is for flows, as much again for ledgers. 0/-1 */
int crew_run(struct run *run, unsigned threads, size_t memory_bytes, struct err *err) MUST_CHECK;

#endif
