/* Private to report/: which system's which rule each finding belongs to, so that none is looked for twice. */
#ifndef REPORT_HTML_PLACES_H
#define REPORT_HTML_PLACES_H

#include "report/report.h"

/* Indexes into the result's systems and the system's rules; NO_INDEX: none. */
struct finding_place {
	size_t system, rule;
	size_t same_id; /* findings before it that have its id */
};

/* One for each finding of RESULT, in its order; NULL for want of memory. The caller frees with mem_free. */
struct finding_place *finding_places(const struct audit_result *result) MUST_CHECK;

#endif
