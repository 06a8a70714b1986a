/*
 * Two days of one site, both judged under today's files: which findings are new, which go on, which are
 * fixed, and of which nothing today could show what became of them. What was reported the day before, under
 * the files of then, tells which of that came about only because a file changed, and since when a finding
 * goes on. Pure: no I/O, no clock, no calendar.
 *
 * Findings are the same when their ids are, or, where the files changed, their places: a host that is only
 * named otherwise is the same host. A finding that an exception covers is there like any other. One that
 * folds many ports of a pair, or a scan, goes on as the single ones of these ports, and they as it.
 *
 * Ownership: a comparison points into the results and the past that it was made from; they must outlive it.
 */
#ifndef AUDIT_COMPARE_H
#define AUDIT_COMPARE_H

#include "audit/audit.h"

enum compare_state { COMPARE_NEW, COMPARE_CONTINUING, COMPARE_FIXED, COMPARE_UNSEEN };
const char *compare_state_name(enum compare_state state); /* "new", "continuing", "fixed", "not seen" */

/* What the report of the day before listed. Ids are distinct. */
struct compare_past {
	const char *id;
	int32_t since_day; /* first day of its unbroken run */
	const char *place; /* by addresses alone; NULL or "" not known */
	bool unseen;       /* it was open before, and nothing of that day could show what became of it */
};

struct compare_options {
	int32_t day, day_before;
	const struct compare_past *past; /* NULL: there was no report */
	size_t past_count;
	bool files_changed; /* since that report: the site file, signatures or the program */
	/* Whether today would show it if it went on: FINDING of the day before, or PAST where that is NULL.
	 * NULL: it would. */
	bool (*could_show)(const void *context, const struct audit_finding *finding,
			   const struct compare_past *past);
	const void *context;
};

struct compare_item {
	const char *id;
	enum compare_state state;
	/* Holding today's report against that of the day before would say something else: only the files
	 * differ. */
	bool matrix_changed;
	int32_t since_day; /* first day of its unbroken run; new: today */
	const struct audit_finding
	    *finding; /* today's; fixed: of the day before; NULL: only the past knows of it */
	const struct compare_past *past; /* or NULL */
	/* Continuing: as severe as it was the day before, the worst of those that it goes on for. */
	bool severity_known;
	enum severity severity_before;
	/* Continuing: peers that it did not have the day before, up to 20 of them. An id leaves out who is
	 * bound to nothing, so that another stranger at the same door goes on as the same finding. */
	const struct audit_end *new_peers;
	size_t new_peers_listed;
	uint64_t new_peer_count;
};

struct comparison {
	struct arena arena;
	const struct compare_item *findings; /* one for each of today's, in their order */
	size_t finding_count;
	const struct compare_item *fixed; /* by id */
	size_t fixed_count;
	const struct compare_item *unseen; /* gone, but not because they were fixed; by id */
	size_t unseen_count;
	size_t fresh, continuing; /* distinct ids */
	size_t joined;            /* of those that continue: with a peer that is new */
	size_t worse;             /* of those that continue: more severe than the day before */
};

/* BEFORE may be NULL: no day came before, everything is new. NULL and ERR only for want of memory. */
struct comparison *audit_compare(const struct audit_result *today, const struct audit_result *before,
				 const struct compare_options *options, struct err *err) MUST_CHECK;
void comparison_free(struct comparison *comparison);

#endif
