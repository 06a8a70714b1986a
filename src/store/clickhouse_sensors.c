/* Who writes: what segments tell, held together with the register, which also knows those of whom nothing is
 * kept any more. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse_events.h"
#include <string.h>

enum { PAIR_BYTES_LEAST = 26 };

/* What a sensor wrote under one name of a site. */
struct pair {
	const char *sensor, *name;
	int32_t first_bucket, last_bucket; /* both 0: of nothing */
	int64_t written_ns;
	uint64_t rows;
};

struct gathering {
	struct clickhouse *house;
	struct arena *arena;
	struct pair *pairs; /* by sensor */
	size_t pair_count;
	struct house_events events;
	const char **away; /* sensors on shards that are away, in order */
	size_t away_count;
	struct store_sensor *list;
	size_t count, capacity;
};

static int bad_list(const struct clickhouse *house, struct err *err)
{
	return err_set(
	    err, "clickhouse %s:%u: the list of sensors is cut short or out of order, or there is no memory",
	    house->place.host, house->place.port);
}

static enum clickhouse_answer ask_pairs(struct clickhouse *house, int32_t first, int32_t end,
					struct strbuf *out, struct err *err)
{
	struct strbuf sql = {0};

	strbuf_addf(
	    &sql,
	    "SELECT sensor, site, toInt32(minIf(first_bucket, last_bucket != 0)), toInt32(max(last_bucket)), "
	    "toInt64(toUInt32(max(written))), "
	    "toUInt64(sumIf(rows, first_bucket < %d AND last_bucket >= %d)) FROM ",
	    end, first);
	sql_add_table(&sql, house, "segment");
	strbuf_add(&sql, " GROUP BY sensor, site ORDER BY sensor, site FORMAT RowBinary");
	return clickhouse_send_sql(house, &sql, out, err);
}

static int take_pairs(struct gathering *all, const struct strbuf *answer, struct err *err)
{
	struct cursor in = cur_make((const uint8_t *)strbuf_text(answer), answer->length);
	bool sound = true;

	all->pairs = arena_calloc(all->arena, answer->length / PAIR_BYTES_LEAST + 1, sizeof *all->pairs);
	while (all->pairs && sound && cur_left(&in) >= PAIR_BYTES_LEAST) {
		struct pair *pair = &all->pairs[all->pair_count];

		pair->sensor = take_text(&in, all->arena);
		pair->name = take_text(&in, all->arena);
		pair->first_bucket = (int32_t)(uint32_t)take_number(&in, 4);
		pair->last_bucket = (int32_t)(uint32_t)take_number(&in, 4);
		pair->written_ns = (int64_t)(take_number(&in, 8) & UINT32_MAX) * NSEC_PER_SEC;
		pair->rows = take_number(&in, 8);
		/* A sensor that stood there twice would be two of one site. */
		sound = pair->sensor && pair->name && cur_ok(&in) &&
			(all->pair_count == 0 || strcmp(pair[-1].sensor, pair->sensor) <= 0);
		all->pair_count += sound;
	}
	return all->pairs && sound && cur_ok(&in) && cur_left(&in) == 0 ? 0 : bad_list(all->house, err);
}

static int take_away(struct gathering *all, const struct strbuf *answer, struct err *err)
{
	struct cursor in = cur_make((const uint8_t *)strbuf_text(answer), answer->length);

	all->away = arena_calloc(all->arena, answer->length + 1, sizeof *all->away);
	while (all->away && cur_left(&in) > 0) {
		all->away[all->away_count] = take_text(&in, all->arena);
		if (!all->away[all->away_count++])
			return bad_list(all->house, err);
	}
	return all->away ? 0 : err_no_memory(err);
}

/* Shards that answer, as a list of literals: each holds its own number. */
static int ask_present(struct clickhouse *house, struct strbuf *out, struct err *err)
{
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT DISTINCT shard FROM ");
	sql_add_table(&sql, house, "sensor");
	strbuf_add(&sql, " ORDER BY shard FORMAT RowBinary");
	int status = clickhouse_send_sql(house, &sql, &answer, err) == ANSWER_DONE ? 0 : -1;
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&answer), answer.length);
	while (cur_left(&in) >= 8)
		strbuf_addf(out, "%s%llu", out->length ? ", " : "", (unsigned long long)take_number(&in, 8));
	strbuf_clear(&answer);
	return status == 0 && out->failed ? err_no_memory(err) : status;
}

/* Shards are away: from now on only what the others have is read. OUT gets the sensors that lie on those. */
static int read_partly(struct clickhouse *house, struct strbuf *out, struct err *err)
{
	struct strbuf sql = {0}, present = {0};
	uint64_t weights;
	int status = clickhouse_weights(house, &weights, err) == ANSWER_DONE ? 0 : -1;

	house->partial = true;
	if (status == 0)
		status = ask_present(house, &present, err);
	if (status == 0) {
		strbuf_add(&sql, "SELECT DISTINCT sensor FROM ");
		sql_add_table(&sql, house, "sensor");
		/* Where nobody is known, no shard can be told to be there. */
		strbuf_addf(&sql,
			    " WHERE cityHash64(sensor) %% %llu NOT IN (%s) ORDER BY sensor FORMAT RowBinary",
			    (unsigned long long)weights,
			    present.length ? strbuf_text(&present) : "18446744073709551615");
		status = clickhouse_send_sql(house, &sql, out, err) == ANSWER_DONE ? 0 : -1;
	}
	strbuf_clear(&present);
	return status;
}

/* The answers to all questions. 0/-1. */
static int ask_all(struct gathering *all, int32_t first, int32_t end, struct err *err)
{
	struct clickhouse *house = all->house;
	struct strbuf pairs = {0}, away = {0};
	enum clickhouse_answer got = ask_pairs(house, first, end, &pairs, err);

	/* The server is there, but not all of its shards. */
	if (got == ANSWER_AWAY && house->place.cluster) {
		strbuf_clear(&pairs);
		got = read_partly(house, &away, err) == 0 ? ask_pairs(house, first, end, &pairs, err)
							  : ANSWER_REFUSED;
	}
	int status = got == ANSWER_DONE && events_ask(house, NULL, &all->events, err) == ANSWER_DONE &&
			     take_pairs(all, &pairs, err) == 0 && take_away(all, &away, err) == 0
			 ? 0
			 : -1;
	strbuf_clear(&pairs);
	strbuf_clear(&away);
	return status;
}

/* The entry of SENSOR and SITE among those from FIRST on; made when absent. NULL: no memory. */
static struct store_sensor *entry_of(struct gathering *all, size_t first, const char *sensor,
				     const char *site)
{
	for (size_t i = first; i < all->count; i++)
		if (strcmp(all->list[i].site, site) == 0)
			return &all->list[i];
	if (mem_grow((void **)&all->list, &all->capacity, all->count + 1, sizeof *all->list))
		return NULL;
	struct store_sensor *entry = &all->list[all->count];
	*entry = (struct store_sensor){.name = sensor};
	entry->site = arena_strdup(all->arena, site);
	if (!entry->site)
		return NULL;
	all->count++;
	return entry;
}

static int add_name(struct gathering *all, struct store_sensor *entry, const char *name)
{
	size_t count = 0;

	while (entry->names && entry->names[count])
		count++;
	const char **names = arena_calloc(all->arena, count + 2, sizeof *names);
	if (!names)
		return -1;
	if (count > 0)
		memcpy(names, entry->names, count * sizeof *names);
	names[count] = name;
	entry->names = names;
	return 0;
}

static int add_pair(struct gathering *all, size_t first, const struct pair *pair, const char *site)
{
	struct store_sensor *entry = entry_of(all, first, pair->sensor, site);

	if (!entry)
		return -1;
	if (pair->last_bucket != 0 && (entry->last_bucket == 0 || pair->first_bucket < entry->first_bucket))
		entry->first_bucket = pair->first_bucket;
	if (pair->last_bucket != 0 && (entry->last_bucket == 0 || pair->last_bucket > entry->last_bucket))
		entry->last_bucket = pair->last_bucket;
	entry->written_ns = pair->written_ns > entry->written_ns ? pair->written_ns : entry->written_ns;
	entry->rows += pair->rows;
	return add_name(all, entry, pair->name);
}

static bool is_away(const struct gathering *all, const char *sensor)
{
	size_t low = 0, high = all->away_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(all->away[middle], sensor) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < all->away_count && strcmp(all->away[low], sensor) == 0;
}

/* What a sensor that is away wrote for may lie there, whomever it writes for now. */
static int add_away(struct gathering *all, size_t first, const struct house_events *events)
{
	for (size_t i = 0; i < events->count; i++) {
		const char *site = events_resolve(events, events->items[i].site);
		struct store_sensor *entry =
		    *site ? entry_of(all, first, events->items[i].sensor, site) : NULL;

		if (*site && !entry)
			return -1;
		if (entry)
			entry->away = true;
	}
	return 0;
}

/* Whom it writes for now is told in any case, others where there is something of the time asked for. */
static void drop_others(struct gathering *all, size_t first, const char *current)
{
	size_t kept = first;

	for (size_t i = first; i < all->count; i++)
		if (all->list[i].away || all->list[i].rows > 0 || strcmp(all->list[i].site, current) == 0)
			all->list[kept++] = all->list[i];
	all->count = kept;
}

/* All of one sensor, of which EVENTS and COUNT of PAIRS tell. */
static int add_sensor(struct gathering *all, const struct house_events *events, const struct pair *pairs,
		      size_t count)
{
	const char *current = events_current(events);
	size_t first = all->count, latest = 0;

	for (size_t i = 0; i < count; i++) {
		if (add_pair(all, first, &pairs[i], events_resolve(events, pairs[i].name)))
			return -1;
		latest = pairs[i].last_bucket > pairs[latest].last_bucket ? i : latest;
	}
	/* Of before there was a register. */
	if (!current)
		current = count ? pairs[latest].name : "";
	if (*current && events->count && !entry_of(all, first, events->items->sensor, current))
		return -1;
	if (events->count && is_away(all, events->items->sensor) && add_away(all, first, events))
		return -1;
	drop_others(all, first, current);
	return 0;
}

static int add_all(struct gathering *all)
{
	size_t pair = 0, event = 0;

	while (pair < all->pair_count || event < all->events.count) {
		bool by_pair = event == all->events.count ||
			       (pair < all->pair_count &&
				strcmp(all->pairs[pair].sensor, all->events.items[event].sensor) < 0);
		const char *name = by_pair ? all->pairs[pair].sensor : all->events.items[event].sensor;
		size_t count = 0;

		const struct house_events events = events_of(&all->events, name);
		while (pair + count < all->pair_count && strcmp(all->pairs[pair + count].sensor, name) == 0)
			count++;
		if (add_sensor(all, &events, all->pairs + pair, count))
			return -1;
		pair += count;
		event += events.count;
	}
	return 0;
}

int clickhouse_sensors(struct store *store, int32_t first_bucket, int32_t end_bucket, struct arena *arena,
		       struct store_sensor **out, size_t *count, struct err *err)
{
	struct gathering all = {.house = clickhouse_of(store), .arena = arena};
	int status = ask_all(&all, first_bucket, end_bucket, err);

	*out = NULL;
	*count = 0;
	if (status == 0 && add_all(&all))
		status = err_no_memory(err);
	for (size_t i = 0; status == 0 && i < all.count; i++) {
		all.list[i].name = arena_strdup(arena, all.list[i].name);
		if (!all.list[i].name)
			status = err_no_memory(err);
	}
	if (status == 0) {
		*out = arena_calloc(arena, all.count + 1, sizeof **out);
		*count = *out ? all.count : 0;
		if (!*out)
			status = err_no_memory(err);
		else if (all.count > 0)
			memcpy(*out, all.list, all.count * sizeof **out);
	}
	mem_free(all.list);
	events_clear(&all.events);
	return status;
}
