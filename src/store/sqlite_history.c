/* Files that were taken, days that were judged, and what was found on them. */
#include "base/mem.h"
#include "sqlite_store.h"

int files_write(struct sqlite_store *store, const struct store_file *files, size_t count, struct err *err)
{
	sqlite3_stmt *statement =
	    db_prepare(store,
		       "INSERT OR REPLACE INTO file (path, bytes, changed_ns, fingerprint, first_ns, packets)"
		       " VALUES (?, ?, ?, ?, ?, ?)",
		       err);
	int result = statement ? 0 : -1;

	for (size_t i = 0; i < count && result == 0; i++) {
		if (db_bind_text(statement, 1, files[i].path) ||
		    sqlite3_bind_int64(statement, 2, (int64_t)files[i].bytes) ||
		    sqlite3_bind_int64(statement, 3, files[i].changed_ns) ||
		    db_bind_text(statement, 4, files[i].fingerprint) ||
		    sqlite3_bind_int64(statement, 5, files[i].first_ns) ||
		    sqlite3_bind_int64(statement, 6, (int64_t)files[i].packets))
			result = db_fail(store, err);
		else
			result = db_step(store, statement, err);
	}
	(void)sqlite3_finalize(statement);
	return result;
}

int sqlite_find_file(struct store *handle, const char *path, struct arena *arena, struct store_file *out,
		     bool *found, struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	sqlite3_stmt *statement = db_prepare(
	    store, "SELECT path, bytes, changed_ns, fingerprint, first_ns, packets FROM file WHERE path = ?",
	    err);
	bool failed = false;
	int result = statement ? 0 : -1;

	if (statement && db_bind_text(statement, 1, path))
		result = db_fail(store, err);
	if (result == 0)
		result = db_step(store, statement, err);
	*found = result == 1;
	if (*found)
		*out = (struct store_file){.path = db_text(statement, 0, arena, &failed),
					   .bytes = (uint64_t)sqlite3_column_int64(statement, 1),
					   .changed_ns = sqlite3_column_int64(statement, 2),
					   .fingerprint = db_text(statement, 3, arena, &failed),
					   .first_ns = sqlite3_column_int64(statement, 4),
					   .packets = (uint64_t)sqlite3_column_int64(statement, 5)};
	(void)sqlite3_finalize(statement);
	return failed ? err_no_memory(err) : result < 0 ? -1 : 0;
}

static int day_write(struct sqlite_store *store, const char *site, const struct store_day *day,
		     struct err *err)
{
	sqlite3_stmt *statement =
	    db_prepare(store, "INSERT OR REPLACE INTO day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err);
	const uint64_t counts[] = {day->packets, day->findings,   day->excepted,
				   day->fresh,   day->continuing, day->fixed};
	int result = -1;

	if (!statement)
		return -1;
	int failed = db_bind_text(statement, 1, site) || sqlite3_bind_int(statement, 2, day->day) ||
		     db_bind_text(statement, 3, day->site_digest) ||
		     db_bind_text(statement, 4, day->signatures_digest) ||
		     db_bind_text(statement, 5, day->verdict) || db_bind_text(statement, 6, day->grade);
	for (int i = 0; i < (int)(sizeof(counts) / sizeof(counts[0])); i++)
		failed |= sqlite3_bind_int64(statement, 7 + i, (int64_t)counts[i]);
	result = failed ? db_fail(store, err) : db_step(store, statement, err);
	(void)sqlite3_finalize(statement);
	return result;
}

static int finding_bind(sqlite3_stmt *statement, const char *site, int32_t day,
			const struct store_finding *finding)
{
	const char *texts[] = {finding->id,   finding->kind,    finding->severity, finding->system,
			       finding->rule, finding->message, finding->exception};
	int failed = db_bind_text(statement, 1, site) || sqlite3_bind_int(statement, 2, day);

	for (int i = 0; i < 7; i++)
		failed |= db_bind_text(statement, 3 + i, texts[i]);
	failed |= db_bind_text(statement, 11, finding->place ? finding->place : "");
	return failed | sqlite3_bind_int(statement, 10, finding->since_day);
}

static int findings_delete(struct sqlite_store *store, const char *site, int32_t day, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(store, "DELETE FROM finding WHERE site = ? AND day = ?", err);
	int result = -1;

	if (statement)
		result = db_bind_text(statement, 1, site) || sqlite3_bind_int(statement, 2, day)
			     ? db_fail(store, err)
			     : db_step(store, statement, err);
	(void)sqlite3_finalize(statement);
	return result;
}

static int findings_write(struct sqlite_store *store, const char *site, int32_t day,
			  const struct store_finding *findings, size_t count, struct err *err)
{
	sqlite3_stmt *statement =
	    db_prepare(store, "INSERT OR REPLACE INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err);
	int result = statement ? 0 : -1;

	for (size_t i = 0; i < count && result == 0; i++)
		result = finding_bind(statement, site, day, &findings[i]) ? db_fail(store, err)
									  : db_step(store, statement, err);
	(void)sqlite3_finalize(statement);
	return result;
}

int sqlite_put_day(struct store *handle, const char *site, const struct store_day *day,
		   const struct store_finding *findings, size_t finding_count, struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	int result = 0;

	if (db_run(store, "BEGIN IMMEDIATE", err))
		return -1;
	if (day_write(store, site, day, err) || findings_delete(store, site, day->day, err) ||
	    findings_write(store, site, day->day, findings, finding_count, err))
		result = -1;
	return db_end(store, result, err);
}
