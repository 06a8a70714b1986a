#include "unwatched.h"
#include <string.h>

enum { NAMED_MAX = 3 };

bool sensor_is_later(const struct store_sensor *sensor, int32_t end)
{
	return !sensor->away && sensor->last_bucket != 0 && sensor->first_bucket >= end;
}

bool sensor_is_silent(const struct store_sensor *sensor, int32_t first, int32_t end)
{
	return !sensor->away && !sensor_is_later(sensor, end) &&
	       (sensor->last_bucket == 0 || sensor->last_bucket < first || sensor->rows == 0);
}

bool sensor_is_retired(const struct run_options *options, const char *sensor)
{
	for (size_t i = 0; i < options->retired.count; i++)
		if (strcmp(options->retired.items[i], sensor) == 0)
			return true;
	return false;
}

void sensor_check_retired(const struct run_options *options, const struct store_sensor *sensors, size_t count)
{
	for (size_t i = 0; i < options->retired.count; i++) {
		size_t k = 0;

		while (k < count && strcmp(sensors[k].name, options->retired.items[i]) != 0)
			k++;
		if (k == count)
			say_warning(options, "--retired: the store knows no sensor %s",
				    options->retired.items[i]);
	}
}

static bool is_missed(const struct run_options *options, const struct store_sensor *sensor, int32_t first,
		      int32_t end)
{
	return sensor_is_silent(sensor, first, end) && !sensor_is_retired(options, sensor->name);
}

/* "since 2026-11-17T23:45:00Z" */
static void add_since(struct strbuf *out, const struct store_sensor *sensor, int32_t first)
{
	char time[TIME_TEXT_MAX];

	if (sensor->last_bucket == 0)
		strbuf_add(out, "for as long as anything is kept");
	else if (sensor->last_bucket < first)
		strbuf_addf(out, "since %s", time_format(bucket_start_ns(sensor->last_bucket + 1), 0, time));
	else
		strbuf_add(out, "the whole time");
}

int unwatched_text(struct arena *arena, const struct run_options *options, const struct store_sensor *sensors,
		   size_t count, int32_t first, int32_t end, const char **out)
{
	struct strbuf text = {0};
	size_t silent = 0, named = 0;

	*out = NULL;
	for (size_t i = 0; i < count; i++)
		silent += is_missed(options, &sensors[i], first, end);
	if (silent == 0)
		return 0;
	if (silent == 1)
		strbuf_add(&text, "sensor ");
	else
		strbuf_addf(&text, "%zu of %zu sensors silent: ", silent, count);
	for (size_t i = 0; i < count && named < NAMED_MAX; i++) {
		if (!is_missed(options, &sensors[i], first, end))
			continue;
		strbuf_addf(&text, "%s%s ", named++ ? ", " : "", sensors[i].name);
		strbuf_add(&text, silent == 1 ? "silent " : "");
		add_since(&text, &sensors[i], first);
	}
	if (silent > NAMED_MAX)
		strbuf_addf(&text, " and %zu more", silent - NAMED_MAX);
	*out = strbuf_ok(&text) ? arena_strdup(arena, strbuf_text(&text)) : NULL;
	strbuf_clear(&text);
	return *out ? 0 : -1;
}

/* Those of SITE, in front: how many. Without a site nobody can tell: they may be its. */
static size_t gather(struct store_sensor *sensors, size_t count, const char *site, const char **lost)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(sensors[i].site, site) == 0)
			sensors[kept++] = sensors[i];
		else if (!sensors[i].site[0] && sensors[i].rows > 0 && !*lost)
			*lost = sensors[i].name;
	}
	return kept;
}

static int describe(struct stored *stored, const struct run_options *options, struct store_sensor *sensors,
		    size_t count, const int32_t span[2], struct err *err)
{
	const char *lost = NULL, **out = &stored->judged.unwatched;

	sensor_check_retired(options, sensors, count);
	size_t kept = gather(sensors, count, stored->judged.site->name, &lost);

	for (size_t i = 0; i < kept; i++)
		if (sensors[i].away)
			return err_set(err, "a shard is away, and with it sensor %s", sensors[i].name);
	if (kept == 0)
		*out = arena_strdup(&stored->arena, "no sensor writes for it");
	else if (unwatched_text(&stored->arena, options, sensors, kept, span[0], span[1], out) != 0)
		return err_no_memory(err);
	else if (!*out && lost)
		*out =
		    arena_printf(&stored->arena, "sensor %s writes for no site, perhaps for this one", lost);
	return *out || (kept > 0 && !lost) ? 0 : err_no_memory(err);
}

int unwatched_find(struct stored *stored, struct store *store, const struct run_options *options,
		   int64_t from_ns, int64_t until_ns)
{
	struct place_parts parts;
	struct store_sensor *sensors = NULL;
	size_t count = 0;
	int32_t span[2];
	struct err err;

	if (!options->site || !store_place_is_clickhouse(options->store))
		return 0;
	stored_buckets(from_ns, until_ns, &span[0], &span[1]);
	/* Who reads one sensor alone knows that there may be others. */
	int result = store_place_read(options->store, &stored->arena, &parts, &err);
	if (result == 0 && parts.sensor)
		return 0;
	if (result == 0)
		result = store_sensors(store, span[0], span[1], &stored->arena, &sensors, &count, &err);
	if (result == 0)
		result = describe(stored, options, sensors, count, span, &err);
	if (result != 0)
		say_error("%s", err.text);
	return result;
}
