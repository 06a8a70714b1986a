/* Who holds what: look-ups in what bindings.c has built. */
#include "matrix_private.h"
#include <string.h>

/* The last segment that begins at or before ADDRESS's bytes. */
size_t segment_at(const struct holder_segment *items, size_t count, const struct addr *address)
{
	size_t low = 0, high = count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(items[middle].low.bytes, address->bytes, sizeof(address->bytes)) <= 0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static const struct segment_list *segments_of(const struct holder_index *index, const struct addr *address)
{
	return address->family == ADDR_IPV4 ? &index->ipv4 : &index->ipv6;
}

/* The last address behind ADDRESS, itself when it is one. */
static struct addr last_address(const struct addr *address)
{
	struct addr last = *address;
	size_t bits = address->prefix ? address->prefix : addr_size(address) * 8;

	for (size_t i = bits; i < addr_size(address) * 8; i++)
		last.bytes[i / 8] |= (uint8_t)(0x80U >> (i % 8));
	return last;
}

/* ALL: what every address behind ADDRESS holds; ANY: what at least one does. */
static void span_roles(const struct holder_index *index, const struct addr *address, uint64_t *all,
		       uint64_t *any)
{
	const struct segment_list *list = segments_of(index, address);
	struct addr last = last_address(address);
	size_t at, end;

	*all = *any = 0;
	if (list->count == 0 || (address->family != ADDR_IPV4 && address->family != ADDR_IPV6))
		return;
	at = segment_at(list->items, list->count, address);
	end = address->prefix ? segment_at(list->items, list->count, &last) : at;
	*all = UINT64_MAX;
	for (; at <= end; at++) {
		*all &= list->items[at].roles;
		*any |= list->items[at].roles;
	}
}

/* The first entry for ADDRESS's host, or NULL. */
static const struct holder_identity *find_identity(const struct identity_list *list,
						   const struct addr *address)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct addr *at = &list->items[middle].address;
		int order = at->family != address->family
				? at->family - address->family
				: memcmp(at->bytes, address->bytes, sizeof(at->bytes));

		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < list->count && addr_same_host(&list->items[low].address, address))
		return &list->items[low];
	return NULL;
}

struct matrix_holder matrix_holder(const struct matrix *matrix, size_t system, const struct addr *address,
				   const uint8_t mac[MAC_BYTES])
{
	const struct holder_index *index = &matrix->systems[system].holders;
	const struct holder_identity *host = NULL, *by_mac = NULL;
	struct matrix_holder holder = {0};
	struct addr mac_address = {0};
	uint64_t any;

	span_roles(index, address, &holder.roles, &any);
	if (address->prefix == 0)
		host = find_identity(&index->hosts, address);
	if (address->family == ADDR_MAC)
		mac_address = *address;
	else if (mac && address->prefix == 0)
		mac_address = addr_mac(mac);
	if (mac_address.family == ADDR_MAC)
		by_mac = find_identity(&index->macs, &mac_address);
	holder.binding = host ? host->binding : NULL;
	if (by_mac) {
		holder.roles |= by_mac->roles;
		if (!host || by_mac->binding < host->binding)
			holder.binding = by_mac->binding;
	}
	return holder;
}

uint64_t matrix_possible(const struct matrix *matrix, size_t system, const struct addr *address)
{
	const struct holder_index *index = &matrix->systems[system].holders;
	uint64_t all, any;

	if (address->family == ADDR_NONE)
		return matrix->systems[system].plain.bound_roles;
	if (address->family == ADDR_MAC)
		return matrix_holder(matrix, system, address, NULL).roles;
	span_roles(index, address, &all, &any);
	return any | index->mac_roles;
}

static uint64_t external_roles(const struct signature *signature)
{
	uint64_t roles = 0;

	for (size_t i = 0; i < signature->role_count; i++)
		if (signature->roles[i].external)
			roles |= UINT64_C(1) << i;
	return roles;
}

uint64_t matrix_assumable(const struct matrix *matrix, size_t system, const struct addr *address,
			  const struct matrix_holder *holder)
{
	const struct matrix_system *plain = &matrix->systems[system].plain;
	uint64_t free_roles = ~plain->bound_roles, roles = 0, held = holder->roles;

	if ((address->family != ADDR_IPV4 && address->family != ADDR_IPV6) || addr_is_group(address) ||
	    addr_is_unspecified(address))
		return 0;
	/* Behind a folded address hosts may be bound that its common roles do not show. */
	if (address->prefix != 0)
		held |= matrix_possible(matrix, system, address);
	if (!(held & plain->product_roles))
		roles |= plain->person_roles & free_roles;
	if (held == 0) {
		uint64_t servers = plain->infrastructure_roles & free_roles;

		if (!matrix_is_local(matrix, address))
			servers &= external_roles(plain->signature);
		roles |= servers;
	}
	return roles;
}
