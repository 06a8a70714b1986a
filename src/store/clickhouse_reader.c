#include "clickhouse_reader.h"
#include "base/cursor.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

static int input_compare(const void *a, const void *b)
{
	const struct house_input *left = a, *right = b;

	if (left->ledger != right->ledger)
		return left->ledger < right->ledger ? -1 : 1;
	return memcmp(left->id, right->id, INPUT_ID_BYTES);
}

static bool is_input(const struct house_input *input, const struct ledger *ledger, const uint8_t *id)
{
	return input->ledger == ledger && memcmp(input->id, id, INPUT_ID_BYTES) == 0;
}

int reader_input(struct house_reader *reader, const uint8_t id[INPUT_ID_BYTES], uint32_t *out)
{
	struct house_input key = {.ledger = reader->ledger};

	if (reader->input_count == 0)
		return -1;
	if (!is_input(&reader->inputs[reader->input_last], reader->ledger, id)) {
		memcpy(key.id, id, INPUT_ID_BYTES);
		const struct house_input *found =
		    bsearch(&key, reader->inputs, reader->input_count, sizeof key, input_compare);
		if (!found)
			return -1;
		reader->input_last = (size_t)(found - reader->inputs);
	}
	*out = reader->inputs[reader->input_last].number;
	return 0;
}

int reader_add_input(struct house_reader *reader, const uint8_t id[INPUT_ID_BYTES], uint32_t number)
{
	if (mem_grow((void **)&reader->inputs, &reader->input_capacity, reader->input_count + 1,
		     sizeof *reader->inputs))
		return -1;
	memcpy(reader->inputs[reader->input_count].id, id, INPUT_ID_BYTES);
	reader->inputs[reader->input_count].ledger = reader->ledger;
	reader->inputs[reader->input_count++].number = number;
	return 0;
}

void reader_sort_inputs(struct house_reader *reader)
{
	if (reader->input_count > 1)
		qsort(reader->inputs, reader->input_count, sizeof *reader->inputs, input_compare);
}

static int target_compare(const void *key, const void *target)
{
	return strcmp(key, ((const struct house_target *)target)->sensor);
}

/* Makes the ledger of the sensor in reader->sensor the present one; its number there, or -1. */
static int64_t find_sensor(struct house_reader *reader)
{
	struct house_target *target;

	if (!reader->targets)
		return ledger_sensor(reader->ledger, reader->sensor);
	target =
	    bsearch(reader->sensor, reader->targets, reader->target_count, sizeof *target, target_compare);
	if (!target)
		return -1;
	reader->ledger = target->ledger;
	if (target->number < 0)
		target->number = ledger_sensor(reader->ledger, reader->sensor);
	return target->number;
}

int reader_sensor(struct house_reader *reader, struct cursor *in, void *out)
{
	size_t length;
	const uint8_t *bytes = take_bytes(in, &length);

	if (!bytes || length >= LEDGER_NAME_MAX)
		return -1;
	if (!reader->sensor_known || length != reader->sensor_length ||
	    memcmp(reader->sensor, bytes, length) != 0) {
		memcpy(reader->sensor, bytes, length);
		reader->sensor[length] = '\0';
		int64_t number = find_sensor(reader);
		if (number < 0)
			return -1;
		reader->sensor_length = length;
		reader->sensor_number = (uint32_t)number;
		reader->sensor_known = true;
	}
	memcpy(out, &reader->sensor_number, sizeof reader->sensor_number);
	return 0;
}

void reader_clear(struct house_reader *reader)
{
	mem_free(reader->inputs);
	*reader = (struct house_reader){.ledger = NULL};
}
