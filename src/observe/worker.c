/* A worker's parts, and what its flow table says. */
#include "worker.h"
#include "base/mem.h"

static void on_delta(void *context, const struct flow_delta *delta)
{
	struct worker *worker = context;

	ledger_add_delta_soon(worker->ledger, worker->run->sensor, delta);
}

static void on_brief(void *context, const struct flow_brief *brief)
{
	struct worker *worker = context;

	ledger_add_brief_soon(worker->ledger, worker->run->sensor, brief);
}

static void on_anomaly(void *context, const struct flow_anomaly *anomaly)
{
	struct worker *worker = context;

	ledger_add_anomaly(worker->ledger, worker->run->sensor, anomaly);
}

static void on_record(void *context, const struct flow_record *record)
{
	struct worker *worker = context;
	const struct observe_options *options = worker->run->options;

	if (worker->calls)
		(void)pthread_mutex_lock(worker->calls);
	options->record(options->context, record);
	if (worker->calls)
		(void)pthread_mutex_unlock(worker->calls);
}

static void on_open(void *context, const struct flow_open *open)
{
	struct worker *worker = context;
	const struct observe_options *options = worker->run->options;

	if (worker->calls)
		(void)pthread_mutex_lock(worker->calls);
	options->open(options->context, open);
	if (worker->calls)
		(void)pthread_mutex_unlock(worker->calls);
}

static void on_settled(void *context, uint32_t input, int64_t time_ns, uint64_t packets,
		       enum accounting bucket)
{
	tally_settled(context, input, time_ns, bucket, packets);
}

static void on_forgotten(void *context, int64_t time_ns, bool is_train)
{
	struct worker *worker = context;
	struct coverage_row *row;

	/* One speaks for all. */
	if (is_train && worker->number != 0)
		return;
	row = ledger_coverage(worker->ledger, worker->run->sensor, time_bucket(time_ns));
	if (row)
		row->forgotten++;
	else
		worker->out_of_memory = true;
}

static bool takes_any_order(void *context, uint64_t deltas, int32_t first, int32_t last)
{
	struct worker *worker = context;

	if (!ledger_takes_any_order(worker->ledger, deltas, first, last))
		return false;
	ledger_expect(worker->ledger, deltas / 2);
	return true;
}

/* Flows that go on from earlier captures, to the worker that will meet them. */
static struct flow_open *carried_share(const struct worker *worker, size_t *count)
{
	const struct observe_options *options = worker->run->options;
	struct flow_open *carried = mem_calloc(options->carried_count + 1, sizeof(*carried));

	*count = 0;
	for (size_t i = 0; carried && i < options->carried_count; i++) {
		const struct flow_open *open = &options->carried[i];
		int slot = SHARE_OTHERS;

		if (open->protocol == PROTO_TCP)
			slot = share_slot(worker->shares, &open->initiator, &open->responder);
		if (share_worker(worker->shares, slot) == worker->number)
			carried[(*count)++] = *open;
	}
	return carried;
}

int worker_open(struct worker *worker, size_t memory_bytes, struct err *err)
{
	const struct run *run = worker->run;
	const struct flow_sink sink = {.context = worker,
				       .delta = on_delta,
				       .brief = on_brief,
				       .record = run->options->record ? on_record : NULL,
				       .anomaly = on_anomaly,
				       .settled = on_settled,
				       .forgotten = on_forgotten,
				       .open = run->options->open ? on_open : NULL,
				       .any_order = takes_any_order};
	struct flow_options options = {.memory_bytes = memory_bytes, .hash_seed = run->options->hash_seed};
	struct flow_open *carried = carried_share(worker, &options.carried_count);

	if (!carried)
		return err_no_memory(err);
	options.carried = carried;
	worker->flows = flow_table_new(&options, &sink, err);
	mem_free(carried);
	return worker->flows ? 0 : -1;
}

int worker_init(struct worker *worker, struct run *run, const struct shares *shares, unsigned number,
		struct ledger *ledger, struct err *err)
{
	*worker = (struct worker){.run = run, .shares = shares, .number = number, .ledger = ledger};
	worker->tally.end_ns = INT64_MIN;
	worker->accounting = mem_calloc(run->list->count + 1, sizeof(*worker->accounting));
	if (!worker->accounting)
		return err_no_memory(err);
	if (!run->options->filter)
		return 0;
	worker->filter = capture_filter_new(run->options->filter, err);
	return worker->filter ? 0 : -1;
}

void worker_clear(struct worker *worker)
{
	flow_table_free(worker->flows);
	capture_filter_free(worker->filter);
	mem_free(worker->accounting);
	*worker = (struct worker){0};
}

void worker_finish(struct worker *worker, int64_t now_ns)
{
	flow_table_finish(worker->flows, now_ns);
	tally_flush(worker);
	ledger_settle(worker->ledger);
	if (worker->number == 0 &&
	    ledger_cover(worker->ledger, worker->run->sensor, worker->span_start_ns, now_ns))
		worker->out_of_memory = true;
}
