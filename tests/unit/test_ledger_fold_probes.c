/* Once some probes were folded, others of their kind go the same way at once. */
#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_fold_probes, .timeout = 10);

static const int64_t t0 = INT64_C(1700000000) * NSEC_PER_SEC;
/* Room for some 300 edges of openers that are seen once. */
static const size_t small_room = (size_t)100 << 10;

static struct flow_delta probe(uint32_t opener)
{
	struct flow_delta delta = sample_delta(t0, 0, 1);

	delta.initiator =
	    sample_host((uint8_t)(10 + opener / 40000), (uint8_t)(opener / 200), (uint8_t)(opener % 200));
	delta.packets[0] = 1;
	delta.packets[1] = delta.bytes[1] = 0;
	delta.events[FLOW_SUCCEEDED] = 0;
	delta.events[FLOW_EXPIRED] = 1;
	delta.active_minutes = delta.answered_minutes = 0;
	delta.answer.frame = 0;
	return delta;
}

/* More openers than there is room for. */
static struct ledger *flooded(void)
{
	struct ledger *ledger = sample_ledger(small_room, 7);

	for (uint32_t i = 0; i < 1000; i++) {
		struct flow_delta delta = probe(i);

		ledger_add_delta(ledger, 0, &delta);
	}
	return ledger;
}

static uint64_t flows_folded_as(const struct ledger *ledger, enum ledger_fold fold)
{
	uint64_t flows = 0;

	for (size_t i = 0; i < ledger_edge_count(ledger); i++)
		if (ledger_edge_key(ledger, i).fold == fold)
			flows += ledger_edge_brief(ledger, i).flows;
	return flows;
}

static uint64_t packets_sent(const struct ledger *ledger)
{
	uint64_t packets = 0;

	for (size_t i = 0; i < ledger_host_count(ledger); i++)
		packets += ledger_host(ledger, i).unicast_sent;
	return packets;
}

Test(ledger_fold_probes, a_flood_adds_no_rows_any_more)
{
	struct ledger *ledger = flooded();
	size_t edges = ledger_edge_count(ledger), hosts = ledger_host_count(ledger);
	uint64_t folded = ledger_health(ledger).folded;

	cr_assert_gt(flows_folded_as(ledger, FOLD_INITIATORS), 200);
	for (uint32_t i = 1000; i < 4000; i++) {
		struct flow_delta delta = probe(i);

		ledger_add_delta(ledger, 0, &delta);
	}
	cr_assert_leq(ledger_edge_count(ledger), edges);
	cr_assert_leq(ledger_host_count(ledger), hosts + 300);
	cr_assert_eq(flows_folded_as(ledger, FOLD_INITIATORS) + flows_folded_as(ledger, FOLD_NONE), 4000);
	cr_assert_eq(packets_sent(ledger), 4000);
	cr_assert_geq(ledger_health(ledger).folded - folded, 3000);
	ledger_free(ledger);
}

Test(ledger_fold_probes, what_is_answered_gets_a_row_and_keeps_its_probes)
{
	struct ledger *ledger = flooded();
	struct flow_delta good = sample_delta(t0, 0, 1), bad = probe(0);
	struct edge_row row;

	bad.initiator = good.initiator;
	ledger_add_delta(ledger, 0, &good);
	ledger_add_delta(ledger, 0, &bad);
	ledger_sort(ledger);
	for (size_t i = 0; i < ledger_edge_count(ledger); i++) {
		const struct edge_key key = ledger_edge_key(ledger, i);

		if (addr_equal(&key.initiator, &good.initiator)) {
			row = ledger_edge(ledger, i);
			cr_assert_eq(row.events[FLOW_SUCCEEDED], 1);
			cr_assert_eq(row.events[FLOW_EXPIRED], 1);
			ledger_free(ledger);
			return;
		}
	}
	cr_assert_fail("no row of its own");
}

Test(ledger_fold_probes, another_service_is_another_kind)
{
	struct ledger *ledger = flooded();
	struct flow_delta other = probe(5000);
	uint64_t folded = flows_folded_as(ledger, FOLD_INITIATORS);
	size_t edges = ledger_edge_count(ledger);

	other.responder_port = 22;
	ledger_add_delta(ledger, 0, &other);
	cr_assert_eq(flows_folded_as(ledger, FOLD_INITIATORS), folded);
	cr_assert_eq(ledger_edge_count(ledger), edges + 1);
	ledger_free(ledger);
}
