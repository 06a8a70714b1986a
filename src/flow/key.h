/*
 * Private to flow/: keys. Both ends of a packet and its protocol, whichever way it goes; their hash; the
 * entry that has them. All inline, because it is done for every packet.
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
 * from whoever sends packets. Never 0, which stands for "not computed". */
static inline uint32_t key_hash(const struct flow_table *table, const struct flow_end *a,
				const struct flow_end *b, uint8_t protocol)
{
	uint64_t x = key_hash_end(table->seed, a), y = key_hash_end(table->seed, b);
	uint32_t hash = (uint32_t)(key_stir((x + y) ^ protocol, (x ^ y) + table->seed[3]) >> 16);

	return hash + (hash == 0);
}

/* The side of E that is A, or -1 when E is another flow. Without branches on the way a packet goes: nobody
 * could guess it. */
static inline int key_side(const struct flow_entry *e, const struct flow_end *a, const struct flow_end *b,
			   uint8_t protocol)
{
	uint64_t straight = flow_end_differs(&e->end[0], a) | flow_end_differs(&e->end[1], b);
	uint64_t turned = flow_end_differs(&e->end[0], b) | flow_end_differs(&e->end[1], a);

	if (e->protocol != protocol || (straight && turned))
		return -1;
	return straight != 0;
}

/* Its ends are its key, as all but fragments and senders without an address have them; and it is TCP. */
static inline bool key_is_whole(const struct packet_facts *facts)
{
	uint64_t high, low;

	memcpy(&high, facts->src.bytes, sizeof(high));
	memcpy(&low, facts->src.bytes + sizeof(high), sizeof(low));
	return facts->protocol == PROTO_TCP && !facts->is_fragment && !facts->has_outer_fragment &&
	       (high | low) != 0;
}

/* The same for a packet whose ends are its key. */
static inline int key_side_of(const struct flow_entry *e, const struct packet_facts *facts)
{
	struct flow_end src = flow_end_make(&facts->src, facts->src_port);
	struct flow_end dst = flow_end_make(&facts->dst, facts->dst_port);
	unsigned side = flow_end_differs(&e->end[0], &src) != 0;

	if (e->protocol != facts->protocol ||
	    (flow_end_differs(&e->end[side], &src) | flow_end_differs(&e->end[side ^ 1], &dst)))
		return -1;
	return (int)side;
}

/* The number of the flow between A and B, or FLOW_NONE; *SIDE is the one of A. */
static inline uint32_t key_find(const struct flow_table *table, const struct flow_end *a,
				const struct flow_end *b, uint8_t protocol, uint32_t hash, unsigned *side)
{
	const struct index_segment *segment = flow_index_segment(&table->index, hash);
	uint32_t at = flow_index_start(hash);

	for (uint64_t slot; (slot = segment->slots[at]) != 0; at = flow_index_after(at)) {
		int found;

		if (index_slot_hash(slot) != hash)
			continue;
		found = key_side(table_entry(table, index_slot_number(slot)), a, b, protocol);
		if (found >= 0) {
			*side = (unsigned)found;
			return index_slot_number(slot);
		}
	}
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

#endif
