#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_hosts, .timeout = 10);

static const int64_t t0 = INT64_C(1700000000) * NSEC_PER_SEC;

static const struct host_row *hosts_of(struct ledger *ledger, size_t expected)
{
	const struct host_row *rows;
	size_t count;

	ledger_sort(ledger);
	rows = ledger_hosts(ledger, &count);
	cr_assert_eq(count, expected);
	return rows;
}

static void check_counts(const struct host_row *row, uint64_t unicast_sent, uint64_t unicast_received,
			 uint64_t group_sent, uint64_t group_received)
{
	cr_assert_eq(row->unicast_sent, unicast_sent);
	cr_assert_eq(row->unicast_received, unicast_received);
	cr_assert_eq(row->group_sent, group_sent);
	cr_assert_eq(row->group_received, group_received);
}

Test(ledger_hosts, unicast_counts_for_both_ends)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct flow_delta delta = sample_delta(t0, 0, 1);
	const uint8_t mac[MAC_BYTES] = {0, 1, 2, 3, 4, 5};
	const uint8_t none[MAC_BYTES] = {0};
	const struct host_row *rows;

	delta.has_mac[1] = true;
	memcpy(delta.mac[1], mac, MAC_BYTES);
	ledger_add_delta(ledger, 0, &delta);
	ledger_add_delta(ledger, 0, &delta);
	rows = hosts_of(ledger, 2);
	cr_assert_arr_eq(rows[0].mac, none, MAC_BYTES);
	cr_assert_arr_eq(rows[1].mac, mac, MAC_BYTES);
	cr_assert_eq(rows[0].bucket, time_bucket(t0));
	check_counts(&rows[0], 6, 4, 0, 0);
	check_counts(&rows[1], 4, 6, 0, 0);
	ledger_free(ledger);
}

Test(ledger_hosts, a_group_is_no_host)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct flow_delta delta = sample_delta(t0, 0, 1);
	const uint8_t multicast[4] = {224, 0, 0, 251};

	delta.responder = addr_ipv4(multicast);
	delta.delivery = DELIVERY_MULTICAST;
	delta.packets[1] = 0;
	ledger_add_delta(ledger, 0, &delta);
	check_counts(hosts_of(ledger, 1), 0, 0, 3, 0);
	delta.packets[1] = 1;
	ledger_add_delta(ledger, 0, &delta);
	check_counts(hosts_of(ledger, 1), 0, 1, 6, 0);
	ledger_free(ledger);
}

/* 10.0.0.255 looks like a host: by its frame's MAC the packet went to all. Once it answers it is one. */
Test(ledger_hosts, a_subnet_broadcast_is_a_host_only_if_it_ever_sent)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct flow_delta delta = sample_delta(t0, 0, 1);
	const struct host_row *rows;

	delta.delivery = DELIVERY_BROADCAST;
	delta.has_mac[1] = true;
	memset(delta.mac[1], 0xFF, MAC_BYTES);
	delta.packets[1] = 0;
	ledger_add_delta(ledger, 0, &delta);
	check_counts(hosts_of(ledger, 1), 0, 0, 3, 0);
	delta.packets[1] = 1;
	ledger_add_delta(ledger, 0, &delta);
	rows = hosts_of(ledger, 2);
	check_counts(&rows[0], 0, 1, 6, 0);
	check_counts(&rows[1], 1, 0, 0, 3);
	cr_assert_eq(rows[1].mac[0], 0, "a group MAC is nobody's");
	ledger_free(ledger);
}

Test(ledger_hosts, events_alone_show_no_host)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct flow_delta delta = sample_delta(t0, 0, 1);

	delta.packets[0] = delta.packets[1] = 0;
	ledger_add_delta(ledger, 0, &delta);
	(void)hosts_of(ledger, 0);
	ledger_free(ledger);
}
