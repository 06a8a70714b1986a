/* The site that an example stands in. */
#include "examples.h"

enum { PLACE_UNBOUND = 200 };

/* Host NUMBER inside the local networks: 10.0.0.NUMBER, fd00::NUMBER. */
static struct addr local_host(uint8_t family, size_t number)
{
	uint8_t four[4] = {10, 0, 0, (uint8_t)number};
	uint8_t six[16] = {0xFD, [15] = (uint8_t)number};

	return family == ADDR_IPV4 ? addr_ipv4(four) : addr_ipv6(six);
}

/* 203.0.113.9 and 2001:db8::9, from the ranges set aside for documentation (RFC 5737, RFC 3849). */
static struct addr stranger(uint8_t family)
{
	static const uint8_t four[4] = {203, 0, 113, 9};
	static const uint8_t six[16] = {0x20, 0x01, 0x0D, 0xB8, [15] = 9};

	return family == ADDR_IPV4 ? addr_ipv4(four) : addr_ipv6(six);
}

static struct addr group_address(uint8_t family, uint8_t delivery)
{
	static const uint8_t everybody[4] = {255, 255, 255, 255};
	static const uint8_t four[4] = {239, 255, 0, 1};
	static const uint8_t six[16] = {0xFF, 0x05, [15] = 1};

	if (family == ADDR_IPV6)
		return addr_ipv6(six);
	return addr_ipv4(delivery == DELIVERY_BROADCAST ? everybody : four);
}

static struct addr end_address(uint8_t family, size_t role, bool local)
{
	if (role != NO_INDEX)
		return local_host(family, role + 1);
	return local ? local_host(family, PLACE_UNBOUND) : stranger(family);
}

void example_place_ends(struct example_run *run)
{
	const struct sig_example *example = run->example;

	run->from = end_address(run->family, example->from_role, example->from_local);
	if (example->group_destination)
		run->to = group_address(run->family, example->delivery);
	else
		run->to = end_address(run->family, example->to_role, example->to_local);
}

static int bind_role(const struct example_run *run, struct arena *arena, size_t role,
		     struct site_binding *binding)
{
	struct addr_range *range = arena_calloc(arena, 1, sizeof(*range));
	char text[ADDR_TEXT_MAX];

	if (!range)
		return -1;
	range->low = range->high = local_host(run->family, role + 1);
	binding->kind = BINDING_RANGE;
	binding->role = role;
	binding->ranges = range;
	binding->range_count = 1;
	binding->single = true;
	binding->text = arena_strdup(arena, addr_format(&range->low, text));
	return binding->text ? 0 : -1;
}

static int bind_roles(const struct example_run *run, struct arena *arena, struct site_system *system)
{
	const struct signature *signature = run->signature;
	struct site_binding *bindings = arena_calloc(arena, signature->role_count + 1, sizeof(*bindings));

	if (!bindings)
		return -1;
	for (size_t i = 0; i < signature->role_count; i++) {
		bool named = run->example->from_role == i || run->example->to_role == i;

		if (signature->roles[i].kind != ROLE_PRODUCT && !named)
			continue;
		if (bind_role(run, arena, i, &bindings[system->binding_count]) < 0)
			return -1;
		system->binding_count++;
	}
	system->bindings = bindings;
	return 0;
}

static int fill_system(const struct example_run *run, struct arena *arena, struct site_system *system)
{
	const struct signature *signature = run->signature;
	struct presence *presence = arena_calloc(arena, signature->rule_count + 1, sizeof(*presence));

	system->name = "example";
	system->signature = signature;
	system->mode_values = run->example->mode_values;
	system->mode_stated = arena_calloc(arena, signature->mode_count + 1, sizeof(*system->mode_stated));
	system->parameters = arena_calloc(arena, signature->parameter_count + 1, sizeof(*system->parameters));
	if (!presence || !system->mode_stated || !system->parameters)
		return -1;
	for (size_t i = 0; i < signature->rule_count; i++)
		presence[i] = signature->rules[i].presence;
	system->presence = presence;
	return bind_roles(run, arena, system);
}

/* 10.0.0.0/8 and fd00::/8. */
static void fill_local(struct addr_range ranges[2])
{
	static const uint8_t first[4] = {10}, last[4] = {10, 255, 255, 255};
	static const uint8_t first_six[16] = {0xFD};
	static const uint8_t last_six[16] = {0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
					     0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

	ranges[0] = (struct addr_range){addr_ipv4(first), addr_ipv4(last)};
	ranges[1] = (struct addr_range){addr_ipv6(first_six), addr_ipv6(last_six)};
}

const struct site *example_site(const struct example_run *run, struct arena *arena)
{
	struct site *site = arena_calloc(arena, 1, sizeof(*site));
	struct site_system *system = arena_calloc(arena, 1, sizeof(*system));
	struct addr_range *local = arena_calloc(arena, 2, sizeof(*local));

	if (!site || !system || !local || fill_system(run, arena, system) < 0)
		return NULL;
	fill_local(local);
	site->path = run->signature->path;
	site->name = "example";
	site->local_networks = local;
	site->local_network_count = 2;
	site->systems = system;
	site->system_count = 1;
	return site;
}
