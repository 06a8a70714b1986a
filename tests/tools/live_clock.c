/*
 * Runs the live part of observe/ on a port while the system's clock, as it is told, is set forwards by an
 * hour and back by two: live_clock IFACE SECONDS. Prints what it said of itself and, at the end, its totals.
 */
#include "base/hash.h"
#include "observe/live.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

static void say(void *context, const struct observe_live_notice *notice)
{
	(void)context;
	printf("%s\n", notice->what);
}

static void print_totals(const struct observe_live *live, const struct ledger *ledger)
{
	struct observe_live_totals totals;
	uint64_t accounted = 0, packets = 0;
	size_t count;
	const struct coverage_row *rows = ledger_coverages(ledger, &count);

	observe_live_totals(live, &totals);
	for (size_t i = 0; i < count; i++) {
		packets += rows[i].packets;
		for (size_t k = 0; k < ACCOUNT_COUNT; k++)
			accounted += rows[i].accounting[k];
	}
	(void)ledger_spans(ledger, &count);
	printf("packets %llu rows %llu accounted %llu spans %zu\n", (unsigned long long)totals.packets,
	       (unsigned long long)packets, (unsigned long long)accounted, count);
}

int main(int argc, char **argv)
{
	const char *names[] = {argc > 2 ? argv[1] : "lo"};
	struct capture_live_options capture_options = {.interfaces = names, .interface_count = 1};
	struct observe_live_options options = {
	    .hash_seed = hash_seed_random(), .session = "1", .notice = say};
	const struct timespec second = {.tv_sec = 1};
	long seconds = argc > 2 ? strtol(argv[2], NULL, 10) : 6;
	struct observe_live *live;
	struct ledger *view;
	int64_t set_ns = 0, from_ns;
	bool forbidden;
	struct err err = {""};

	options.capture = capture_live_open(&capture_options, &forbidden, &err);
	live = options.capture
		   ? observe_live_start(&options, now_ns(CLOCK_REALTIME), now_ns(CLOCK_MONOTONIC), &err)
		   : NULL;
	if (!live) {
		fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	printf("listening\n");
	fflush(stdout);
	for (long i = 0; i < seconds; i++) {
		nanosleep(&second, NULL);
		if (i == seconds / 3)
			set_ns += 3600 * NSEC_PER_SEC;
		if (i == seconds * 2 / 3)
			set_ns -= 7200 * NSEC_PER_SEC;
		observe_live_tick(live, now_ns(CLOCK_REALTIME) + set_ns, now_ns(CLOCK_MONOTONIC));
		if (observe_live_collect(live, &err) != 0)
			return 2;
	}
	if (observe_live_finish(live, now_ns(CLOCK_REALTIME) + set_ns, &err) != 0)
		return 2;
	view = observe_live_view(live, true, &from_ns, &err);
	if (!view)
		return 2;
	print_totals(live, view);
	ledger_free(view);
	observe_live_free(live);
	capture_live_close(options.capture);
	return 0;
}
