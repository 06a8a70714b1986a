/*
 * Private to the runner of signatures' examples: a stand-in site with one host for each role, and a ledger
 * that holds what the example's flow would leave behind.
 */
#ifndef AUDIT_EXAMPLES_H
#define AUDIT_EXAMPLES_H

#include "audit/audit.h"

struct example_run {
	const struct signature *signature;
	const struct sig_example *example;
	uint8_t family; /* ADDR_IPV4, ADDR_IPV6 */
	struct addr from, to;
};

/* Fills in the addresses of RUN's ends. */
void example_place_ends(struct example_run *run);
/* All product roles bound, each to its own host, and of the others those that the flow names: the rest may be
 * assumed. Lives in ARENA; NULL without memory. */
const struct site *example_site(const struct example_run *run, struct arena *arena) MUST_CHECK;
/* Two days of coverage with the flow in the middle, sorted. NULL without memory. */
struct ledger *example_ledger(const struct example_run *run, struct err *err) MUST_CHECK;
/* When the ledger's coverage ends. */
int64_t example_end_ns(void);
/* The row whose verdict the example speaks of: the answer's, where it says whence that came. */
size_t example_row(const struct example_run *run, const struct ledger *ledger);

#endif
