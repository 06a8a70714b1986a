/*
 * Captures that a sensor took, in its own memory beside what waits: so that it knows them while the server is
 * away, and what it took of one that comes back whole, or longer.
 */
#include "base/mem.h"
#include "clickhouse_parts.h"
#include <sqlite3.h>
#include <string.h>

static int fail(struct spool *spool, struct err *err)
{
	return err_set(err, "spool %s: %s", spool_path(spool), sqlite3_errmsg(spool_db(spool)));
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

int taken_put_capture(struct spool *spool, const struct spool_segment *segment,
		      const struct input_record *input, const char *beginning, struct err *err)
{
	sqlite3_stmt *statement =
	    prepare(spool, "INSERT OR REPLACE INTO taken VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err);
	bool bound = statement && bind_text(statement, 1, segment->sensor) &&
		     bind_text(statement, 2, input->fingerprint) &&
		     bind_text(statement, 3, segment->site ? segment->site : "") &&
		     bind_text(statement, 4, segment->segment) && bind_text(statement, 5, input->name) &&
		     bind_text(statement, 6, beginning) &&
		     sqlite3_bind_int(statement, 7, input->trouble) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 8, (int64_t)input->packets) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 9, (int64_t)input->bytes) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 10, input->last_ns) == SQLITE_OK;

	return finish(spool, statement, bound, err);
}

static const char *text_at(sqlite3_stmt *statement, int at, struct arena *arena)
{
	const char *text = (const char *)sqlite3_column_text(statement, at);

	return arena_strdup(arena, text ? text : "");
}

int taken_knows(struct spool *spool, const char *sensor, const char *site, const char *fingerprint,
		struct arena *arena, struct store_origin *out, struct err *err)
{
	sqlite3_stmt *statement = prepare(
	    spool,
	    "SELECT sensor, site FROM taken WHERE fingerprint = ?1 AND (?3 IS NULL OR sensor IN (?2, '') OR "
	    "site = ?3) ORDER BY sensor = ?2 DESC LIMIT 1",
	    err);
	bool bound = statement && bind_text(statement, 1, fingerprint) && bind_text(statement, 2, sensor) &&
		     (!site || bind_text(statement, 3, site));
	int step = bound ? sqlite3_step(statement) : SQLITE_ERROR;
	int status = step == SQLITE_ROW || step == SQLITE_DONE ? 0 : statement ? fail(spool, err) : -1;

	out->known = step == SQLITE_ROW;
	if (out->known) {
		out->sensor = text_at(statement, 0, arena);
		out->site = text_at(statement, 1, arena);
		if (!out->sensor || !out->site)
			status = err_no_memory(err);
	}
	(void)sqlite3_finalize(statement);
	return status;
}
