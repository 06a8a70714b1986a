/*
 * Packets out of the inputs into a batch: where flow time is made, and where gaps and steps are noticed. It
 * looks at stamps only.
 */
#include "run.h"
#include <string.h>

/* A stamp that goes backwards: time stands still until it is passed again (design section 3). */
static void note_step(struct run *run, struct batch *batch, const struct source *source, int64_t stamp_ns)
{
	uint64_t size = (uint64_t)source->raw_ns - (uint64_t)stamp_ns;

	batch_mark(batch, (struct batch_mark){.kind = MARK_STEP,
					      .from_ns = run->now_ns,
					      .to_ns = size > INT64_MAX ? INT64_MAX : (int64_t)size});
}

/* True when no input covers the time between now and STAMP_NS, to which SOURCE moves. Every other open input
 * had its latest packet by now and has its next one at STAMP_NS or later: it covers what lies between unless
 * it jumps itself. */
static bool is_gap(const struct run *run, const struct source *source, int64_t stamp_ns)
{
	bool is_new = source->jump_ns == INT64_MIN;

	if (stamp_ns <= run->now_ns || (!is_new && stamp_ns <= source->jump_ns))
		return false;
	if (is_new && (uint64_t)stamp_ns - (uint64_t)run->now_ns <= (uint64_t)run_pause_ns)
		return false;
	for (size_t i = 0; i < run->open_count; i++)
		if (run->open[i] != source && source_head_ns(run->open[i]) <= run->open[i]->jump_ns)
			return false;
	return true;
}

/* The source jumped, or it is new. */
static void note_jump(struct run *run, struct batch *batch, const struct source *source, int64_t stamp_ns)
{
	if (!run->started) {
		run->started = true;
		run->now_ns = stamp_ns;
		batch_mark(batch, (struct batch_mark){.kind = MARK_START, .from_ns = stamp_ns});
	} else if (is_gap(run, source, stamp_ns)) {
		batch_mark(batch,
			   (struct batch_mark){.kind = MARK_GAP, .from_ns = run->now_ns, .to_ns = stamp_ns});
	}
}

static int64_t later_by_a_day(int64_t time_ns)
{
	return time_ns > INT64_MAX - run_jump_ns ? INT64_MAX : time_ns + run_jump_ns;
}

/* BATCH holds what SOURCE's packets lie in, once for each time they were read. */
static void hold(struct batch *batch, struct source *source)
{
	struct capture_bytes *bytes;

	if (source->held_by == batch->number)
		return;
	bytes = capture_hold(source->capture);
	batch->held[batch->held_count++] = bytes;
	batch->held_bytes += capture_held_memory(bytes);
	source->held_by = batch->number;
}

/* True when SOURCE's packets, all of them and as far as the last one tells below LIMIT_NS, can go into an
 * empty batch as they are: the arrays have changed places then. */
static bool swap_packets(struct batch *batch, struct source *source, int64_t limit_ns)
{
	struct packet *packets = source->packets;

	if (batch->count > 0 || source->next > 0 || packets[source->count - 1].time_ns >= limit_ns)
		return false;
	source->packets = batch->packets;
	batch->packets = packets;
	return true;
}

/* The packet with STAMP_NS is the next one that is taken: moves time. */
static void move_time(struct run *run, struct batch *batch, struct source *source, int64_t stamp_ns)
{
	if (stamp_ns > source->jump_ns)
		note_jump(run, batch, source, stamp_ns);
	if (stamp_ns < source->raw_ns)
		note_step(run, batch, source, stamp_ns);
	source->raw_ns = stamp_ns;
	if (stamp_ns > run->now_ns)
		run->now_ns = stamp_ns;
	source->jump_ns = later_by_a_day(run->now_ns);
}

static void mark_input(struct run *run, struct batch *batch, uint32_t input)
{
	if (batch->mark_count == 0 || run->marked_input != input)
		batch_mark(batch, (struct batch_mark){.kind = MARK_INPUT, .input = input});
	run->marked_input = input;
}

/* How many packets in a row only move time on from NOW_NS, within a day of each other and, where it
 * IS_LIMITED, below LIMIT_NS. */
static inline __attribute__((always_inline)) size_t count_forward(const struct packet *packets, size_t count,
								  int64_t now_ns, const bool is_limited,
								  int64_t limit_ns)
{
	size_t n;

	for (n = 0; n < count; n++) {
		int64_t stamp_ns = packets[n].time_ns;

		/* Backwards is far ahead for an unsigned number. */
		if ((uint64_t)stamp_ns - (uint64_t)now_ns > (uint64_t)run_jump_ns ||
		    (is_limited && stamp_ns >= limit_ns))
			break;
		now_ns = stamp_ns;
	}
	return n;
}

/* As count_forward counts all, where it is known that they ascend. */
static bool is_steady(const struct packet *packets, size_t count, int64_t now_ns, int64_t limit_ns)
{
	int64_t first_ns = packets[0].time_ns, last_ns = packets[count - 1].time_ns;

	return first_ns >= now_ns && last_ns < limit_ns &&
	       (uint64_t)last_ns - (uint64_t)now_ns <= (uint64_t)run_jump_ns;
}

static size_t count_steady(const struct run *run, const struct source *source, const struct packet *packets,
			   size_t count, int64_t limit_ns)
{
	if (source->raw_ns > run->now_ns || count == 0)
		return 0;
	if (source->alike.ascending && is_steady(packets, count, run->now_ns, limit_ns))
		return count;
	return limit_ns == INT64_MAX ? count_forward(packets, count, run->now_ns, false, limit_ns)
				     : count_forward(packets, count, run->now_ns, true, limit_ns);
}

/* Moves as many as are steady, all at once. */
static void move_steady(struct run *run, struct batch *batch, struct source *source,
			const struct packet *from, int64_t limit_ns)
{
	size_t left = source->count - source->next, room = BATCH_PACKETS - batch->count;
	size_t n = count_steady(run, source, from + source->next, left < room ? left : room, limit_ns);

	if (n == 0)
		return;
	if (from != batch->packets)
		memcpy(batch->packets + batch->count, from + source->next, n * sizeof(*from));
	batch->count += n;
	source->next += n;
	source->raw_ns = run->now_ns = from[source->next - 1].time_ns;
	source->jump_ns = later_by_a_day(run->now_ns);
}

static void move_one(struct run *run, struct batch *batch, struct source *source, const struct packet *packet,
		     int64_t stamp_ns)
{
	move_time(run, batch, source, stamp_ns);
	batch->packets[batch->count] = *packet;
	batch->packets[batch->count++].time_ns = run->now_ns;
	source->next++;
}

void run_move(struct run *run, struct source *source, int64_t limit_ns, struct batch *batch)
{
	bool swapped = swap_packets(batch, source, limit_ns);
	struct packet *from = swapped ? batch->packets : source->packets;
	size_t first = source->next;

	batch->whole = batch->whole && source->alike.whole;
	hold(batch, source);
	mark_input(run, batch, source->input);
	while (source->next < source->count && batch->count < BATCH_PACKETS) {
		const struct packet *packet = &from[source->next];
		int64_t stamp_ns = packet->time_ns == TIME_UNKNOWN ? source->raw_ns : packet->time_ns;

		if (stamp_ns >= limit_ns && source->next > first)
			break;
		move_one(run, batch, source, packet, stamp_ns);
		move_steady(run, batch, source, from, limit_ns);
	}
	/* What was swapped and must wait goes back. */
	if (swapped && source->next < source->count)
		memcpy(source->packets + source->next, from + source->next,
		       (source->count - source->next) * sizeof(*from));
	run->inputs[source->input].packets += source->next - first;
	run->packets += source->next - first;
}
