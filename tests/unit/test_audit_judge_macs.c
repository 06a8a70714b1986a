/* When a MAC binds an address, in host_macs.c and through the judge. */
#include "audit_testkit.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(audit_judge_macs, .timeout = 10);

static const uint8_t bound_mac[MAC_BYTES] = {2, 0, 0, 0, 0, 0x0D};
static const uint8_t other_mac[MAC_BYTES] = {2, 0, 0, 0, 0, 0x0E};

/* A row whose initiator was seen with MAC. */
static void add_with_mac(struct kit *kit, const char *row, const uint8_t mac[MAC_BYTES])
{
	struct flow_delta delta = kit_delta(kit, row);

	delta.has_mac[0] = true;
	memcpy(delta.mac[0], mac, MAC_BYTES);
	ledger_add_delta(kit->ledger, kit->sensor, &delta);
}

/* COUNT addresses 10.0.9.1.. behind the bound MAC. */
static void add_addresses(struct kit *kit, unsigned count)
{
	for (unsigned i = 1; i <= count; i++) {
		char row[64];

		(void)snprintf(row, sizeof(row), "tcp 10.0.9.%u:50000 > manager:443", i);
		add_with_mac(kit, row, bound_mac);
	}
}

static const uint8_t *find(struct kit *kit, const char *name, int32_t bucket, struct host_macs **macs)
{
	struct addr address = kit_host(kit, name);

	ledger_sort(kit->ledger);
	*macs = host_macs_new(kit->ledger);
	cr_assert_not_null(*macs);
	return host_macs_find(*macs, kit->sensor, bucket, &address);
}

static bool finds(struct kit *kit, const char *name, int32_t bucket, const uint8_t *wanted)
{
	struct host_macs *macs;
	const uint8_t *mac = find(kit, name, bucket, &macs);
	bool same = wanted ? mac && memcmp(mac, wanted, MAC_BYTES) == 0 : !mac;

	host_macs_free(macs);
	return same;
}

Test(audit_judge_macs, an_only_mac_binds)
{
	struct kit kit;
	int32_t bucket;

	kit_open(&kit, ADDR_IPV4, NULL, NULL);
	bucket = time_bucket(kit.time_ns);
	add_addresses(&kit, 8);
	cr_expect(finds(&kit, "10.0.9.1", bucket, bound_mac));
	cr_expect(finds(&kit, "10.0.9.8", bucket, bound_mac));
	cr_expect(finds(&kit, "10.0.9.9", bucket, NULL));
	cr_expect(finds(&kit, "10.0.9.1", bucket + 1, NULL));
	cr_expect(finds(&kit, "manager", bucket, NULL));
	kit_close(&kit);
}

Test(audit_judge_macs, a_router_carries_nine)
{
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, NULL);
	add_addresses(&kit, 9);
	cr_expect(finds(&kit, "10.0.9.1", time_bucket(kit.time_ns), NULL));
	kit_close(&kit);
}

Test(audit_judge_macs, two_macs_bind_nothing)
{
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, NULL);
	add_with_mac(&kit, "tcp unbound:50000 > manager:443", bound_mac);
	add_with_mac(&kit, "tcp unbound:50000 > manager:80", other_mac);
	cr_expect(finds(&kit, "unbound", time_bucket(kit.time_ns), NULL));
	kit_close(&kit);
}

Test(audit_judge_macs, the_judge_binds_by_mac_in_its_bucket_only)
{
	struct judge_result result;
	char text[KIT_TEXT_MAX];
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, NULL);
	add_with_mac(&kit, "tcp unbound:50000 > manager:443", bound_mac);
	kit.time_ns += BUCKET_SEC * NSEC_PER_SEC;
	add_with_mac(&kit, "tcp unbound:50000 > manager:443", other_mac);
	kit_judge(&kit, &result);
	cr_assert_eq(result.edge_count, 2);
	cr_expect_str_eq(kit_describe(&kit, &result, 0, text), "documented https turned | https turned");
	cr_expect_str_eq(kit_describe(&kit, &result, 1, text), "unexpected unknown-peer https");
	judge_clear(&result);
	kit_close(&kit);
}
