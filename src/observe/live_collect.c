/* Questions to the workers, and what they answered, added up. They go on with their packets meanwhile. */
#include "live.h"
#include <string.h>

void live_ask_one(struct observe_live *live, struct live_worker *worker, const struct live_ask *question)
{
	if (pthread_mutex_lock(&worker->lock) != 0)
		return;
	ledger_free(worker->ask.open);
	mem_free(worker->ask.flows);
	worker->ask = *question;
	(void)pthread_mutex_unlock(&worker->lock);
	atomic_store_explicit(&worker->asked, true, memory_order_release);
	capture_live_wake(live->options.capture, worker->number);
}

static void await(struct live_worker *worker)
{
	if (pthread_mutex_lock(&worker->lock) != 0)
		return;
	while (!worker->ask.answered)
		(void)pthread_cond_wait(&worker->answered, &worker->lock);
	(void)pthread_mutex_unlock(&worker->lock);
}

/* Questions of this kind leave what was said at the last one as it is. */
int observe_live_gather(struct observe_live *live, struct evidence_gather *gather, struct err *err)
{
	bool failed = false;

	for (unsigned w = 0; w < live->worker_count && !failed && !live->finished; w++) {
		struct live_worker *worker = &live->workers[w];

		if (pthread_mutex_lock(&worker->lock) != 0)
			continue;
		worker->ask.gather = gather;
		worker->ask.finish = worker->ask.answered = worker->ask.failed = false;
		(void)pthread_mutex_unlock(&worker->lock);
		atomic_store_explicit(&worker->asked, true, memory_order_release);
		capture_live_wake(live->options.capture, worker->number);
		await(worker);
		worker->ask.gather = NULL;
		failed = worker->ask.failed;
	}
	return failed ? err_no_memory(err) : 0;
}

static void add_counts(struct live_counts *into, const struct live_counts *more)
{
	into->packets += more->packets;
	into->bytes += more->bytes;
	for (size_t i = 0; i < ACCOUNT_COUNT; i++)
		into->accounting[i] += more->accounting[i];
	if (more->first_ns != TIME_UNKNOWN &&
	    (into->first_ns == TIME_UNKNOWN || more->first_ns < into->first_ns))
		into->first_ns = more->first_ns;
	if (more->last_ns > into->last_ns)
		into->last_ns = more->last_ns;
}

/* Totals of all workers, anew. */
static void sum_up(struct observe_live *live)
{
	struct observe_live_totals *totals = &live->totals;
	uint64_t dropped = totals->dropped;
	bool covering = totals->covering;

	*totals =
	    (struct observe_live_totals){.dropped = dropped, .covering = covering, .last_ns = TIME_UNKNOWN};
	for (size_t i = 0; i < live->interface_count; i++) {
		live->counts[i] = (struct live_counts){.first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN};
		for (unsigned w = 0; w < live->worker_count; w++)
			add_counts(&live->counts[i], &live->workers[w].ask.counts[i]);
		totals->packets += live->counts[i].packets;
		totals->bytes += live->counts[i].bytes;
		for (size_t k = 0; k < ACCOUNT_COUNT; k++)
			totals->accounting[k] += live->counts[i].accounting[k];
	}
	for (unsigned w = 0; w < live->worker_count; w++) {
		const struct live_ask *answer = &live->workers[w].ask;

		totals->flows += answer->flows_total;
		totals->open_flows += answer->flows_alive;
		totals->evicted += answer->evicted;
		totals->memory_bytes += answer->memory_bytes;
		if (answer->last_ns > totals->last_ns)
			totals->last_ns = answer->last_ns;
	}
}

static int take_answer(struct observe_live *live, struct live_ask *answer, struct err *err)
{
	int result = answer->failed ? err_no_memory(err) : 0;

	if (answer->settled &&
	    (live_pour(live->recent, answer->settled) != 0 || live_pour(live->unsaved, answer->settled) != 0))
		result = err_no_memory(err);
	if (answer->open && live->worker_count == 1) {
		struct ledger *empty = live->open;

		live->open = answer->open;
		answer->open = empty;
	} else if (answer->open && live_pour(live->open, answer->open) != 0) {
		result = err_no_memory(err);
	}
	ledger_free(answer->settled);
	ledger_free(answer->open);
	answer->settled = answer->open = NULL;
	if (answer->flow_count == 0)
		return result;
	if (mem_grow((void **)&live->flows, &live->flow_capacity, live->flow_count + answer->flow_count,
		     sizeof(*live->flows)))
		return err_no_memory(err);
	memcpy(live->flows + live->flow_count, answer->flows, answer->flow_count * sizeof(*live->flows));
	live->flow_count += answer->flow_count;
	return result;
}

static int ask_all(struct observe_live *live, bool finish, bool want_flows, struct err *err)
{
	struct live_ask question = {.finish = finish,
				    .want_flows = want_flows || finish,
				    .restart = live->restart,
				    .now_ns = live->now_ns,
				    .limit_ns =
					live->uncovered_ns == TIME_UNKNOWN ? INT64_MAX : live->uncovered_ns,
				    .gap_count = live->gap_count};
	int result = 0;

	memcpy(question.gaps, live->gaps, sizeof(question.gaps));
	ledger_free(live->open);
	live->open = live_ledger_new(live, 8, err);
	if (!live->open)
		return -1;
	live->restart = false;
	live->gap_count = live->flow_count = 0;
	for (unsigned w = 0; w < live->worker_count; w++)
		live_ask_one(live, &live->workers[w], &question);
	for (unsigned w = 0; w < live->worker_count; w++)
		await(&live->workers[w]);
	for (unsigned w = 0; w < live->worker_count; w++)
		if (take_answer(live, &live->workers[w].ask, err) != 0)
			result = -1;
	sum_up(live);
	return result;
}

int live_collect(struct observe_live *live, bool finish, bool want_flows, struct err *err)
{
	int result = ask_all(live, finish, want_flows, err);

	if (live->uncovered_ns == TIME_UNKNOWN) {
		if (live_cover_write(live, live->covered_ns, live->now_ns) != 0)
			result = err_no_memory(err);
		if (live->now_ns > live->covered_ns)
			live->covered_ns = live->now_ns;
	}
	if (live_window_move(live, err) != 0)
		result = -1;
	return result;
}
