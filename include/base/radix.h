/*
 * Sorting by a number: stable, in time proportional to the count, without comparing. For what has a longer order than
 * 64 bits the caller sorts what is left equal, or sorts again by the earlier part.
 */
#ifndef BASE_RADIX_H
#define BASE_RADIX_H

#include <stddef.h>
#include <stdint.h>

struct radix_item {
	uint64_t key;
	uint32_t value; /* what the caller sorts: a row number */
};

/* Ascending by key; equal keys keep their order. SPARE is room for COUNT items. */
void radix_sort(struct radix_item *items, struct radix_item *spare, size_t count);

/* Puts a key together from its most significant part on. Parts, or their low bits, that 64 bits do not hold are left
 * out: the key then orders as far as it goes. */
struct radix_key {
	uint64_t key;
	unsigned left; /* bits; begin with 64 */
};
static inline void radix_key_add(struct radix_key *key, uint64_t part, unsigned bits)
{
	if (bits > key->left) {
		part >>= bits - key->left;
		bits = key->left;
	}
	if (bits == 0)
		return;
	key->key = bits == 64 ? part : key->key << bits | part;
	key->left -= bits;
}
/* How many bits hold every number up to MOST. */
static inline unsigned radix_bits(uint64_t most)
{
	return most == 0 ? 0 : 64 - (unsigned)__builtin_clzll(most);
}

#endif
