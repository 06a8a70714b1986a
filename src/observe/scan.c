/*
 * Looking at several files at once, to know their times and fingerprints. Members of one archive are one
 * thread's, as they are unpacked one after the other.
 */
#include "base/mem.h"
#include "run.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

enum { SCAN_THREADS_MAX = 16 };

struct scanning {
	struct run *run;
	uint32_t *firsts; /* of each group of inputs; one more at the end */
	size_t groups;
	atomic_size_t next;
	atomic_bool stop;
};

static void scan_group(struct scanning *scanning, size_t group, const struct capture_options *options)
{
	struct run *run = scanning->run;

	for (uint32_t i = scanning->firsts[group]; i < scanning->firsts[group + 1]; i++) {
		const struct capture_input *input = &run->list->items[i];
		struct input_state *state = &run->inputs[i];

		if (atomic_load(&scanning->stop) || run_is_stream(input))
			continue;
		state->scan_failed = capture_scan(input, options, &state->summary) != 0;
		state->scanned = true;
	}
}

/* PROGRESS: in the caller's thread. */
static void scan_groups(struct scanning *scanning, bool progress)
{
	struct capture_options options = scanning->run->capture;
	size_t group;

	options.archives = capture_archives_new();
	options.read_ahead = false;
	while (!atomic_load(&scanning->stop) &&
	       (group = atomic_fetch_add(&scanning->next, 1)) < scanning->groups) {
		scan_group(scanning, group, &options);
		if (!progress)
			continue;
		run_progress(scanning->run, scanning->firsts[group]);
		if (scanning->run->stopped)
			atomic_store(&scanning->stop, true);
	}
	capture_archives_free(options.archives);
}

static void *help(void *context)
{
	scan_groups(context, false);
	return NULL;
}

static bool is_same_archive(const struct capture_input *a, const struct capture_input *b)
{
	return a->member && b->member && strcmp(a->path, b->path) == 0;
}

static int make_groups(struct scanning *scanning)
{
	const struct capture_list *list = scanning->run->list;

	scanning->firsts = mem_calloc(list->count + 1, sizeof(*scanning->firsts));
	if (!scanning->firsts)
		return -1;
	for (uint32_t i = 0; i < list->count; i++)
		if (i == 0 || !is_same_archive(&list->items[i - 1], &list->items[i]))
			scanning->firsts[scanning->groups++] = i;
	scanning->firsts[scanning->groups] = (uint32_t)list->count;
	return 0;
}

int run_scan(struct run *run, unsigned threads)
{
	struct scanning scanning = {.run = run};
	pthread_t helpers[SCAN_THREADS_MAX];
	unsigned started = 0;
	sigset_t all, before;

	if (make_groups(&scanning))
		return -1;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started + 1 < threads && started < SCAN_THREADS_MAX && started + 1 < scanning.groups &&
	       pthread_create(&helpers[started], NULL, help, &scanning) == 0)
		started++;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (started > 0)
		scan_groups(&scanning, true);
	for (unsigned i = 0; i < started; i++)
		(void)pthread_join(helpers[i], NULL);
	mem_free(scanning.firsts);
	return 0;
}
