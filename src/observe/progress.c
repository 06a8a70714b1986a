#include "run.h"

enum { PROGRESS_PACKETS = 8192 };

/* Inputs that were scanned are weighed by their unwrapped size, of which the part that was read is guessed
 * from the part of the file on disk; one that was not scanned stands for itself. */
static void add_open(const struct run *run, const struct source *source, struct observe_progress *progress)
{
	uint64_t whole = run->inputs[source->input].summary.file_bytes;
	uint64_t done;
	uint64_t total;

	capture_progress(source->capture, &done, &total);
	if (whole == 0) {
		progress->done_bytes += done;
		progress->total_bytes += total;
	} else if (total > 0) {
		progress->done_bytes += (uint64_t)((double)whole * ((double)done / (double)total));
	}
}

void run_progress(struct run *run, uint32_t input)
{
	struct observe_progress progress = {.done_bytes = run->read_bytes,
					    .total_bytes = run->total_bytes,
					    .packets = run->packets,
					    .input = run->inputs[input].name};

	run->until_progress = PROGRESS_PACKETS;
	if (!run->options->progress)
		return;
	for (size_t i = 0; i < run->open_count; i++)
		add_open(run, run->open[i], &progress);
	if (progress.done_bytes > progress.total_bytes)
		progress.total_bytes = 0;
	if (!run->options->progress(run->options->context, &progress))
		run->stopped = true;
}
