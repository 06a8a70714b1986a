/*
 * A live sensor's day, minute after minute, by the program's own way of writing:
 *
 *   live_day [-f FIRST] [-n SENSORS] [-m MINUTES] [-e EDGES] STORE
 *
 * As make_fleet's nights: each of EDGES speaks once an hour, for three seconds, so that one in twenty is open
 * when the minute ends. STORE is an address without sensor and spool, TAPAUDIT_SPOOL the spool. Says how many
 * writings there were and what they took.
 */
#include "base/hash.h"
#include "ledger/ledger.h"
#include "store/store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 20775, MINUTES_A_DAY = 1440, TEXT_MAX = 512, TERMINALS = 200, PORT_WDM = 80, OPEN_EVERY = 20 };

struct day {
	uint64_t first, sensors, minutes, edges;
	const char *store;
	uint64_t writings, rows;
};

static int64_t minute_ns(uint64_t minute)
{
	return ((int64_t)DAY * MINUTES_A_DAY + (int64_t)minute) * 60 * NSEC_PER_SEC;
}

static struct addr address_of(uint64_t site, unsigned host)
{
	return (struct addr){.family = ADDR_IPV4,
			     .bytes = {10, (uint8_t)(site / 256), (uint8_t)site, (uint8_t)host}};
}

/* One connection, which settled or, OPEN, did not yet. */
static void add_connection(struct ledger *ledger, uint64_t site, uint64_t e, uint64_t minute, bool open)
{
	const struct flow_delta delta = {.bucket = time_bucket(minute_ns(minute)),
					 .initiator = address_of(site, 32 + (unsigned)(e % TERMINALS)),
					 .responder = address_of(site, 10),
					 .responder_port = PORT_WDM,
					 .protocol = 6,
					 .basis = DIRECTION_HANDSHAKE,
					 .confidence = CONFIDENCE_PROVEN,
					 .events = {[FLOW_OPENED] = 1, [FLOW_SUCCEEDED] = !open},
					 .packets = {9, 8},
					 .bytes = {800, 4000},
					 .first_ns = minute_ns(minute) + 1,
					 .last_ns = minute_ns(minute) + 3 * NSEC_PER_SEC};

	ledger_add_delta(ledger, 0, &delta);
	for (unsigned side = 0; side < 2; side++) {
		struct host_row row;

		memset(&row, 0, sizeof row);
		row.bucket = delta.bucket;
		row.address = side ? delta.responder : delta.initiator;
		row.mac[0] = 2;
		memcpy(row.mac + 1, row.address.bytes, 4);
		row.unicast_sent = row.unicast_received = 8;
		ledger_add_host(ledger, &row);
	}
}

/* What settled in MINUTE, or what is OPEN at its end. */
static struct ledger *minute_of(const struct day *day, uint64_t site, const char *sensor, uint64_t minute,
				bool open, struct err *err)
{
	const struct ledger_options options = {.memory_bytes = (size_t)16 << 20};
	struct ledger *ledger = ledger_new(&options, err);
	const uint64_t hour[] = {site, minute / 60};
	uint8_t hash[16];
	char fingerprint[33];

	hash128_bytes(hour, sizeof hour, hash);
	hash_hex(hash, sizeof hash, fingerprint);
	const struct input_record record = {.name = "eth1",
					    .fingerprint = fingerprint,
					    .sha256 = "",
					    .format = "live",
					    .status = "complete",
					    .error = "",
					    .packets = 17 * (minute % 60 + 1),
					    .first_ns = minute_ns(minute - minute % 60),
					    .last_ns = minute_ns(minute + 1) - 1,
					    .unsupported = "",
					    .link_types = "EN10MB"};
	if (!ledger || ledger_sensor(ledger, sensor) < 0 || ledger_add_input(ledger, &record) < 0 ||
	    (!open && ledger_cover(ledger, 0, minute_ns(minute), minute_ns(minute + 1) - 1) != 0)) {
		ledger_free(ledger);
		return NULL;
	}
	for (uint64_t e = 0; e < day->edges; e++) {
		const uint64_t parts[] = {site, e, minute / 60};
		uint64_t random = hash_bytes(1, parts, sizeof parts);

		if (random % 60 == minute % 60 && (!open || random / 60 % OPEN_EVERY == 0))
			add_connection(ledger, site, e, minute, open);
	}
	struct coverage_row *row = open ? NULL : ledger_coverage(ledger, 0, time_bucket(minute_ns(minute)));
	if (row)
		row->packets = row->accounting[ACCOUNT_AUDITED] = 17;
	ledger_sort(ledger);
	return ledger;
}

static int write_minutes(struct day *day, struct store *store, uint64_t site, const char *sensor,
			 struct err *err)
{
	int status = store_begin_live(store, sensor, err);

	for (uint64_t minute = 0; minute < day->minutes && status == 0; minute++) {
		struct ledger *settled = minute_of(day, site, sensor, minute, false, err),
			      *open = settled ? minute_of(day, site, sensor, minute, true, err) : NULL;
		const struct store_chain chain = {.sensor = sensor, .end_ns = minute_ns(minute + 1) - 1};

		day->rows += settled ? ledger_edge_count(settled) : 0;
		status = open ? store_put_live(store, sensor, settled, open, &chain, err) : -1;
		if (status == 0 && store_away(store))
			status = err_set(err, "%s", store_away(store));
		day->writings += status == 0;
		ledger_free(settled);
		ledger_free(open);
	}
	return status == 0 ? store_end_live(store, err) : -1;
}

static int write_sensor(struct day *day, uint64_t site, struct err *err)
{
	char name[32], place[TEXT_MAX];

	(void)snprintf(name, sizeof name, "live-%05llu", (unsigned long long)site);
	(void)snprintf(place, sizeof place, "%s%csensor=%s", day->store, strchr(day->store, '?') ? '&' : '?',
		       name);
	const struct store_access access = {.password = getenv("TAPAUDIT_CLICKHOUSE_PASSWORD"),
					    .site = name,
					    .spool = getenv("TAPAUDIT_SPOOL")};
	struct store *store = store_open_with(place, STORE_WRITE, NULL, &access, err);
	int status = store ? write_minutes(day, store, site, name, err) : -1;

	store_close(store);
	return status;
}

int main(int argc, char **argv)
{
	struct day day = {.sensors = 1, .minutes = MINUTES_A_DAY, .edges = 84};
	struct timespec begin, end;
	struct err err = {""};
	int option;

	while ((option = getopt(argc, argv, "f:n:m:e:")) != -1) {
		uint64_t *fields[] = {&day.first, &day.sensors, &day.minutes, &day.edges};
		const char *at = option == '?' ? NULL : strchr("fnme", option);

		if (!at)
			return 2;
		*fields[at - "fnme"] = strtoull(optarg, NULL, 10);
	}
	day.store = optind < argc ? argv[optind] : NULL;
	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	for (uint64_t i = 0; i < day.sensors && day.store; i++) {
		if (write_sensor(&day, day.first + i, &err) != 0) {
			fprintf(stderr, "live_day: %s\n", err.text);
			return 1;
		}
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	if (!day.store) {
		fprintf(stderr, "usage: live_day [-f FIRST] [-n SENSORS] [-m MINUTES] [-e EDGES] STORE\n");
		return 2;
	}
	printf("%llu sensors, %llu writings, %llu rows of edges that settled, %.1f s\n",
	       (unsigned long long)day.sensors, (unsigned long long)day.writings,
	       (unsigned long long)day.rows,
	       (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
	return 0;
}
