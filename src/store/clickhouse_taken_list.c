/* What is known of captures that this sensor took, to be held against those that come. */
#include "base/mem.h"
#include "clickhouse_parts.h"
#include "clickhouse_spool.h"
#include <string.h>

#define TAKEN                                                                                                \
	"SELECT name, fingerprint, beginning, trouble, packets, bytes, last_ns, coalesce((SELECT number "    \
	"FROM "                                                                                              \
	"taken_segment WHERE sensor = taken.sensor AND segment = taken.segment), 0) AS number FROM taken "   \
	"WHERE "                                                                                             \
	"sensor = ?1 AND "

struct taken_list {
	struct store_taken *items;
	size_t count, capacity;
};

static int add(struct taken_list *list, sqlite3_stmt *statement, struct arena *arena)
{
	if (mem_grow((void **)&list->items, &list->capacity, list->count + 1, sizeof *list->items))
		return -1;
	struct store_taken *item = &list->items[list->count++];
	*item = (struct store_taken){.name = spool_text(statement, 0, arena),
				     .fingerprint = spool_text(statement, 1, arena),
				     .beginning = spool_text(statement, 2, arena),
				     .trouble = sqlite3_column_int(statement, 3) != 0,
				     .packets = (uint64_t)sqlite3_column_int64(statement, 4),
				     .bytes = (uint64_t)sqlite3_column_int64(statement, 5),
				     .last_ns = sqlite3_column_int64(statement, 6),
				     .segment = sqlite3_column_int64(statement, 7)};
	return item->name && item->fingerprint && item->beginning ? 0 : -1;
}

/* SQL's ?1 is the sensor, ?2 TEXT (or NULL), ?3 and ?4 numbers. */
static int list(struct clickhouse *house, const char *sql, const char *text, const int64_t numbers[2],
		struct arena *arena, struct store_taken **out, size_t *count, struct err *err)
{
	sqlite3 *db = house->spool ? spool_db(house->spool) : NULL;
	struct taken_list items = {.count = 0};
	sqlite3_stmt *statement = NULL;
	int step = SQLITE_DONE, status = 0;

	*out = NULL;
	*count = 0;
	if (!db)
		return 0;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(statement, 1, house->place.sensor, -1, SQLITE_TRANSIENT) != SQLITE_OK ||
	    (text && sqlite3_bind_text(statement, 2, text, -1, SQLITE_TRANSIENT) != SQLITE_OK) ||
	    (!text && (sqlite3_bind_int64(statement, 3, numbers[0]) != SQLITE_OK ||
		       sqlite3_bind_int64(statement, 4, numbers[1]) != SQLITE_OK)))
		step = SQLITE_ERROR;
	else
		while (status == 0 && (step = sqlite3_step(statement)) == SQLITE_ROW)
			status = add(&items, statement, arena) ? err_no_memory(err) : 0;
	if (status == 0 && step != SQLITE_DONE)
		status = err_set(err, "spool %s: %s", spool_path(house->spool), sqlite3_errmsg(db));
	(void)sqlite3_finalize(statement);
	if (status == 0) {
		*out = arena_calloc(arena, items.count + 1, sizeof **out);
		*count = *out ? items.count : 0;
		status = *out ? 0 : err_no_memory(err);
	}
	if (*out && items.items)
		memcpy(*out, items.items, *count * sizeof **out);
	mem_free(items.items);
	return status;
}

static const int64_t no_numbers[2];

/* A sensor is told apart from others by its own memory: SENSOR is the handle's. */
int clickhouse_taken_like(struct store *store, const char *sensor, const char *beginning, struct arena *arena,
			  struct store_taken **out, size_t *count, struct err *err)
{
	(void)sensor;
	/* One text begins with the other: what is shorter sorts before, what is longer after it. */
	return list(clickhouse_of(store),
		    TAKEN
		    "beginning >= substr(?2, 1, 16) AND beginning < substr(?2, 1, 16) || 'g' AND beginning "
		    "!= '' ORDER BY packets, fingerprint",
		    beginning, no_numbers, arena, out, count, err);
}

int clickhouse_taken_with(struct store *store, int64_t segment, struct arena *arena, struct store_taken **out,
			  size_t *count, struct err *err)
{
	const int64_t numbers[2] = {segment, 0};

	return list(
	    clickhouse_of(store),
	    TAKEN
	    "packets > 0 AND segment = (SELECT segment FROM taken_segment WHERE number = ?3) AND ?4 = 0 "
	    "ORDER BY fingerprint",
	    NULL, numbers, arena, out, count, err);
}

int clickhouse_taken_after(struct store *store, const char *sensor, int64_t from_ns, int64_t until_ns,
			   struct arena *arena, struct store_taken **out, size_t *count, struct err *err)
{
	const int64_t numbers[2] = {from_ns, until_ns};

	(void)sensor;
	return list(clickhouse_of(store),
		    TAKEN
		    "packets > 0 AND segment IN (SELECT segment FROM taken_segment WHERE sensor = ?1 AND "
		    "begin_ns >= ?3 AND begin_ns < ?4) ORDER BY number, fingerprint",
		    NULL, numbers, arena, out, count, err);
}

int clickhouse_beginning_of(struct store *store, const char *fingerprint, struct arena *arena,
			    const char **out, struct err *err)
{
	struct store_taken *taken;
	size_t count;

	if (list(clickhouse_of(store), TAKEN "fingerprint = ?2", fingerprint, no_numbers, arena, &taken,
		 &count, err))
		return -1;
	if (count > 0)
		*out = taken->beginning;
	return 0;
}
