/* A stretch of time as one ledger: rows are added up over segments by the server, so only merged rows travel.
 */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse_reader.h"
#include "pack.h"
#include <string.h>

enum { TRIES = 5 };

struct load {
	struct clickhouse *house;
	struct house_reader reader;
	const char *sensors; /* list of literals, or NULL: all */
	int32_t first, end;
	struct ledger **ledgers; /* that are filled */
	size_t ledger_count;
	struct house_target *targets; /* sensors and their ledgers, by name; NULL: one ledger for all */
	const size_t *places;         /* which ledger each target's is */
	size_t target_count;
};

static void add_condition(struct strbuf *sql, const struct load *load, const char *bucket)
{
	strbuf_add(sql, " WHERE ");
	if (bucket)
		strbuf_addf(sql, "%s >= %d AND %s < %d AND ", bucket, load->first, bucket, load->end);
	if (load->sensors)
		strbuf_addf(sql, "sensor IN (%s) AND ", load->sensors);
	sql_add_visible(sql, load->house, load->first, load->end, load->sensors);
}

static int ask(struct load *load, struct strbuf *sql, struct strbuf *out, struct err *err)
{
	int status =
	    strbuf_ok(sql) ? clickhouse_ask(load->house, strbuf_text(sql), out, err) : err_no_memory(err);

	strbuf_clear(sql);
	return status;
}

static int bad_answer(const struct load *load, const char *table, struct err *err)
{
	return err_set(err, "clickhouse %s:%u: a row of table %s holds what cannot be",
		       load->house->place.host, load->house->place.port, table);
}

static void add_row(struct ledger *ledger, size_t shape, const void *row)
{
	switch (shape) {
	case SHAPE_EDGES: ledger_add_edge(ledger, row); break;
	case SHAPE_HOSTS: ledger_add_host(ledger, row); break;
	case SHAPE_ANOMALIES: ledger_add_anomaly_row(ledger, row); break;
	default: break;
	}
}

static int take_rows(struct load *load, size_t shape_number, const struct strbuf *answer, struct err *err)
{
	const struct row_shape *shape = &row_shapes[shape_number];
	struct cursor in = cur_make((const uint8_t *)strbuf_text(answer), answer->length);
	union any_row row;

	while (cur_left(&in) > 0) {
		if (house_take_row(&in, shape, &load->reader, &row))
			return bad_answer(load, shape->table, err);
		if (shape_number != SHAPE_COVERAGE)
			add_row(load->reader.ledger, shape_number, &row);
		else if (ledger_add_coverage(load->reader.ledger,
					     (const struct coverage_row *)(const void *)&row))
			return err_no_memory(err);
	}
	return 0;
}

static int load_shape(struct load *load, enum clickhouse_table_id table, struct err *err)
{
	const struct row_shape *shape = &row_shapes[clickhouse_tables[table].shape];
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT ");
	house_add_merged(&sql, shape);
	strbuf_add(&sql, " FROM ");
	sql_add_table(&sql, load->house, clickhouse_tables[table].name);
	add_condition(&sql, load, "bucket");
	strbuf_add(&sql, " GROUP BY ");
	house_add_keys(&sql, shape);
	strbuf_add(&sql, " ORDER BY ");
	house_add_keys(&sql, shape);
	strbuf_add(&sql, " FORMAT RowBinary");
	int status = ask(load, &sql, &answer, err);
	if (status == 0)
		status = take_rows(load, clickhouse_tables[table].shape, &answer, err);
	strbuf_clear(&answer);
	return status;
}

enum { INPUT_TEXTS = 9 };

/* Texts are copied: the ledger wants zero-terminated ones. */
static int take_input(struct cursor *in, struct arena *arena, uint8_t id[INPUT_ID_BYTES],
		      struct input_record *out, const char **filter)
{
	const char *texts[INPUT_TEXTS];
	size_t length;
	const uint8_t *bytes = take_bytes(in, &length);

	if (!bytes || length != INPUT_ID_BYTES)
		return -1;
	memcpy(id, bytes, INPUT_ID_BYTES);
	for (size_t i = 0; i < INPUT_TEXTS; i++) {
		bytes = take_bytes(in, &length);
		texts[i] = bytes ? arena_printf(arena, "%.*s", (int)length, (const char *)bytes) : NULL;
		if (!texts[i])
			return -1;
	}
	*out = (struct input_record){.name = texts[0],
				     .fingerprint = texts[1],
				     .sha256 = texts[2],
				     .format = texts[3],
				     .status = texts[4],
				     .error = texts[5],
				     .unsupported = texts[6],
				     .link_types = texts[7]};
	*filter = texts[8];
	out->trouble = take_number(in, 1) != 0;
	out->packets = take_number(in, 8);
	out->bytes = take_number(in, 8);
	out->first_ns = (int64_t)take_number(in, 8);
	out->last_ns = (int64_t)take_number(in, 8);
	if (take_number(in, 1) != ACCOUNT_COUNT)
		return -1;
	for (size_t i = 0; i < ACCOUNT_COUNT; i++)
		out->accounting[i] = take_number(in, 8);
	return cur_ok(in) ? 0 : -1;
}

static int take_inputs(struct load *load, const struct strbuf *answer, struct err *err)
{
	struct cursor in = cur_make((const uint8_t *)strbuf_text(answer), answer->length);
	struct arena arena = {0};
	int status = 0;

	while (status == 0 && cur_left(&in) > 0) {
		struct input_record record;
		uint8_t id[INPUT_ID_BYTES];
		const char *filter;
		uint32_t sensor;

		if (reader_sensor(&load->reader, &in, &sensor) ||
		    take_input(&in, &arena, id, &record, &filter)) {
			status = bad_answer(load, "input", err);
			break;
		}
		int64_t number = ledger_add_input(load->reader.ledger, &record);
		if (number < 0 || reader_add_input(&load->reader, id, (uint32_t)number) ||
		    ledger_join_filter(load->reader.ledger, filter))
			status = err_no_memory(err);
	}
	arena_clear(&arena);
	reader_sort_inputs(&load->reader);
	return status;
}

static int load_inputs(struct load *load, struct err *err)
{
	static const char *const texts[INPUT_TEXTS] = {"name",        "fingerprint", "sha256",
						       "format",      "status",      "error",
						       "unsupported", "link_types",  "filter"};
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT sensor, id");
	for (size_t i = 0; i < INPUT_TEXTS; i++)
		strbuf_addf(&sql, ", any(%s)", texts[i]);
	strbuf_add(
	    &sql,
	    ", any(trouble), any(packets), any(bytes), any(first_ns), any(last_ns), any(accounting) FROM ");
	sql_add_table(&sql, load->house, "input");
	add_condition(&sql, load, NULL);
	strbuf_add(&sql, " GROUP BY sensor, id ORDER BY any(first_ns), id, sensor FORMAT RowBinary");
	int status = ask(load, &sql, &answer, err);
	if (status == 0)
		status = take_inputs(load, &answer, err);
	strbuf_clear(&answer);
	return status;
}

static int64_t last_ns_of(int32_t end)
{
	int64_t start_ns = bucket_start_ns(end);

	return start_ns == INT64_MAX || start_ns <= TIME_UNKNOWN + 1 ? start_ns : start_ns - 1;
}

static int take_spans(struct load *load, const struct strbuf *answer, struct err *err)
{
	struct cursor in = cur_make((const uint8_t *)strbuf_text(answer), answer->length);
	int64_t least_ns = bucket_start_ns(load->first), most_ns = last_ns_of(load->end);

	while (cur_left(&in) > 0) {
		uint32_t sensor;

		if (reader_sensor(&load->reader, &in, &sensor))
			return bad_answer(load, "span", err);
		int64_t first_ns = (int64_t)take_number(&in, 8), last_ns = (int64_t)take_number(&in, 8);
		if (!cur_ok(&in) || first_ns > last_ns)
			return bad_answer(load, "span", err);
		first_ns = first_ns < least_ns ? least_ns : first_ns;
		last_ns = last_ns > most_ns ? most_ns : last_ns;
		if (first_ns <= last_ns && ledger_cover(load->reader.ledger, sensor, first_ns, last_ns))
			return err_no_memory(err);
	}
	return 0;
}

static int load_spans(struct load *load, struct err *err)
{
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT sensor, first_ns, last_ns FROM ");
	sql_add_table(&sql, load->house, "span");
	add_condition(&sql, load, NULL);
	strbuf_addf(&sql,
		    " AND first_ns <= %lld AND last_ns >= %lld ORDER BY sensor, first_ns FORMAT RowBinary",
		    (long long)last_ns_of(load->end), (long long)bucket_start_ns(load->first));
	int status = ask(load, &sql, &answer, err);
	if (status == 0)
		status = take_spans(load, &answer, err);
	strbuf_clear(&answer);
	return status;
}

static int load_all(struct load *load, struct err *err)
{
	if (load_inputs(load, err))
		return -1;
	for (int table = TABLE_EDGE; table <= TABLE_ANOMALY; table++) {
		if (load_shape(load, (enum clickhouse_table_id)table, err))
			return -1;
	}
	return load_spans(load, err);
}

/* What is seen now, as a number: a segment that came or was replaced makes it another. */
static int seen_now(struct load *load, uint64_t *out, struct err *err)
{
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT toUInt64(sum(cityHash64(attempt))) FROM (SELECT argMax(attempt, version) AS "
			 "attempt FROM ");
	sql_add_table(&sql, load->house, "segment");
	strbuf_addf(&sql, " WHERE first_bucket < %d AND last_bucket >= %d", load->end, load->first);
	if (load->sensors)
		strbuf_addf(&sql, " AND sensor IN (%s)", load->sensors);
	strbuf_add(&sql, " GROUP BY sensor, segment) FORMAT RowBinary");
	int status = ask(load, &sql, &answer, err);
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&answer), answer.length);
	*out = take_number(&in, 8);
	strbuf_clear(&answer);
	return status;
}

static int new_ledgers(struct load *load, struct err *err)
{
	for (size_t i = 0; i < load->ledger_count; i++) {
		load->ledgers[i] = ledger_new(&load->house->limits, err);
		if (!load->ledgers[i])
			return -1;
	}
	for (size_t i = 0; i < load->target_count; i++)
		load->targets[i].ledger = load->ledgers[load->places[i]];
	load->reader = (struct house_reader){
	    .ledger = load->ledgers[0], .targets = load->targets, .target_count = load->target_count};
	return 0;
}

static void free_ledgers(struct load *load)
{
	for (size_t i = 0; i < load->ledger_count; i++) {
		ledger_free(load->ledgers[i]);
		load->ledgers[i] = NULL;
	}
	reader_clear(&load->reader);
}

/* Several questions make one ledger, and writers do not wait for us: what changed meanwhile is asked again.
 */
static int load_settled(struct load *load, struct err *err)
{
	for (int i = 0; i < TRIES; i++) {
		uint64_t before = 0, after = 0;

		if (new_ledgers(load, err) || seen_now(load, &before, err) || load_all(load, err) ||
		    seen_now(load, &after, err)) {
			free_ledgers(load);
			return -1;
		}
		if (before == after) {
			for (size_t k = 0; k < load->ledger_count; k++)
				ledger_sort(load->ledgers[k]);
			reader_clear(&load->reader);
			return 0;
		}
		free_ledgers(load);
	}
	return err_set(
	    err,
	    "clickhouse %s:%u: segments change faster than they can be read; ask for a span that is over",
	    load->house->place.host, load->house->place.port);
}

int clickhouse_load_sensors(struct clickhouse *house, int32_t first_bucket, int32_t end_bucket,
			    const char *sensors, struct ledger **out, struct err *err)
{
	struct load load = {.house = house,
			    .sensors = sensors,
			    .first = first_bucket,
			    .end = end_bucket,
			    .ledgers = out,
			    .ledger_count = 1};

	*out = NULL;
	return load_settled(&load, err);
}

int clickhouse_load_split(struct clickhouse *house, int32_t first_bucket, int32_t end_bucket,
			  const struct load_sites *sites, struct ledger **out, size_t ledger_count,
			  struct err *err)
{
	struct load load = {.house = house,
			    .sensors = strbuf_text(&sites->names),
			    .first = first_bucket,
			    .end = end_bucket,
			    .ledgers = out,
			    .ledger_count = ledger_count,
			    .targets = sites->targets,
			    .places = sites->places,
			    .target_count = sites->count};

	return load_settled(&load, err);
}

/* Sensors whose latest segment was written for SITE, as a list of literals; "" none. */
static int sensors_of_site(struct clickhouse *house, struct strbuf *out, struct err *err)
{
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT sensor FROM ");
	sql_add_table(&sql, house, "segment");
	strbuf_add(&sql, " GROUP BY sensor HAVING argMax(site, tuple(last_bucket, version)) = ");
	sql_add_text(&sql, house->site, strlen(house->site));
	strbuf_add(&sql, " ORDER BY sensor FORMAT RowBinary");
	int status =
	    strbuf_ok(&sql) ? clickhouse_ask(house, strbuf_text(&sql), &answer, err) : err_no_memory(err);
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&answer), answer.length);
	while (status == 0 && cur_left(&in) > 0) {
		size_t length;
		const uint8_t *name = take_bytes(&in, &length);

		if (!name) {
			status = err_set(err, "clickhouse %s:%u: a sensor's name is cut short",
					 house->place.host, house->place.port);
			break;
		}
		strbuf_add(out, out->length ? ", " : "");
		sql_add_text(out, (const char *)name, length);
	}
	strbuf_clear(&sql);
	strbuf_clear(&answer);
	return status == 0 && out->failed ? err_no_memory(err) : status;
}

int clickhouse_sensor_list(struct clickhouse *house, struct strbuf *out, struct err *err)
{
	if (house->place.sensor) {
		sql_add_text(out, house->place.sensor, strlen(house->place.sensor));
		return out->failed ? err_no_memory(err) : 0;
	}
	if (house->site && sensors_of_site(house, out, err))
		return -1;
	/* A site that nobody writes for has nothing to show, not all that others have. */
	if (house->site && out->length == 0)
		strbuf_add(out, "''");
	return out->failed ? err_no_memory(err) : 0;
}

int clickhouse_load(struct store *store, int32_t first_bucket, int32_t end_bucket, struct ledger **out,
		    struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	struct strbuf sensors = {0};
	int status = clickhouse_sensor_list(house, &sensors, err);

	*out = NULL;
	if (status == 0)
		status = clickhouse_load_sensors(house, first_bucket, end_bucket,
						 sensors.length ? strbuf_text(&sensors) : NULL, out, err);
	strbuf_clear(&sensors);
	return status;
}
