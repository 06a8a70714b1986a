#include "audit_testkit.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(matrix_holders, .timeout = 10);

static const char site[] =
    "{'schema': 'tapaudit.site/1', 'name': 'Kit', 'local_networks': ['10.0.0.0/8', 'fd00::/8'],\n"
    "'names': {'10.0.0.1': 'mgr', '203.0.113.9': 'out'},\n"
    "'systems': [{'name': 'one', 'signature': 'kit', 'roles': {\n"
    " 'manager': ['10.0.0.1', '0.0.0.0/32', '255.255.255.254-255.255.255.255'],\n"
    " 'primary': [{'name': 'first', 'addresses': ['10.0.1.200', 'fd00::2', 'mac:02:00:00:00:00:02']}],\n"
    " 'device': ['10.0.1.0/24', '10.0.1.128-10.0.2.5', 'mac:02:00:00:00:00:0d', 'fd00:1::/64'],\n"
    " 'agent': ['10.0.0.0/16', 'mac:02:00:00:00:00:0d', {'name': 'last', 'addresses': ['10.2.3.3']}], "
    "'store': [{'name': 'first', 'addresses': ["
    "'10.0.1.200', 'fd00::2', 'mac:02:00:00:00:00:02']}]}},\n"
    " {'name': 'two', 'signature': 'kit', 'roles': {'client': ['10.0.8.8'], 'dhcp': ['fd00::7'],\n"
    "  'device': [{'name': 'late', 'addresses': ['10.0.9.9']}]}}]}";

static uint64_t bit(struct kit *kit, const char *role)
{
	size_t index = signature_find_role(matrix_system(kit->matrix, 0)->signature, role);

	cr_assert_neq(index, NO_INDEX);
	return UINT64_C(1) << index;
}

static struct matrix_holder holder(struct kit *kit, size_t system, const char *address, const uint8_t *mac)
{
	struct addr at = kit_host(kit, address);

	return matrix_holder(kit->matrix, system, &at, mac);
}

static uint64_t roles(struct kit *kit, const char *address)
{
	return holder(kit, 0, address, NULL).roles;
}

Test(matrix_holders, overlapping_ranges_add_up)
{
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, site);
	cr_expect_eq(roles(&kit, "10.0.0.1"), bit(&kit, "manager") | bit(&kit, "agent"));
	cr_expect_eq(roles(&kit, "10.0.0.2"), bit(&kit, "agent"));
	cr_expect_eq(roles(&kit, "10.0.0.255"), bit(&kit, "agent"));
	cr_expect_eq(roles(&kit, "10.0.1.0"), bit(&kit, "agent") | bit(&kit, "device"));
	cr_expect_eq(roles(&kit, "10.0.2.5"), bit(&kit, "agent") | bit(&kit, "device"));
	cr_expect_eq(roles(&kit, "10.0.2.6"), bit(&kit, "agent"));
	cr_expect_eq(roles(&kit, "10.0.255.255"), bit(&kit, "agent"));
	cr_expect_eq(roles(&kit, "10.1.0.0"), 0);
	cr_expect_eq(roles(&kit, "9.255.255.255"), 0);
	cr_expect_eq(roles(&kit, "0.0.0.0"), bit(&kit, "manager"));
	cr_expect_eq(roles(&kit, "0.0.0.1"), 0);
	cr_expect_eq(roles(&kit, "255.255.255.255"), bit(&kit, "manager"));
	cr_expect_eq(roles(&kit, "255.255.255.253"), 0);
	/* A primary is a manager. */
	cr_expect_eq(roles(&kit, "10.0.1.200"), bit(&kit, "manager") | bit(&kit, "primary") |
						    bit(&kit, "agent") | bit(&kit, "device") |
						    bit(&kit, "store"));
	kit_close(&kit);
}

Test(matrix_holders, families_and_links_do_not_mix)
{
	struct addr address;
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, site);
	cr_expect_eq(roles(&kit, "fd00::2"),
		     bit(&kit, "manager") | bit(&kit, "primary") | bit(&kit, "store"));
	cr_expect_eq(roles(&kit, "fd00:1::ffff"), bit(&kit, "device"));
	cr_expect_eq(roles(&kit, "fd00:1:0:1::"), 0);
	cr_expect_eq(roles(&kit, "::ffff:10.0.0.1"), 0);
	cr_expect_eq(roles(&kit, "a00:1::"), 0);
	address = kit_host(&kit, "10.0.0.1");
	address.scope_kind = ADDR_SCOPE_VLAN;
	address.scope = 7;
	cr_expect_eq(matrix_holder(kit.matrix, 0, &address, NULL).roles,
		     bit(&kit, "manager") | bit(&kit, "agent"));
	address = (struct addr){0};
	cr_expect_eq(matrix_holder(kit.matrix, 0, &address, NULL).roles, 0);
	cr_expect_eq(holder(&kit, 1, "10.0.0.1", NULL).roles, 0);
	cr_expect_eq(holder(&kit, 1, "10.0.8.8", NULL).roles, bit(&kit, "client"));
	kit_close(&kit);
}

Test(matrix_holders, identity_is_the_first_named_entry)
{
	static const uint8_t mac[MAC_BYTES] = {2, 0, 0, 0, 0, 0x0D}, first[MAC_BYTES] = {2, 0, 0, 0, 0, 2};
	struct matrix_holder found;
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, site);
	cr_expect_null(holder(&kit, 0, "10.0.1.1", NULL).binding);
	found = holder(&kit, 0, "10.0.1.200", NULL);
	cr_assert_not_null(found.binding);
	cr_expect_str_eq(found.binding->name, "first");
	found = holder(&kit, 0, "10.1.1.1", mac);
	cr_expect_eq(found.roles, bit(&kit, "device") | bit(&kit, "agent"));
	cr_assert_not_null(found.binding);
	cr_expect_eq(found.binding->kind, BINDING_MAC);
	cr_expect_eq(found.binding->role,
		     signature_find_role(matrix_system(kit.matrix, 0)->signature, "device"));
	found = holder(&kit, 0, "10.2.3.3", mac);
	cr_expect_eq(found.binding->kind, BINDING_MAC);
	found = holder(&kit, 0, "10.2.3.3", NULL);
	cr_expect_str_eq(found.binding->name, "last");
	found = holder(&kit, 0, "mac:02:00:00:00:00:0d", NULL);
	cr_expect_eq(found.roles, bit(&kit, "device") | bit(&kit, "agent"));
	found = holder(&kit, 0, "10.1.1.1", first);
	cr_expect_eq(found.roles, bit(&kit, "manager") | bit(&kit, "primary") | bit(&kit, "store"));
	cr_expect_str_eq(found.binding->name, "first");
	cr_expect_eq(holder(&kit, 0, "mac:02:00:00:00:00:0f", NULL).roles, 0);
	cr_expect(matrix_binds_macs(kit.matrix));
	kit_close(&kit);
	kit_open(&kit, ADDR_IPV4, NULL,
		 "{'schema': 'tapaudit.site/1', 'name': 'K', 'systems': [{'name': 'o', 'signature': 'kit',\n"
		 "'roles': {'manager': ['10.0.0.1']}}]}");
	cr_expect_not(matrix_binds_macs(kit.matrix));
	kit_close(&kit);
}

static struct addr folded(struct kit *kit, const char *address, unsigned bits)
{
	struct addr at = kit_host(kit, address);

	return addr_fold(&at, bits);
}

Test(matrix_holders, folded_addresses_hold_what_all_hold)
{
	struct addr at;
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, site);
	at = folded(&kit, "10.0.1.1", 24);
	cr_expect_eq(matrix_holder(kit.matrix, 0, &at, NULL).roles, bit(&kit, "agent") | bit(&kit, "device"));
	cr_expect_eq(matrix_possible(kit.matrix, 0, &at), bit(&kit, "agent") | bit(&kit, "device") |
							      bit(&kit, "store") | bit(&kit, "manager") |
							      bit(&kit, "primary"));
	at = folded(&kit, "10.0.2.1", 24);
	cr_expect_eq(matrix_holder(kit.matrix, 0, &at, NULL).roles, bit(&kit, "agent"));
	at = folded(&kit, "255.255.255.255", 24);
	cr_expect_eq(matrix_holder(kit.matrix, 0, &at, NULL).roles, 0);
	at = folded(&kit, "10.8.0.1", 24);
	cr_expect_eq(matrix_holder(kit.matrix, 0, &at, NULL).roles, 0);
	/* Whoever is bound by MAC may be anywhere; in the second system nobody is. */
	cr_expect_eq(matrix_possible(kit.matrix, 0, &at), bit(&kit, "device") | bit(&kit, "agent") |
							      bit(&kit, "manager") | bit(&kit, "primary") |
							      bit(&kit, "store"));
	cr_expect_eq(matrix_possible(kit.matrix, 1, &at), 0);
	at = (struct addr){0};
	cr_expect_eq(matrix_possible(kit.matrix, 1, &at),
		     bit(&kit, "client") | bit(&kit, "dhcp") | bit(&kit, "device"));
	at = folded(&kit, "fd00:1::1", 64);
	cr_expect_eq(matrix_holder(kit.matrix, 0, &at, NULL).roles, bit(&kit, "device"));
	kit_close(&kit);
}

static uint64_t assumable(struct kit *kit, size_t system, const char *address)
{
	struct addr at = kit_host(kit, address);
	struct matrix_holder held = matrix_holder(kit->matrix, system, &at, NULL);

	return matrix_assumable(kit->matrix, system, &at, &held);
}

Test(matrix_holders, roles_that_may_be_assumed)
{
	struct addr at;
	struct matrix_holder held;
	uint64_t people, servers;
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, site);
	people = bit(&kit, "client") | bit(&kit, "admin");
	servers = bit(&kit, "ldap") | bit(&kit, "dns") | bit(&kit, "dhcp");
	/* Bound to a product role: nothing. Unbound: people anywhere, servers inside; outside only the
	 * external one. */
	cr_expect_eq(assumable(&kit, 0, "10.0.0.1"), 0);
	cr_expect_eq(assumable(&kit, 0, "10.1.0.1"), people | servers);
	cr_expect_eq(assumable(&kit, 0, "203.0.113.9"), people | bit(&kit, "dns"));
	/* In the second system client and dhcp are bound, to hosts that are no product's. */
	servers = bit(&kit, "ldap") | bit(&kit, "dns") | bit(&kit, "store");
	cr_expect_eq(assumable(&kit, 1, "10.0.8.8"), bit(&kit, "admin"));
	cr_expect_eq(assumable(&kit, 1, "fd00::7"), bit(&kit, "admin"));
	cr_expect_eq(assumable(&kit, 1, "10.1.0.1"), bit(&kit, "admin") | servers);
	cr_expect_eq(assumable(&kit, 1, "10.0.9.9"), 0);
	cr_expect_eq(assumable(&kit, 1, "224.0.0.1"), 0);
	cr_expect_eq(assumable(&kit, 1, "255.255.255.255"), 0);
	cr_expect_eq(assumable(&kit, 1, "0.0.0.0"), 0);
	cr_expect_eq(assumable(&kit, 1, "mac:02:00:00:00:00:55"), 0);
	/* A prefix with a product's host in it may act as nobody. */
	at = folded(&kit, "10.0.9.1", 24);
	held = matrix_holder(kit.matrix, 1, &at, NULL);
	cr_expect_eq(matrix_assumable(kit.matrix, 1, &at, &held), 0);
	at = folded(&kit, "10.0.7.1", 24);
	held = matrix_holder(kit.matrix, 1, &at, NULL);
	cr_expect_eq(matrix_assumable(kit.matrix, 1, &at, &held), bit(&kit, "admin") | servers);
	kit_close(&kit);
}

Test(matrix_holders, systems_and_names)
{
	const struct matrix_system *system;
	struct addr at;
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, site);
	cr_expect_eq(matrix_system_count(kit.matrix), 2);
	cr_expect_eq(matrix_site(kit.matrix), kit.site);
	system = matrix_system(kit.matrix, 1);
	cr_expect_str_eq(system->site->name, "two");
	cr_expect_eq(system->product_roles, bit(&kit, "manager") | bit(&kit, "primary") |
						bit(&kit, "device") | bit(&kit, "agent") | bit(&kit, "box"));
	cr_expect_eq(system->person_roles, bit(&kit, "client") | bit(&kit, "admin"));
	cr_expect_eq(system->infrastructure_roles,
		     bit(&kit, "ldap") | bit(&kit, "dns") | bit(&kit, "dhcp") | bit(&kit, "store"));
	cr_expect_eq(system->bound_roles, bit(&kit, "client") | bit(&kit, "dhcp") | bit(&kit, "device"));
	cr_expect(matrix_system(kit.matrix, 0)->bound_roles & bit(&kit, "manager"));
	at = kit_host(&kit, "10.200.0.1");
	cr_expect(matrix_is_local(kit.matrix, &at));
	at = kit_host(&kit, "203.0.113.9");
	cr_expect_not(matrix_is_local(kit.matrix, &at));
	cr_expect_str_eq(matrix_name(kit.matrix, &at), "out");
	at = kit_host(&kit, "10.0.0.1");
	cr_expect_str_eq(matrix_name(kit.matrix, &at), "mgr");
	at.scope_kind = ADDR_SCOPE_VLAN;
	at.scope = 3;
	cr_expect_str_eq(matrix_name(kit.matrix, &at), "mgr");
	at = kit_host(&kit, "fd00::2");
	cr_expect_str_eq(matrix_name(kit.matrix, &at), "first");
	at = kit_host(&kit, "mac:02:00:00:00:00:02");
	cr_expect_str_eq(matrix_name(kit.matrix, &at), "first");
	at = kit_host(&kit, "10.0.1.200");
	cr_expect_str_eq(matrix_name(kit.matrix, &at), "first");
	at = kit_host(&kit, "10.0.1.1");
	cr_expect_null(matrix_name(kit.matrix, &at));
	kit_close(&kit);
}
