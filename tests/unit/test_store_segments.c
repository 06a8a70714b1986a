#include "store_samples.h"

TestSuite(store_segments, .timeout = 10);

static void put(struct store *store, const struct ledger *ledger, const struct store_chain *chain,
		const struct store_change *change)
{
	struct err err = {""};

	cr_assert_eq(store_put(store, ledger, NULL, 0, chain, change, &err), 0, "%s", err.text);
}

static struct ledger *merged(const struct ledger *a, const struct ledger *b)
{
	struct ledger *into = sample_ledger(0, 5);

	cr_assert_eq(ledger_merge(into, a, NULL), 0);
	cr_assert_eq(ledger_merge(into, b, NULL), 0);
	ledger_sort(into);
	return into;
}

static void expect_stored(struct store *store, const struct ledger *a, const struct ledger *b)
{
	struct ledger *expected = merged(a, b), *stored = store_load_all(store);

	cr_expect(sample_ledgers_equal(stored, expected));
	ledger_free(expected);
	ledger_free(stored);
}

/* Rows of the same quarter hours and sensor, added twice; one of them is dropped again without a trace. */
Test(store_segments, what_was_added_together_is_replaced_together)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct ledger *one = store_sample(1, "ABC", "tap", 300), *two = store_sample(3, "DE", "tap", 300),
		      *three = store_sample(5, "ABX", "tap", 400);
	const struct store_capture known[] = {{"A", "0000000000000001"},
					      {"B", "00000000000000020000000000000003"}};
	struct store_change change = {.captures = known, .capture_count = 2};
	struct arena arena = {0};
	struct store_taken *taken, *others;
	struct err err = {""};
	size_t count, other_count;

	/* What replaces covers at least what it replaces. */
	cr_assert_eq(
	    ledger_cover(three, 0, INT64_C(1700000100) * NSEC_PER_SEC, INT64_C(1700000250) * NSEC_PER_SEC),
	    0);
	put(store, one, NULL, &change);
	store_must_add(store, two);
	expect_stored(store, one, two);
	cr_assert_eq(store_taken_like(store, NULL, "000000000000000200000000000000030000000000000004", &arena,
				      &taken, &count, &err),
		     0);
	cr_assert_eq(count, 1);
	cr_expect_str_eq(taken[0].fingerprint, "B");
	cr_expect_str_eq(taken[0].beginning, "00000000000000020000000000000003");
	cr_assert_eq(
	    store_taken_like(store, "another", "0000000000000002", &arena, &others, &other_count, &err), 0);
	cr_expect_eq(other_count, 0, "it is another sensor's");
	const int64_t segment = taken[0].segment;
	cr_assert_eq(store_taken_with(store, segment, &arena, &taken, &count, &err), 0);
	cr_assert_eq(count, 3);
	change = (struct store_change){.replaced = &segment, .replaced_count = 1};
	put(store, three, NULL, &change);
	expect_stored(store, two, three);
	cr_assert_eq(store_taken_like(store, NULL, "0000000000000002", &arena, &taken, &count, &err), 0);
	cr_expect_eq(count, 0, "it is gone");
	arena_clear(&arena);
	ledger_free(one);
	ledger_free(two);
	ledger_free(three);
	store_close(store);
	store_place_remove(&place);
}

/* What live sensors add, and older versions added, is no segment: nothing of it is dropped by mistake. */
Test(store_segments, what_is_no_segment_is_not_dropped)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	const int64_t none = 0;
	const struct store_change change = {.replaced = &none, .replaced_count = 1};
	struct err err = {""};

	cr_expect_eq(store_put(store, NULL, NULL, 0, NULL, &change, &err), -1);
	store_close(store);
	store_place_remove(&place);
}

static void put_chain(struct store *store, int64_t begin_ns, int64_t end_ns, uint16_t port)
{
	static const struct store_change none = {.replaced_count = 0};
	struct flow_open flow = {.initiator = sample_host(0, 0, 1),
				 .responder = sample_host(1, 0, 1),
				 .initiator_port = port,
				 .protocol = PROTO_TCP,
				 .confidence = CONFIDENCE_PROVEN};
	const struct store_chain chain = {.sensor = "tap", .end_ns = end_ns, .flows = &flow, .count = 1};
	struct ledger *ledger = sample_ledger(0, 1);

	cr_assert_eq(ledger_cover(ledger, (uint32_t)ledger_sensor(ledger, "tap"), begin_ns, end_ns), 0);
	put(store, ledger, &chain, &none);
	ledger_free(ledger);
}

static void expect_open(struct store *store, int64_t before_ns, uint16_t port)
{
	struct arena arena = {0};
	struct store_chain chain;
	struct err err = {""};

	cr_assert_eq(store_open_flows_before(store, "tap", before_ns, &arena, &chain, &err), 0, "%s",
		     err.text);
	cr_assert_eq(chain.count, port != 0);
	if (port)
		cr_expect_eq(chain.flows[0].initiator_port, port);
	arena_clear(&arena);
}

/* Sunday, Tuesday, and then Monday: each goes on from the day before it, also when it is read again. */
Test(store_segments, what_was_open_is_known_of_every_time)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);

	put_chain(store, 0, 99, 1);
	put_chain(store, 200, 299, 3);
	expect_open(store, 100, 1);
	put_chain(store, 100, 199, 2);
	expect_open(store, 0, 0);
	expect_open(store, 100, 1);
	expect_open(store, 200, 2);
	expect_open(store, 300, 3);
	expect_open(store, INT64_MAX, 3);
	/* Nothing is open so long: of an old time only what follows counts. */
	put_chain(store, INT64_C(30) * 86400 * NSEC_PER_SEC, INT64_C(31) * 86400 * NSEC_PER_SEC, 4);
	expect_open(store, 200, 0);
	expect_open(store, INT64_MAX, 4);
	store_close(store);
	store_place_remove(&place);
}
