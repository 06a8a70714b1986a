/*
 * Captures that a sensor took, in its own memory beside what waits: so that it knows them while the server is
 * away, and what it took of one that comes back whole, or longer.
 */
#include "base/mem.h"
#include "clickhouse_spool.h"
#include <string.h>

int taken_put_capture(struct spool *spool, const struct spool_segment *segment,
		      const struct input_record *input, const char *beginning, struct err *err)
{
	sqlite3_stmt *statement =
	    spool_prepare(spool, "INSERT OR REPLACE INTO taken VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err);
	bool bound = statement && spool_bind_text(statement, 1, segment->sensor) &&
		     spool_bind_text(statement, 2, input->fingerprint) &&
		     spool_bind_text(statement, 3, segment->site ? segment->site : "") &&
		     spool_bind_text(statement, 4, segment->segment) &&
		     spool_bind_text(statement, 5, input->name) && spool_bind_text(statement, 6, beginning) &&
		     sqlite3_bind_int(statement, 7, input->trouble) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 8, (int64_t)input->packets) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 9, (int64_t)input->bytes) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 10, input->last_ns) == SQLITE_OK;

	return spool_finish(spool, statement, bound, err);
}

int taken_knows(struct spool *spool, const char *sensor, const char *site, const char *fingerprint,
		struct arena *arena, struct store_origin *out, struct err *err)
{
	sqlite3_stmt *statement = spool_prepare(
	    spool,
	    "SELECT sensor, site FROM taken WHERE fingerprint = ?1 AND (?3 IS NULL OR sensor IN (?2, '') OR "
	    "site = ?3) ORDER BY sensor = ?2 DESC LIMIT 1",
	    err);
	bool bound = statement && spool_bind_text(statement, 1, fingerprint) &&
		     spool_bind_text(statement, 2, sensor) && (!site || spool_bind_text(statement, 3, site));
	int step = spool_step(spool, statement, bound, err), status = step < 0 ? -1 : 0;

	out->known = step == 1;
	if (out->known) {
		out->sensor = spool_text(statement, 0, arena);
		out->site = spool_text(statement, 1, arena);
		if (!out->sensor || !out->site)
			status = err_no_memory(err);
	}
	(void)sqlite3_finalize(statement);
	return status;
}

/* What was open is kept for captures that come late by a week at most. */
static int forget_flows(struct spool *spool, const char *sensor, struct err *err)
{
	sqlite3_stmt *statement =
	    spool_prepare(spool,
			  "UPDATE taken_segment SET flows = '' WHERE sensor = ?1 AND length(flows) "
			  "> 0 AND end_ns < (SELECT max(end_ns) FROM taken_segment WHERE sensor = ?1) "
			  "- 604800000000000",
			  err);

	return spool_finish(spool, statement, statement && spool_bind_text(statement, 1, sensor), err);
}

int taken_put_segment(struct spool *spool, const struct spool_segment *segment, int64_t begin_ns,
		      int64_t end_ns, const struct strbuf *flows, struct err *err)
{
	sqlite3_stmt *statement =
	    spool_prepare(spool,
			  "INSERT OR REPLACE INTO taken_segment (sensor, segment, begin_ns, "
			  "end_ns, first_bucket, last_bucket, "
			  "flows) VALUES (?, ?, ?, ?, ?, ?, ?)",
			  err);
	bool bound = statement && spool_bind_text(statement, 1, segment->sensor) &&
		     spool_bind_text(statement, 2, segment->segment) &&
		     sqlite3_bind_int64(statement, 3, begin_ns) == SQLITE_OK &&
		     sqlite3_bind_int64(statement, 4, end_ns) == SQLITE_OK &&
		     sqlite3_bind_int(statement, 5, segment->first_bucket) == SQLITE_OK &&
		     sqlite3_bind_int(statement, 6, segment->last_bucket) == SQLITE_OK &&
		     spool_bind_blob(statement, 7, flows);

	return spool_finish(spool, statement, bound, err) ? -1 : forget_flows(spool, segment->sensor, err);
}

int taken_drop(struct spool *spool, const char *sensor, int64_t number, struct err *err)
{
	static const char *const sql[] = {"DELETE FROM taken WHERE sensor = ?1 AND segment = (SELECT segment "
					  "FROM taken_segment WHERE number = ?2)",
					  "DELETE FROM taken_segment WHERE sensor = ?1 AND number = ?2"};
	int status = 0;

	for (size_t i = 0; i < sizeof sql / sizeof sql[0] && status == 0; i++) {
		sqlite3_stmt *statement = spool_prepare(spool, sql[i], err);

		status = spool_finish(spool, statement,
				      statement && spool_bind_text(statement, 1, sensor) &&
					  sqlite3_bind_int64(statement, 2, number) == SQLITE_OK,
				      err);
	}
	return status;
}

int taken_describe(struct spool *spool, const char *sensor, int64_t number, const char *name,
		   struct strbuf *out, struct err *err)
{
	sqlite3_stmt *statement =
	    spool_prepare(spool,
			  "SELECT segment, first_bucket, last_bucket FROM taken_segment WHERE "
			  "sensor = ?1 AND number = ?2 AND segment != ?3",
			  err);
	bool bound = statement && spool_bind_text(statement, 1, sensor) &&
		     sqlite3_bind_int64(statement, 2, number) == SQLITE_OK &&
		     spool_bind_text(statement, 3, name);
	int step = spool_step(spool, statement, bound, err), status = step < 0 ? -1 : 0;

	if (step == 1)
		strbuf_addf(out, "%s %d %d\n", (const char *)sqlite3_column_text(statement, 0),
			    sqlite3_column_int(statement, 1), sqlite3_column_int(statement, 2));
	(void)sqlite3_finalize(statement);
	return status;
}

int taken_is_of(struct spool *spool, const char *sensor, const char *fingerprint, int64_t number, bool *out,
		struct err *err)
{
	sqlite3_stmt *statement =
	    spool_prepare(spool,
			  "SELECT 1 FROM taken WHERE sensor = ?1 AND fingerprint = ?2 AND segment = "
			  "(SELECT segment FROM taken_segment WHERE number = ?3)",
			  err);
	bool bound = statement && spool_bind_text(statement, 1, sensor) &&
		     spool_bind_text(statement, 2, fingerprint) &&
		     sqlite3_bind_int64(statement, 3, number) == SQLITE_OK;
	int step = spool_step(spool, statement, bound, err), status = step < 0 ? -1 : 0;

	*out = step == 1;
	(void)sqlite3_finalize(statement);
	return status;
}

/* Of what began before, that which ended last; of a live sensor it is not known when it began. */
int taken_flows(struct spool *spool, const char *sensor, int64_t before_ns, struct strbuf *out, bool *found,
		struct err *err)
{
	sqlite3_stmt *statement = spool_prepare(
	    spool,
	    "SELECT flows FROM (SELECT 0 AS number, end_ns, flows FROM chain WHERE sensor = ?1 UNION ALL "
	    "SELECT number, end_ns, flows FROM taken_segment WHERE sensor = ?1 AND begin_ns < ?2 AND end_ns "
	    "> "
	    "-9223372036854775808) ORDER BY end_ns DESC, number DESC LIMIT 1",
	    err);
	bool bound = statement && spool_bind_text(statement, 1, sensor) &&
		     sqlite3_bind_int64(statement, 2, before_ns) == SQLITE_OK;
	int step = spool_step(spool, statement, bound, err), status = step < 0 ? -1 : 0;

	*found = step == 1;
	if (*found && sqlite3_column_bytes(statement, 0) > 0)
		strbuf_add_bytes(out, sqlite3_column_blob(statement, 0),
				 (size_t)sqlite3_column_bytes(statement, 0));
	(void)sqlite3_finalize(statement);
	return status == 0 && out->failed ? err_no_memory(err) : status;
}
