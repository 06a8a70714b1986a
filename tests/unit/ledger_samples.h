/*
 * Shared by the ledger's tests: random deltas from a seed, and ledgers held against each other byte by byte.
 */
#ifndef TESTS_LEDGER_SAMPLES_H
#define TESTS_LEDGER_SAMPLES_H

#include "ledger/ledger.h"
#include <stdlib.h>
#include <string.h>

enum { SAMPLE_INPUTS = 3 };

struct sample_random {
	uint64_t state;
};

/* SplitMix64. */
static inline uint64_t sample_next(struct sample_random *random)
{
	uint64_t z = (random->state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static inline uint32_t sample_below(struct sample_random *random, uint32_t limit)
{
	return (uint32_t)(sample_next(random) % limit);
}

static inline struct addr sample_host(uint8_t a, uint8_t b, uint8_t c)
{
	const uint8_t bytes[4] = {10, a, b, c};

	return addr_ipv4(bytes);
}

/* A plain answered TCP flow of three packets out and two in, opened at TIME_NS by frame FRAME of INPUT. */
static inline struct flow_delta sample_delta(int64_t time_ns, uint32_t input, uint64_t frame)
{
	struct flow_delta delta = {.bucket = time_bucket(time_ns),
				   .initiator = sample_host(0, 0, 1),
				   .responder = sample_host(0, 0, 2),
				   .initiator_port = 40000,
				   .responder_port = 443,
				   .protocol = PROTO_TCP,
				   .delivery = DELIVERY_UNICAST,
				   .basis = DIRECTION_HANDSHAKE,
				   .confidence = CONFIDENCE_PROVEN,
				   .packets = {3, 2},
				   .bytes = {300, 200},
				   .first_ns = time_ns,
				   .last_ns = time_ns + 5,
				   .opened_minutes = time_minute_bit(time_ns),
				   .answered_minutes = time_minute_bit(time_ns),
				   .active_minutes = time_minute_bit(time_ns)};

	delta.events[FLOW_OPENED] = 1;
	delta.events[FLOW_SUCCEEDED] = 1;
	delta.openings[0] = (struct frame_ref){.time_ns = time_ns, .frame = frame, .input = input};
	delta.answer = (struct frame_ref){.time_ns = time_ns + 1, .frame = frame + 1, .input = input};
	return delta;
}

/* Few of each thing, so that keys, times and ports meet often. */
static inline struct flow_delta sample_random_delta(struct sample_random *random)
{
	int64_t time_ns = (int64_t)(1700000000 + sample_below(random, 2000)) * NSEC_PER_SEC;
	struct flow_delta delta =
	    sample_delta(time_ns, sample_below(random, SAMPLE_INPUTS), 1 + sample_below(random, 900));

	delta.initiator = sample_host(0, (uint8_t)sample_below(random, 2), (uint8_t)sample_below(random, 4));
	delta.responder = sample_host(1, (uint8_t)sample_below(random, 2), (uint8_t)sample_below(random, 4));
	delta.initiator_port = (uint16_t)(1000 + sample_below(random, 40) * 1000);
	delta.responder_port = (uint16_t)(sample_below(random, 2) ? 443 : 80);
	delta.basis = (uint8_t)(sample_below(random, 2) ? DIRECTION_HANDSHAKE : DIRECTION_PORTS);
	delta.packets[0] = sample_below(random, 100);
	delta.packets[1] = sample_below(random, 100);
	delta.bytes[0] = delta.packets[0] * 60;
	delta.bytes[1] = delta.packets[1] * 60;
	delta.duplicates = sample_below(random, 2);
	delta.contradictions = sample_below(random, 2);
	delta.syn_retransmitted = sample_below(random, 2);
	delta.vlan_count = 2;
	delta.vlans[0] = (uint16_t)sample_below(random, 20);
	delta.vlans[1] = (uint16_t)(20 + sample_below(random, 20));
	delta.openings[1] = delta.openings[0];
	delta.openings[1].frame += 1000;
	if (sample_below(random, 4) == 0)
		delta.contradiction = delta.openings[0];
	delta.has_mac[0] = true;
	delta.mac[0][5] = delta.initiator.bytes[3];
	delta.health.tcp_bytes = delta.bytes[0];
	return delta;
}

static inline struct ledger *sample_ledger(size_t memory_bytes, uint64_t seed)
{
	const struct ledger_options options = {.memory_bytes = memory_bytes, .hash_seed = seed};

	return ledger_new(&options, NULL);
}

/* Inputs whose fingerprints begin with A, B, C; in the order that ORDER says. */
static inline void sample_add_inputs(struct ledger *ledger, const char *order)
{
	for (size_t i = 0; order[i] != '\0'; i++) {
		const char print[] = {order[i], '\0'};
		const char name[] = {'/', (char)(order[i] + 32), '\0'};
		struct input_record record = {.name = name,
					      .fingerprint = print,
					      .sha256 = "",
					      .format = "pcap",
					      .status = "complete",
					      .error = "",
					      .packets = 7,
					      .first_ns = 5,
					      .unsupported = "",
					      .link_types = "EN10MB"};

		if (ledger_add_input(ledger, &record) < 0)
			abort();
	}
}

static inline bool sample_rows_equal(const void *a, size_t a_count, const void *b, size_t b_count,
				     size_t size)
{
	return a_count == b_count && (a_count == 0 || memcmp(a, b, a_count * size) == 0);
}

static inline bool sample_inputs_equal(const struct ledger *a, const struct ledger *b)
{
	size_t a_count;
	size_t b_count;
	const struct input_record *left = ledger_inputs(a, &a_count);
	const struct input_record *right = ledger_inputs(b, &b_count);

	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (strcmp(left[i].name, right[i].name) != 0 ||
		    strcmp(left[i].fingerprint, right[i].fingerprint) != 0 ||
		    strcmp(left[i].sha256, right[i].sha256) != 0)
			return false;
	return true;
}

static inline bool sample_edges_equal(const struct ledger *a, const struct ledger *b)
{
	size_t count = ledger_edge_count(a);

	for (size_t i = 0; i < count && i < ledger_edge_count(b); i++) {
		const struct edge_row left = ledger_edge(a, i), right = ledger_edge(b, i);

		if (memcmp(&left, &right, sizeof(left)) != 0)
			return false;
	}
	return count == ledger_edge_count(b);
}

static inline bool sample_hosts_equal(const struct ledger *a, const struct ledger *b)
{
	size_t count = ledger_host_count(a);

	for (size_t i = 0; i < count && i < ledger_host_count(b); i++) {
		const struct host_row left = ledger_host(a, i), right = ledger_host(b, i);

		if (memcmp(&left, &right, sizeof(left)) != 0)
			return false;
	}
	return count == ledger_host_count(b);
}

/* Both sorted first: every row of every table the same bytes. */
static inline bool sample_ledgers_equal(struct ledger *a, struct ledger *b)
{
	size_t n;
	size_t m;
	const void *left;
	const void *right;

	ledger_sort(a);
	ledger_sort(b);
	if (!sample_edges_equal(a, b) || !sample_hosts_equal(a, b))
		return false;
	left = ledger_coverages(a, &n);
	right = ledger_coverages(b, &m);
	if (!sample_rows_equal(left, n, right, m, sizeof(struct coverage_row)))
		return false;
	left = ledger_anomalies(a, &n);
	right = ledger_anomalies(b, &m);
	if (!sample_rows_equal(left, n, right, m, sizeof(struct anomaly_row)))
		return false;
	left = ledger_spans(a, &n);
	right = ledger_spans(b, &m);
	return n == m && sample_inputs_equal(a, b) && strcmp(ledger_filter(a), ledger_filter(b)) == 0;
}

#endif
