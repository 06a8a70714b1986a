#include "base/radix.h"
#include <stdbool.h>
#include <string.h>

enum { DIGIT_BITS = 8, DIGIT_VALUES = 1 << DIGIT_BITS, DIGITS = 64 / DIGIT_BITS, FEW = 24 };

static unsigned digit_of(uint64_t key, unsigned digit)
{
	return (unsigned)(key >> digit * DIGIT_BITS) & (DIGIT_VALUES - 1);
}

static void insertion_sort(struct radix_item *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct radix_item item = items[i];
		size_t at = i;

		for (; at > 0 && items[at - 1].key > item.key; at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

static bool is_sorted(const struct radix_item *items, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (items[i].key < items[i - 1].key)
			return false;
	return true;
}

/* How often each value of each digit occurs. */
static void count_digits(const struct radix_item *items, size_t count, size_t counts[DIGITS][DIGIT_VALUES])
{
	memset(counts, 0, sizeof(size_t) * DIGITS * DIGIT_VALUES);
	for (size_t i = 0; i < count; i++)
		for (unsigned digit = 0; digit < DIGITS; digit++)
			counts[digit][digit_of(items[i].key, digit)]++;
}

static void move_by_digit(const struct radix_item *from, struct radix_item *to, size_t count, unsigned digit,
			  size_t places[DIGIT_VALUES])
{
	size_t place = 0;

	for (size_t value = 0; value < DIGIT_VALUES; value++) {
		size_t here = places[value];

		places[value] = place;
		place += here;
	}
	for (size_t i = 0; i < count; i++)
		to[places[digit_of(from[i].key, digit)]++] = from[i];
}

void radix_sort(struct radix_item *items, struct radix_item *spare, size_t count)
{
	size_t counts[DIGITS][DIGIT_VALUES];
	struct radix_item *from = items, *to = spare;

	if (count <= FEW) {
		insertion_sort(items, count);
		return;
	}
	if (is_sorted(items, count))
		return;
	count_digits(items, count, counts);
	for (unsigned digit = 0; digit < DIGITS; digit++) {
		struct radix_item *swap = from;

		/* A digit that all have alike moves nothing. */
		if (counts[digit][digit_of(from[0].key, digit)] == count)
			continue;
		move_by_digit(from, to, count, digit, counts[digit]);
		from = to;
		to = swap;
	}
	if (from != items)
		memcpy(items, from, count * sizeof(*items));
}
