#include "clickhouse_events.h"
#include "base/cursor.h"
#include "base/mem.h"
#include <string.h>

/* Two texts that may be "", a number of sensors, and two of eight bytes. */
enum { EVENT_BYTES_LEAST = 19 };

int events_take(const struct clickhouse *house, const struct strbuf *answer, struct house_events *out,
		struct err *err)
{
	struct cursor in = cur_make((const uint8_t *)strbuf_text(answer), answer->length);
	bool sound = true;

	out->items = arena_calloc(&out->arena, answer->length / EVENT_BYTES_LEAST + 1, sizeof *out->items);
	if (!out->items)
		return err_no_memory(err);
	while (sound && cur_left(&in) >= EVENT_BYTES_LEAST) {
		struct house_event *event = &out->items[out->count];

		event->sensor = take_text(&in, &out->arena);
		event->version = take_number(&in, 8);
		event->site = take_text(&in, &out->arena);
		event->was = take_text(&in, &out->arena);
		event->shards = take_number(&in, 8);
		/* A sensor's are found by their order (events_of). */
		sound = event->sensor && event->site && event->was && cur_ok(&in) &&
			(out->count == 0 || strcmp(event[-1].sensor, event->sensor) <= 0);
		out->count += sound;
	}
	return sound && cur_ok(&in) && cur_left(&in) == 0
		   ? 0
		   : err_set(err, "clickhouse %s:%u: the register of sensors holds what cannot be",
			     house->place.host, house->place.port);
}

enum clickhouse_answer events_ask(struct clickhouse *house, const char *where, struct house_events *out,
				  struct err *err)
{
	struct strbuf sql = {0}, answer = {0};

	*out = (struct house_events){.count = 0};
	strbuf_add(&sql, "SELECT sensor, version, site, was, toUInt64(uniqExact(shard)) FROM ");
	sql_add_table(&sql, house, "sensor");
	if (where)
		strbuf_addf(&sql, " WHERE %s", where);
	/* Databases of before have no versions; there what was written last is the latest. */
	strbuf_add(&sql, " GROUP BY sensor, version, site, was ORDER BY sensor, version, max(written), site "
			 "FORMAT RowBinary");
	enum clickhouse_answer got = clickhouse_send_sql(house, &sql, &answer, err);
	if (got == ANSWER_DONE && events_take(house, &answer, out, err))
		got = ANSWER_REFUSED;
	strbuf_clear(&answer);
	return got;
}

enum clickhouse_answer events_ask_sensor(struct clickhouse *house, const char *sensor,
					 struct house_events *out, struct err *err)
{
	struct strbuf where = {0};
	enum clickhouse_answer got = ANSWER_REFUSED;

	*out = (struct house_events){.count = 0};
	strbuf_add(&where, "sensor = ");
	sql_add_text(&where, sensor, strlen(sensor));
	if (strbuf_ok(&where))
		got = events_ask(house, strbuf_text(&where), out, err);
	else
		(void)err_no_memory(err);
	strbuf_clear(&where);
	return got;
}

void events_clear(struct house_events *events)
{
	arena_clear(&events->arena);
	*events = (struct house_events){.count = 0};
}

struct house_events events_of(const struct house_events *all, const char *sensor)
{
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(all->items[middle].sensor, sensor) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	struct house_events out = {.items = all->items + low};
	while (low + out.count < all->count && strcmp(out.items[out.count].sensor, sensor) == 0)
		out.count++;
	return out;
}

const char *events_resolve(const struct house_events *events, const char *site)
{
	for (size_t i = 0; i < events->count; i++)
		if (events->items[i].was[0] && strcmp(events->items[i].was, site) == 0)
			site = events->items[i].site;
	return site;
}

const char *events_current(const struct house_events *events)
{
	const char *current = NULL;

	for (size_t i = 0; i < events->count; i++) {
		const struct house_event *event = &events->items[i];

		if (!event->was[0] || (current && strcmp(current, event->was) == 0))
			current = event->site;
	}
	return current;
}

bool events_have(const struct house_events *events, const char *site)
{
	for (size_t i = 0; i < events->count; i++)
		if (events->items[i].site[0] &&
		    strcmp(events_resolve(events, events->items[i].site), site) == 0)
			return true;
	return false;
}

uint64_t events_next(const struct house_events *events)
{
	uint64_t version = 0;

	for (size_t i = 0; i < events->count; i++)
		if (events->items[i].version > version)
			version = events->items[i].version;
	return version + 1;
}
