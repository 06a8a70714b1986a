#include "base/mem.h"
#include "internal.h"
#include <stdlib.h>
#include <string.h>

static int range_compare(const void *a, const void *b)
{
	const struct addr_range *left = a;
	const struct addr_range *right = b;

	return addr_compare(&left->low, &right->low);
}

/* Ranges that overlap become one, so that at most one can hold an address. */
static size_t ranges_join(struct addr_range *ranges, size_t count)
{
	size_t kept = 0;

	qsort(ranges, count, sizeof(*ranges), range_compare);
	for (size_t i = 1; i < count; i++) {
		if (addr_compare(&ranges[i].low, &ranges[kept].high) > 0)
			ranges[++kept] = ranges[i];
		else if (addr_compare(&ranges[i].high, &ranges[kept].high) > 0)
			ranges[kept].high = ranges[i].high;
	}
	return kept + 1;
}

int ledger_keep_fold_last(struct ledger *ledger, const struct ledger_options *options)
{
	size_t count = options->fold_last_count;

	if (count == 0)
		return 0;
	ledger->fold_last = mem_calloc(count, sizeof(*ledger->fold_last));
	if (!ledger->fold_last)
		return -1;
	memcpy(ledger->fold_last, options->fold_last, count * sizeof(*ledger->fold_last));
	ledger->fold_last_count = ranges_join(ledger->fold_last, count);
	return 0;
}

/* 224.0.0.0/4 and what is above, with 255.255.255.255, are groups or nobody's. */
enum { FIRST_GROUP = 224 };

static bool range_holds(const struct ledger *ledger, const struct addr *address)
{
	struct addr bare = *address;
	size_t low = 0;
	size_t high = ledger->fold_last_count;

	/* Ranges know neither scope nor prefix. */
	bare.scope_kind = ADDR_SCOPE_NONE;
	bare.scope = 0;
	bare.prefix = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (addr_compare(&ledger->fold_last[middle].low, &bare) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && addr_in_range(address, &ledger->fold_last[low - 1]);
}

bool ledger_folds_last(const struct ledger *ledger, uint32_t number)
{
	struct address_row *row = address_at(&ledger->addresses, number);

	if (!row->is_last_known) {
		row->is_last = range_holds(ledger, &row->address);
		row->is_last_known = true;
	}
	return row->is_last;
}

/* In words: see base/words.h. */
static inline struct addr fold_ipv4(const struct addr *address)
{
	static const struct addr more = {.prefix = FOLD_IPV4_BITS, .bytes = {0, 0, 0, UINT8_MAX}};
	uint64_t words[3], change[2];
	struct addr folded;

	memcpy(words, address, sizeof(words));
	memcpy(change, &more, sizeof(change));
	words[0] |= change[0];
	words[1] &= ~change[1];
	memcpy(&folded, words, sizeof(folded));
	return folded;
}

struct addr ledger_fold_address(const struct addr *address)
{
	/* Nearly all are of this kind. */
	if (address->family == ADDR_IPV4 && address->prefix == 0 && address->bytes[0] < FIRST_GROUP)
		return fold_ipv4(address);
	if (address->family == ADDR_NONE || addr_is_group(address))
		return *address;
	return addr_fold(address, address->family == ADDR_IPV6 ? FOLD_IPV6_BITS : FOLD_IPV4_BITS);
}

uint32_t ledger_fold_number(struct ledger *ledger, uint32_t number)
{
	struct address_row *row = address_at(&ledger->addresses, number);
	struct addr folded;
	uint32_t to;

	if (row->folded != 0 || number == ADDRESS_ANY)
		return row->folded;
	folded = ledger_fold_address(&row->address);
	to = address_obtain(&ledger->addresses, &folded, address_hash(&ledger->addresses, &folded));
	if (to >> FOLDED_BITS == 0)
		row->folded = to & ((UINT32_C(1) << FOLDED_BITS) - 1);
	return to;
}

static unsigned bits_of(uint64_t packets)
{
	return packets == 0 ? 0 : 64 - (unsigned)__builtin_clzll(packets);
}

void fold_half_add(struct fold_half *half, uint64_t packets)
{
	half->rows[bits_of(packets)]++;
	half->total++;
}

uint64_t fold_half_limit(const struct fold_half *half)
{
	size_t below = 0;
	unsigned bits = 0;

	while (bits < FOLD_SIZES - 1 && (below += half->rows[bits]) < half->total - half->total / 2)
		bits++;
	return bits == FOLD_SIZES - 1 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}
