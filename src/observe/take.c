#include "run.h"

/* A stamp that goes backwards: time stands still until it is passed again (design section 3). */
static void note_step(struct run *run, const struct source *source, int64_t stamp_ns)
{
	uint64_t size = (uint64_t)source->raw_ns - (uint64_t)stamp_ns;

	run->tally.clock_steps++;
	flow_table_step(run->flows, size > INT64_MAX ? INT64_MAX : (int64_t)size);
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

void run_advance(struct run *run, const struct source *source, int64_t stamp_ns)
{
	if (!run->started) {
		run->started = true;
		run->now_ns = stamp_ns;
		run->span_start_ns = stamp_ns;
		flow_table_start(run->flows, stamp_ns);
	} else if (is_gap(run, source, stamp_ns)) {
		if (ledger_cover(run->ledger, run->sensor, run->span_start_ns, run->now_ns))
			run->out_of_memory = true;
		flow_table_gap(run->flows, run->now_ns, stamp_ns);
		run->span_start_ns = stamp_ns;
	}
	if (stamp_ns >= run->tally.end_ns) {
		tally_flush(run);
		tally_begin(run, time_bucket(stamp_ns));
	}
}

static int64_t later_by_a_day(int64_t time_ns)
{
	return time_ns > INT64_MAX - run_jump_ns ? INT64_MAX : time_ns + run_jump_ns;
}

static void note_unsupported(struct input_state *state, uint16_t link_type)
{
	for (size_t i = 0; i < state->unsupported_count; i++)
		if (state->unsupported[i] == link_type)
			return;
	if (state->unsupported_count < CAPTURE_LINK_TYPES)
		state->unsupported[state->unsupported_count++] = link_type;
}

/* Where packet I of the batch is counted. ACCOUNT_FRAGMENT from the flow table means held: run_settled will
 * say. */
static enum accounting take_packet(struct run *run, struct source *source, size_t i, bool *held)
{
	const struct packet *packet = &source->packets[i];
	uint8_t result = source->results[i % RUN_DECODED];
	enum accounting bucket;

	if (result == DECODE_OK || result == DECODE_LATER_FRAGMENT || result == DECODE_ICMP_ERROR) {
		bucket =
		    flow_table_add(run->flows, (enum decode_result)result, &source->facts[i % RUN_DECODED],
				   run->now_ns, source->input, packet->frame);
		*held = bucket == ACCOUNT_FRAGMENT;
		return bucket;
	}
	if (result == DECODE_LINK_UNSUPPORTED)
		note_unsupported(&run->inputs[source->input], packet->link_type);
	*held = false;
	return (enum accounting)run->buckets[result];
}

void run_take(struct run *run, struct source *source, int64_t limit_ns)
{
	struct input_state *state = &run->inputs[source->input];
	size_t first = source->next;

	do {
		size_t i = source->next;
		const struct packet *packet = &source->packets[i];
		int64_t stamp_ns = source_head_ns(source);
		enum accounting bucket;
		bool held;

		if (stamp_ns >= limit_ns && i > first)
			break;
		if (stamp_ns > source->jump_ns || stamp_ns >= run->tally.end_ns)
			run_advance(run, source, stamp_ns);
		if (stamp_ns < source->raw_ns)
			note_step(run, source, stamp_ns);
		source->raw_ns = stamp_ns;
		if (stamp_ns > run->now_ns)
			run->now_ns = stamp_ns;
		source->jump_ns = later_by_a_day(run->now_ns);
		if (packet->snaplen != 0 && packet->snaplen < run->tally.snaplen_min)
			run->tally.snaplen_min = packet->snaplen;
		if (source->decoded < source->count)
			source_decode(run, source);
		bucket = take_packet(run, source, i, &held);
		run->tally.packets++;
		run->tally.accounting[bucket] += !held;
		state->accounting[bucket] += !held;
		source->next++;
	} while (source->next < source->count);
	state->packets += source->next - first;
	run->packets += source->next - first;
}
