#include "base/mem.h"
#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_append, .timeout = 10);

static struct ledger *random_ledger(uint64_t seed, int deltas)
{
	struct ledger *ledger = sample_ledger(0, seed);
	struct sample_random random = {.state = seed};

	sample_add_inputs(ledger, "ABC");
	(void)ledger_sensor(ledger, "one");
	for (int i = 0; i < deltas; i++) {
		struct flow_delta delta = sample_random_delta(&random);

		/* Mostly ports that are not told apart, as in the field. */
		if (i % 4)
			delta.initiator_port = 50000;
		ledger_add_delta(ledger, 0, &delta);
	}
	ledger_sort(ledger);
	return ledger;
}

static struct ledger *empty_ledger(size_t memory)
{
	struct ledger *ledger = sample_ledger(memory, 4);

	sample_add_inputs(ledger, "ABC");
	(void)ledger_sensor(ledger, "one");
	return ledger;
}

typedef void adder(struct ledger *ledger, const struct edge_row *row);

/* Rows of LEDGER into an empty one, STEP apart: 1 is in order, the rest is not. Each comes ROUNDS times. */
static struct ledger *rebuilt(const struct ledger *ledger, adder *add, size_t step, size_t rounds,
			      size_t memory)
{
	struct ledger *into = empty_ledger(memory);
	size_t count;
	const struct edge_row *rows = ledger_edges(ledger, &count);

	for (size_t round = 0; round < rounds; round++)
		for (size_t start = 0; start < step; start++)
			for (size_t i = start; i < count; i += step)
				add(into, &rows[i]);
	ledger_sort(into);
	return into;
}

Test(ledger_append, in_any_order_it_is_what_adding_makes)
{
	struct ledger *ledger = random_ledger(5, 900);
	size_t count;

	(void)ledger_edges(ledger, &count);
	cr_assert_gt(count, 100);
	for (size_t step = 1; step < 8; step++) {
		struct ledger *added = rebuilt(ledger, ledger_add_edge, step, 2, 0);
		struct ledger *appended = rebuilt(ledger, ledger_add_edge, step, 2, 0);

		cr_assert(sample_ledgers_equal(added, appended), "step %zu", step);
		ledger_free(added);
		ledger_free(appended);
	}
	ledger_free(ledger);
}

/* Appended in order, then added to: the 16 smallest ports of an edge, whoever came first. */
Test(ledger_append, ports_are_told_apart_as_by_adding)
{
	struct ledger *added = empty_ledger(0), *appended = empty_ledger(0);
	struct flow_delta delta = sample_delta(INT64_C(1700000000) * NSEC_PER_SEC, 0, 1);
	size_t count, copy_count;

	for (uint16_t i = 0; i < LEDGER_OPENER_PORTS; i++) {
		delta.initiator_port = (uint16_t)(2000 + i);
		ledger_add_delta(added, 0, &delta);
	}
	ledger_sort(added);
	const struct edge_row *rows = ledger_edges(added, &count);
	for (size_t i = 0; i < count; i++)
		ledger_add_edge(appended, &rows[i]);
	for (uint16_t i = 0; i < 8; i++) {
		delta.initiator_port = (uint16_t)(1000 + i);
		ledger_add_delta(added, 0, &delta);
		ledger_add_delta(appended, 0, &delta);
	}
	ledger_sort(added);
	ledger_sort(appended);
	rows = ledger_edges(added, &count);
	const struct edge_row *copies = ledger_edges(appended, &copy_count);
	cr_assert(sample_rows_equal(rows, count, copies, copy_count, sizeof(*rows)));
	ledger_free(added);
	ledger_free(appended);
}

Test(ledger_append, in_order_it_is_the_same_ledger)
{
	struct ledger *ledger = random_ledger(6, 900);
	struct ledger *appended = rebuilt(ledger, ledger_add_edge, 1, 1, 0);
	size_t n, m;
	const struct edge_row *rows = ledger_edges(ledger, &n), *copies = ledger_edges(appended, &m);

	cr_assert(sample_rows_equal(rows, n, copies, m, sizeof(*rows)));
	ledger_free(appended);
	ledger_free(ledger);
}

static uint64_t packets(const struct ledger *ledger)
{
	size_t count;
	const struct edge_row *rows = ledger_edges(ledger, &count);
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += rows[i].packets[0] + rows[i].packets[1];
	return sum;
}

/* Rows of many openers: more than a small limit holds. */
Test(ledger_append, beyond_the_limit_it_folds_and_loses_nothing)
{
	struct ledger *many = empty_ledger(0);
	struct flow_delta delta = sample_delta(INT64_C(1700000000) * NSEC_PER_SEC, 0, 1);
	size_t all, left;

	for (uint32_t i = 0; i < 20000; i++) {
		delta.initiator = sample_host((uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i);
		ledger_add_delta(many, 0, &delta);
	}
	ledger_sort(many);
	struct ledger *small = rebuilt(many, ledger_add_edge, 1, 1, 1 << 20);
	(void)ledger_edges(many, &all);
	(void)ledger_edges(small, &left);
	cr_assert_eq(all, 20000);
	cr_assert_lt(left, 20000);
	cr_assert_eq(packets(small), packets(many));
	ledger_free(small);
	ledger_free(many);
}
