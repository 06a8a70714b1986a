#include "base/mem.h"
#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_edges, .timeout = 10);

static const int64_t t0 = INT64_C(1700000000) * NSEC_PER_SEC;

static const struct edge_row *only_edge(struct ledger *ledger)
{
	size_t count;
	const struct edge_row *rows;

	ledger_sort(ledger);
	rows = ledger_edges(ledger, &count);
	cr_assert_eq(count, 1);
	return rows;
}

Test(ledger_edges, one_delta_becomes_one_whole_row)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct flow_delta delta = sample_delta(t0, 2, 17);
	struct edge_row expected;
	const struct edge_row *row;

	delta.initiator_port = 1025;
	delta.answered_from = 3080;
	delta.parent = 21;
	delta.parent_assumed = true;
	delta.contradictions = 4;
	delta.duplicates = 5;
	delta.syn_retransmitted = true;
	delta.vlan_count = 2;
	delta.vlans[0] = 7;
	delta.vlans[1] = 9;
	delta.contradiction = (struct frame_ref){.time_ns = t0 + 2, .frame = 20, .input = 2};
	ledger_add_delta(ledger, (uint32_t)ledger_sensor(ledger, "local"), &delta);

	memset(&expected, 0, sizeof(expected));
	expected.key.bucket = time_bucket(t0);
	expected.key.initiator = sample_host(0, 0, 1);
	expected.key.responder = sample_host(0, 0, 2);
	expected.key.protocol = PROTO_TCP;
	expected.key.basis = DIRECTION_HANDSHAKE;
	expected.key.confidence = CONFIDENCE_PROVEN;
	expected.key.responder_port = 443;
	expected.key.opener_port = 1025;
	expected.key.answered_from = 3080;
	expected.key.parent = 21;
	expected.key.parent_assumed = 1;
	expected.events[FLOW_OPENED] = 1;
	expected.events[FLOW_SUCCEEDED] = 1;
	expected.packets[0] = 3;
	expected.packets[1] = 2;
	expected.bytes[0] = 300;
	expected.bytes[1] = 200;
	expected.first_ns = t0;
	expected.last_ns = t0 + 5;
	expected.opened_minutes = expected.answered_minutes = expected.active_minutes = time_minute_bit(t0);
	expected.contradictions = 4;
	expected.duplicates = 5;
	expected.retransmitted = 1;
	expected.vlans[0] = 7;
	expected.vlans[1] = 9;
	expected.vlan_count = 2;
	expected.evidence.openings[0] = (struct frame_ref){.time_ns = t0, .frame = 17, .input = 2};
	expected.evidence.answer = (struct frame_ref){.time_ns = t0 + 1, .frame = 18, .input = 2};
	expected.evidence.contradiction = (struct frame_ref){.time_ns = t0 + 2, .frame = 20, .input = 2};
	row = only_edge(ledger);
	cr_assert_arr_eq(row, &expected, sizeof(expected));
	ledger_free(ledger);
	cr_assert_eq(mem_live(), 0);
}

Test(ledger_edges, adding_sums_widens_and_unites)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct flow_delta late = sample_delta(t0 + 60 * NSEC_PER_SEC, 0, 9);
	struct flow_delta early = sample_delta(t0, 0, 3);
	struct flow_delta events = sample_delta(t0, 0, 0);
	const struct edge_row *row;

	events.first_ns = events.last_ns = TIME_UNKNOWN;
	events.packets[0] = events.packets[1] = 0;
	events.bytes[0] = events.bytes[1] = 0;
	events.answer.frame = 0;
	ledger_add_delta(ledger, 0, &events);
	cr_assert_eq(only_edge(ledger)->first_ns, TIME_UNKNOWN);
	ledger_add_delta(ledger, 0, &late);
	ledger_add_delta(ledger, 0, &early);
	ledger_add_delta(ledger, 0, &events);
	row = only_edge(ledger);
	cr_assert_eq(row->events[FLOW_OPENED], 4);
	cr_assert_eq(edge_flows(row), 4);
	cr_assert_eq(row->packets[0], 6);
	cr_assert_eq(row->bytes[1], 400);
	cr_assert_eq(row->first_ns, t0);
	cr_assert_eq(row->last_ns, t0 + 60 * NSEC_PER_SEC + 5);
	cr_assert_eq(row->opened_minutes, time_minute_bit(t0) | time_minute_bit(t0 + 60 * NSEC_PER_SEC));
	cr_assert_eq(row->evidence.openings[0].frame, 3);
	cr_assert_eq(row->evidence.openings[1].frame, 9);
	cr_assert_eq(row->evidence.answer.frame, 4);
	ledger_free(ledger);
}

Test(ledger_edges, every_field_of_the_key_makes_a_row)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct flow_delta deltas[12];
	size_t count;

	for (size_t i = 0; i < 12; i++)
		deltas[i] = sample_delta(t0, 0, 1);
	deltas[1].bucket++;
	deltas[2].initiator = sample_host(9, 9, 9);
	deltas[3].responder = sample_host(9, 9, 9);
	deltas[4].delivery = DELIVERY_BROADCAST;
	deltas[5].protocol = PROTO_UDP;
	deltas[6].responder_port = 444;
	deltas[7].basis = DIRECTION_PORTS;
	deltas[8].confidence = CONFIDENCE_LIKELY;
	deltas[9].answered_from = 1;
	deltas[10].parent = 1;
	deltas[11].parent_assumed = true;
	for (size_t twice = 0; twice < 2; twice++)
		for (size_t i = 0; i < 12; i++)
			ledger_add_delta(ledger, 0, &deltas[i]);
	ledger_add_delta(ledger, 1, &deltas[0]);
	(void)ledger_edges(ledger, &count);
	cr_assert_eq(count, 13);
	ledger_free(ledger);
}

/* The contract word for word: the 16 smallest distinct below 32768 have their row, all others share port 0.
 */
static void check_opener_ports(const uint16_t *ports, size_t port_count, const uint16_t *kept,
			       size_t kept_count)
{
	struct ledger *ledger = sample_ledger(0, 1);
	const struct edge_row *rows;
	size_t count;
	uint64_t flows = 0;

	for (size_t i = 0; i < port_count; i++) {
		struct flow_delta delta = sample_delta(t0 + (int64_t)ports[i], 0, ports[i]);

		delta.initiator_port = ports[i];
		ledger_add_delta(ledger, 0, &delta);
	}
	ledger_sort(ledger);
	rows = ledger_edges(ledger, &count);
	cr_assert_eq(count, kept_count + 1);
	cr_assert_eq(rows[0].key.opener_port, 0);
	for (size_t i = 0; i < kept_count; i++) {
		cr_assert_eq(rows[i + 1].key.opener_port, kept[i]);
		cr_assert_eq(rows[i + 1].evidence.openings[0].frame, kept[i]);
	}
	for (size_t i = 0; i < count; i++)
		flows += edge_flows(&rows[i]);
	cr_assert_eq(flows, port_count);
	ledger_free(ledger);
}

Test(ledger_edges, sixteen_smallest_opener_ports_whatever_the_order)
{
	enum { PORTS = 60 };
	uint16_t ports[PORTS];
	uint16_t kept[LEDGER_OPENER_PORTS];
	struct sample_random random = {.state = 3};

	for (size_t i = 0; i < PORTS; i++)
		ports[i] = (uint16_t)(1000 + i * 800); /* the last ones are above 32767 */
	for (size_t i = 0; i < LEDGER_OPENER_PORTS; i++)
		kept[i] = ports[i];
	for (int round = 0; round < 50; round++) {
		for (size_t i = PORTS - 1; i > 0; i--) {
			size_t j = sample_below(&random, (uint32_t)i + 1);
			uint16_t other = ports[i];

			ports[i] = ports[j];
			ports[j] = other;
		}
		check_opener_ports(ports, PORTS, kept, LEDGER_OPENER_PORTS);
	}
}

Test(ledger_edges, port_32767_has_a_row_and_32768_has_none)
{
	const uint16_t ports[] = {32768, 32767, 65535};
	const uint16_t kept[] = {32767};

	check_opener_ports(ports, 3, kept, 1);
}

Test(ledger_edges, vlans_are_the_smallest_distinct)
{
	struct ledger *ledger = sample_ledger(0, 1);
	const uint16_t expected[LEDGER_VLANS] = {1, 2, 3, 4, 5, 6, 7, 8};

	for (uint16_t i = 12; i > 0; i--) {
		struct flow_delta delta = sample_delta(t0, 0, 1);

		delta.vlan_count = 2;
		delta.vlans[0] = i;
		delta.vlans[1] = (uint16_t)(i + 1);
		ledger_add_delta(ledger, 0, &delta);
	}
	cr_assert_eq(only_edge(ledger)->vlan_count, LEDGER_VLANS);
	cr_assert_arr_eq(only_edge(ledger)->vlans, expected, sizeof(expected));
	ledger_free(ledger);
}

Test(ledger_edges, evidence_is_the_smallest_by_time_input_frame_and_never_twice_the_same)
{
	struct ledger *ledger = sample_ledger(0, 1);
	const struct frame_ref refs[] = {{.time_ns = t0 + 3, .frame = 1, .input = 0},
					 {.time_ns = t0 + 1, .frame = 9, .input = 1},
					 {.time_ns = t0 + 1, .frame = 12, .input = 0},
					 {.time_ns = t0 + 1, .frame = 12, .input = 0},
					 {.time_ns = t0 + 2, .frame = 1, .input = 0}};
	const struct ledger_evidence *kept;

	for (size_t i = 0; i < sizeof(refs) / sizeof(refs[0]); i++) {
		struct flow_delta delta = sample_delta(t0, 0, 1);

		delta.openings[0] = refs[i];
		delta.answer = refs[i];
		ledger_add_delta(ledger, 0, &delta);
	}
	kept = &only_edge(ledger)->evidence;
	cr_assert_eq(kept->openings[0].input, 0);
	cr_assert_eq(kept->openings[0].frame, 12);
	cr_assert_eq(kept->openings[1].input, 1);
	cr_assert_eq(kept->openings[1].frame, 9);
	cr_assert_eq(kept->answer.frame, 12);
	cr_assert_eq(kept->contradiction.frame, 0);
	ledger_free(ledger);
}

Test(ledger_edges, key_order_follows_the_fields)
{
	struct edge_key small = {.sensor = 1, .bucket = 5};
	struct edge_key large = small;

	cr_assert_eq(edge_key_compare(&small, &large), 0);
	large.fold = FOLD_BOTH;
	cr_assert_lt(edge_key_compare(&small, &large), 0);
	small.bucket = 6;
	cr_assert_gt(edge_key_compare(&small, &large), 0);
	large.sensor = 2;
	cr_assert_lt(edge_key_compare(&small, &large), 0);
}

Test(ledger_edges, deltas_that_wait_end_as_the_same_rows)
{
	for (uint64_t count = 1; count < 40; count++) {
		struct ledger *at_once = sample_ledger(0, 1), *soon = sample_ledger(0, 2);
		struct sample_random random = {count};

		(void)ledger_sensor(at_once, "local");
		(void)ledger_sensor(soon, "local");
		for (uint64_t i = 0; i < count; i++) {
			struct flow_delta delta = sample_random_delta(&random);

			ledger_add_delta(at_once, 0, &delta);
			ledger_add_delta_soon(soon, 0, &delta);
		}
		ledger_settle(soon);
		cr_assert(sample_ledgers_equal(at_once, soon), "%llu deltas", (unsigned long long)count);
		ledger_free(at_once);
		ledger_free(soon);
	}
}
