/* Whose the packets of a batch are. */
#include "worker.h"

static void note_others(const struct worker *worker, struct decoded *out, size_t i)
{
	const struct packet_facts *facts = &out->facts[out->facts_used++];
	enum decode_result result = (enum decode_result)out->results[i];

	out->facts_of[i] = out->facts_used;
	out->slots[i] = (int16_t)share_slot_of(worker->shares, result, facts);
	out->for_all[i] = share_is_for_all(result, facts);
	out->has_all |= out->for_all[i];
}

void worker_look(struct worker *worker, const struct batch *batch, struct decoded *out)
{
	bool may_be_quick = worker_may_be_quick(worker);

	out->facts_used = 0;
	out->has_all = false;
	for (size_t i = 0; i < batch->count; i++) {
		bool is_quick;

		out->results[i] =
		    (uint8_t)worker_decode(worker, &batch->packets[i], may_be_quick, &out->quick[i],
					   &out->facts[out->facts_used], &is_quick);
		out->facts_of[i] = 0;
		out->for_all[i] = false;
		if (is_quick)
			out->slots[i] = (int16_t)share_slot_of_quick(worker->shares, &out->quick[i]);
		else
			note_others(worker, out, i);
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
