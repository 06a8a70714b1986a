#include "share.h"
#include "base/hash.h"

void shares_init(struct shares *shares)
{
	enum { SEED = 1 };

	*shares = (struct shares){0};
	for (uint64_t i = 0; i < sizeof(shares->seed) / sizeof(shares->seed[0]); i++)
		shares->seed[i] = hash_bytes(SEED, &i, sizeof(i)) | 1;
}

int share_slot_of(const struct shares *shares, enum decode_result result, const struct packet_facts *facts)
{
	if (result == DECODE_OK && facts->protocol == PROTO_TCP)
		return share_slot(shares, &facts->src, &facts->dst);
	if (result == DECODE_ICMP_ERROR && facts->quoted.src.family != ADDR_NONE &&
	    facts->quoted.protocol == PROTO_TCP)
		return share_slot(shares, &facts->quoted.src, &facts->quoted.dst);
	return SHARE_OTHERS;
}

bool share_is_for_all(enum decode_result result, const struct packet_facts *facts)
{
	return result == DECODE_LATER_FRAGMENT || ((result == DECODE_OK || result == DECODE_ICMP_ERROR) &&
						   (facts->is_fragment || facts->has_outer_fragment));
}

/* Always the fullest slot that is left to the worker that has least. */
void shares_make(struct shares *shares, unsigned workers, const uint64_t slot_packets[SHARE_SLOTS],
		 uint64_t other_packets)
{
	uint64_t load[SHARE_WORKERS_MAX] = {other_packets};
	bool given[SHARE_SLOTS] = {false};

	for (unsigned i = 0; i < SHARE_SLOTS; i++) {
		unsigned slot = 0, worker = 0;

		while (given[slot])
			slot++;
		for (unsigned other = slot + 1; other < SHARE_SLOTS; other++)
			if (!given[other] && slot_packets[other] > slot_packets[slot])
				slot = other;
		for (unsigned other = 1; other < workers; other++)
			if (load[other] < load[worker])
				worker = other;
		given[slot] = true;
		shares->worker[slot] = (uint8_t)worker;
		load[worker] += slot_packets[slot] + 1;
	}
}
