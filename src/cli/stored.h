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
	struct arena arena; /* of judged.unwatched */
};

/* What a store's place does not say: the environment's password, and SITE (name, or NULL). */
struct store_access stored_access(const char *site);
/* Opens the store that --store names. NULL after saying why. */
struct store *stored_open(const struct run_options *options, enum store_mode mode);
/* The same to read, of the site called SITE; NULL: of all. */
struct store *stored_open_site(const struct run_options *options, const char *site);
/* What is stored of FROM up to but without UNTIL, judged under the site and signatures of OPTIONS, and under
 * the filter with which it was read. Days are those of the zone that was entered. 0, or -1 after saying why;
 * to be cleared in both cases. */
int stored_judge(struct stored *stored, struct store *store, const struct run_options *options,
		 int64_t from_ns, int64_t until_ns);
/* Its first half: the ledger alone. */
int stored_load(struct stored *stored, struct store *store, int64_t from_ns, int64_t until_ns);
/* The same for a ledger that is there, under the site that was loaded. */
int stored_run(struct stored *stored, const struct run_options *options, int64_t until_ns);
/* The whole quarter hours that FROM up to UNTIL touches. */
void stored_buckets(int64_t from_ns, int64_t until_ns, int32_t *first, int32_t *end);
/* An input of LEDGER could not be read to its end. */
bool stored_has_trouble(const struct ledger *ledger);
void stored_clear(struct stored *stored);

#endif
