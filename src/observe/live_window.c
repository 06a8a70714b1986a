/* Which quarter hours are kept where, and what leaves. Moved when a quarter hour begins. */
#include "live.h"

enum {
	DAY_BUCKETS = 24 * 3600 / BUCKET_SEC,
	MARGIN_BUCKETS = 1,
	DEFAULT_WINDOW_SEC = 3600,
	PRESSURE_STEP = 4
};

static int32_t first_of_window(const struct observe_live *live)
{
	int64_t window_ns =
	    live->options.window_ns > 0 ? live->options.window_ns : DEFAULT_WINDOW_SEC * NSEC_PER_SEC;

	return time_bucket(live->now_ns - window_ns) - MARGIN_BUCKETS;
}

/* *LEDGER anew, from quarter hour FIRST on. 0/-1. */
static int drop_before(struct observe_live *live, struct ledger **ledger, int32_t first, struct err *err)
{
	struct ledger *kept = live_ledger_new(live, 8, err);

	if (!kept)
		return -1;
	if (live_pour_between(kept, *ledger, first, INT32_MAX) != 0) {
		ledger_free(kept);
		return err_no_memory(err);
	}
	ledger_free(*ledger);
	*ledger = kept;
	return 0;
}

static bool has_rows_before(const struct ledger *ledger, int32_t first)
{
	size_t count;
	const struct coverage_row *rows = ledger_coverages(ledger, &count);

	for (size_t i = 0; i < count; i++)
		if (rows[i].bucket < first)
			return true;
	return false;
}

static int move_older(struct observe_live *live, int32_t oldest, struct err *err)
{
	size_t limit = live->options.memory_bytes / 16;

	for (unsigned turn = 0; turn < DAY_BUCKETS; turn++) {
		if (has_rows_before(live->older, oldest)) {
			live->anything_left = true;
			if (drop_before(live, &live->older, oldest, err) != 0)
				return -1;
		}
		live->oldest_bucket = oldest;
		if (ledger_memory(live->older) <= limit || oldest >= live->window_bucket)
			return 0;
		oldest += PRESSURE_STEP;
	}
	return 0;
}

int live_window_move(struct observe_live *live, struct err *err)
{
	int32_t first = first_of_window(live);
	int32_t oldest = time_bucket(live->now_ns) - DAY_BUCKETS;

	/* The clock may have been set back: what is kept stays. */
	if (first <= live->window_bucket)
		return 0;
	if (live_pour_between(live->older, live->recent, INT32_MIN, first) != 0)
		return err_no_memory(err);
	if (drop_before(live, &live->recent, first, err) != 0)
		return -1;
	live->window_bucket = first;
	return move_older(live, oldest > live->oldest_bucket ? oldest : live->oldest_bucket, err);
}
