/*
 * Words as small fields make them in memory, put together in registers. What was just written field by field
 * and is read back as a word waits until it has reached the cache, some ten times as long as the word takes
 * to be made.
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdint.h>

/* FIRST lies before SECOND. */
static inline uint64_t word_of_two(uint32_t first, uint32_t second)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return first | (uint64_t)second << 32;
#else
	return (uint64_t)first << 32 | second;
#endif
}

/* WORD with FIRST in place of its first half. */
static inline uint64_t word_set_first(uint64_t word, uint32_t first)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (word & ~(uint64_t)UINT32_MAX) | first;
#else
	return (word & UINT32_MAX) | (uint64_t)first << 32;
#endif
}

/* One of 16 bits, the rest 0. */
static inline uint64_t word_of_short(uint16_t first)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return first;
#else
	return (uint64_t)first << 48;
#endif
}

#endif
