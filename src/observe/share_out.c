/* Whose the packets of a batch are. */
#include "worker.h"

static void note_other(const struct worker *worker, struct decoded *out, size_t i)
{
	const struct packet_facts *facts = out->others[i].facts;
	enum decode_result result = (enum decode_result)out->others[i].result;

	out->slots[i] = (int16_t)share_slot_of(worker->shares, result, facts);
	out->for_all[i] = share_is_for_all(result, facts);
	out->has_all |= out->for_all[i];
}

void worker_look(struct worker *worker, const struct batch *batch, struct decoded *out)
{
	out->other_count =
	    worker_decode(worker, batch->packets, batch->count, out->quick, out->others, out->facts);
	out->has_all = false;
	for (size_t i = 0; i < batch->count; i++) {
		out->for_all[i] = false;
		if (out->quick[i].protocol != 0)
			out->slots[i] = (int16_t)share_slot_of_quick(worker->shares, &out->quick[i]);
		else
			note_other(worker, out, i);
	}
}

void decoded_share(struct decoded *out, const struct batch *batch, const struct shares *shares)
{
	for (size_t i = 0; i < batch->count; i++)
		out->share[i] = (uint8_t)share_worker(shares, out->slots[i]);
}
