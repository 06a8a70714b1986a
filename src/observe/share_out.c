/* Whose the packets of a batch are. */
#include "worker.h"

static __attribute__((noinline)) int note_other(const struct worker *worker, struct decoded *out, size_t i)
{
	const struct packet_facts *facts = out->others[i].facts;
	enum decode_result result = (enum decode_result)out->others[i].result;

	out->for_all[i] = share_is_for_all(result, facts);
	out->has_all |= out->for_all[i];
	return share_slot_of(worker->shares, result, facts);
}

/* Into the worker's own quick facts. */
static void look(struct worker *worker, const struct batch *batch, struct decoded *out)
{
	out->other_count =
	    worker_decode(worker, batch->packets, batch->count, worker->quick, out->others, out->facts);
	out->has_all = false;
	memset(out->for_all, 0, sizeof(out->for_all));
}

static inline __attribute__((always_inline)) int slot_of(const struct worker *worker, struct decoded *out,
							 size_t i)
{
	const struct packet_quick *quick = &worker->quick[i];

	return __builtin_expect(quick->protocol != 0, 1) ? share_slot_of_quick(worker->shares, quick)
							 : note_other(worker, out, i);
}

void worker_count_slots(struct worker *worker, const struct batch *batch, struct decoded *out,
			uint64_t slots[SHARE_SLOTS + 1])
{
	look(worker, batch, out);
	for (size_t i = 0; i < batch->count; i++)
		slots[slot_of(worker, out, i)]++;
}

/* Where each worker's packets go: behind those of the workers before it. */
static void begin_lists(struct decoded *out, const uint16_t counts[SHARE_WORKERS_MAX])
{
	uint16_t first = 0;

	for (unsigned i = 0; i < SHARE_WORKERS_MAX; i++) {
		out->first[i] = first;
		first = (uint16_t)(first + counts[i]);
	}
	out->first[SHARE_WORKERS_MAX] = first;
}

/* Each packet to its worker's list; where SOME_FOR_ALL, those are left out. */
static inline __attribute__((always_inline)) void deal(const struct worker *worker, const struct batch *batch,
						       struct decoded *out, const bool some_for_all)
{
	uint16_t next[SHARE_WORKERS_MAX];

	memcpy(next, out->first, sizeof(next));
	for (size_t i = 0; i < batch->count; i++) {
		uint16_t at = next[out->share[i]];

		if (some_for_all && out->for_all[i])
			continue;
		next[out->share[i]] = (uint16_t)(at + 1);
		out->which[at] = (uint16_t)i;
		out->times[at] = batch->packets[i].time_ns;
		out->quick[at] = worker->quick[i];
	}
}

void worker_look(struct worker *worker, const struct batch *batch, struct decoded *out)
{
	uint16_t counts[SHARE_WORKERS_MAX] = {0};

	look(worker, batch, out);
	for (size_t i = 0; i < batch->count; i++) {
		unsigned share = share_worker(worker->shares, slot_of(worker, out, i));

		out->share[i] = (uint8_t)share;
		counts[share]++;
	}
	for (size_t i = 0; i < batch->count && out->has_all; i++)
		counts[out->share[i]] = (uint16_t)(counts[out->share[i]] - out->for_all[i]);
	begin_lists(out, counts);
	if (out->has_all)
		deal(worker, batch, out, true);
	else
		deal(worker, batch, out, false);
}
_Static_assert(BATCH_PACKETS <= UINT16_MAX, "numbers of packets fit");
