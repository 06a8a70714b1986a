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
	uint32_t *inputs; /* FROM's number -> INTO's; NULL: the same */
	uint32_t *sensors;
	uint32_t *ranks;     /* INTO's number -> place by fingerprint */
	uint32_t *addresses; /* FROM's number -> INTO's, ADDRESS_NONE where not known yet */
	uint64_t epoch;      /* of INTO, for which `addresses` holds */
};

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

/* FROM's row I as INTO is to have it, its ends aside; what its extra holds in REST. True where there is one.
 */
static bool edge_take(const struct ledger *from, size_t i, const struct renumbering *numbers,
		      struct edge_core *core, struct edge_row *rest)
{
	const struct edge_row *extra;

	*core = *edge_at(from, i);
	extra = edge_extra(from, core);
	core->extra = 0;
	if (extra)
		*rest = *extra;
	if (numbers->sensors)
		core->sensor = numbers->sensors[core->sensor];
	if (numbers->inputs) {
		edge_core_renumber(core, numbers->inputs);
		if (extra)
			evidence_renumber(&rest->evidence, numbers->inputs);
	}
	return extra != NULL;
}

/* INTO's number of FROM's address; "any", and *FAILED, for want of memory. Numbers found once are kept, where
 * there is memory for it, while INTO's stay as they are. */
static uint32_t address_take(struct ledger *into, const struct ledger *from, struct renumbering *numbers,
			     uint32_t address, bool *failed)
{
	const struct addr *wanted = ledger_addr(from, address);
	uint32_t number;

	if (numbers->addresses && numbers->epoch != into->epoch)
		memset(numbers->addresses, 0xFF, from->addresses.rows.count * sizeof(*numbers->addresses));
	numbers->epoch = into->epoch;
	if (numbers->addresses && numbers->addresses[address] != ADDRESS_NONE)
		return numbers->addresses[address];
	number = address_obtain(&into->addresses, wanted, address_hash(&into->addresses, wanted));
	if (numbers->addresses)
		numbers->addresses[address] = number;
	*failed |= number == ADDRESS_NONE;
	return number == ADDRESS_NONE ? ADDRESS_ANY : number;
}

static void add_edges(struct ledger *into, const struct ledger *from, struct renumbering *numbers)
{
	for (size_t i = 0; i < from->edges.count; i++) {
		struct edge_core core;
		struct edge_row rest;
		bool failed = false, more = edge_take(from, i, numbers, &core, &rest);

		ledger_make_room(into);
		core.initiator = address_take(into, from, numbers, core.initiator, &failed);
		core.responder = address_take(into, from, numbers, core.responder, &failed);
		if (failed && core_fold(&core) == FOLD_NONE)
			ledger_count_folded(into, core.sensor, core.bucket, 1);
		if (failed)
			edge_key_fold(into, &core, FOLD_BOTH);
		edge_place(into, &core, edge_hash(into, &core), more ? &rest : NULL);
	}
}

static void add_hosts(struct ledger *into, const struct ledger *from, struct renumbering *numbers)
{
	for (size_t i = 0; i < from->hosts.count; i++) {
		struct host_core host = *host_at(from, i);
		bool failed = false;

		ledger_make_room(into);
		if (numbers->sensors)
			host.sensor = numbers->sensors[host.sensor];
		host.address = address_take(into, from, numbers, host.address, &failed);
		if (failed) {
			memset(host.mac, 0, sizeof(host.mac));
			ledger_count_folded(into, host.sensor, host.bucket, 1);
		}
		host_place(into, &host, host.address);
	}
}

static void add_rows(struct ledger *into, const struct ledger *from, struct renumbering *numbers)
{
	add_edges(into, from, numbers);
	add_hosts(into, from, numbers);
	for (size_t i = 0; i < from->anomalies.count; i++) {
		struct anomaly_row row;

		memcpy(&row, row_table_at(&from->anomalies, i), sizeof(row));
		if (numbers->sensors)
			row.sensor = numbers->sensors[row.sensor];
		if (numbers->inputs)
			frame_ref_renumber(&row.evidence, numbers->inputs);
		ledger_add_anomaly_row(into, &row);
	}
}

void ledger_add_rows(struct ledger *into, const struct ledger *from)
{
	struct renumbering same = {.addresses =
				       mem_resize(NULL, from->addresses.rows.count, sizeof(uint32_t)),
				   .epoch = into->epoch - 1};

	add_rows(into, from, &same);
	mem_free(same.addresses);
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

static int merge_numbered(struct ledger *into, const struct ledger *from, struct renumbering *numbers)
{
	int result;

	if (join_inputs(into, from, numbers->inputs) || join_sensors(into, from, numbers->sensors) ||
	    ledger_join_filter(into, from->filter))
		return -1;
	numbers->ranks = ledger_input_ranks(into);
	if (!numbers->ranks)
		return -1;
	into->input_ranks = numbers->ranks;
	result = add_coverage(into, from, numbers->sensors);
	if (result == 0) {
		add_rows(into, from, numbers);
		result = ledger_renumber(into);
	}
	into->input_ranks = NULL;
	return result;
}

int ledger_merge(struct ledger *into, const struct ledger *from, struct err *err)
{
	struct renumbering numbers = {.inputs = mem_calloc(from->input_count + 1, sizeof(uint32_t)),
				      .sensors = mem_calloc(from->sensor_count + 1, sizeof(uint32_t)),
				      .addresses =
					  mem_resize(NULL, from->addresses.rows.count, sizeof(uint32_t)),
				      .epoch = into->epoch - 1};
	int result = -1;

	if (numbers.inputs && numbers.sensors && numbers.addresses)
		result = merge_numbered(into, from, &numbers);
	mem_free(numbers.inputs);
	mem_free(numbers.sensors);
	mem_free(numbers.ranks);
	mem_free(numbers.addresses);
	return result == 0 ? 0 : err_no_memory(err);
}
