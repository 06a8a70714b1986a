/* Private to store/: numbers that sensors and inputs get in a ledger that is read from ClickHouse. */
#ifndef STORE_CLICKHOUSE_READER_H
#define STORE_CLICKHOUSE_READER_H

#include "clickhouse.h"

struct house_reader {
	struct ledger *ledger;
	struct house_input {
		uint8_t id[INPUT_ID_BYTES];
		uint32_t number; /* in the ledger */
	} * inputs;              /* by id, once sorted */
	size_t input_count, input_capacity;
	/* The last sensor, as rows come sensor by sensor. */
	char sensor[LEDGER_NAME_MAX];
	size_t sensor_length;
	uint32_t sensor_number;
	bool sensor_known;
};

/* The number of input ID, once they are sorted; -1 when no input of that id was read. */
int reader_input(const struct house_reader *reader, const uint8_t id[INPUT_ID_BYTES],
		 uint32_t *out) MUST_CHECK;
/* ID is input NUMBER. 0/-1 (memory). */
int reader_add_input(struct house_reader *reader, const uint8_t id[INPUT_ID_BYTES],
		     uint32_t number) MUST_CHECK;
void reader_sort_inputs(struct house_reader *reader);
/* Takes a sensor's name; its number into OUT (uint32_t). 0/-1. */
int reader_sensor(struct house_reader *reader, struct cursor *in, void *out) MUST_CHECK;
void reader_clear(struct house_reader *reader);

#endif
