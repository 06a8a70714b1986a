/* Whose the packets of a batch are. */
#include "worker.h"

static int note_other(const struct worker *worker, struct decoded *out, size_t i)
{
	const struct packet_facts *facts = out->others[i].facts;
	enum decode_result result = (enum decode_result)out->others[i].result;

	out->for_all[i] = share_is_for_all(result, facts);
	out->has_all |= out->for_all[i];
	return share_slot_of(worker->shares, result, facts);
}

void worker_look(struct worker *worker, const struct batch *batch, struct decoded *out)
{
	const struct shares *shares = worker->shares;

	out->other_count =
	    worker_decode(worker, batch->packets, batch->count, out->quick, out->others, out->facts);
	out->has_all = false;
	memset(out->for_all, 0, sizeof(out->for_all));
	for (size_t i = 0; i < batch->count; i++) {
		int slot = out->quick[i].protocol != 0 ? share_slot_of_quick(shares, &out->quick[i])
						       : note_other(worker, out, i);

		out->slots[i] = (uint16_t)slot;
		out->share[i] = (uint8_t)share_worker(shares, slot);
	}
}

void decoded_share(struct decoded *out, const struct batch *batch, const struct shares *shares)
{
	for (size_t i = 0; i < batch->count; i++)
		out->share[i] = (uint8_t)share_worker(shares, out->slots[i]);
}
