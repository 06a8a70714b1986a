#include "base/mem.h"
#include "crew.h"
#include <sched.h>

static const size_t default_memory = (size_t)1 << 30;

/* Each worker has one of its own; this one is to see whether it compiles, and how it reads. */
static int check_filter(struct run *run, struct err *err)
{
	struct capture_filter *filter;
	int result = 0;

	if (!run->options->filter)
		return 0;
	filter = capture_filter_new(run->options->filter, err);
	if (!filter)
		return -1;
	if (ledger_set_filter(run->ledger, capture_filter_text(filter)))
		result = err_no_memory(err);
	capture_filter_free(filter);
	return result;
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

int run_new_ledger(const struct run *run, size_t memory_bytes, struct ledger **out, struct err *err)
{
	const struct observe_options *options = run->options;
	const struct ledger_options ledger_options = {.memory_bytes = memory_bytes,
						      .hash_seed = options->hash_seed,
						      .fold_last = options->fold_last,
						      .fold_last_count = options->fold_last_count};

	*out = ledger_new(&ledger_options, err);
	if (!*out)
		return -1;
	/* The first name is number 0 in each. */
	return ledger_sensor(*out, options->sensor ? options->sensor : "local") == 0 ? 0 : err_no_memory(err);
}

static int run_init(struct run *run, size_t memory_bytes, struct err *err)
{
	if (run_new_ledger(run, memory_bytes, &run->ledger, err) || check_filter(run, err) ||
	    make_inputs(run, err))
		return -1;
	for (unsigned i = 0; i < DECODE_RESULT_COUNT; i++)
		run->buckets[i] = (uint8_t)decode_result_bucket((enum decode_result)i);
	run->now_ns = INT64_MIN;
	return 0;
}

static int run_finish(struct run *run)
{
	if (run->started && run_count_dropped(run))
		return -1;
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
	capture_archives_free(run->capture.archives);
	mem_free(run->order);
	mem_free(run->open);
	ledger_free(run->ledger);
}

static unsigned threads_for(const struct observe_options *options)
{
	cpu_set_t cores;
	unsigned count = options->threads;

	if (options->eager || count < 2)
		return count;
	if (sched_getaffinity(0, sizeof(cores), &cores) == 0 && (unsigned)CPU_COUNT(&cores) < count)
		count = (unsigned)CPU_COUNT(&cores);
	return count;
}

int observe_run(const struct capture_list *inputs, const struct observe_options *options, struct ledger **out,
		struct err *err)
{
	struct run run = {.list = inputs, .options = options, .capture = options->capture};
	size_t memory = (options->memory_bytes ? options->memory_bytes : default_memory) / 2;
	unsigned threads = threads_for(options);
	int result = run_init(&run, memory, err);

	run.capture.read_ahead = threads > 1;
	run.capture.archives = capture_archives_new();
	*out = NULL;
	if (result == 0)
		result = run_plan(&run, threads) ? err_no_memory(err) : crew_run(&run, threads, memory, err);
	if (result == 0 && run_finish(&run))
		result = err_no_memory(err);
	if (result == 0) {
		*out = run.ledger;
		run.ledger = NULL;
	}
	run_clear(&run);
	return result;
}
