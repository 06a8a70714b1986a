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

/* Of quick facts; SIDE: 0 for the source, 1 for the destination. */
static struct addr quick_addr(const struct packet_quick *quick, unsigned side)
{
	uint32_t word = (uint32_t)(quick->addresses >> 32 * side);
	uint8_t bytes[sizeof(word)];

	memcpy(bytes, &word, sizeof(bytes));
	return addr_ipv4(bytes);
}

static int slot_of_quick(const struct shares *shares, const struct packet_quick *quick)
{
	struct addr src, dst;

	if (quick->protocol != PROTO_TCP)
		return -1;
	src = quick_addr(quick, 0);
	dst = quick_addr(quick, 1);
	return share_slot(shares, &src, &dst);
}

int share_slot_of(const struct shares *shares, const struct flow_packet *packet)
{
	const struct packet_facts *facts = packet->facts;

	if (packet->result == DECODE_OK && !facts)
		return slot_of_quick(shares, &packet->quick);
	if (packet->result == DECODE_OK && facts->protocol == PROTO_TCP)
		return share_slot(shares, &facts->src, &facts->dst);
	if (packet->result == DECODE_ICMP_ERROR && facts->quoted.src.family != ADDR_NONE &&
	    facts->quoted.protocol == PROTO_TCP)
		return share_slot(shares, &facts->quoted.src, &facts->quoted.dst);
	return -1;
}

/* Later fragments, and whatever others may follow. */
static bool concerns_all(const struct flow_packet *packet)
{
	if (packet->result == DECODE_LATER_FRAGMENT)
		return true;
	return (packet->result == DECODE_OK || packet->result == DECODE_ICMP_ERROR) && packet->facts &&
	       (packet->facts->is_fragment || packet->facts->has_outer_fragment);
}

uint8_t share_of(const struct shares *shares, const struct flow_packet *packet)
{
	int slot = share_slot_of(shares, packet);
	unsigned share = slot < 0 ? 0 : shares->worker[slot];

	return (uint8_t)(concerns_all(packet) ? share | (unsigned)SHARE_ALL : share);
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
