#include "cli.h"
#include <time.h>
#include <unistd.h>

enum { SHOW_AFTER_SEC = 2, SHOW_EVERY_MSEC = 200, BAR_CELLS = 30 };

static int64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

void progress_start(struct progress *progress, const struct run_options *options)
{
	*progress =
	    (struct progress){.start_ns = clock_ns(), .enabled = !options->quiet && isatty(STDERR_FILENO)};
	progress->last_ns = progress->start_ns;
}

bool progress_show(struct progress *progress, const struct observe_progress *state)
{
	int64_t now = progress->enabled ? clock_ns() : 0;

	if (!progress->enabled || now - progress->start_ns < SHOW_AFTER_SEC * NSEC_PER_SEC ||
	    now - progress->last_ns < SHOW_EVERY_MSEC * NSEC_PER_MSEC)
		return true;
	progress->last_ns = now;
	progress->shown = true;
	double million = (double)state->packets / 1e6;
	if (state->total_bytes == 0) {
		fprintf(stderr, "\r\033[K%.1f million packets", million);
		return true;
	}
	double share = (double)state->done_bytes / (double)state->total_bytes;
	int cells = share >= 1 ? BAR_CELLS : (int)(share * BAR_CELLS);
	fprintf(stderr, "\r\033[K[%.*s%*s] %3.0f%%  %.1f million packets", cells,
		"##############################", BAR_CELLS - cells, "", share >= 1 ? 100.0 : share * 100,
		million);
	return true;
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fprintf(stderr, "\r\033[K");
}
