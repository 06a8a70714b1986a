/* A fleet's owner says that a site is called otherwise, that a sensor moved, or that one is no more. Rows
 * stay as they are: what is said goes to the register, by which they are read. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse_events.h"
#include <string.h>

static int refuse(const struct clickhouse *house, struct err *err, const char *text)
{
	return err_set(err, "clickhouse %s:%u: %s", house->place.host, house->place.port, text);
}

static struct clickhouse *open_house(const char *place, const struct store_access *access, struct err *err)
{
	struct clickhouse *house = clickhouse_connect(place, NULL, access, err);

	if (house && clickhouse_check_readable(house, err)) {
		clickhouse_close(&house->base);
		return NULL;
	}
	return house;
}

/* True in *ANY when segments are there of which WHERE, with TEXT behind it, is true. */
static int any_segment(struct clickhouse *house, const char *where, const char *text, bool *any,
		       struct err *err)
{
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT toUInt64(count()) FROM ");
	sql_add_table(&sql, house, "segment");
	strbuf_addf(&sql, " WHERE %s ", where);
	sql_add_text(&sql, text, strlen(text));
	strbuf_add(&sql, " FORMAT RowBinary");
	int status = clickhouse_send_sql(house, &sql, &answer, err) == ANSWER_DONE ? 0 : -1;
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&answer), answer.length);
	*any = take_number(&in, 8) > 0;
	strbuf_clear(&answer);
	return status;
}

/* What a rename makes known. */
struct renaming {
	struct clickhouse *house;
	const char *old_name, *new_name;
	struct house_event *told;
	size_t count, capacity;
	uint64_t shards, sensors;
};

static int tell(struct renaming *renaming, const struct house_event *event, struct err *err)
{
	if (mem_grow((void **)&renaming->told, &renaming->capacity, renaming->count + 1,
		     sizeof *renaming->told))
		return err_no_memory(err);
	renaming->told[renaming->count++] = *event;
	return 0;
}

/* One sensor. What an earlier try, which was cut short, told some shards is told all of them. */
static int rename_sensor(struct renaming *renaming, const struct house_events *events, struct err *err)
{
	const char *old_name = renaming->old_name, *new_name = renaming->new_name;
	const struct house_event *last = &events->items[events->count - 1];
	bool was_renamed = strcmp(last->was, old_name) == 0 && strcmp(last->site, new_name) == 0;
	char text[ERR_TEXT_MAX];

	if (was_renamed || events_have(events, old_name)) {
		const struct house_event event = {last->sensor, events_next(events), new_name, old_name, 0};

		renaming->sensors++;
		if (!was_renamed)
			return tell(renaming, &event, err);
		return last->shards < renaming->shards ? tell(renaming, last, err) : 0;
	}
	if (!events_have(events, new_name))
		return 0;
	(void)snprintf(
	    text, sizeof text,
	    "site \"%s\" has a sensor of its own, %s, which never was of \"%s\": a rename would make one "
	    "site of two; tapaudit store move moves a single sensor",
	    new_name, last->sensor, old_name);
	return refuse(renaming->house, err, text);
}

/* Days that were judged under the old name and not under the new one. The findings first: a day is seen
 * whole. */
static int copy_days(struct renaming *renaming, enum clickhouse_table_id table, struct err *err)
{
	struct clickhouse *house = renaming->house;
	struct strbuf sql = {0}, names = {0};
	const char *rest;

	clickhouse_add_names(&names, &clickhouse_tables[table],
			     clickhouse_column_count(&clickhouse_tables[table]));
	rest = strbuf_text(&names) + strlen("attempt, site");
	strbuf_add(&sql, "INSERT INTO ");
	sql_add_table(&sql, house, clickhouse_tables[table].name);
	strbuf_addf(&sql, " (%s) SELECT attempt, ", strbuf_text(&names));
	sql_add_text(&sql, renaming->new_name, strlen(renaming->new_name));
	strbuf_addf(&sql, "%s FROM ", rest);
	sql_add_table(&sql, house, clickhouse_tables[table].name);
	strbuf_add(&sql, " WHERE site = ");
	sql_add_text(&sql, renaming->old_name, strlen(renaming->old_name));
	strbuf_add(&sql, " AND day GLOBAL NOT IN (SELECT day FROM ");
	sql_add_table(&sql, house, "day");
	strbuf_add(&sql, " WHERE site = ");
	sql_add_text(&sql, renaming->new_name, strlen(renaming->new_name));
	strbuf_add_char(&sql, ')');
	sql.failed |= names.failed;
	strbuf_clear(&names);
	return clickhouse_run(house, &sql, err);
}

static int rename_all(struct renaming *renaming, const struct house_events *all, struct err *err)
{
	struct clickhouse *house = renaming->house;
	char text[ERR_TEXT_MAX];

	if (clickhouse_weights(house, &renaming->shards, err) != ANSWER_DONE)
		return -1;
	for (size_t i = 0; i < all->count;) {
		const struct house_events one = events_of(all, all->items[i].sensor);

		if (rename_sensor(renaming, &one, err))
			return -1;
		i += one.count;
	}
	if (renaming->sensors == 0) {
		(void)snprintf(text, sizeof text, "no sensor writes for a site \"%s\"", renaming->old_name);
		return refuse(house, err, text);
	}
	if (copy_days(renaming, TABLE_FINDING, err) || copy_days(renaming, TABLE_DAY, err))
		return -1;
	return clickhouse_tell(house, renaming->told, renaming->count, err) == ANSWER_DONE ? 0 : -1;
}

int clickhouse_rename_site(const char *place, const struct store_access *access, const char *old_name,
			   const char *new_name, uint64_t *sensors, struct err *err)
{
	struct renaming renaming = {.old_name = old_name, .new_name = new_name};
	struct house_events events = {.count = 0};
	int status = -1;

	*sensors = 0;
	if (!*old_name || !*new_name || strcmp(old_name, new_name) == 0)
		return err_set(err, "a site's old name and its new one are wanted");
	renaming.house = open_house(place, access, err);
	if (!renaming.house)
		return -1;
	if (events_ask(renaming.house, NULL, &events, err) == ANSWER_DONE)
		status = rename_all(&renaming, &events, err);
	*sensors = renaming.sensors;
	mem_free(renaming.told);
	events_clear(&events);
	clickhouse_close(&renaming.house->base);
	return status;
}

/* Who has never written is not made up, unless it says itself that it is there. */
static int check_known(struct clickhouse *house, const struct house_events *events, const char *sensor,
		       struct err *err)
{
	bool any = events->count > 0 || (house->place.sensor && strcmp(house->place.sensor, sensor) == 0);
	char text[ERR_TEXT_MAX];

	if (!any && any_segment(house, "sensor =", sensor, &any, err))
		return -1;
	(void)snprintf(text, sizeof text, "no sensor %s ever wrote here", sensor);
	return any ? 0 : refuse(house, err, text);
}

/* A name that nobody ever wrote for is mistyped; unless it waits on the sensor's own machine, which names
 * itself in the address. */
static int check_from(struct clickhouse *house, const char *sensor, const char *from, struct err *err)
{
	struct strbuf where = {0};
	struct house_events events = {.count = 0};
	bool any = house->place.sensor && strcmp(house->place.sensor, sensor) == 0;
	char text[ERR_TEXT_MAX];
	int status = 0;

	if (any)
		return 0;
	strbuf_add(&where, "site = ");
	sql_add_text(&where, from, strlen(from));
	strbuf_add(&where, " OR was = ");
	sql_add_text(&where, from, strlen(from));
	if (!strbuf_ok(&where))
		status = err_no_memory(err);
	else if (events_ask(house, strbuf_text(&where), &events, err) != ANSWER_DONE)
		status = -1;
	any = events.count > 0;
	events_clear(&events);
	strbuf_clear(&where);
	if (status == 0 && !any)
		status = any_segment(house, "site =", from, &any, err);
	if (status != 0 || any)
		return status;
	(void)snprintf(text, sizeof text,
		       "--from: no sensor ever wrote for a site \"%s\"; if that waits on the sensor's own "
		       "machine, add sensor=%s to the address",
		       from, sensor);
	return refuse(house, err, text);
}

static int move(struct clickhouse *house, const struct house_events *events, const char *sensor,
		const char *site, const char *from, struct err *err)
{
	const char *current = events_current(events);
	struct house_event told[2];
	size_t count = 0;
	char text[ERR_TEXT_MAX];

	if (strcmp(events_resolve(events, site), site) != 0) {
		(void)snprintf(text, sizeof text, "\"%s\" is a former name of site \"%s\"", site,
			       events_resolve(events, site));
		return refuse(house, err, text);
	}
	if (from && check_from(house, sensor, from, err))
		return -1;
	if (from && strcmp(events_resolve(events, from), site) != 0) {
		told[count] = (struct house_event){sensor, events_next(events), site, from, 0};
		count++;
		current = current && strcmp(current, from) == 0 ? site : current;
	}
	if (!current || strcmp(current, site) != 0) {
		told[count] = (struct house_event){sensor, events_next(events) + count, site, "", 0};
		count++;
	}
	return clickhouse_tell(house, told, count, err) == ANSWER_DONE ? 0 : -1;
}

int clickhouse_move_sensor(const char *place, const struct store_access *access, const char *sensor,
			   const char *site, const char *from, struct err *err)
{
	struct house_events events = {.count = 0};
	struct clickhouse *house = open_house(place, access, err);
	int status = -1;

	if (!house)
		return -1;
	if (!*sensor || strlen(sensor) >= LEDGER_NAME_MAX || !*site)
		(void)err_set(err, "a sensor and a site are wanted");
	else if (events_ask_sensor(house, sensor, &events, err) == ANSWER_DONE &&
		 check_known(house, &events, sensor, err) == 0)
		status = move(house, &events, sensor, site, from, err);
	events_clear(&events);
	clickhouse_close(&house->base);
	return status;
}

int clickhouse_retire_sensor(const char *place, const struct store_access *access, const char *sensor,
			     struct err *err)
{
	struct house_events events = {.count = 0};
	struct clickhouse *house = open_house(place, access, err);
	int status = -1;

	if (!house)
		return -1;
	if (events_ask_sensor(house, sensor, &events, err) == ANSWER_DONE &&
	    check_known(house, &events, sensor, err) == 0) {
		const struct house_event event = {sensor, events_next(&events), "", "", 0};

		status = clickhouse_tell(house, &event, 1, err) == ANSWER_DONE ? 0 : -1;
	}
	events_clear(&events);
	clickhouse_close(&house->base);
	return status;
}
