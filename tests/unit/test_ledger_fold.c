#include "base/mem.h"
#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_fold, .timeout = 10);

static const int64_t t0 = INT64_C(1700000000) * NSEC_PER_SEC;
/* About 100 edges with a host and an address each, 296 bytes in all; they get 15 of 16 parts. */
static const size_t room_for_100 = (size_t)300 * 100 / 15 * 16;

struct totals {
	uint64_t packets[2], bytes[2], flows, duplicates, sent, received;
};

static struct totals totals_of(const struct ledger *ledger)
{
	struct totals sum = {0};
	size_t count;
	const struct edge_row *edges = ledger_edges(ledger, &count);
	const struct host_row *hosts;

	for (size_t i = 0; i < count; i++) {
		for (size_t side = 0; side < 2; side++) {
			sum.packets[side] += edges[i].packets[side];
			sum.bytes[side] += edges[i].bytes[side];
		}
		sum.flows += edge_flows(&edges[i]);
		sum.duplicates += edges[i].duplicates;
	}
	hosts = ledger_hosts(ledger, &count);
	for (size_t i = 0; i < count; i++) {
		sum.sent += hosts[i].unicast_sent + hosts[i].group_sent;
		sum.received += hosts[i].unicast_received + hosts[i].group_received;
	}
	return sum;
}

static uint64_t folded_of(const struct ledger *ledger)
{
	return ledger_health(ledger).folded;
}

static struct flow_delta probe(struct addr initiator, struct addr responder, uint16_t port)
{
	struct flow_delta delta = sample_delta(t0, 0, 1);

	delta.initiator = initiator;
	delta.responder = responder;
	delta.responder_port = port;
	delta.packets[1] = delta.bytes[1] = 0;
	delta.packets[0] = 1;
	delta.events[FLOW_SUCCEEDED] = 0;
	delta.events[FLOW_EXPIRED] = 1;
	delta.active_minutes = delta.answered_minutes = 0;
	delta.answer.frame = 0;
	return delta;
}

static size_t edge_count(const struct ledger *ledger)
{
	size_t count;

	(void)ledger_edges(ledger, &count);
	return count;
}

static uint64_t flows_folded_as(const struct ledger *ledger, enum ledger_fold fold)
{
	size_t count;
	const struct edge_row *rows = ledger_edges(ledger, &count);
	uint64_t flows = 0;

	for (size_t i = 0; i < count; i++)
		if (rows[i].key.fold == fold)
			flows += edge_flows(&rows[i]);
	return flows;
}

Test(ledger_fold, totals_stay_exact_under_a_tiny_limit)
{
	struct ledger *small = sample_ledger(room_for_100, 7);
	struct ledger *large = sample_ledger(0, 9);
	struct sample_random random = {.state = 5};
	struct totals expected;
	struct totals got;

	for (int i = 0; i < 20000; i++) {
		struct flow_delta delta = sample_random_delta(&random);

		delta.responder_port = (uint16_t)sample_below(&random, 65536);
		delta.responder.bytes[2] = (uint8_t)sample_below(&random, 256);
		delta.initiator.bytes[1] = (uint8_t)sample_below(&random, 256);
		ledger_add_delta(small, 0, &delta);
		ledger_add_delta(large, 0, &delta);
		cr_assert_leq(edge_count(small), 150);
	}
	expected = totals_of(large);
	got = totals_of(small);
	cr_assert_arr_eq(&got, &expected, sizeof(got));
	cr_assert_eq(folded_of(large), 0);
	cr_assert_gt(folded_of(small), 10000);
	cr_assert_eq(ledger_health(small).grade, 'B');
	ledger_free(small);
	ledger_free(large);
	cr_assert_eq(mem_live(), 0);
}

Test(ledger_fold, a_scan_folds_to_its_opener_and_spares_what_was_answered)
{
	struct ledger *ledger = sample_ledger(room_for_100, 7);
	struct flow_delta good = sample_delta(t0, 0, 1);

	for (int i = 0; i < 40; i++) {
		good.responder_port = (uint16_t)(8000 + i);
		ledger_add_delta(ledger, 0, &good);
	}
	for (int i = 0; i < 1000; i++) {
		struct flow_delta delta =
		    probe(sample_host(9, 9, 9), sample_host(1, (uint8_t)(i / 250), (uint8_t)(i % 250)), 22);

		ledger_add_delta(ledger, 0, &delta);
	}
	cr_assert_eq(flows_folded_as(ledger, FOLD_RESPONDERS) + flows_folded_as(ledger, FOLD_NONE), 1040);
	cr_assert_gt(flows_folded_as(ledger, FOLD_RESPONDERS), 900);
	ledger_sort(ledger);
	for (size_t i = 0; i < edge_count(ledger); i++) {
		size_t count;
		const struct edge_row *row = &ledger_edges(ledger, &count)[i];

		if (row->key.fold != FOLD_RESPONDERS)
			continue;
		cr_assert_eq(row->key.responder.family, ADDR_NONE);
		cr_assert_eq(row->key.responder_port, 0);
		cr_assert(addr_equal(&row->key.initiator, &good.initiator) == false);
	}
	ledger_free(ledger);
}

Test(ledger_fold, a_flood_of_forged_openers_folds_to_the_service_that_it_hit)
{
	struct ledger *ledger = sample_ledger(room_for_100, 7);
	struct addr victim = sample_host(1, 1, 1);
	const struct edge_row *rows;
	size_t count;

	for (int i = 0; i < 1000; i++) {
		struct flow_delta delta =
		    probe(sample_host(9, (uint8_t)(i / 250), (uint8_t)(i % 250)), victim, 443);

		ledger_add_delta(ledger, 0, &delta);
	}
	cr_assert_gt(flows_folded_as(ledger, FOLD_INITIATORS), 900);
	cr_assert_eq(flows_folded_as(ledger, FOLD_INITIATORS) + flows_folded_as(ledger, FOLD_NONE), 1000);
	rows = ledger_edges(ledger, &count);
	for (size_t i = 0; i < count; i++) {
		cr_assert(addr_equal(&rows[i].key.responder, &victim));
		cr_assert_eq(rows[i].key.responder_port, 443);
	}
	ledger_free(ledger);
}

Test(ledger_fold, answered_edges_fold_by_prefix_the_smallest_first_named_networks_last)
{
	struct addr_range named;
	struct ledger_options options = {
	    .memory_bytes = room_for_100, .hash_seed = 3, .fold_last = &named, .fold_last_count = 1};
	struct ledger *ledger;
	uint64_t prefix_flows;
	size_t count;
	const struct edge_row *rows;

	cr_assert_eq(addr_range_parse(&named, "10.50.0.0/16", NULL), 0);
	ledger = ledger_new(&options, NULL);
	for (int i = 0; i < 120; i++) {
		struct flow_delta delta = sample_delta(t0, 0, 1);

		delta.initiator = sample_host(50, 0, 1);
		delta.responder = sample_host((uint8_t)(i < 20 ? 50 : 60), 0, (uint8_t)i);
		delta.packets[0] = i < 20 ? 1 : (uint64_t)i;
		if (i >= 20)
			delta.initiator = sample_host(70, 0, 1);
		ledger_add_delta(ledger, 0, &delta);
	}
	/* At the 100th row 80 may fold, of 22 to 101 packets; those below 64 do, and that is enough. */
	prefix_flows = flows_folded_as(ledger, FOLD_PREFIX);
	cr_assert_eq(prefix_flows, 42);
	rows = ledger_edges(ledger, &count);
	for (size_t i = 0; i < count; i++) {
		char text[ADDR_TEXT_MAX];

		if (rows[i].key.fold != FOLD_PREFIX)
			continue;
		cr_assert_str_eq(addr_format(&rows[i].key.responder, text), "10.60.0.0/24");
		cr_assert_str_eq(addr_format(&rows[i].key.initiator, text), "10.70.0.0/24");
		cr_assert_eq(rows[i].key.responder_port, 443);
		cr_assert_eq(rows[i].packets[0], (20 + 61) * 42 / 2, "not the 42 smallest");
	}
	ledger_free(ledger);
}

Test(ledger_fold, every_folded_row_is_counted_once)
{
	struct ledger *ledger = sample_ledger(room_for_100, 7);

	for (uint16_t port = 1; port <= 1000; port++) {
		struct flow_delta delta = probe(sample_host(9, 9, 9), sample_host(1, 1, 1), port);

		ledger_add_delta(ledger, 0, &delta);
	}
	cr_assert_gt(folded_of(ledger), 900);
	cr_assert_eq(folded_of(ledger), flows_folded_as(ledger, FOLD_RESPONDERS));
	ledger_free(ledger);
}

/* Answered, so that they fold by prefix first; as no two become one by that, they all fold again. */
Test(ledger_fold, a_row_that_is_folded_twice_is_counted_once)
{
	struct ledger *ledger = sample_ledger(room_for_100, 7);

	for (uint16_t port = 1; port <= 1000; port++) {
		struct flow_delta delta = sample_delta(t0, 0, 1);

		delta.responder_port = port;
		ledger_add_delta(ledger, 0, &delta);
	}
	cr_assert_eq(flows_folded_as(ledger, FOLD_PREFIX), 0);
	cr_assert_gt(flows_folded_as(ledger, FOLD_BOTH), 900);
	cr_assert_eq(folded_of(ledger), flows_folded_as(ledger, FOLD_BOTH));
	ledger_free(ledger);
}

Test(ledger_fold, a_host_that_is_folded_twice_is_counted_once)
{
	struct ledger *ledger = sample_ledger(room_for_100, 7);
	const struct host_row *rows;
	size_t count;
	size_t whole = 0;

	for (int i = 0; i < 1000; i++) {
		struct host_row row = {.address = sample_host((uint8_t)(i / 200), (uint8_t)(i % 200), 1),
				       .unicast_sent = 1};

		ledger_add_host(ledger, &row);
	}
	rows = ledger_hosts(ledger, &count);
	for (size_t i = 0; i < count; i++)
		whole += rows[i].address.family != ADDR_NONE && rows[i].address.prefix == 0;
	cr_assert_lt(whole, 250);
	cr_assert_eq(folded_of(ledger), 1000 - whole);
	ledger_free(ledger);
}

Test(ledger_fold, hosts_that_never_sent_fold_first)
{
	struct ledger *ledger = sample_ledger(room_for_100, 7);
	const struct host_row *rows;
	size_t count;
	uint64_t talkers = 0;

	for (int i = 0; i < 40; i++) {
		struct flow_delta delta = sample_delta(t0, 0, 1);

		delta.responder = sample_host(2, 0, (uint8_t)i);
		ledger_add_delta(ledger, 0, &delta);
	}
	for (int i = 0; i < 1000; i++) {
		struct flow_delta delta =
		    probe(sample_host(9, 9, 9), sample_host(1, (uint8_t)(i / 250), (uint8_t)(i % 250)), 22);

		ledger_add_delta(ledger, 0, &delta);
	}
	rows = ledger_hosts(ledger, &count);
	for (size_t i = 0; i < count; i++)
		talkers += rows[i].unicast_sent > 0 && rows[i].address.prefix == 0;
	cr_assert_eq(talkers, 42);
	cr_assert_lt(count, 200);
	ledger_free(ledger);
}

/* The Nth allocation fails, and from then on none: never a crash, never a wrong total. */
Test(ledger_fold, totals_stay_exact_whichever_allocation_fails)
{
	for (uint64_t nth = 1; nth < 40; nth++) {
		struct ledger *ledger = sample_ledger(0, 7);
		struct sample_random random = {.state = nth};
		struct totals got;
		uint64_t packets = 0;

		mem_fail_at(nth);
		for (int i = 0; i < 3000; i++) {
			struct flow_delta delta = sample_random_delta(&random);

			delta.responder_port = (uint16_t)sample_below(&random, 65536);
			packets += delta.packets[0] + delta.packets[1];
			ledger_add_delta(ledger, 0, &delta);
		}
		mem_fail_at(0);
		got = totals_of(ledger);
		cr_assert_eq(got.packets[0] + got.packets[1], packets, "allocation %d", (int)nth);
		cr_assert_eq(got.flows, 3000);
		cr_assert_eq(got.sent, packets);
		ledger_free(ledger);
		cr_assert_eq(mem_live(), 0);
	}
}

/* Many buckets leave nothing to fold but (any, any) of each: the cost of adding must stay in proportion. */
Test(ledger_fold, a_limit_below_what_folding_can_reach_is_survived)
{
	struct ledger *ledger = sample_ledger(1, 7);
	uint64_t packets = 0;

	for (int i = 0; i < 20000; i++) {
		struct flow_delta delta = sample_delta(t0 + i * INT64_C(900) * NSEC_PER_SEC, 0, 1);

		packets += delta.packets[0];
		ledger_add_delta(ledger, 0, &delta);
	}
	cr_assert_eq(totals_of(ledger).packets[0], packets);
	ledger_free(ledger);
}

/* Deltas come to the same in any order only as long as nothing can fold. */
Test(ledger_fold, any_order_until_something_folds)
{
	struct ledger *small = sample_ledger(64 << 10, 1), *large = sample_ledger(0, 1);
	const struct flow_delta delta = sample_delta(INT64_C(1700000000) * NSEC_PER_SEC, 0, 1);

	cr_expect(ledger_takes_any_order(large, 1000, 5, 900));
	cr_expect(ledger_takes_any_order(large, 1000, INT32_MIN, INT32_MIN));
	cr_expect_not(ledger_takes_any_order(large, UINT64_MAX, 5, 5), "rows");
	cr_expect_not(ledger_takes_any_order(large, 1, INT32_MIN, INT32_MAX), "quarter hours");
	cr_expect_not(ledger_takes_any_order(small, 1000, 5, 5), "rows of a small one");
	ledger_add_edge(large, &(struct edge_row){.key = {.bucket = 1, .fold = FOLD_BOTH}});
	cr_expect(ledger_takes_any_order(large, 1000, 5, 5),
		  "a row that somebody else folded takes no probe");
	for (unsigned i = 0; i < 4000; i++) {
		struct flow_delta one = delta;

		one.initiator = sample_host(1, (uint8_t)(i >> 8), (uint8_t)i);
		ledger_add_delta(small, 0, &one);
	}
	cr_expect_not(ledger_takes_any_order(small, 1, 5, 5), "folded");
	ledger_free(small);
	ledger_free(large);
}
