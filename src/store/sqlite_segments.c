/*
 * What was added together lies apart: rows of one store_put carry its number, the segment, and are merged
 * with others when they are loaded. So all of it can be dropped again, when captures of it come back whole or
 * longer. What live sensors add, and what files of older versions hold, is segment 0 and cannot be dropped.
 */
#include "sqlite_store.h"
#include <stdio.h>
#include <string.h>

/* How long what was open at the end of captures is kept, for others of the time after that come late. */
static const int64_t chain_kept_ns = INT64_C(7) * 86400 * NSEC_PER_SEC;

static int run_with(struct sqlite_store *store, const char *sql, int64_t number, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(store, sql, err);
	int result = -1;

	if (statement)
		result = sqlite3_bind_int64(statement, 1, number) ? db_fail(store, err)
								  : db_step(store, statement, err);
	(void)sqlite3_finalize(statement);
	return result;
}

static int packs_drop(struct sqlite_store *store, int64_t segment, struct err *err)
{
	for (size_t i = 0; i < SHAPE_COUNT; i++) {
		char sql[320];

		(void)snprintf(sql, sizeof(sql),
			       "DELETE FROM pack WHERE kind = '%s' AND segment = ?1 AND bucket >="
			       " (SELECT first_bucket FROM segment WHERE id = ?1) AND bucket <="
			       " (SELECT last_bucket FROM segment WHERE id = ?1)",
			       row_shapes[i].table);
		if (run_with(store, sql, segment, err))
			return -1;
	}
	return 0;
}

/* The time that it covered stays covered: what replaces it covers that too, and more. */
int segment_drop(struct sqlite_store *store, int64_t segment, struct err *err)
{
	return segment <= 0 || packs_drop(store, segment, err) ||
		       run_with(store, "DELETE FROM input WHERE segment = ?1", segment, err) ||
		       run_with(store, "DELETE FROM open_flow WHERE segment = ?1", segment, err) ||
		       run_with(store, "DELETE FROM segment WHERE id = ?1", segment, err)
		   ? -1
		   : 0;
}

/* When LEDGER's coverage begins; one without any has no beginning. */
static int64_t begin_ns(const struct ledger *ledger)
{
	size_t count = 0;
	const struct coverage_span *spans = ledger ? ledger_spans(ledger, &count) : NULL;
	int64_t first_ns = count ? spans[0].first_ns : INT64_MIN;

	for (size_t i = 1; i < count; i++)
		if (spans[i].first_ns < first_ns)
			first_ns = spans[i].first_ns;
	return first_ns;
}

/* All quarter hours in which LEDGER has rows lie between them. */
static void buckets_of(const struct ledger *ledger, int32_t *first, int32_t *last)
{
	*first = INT32_MAX;
	*last = INT32_MIN;
	for (size_t shape = 0; ledger && shape < SHAPE_COUNT; shape++) {
		size_t count = shape_count(ledger, shape);

		for (size_t i = 0; i < count; i++) {
			int32_t bucket = shape_bucket_at(ledger, shape, i);

			*first = bucket < *first ? bucket : *first;
			*last = bucket > *last ? bucket : *last;
		}
	}
}

int segment_make(struct sqlite_store *store, const struct ledger *ledger, const struct store_chain *chain,
		 int64_t *segment, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(store,
					     "INSERT INTO segment (sensor, begin_ns, end_ns, first_bucket, "
					     "last_bucket) VALUES (?, ?, ?, ?, ?)",
					     err);
	int32_t first, last;
	int result = -1;

	buckets_of(ledger, &first, &last);
	if (statement)
		result = db_bind_text(statement, 1, chain ? chain->sensor : "") ||
				 sqlite3_bind_int64(statement, 2, begin_ns(ledger)) ||
				 sqlite3_bind_int64(statement, 3, chain ? chain->end_ns : INT64_MIN) ||
				 sqlite3_bind_int(statement, 4, first) || sqlite3_bind_int(statement, 5, last)
			     ? db_fail(store, err)
			     : db_step(store, statement, err);
	(void)sqlite3_finalize(statement);
	*segment = sqlite3_last_insert_rowid(store->db);
	return result;
}

int segment_chain_write(struct sqlite_store *store, const struct store_chain *chain, int64_t segment,
			struct err *err)
{
	static const char forget[] =
	    "DELETE FROM open_flow WHERE sensor = (SELECT sensor FROM segment WHERE id = ?1) AND segment IN"
	    " (SELECT id FROM segment old WHERE old.sensor = open_flow.sensor AND old.end_ns <"
	    " (SELECT max(end_ns) FROM segment new WHERE new.sensor = open_flow.sensor) - %lld)";
	char sql[sizeof(forget) + 24];

	if (flows_write(store, chain, segment, err))
		return -1;
	(void)snprintf(sql, sizeof(sql), forget, (long long)chain_kept_ns);
	return run_with(store, sql, segment, err);
}

static int beginnings_write(struct sqlite_store *store, const struct store_change *change, struct err *err)
{
	sqlite3_stmt *statement =
	    db_prepare(store, "UPDATE input SET beginning = ?2 WHERE identity = 'capture ' || ?1", err);
	int result = statement ? 0 : -1;

	for (size_t i = 0; i < change->capture_count && result == 0; i++)
		result = db_bind_text(statement, 1, change->captures[i].fingerprint) ||
				 db_bind_text(statement, 2, change->captures[i].beginning)
			     ? db_fail(store, err)
			     : db_step(store, statement, err);
	(void)sqlite3_finalize(statement);
	return result;
}

static int put_segment(struct sqlite_store *store, const struct ledger *ledger,
		       const struct store_chain *chain, const struct store_change *change, struct err *err)
{
	int64_t segment;

	if (segment_make(store, ledger, chain, &segment, err))
		return -1;
	if (ledger && (inputs_refuse_known(store, ledger, err) ||
		       segment_add_rows(store, ledger, segment, err) || beginnings_write(store, change, err)))
		return -1;
	return chain ? segment_chain_write(store, chain, segment, err) : 0;
}

int sqlite_put(struct store *handle, const struct ledger *ledger, const struct store_file *files,
	       size_t file_count, const struct store_chain *chain, const struct store_change *change,
	       struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	int result = 0;

	if (db_run(store, "BEGIN IMMEDIATE", err))
		return -1;
	for (size_t i = 0; i < change->replaced_count && result == 0; i++)
		result = segment_drop(store, change->replaced[i], err);
	if (result == 0 && (ledger || chain))
		result = put_segment(store, ledger, chain, change, err);
	if (result == 0)
		result = files_write(store, files, file_count, err);
	return db_end(store, result, err);
}

int sqlite_add(struct store *handle, const struct ledger *ledger, const struct store_file *files,
	       size_t file_count, const struct store_chain *chain, struct err *err)
{
	const struct store_change none = {.replaced_count = 0};

	return sqlite_put(handle, ledger, files, file_count, chain, &none, err);
}
