/* Which segments are a site's: those that were written for it, under whatever name it had then. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse_events.h"
#include <string.h>

static void add_sensor(struct house_whose *whose, const char *sensor)
{
	strbuf_add(&whose->sensors, whose->sensors.length ? ", " : "");
	sql_add_text(&whose->sensors, sensor, strlen(sensor));
}

/* NAME, unless it stood among the first COUNT texts of EVENTS, two an event. */
static bool stood_before(const struct house_events *events, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		const struct house_event *event = &events->items[i / 2];

		if (strcmp(i % 2 ? event->was : event->site, name) == 0)
			return true;
	}
	return false;
}

bool whose_add_names(struct house_whose *whose, const struct house_events *events, const char *site)
{
	bool any = false;

	for (size_t i = 0; i < 2 * events->count; i++) {
		const struct house_event *event = &events->items[i / 2];
		const char *name = i % 2 ? event->was : event->site;

		if (!*name || stood_before(events, i, name) ||
		    strcmp(events_resolve(events, name), site) != 0)
			continue;
		if (!any)
			add_sensor(whose, event->sensor);
		whose_add(whose, event->sensor, name);
		any = true;
	}
	return any;
}

/* Sensors that wrote for the site before there was a register. */
static int add_unregistered(struct clickhouse *house, const struct house_events *events,
			    struct house_whose *whose, const char *only, struct err *err)
{
	struct strbuf sql = {0}, answer = {0};
	struct arena arena = {0};

	strbuf_add(&sql, "SELECT DISTINCT sensor FROM ");
	sql_add_table(&sql, house, "segment");
	strbuf_add(&sql, " WHERE site = ");
	sql_add_text(&sql, house->site, strlen(house->site));
	strbuf_addf(&sql, "%s ORDER BY sensor FORMAT RowBinary", only);
	int status = clickhouse_send_sql(house, &sql, &answer, err) == ANSWER_DONE ? 0 : -1;
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&answer), answer.length);
	while (status == 0 && cur_left(&in) > 0) {
		const char *name = take_text(&in, &arena);

		if (!name) {
			status = err_set(err, "clickhouse %s:%u: a sensor's name is cut short",
					 house->place.host, house->place.port);
		} else if (events_of(events, name).count == 0) {
			add_sensor(whose, name);
			whose_add(whose, name, house->site);
		}
	}
	strbuf_clear(&answer);
	arena_clear(&arena);
	return status;
}

/* ONLY: " AND sensor = .." or "". */
static int add_site(struct clickhouse *house, struct house_whose *whose, const char *only, struct err *err)
{
	struct house_events events;
	struct strbuf where = {0};
	int status = -1;

	strbuf_add(&where, "sensor GLOBAL IN (SELECT sensor FROM ");
	sql_add_table(&where, house, "sensor");
	strbuf_add(&where, " WHERE site = ");
	sql_add_text(&where, house->site, strlen(house->site));
	strbuf_add(&where, " OR was = ");
	sql_add_text(&where, house->site, strlen(house->site));
	strbuf_addf(&where, ")%s", only);
	if (events_ask(house, strbuf_text(&where), &events, err) == ANSWER_DONE)
		status = add_unregistered(house, &events, whose, only, err);
	for (size_t i = 0; status == 0 && i < events.count;) {
		const struct house_events one = events_of(&events, events.items[i].sensor);

		(void)whose_add_names(whose, &one, house->site);
		i += one.count;
	}
	events_clear(&events);
	strbuf_clear(&where);
	return status;
}

int clickhouse_whose(struct clickhouse *house, struct house_whose *out, struct err *err)
{
	struct strbuf only = {0};
	int status = 0;

	*out = (struct house_whose){.sensors = {0}};
	if (house->place.sensor) {
		strbuf_add(&only, " AND sensor = ");
		sql_add_text(&only, house->place.sensor, strlen(house->place.sensor));
	}
	if (house->site)
		status = add_site(house, out, strbuf_text(&only), err);
	else if (house->place.sensor)
		add_sensor(out, house->place.sensor);
	/* A site that nobody writes for has nothing to show, not all that others have. */
	if (house->site && out->sensors.length == 0)
		strbuf_add(&out->sensors, "''");
	strbuf_clear(&only);
	return status == 0 && !whose_ok(out) ? err_no_memory(err) : status;
}
