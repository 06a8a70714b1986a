/* The calling thread's part: starting, the second's beat, views, the end. Questions are live_collect.c's. */
#include "live.h"
#include <string.h>

enum { NOTICE = 5, WARNING = 4, ERROR = 3, RESTART_SEC = 60, HOUR_SEC = 3600, SETTLE_SEC = 5 };

int64_t live_hour_of(int64_t time_ns)
{
	return time_sec_floor(time_ns) / HOUR_SEC;
}

static int copy_options(struct observe_live *live, const struct observe_live_options *options)
{
	size_t count = options->fold_last_count;

	live->options = *options;
	if (live->options.memory_bytes == 0)
		live->options.memory_bytes = (size_t)1 << 30;
	live->sensor = mem_strdup(options->sensor ? options->sensor : "local");
	live->session = mem_strdup(options->session ? options->session : "");
	if (count > 0) {
		live->fold_last = mem_calloc(count, sizeof(*live->fold_last));
		if (live->fold_last)
			memcpy(live->fold_last, options->fold_last, count * sizeof(*live->fold_last));
	}
	return live->sensor && live->session && (count == 0 || live->fold_last) ? 0 : -1;
}

static int make_ledgers(struct observe_live *live, struct err *err)
{
	live->recent = live_ledger_new(live, 8, err);
	live->older = live->recent ? live_ledger_new(live, 8, err) : NULL;
	live->unsaved = live->older ? live_ledger_new(live, 8, err) : NULL;
	return live->unsaved ? 0 : -1;
}

static int make_workers(struct observe_live *live, struct err *err)
{
	live->worker_count = capture_live_workers(live->options.capture);
	live->workers = mem_calloc(live->worker_count, sizeof(*live->workers));
	if (!live->workers)
		return err_no_memory(err);
	for (unsigned w = 0; w < live->worker_count; w++)
		if (live_worker_init(&live->workers[w], live, w, err) != 0)
			return -1;
	for (unsigned w = 0; w < live->worker_count; w++)
		if (live_worker_start(&live->workers[w], err) != 0)
			return -1;
	return 0;
}

static void begin(struct observe_live *live, int64_t real_ns, int64_t monotonic_ns)
{
	live->clock = (struct live_clock){real_ns, monotonic_ns};
	live->start_ns = live->now_ns = live->covered_ns = real_ns;
	live->uncovered_ns = TIME_UNKNOWN;
	live->hour = live_hour_of(real_ns);
	live->window_bucket = live->oldest_bucket = INT32_MIN;
	live->totals.last_ns = TIME_UNKNOWN;
	live->seen_ns = 0;
	live->interface_count = capture_live_interface_count(live->options.capture);
	for (size_t i = 0; i < CAPTURE_LIVE_INTERFACES; i++) {
		live->counts[i].first_ns = live->counts[i].last_ns = TIME_UNKNOWN;
		live->hour_start[i] = live->counts[i];
		live->present[i] = live->up[i] = true;
	}
}

struct observe_live *observe_live_start(const struct observe_live_options *options, int64_t real_ns,
					int64_t monotonic_ns, struct err *err)
{
	struct observe_live *live = mem_calloc(1, sizeof(*live));

	if (!live || copy_options(live, options) != 0) {
		(void)err_no_memory(err);
		observe_live_free(live);
		return NULL;
	}
	begin(live, real_ns, monotonic_ns);
	if (make_ledgers(live, err) == 0 && make_workers(live, err) == 0)
		return live;
	observe_live_free(live);
	return NULL;
}

static void say_state(struct observe_live *live, size_t i, const struct capture_live_state *state)
{
	if (live->present[i] && !state->present)
		live_say(live, "interface-gone", ERROR, "%s is gone; waiting for it", state->name);
	else if (!live->present[i] && state->present)
		live_say(live, "interface-back", NOTICE, "%s is there again%s", state->name,
			 state->up ? "" : ", and still down");
	else if (live->up[i] && !state->up)
		live_say(live, "interface-down", ERROR, "%s is down; waiting for it", state->name);
	else if (!live->up[i] && state->up)
		live_say(live, "interface-up", NOTICE, "%s is up again", state->name);
	live->present[i] = state->present;
	live->up[i] = state->up;
}

static void count_drops(struct observe_live *live, size_t i, const struct capture_live_state *state)
{
	uint64_t dropped = state->dropped + state->refused;
	uint64_t more = dropped - live->dropped[i];
	struct ledger *ledgers[] = {live->recent, live->unsaved};

	if (dropped <= live->dropped[i])
		return;
	live->dropped[i] = dropped;
	live->totals.dropped += more;
	for (size_t k = 0; k < 2; k++) {
		struct coverage_row *row = ledger_coverage(ledgers[k], 0, time_bucket(live->now_ns));

		if (row)
			row->dropped += more;
	}
}

/* The clock was set. Forwards: what lies between was not watched. Backwards by much: flow time begins anew.
 */
static void take_step(struct observe_live *live, enum live_clock_step step, int64_t size_ns, int64_t real_ns)
{
	if (step == CLOCK_FORWARDS) {
		live_say(live, "clock-step", WARNING, "the system's clock was set forwards by %lld s",
			 (long long)(size_ns / NSEC_PER_SEC));
		if (live->uncovered_ns == TIME_UNKNOWN)
			live_gap_note(live, real_ns - size_ns, real_ns, "the system's clock was set");
		live->covered_ns = real_ns;
	} else if (step == CLOCK_BACKWARDS) {
		live_say(live, "clock-step", WARNING, "the system's clock was set back by %lld s",
			 (long long)(size_ns / NSEC_PER_SEC));
		if (size_ns <= RESTART_SEC * NSEC_PER_SEC)
			return;
		live->restart = true;
		live->gap_count = 0;
		live->covered_ns = real_ns;
		if (live->uncovered_ns != TIME_UNKNOWN)
			live->uncovered_ns = real_ns;
	}
}

void observe_live_tick(struct observe_live *live, int64_t real_ns, int64_t monotonic_ns)
{
	bool reading = true;
	int64_t size_ns;
	enum live_clock_step step = live_clock_tick(&live->clock, real_ns, monotonic_ns, &size_ns);

	live->now_ns = real_ns;
	if (step != CLOCK_STEADY)
		take_step(live, step, size_ns, real_ns);
	capture_live_links(live->options.capture);
	for (size_t i = 0; i < live->interface_count; i++) {
		struct capture_live_state state;

		capture_live_state(live->options.capture, (uint32_t)i, &state);
		say_state(live, i, &state);
		count_drops(live, i, &state);
		reading = reading && state.reading;
	}
	live_cover_tick(live, reading, real_ns);
	live->totals.covering = reading;
}

void observe_live_set_window(struct observe_live *live, int64_t window_ns)
{
	live->options.window_ns = window_ns;
}

int observe_live_collect(struct observe_live *live, struct err *err)
{
	return live_collect(live, false, false, err);
}

bool observe_live_changed(const struct observe_live *live)
{
	return live->totals.packets != live->seen_packets || live->now_ns < live->seen_ns ||
	       live->now_ns - live->seen_ns >= SETTLE_SEC * NSEC_PER_SEC;
}

struct ledger *observe_live_view(struct observe_live *live, bool whole, int64_t *from_ns, struct err *err)
{
	struct ledger *view = live_ledger_new(live, 4, err);

	if (!view)
		return NULL;
	if (live_inputs_add(live, view) != 0 || (whole && live_pour(view, live->older) != 0) ||
	    live_pour(view, live->recent) != 0 || (live->open && live_pour(view, live->open) != 0)) {
		(void)err_no_memory(err);
		ledger_free(view);
		return NULL;
	}
	ledger_sort(view);
	*from_ns = TIME_UNKNOWN;
	if (!whole && live->window_bucket != INT32_MIN)
		*from_ns = bucket_start_ns(live->window_bucket);
	else if (whole && live->anything_left)
		*from_ns = bucket_start_ns(live->oldest_bucket);
	live->seen_packets = live->totals.packets;
	live->seen_ns = live->now_ns;
	return view;
}

void observe_live_totals(const struct observe_live *live, struct observe_live_totals *out)
{
	*out = live->totals;
	out->memory_bytes += ledger_memory(live->recent) + ledger_memory(live->older) +
			     ledger_memory(live->unsaved) + capture_live_memory(live->options.capture);
}

int observe_live_finish(struct observe_live *live, int64_t real_ns, struct err *err)
{
	int result;

	if (live->finished)
		return 0;
	live->now_ns = real_ns;
	result = live_collect(live, true, true, err);
	live->finished = true;
	for (unsigned w = 0; w < live->worker_count; w++) {
		if (live->workers[w].running)
			(void)pthread_join(live->workers[w].thread, NULL);
		live->workers[w].running = false;
	}
	return result;
}

static void stop_workers(struct observe_live *live)
{
	const struct live_ask question = {.finish = true};

	for (unsigned w = 0; live->workers && w < live->worker_count; w++) {
		if (!live->workers[w].running)
			continue;
		live_ask_one(live, &live->workers[w], &question);
		(void)pthread_join(live->workers[w].thread, NULL);
	}
}

void observe_live_free(struct observe_live *live)
{
	if (!live)
		return;
	stop_workers(live);
	for (unsigned w = 0; live->workers && w < live->worker_count; w++)
		live_worker_clear(&live->workers[w]);
	mem_free(live->workers);
	ledger_free(live->recent);
	ledger_free(live->older);
	ledger_free(live->open);
	ledger_free(live->unsaved);
	ledger_free(live->before);
	mem_free(live->flows);
	mem_free(live->fold_last);
	mem_free(live->session);
	mem_free(live->sensor);
	mem_free(live);
}
