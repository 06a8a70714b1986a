/* Private to store/: one reading of ledgers. */
#ifndef STORE_CLICKHOUSE_LOAD_H
#define STORE_CLICKHOUSE_LOAD_H

#include "clickhouse_reader.h"
#include "clickhouse_seen.h"

struct load {
	struct clickhouse *house;
	struct house_reader reader;
	struct seen seen;
	struct strbuf answer;            /* the largest so far: memory for the next */
	const struct house_whose *whose; /* NULL: all */
	int32_t first, end;
	/* Where memory may not do, rows come in the order of their keys, so that what folds does not depend
	 * on which shard was quicker. */
	bool ordered;
	struct ledger **ledgers; /* that are filled */
	size_t ledger_count;
	struct house_target *targets; /* sensors and their ledgers, by name; NULL: one ledger for all */
	size_t target_count, writers;
};

/* clickhouse_questions.c. All that load->seen shows, into its ledgers. 0/-1. */
int load_all(struct load *load, struct err *err) MUST_CHECK;

#endif
