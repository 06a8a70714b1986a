/* What a row keeps in two lines of the cache, and what it does with more than fits. */
#include "base/mem.h"
#include "ledger/internal.h"
#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_edge_core, .timeout = 10);

static const int64_t t0 = INT64_C(1700000000) * NSEC_PER_SEC;

static struct edge_row row_of(int64_t time_ns)
{
	struct edge_row row;

	memset(&row, 0, sizeof(row));
	row.key.bucket = time_bucket(time_ns);
	row.key.initiator = sample_host(0, 0, 1);
	row.key.responder = sample_host(0, 0, 2);
	row.key.protocol = PROTO_TCP;
	row.key.basis = DIRECTION_HANDSHAKE;
	row.key.confidence = CONFIDENCE_PROVEN;
	row.key.responder_port = 443;
	row.first_ns = time_ns;
	row.last_ns = time_ns + 9;
	row.events[FLOW_OPENED] = 1;
	row.packets[0] = 3;
	row.bytes[0] = 300;
	return row;
}

static struct edge_row stored(const struct edge_row *rows, size_t count)
{
	struct ledger *ledger = sample_ledger(0, 7);
	struct edge_row row;

	for (size_t i = 0; i < count; i++)
		ledger_add_edge(ledger, &rows[i]);
	ledger_sort(ledger);
	cr_assert_eq(ledger_edge_count(ledger), 1);
	row = ledger_edge(ledger, 0);
	ledger_free(ledger);
	return row;
}

static void expect_kept(const struct edge_row *row, const char *what)
{
	struct edge_row kept = stored(row, 1);

	cr_assert_arr_eq(&kept, row, sizeof(kept), "%s", what);
}

Test(ledger_edge_core, a_row_comes_back_as_it_was_whatever_fits)
{
	struct edge_row row = row_of(t0);

	expect_kept(&row, "plain");
	row.key.delivery = DELIVERY_MULTICAST;
	row.key.answered_from = 3080;
	row.key.parent = 21;
	row.key.parent_assumed = 1;
	row.key.fold = FOLD_PREFIX;
	expect_kept(&row, "key");
	for (size_t i = 0; i < FLOW_EVENT_COUNT; i++)
		row.events[i] = 65530 + i * 3; /* some fit, some do not */
	expect_kept(&row, "events");
	row.packets[0] = UINT32_MAX;
	row.packets[1] = (uint64_t)UINT32_MAX + 1;
	row.bytes[0] = UINT64_C(1) << 60;
	expect_kept(&row, "packets");
	row.retransmitted = 256;
	row.duplicates = 65536;
	row.contradictions = 1;
	expect_kept(&row, "counts that are mostly 0");
	row.vlans[0] = UINT16_MAX;
	row.vlan_count = 1;
	expect_kept(&row, "a VLAN that none is");
	row.vlans[0] = 0;
	row.vlans[1] = 7;
	row.vlan_count = 2;
	expect_kept(&row, "two VLANs");
	row.first_ns = row.last_ns = TIME_UNKNOWN;
	expect_kept(&row, "events alone");
	row.first_ns = t0 - INT64_C(86400) * NSEC_PER_SEC;
	row.last_ns = t0 + INT64_C(86400) * NSEC_PER_SEC;
	expect_kept(&row, "times of other buckets");
}

Test(ledger_edge_core, evidence_comes_back_wherever_it_is)
{
	struct edge_row row = row_of(t0);

	row.evidence.openings[0].time_ns = t0;
	row.evidence.openings[0].frame = 1;
	row.evidence.openings[1].time_ns = t0 + 5;
	row.evidence.openings[1].frame = UINT64_C(1) << 50;
	row.evidence.answer.time_ns = t0 - INT64_C(3600) * NSEC_PER_SEC;
	row.evidence.answer.frame = 3;
	row.evidence.contradiction.time_ns = t0;
	row.evidence.contradiction.frame = 4;
	row.evidence.contradiction.input = UINT32_MAX;
	expect_kept(&row, "second opening too far");
	row.evidence.openings[0].frame = UINT64_C(1) << 51;
	row.evidence.openings[1].frame = 2;
	expect_kept(&row, "first opening too far");
	row.evidence.openings[1].input = 1 << 22;
	expect_kept(&row, "both too far");
}

Test(ledger_edge_core, counters_that_run_over_lose_nothing)
{
	struct edge_row rows[2] = {row_of(t0), row_of(t0)};
	struct edge_row sum;

	for (size_t i = 0; i < 2; i++) {
		rows[i].events[FLOW_OPENED] = 65000;
		rows[i].events[FLOW_EXPIRED] = 40000;
		rows[i].packets[0] = rows[i].bytes[1] = 4000000000U;
		rows[i].duplicates = 65535;
		rows[i].retransmitted = 200;
		rows[i].vlans[0] = (uint16_t)(9 - i);
		rows[i].vlan_count = 1;
	}
	sum = stored(rows, 2);
	cr_assert_eq(sum.events[FLOW_OPENED], 130000);
	cr_assert_eq(sum.events[FLOW_EXPIRED], 80000);
	cr_assert_eq(sum.packets[0], 8000000000U);
	cr_assert_eq(sum.bytes[1], 8000000000U);
	cr_assert_eq(sum.duplicates, 131070);
	cr_assert_eq(sum.retransmitted, 400);
	cr_assert_eq(sum.vlan_count, 2);
	cr_assert_eq(sum.vlans[0], 8);
	cr_assert_eq(sum.vlans[1], 9);
}

Test(ledger_edge_core, many_flows_of_one_edge_add_up)
{
	struct ledger *ledger = sample_ledger(0, 7);
	struct edge_row row;

	for (uint64_t i = 0; i < 140000; i++) {
		struct flow_delta delta = sample_delta(t0, 0, 1 + i);

		delta.syn_retransmitted = i % 2;
		ledger_add_delta_soon(ledger, 0, &delta);
	}
	ledger_sort(ledger);
	cr_assert_eq(ledger_edge_count(ledger), 1);
	row = ledger_edge(ledger, 0);
	cr_assert_eq(row.events[FLOW_OPENED], 140000);
	cr_assert_eq(row.events[FLOW_SUCCEEDED], 140000);
	cr_assert_eq(row.packets[0], 420000);
	cr_assert_eq(row.retransmitted, 70000);
	cr_assert_eq(row.evidence.openings[0].frame, 1);
	cr_assert_eq(row.evidence.openings[1].frame, 2);
	ledger_free(ledger);
	cr_assert_eq(mem_live(), 0);
}
