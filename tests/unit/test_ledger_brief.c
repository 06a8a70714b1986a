/* What is told in brief adds up to the same rows as the deltas that it stands for. */
#include "flow/brief.h"
#include "ledger_samples.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(ledger_brief, .timeout = 10);

static const int64_t t0 = INT64_C(1700000000) * NSEC_PER_SEC;

static uint64_t draw(uint64_t *state, uint64_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (*state >> 33) % below;
}

static struct frame_mark draw_mark(uint64_t *state, int64_t from_ns)
{
	if (draw(state, 3) == 0)
		return (struct frame_mark){0, 0};
	return frame_mark_make(from_ns + (int64_t)draw(state, 1000), (uint32_t)draw(state, 3),
			       1 + draw(state, 1000000));
}

static void draw_macs(uint64_t *state, struct flow_brief *b)
{
	for (size_t side = 0; side < 2; side++)
		for (size_t i = 0; i < MAC_BYTES && draw(state, 4) != 0; i++)
			b->mac[side][i] = (uint8_t)draw(state, 8);
}

static struct flow_brief draw_brief(uint64_t *state)
{
	int64_t at_ns = t0 + (int64_t)draw(state, 1000) * NSEC_PER_SEC;
	struct flow_brief b = {
	    .bucket = time_bucket(at_ns), .first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN};

	b.initiator = sample_host(10, (uint8_t)draw(state, 8), (uint8_t)draw(state, 200));
	b.responder = sample_host(9, 9, (uint8_t)draw(state, 3));
	if (draw(state, 20) == 0)
		b.responder = addr_ipv4((const uint8_t[]){224, 0, 0, 1});
	b.events = (uint16_t)draw(state, 1U << FLOW_EVENT_COUNT);
	/* Mostly probes, which fold. */
	if (draw(state, 4))
		b.events = 1U << FLOW_OPENED | 1U << FLOW_EXPIRED;
	else
		b.active_minutes = b.answered_minutes = time_minute_bit(at_ns);
	if (draw(state, 10)) {
		b.first_ns = at_ns;
		b.last_ns = at_ns + 5;
		b.packets[0] = 1 + (uint32_t)draw(state, 3);
		b.packets[1] = (uint32_t)draw(state, 3);
		b.bytes[0] = b.packets[0] * 40;
	}
	for (size_t i = 0; i < FLOW_OPENINGS; i++)
		b.openings[i] = draw_mark(state, at_ns);
	b.answer = draw_mark(state, at_ns);
	b.opened_minutes = time_minute_bit(at_ns);
	b.tcp_bytes = (uint32_t)draw(state, 100);
	b.acked_unseen_bytes = (uint32_t)draw(state, 2);
	b.initiator_port = (uint16_t)(draw(state, 3) ? 40000 : 100 + draw(state, 30));
	b.responder_port = (uint16_t)draw(state, 4);
	b.duplicates = (uint16_t)draw(state, 2);
	b.vlan = (uint16_t)draw(state, 3);
	b.protocol = 6;
	b.delivery = draw(state, 8) ? DELIVERY_UNICAST : DELIVERY_BROADCAST;
	b.basis = (uint8_t)draw(state, DIRECTION_COUNT);
	b.confidence = (uint8_t)draw(state, CONFIDENCE_COUNT);
	b.evidence_cut = (uint8_t)draw(state, 2);
	b.syn_retransmitted = draw(state, 5) == 0;
	b.sided = draw(state, 2);
	b.onesided = b.sided && draw(state, 2);
	b.evicted = draw(state, 9) == 0;
	draw_macs(state, &b);
	/* An input that has no place in a packed row. */
	if (draw(state, 500) == 0)
		b.answer = frame_mark_make(at_ns, (1U << 24) - 1, 7);
	return b;
}

static void expect_same(struct ledger *a, struct ledger *b)
{
	struct ledger_health one, two;

	ledger_sort(a);
	ledger_sort(b);
	one = ledger_health(a);
	two = ledger_health(b);
	cr_assert_arr_eq(&one, &two, sizeof(one));
	cr_assert_eq(ledger_edge_count(a), ledger_edge_count(b));
	cr_assert_eq(ledger_host_count(a), ledger_host_count(b));
	for (size_t i = 0; i < ledger_edge_count(a); i++) {
		struct edge_row x = ledger_edge(a, i), y = ledger_edge(b, i);

		cr_assert_arr_eq(&x, &y, sizeof(x), "edge %zu", i);
	}
	for (size_t i = 0; i < ledger_host_count(a); i++) {
		struct host_row x = ledger_host(a, i), y = ledger_host(b, i);

		cr_assert_arr_eq(&x, &y, sizeof(x), "host %zu", i);
	}
}

static void compare(size_t room, size_t count, bool folds)
{
	struct ledger *brief = sample_ledger(room, 7), *whole = sample_ledger(room, 11);
	uint64_t state = 4711;

	for (size_t i = 0; i < count; i++) {
		struct flow_brief b = draw_brief(&state);
		struct flow_delta d;

		flow_brief_open(&b, &d);
		ledger_add_brief_soon(brief, 0, &b);
		ledger_add_delta(whole, 0, &d);
	}
	expect_same(brief, whole);
	cr_assert_eq(ledger_health(brief).folded > 0, folds);
	ledger_free(brief);
	ledger_free(whole);
}

Test(ledger_brief, is_the_delta)
{
	compare((size_t)64 << 20, 20000, false);
}

Test(ledger_brief, is_the_delta_under_pressure)
{
	compare((size_t)300 << 10, 20000, true);
}

/* Forged openers, runs of one service: what was found for an end of the delta before is taken over, but not
 * once folding has given addresses other numbers. */
Test(ledger_brief, ends_that_repeat_while_addresses_are_forgotten)
{
	enum { DELTAS = 60000 };
	struct ledger *soon = sample_ledger((size_t)200 << 10, 7),
		      *now = sample_ledger((size_t)200 << 10, 11);
	uint64_t state = 5;

	for (uint32_t i = 0; i < DELTAS; i++) {
		struct flow_brief b = draw_brief(&state);
		struct flow_delta d;

		b.initiator = sample_host((uint8_t)draw(&state, 200), (uint8_t)draw(&state, 200), (uint8_t)i);
		if (draw(&state, 3) == 0)
			b.initiator = sample_host(7, 7, 7);
		b.responder = sample_host(9, (uint8_t)(i / 7 % 50), 1);
		flow_brief_open(&b, &d);
		ledger_add_brief_soon(soon, 0, &b);
		ledger_add_delta(now, 0, &d);
	}
	expect_same(soon, now);
	cr_assert_gt(ledger_health(soon).folded, 1000);
	ledger_free(soon);
	ledger_free(now);
}

/* A row's small counters run over one by one, whatever stands beside them. */
Test(ledger_brief, counters_run_over)
{
	enum { DELTAS = 200000 };
	struct ledger *ledger = sample_ledger(0, 1);
	uint64_t expected[FLOW_EVENT_COUNT] = {0}, state = 5;
	struct flow_brief b = {.bucket = time_bucket(t0),
			       .initiator = sample_host(1, 1, 1),
			       .responder = sample_host(1, 1, 2),
			       .protocol = 6,
			       .first_ns = TIME_UNKNOWN,
			       .last_ns = TIME_UNKNOWN};

	for (uint32_t i = 0; i < DELTAS; i++) {
		b.events = 0;
		for (unsigned event = 0; event < FLOW_EVENT_COUNT; event++)
			b.events = (uint16_t)(b.events | (unsigned)(draw(&state, 1 + event) == 0) << event);
		for (unsigned event = 0; event < FLOW_EVENT_COUNT; event++)
			expected[event] += (unsigned)b.events >> event & 1U;
		ledger_add_brief_soon(ledger, 0, &b);
	}
	ledger_sort(ledger);
	cr_assert_eq(ledger_edge_count(ledger), 1);
	const struct edge_row row = ledger_edge(ledger, 0);
	for (unsigned event = 0; event < FLOW_EVENT_COUNT; event++)
		cr_assert_eq(row.events[event], expected[event], "%s", flow_event_name(event));
	ledger_free(ledger);
}
