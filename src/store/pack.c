#include "pack.h"
#include "base/mem.h"
#include <string.h>

/* More than any row needs: each column at most a frame, three numbers of ten bytes. */
enum { ROW_BYTES_MAX = 64 * 30 + 8, NUMBER_SHIFT = 7, NUMBER_MORE = 0x80 };

static bool differs(const struct column *column, const void *a, const void *b)
{
	const struct frame_ref *left = a, *right = b;

	switch ((enum column_kind)column->kind) {
	case COLUMN_U8: return *(const uint8_t *)a != *(const uint8_t *)b;
	case COLUMN_U16: return memcmp(a, b, 2) != 0;
	case COLUMN_U32:
	case COLUMN_I32:
	case COLUMN_SENSOR: return memcmp(a, b, 4) != 0;
	case COLUMN_U64:
	case COLUMN_I64: return memcmp(a, b, 8) != 0;
	case COLUMN_ADDR: return memcmp(a, b, sizeof(struct addr)) != 0;
	case COLUMN_MAC: return memcmp(a, b, MAC_BYTES) != 0;
	case COLUMN_VLANS: return memcmp(a, b, LEDGER_VLANS * sizeof(uint16_t)) != 0;
	case COLUMN_FRAME:
		return left->frame != right->frame || left->time_ns != right->time_ns ||
		       left->input != right->input;
	}
	return true;
}

static uint8_t *put_number(uint8_t *out, uint64_t number)
{
	for (; number >= NUMBER_MORE; number >>= NUMBER_SHIFT)
		*out++ = (uint8_t)(number | NUMBER_MORE);
	*out++ = (uint8_t)number;
	return out;
}

/* Signed, small either way: 0, -1, 1, -2 .. as 0, 1, 2, 3 .. */
static uint8_t *put_signed(uint8_t *out, int64_t number)
{
	return put_number(out, ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0));
}

/* The difference may not fit; wrapping round it comes back all the same. */
static uint8_t *put_time(uint8_t *out, int64_t *clock_ns, int64_t time_ns)
{
	out = put_signed(out, (int64_t)((uint64_t)time_ns - (uint64_t)*clock_ns));
	*clock_ns = time_ns;
	return out;
}

static uint8_t *put_bytes(uint8_t *out, const struct column *column, const void *field)
{
	size_t length = column_bytes_write(column, field, out + 1);

	*out = (uint8_t)length;
	return out + 1 + length;
}

/* NULL: the input has no number. */
static uint8_t *put_frame(uint8_t *out, int64_t *clock_ns, const struct number_map *inputs,
			  const struct frame_ref *ref)
{
	out = put_number(out, ref->frame);
	if (ref->frame == 0)
		return out;
	int64_t input = number_of(inputs, ref->input);
	return input < 0 ? NULL : put_time(put_number(out, (uint64_t)input), clock_ns, ref->time_ns);
}

static uint8_t *put_field(uint8_t *out, struct pack *pack, const struct column *column,
			  const struct row_maps *maps, const void *field)
{
	switch ((enum column_kind)column->kind) {
	case COLUMN_ADDR:
	case COLUMN_MAC:
	case COLUMN_VLANS: return put_bytes(out, column, field);
	case COLUMN_FRAME: return put_frame(out, &pack->clock_ns, &maps->inputs, field);
	case COLUMN_I32: return put_signed(out, column_number_get(column, field));
	case COLUMN_I64: return put_time(out, &pack->clock_ns, column_number_get(column, field));
	case COLUMN_SENSOR:
	case COLUMN_U8:
	case COLUMN_U16:
	case COLUMN_U32:
	case COLUMN_U64: break;
	}
	return put_number(out, (uint64_t)column_number_get(column, field));
}

void pack_begin(struct pack *pack)
{
	pack->length = 0;
	pack->rows = 0;
	pack->clock_ns = 0;
	memset(&pack->before, 0, sizeof(pack->before));
}

int pack_add(struct pack *pack, const struct row_shape *shape, const struct row_maps *maps, const void *row)
{
	if (mem_grow((void **)&pack->bytes, &pack->capacity, pack->length + ROW_BYTES_MAX, 1))
		return -1;
	uint8_t *out = pack->bytes + pack->length;
	if (pack->rows == 0)
		out = put_number(out, shape->column_count);
	uint8_t *bits = out;
	size_t bit_bytes = (shape->column_count - PACK_KEYS + 7) / 8;

	memset(bits, 0, bit_bytes);
	out += bit_bytes;
	for (size_t i = PACK_KEYS; i < shape->column_count; i++) {
		const struct column *column = &shape->columns[i];
		const char *field = (const char *)row + column->offset;

		if (!differs(column, field, (const char *)&pack->before + column->offset))
			continue;
		size_t bit = i - PACK_KEYS;

		bits[bit / 8] = (uint8_t)(bits[bit / 8] | 1U << bit % 8);
		out = put_field(out, pack, column, maps, field);
		if (!out)
			return -1;
	}
	memcpy(&pack->before, row, shape->row_size);
	pack->length = (size_t)(out - pack->bytes);
	pack->rows++;
	return 0;
}

/* What is longer than ten bytes is no number. */
static uint64_t get_number(struct cursor *in)
{
	uint64_t number = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = cur_u8(in);
		number |= (uint64_t)(byte & (NUMBER_MORE - 1)) << shift;
		shift += NUMBER_SHIFT;
	} while (byte & NUMBER_MORE && shift < 64);
	if (byte & NUMBER_MORE)
		cur_skip(in, SIZE_MAX);
	return number;
}

static int64_t get_signed(struct cursor *in)
{
	uint64_t number = get_number(in);

	return (int64_t)((number >> 1) ^ (number & 1 ? UINT64_MAX : 0));
}

static int64_t get_time(struct cursor *in, int64_t *clock_ns)
{
	*clock_ns = (int64_t)((uint64_t)*clock_ns + (uint64_t)get_signed(in));
	return *clock_ns;
}

static int get_frame(struct cursor *in, int64_t *clock_ns, const struct number_map *inputs,
		     struct frame_ref *out)
{
	/* Bytes that no field uses stay zero. */
	memset(out, 0, sizeof(*out));
	out->frame = get_number(in);
	if (out->frame == 0)
		return 0;
	int64_t input = number_of(inputs, get_number(in));
	out->input = (uint32_t)input;
	out->time_ns = get_time(in, clock_ns);
	return input < 0 || out->frame > INT64_MAX ? -1 : 0;
}

static int get_field(struct unpack *unpack, const struct column *column, const struct row_maps *maps,
		     void *field)
{
	struct cursor *in = &unpack->in;
	int64_t number = 0;

	switch ((enum column_kind)column->kind) {
	case COLUMN_ADDR:
	case COLUMN_MAC:
	case COLUMN_VLANS: {
		size_t length = cur_u8(in);
		const uint8_t *bytes = cur_take(in, length);

		return bytes ? column_bytes_read(column, bytes, length, field) : -1;
	}
	case COLUMN_FRAME: return get_frame(in, &unpack->clock_ns, &maps->inputs, field);
	case COLUMN_I32: number = get_signed(in); break;
	case COLUMN_I64: number = get_time(in, &unpack->clock_ns); break;
	case COLUMN_SENSOR: return -1;
	case COLUMN_U8:
	case COLUMN_U16:
	case COLUMN_U32:
	case COLUMN_U64: number = (int64_t)get_number(in); break;
	}
	return column_number_set(column, number, field);
}

int unpack_begin(struct unpack *unpack, const struct row_shape *shape, int32_t bucket, uint32_t sensor,
		 const uint8_t *bytes, size_t length)
{
	char *row = (char *)&unpack->row;

	memset(unpack, 0, sizeof(*unpack));
	unpack->in = cur_make(bytes, length);
	uint64_t columns = get_number(&unpack->in);

	unpack->columns = (size_t)columns;
	memcpy(row + shape->columns[0].offset, &bucket, sizeof(bucket));
	memcpy(row + shape->columns[1].offset, &sensor, sizeof(sensor));
	return cur_ok(&unpack->in) && columns >= PACK_KEYS && columns <= shape->column_count ? 0 : -1;
}

int unpack_next(struct unpack *unpack, const struct row_shape *shape, const struct row_maps *maps)
{
	if (cur_left(&unpack->in) == 0)
		return cur_ok(&unpack->in) ? 0 : -1;
	size_t bit_bytes = (unpack->columns - PACK_KEYS + 7) / 8;
	const uint8_t *bits = cur_take(&unpack->in, bit_bytes);

	for (size_t byte = 0; bits && byte < bit_bytes; byte++) {
		for (unsigned left = bits[byte]; left != 0; left &= left - 1) {
			size_t i = PACK_KEYS + byte * 8 + (size_t)__builtin_ctz(left);
			const struct column *column = &shape->columns[i];

			if (i >= unpack->columns ||
			    get_field(unpack, column, maps, (char *)&unpack->row + column->offset) != 0)
				return -1;
		}
	}
	return cur_ok(&unpack->in) ? 1 : -1;
}
