/* Rows of the ledger's four tables, packed. */
#include "base/hash.h"
#include "pack.h"
#include "sqlite_store.h"
#include <stdio.h>

size_t shape_count(const struct ledger *ledger, size_t shape)
{
	size_t count = 0;

	switch (shape) {
	case SHAPE_EDGES: return ledger_edge_count(ledger);
	case SHAPE_HOSTS: return ledger_host_count(ledger);
	case SHAPE_COVERAGE: (void)ledger_coverages(ledger, &count); break;
	case SHAPE_ANOMALIES: (void)ledger_anomalies(ledger, &count); break;
	default: break;
	}
	return count;
}

void shape_row(const struct ledger *ledger, size_t shape, size_t i, union any_row *row)
{
	size_t count;

	switch (shape) {
	case SHAPE_EDGES: row->edge = ledger_edge(ledger, i); break;
	case SHAPE_HOSTS: row->host = ledger_host(ledger, i); break;
	case SHAPE_COVERAGE: row->coverage = ledger_coverages(ledger, &count)[i]; break;
	case SHAPE_ANOMALIES: row->anomaly = ledger_anomalies(ledger, &count)[i]; break;
	default: break;
	}
}

int32_t shape_bucket(size_t shape, const void *row)
{
	/* The bucket is the first column of each. */
	return *(const int32_t *)(const void *)((const char *)row + row_shapes[shape].columns[0].offset);
}

int32_t shape_bucket_at(const struct ledger *ledger, size_t shape, size_t i)
{
	union any_row row;

	/* Most rows are edges, and putting one together takes a while. */
	if (shape == SHAPE_EDGES)
		return ledger_edge_brief(ledger, i).bucket;
	shape_row(ledger, shape, i, &row);
	return shape_bucket(shape, &row);
}

static uint32_t shape_sensor(size_t shape, const void *row)
{
	return *(const uint32_t *)(const void *)((const char *)row + row_shapes[shape].columns[1].offset);
}

static int row_add(struct ledger *ledger, size_t shape, const union any_row *row)
{
	switch (shape) {
	case SHAPE_EDGES: ledger_add_edge(ledger, &row->edge); return 0;
	case SHAPE_HOSTS: ledger_add_host(ledger, &row->host); return 0;
	case SHAPE_COVERAGE: return ledger_add_coverage(ledger, &row->coverage);
	case SHAPE_ANOMALIES: ledger_add_anomaly_row(ledger, &row->anomaly); return 0;
	default: return -1;
	}
}

/* What was changed on the disk shows; a pack that is put into another place shows too. */
static int64_t pack_check(size_t shape, int32_t bucket, const void *bytes, size_t length)
{
	return (int64_t)hash_bytes((uint64_t)(uint32_t)bucket << 8 | shape, bytes, length);
}

/* The present pack of a statement that asks for bucket, sensor, bytes and check, which packs of older
 * versions lack. 0, or -1: it holds what cannot be.
 */
static int pack_load(sqlite3_stmt *statement, size_t shape, const struct row_maps *maps,
		     struct ledger *ledger)
{
	int64_t sensor = number_of(&maps->sensors, (uint64_t)sqlite3_column_int64(statement, 1));
	const void *bytes = sqlite3_column_blob(statement, 2);
	size_t length = bytes ? (size_t)sqlite3_column_bytes(statement, 2) : 0;
	struct unpack unpack;
	int more;

	if (sqlite3_column_type(statement, 3) != SQLITE_NULL &&
	    sqlite3_column_int64(statement, 3) !=
		pack_check(shape, sqlite3_column_int(statement, 0), bytes, length))
		return -1;
	if (sensor < 0 || unpack_begin(&unpack, &row_shapes[shape], sqlite3_column_int(statement, 0),
				       (uint32_t)sensor, bytes, length))
		return -1;
	while ((more = unpack_next(&unpack, &row_shapes[shape], maps)) == 1)
		if (row_add(ledger, shape, &unpack.row))
			return -1;
	return more;
}

static int bind_range(sqlite3_stmt *statement, size_t shape, int32_t first, int32_t end)
{
	return db_bind_text(statement, 1, row_shapes[shape].table) || sqlite3_bind_int(statement, 2, first) ||
	       sqlite3_bind_int(statement, 3, end);
}

int rows_load(struct sqlite_store *store, int32_t first, int32_t end, int64_t segment,
	      const struct row_maps *maps, struct ledger *ledger, struct err *err)
{
	sqlite3_stmt *statement = db_prepare(
	    store,
	    "SELECT bucket, sensor, bytes, \"check\" FROM pack WHERE kind = ?1 AND bucket >= ?2"
	    " AND bucket < ?3 AND (?4 < 0 OR segment = ?4) ORDER BY kind, bucket, sensor, segment, part",
	    err);
	int more = statement ? 0 : -1;

	for (size_t i = 0; i < SHAPE_COUNT && more == 0; i++) {
		if (bind_range(statement, i, first, end) || sqlite3_bind_int64(statement, 4, segment)) {
			more = db_fail(store, err);
			break;
		}
		while ((more = db_step(store, statement, err)) == 1)
			if (pack_load(statement, i, maps, ledger)) {
				more = err_set(err, "%s: a row of table %s holds what cannot be", store->path,
					       row_shapes[i].table);
				break;
			}
	}
	(void)sqlite3_finalize(statement);
	return more;
}

int rows_any(struct sqlite_store *store, int32_t first, int32_t end, bool *held, struct err *err)
{
	int64_t found = 0;

	for (size_t i = 0; i < SHAPE_COUNT && !found; i++) {
		char sql[128];

		(void)snprintf(sql, sizeof(sql),
			       "SELECT EXISTS (SELECT 1 FROM pack WHERE kind = '%s' AND bucket >= %d AND"
			       " bucket < %d AND segment = 0)",
			       row_shapes[i].table, first, end);
		if (db_number(store, sql, &found, err))
			return -1;
	}
	*held = found != 0;
	return 0;
}

int rows_delete(struct sqlite_store *store, int32_t first, int32_t end, int64_t segment, struct err *err)
{
	for (size_t i = 0; i < SHAPE_COUNT; i++) {
		char sql[160];

		(void)snprintf(sql, sizeof(sql),
			       "DELETE FROM pack WHERE kind = '%s' AND bucket >= %d AND bucket < %d"
			       " AND (%lld < 0 OR segment = %lld)",
			       row_shapes[i].table, first, end, (long long)segment, (long long)segment);
		if (db_run(store, sql, err))
			return -1;
	}
	return 0;
}

int rows_writer_open(struct rows_writer *writer, struct sqlite_store *store, int64_t segment,
		     const struct row_maps *maps, struct err *err)
{
	*writer = (struct rows_writer){.store = store, .maps = maps, .segment = segment};
	writer->insert = db_prepare(store,
				    "INSERT INTO pack (kind, bucket, sensor, part, bytes, segment, \"check\")"
				    " VALUES (?, ?, ?, ?, ?, ?, ?)",
				    err);
	return writer->insert ? 0 : -1;
}

static int writer_flush(struct rows_writer *writer, struct err *err)
{
	if (writer->pack.rows == 0)
		return 0;
	if (db_bind_text(writer->insert, 1, row_shapes[writer->shape].table) ||
	    sqlite3_bind_int(writer->insert, 2, writer->bucket) ||
	    sqlite3_bind_int64(writer->insert, 3, number_of(&writer->maps->sensors, writer->sensor)) ||
	    sqlite3_bind_int(writer->insert, 4, writer->part) ||
	    sqlite3_bind_blob64(writer->insert, 5, writer->pack.bytes, writer->pack.length, SQLITE_STATIC) ||
	    sqlite3_bind_int64(writer->insert, 6, writer->segment) ||
	    sqlite3_bind_int64(
		writer->insert, 7,
		pack_check(writer->shape, writer->bucket, writer->pack.bytes, writer->pack.length)))
		return db_fail(writer->store, err);
	writer->part++;
	pack_begin(&writer->pack);
	return db_step(writer->store, writer->insert, err);
}

int rows_writer_add(struct rows_writer *writer, size_t shape, const void *row, struct err *err)
{
	int32_t bucket = shape_bucket(shape, row);
	uint32_t sensor = shape_sensor(shape, row);
	bool is_other = shape != writer->shape || bucket != writer->bucket || sensor != writer->sensor;

	if ((is_other || writer->pack.rows == PACK_ROWS) && writer_flush(writer, err))
		return -1;
	writer->shape = shape;
	writer->bucket = bucket;
	writer->sensor = sensor;
	if (pack_add(&writer->pack, &row_shapes[shape], writer->maps, row))
		return err_set(err, "%s: a row of table %s cannot be written", writer->store->path,
			       row_shapes[shape].table);
	return 0;
}

int rows_writer_close(struct rows_writer *writer, int result, struct err *err)
{
	if (result == 0)
		result = writer_flush(writer, err);
	(void)sqlite3_finalize(writer->insert);
	mem_free(writer->pack.bytes);
	return result;
}

int rows_write(struct sqlite_store *store, const struct ledger *ledger, int64_t segment,
	       const struct row_maps *maps, struct err *err)
{
	struct rows_writer writer;
	int result = rows_writer_open(&writer, store, segment, maps, err);

	for (size_t shape = 0; shape < SHAPE_COUNT && result == 0; shape++) {
		size_t count = shape_count(ledger, shape);

		for (size_t i = 0; i < count && result == 0; i++) {
			union any_row row;

			shape_row(ledger, shape, i, &row);
			result = rows_writer_add(&writer, shape, &row, err);
		}
	}
	return rows_writer_close(&writer, result, err);
}
