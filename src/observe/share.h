/* Private to observe/: which worker takes a packet. */
#ifndef OBSERVE_SHARE_H
#define OBSERVE_SHARE_H

#include "flow/flow.h"
#include <string.h>

enum {
	SHARE_SLOTS = 256,
	SHARE_WORKERS_MAX = 64,
	SHARE_OTHERS = SHARE_SLOTS /* the slot of everything else: worker 0's */
};

struct shares {
	uint64_t seed[3];
	uint8_t worker[SHARE_SLOTS + 1]; /* of TCP, by the hash of its hosts; of the others 0 */
};

static inline uint64_t share_stir(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* 0: a host without address. */
static inline uint64_t share_host_hash(const struct shares *shares, const struct addr *host)
{
	uint64_t word[3];

	_Static_assert(sizeof(*host) == sizeof(word), "an address is three words");
	memcpy(word, host, sizeof(word));
	if ((word[1] | word[2]) == 0 || host->family == ADDR_MAC)
		return 0;
	return share_stir(word[0] ^ shares->seed[0],
			  (word[1] + word[2] * shares->seed[2]) ^ shares->seed[1]) |
	       1;
}

static inline int share_slot_of_hash(uint64_t hash)
{
	return (int)(hash >> 32 & (SHARE_SLOTS - 1));
}

/* Of two IPv4 addresses without a scope, as packet_quick has them, either way. Done for every packet. */
static inline int share_slot_of_ipv4(const struct shares *shares, uint64_t addresses)
{
	uint64_t turned = addresses << 32 | addresses >> 32;

	if ((uint32_t)addresses == 0 || (uint32_t)turned == 0)
		return SHARE_OTHERS;
	addresses = turned > addresses ? turned : addresses;
	return share_slot_of_hash(share_stir(addresses ^ shares->seed[0], shares->seed[1]));
}

/* Both are IPv4 addresses without a scope: *ADDRESSES as packet_quick has them. */
static inline bool share_are_ipv4(const struct addr *a, const struct addr *b, uint64_t *addresses)
{
	static const struct addr plain = {.family = ADDR_IPV4};
	const size_t kind = offsetof(struct addr, bytes);
	uint32_t word[2];

	if (memcmp(a, &plain, kind) != 0 || memcmp(b, &plain, kind) != 0)
		return false;
	memcpy(&word[0], a->bytes, sizeof(word[0]));
	memcpy(&word[1], b->bytes, sizeof(word[1]));
	*addresses = word[0] | (uint64_t)word[1] << 32;
	return true;
}

/* The slot of TCP between two hosts, either way. A sender without an address is keyed by its MAC, which those
 * who answer do not know: SHARE_OTHERS. */
static inline int share_slot(const struct shares *shares, const struct addr *a, const struct addr *b)
{
	uint64_t x, y, addresses;

	if (share_are_ipv4(a, b, &addresses))
		return share_slot_of_ipv4(shares, addresses);
	x = share_host_hash(shares, a);
	y = share_host_hash(shares, b);
	if (x == 0 || y == 0)
		return SHARE_OTHERS;
	return share_slot_of_hash(share_stir(x + y, shares->seed[2]));
}

static inline unsigned share_worker(const struct shares *shares, int slot)
{
	return shares->worker[slot];
}

static inline int share_slot_of_quick(const struct shares *shares, const struct packet_quick *quick)
{
	return quick->protocol == PROTO_TCP ? share_slot_of_ipv4(shares, quick->addresses) : SHARE_OTHERS;
}

/* Who shares a worker decides who is ended early where memory is short, and that is output: so the same in
 * every run. Whoever chooses his hosts for it can make one worker do all, no more than one thread would. */
void shares_init(struct shares *shares);
/* SLOT_PACKETS and OTHER_PACKETS say how packets were distributed so far. */
void shares_make(struct shares *shares, unsigned workers, const uint64_t slot_packets[SHARE_SLOTS],
		 uint64_t other_packets);
/* The slot of a decoded packet: of TCP, and of an ICMP error that quotes it. */
int share_slot_of(const struct shares *shares, enum decode_result result, const struct packet_facts *facts);
/* True when it is a fragment, or fragments follow it. */
bool share_is_for_all(enum decode_result result, const struct packet_facts *facts);

#endif
