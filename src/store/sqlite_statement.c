/* What every use of SQLite here has in common. */
#include "sqlite_store.h"

int db_fail(const struct sqlite_store *store, struct err *err)
{
	return err_set(err, "%s: %s", store->path, sqlite3_errmsg(store->db));
}

int db_run(struct sqlite_store *store, const char *sql, struct err *err)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_fail(store, err);
}

sqlite3_stmt *db_prepare(struct sqlite_store *store, const char *sql, struct err *err)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
		(void)db_fail(store, err);
	return statement;
}

int db_step(struct sqlite_store *store, sqlite3_stmt *statement, struct err *err)
{
	int result = sqlite3_step(statement);

	if (result == SQLITE_ROW)
		return 1;
	if (result != SQLITE_DONE) {
		(void)db_fail(store, err);
		(void)sqlite3_reset(statement);
		return -1;
	}
	(void)sqlite3_reset(statement);
	return 0;
}

int db_end(struct sqlite_store *store, int result, struct err *err)
{
	if (result == 0)
		result = db_run(store, "COMMIT", err);
	/* A failed COMMIT leaves the transaction open; the first error is the one to tell. */
	if (result != 0 && !sqlite3_get_autocommit(store->db))
		(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return result;
}

int db_number(struct sqlite_store *store, const char *sql, int64_t *out, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(store, sql, err);
	int result = statement ? db_step(store, statement, err) : -1;

	if (result == 1)
		*out = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return result == 1 ? 0 : result == 0 ? err_set(err, "%s: no answer to: %s", store->path, sql) : -1;
}

int db_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	return text ? sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT)
		    : sqlite3_bind_null(statement, at);
}

const char *db_text(sqlite3_stmt *statement, int at, struct arena *arena, bool *failed)
{
	const unsigned char *text = sqlite3_column_text(statement, at);
	const char *copy = text ? arena_strdup(arena, (const char *)text) : NULL;

	if (!copy && sqlite3_column_type(statement, at) != SQLITE_NULL)
		*failed = true;
	return copy;
}
