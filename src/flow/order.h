/*
 * Private to flow/: flows in order of a time and then of their keys, as everything that is ended together is
 * ended.
 */
#ifndef FLOW_ORDER_H
#define FLOW_ORDER_H

#include "table.h"

/* Asks for the entry of a flow that is to be ended soon. Inlined by force: see ledger/delta.c. */
static inline __attribute__((always_inline)) void order_prefetch_entry(const struct flow_table *table,
								       const struct flow_hot *hot)
{
	const char *e = hot->number ? (const char *)table_entry(table, hot->number - 1) : NULL;

	for (size_t at = 0; e && at < sizeof(struct flow_entry); at += FLOW_LINE_BYTES)
		__builtin_prefetch(e + at, 1);
}

bool order_before(const struct flow_table *table, const struct candidate *a, const struct candidate *b);
void order_sort(const struct flow_table *table, struct candidate *all, size_t count);
/* Puts the WANTED first ones of ALL in front, sorted. What lies behind them is lost. */
void order_first(const struct flow_table *table, struct candidate *all, size_t count, size_t wanted);

#endif
