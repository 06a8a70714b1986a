/*
 * From the first batch to the ledger of the whole: with one thread, or with several whose ledgers are put
 * together. No edge stands in two of them, as a pair's TCP is one worker's; hosts, coverage and counts add
 * up.
 */
#include "base/mem.h"
#include "crew.h"

/* The first batches show how packets are distributed. */
static void make_shares(struct crew *crew)
{
	struct worker *worker = &crew->members[0].worker;
	uint64_t slots[SHARE_SLOTS + 1] = {0};

	for (uint64_t i = 0; i < crew->filled; i++)
		worker_count_slots(worker, &place_of(crew, i)->batch, &place_of(crew, i)->decoded, slots);
	shares_make(&crew->shares, crew->count, slots, slots[SHARE_OTHERS]);
	for (uint64_t i = 0; i < crew->filled; i++) {
		worker_look(worker, &place_of(crew, i)->batch, &place_of(crew, i)->decoded);
		place_of(crew, i)->ready = true;
	}
}

/* The first one's ledger is the run's: what is there already need not be gathered. */
static int make_members(struct crew *crew, size_t memory_bytes, struct err *err)
{
	struct run *run = crew->run;

	ledger_limit(run->ledger, memory_bytes / crew->count);
	crew->members[0].ledger = run->ledger;
	for (unsigned i = 0; i < crew->count; i++) {
		struct member *member = &crew->members[i];

		if ((i > 0 && run_new_ledger(run, memory_bytes / crew->count, &member->ledger, err)) ||
		    worker_init(&member->worker, run, &crew->shares, i, member->ledger, err))
			return -1;
		member->worker.calls = &crew->calls;
	}
	make_shares(crew);
	for (unsigned i = 0; i < crew->count; i++)
		if (worker_open(&crew->members[i].worker, memory_bytes / crew->count, err))
			return -1;
	return 0;
}

static int work_together(struct crew *crew, unsigned threads, size_t memory_bytes, struct err *err)
{
	int result;

	crew->members = mem_calloc(threads, sizeof(*crew->members));
	if (!crew->members)
		return err_no_memory(err);
	crew_start(crew, threads);
	result = make_members(crew, memory_bytes, err);
	crew_go(crew, result == 0);
	return result;
}

static void add_worker(struct run *run, const struct worker *worker)
{
	for (size_t i = 0; i < run->list->count; i++)
		for (size_t k = 0; k < ACCOUNT_COUNT; k++)
			run->inputs[i].accounting[k] += worker->accounting[i][k];
	run->out_of_memory |= worker->out_of_memory;
}

/* What one of several workers learned goes into the run's ledger and is forgotten. */
static int gather(struct run *run, const struct ledger *ledger)
{
	size_t coverages, spans;
	const struct coverage_row *coverage = ledger_coverages(ledger, &coverages);
	const struct coverage_span *span = ledger_spans(ledger, &spans);

	for (size_t i = 0; i < spans; i++)
		if (ledger_cover(run->ledger, run->sensor, span[i].first_ns, span[i].last_ns))
			return -1;
	for (size_t i = 0; i < coverages; i++)
		if (ledger_add_coverage(run->ledger, &coverage[i]))
			return -1;
	ledger_add_rows(run->ledger, ledger);
	return 0;
}

/* The caller's memory is for flows, or at their end for ledgers: so all flow tables go first. */
static int gather_all(struct crew *crew, size_t memory_bytes, int result)
{
	for (unsigned i = 0; i < crew->count; i++) {
		if (result == 0)
			add_worker(crew->run, &crew->members[i].worker);
		worker_clear(&crew->members[i].worker);
	}
	ledger_limit(crew->run->ledger, memory_bytes);
	for (unsigned i = 1; i < crew->count; i++) {
		if (result == 0)
			result = gather(crew->run, crew->members[i].ledger);
		ledger_free(crew->members[i].ledger);
	}
	return result;
}

static int add_place(struct crew *crew, size_t at)
{
	crew->places[at] = mem_calloc(1, sizeof(*crew->places[at]));
	return crew->places[at] ? batch_init(&crew->places[at]->batch) : -1;
}

static int work_alone(struct crew *crew, size_t memory_bytes, struct err *err)
{
	struct run *run = crew->run;
	struct worker *worker = mem_calloc(1, sizeof(*worker));
	int result =
	    worker ? worker_init(worker, run, &crew->shares, 0, run->ledger, err) : err_no_memory(err);

	if (result == 0)
		result = worker_open(worker, memory_bytes, err);
	if (result == 0 && !crew->places[0] && add_place(crew, 0))
		result = err_no_memory(err);
	if (worker && result == 0) {
		for (uint64_t i = 0; i < crew->filled; i++)
			worker_take(worker, &place_of(crew, i)->batch);
		while (!crew->ended && run_fill(run, &crew->places[0]->batch))
			worker_take(worker, &crew->places[0]->batch);
		if (run->started)
			worker_finish(worker, run->now_ns);
		add_worker(run, worker);
	}
	if (worker)
		worker_clear(worker);
	mem_free(worker);
	return result;
}

/* Fills up to ENOUGH places, to see how much there is to do. 0/-1 */
static int fill_first(struct crew *crew, uint64_t enough)
{
	while (crew->filled < enough && !crew->ended) {
		if (add_place(crew, crew->filled))
			return -1;
		crew->ended = !run_fill(crew->run, &place_of(crew, crew->filled)->batch);
		crew->filled += !crew->ended;
	}
	for (size_t i = crew->filled; i < CREW_PLACES && !crew->ended; i++)
		if (add_place(crew, i))
			return -1;
	return 0;
}

static void clear(struct crew *crew)
{
	for (size_t i = 0; i < CREW_PLACES && crew->places[i]; i++) {
		batch_clear(&crew->places[i]->batch);
		mem_free(crew->places[i]);
	}
	mem_free(crew->members);
	(void)pthread_mutex_destroy(&crew->lock);
	(void)pthread_mutex_destroy(&crew->calls);
	(void)pthread_cond_destroy(&crew->changed);
}

int crew_run(struct run *run, unsigned threads, size_t memory_bytes, struct err *err)
{
	struct crew crew = {.run = run};
	unsigned wanted = threads < SHARE_WORKERS_MAX ? threads : SHARE_WORKERS_MAX;
	int result = 0;

	(void)pthread_mutex_init(&crew.lock, NULL);
	(void)pthread_mutex_init(&crew.calls, NULL);
	(void)pthread_cond_init(&crew.changed, NULL);
	shares_init(&crew.shares);
	if (wanted < 2) {
		result = work_alone(&crew, memory_bytes, err);
	} else {
		uint64_t enough = run->options->eager ? 1 : CREW_PLACES;

		if (fill_first(&crew, enough))
			result = err_no_memory(err);
		else if (crew.ended)
			result = work_alone(&crew, memory_bytes, err);
		else
			result =
			    gather_all(&crew, memory_bytes, work_together(&crew, wanted, memory_bytes, err));
	}
	clear(&crew);
	return result;
}
