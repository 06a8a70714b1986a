/* What goes to the store, and what comes from it when a sensor starts again. */
#include "live.h"
#include <string.h>

static struct ledger *copy_open(struct observe_live *live, struct err *err)
{
	struct ledger *copy = live_ledger_new(live, 8, err);

	if (!copy)
		return NULL;
	if (live_inputs_add_segment(live, copy) != 0 || live_pour(copy, live->open) != 0) {
		(void)err_no_memory(err);
		ledger_free(copy);
		return NULL;
	}
	ledger_sort(copy);
	return copy;
}

/* Flows that come after are of the next hour's input. Until the segment is stored this can be taken back. */
static void turn_hour(struct observe_live *live)
{
	live->hour_before = live->hour;
	memcpy(live->hour_start_before, live->hour_start, sizeof(live->hour_start));
	if (live_hour_of(live->now_ns) == live->hour)
		return;
	live->hour = live_hour_of(live->now_ns);
	memcpy(live->hour_start, live->counts, sizeof(live->hour_start));
}

int observe_live_segment(struct observe_live *live, struct observe_live_segment *out, struct err *err)
{
	struct ledger *fresh;

	*out = (struct observe_live_segment){.end_ns = live->now_ns};
	if (!live->finished && live_collect(live, false, true, err) != 0)
		return -1;
	fresh = live_ledger_new(live, 8, err);
	out->open = fresh ? copy_open(live, err) : NULL;
	if (!out->open) {
		ledger_free(fresh);
		return -1;
	}
	if (live_inputs_add_segment(live, live->unsaved) != 0) {
		ledger_free(fresh);
		observe_live_segment_clear(out);
		return err_no_memory(err);
	}
	out->settled = live->unsaved;
	live->unsaved = fresh;
	ledger_sort(out->settled);
	out->flows = live->flows;
	out->flow_count = live->flow_count;
	live->flows = NULL;
	live->flow_count = live->flow_capacity = 0;
	turn_hour(live);
	return 0;
}

void observe_live_give_back(struct observe_live *live, const struct observe_live_segment *segment)
{
	/* Without memory for its coverage, that much is told as not watched. */
	(void)!live_pour(live->unsaved, segment->settled);
	live->hour = live->hour_before;
	memcpy(live->hour_start, live->hour_start_before, sizeof(live->hour_start));
}

void observe_live_segment_clear(struct observe_live_segment *segment)
{
	ledger_free(segment->settled);
	ledger_free(segment->open);
	mem_free(segment->flows);
	*segment = (struct observe_live_segment){0};
}

static int64_t latest_covered(const struct ledger *ledger, uint32_t sensor)
{
	size_t count;
	const struct coverage_span *spans = ledger_spans(ledger, &count);
	int64_t last_ns = TIME_UNKNOWN;

	for (size_t i = 0; i < count; i++)
		if (spans[i].sensor == sensor && spans[i].last_ns > last_ns)
			last_ns = spans[i].last_ns;
	return last_ns;
}

/* Input records of earlier runs, as a ledger that has nothing else. */
static int keep_records(struct observe_live *live, const struct ledger *ledger, uint32_t **numbers,
			struct err *err)
{
	size_t count;
	const struct input_record *records = ledger_inputs(ledger, &count);

	live->before = live_ledger_new(live, 64, err);
	*numbers = mem_calloc(count + 1, sizeof(**numbers));
	if (!live->before || !*numbers)
		return err_no_memory(err);
	for (size_t i = 0; i < count; i++) {
		if (ledger_add_input(live->before, &records[i]) < 0)
			return err_no_memory(err);
		(*numbers)[i] = (uint32_t)(live->interface_count + i);
	}
	return 0;
}

int observe_live_resume(struct observe_live *live, const struct ledger *ledger, struct err *err)
{
	uint32_t *numbers = NULL;
	int result;

	for (uint32_t sensor = 0; ledger_sensor_name(ledger, sensor)[0] != '\0'; sensor++) {
		int64_t last_ns;

		if (strcmp(ledger_sensor_name(ledger, sensor), live->sensor) != 0)
			continue;
		result = keep_records(live, ledger, &numbers, err);
		if (result == 0 && live_pour_sensor(live->recent, ledger, sensor, numbers) != 0)
			result = err_no_memory(err);
		mem_free(numbers);
		last_ns = latest_covered(ledger, sensor);
		if (last_ns != TIME_UNKNOWN)
			live_gap_note(live, last_ns, live->start_ns, "the program was not running");
		return result;
	}
	return 0;
}
