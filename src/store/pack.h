/*
 * Private to store/: rows of one kind, sensor and quarter hour as bytes, several hundred to a pack. Rows of a
 * night are written and read as a whole, so a database row for each of them would cost more than watching its
 * packets.
 *
 * A pack begins with the number of columns that its writer knew. Then each row: a bit for every column but
 * bucket and sensor, set where its value is not that of the row before; then those values. Numbers are seven
 * bits a byte, the least first; times are told from the time told before, signed. What is read is checked.
 */
#ifndef STORE_PACK_H
#define STORE_PACK_H

#include "base/cursor.h"
#include "columns.h"

/* A ledger's row, whichever it is. */
union any_row {
	struct edge_row edge;
	struct host_row host;
	struct coverage_row coverage;
	struct anomaly_row anomaly;
};

enum { PACK_ROWS = 1000 };
/* Bucket and sensor, the first two columns of every shape, stand beside the pack. */
enum { PACK_KEYS = 2 };

/* Being written. Zeroed, it is empty; its bytes are the caller's to free. */
struct pack {
	uint8_t *bytes;
	size_t length, capacity, rows;
	int64_t clock_ns; /* the time told last */
	union any_row before;
};

void pack_begin(struct pack *pack);
/* -1: no memory, or an input without a number. */
int pack_add(struct pack *pack, const struct row_shape *shape, const struct row_maps *maps,
	     const void *row) MUST_CHECK;

/* Being read. */
struct unpack {
	struct cursor in;
	size_t columns;
	int64_t clock_ns;
	union any_row row; /* the last one read */
};

/* SENSOR is the ledger's number. 0, or -1: not a pack of that shape. */
int unpack_begin(struct unpack *unpack, const struct row_shape *shape, int32_t bucket, uint32_t sensor,
		 const uint8_t *bytes, size_t length) MUST_CHECK;
/* 1: a row; 0: the end; -1: what cannot be. */
int unpack_next(struct unpack *unpack, const struct row_shape *shape, const struct row_maps *maps) MUST_CHECK;

#endif
