/*
 * Private to flow/: keys. Both ends of a packet and its protocol, whichever way it goes; their hash; the
 * flow that has them. All inline, because it is done for every packet.
 *
 * Two IPv4 addresses without a scope, with their ports, are a key of 12 bytes that is compared as such. All
 * other ends make a wide key: a keyed hash of 64 bits, behind which the entry's own ends are compared.
 */
#ifndef FLOW_KEY_H
#define FLOW_KEY_H

#include "table.h"

/* The full product of two words folded into one: every bit of both stirs every bit of the result. */
static inline uint64_t key_stir(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t key_hash_end(const uint64_t seed[4], const struct flow_end *end)
{
	/* The seed's third word is odd and secret: nobody can choose two addresses whose sums agree. */
	return key_stir(end->word[0] ^ seed[0], (end->word[1] + end->word[2] * seed[2]) ^ seed[1]);
}

/* Both ends enter alike, so that the way a packet goes does not matter. Keyed by the seed, because keys come
 * from whoever sends packets. */
static inline uint64_t key_hash_ends(const struct flow_table *table, const struct flow_end *a,
				     const struct flow_end *b, uint8_t protocol)
{
	uint64_t x = key_hash_end(table->seed, a), y = key_hash_end(table->seed, b);

	return key_stir((x + y) ^ protocol, (x ^ y) + table->seed[3]);
}

/* Neither 0, which stands for no slot, nor this, which no key has. */
enum { KEY_HASH_NONE = 1 };
static inline uint32_t key_hash_fold(uint64_t full)
{
	/* A bit that tells no segments and no places in one apart. */
	_Static_assert(INDEX_BUCKET_BITS + INDEX_DEPTH_MAX < 32, "there is such a bit");
	return (uint32_t)(full >> 16) | UINT32_C(1) << INDEX_BUCKET_BITS;
}

/* The same the other way round. */
static inline uint64_t key_turn_addresses(uint64_t addresses)
{
	return addresses << 32 | addresses >> 32;
}

static inline uint32_t key_turn_ports(uint32_t ports)
{
	return ports << 16 | ports >> 16;
}

/* Of a key that is not wide; again alike for both ways. */
static inline uint32_t key_hash_narrow(const struct flow_table *table, uint64_t addresses, uint32_t ports,
				       uint8_t protocol)
{
	uint64_t turned = key_turn_addresses(addresses);
	uint32_t turned_ports = key_turn_ports(ports);
	/* The way of both in which they are the larger number. Without branches: nobody could guess it. */
	bool turns = turned > addresses;

	if (__builtin_expect(turned == addresses, 0))
		turns = turned_ports > ports;
	addresses = turns ? turned : addresses;
	ports = turns ? turned_ports : ports;
	return key_hash_fold(
	    key_stir(addresses ^ table->seed[0], (ports | (uint64_t)protocol << 32) ^ table->seed[3]));
}

/* The four bytes that an IPv4 address begins with, as one word. */
static inline uint32_t key_ipv4(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (uint32_t)word;
#else
	return (uint32_t)(word >> 32);
#endif
}

/* An IPv4 address without a scope, as the first word of its end. */
static inline uint64_t key_plain_word(void)
{
	static const struct addr ipv4 = {.family = ADDR_IPV4};
	uint64_t plain;

	memcpy(&plain, &ipv4, sizeof(plain));
	return plain;
}

/* Field by field: a key that is put together elsewhere and copied costs more than its hash. A and B are the
 * second words of the ends. */
static inline void key_fill_narrow(const struct flow_table *table, struct flow_key *key, uint64_t a,
				   uint64_t b, uint32_t ports, uint8_t protocol)
{
	uint64_t addresses = key_ipv4(a) | (uint64_t)key_ipv4(b) << 32;

	key->addresses = addresses;
	key->ports = ports;
	key->hash = key_hash_narrow(table, addresses, ports, protocol);
	key->protocol = protocol;
	key->wide = 0;
}

static inline void key_fill(const struct flow_table *table, struct flow_key *key, const struct flow_end *a,
			    const struct flow_end *b, uint8_t protocol)
{
	const uint64_t port = (uint64_t)UINT16_MAX << FLOW_END_PORT_SHIFT, plain = key_plain_word();

	if ((a->word[0] & ~port) == plain && (b->word[0] & ~port) == plain) {
		key_fill_narrow(table, key, a->word[1], b->word[1],
				decode_ports(flow_end_port(a), flow_end_port(b)), protocol);
		return;
	}
	key->addresses = key_hash_ends(table, a, b, protocol);
	key->ports = 0;
	key->hash = key_hash_fold(key->addresses);
	key->protocol = protocol;
	key->wide = FLOW_WIDE;
}

/* The hash that a line's flow was put in the index by. */
static inline uint32_t key_hash_of(const struct flow_table *table, const struct flow_hot *hot)
{
	if (hot->direction & FLOW_WIDE)
		return key_hash_fold(hot->addresses);
	return key_hash_narrow(table, hot->addresses, hot->ports, hot->protocol);
}

static inline void key_set(struct flow_hot *hot, const struct flow_key *key)
{
	hot->addresses = key->addresses;
	hot->ports = key->ports;
	hot->protocol = key->protocol;
	hot->direction = key->wide;
}

/* The side of the flow that the sender is, or -1 when it is another flow; of a flow that is known to be such,
 * by its ends alone. Without branches on the way a packet goes: nobody could guess it. */
static inline int key_side_of_ends(const struct flow_hot *hot, uint64_t addresses, uint32_t ports)
{
	uint64_t straight = (hot->addresses ^ addresses) | (hot->ports ^ ports);
	uint64_t turned =
	    (hot->addresses ^ key_turn_addresses(addresses)) | (hot->ports ^ key_turn_ports(ports));

	unsigned side = straight != 0;

	return (turned & (0 - (uint64_t)side)) != 0 ? -1 : (int)side;
}

/* The same, by the one address that mostly tells. Turned by shifting: of a choice gcc makes a branch. */
static inline __attribute__((always_inline)) int key_side_likely(const struct flow_hot *hot,
								 uint64_t addresses, uint32_t ports)
{
	unsigned turns = (uint32_t)addresses != (uint32_t)hot->addresses;
	unsigned wide = turns * 32, narrow = turns * 16;
	uint64_t as_kept = addresses << wide | addresses >> (-wide & 63);
	uint32_t ports_as_kept = ports << narrow | ports >> (-narrow & 31);

	if (__builtin_expect(as_kept != hot->addresses || ports_as_kept != hot->ports, 0))
		return key_side_of_ends(hot, addresses, ports);
	return (int)turns;
}

static inline int key_side_of(const struct flow_hot *hot, uint64_t addresses, uint32_t ports,
			      uint8_t protocol)
{
	if (hot->protocol != protocol || (hot->direction & FLOW_WIDE))
		return -1;
	return key_side_of_ends(hot, addresses, ports);
}

static inline int key_side_narrow(const struct flow_hot *hot, const struct flow_key *key)
{
	return key_side_of(hot, key->addresses, key->ports, key->protocol);
}

/* The same for a wide key, with the packet's ends. */
static inline int key_side_wide(const struct flow_table *table, const struct flow_hot *hot,
				const struct flow_key *key, const struct flow_end *src,
				const struct flow_end *dst)
{
	const struct flow_entry *e;

	if (hot->addresses != key->addresses || hot->protocol != key->protocol ||
	    !(hot->direction & FLOW_WIDE))
		return -1;
	e = table_entry(table, hot->number - 1);
	if (!(flow_end_differs(&e->end[0], src) | flow_end_differs(&e->end[1], dst)))
		return 0;
	return (flow_end_differs(&e->end[0], dst) | flow_end_differs(&e->end[1], src)) != 0 ? -1 : 1;
}

static inline int key_side(const struct flow_table *table, const struct flow_hot *hot,
			   const struct flow_key *key, const struct flow_end *src, const struct flow_end *dst)
{
	return key->wide ? key_side_wide(table, hot, key, src, dst) : key_side_narrow(hot, key);
}

/* The number of the flow between SRC and DST, whose key KEY is, or FLOW_NONE; *SIDE is the one of SRC. */
static inline uint32_t key_find(const struct flow_table *table, const struct flow_key *key,
				const struct flow_end *src, const struct flow_end *dst, unsigned *side)
{
	struct index_walk walk = flow_index_walk(&table->index, key->hash);

	for (uint32_t number; (number = flow_index_next(&walk)) != INDEX_NONE;) {
		int found = key_side(table, table_hot(table, number), key, src, dst);

		if (found >= 0) {
			*side = (unsigned)found;
			return number;
		}
	}
	return FLOW_NONE;
}

/* The same of a packet's quick facts, whose hash is HASH. */
static inline uint32_t key_find_quick(const struct flow_table *table, const struct packet_quick *quick,
				      uint32_t hash)
{
	struct index_walk walk = flow_index_walk(&table->index, hash);

	for (uint32_t number; (number = flow_index_next(&walk)) != INDEX_NONE;)
		if (key_side_of(table_hot(table, number), quick->addresses, quick->ports, quick->protocol) >=
		    0)
			return number;
	return FLOW_NONE;
}

/* The ends as keyed: a sender that has no address yet is its MAC. */
static inline void key_make(const struct packet_facts *facts, struct flow_end *src, struct flow_end *dst)
{
	*src = flow_end_make(&facts->src, facts->src_port);
	*dst = flow_end_make(&facts->dst, facts->dst_port);
	if (__builtin_expect((src->word[1] | src->word[2]) == 0, 0) && facts->has_macs) {
		struct addr mac = addr_mac(facts->src_mac);

		mac.scope_kind = facts->src.scope_kind;
		mac.scope = facts->src.scope;
		*src = flow_end_make(&mac, facts->src_port);
	}
}

static inline void key_of_facts(const struct flow_table *table, const struct packet_facts *facts,
				struct flow_key *key)
{
	uint64_t first[2], second[2];
	struct flow_end src, dst;

	memcpy(&first[0], &facts->src, sizeof(first[0]));
	memcpy(&first[1], &facts->dst, sizeof(first[1]));
	memcpy(&second[0], facts->src.bytes, sizeof(second[0]));
	memcpy(&second[1], facts->dst.bytes, sizeof(second[1]));
	if (first[0] == key_plain_word() && first[1] == first[0] && second[0] != 0) {
		key_fill_narrow(table, key, second[0], second[1],
				decode_ports(facts->src_port, facts->dst_port), facts->protocol);
		return;
	}
	key_make(facts, &src, &dst);
	key_fill(table, key, &src, &dst, facts->protocol);
}

#endif
