#include "base/mem.h"
#include "run.h"

/* An input is opened when the packets of those before it have reached its first time. Whatever overlaps it is
 * open then, so that merging by time and "the others follow" are one rule. */
static void open_next(struct run *run)
{
	uint32_t input = run->order[run->order_next++];
	struct input_state *state = &run->inputs[input];
	struct source *source = state->opened;

	if (mem_grow((void **)&run->open, &run->open_capacity, run->open_count + 1, sizeof(*run->open))) {
		run->out_of_memory = true;
		return;
	}
	if (!source)
		source = source_open(run, input);
	state->opened = NULL;
	if (source)
		run->open[run->open_count++] = source;
}

/* True when A goes before B: by time, then by the inputs' order. */
static bool goes_before(const struct source *a, const struct source *b)
{
	int64_t a_ns = source_head_ns(a);
	int64_t b_ns = source_head_ns(b);

	return a_ns != b_ns ? a_ns < b_ns : a->input < b->input;
}

static size_t first_of(const struct run *run)
{
	size_t first = 0;

	for (size_t i = 1; i < run->open_count; i++)
		if (goes_before(run->open[i], run->open[first]))
			first = i;
	return first;
}

static bool next_is_due(const struct run *run)
{
	if (run->order_next == run->order_count)
		return false;
	return run->open_count == 0 ||
	       run->inputs[run->order[run->order_next]].order_ns <= source_head_ns(run->open[first_of(run)]);
}

/* Packets of SOURCE may be taken up to this stamp, not including it, before another input comes in between.
 */
static int64_t limit_of(const struct run *run, const struct source *source)
{
	int64_t limit_ns = INT64_MAX;

	if (run->order_next < run->order_count)
		limit_ns = run->inputs[run->order[run->order_next]].order_ns;
	for (size_t i = 0; i < run->open_count; i++) {
		const struct source *other = run->open[i];
		int64_t other_ns = source_head_ns(other);

		if (other == source)
			continue;
		if (source->input < other->input && other_ns < INT64_MAX)
			other_ns++;
		if (other_ns < limit_ns)
			limit_ns = other_ns;
	}
	return limit_ns;
}

static void close_at(struct run *run, size_t at, bool complete)
{
	source_close(run, run->open[at], complete);
	run->open[at] = run->open[--run->open_count];
}

static void note_progress(struct run *run, uint32_t input, size_t packets)
{
	if (run->until_progress > packets) {
		run->until_progress -= packets;
		return;
	}
	run_progress(run, input);
}

void run_read(struct run *run)
{
	while (!run->stopped && !run->out_of_memory) {
		struct source *source;
		size_t at;

		if (next_is_due(run)) {
			open_next(run);
			continue;
		}
		if (run->open_count == 0)
			break;
		at = first_of(run);
		source = run->open[at];
		run_take(run, source, limit_of(run, source));
		if (source->next < source->count)
			continue;
		note_progress(run, source->input, source->count);
		if (!source_refill(run, source))
			close_at(run, at, true);
	}
	while (run->open_count > 0)
		close_at(run, 0, false);
}
