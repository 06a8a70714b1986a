/* Private to store/: which attempts a question is about. */
#ifndef STORE_CLICKHOUSE_SEEN_H
#define STORE_CLICKHOUSE_SEEN_H

#include "clickhouse.h"

/*
 * Sensors by whether two of their segments touch the same quarter hour. Where none do, a row's key stands in
 * one segment alone, as a ledger has each key once: there is nothing to add up, and such rows are read as
 * they are, for a third of the server's work.
 */
enum seen_part { SEEN_ALL, SEEN_APART, SEEN_SHARED, SEEN_PARTS };
struct seen {
	size_t sensors;
	struct strbuf answer; /* as the server gave it: equal answers are equal attempts */
	struct {
		size_t attempts;
		struct strbuf condition; /* which sensors and attempts, to stand behind WHERE */
	} parts[SEEN_PARTS];
};

/* Attempts that are whole and the latest of their segment, of segments that touch buckets from FIRST up to
 * END and are of WHOSE (NULL: anybody's). To be cleared in both cases. 0/-1. */
int seen_ask(struct clickhouse *house, int32_t first, int32_t end, const struct house_whose *whose,
	     struct seen *out, struct err *err) MUST_CHECK;
/* The same of the answer that is there. */
int seen_take(struct clickhouse *house, int32_t first, int32_t end, const struct house_whose *whose,
	      struct seen *out, struct err *err) MUST_CHECK;
void seen_clear(struct seen *seen);

#endif
