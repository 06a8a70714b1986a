/*
 * Puts what a live sensor would into a store, quarter hour after quarter hour, and prints after each, and at
 * the end of each run, what is stored: live_puts PLACE SENSOR. Every place says the same, where what is written
 * is sent at once; else at the ends.
 */
#include "base/mem.h"
#include "store/store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fingerprints, of which two digits are shown. */
#define AA "aa000000000000000000000000000000"
#define BB "bb000000000000000000000000000000"
#define CC "cc000000000000000000000000000000"

static const int64_t start_ns = INT64_C(1700000100) * NSEC_PER_SEC;

/* One writing: what settled, what is open, and what the hour's input counts by then. */
struct put {
	int minute, rows_minute; /* when it is, and of when its rows are */
	unsigned settled, open, total;
	const char *hour;
	bool begins; /* another run */
};

static const struct put puts_[] = {
    {0, 0, 10, 5, 15, AA, true},   {1, 1, 20, 7, 37, AA, false},  {2, 2, 7, 0, 37, AA, false},
    {16, 14, 3, 2, 42, AA, false}, {17, 17, 0, 9, 49, AA, false}, {33, 33, 9, 0, 49, AA, false},
    {75, 75, 4, 1, 5, BB, false},  {20, 20, 1, 6, 12, BB, false}, {21, 21, 8, 0, 14, BB, false},
    {80, 80, 6, 6, 12, CC, true},  {81, 81, 7, 0, 13, CC, false},
};

static int64_t at(int minute)
{
	return start_ns + (int64_t)minute * 60 * NSEC_PER_SEC;
}

static struct addr host(uint8_t last)
{
	return (struct addr){.family = ADDR_IPV4, .bytes = {10, 0, 0, last}};
}

static void stop(const struct err *err)
{
	fprintf(stderr, "%s\n", err->text);
	exit(2);
}

static struct ledger *make(const struct put *put, unsigned packets, const char *sensor)
{
	const struct ledger_options options = {.memory_bytes = (size_t)16 << 20};
	struct err err;
	struct ledger *ledger = ledger_new(&options, &err);
	const struct input_record record = {.name = "eth1",
					    .fingerprint = put->hour,
					    .sha256 = "",
					    .format = "live",
					    .status = "complete",
					    .error = "",
					    .packets = put->total,
					    .first_ns = start_ns,
					    .last_ns = at(put->minute),
					    .unsupported = "",
					    .link_types = "EN10MB"};
	const struct flow_delta delta = {.bucket = time_bucket(at(put->rows_minute)),
					 .initiator = host(1),
					 .responder = host(2),
					 .responder_port = 80,
					 .protocol = 6,
					 .basis = DIRECTION_HANDSHAKE,
					 .confidence = CONFIDENCE_PROVEN,
					 .packets = {packets, 0},
					 .first_ns = at(put->rows_minute),
					 .last_ns = at(put->rows_minute) + 1};

	if (!ledger)
		stop(&err);
	if (ledger_sensor(ledger, sensor) < 0 || ledger_add_input(ledger, &record) < 0 ||
	    ledger_cover(ledger, 0, at(put->rows_minute), at(put->minute)) != 0)
		exit(2);
	if (packets > 0)
		ledger_add_delta(ledger, 0, &delta);
	ledger_sort(ledger);
	return ledger;
}

static void print(struct store *store)
{
	struct ledger *ledger;
	struct err err;
	size_t count;

	if (store_load(store, time_bucket(start_ns) - 1, time_bucket(at(100)), &ledger, &err) != 0)
		stop(&err);
	count = ledger_edge_count(ledger);
	for (size_t i = 0; i < count; i++) {
		const struct edge_row row = ledger_edge(ledger, i);

		printf(" %d:%llu", row.key.bucket - time_bucket(start_ns),
		       (unsigned long long)row.packets[0]);
	}
	const struct input_record *records = ledger_inputs(ledger, &count);
	for (size_t i = 0; i < count; i++)
		printf(" %.2s=%llu", records[i].fingerprint, (unsigned long long)records[i].packets);
	const struct coverage_span *spans = ledger_spans(ledger, &count);
	for (size_t i = 0; i < count; i++)
		printf(" %lld-%lld", (long long)((spans[i].first_ns - start_ns) / NSEC_PER_SEC),
		       (long long)((spans[i].last_ns - start_ns) / NSEC_PER_SEC));
	printf("\n");
	ledger_free(ledger);
}

static struct store *open_store(const char *place, const char *sensor)
{
	const struct store_access access = {.password = getenv("TAPAUDIT_CLICKHOUSE_PASSWORD"), .site = "s"};
	struct err err;
	struct store *store = store_open_with(place, STORE_WRITE, NULL, &access, &err);

	if (!store || store_begin_live(store, sensor, &err) != 0)
		stop(&err);
	return store;
}

static void end(struct store *store)
{
	struct err err;

	if (store_end_live(store, &err) != 0)
		stop(&err);
	printf("end:");
	print(store);
	store_close(store);
}

int main(int argc, char **argv)
{
	struct store *store = NULL;
	struct err err;

	if (argc != 3)
		return 2;
	for (size_t i = 0; i < sizeof(puts_) / sizeof(puts_[0]); i++) {
		const struct put *put = &puts_[i];
		struct ledger *settled = make(put, put->settled, argv[2]),
			      *open = make(put, put->open, argv[2]);
		const struct store_chain chain = {.sensor = argv[2], .end_ns = at(put->minute)};

		if (put->begins && store)
			end(store);
		if (put->begins)
			store = open_store(argv[1], argv[2]);
		if (store_put_live(store, argv[2], settled, open, &chain, &err) != 0)
			stop(&err);
		ledger_free(settled);
		ledger_free(open);
		print(store);
	}
	end(store);
	return 0;
}
