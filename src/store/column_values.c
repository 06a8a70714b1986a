/* One field of a ledger row to a column and back. What is read is checked: a store may have been damaged or
 * forged. */
#include "base/cursor.h"
#include "columns.h"
#include <string.h>

enum { ADDR_HEAD = 8, VLAN_BLOB_MAX = 2 * LEDGER_VLANS };
_Static_assert(ADDR_BLOB_MAX == ADDR_HEAD + 16, "the largest address with its head");

size_t addr_blob_write(const struct addr *addr, uint8_t out[ADDR_BLOB_MAX])
{
	size_t size = addr_size(addr);
	size_t head = 0;

	if (addr->scope_kind || addr->scope || addr->prefix) {
		out[0] = addr->family;
		out[1] = addr->scope_kind;
		out[2] = addr->prefix;
		out[3] = 0;
		for (unsigned i = 0; i < 4; i++)
			out[4 + i] = (uint8_t)(addr->scope >> (24 - 8 * i));
		head = ADDR_HEAD;
	}
	memcpy(out + head, addr->bytes, size);
	return head + size;
}

/* A plain address is told by its length; no plain one is as long as one with a head. */
int addr_blob_read(const uint8_t *bytes, size_t length, struct addr *out)
{
	struct cursor in = cur_make(bytes, length);

	memset(out, 0, sizeof(*out));
	if (length == 0)
		return 0;
	if (length == 4 || length == 16 || length == MAC_BYTES) {
		out->family = length == 4 ? ADDR_IPV4 : length == 16 ? ADDR_IPV6 : ADDR_MAC;
	} else {
		out->family = cur_u8(&in);
		out->scope_kind = cur_u8(&in);
		out->prefix = cur_u8(&in);
		out->zero = cur_u8(&in);
		out->scope = cur_be32(&in);
	}
	size_t size = addr_size(out);
	cur_copy(&in, out->bytes, size);
	bool fits = cur_ok(&in) && cur_left(&in) == 0 && out->zero == 0 && out->prefix <= 8 * size;
	bool known = (out->scope_kind <= ADDR_SCOPE_VNI || (out->scope_kind & 15) == ADDR_SCOPE_BOTH) && (size > 0 || out->family == ADDR_NONE);
	return fits && known ? 0 : -1;
}

static size_t vlans_write(const uint16_t vlans[LEDGER_VLANS], uint8_t out[VLAN_BLOB_MAX])
{
	size_t count = LEDGER_VLANS;

	while (count > 0 && vlans[count - 1] == 0)
		count--;
	for (size_t i = 0; i < count; i++) {
		out[2 * i] = (uint8_t)(vlans[i] >> 8);
		out[2 * i + 1] = (uint8_t)vlans[i];
	}
	return 2 * count;
}

static int vlans_read(const uint8_t *bytes, size_t length, uint16_t out[LEDGER_VLANS])
{
	struct cursor in = cur_make(bytes, length);

	if (length % 2 != 0 || length > VLAN_BLOB_MAX)
		return -1;
	memset(out, 0, VLAN_BLOB_MAX);
	for (size_t i = 0; 2 * i < length; i++)
		out[i] = cur_be16(&in);
	return 0;
}

int64_t number_of(const struct number_map *map, uint64_t index)
{
	return index < map->count ? map->numbers[index] : -1;
}

static size_t number_size(enum column_kind kind)
{
	switch (kind) {
	case COLUMN_U8: return 1;
	case COLUMN_U16: return 2;
	case COLUMN_U32:
	case COLUMN_I32:
	case COLUMN_SENSOR: return 4;
	case COLUMN_U64:
	case COLUMN_I64: return 8;
	case COLUMN_ADDR:
	case COLUMN_MAC:
	case COLUMN_VLANS:
	case COLUMN_FRAME: break;
	}
	return 0;
}

int64_t column_number_get(const struct column *column, const void *field)
{
	uint64_t wide = 0;
	int32_t negative;

	if (column->kind == COLUMN_I32) {
		memcpy(&negative, field, sizeof(negative));
		return negative;
	}
	switch (number_size((enum column_kind)column->kind)) {
	case 1: wide = *(const uint8_t *)field; break;
	case 2: wide = *(const uint16_t *)field; break;
	case 4: wide = *(const uint32_t *)field; break;
	case 8: memcpy(&wide, field, sizeof(wide)); break;
	default: break;
	}
	return (int64_t)wide;
}

int column_number_set(const struct column *column, int64_t value, void *field)
{
	static const uint64_t most[] = {[1] = UINT8_MAX, [2] = UINT16_MAX, [4] = UINT32_MAX, [8] = INT64_MAX};
	size_t size = number_size((enum column_kind)column->kind);
	bool has_sign = column->kind == COLUMN_I32 || column->kind == COLUMN_I64;
	uint8_t byte = (uint8_t)value;
	uint16_t half = (uint16_t)value;
	uint32_t word = (uint32_t)value;
	const void *source = size == 1   ? (const void *)&byte
			     : size == 2 ? (const void *)&half
					 : (const void *)&word;

	if (column->below && (value < 0 || value >= (int64_t)column->below))
		return -1;
	if (!has_sign && (value < 0 || (uint64_t)value > most[size]))
		return -1;
	if (column->kind == COLUMN_I32 && (value < INT32_MIN || value > INT32_MAX))
		return -1;
	memcpy(field, size == 8 ? (const void *)&value : source, size);
	return 0;
}

size_t column_bytes_write(const struct column *column, const void *field, uint8_t out[COLUMN_BYTES_MAX])
{
	static const uint8_t no_mac[MAC_BYTES];

	if (column->kind == COLUMN_ADDR)
		return addr_blob_write(field, out);
	if (column->kind == COLUMN_VLANS)
		return vlans_write(field, out);
	if (memcmp(field, no_mac, MAC_BYTES) == 0)
		return 0;
	memcpy(out, field, MAC_BYTES);
	return MAC_BYTES;
}

int column_bytes_read(const struct column *column, const uint8_t *bytes, size_t length, void *field)
{
	if (column->kind == COLUMN_ADDR)
		return addr_blob_read(bytes, length, field);
	if (column->kind == COLUMN_VLANS)
		return vlans_read(bytes, length, field);
	if (length == MAC_BYTES && bytes)
		memcpy(field, bytes, MAC_BYTES);
	else
		memset(field, 0, MAC_BYTES);
	return length == MAC_BYTES || length == 0 ? 0 : -1;
}

static int read_frame(sqlite3_stmt *statement, int at, const struct number_map *inputs, struct frame_ref *out)
{
	int64_t frame = sqlite3_column_int64(statement, at + 2);
	int64_t input = number_of(inputs, (uint64_t)sqlite3_column_int64(statement, at + 1));

	if (sqlite3_column_type(statement, at + 2) == SQLITE_NULL)
		return 0;
	if (input < 0 || frame <= 0)
		return -1;
	out->time_ns = sqlite3_column_int64(statement, at);
	out->frame = (uint64_t)frame;
	out->input = (uint32_t)input;
	return 0;
}

static int read_field(sqlite3_stmt *statement, int at, const struct column *column,
		      const struct row_maps *maps, void *field)
{
	int64_t value;

	if (column->kind == COLUMN_FRAME)
		return read_frame(statement, at, &maps->inputs, field);
	if (number_size((enum column_kind)column->kind) == 0)
		return column_bytes_read(column, sqlite3_column_blob(statement, at),
					 (size_t)sqlite3_column_bytes(statement, at), field);
	value = sqlite3_column_int64(statement, at);
	if (column->kind == COLUMN_SENSOR)
		value = number_of(&maps->sensors, (uint64_t)value);
	return column_number_set(column, value, field);
}

int shape_read(sqlite3_stmt *statement, const struct row_shape *shape, const struct row_maps *maps, void *row)
{
	int at = 0;

	memset(row, 0, shape->row_size);
	for (size_t i = 0; i < shape->column_count; i++) {
		const struct column *column = &shape->columns[i];

		if (read_field(statement, at, column, maps, (char *)row + column->offset) != 0)
			return -1;
		at += column->kind == COLUMN_FRAME ? 3 : 1;
	}
	return 0;
}
