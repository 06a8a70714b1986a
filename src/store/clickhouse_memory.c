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

int memory_put_file(struct spool *spool, const char *sensor, const struct store_file *file, struct err *err)
{
	sqlite3_stmt *statement =
	    prepare(spool, "INSERT OR REPLACE INTO taken_path VALUES (?, ?, ?, ?, ?, ?, ?)", err);
	bool bound = statement && bind_text(statement, 1, sensor) && bind_text(statement, 2, file->path) &&
		     sqlite3_bind_int64(statement, 3, (int64_t)file->bytes) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 4, file->changed_ns) == SQLITE_OK &&
		     bind_text(statement, 5, file->fingerprint) &&
		     sqlite3_bind_int64(statement, 6, file->first_ns) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 7, (int64_t)file->packets) == SQLITE_OK;

	return finish(spool, statement, bound, err);
}

int memory_put_site(struct spool *spool, const char *sensor, const char *site, struct err *err)
{
	sqlite3_stmt *statement = prepare(spool, "INSERT OR REPLACE INTO belongs VALUES (?, ?)", err);

	return finish(spool, statement,
		      statement && bind_text(statement, 1, sensor) && bind_text(statement, 2, site), err);
}

int memory_rename_site(struct spool *spool, const char *sensor, const char *was, const char *site,
		       struct err *err)
{
	static const char *const tables[] = {"belongs", "taken"};
	int status = 0;

	for (size_t i = 0; i < sizeof tables / sizeof tables[0] && status == 0; i++) {
		char sql[96];

		(void)snprintf(sql, sizeof sql, "UPDATE %s SET site = ?3 WHERE sensor = ?1 AND site = ?2",
			       tables[i]);
		sqlite3_stmt *statement = prepare(spool, sql, err);
		status = finish(spool, statement,
				statement && bind_text(statement, 1, sensor) &&
				    bind_text(statement, 2, was) && bind_text(statement, 3, site),
				err);
	}
	return status;
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

int memory_find_file(struct spool *spool, const char *sensor, const char *path, struct arena *arena,
		     struct store_file *out, bool *found, struct err *err)
{
	/* Of before it was known who took it: sensor "". */
	sqlite3_stmt *statement = prepare(spool,
					  "SELECT path, bytes, changed_ns, fingerprint, first_ns, packets "
					  "FROM taken_path WHERE path = ? AND "
					  "sensor IN (?, '') ORDER BY sensor DESC LIMIT 1",
					  err);
	bool bound = statement && bind_text(statement, 1, path) && bind_text(statement, 2, sensor);
	int step = bound ? sqlite3_step(statement) : SQLITE_ERROR;
	int status = step == SQLITE_ROW ? 1 : step == SQLITE_DONE ? 0 : statement ? fail(spool, err) : -1;

	*found = status == 1;
	if (status != 1) {
		(void)sqlite3_finalize(statement);
		return status;
	}
	*out = (struct store_file){.path = text_at(statement, 0, arena),
				   .bytes = (uint64_t)sqlite3_column_int64(statement, 1),
				   .changed_ns = sqlite3_column_int64(statement, 2),
				   .fingerprint = text_at(statement, 3, arena),
				   .first_ns = sqlite3_column_int64(statement, 4),
				   .packets = (uint64_t)sqlite3_column_int64(statement, 5)};
	(void)sqlite3_finalize(statement);
	return out->path && out->fingerprint ? 0 : err_no_memory(err);
}

int memory_site(struct spool *spool, const char *sensor, bool if_it_waits, struct strbuf *out, bool *found,
		struct err *err)
{
	sqlite3_stmt *statement;
	int status = ask(spool,
			 if_it_waits ? "SELECT site FROM segment WHERE sensor = ? AND site != '' LIMIT 1"
				     : "SELECT site FROM belongs WHERE sensor = ?",
			 sensor, &statement, err);

	*found = status == 1;
	if (status == 1)
		strbuf_add(out, (const char *)sqlite3_column_text(statement, 0));
	(void)sqlite3_finalize(statement);
	return status < 0 ? -1 : out->failed ? err_no_memory(err) : 0;
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
