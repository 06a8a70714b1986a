/* Sensors' names, and the numbers that stand for them. */
#include "sqlite_store.h"
#include <string.h>

/* Far more than can be: a store that asks for more was damaged. */
static const size_t numbers_max = (size_t)1 << 26;

int number_map_reserve(struct number_map *map, size_t count)
{
	size_t capacity = map->count;

	if (count <= map->count)
		return 0;
	if (count > numbers_max || mem_grow((void **)&map->numbers, &capacity, count, sizeof(*map->numbers)))
		return -1;
	for (size_t i = map->count; i < capacity; i++)
		map->numbers[i] = -1;
	map->count = capacity;
	return 0;
}

void maps_clear(struct row_maps *maps)
{
	mem_free(maps->sensors.numbers);
	mem_free(maps->inputs.numbers);
	*maps = (struct row_maps){0};
}

static int64_t shown_number(struct ledger *ledger, const char *name, bool shown)
{
	size_t length = shown ? sensor_shown_length(name) : strlen(name);
	char *own = mem_strndup(name, length);
	int64_t number = own ? ledger_sensor(ledger, own) : -1;

	mem_free(own);
	return number;
}

int sensors_load(struct sqlite_store *store, struct ledger *ledger, struct row_maps *maps, bool shown,
		 struct err *err)
{
	sqlite3_stmt *statement = db_prepare(store, "SELECT id, name FROM sensor ORDER BY name", err);
	int more = -1;

	while (statement && (more = db_step(store, statement, err)) == 1) {
		int64_t id = sqlite3_column_int64(statement, 0);
		const unsigned char *name = sqlite3_column_text(statement, 1);

		if (id < 0 || !name || number_map_reserve(&maps->sensors, (size_t)id + 1) ||
		    (maps->sensors.numbers[id] = shown_number(ledger, (const char *)name, shown)) < 0) {
			more = err_no_memory(err);
			break;
		}
	}
	(void)sqlite3_finalize(statement);
	return more;
}

/* The number of NAME; made when absent. */
static int64_t sensor_number(struct sqlite_store *store, sqlite3_stmt *insert, sqlite3_stmt *find,
			     const char *name, struct err *err)
{
	int64_t number = -1;

	if (db_bind_text(insert, 1, name) || db_bind_text(find, 1, name))
		return db_fail(store, err);
	if (db_step(store, insert, err) != 0 || db_step(store, find, err) != 1)
		return -1;
	number = sqlite3_column_int64(find, 0);
	(void)sqlite3_reset(find);
	return number;
}

static size_t sensor_count(const struct ledger *ledger)
{
	size_t count = 0;

	while (ledger_sensor_name(ledger, (uint32_t)count)[0] != '\0')
		count++;
	return count;
}

int sensors_write(struct sqlite_store *store, const struct ledger *ledger, struct row_maps *maps,
		  struct err *err)
{
	sqlite3_stmt *insert = db_prepare(store, "INSERT OR IGNORE INTO sensor (name) VALUES (?)", err);
	sqlite3_stmt *find = insert ? db_prepare(store, "SELECT id FROM sensor WHERE name = ?", err) : NULL;
	size_t count = sensor_count(ledger);
	int result = find ? 0 : -1;

	if (result == 0 && number_map_reserve(&maps->sensors, count))
		result = err_no_memory(err);
	for (size_t i = 0; i < count && result == 0; i++) {
		maps->sensors.numbers[i] =
		    sensor_number(store, insert, find, ledger_sensor_name(ledger, (uint32_t)i), err);
		result = maps->sensors.numbers[i] < 0 ? -1 : 0;
	}
	(void)sqlite3_finalize(insert);
	(void)sqlite3_finalize(find);
	return result;
}
