/*
 * Private to store/: which field of which ledger row stands in which column. One table for each kind of row;
 * from it come the packs that a store keeps (pack.h), and the tables of older files. New columns go to the
 * end.
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

/* The number that INDEX has; -1: none. */
int64_t number_of(const struct number_map *map, uint64_t index);

/* Values of columns that are numbers, checked when set: -1 where the field cannot hold it. */
int64_t column_number_get(const struct column *column, const void *field);
int column_number_set(const struct column *column, int64_t value, void *field) MUST_CHECK;
/* Values of those that are bytes: addresses, MACs, VLANs. */
enum { COLUMN_BYTES_MAX = ADDR_BLOB_MAX };
size_t column_bytes_write(const struct column *column, const void *field, uint8_t out[COLUMN_BYTES_MAX]);
int column_bytes_read(const struct column *column, const uint8_t *bytes, size_t length,
		      void *field) MUST_CHECK;

/* Files up to version 3 had a table of these columns for each shape. */
void shape_create_sql(struct strbuf *out, const struct row_shape *shape);
/* All rows, in the order of their keys. */
void shape_select_sql(struct strbuf *out, const struct row_shape *shape);
/* Reads the present row of that statement. -1: it holds what cannot be. */
int shape_read(sqlite3_stmt *statement, const struct row_shape *shape, const struct row_maps *maps,
	       void *row) MUST_CHECK;

#endif
