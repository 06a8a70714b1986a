/* Who is bound where, worked out once for each distinct host: rows are many, hosts are few, and most are
 * bound nowhere. */
#include "base/hash.h"
#include "judge_parts.h"
#include <string.h>

enum { SLOTS_FIRST = 1024 };

static uint64_t host_hash(const struct judge_hosts *hosts, const struct addr *address, const uint8_t *mac)
{
	uint64_t hash = hash_bytes(hosts->seed, address, sizeof(*address));

	return mac ? hash_bytes(hash, mac, MAC_BYTES) : hash;
}

static bool host_is(const struct judge_host *host, const struct addr *address, const uint8_t *mac)
{
	if (host->has_mac != (mac != NULL) || !addr_equal(&host->address, address))
		return false;
	return !mac || memcmp(host->mac, mac, MAC_BYTES) == 0;
}

static const uint8_t *host_mac(const struct judge_host *host)
{
	return host->has_mac ? host->mac : NULL;
}

static size_t *find_slot(const struct judge_hosts *hosts, const struct addr *address, const uint8_t *mac)
{
	size_t at = (size_t)host_hash(hosts, address, mac) & (hosts->slot_count - 1);

	while (hosts->slots[at] != 0 && !host_is(&hosts->items[hosts->slots[at] - 1], address, mac))
		at = (at + 1) & (hosts->slot_count - 1);
	return &hosts->slots[at];
}

static int grow_slots(struct judge_hosts *hosts)
{
	size_t count = hosts->slot_count ? hosts->slot_count * 2 : SLOTS_FIRST;
	size_t *slots = mem_calloc(count, sizeof(*slots));

	if (!slots)
		return -1;
	if (!hosts->slots)
		hosts->seed = hash_seed_random();
	mem_free(hosts->slots);
	hosts->slots = slots;
	hosts->slot_count = count;
	for (size_t i = 0; i < hosts->count; i++)
		*find_slot(hosts, &hosts->items[i].address, host_mac(&hosts->items[i])) = i + 1;
	return 0;
}

/* A sender without an address is known by its MAC alone: no range holds 0.0.0.0. */
static struct host_membership membership_in(const struct matrix *matrix, size_t system,
					    const struct judge_host *host)
{
	struct host_membership membership = {.system = system};

	if (host->address.family == ADDR_NONE) {
		membership.possible = matrix_possible(matrix, system, &host->address);
		return membership;
	}
	if (addr_is_unspecified(&host->address))
		return membership;
	membership.roles = matrix_holder(matrix, system, &host->address, host_mac(host)).roles;
	membership.possible = membership.roles;
	if (host->address.prefix != 0)
		membership.possible = matrix_possible(matrix, system, &host->address);
	return membership;
}

static int add_memberships(struct judge_hosts *hosts, const struct matrix *matrix, struct judge_host *host)
{
	host->first = hosts->membership_count;
	for (size_t system = 0; system < matrix_system_count(matrix); system++) {
		struct host_membership membership = membership_in(matrix, system, host);

		if (membership.possible == 0)
			continue;
		if (mem_grow((void **)&hosts->memberships, &hosts->membership_capacity,
			     hosts->membership_count + 1, sizeof(*hosts->memberships)) < 0)
			return -1;
		hosts->memberships[hosts->membership_count++] = membership;
	}
	host->count = hosts->membership_count - host->first;
	return 0;
}

size_t judge_hosts_add(struct judge_hosts *hosts, const struct matrix *matrix, const struct addr *address,
		       const uint8_t *mac)
{
	struct judge_host *host;
	size_t *slot;

	if (hosts->count * 2 >= hosts->slot_count && grow_slots(hosts) < 0)
		return NO_INDEX;
	slot = find_slot(hosts, address, mac);
	if (*slot != 0)
		return *slot - 1;
	if (mem_grow((void **)&hosts->items, &hosts->capacity, hosts->count + 1, sizeof(*hosts->items)) < 0)
		return NO_INDEX;
	host = &hosts->items[hosts->count];
	memset(host, 0, sizeof(*host));
	host->address = *address;
	host->in_site_rule = judge_site_names(matrix_site(matrix), address);
	host->is_folded = address->family == ADDR_NONE || address->prefix != 0;
	host->has_mac = mac != NULL;
	if (mac)
		memcpy(host->mac, mac, MAC_BYTES);
	if (add_memberships(hosts, matrix, host) < 0)
		return NO_INDEX;
	*slot = ++hosts->count;
	return hosts->count - 1;
}

/* What is to be known of the address at PLACE; 0 without memory. */
static uint8_t place_look(struct judge_hosts *hosts, const struct matrix *matrix, const struct ledger *ledger,
			  uint32_t place)
{
	size_t number = judge_hosts_add(hosts, matrix, ledger_address(ledger, place), NULL);
	const struct judge_host *host;

	if (number == NO_INDEX)
		return 0;
	host = &hosts->items[number];
	return (uint8_t)(PLACE_KNOWN | (host->count > 0 || host->in_site_rule ? PLACE_CONCERNS : 0U) |
			 (host->is_folded ? PLACE_FOLDED : 0U));
}

unsigned judge_new_place(struct judge_hosts *hosts, const struct matrix *matrix, const struct ledger *ledger,
			 uint32_t place)
{
	if (!hosts->places)
		hosts->places = mem_calloc(ledger_address_count(ledger) + 1, sizeof(*hosts->places));
	if (!hosts->places)
		return 0;
	if (hosts->places[place] == 0)
		hosts->places[place] = place_look(hosts, matrix, ledger, place);
	return hosts->places[place];
}

void judge_hosts_clear(struct judge_hosts *hosts)
{
	mem_free(hosts->items);
	mem_free(hosts->slots);
	mem_free(hosts->memberships);
	mem_free(hosts->places);
	memset(hosts, 0, sizeof(*hosts));
}
