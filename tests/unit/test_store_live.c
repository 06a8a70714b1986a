#include "store_samples.h"

TestSuite(store_live, .timeout = 10);

static const char sensor[] = "local";
static const int64_t start_ns = INT64_C(1700000000) * NSEC_PER_SEC;

/* PACKETS of one edge, of an hour's input that has had TOTAL so far. */
static struct ledger *minute(uint64_t packets, uint64_t total, const char *fingerprint)
{
	struct ledger *ledger = sample_ledger(0, 3);
	const struct input_record record = {.name = "eth1",
					    .fingerprint = fingerprint,
					    .sha256 = "",
					    .format = "live",
					    .status = "complete",
					    .error = "",
					    .packets = total,
					    .first_ns = total ? start_ns : TIME_UNKNOWN,
					    .last_ns = total ? start_ns + (int64_t)total : TIME_UNKNOWN,
					    .unsupported = "",
					    .link_types = "EN10MB"};
	struct flow_delta delta = {.bucket = time_bucket(start_ns),
				   .initiator = sample_host(0, 0, 1),
				   .responder = sample_host(0, 0, 2),
				   .responder_port = 80,
				   .protocol = PROTO_TCP,
				   .basis = DIRECTION_HANDSHAKE,
				   .confidence = CONFIDENCE_PROVEN,
				   .packets = {packets, 0},
				   .first_ns = start_ns,
				   .last_ns = start_ns + (int64_t)packets};

	cr_assert_eq(ledger_sensor(ledger, sensor), 0);
	cr_assert_geq(ledger_add_input(ledger, &record), 0);
	if (packets > 0)
		ledger_add_delta(ledger, 0, &delta);
	ledger_sort(ledger);
	return ledger;
}

static void put(struct store *store, uint64_t settled, uint64_t open, uint64_t total, const char *fingerprint)
{
	struct ledger *one = minute(settled, total, fingerprint), *other = minute(open, total, fingerprint);
	const struct store_chain chain = {.sensor = sensor,
					  .end_ns = start_ns + (int64_t)total * NSEC_PER_SEC};
	struct err err = {""};

	cr_assert_eq(store_put_live(store, sensor, one, other, &chain, &err), 0, "%s", err.text);
	ledger_free(one);
	ledger_free(other);
}

static void begin(struct store *store)
{
	struct err err = {""};

	cr_assert_eq(store_begin_live(store, sensor, &err), 0, "%s", err.text);
}

static void expect(struct store *store, uint64_t packets, size_t inputs, uint64_t last_total)
{
	struct ledger *ledger = store_load_all(store);
	size_t count;
	const struct edge_row *edges = ledger_edges(ledger, &count);

	cr_assert_eq(count, 1);
	cr_expect_eq(edges[0].packets[0], packets);
	cr_expect_str_eq(ledger_sensor_name(ledger, 0), sensor);
	cr_expect_str_eq(ledger_sensor_name(ledger, 1), "");
	const struct input_record *records = ledger_inputs(ledger, &count);
	cr_assert_eq(count, inputs);
	cr_expect_eq(records[count - 1].packets, last_total);
	ledger_free(ledger);
}

Test(store_live, what_is_settled_adds_up_and_what_is_open_is_replaced)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);

	begin(store);
	put(store, 10, 5, 15, "aa");
	expect(store, 15, 1, 15);
	put(store, 20, 7, 37, "aa");
	expect(store, 37, 1, 37);
	put(store, 7, 0, 37, "aa");
	expect(store, 37, 1, 37);
	store_close(store);
	store_place_remove(&place);
}

/* Its input was written without packets first: it is of no earlier time for that. */
Test(store_live, a_quiet_start_is_of_no_day_before)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	int32_t bucket = time_bucket(start_ns);
	struct ledger *before;
	struct err err = {""};
	size_t count;

	begin(store);
	put(store, 0, 0, 0, "aa");
	put(store, 10, 5, 15, "aa");
	put(store, 0, 0, 0, "aa");
	expect(store, 10, 1, 15);
	cr_assert_eq(store_load(store, 0, bucket, &before, &err), 0, "%s", err.text);
	(void)ledger_inputs(before, &count);
	cr_expect_eq(count, 0, "%zu inputs of earlier days", count);
	ledger_free(before);
	store_close(store);
	store_place_remove(&place);
}

/* Killed: what was open then stays, once, and the next run's open rows do not replace it. */
Test(store_live, what_a_killed_sensor_left_open_is_settled_by_the_next)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);

	begin(store);
	put(store, 10, 5, 15, "aa");
	store_close(store);
	for (int i = 0; i < 3; i++) {
		store = store_must_open(&place, STORE_WRITE);
		begin(store);
		expect(store, 15 + 100 * (uint64_t)i, 1 + (i > 0), i > 0 ? 100 * (uint64_t)i : 15);
		put(store, 40, 60, 100 * (uint64_t)(i + 1), "bb");
		expect(store, 115 + 100 * (uint64_t)i, 2, 100 * (uint64_t)(i + 1));
		store_close(store);
	}
	store_place_remove(&place);
}

/* A capture file that is added beside it neither takes nor settles what is open. */
Test(store_live, captures_may_be_added_beside_it)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct store *other = store_must_open(&place, STORE_WRITE);
	struct ledger *capture = minute(1000, 1000, "cc"), *all;
	size_t count;

	begin(store);
	put(store, 10, 5, 15, "aa");
	store_must_add(other, capture);
	put(store, 0, 6, 16, "aa");
	all = store_load_all(other);
	const struct edge_row *edges = ledger_edges(all, &count);
	cr_assert_eq(count, 1);
	cr_expect_eq(edges[0].packets[0], 1016);
	ledger_free(all);
	ledger_free(capture);
	store_close(other);
	store_close(store);
	store_place_remove(&place);
}
