/* The record that outlives the process: opening it, the thread that writes, the end. */
#include "live_store.h"
#include "base/mem.h"
#include "stored.h"
#include <string.h>
#include <unistd.h>

static int write_segment(struct live_store *store, const struct observe_live_segment *segment,
			 struct err *err)
{
	const struct store_chain chain = {.sensor = store->sensor,
					  .end_ns = segment->end_ns,
					  .flows = segment->flows,
					  .count = segment->flow_count};

	return store_put_live(store->store, store->sensor, segment->settled, segment->open, &chain, err);
}

static void note_away(struct live_store *store)
{
	const char *why = store_away(store->store);

	store->is_away = why != NULL;
	if (why)
		(void)err_set(&store->away, "%s", why);
}

static void *run_thread(void *context)
{
	struct live_store *store = context;

	pthread_mutex_lock(&store->lock);
	for (;;) {
		while (store->state != JOB_WAITING && !store->ending)
			pthread_cond_wait(&store->moved, &store->lock);
		if (store->state != JOB_WAITING)
			break;
		pthread_mutex_unlock(&store->lock);
		int result = write_segment(store, &store->job, &store->error);
		pthread_mutex_lock(&store->lock);
		store->done_ns = live_monotonic_ns();
		note_away(store);
		store->state = result == 0 ? JOB_STORED : JOB_FAILED;
		pthread_cond_broadcast(&store->moved);
	}
	pthread_mutex_unlock(&store->lock);
	return NULL;
}

static int take_up(struct live_store *store, struct live_run *run)
{
	struct err err;

	store->lock_fd = live_lock(run, store->sensor);
	if (store->lock_fd == LIVE_LOCK_REFUSED)
		return -1;
	store->store = stored_open(run->options, STORE_WRITE);
	if (!store->store)
		return -1;
	if (store_begin_live(store->store, store->sensor, &err) == 0 &&
	    store_open_flows(store->store, store->sensor, &store->arena, &store->chain, &err) == 0)
		return 0;
	say_error("%s", err.text);
	return -1;
}

int live_store_open(struct live_run *run)
{
	struct live_store *store;

	if (!run->options->store)
		return 0;
	store = run->store = mem_calloc(1, sizeof *store);
	if (store)
		store->lock_fd = -1;
	if (store)
		store->sensor = mem_strdup(run->options->sensor ? run->options->sensor : "local");
	if (!store || !store->sensor || pthread_mutex_init(&store->lock, NULL) != 0 ||
	    pthread_cond_init(&store->moved, NULL) != 0) {
		say_error("out of memory");
		return -1;
	}
	return take_up(store, run);
}

const struct flow_open *live_store_carried(const struct live_run *run, size_t *count)
{
	*count = run->store ? run->store->chain.count : 0;
	return run->store ? run->store->chain.flows : NULL;
}

/* What the rules' periods reach back to. */
static int resume(struct live_run *run)
{
	int32_t now = time_bucket(run->started_ns);
	int32_t first = time_bucket(run->started_ns - live_files_window_ns(&run->files)) - 1;
	struct ledger *before;
	struct err err;

	if (store_away(run->store->store)) {
		live_store_say_away(run, store_away(run->store->store));
		return 0;
	}
	int result = store_load(run->store->store, first, now + 1, &before, &err);

	/* A cluster that is away is no reason not to capture; the gap shows in what was stored. */
	if (result != 0 && store_place_is_clickhouse(run->options->store)) {
		live_store_say_away(run, err.text);
		return 0;
	}
	if (result == 0) {
		result = observe_live_resume(run->observe, before, &err);
		ledger_free(before);
	}
	if (result != 0)
		say_error("%s", err.text);
	return result;
}

int live_store_started(struct live_run *run)
{
	struct live_store *store = run->store;
	int code;

	if (!store)
		return 0;
	if (resume(run) != 0)
		return -1;
	code = pthread_create(&store->thread, NULL, run_thread, store);
	if (code != 0) {
		say_error("cannot start a thread: %s", strerror(code));
		return -1;
	}
	store->running = true;
	live_store_set_due(store, live_store_spacing_ns(run));
	return 0;
}

static void end_thread(struct live_store *store)
{
	if (!store->running)
		return;
	pthread_mutex_lock(&store->lock);
	store->ending = true;
	pthread_cond_broadcast(&store->moved);
	pthread_mutex_unlock(&store->lock);
	pthread_join(store->thread, NULL);
	store->running = false;
}

int live_store_finish(struct live_run *run)
{
	struct live_store *store = run->store;
	struct observe_live_segment last;
	struct err err;
	int result;

	if (!store)
		return 0;
	end_thread(store);
	live_store_settle(run);
	result = observe_live_segment(run->observe, &last, &err);
	if (result == 0)
		result = write_segment(store, &last, &err);
	if (result == 0)
		result = store_end_live(store->store, &err);
	observe_live_segment_clear(&last);
	run->store_writes += result == 0;
	if (result == 0)
		run->stored_ns = live_real_ns();
	else
		say_error("%s", err.text);
	if (result == 0 && store_away(store->store))
		say_warning(run->options, "the record waits in the spool: %s", store_away(store->store));
	return result;
}

void live_store_close(struct live_run *run)
{
	struct live_store *store = run->store;

	if (!store)
		return;
	end_thread(store);
	observe_live_segment_clear(&store->job);
	store_close(store->store);
	if (store->lock_fd >= 0)
		(void)close(store->lock_fd);
	arena_clear(&store->arena);
	pthread_cond_destroy(&store->moved);
	pthread_mutex_destroy(&store->lock);
	mem_free(store->sensor);
	mem_free(store);
	run->store = NULL;
}
