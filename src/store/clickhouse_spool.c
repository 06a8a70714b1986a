/* Segments that wait for the server, in one SQLite file. A full disk or a full spool refuses the new one:
 * what waits, stays. */
#include "clickhouse_spool.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

static void roll_back(struct spool *spool)
{
	(void)sqlite3_exec(spool->db, "ROLLBACK", NULL, NULL, NULL);
}

int spool_together(struct spool *spool, struct err *err)
{
	spool->together = spool_run(spool, "BEGIN IMMEDIATE", err) == 0;
	return spool->together ? 0 : -1;
}

int spool_together_end(struct spool *spool, int result, struct err *err)
{
	if (!spool->together)
		return -1;
	spool->together = false;
	if (result == 0)
		result = spool_run(spool, "COMMIT", err);
	if (result != 0)
		roll_back(spool);
	return result;
}

int spool_begin(struct spool *spool, const struct spool_segment *segment, struct err *err)
{
	if (!spool->together && spool_run(spool, "BEGIN IMMEDIATE", err))
		return -1;
	sqlite3_stmt *statement =
	    spool_prepare(spool,
			  "INSERT INTO segment (sensor, segment, first_bucket, last_bucket, "
			  "site, replaces, bytes) VALUES (?, ?, ?, ?, ?, ?, 0)",
			  err);
	bool bound = statement && spool_bind_text(statement, 1, segment->sensor) &&
		     spool_bind_text(statement, 2, segment->segment) &&
		     sqlite3_bind_int(statement, 3, segment->first_bucket) == SQLITE_OK &&
		     sqlite3_bind_int(statement, 4, segment->last_bucket) == SQLITE_OK &&
		     spool_bind_text(statement, 5, segment->site ? segment->site : "") &&
		     spool_bind_text(statement, 6, segment->replaces ? segment->replaces : "");
	if (spool_finish(spool, statement, bound, err)) {
		if (!spool->together)
			roll_back(spool);
		return -1;
	}
	spool->number = sqlite3_last_insert_rowid(spool->db);
	return 0;
}

int spool_add(struct spool *spool, enum clickhouse_table_id table, const struct strbuf *rows, struct err *err)
{
	if (rows->failed)
		return err_no_memory(err);
	if (rows->length == 0)
		return 0;
	char kind[CLICKHOUSE_NAME_MAX];
	(void)snprintf(kind, sizeof kind, "%s %zu", clickhouse_tables[table].name,
		       clickhouse_column_count(&clickhouse_tables[table]));
	sqlite3_stmt *statement =
	    spool_prepare(spool,
			  "INSERT INTO part (number, part, kind, rows) SELECT ?1,"
			  " (SELECT coalesce(max(part), 0) + 1 FROM part WHERE number = ?1), ?2, ?3",
			  err);
	bool bound =
	    statement && sqlite3_bind_int64(statement, 1, spool->number) == SQLITE_OK &&
	    spool_bind_text(statement, 2, kind) &&
	    sqlite3_bind_blob64(statement, 3, rows->text, rows->length, SQLITE_TRANSIENT) == SQLITE_OK;
	return spool_finish(spool, statement, bound, err);
}

static int number_of_query(struct spool *spool, const char *sql, int64_t number, int64_t *out,
			   struct err *err)
{
	sqlite3_stmt *statement = spool_prepare(spool, sql, err);
	int status = -1;

	*out = 0;
	if (statement && sqlite3_bind_parameter_count(statement) > 0)
		(void)sqlite3_bind_int64(statement, 1, number);
	if (statement && sqlite3_step(statement) == SQLITE_ROW) {
		*out = sqlite3_column_int64(statement, 0);
		status = 0;
	} else if (statement) {
		status = spool_fail(spool, err);
	}
	(void)sqlite3_finalize(statement);
	return status;
}

static int close_segment(struct spool *spool, struct err *err)
{
	int64_t bytes, all;
	char sql[160];

	if (number_of_query(spool, "SELECT coalesce(sum(length(rows)), 0) FROM part WHERE number = ?",
			    spool->number, &bytes, err) ||
	    number_of_query(spool, "SELECT coalesce(sum(bytes), 0) FROM segment", 0, &all, err))
		return -1;
	if ((uint64_t)(bytes + all) > spool->limit_bytes && all > 0)
		return err_set(err,
			       "spool %s: full with %lld bytes; what waits there is kept, this was not taken",
			       spool->path, (long long)all);
	(void)sqlite3_snprintf(sizeof sql, sql, "UPDATE segment SET bytes = %lld WHERE number = %lld", bytes,
			       spool->number);
	return spool_run(spool, sql, err);
}

int spool_end(struct spool *spool, int result, struct err *err)
{
	if (result == 0)
		result = close_segment(spool, err);
	if (spool->together)
		return result;
	if (result == 0)
		result = spool_run(spool, "COMMIT", err);
	if (result != 0)
		roll_back(spool);
	return result;
}

int spool_oldest(struct spool *spool, struct spool_segment *out, bool *found, struct err *err)
{
	return spool_next(spool, 0, out, found, err);
}

int spool_next(struct spool *spool, uint64_t above, struct spool_segment *out, bool *found, struct err *err)
{
	sqlite3_stmt *statement =
	    spool_prepare(spool,
			  "SELECT number, sensor, segment, first_bucket, last_bucket, site, replaces, bytes "
			  "FROM segment WHERE number > ? ORDER BY number LIMIT 1",
			  err);
	bool bound = statement && sqlite3_bind_int64(statement, 1, (int64_t)above) == SQLITE_OK;
	int step = bound ? sqlite3_step(statement) : SQLITE_ERROR;
	int status = step == SQLITE_ROW || step == SQLITE_DONE ? 0 : statement ? spool_fail(spool, err) : -1;

	*found = step == SQLITE_ROW;
	*out = (struct spool_segment){.number = 0};
	if (*found) {
		const char *sensor = (const char *)sqlite3_column_text(statement, 1);
		const char *segment = (const char *)sqlite3_column_text(statement, 2);
		const char *site = (const char *)sqlite3_column_text(statement, 5);
		const char *replaces = (const char *)sqlite3_column_text(statement, 6);

		*out = (struct spool_segment){.number = (uint64_t)sqlite3_column_int64(statement, 0),
					      .sensor = mem_strdup(sensor ? sensor : ""),
					      .segment = mem_strdup(segment ? segment : ""),
					      .site = mem_strdup(site ? site : ""),
					      .replaces = mem_strdup(replaces ? replaces : ""),
					      .first_bucket = sqlite3_column_int(statement, 3),
					      .last_bucket = sqlite3_column_int(statement, 4),
					      .bytes = (uint64_t)sqlite3_column_int64(statement, 7)};
		if (!out->sensor || !out->segment || !out->site || !out->replaces) {
			spool_segment_clear(out);
			status = err_no_memory(err);
		}
	}
	(void)sqlite3_finalize(statement);
	return status;
}

void spool_segment_clear(struct spool_segment *segment)
{
	mem_free(segment->sensor);
	mem_free(segment->segment);
	mem_free(segment->site);
	mem_free(segment->replaces);
	segment->sensor = segment->segment = segment->site = segment->replaces = NULL;
}

/* "TABLE COLUMNS". Spools of before have the table alone, whose rows had what it had then. */
static bool read_kind(const char *kind, struct spool_part *out)
{
	int table = 0;

	if (!kind)
		return false;
	size_t length = strcspn(kind, " ");
	while (table < TABLE_COUNT && (strlen(clickhouse_tables[table].name) != length ||
				       strncmp(clickhouse_tables[table].name, kind, length) != 0))
		table++;
	if (table == TABLE_COUNT)
		return false;
	size_t most = clickhouse_column_count(&clickhouse_tables[table]);
	out->table = (enum clickhouse_table_id)table;
	out->columns = kind[length] ? strtoul(kind + length, NULL, 10) : most - (table == TABLE_INPUT);
	return out->columns > 0 && out->columns <= most;
}

int spool_parts(struct spool *spool, uint64_t number, void *context,
		int (*take)(void *context, const struct spool_part *part, struct err *err), struct err *err)
{
	sqlite3_stmt *statement =
	    spool_prepare(spool, "SELECT kind, rows FROM part WHERE number = ? ORDER BY part", err);
	int status = statement ? 0 : -1, step = SQLITE_DONE;

	if (statement)
		(void)sqlite3_bind_int64(statement, 1, (int64_t)number);
	while (status == 0 && (step = sqlite3_step(statement)) == SQLITE_ROW) {
		struct spool_part part = {.rows = sqlite3_column_blob(statement, 1),
					  .length = (size_t)sqlite3_column_bytes(statement, 1)};

		if (!read_kind((const char *)sqlite3_column_text(statement, 0), &part) || !part.rows)
			status = err_set(err, "spool %s: a part of no known table", spool->path);
		else
			status = take(context, &part, err);
	}
	if (status == 0 && step != SQLITE_DONE)
		status = spool_fail(spool, err);
	(void)sqlite3_finalize(statement);
	return status;
}

int spool_remove(struct spool *spool, uint64_t number, struct err *err)
{
	char sql[320];

	(void)sqlite3_snprintf(
	    sizeof sql, sql,
	    "BEGIN IMMEDIATE; DELETE FROM part WHERE number = %lld; DELETE FROM tried WHERE "
	    "(sensor, segment) = (SELECT sensor, segment FROM segment WHERE number = %lld); "
	    "DELETE FROM segment WHERE number = %lld; COMMIT;"
	    " PRAGMA incremental_vacuum(1024)",
	    (long long)number, (long long)number, (long long)number);
	if (spool_run(spool, sql, err) == 0)
		return 0;
	(void)sqlite3_exec(spool->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

int spool_try(struct spool *spool, const struct spool_segment *segment, uint64_t attempt, struct err *err)
{
	sqlite3_stmt *statement = spool_prepare(spool, "INSERT INTO tried VALUES (?, ?, ?)", err);
	bool bound = statement && spool_bind_text(statement, 1, segment->sensor) &&
		     spool_bind_text(statement, 2, segment->segment) &&
		     sqlite3_bind_int64(statement, 3, (int64_t)attempt) == SQLITE_OK;

	return spool_finish(spool, statement, bound, err);
}

int spool_tries(struct spool *spool, const struct spool_segment *segment, uint64_t but, struct strbuf *out,
		struct err *err)
{
	sqlite3_stmt *statement = spool_prepare(
	    spool, "SELECT attempt FROM tried WHERE sensor = ? AND segment = ? AND attempt != ?", err);
	int step = SQLITE_ERROR;

	if (statement && spool_bind_text(statement, 1, segment->sensor) &&
	    spool_bind_text(statement, 2, segment->segment) &&
	    sqlite3_bind_int64(statement, 3, (int64_t)but) == SQLITE_OK)
		while ((step = sqlite3_step(statement)) == SQLITE_ROW)
			put_number(out, (uint64_t)sqlite3_column_int64(statement, 0), 8);
	int status = step == SQLITE_DONE ? 0 : statement ? spool_fail(spool, err) : -1;
	(void)sqlite3_finalize(statement);
	return status == 0 && out->failed ? err_no_memory(err) : status;
}

/* What replaces others changes their quarter hours, too. */
int spool_count_own(struct spool *spool, const char *sensor, int32_t end_bucket, uint64_t *segments,
		    struct err *err)
{
	sqlite3_stmt *statement =
	    spool_prepare(spool,
			  "SELECT count(*) FROM segment WHERE sensor = ? AND (first_bucket < ? OR replaces "
			  "!= '')",
			  err);
	bool bound = statement && spool_bind_text(statement, 1, sensor) &&
		     sqlite3_bind_int(statement, 2, end_bucket) == SQLITE_OK;
	int step = spool_step(spool, statement, bound, err);

	*segments = step == 1 ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
	(void)sqlite3_finalize(statement);
	return step == 1 ? 0 : -1;
}

int spool_count(struct spool *spool, uint64_t *segments, uint64_t *bytes, struct err *err)
{
	int64_t count, sum;

	if (number_of_query(spool, "SELECT count(*) FROM segment", 0, &count, err) ||
	    number_of_query(spool, "SELECT coalesce(sum(bytes), 0) FROM segment", 0, &sum, err))
		return -1;
	*segments = (uint64_t)count;
	*bytes = (uint64_t)sum;
	return 0;
}
