/* A worker's packets, into its flow table and tally; as take.c does for files. */
#include "live.h"

static const int64_t jump_ns = INT64_C(86400) * NSEC_PER_SEC;

void live_tally_begin(struct live_worker *worker, int64_t time_ns)
{
	int32_t bucket = time_bucket(time_ns);

	worker->tally = (struct live_tally){
	    .bucket = bucket, .snaplen_min = UINT32_MAX, .end_ns = bucket_start_ns(bucket + 1)};
}

void live_tally_flush(struct live_worker *worker)
{
	struct live_tally *tally = &worker->tally;
	struct coverage_row *row;

	if (tally->packets == 0)
		return;
	row = ledger_coverage(worker->ledger, 0, tally->bucket);
	if (!row) {
		worker->out_of_memory = true;
		return;
	}
	row->packets += tally->packets;
	row->clock_steps += tally->clock_steps;
	for (size_t i = 0; i < ACCOUNT_COUNT; i++)
		row->accounting[i] += tally->accounting[i];
	if (tally->snaplen_min != UINT32_MAX &&
	    (row->snaplen_min == 0 || tally->snaplen_min < row->snaplen_min))
		row->snaplen_min = tally->snaplen_min;
	*tally =
	    (struct live_tally){.bucket = tally->bucket, .end_ns = tally->end_ns, .snaplen_min = UINT32_MAX};
}

static void on_delta(void *context, const struct flow_delta *delta)
{
	struct live_worker *worker = context;

	ledger_add_delta_soon(worker->ledger, 0, delta);
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

struct flow_sink live_sink(struct live_worker *worker)
{
	return (struct flow_sink){
	    .context = worker, .delta = on_delta, .anomaly = on_anomaly, .settled = on_settled};
}

/* The stamp went back, on this interface: time stands still until it is passed. */
static void note_step(struct live_worker *worker, int64_t from_ns, int64_t to_ns)
{
	worker->tally.clock_steps++;
	flow_table_step(worker->flows, from_ns - to_ns);
}

static void advance(struct live_worker *worker, uint32_t interface, int64_t stamp_ns)
{
	int64_t *raw_ns = &worker->raw_ns[interface];

	if (*raw_ns != TIME_UNKNOWN && stamp_ns < *raw_ns)
		note_step(worker, *raw_ns, stamp_ns);
	*raw_ns = stamp_ns;
	if (stamp_ns > worker->now_ns) {
		if (stamp_ns - worker->now_ns > jump_ns)
			flow_table_gap(worker->flows, worker->now_ns, stamp_ns);
		worker->now_ns = stamp_ns;
	}
	if (stamp_ns >= worker->tally.end_ns) {
		live_tally_flush(worker);
		live_tally_begin(worker, stamp_ns);
	}
}

static enum accounting add_packet(struct live_worker *worker, size_t i, bool *held)
{
	enum decode_result result = (enum decode_result)worker->results[i];
	enum accounting bucket;

	*held = false;
	if (result != DECODE_OK && result != DECODE_LATER_FRAGMENT && result != DECODE_ICMP_ERROR)
		return decode_result_bucket(result);
	bucket = flow_table_add(worker->flows, result, &worker->facts[i], worker->now_ns,
				worker->interfaces[i], worker->packets[i].frame);
	*held = bucket == ACCOUNT_FRAGMENT;
	return bucket;
}

static void count_packet(struct live_worker *worker, size_t i, enum accounting bucket, bool held)
{
	const struct packet *packet = &worker->packets[i];
	struct live_counts *counts = &worker->counts[worker->interfaces[i]];

	if (counts->first_ns == TIME_UNKNOWN || packet->time_ns < counts->first_ns)
		counts->first_ns = packet->time_ns;
	if (counts->last_ns == TIME_UNKNOWN || packet->time_ns > counts->last_ns)
		counts->last_ns = packet->time_ns;
	counts->packets++;
	counts->bytes += packet->wirelen;
	counts->accounting[bucket] += !held;
	worker->held += held;
	worker->tally.packets++;
	worker->tally.accounting[bucket] += !held;
	if (packet->caplen < packet->wirelen && packet->caplen < worker->tally.snaplen_min)
		worker->tally.snaplen_min = packet->caplen;
}

/* What lies behind a tunnel's headers begins late: more of such packets is wanted. */
static bool is_cut_tunnel(const struct packet *packet, const struct packet_facts *facts)
{
	return facts->tunnel_depth > 0 && packet->caplen < packet->wirelen;
}

void live_take(struct live_worker *worker, size_t count)
{
	const struct decode_options *decode = &worker->live->options.decode;

	for (size_t i = 0; i < count; i++) {
		const struct packet *packet = &worker->packets[i];

		worker->results[i] =
		    (uint8_t)decode_frame(decode, packet->link_type, packet->data, packet->caplen,
					  packet->wirelen, &worker->facts[i]);
		if (worker->results[i] == DECODE_OK)
			flow_table_prefetch(worker->flows, &worker->facts[i]);
	}
	for (size_t i = 0; i < count; i++) {
		bool held;
		enum accounting bucket;

		advance(worker, worker->interfaces[i], worker->packets[i].time_ns);
		bucket = add_packet(worker, i, &held);
		count_packet(worker, i, bucket, held);
		if (worker->results[i] == DECODE_OK && is_cut_tunnel(&worker->packets[i], &worker->facts[i]))
			capture_live_widen(worker->live->options.capture, worker->number,
					   worker->interfaces[i]);
	}
	worker->taken_ns = worker->now_ns;
	atomic_fetch_add_explicit(&worker->packets_taken, count, memory_order_relaxed);
}
