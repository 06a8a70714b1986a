/* Rows of the ledger as RowBinary, by the same table of columns as in files. */
#include "base/cursor.h"
#include "base/hash.h"
#include "clickhouse.h"
#include "clickhouse_reader.h"
#include <endian.h>
#include <string.h>

/* The smallest of those that are there, "none" standing behind all others meanwhile. No evidence begins with
 * 255: that were a time after the year 2262. */
#define LEAST_TIME        "min(if(first_ns = -9223372036854775807 - 1, toInt64(9223372036854775807), first_ns))"
#define LEAST_SNAPLEN     "min(if(snaplen_min = 0, toUInt32(4294967295), snaplen_min))"
#define LEAST_FRAME(name) "min(if(" name " = '', '\\xFF\\xFF', " name "))"
#define LEAST_TEXT(name)  "if(" LEAST_FRAME(name) " = '\\xFF\\xFF', '', " LEAST_FRAME(name) ")"

/* How a column adds up over segments; those that are not named here are added, or are keys. */
static const struct {
	const char *name;
	const char *merged; /* %s: the column, or an expression without it */
} merges[] = {
    /* Unknown is the smallest number: it must not hide the others. */
    {"first_ns",
     "if(" LEAST_TIME " = toInt64(9223372036854775807), toInt64(-9223372036854775807 - 1), " LEAST_TIME ")"},
    {"last_ns", "max(last_ns)"},
    {"opened_minutes", "groupBitOr(opened_minutes)"},
    {"answered_minutes", "groupBitOr(answered_minutes)"},
    {"active_minutes", "groupBitOr(active_minutes)"},
    {"minutes", "groupBitOr(minutes)"},
    {"snaplen_min", "if(" LEAST_SNAPLEN " = toUInt32(4294967295), toUInt32(0), " LEAST_SNAPLEN ")"},
    {"vlans", "arraySlice(arraySort(groupUniqArrayArray(vlans)), 1, 8)"},
    {"opening", LEAST_TEXT("opening")},
    {"second",
     "arrayElement(arraySort(arrayFilter(x -> x != '', groupUniqArrayArray([opening, second]))), 2)"},
    {"answered", LEAST_TEXT("answered")},
    {"contradicted", LEAST_TEXT("contradicted")},
    {"evidence", LEAST_TEXT("evidence")},
};

/* How many VLANs there are follows from them. */
static bool is_kept(const struct column *column)
{
	return column->below != LEDGER_VLANS + 1;
}

static const char *type_of(const struct column *column)
{
	switch ((enum column_kind)column->kind) {
	case COLUMN_U8: return "UInt8";
	case COLUMN_U16: return "UInt16";
	case COLUMN_U32: return "UInt32";
	case COLUMN_I32: return "Int32";
	case COLUMN_U64: return "UInt64";
	case COLUMN_I64: return "Int64";
	case COLUMN_VLANS: return "Array(UInt16)";
	case COLUMN_ADDR:
	case COLUMN_MAC:
	case COLUMN_FRAME:
	case COLUMN_SENSOR: break;
	}
	return "String";
}

static size_t size_of(const struct column *column)
{
	switch ((enum column_kind)column->kind) {
	case COLUMN_U8: return 1;
	case COLUMN_U16: return 2;
	case COLUMN_U32:
	case COLUMN_I32: return 4;
	case COLUMN_U64:
	case COLUMN_I64: return 8;
	case COLUMN_ADDR:
	case COLUMN_MAC:
	case COLUMN_VLANS:
	case COLUMN_FRAME:
	case COLUMN_SENSOR: break;
	}
	return 0;
}

void house_add_columns(struct strbuf *out, const struct row_shape *shape, bool with_types)
{
	bool first = true;

	for (size_t i = 0; i < shape->column_count; i++) {
		if (!is_kept(&shape->columns[i]))
			continue;
		strbuf_addf(out, "%s`%s`%s%s", first ? "" : ", ", shape->columns[i].name,
			    with_types ? " " : "", with_types ? type_of(&shape->columns[i]) : "");
		first = false;
	}
}

static const char *merge_of(const struct column *column)
{
	for (size_t i = 0; i < sizeof merges / sizeof merges[0]; i++) {
		if (strcmp(merges[i].name, column->name) == 0)
			return merges[i].merged;
	}
	return NULL;
}

void house_add_merged(struct strbuf *out, const struct row_shape *shape)
{
	bool first = true;

	for (size_t i = 0; i < shape->column_count; i++) {
		const struct column *column = &shape->columns[i];

		if (!is_kept(column))
			continue;
		strbuf_add(out, first ? "" : ", ");
		first = false;
		if (column->is_key)
			strbuf_addf(out, "`%s`", column->name);
		else if (merge_of(column))
			strbuf_add(out, merge_of(column));
		else
			strbuf_addf(out, "sum(`%s`)", column->name);
	}
}

void house_add_keys(struct strbuf *out, const struct row_shape *shape)
{
	for (size_t i = 0; i < shape->column_count && shape->columns[i].is_key; i++)
		strbuf_addf(out, "%s`%s`", i ? ", " : "", shape->columns[i].name);
}

/* Smaller in time is smaller as bytes, also before 1970. */
static void put_frame(struct strbuf *out, const struct house_names *names, const struct frame_ref *ref)
{
	uint8_t bytes[FRAME_BYTES];
	uint64_t time = (uint64_t)ref->time_ns ^ (UINT64_C(1) << 63);

	if (ref->frame == 0) {
		put_bytes(out, "", 0);
		return;
	}
	for (unsigned i = 0; i < 8; i++) {
		bytes[i] = (uint8_t)(time >> (56 - 8 * i));
		bytes[8 + INPUT_ID_BYTES + i] = (uint8_t)(ref->frame >> (56 - 8 * i));
	}
	memcpy(bytes + 8, names->inputs[ref->input], INPUT_ID_BYTES);
	put_bytes(out, bytes, sizeof bytes);
}

static void put_vlans(struct strbuf *out, const uint16_t vlans[LEDGER_VLANS], unsigned count)
{
	put_number(out, count, 1);
	for (unsigned i = 0; i < count; i++)
		put_number(out, vlans[i], 2);
}

static void put_field(struct strbuf *out, const struct column *column, const struct house_names *names,
		      const void *row)
{
	const void *field = (const char *)row + column->offset;
	uint8_t bytes[COLUMN_BYTES_MAX];
	uint32_t sensor;

	switch ((enum column_kind)column->kind) {
	case COLUMN_FRAME: put_frame(out, names, field); break;
	case COLUMN_VLANS: put_vlans(out, field, ((const struct edge_row *)row)->vlan_count); break;
	case COLUMN_SENSOR:
		memcpy(&sensor, field, sizeof sensor);
		put_text(out, ledger_sensor_name(names->ledger, sensor));
		break;
	case COLUMN_ADDR:
	case COLUMN_MAC: put_bytes(out, bytes, column_bytes_write(column, field, bytes)); break;
	case COLUMN_U8:
	case COLUMN_U16:
	case COLUMN_U32:
	case COLUMN_I32:
	case COLUMN_U64:
	case COLUMN_I64: put_number(out, (uint64_t)column_number_get(column, field), size_of(column)); break;
	}
}

void house_put_row(struct strbuf *out, const struct row_shape *shape, const struct house_names *names,
		   const void *row)
{
	for (size_t i = 0; i < shape->column_count; i++) {
		if (is_kept(&shape->columns[i]))
			put_field(out, &shape->columns[i], names, row);
	}
}

static int take_frame(struct cursor *in, struct house_reader *reader, struct frame_ref *out)
{
	size_t length;
	const uint8_t *bytes = take_bytes(in, &length);
	uint64_t time = 0, frame = 0;

	if (!bytes || (length != 0 && length != FRAME_BYTES))
		return -1;
	if (length == 0)
		return 0;
	for (unsigned i = 0; i < 8; i++) {
		time = time << 8 | bytes[i];
		frame = frame << 8 | bytes[8 + INPUT_ID_BYTES + i];
	}
	out->time_ns = (int64_t)(time ^ (UINT64_C(1) << 63));
	out->frame = frame;
	/* A frame has a number, or it is not there at all. */
	return frame == 0 ? -1 : reader_input(reader, bytes + 8, &out->input);
}

static int take_vlans(struct cursor *in, struct edge_row *row)
{
	uint64_t count = take_number(in, 1);

	if (count > LEDGER_VLANS)
		return -1;
	for (uint64_t i = 0; i < count; i++)
		row->vlans[i] = (uint16_t)take_number(in, 2);
	row->vlan_count = (uint8_t)count;
	return cur_ok(in) ? 0 : -1;
}

static int take_bytes_field(struct cursor *in, const struct column *column, void *field)
{
	size_t length;
	const uint8_t *bytes = take_bytes(in, &length);

	return bytes ? column_bytes_read(column, bytes, length, field) : -1;
}

/* Most of a row is such numbers. */
static int take_u64(struct cursor *in, void *field)
{
	const uint8_t *at = cur_take(in, sizeof(uint64_t));
	uint64_t value;

	if (!at)
		return -1;
	memcpy(&value, at, sizeof value);
	value = le64toh(value);
	memcpy(field, &value, sizeof value);
	/* As in files: what a count cannot be. */
	return value > INT64_MAX ? -1 : 0;
}

static int take_number_field(struct cursor *in, const struct column *column, void *field)
{
	uint64_t value = take_number(in, size_of(column));

	if (!cur_ok(in))
		return -1;
	if (column->kind == COLUMN_I32)
		return column_number_set(column, (int32_t)(uint32_t)value, field);
	return column_number_set(column, (int64_t)value, field);
}

static int take_field(struct cursor *in, const struct column *column, struct house_reader *reader, void *row)
{
	void *field = (char *)row + column->offset;

	switch ((enum column_kind)column->kind) {
	case COLUMN_FRAME: return take_frame(in, reader, field);
	case COLUMN_VLANS: return take_vlans(in, row);
	case COLUMN_SENSOR: return reader_sensor(reader, in, field);
	case COLUMN_ADDR:
	case COLUMN_MAC: return take_bytes_field(in, column, field);
	case COLUMN_U64: return take_u64(in, field);
	case COLUMN_U8:
	case COLUMN_U16:
	case COLUMN_U32:
	case COLUMN_I32:
	case COLUMN_I64: break;
	}
	return take_number_field(in, column, field);
}

int house_take_row(struct cursor *in, const struct row_shape *shape, struct house_reader *reader, void *row)
{
	memset(row, 0, shape->row_size);
	for (size_t i = 0; i < shape->column_count; i++) {
		if (is_kept(&shape->columns[i]) && take_field(in, &shape->columns[i], reader, row))
			return -1;
	}
	return cur_ok(in) ? 0 : -1;
}
