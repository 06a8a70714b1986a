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

/* Decodes packets FROM to TO of BATCH, which are of one input, and counts all but later fragments. */
static void decode_stretch(struct worker *worker, const struct batch *batch, uint32_t input, size_t from,
			   size_t to, struct packet_facts *facts, struct flow_packet *out)
{
	const struct run *run = worker->run;
	uint64_t *accounting = worker->accounting[input];

	for (size_t i = from; i < to; i++, facts++, out++) {
		const struct packet *packet = &batch->packets[i];
		enum decode_result result = DECODE_RESULT_COUNT;
		enum accounting bucket = ACCOUNT_FILTERED;

		if (packet->time_ns >= worker->tally.end_ns)
			tally_turn(worker, packet->time_ns);
		worker->tally.packets++;
		if (packet->snaplen != 0 && packet->snaplen < worker->tally.snaplen_min)
			worker->tally.snaplen_min = packet->snaplen;
		out->facts = NULL;
		if (!worker->filter || capture_filter_match(worker->filter, packet)) {
			if (packet->link_type == DECODE_LINK_ETHERNET && !run->options->decode.key_vlan &&
			    decode_quick(packet->data, packet->caplen, packet->wirelen, &out->quick)) {
				result = DECODE_OK;
			} else {
				out->facts = facts;
				result = decode_frame(&run->options->decode, packet->link_type, packet->data,
						      packet->caplen, packet->wirelen, facts);
			}
			bucket = (enum accounting)run->buckets[result];
		}
		if (result != DECODE_LATER_FRAGMENT) {
			worker->tally.accounting[bucket]++;
			accounting[bucket]++;
		}
		out->data = packet->data;
		out->caplen = packet->caplen;
		out->wirelen = packet->wirelen;
		out->time_ns = packet->time_ns;
		out->frame = packet->frame;
		out->input = input;
		out->result = (uint8_t)result;
		out->share = 0;
	}
}

static void note_unsupported(struct worker *worker, const struct batch *batch,
			     const struct flow_packet *packets, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++, packets++) {
		struct input_state *state = &worker->run->inputs[packets->input];
		uint16_t link_type = batch->packets[i].link_type;
		size_t known = 0;

		if (packets->result != DECODE_LINK_UNSUPPORTED)
			continue;
		while (known < state->unsupported_count && state->unsupported[known] != link_type)
			known++;
		if (known == state->unsupported_count && known < CAPTURE_LINK_TYPES)
			state->unsupported[state->unsupported_count++] = link_type;
	}
}

/* Time as the flow table is told it. */
static void take_mark(struct worker *worker, const struct batch_mark *mark)
{
	switch (mark->kind) {
	case MARK_INPUT: return;
	case MARK_START:
		worker->span_start_ns = mark->from_ns;
		flow_table_start(worker->flows, mark->from_ns);
		return;
	case MARK_GAP:
		if (worker->number == 0 &&
		    ledger_cover(worker->ledger, worker->run->sensor, worker->span_start_ns, mark->from_ns))
			worker->out_of_memory = true;
		worker->span_start_ns = mark->to_ns;
		flow_table_clock(worker->flows, mark->from_ns);
		flow_table_gap(worker->flows, mark->from_ns, mark->to_ns);
		return;
	case MARK_STEP:
		flow_table_clock(worker->flows, mark->from_ns);
		flow_table_step(worker->flows, mark->to_ns);
		return;
	}
}

static size_t stretch_end(const struct batch *batch, size_t mark)
{
	return mark < batch->mark_count ? batch->marks[mark].at : batch->count;
}

static void count_step(struct worker *worker, const struct batch *batch, const struct batch_mark *mark)
{
	int64_t time_ns = batch->packets[mark->at].time_ns;

	if (mark->kind != MARK_STEP)
		return;
	if (time_ns >= worker->tally.end_ns)
		tally_turn(worker, time_ns);
	worker->tally.clock_steps++;
}

static void take_queue(struct worker *worker, const struct batch *batch, uint32_t input, size_t from,
		       size_t to)
{
	size_t count = to - from;

	decode_stretch(worker, batch, input, from, to, worker->facts, worker->queue);
	note_unsupported(worker, batch, worker->queue, from, to);
	flow_table_add_batch(worker->flows, worker->queue, count, 0);
	for (size_t i = 0; i < count; i++) {
		const struct flow_packet *packet = &worker->queue[i];

		if (packet->result == DECODE_LATER_FRAGMENT && packet->account != ACCOUNT_FRAGMENT)
			tally_settled(worker, input, packet->time_ns, (enum accounting)packet->account, 1);
	}
}

void worker_take(struct worker *worker, const struct batch *batch)
{
	uint32_t input = 0;

	for (size_t mark = 0, at = 0; at < batch->count;) {
		size_t end;

		for (; mark < batch->mark_count && batch->marks[mark].at == at; mark++) {
			if (batch->marks[mark].kind == MARK_INPUT)
				input = batch->marks[mark].input;
			count_step(worker, batch, &batch->marks[mark]);
			take_mark(worker, &batch->marks[mark]);
		}
		end = stretch_end(batch, mark);
		if (end - at > WORKER_QUEUE)
			end = at + WORKER_QUEUE;
		take_queue(worker, batch, input, at, end);
		at = end;
	}
}

void decoded_share(struct decoded *decoded, size_t count, const struct shares *shares)
{
	decoded->has_all = decoded->has_unsupported = false;
	for (size_t i = 0; i < count; i++) {
		struct flow_packet *packet = &decoded->packets[i];

		packet->share = share_of(shares, packet);
		decoded->has_all |= packet->share >= SHARE_ALL;
		decoded->has_unsupported |= packet->result == DECODE_LINK_UNSUPPORTED;
	}
}

void worker_decode(struct worker *worker, const struct batch *batch, struct decoded *out)
{
	uint32_t input = 0;

	for (size_t mark = 0, at = 0; at < batch->count;) {
		size_t end;

		for (; mark < batch->mark_count && batch->marks[mark].at == at; mark++) {
			if (batch->marks[mark].kind == MARK_INPUT)
				input = batch->marks[mark].input;
			count_step(worker, batch, &batch->marks[mark]);
		}
		end = stretch_end(batch, mark);
		decode_stretch(worker, batch, input, at, end, &out->facts[at], &out->packets[at]);
		at = end;
	}
}

/* A fragment, or what fragments follow. */
static void take_for_all(struct worker *worker, const struct flow_packet *packet)
{
	bool is_own = (packet->share & ~(unsigned)SHARE_ALL) == worker->number;
	enum decode_result result = (enum decode_result)packet->result;
	struct packet_facts foreign;
	enum accounting bucket;

	if (result != DECODE_LATER_FRAGMENT && !is_own) {
		foreign = *packet->facts;
		foreign.quoted.src.family = ADDR_NONE;
		(void)flow_table_add(worker->flows, DECODE_ICMP_ERROR, &foreign, packet->time_ns,
				     packet->input, packet->frame);
		return;
	}
	bucket = flow_table_add(worker->flows, result, packet->facts, packet->time_ns, packet->input,
				packet->frame);
	if (result != DECODE_LATER_FRAGMENT)
		return;
	if (worker->number == 0)
		tally_late(worker, packet->input, packet->time_ns, ACCOUNT_ICMP_ERROR, 1);
	if (bucket == ACCOUNT_AUDITED)
		tally_settled(worker, packet->input, packet->time_ns, bucket, 1);
}

/* Of packets FROM to TO: stretches without such that concern all are given to the table as a whole. */
static void take_stretch(struct worker *worker, struct decoded *decoded, size_t from, size_t to)
{
	for (size_t at = from; at < to;) {
		size_t end = decoded->has_all ? at : to;

		while (end < to && decoded->packets[end].share < SHARE_ALL)
			end++;
		if (end > at)
			flow_table_add_batch(worker->flows, &decoded->packets[at], end - at, worker->number);
		if (end < to)
			take_for_all(worker, &decoded->packets[end++]);
		at = end;
	}
}

void worker_take_share(struct worker *worker, const struct batch *batch, struct decoded *decoded)
{
	if (worker->number == 0 && decoded->has_unsupported)
		note_unsupported(worker, batch, decoded->packets, 0, batch->count);
	for (size_t mark = 0, at = 0; at < batch->count;) {
		size_t end;

		for (; mark < batch->mark_count && batch->marks[mark].at == at; mark++)
			take_mark(worker, &batch->marks[mark]);
		end = stretch_end(batch, mark);
		take_stretch(worker, decoded, at, end);
		at = end;
	}
}
