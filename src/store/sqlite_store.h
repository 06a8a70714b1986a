/*
 * Private to store/: ledgers in one SQLite file in WAL mode. Readers and one writer work side by side; a
 * transaction is there whole or not at all, also after a kill.
 */
#ifndef STORE_SQLITE_STORE_H
#define STORE_SQLITE_STORE_H

#include "ops.h"
#include "pack.h"

struct sqlite_store {
	struct store base;
	sqlite3 *db;
	char *path;
	struct ledger_options limits;
	int32_t open_bucket; /* from which on what is open of a live sensor lies */
};

/* The handle behind STORE. */
static inline struct sqlite_store *sqlite_of(struct store *store)
{
	return (struct sqlite_store *)(void *)store;
}

/* sqlite_schema.c. Makes the tables of a new file, upgrades an older one; a newer one, or somebody else's, is
 * refused. */
int sqlite_schema_ready(struct sqlite_store *store, enum store_mode mode, struct err *err) MUST_CHECK;
/* For tests: brings a file to version TO only. */
int sqlite_schema_upgrade(struct sqlite_store *store, int from, int to, struct err *err) MUST_CHECK;

/* sqlite_statement.c. All fill ERR with path and cause. */
int db_fail(const struct sqlite_store *store, struct err *err);
int db_run(struct sqlite_store *store, const char *sql, struct err *err) MUST_CHECK;
sqlite3_stmt *db_prepare(struct sqlite_store *store, const char *sql, struct err *err) MUST_CHECK;
/* 1: a row; 0: done, and ready to be bound again; -1. */
int db_step(struct sqlite_store *store, sqlite3_stmt *statement, struct err *err) MUST_CHECK;
/* Ends a transaction: commits when RESULT is 0, else takes all back. Returns what became of it. */
int db_end(struct sqlite_store *store, int result, struct err *err) MUST_CHECK;
/* The one number that SQL asks for. */
int db_number(struct sqlite_store *store, const char *sql, int64_t *out, struct err *err) MUST_CHECK;
/* NULL binds NULL. 0, or SQLite's refusal. */
int db_bind_text(sqlite3_stmt *statement, int at, const char *text);
/* A column's text in ARENA. NULL: the column is NULL, or *FAILED is set for want of memory. */
const char *db_text(sqlite3_stmt *statement, int at, struct arena *arena, bool *failed);

/* sqlite_rows.c. Rows of buckets from FIRST up to END into LEDGER, whose numbers MAPS gives by the store's.
 */
enum { ALL_SEGMENTS = -1, LIVE_SEGMENT = 0 };
int rows_load(struct sqlite_store *store, int32_t first, int32_t end, int64_t segment,
	      const struct row_maps *maps, struct ledger *ledger, struct err *err) MUST_CHECK;
/* *HELD: whether there are any of LIVE_SEGMENT. */
int rows_any(struct sqlite_store *store, int32_t first, int32_t end, bool *held, struct err *err) MUST_CHECK;
int rows_delete(struct sqlite_store *store, int32_t first, int32_t end, int64_t segment,
		struct err *err) MUST_CHECK;
/* All rows of LEDGER, which must be sorted; MAPS gives the store's numbers by the ledger's. */
int rows_write(struct sqlite_store *store, const struct ledger *ledger, int64_t segment,
	       const struct row_maps *maps, struct err *err) MUST_CHECK;
/* Writes rows one by one; those of one kind, quarter hour and sensor come one after the other. To be closed
 * however it went; RESULT is handed on unless the end of it fails. */
struct rows_writer {
	struct sqlite_store *store;
	const struct row_maps *maps; /* the store's numbers by the rows' */
	int64_t segment;
	sqlite3_stmt *insert;
	struct pack pack;
	size_t shape;
	int32_t bucket, part;
	uint32_t sensor;
};
int rows_writer_open(struct rows_writer *writer, struct sqlite_store *store, int64_t segment,
		     const struct row_maps *maps, struct err *err) MUST_CHECK;
int rows_writer_add(struct rows_writer *writer, size_t shape, const void *row, struct err *err) MUST_CHECK;
int rows_writer_close(struct rows_writer *writer, int result, struct err *err) MUST_CHECK;
/* Rows of LEDGER of one kind: how many, and one of them. */
size_t shape_count(const struct ledger *ledger, size_t shape);
union any_row;
void shape_row(const struct ledger *ledger, size_t shape, size_t i, union any_row *row);
/* That of row I. */
int32_t shape_bucket_at(const struct ledger *ledger, size_t shape, size_t i);
int32_t shape_bucket(size_t shape, const void *row);

/* sqlite_inputs.c. Inputs that tell of buckets from FIRST up to END into LEDGER, and their filters; MAPS
 * gives the ledger's numbers by the store's. What MAPS knows already is not added again, so that several
 * ranges can follow each other. */
int inputs_load(struct sqlite_store *store, int32_t first, int32_t end, struct ledger *ledger,
		struct row_maps *maps, struct err *err) MUST_CHECK;
/* Writes inputs that are not there yet, as seen under FILTER; MAPS gives the store's numbers by the ledger's.
 */
int inputs_write(struct sqlite_store *store, const struct ledger *ledger, const char *filter, int64_t segment,
		 struct row_maps *maps, struct err *err) MUST_CHECK;
/* -1 and ERR when a capture of LEDGER is in the store. */
int inputs_refuse_known(struct sqlite_store *store, const struct ledger *ledger, struct err *err) MUST_CHECK;
/* True for the record of a capture that was not read because another is the same. */
bool input_is_duplicate(const struct input_record *input);

/* sqlite_sensors.c */
/* SHOWN: what is open of a live sensor counts as the sensor's. */
int sensors_load(struct sqlite_store *store, struct ledger *ledger, struct row_maps *maps, bool shown,
		 struct err *err) MUST_CHECK;
int sensors_write(struct sqlite_store *store, const struct ledger *ledger, struct row_maps *maps,
		  struct err *err) MUST_CHECK;
/* Makes MAP at least COUNT long, new places -1. 0/-1 (memory). */
int number_map_reserve(struct number_map *map, size_t count) MUST_CHECK;
void maps_clear(struct row_maps *maps);

/* sqlite_spans.c */
int spans_load(struct sqlite_store *store, int32_t first, int32_t end, const struct number_map *sensors,
	       struct ledger *ledger, struct err *err) MUST_CHECK;
int spans_write(struct sqlite_store *store, const struct ledger *ledger, const struct number_map *sensors,
		struct err *err) MUST_CHECK;
int spans_delete_before(struct sqlite_store *store, int32_t end, struct err *err) MUST_CHECK;

/* The members of store_ops, each in the file that its name tells of. */
int sqlite_knows(struct store *handle, const char *fingerprint, struct arena *arena, struct store_origin *out,
		 struct err *err);
int sqlite_find_file(struct store *store, const char *path, struct arena *arena, struct store_file *out,
		     bool *found, struct err *err);
int files_write(struct sqlite_store *store, const struct store_file *files, size_t count,
		struct err *err) MUST_CHECK;
int sqlite_add(struct store *store, const struct ledger *ledger, const struct store_file *files,
	       size_t file_count, const struct store_chain *chain, struct err *err);
int sqlite_put_live(struct store *store, const char *sensor, const struct ledger *settled,
		    const struct ledger *open, const struct store_chain *chain, struct err *err);
int sqlite_begin_live(struct store *store, const char *sensor, struct err *err);
/* sqlite_segments.c, inside a transaction. */
int segment_make(struct sqlite_store *store, const struct ledger *ledger, const struct store_chain *chain,
		 int64_t *segment, struct err *err) MUST_CHECK;
int segment_drop(struct sqlite_store *store, int64_t segment, struct err *err) MUST_CHECK;
int segment_chain_write(struct sqlite_store *store, const struct store_chain *chain, int64_t segment,
			struct err *err) MUST_CHECK;
int sqlite_put(struct store *store, const struct ledger *ledger, const struct store_file *files,
	       size_t file_count, const struct store_chain *chain, const struct store_change *change,
	       struct err *err);
/* sqlite_taken.c */
int sqlite_beginning_of(struct store *store, const char *fingerprint, struct arena *arena, const char **out,
			struct err *err);
int sqlite_taken_like(struct store *store, const char *sensor, const char *beginning, struct arena *arena,
		      struct store_taken **out, size_t *count, struct err *err);
int sqlite_taken_with(struct store *store, int64_t segment, struct arena *arena, struct store_taken **out,
		      size_t *count, struct err *err);
int sqlite_taken_after(struct store *store, const char *sensor, int64_t from_ns, int64_t until_ns,
		       struct arena *arena, struct store_taken **out, size_t *count, struct err *err);
/* sqlite_add.c, inside a transaction: the rows and inputs of LEDGER as SEGMENT; and those of a live sensor,
 * merged with what lies there of such. */
int segment_add_rows(struct sqlite_store *store, const struct ledger *ledger, int64_t segment,
		     struct err *err) MUST_CHECK;
int sqlite_add_rows(struct sqlite_store *store, const struct ledger *ledger, struct err *err) MUST_CHECK;
/* sqlite_live.c: how much of a sensor's name readers see. */
size_t sensor_shown_length(const char *name);
int sqlite_open_flows(struct store *store, const char *sensor, struct arena *arena, struct store_chain *out,
		      struct err *err);
int sqlite_open_flows_before(struct store *store, const char *sensor, int64_t before_ns, struct arena *arena,
			     struct store_chain *out, struct err *err);
int flows_write(struct sqlite_store *store, const struct store_chain *chain, int64_t segment,
		struct err *err) MUST_CHECK;
/* Of a live sensor. */
int chain_write(struct sqlite_store *store, const struct store_chain *chain, struct err *err) MUST_CHECK;
int sqlite_load(struct store *store, int32_t first_bucket, int32_t end_bucket, struct ledger **out,
		struct err *err);
int sqlite_extent(struct store *store, int32_t end_bucket, int32_t *first, int32_t *last, bool *found,
		  struct err *err);
int sqlite_expire_step(struct store *store, int32_t end_bucket, bool *more, struct err *err);
int sqlite_put_day(struct store *store, const char *site, const struct store_day *day,
		   const struct store_finding *findings, size_t finding_count, struct err *err);
int sqlite_days(struct store *store, const char *site, struct arena *arena, struct store_day **out,
		size_t *count, struct err *err);
int sqlite_sites(struct store *store, struct arena *arena, const char ***out, size_t *count, struct err *err);
int sqlite_findings(struct store *store, const char *site, int32_t day, struct arena *arena,
		    struct store_finding **out, size_t *count, struct err *err);

#endif
