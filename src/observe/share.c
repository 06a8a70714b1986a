#include "share.h"
#include <string.h>

static uint64_t stir(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Keyed by the seed, so that nobody can choose hosts that all go to one worker. 0: a host without address. */
static uint64_t host_hash(const struct shares *shares, const struct addr *host)
{
	uint64_t word[3];

	_Static_assert(sizeof(*host) == sizeof(word), "an address is three words");
	memcpy(word, host, sizeof(word));
	if ((word[1] | word[2]) == 0 || host->family == ADDR_MAC)
		return 0;
	return stir(word[0] ^ shares->seed[0],
		    (word[1] + word[2] * (shares->seed[2] | 1)) ^ shares->seed[1]) |
	       1;
}

/* A sender without an address is keyed by its MAC, which those who answer do not know: worker 0's. */
int share_slot(const struct shares *shares, const struct addr *a, const struct addr *b)
{
	uint64_t x = host_hash(shares, a), y = host_hash(shares, b);

	if (x == 0 || y == 0)
		return -1;
	return (int)(stir((x ^ y) + shares->seed[1], (x + y) | 1) >> 32 & (SHARE_SLOTS - 1));
}

int share_slot_of(const struct shares *shares, enum decode_result result, const struct packet_facts *facts)
{
	if (result == DECODE_OK && facts->protocol == PROTO_TCP)
		return share_slot(shares, &facts->src, &facts->dst);
	if (result == DECODE_ICMP_ERROR && facts->quoted.src.family != ADDR_NONE &&
	    facts->quoted.protocol == PROTO_TCP)
		return share_slot(shares, &facts->quoted.src, &facts->quoted.dst);
	return -1;
}

uint8_t share_of(const struct shares *shares, enum decode_result result, const struct packet_facts *facts)
{
	int slot = share_slot_of(shares, result, facts);
	unsigned share = slot < 0 ? 0 : shares->worker[slot];

	if (result == DECODE_LATER_FRAGMENT || ((result == DECODE_OK || result == DECODE_ICMP_ERROR) &&
						(facts->is_fragment || facts->has_outer_fragment)))
		share |= SHARE_ALL;
	return (uint8_t)share;
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
