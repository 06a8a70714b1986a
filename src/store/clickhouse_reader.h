/* Private to store/: numbers that sensors and inputs get in a ledger that is read from ClickHouse. */
#ifndef STORE_CLICKHOUSE_READER_H
#define STORE_CLICKHOUSE_READER_H

#include "clickhouse.h"

/* A sensor whose rows go to a ledger. */
struct house_target {
	const char *sensor;
	size_t place;          /* which of the ledgers that are filled */
	struct ledger *ledger; /* that one */
	int64_t number;        /* the sensor's in it; -1: it has none yet */
};

struct house_reader {
	struct ledger *ledger;        /* of the row that is being read */
	struct house_target *targets; /* by sensor; NULL: all rows go to `ledger` */
	size_t target_count;
	struct house_input {
		const struct ledger *ledger;
		uint8_t id[INPUT_ID_BYTES];
		uint32_t number; /* in the ledger */
	} * inputs;              /* by ledger and id, once sorted */
	size_t input_count, input_capacity,
	    input_last; /* the one asked for last, as rows of an input stand together */
	/* The last sensor, as rows come sensor by sensor. */
	char sensor[LEDGER_NAME_MAX];
	size_t sensor_length;
	uint32_t sensor_number;
	bool sensor_known;
};

/* The number of input ID in the present ledger, once they are sorted; -1 when no input of that id was read.
 */
int reader_input(struct house_reader *reader, const uint8_t id[INPUT_ID_BYTES], uint32_t *out) MUST_CHECK;
/* ID is input NUMBER of the present ledger. 0/-1 (memory). */
int reader_add_input(struct house_reader *reader, const uint8_t id[INPUT_ID_BYTES],
		     uint32_t number) MUST_CHECK;
void reader_sort_inputs(struct house_reader *reader);
/* Takes a sensor's name, whose ledger becomes the present one; its number there into OUT (uint32_t). 0/-1. */
int reader_sensor(struct house_reader *reader, struct cursor *in, void *out) MUST_CHECK;
void reader_clear(struct house_reader *reader);

/* Sensors that are read, and to which of several ledgers each one's rows go. */
struct load_sites {
	struct house_target *targets; /* by sensor */
	size_t count, writers;        /* that have something of the span */
	struct house_whose whose;
};
/* clickhouse_load.c. OUT gets LEDGER_COUNT ledgers. 0/-1. */
int clickhouse_load_split(struct clickhouse *house, int32_t first_bucket, int32_t end_bucket,
			  const struct load_sites *sites, struct ledger **out, size_t ledger_count,
			  struct err *err) MUST_CHECK;

#endif
