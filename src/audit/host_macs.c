/* Which MAC binds which address: the only one that it was seen with in a bucket, if that is no router's. */
#include "judge.h"
#include <stdlib.h>
#include <string.h>

enum { HOST_MAC_ADDRESSES_MAX = 8 };

struct host_mac {
	uint32_t sensor;
	int32_t bucket;
	struct addr address;
	uint8_t mac[MAC_BYTES];
	bool binds;
};

struct host_macs {
	struct host_mac *items; /* sorted by sensor, bucket, address */
	size_t count;
};

static int compare_place(const struct host_mac *left, const struct host_mac *right)
{
	if (left->sensor != right->sensor)
		return left->sensor < right->sensor ? -1 : 1;
	return (left->bucket > right->bucket) - (left->bucket < right->bucket);
}

static int compare_by_address(const void *a, const void *b)
{
	const struct host_mac *left = a, *right = b;
	int order = compare_place(left, right);

	if (order == 0)
		order = addr_compare(&left->address, &right->address);
	return order != 0 ? order : memcmp(left->mac, right->mac, MAC_BYTES);
}

static int compare_by_mac(const void *a, const void *b)
{
	const struct host_mac *left = a, *right = b;
	int order = compare_place(left, right);

	if (order == 0)
		order = memcmp(left->mac, right->mac, MAC_BYTES);
	return order != 0 ? order : addr_compare(&left->address, &right->address);
}

/* Copies the rows that know a MAC. Folded addresses name no host. */
static size_t take_rows(const struct ledger *ledger, size_t count, struct host_mac *items)
{
	static const uint8_t unknown[MAC_BYTES];
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		const struct host_row row = ledger_host(ledger, i);

		if (memcmp(row.mac, unknown, MAC_BYTES) == 0 || row.address.prefix != 0 ||
		    (row.address.family != ADDR_IPV4 && row.address.family != ADDR_IPV6))
			continue;
		items[kept].sensor = row.sensor;
		items[kept].bucket = row.bucket;
		items[kept].address = row.address;
		memcpy(items[kept++].mac, row.mac, MAC_BYTES);
	}
	return kept;
}

static size_t drop_repeated(struct host_mac *items, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (kept == 0 || compare_by_address(&items[kept - 1], &items[i]) != 0)
			items[kept++] = items[i];
	return kept;
}

/* Items are sorted by MAC: those of one MAC in one bucket lie together. */
static void mark_by_mac(struct host_mac *items, size_t count)
{
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && compare_place(&items[i], &items[end]) == 0 &&
				  memcmp(items[i].mac, items[end].mac, MAC_BYTES) == 0;)
			end++;
		for (size_t j = i; j < end; j++)
			items[j].binds = end - i <= HOST_MAC_ADDRESSES_MAX;
	}
}

/* Items are sorted by address: an address with several MACs is bound by none. */
static void unmark_ambiguous(struct host_mac *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (compare_place(&items[i - 1], &items[i]) == 0 &&
		    addr_equal(&items[i - 1].address, &items[i].address))
			items[i - 1].binds = items[i].binds = false;
	}
}

struct host_macs *host_macs_new(const struct ledger *ledger)
{
	size_t count = ledger_host_count(ledger);
	struct host_macs *macs = mem_calloc(1, sizeof(*macs));

	if (!macs)
		return NULL;
	macs->items = mem_calloc(count + 1, sizeof(*macs->items));
	if (!macs->items) {
		mem_free(macs);
		return NULL;
	}
	macs->count = take_rows(ledger, count, macs->items);
	qsort(macs->items, macs->count, sizeof(*macs->items), compare_by_address);
	macs->count = drop_repeated(macs->items, macs->count);
	qsort(macs->items, macs->count, sizeof(*macs->items), compare_by_mac);
	mark_by_mac(macs->items, macs->count);
	qsort(macs->items, macs->count, sizeof(*macs->items), compare_by_address);
	unmark_ambiguous(macs->items, macs->count);
	return macs;
}

const uint8_t *host_macs_find(const struct host_macs *macs, uint32_t sensor, int32_t bucket,
			      const struct addr *address)
{
	struct host_mac wanted = {.sensor = sensor, .bucket = bucket, .address = *address};
	size_t low = 0, high = macs->count;

	/* The wanted MAC of zeros sorts before every other one of its address. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_by_address(&macs->items[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == macs->count || compare_place(&macs->items[low], &wanted) != 0 ||
	    !addr_equal(&macs->items[low].address, address) || !macs->items[low].binds)
		return NULL;
	return macs->items[low].mac;
}

void host_macs_free(struct host_macs *macs)
{
	if (!macs)
		return;
	mem_free(macs->items);
	mem_free(macs);
}
