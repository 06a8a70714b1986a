/*
 * Private to observe/: what packets of one bucket add to its coverage row, from files and live alike.
 */
#ifndef OBSERVE_TALLY_H
#define OBSERVE_TALLY_H

#include "ledger/ledger.h"

struct tally {
	int32_t bucket;
	int64_t end_ns; /* of the bucket */
	uint64_t packets, clock_steps;
	uint64_t accounting[ACCOUNT_COUNT];
	uint32_t snaplen_min;
};

/* Nothing yet, of BUCKET. */
void tally_begin(struct tally *tally, int32_t bucket);
/* To LEDGER's row of SENSOR and the bucket. 0, or -1 for want of memory. */
int tally_write(const struct tally *tally, struct ledger *ledger, uint32_t sensor) MUST_CHECK;

#endif
