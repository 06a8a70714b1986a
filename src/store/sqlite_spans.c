/* Stretches of time that an input covered, by sensor; those that touch are one. */
#include "sqlite_store.h"
#include <stdio.h>

/* The last nanosecond before bucket END. */
static int64_t end_ns(int32_t end)
{
	int64_t start_ns = bucket_start_ns(end);

	return start_ns == INT64_MAX || start_ns <= TIME_UNKNOWN + 1 ? start_ns : start_ns - 1;
}

static int span_cover(sqlite3_stmt *statement, int32_t first, int32_t end, const struct number_map *sensors,
		      struct ledger *ledger)
{
	int64_t sensor = sqlite3_column_int64(statement, 0);
	int64_t from_ns = sqlite3_column_int64(statement, 1);
	int64_t until_ns = sqlite3_column_int64(statement, 2);

	if (sensor < 0 || (size_t)sensor >= sensors->count || sensors->numbers[sensor] < 0)
		return -1;
	if (from_ns < bucket_start_ns(first))
		from_ns = bucket_start_ns(first);
	if (until_ns > end_ns(end))
		until_ns = end_ns(end);
	return ledger_cover(ledger, (uint32_t)sensors->numbers[sensor], from_ns, until_ns);
}

int spans_load(struct sqlite_store *store, int32_t first, int32_t end, const struct number_map *sensors,
	       struct ledger *ledger, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(
	    store, "SELECT sensor, first_ns, last_ns FROM span WHERE first_ns <= ?2 AND last_ns >= ?1", err);
	int more = -1;

	if (statement && (sqlite3_bind_int64(statement, 1, bucket_start_ns(first)) ||
			  sqlite3_bind_int64(statement, 2, end_ns(end)))) {
		(void)sqlite3_finalize(statement);
		return db_fail(store, err);
	}
	while (statement && (more = db_step(store, statement, err)) == 1) {
		if (span_cover(statement, first, end, sensors, ledger)) {
			more = err_no_memory(err);
			break;
		}
	}
	(void)sqlite3_finalize(statement);
	return more;
}

/* A span that touches others takes them in: its ends are those of all of them. */
static int span_write(struct sqlite_store *store, int64_t sensor, const struct coverage_span *span,
		      struct err *err)
{
	char sql[640];
	long long first = span->first_ns, last = span->last_ns;
	long long before = first > INT64_MIN ? first - 1 : first, after = last < INT64_MAX ? last + 1 : last;

	(void)snprintf(sql, sizeof(sql),
		       "CREATE TEMP TABLE IF NOT EXISTS joined (first_ns INTEGER, last_ns INTEGER);"
		       "DELETE FROM joined;"
		       "INSERT INTO joined SELECT first_ns, last_ns FROM span WHERE sensor = %lld"
		       " AND first_ns <= %lld AND last_ns >= %lld UNION ALL SELECT %lld, %lld;"
		       "DELETE FROM span WHERE sensor = %lld AND first_ns <= %lld AND last_ns >= %lld;"
		       "INSERT INTO span SELECT %lld, min(first_ns), max(last_ns) FROM joined",
		       (long long)sensor, after, before, first, last, (long long)sensor, after, before,
		       (long long)sensor);
	return db_run(store, sql, err);
}

int spans_write(struct sqlite_store *store, const struct ledger *ledger, const struct number_map *sensors,
		struct err *err)
{
	size_t count;
	const struct coverage_span *spans = ledger_spans(ledger, &count);

	for (size_t i = 0; i < count; i++)
		if (span_write(store, sensors->numbers[spans[i].sensor], &spans[i], err))
			return -1;
	return 0;
}

int spans_delete_before(struct sqlite_store *store, int32_t end, struct err *err)
{
	char sql[256];
	long long start_ns = bucket_start_ns(end);

	(void)snprintf(sql, sizeof(sql),
		       "DELETE FROM span WHERE last_ns < %lld;"
		       "UPDATE span SET first_ns = %lld WHERE first_ns < %lld",
		       start_ns, start_ns, start_ns);
	return db_run(store, sql, err);
}
