/*
 * Who is bound to what. All ranges of a system are cut at each other's ends into segments that do not
 * overlap, so that a look-up is one binary search however many ranges there are.
 */
#include "matrix_private.h"
#include <stdlib.h>
#include <string.h>

uint64_t roles_implied(const struct signature *signature, size_t role)
{
	return signature->roles[role].implies | UINT64_C(1) << role;
}

static int compare_lows(const void *a, const void *b)
{
	const struct holder_segment *left = a, *right = b;

	return memcmp(left->low.bytes, right->low.bytes, sizeof(left->low.bytes));
}

/* By address, then by place in the file. */
static int compare_identities(const void *a, const void *b)
{
	const struct holder_identity *left = a, *right = b;
	int order = addr_compare(&left->address, &right->address);

	if (order != 0)
		return order;
	return (left->binding > right->binding) - (left->binding < right->binding);
}

/* The address after A; false when A is the last of its family. */
static bool next_address(const struct addr *a, struct addr *next)
{
	*next = *a;
	for (size_t i = addr_size(a); i > 0; i--) {
		if (++next->bytes[i - 1] != 0)
			return true;
	}
	return false;
}

/* Where segments of FAMILY begin: its lowest address, each range's low and what follows its high. Unsorted.
 */
static size_t collect_lows(const struct site_system *site, uint8_t family, struct holder_segment *out)
{
	size_t count = 0;

	out[count++].low = (struct addr){.family = family};
	for (size_t i = 0; i < site->binding_count; i++) {
		const struct site_binding *binding = &site->bindings[i];

		for (size_t j = 0; j < binding->range_count; j++) {
			const struct addr_range *range = &binding->ranges[j];

			if (range->low.family != family)
				continue;
			out[count++].low = (struct addr){.family = family};
			memcpy(out[count - 1].low.bytes, range->low.bytes, sizeof(range->low.bytes));
			if (next_address(&range->high, &out[count].low))
				count++;
		}
	}
	return count;
}

static size_t drop_equal_lows(struct holder_segment *items, size_t count)
{
	size_t kept = 1;

	for (size_t i = 1; i < count; i++)
		if (compare_lows(&items[i], &items[kept - 1]) != 0)
			items[kept++] = items[i];
	return kept;
}

/* Gives the roles of each range to all segments that it spans. */
static void paint(const struct matrix_system *system, uint8_t family, struct holder_segment *items,
		  size_t count)
{
	const struct site_system *site = system->site;

	for (size_t i = 0; i < site->binding_count; i++) {
		const struct site_binding *binding = &site->bindings[i];
		uint64_t roles = roles_implied(system->signature, binding->role);

		for (size_t j = 0; j < binding->range_count; j++) {
			size_t at, end;

			if (binding->ranges[j].low.family != family)
				continue;
			at = segment_at(items, count, &binding->ranges[j].low);
			end = segment_at(items, count, &binding->ranges[j].high);
			for (; at <= end; at++)
				items[at].roles |= roles;
		}
	}
}

static size_t count_ranges(const struct site_system *site, uint8_t family)
{
	size_t count = 0;

	for (size_t i = 0; i < site->binding_count; i++)
		for (size_t j = 0; j < site->bindings[i].range_count; j++)
			count += site->bindings[i].ranges[j].low.family == family;
	return count;
}

static int compile_segments(struct arena *arena, const struct matrix_system *system, uint8_t family,
			    struct segment_list *out)
{
	size_t ranges = count_ranges(system->site, family);
	struct holder_segment *items;

	if (ranges == 0)
		return 0;
	/* One more than needed, because the address after a high end is written before it is known to exist.
	 */
	items = arena_calloc(arena, 2 * ranges + 2, sizeof(*items));
	if (!items)
		return -1;
	out->count = collect_lows(system->site, family, items);
	qsort(items, out->count, sizeof(*items), compare_lows);
	out->count = drop_equal_lows(items, out->count);
	paint(system, family, items, out->count);
	out->items = items;
	return 0;
}

/* The addresses of named hosts. */
static int compile_hosts(struct arena *arena, const struct site_system *site, struct identity_list *out)
{
	struct holder_identity *items;
	size_t capacity = 0;

	for (size_t i = 0; i < site->binding_count; i++)
		capacity += site->bindings[i].kind == BINDING_HOST ? site->bindings[i].range_count : 0;
	items = arena_calloc(arena, capacity + 1, sizeof(*items));
	if (!items)
		return -1;
	for (size_t i = 0; i < site->binding_count; i++) {
		const struct site_binding *binding = &site->bindings[i];

		for (size_t j = 0; binding->kind == BINDING_HOST && j < binding->range_count; j++) {
			items[out->count].address = binding->ranges[j].low;
			items[out->count++].binding = binding;
		}
	}
	qsort(items, out->count, sizeof(*items), compare_identities);
	out->items = items;
	return 0;
}

/* Entries of one MAC after each other: the first stands for all and holds all their roles. */
static size_t join_macs(struct holder_identity *items, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && addr_same_host(&items[kept - 1].address, &items[i].address))
			items[kept - 1].roles |= items[i].roles;
		else
			items[kept++] = items[i];
	}
	return kept;
}

static int compile_macs(struct arena *arena, const struct matrix_system *system, struct holder_index *index)
{
	const struct site_system *site = system->site;
	struct holder_identity *items = arena_calloc(arena, site->binding_count + 1, sizeof(*items));
	size_t count = 0;

	if (!items)
		return -1;
	for (size_t i = 0; i < site->binding_count; i++) {
		const struct site_binding *binding = &site->bindings[i];

		if (binding->mac.family != ADDR_MAC)
			continue;
		items[count].address = binding->mac;
		items[count].binding = binding;
		items[count].roles = roles_implied(system->signature, binding->role);
		index->mac_roles |= items[count++].roles;
	}
	qsort(items, count, sizeof(*items), compare_identities);
	index->macs.items = items;
	index->macs.count = join_macs(items, count);
	return 0;
}

int compile_holders(struct arena *arena, struct compiled_system *system)
{
	struct matrix_system *plain = &system->plain;
	struct holder_index *index = &system->holders;

	for (size_t i = 0; i < plain->site->binding_count; i++)
		plain->bound_roles |= roles_implied(plain->signature, plain->site->bindings[i].role);
	if (compile_segments(arena, plain, ADDR_IPV4, &index->ipv4) < 0 ||
	    compile_segments(arena, plain, ADDR_IPV6, &index->ipv6) < 0 ||
	    compile_hosts(arena, plain->site, &index->hosts) < 0)
		return -1;
	return compile_macs(arena, plain, index);
}
