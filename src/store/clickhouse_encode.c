/* A ledger as a segment of the spool. */
#include "base/cursor.h"
#include "base/hash.h"
#include "base/mem.h"
#include "clickhouse_parts.h"
#include "input_texts.h"
#include "pack.h"
#include "sqlite_store.h"
#include <string.h>

static const size_t part_bytes = (size_t)4 << 20;

/* Rows of one table, handed to the spool part by part. */
struct rows_out {
	struct clickhouse *house;
	enum clickhouse_table_id table;
	struct strbuf part, row;
};

static int rows_flush(struct rows_out *out, struct err *err)
{
	int status = spool_add(out->house->spool, out->table, &out->part, err);

	strbuf_clear(&out->part);
	return status;
}

/* Takes what stands in out->row. */
static int rows_add(struct rows_out *out, struct err *err)
{
	put_number(&out->part, out->row.length, 4);
	strbuf_add_bytes(&out->part, strbuf_text(&out->row), out->row.length);
	out->part.failed |= out->row.failed;
	out->row.length = 0;
	return out->part.length >= part_bytes || out->part.failed ? rows_flush(out, err) : 0;
}

static int rows_end(struct rows_out *out, int status, struct err *err)
{
	if (status == 0)
		status = rows_flush(out, err);
	strbuf_clear(&out->part);
	strbuf_clear(&out->row);
	return status;
}

static int add_shape(struct clickhouse *house, enum clickhouse_table_id table,
		     const struct house_names *names, struct err *err)
{
	const struct row_shape *shape = &row_shapes[clickhouse_tables[table].shape];
	struct rows_out out = {.house = house, .table = table};
	size_t count = shape_count(names->ledger, clickhouse_tables[table].shape);
	int status = 0;

	for (size_t i = 0; i < count && status == 0; i++) {
		union any_row row;

		shape_row(names->ledger, clickhouse_tables[table].shape, i, &row);
		house_put_row(&out.row, shape, names, &row);
		status = rows_add(&out, err);
	}
	return rows_end(&out, status, err);
}

static void put_input(struct strbuf *out, const struct spool_segment *segment,
		      const struct house_names *names, size_t i, const struct input_record *input,
		      const char *beginning)
{
	const char *texts[INPUT_TEXTS];

	input_texts_get(input, ledger_filter(names->ledger), texts);
	put_text(out, segment->sensor);
	put_number(out, (uint32_t)segment->first_bucket, 4);
	put_number(out, (uint32_t)segment->last_bucket, 4);
	put_bytes(out, names->inputs[i], INPUT_ID_BYTES);
	for (size_t t = 0; t < INPUT_TEXTS; t++)
		put_text(out, texts[t]);
	put_number(out, input->trouble, 1);
	put_number(out, input->packets, 8);
	put_number(out, input->bytes, 8);
	put_number(out, (uint64_t)input->first_ns, 8);
	put_number(out, (uint64_t)input->last_ns, 8);
	put_number(out, ACCOUNT_COUNT, 1);
	for (size_t a = 0; a < ACCOUNT_COUNT; a++)
		put_number(out, input->accounting[a], 8);
	put_text(out, beginning);
}

static const char *beginning_of(const struct store_change *change, const char *fingerprint)
{
	for (size_t i = 0; change && i < change->capture_count; i++)
		if (strcmp(change->captures[i].fingerprint, fingerprint) == 0)
			return change->captures[i].beginning;
	return "";
}

static int add_inputs(struct clickhouse *house, const struct spool_segment *segment,
		      const struct house_names *names, const struct store_change *change, struct err *err)
{
	struct rows_out out = {.house = house, .table = TABLE_INPUT};
	size_t count;
	const struct input_record *inputs = ledger_inputs(names->ledger, &count);
	int status = 0;

	for (size_t i = 0; i < count && status == 0; i++) {
		if (input_is_duplicate(&inputs[i]))
			continue;
		const char *beginning = beginning_of(change, inputs[i].fingerprint);

		put_input(&out.row, segment, names, i, &inputs[i], beginning);
		status = rows_add(&out, err);
		if (status == 0 && inputs[i].fingerprint[0])
			status = taken_put_capture(house->spool, segment, &inputs[i], beginning, err);
	}
	return rows_end(&out, status, err);
}

static int add_spans(struct clickhouse *house, const struct house_names *names, struct err *err)
{
	struct rows_out out = {.house = house, .table = TABLE_SPAN};
	size_t count;
	const struct coverage_span *spans = ledger_spans(names->ledger, &count);
	int status = 0;

	for (size_t i = 0; i < count && status == 0; i++) {
		put_text(&out.row, ledger_sensor_name(names->ledger, spans[i].sensor));
		put_number(&out.row, (uint32_t)time_bucket(spans[i].first_ns), 4);
		put_number(&out.row, (uint64_t)spans[i].first_ns, 8);
		put_number(&out.row, (uint64_t)spans[i].last_ns, 8);
		status = rows_add(&out, err);
	}
	return rows_end(&out, status, err);
}

static int add_files(struct clickhouse *house, const char *sensor, const struct store_file *files,
		     size_t count, struct err *err)
{
	struct rows_out out = {.house = house, .table = TABLE_FILE};
	int status = 0;

	for (size_t i = 0; i < count && status == 0; i++) {
		put_text(&out.row, sensor);
		put_text(&out.row, files[i].path);
		put_number(&out.row, files[i].bytes, 8);
		put_number(&out.row, (uint64_t)files[i].changed_ns, 8);
		put_text(&out.row, files[i].fingerprint);
		put_number(&out.row, (uint64_t)files[i].first_ns, 8);
		put_number(&out.row, files[i].packets, 8);
		status = rows_add(&out, err);
		if (status == 0)
			status = memory_put_file(house->spool, sensor, &files[i], err);
	}
	return rows_end(&out, status, err);
}

static void put_flow(struct strbuf *out, const struct flow_open *flow)
{
	uint8_t bytes[ADDR_BLOB_MAX];

	put_bytes(out, bytes, addr_blob_write(&flow->initiator, bytes));
	put_bytes(out, bytes, addr_blob_write(&flow->responder, bytes));
	put_number(out, flow->initiator_port, 2);
	put_number(out, flow->responder_port, 2);
	put_number(out, flow->protocol, 1);
	put_number(out, flow->confidence, 1);
	put_number(out, (uint64_t)flow->last_ns, 8);
}

static int add_chain(struct clickhouse *house, const struct store_chain *chain, const struct strbuf *flows,
		     struct err *err)
{
	struct rows_out out = {.house = house, .table = TABLE_CHAIN};

	put_text(&out.row, chain->sensor);
	put_number(&out.row, (uint64_t)chain->end_ns, 8);
	put_bytes(&out.row, strbuf_text(flows), flows->length);
	out.row.failed |= flows->failed;
	return rows_end(&out, rows_add(&out, err), err);
}

/* When LEDGER's coverage begins; one without any has no beginning. */
static int64_t begin_ns(const struct ledger *ledger)
{
	size_t count = 0;
	const struct coverage_span *spans = ledger_spans(ledger, &count);
	int64_t first_ns = count ? spans[0].first_ns : INT64_MIN;

	for (size_t i = 1; i < count; i++)
		if (spans[i].first_ns < first_ns)
			first_ns = spans[i].first_ns;
	return first_ns;
}

/* What is open, and what this machine remembers of the segment. */
static int add_end(struct clickhouse *house, const struct spool_segment *segment,
		   const struct house_names *names, const struct encoded_extras *extras, struct err *err)
{
	const struct store_chain *chain = extras->chain;
	struct strbuf flows = {0};
	int status = 0;

	for (size_t i = 0; chain && i < chain->count; i++)
		put_flow(&flows, &chain->flows[i]);
	if (chain)
		status = add_chain(house, chain, &flows, err);
	if (status == 0 && extras->change && names)
		status = taken_put_segment(house->spool, segment, begin_ns(names->ledger),
					   chain ? chain->end_ns : INT64_MIN, &flows, err);
	else if (status == 0 && chain)
		status = memory_put_chain(house->spool, chain, &flows, err);
	strbuf_clear(&flows);
	return status;
}

/* Before anything is put in its place. */
static int drop_replaced(struct clickhouse *house, const struct spool_segment *segment,
			 const struct store_change *change, struct err *err)
{
	int status = 0;

	for (size_t i = 0; change && i < change->replaced_count && status == 0; i++)
		status = taken_drop(house->spool, segment->sensor, change->replaced[i], err);
	return status;
}

int encode_segment(struct clickhouse *house, const struct spool_segment *segment,
		   const struct house_names *names, const struct encoded_extras *extras, struct err *err)
{
	int status = spool_begin(house->spool, segment, err);

	if (status)
		return -1;
	status = drop_replaced(house, segment, extras->change, err);
	if (status == 0 && segment->site && segment->site[0])
		status = memory_note_site(house->spool, segment->sensor, segment->site, err);
	for (int table = TABLE_EDGE; table <= TABLE_ANOMALY && names && status == 0; table++)
		status = add_shape(house, (enum clickhouse_table_id)table, names, err);
	if (status == 0 && names)
		status =
		    add_inputs(house, segment, names, extras->change, err) || add_spans(house, names, err)
			? -1
			: 0;
	if (status == 0)
		status = add_files(house, segment->sensor, extras->files, extras->file_count, err);
	if (status == 0)
		status = add_end(house, segment, names, extras, err);
	return spool_end(house->spool, status, err);
}
