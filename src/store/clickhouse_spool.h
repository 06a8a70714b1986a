/* Private to store/: the spool's file, as those see it that keep something in it. */
#ifndef STORE_CLICKHOUSE_SPOOL_H
#define STORE_CLICKHOUSE_SPOOL_H

#include "clickhouse_parts.h"
#include <sqlite3.h>

struct spool {
	sqlite3 *db;
	char *path, *lock_path;
	uint64_t limit_bytes;
	int lock;       /* file descriptor, -1: not held */
	int64_t number; /* of the segment that is being added */
	bool together;  /* in a transaction of several segments */
};

/* clickhouse_spool_open.c. Says what SQLite says. -1. */
int spool_fail(const struct spool *spool, struct err *err);
int spool_run(struct spool *spool, const char *sql, struct err *err) MUST_CHECK;
/* NULL and ERR. */
sqlite3_stmt *spool_prepare(struct spool *spool, const char *sql, struct err *err);
/* Runs a statement that returns nothing, unless it is NULL or not BOUND, and frees it. 0/-1. */
int spool_finish(struct spool *spool, sqlite3_stmt *statement, bool bound, struct err *err) MUST_CHECK;
/* One step: 1 a row, 0 none, -1. To be finalized in all cases. */
int spool_step(struct spool *spool, sqlite3_stmt *statement, bool bound, struct err *err) MUST_CHECK;
bool spool_bind_text(sqlite3_stmt *statement, int at, const char *text);
bool spool_bind_blob(sqlite3_stmt *statement, int at, const struct strbuf *bytes);
/* A text of the present row in ARENA, "" where there is none; NULL: no memory. */
const char *spool_text(sqlite3_stmt *statement, int at, struct arena *arena);

#endif
