/* What a worker says when it is asked. It goes on with its packets at once; merging is for whoever asked. */
#include "live.h"
#include "observe/evidence.h"

static void on_open(void *context, const struct flow_open *open)
{
	struct live_ask *ask = context;

	if (mem_grow((void **)&ask->flows, &ask->flow_capacity, ask->flow_count + 1, sizeof(*ask->flows)) ==
	    0)
		ask->flows[ask->flow_count++] = *open;
}

static void on_open_delta(void *context, const struct flow_delta *delta)
{
	struct live_ask *ask = context;

	ledger_add_delta_soon(ask->open, 0, delta);
}

static void on_open_brief(void *context, const struct flow_brief *brief)
{
	struct live_ask *ask = context;

	ledger_add_brief_soon(ask->open, 0, brief);
}

static void on_finish_open(void *context, const struct flow_open *open)
{
	struct live_worker *worker = context;

	if (mem_grow((void **)&worker->carried, &worker->carried_capacity, worker->carried_count + 1,
		     sizeof(*worker->carried)) == 0)
		worker->carried[worker->carried_count++] = *open;
}

int live_flows_new(struct live_worker *worker, int64_t start_ns, struct err *err)
{
	const struct observe_live *live = worker->live;
	size_t memory = live->options.memory_bytes / 8 * 3 / live->worker_count;
	const struct flow_options options = {.memory_bytes = memory,
					     .hash_seed = live->options.hash_seed,
					     .carried = worker->carried,
					     .carried_count = worker->carried_count};
	struct flow_sink sink = live_sink(worker);

	sink.open = on_finish_open;
	worker->flows = flow_table_new(&options, &sink, err);
	if (!worker->flows)
		return -1;
	flow_table_start(worker->flows, start_ns);
	worker->now_ns = worker->start_ns = worker->expired_ns = start_ns;
	for (size_t i = 0; i < CAPTURE_LIVE_INTERFACES; i++)
		worker->raw_ns[i] = TIME_UNKNOWN;
	tally_begin(&worker->tally, time_bucket(start_ns));
	return 0;
}

static void end_flows(struct live_worker *worker, int64_t time_ns)
{
	struct flow_statistics statistics;

	worker->carried_count = 0;
	if (!worker->flows)
		return;
	flow_table_finish(worker->flows, time_ns);
	live_tally_flush(worker);
	statistics = flow_table_statistics(worker->flows);
	worker->flows_before += statistics.flows;
	worker->evicted_before += statistics.evicted;
	flow_table_free(worker->flows);
	worker->flows = NULL;
}

/* The clock was set back by much: what is open is told, and carried on from the new time. */
static void restart(struct live_worker *worker, const struct live_ask *ask)
{
	struct err err;

	end_flows(worker, worker->now_ns);
	if (live_flows_new(worker, ask->now_ns, &err) != 0)
		worker->out_of_memory = true;
	worker->tally.clock_steps++;
}

/* How far time has come for certain: the latest packet, or later where nothing earlier can follow. */
static int64_t certain_time(const struct live_worker *worker, const struct live_ask *ask)
{
	int64_t complete_ns = capture_live_complete_until(worker->live->options.capture, worker->number);

	if (complete_ns > ask->limit_ns)
		complete_ns = ask->limit_ns;
	return complete_ns > worker->now_ns ? complete_ns : worker->now_ns;
}

static void expire(struct live_worker *worker, int64_t time_ns)
{
	worker->now_ns = time_ns;
	if (time_ns >= worker->tally.end_ns) {
		live_tally_flush(worker);
		tally_begin(&worker->tally, time_bucket(time_ns));
	} else if (time_ns - worker->expired_ns < LIVE_EXPIRE_SEC * NSEC_PER_SEC) {
		return;
	}
	worker->expired_ns = time_ns;
	flow_table_expire(worker->flows, time_ns);
}

/* Fragments that are held back are told as what they are if nothing follows. */
static void tell_held(const struct live_worker *worker, struct live_ask *ask)
{
	struct coverage_row *row =
	    worker->held > 0 ? ledger_coverage(ask->open, 0, time_bucket(worker->now_ns)) : NULL;

	if (row)
		row->accounting[ACCOUNT_FRAGMENT] += worker->held;
}

static void peek(struct live_worker *worker, struct live_ask *ask)
{
	const struct flow_sink sink = {.context = ask,
				       .delta = on_open_delta,
				       .brief = on_open_brief,
				       .open = ask->want_flows ? on_open : NULL};
	struct err err;

	ask->open = live_ledger_new(worker->live, 8, &err);
	if (!ask->open || flow_table_peek(worker->flows, worker->now_ns, &sink) != 0) {
		worker->out_of_memory = true;
		return;
	}
	ledger_settle(ask->open);
	tell_held(worker, ask);
}

static void tell_counts(const struct live_worker *worker, struct live_ask *ask)
{
	for (size_t i = 0; i < worker->live->interface_count; i++)
		ask->counts[i] = worker->counts[i];
	ask->flows_total = worker->flows_before;
	ask->evicted = worker->evicted_before;
	ask->flows_alive = 0;
	ask->memory_bytes = 0;
	if (worker->flows) {
		struct flow_statistics statistics = flow_table_statistics(worker->flows);

		ask->flows_total += statistics.flows;
		ask->evicted += statistics.evicted;
		ask->flows_alive = statistics.alive;
		ask->memory_bytes = statistics.memory_bytes;
	}
	ask->last_ns = worker->taken_ns;
}

static void tell_flows(struct live_worker *worker, struct live_ask *ask)
{
	if (ask->finish) {
		end_flows(worker, ask->now_ns > worker->now_ns ? ask->now_ns : worker->now_ns);
		for (size_t i = 0; i < worker->carried_count; i++)
			on_open(ask, &worker->carried[i]);
		worker->finished = true;
		return;
	}
	if (ask->restart)
		restart(worker, ask);
	if (!worker->flows)
		return;
	for (size_t i = 0; i < ask->gap_count; i++)
		flow_table_gap(worker->flows, ask->gaps[i].from_ns, ask->gaps[i].to_ns);
	expire(worker, certain_time(worker, ask));
	live_tally_flush(worker);
	peek(worker, ask);
}

struct gathering {
	struct evidence_gather *gather;
	bool failed;
};

static bool gather_packet(void *context, const struct packet *packet)
{
	struct gathering *gathering = context;

	gathering->failed = evidence_gather_take(gathering->gather, packet) != 0;
	return !gathering->failed;
}

static void gather(struct live_worker *worker, struct live_ask *ask)
{
	struct gathering gathering = {.gather = ask->gather};

	for (uint32_t i = 0; i < worker->live->interface_count && !gathering.failed; i++) {
		evidence_gather_begin(ask->gather, i);
		capture_live_recent(worker->live->options.capture, worker->number, i, &gathering,
				    gather_packet);
	}
	ask->failed = gathering.failed;
}

static void answer_done(struct live_worker *worker)
{
	worker->ask.answered = true;
	(void)pthread_cond_signal(&worker->answered);
	(void)pthread_mutex_unlock(&worker->lock);
}

static void answer_gather(struct live_worker *worker)
{
	if (pthread_mutex_lock(&worker->lock) != 0)
		return;
	gather(worker, &worker->ask);
	answer_done(worker);
}

void live_answer(struct live_worker *worker)
{
	struct live_ask *ask = &worker->ask;
	struct ledger *fresh;
	struct err err;

	atomic_store(&worker->asked, false);
	if (ask->gather) {
		answer_gather(worker);
		return;
	}
	capture_live_count(worker->live->options.capture, worker->number);
	fresh = live_ledger_new(worker->live, 8, &err);
	if (pthread_mutex_lock(&worker->lock) != 0)
		return;
	tell_flows(worker, ask);
	ledger_settle(worker->ledger);
	tell_counts(worker, ask);
	/* Without memory for another ledger this one goes on. */
	if (fresh) {
		ask->settled = worker->ledger;
		worker->ledger = fresh;
	}
	ask->failed = worker->out_of_memory;
	worker->out_of_memory = false;
	answer_done(worker);
}
