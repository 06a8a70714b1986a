/* Reading the days that were judged. Lists are gathered on the heap, then moved into the caller's arena. */
#include "base/mem.h"
#include "sqlite_store.h"
#include <string.h>

struct list {
	void *items;
	size_t count, capacity, item_size;
	bool failed;
};

static void *list_add(struct list *list)
{
	if (mem_grow(&list->items, &list->capacity, list->count + 1, list->item_size)) {
		list->failed = true;
		return NULL;
	}
	return (char *)list->items + list->item_size * list->count++;
}

/* Frees the list; its copy lives in ARENA. */
static void *list_move(struct list *list, struct arena *arena, size_t *count)
{
	void *copy = list->failed ? NULL : arena_calloc(arena, list->count + 1, list->item_size);

	if (copy && list->count > 0)
		memcpy(copy, list->items, list->count * list->item_size);
	*count = copy ? list->count : 0;
	mem_free(list->items);
	return copy;
}

static void day_read(sqlite3_stmt *statement, struct list *list, struct arena *arena)
{
	struct store_day *day = list_add(list);

	if (!day)
		return;
	*day = (struct store_day){.day = sqlite3_column_int(statement, 1),
				  .site_digest = db_text(statement, 2, arena, &list->failed),
				  .signatures_digest = db_text(statement, 3, arena, &list->failed),
				  .verdict = db_text(statement, 4, arena, &list->failed),
				  .grade = db_text(statement, 5, arena, &list->failed),
				  .packets = (uint64_t)sqlite3_column_int64(statement, 6),
				  .findings = (uint64_t)sqlite3_column_int64(statement, 7),
				  .excepted = (uint64_t)sqlite3_column_int64(statement, 8),
				  .fresh = (uint64_t)sqlite3_column_int64(statement, 9),
				  .continuing = (uint64_t)sqlite3_column_int64(statement, 10),
				  .fixed = (uint64_t)sqlite3_column_int64(statement, 11)};
}

static void finding_read(sqlite3_stmt *statement, struct list *list, struct arena *arena)
{
	struct store_finding *finding = list_add(list);

	if (!finding)
		return;
	*finding = (struct store_finding){.id = db_text(statement, 2, arena, &list->failed),
					  .kind = db_text(statement, 3, arena, &list->failed),
					  .severity = db_text(statement, 4, arena, &list->failed),
					  .system = db_text(statement, 5, arena, &list->failed),
					  .rule = db_text(statement, 6, arena, &list->failed),
					  .message = db_text(statement, 7, arena, &list->failed),
					  .exception = db_text(statement, 8, arena, &list->failed),
					  .since_day = sqlite3_column_int(statement, 9),
					  .place = db_text(statement, 10, arena, &list->failed)};
}

/* Rows of SQL, whose ?1 is SITE and ?2 DAY, by READ into *OUT. */
static int list_read(struct sqlite_store *store, const char *sql, const char *site, int32_t day,
		     struct list *list, void (*read)(sqlite3_stmt *, struct list *, struct arena *),
		     struct arena *arena, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(store, sql, err);
	int more = -1;

	if (statement && (db_bind_text(statement, 1, site) || sqlite3_bind_int(statement, 2, day))) {
		(void)sqlite3_finalize(statement);
		return db_fail(store, err);
	}
	while (statement && (more = db_step(store, statement, err)) == 1 && !list->failed)
		read(statement, list, arena);
	(void)sqlite3_finalize(statement);
	return more < 0 ? -1 : 0;
}

int sqlite_days(struct store *handle, const char *site, struct arena *arena, struct store_day **out,
		size_t *count, struct err *err)
{
	struct list list = {.item_size = sizeof(struct store_day)};
	int result =
	    list_read(sqlite_of(handle), "SELECT * FROM day WHERE site = ?1 AND day <= ?2 ORDER BY day", site,
		      INT32_MAX, &list, day_read, arena, err);

	*out = list_move(&list, arena, count);
	return result != 0 ? -1 : *out ? 0 : err_no_memory(err);
}

static void site_read(sqlite3_stmt *statement, struct list *list, struct arena *arena)
{
	const char **name = list_add(list);

	if (name)
		*name = db_text(statement, 0, arena, &list->failed);
}

int sqlite_sites(struct store *handle, struct arena *arena, const char ***out, size_t *count, struct err *err)
{
	struct list list = {.item_size = sizeof(const char *)};
	int result = list_read(sqlite_of(handle),
			       "SELECT DISTINCT site FROM day WHERE ?1 = '' AND ?2 = 0 ORDER BY site", "", 0,
			       &list, site_read, arena, err);

	*out = list_move(&list, arena, count);
	return result != 0 ? -1 : *out ? 0 : err_no_memory(err);
}

int sqlite_findings(struct store *handle, const char *site, int32_t day, struct arena *arena,
		    struct store_finding **out, size_t *count, struct err *err)
{
	struct list list = {.item_size = sizeof(struct store_finding)};
	int result =
	    list_read(sqlite_of(handle), "SELECT * FROM finding WHERE site = ?1 AND day = ?2 ORDER BY id",
		      site, day, &list, finding_read, arena, err);

	*out = list_move(&list, arena, count);
	return result != 0 ? -1 : *out ? 0 : err_no_memory(err);
}
