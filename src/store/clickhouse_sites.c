/* Many sites at once: each sensor's rows go to the ledger of the site that it wrote for last. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse.h"
#include "clickhouse_reader.h"
#include <stdlib.h>
#include <string.h>

enum { SENSOR_BYTES_LEAST = 26, AWAY_BYTES_LEAST = 2 };

static int bad_list(const struct clickhouse *house, struct err *err)
{
	return err_set(err, "clickhouse %s:%u: the list of sensors is cut short, or there is no memory",
		       house->place.host, house->place.port);
}

static int take_sensors(struct clickhouse *house, const struct strbuf *answer, struct arena *arena,
			struct store_sensor *list, size_t *count, struct err *err)
{
	struct cursor in = cur_make((const uint8_t *)strbuf_text(answer), answer->length);

	while (cur_left(&in) > 0) {
		struct store_sensor *sensor = &list[(*count)++];

		if (cur_left(&in) < SENSOR_BYTES_LEAST)
			return bad_list(house, err);
		sensor->name = take_text(&in, arena);
		sensor->site = take_text(&in, arena);
		sensor->first_bucket = (int32_t)(uint32_t)take_number(&in, 4);
		sensor->last_bucket = (int32_t)(uint32_t)take_number(&in, 4);
		sensor->written_ns = (int64_t)(take_number(&in, 8) & UINT32_MAX) * NSEC_PER_SEC;
		sensor->rows = take_number(&in, 8);
		if (!sensor->name || !sensor->site || !cur_ok(&in))
			return bad_list(house, err);
	}
	return 0;
}

static int take_away(struct clickhouse *house, const struct strbuf *answer, struct arena *arena,
		     struct store_sensor *list, size_t *count, struct err *err)
{
	struct cursor in = cur_make((const uint8_t *)strbuf_text(answer), answer->length);

	while (cur_left(&in) > 0) {
		struct store_sensor *sensor = &list[(*count)++];

		*sensor = (struct store_sensor){.away = true, .last_bucket = INT32_MIN};
		sensor->name = take_text(&in, arena);
		sensor->site = take_text(&in, arena);
		if (!sensor->name || !sensor->site)
			return bad_list(house, err);
	}
	return 0;
}

static enum clickhouse_answer ask_sensors(struct clickhouse *house, int32_t first, int32_t end,
					  struct strbuf *out, struct err *err)
{
	struct strbuf sql = {0};

	strbuf_addf(
	    &sql,
	    "SELECT sensor, argMax(site, tuple(last_bucket, version)) AS latest, "
	    "toInt32(minIf(first_bucket, last_bucket != 0)), toInt32(max(last_bucket)), "
	    "toInt64(toUInt32(max(written))), toUInt64(sumIf(rows, first_bucket < %d AND last_bucket >= %d)) "
	    "FROM ",
	    end, first);
	sql_add_table(&sql, house, "segment");
	strbuf_add(&sql, " GROUP BY sensor ORDER BY sensor FORMAT RowBinary");
	return clickhouse_send_sql(house, &sql, out, err);
}

int clickhouse_sensors(struct store *store, int32_t first_bucket, int32_t end_bucket, struct arena *arena,
		       struct store_sensor **out, size_t *count, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	struct strbuf answer = {0}, away = {0};
	enum clickhouse_answer got = ask_sensors(house, first_bucket, end_bucket, &answer, err);
	int status = got == ANSWER_DONE ? 0 : -1;

	/* The server is there, but not all of its shards. */
	if (got == ANSWER_AWAY && house->place.cluster) {
		strbuf_clear(&answer);
		if (clickhouse_read_partly(house, &away, err) == 0)
			status = ask_sensors(house, first_bucket, end_bucket, &answer, err) == ANSWER_DONE
				     ? 0
				     : -1;
	}
	*count = 0;
	struct store_sensor *list = arena_calloc(
	    arena, answer.length / SENSOR_BYTES_LEAST + away.length / AWAY_BYTES_LEAST + 2, sizeof *list);
	if (status == 0 && !list)
		status = err_no_memory(err);
	if (list && status == 0)
		status = take_sensors(house, &answer, arena, list, count, err);
	if (list && status == 0)
		status = take_away(house, &away, arena, list, count, err);
	*out = list;
	strbuf_clear(&answer);
	strbuf_clear(&away);
	return status;
}

static int target_compare(const void *a, const void *b)
{
	return strcmp(((const struct house_target *)a)->sensor, ((const struct house_target *)b)->sensor);
}

/* Sensors of SITES as targets, by name, and as a list of literals. */
static int choose(struct load_sites *choice, const struct store_sensor *sensors, size_t count,
		  const char *const *sites, size_t site_count)
{
	choice->targets = mem_calloc(count + 1, sizeof *choice->targets);
	if (!choice->targets)
		return -1;
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < site_count && strcmp(sites[k], sensors[i].site) != 0)
			k++;
		if (k == site_count || sensors[i].away)
			continue;
		choice->writers += sensors[i].rows > 0;
		choice->targets[choice->count++] =
		    (struct house_target){.sensor = sensors[i].name, .place = k};
		strbuf_add(&choice->names, choice->names.length ? ", " : "");
		sql_add_text(&choice->names, sensors[i].name, strlen(sensors[i].name));
	}
	/* Nobody writes for any of them: nothing is asked for, and not everything. */
	if (choice->count == 0)
		strbuf_add(&choice->names, "''");
	if (choice->count > 1)
		qsort(choice->targets, choice->count, sizeof *choice->targets, target_compare);
	return strbuf_ok(&choice->names) ? 0 : -1;
}

int clickhouse_load_sites(struct store *store, int32_t first_bucket, int32_t end_bucket,
			  const char *const *sites, size_t site_count, const struct store_sensor *sensors,
			  size_t sensor_count, struct ledger **out, struct err *err)
{
	struct load_sites choice = {.count = 0};
	int status = -1;

	memset(out, 0, site_count * sizeof *out);
	if (choose(&choice, sensors, sensor_count, sites, site_count))
		(void)err_no_memory(err);
	else
		status = clickhouse_load_split(clickhouse_of(store), first_bucket, end_bucket, &choice, out,
					       site_count, err);
	mem_free(choice.targets);
	strbuf_clear(&choice.names);
	return status;
}
