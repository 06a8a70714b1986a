/* What is known of captures that were taken, to be held against those that come. */
#include "base/mem.h"
#include "sqlite_store.h"
#include <string.h>

#define TAKEN_COLUMNS "name, fingerprint, beginning, trouble, packets, bytes, last_ns, segment"

struct taken_list {
	struct store_taken *items;
	size_t count, capacity;
};

static int taken_add(struct taken_list *list, sqlite3_stmt *statement, struct arena *arena)
{
	bool failed = false;

	if (mem_grow((void **)&list->items, &list->capacity, list->count + 1, sizeof(*list->items)))
		return -1;
	list->items[list->count++] =
	    (struct store_taken){.name = db_text(statement, 0, arena, &failed),
				 .fingerprint = db_text(statement, 1, arena, &failed),
				 .beginning = db_text(statement, 2, arena, &failed),
				 .trouble = sqlite3_column_int(statement, 3) != 0,
				 .packets = (uint64_t)sqlite3_column_int64(statement, 4),
				 .bytes = (uint64_t)sqlite3_column_int64(statement, 5),
				 .last_ns = sqlite3_column_int64(statement, 6),
				 .segment = sqlite3_column_int64(statement, 7)};
	return failed ? -1 : 0;
}

/* Rows of STATEMENT, which is finalized; in ARENA. */
static int taken_read(struct sqlite_store *store, sqlite3_stmt *statement, struct arena *arena,
		      struct store_taken **out, size_t *count, struct err *err)
{
	struct taken_list list = {0};
	int more = -1;

	while (statement && (more = db_step(store, statement, err)) == 1)
		if (taken_add(&list, statement, arena)) {
			more = err_no_memory(err);
			break;
		}
	(void)sqlite3_finalize(statement);
	*count = list.count;
	*out = arena_calloc(arena, list.count + 1, sizeof(**out));
	if (more == 0 && !*out)
		more = err_no_memory(err);
	if (*out && list.count > 0)
		memcpy(*out, list.items, list.count * sizeof(**out));
	mem_free(list.items);
	return more;
}

int sqlite_taken_like(struct store *handle, const char *sensor, const char *beginning, struct arena *arena,
		      struct store_taken **out, size_t *count, struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	/* One text begins with the other: what is shorter sorts before, what is longer after it. */
	sqlite3_stmt *statement = db_prepare(
	    store,
	    "SELECT " TAKEN_COLUMNS " FROM input WHERE beginning >= substr(?1, 1, 16) AND beginning <"
	    " substr(?1, 1, 16) || 'g' AND (?2 IS NULL OR segment IN (SELECT id FROM segment WHERE sensor = "
	    "?2))"
	    " ORDER BY packets, identity",
	    err);

	if (statement &&
	    (db_bind_text(statement, 1, beginning) || (sensor && db_bind_text(statement, 2, sensor)))) {
		(void)sqlite3_finalize(statement);
		return db_fail(store, err);
	}
	return taken_read(store, statement, arena, out, count, err);
}

int sqlite_taken_with(struct store *handle, int64_t segment, struct arena *arena, struct store_taken **out,
		      size_t *count, struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	sqlite3_stmt *statement = db_prepare(
	    store, "SELECT " TAKEN_COLUMNS " FROM input WHERE segment = ?1 AND packets > 0 ORDER BY identity",
	    err);

	if (statement && sqlite3_bind_int64(statement, 1, segment)) {
		(void)sqlite3_finalize(statement);
		return db_fail(store, err);
	}
	return taken_read(store, statement, arena, out, count, err);
}

int sqlite_taken_after(struct store *handle, const char *sensor, int64_t from_ns, int64_t until_ns,
		       struct arena *arena, struct store_taken **out, size_t *count, struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	sqlite3_stmt *statement = db_prepare(
	    store,
	    "SELECT " TAKEN_COLUMNS " FROM input WHERE packets > 0 AND segment IN (SELECT id FROM segment"
	    " WHERE sensor = ?1 AND begin_ns >= ?2 AND begin_ns < ?3) ORDER BY segment, identity",
	    err);

	if (statement && (db_bind_text(statement, 1, sensor) || sqlite3_bind_int64(statement, 2, from_ns) ||
			  sqlite3_bind_int64(statement, 3, until_ns))) {
		(void)sqlite3_finalize(statement);
		return db_fail(store, err);
	}
	return taken_read(store, statement, arena, out, count, err);
}

int sqlite_beginning_of(struct store *handle, const char *fingerprint, struct arena *arena, const char **out,
			struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	sqlite3_stmt *statement =
	    db_prepare(store, "SELECT beginning FROM input WHERE identity = 'capture ' || ?1", err);
	bool failed = false;
	int more = -1;

	if (statement)
		more = db_bind_text(statement, 1, fingerprint) ? db_fail(store, err)
							       : db_step(store, statement, err);
	if (more == 1)
		*out = db_text(statement, 0, arena, &failed);
	(void)sqlite3_finalize(statement);
	return failed ? err_no_memory(err) : more < 0 ? -1 : 0;
}
