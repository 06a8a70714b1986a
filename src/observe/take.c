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

static void note_unsupported(struct input_state *state, uint16_t link_type)
{
	for (size_t i = 0; i < state->unsupported_count; i++)
		if (state->unsupported[i] == link_type)
			return;
	if (state->unsupported_count < CAPTURE_LINK_TYPES)
		state->unsupported[state->unsupported_count++] = link_type;
}

/* Of later fragments only their table knows where they count. */
static void add_results(struct worker *worker, uint32_t input, const uint32_t results[])
{
	uint64_t *accounting = worker->accounting[input];

	for (unsigned i = 0; i <= DECODE_RESULT_COUNT; i++) {
		unsigned bucket = i < DECODE_RESULT_COUNT ? worker->run->buckets[i] : ACCOUNT_FILTERED;

		worker->tally.packets += results[i];
		if (results[i] == 0 || i == DECODE_LATER_FRAGMENT)
			continue;
		worker->tally.accounting[bucket] += results[i];
		accounting[bucket] += results[i];
	}
}

/* The place in the arrays of what is number I of the batch. */
static inline size_t place_in(const struct flow_batch *batch, size_t i)
{
	return batch->which ? batch->which[i] : i;
}

/* Which of the packets were cut when they were captured: the smallest of those, or MOST. */
static inline __attribute__((always_inline)) uint32_t find_snaplen(const struct flow_batch *batch,
								   const uint16_t *which, uint32_t most)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct packet *packet = &batch->packets[which ? which[i] : i];

		if (packet->caplen < packet->wirelen && packet->caplen < most)
			most = packet->caplen;
	}
	return most;
}

/* Of those that have no quick facts. Returns how many they are. */
static size_t count_others(struct worker *worker, const struct flow_batch *batch, uint32_t results[])
{
	size_t others = 0;

	for (size_t i = 0; i < batch->count; i++) {
		size_t at = place_in(batch, i);

		if (batch->quick[i].protocol != 0)
			continue;
		others++;
		results[batch->others[at].result]++;
		if (batch->others[at].result == DECODE_LINK_UNSUPPORTED)
			note_unsupported(&worker->run->inputs[batch->input], batch->packets[at].link_type);
	}
	return others;
}

/* Of packets of one bucket, of which none was cut if they are WHOLE; OTHERS says whether some have no quick
 * facts. All that have are OK. */
static void count_packets(struct worker *worker, const struct flow_batch *batch, bool whole, bool others)
{
	uint32_t results[DECODE_RESULT_COUNT + 1] = {0};
	struct tally *tally = &worker->tally;
	unsigned bucket = worker->run->buckets[DECODE_OK];
	size_t quick = batch->count;

	if (!whole)
		tally->snaplen_min = batch->which ? find_snaplen(batch, batch->which, tally->snaplen_min)
						  : find_snaplen(batch, NULL, tally->snaplen_min);
	if (others) {
		quick -= count_others(worker, batch, results);
		add_results(worker, batch->input, results);
	}
	tally->packets += quick;
	tally->accounting[bucket] += quick;
	worker->accounting[batch->input][bucket] += quick;
}

/* Of which how many, from the first on, belong to its bucket; it becomes the present one. */
static size_t count_of_bucket(struct worker *worker, const struct flow_batch *batch)
{
	int64_t first_ns = batch->packets[place_in(batch, 0)].time_ns;
	size_t count = batch->count;

	if (first_ns >= worker->tally.end_ns)
		tally_turn(worker, first_ns);
	while (count > 1 && batch->packets[place_in(batch, count - 1)].time_ns >= worker->tally.end_ns)
		count--;
	return count;
}

/* Later fragments, of which the flow table said where they count. */
static void account_fragments(struct worker *worker, const struct flow_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct flow_other *other = &batch->others[i];

		if (batch->quick[i].protocol == 0 && other->result == DECODE_LATER_FRAGMENT &&
		    other->account != ACCOUNT_FRAGMENT)
			tally_settled(worker, batch->input, batch->packets[i].time_ns,
				      (enum accounting)other->account, 1);
	}
}

/* Up to COUNT packets from AT on, all of one input: decoded, counted and handed to the flow table. Returns
 * how many. */
static size_t take_queue(struct worker *worker, const struct batch *batch, uint32_t input, size_t at,
			 size_t count)
{
	struct flow_batch some = {.packets = &batch->packets[at],
				  .quick = worker->quick,
				  .others = worker->others,
				  .count = count < WORKER_QUEUE ? count : WORKER_QUEUE,
				  .input = input};
	size_t others;

	some.count = count_of_bucket(worker, &some);
	others =
	    worker_decode(worker, some.packets, some.count, worker->quick, worker->others, worker->facts);
	count_packets(worker, &some, batch->whole, others > 0);
	flow_table_add_batch(worker->flows, &some);
	if (others > 0)
		account_fragments(worker, &some);
	return some.count;
}

/* The same of worker WORKER's share of a batch: from FROM to END in its list. */
static void take_some(struct worker *worker, const struct batch *batch, struct decoded *decoded,
		      uint32_t input, size_t from, size_t end)
{
	for (size_t count; from < end; from += count) {
		struct flow_batch some = {.packets = batch->packets,
					  .quick = &decoded->quick[from],
					  .others = decoded->others,
					  .which = &decoded->which[from],
					  .times = &decoded->times[from],
					  .count = end - from,
					  .input = input};

		count = count_of_bucket(worker, &some);
		some.count = count;
		count_packets(worker, &some, batch->whole, decoded->other_count > 0);
		flow_table_add_batch(worker->flows, &some);
	}
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
		for (; mark < batch->mark_count && batch->marks[mark].at == at; mark++)
			take_mark(worker, batch, &batch->marks[mark], &input);
		at += take_queue(worker, batch, input, at, stretch_end(batch, mark) - at);
	}
}

/* A fragment, or what fragments follow: number I. */
static void take_for_all(struct worker *worker, const struct batch *batch, struct decoded *decoded,
			 uint32_t input, uint16_t i)
{
	const struct packet *packet = &batch->packets[i];
	const struct packet_facts *facts = decoded->others[i].facts;
	enum decode_result result = (enum decode_result)decoded->others[i].result;
	const struct packet_quick none = {.protocol = 0};
	const struct flow_batch one = {.packets = batch->packets,
				       .quick = &none,
				       .others = decoded->others,
				       .which = &i,
				       .times = &packet->time_ns,
				       .count = 1,
				       .input = input};
	struct packet_facts foreign;
	enum accounting bucket;

	if (decoded->share[i] == worker->number) {
		(void)count_of_bucket(worker, &one);
		count_packets(worker, &one, batch->whole, true);
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

/* A worker's way through its list of a batch. */
struct way {
	size_t at, end;
};

/* What is this worker's of the packets below number TO. */
static void take_until(struct worker *worker, const struct batch *batch, struct decoded *decoded,
		       uint32_t input, struct way *way, size_t to)
{
	size_t from = way->at;

	while (way->at < way->end && decoded->which[way->at] < to)
		way->at++;
	take_some(worker, batch, decoded, input, from, way->at);
}

/* Packets FROM to TO, in order: what is this worker's, and what concerns all. */
static void take_stretch(struct worker *worker, const struct batch *batch, struct decoded *decoded,
			 uint32_t input, struct way *way, size_t from, size_t to)
{
	for (size_t i = from; i < to && decoded->has_all; i++) {
		if (!decoded->for_all[i])
			continue;
		take_until(worker, batch, decoded, input, way, i);
		take_for_all(worker, batch, decoded, input, (uint16_t)i);
	}
	take_until(worker, batch, decoded, input, way, to);
}

void worker_take_share(struct worker *worker, const struct batch *batch, struct decoded *decoded)
{
	struct way way = {decoded->first[worker->number], decoded->first[worker->number + 1]};
	uint32_t input = 0;

	for (size_t mark = 0, at = 0; at < batch->count;) {
		size_t end;

		for (; mark < batch->mark_count && batch->marks[mark].at == at; mark++)
			take_mark(worker, batch, &batch->marks[mark], &input);
		end = stretch_end(batch, mark);
		take_stretch(worker, batch, decoded, input, &way, at, end);
		at = end;
	}
}
