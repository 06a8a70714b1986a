/*
 * Private to flow/: flows in order of a time and then of their keys, as everything that is ended together is
 * ended.
 */
#ifndef FLOW_ORDER_H
#define FLOW_ORDER_H

#include "table.h"

struct candidate {
	int64_t time_ns;
	uint32_t number; /* of the flow */
};

bool order_before(const struct flow_table *table, const struct candidate *a, const struct candidate *b);
void order_sort(const struct flow_table *table, struct candidate *all, size_t count);
/* Puts the WANTED first ones of ALL in front, sorted. */
void order_first(const struct flow_table *table, struct candidate *all, size_t count, size_t wanted);

#endif
