/*
 * Fills a fleet's store with sensors' nights, the same for the same seed, by the program's own way of
 * writing:
 *
 *   make_fleet [-f FIRST] [-n SENSORS] [-d DAYS] [-e EDGES] [-s SEED] SITES [STORE]
 *
 * Sensor I watches a site of its own, whose site file goes to the folder SITES: thin clients that report to
 * their management server, which keeps its records in a database. Each of EDGES speaks once an hour of each
 * of DAYS days (the last one is the day of 2026-11-18): EDGES x 24 rows a night, of one capture. One site in
 * 20 has a stranger that reaches a terminal, one in 50 a server that opens what the terminals should. STORE
 * is an address without sensor and spool, TAPAUDIT_SPOOL the spool; without STORE only site files are
 * written. Says what it wrote.
 */
#include "base/hash.h"
#include "ledger/ledger.h"
#include "store/store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	QUARTERS_A_DAY = 96,
	HOURS = 24,
	LAST_DAY = 20775,
	TEXT_MAX = 512,
	STRANGER_EVERY = 20,
	TURNED_EVERY = 50
};
enum { PORT_WDM = 80, PORT_DB = 1433, TERMINALS_MAX = 200 };

struct plan {
	uint64_t first, sensors, days, edges, seed;
	const char *sites, *store;
};

struct night {
	struct ledger *ledger;
	uint64_t seed, site;
	uint32_t sensor, input;
	int32_t day;
};

static uint64_t draw(const struct night *night, uint64_t a, uint64_t b)
{
	const uint64_t parts[] = {night->site, (uint64_t)night->day, a, b};

	return hash_bytes(night->seed, parts, sizeof parts);
}

/* 10.X.Y.HOST of the site, terminals from 32 on. */
static struct addr address_of(uint64_t site, unsigned host)
{
	struct addr addr = {.family = ADDR_IPV4};

	addr.bytes[0] = 10;
	addr.bytes[1] = (uint8_t)(site / 256);
	addr.bytes[2] = (uint8_t)site;
	addr.bytes[3] = (uint8_t)host;
	return addr;
}

static void add_host(const struct night *night, int32_t bucket, const struct addr *address, uint64_t sent,
		     uint64_t received)
{
	struct host_row row;

	memset(&row, 0, sizeof row);
	row.sensor = night->sensor;
	row.bucket = bucket;
	row.address = *address;
	row.mac[0] = 2;
	memcpy(row.mac + 1, address->bytes, 4);
	row.unicast_sent = sent;
	row.unicast_received = received;
	ledger_add_host(night->ledger, &row);
}

/* Edge E in HOUR: one TCP connection in one of the hour's quarters. Returns its packets. */
static uint64_t add_edge(const struct night *night, uint64_t e, unsigned hour, const struct edge_key *ends)
{
	uint64_t random = draw(night, e, hour);
	int32_t bucket = night->day * QUARTERS_A_DAY + (int32_t)(hour * 4 + random % 4);
	unsigned minute = (unsigned)(random / 4 % 15);
	struct edge_row row;

	memset(&row, 0, sizeof row);
	row.key = *ends;
	row.key.sensor = night->sensor;
	row.key.bucket = bucket;
	row.events[FLOW_OPENED] = row.events[FLOW_SUCCEEDED] = 1;
	row.packets[0] = 6 + random / 64 % 20;
	row.packets[1] = 5 + random / 2048 % 20;
	row.bytes[0] = row.packets[0] * 90;
	row.bytes[1] = row.packets[1] * 400;
	row.first_ns =
	    bucket_start_ns(bucket) + ((int64_t)minute * 60 + (int64_t)(random / 65536 % 50)) * NSEC_PER_SEC;
	row.last_ns = row.first_ns + 3 * NSEC_PER_SEC;
	row.opened_minutes = row.answered_minutes = row.active_minutes = (uint16_t)(1U << minute);
	row.evidence.openings[0] =
	    (struct frame_ref){.time_ns = row.first_ns, .input = night->input, .frame = 1 + random % 1000000};
	row.evidence.openings[1] = row.evidence.openings[0];
	row.evidence.openings[1].time_ns += NSEC_PER_SEC / 1000;
	row.evidence.openings[1].frame++;
	row.evidence.answer = row.evidence.openings[1];
	ledger_add_edge(night->ledger, &row);
	add_host(night, bucket, &row.key.initiator, row.packets[0], row.packets[1]);
	add_host(night, bucket, &row.key.responder, row.packets[1], row.packets[0]);
	return row.packets[0] + row.packets[1];
}

/* Terminals report to their server; every tenth connection is the server's to its database. */
static struct edge_key ends_of(const struct night *night, uint64_t e)
{
	struct edge_key ends;
	bool to_database = e % 10 == 9;

	memset(&ends, 0, sizeof ends);
	ends.initiator = to_database ? address_of(night->site, 10)
				     : address_of(night->site, 32 + (unsigned)(e % TERMINALS_MAX));
	ends.responder = address_of(night->site, to_database ? 20 : 10);
	ends.protocol = 6;
	ends.basis = DIRECTION_HANDSHAKE;
	ends.confidence = CONFIDENCE_PROVEN;
	ends.responder_port = to_database ? PORT_DB : PORT_WDM;
	/* Connections of one pair are told apart by what opened them. */
	ends.opener_port = (uint16_t)(to_database         ? 1024 + e
				      : e / TERMINALS_MAX ? 1024 + e / TERMINALS_MAX
							  : 0);
	if (e == 0 && night->site % STRANGER_EVERY == 7) {
		ends.initiator = address_of(night->site, 250);
		ends.responder = address_of(night->site, 32);
		ends.responder_port = 9100;
	} else if (e == 1 && night->site % TURNED_EVERY == 11) {
		ends.initiator = address_of(night->site, 10);
		ends.responder = address_of(night->site, 33);
	}
	return ends;
}

static uint64_t add_edges(const struct night *night, uint64_t edges)
{
	uint64_t packets = 0;

	for (unsigned hour = 0; hour < HOURS; hour++) {
		for (uint64_t e = 0; e < edges; e++) {
			const struct edge_key ends = ends_of(night, e);

			packets += add_edge(night, e, hour, &ends);
		}
	}
	return packets;
}

static int add_coverage(const struct night *night)
{
	size_t count = ledger_edge_count(night->ledger);

	for (int32_t i = 0; i < QUARTERS_A_DAY; i++) {
		struct coverage_row *row =
		    ledger_coverage(night->ledger, night->sensor, night->day * QUARTERS_A_DAY + i);

		if (!row)
			return -1;
		row->packets = row->accounting[ACCOUNT_AUDITED] = 0;
	}
	for (size_t i = 0; i < count; i++) {
		const struct edge_row edge = ledger_edge(night->ledger, i);
		struct coverage_row *row = ledger_coverage(night->ledger, night->sensor, edge.key.bucket);

		row->packets += edge.packets[0] + edge.packets[1];
		row->accounting[ACCOUNT_AUDITED] = row->packets;
	}
	return ledger_cover(night->ledger, night->sensor, bucket_start_ns(night->day * QUARTERS_A_DAY),
			    bucket_start_ns((night->day + 1) * QUARTERS_A_DAY) - 1);
}

/* The capture that all of the night is of. */
static int64_t add_input(const struct night *night, uint64_t packets, const char *name)
{
	char fingerprint[33];
	uint8_t hash[16];
	const uint64_t parts[] = {night->seed, night->site, (uint64_t)night->day};

	hash128_bytes(parts, sizeof parts, hash);
	hash_hex(hash, sizeof hash, fingerprint);
	struct input_record record = {.name = name,
				      .fingerprint = fingerprint,
				      .sha256 = "",
				      .format = "pcap",
				      .status = "complete",
				      .error = "",
				      .unsupported = "",
				      .link_types = "EN10MB",
				      .packets = packets,
				      .bytes = packets * 250,
				      .first_ns = bucket_start_ns(night->day * QUARTERS_A_DAY),
				      .last_ns = bucket_start_ns((night->day + 1) * QUARTERS_A_DAY) - 1};
	record.accounting[ACCOUNT_AUDITED] = packets;
	return packets ? ledger_set_input(night->ledger, night->input, &record)
		       : ledger_add_input(night->ledger, &record);
}

static int make_night(struct night *night, uint64_t edges, const char *sensor, struct err *err)
{
	const struct ledger_options options = {.hash_seed = night->seed};
	char name[TEXT_MAX];

	(void)snprintf(name, sizeof name, "/var/spool/captures/%s-%d.pcap", sensor, night->day);
	night->ledger = ledger_new(&options, err);
	int64_t number = night->ledger ? ledger_sensor(night->ledger, sensor) : -1;
	if (number < 0)
		return -1;
	night->sensor = (uint32_t)number;
	int64_t input = add_input(night, 0, name);
	if (input < 0)
		return -1;
	night->input = (uint32_t)input;
	uint64_t packets = add_edges(night, edges);
	ledger_sort(night->ledger);
	return add_coverage(night) || add_input(night, packets, name) < 0 ? -1 : 0;
}

static int write_site(const struct plan *plan, uint64_t site, const char *name)
{
	char path[TEXT_MAX];
	unsigned x = (unsigned)(site / 256), y = (unsigned)(site % 256);
	FILE *file = snprintf(path, sizeof path, "%s/%s.site.json", plan->sites, name) < TEXT_MAX
			 ? fopen(path, "we")
			 : NULL;

	if (!file)
		return -1;
	(void)fprintf(file,
		      "{\"schema\": \"tapaudit.site/1\", \"name\": \"%s\", \"timezone\": \"UTC\", "
		      "\"local_networks\": [\"10.0.0.0/8\"],\n"
		      " \"systems\": [{\"name\": \"terminals\", \"signature\": \"wyse-wdm\", \"roles\": "
		      "{\"web-service\": "
		      "[\"10.%u.%u.10\"],\n"
		      "   \"database\": [\"10.%u.%u.20\"], \"agent\": [\"10.%u.%u.32-10.%u.%u.240\"]}}]}\n",
		      name, x, y, x, y, x, y, x, y);
	return fclose(file);
}

static int write_sensor(const struct plan *plan, uint64_t site, struct err *err)
{
	char name[32], place[TEXT_MAX];
	int status = 0;

	(void)snprintf(name, sizeof name, "branch-%05llu", (unsigned long long)site);
	if (write_site(plan, site, name))
		return err_set(err, "%s: site file cannot be written", plan->sites);
	if (!plan->store)
		return 0;
	(void)snprintf(place, sizeof place, "%s%csensor=%s", plan->store,
		       strchr(plan->store, '?') ? '&' : '?', name);
	const struct store_access access = {.password = getenv("TAPAUDIT_CLICKHOUSE_PASSWORD"),
					    .site = name,
					    .spool = getenv("TAPAUDIT_SPOOL")};
	struct store *store = store_open_with(place, STORE_WRITE, NULL, &access, err);
	for (uint64_t d = 0; store && d < plan->days && status == 0; d++) {
		struct night night = {.seed = plan->seed,
				      .site = site,
				      .day = (int32_t)(LAST_DAY + 1 - (int64_t)plan->days + (int64_t)d)};

		status = make_night(&night, plan->edges, name, err);
		if (status == 0)
			status = store_add(store, night.ledger, NULL, 0, NULL, err);
		ledger_free(night.ledger);
	}
	store_close(store);
	return store ? status : -1;
}

static uint64_t number_of_text(const char *text)
{
	return strtoull(text, NULL, 10);
}

static int read_plan(struct plan *plan, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "f:n:d:e:s:")) != -1) {
		switch (option) {
		case 'f': plan->first = number_of_text(optarg); break;
		case 'n': plan->sensors = number_of_text(optarg); break;
		case 'd': plan->days = number_of_text(optarg); break;
		case 'e': plan->edges = number_of_text(optarg); break;
		case 's': plan->seed = number_of_text(optarg); break;
		default: return -1;
		}
	}
	plan->sites = optind < argc ? argv[optind] : NULL;
	plan->store = optind + 1 < argc ? argv[optind + 1] : NULL;
	return plan->sites ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct plan plan = {.sensors = 1, .days = 1, .edges = 84, .seed = 1};
	struct timespec begin, end;
	struct err err = {""};

	if (read_plan(&plan, argc, argv)) {
		fprintf(stderr, "usage: make_fleet [-f FIRST] [-n SENSORS] [-d DAYS] [-e EDGES] [-s SEED] "
				"SITES [STORE]\n");
		return 2;
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	for (uint64_t i = 0; i < plan.sensors; i++) {
		if (write_sensor(&plan, plan.first + i, &err)) {
			fprintf(stderr, "make_fleet: %s\n", err.text);
			return 1;
		}
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	double took = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	uint64_t rows = plan.sensors * plan.days * plan.edges * HOURS;
	printf("%llu nights, %llu rows of edges, %.1f s, %.0f rows/s\n",
	       (unsigned long long)(plan.sensors * plan.days), (unsigned long long)rows, took,
	       (double)rows / took);
	return 0;
}
