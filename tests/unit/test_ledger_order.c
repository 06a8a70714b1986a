/* Rows in order, with memory and without, and looked at in part. */
#include "base/mem.h"
#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_order, .timeout = 10);

static struct ledger *random_ledger(uint64_t seed)
{
	struct ledger *ledger = sample_ledger(0, seed);
	struct sample_random random = {.state = 4};

	for (int i = 0; i < 4000; i++) {
		struct flow_delta delta = sample_random_delta(&random);
		uint8_t bytes[16] = {0xFD, [15] = (uint8_t)sample_below(&random, 200)};

		if (sample_below(&random, 3) == 0)
			delta.initiator = addr_ipv6(bytes);
		ledger_add_delta_soon(ledger, sample_below(&random, 2), &delta);
	}
	ledger_settle(ledger);
	return ledger;
}

Test(ledger_order, is_the_same_wherever_memory_fails)
{
	struct ledger *expected = random_ledger(1);

	ledger_sort(expected);
	for (uint64_t nth = 1; nth < 9; nth++) {
		struct ledger *ledger = random_ledger(nth + 1);

		mem_fail_at(nth);
		ledger_sort(ledger);
		mem_fail_at(0);
		cr_assert(sample_ledgers_equal(ledger, expected), "allocation %d", (int)nth);
		ledger_free(ledger);
	}
	ledger_free(expected);
	cr_assert_eq(mem_live(), 0);
}

Test(ledger_order, keys_rise)
{
	struct ledger *ledger = random_ledger(1);

	ledger_sort(ledger);
	cr_assert_gt(ledger_edge_count(ledger), 1000);
	for (size_t i = 1; i < ledger_edge_count(ledger); i++) {
		const struct edge_key one = ledger_edge_key(ledger, i - 1), next = ledger_edge_key(ledger, i);

		cr_assert_lt(edge_key_compare(&one, &next), 0);
	}
	for (uint32_t i = 1; i < ledger_address_count(ledger); i++)
		cr_assert_lt(addr_compare(ledger_address(ledger, i - 1), ledger_address(ledger, i)), 0);
	ledger_free(ledger);
}

Test(ledger_order, a_brief_says_what_its_row_says)
{
	struct ledger *ledger = random_ledger(1);

	ledger_sort(ledger);
	for (size_t i = 0; i < ledger_edge_count(ledger); i++) {
		const struct edge_brief brief = ledger_edge_brief(ledger, i);
		const struct edge_row row = ledger_edge(ledger, i);
		struct edge_row found;

		cr_assert_eq(brief.sensor, row.key.sensor);
		cr_assert_eq(brief.bucket, row.key.bucket);
		cr_assert(addr_equal(ledger_address(ledger, brief.initiator), &row.key.initiator));
		cr_assert(addr_equal(ledger_address(ledger, brief.responder), &row.key.responder));
		cr_assert_eq(brief.responder_port, row.key.responder_port);
		cr_assert_eq(brief.opener_port, row.key.opener_port);
		cr_assert_eq(brief.protocol, row.key.protocol);
		cr_assert_eq(brief.confidence, row.key.confidence);
		cr_assert_eq(brief.flows, edge_flows(&row));
		cr_assert_eq(ledger_edge_has_outcome(ledger, i), row.events[FLOW_SUCCEEDED] > 0);
		cr_assert(ledger_find_edge(ledger, &row.key, &found));
		cr_assert_arr_eq(&found, &row, sizeof(row));
	}
	ledger_free(ledger);
}

Test(ledger_order, what_is_not_there_is_not_found)
{
	struct ledger *ledger = random_ledger(1);
	struct edge_row row;
	struct edge_key key;

	ledger_sort(ledger);
	key = ledger_edge_key(ledger, 7);
	key.responder_port++;
	cr_assert_not(ledger_find_edge(ledger, &key, &row));
	key = ledger_edge_key(ledger, 7);
	key.initiator = sample_host(77, 0, 0);
	cr_assert_not(ledger_find_edge(ledger, &key, &row));
	ledger_free(ledger);
}

/* Sorted, added to, sorted again: as if it had never been sorted between. */
Test(ledger_order, goes_on_after_sorting)
{
	struct ledger *once = sample_ledger(0, 1), *often = sample_ledger(0, 2);
	struct sample_random random = {.state = 8};

	for (int i = 0; i < 3000; i++) {
		struct flow_delta delta = sample_random_delta(&random);

		ledger_add_delta_soon(once, 0, &delta);
		ledger_add_delta_soon(often, 0, &delta);
		if (i % 500 == 0)
			ledger_sort(often);
	}
	cr_assert(sample_ledgers_equal(once, often));
	ledger_free(once);
	ledger_free(often);
}

Test(ledger_order, the_latest_time_is_that_of_any_edge)
{
	const int64_t t0 = INT64_C(1700000000) * NSEC_PER_SEC;
	struct ledger *ledger = sample_ledger(0, 1);
	struct flow_delta delta = sample_delta(t0, 0, 1);

	cr_assert_eq(ledger_last_ns(ledger), TIME_UNKNOWN);
	ledger_add_delta(ledger, 0, &delta);
	delta.responder_port++;
	delta.last_ns = t0 + 77;
	ledger_add_delta(ledger, 0, &delta);
	delta.responder_port++;
	delta.first_ns = delta.last_ns = TIME_UNKNOWN;
	ledger_add_delta(ledger, 0, &delta);
	cr_assert_eq(ledger_last_ns(ledger), t0 + 77);
	ledger_free(ledger);
}
