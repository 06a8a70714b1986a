/* Segments that wait for the server, in one SQLite file. A full disk or a full spool refuses the new one:
 * what waits, stays. */
#include "base/mem.h"
#include "clickhouse.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { BUSY_MS = 60000 };

struct spool {
	sqlite3 *db;
	char *path, *lock_path;
	uint64_t limit_bytes;
	int lock;       /* file descriptor, -1: not held */
	int64_t number; /* of the segment that is being added */
	bool together;  /* in a transaction of several segments */
};

static int fail(const struct spool *spool, struct err *err)
{
	return err_set(err, "spool %s: %s", spool->path, sqlite3_errmsg(spool->db));
}

static int run(struct spool *spool, const char *sql, struct err *err)
{
	return sqlite3_exec(spool->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(spool, err);
}

static sqlite3_stmt *prepare(struct spool *spool, const char *sql, struct err *err)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(spool->db, sql, -1, &statement, NULL) != SQLITE_OK) {
		(void)fail(spool, err);
		return NULL;
	}
	return statement;
}

/* Runs a statement that returns nothing, and frees it. */
static int finish(struct spool *spool, sqlite3_stmt *statement, bool bound, struct err *err)
{
	int status = statement && bound && sqlite3_step(statement) == SQLITE_DONE ? 0
		     : statement                                                  ? fail(spool, err)
										  : -1;

	(void)sqlite3_finalize(statement);
	return status;
}

static const char tables[] =
    "CREATE TABLE IF NOT EXISTS segment (number INTEGER PRIMARY KEY AUTOINCREMENT, sensor TEXT NOT NULL,"
    " segment TEXT NOT NULL, first_bucket INTEGER NOT NULL, last_bucket INTEGER NOT NULL, bytes INTEGER NOT "
    "NULL, site TEXT NOT NULL DEFAULT '', replaces TEXT NOT NULL DEFAULT '');"
    "CREATE TABLE IF NOT EXISTS part (number INTEGER NOT NULL, part INTEGER NOT NULL, kind TEXT NOT NULL,"
    " rows BLOB NOT NULL, PRIMARY KEY (number, part)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS taken_path (sensor TEXT NOT NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL,"
    " changed_ns INTEGER NOT NULL, fingerprint TEXT NOT NULL, first_ns INTEGER NOT NULL, packets INTEGER NOT "
    "NULL, PRIMARY KEY (sensor, path)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS taken (sensor TEXT NOT NULL, fingerprint TEXT NOT NULL, site TEXT NOT NULL,"
    " segment TEXT NOT NULL, name TEXT NOT NULL, beginning TEXT NOT NULL, trouble INTEGER NOT NULL, packets "
    "INTEGER NOT NULL, bytes INTEGER NOT NULL, last_ns INTEGER NOT NULL, PRIMARY KEY (sensor, fingerprint)) "
    "WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS taken_by_fingerprint ON taken (fingerprint);"
    "CREATE TABLE IF NOT EXISTS taken_segment (number INTEGER PRIMARY KEY AUTOINCREMENT, sensor TEXT NOT "
    "NULL,"
    " segment TEXT NOT NULL, begin_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, first_bucket INTEGER NOT "
    "NULL, last_bucket INTEGER NOT NULL, flows BLOB NOT NULL, UNIQUE (sensor, segment));"
    "CREATE TABLE IF NOT EXISTS belongs (sensor TEXT PRIMARY KEY, site TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS tried (number INTEGER NOT NULL, attempt INTEGER NOT NULL, PRIMARY KEY "
    "(number,"
    " attempt)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS chain (sensor TEXT PRIMARY KEY, end_ns INTEGER NOT NULL, flows BLOB NOT "
    "NULL) WITHOUT ROWID;";

static bool is_there(struct spool *spool, const char *sql)
{
	return sqlite3_exec(spool->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Spools of before did not say which site a segment was written for, nor who gave a capture for whom. */
static int upgrade(struct spool *spool, struct err *err)
{
	static const char files[] = "BEGIN IMMEDIATE; INSERT OR IGNORE INTO taken_path SELECT '', * FROM "
				    "taken_file; DROP TABLE taken_file; COMMIT";
	static const char captures[] =
	    "BEGIN IMMEDIATE; INSERT OR IGNORE INTO taken SELECT '', fingerprint, '', '', '', '', 0, 0, 0, 0 "
	    "FROM taken_capture; DROP TABLE taken_capture; COMMIT";

	if (!is_there(spool, "SELECT site FROM segment LIMIT 0") &&
	    run(spool, "ALTER TABLE segment ADD COLUMN site TEXT NOT NULL DEFAULT ''", err))
		return -1;
	if (!is_there(spool, "SELECT replaces FROM segment LIMIT 0") &&
	    run(spool, "ALTER TABLE segment ADD COLUMN replaces TEXT NOT NULL DEFAULT ''", err))
		return -1;
	if (is_there(spool, "SELECT 1 FROM taken_file LIMIT 0") && run(spool, files, err))
		return -1;
	return is_there(spool, "SELECT 1 FROM taken_capture LIMIT 0") ? run(spool, captures, err) : 0;
}

struct spool *spool_open(const char *path, uint64_t limit_bytes, struct err *err)
{
	struct spool *spool = mem_calloc(1, sizeof *spool);
	struct strbuf lock = {0};

	strbuf_addf(&lock, "%s.lock", path);
	if (spool) {
		spool->lock = -1;
		spool->limit_bytes = limit_bytes;
		spool->path = mem_strdup(path);
		spool->lock_path = strbuf_ok(&lock) ? mem_strdup(strbuf_text(&lock)) : NULL;
	}
	strbuf_clear(&lock);
	if (!spool || !spool->path || !spool->lock_path) {
		(void)err_no_memory(err);
	} else if (sqlite3_open_v2(path, &spool->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
		   SQLITE_OK) {
		(void)fail(spool, err);
	} else {
		(void)sqlite3_busy_timeout(spool->db, BUSY_MS);
		if (run(spool,
			/* Its folder is the only one where files may be made. */
			"PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
			"PRAGMA auto_vacuum = INCREMENTAL",
			err) == 0 &&
		    run(spool, tables, err) == 0 && upgrade(spool, err) == 0)
			return spool;
	}
	spool_close(spool);
	return NULL;
}

void spool_close(struct spool *spool)
{
	if (!spool)
		return;
	spool_unlock(spool);
	(void)sqlite3_close(spool->db);
	mem_free(spool->path);
	mem_free(spool->lock_path);
	mem_free(spool);
}

sqlite3 *spool_db(struct spool *spool)
{
	return spool->db;
}

const char *spool_path(const struct spool *spool)
{
	return spool->path;
}

int spool_adopt(struct spool *spool, const char *sensor, const char *site, struct err *err)
{
	sqlite3_stmt *statement =
	    prepare(spool, "UPDATE segment SET site = ?2 WHERE sensor = ?1 AND site = ''", err);
	bool bound = statement &&
		     sqlite3_bind_text(statement, 1, sensor, -1, SQLITE_TRANSIENT) == SQLITE_OK &&
		     sqlite3_bind_text(statement, 2, site, -1, SQLITE_TRANSIENT) == SQLITE_OK;

	return finish(spool, statement, bound, err);
}

bool spool_lock(struct spool *spool)
{
	if (spool->lock < 0)
		spool->lock = open(spool->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return spool->lock >= 0 && flock(spool->lock, LOCK_EX | LOCK_NB) == 0;
}

void spool_unlock(struct spool *spool)
{
	if (spool->lock >= 0)
		(void)close(spool->lock);
	spool->lock = -1;
}

static void roll_back(struct spool *spool)
{
	(void)sqlite3_exec(spool->db, "ROLLBACK", NULL, NULL, NULL);
}

int spool_together(struct spool *spool, struct err *err)
{
	spool->together = run(spool, "BEGIN IMMEDIATE", err) == 0;
	return spool->together ? 0 : -1;
}

int spool_together_end(struct spool *spool, int result, struct err *err)
{
	if (!spool->together)
		return -1;
	spool->together = false;
	if (result == 0)
		result = run(spool, "COMMIT", err);
	if (result != 0)
		roll_back(spool);
	return result;
}

int spool_begin(struct spool *spool, const struct spool_segment *segment, struct err *err)
{
	if (!spool->together && run(spool, "BEGIN IMMEDIATE", err))
		return -1;
	sqlite3_stmt *statement = prepare(spool,
					  "INSERT INTO segment (sensor, segment, first_bucket, last_bucket, "
					  "site, bytes) VALUES (?, ?, ?, ?, ?, 0)",
					  err);
	bool bound = statement &&
		     sqlite3_bind_text(statement, 1, segment->sensor, -1, SQLITE_TRANSIENT) == SQLITE_OK &&
		     sqlite3_bind_text(statement, 2, segment->segment, -1, SQLITE_TRANSIENT) == SQLITE_OK &&
		     sqlite3_bind_int(statement, 3, segment->first_bucket) == SQLITE_OK &&
		     sqlite3_bind_int(statement, 4, segment->last_bucket) == SQLITE_OK &&
		     sqlite3_bind_text(statement, 5, segment->site ? segment->site : "", -1,
				       SQLITE_TRANSIENT) == SQLITE_OK;
	if (finish(spool, statement, bound, err)) {
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
	    prepare(spool,
		    "INSERT INTO part (number, part, kind, rows) SELECT ?1,"
		    " (SELECT coalesce(max(part), 0) + 1 FROM part WHERE number = ?1), ?2, ?3",
		    err);
	bool bound =
	    statement && sqlite3_bind_int64(statement, 1, spool->number) == SQLITE_OK &&
	    sqlite3_bind_text(statement, 2, kind, -1, SQLITE_TRANSIENT) == SQLITE_OK &&
	    sqlite3_bind_blob64(statement, 3, rows->text, rows->length, SQLITE_TRANSIENT) == SQLITE_OK;
	return finish(spool, statement, bound, err);
}

static int number_of_query(struct spool *spool, const char *sql, int64_t number, int64_t *out,
			   struct err *err)
{
	sqlite3_stmt *statement = prepare(spool, sql, err);
	int status = -1;

	*out = 0;
	if (statement && sqlite3_bind_parameter_count(statement) > 0)
		(void)sqlite3_bind_int64(statement, 1, number);
	if (statement && sqlite3_step(statement) == SQLITE_ROW) {
		*out = sqlite3_column_int64(statement, 0);
		status = 0;
	} else if (statement) {
		status = fail(spool, err);
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
	return run(spool, sql, err);
}

int spool_end(struct spool *spool, int result, struct err *err)
{
	if (result == 0)
		result = close_segment(spool, err);
	if (spool->together)
		return result;
	if (result == 0)
		result = run(spool, "COMMIT", err);
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
	    prepare(spool,
		    "SELECT number, sensor, segment, first_bucket, last_bucket, site, bytes "
		    "FROM segment WHERE number > ? ORDER BY number LIMIT 1",
		    err);
	bool bound = statement && sqlite3_bind_int64(statement, 1, (int64_t)above) == SQLITE_OK;
	int step = bound ? sqlite3_step(statement) : SQLITE_ERROR;
	int status = step == SQLITE_ROW || step == SQLITE_DONE ? 0 : statement ? fail(spool, err) : -1;

	*found = step == SQLITE_ROW;
	*out = (struct spool_segment){.number = 0};
	if (*found) {
		const char *sensor = (const char *)sqlite3_column_text(statement, 1);
		const char *segment = (const char *)sqlite3_column_text(statement, 2);
		const char *site = (const char *)sqlite3_column_text(statement, 5);

		*out = (struct spool_segment){.number = (uint64_t)sqlite3_column_int64(statement, 0),
					      .sensor = mem_strdup(sensor ? sensor : ""),
					      .segment = mem_strdup(segment ? segment : ""),
					      .site = mem_strdup(site ? site : ""),
					      .first_bucket = sqlite3_column_int(statement, 3),
					      .last_bucket = sqlite3_column_int(statement, 4),
					      .bytes = (uint64_t)sqlite3_column_int64(statement, 6)};
		if (!out->sensor || !out->segment || !out->site) {
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
	segment->sensor = segment->segment = segment->site = NULL;
}

/* "TABLE COLUMNS". Spools of before have the table alone, whose rows had what it had then. */
static bool read_kind(const char *kind, struct spool_part *out)
{
	size_t length = kind ? strcspn(kind, " ") : 0;
	int table = 0;

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
	    prepare(spool, "SELECT kind, rows FROM part WHERE number = ? ORDER BY part", err);
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
		status = fail(spool, err);
	(void)sqlite3_finalize(statement);
	return status;
}

int spool_remove(struct spool *spool, uint64_t number, struct err *err)
{
	char sql[256];

	(void)sqlite3_snprintf(sizeof sql, sql,
			       "BEGIN IMMEDIATE; DELETE FROM part WHERE number = %lld; DELETE FROM segment "
			       "WHERE number = %lld; COMMIT;"
			       " PRAGMA incremental_vacuum(1024)",
			       (long long)number, (long long)number);
	if (run(spool, sql, err) == 0)
		return 0;
	(void)sqlite3_exec(spool->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
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
