/* Private to audit/: whom a finding that continues did not name the day before. */
#ifndef AUDIT_COMPARE_PEERS_H
#define AUDIT_COMPARE_PEERS_H

#include "audit/compare.h"

/* Findings of the day before, by id: of several with one id all count, excepted or not. */
struct past_findings {
	const struct audit_finding **items;
	size_t count;
};
/* In ARENA. 0/-1 (memory). */
int past_findings_list(struct past_findings *list, struct arena *arena,
		       const struct audit_result *before) MUST_CHECK;
/* Fills the new peers of ITEM, which continues. 0/-1 (memory). */
int compare_peers(struct compare_item *item, struct arena *arena,
		  const struct past_findings *before) MUST_CHECK;

#endif
