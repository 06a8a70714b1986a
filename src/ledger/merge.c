#include "base/mem.h"
#include "internal.h"
#include <stdlib.h>
#include <string.h>

/*
 * While merging, evidence is compared by (time, fingerprint, frame), as two ledgers number their inputs
 * differently. At the end sensors and inputs are numbered anew in an order of their own, so that the outcome
 * does not tell who was merged into whom.
 */
struct renumbering {
	uint32_t *inputs; /* FROM's number -> INTO's */
	uint32_t *sensors;
	uint32_t *ranks; /* INTO's number -> place by fingerprint */
};

struct numbered {
	const struct ledger *ledger;
	uint32_t number;
};

static int fingerprint_compare(const void *a, const void *b)
{
	const struct numbered *left = a;
	const struct numbered *right = b;
	const struct input_record *left_record = &left->ledger->inputs[left->number];
	const struct input_record *right_record = &right->ledger->inputs[right->number];
	int order = strcmp(left_record->fingerprint, right_record->fingerprint);

	return order != 0 ? order : input_record_compare(left_record, right_record);
}

static int input_compare(const void *a, const void *b)
{
	const struct numbered *left = a;
	const struct numbered *right = b;

	return input_record_compare(&left->ledger->inputs[left->number],
				    &right->ledger->inputs[right->number]);
}

static int sensor_compare(const void *a, const void *b)
{
	const struct numbered *left = a;
	const struct numbered *right = b;

	return strcmp(left->ledger->sensors[left->number], right->ledger->sensors[right->number]);
}

/* For each of COUNT things its place in the order of COMPARE. NULL for want of memory. */
static uint32_t *places(const struct ledger *ledger, size_t count, int (*compare)(const void *, const void *))
{
	struct numbered *things = mem_calloc(count + 1, sizeof(*things));
	uint32_t *out = mem_calloc(count + 1, sizeof(*out));

	for (size_t i = 0; things && out && i < count; i++)
		things[i] = (struct numbered){.ledger = ledger, .number = (uint32_t)i};
	if (things && out && count > 1) {
		qsort(things, count, sizeof(*things), compare);
		for (size_t i = 0; i < count; i++)
			out[things[i].number] = (uint32_t)i;
	}
	mem_free(things);
	if (!things) {
		mem_free(out);
		return NULL;
	}
	return out;
}

static int64_t find_same(const struct ledger *ledger, const struct input_record *record)
{
	for (size_t i = 0; i < ledger->input_count; i++)
		if (input_record_same(&ledger->inputs[i], record))
			return (int64_t)i;
	return -1;
}

/* Of two records of one capture the smaller stands, with the SHA-256 of whichever was asked for it. */
static int join_same(struct ledger *into, uint32_t number, const struct input_record *record)
{
	struct input_record *kept = &into->inputs[number];
	struct input_record joined = input_record_goes_on(record, kept) ? *record : *kept;

	joined.sha256 = strcmp(kept->sha256, record->sha256) > 0 ? kept->sha256 : record->sha256;
	return ledger_set_input(into, number, &joined);
}

static int join_inputs(struct ledger *into, const struct ledger *from, uint32_t *numbers)
{
	for (size_t i = 0; i < from->input_count; i++) {
		int64_t number = find_same(into, &from->inputs[i]);

		if (number < 0)
			number = ledger_add_input(into, &from->inputs[i]);
		else if (join_same(into, (uint32_t)number, &from->inputs[i]))
			return -1;
		if (number < 0)
			return -1;
		numbers[i] = (uint32_t)number;
	}
	return 0;
}

static int join_sensors(struct ledger *into, const struct ledger *from, uint32_t *numbers)
{
	for (size_t i = 0; i < from->sensor_count; i++) {
		int64_t number = ledger_sensor(into, from->sensors[i]);

		if (number < 0)
			return -1;
		numbers[i] = (uint32_t)number;
	}
	return 0;
}

static void ref_renumber(struct frame_ref *ref, const uint32_t *inputs)
{
	if (ref->frame != 0)
		ref->input = inputs[ref->input];
}

static void evidence_renumber(struct ledger_evidence *evidence, const uint32_t *inputs)
{
	for (size_t i = 0; i < LEDGER_OPENINGS; i++)
		ref_renumber(&evidence->openings[i], inputs);
	ref_renumber(&evidence->answer, inputs);
	ref_renumber(&evidence->contradiction, inputs);
}

static void add_rows(struct ledger *into, const struct ledger *from, const struct renumbering *numbers)
{
	for (size_t i = 0; i < from->edges.count; i++) {
		struct edge_row row;

		memcpy(&row, row_table_at(&from->edges, i), sizeof(row));
		row.key.sensor = numbers->sensors[row.key.sensor];
		evidence_renumber(&row.evidence, numbers->inputs);
		ledger_add_edge(into, &row);
	}
	for (size_t i = 0; i < from->hosts.count; i++) {
		struct host_row row;

		memcpy(&row, row_table_at(&from->hosts, i), sizeof(row));
		row.sensor = numbers->sensors[row.sensor];
		ledger_add_host(into, &row);
	}
	for (size_t i = 0; i < from->anomalies.count; i++) {
		struct anomaly_row row;

		memcpy(&row, row_table_at(&from->anomalies, i), sizeof(row));
		row.sensor = numbers->sensors[row.sensor];
		ref_renumber(&row.evidence, numbers->inputs);
		ledger_add_anomaly_row(into, &row);
	}
}

static int add_coverage(struct ledger *into, const struct ledger *from, const uint32_t *sensors)
{
	for (size_t i = 0; i < from->coverage.count; i++) {
		struct coverage_row row;

		memcpy(&row, row_table_at(&from->coverage, i), sizeof(row));
		row.sensor = sensors[row.sensor];
		if (ledger_add_coverage(into, &row))
			return -1;
	}
	if (from->span_count > 0 && mem_grow((void **)&into->spans, &into->span_capacity,
					     into->span_count + from->span_count, sizeof(*into->spans)))
		return -1;
	for (size_t i = 0; i < from->span_count; i++) {
		into->spans[into->span_count] = from->spans[i];
		into->spans[into->span_count++].sensor = sensors[from->spans[i].sensor];
	}
	ledger_join_spans(into);
	return 0;
}

/* Puts input records and sensor names at their new places. */
static int permute(void *items, size_t count, size_t size, const uint32_t *to)
{
	char *copy;

	if (count < 2)
		return 0;
	copy = mem_resize(NULL, count, size);
	if (!copy)
		return -1;
	memcpy(copy, items, count * size);
	for (size_t i = 0; i < count; i++)
		memcpy((char *)items + to[i] * size, copy + i * size, size);
	mem_free(copy);
	return 0;
}

static void rows_renumber(struct ledger *ledger, const uint32_t *inputs, const uint32_t *sensors)
{
	const struct frame_ref none[LEDGER_OPENINGS] = {0};

	for (size_t i = 0; i < ledger->edges.count; i++) {
		struct edge_row *row = row_table_at(&ledger->edges, i);

		/* Adding nothing puts what is there in order. */
		frame_refs_keep_smallest(ledger, row->evidence.openings, none, LEDGER_OPENINGS);
		evidence_renumber(&row->evidence, inputs);
		row->key.sensor = sensors[row->key.sensor];
	}
	for (size_t i = 0; i < ledger->hosts.count; i++) {
		struct host_row *row = row_table_at(&ledger->hosts, i);

		row->sensor = sensors[row->sensor];
	}
	for (size_t i = 0; i < ledger->coverage.count; i++) {
		struct coverage_row *row = row_table_at(&ledger->coverage, i);

		row->sensor = sensors[row->sensor];
	}
	for (size_t i = 0; i < ledger->anomalies.count; i++) {
		struct anomaly_row *row = row_table_at(&ledger->anomalies, i);

		ref_renumber(&row->evidence, inputs);
		row->sensor = sensors[row->sensor];
	}
	for (size_t i = 0; i < ledger->span_count; i++)
		ledger->spans[i].sensor = sensors[ledger->spans[i].sensor];
	ledger_join_spans(ledger);
}

static void index_again(struct ledger *ledger)
{
	ledger->edges.indexed = false;
	ledger->edges.in_order = false;
	ledger->hosts.indexed = false;
	ledger->coverage.indexed = false;
	ledger->anomalies.indexed = false;
	edge_table_regroup(ledger);
}

static int renumber(struct ledger *ledger)
{
	uint32_t *inputs = places(ledger, ledger->input_count, input_compare);
	uint32_t *sensors = places(ledger, ledger->sensor_count, sensor_compare);
	int result = -1;

	if (inputs && sensors &&
	    permute(ledger->inputs, ledger->input_count, sizeof(*ledger->inputs), inputs) == 0 &&
	    permute(ledger->sensors, ledger->sensor_count, sizeof(*ledger->sensors), sensors) == 0) {
		rows_renumber(ledger, inputs, sensors);
		index_again(ledger);
		result = 0;
	}
	mem_free(inputs);
	mem_free(sensors);
	return result;
}

static int merge_numbered(struct ledger *into, const struct ledger *from, struct renumbering *numbers)
{
	int result;

	if (join_inputs(into, from, numbers->inputs) || join_sensors(into, from, numbers->sensors) ||
	    ledger_join_filter(into, from->filter))
		return -1;
	numbers->ranks = places(into, into->input_count, fingerprint_compare);
	if (!numbers->ranks)
		return -1;
	into->input_ranks = numbers->ranks;
	result = add_coverage(into, from, numbers->sensors);
	if (result == 0) {
		add_rows(into, from, numbers);
		result = renumber(into);
	}
	into->input_ranks = NULL;
	return result;
}

int ledger_merge(struct ledger *into, const struct ledger *from, struct err *err)
{
	struct renumbering numbers = {.inputs = mem_calloc(from->input_count + 1, sizeof(uint32_t)),
				      .sensors = mem_calloc(from->sensor_count + 1, sizeof(uint32_t))};
	int result = -1;

	if (numbers.inputs && numbers.sensors)
		result = merge_numbered(into, from, &numbers);
	mem_free(numbers.inputs);
	mem_free(numbers.sensors);
	mem_free(numbers.ranks);
	return result == 0 ? 0 : err_no_memory(err);
}
