/* Small questions: files, open flows, the span that is covered; and forgetting days. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse.h"
#include "clickhouse_parts.h"
#include <stdio.h>
#include <string.h>

static struct cursor cursor_of(const struct strbuf *answer)
{
	return cur_make((const uint8_t *)strbuf_text(answer), answer->length);
}

char *take_text(struct cursor *in, struct arena *arena)
{
	size_t length;
	const uint8_t *bytes = take_bytes(in, &length);

	return bytes && length < INT32_MAX ? arena_printf(arena, "%.*s", (int)length, (const char *)bytes)
					   : NULL;
}

/* All attempts that are whole, of any time, of SENSOR or of all. */
static void add_whole(struct strbuf *sql, const struct clickhouse *house, const char *sensor)
{
	struct house_whose whose = {.sensors = {0}};

	if (sensor)
		sql_add_text(&whose.sensors, sensor, strlen(sensor));
	sql->failed |= !whose_ok(&whose);
	sql_add_visible(sql, house, INT32_MIN, INT32_MAX, &whose);
	whose_clear(&whose);
}

int clickhouse_find_file(struct store *store, const char *path, struct arena *arena, struct store_file *out,
			 bool *found, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	struct strbuf sql = {0}, answer = {0};

	*found = false;
	if (house->spool && memory_find_file(house->spool, house->place.sensor, path, arena, out, found, err))
		return -1;
	if (*found)
		return 0;
	strbuf_add(&sql, "SELECT path, bytes, changed_ns, fingerprint, first_ns, packets FROM ");
	sql_add_table(&sql, house, "file");
	strbuf_add(&sql, " WHERE path = ");
	sql_add_text(&sql, path, strlen(path));
	if (house->place.sensor) {
		strbuf_add(&sql, " AND sensor = ");
		sql_add_text(&sql, house->place.sensor, strlen(house->place.sensor));
	}
	strbuf_add(&sql, " AND ");
	add_whole(&sql, house, house->place.sensor);
	strbuf_add(&sql, " ORDER BY changed_ns DESC LIMIT 1 FORMAT RowBinary");
	enum clickhouse_answer got = clickhouse_send_sql(house, &sql, &answer, err);
	if (got != ANSWER_DONE) {
		strbuf_clear(&answer);
		return got == ANSWER_AWAY && house->spool ? 0 : -1;
	}
	struct cursor in = cursor_of(&answer);
	*found = answer.length > 0;
	if (*found) {
		*out = (struct store_file){.path = take_text(&in, arena)};
		out->bytes = take_number(&in, 8);
		out->changed_ns = (int64_t)take_number(&in, 8);
		out->fingerprint = take_text(&in, arena);
		out->first_ns = (int64_t)take_number(&in, 8);
		out->packets = take_number(&in, 8);
	}
	strbuf_clear(&answer);
	return *found && (!out->path || !out->fingerprint) ? err_no_memory(err) : 0;
}

static int take_address(struct cursor *in, struct addr *out)
{
	size_t length;
	const uint8_t *bytes = take_bytes(in, &length);

	return bytes ? addr_blob_read(bytes, length, out) : -1;
}

static int take_flow(struct cursor *in, struct flow_open *out)
{
	memset(out, 0, sizeof *out);
	if (take_address(in, &out->initiator) || take_address(in, &out->responder))
		return -1;
	out->initiator_port = (uint16_t)take_number(in, 2);
	out->responder_port = (uint16_t)take_number(in, 2);
	out->protocol = (uint8_t)take_number(in, 1);
	out->confidence = (uint8_t)take_number(in, 1);
	out->last_ns = (int64_t)take_number(in, 8);
	return cur_ok(in) && out->confidence > CONFIDENCE_UNKNOWN && out->confidence < CONFIDENCE_COUNT ? 0
													: -1;
}

static int take_flows(struct clickhouse *house, struct cursor flows, struct arena *arena,
		      struct store_chain *out, struct err *err)
{
	enum { FLOW_BYTES_LEAST = 14 };
	struct flow_open *list = arena_calloc(arena, cur_left(&flows) / FLOW_BYTES_LEAST + 1, sizeof *list);

	if (!list)
		return err_no_memory(err);
	while (cur_left(&flows) > 0) {
		if (cur_left(&flows) < FLOW_BYTES_LEAST || take_flow(&flows, &list[out->count]))
			return err_set(err, "clickhouse %s:%u: a row of table chain holds what cannot be",
				       house->place.host, house->place.port);
		out->count++;
	}
	out->flows = list;
	return 0;
}

static int ask_flows(struct clickhouse *house, const char *sensor, struct arena *arena,
		     struct store_chain *out, struct err *err)
{
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT flows FROM ");
	sql_add_table(&sql, house, "chain");
	strbuf_add(&sql, " WHERE sensor = ");
	sql_add_text(&sql, sensor, strlen(sensor));
	strbuf_add(&sql, " AND ");
	add_whole(&sql, house, sensor);
	strbuf_add(&sql, " ORDER BY end_ns DESC, attempt LIMIT 1 FORMAT RowBinary");
	enum clickhouse_answer got = clickhouse_send_sql(house, &sql, &answer, err);
	int status = got == ANSWER_DONE || (got == ANSWER_AWAY && house->spool) ? 0 : -1;
	struct cursor in = cursor_of(&answer);
	size_t length = 0;
	const uint8_t *bytes = got == ANSWER_DONE && answer.length ? take_bytes(&in, &length) : NULL;
	if (bytes)
		status = take_flows(house, cur_make(bytes, length), arena, out, err);
	strbuf_clear(&answer);
	return status;
}

int clickhouse_open_flows_before(struct store *store, const char *sensor, int64_t before_ns,
				 struct arena *arena, struct store_chain *out, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	struct strbuf flows = {0};
	bool found = false;
	int status = 0;

	*out = (struct store_chain){.sensor = sensor};
	if (house->spool)
		status = taken_flows(house->spool, sensor, before_ns, &flows, &found, err);
	if (status == 0 && found)
		status = take_flows(house, cursor_of(&flows), arena, out, err);
	else if (status == 0)
		status = ask_flows(house, sensor, arena, out, err);
	strbuf_clear(&flows);
	return status;
}

int clickhouse_open_flows(struct store *store, const char *sensor, struct arena *arena,
			  struct store_chain *out, struct err *err)
{
	return clickhouse_open_flows_before(store, sensor, INT64_MAX, arena, out, err);
}

int clickhouse_extent(struct store *store, int32_t end_bucket, int32_t *first, int32_t *last, bool *found,
		      struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	struct strbuf sql = {0}, answer = {0};
	struct house_whose whose;

	*found = false;
	if (clickhouse_whose(house, &whose, err)) {
		whose_clear(&whose);
		return -1;
	}
	strbuf_add(&sql, "SELECT toUInt64(count()), toInt32(min(bucket)), toInt32(max(bucket)) FROM ");
	sql_add_table(&sql, house, "coverage");
	strbuf_addf(&sql, " WHERE bucket < %d", end_bucket);
	sql_add_sensors(&sql, &whose);
	strbuf_add(&sql, " AND ");
	sql_add_visible(&sql, house, INT32_MIN, end_bucket, &whose);
	strbuf_add(&sql, " FORMAT RowBinary");
	int status = clickhouse_send_sql(house, &sql, &answer, err) == ANSWER_DONE ? 0 : -1;
	struct cursor in = cursor_of(&answer);
	*found = status == 0 && take_number(&in, 8) > 0;
	*first = (int32_t)(uint32_t)take_number(&in, 4);
	*last = (int32_t)(uint32_t)take_number(&in, 4);
	whose_clear(&whose);
	strbuf_clear(&answer);
	return status;
}

enum { BUCKETS_A_DAY = 96 };

/* The oldest whole day of a table of buckets that ends before END; *FOUND false: none. Segments of files
 * alone, which are of no time, are kept. */
static int oldest_day(struct clickhouse *house, int32_t end_bucket, int32_t *day, bool *found,
		      struct err *err)
{
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT toUInt64(count()), toInt32(min(intDiv(last_bucket, 96))) FROM ");
	sql_add_table(&sql, house, "segment");
	strbuf_addf(&sql, " WHERE last_bucket > 0 AND intDiv(last_bucket, 96) < %d FORMAT RowBinary",
		    end_bucket / BUCKETS_A_DAY);
	int status = clickhouse_send_sql(house, &sql, &answer, err) == ANSWER_DONE ? 0 : -1;
	struct cursor in = cursor_of(&answer);
	*found = status == 0 && take_number(&in, 8) > 0;
	*day = (int32_t)(uint32_t)take_number(&in, 4);
	strbuf_clear(&answer);
	return status;
}

static int drop_day(struct clickhouse *house, const char *table, int32_t day, struct err *err)
{
	struct strbuf sql = {0}, answer = {0};
	const struct clickhouse_place *place = &house->place;

	strbuf_addf(&sql, "ALTER TABLE %s.%s%s", place->database, table, place->cluster ? "_local" : "");
	if (place->cluster)
		strbuf_addf(&sql, " ON CLUSTER %s", place->cluster);
	strbuf_addf(&sql, " DROP PARTITION %d", day);
	int status = clickhouse_send_sql(house, &sql, &answer, err) == ANSWER_DONE ? 0 : -1;
	strbuf_clear(&answer);
	return status;
}

/* A whole day a step, as days are what the server can forget at once; its segments last, so that a step that
 * is cut short is done again. A database that several sites share is forgotten by whoever asks first, for
 * all. */
int clickhouse_expire_step(struct store *store, int32_t end_bucket, bool *more, struct err *err)
{
	static const enum clickhouse_table_id tables[] = {
	    TABLE_EDGE, TABLE_HOST, TABLE_COVERAGE, TABLE_ANOMALY, TABLE_INPUT, TABLE_SPAN, TABLE_SEGMENT};
	struct clickhouse *house = clickhouse_of(store);
	int32_t day = 0;
	bool found = false;

	*more = false;
	if (end_bucket < BUCKETS_A_DAY || oldest_day(house, end_bucket, &day, &found, err))
		return end_bucket < BUCKETS_A_DAY ? 0 : -1;
	for (size_t i = 0; found && i < sizeof tables / sizeof tables[0]; i++) {
		if (drop_day(house, clickhouse_tables[tables[i]].name, day, err))
			return -1;
	}
	*more = found;
	return 0;
}
