/* Private to cli/: a stretch of the store, judged. */
#ifndef CLI_STORED_H
#define CLI_STORED_H

#include "judged.h"
#include "store/store.h"

#define OPTION_JUDGING_ROWS                                                                                  \
	OPTION_ROW(0, "fail-on", "SEVERITY", OPTION_TEXT, fail_on,                                           \
		   "fail from this severity on: info, low, medium (default), high"),                         \
	    OPTION_ROW(0, "expect", "all", OPTION_TEXT, expect,                                              \
		       "every documented rule is required: the matrix taken literally")

/* A ledger from the store, and what judging it gave; cleared together. */
struct stored {
	struct ledger *ledger;
	struct judged judged;
};

/* What a store's place does not say: the environment's password, and SITE (name, or NULL). */
struct store_access stored_access(const char *site);
/* Opens the store that --store names. NULL after saying why. */
struct store *stored_open(const struct run_options *options, enum store_mode mode);
/* What is stored of FROM up to but without UNTIL, judged under the site and signatures of OPTIONS, and under
 * the filter with which it was read. Days are those of the zone that was entered. 0, or -1 after saying why;
 * to be cleared in both cases. */
int stored_judge(struct stored *stored, struct store *store, const struct run_options *options,
		 int64_t from_ns, int64_t until_ns);
void stored_clear(struct stored *stored);

#endif
