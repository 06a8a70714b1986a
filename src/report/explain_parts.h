/* Private to report/: what explaining a finding reads from a report in JSON. All of it may be missing or
 * wrong. */
#ifndef REPORT_EXPLAIN_PARTS_H
#define REPORT_EXPLAIN_PARTS_H

#include "page.h"
#include <cjson/cJSON.h>

/* The text called NAME in OBJECT, or NULL. */
const char *read_text(const cJSON *object, const char *name);
/* The whole number called NAME in OBJECT, -1 if there is none or it is out of LIMIT. */
int64_t read_number(const cJSON *object, const char *name, int64_t limit);

/* The finding whose id ID begins, or NULL and ERR. */
const cJSON *explain_find(const cJSON *findings, const char *id, struct err *err);
/* An exception for FINDING, to be filled in by a person. */
void explain_exception(struct page *page, const cJSON *finding);

#endif
