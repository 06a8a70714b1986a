/*
 * What a sound ClickHouse server answers to each question that a reader asks, made once by what the program
 * itself would have written. Four sensors: one of before there was a register, one that moved, one whose site
 * was renamed, from which all rows are, and one that has not written.
 */
#ifndef TESTS_FUZZ_CLICKHOUSE_ANSWERS_H
#define TESTS_FUZZ_CLICKHOUSE_ANSWERS_H

#include "judge_road.h"
#include "store/clickhouse.h"
#include <string.h>

/* A question is told by words that stand in it; the first that match. */
enum answer_kind {
	ANSWER_COLUMNS,
	ANSWER_WEIGHTS,
	ANSWER_SEEN,
	ANSWER_SENSORS,
	ANSWER_AWAY_SENSORS,
	ANSWER_SHARDS,
	ANSWER_EVENTS,
	ANSWER_UNREGISTERED,
	ANSWER_KNOWN,
	ANSWER_EDGES,
	ANSWER_HOSTS,
	ANSWER_EXTENT,
	ANSWER_COVERAGE,
	ANSWER_ANOMALIES,
	ANSWER_INPUTS,
	ANSWER_SPANS,
	ANSWER_CHAIN,
	ANSWER_FILE,
	ANSWER_FINDINGS,
	ANSWER_DAYS,
	ANSWER_KINDS
};
static const char *const answer_words[ANSWER_KINDS] = {
    [ANSWER_COLUMNS] = "FROM system.columns",
    [ANSWER_WEIGHTS] = "FROM system.clusters",
    [ANSWER_SEEN] = "arraySort(groupArray(latest))",
    [ANSWER_SENSORS] = "sumIf(rows",
    [ANSWER_AWAY_SENSORS] = "WHERE cityHash64(sensor) %",
    [ANSWER_SHARDS] = "DISTINCT shard",
    [ANSWER_EVENTS] = "uniqExact(shard)",
    [ANSWER_UNREGISTERED] = "DISTINCT sensor FROM t.segment",
    [ANSWER_KNOWN] = "argMax(site, version) AS name",
    [ANSWER_EDGES] = "FROM t.edge ",
    [ANSWER_HOSTS] = "FROM t.host ",
    [ANSWER_EXTENT] = "min(bucket)",
    [ANSWER_COVERAGE] = "FROM t.coverage ",
    [ANSWER_ANOMALIES] = "FROM t.anomaly ",
    [ANSWER_INPUTS] = "FROM t.input ",
    [ANSWER_SPANS] = "FROM t.span ",
    [ANSWER_CHAIN] = "FROM t.chain ",
    [ANSWER_FILE] = "FROM t.file ",
    [ANSWER_FINDINGS] = "FROM t.finding ",
    [ANSWER_DAYS] = "FROM t.day ",
};

/* In the order in which a server names them. */
enum answer_sensor { SENSOR_ANCIENT, SENSOR_DRIFTER, SENSOR_LOCAL, SENSOR_OTHER, SENSOR_COUNT };
static const struct {
	const char *name, *literal;
	bool of_site; /* it wrote for "site", under that name or another */
} answer_sensors[SENSOR_COUNT] = {
    [SENSOR_ANCIENT] = {"ancient", "'ancient'", true},
    [SENSOR_DRIFTER] = {"drifter", "'drifter'", true},
    [SENSOR_LOCAL] = {"local", "'local'", true},
    [SENSOR_OTHER] = {"other", "'other'", false},
};

/* Made once. What is of no sensor stands with "local". */
static struct strbuf sound_answers[ANSWER_KINDS][SENSOR_COUNT];

static bool asks_for(const char *sql, enum answer_sensor sensor)
{
	if (strstr(sql, "site = 'site'"))
		return answer_sensors[sensor].of_site;
	if (strstr(sql, "sensor IN (") || strstr(sql, "WHERE sensor = "))
		return strstr(sql, answer_sensors[sensor].literal);
	return true;
}

static void add_answer(struct strbuf *out, const char *sql)
{
	int kind = 0;

	while (kind < ANSWER_KINDS && !strstr(sql, answer_words[kind]))
		kind++;
	for (int i = 0; kind < ANSWER_KINDS && i < SENSOR_COUNT; i++) {
		const struct strbuf *part = &sound_answers[kind][i];

		if (asks_for(sql, (enum answer_sensor)i))
			strbuf_add_bytes(out, strbuf_text(part), part->length);
	}
}

static struct strbuf *answer_of(enum answer_kind kind)
{
	return &sound_answers[kind][SENSOR_LOCAL];
}

static void put_numbers(struct strbuf *out, size_t bytes, const uint64_t *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_number(out, values[i], bytes);
}

static void put_texts(struct strbuf *out, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_text(out, texts[i]);
}

static const uint8_t answer_input_id[INPUT_ID_BYTES] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
							0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

static void put_rows(const struct ledger *ledger)
{
	uint8_t ids[1][INPUT_ID_BYTES];
	const struct house_names names = {.ledger = ledger, .inputs = ids};
	struct anomaly_row anomaly = {.bucket = 1900000,
				      .kind = ANOMALY_FTP_BOUNCE,
				      .protocol = PROTO_TCP,
				      .responder_port = 21,
				      .count = 1};
	size_t coverages;
	const struct coverage_row *coverage = ledger_coverages(ledger, &coverages);

	memcpy(ids[0], answer_input_id, INPUT_ID_BYTES);
	for (size_t i = 0; i < ledger_edge_count(ledger); i++) {
		const struct edge_row row = ledger_edge(ledger, i);

		house_put_row(answer_of(ANSWER_EDGES), &row_shapes[SHAPE_EDGES], &names, &row);
		anomaly.initiator = row.key.initiator;
		anomaly.responder = anomaly.third = row.key.responder;
		anomaly.evidence = row.evidence.openings[0];
	}
	for (size_t i = 0; i < ledger_host_count(ledger); i++) {
		const struct host_row row = ledger_host(ledger, i);

		house_put_row(answer_of(ANSWER_HOSTS), &row_shapes[SHAPE_HOSTS], &names, &row);
	}
	for (size_t i = 0; i < coverages; i++)
		house_put_row(answer_of(ANSWER_COVERAGE), &row_shapes[SHAPE_COVERAGE], &names, &coverage[i]);
	house_put_row(answer_of(ANSWER_ANOMALIES), &row_shapes[SHAPE_ANOMALIES], &names, &anomaly);
}

static void put_inputs(void)
{
	static const char *const texts[] = {
	    "a.pcap", "00112233445566778899aabbccddeeff", "", "pcap", "complete", "", "", "EN10MB", "tcp"};
	const uint64_t numbers[] = {9, 1000, (uint64_t)bucket_start_ns(1900000),
				    (uint64_t)bucket_start_ns(1900004)};
	const uint64_t zeros[ACCOUNT_COUNT] = {0};
	struct strbuf *out = answer_of(ANSWER_INPUTS);

	put_text(out, "local");
	put_bytes(out, answer_input_id, INPUT_ID_BYTES);
	put_texts(out, texts, sizeof texts / sizeof texts[0]);
	put_number(out, 0, 1);
	put_numbers(out, 8, numbers, 4);
	put_number(out, ACCOUNT_COUNT, 1);
	put_numbers(out, 8, zeros, ACCOUNT_COUNT);
	put_text(answer_of(ANSWER_SPANS), "local");
	put_numbers(answer_of(ANSWER_SPANS), 8, numbers + 2, 2);
}

static void put_chain(void)
{
	const uint8_t four[4] = {10, 0, 0, 1};
	struct strbuf flow = {0};

	for (int i = 0; i < 2; i++)
		put_bytes(&flow, four, sizeof four);
	put_number(&flow, 40000, 2);
	put_number(&flow, 443, 2);
	put_number(&flow, PROTO_TCP, 1);
	put_number(&flow, CONFIDENCE_PROVEN, 1);
	put_number(&flow, (uint64_t)bucket_start_ns(1900004), 8);
	put_bytes(answer_of(ANSWER_CHAIN), strbuf_text(&flow), flow.length);
	strbuf_clear(&flow);
}

static void put_history(void)
{
	static const char *const day[] = {"a", "b", "fail", "A"};
	static const char *const finding[] = {"0011", "missing", "low", "system", "rule", "message", "EX-1"};
	const uint64_t counts[6] = {9, 1, 0, 1, 0, 0};

	put_number(answer_of(ANSWER_DAYS), 19791, 4);
	put_texts(answer_of(ANSWER_DAYS), day, 4);
	put_numbers(answer_of(ANSWER_DAYS), 8, counts, 6);
	put_texts(answer_of(ANSWER_FINDINGS), finding, 7);
	put_number(answer_of(ANSWER_FINDINGS), 15, 1);
	put_number(answer_of(ANSWER_FINDINGS), 19790, 4);
	put_text(answer_of(ANSWER_FINDINGS), "place");
	put_text(answer_of(ANSWER_FILE), "a.pcap");
	put_numbers(answer_of(ANSWER_FILE), 8, counts, 2);
	put_text(answer_of(ANSWER_FILE), "00112233445566778899aabbccddeeff");
	put_numbers(answer_of(ANSWER_FILE), 8, counts, 2);
}

/* Names as the server tells them: quotes are the statement's. */
static void put_columns(const struct clickhouse_table *table)
{
	struct strbuf all = {0}, name = {0};
	const char *next;

	clickhouse_add_columns(&all, table);
	for (const char *at = strbuf_text(&all) + 1; at; at = next ? next + 2 : NULL) {
		size_t quote = *at == '`';

		next = strstr(at, ", ");
		name.length = 0;
		strbuf_addf(&name, "%s.%.*s", table->name, (int)(strcspn(at, " ") - 2 * quote), at + quote);
		put_text(answer_of(ANSWER_COLUMNS), strbuf_text(&name));
	}
	strbuf_clear(&name);
	strbuf_clear(&all);
}

static void put_server(void)
{
	const uint64_t weights = 2, shard = 0, covered = 2;

	for (size_t i = 0; i < TABLE_COUNT; i++)
		put_columns(&clickhouse_tables[i]);
	put_number(answer_of(ANSWER_WEIGHTS), weights, 8);
	put_number(answer_of(ANSWER_SHARDS), shard, 8);
	put_number(answer_of(ANSWER_EXTENT), covered, 8);
	put_number(answer_of(ANSWER_EXTENT), 1900000, 4);
	put_number(answer_of(ANSWER_EXTENT), 1900003, 4);
	put_text(&sound_answers[ANSWER_AWAY_SENSORS][SENSOR_OTHER], "other");
}

/* SENSOR wrote two segments under the name SITE. */
static void put_pair(enum answer_sensor sensor, const char *site, uint64_t first_bucket)
{
	struct strbuf *out = &sound_answers[ANSWER_SENSORS][sensor];
	const uint64_t written = UINT64_C(1710000000), rows = 2;

	put_text(out, answer_sensors[sensor].name);
	put_text(out, site);
	put_number(out, first_bucket, 4);
	put_number(out, first_bucket + 1, 4);
	put_number(out, written, 8);
	put_number(out, rows, 8);
}

static void put_event(enum answer_sensor sensor, uint64_t version, const char *site, const char *was)
{
	struct strbuf *out = &sound_answers[ANSWER_EVENTS][sensor];
	const uint64_t shards = 2;

	put_text(out, answer_sensors[sensor].name);
	put_number(out, version, 8);
	put_text(out, site);
	put_text(out, was);
	put_number(out, shards, 8);
}

/* Some by one, some by several attempts, which share a quarter hour or do not. */
static void put_seen(enum answer_sensor sensor, uint64_t count, bool shared)
{
	struct strbuf *out = &sound_answers[ANSWER_SEEN][sensor];

	put_text(out, answer_sensors[sensor].name);
	put_number(out, count, 1);
	for (uint64_t i = 0; i < count; i++)
		put_number(out, 10 * (uint64_t)sensor + i, 8);
	put_number(out, shared, 1);
}

static void put_sensors(void)
{
	static const char *const elsewhere[] = {"drifter", "elsewhere"}, *const here[] = {"local", "old"};

	for (int i = 0; i < SENSOR_COUNT; i++)
		if (answer_sensors[i].of_site)
			put_text(&sound_answers[ANSWER_UNREGISTERED][i], answer_sensors[i].name);
	put_pair(SENSOR_ANCIENT, "site", 1900000);
	put_pair(SENSOR_DRIFTER, "elsewhere", 1900002);
	put_pair(SENSOR_DRIFTER, "site", 1900000);
	put_pair(SENSOR_LOCAL, "old", 1900000);
	put_pair(SENSOR_LOCAL, "site", 1900002);
	put_event(SENSOR_DRIFTER, 1, "site", "");
	put_event(SENSOR_DRIFTER, 2, "elsewhere", "");
	put_event(SENSOR_LOCAL, 1, "old", "");
	put_event(SENSOR_LOCAL, 2, "site", "old");
	put_event(SENSOR_OTHER, 1, "elsewhere", "");
	put_seen(SENSOR_ANCIENT, 2, true);
	put_seen(SENSOR_DRIFTER, 1, false);
	put_seen(SENSOR_LOCAL, 4, false);
	put_texts(&sound_answers[ANSWER_KNOWN][SENSOR_DRIFTER], elsewhere, 2);
	put_texts(&sound_answers[ANSWER_KNOWN][SENSOR_LOCAL], here, 2);
}

#endif
