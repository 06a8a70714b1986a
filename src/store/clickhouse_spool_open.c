/* The spool's file: its tables, those of earlier versions brought up to date, and who may send. */
#include "base/mem.h"
#include "clickhouse_spool.h"
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { BUSY_MS = 60000 };

int spool_fail(const struct spool *spool, struct err *err)
{
	return err_set(err, "spool %s: %s", spool->path, sqlite3_errmsg(spool->db));
}

int spool_run(struct spool *spool, const char *sql, struct err *err)
{
	return sqlite3_exec(spool->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : spool_fail(spool, err);
}

sqlite3_stmt *spool_prepare(struct spool *spool, const char *sql, struct err *err)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(spool->db, sql, -1, &statement, NULL) != SQLITE_OK) {
		(void)spool_fail(spool, err);
		return NULL;
	}
	return statement;
}

int spool_step(struct spool *spool, sqlite3_stmt *statement, bool bound, struct err *err)
{
	int step = statement && bound ? sqlite3_step(statement) : SQLITE_ERROR;

	if (step == SQLITE_ROW || step == SQLITE_DONE)
		return step == SQLITE_ROW;
	return statement ? spool_fail(spool, err) : -1;
}

int spool_finish(struct spool *spool, sqlite3_stmt *statement, bool bound, struct err *err)
{
	int status = spool_step(spool, statement, bound, err);

	(void)sqlite3_finalize(statement);
	return status < 0 ? -1 : 0;
}

bool spool_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	return sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT) == SQLITE_OK;
}

bool spool_bind_blob(sqlite3_stmt *statement, int at, const struct strbuf *bytes)
{
	return !bytes->failed && sqlite3_bind_blob64(statement, at, bytes->length ? bytes->text : "",
						     bytes->length, SQLITE_TRANSIENT) == SQLITE_OK;
}

const char *spool_text(sqlite3_stmt *statement, int at, struct arena *arena)
{
	const char *text = (const char *)sqlite3_column_text(statement, at);

	return arena_strdup(arena, text ? text : "");
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
    "CREATE TABLE IF NOT EXISTS recalled (sensor TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS tried (sensor TEXT NOT NULL, segment TEXT NOT NULL, attempt INTEGER NOT NULL,"
    " PRIMARY KEY (sensor, segment, attempt)) WITHOUT ROWID;"
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
	    spool_run(spool, "ALTER TABLE segment ADD COLUMN site TEXT NOT NULL DEFAULT ''", err))
		return -1;
	if (!is_there(spool, "SELECT replaces FROM segment LIMIT 0") &&
	    spool_run(spool, "ALTER TABLE segment ADD COLUMN replaces TEXT NOT NULL DEFAULT ''", err))
		return -1;
	if (is_there(spool, "SELECT 1 FROM taken_file LIMIT 0") && spool_run(spool, files, err))
		return -1;
	return is_there(spool, "SELECT 1 FROM taken_capture LIMIT 0") ? spool_run(spool, captures, err) : 0;
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
		(void)spool_fail(spool, err);
	} else {
		(void)sqlite3_busy_timeout(spool->db, BUSY_MS);
		if (spool_run(
			spool,
			/* Its folder is the only one where files may be made. */
			"PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
			"PRAGMA auto_vacuum = INCREMENTAL",
			err) == 0 &&
		    spool_run(spool, tables, err) == 0 && upgrade(spool, err) == 0)
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
	    spool_prepare(spool, "UPDATE segment SET site = ?2 WHERE sensor = ?1 AND site = ''", err);
	bool bound =
	    statement && spool_bind_text(statement, 1, sensor) && spool_bind_text(statement, 2, site);

	return spool_finish(spool, statement, bound, err);
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
