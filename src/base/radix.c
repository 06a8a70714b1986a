#include "base/radix.h"
#include <stdbool.h>
#include <string.h>

/* Items are dealt by windows of bits, from the last window to the first, but by no more of them than probably
 * tell nearly all items apart: what those leave undecided lies close together and is put right by insertion.
 * Where that turns out to be too much, all bits are dealt by. Bits that all keys have alike are in no window.
 */
enum {
	NARROW_BITS = 8,
	WIDE_BITS = 11,
	WINDOW_VALUES = 1 << WIDE_BITS,
	WINDOWS_MAX = 64 / NARROW_BITS,
	FEW = 24,
	MANY = 4096,    /* from here on it pays to count the values of a wide window */
	SPARE_BITS = 6, /* beyond those that would tell all items apart if they were even */
	MOVES_EACH = 8
};

struct window {
	unsigned shift, bits;
};

static size_t window_of(uint64_t key, const struct window *window)
{
	return (size_t)(key >> window->shift) & (((size_t)1 << window->bits) - 1);
}

/* False where MOVES do not suffice: unsorted then, equal keys still in the order that they had. */
static bool insertion_sort(struct radix_item *items, size_t count, size_t moves)
{
	for (size_t i = 1; i < count; i++) {
		struct radix_item item = items[i];
		size_t at = i;

		for (; at > 0 && moves > 0 && items[at - 1].key > item.key; at--, moves--)
			items[at] = items[at - 1];
		items[at] = item;
		if (moves == 0)
			return false;
	}
	return true;
}

/* The bits that not all keys have alike; 0 also where items are in order. */
static uint64_t differing_bits(const struct radix_item *items, size_t count)
{
	uint64_t differing = 0, before = 0;
	bool in_order = true;

	for (size_t i = 0; i < count; i++) {
		differing |= items[i].key ^ items[0].key;
		in_order &= items[i].key >= before;
		before = items[i].key;
	}
	return in_order ? 0 : differing;
}

/* Windows of WIDTH bits from the most significant bit of DIFFERING on, until they hold WANTED of its bits.
 * Returns how many; *DIFFERING: what is in none. */
static size_t choose_windows(struct window windows[WINDOWS_MAX], uint64_t *differing, unsigned width,
			     unsigned wanted)
{
	size_t count = 0;

	for (unsigned held = 0; *differing != 0 && held < wanted && count < WINDOWS_MAX; count++) {
		unsigned top = 64 - (unsigned)__builtin_clzll(*differing);
		unsigned bits = top < width ? top : width;
		uint64_t mask = (((uint64_t)1 << bits) - 1) << (top - bits);

		windows[count] = (struct window){.shift = top - bits, .bits = bits};
		held += (unsigned)__builtin_popcountll(*differing & mask);
		*differing &= ~mask;
	}
	return count;
}

static void deal(const struct radix_item *from, struct radix_item *to, size_t count,
		 const struct window *window)
{
	size_t places[WINDOW_VALUES], place = 0, values = (size_t)1 << window->bits;

	memset(places, 0, values * sizeof(*places));
	for (size_t i = 0; i < count; i++)
		places[window_of(from[i].key, window)]++;
	for (size_t value = 0; value < values; value++) {
		size_t here = places[value];

		places[value] = place;
		place += here;
	}
	for (size_t i = 0; i < count; i++)
		to[places[window_of(from[i].key, window)]++] = from[i];
}

/* By bits of DIFFERING, WANTED of them at least. Returns those that were left out. */
static uint64_t deal_by(struct radix_item *items, struct radix_item *spare, size_t count, uint64_t differing,
			unsigned wanted)
{
	struct window windows[WINDOWS_MAX];
	struct radix_item *from = items, *to = spare;
	size_t left = choose_windows(windows, &differing, count < MANY ? NARROW_BITS : WIDE_BITS, wanted);

	while (left > 0) {
		struct radix_item *swap = from;

		deal(from, to, count, &windows[--left]);
		from = to;
		to = swap;
	}
	if (from != items)
		memcpy(items, from, count * sizeof(*items));
	return differing;
}

void radix_sort(struct radix_item *items, struct radix_item *spare, size_t count)
{
	uint64_t differing;

	if (count <= FEW) {
		(void)insertion_sort(items, count, SIZE_MAX);
		return;
	}
	differing = differing_bits(items, count);
	if (differing == 0)
		return;
	if (deal_by(items, spare, count, differing, radix_bits(count) + SPARE_BITS) != 0 &&
	    !insertion_sort(items, count, count * MOVES_EACH))
		(void)deal_by(items, spare, count, differing, 64);
}
