#include "store_samples.h"

TestSuite(store_add, .timeout = 10);

enum { PARTS = 3 };
static const char *const inputs[PARTS] = {"ABC", "DEF", "GHI"};
static const char *const sensors[PARTS] = {"zulu", "alpha", "zulu"};

static struct ledger *part(size_t i)
{
	return store_sample(i + 1, inputs[i], sensors[i], 400);
}

/* What the ledger's own merging makes of the parts, in one go. */
static struct ledger *merged(size_t count)
{
	struct ledger *into = sample_ledger(0, 9);

	for (size_t i = 0; i < count; i++) {
		struct ledger *from = part(i);

		cr_assert_eq(ledger_merge(into, from, NULL), 0);
		ledger_free(from);
	}
	ledger_sort(into);
	return into;
}

static void add_in_order(const struct store_place *place, const size_t order[PARTS])
{
	for (size_t i = 0; i < PARTS; i++) {
		struct store *store = store_must_open(place, STORE_WRITE);
		struct ledger *ledger = part(order[i]);

		store_must_add(store, ledger);
		ledger_free(ledger);
		store_close(store);
	}
}

Test(store_add, what_was_added_is_what_merging_makes_whatever_the_order)
{
	static const size_t orders[][PARTS] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}};
	struct ledger *expected = merged(PARTS);
	size_t before = mem_live();

	for (size_t i = 0; i < 3; i++) {
		struct store_place place = store_place_make();
		struct store *store;
		struct ledger *stored;

		add_in_order(&place, orders[i]);
		store = store_must_open(&place, STORE_READ);
		stored = store_load_all(store);
		cr_assert(sample_ledgers_equal(stored, expected), "order %zu", i);
		cr_assert(store_spans_equal(stored, expected), "order %zu", i);
		ledger_free(stored);
		store_close(store);
		store_place_remove(&place);
	}
	cr_assert_eq(mem_live(), before);
	ledger_free(expected);
}

/* Both sensors saw the same edges in the same quarter hour. */
Test(store_add, sensors_of_one_ledger_stay_apart)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct ledger *ledger = sample_ledger(0, 1), *stored;
	int64_t time_ns = INT64_C(1700000000) * NSEC_PER_SEC;

	sample_add_inputs(ledger, "A");
	for (uint32_t i = 0; i < 4000; i++) {
		struct flow_delta delta = sample_delta(time_ns + i, 0, i + 1);
		uint32_t sensor = (uint32_t)ledger_sensor(ledger, i % 2 ? "zulu" : "alpha");

		delta.initiator = sample_host(0, (uint8_t)(i >> 9), (uint8_t)(i >> 1));
		ledger_add_delta(ledger, sensor, &delta);
	}
	ledger_sort(ledger);
	store_must_add(store, ledger);
	stored = store_load_all(store);
	cr_assert(sample_ledgers_equal(stored, ledger));
	ledger_free(stored);
	ledger_free(ledger);
	store_close(store);
	store_place_remove(&place);
}

Test(store_add, a_capture_that_is_there_is_refused_and_nothing_changes)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct ledger *first = part(0), *again = store_sample(5, "XA", "zulu", 50), *stored;
	const struct store_file file = {.path = "/spool/a", .fingerprint = "A"};
	struct arena arena = {0};
	struct store_file found_file;
	struct err err = {""};
	bool found = true;

	store_must_add(store, first);
	cr_assert_eq(store_add(store, again, &file, 1, NULL, &err), -1);
	cr_assert_not_null(strstr(err.text, "s.db: /a is in it already"), "%s", err.text);
	cr_assert_not(store_must_know(store, "X"));
	cr_assert(store_must_know(store, "A"));
	cr_assert_eq(store_find_file(store, "/spool/a", &arena, &found_file, &found, &err), 0);
	cr_assert_not(found);
	stored = store_load_all(store);
	ledger_free(again);
	again = merged(1);
	cr_assert(sample_ledgers_equal(stored, again));
	ledger_free(stored);
	ledger_free(again);
	ledger_free(first);
	store_close(store);
	store_place_remove(&place);
}

Test(store_add, want_of_memory_anywhere_changes_nothing)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct ledger *small = store_sample(1, "A", "one", 20), *more = store_sample(2, "B", "two", 20);
	struct ledger *expected = sample_ledger(0, 3), *stored;
	size_t live;
	struct err err;

	store_must_add(store, small);
	cr_assert_eq(ledger_merge(expected, small, NULL), 0);
	ledger_sort(expected);
	live = mem_live();
	for (uint64_t nth = 1;; nth++) {
		mem_fail_at(nth);
		int result = store_add(store, more, NULL, 0, NULL, &err);
		bool reached = mem_fail_reached();
		mem_fail_at(0);
		cr_assert_eq(mem_live(), live, "allocation %llu leaks", (unsigned long long)nth);
		if (result == 0)
			break;
		cr_assert(reached);
		stored = store_load_all(store);
		cr_assert(sample_ledgers_equal(stored, expected), "allocation %llu", (unsigned long long)nth);
		ledger_free(stored);
	}
	ledger_free(small);
	ledger_free(more);
	ledger_free(expected);
	store_close(store);
	store_place_remove(&place);
}

/* One delta a quarter hour from bucket 100 on, covered from minute 5 of the first to minute 10 of the last.
 */
static struct ledger *stretch(int32_t buckets)
{
	struct ledger *ledger = sample_ledger(0, 1);
	uint32_t sensor = (uint32_t)ledger_sensor(ledger, "tap");
	int64_t minute_ns = 60 * NSEC_PER_SEC;

	sample_add_inputs(ledger, "A");
	for (int32_t i = 0; i < buckets; i++) {
		struct flow_delta delta =
		    sample_delta(bucket_start_ns(100 + i) + 6 * minute_ns, 0, (uint64_t)i + 1);

		ledger_add_delta(ledger, sensor, &delta);
	}
	cr_assert_eq(ledger_cover(ledger, sensor, bucket_start_ns(100) + 5 * minute_ns,
				  bucket_start_ns(100 + buckets - 1) + 10 * minute_ns),
		     0);
	ledger_sort(ledger);
	return ledger;
}

static void check_range(const struct ledger *ledger, size_t edges, int64_t first_ns, int64_t last_ns)
{
	size_t count;

	count = ledger_edge_count(ledger);
	cr_assert_eq(count, edges, "%zu edges", count);
	(void)ledger_coverages(ledger, &count);
	cr_assert_eq(count, edges, "%zu quarter hours", count);
	const struct coverage_span *spans = ledger_spans(ledger, &count);
	cr_assert_eq(count, edges ? 1 : 0);
	if (edges) {
		cr_assert_eq(spans[0].first_ns, first_ns);
		cr_assert_eq(spans[0].last_ns, last_ns);
	}
}

Test(store_add, a_range_is_cut_out_and_old_quarter_hours_expire_one_by_one)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct ledger *ledger = stretch(6);
	int64_t minute_ns = 60 * NSEC_PER_SEC, end_ns = bucket_start_ns(105) + 10 * minute_ns;
	int32_t first = 0, last = 0;
	bool more = true, found = false;
	struct err err;
	unsigned steps = 0;

	store_must_add(store, ledger);
	ledger_free(ledger);
	ledger = store_must_load(store, 102, 104);
	check_range(ledger, 2, bucket_start_ns(102), bucket_start_ns(104) - 1);
	ledger_free(ledger);
	ledger = store_must_load(store, 90, 101);
	check_range(ledger, 1, bucket_start_ns(100) + 5 * minute_ns, bucket_start_ns(101) - 1);
	ledger_free(ledger);
	ledger = store_must_load(store, 200, 300);
	check_range(ledger, 0, 0, 0);
	ledger_free(ledger);
	cr_assert_eq(store_extent(store, INT32_MAX, &first, &last, &found, &err), 0);
	cr_assert(found && first == 100 && last == 105);
	while (more) {
		cr_assert_eq(store_expire_step(store, 103, &more, &err), 0);
		steps++;
	}
	cr_assert_eq(steps, 3);
	ledger = store_load_all(store);
	check_range(ledger, 3, bucket_start_ns(103), end_ns);
	ledger_free(ledger);
	cr_assert_eq(store_extent(store, 103, &first, &last, &found, &err), 0);
	cr_assert_not(found);
	cr_assert(store_must_know(store, "A"), "a fingerprint outlives its rows");
	store_close(store);
	store_place_remove(&place);
}

/* Covers FROM to UNTIL, in nanoseconds, by a capture of its own. */
static void add_cover(struct store *store, const char *input, int64_t from_ns, int64_t until_ns)
{
	struct ledger *ledger = sample_ledger(0, 1);
	uint32_t sensor = (uint32_t)ledger_sensor(ledger, "tap");

	sample_add_inputs(ledger, input);
	cr_assert_eq(ledger_cover(ledger, sensor, from_ns, until_ns), 0);
	ledger_sort(ledger);
	store_must_add(store, ledger);
	ledger_free(ledger);
}

static void check_spans(struct store *store, const int64_t (*expected)[2], size_t expected_count)
{
	struct ledger *ledger = store_load_all(store);
	size_t count;
	const struct coverage_span *spans = ledger_spans(ledger, &count);

	cr_assert_eq(count, expected_count, "%zu spans", count);
	for (size_t i = 0; i < count; i++)
		cr_expect(spans[i].first_ns == expected[i][0] && spans[i].last_ns == expected[i][1],
			  "span %zu: %lld to %lld", i, (long long)spans[i].first_ns,
			  (long long)spans[i].last_ns);
	ledger_free(ledger);
}

Test(store_add, spans_that_touch_are_one)
{
	static const int64_t apart[][2] = {{1000, 1100}, {1102, 1200}},
			     touching[][2] = {{1000, 1200}, {1300, 1400}}, joined[][2] = {{900, 1500}};
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);

	add_cover(store, "A", 1102, 1200);
	add_cover(store, "B", 1000, 1100);
	check_spans(store, apart, 2);
	add_cover(store, "C", 1101, 1101);
	add_cover(store, "D", 1300, 1400);
	check_spans(store, touching, 2);
	add_cover(store, "E", 900, 1500);
	check_spans(store, joined, 1);
	store_close(store);
	store_place_remove(&place);
}
