#include "base/mem.h"
#include "run.h"

static const size_t default_memory = (size_t)1 << 30;

static void on_delta(void *context, const struct flow_delta *delta)
{
	struct run *run = context;

	ledger_add_delta_soon(run->ledger, run->sensor, delta);
}

static void on_record(void *context, const struct flow_record *record)
{
	struct run *run = context;

	run->options->record(run->options->context, record);
}

static void on_anomaly(void *context, const struct flow_anomaly *anomaly)
{
	struct run *run = context;

	ledger_add_anomaly(run->ledger, run->sensor, anomaly);
}

static void on_forgotten(void *context, int64_t time_ns)
{
	struct run *run = context;
	struct coverage_row *row = ledger_coverage(run->ledger, run->sensor, time_bucket(time_ns));

	if (row)
		row->forgotten++;
	else
		run->out_of_memory = true;
}

static void on_open(void *context, const struct flow_open *open)
{
	struct run *run = context;

	run->options->open(run->options->context, open);
}

static int make_filter(struct run *run, struct err *err)
{
	if (!run->options->filter)
		return 0;
	run->filter = capture_filter_new(run->options->filter, err);
	if (!run->filter)
		return -1;
	return ledger_set_filter(run->ledger, capture_filter_text(run->filter)) ? err_no_memory(err) : 0;
}

static int make_inputs(struct run *run, struct err *err)
{
	run->inputs = mem_calloc(run->list->count + 1, sizeof(*run->inputs));
	if (!run->inputs)
		return err_no_memory(err);
	for (size_t i = 0; i < run->list->count; i++) {
		run->inputs[i].name = capture_input_name(&run->list->items[i]);
		if (!run->inputs[i].name)
			return err_no_memory(err);
		run->inputs[i].summary.first_ns = TIME_UNKNOWN;
		run->inputs[i].summary.last_ns = TIME_UNKNOWN;
	}
	return run_add_records(run) ? err_no_memory(err) : 0;
}

static int make_ledger(struct run *run, size_t memory_bytes, struct err *err)
{
	const struct observe_options *options = run->options;
	const struct ledger_options ledger_options = {.memory_bytes = memory_bytes,
						      .hash_seed = options->hash_seed,
						      .fold_last = options->fold_last,
						      .fold_last_count = options->fold_last_count};
	int64_t sensor;

	run->ledger = ledger_new(&ledger_options, err);
	if (!run->ledger)
		return -1;
	sensor = ledger_sensor(run->ledger, options->sensor ? options->sensor : "local");
	if (sensor < 0)
		return err_no_memory(err);
	run->sensor = (uint32_t)sensor;
	return 0;
}

static int run_init(struct run *run, struct err *err)
{
	size_t memory = run->options->memory_bytes ? run->options->memory_bytes : default_memory;
	const struct flow_options flow_options = {.memory_bytes = memory / 2,
						  .hash_seed = run->options->hash_seed,
						  .carried = run->options->carried,
						  .carried_count = run->options->carried_count};
	const struct flow_sink sink = {.context = run,
				       .delta = on_delta,
				       .record = run->options->record ? on_record : NULL,
				       .anomaly = on_anomaly,
				       .settled = run_settled,
				       .forgotten = on_forgotten,
				       .open = run->options->open ? on_open : NULL};

	if (make_ledger(run, memory / 2, err) || make_filter(run, err) || make_inputs(run, err))
		return -1;
	run->flows = flow_table_new(&flow_options, &sink, err);
	if (!run->flows)
		return -1;
	for (unsigned i = 0; i < DECODE_RESULT_COUNT; i++)
		run->buckets[i] = (uint8_t)decode_result_bucket((enum decode_result)i);
	run->now_ns = INT64_MIN;
	run->tally.end_ns = INT64_MIN;
	return 0;
}

/* Coverage ends with the last packet: what is still open is handed on, what was held back is settled. */
static int run_finish(struct run *run)
{
	if (run->started) {
		flow_table_finish(run->flows, run->now_ns);
		tally_flush(run);
		if (ledger_cover(run->ledger, run->sensor, run->span_start_ns, run->now_ns) ||
		    run_count_dropped(run))
			return -1;
	}
	if (run->out_of_memory || run_set_records(run))
		return -1;
	ledger_sort(run->ledger);
	return 0;
}

static void run_clear(struct run *run)
{
	for (size_t i = 0; run->inputs && i < run->list->count; i++) {
		if (run->inputs[i].opened)
			source_close(run, run->inputs[i].opened, false);
		mem_free(run->inputs[i].name);
	}
	mem_free(run->inputs);
	mem_free(run->order);
	mem_free(run->open);
	capture_filter_free(run->filter);
	flow_table_free(run->flows);
	ledger_free(run->ledger);
}

int observe_run(const struct capture_list *inputs, const struct observe_options *options, struct ledger **out,
		struct err *err)
{
	struct run run = {.list = inputs, .options = options};
	int result = run_init(&run, err);

	if (result == 0) {
		result = run_plan(&run);
		if (result == 0) {
			run_read(&run);
			result = run_finish(&run);
		}
		if (result != 0)
			(void)err_no_memory(err);
	}
	*out = NULL;
	if (result == 0) {
		*out = run.ledger;
		run.ledger = NULL;
	}
	run_clear(&run);
	return result;
}
