/*
 * Sorts flow records by first time, then five-tuple: in memory up to a limit, beyond it as sorted runs in unnamed
 * temporary files that are merged. What `tapaudit flows` prints comes out the same however the table was walked.
 */
#ifndef OBSERVE_RECORD_SORT_H
#define OBSERVE_RECORD_SORT_H

#include "flow/flow.h"

struct record_sort;

/* MEMORY_BYTES: records kept in memory before a run is written; 0: 256 MiB. */
struct record_sort *record_sort_new(size_t memory_bytes, struct err *err) MUST_CHECK;
/* Copies RECORD. A failure (memory, disk) is kept and told by record_sort_finish. */
void record_sort_add(struct record_sort *sort, const struct flow_record *record);
/* Hands every record to EACH in order. 0, or -1 and ERR if any was lost on the way. */
int record_sort_finish(struct record_sort *sort, void *context,
		       void (*each)(void *context, const struct flow_record *record), struct err *err) MUST_CHECK;
void record_sort_free(struct record_sort *sort);

int flow_record_compare(const struct flow_record *a, const struct flow_record *b);

#endif
