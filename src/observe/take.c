/*
 * Taking packets. A worker that is alone decodes a few packets and gives them to its table while they are in
 * the nearest cache; several work on batches that one of them decoded.
 *
 * Fragments have no ports, and what they belong to may be any worker's. So all tables are told of every
 * fragment, in the same order, and of every first one that is another worker's as of an ICMP error without a
 * quote: its train is known then, and the rest of it is passed over. All tables hold back, give up and forget
 * the same trains. Later fragments count as of ICMP errors until somebody says better: the worker whose flow
 * they are of says audited, worker 0 says fragment for all.
 */
#include "worker.h"

/* How the packets of one stretch and bucket ended; the last number is of those that the filter kept out. */
struct counts {
	uint32_t snaplen_min;
	uint32_t results[DECODE_RESULT_COUNT + 1];
};

/* Of later fragments only their table knows where they count. */
static void add_counts(struct worker *worker, uint32_t input, const struct counts *counts)
{
	uint64_t *accounting = worker->accounting[input];

	if (counts->snaplen_min < worker->tally.snaplen_min)
		worker->tally.snaplen_min = counts->snaplen_min;
	for (unsigned i = 0; i <= DECODE_RESULT_COUNT; i++) {
		unsigned bucket = i < DECODE_RESULT_COUNT ? worker->run->buckets[i] : ACCOUNT_FILTERED;

		worker->tally.packets += counts->results[i];
		if (counts->results[i] == 0 || i == DECODE_LATER_FRAGMENT)
			continue;
		worker->tally.accounting[bucket] += counts->results[i];
		accounting[bucket] += counts->results[i];
	}
}

static void note_unsupported(struct input_state *state, uint16_t link_type)
{
	for (size_t i = 0; i < state->unsupported_count; i++)
		if (state->unsupported[i] == link_type)
			return;
	if (state->unsupported_count < CAPTURE_LINK_TYPES)
		state->unsupported[state->unsupported_count++] = link_type;
}

static inline void count_packet(struct worker *worker, uint32_t input, struct counts *counts,
				const struct packet *packet, unsigned result)
{
	if (packet->time_ns >= worker->tally.end_ns) {
		add_counts(worker, input, counts);
		*counts = (struct counts){.snaplen_min = UINT32_MAX};
		tally_turn(worker, packet->time_ns);
	}
	counts->results[result]++;
	if (packet->caplen < packet->wirelen && packet->caplen < counts->snaplen_min)
		counts->snaplen_min = packet->caplen;
	if (__builtin_expect(result == DECODE_LINK_UNSUPPORTED, 0))
		note_unsupported(&worker->run->inputs[input], packet->link_type);
}

/* Packet number AT of the batch as the flow table wants it, without its facts; N is its place in the queue.
 */
static inline struct flow_packet *put_packet(struct worker *worker, const struct packet *packet,
					     uint32_t input, size_t n)
{
	struct flow_packet *out = &worker->queue[n];

	out->data = packet->data;
	out->caplen = packet->caplen;
	out->wirelen = packet->wirelen;
	out->time_ns = packet->time_ns;
	out->frame = packet->frame;
	out->input = input;
	out->share = 0;
	return out;
}

/* Later fragments, of which the flow table said where they count. */
static void account_fragments(struct worker *worker, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct flow_packet *packet = &worker->queue[i];

		if (packet->result == DECODE_LATER_FRAGMENT && packet->account != ACCOUNT_FRAGMENT)
			tally_settled(worker, packet->input, packet->time_ns,
				      (enum accounting)packet->account, 1);
	}
}

/* Packets from AT on, all of one input: decoded, counted and handed to the flow table. */
static void take_queue(struct worker *worker, const struct batch *batch, uint32_t input, size_t at,
		       size_t count)
{
	struct counts counts = {.snaplen_min = UINT32_MAX};
	bool has_fragments = false, may_be_quick = worker_may_be_quick(worker);

	for (size_t i = 0; i < count; i++) {
		const struct packet *packet = &batch->packets[at + i];
		struct flow_packet *out = put_packet(worker, packet, input, i);
		bool is_quick;
		unsigned result =
		    worker_decode(worker, packet, may_be_quick, &out->quick, &worker->facts[i], &is_quick);

		out->facts = is_quick ? NULL : &worker->facts[i];
		has_fragments |= result == DECODE_LATER_FRAGMENT;
		out->result = (uint8_t)result;
		count_packet(worker, input, &counts, packet, result);
	}
	add_counts(worker, input, &counts);
	flow_table_add_batch(worker->flows, worker->queue, count, 0);
	if (has_fragments)
		account_fragments(worker, count);
}

/* The same of those of a batch that was shared out: WHICH are their numbers. */
static void take_some(struct worker *worker, const struct batch *batch, const struct decoded *decoded,
		      uint32_t input, const uint16_t *which, size_t count)
{
	struct counts counts = {.snaplen_min = UINT32_MAX};

	for (size_t i = 0; i < count; i++) {
		const struct packet *packet = &batch->packets[which[i]];
		struct flow_packet *out = put_packet(worker, packet, input, i);
		unsigned number = decoded->facts_of[which[i]];

		if (number > 0)
			out->facts = &decoded->facts[number - 1];
		else
			out->facts = NULL;
		out->quick = decoded->quick[which[i]];
		out->result = decoded->results[which[i]];
		count_packet(worker, input, &counts, packet, out->result);
	}
	add_counts(worker, input, &counts);
	flow_table_add_batch(worker->flows, worker->queue, count, 0);
}

static void count_step(struct worker *worker, int64_t time_ns)
{
	if (time_ns >= worker->tally.end_ns)
		tally_turn(worker, time_ns);
	worker->tally.clock_steps++;
}

static void take_gap(struct worker *worker, const struct batch_mark *mark)
{
	if (worker->number == 0 &&
	    ledger_cover(worker->ledger, worker->run->sensor, worker->span_start_ns, mark->from_ns))
		worker->out_of_memory = true;
	worker->span_start_ns = mark->to_ns;
	flow_table_clock(worker->flows, mark->from_ns);
	flow_table_gap(worker->flows, mark->from_ns, mark->to_ns);
}

/* Which input the packets are of, and time as the flow table is told it. */
static void take_mark(struct worker *worker, const struct batch *batch, const struct batch_mark *mark,
		      uint32_t *input)
{
	switch (mark->kind) {
	case MARK_INPUT: *input = mark->input; return;
	case MARK_START:
		worker->span_start_ns = mark->from_ns;
		flow_table_start(worker->flows, mark->from_ns);
		return;
	case MARK_GAP: take_gap(worker, mark); return;
	case MARK_STEP:
		if (worker->number == 0)
			count_step(worker, batch->packets[mark->at].time_ns);
		flow_table_clock(worker->flows, mark->from_ns);
		flow_table_step(worker->flows, mark->to_ns);
		return;
	}
}

static size_t stretch_end(const struct batch *batch, size_t mark)
{
	return mark < batch->mark_count ? batch->marks[mark].at : batch->count;
}

void worker_take(struct worker *worker, const struct batch *batch)
{
	uint32_t input = 0;

	for (size_t mark = 0, at = 0; at < batch->count;) {
		size_t count;

		for (; mark < batch->mark_count && batch->marks[mark].at == at; mark++)
			take_mark(worker, batch, &batch->marks[mark], &input);
		count = stretch_end(batch, mark) - at;
		if (count > WORKER_QUEUE)
			count = WORKER_QUEUE;
		take_queue(worker, batch, input, at, count);
		at += count;
	}
}

/* A fragment, or what fragments follow: number I. */
static void take_for_all(struct worker *worker, const struct batch *batch, const struct decoded *decoded,
			 uint32_t input, size_t i)
{
	const struct packet *packet = &batch->packets[i];
	const struct packet_facts *facts = &decoded->facts[decoded->facts_of[i] - 1];
	enum decode_result result = (enum decode_result)decoded->results[i];
	struct counts counts = {.snaplen_min = UINT32_MAX};
	struct packet_facts foreign;
	enum accounting bucket;

	if (decoded->share[i] == worker->number) {
		count_packet(worker, input, &counts, packet, result);
		add_counts(worker, input, &counts);
	} else if (result != DECODE_LATER_FRAGMENT) {
		foreign = *facts;
		foreign.quoted.src.family = ADDR_NONE;
		facts = &foreign;
		result = DECODE_ICMP_ERROR;
	}
	bucket = flow_table_add(worker->flows, result, facts, packet->time_ns, input, packet->frame);
	if (result != DECODE_LATER_FRAGMENT)
		return;
	if (worker->number == 0)
		tally_late(worker, input, packet->time_ns, ACCOUNT_ICMP_ERROR, 1);
	if (bucket == ACCOUNT_AUDITED)
		tally_settled(worker, input, packet->time_ns, bucket, 1);
}

/* Packets FROM to TO, in order: what is this worker's, and what concerns all. */
static void take_stretch(struct worker *worker, const struct batch *batch, const struct decoded *decoded,
			 uint32_t input, size_t from, size_t to)
{
	uint16_t which[WORKER_QUEUE];
	size_t count = 0;

	for (size_t i = from; i < to; i++) {
		if (count > 0 && (decoded->for_all[i] || count == WORKER_QUEUE)) {
			take_some(worker, batch, decoded, input, which, count);
			count = 0;
		}
		if (decoded->for_all[i])
			take_for_all(worker, batch, decoded, input, i);
		else if (decoded->share[i] == worker->number)
			which[count++] = (uint16_t)i;
	}
	if (count > 0)
		take_some(worker, batch, decoded, input, which, count);
}

/* Nothing happens to time in this batch, and no packet of it concerns all: the usual case. */
static void take_list(struct worker *worker, const struct batch *batch, const struct decoded *decoded)
{
	size_t end = decoded->first[worker->number + 1];

	for (size_t at = decoded->first[worker->number]; at < end; at += WORKER_QUEUE)
		take_some(worker, batch, decoded, batch->marks[0].input, &decoded->list[at],
			  end - at < WORKER_QUEUE ? end - at : WORKER_QUEUE);
}

void worker_take_share(struct worker *worker, const struct batch *batch, const struct decoded *decoded)
{
	uint32_t input = 0;

	if (!decoded->has_all && batch->mark_count == 1) {
		take_list(worker, batch, decoded);
		return;
	}
	for (size_t mark = 0, at = 0; at < batch->count;) {
		size_t end;

		for (; mark < batch->mark_count && batch->marks[mark].at == at; mark++)
			take_mark(worker, batch, &batch->marks[mark], &input);
		end = stretch_end(batch, mark);
		take_stretch(worker, batch, decoded, input, at, end);
		at = end;
	}
}
