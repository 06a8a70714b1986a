#include "live.h"
#include <string.h>

enum { WAIT_MSEC = 250, LAST_WAIT_MSEC = 25, LAST_TURNS_MAX = 40 };

struct ledger *live_ledger_new(const struct observe_live *live, unsigned share, struct err *err)
{
	const struct ledger_options options = {.memory_bytes = live->options.memory_bytes / share,
					       .hash_seed = live->options.hash_seed,
					       .fold_last = live->fold_last,
					       .fold_last_count = live->options.fold_last_count};
	struct ledger *ledger = ledger_new(&options, err);

	if (ledger && (ledger_sensor(ledger, live->sensor) != 0 ||
		       ledger_set_filter(ledger, capture_live_filter(live->options.capture)) != 0)) {
		(void)err_no_memory(err);
		ledger_free(ledger);
		return NULL;
	}
	return ledger;
}

int live_worker_init(struct live_worker *worker, struct observe_live *live, unsigned number, struct err *err)
{
	worker->live = live;
	worker->number = number;
	worker->taken_ns = TIME_UNKNOWN;
	for (size_t i = 0; i < CAPTURE_LIVE_INTERFACES; i++)
		worker->counts[i].first_ns = worker->counts[i].last_ns = TIME_UNKNOWN;
	if (pthread_mutex_init(&worker->lock, NULL) != 0 || pthread_cond_init(&worker->answered, NULL) != 0)
		return err_set(err, "cannot make a lock");
	worker->ledger = live_ledger_new(live, 8, err);
	if (!worker->ledger)
		return -1;
	/* What was open before goes to all: whoever meets the flow takes it up. */
	if (live->options.carried_count > 0) {
		size_t count = live->options.carried_count;

		worker->carried = mem_calloc(count, sizeof(*worker->carried));
		if (!worker->carried)
			return err_no_memory(err);
		memcpy(worker->carried, live->options.carried, count * sizeof(*worker->carried));
		worker->carried_count = worker->carried_capacity = count;
	}
	return live_flows_new(worker, live->start_ns, err);
}

static size_t take_some(struct live_worker *worker)
{
	size_t count = capture_live_read(worker->live->options.capture, worker->number, worker->packets,
					 worker->interfaces, LIVE_BATCH);

	if (count > 0 && worker->flows)
		live_take(worker, count);
	return count;
}

/* The kernel may hold packets back for a while: those that came before the end are waited for. */
static void take_last(struct live_worker *worker)
{
	struct capture_live *capture = worker->live->options.capture;
	unsigned turns = 0;

	while (capture_live_complete_until(capture, worker->number) < worker->ask.now_ns &&
	       turns < LAST_TURNS_MAX) {
		if (take_some(worker) > 0)
			continue;
		turns++;
		capture_live_wait(capture, worker->number, LAST_WAIT_MSEC);
	}
}

static void *run(void *context)
{
	struct live_worker *worker = context;

	while (!worker->finished) {
		size_t count = take_some(worker);

		if (atomic_load_explicit(&worker->asked, memory_order_acquire)) {
			if (worker->ask.finish)
				take_last(worker);
			live_answer(worker);
		} else if (count == 0) {
			capture_live_wait(worker->live->options.capture, worker->number, WAIT_MSEC);
		}
	}
	return NULL;
}

int live_worker_start(struct live_worker *worker, struct err *err)
{
	int code = pthread_create(&worker->thread, NULL, run, worker);

	if (code != 0)
		return err_set(err, "cannot start a worker: %s", strerror(code));
	worker->running = true;
	return 0;
}

void live_worker_clear(struct live_worker *worker)
{
	flow_table_free(worker->flows);
	ledger_free(worker->ledger);
	ledger_free(worker->ask.settled);
	ledger_free(worker->ask.open);
	mem_free(worker->ask.flows);
	mem_free(worker->carried);
	(void)pthread_cond_destroy(&worker->answered);
	(void)pthread_mutex_destroy(&worker->lock);
}
