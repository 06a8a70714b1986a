/* The questions that a ledger is read by. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse_load.h"
#include "input_texts.h"
#include "pack.h"
#include <string.h>

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

static void add_span(struct strbuf *sql, const struct load *load)
{
	strbuf_addf(sql, " WHERE bucket >= %d AND bucket < %d AND ", load->first, load->end);
}

/* Rows of a sensor lie on one shard, which can add them up by itself; should they ever lie on several, the
 * ledger adds what comes twice. */
static void add_question(struct strbuf *sql, const struct load *load, const struct clickhouse_table *table,
			 enum seen_part part)
{
	const struct row_shape *shape = &row_shapes[table->shape];

	strbuf_add(sql, "SELECT ");
	if (part == SEEN_APART)
		house_add_columns(sql, shape, false);
	else
		house_add_merged(sql, shape);
	strbuf_add(sql, " FROM ");
	sql_add_table(sql, load->house, table->name);
	add_span(sql, load);
	strbuf_add(sql, strbuf_text(&load->seen.parts[part].condition));
	if (part != SEEN_APART) {
		strbuf_add(sql, " GROUP BY ");
		house_add_keys(sql, shape);
	}
	if (load->ordered) {
		strbuf_add(sql, " ORDER BY ");
		house_add_keys(sql, shape);
	} else if (part != SEEN_APART) {
		strbuf_add(sql, " SETTINGS distributed_group_by_no_merge = 1");
	}
	strbuf_add(sql, " FORMAT RowBinary");
}

static int load_shape(struct load *load, enum clickhouse_table_id table, struct err *err)
{
	static const enum seen_part parts[] = {SEEN_APART, SEEN_SHARED};
	int status = 0;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0] && status == 0; i++) {
		struct strbuf sql = {0};

		if (load->seen.parts[parts[i]].attempts == 0)
			continue;
		load->answer.length = 0;
		add_question(&sql, load, &clickhouse_tables[table], parts[i]);
		status = ask(load, &sql, &load->answer, err);
		if (status == 0)
			status = take_rows(load, clickhouse_tables[table].shape, &load->answer, err);
	}
	return status;
}

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
	*out = input_of_texts(texts);
	*filter = texts[INPUT_FILTER];
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

/* An hour of a live sensor stands in several segments; it grows, and what is said of it gets longer. */
#define LATEST "tuple(packets, length(error))"

static int load_inputs(struct load *load, struct err *err)
{
	static const char *const numbers[] = {"trouble",  "packets", "bytes",
					      "first_ns", "last_ns", "accounting"};
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT sensor, id");
	for (size_t i = 0; i < INPUT_TEXTS; i++)
		strbuf_addf(&sql, ", argMax(%s, " LATEST ")", input_text_names[i]);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		strbuf_addf(&sql, ", argMax(%s, " LATEST ")", numbers[i]);
	strbuf_add(&sql, " FROM ");
	sql_add_table(&sql, load->house, "input");
	strbuf_addf(&sql, " WHERE %s", strbuf_text(&load->seen.parts[SEEN_ALL].condition));
	strbuf_add(&sql,
		   " GROUP BY sensor, id ORDER BY argMax(first_ns, " LATEST "), id, sensor FORMAT RowBinary");
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
	strbuf_addf(
	    &sql,
	    " WHERE %s AND first_ns <= %lld AND last_ns >= %lld ORDER BY sensor, first_ns FORMAT RowBinary",
	    strbuf_text(&load->seen.parts[SEEN_ALL].condition), (long long)last_ns_of(load->end),
	    (long long)bucket_start_ns(load->first));
	int status = ask(load, &sql, &answer, err);
	if (status == 0)
		status = take_spans(load, &answer, err);
	strbuf_clear(&answer);
	return status;
}

int load_all(struct load *load, struct err *err)
{
	if (load->seen.parts[SEEN_ALL].attempts == 0)
		return 0;
	if (load_inputs(load, err))
		return -1;
	for (int table = TABLE_EDGE; table <= TABLE_ANOMALY; table++) {
		if (load_shape(load, (enum clickhouse_table_id)table, err))
			return -1;
	}
	return load_spans(load, err);
}
