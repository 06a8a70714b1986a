#include "store_samples.h"

TestSuite(store_chain, .timeout = 10);

static struct flow_open flow(uint8_t host, int64_t last_ns)
{
	return (struct flow_open){.initiator = sample_host(0, 0, host),
				  .responder = sample_host(1, 0, host),
				  .initiator_port = 50000,
				  .responder_port = host,
				  .protocol = PROTO_TCP,
				  .confidence = CONFIDENCE_PROVEN,
				  .last_ns = last_ns};
}

static void add(struct store *store, const char *sensor, int64_t end_ns, const struct flow_open *flows,
		size_t count)
{
	const struct store_chain chain = {.sensor = sensor, .end_ns = end_ns, .flows = flows, .count = count};
	struct err err = {""};

	cr_assert_eq(store_add(store, NULL, NULL, 0, &chain, &err), 0, "%s", err.text);
}

static void check(struct store *store, const char *sensor, const struct flow_open *flows, size_t count)
{
	struct arena arena = {0};
	struct store_chain got;
	struct err err = {""};

	cr_assert_eq(store_open_flows(store, sensor, &arena, &got, &err), 0, "%s", err.text);
	cr_assert_eq(got.count, count, "%zu flows", got.count);
	for (size_t i = 0; i < count; i++) {
		cr_expect(addr_equal(&got.flows[i].initiator, &flows[i].initiator));
		cr_expect(addr_equal(&got.flows[i].responder, &flows[i].responder));
		cr_expect_eq(got.flows[i].initiator_port, flows[i].initiator_port);
		cr_expect_eq(got.flows[i].responder_port, flows[i].responder_port);
		cr_expect_eq(got.flows[i].protocol, flows[i].protocol);
		cr_expect_eq(got.flows[i].confidence, flows[i].confidence);
		cr_expect_eq(got.flows[i].last_ns, flows[i].last_ns);
	}
	arena_clear(&arena);
}

Test(store_chain, what_is_open_is_replaced_by_what_is_open_later)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct flow_open flows[] = {flow(1, 5), flow(2, 6), flow(3, 7)};

	check(store, "tap", flows, 0);
	add(store, "tap", 10, flows, 2);
	add(store, "other", 10, &flows[2], 1);
	check(store, "tap", flows, 2);
	check(store, "other", &flows[2], 1);
	/* Came late: known only of the time before. */
	add(store, "tap", 9, &flows[2], 1);
	check(store, "tap", flows, 2);
	add(store, "tap", 20, &flows[1], 1);
	check(store, "tap", &flows[1], 1);
	add(store, "tap", 30, NULL, 0);
	check(store, "tap", flows, 0);
	check(store, "other", &flows[2], 1);
	store_close(store);
	store_place_remove(&place);
}
