#include "base/mem.h"
#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_merge, .timeout = 10);

enum { PARTS = 3, DELTAS = 1500 };

static const int64_t t0 = INT64_C(1700000000) * NSEC_PER_SEC;

/* Random deltas, coverage, spans and anomalies of one run; its inputs numbered in an order of its own. */
static struct ledger *random_ledger(uint64_t seed, const char *inputs, const char *sensor)
{
	struct ledger *ledger = sample_ledger(0, seed * 77);
	struct sample_random random = {.state = seed};
	uint32_t number;

	(void)ledger_sensor(ledger, seed % 2 ? "zulu" : "alpha");
	number = (uint32_t)ledger_sensor(ledger, sensor);
	sample_add_inputs(ledger, inputs);
	for (int i = 0; i < DELTAS; i++) {
		struct flow_delta delta = sample_random_delta(&random);
		struct flow_anomaly anomaly = {.bucket = delta.bucket,
					       .kind = ANOMALY_FTP_BOUNCE,
					       .initiator = delta.initiator,
					       .responder = delta.responder,
					       .third = sample_host(3, 3, 3),
					       .protocol = PROTO_TCP,
					       .responder_port = 21,
					       .evidence = delta.openings[0]};

		ledger_add_delta(ledger, number, &delta);
		if (i % 10 == 0)
			ledger_add_anomaly(ledger, number, &anomaly);
		ledger_coverage(ledger, number, delta.bucket)->packets += 3;
	}
	cr_assert_eq(ledger_cover(ledger, number, t0 + (int64_t)seed * 100, t0 + (int64_t)seed * 100 + 150),
		     0);
	cr_assert_eq(ledger_set_filter(ledger, seed % 2 ? "port 53" : "net 10"), 0);
	return ledger;
}

static void parts_make(struct ledger *parts[PARTS])
{
	parts[0] = random_ledger(1, "ABC", "one");
	parts[1] = random_ledger(2, "CAB", "two");
	parts[2] = random_ledger(3, "BDA", "one");
}

/* Merges the parts in ORDER into an empty ledger, one by one. */
static struct ledger *merged(const size_t order[PARTS])
{
	struct ledger *parts[PARTS];
	struct ledger *into = sample_ledger(0, order[0] * 31 + 1);

	parts_make(parts);
	for (size_t i = 0; i < PARTS; i++)
		cr_assert_eq(ledger_merge(into, parts[order[i]], NULL), 0);
	for (size_t i = 0; i < PARTS; i++)
		ledger_free(parts[i]);
	return into;
}

Test(ledger_merge, any_order_gives_the_same_bytes)
{
	static const size_t orders[][PARTS] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					       {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	struct ledger *first = merged(orders[0]);

	for (size_t i = 1; i < 6; i++) {
		struct ledger *other = merged(orders[i]);

		cr_assert(sample_ledgers_equal(first, other), "order %zu", i);
		ledger_free(other);
	}
	ledger_free(first);
	cr_assert_eq(mem_live(), 0);
}

Test(ledger_merge, any_grouping_gives_the_same_bytes)
{
	static const size_t straight[PARTS] = {0, 1, 2};
	struct ledger *expected = merged(straight);
	struct ledger *left[PARTS];
	struct ledger *right[PARTS];

	parts_make(left);
	parts_make(right);
	cr_assert_eq(ledger_merge(left[0], left[1], NULL), 0); /* (0 + 1) + 2 */
	cr_assert_eq(ledger_merge(left[0], left[2], NULL), 0);
	cr_assert_eq(ledger_merge(right[2], right[1], NULL), 0); /* 0 + (2 + 1) */
	cr_assert_eq(ledger_merge(right[0], right[2], NULL), 0);
	cr_assert(sample_ledgers_equal(expected, left[0]));
	cr_assert(sample_ledgers_equal(expected, right[0]));
	for (size_t i = 0; i < PARTS; i++) {
		ledger_free(left[i]);
		ledger_free(right[i]);
	}
	ledger_free(expected);
}

Test(ledger_merge, one_run_split_in_any_way_is_that_run)
{
	struct ledger *whole = sample_ledger(0, 1);
	struct ledger *parts[PARTS];
	struct ledger *empty = sample_ledger(0, 2);
	struct sample_random random = {.state = 42};

	sample_add_inputs(whole, "ABC");
	for (size_t i = 0; i < PARTS; i++) {
		parts[i] = sample_ledger(0, 10 + i);
		sample_add_inputs(parts[i], "ABC");
		(void)ledger_sensor(parts[i], "local");
	}
	(void)ledger_sensor(whole, "local");
	for (int i = 0; i < 3 * DELTAS; i++) {
		struct flow_delta delta = sample_random_delta(&random);

		ledger_add_delta(whole, 0, &delta);
		ledger_add_delta(parts[sample_below(&random, PARTS)], 0, &delta);
	}
	for (size_t i = 0; i < PARTS; i++)
		cr_assert_eq(ledger_merge(empty, parts[i], NULL), 0);
	cr_assert(sample_ledgers_equal(whole, empty));
	for (size_t i = 0; i < PARTS; i++)
		ledger_free(parts[i]);
	ledger_free(whole);
	ledger_free(empty);
}

Test(ledger_merge, order_of_adding_and_seed_do_not_show)
{
	enum { COUNT = 3000 };
	struct flow_delta *deltas = calloc(COUNT, sizeof(*deltas));
	struct ledger *forwards = sample_ledger(0, 1);
	struct ledger *backwards = sample_ledger(0, 99);
	struct sample_random random = {.state = 8};

	for (size_t i = 0; i < COUNT; i++) {
		deltas[i] = sample_random_delta(&random);
		ledger_add_delta(forwards, 0, &deltas[i]);
	}
	for (size_t i = COUNT; i-- > 0;)
		ledger_add_delta(backwards, 0, &deltas[i]);
	cr_assert(sample_ledgers_equal(forwards, backwards));
	free(deltas);
	ledger_free(forwards);
	ledger_free(backwards);
}

Test(ledger_merge, evidence_of_one_instant_is_chosen_by_fingerprint)
{
	struct ledger *a = sample_ledger(0, 1);
	struct ledger *b = sample_ledger(0, 1);
	struct flow_delta of_c = sample_delta(t0, 0, 5);
	struct flow_delta of_b = sample_delta(t0, 0, 8);
	const struct edge_row *row;
	size_t count;

	sample_add_inputs(a, "C");
	sample_add_inputs(b, "B");
	(void)ledger_sensor(a, "s");
	(void)ledger_sensor(b, "s");
	ledger_add_delta(a, 0, &of_c);
	ledger_add_delta(b, 0, &of_b);
	cr_assert_eq(ledger_merge(a, b, NULL), 0);
	row = ledger_edges(a, &count);
	cr_assert_eq(count, 1);
	cr_assert_eq(row->evidence.openings[0].frame, 8);
	cr_assert_eq(row->evidence.openings[1].frame, 5);
	cr_assert_str_eq(ledger_inputs(a, &count)[row->evidence.openings[0].input].fingerprint, "B");
	cr_assert_eq(count, 2);
	ledger_free(a);
	ledger_free(b);
}

/* A row that only one of them has stands in the order of fingerprints too, not in that of its own run's
 * numbers. */
Test(ledger_merge, evidence_of_rows_that_did_not_meet_is_put_in_order)
{
	struct ledger *a = sample_ledger(0, 1);
	struct ledger *b = sample_ledger(0, 1);
	struct flow_delta delta = sample_delta(t0, 0, 5);
	const struct edge_row *row;
	size_t count;

	sample_add_inputs(a, "CB");
	(void)ledger_sensor(a, "s");
	delta.openings[1] = (struct frame_ref){.time_ns = t0, .frame = 8, .input = 1};
	ledger_add_delta(a, 0, &delta);
	cr_assert_eq(ledger_merge(a, b, NULL), 0);
	row = ledger_edges(a, &count);
	cr_assert_eq(row->evidence.openings[0].frame, 8);
	cr_assert_eq(row->evidence.openings[1].frame, 5);
	ledger_free(a);
	ledger_free(b);
}

Test(ledger_merge, inputs_of_one_fingerprint_are_one_and_filters_are_a_set)
{
	struct ledger *a = sample_ledger(0, 1);
	struct ledger *b = sample_ledger(0, 1);
	struct input_record record = {.name = "/other",
				      .fingerprint = "A",
				      .sha256 = "5e",
				      .format = "pcap",
				      .status = "complete",
				      .error = "",
				      .packets = 7,
				      .first_ns = 5,
				      .unsupported = "",
				      .link_types = "EN10MB"};
	const struct input_record *inputs;
	size_t count;

	sample_add_inputs(a, "A");
	cr_assert_eq(ledger_add_input(b, &record), 0);
	record.status = "duplicate";
	cr_assert_eq(ledger_add_input(b, &record), 1);
	cr_assert_eq(ledger_set_filter(a, "net 10;port 53"), 0);
	cr_assert_eq(ledger_set_filter(b, "port 53;port 9"), 0);
	cr_assert_eq(ledger_merge(a, b, NULL), 0);
	inputs = ledger_inputs(a, &count);
	cr_assert_eq(count, 2);
	cr_assert_str_eq(inputs[0].name, "/a");
	cr_assert_str_eq(inputs[0].sha256, "5e");
	cr_assert_str_eq(inputs[1].status, "duplicate");
	cr_assert_str_eq(ledger_filter(a), "net 10;port 53;port 9");
	ledger_free(a);
	ledger_free(b);
}

Test(ledger_merge, fails_cleanly_without_memory)
{
	bool failed = true;

	for (uint64_t nth = 1; failed; nth++) {
		struct ledger *a = random_ledger(1, "AB", "one");
		struct ledger *b = random_ledger(2, "BC", "two");
		struct err err = {0};
		int result;

		mem_fail_at(nth);
		result = ledger_merge(a, b, &err);
		failed = mem_fail_reached();
		mem_fail_at(0);
		cr_assert(result == 0 || err.text[0] != '\0');
		cr_assert(failed || result == 0);
		ledger_free(a);
		ledger_free(b);
		cr_assert_eq(mem_live(), 0);
	}
}
