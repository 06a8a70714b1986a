/* Rows of the ledger's four tables. */
#include "sqlite_store.h"
#include <stdio.h>

/* Room for the largest row, whichever it is. */
union any_row {
	struct edge_row edge;
	struct host_row host;
	struct coverage_row coverage;
	struct anomaly_row anomaly;
};

const void *shape_rows(const struct ledger *ledger, size_t shape, size_t *count)
{
	switch (shape) {
	case SHAPE_EDGES: return ledger_edges(ledger, count);
	case SHAPE_HOSTS: return ledger_hosts(ledger, count);
	case SHAPE_COVERAGE: return ledger_coverages(ledger, count);
	case SHAPE_ANOMALIES: return ledger_anomalies(ledger, count);
	default: break;
	}
	*count = 0;
	return NULL;
}

int32_t shape_bucket(size_t shape, const void *row)
{
	/* The bucket is the first column of each. */
	return *(const int32_t *)(const void *)((const char *)row + row_shapes[shape].columns[0].offset);
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

static int bind_range(sqlite3_stmt *statement, int32_t first, int32_t end)
{
	return sqlite3_bind_int(statement, 1, first) || sqlite3_bind_int(statement, 2, end);
}

static int shape_load(struct sqlite_store *store, sqlite3_stmt *statement, size_t shape,
		      const struct row_maps *maps, struct ledger *ledger, struct err *err)
{
	union any_row row;
	int more;

	while ((more = db_step(store, statement, err)) == 1) {
		if (shape_read(statement, &row_shapes[shape], maps, &row))
			return err_set(err, "%s: a row of table %s holds what cannot be", store->path,
				       row_shapes[shape].table);
		if (row_add(ledger, shape, &row))
			return err_no_memory(err);
	}
	return more;
}

int rows_load(struct sqlite_store *store, int32_t first, int32_t end, const struct row_maps *maps,
	      struct ledger *ledger, struct err *err)
{
	int result = 0;

	for (size_t i = 0; i < SHAPE_COUNT && result == 0; i++) {
		struct strbuf sql = {0};
		sqlite3_stmt *statement = NULL;

		shape_select_sql(&sql, &row_shapes[i]);
		if (strbuf_ok(&sql))
			statement = db_prepare(store, strbuf_text(&sql), err);
		else
			(void)err_no_memory(err);
		if (!statement)
			result = -1;
		else if (bind_range(statement, first, end))
			result = db_fail(store, err);
		else
			result = shape_load(store, statement, i, maps, ledger, err);
		(void)sqlite3_finalize(statement);
		strbuf_clear(&sql);
	}
	return result;
}

int rows_delete(struct sqlite_store *store, int32_t first, int32_t end, struct err *err)
{
	for (size_t i = 0; i < SHAPE_COUNT; i++) {
		char sql[128];

		(void)snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE bucket >= %d AND bucket < %d",
			       row_shapes[i].table, first, end);
		if (db_run(store, sql, err))
			return -1;
	}
	return 0;
}

static int shape_write(struct sqlite_store *store, sqlite3_stmt *statement, size_t shape,
		       const struct ledger *ledger, const struct row_maps *maps, struct err *err)
{
	size_t count;
	const char *rows = shape_rows(ledger, shape, &count);

	for (size_t i = 0; i < count; i++) {
		if (shape_bind(statement, &row_shapes[shape], maps, rows + i * row_shapes[shape].row_size))
			return err_set(err, "%s: a row of table %s cannot be written", store->path,
				       row_shapes[shape].table);
		if (db_step(store, statement, err) != 0)
			return -1;
	}
	return 0;
}

int rows_write(struct sqlite_store *store, const struct ledger *ledger, const struct row_maps *maps,
	       struct err *err)
{
	int result = 0;

	for (size_t i = 0; i < SHAPE_COUNT && result == 0; i++) {
		struct strbuf sql = {0};
		sqlite3_stmt *statement = NULL;

		shape_insert_sql(&sql, &row_shapes[i]);
		if (strbuf_ok(&sql))
			statement = db_prepare(store, strbuf_text(&sql), err);
		else
			(void)err_no_memory(err);
		result = statement ? shape_write(store, statement, i, ledger, maps, err) : -1;
		(void)sqlite3_finalize(statement);
		strbuf_clear(&sql);
	}
	return result;
}
