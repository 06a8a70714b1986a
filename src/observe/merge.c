#include "base/mem.h"
#include "run.h"

/* True when A goes before B: by time, then by the inputs' order. */
static bool goes_before(const struct source *a, const struct source *b)
{
	int64_t a_ns = source_head_ns(a);
	int64_t b_ns = source_head_ns(b);

	return a_ns != b_ns ? a_ns < b_ns : a->input < b->input;
}

static void swap(struct run *run, size_t a, size_t b)
{
	struct source *other = run->open[a];

	run->open[a] = run->open[b];
	run->open[b] = other;
}

/* The open inputs are a heap: none goes before the one at half its place, the first of all is at 0. */
static void rise(struct run *run, size_t at)
{
	while (at > 0 && goes_before(run->open[at], run->open[(at - 1) / 2])) {
		swap(run, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

static void sink(struct run *run, size_t at)
{
	for (;;) {
		size_t first = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < run->open_count; child++)
			if (goes_before(run->open[child], run->open[first]))
				first = child;
		if (first == at)
			return;
		swap(run, at, first);
		at = first;
	}
}

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
	if (!source)
		return;
	run->open[run->open_count++] = source;
	rise(run, run->open_count - 1);
}

static bool next_is_due(const struct run *run)
{
	if (run->order_next == run->order_count)
		return false;
	return run->open_count == 0 ||
	       run->inputs[run->order[run->order_next]].order_ns <= source_head_ns(run->open[0]);
}

/* Packets of the first input may be taken up to this stamp, not including it, before another one comes in
 * between. */
static int64_t limit_of_first(const struct run *run)
{
	int64_t limit_ns = INT64_MAX;

	if (run->order_next < run->order_count)
		limit_ns = run->inputs[run->order[run->order_next]].order_ns;
	for (size_t i = 1; i < 3 && i < run->open_count; i++) {
		int64_t other_ns = source_head_ns(run->open[i]);

		if (run->open[0]->input < run->open[i]->input && other_ns < INT64_MAX)
			other_ns++;
		if (other_ns < limit_ns)
			limit_ns = other_ns;
	}
	return limit_ns;
}

static void close_first(struct run *run, bool complete)
{
	source_close(run, run->open[0], complete);
	run->open[0] = run->open[--run->open_count];
	sink(run, 0);
}

static void note_progress(struct run *run, uint32_t input, size_t packets)
{
	if (run->until_progress > packets) {
		run->until_progress -= packets;
		return;
	}
	run_progress(run, input);
}

/* Its packets are all taken: the next ones, or its end. */
static void read_on(struct run *run)
{
	note_progress(run, run->open[0]->input, run->open[0]->count);
	if (!source_refill(run->open[0]))
		close_first(run, true);
	else
		sink(run, 0);
}

bool run_fill(struct run *run, struct batch *batch)
{
	enum { ENOUGH = BATCH_PACKETS / 8 };

	batch_empty(batch);
	batch->number = ++run->batches;
	while (batch->count < BATCH_PACKETS && batch->held_bytes < BATCH_HELD_BYTES && !run->stopped &&
	       !run->out_of_memory) {
		if (run->open_count > 0 && run->open[0]->next == run->open[0]->count) {
			/* What is read next then changes places with an empty batch instead of being copied.
			 */
			if (batch->count >= ENOUGH)
				break;
			read_on(run);
			continue;
		}
		if (next_is_due(run)) {
			open_next(run);
			continue;
		}
		if (run->open_count == 0)
			break;
		run_move(run, run->open[0], limit_of_first(run), batch);
		if (run->open[0]->next < run->open[0]->count)
			sink(run, 0);
	}
	if (batch->count > 0)
		return true;
	while (run->open_count > 0)
		close_first(run, false);
	return false;
}
