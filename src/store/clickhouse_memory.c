/*
 * What a sensor remembers of itself beside what waits: files and captures that it took, and flows that were
 * open at its latest end. So it goes on while the server is away, and takes nothing twice.
 */
#include "base/mem.h"
#include "clickhouse.h"
#include "clickhouse_parts.h"
#include <string.h>

static int fail(struct spool *spool, struct err *err)
{
	return err_set(err, "spool: %s", sqlite3_errmsg(spool_db(spool)));
}

static sqlite3_stmt *prepare(struct spool *spool, const char *sql, struct err *err)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(spool_db(spool), sql, -1, &statement, NULL) != SQLITE_OK)
		(void)fail(spool, err);
	return statement;
}

static int finish(struct spool *spool, sqlite3_stmt *statement, bool bound, struct err *err)
{
	int status = statement && bound && sqlite3_step(statement) == SQLITE_DONE ? 0 : -1;

	if (statement && status)
		(void)fail(spool, err);
	(void)sqlite3_finalize(statement);
	return status;
}

static bool bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	return sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT) == SQLITE_OK;
}

int memory_put_file(struct spool *spool, const struct store_file *file, struct err *err)
{
	sqlite3_stmt *statement =
	    prepare(spool, "INSERT OR REPLACE INTO taken_file VALUES (?, ?, ?, ?, ?, ?)", err);
	bool bound = statement && bind_text(statement, 1, file->path) &&
		     sqlite3_bind_int64(statement, 2, (int64_t)file->bytes) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 3, file->changed_ns) == SQLITE_OK &&
		     bind_text(statement, 4, file->fingerprint) &&
		     sqlite3_bind_int64(statement, 5, file->first_ns) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 6, (int64_t)file->packets) == SQLITE_OK;

	return finish(spool, statement, bound, err);
}

int memory_put_capture(struct spool *spool, const char *fingerprint, struct err *err)
{
	sqlite3_stmt *statement = prepare(spool, "INSERT OR REPLACE INTO taken_capture VALUES (?)", err);

	return finish(spool, statement, statement && bind_text(statement, 1, fingerprint), err);
}

int memory_put_chain(struct spool *spool, const struct store_chain *chain, const struct strbuf *flows,
		     struct err *err)
{
	sqlite3_stmt *statement =
	    prepare(spool,
		    "INSERT INTO chain VALUES (?1, ?2, ?3) ON CONFLICT (sensor) DO UPDATE SET"
		    " end_ns = ?2, flows = ?3 WHERE end_ns <= ?2",
		    err);
	bool bound = statement && !flows->failed && bind_text(statement, 1, chain->sensor) &&
		     sqlite3_bind_int64(statement, 2, chain->end_ns) == SQLITE_OK &&
		     sqlite3_bind_blob64(statement, 3, flows->length ? flows->text : "", flows->length,
					 SQLITE_TRANSIENT) == SQLITE_OK;

	return finish(spool, statement, bound, err);
}

/* 1: a row, 0: none, -1. The statement is freed unless there is a row. */
static int ask(struct spool *spool, const char *sql, const char *key, sqlite3_stmt **out, struct err *err)
{
	*out = prepare(spool, sql, err);
	if (!*out)
		return -1;
	int step = bind_text(*out, 1, key) ? sqlite3_step(*out) : SQLITE_ERROR;
	if (step == SQLITE_ROW)
		return 1;
	int status = step == SQLITE_DONE ? 0 : fail(spool, err);
	(void)sqlite3_finalize(*out);
	*out = NULL;
	return status;
}

static const char *text_at(sqlite3_stmt *statement, int at, struct arena *arena)
{
	const char *text = (const char *)sqlite3_column_text(statement, at);

	return arena_strdup(arena, text ? text : "");
}

int memory_find_file(struct spool *spool, const char *path, struct arena *arena, struct store_file *out,
		     bool *found, struct err *err)
{
	sqlite3_stmt *statement;
	int status = ask(spool, "SELECT * FROM taken_file WHERE path = ?", path, &statement, err);

	*found = status == 1;
	if (status != 1)
		return status;
	*out = (struct store_file){.path = text_at(statement, 0, arena),
				   .bytes = (uint64_t)sqlite3_column_int64(statement, 1),
				   .changed_ns = sqlite3_column_int64(statement, 2),
				   .fingerprint = text_at(statement, 3, arena),
				   .first_ns = sqlite3_column_int64(statement, 4),
				   .packets = (uint64_t)sqlite3_column_int64(statement, 5)};
	(void)sqlite3_finalize(statement);
	return out->path && out->fingerprint ? 0 : err_no_memory(err);
}

int memory_knows(struct spool *spool, const char *fingerprint, bool *known, struct err *err)
{
	sqlite3_stmt *statement;
	int status =
	    ask(spool, "SELECT 1 FROM taken_capture WHERE fingerprint = ?", fingerprint, &statement, err);

	*known = status == 1;
	(void)sqlite3_finalize(statement);
	return status < 0 ? -1 : 0;
}

int memory_chain(struct spool *spool, const char *sensor, struct strbuf *flows, bool *found, struct err *err)
{
	sqlite3_stmt *statement;
	int status = ask(spool, "SELECT flows FROM chain WHERE sensor = ?", sensor, &statement, err);

	*found = status == 1;
	if (status == 1 && sqlite3_column_bytes(statement, 0) > 0)
		strbuf_add_bytes(flows, sqlite3_column_blob(statement, 0),
				 (size_t)sqlite3_column_bytes(statement, 0));
	(void)sqlite3_finalize(statement);
	return status < 0 ? -1 : flows->failed ? err_no_memory(err) : 0;
}
