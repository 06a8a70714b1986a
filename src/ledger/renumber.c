/* What inputs and sensors are called by number is put in an order of its own. */
#include "base/mem.h"
#include "internal.h"
#include <stdlib.h>
#include <string.h>

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

uint32_t *ledger_input_ranks(const struct ledger *ledger)
{
	return places(ledger, ledger->input_count, fingerprint_compare);
}

void frame_ref_renumber(struct frame_ref *ref, const uint32_t *inputs)
{
	if (ref->frame != 0)
		ref->input = inputs[ref->input];
}

void evidence_renumber(struct ledger_evidence *evidence, const uint32_t *inputs)
{
	for (size_t i = 0; i < LEDGER_OPENINGS; i++)
		frame_ref_renumber(&evidence->openings[i], inputs);
	frame_ref_renumber(&evidence->answer, inputs);
	frame_ref_renumber(&evidence->contradiction, inputs);
}

void edge_core_renumber(struct edge_core *core, const uint32_t *inputs)
{
	for (size_t i = 0; i < EDGE_FRAMES; i++)
		if (core->where[i] != 0)
			core->where[i] = where_at_input(core->where[i], inputs[where_input(core->where[i])]);
}

static void edges_renumber(struct ledger *ledger, const uint32_t *inputs, const uint32_t *sensors)
{
	const struct frame_ref none[LEDGER_OPENINGS] = {0};

	for (size_t i = 0; i < ledger->edges.count; i++) {
		struct edge_core *core = edge_at(ledger, i);
		struct edge_row *extra = edge_extra(ledger, core);

		/* Evidence is put in the order of fingerprints as long as there is one. */
		edge_core_settle(ledger, core);
		edge_core_renumber(core, inputs);
		if (extra) {
			frame_refs_keep_smallest(ledger, extra->evidence.openings, none, LEDGER_OPENINGS);
			evidence_renumber(&extra->evidence, inputs);
		}
		core->sensor = sensors[core->sensor];
	}
}

static void rows_renumber(struct ledger *ledger, const uint32_t *inputs, const uint32_t *sensors)
{
	edges_renumber(ledger, inputs, sensors);
	for (size_t i = 0; i < ledger->hosts.count; i++)
		host_at(ledger, i)->sensor = sensors[host_at(ledger, i)->sensor];
	for (size_t i = 0; i < ledger->coverage.count; i++) {
		struct coverage_row *row = row_table_at(&ledger->coverage, i);

		row->sensor = sensors[row->sensor];
	}
	for (size_t i = 0; i < ledger->anomalies.count; i++) {
		struct anomaly_row *row = row_table_at(&ledger->anomalies, i);

		frame_ref_renumber(&row->evidence, inputs);
		row->sensor = sensors[row->sensor];
	}
	for (size_t i = 0; i < ledger->span_count; i++)
		ledger->spans[i].sensor = sensors[ledger->spans[i].sensor];
	ledger_join_spans(ledger);
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

static void index_again(struct ledger *ledger)
{
	edge_table_compact(ledger);
	host_table_compact(ledger);
	ledger->changes++;
	ledger->coverage.indexed = false;
	ledger->anomalies.indexed = false;
}

int ledger_renumber(struct ledger *ledger)
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
