/* When the record is written, and what became of it. */
#include "live_store.h"

enum { WRITE_SEC = 60, HOUR_SEC = 3600, RETRY_SEC = 10 };
/* How late a packet may be known of: the kernel holds it back, then it is read. */
enum { LATE_MSEC = 2 * CAPTURE_LIVE_DELAY_MSEC + 50 };

void live_store_say_away(struct live_run *run, const char *why)
{
	char text[ERR_TEXT_MAX + 80];

	(void)snprintf(text, sizeof text, "the record waits in the spool: %s", why);
	live_out_notice(run, SYSLOG_WARNING, "store-away", text);
	run->store->said_away = true;
}

void live_store_set_due(struct live_store *store, int64_t after_ns)
{
	store->due_ns = live_monotonic_ns() + after_ns;
	store->hour = time_sec_floor(live_real_ns()) / HOUR_SEC;
}

/* At most one interval is to be lost, whenever the process dies: so the next writing begins as much earlier
 * as packets come late, judging holds it up, and writing takes, twice over, but never sooner than after a
 * quarter of the interval. */
int64_t live_store_spacing_ns(const struct live_run *run)
{
	uint64_t sec = run->options->store_interval;
	int64_t interval_ns = (sec > 0 && sec < HOUR_SEC ? (int64_t)sec : WRITE_SEC) * NSEC_PER_SEC;
	int64_t early_ns = LATE_MSEC * NSEC_PER_MSEC + run->judge_ns + 2 * run->store->took_ns;

	return interval_ns - (early_ns < interval_ns / 4 * 3 ? early_ns : interval_ns / 4 * 3);
}

/* Whether what is stored lies with the server or waits. */
static void say_where(struct live_run *run)
{
	struct live_store *store = run->store;

	if (store->is_away && !store->said_away)
		live_store_say_away(run, store->away.text);
	else if (!store->is_away && store->said_away)
		live_out_notice(run, SYSLOG_NOTICE, "store-back", "the server took what had waited");
	store->said_away = store->is_away;
}

/* What became of the last job; the thread has nothing to do with it any more. */
void live_store_settle(struct live_run *run)
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
		live_store_set_due(store, RETRY_SEC * NSEC_PER_SEC);
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
	live_store_settle(run);
	if (is_busy(store) || !is_due(store))
		return;
	store->began_ns = live_monotonic_ns();
	live_store_set_due(store, live_store_spacing_ns(run));
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
