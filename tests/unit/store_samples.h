/*
 * Shared by the store's tests: a store in a folder of its own, and random ledgers whose captures differ.
 */
#ifndef TESTS_STORE_SAMPLES_H
#define TESTS_STORE_SAMPLES_H

#include "base/mem.h"
#include "ledger_samples.h"
#include "store/store.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

struct store_place {
	char folder[32], path[64];
};

static inline struct store_place store_place_make(void)
{
	struct store_place place = {.folder = "/tmp/tapaudit-store-XXXXXX"};

	cr_assert_not_null(mkdtemp(place.folder));
	(void)snprintf(place.path, sizeof(place.path), "%s/s.db", place.folder);
	return place;
}

static inline void store_place_remove(const struct store_place *place)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[80];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", place->path, ends[i]);
		(void)unlink(path);
	}
	cr_assert_eq(rmdir(place->folder), 0);
}

static inline struct store *store_must_open(const struct store_place *place, enum store_mode mode)
{
	struct err err = {""};
	struct store *store = store_open(place->path, mode, NULL, &err);

	cr_assert_not_null(store, "%s", err.text);
	return store;
}

/* Whether the capture of FINGERPRINT is known. */
static inline bool store_must_know(struct store *store, const char *fingerprint)
{
	struct arena arena = {0};
	struct store_origin origin;
	struct err err = {""};

	cr_assert_eq(store_knows(store, fingerprint, &arena, &origin, &err), 0, "%s", err.text);
	arena_clear(&arena);
	return origin.known;
}

static inline void store_must_add(struct store *store, const struct ledger *ledger)
{
	struct err err = {""};

	cr_assert_eq(store_add(store, ledger, NULL, 0, NULL, &err), 0, "%s", err.text);
}

static inline struct ledger *store_must_load(struct store *store, int32_t first, int32_t end)
{
	struct ledger *ledger = NULL;
	struct err err = {""};

	cr_assert_eq(store_load(store, first, end, &ledger, &err), 0, "%s", err.text);
	return ledger;
}

static inline struct ledger *store_load_all(struct store *store)
{
	return store_must_load(store, INT32_MIN, INT32_MAX);
}

/* Random rows of all kinds in about two buckets, of inputs whose fingerprints INPUTS names. */
static inline struct ledger *store_sample(uint64_t seed, const char *inputs, const char *sensor, int deltas)
{
	struct ledger *ledger = sample_ledger(0, seed * 77);
	struct sample_random random = {.state = seed};
	int64_t start_ns = (INT64_C(1700000000) + (int64_t)seed * 100) * NSEC_PER_SEC;
	uint32_t number = (uint32_t)ledger_sensor(ledger, sensor);

	sample_add_inputs(ledger, inputs);
	for (int i = 0; i < deltas; i++) {
		struct flow_delta delta = sample_random_delta(&random);
		delta.openings[0].input %= (uint32_t)strlen(inputs);
		delta.openings[1].input = delta.openings[0].input;
		delta.answer.input = delta.openings[0].input;
		delta.contradiction.input = delta.openings[0].input;
		struct flow_anomaly anomaly = {.bucket = delta.bucket,
					       .kind = ANOMALY_FTP_BOUNCE,
					       .initiator = delta.initiator,
					       .responder = delta.responder,
					       .third = sample_host(3, 3, 3),
					       .protocol = PROTO_TCP,
					       .responder_port = 21,
					       .evidence = delta.openings[0]};
		struct coverage_row *row = ledger_coverage(ledger, number, delta.bucket);

		delta.initiator.scope_kind = i % 5 == 0 ? ADDR_SCOPE_VLAN : ADDR_SCOPE_NONE;
		delta.initiator.scope = i % 5 == 0 ? 7 : 0;
		ledger_add_delta(ledger, number, &delta);
		if (i % 10 == 0)
			ledger_add_anomaly(ledger, number, &anomaly);
		row->packets += 3;
		row->accounting[ACCOUNT_AUDITED] += 2;
		row->snaplen_min = 96;
		row->dropped++;
		row->forgotten += 2;
	}
	cr_assert_eq(ledger_cover(ledger, number, start_ns, start_ns + 150 * NSEC_PER_SEC), 0);
	cr_assert_eq(ledger_set_filter(ledger, seed % 2 ? "port 53" : "net 10"), 0);
	ledger_sort(ledger);
	return ledger;
}

static inline bool store_spans_equal(const struct ledger *a, const struct ledger *b)
{
	size_t n, m;
	const struct coverage_span *left = ledger_spans(a, &n), *right = ledger_spans(b, &m);

	for (size_t i = 0; i < n && n == m; i++)
		if (left[i].sensor != right[i].sensor || left[i].first_ns != right[i].first_ns ||
		    left[i].last_ns != right[i].last_ns)
			return false;
	return n == m;
}

#endif
