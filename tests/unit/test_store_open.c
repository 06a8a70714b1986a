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

	check_refused(&place, STORE_READ, "unable to open database file");
	run_sql(&place, "CREATE TABLE theirs (x)");
	check_refused(&place, STORE_WRITE, "s.db: not a store of this program");
	check_refused(&place, STORE_READ, "s.db: not a store of this program");
	run_sql(&place, "PRAGMA application_id = 1952542817; PRAGMA user_version = 99");
	check_refused(&place, STORE_WRITE,
		      "s.db: written by a newer version of this program (store version 99, known is 3)");
	store_place_remove(&place);
}

Test(store_open, an_older_file_is_upgraded_in_place_and_keeps_its_rows)
{
	struct store_place place = store_place_make();
	struct sqlite_store old = {.path = place.path};
	struct ledger *ledger = store_sample(1, "A", "one", 30), *expected = sample_ledger(0, 1), *stored;
	struct store_day *days;
	struct arena arena = {0};
	struct store *store;
	struct err err = {""};
	size_t count = 7;

	cr_assert_eq(sqlite3_open(place.path, &old.db), SQLITE_OK);
	cr_assert_eq(sqlite_schema_upgrade(&old, 0, 1, &err), 0, "%s", err.text);
	cr_assert_eq(sqlite_add(&old.base, ledger, NULL, 0, NULL, &err), 0, "%s", err.text);
	cr_assert_eq(sqlite3_close(old.db), SQLITE_OK);
	check_refused(&place, STORE_READ, "s.db: of an older version; nightly upgrades it");
	store = store_must_open(&place, STORE_WRITE);
	stored = store_load_all(store);
	cr_assert_eq(ledger_merge(expected, ledger, NULL), 0);
	cr_assert(sample_ledgers_equal(stored, expected));
	cr_assert_eq(store_days(store, "hq", &arena, &days, &count, &err), 0, "%s", err.text);
	cr_assert_eq(count, 0);
	arena_clear(&arena);
	ledger_free(stored);
	ledger_free(expected);
	ledger_free(ledger);
	store_close(store);
	store_place_remove(&place);
}

Test(store_open, a_row_that_cannot_be_is_told_not_believed)
{
	static const char *const damage[] = {
	    "UPDATE edge SET basis = 200",           "UPDATE edge SET confidence = -1",
	    "UPDATE edge SET initiator = x'010203'", "UPDATE edge SET opening_input = 4711",
	    "UPDATE edge SET sensor = 99",           "UPDATE edge SET vlan_count = 9",
	    "UPDATE edge SET responder_port = 65536"};
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct ledger *ledger = store_sample(1, "A", "one", 1), *loaded = NULL;
	struct err err = {""};

	store_must_add(store, ledger);
	store_close(store);
	ledger_free(ledger);
	run_sql(&place, "CREATE TABLE kept AS SELECT * FROM edge");
	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		run_sql(&place, damage[i]);
		store = store_must_open(&place, STORE_READ);
		cr_assert_eq(store_load(store, INT32_MIN, INT32_MAX, &loaded, &err), -1, "%s", damage[i]);
		cr_assert_not_null(strstr(err.text, "a row of table edge holds what cannot be"), "%s",
				   err.text);
		store_close(store);
		run_sql(&place, "DELETE FROM edge; INSERT INTO edge SELECT * FROM kept");
	}
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
