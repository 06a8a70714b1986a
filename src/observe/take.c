#include "run.h"

/* A stamp that goes backwards: time stands still until it is passed again (design section 3). */
static void note_step(struct run *run, const struct source *source, int64_t stamp_ns)
{
	uint64_t size = (uint64_t)source->raw_ns - (uint64_t)stamp_ns;

	run_flush(run);
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
	run_flush(run);
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

static void account(struct run *run, uint32_t input, enum accounting bucket)
{
	run->tally.accounting[bucket]++;
	run->inputs[input].accounting[bucket]++;
}

/* Only of later fragments the table says where they are counted; of those that it holds back, run_settled
 * will. */
void run_flush(struct run *run)
{
	if (run->queued == 0)
		return;
	flow_table_add_batch(run->flows, run->queue, run->queued, 0);
	for (size_t i = 0; i < run->queued; i++) {
		const struct flow_packet *packet = &run->queue[i];

		if (packet->result == DECODE_LATER_FRAGMENT && packet->account != ACCOUNT_FRAGMENT)
			account(run, packet->input, (enum accounting)packet->account);
	}
	run->queued = 0;
}

static void take_packet(struct run *run, const struct source *source, const struct packet *packet)
{
	struct packet_facts *facts = &run->facts[run->queued];
	enum decode_result result;

	if (run->filter && !capture_filter_match(run->filter, packet)) {
		account(run, source->input, ACCOUNT_FILTERED);
		return;
	}
	result = decode_frame(&run->options->decode, packet->link_type, packet->data, packet->caplen,
			      packet->wirelen, facts);
	if (result != DECODE_LATER_FRAGMENT)
		account(run, source->input, (enum accounting)run->buckets[result]);
	if (result == DECODE_LINK_UNSUPPORTED)
		note_unsupported(&run->inputs[source->input], packet->link_type);
	if (result != DECODE_OK && result != DECODE_LATER_FRAGMENT && result != DECODE_ICMP_ERROR)
		return;
	run->queue[run->queued++] = (struct flow_packet){.facts = facts,
							 .time_ns = run->now_ns,
							 .frame = packet->frame,
							 .input = source->input,
							 .result = (uint8_t)result};
	if (run->queued == RUN_QUEUE)
		run_flush(run);
}

void run_take(struct run *run, struct source *source, int64_t limit_ns)
{
	struct input_state *state = &run->inputs[source->input];
	size_t first = source->next;

	do {
		const struct packet *packet = &source->packets[source->next];
		int64_t stamp_ns = source_head_ns(source);

		if (stamp_ns >= limit_ns && source->next > first)
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
		take_packet(run, source, packet);
		run->tally.packets++;
		source->next++;
	} while (source->next < source->count);
	state->packets += source->next - first;
	run->packets += source->next - first;
}
