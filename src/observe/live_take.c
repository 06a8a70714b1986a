/* A worker's packets, into its flow table and tally; as take.c does for files. */
#include "live.h"

static const int64_t jump_ns = INT64_C(86400) * NSEC_PER_SEC;

void live_tally_flush(struct live_worker *worker)
{
	if (tally_write(&worker->tally, worker->ledger, 0) != 0)
		worker->out_of_memory = true;
	else
		tally_begin(&worker->tally, worker->tally.bucket);
}

static void on_delta(void *context, const struct flow_delta *delta)
{
	struct live_worker *worker = context;

	ledger_add_delta_soon(worker->ledger, 0, delta);
}

static void on_brief(void *context, const struct flow_brief *brief)
{
	struct live_worker *worker = context;

	ledger_add_brief_soon(worker->ledger, 0, brief);
}

static void on_anomaly(void *context, const struct flow_anomaly *anomaly)
{
	struct live_worker *worker = context;

	ledger_add_anomaly(worker->ledger, 0, anomaly);
}

/* Packets that the flow table had held back. */
static void on_settled(void *context, uint32_t input, int64_t time_ns, uint64_t packets,
		       enum accounting bucket)
{
	struct live_worker *worker = context;
	struct coverage_row *row = ledger_coverage(worker->ledger, 0, time_bucket(time_ns));

	worker->counts[input].accounting[bucket] += packets;
	worker->held -= packets < worker->held ? packets : worker->held;
	if (row)
		row->accounting[bucket] += packets;
	else
		worker->out_of_memory = true;
}

/* For want of memory. */
static void on_forgotten(void *context, int64_t time_ns, bool is_train)
{
	struct live_worker *worker = context;
	struct coverage_row *row = ledger_coverage(worker->ledger, 0, time_bucket(time_ns));

	/* Each worker holds back its own. */
	(void)is_train;
	if (row)
		row->forgotten++;
	else
		worker->out_of_memory = true;
}

struct flow_sink live_sink(struct live_worker *worker)
{
	return (struct flow_sink){.context = worker,
				  .delta = on_delta,
				  .brief = on_brief,
				  .anomaly = on_anomaly,
				  .settled = on_settled,
				  .forgotten = on_forgotten};
}

/* What is queued, to the flow table. Later fragments, of which only it can say where they count, are counted
 * now. */
static void give(struct live_worker *worker)
{
	const struct flow_batch batch = {.packets = worker->queue,
					 .quick = worker->quick,
					 .others = worker->others,
					 .inputs = worker->inputs,
					 .count = worker->queued};

	flow_table_add_batch(worker->flows, &batch);
	for (size_t i = 0; worker->fragments > 0 && i < worker->queued; i++) {
		const struct flow_other *other = &worker->others[i];

		if (worker->quick[i].protocol != 0 || other->result != DECODE_LATER_FRAGMENT)
			continue;
		worker->fragments--;
		if (other->account == ACCOUNT_FRAGMENT) {
			worker->held++;
			continue;
		}
		worker->tally.accounting[other->account]++;
		worker->counts[worker->inputs[i]].accounting[other->account]++;
	}
	worker->queued = 0;
}

/* The stamp went back, on this interface: time stands still until it is passed. */
static void note_step(struct live_worker *worker, int64_t from_ns, int64_t to_ns)
{
	give(worker);
	worker->tally.clock_steps++;
	flow_table_clock(worker->flows, worker->now_ns);
	flow_table_step(worker->flows, from_ns - to_ns);
}

/* Where time does not simply go on. */
static void advance(struct live_worker *worker, uint32_t interface, int64_t stamp_ns)
{
	int64_t raw_ns = worker->raw_ns[interface];

	if (raw_ns != TIME_UNKNOWN && stamp_ns < raw_ns)
		note_step(worker, raw_ns, stamp_ns);
	if (stamp_ns > worker->now_ns) {
		if (stamp_ns - worker->now_ns > jump_ns) {
			give(worker);
			flow_table_clock(worker->flows, worker->now_ns);
			flow_table_gap(worker->flows, worker->now_ns, stamp_ns);
		}
		worker->now_ns = stamp_ns;
	}
	if (stamp_ns >= worker->tally.end_ns) {
		give(worker);
		live_tally_flush(worker);
		tally_begin(&worker->tally, time_bucket(stamp_ns));
	}
}

/* Packets of one interface that follow each other, all of them audited, time going on: they are counted
 * together. */
struct stretch {
	struct live_worker *worker;
	uint32_t interface;
	uint32_t packets;
	uint64_t bytes;
	int64_t first_ns;
};

static void note_times(struct live_counts *counts, int64_t first_ns, int64_t last_ns)
{
	if (counts->first_ns == TIME_UNKNOWN || first_ns < counts->first_ns)
		counts->first_ns = first_ns;
	if (last_ns > counts->last_ns)
		counts->last_ns = last_ns;
}

static void stretch_end(struct stretch *stretch)
{
	struct live_worker *worker = stretch->worker;
	struct live_counts *counts;

	if (stretch->packets == 0)
		return;
	counts = &worker->counts[stretch->interface];
	note_times(counts, stretch->first_ns, worker->now_ns);
	counts->packets += stretch->packets;
	counts->bytes += stretch->bytes;
	counts->accounting[ACCOUNT_AUDITED] += stretch->packets;
	worker->tally.packets += stretch->packets;
	worker->tally.accounting[ACCOUNT_AUDITED] += stretch->packets;
	stretch->packets = 0;
	stretch->bytes = 0;
}

static void count_one(struct live_worker *worker, const struct packet *packet, uint32_t interface,
		      enum decode_result result)
{
	struct live_counts *counts = &worker->counts[interface];
	enum accounting bucket = result == DECODE_OK ? ACCOUNT_AUDITED : decode_result_bucket(result);

	note_times(counts, packet->time_ns, packet->time_ns);
	counts->packets++;
	counts->bytes += packet->wirelen;
	worker->tally.packets++;
	if (result == DECODE_LATER_FRAGMENT) {
		worker->fragments++;
		return;
	}
	counts->accounting[bucket]++;
	worker->tally.accounting[bucket]++;
}

/* What lies behind a tunnel's headers begins late: more of such packets is wanted. */
static bool is_cut_tunnel(const struct packet *packet, const struct packet_facts *facts)
{
	return facts->tunnel_depth > 0 && packet->caplen < packet->wirelen;
}

/* The usual packet is counted by a few fields; all others are looked at whole. */
static enum decode_result decode(struct live_worker *worker, const struct packet *packet, uint32_t interface)
{
	const struct decode_options *options = &worker->live->options.decode;
	struct packet_quick *quick = &worker->quick[worker->queued];
	struct packet_facts *facts = &worker->facts[worker->queued];
	enum decode_result result;

	quick->protocol = 0;
	if (!options->key_vlan && !options->key_vni)
		(void)decode_quick(packet, 1, quick);
	if (quick->protocol != 0)
		return DECODE_OK;
	result =
	    decode_frame(options, packet->link_type, packet->data, packet->caplen, packet->wirelen, facts);
	worker->others[worker->queued] = (struct flow_other){.facts = facts, .result = (uint8_t)result};
	if (result == DECODE_OK && is_cut_tunnel(packet, facts))
		capture_live_widen(worker->live->options.capture, worker->number, interface);
	return result;
}

/* Time goes on as it mostly does: forwards, within the bucket. */
static inline bool goes_on(const struct live_worker *worker, int64_t stamp_ns)
{
	return stamp_ns >= worker->now_ns && stamp_ns < worker->tally.end_ns &&
	       stamp_ns - worker->now_ns <= jump_ns;
}

static void take_packet(struct stretch *stretch, const struct packet *packet, uint32_t interface)
{
	struct live_worker *worker = stretch->worker;
	bool plain = interface == stretch->interface && goes_on(worker, packet->time_ns);
	enum decode_result result;

	if (!plain) {
		stretch_end(stretch);
		stretch->interface = interface;
		advance(worker, interface, packet->time_ns);
	} else {
		worker->now_ns = packet->time_ns;
	}
	worker->raw_ns[interface] = packet->time_ns;
	result = decode(worker, packet, interface);
	worker->queue[worker->queued] = *packet;
	worker->queue[worker->queued].time_ns = worker->now_ns;
	worker->inputs[worker->queued] = interface;
	worker->queued++;
	if (packet->caplen < packet->wirelen && packet->caplen < worker->tally.snaplen_min)
		worker->tally.snaplen_min = packet->caplen;
	if (!plain || result != DECODE_OK) {
		count_one(worker, packet, interface, result);
		return;
	}
	if (stretch->packets++ == 0)
		stretch->first_ns = packet->time_ns;
	stretch->bytes += packet->wirelen;
}

/* The other packets of a frame that holds several: each is audited and counted by itself, as in files. */
static void take_subframes(struct stretch *stretch, const struct packet *frame, uint32_t interface)
{
	struct packet one = *frame;
	struct decode_subframe part;
	size_t at = 0;

	while ((at = decode_next_subframe(frame->link_type, frame->data, frame->caplen, frame->wirelen, at,
					  &part)) > 0) {
		one.data = part.data;
		one.caplen = part.caplen;
		one.wirelen = part.wirelen;
		one.link_type = DECODE_LINK_ETHERNET;
		if (stretch->worker->queued == LIVE_BATCH)
			give(stretch->worker);
		take_packet(stretch, &one, interface);
		/* Its bytes were counted with the frame's. */
		stretch->worker->counts[interface].bytes -= part.wirelen;
	}
}

void live_take(struct live_worker *worker, size_t count)
{
	struct stretch stretch = {.worker = worker, .interface = UINT32_MAX};

	for (size_t i = 0; i < count; i++) {
		const struct packet *packet = &worker->packets[i];

		if (worker->queued == LIVE_BATCH)
			give(worker);
		take_packet(&stretch, packet, worker->interfaces[i]);
		if (packet->link_type != DECODE_LINK_ETHERNET && decode_may_aggregate(packet->link_type))
			take_subframes(&stretch, packet, worker->interfaces[i]);
	}
	stretch_end(&stretch);
	give(worker);
	worker->taken_ns = worker->now_ns;
}
