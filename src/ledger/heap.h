/*
 * Private to ledger/: sorting in place, for when there is no memory to do better.
 */
#ifndef LEDGER_HEAP_H
#define LEDGER_HEAP_H

#include <stddef.h>

struct heap_order {
	void *context;
	int (*compare)(void *context, size_t a, size_t b); /* of the things at places A and B */
	void (*swap)(void *context, size_t a, size_t b);
};
void heap_sort(const struct heap_order *order, size_t count);

#endif
