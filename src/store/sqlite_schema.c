/*
 * The file's versions. A step once released never changes: a file of any age is brought up by the steps that
 * it lacks, in one transaction. Packs tell how many columns
 * they hold, so that one added at the end of columns.c needs no step.
 */
#include "sqlite_store.h"
#include <stdio.h>

enum { APPLICATION_ID = 0x74617061 }; /* "tapa" */

static const char ledger_tables[] =
    "CREATE TABLE sensor (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE input (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, name TEXT NOT NULL,"
    " fingerprint TEXT NOT NULL, sha256 TEXT NOT NULL, format TEXT NOT NULL, status TEXT NOT NULL,"
    " error TEXT NOT NULL, trouble INTEGER NOT NULL, packets INTEGER NOT NULL, bytes INTEGER NOT NULL,"
    " first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL, accounting BLOB NOT NULL,"
    " unsupported TEXT NOT NULL, link_types TEXT NOT NULL, filter TEXT NOT NULL,"
    " first_bucket INTEGER NOT NULL, last_bucket INTEGER NOT NULL);"
    "CREATE TABLE span (sensor INTEGER NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL,"
    " PRIMARY KEY (sensor, first_ns)) WITHOUT ROWID;"
    "CREATE TABLE file (path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, changed_ns INTEGER NOT NULL,"
    " fingerprint TEXT NOT NULL, first_ns INTEGER NOT NULL, packets INTEGER NOT NULL) WITHOUT ROWID;";

static const char history_tables[] =
    "CREATE TABLE day (site TEXT NOT NULL, day INTEGER NOT NULL, site_digest TEXT NOT NULL,"
    " signatures_digest TEXT NOT NULL, verdict TEXT NOT NULL, grade TEXT NOT NULL, packets INTEGER NOT NULL,"
    " findings INTEGER NOT NULL, excepted INTEGER NOT NULL, fresh INTEGER NOT NULL,"
    " continuing INTEGER NOT NULL, fixed INTEGER NOT NULL, PRIMARY KEY (site, day)) WITHOUT ROWID;"
    "CREATE TABLE finding (site TEXT NOT NULL, day INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL,"
    " severity TEXT NOT NULL, system TEXT, rule TEXT, message TEXT, exception TEXT,"
    " since_day INTEGER NOT NULL, PRIMARY KEY (site, day, id)) WITHOUT ROWID;";

static const char chain_tables[] =
    "CREATE TABLE chain (sensor TEXT PRIMARY KEY, end_ns INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE open_flow (sensor TEXT NOT NULL, initiator BLOB NOT NULL, responder BLOB NOT NULL,"
    " initiator_port INTEGER NOT NULL, responder_port INTEGER NOT NULL, protocol INTEGER NOT NULL,"
    " confidence INTEGER NOT NULL, last_ns INTEGER NOT NULL,"
    " PRIMARY KEY (sensor, initiator, responder, initiator_port, responder_port, protocol)) WITHOUT ROWID;";

static int make_ledger_tables(struct sqlite_store *store, struct err *err)
{
	struct strbuf sql = {0};
	int result;

	strbuf_add(&sql, ledger_tables);
	for (size_t i = 0; i < SHAPE_COUNT; i++) {
		shape_create_sql(&sql, &row_shapes[i]);
		strbuf_add_char(&sql, ';');
	}
	strbuf_addf(&sql, "PRAGMA application_id = %d", APPLICATION_ID);
	result = strbuf_ok(&sql) ? db_run(store, strbuf_text(&sql), err) : err_no_memory(err);
	strbuf_clear(&sql);
	return result;
}

static int make_history_tables(struct sqlite_store *store, struct err *err)
{
	return db_run(store, history_tables, err);
}

static int make_chain_tables(struct sqlite_store *store, struct err *err)
{
	return db_run(store, chain_tables, err);
}

/* Numbers up to COUNT as they are. */
static int same_numbers(struct number_map *map, int64_t count)
{
	if (count < 0 || number_map_reserve(map, (size_t)count))
		return -1;
	for (size_t i = 0; i < map->count; i++)
		map->numbers[i] = (int64_t)i;
	return 0;
}

static int pack_rows(struct sqlite_store *store, size_t shape, const struct row_maps *maps, struct err *err)
{
	struct strbuf sql = {0};
	struct rows_writer writer;
	union any_row row;
	int more = rows_writer_open(&writer, store, LIVE_SEGMENT, maps, err);

	shape_select_sql(&sql, &row_shapes[shape]);
	sqlite3_stmt *select = strbuf_ok(&sql) ? db_prepare(store, strbuf_text(&sql), err) : NULL;
	if (!select)
		more = -1;
	while (more == 0 && (more = db_step(store, select, err)) == 1) {
		more = shape_read(select, &row_shapes[shape], maps, &row);
		if (more != 0)
			(void)err_set(err, "%s: a row of table %s holds what cannot be", store->path,
				      row_shapes[shape].table);
		else
			more = rows_writer_add(&writer, shape, &row, err);
	}
	(void)sqlite3_finalize(select);
	strbuf_clear(&sql);
	return rows_writer_close(&writer, more, err);
}

/* A column that came to columns.c before there were packs, but after files were made without it. */
static int add_column(struct sqlite_store *store, const char *table, const char *column, struct err *err)
{
	char sql[256];
	int64_t found;

	(void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM pragma_table_info('%s') WHERE name = '%s'",
		       table, column);
	if (db_number(store, sql, &found, err))
		return -1;
	(void)snprintf(sql, sizeof(sql), "ALTER TABLE %s ADD COLUMN %s INTEGER NOT NULL DEFAULT 0", table,
		       column);
	return found ? 0 : db_run(store, sql, err);
}

/* As version 5 has it: what brings older files to version 4 writes it too. */
static const char pack_table[] =
    "CREATE TABLE pack (kind TEXT NOT NULL, bucket INTEGER NOT NULL, sensor INTEGER NOT NULL,"
    " segment INTEGER NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, \"check\" INTEGER,"
    " PRIMARY KEY (kind, bucket, sensor, segment, part)) WITHOUT ROWID";

/* A database row for each of the ledger's rows cost more than watching its packets. */
static int make_packs(struct sqlite_store *store, struct err *err)
{
	struct row_maps maps = {0};
	int64_t sensors, inputs;
	int result = db_run(store, pack_table, err);

	if (result == 0)
		result = add_column(store, "coverage", "forgotten", err);
	if (result == 0 && (db_number(store, "SELECT coalesce(max(id), 0) + 1 FROM sensor", &sensors, err) ||
			    db_number(store, "SELECT coalesce(max(id), 0) + 1 FROM input", &inputs, err)))
		result = -1;
	if (result == 0 && (same_numbers(&maps.sensors, sensors) || same_numbers(&maps.inputs, inputs)))
		result = err_no_memory(err);
	for (size_t i = 0; i < SHAPE_COUNT && result == 0; i++) {
		char sql[64];

		(void)snprintf(sql, sizeof(sql), "DROP TABLE %s", row_shapes[i].table);
		if (pack_rows(store, i, &maps, err) || db_run(store, sql, err))
			result = -1;
	}
	maps_clear(&maps);
	return result;
}

static const char segment_tables[] =
    "CREATE TABLE segment (id INTEGER PRIMARY KEY, sensor TEXT NOT NULL, begin_ns INTEGER NOT NULL,"
    " end_ns INTEGER NOT NULL, first_bucket INTEGER NOT NULL, last_bucket INTEGER NOT NULL);"
    "CREATE INDEX segment_begin ON segment (sensor, begin_ns);"
    "ALTER TABLE input ADD COLUMN segment INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE input ADD COLUMN beginning TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX input_segment ON input (segment);"
    "CREATE INDEX input_beginning ON input (beginning);"
    "ALTER TABLE open_flow RENAME TO older_flow;"
    "CREATE TABLE open_flow (sensor TEXT NOT NULL, initiator BLOB NOT NULL, responder BLOB NOT NULL,"
    " initiator_port INTEGER NOT NULL, responder_port INTEGER NOT NULL, protocol INTEGER NOT NULL,"
    " confidence INTEGER NOT NULL, last_ns INTEGER NOT NULL, segment INTEGER NOT NULL,"
    " PRIMARY KEY (sensor, segment, initiator, responder, initiator_port, responder_port, protocol))"
    " WITHOUT ROWID;"
    "INSERT INTO open_flow SELECT *, 0 FROM older_flow;"
    "DROP TABLE older_flow;";

/* What was added together can be dropped together. */
static int make_segments(struct sqlite_store *store, struct err *err)
{
	int64_t found;

	if (db_run(store, segment_tables, err) ||
	    db_number(store, "SELECT count(*) FROM pragma_table_info('pack') WHERE name = 'segment'", &found,
		      err))
		return -1;
	if (found)
		return 0;
	return db_run(store, "ALTER TABLE pack RENAME TO older_pack", err) ||
		       db_run(store, pack_table, err) ||
		       db_run(store,
			      "INSERT INTO pack SELECT kind, bucket, sensor, 0, part, bytes, NULL FROM "
			      "older_pack;"
			      "DROP TABLE older_pack",
			      err)
		   ? -1
		   : 0;
}

/* Hosts may be named otherwise from one day to the next. */
static int make_places(struct sqlite_store *store, struct err *err)
{
	return db_run(store, "ALTER TABLE finding ADD COLUMN place TEXT NOT NULL DEFAULT ''", err);
}

/* Step I brings a file from version I to I + 1. */
static int (*const steps[])(struct sqlite_store *store, struct err *err) = {
    make_ledger_tables, make_history_tables, make_chain_tables, make_packs, make_segments, make_places,
};
enum { VERSION = sizeof(steps) / sizeof(steps[0]) };

int sqlite_schema_upgrade(struct sqlite_store *store, int from, int to, struct err *err)
{
	for (int version = from; version < to; version++) {
		char mark[64];

		(void)snprintf(mark, sizeof(mark), "PRAGMA user_version = %d", version + 1);
		if (steps[version](store, err) || db_run(store, mark, err))
			return -1;
	}
	return 0;
}

static int versions_read(struct sqlite_store *store, int64_t *application, int64_t *version, int64_t *tables,
			 struct err *err)
{
	return db_number(store, "PRAGMA application_id", application, err) ||
	       db_number(store, "PRAGMA user_version", version, err) ||
	       db_number(store, "SELECT count(*) FROM sqlite_schema", tables, err);
}

/* Another process may have done the same meanwhile: looked at again inside the transaction. */
static int upgrade_locked(struct sqlite_store *store, struct err *err)
{
	int64_t application, version, tables;
	int result;

	if (db_run(store, "BEGIN IMMEDIATE", err))
		return -1;
	result = versions_read(store, &application, &version, &tables, err) ? -1 : 0;
	if (result == 0 && version < VERSION)
		result = sqlite_schema_upgrade(store, (int)version, VERSION, err);
	return db_end(store, result, err);
}

int sqlite_schema_ready(struct sqlite_store *store, enum store_mode mode, struct err *err)
{
	int64_t application, version, tables;

	if (versions_read(store, &application, &version, &tables, err))
		return -1;
	bool is_new = application == 0 && version == 0 && tables == 0;
	if (application != APPLICATION_ID && !is_new)
		return err_set(err, "%s: not a store of this program", store->path);
	if (version < 0 || version > VERSION)
		return err_set(
		    err, "%s: written by a newer version of this program (store version %lld, known is %d)",
		    store->path, (long long)version, (int)VERSION);
	if (version == VERSION)
		return 0;
	if (mode == STORE_READ)
		return err_set(err, "%s: %s", store->path,
			       is_new ? "an empty store" : "of an older version; nightly upgrades it");
	return upgrade_locked(store, err);
}
