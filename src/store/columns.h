/*
 * Private to store/: which field of which ledger row stands in which column. One table for each kind of row;
 * from it come the table in the file, the statements, and the reading and writing of rows.
 */
#ifndef STORE_COLUMNS_H
#define STORE_COLUMNS_H

#include "base/strbuf.h"
#include "ledger/ledger.h"
#include <sqlite3.h>

enum column_kind {
	COLUMN_U8,
	COLUMN_U16,
	COLUMN_U32,
	COLUMN_I32,
	COLUMN_U64,
	COLUMN_I64,
	COLUMN_ADDR,   /* 4, 16 or 6 bytes; longer where scope or prefix are set; none: empty */
	COLUMN_MAC,    /* 6 bytes, empty: none */
	COLUMN_VLANS,  /* two bytes each, trailing zeros left out */
	COLUMN_FRAME,  /* three columns: NAME_time, NAME_input, NAME_frame; all NULL: none */
	COLUMN_SENSOR, /* the store's number of it */
};

struct column {
	const char *name;
	uint8_t kind;
	bool is_key;
	uint16_t offset; /* in the row */
	uint32_t below;  /* values are less than this; 0: whatever fits the field */
};

struct row_shape {
	const char *table;
	size_t row_size;
	const struct column *columns; /* keys first, bucket and sensor foremost */
	size_t column_count;
};

enum { SHAPE_EDGES, SHAPE_HOSTS, SHAPE_COVERAGE, SHAPE_ANOMALIES, SHAPE_COUNT };
extern const struct row_shape row_shapes[SHAPE_COUNT];

/* Numbers of sensors and inputs, in the ledger's order for writing, in the store's for reading. */
struct number_map {
	int64_t *numbers; /* -1: none */
	size_t count;
};
struct row_maps {
	struct number_map sensors, inputs;
};

/* Room for an address as a column holds it. */
enum { ADDR_BLOB_MAX = 24 };
size_t addr_blob_write(const struct addr *addr, uint8_t out[ADDR_BLOB_MAX]);
int addr_blob_read(const uint8_t *bytes, size_t length, struct addr *out) MUST_CHECK;

void shape_create_sql(struct strbuf *out, const struct row_shape *shape);
void shape_insert_sql(struct strbuf *out, const struct row_shape *shape);
/* Rows of buckets from ?1 up to but without ?2, in the order of their keys. */
void shape_select_sql(struct strbuf *out, const struct row_shape *shape);

/* Binds all of ROW to an insert statement. 0, or -1 where a sensor or input has no number or SQLite refuses.
 */
int shape_bind(sqlite3_stmt *statement, const struct row_shape *shape, const struct row_maps *maps,
	       const void *row) MUST_CHECK;
/* Reads the present row of a select statement. -1: it holds what cannot be. */
int shape_read(sqlite3_stmt *statement, const struct row_shape *shape, const struct row_maps *maps,
	       void *row) MUST_CHECK;

#endif
