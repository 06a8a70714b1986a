/* Private to audit/: what one finding of many ports and single ones of other days have in common. */
#ifndef AUDIT_COMPARE_FOLDS_H
#define AUDIT_COMPARE_FOLDS_H

#include "audit/compare.h"

/* Two findings, one of today and one of the day before, of which one folds many ports and the other is of
 * one of these, or folds some of them as well. */
struct fold_tie {
	const struct audit_finding *today, *before;
};

struct fold_ties {
	struct fold_tie *items;
	size_t count, capacity;
};

/* Both are of one kind, system, protocol and pair of hosts. In ARENA. 0/-1 (memory). */
int fold_ties_find(struct fold_ties *ties, struct arena *arena, const struct audit_result *today,
		   const struct audit_result *before);

#endif
