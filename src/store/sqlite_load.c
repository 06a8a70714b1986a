/* Reading a stretch of time, and forgetting one. */
#include "sqlite_store.h"

/* One moment for all that is read: a writer beside it is not seen half. */
static int load_all(struct sqlite_store *store, int32_t first, int32_t end, struct ledger *ledger,
		    struct err *err)
{
	struct row_maps maps = {0};
	int result = 0;

	if (sensors_load(store, ledger, &maps, true, err) ||
	    inputs_load(store, first, end, ledger, &maps, err) ||
	    rows_load(store, first, end, ALL_SEGMENTS, &maps, ledger, err) ||
	    spans_load(store, first, end, &maps.sensors, ledger, err))
		result = -1;
	maps_clear(&maps);
	return result;
}

int sqlite_load(struct store *handle, int32_t first_bucket, int32_t end_bucket, struct ledger **out,
		struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	struct ledger *ledger = ledger_new(&store->limits, err);
	int result = ledger ? db_run(store, "BEGIN", err) : -1;

	*out = NULL;
	if (result == 0)
		result = db_end(store, load_all(store, first_bucket, end_bucket, ledger, err), err);
	if (result != 0) {
		ledger_free(ledger);
		return -1;
	}
	ledger_sort(ledger);
	*out = ledger;
	return 0;
}

int sqlite_extent(struct store *handle, int32_t end_bucket, int32_t *first, int32_t *last, bool *found,
		  struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	sqlite3_stmt *statement = db_prepare(
	    store, "SELECT min(bucket), max(bucket) FROM pack WHERE kind = 'coverage' AND bucket < ?", err);
	int result = statement ? 0 : -1;

	*found = false;
	if (statement && sqlite3_bind_int(statement, 1, end_bucket))
		result = db_fail(store, err);
	if (result == 0)
		result = db_step(store, statement, err);
	if (result == 1 && sqlite3_column_type(statement, 0) != SQLITE_NULL) {
		*found = true;
		*first = sqlite3_column_int(statement, 0);
		*last = sqlite3_column_int(statement, 1);
	}
	(void)sqlite3_finalize(statement);
	return result < 0 ? -1 : 0;
}

/* The oldest quarter hour of any table, INT32_MAX if there is none. */
static int oldest_bucket(struct sqlite_store *store, int64_t *out, struct err *err)
{
	return db_number(store, "SELECT coalesce(min(bucket), 2147483647) FROM pack", out, err);
}

static int expire_one(struct sqlite_store *store, int32_t end_bucket, bool *more, struct err *err)
{
	int64_t oldest;

	if (oldest_bucket(store, &oldest, err))
		return -1;
	if (oldest < end_bucket &&
	    (rows_delete(store, (int32_t)oldest, (int32_t)oldest + 1, ALL_SEGMENTS, err) ||
	     spans_delete_before(store, (int32_t)oldest + 1, err)))
		return -1;
	if (oldest < end_bucket && oldest_bucket(store, &oldest, err))
		return -1;
	*more = oldest < end_bucket;
	return 0;
}

int sqlite_expire_step(struct store *handle, int32_t end_bucket, bool *more, struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);

	*more = false;
	if (db_run(store, "BEGIN IMMEDIATE", err) ||
	    db_end(store, expire_one(store, end_bucket, more, err), err))
		return -1;
	/* Gives what became free back to the file system, a little at a time. */
	return db_run(store, "PRAGMA incremental_vacuum(256)", err);
}
