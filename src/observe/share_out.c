/*
 * Whose the packets of a batch are. Plain TCP shows that at a glance, and is decoded by whom it belongs to,
 * in his own cache; everything else is decoded here.
 */
#include "worker.h"

static void decode_other(struct worker *worker, const struct packet *packet, struct decoded *out, size_t i)
{
	struct packet_facts *facts = &out->facts[out->facts_used++];
	enum decode_result result = worker_decode(worker, packet, facts);

	out->results[i] = (uint8_t)result;
	out->facts_of[i] = out->facts_used;
	out->slots[i] = (int16_t)share_slot_of(worker->shares, result, facts);
	if (share_is_for_all(result, facts)) {
		out->for_all[i] = true;
		out->has_all = true;
	}
}

void worker_look(struct worker *worker, const struct batch *batch, struct decoded *out)
{
	const struct decode_options *options = &worker->run->options->decode;
	struct addr hosts[2];

	out->facts_used = 0;
	out->has_all = false;
	for (size_t i = 0; i < batch->count; i++) {
		const struct packet *packet = &batch->packets[i];

		out->for_all[i] = false;
		out->facts_of[i] = 0;
		if (decode_peek_tcp(options, packet->link_type, packet->data, packet->caplen, hosts))
			out->slots[i] = (int16_t)share_slot(worker->shares, &hosts[0], &hosts[1]);
		else
			decode_other(worker, packet, out, i);
	}
}

/* Those of one worker after those of another, each in order. */
void decoded_share(struct decoded *out, const struct batch *batch, const struct shares *shares,
		   unsigned count)
{
	uint16_t next[SHARE_WORKERS_MAX] = {0};

	for (size_t i = 0; i < batch->count; i++) {
		out->share[i] = (uint8_t)share_worker(shares, out->slots[i]);
		next[out->share[i]]++;
	}
	out->first[0] = 0;
	for (unsigned i = 0; i < count; i++) {
		out->first[i + 1] = (uint16_t)(out->first[i] + next[i]);
		next[i] = out->first[i];
	}
	for (size_t i = 0; i < batch->count; i++)
		out->list[next[out->share[i]]++] = (uint16_t)i;
}
