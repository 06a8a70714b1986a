#include "base/mem.h"
#include "live.h"
#include "stored.h"
#include <pthread.h>
#include <string.h>
#include <unistd.h>

enum { WRITE_SEC = 60, HOUR_SEC = 3600, RETRY_SEC = 10 };
/* How late a packet may be known of: the kernel holds it back, then it is read. */
enum { LATE_MSEC = 2 * CAPTURE_LIVE_DELAY_MSEC + 50 };

enum job_state { JOB_NONE, JOB_WAITING, JOB_STORED, JOB_FAILED };

struct live_store {
	struct store *store;
	char *sensor;
	int lock_fd; /* -1 */
	struct arena arena;
	struct store_chain chain; /* what was open when the sensor last stopped */
	pthread_t thread;
	bool running;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	enum job_state state; /* under the lock */
	bool ending;
	struct observe_live_segment job; /* the thread's while it waits */
	struct err error;
	int64_t done_ns; /* when it was done; under the lock */
	bool is_away;    /* the server did not take it: it waits in the spool; under the lock */
	struct err away;
	bool said_away;
	int64_t began_ns; /* what follows: monotonic, the calling thread's */
	int64_t due_ns;
	int64_t took_ns; /* to collect and write, lately */
	int64_t hour;
	bool failing;
};

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

static void say_away(struct live_run *run, const char *why)
{
	char text[ERR_TEXT_MAX + 80];

	(void)snprintf(text, sizeof text, "the record waits in the spool: %s", why);
	live_out_notice(run, SYSLOG_WARNING, "store-away", text);
	run->store->said_away = true;
}

/* What the rules' periods reach back to. */
static int resume(struct live_run *run)
{
	int32_t now = time_bucket(run->started_ns);
	int32_t first = time_bucket(run->started_ns - live_files_window_ns(&run->files)) - 1;
	struct ledger *before;
	struct err err;

	if (store_away(run->store->store)) {
		say_away(run, store_away(run->store->store));
		return 0;
	}
	int result = store_load(run->store->store, first, now + 1, &before, &err);

	/* A cluster that is away is no reason not to capture; the gap shows in what was stored. */
	if (result != 0 && store_place_is_clickhouse(run->options->store)) {
		say_away(run, err.text);
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

static void set_due(struct live_store *store, int64_t after_ns)
{
	store->due_ns = live_monotonic_ns() + after_ns;
	store->hour = time_sec_floor(live_real_ns()) / HOUR_SEC;
}

/* At most one interval is to be lost, whenever the process dies: so the next writing begins as much earlier
 * as packets come late, judging holds it up, and writing takes, twice over, but never sooner than after a
 * quarter of the interval. */
static int64_t spacing_ns(const struct live_run *run)
{
	uint64_t sec = run->options->store_interval;
	int64_t interval_ns = (sec > 0 && sec < HOUR_SEC ? (int64_t)sec : WRITE_SEC) * NSEC_PER_SEC;
	int64_t early_ns = LATE_MSEC * NSEC_PER_MSEC + run->judge_ns + 2 * run->store->took_ns;

	return interval_ns - (early_ns < interval_ns / 4 * 3 ? early_ns : interval_ns / 4 * 3);
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
	set_due(store, spacing_ns(run));
	return 0;
}

/* Whether what is stored lies with the server or waits. */
static void say_where(struct live_run *run)
{
	struct live_store *store = run->store;

	if (store->is_away && !store->said_away)
		say_away(run, store->away.text);
	else if (!store->is_away && store->said_away)
		live_out_notice(run, SYSLOG_NOTICE, "store-back", "the server took what had waited");
	store->said_away = store->is_away;
}

/* What became of the last job; the thread has nothing to do with it any more. */
static void settle(struct live_run *run)
{
	struct live_store *store = run->store;
	enum job_state state;
	int64_t took_ns;

	pthread_mutex_lock(&store->lock);
	state = store->state;
	took_ns = store->done_ns - store->began_ns;
	if (state != JOB_WAITING)
		store->state = JOB_NONE;
	pthread_mutex_unlock(&store->lock);
	if (state == JOB_STORED || state == JOB_FAILED)
		store->took_ns = took_ns > store->took_ns / 4 * 3 ? took_ns : store->took_ns / 4 * 3;
	if (state == JOB_STORED) {
		run->store_writes++;
		run->stored_ns = live_real_ns();
		if (store->failing)
			live_out_notice(run, SYSLOG_NOTICE, "store-back",
					"the store takes what is written again");
		store->failing = false;
		say_where(run);
		observe_live_segment_clear(&store->job);
	} else if (state == JOB_FAILED) {
		run->store_failures++;
		if (!store->failing)
			live_out_notice(run, SYSLOG_ERROR, "store-failed", store->error.text);
		store->failing = true;
		observe_live_give_back(run->observe, &store->job);
		observe_live_segment_clear(&store->job);
		set_due(store, RETRY_SEC * NSEC_PER_SEC);
	}
}

static bool is_busy(struct live_store *store)
{
	bool busy;

	pthread_mutex_lock(&store->lock);
	busy = store->state == JOB_WAITING;
	pthread_mutex_unlock(&store->lock);
	return busy;
}

static bool is_due(const struct live_store *store)
{
	if (live_monotonic_ns() >= store->due_ns)
		return true;
	return !store->failing && time_sec_floor(live_real_ns()) / HOUR_SEC != store->hour;
}

int live_store_wait_msec(const struct live_run *run)
{
	const struct live_store *store = run->store;
	int64_t left_ns = store ? store->due_ns - live_monotonic_ns() : INT64_MAX;

	/* What is late waits for the second's beat: the thread is still writing. */
	if (left_ns > NSEC_PER_SEC || left_ns < 0)
		return -1;
	return (int)(left_ns / NSEC_PER_MSEC) + 1;
}

void live_store_beat(struct live_run *run)
{
	struct live_store *store = run->store;
	struct err err;

	if (!store)
		return;
	settle(run);
	if (is_busy(store) || !is_due(store))
		return;
	store->began_ns = live_monotonic_ns();
	set_due(store, spacing_ns(run));
	/* What is stored is covered up to now. */
	observe_live_tick(run->observe, live_real_ns(), live_monotonic_ns());
	if (observe_live_segment(run->observe, &store->job, &err) != 0) {
		live_out_notice(run, SYSLOG_ERROR, "store-failed", err.text);
		return;
	}
	pthread_mutex_lock(&store->lock);
	store->state = JOB_WAITING;
	pthread_cond_broadcast(&store->moved);
	pthread_mutex_unlock(&store->lock);
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
	settle(run);
	result = observe_live_segment(run->observe, &last, &err);
	if (result == 0)
		result = write_segment(store, &last, &err);
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
