/*
 * A live sensor's minutes. What is settled is added like any ledger. What was open at that moment is kept
 * beside it, as rows of a sensor of their own whose name ends in OPEN_MARK, and replaced each time, so that
 * nothing counts twice; readers see both as the sensor's. A sensor that was killed leaves its open rows
 * behind: they are all that will ever be known of those flows, so the next start makes them settled.
 */
#include "sqlite_store.h"
#include <stdio.h>
#include <string.h>

/* No one can type this in a sensor's name by accident. */
#define OPEN_MARK "\x1fopen"
enum { NAME_MAX_BYTES = 512 };

/* What is open lies in the latest quarter hours: flows without an outcome end after 75 s. */
enum { OPEN_BUCKETS = 8 };

static int open_name(char out[NAME_MAX_BYTES], const char *sensor, struct err *err)
{
	int length = snprintf(out, NAME_MAX_BYTES, "%s" OPEN_MARK, sensor);

	return length > 0 && length < NAME_MAX_BYTES
		   ? 0
		   : err_set(err, "%s: the sensor's name is too long", sensor);
}

size_t sensor_shown_length(const char *name)
{
	size_t length = strlen(name), mark = strlen(OPEN_MARK);

	return length > mark && strcmp(name + length - mark, OPEN_MARK) == 0 ? length - mark : length;
}

/* The number of sensor NAME; -1 in *OUT: it is not there. */
static int sensor_find(struct sqlite_store *store, const char *name, int64_t *out, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(store, "SELECT id FROM sensor WHERE name = ?", err);
	int more = -1;

	*out = -1;
	if (statement && db_bind_text(statement, 1, name))
		more = db_fail(store, err);
	else if (statement)
		more = db_step(store, statement, err);
	if (more == 1)
		*out = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return more < 0 ? -1 : 0;
}

/* SENSOR's open rows from quarter hour FIRST on, away. */
static int open_delete(struct sqlite_store *store, const char *sensor, int32_t first, struct err *err)
{
	char name[NAME_MAX_BYTES];
	int64_t id;

	if (open_name(name, sensor, err) || sensor_find(store, name, &id, err))
		return -1;
	if (id < 0)
		return 0;
	for (size_t i = 0; i < SHAPE_COUNT; i++) {
		char sql[160];

		(void)snprintf(sql, sizeof(sql),
			       "DELETE FROM pack WHERE kind = '%s' AND bucket >= %d AND sensor = %lld",
			       row_shapes[i].table, first, (long long)id);
		if (db_run(store, sql, err))
			return -1;
	}
	return 0;
}

/* OPEN's rows under the sensor's other name. */
static int open_write(struct sqlite_store *store, const char *sensor, const struct ledger *open,
		      struct err *err)
{
	char name[NAME_MAX_BYTES];
	struct row_maps maps = {0};
	sqlite3_stmt *insert = NULL;
	int64_t id = -1;
	int result = -1;

	if (open_name(name, sensor, err) == 0)
		insert = db_prepare(store, "INSERT OR IGNORE INTO sensor (name) VALUES (?)", err);
	if (insert && db_bind_text(insert, 1, name))
		result = db_fail(store, err);
	else if (insert && db_step(store, insert, err) == 0 && sensor_find(store, name, &id, err) == 0)
		result = number_map_reserve(&maps.sensors, 1) ? err_no_memory(err) : 0;
	(void)sqlite3_finalize(insert);
	if (result == 0 && maps.sensors.numbers) {
		maps.sensors.numbers[0] = id;
		result = inputs_write(store, open, ledger_filter(open), LIVE_SEGMENT, &maps, err) ||
				 rows_write(store, open, LIVE_SEGMENT, &maps, err)
			     ? -1
			     : 0;
	}
	maps_clear(&maps);
	return result;
}

int sqlite_put_live(struct store *handle, const char *sensor, const struct ledger *settled,
		    const struct ledger *open, const struct store_chain *chain, struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	int32_t first = time_bucket(chain->end_ns) - OPEN_BUCKETS;
	int result = 0;

	if (db_run(store, "BEGIN IMMEDIATE", err))
		return -1;
	if (first > store->open_bucket)
		first = store->open_bucket;
	if (open_delete(store, sensor, first, err) || sqlite_add_rows(store, settled, err) ||
	    open_write(store, sensor, open, err) || chain_write(store, chain, err))
		result = -1;
	result = db_end(store, result, err);
	if (result == 0)
		store->open_bucket = time_bucket(chain->end_ns) - OPEN_BUCKETS;
	return result;
}

/* Open rows become more parts of the sensor's own packs: reading adds up rows of one key. */
static int settle_open(struct sqlite_store *store, const char *sensor, struct err *err)
{
	char name[NAME_MAX_BYTES], sql[256];
	int64_t open, own, part;

	if (open_name(name, sensor, err) || sensor_find(store, name, &open, err) ||
	    sensor_find(store, sensor, &own, err))
		return -1;
	if (open < 0 || own < 0)
		return 0;
	(void)snprintf(sql, sizeof(sql), "SELECT coalesce(max(part), 0) + 1 FROM pack WHERE sensor = %lld",
		       (long long)own);
	if (db_number(store, sql, &part, err))
		return -1;
	(void)snprintf(sql, sizeof(sql),
		       "UPDATE pack SET sensor = %lld, part = part + %lld WHERE sensor = %lld",
		       (long long)own, (long long)part, (long long)open);
	return db_run(store, sql, err);
}

int sqlite_begin_live(struct store *handle, const char *sensor, struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);

	if (db_run(store, "BEGIN IMMEDIATE", err))
		return -1;
	return db_end(store, settle_open(store, sensor, err), err);
}
