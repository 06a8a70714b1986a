#include "store/sqlite_store.h"
#include "store_samples.h"
#include <sys/stat.h>

TestSuite(store_open, .timeout = 10);

static void check_refused(const struct store_place *place, enum store_mode mode, const char *why)
{
	struct err err = {""};
	size_t live = mem_live();

	cr_assert_null(store_open(place->path, mode, NULL, &err));
	cr_assert_not_null(strstr(err.text, why), "%s", err.text);
	cr_assert_eq(mem_live(), live);
}

static void run_sql(const struct store_place *place, const char *sql)
{
	sqlite3 *db = NULL;

	cr_assert_eq(sqlite3_open(place->path, &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
	cr_assert_eq(sqlite3_close(db), SQLITE_OK);
}

Test(store_open, what_is_no_store_of_ours_is_refused)
{
	struct store_place place = store_place_make();

	check_refused(&place, STORE_READ, "s.db: No such file or directory");
	run_sql(&place, "CREATE TABLE theirs (x)");
	check_refused(&place, STORE_WRITE, "s.db: not a store of this program");
	check_refused(&place, STORE_READ, "s.db: not a store of this program");
	run_sql(&place, "PRAGMA application_id = 1952542817; PRAGMA user_version = 99");
	check_refused(&place, STORE_WRITE,
		      "s.db: written by a newer version of this program (store version 99, known is 6)");
	store_place_remove(&place);
}

/* A file as version 1 wrote it: a table for each kind of row. */
static void make_old_file(const struct store_place *place)
{
	struct sqlite_store old = {.path = mem_strdup(place->path)};
	struct err err = {""};

	cr_assert_eq(sqlite3_open(place->path, &old.db), SQLITE_OK);
	cr_assert_eq(sqlite_schema_upgrade(&old, 0, 1, &err), 0, "%s", err.text);
	cr_assert_eq(sqlite3_close(old.db), SQLITE_OK);
	mem_free(old.path);
	run_sql(
	    place,
	    "ALTER TABLE coverage DROP COLUMN forgotten;"
	    "INSERT INTO sensor VALUES (4, 'one');"
	    "INSERT INTO input VALUES (9, 'capture A', '/a', 'A', '', 'pcap', 'complete', '', 0, 7, 700,"
	    " 1700000000000000000, 1700000001000000000, zeroblob(72), '', 'EN10MB', '', 1888888, 1888889);"
	    "INSERT INTO span VALUES (4, 1700000000000000000, 1700000001000000000);"
	    "INSERT INTO edge VALUES (1888888, 4, x'0a000001', x'0a000002', 0, 6, 10, 2, 443, 0, 0, 0, 0, 0,"
	    " 3, 0, 2, 0, 0, 0, 0, 0, 1, 0, 30, 20, 3000, 2000, 1700000000000000000, 1700000000500000000,"
	    " 1, 2, 3, 0, 5, 6, x'0007', 1, 1700000000000000000, 9, 11, 1700000000100000000, 9, 12,"
	    " NULL, NULL, NULL, NULL, NULL, NULL);"
	    "INSERT INTO edge SELECT 1888889, sensor, initiator, responder, delivery, protocol, basis, "
	    "confidence,"
	    " 80, opener_port, answered_from, parent, parent_assumed, fold, opened, continued, succeeded, "
	    "refused,"
	    " reset, expired, oneway, probed, stray, answer, packets_out, packets_in, bytes_out, bytes_in,"
	    " first_ns, last_ns, opened_minutes, answered_minutes, active_minutes, contradictions, "
	    "duplicates,"
	    " retransmitted, vlans, vlan_count, opening_time, opening_input, opening_frame, second_time,"
	    " second_input, second_frame, NULL, NULL, NULL, NULL, NULL, NULL FROM edge;"
	    "INSERT INTO host VALUES (1888888, 4, x'0a000001', x'020000000001', 1, 2, 3, 4);"
	    "INSERT INTO coverage (bucket, sensor, minutes, packets, filtered, unsupported, housekeeping, "
	    "non_ip,"
	    " malformed, fragment, icmp_error, truncated, audited, dropped, clock_steps, folded, snaplen_min,"
	    " tcp_bytes, acked_unseen_bytes, sided_flows, onesided_flows, evidence_cut, evicted, duplicates)"
	    " VALUES (1888888, 4, 7, 100, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 96, 5, 0, 1, 0, 0, 0, 0);"
	    "INSERT INTO anomaly VALUES (1888888, 4, 0, x'0a000001', x'0a000002', x'0a000003', 6, 21, 2,"
	    " 1700000000000000000, 9, 11)");
}

Test(store_open, an_older_file_is_upgraded_in_place_and_keeps_its_rows)
{
	struct store_place place = store_place_make();
	struct arena arena = {0};
	struct store_day *days;
	struct store *store;
	struct err err = {""};
	size_t count = 7;

	make_old_file(&place);
	check_refused(&place, STORE_READ, "s.db: of an older version; nightly upgrades it");
	store = store_must_open(&place, STORE_WRITE);
	struct ledger *stored = store_load_all(store);
	const struct edge_row *edges = ledger_edges(stored, &count);
	cr_assert_eq(count, 2);
	cr_assert_eq(edges[0].key.responder_port, 443);
	cr_assert_eq(edges[1].key.responder_port, 80);
	cr_assert_eq(edges[1].key.bucket, 1888889);
	cr_assert_eq(edges[1].events[FLOW_OPENED], 3);
	cr_assert_eq(edges[1].retransmitted, 6);
	cr_assert_eq(edges[1].vlans[0], 7);
	cr_assert_eq(edges[1].last_ns, INT64_C(1700000000500000000));
	cr_assert_eq(edges[0].evidence.openings[1].frame, 12);
	cr_assert_eq(edges[0].evidence.openings[1].time_ns, INT64_C(1700000000100000000));
	const struct host_row *hosts = ledger_hosts(stored, &count);
	cr_assert_eq(count, 1);
	cr_assert_eq(hosts[0].group_received, 4);
	const struct coverage_row *rows = ledger_coverages(stored, &count);
	cr_assert_eq(count, 1);
	cr_assert_eq(rows[0].snaplen_min, 96);
	cr_assert_eq(rows[0].forgotten, 0);
	const struct anomaly_row *anomalies = ledger_anomalies(stored, &count);
	cr_assert_eq(count, 1);
	cr_assert_eq(anomalies[0].evidence.frame, 11);
	cr_assert_eq(store_days(store, "hq", &arena, &days, &count, &err), 0, "%s", err.text);
	cr_assert_eq(count, 0);
	arena_clear(&arena);
	ledger_free(stored);
	store_close(store);
	store_place_remove(&place);
}

Test(store_open, an_older_row_that_cannot_be_is_told_and_the_file_left_as_it_was)
{
	static const char *const damage[] = {"UPDATE edge SET basis = 200",
					     "UPDATE edge SET confidence = -1",
					     "UPDATE edge SET initiator = x'010203'",
					     "UPDATE edge SET opening_input = 4711",
					     "UPDATE edge SET sensor = 99",
					     "UPDATE edge SET vlan_count = 9",
					     "UPDATE edge SET responder_port = 65536 WHERE bucket = 1888888"};

	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		struct store_place place = store_place_make();

		make_old_file(&place);
		run_sql(&place, damage[i]);
		check_refused(&place, STORE_WRITE, "a row of table edge holds what cannot be");
		run_sql(&place, "SELECT count(*) FROM edge");
		store_place_remove(&place);
	}
}

Test(store_open, a_pack_that_cannot_be_is_told_not_believed)
{
	static const char *const damage[] = {
	    "UPDATE pack SET bytes = x'' WHERE kind = 'edge'",
	    "UPDATE pack SET bytes = 'text' WHERE kind = 'edge'",
	    "UPDATE pack SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE kind = 'edge'",
	    "UPDATE pack SET bytes = bytes || x'01' WHERE kind = 'edge'",
	    "UPDATE pack SET sensor = 99 WHERE kind = 'edge'",
	    "UPDATE pack SET sensor = -1 WHERE kind = 'edge'",
	    "UPDATE pack SET \"check\" = \"check\" + 1 WHERE kind = 'edge'",
	    "UPDATE pack SET bucket = bucket + 1 WHERE kind = 'edge'"};
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct ledger *ledger = store_sample(1, "A", "one", 1), *loaded = NULL;
	struct err err = {""};

	store_must_add(store, ledger);
	store_close(store);
	ledger_free(ledger);
	run_sql(&place, "CREATE TABLE kept AS SELECT * FROM pack");
	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		run_sql(&place, damage[i]);
		store = store_must_open(&place, STORE_READ);
		cr_assert_eq(store_load(store, INT32_MIN, INT32_MAX, &loaded, &err), -1, "%s", damage[i]);
		cr_assert_not_null(strstr(err.text, "a row of table edge holds what cannot be"), "%s",
				   err.text);
		store_close(store);
		run_sql(&place, "DELETE FROM pack; INSERT INTO pack SELECT * FROM kept");
	}
	store_place_remove(&place);
}

/* As version 4 wrote it: rows of all captures merged, packs without a check. */
static void make_version_4(const struct store_place *place)
{
	run_sql(
	    place,
	    "CREATE TABLE older AS SELECT kind, bucket, sensor, part, bytes FROM pack; DROP TABLE pack;"
	    "CREATE TABLE pack (kind TEXT NOT NULL, bucket INTEGER NOT NULL, sensor INTEGER NOT NULL,"
	    " part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (kind, bucket, sensor, part)) WITHOUT "
	    "ROWID;"
	    "INSERT INTO pack SELECT * FROM older; DROP TABLE older;"
	    "DROP INDEX input_segment; DROP INDEX input_beginning; DROP TABLE segment;"
	    "ALTER TABLE input DROP COLUMN segment; ALTER TABLE input DROP COLUMN beginning;"
	    "DROP TABLE open_flow;"
	    "CREATE TABLE open_flow (sensor TEXT NOT NULL, initiator BLOB NOT NULL, responder BLOB NOT NULL,"
	    " initiator_port INTEGER NOT NULL, responder_port INTEGER NOT NULL, protocol INTEGER NOT NULL,"
	    " confidence INTEGER NOT NULL, last_ns INTEGER NOT NULL,"
	    " PRIMARY KEY (sensor, initiator, responder, initiator_port, responder_port, protocol)) WITHOUT "
	    "ROWID;"
	    "INSERT INTO open_flow VALUES ('one', x'0a000001', x'0a000002', 5000, 443, 6, 2, 7);"
	    "INSERT INTO chain VALUES ('one', 9); ALTER TABLE finding DROP COLUMN place; PRAGMA user_version "
	    "= 4");
}

Test(store_open, version_4_keeps_its_rows_and_what_was_open)
{
	struct store_place place = store_place_make();
	struct ledger *ledger = store_sample(1, "ABC", "one", 300);
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct store_chain chain;
	struct arena arena = {0};
	struct err err = {""};

	store_must_add(store, ledger);
	store_close(store);
	make_version_4(&place);
	store = store_must_open(&place, STORE_WRITE);
	struct ledger *loaded = store_load_all(store);
	cr_assert(sample_ledgers_equal(loaded, ledger));
	cr_assert_eq(store_open_flows(store, "one", &arena, &chain, &err), 0, "%s", err.text);
	cr_assert_eq(chain.count, 1);
	cr_expect_eq(chain.flows[0].initiator_port, 5000);
	ledger_free(loaded);
	ledger_free(ledger);
	arena_clear(&arena);
	store_close(store);
	store_place_remove(&place);
}

Test(store_open, a_reader_needs_no_right_to_write)
{
	struct store_place place = store_place_make();
	struct ledger *ledger = store_sample(1, "A", "one", 5);
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct err err = {""};

	store_must_add(store, ledger);
	store_close(store);
	cr_assert_eq(chmod(place.folder, 0500), 0);
	store = store_must_open(&place, STORE_READ);
	cr_assert_eq(
	    store_add(store, NULL, &(struct store_file){.path = "/x", .fingerprint = ""}, 1, NULL, &err), -1);
	store_close(store);
	cr_assert_eq(chmod(place.folder, 0700), 0);
	ledger_free(ledger);
	store_place_remove(&place);
}
