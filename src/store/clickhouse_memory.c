/*
 * What a sensor remembers of itself beside what waits: files and captures that it took, and flows that were
 * open at its latest end. So it goes on while the server is away, and takes nothing twice.
 */
#include "base/mem.h"
#include "clickhouse_spool.h"
#include <string.h>

int memory_put_file(struct spool *spool, const char *sensor, const struct store_file *file, struct err *err)
{
	sqlite3_stmt *statement =
	    spool_prepare(spool, "INSERT OR REPLACE INTO taken_path VALUES (?, ?, ?, ?, ?, ?, ?)", err);
	bool bound = statement && spool_bind_text(statement, 1, sensor) &&
		     spool_bind_text(statement, 2, file->path) &&
		     sqlite3_bind_int64(statement, 3, (int64_t)file->bytes) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 4, file->changed_ns) == SQLITE_OK &&
		     spool_bind_text(statement, 5, file->fingerprint) &&
		     sqlite3_bind_int64(statement, 6, file->first_ns) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 7, (int64_t)file->packets) == SQLITE_OK;

	return spool_finish(spool, statement, bound, err);
}

static int write_site(struct spool *spool, const char *sql, const char *sensor, const char *site,
		      struct err *err)
{
	sqlite3_stmt *statement = spool_prepare(spool, sql, err);

	return spool_finish(
	    spool, statement,
	    statement && spool_bind_text(statement, 1, sensor) && spool_bind_text(statement, 2, site), err);
}

int memory_put_site(struct spool *spool, const char *sensor, const char *site, struct err *err)
{
	return write_site(spool, "INSERT OR REPLACE INTO belongs VALUES (?, ?)", sensor, site, err);
}

int memory_note_site(struct spool *spool, const char *sensor, const char *site, struct err *err)
{
	return write_site(spool, "INSERT OR IGNORE INTO belongs VALUES (?, ?)", sensor, site, err);
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
		sqlite3_stmt *statement = spool_prepare(spool, sql, err);
		status = spool_finish(spool, statement,
				      statement && spool_bind_text(statement, 1, sensor) &&
					  spool_bind_text(statement, 2, was) &&
					  spool_bind_text(statement, 3, site),
				      err);
	}
	return status;
}

int memory_put_chain(struct spool *spool, const struct store_chain *chain, const struct strbuf *flows,
		     struct err *err)
{
	sqlite3_stmt *statement =
	    spool_prepare(spool,
			  "INSERT INTO chain VALUES (?1, ?2, ?3) ON CONFLICT (sensor) DO UPDATE SET"
			  " end_ns = ?2, flows = ?3 WHERE end_ns <= ?2",
			  err);
	bool bound = statement && spool_bind_text(statement, 1, chain->sensor) &&
		     sqlite3_bind_int64(statement, 2, chain->end_ns) == SQLITE_OK &&
		     spool_bind_blob(statement, 3, flows);

	return spool_finish(spool, statement, bound, err);
}

/* 1: a row, 0: none, -1. The statement is freed unless there is a row. */
static int ask(struct spool *spool, const char *sql, const char *key, sqlite3_stmt **out, struct err *err)
{
	*out = spool_prepare(spool, sql, err);
	if (!*out)
		return -1;
	int status = spool_step(spool, *out, spool_bind_text(*out, 1, key), err);
	if (status == 1)
		return 1;
	(void)sqlite3_finalize(*out);
	*out = NULL;
	return status;
}

int memory_find_file(struct spool *spool, const char *sensor, const char *path, struct arena *arena,
		     struct store_file *out, bool *found, struct err *err)
{
	/* Of before it was known who took it: sensor "". */
	sqlite3_stmt *statement =
	    spool_prepare(spool,
			  "SELECT path, bytes, changed_ns, fingerprint, first_ns, packets "
			  "FROM taken_path WHERE path = ? AND "
			  "sensor IN (?, '') ORDER BY sensor DESC LIMIT 1",
			  err);
	bool bound =
	    statement && spool_bind_text(statement, 1, path) && spool_bind_text(statement, 2, sensor);
	int status = spool_step(spool, statement, bound, err);

	*found = status == 1;
	if (status != 1) {
		(void)sqlite3_finalize(statement);
		return status;
	}
	*out = (struct store_file){.path = spool_text(statement, 0, arena),
				   .bytes = (uint64_t)sqlite3_column_int64(statement, 1),
				   .changed_ns = sqlite3_column_int64(statement, 2),
				   .fingerprint = spool_text(statement, 3, arena),
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

int memory_put_recalled(struct spool *spool, const char *sensor, struct err *err)
{
	sqlite3_stmt *statement = spool_prepare(spool, "INSERT OR REPLACE INTO recalled VALUES (?)", err);

	return spool_finish(spool, statement, statement && spool_bind_text(statement, 1, sensor), err);
}

int memory_recalled(struct spool *spool, const char *sensor, bool *out, struct err *err)
{
	sqlite3_stmt *statement;
	int status = ask(spool, "SELECT 1 FROM recalled WHERE sensor = ?", sensor, &statement, err);

	*out = status == 1;
	(void)sqlite3_finalize(statement);
	return status < 0 ? -1 : 0;
}
