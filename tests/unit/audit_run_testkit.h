/*
 * Shared by the tests of audit_run: a product with every kind of presence, a site that binds it, flows
 * written as text with their time and outcome, and whole results read as text.
 */
#ifndef TESTS_AUDIT_RUN_TESTKIT_H
#define TESTS_AUDIT_RUN_TESTKIT_H

#include "audit_testkit.h"

/* Any of these may be NULL or 0. */
struct run_case {
	const char *name;
	const char *signature[2];     /* the first text replaced by the second, in run_signature */
	const char *site[2];          /* in run_site */
	const char *cover;            /* "0-4200 5000-6000": seconds covered; NULL: "0-4200" */
	const char *rows;             /* one a line: see run_add */
	const char *unwatched;        /* as in the options */
	const char *filter;           /* text of a port: packets to it are not admitted */
	bool expect_all, live, latest, brief; /* brief: only the verdict's line is compared */
	enum severity fail_on;        /* 0 stands for medium */
	const char *expected;         /* run_describe of the result */
};

extern const char run_signature[];
extern const char run_site[];
/* Rows with findings of every kind but missing, of two sensors. */
extern const char run_traffic[];

/* Opens KIT with the case's files and adds its coverage and rows. Closed with kit_close. */
void run_open(struct kit *kit, const struct run_case *run);
/*
 * Adds flows, one a line: "600 refused tcp 10.0.0.1:50000 > 10.0.1.1:443 OPTIONS": seconds after the start,
 * an outcome (established answered asked oneway probed refused unreachable reset unanswered pending stray
 * answer carried), and what kit_add takes. "x3" behind the outcome: three times, a second apart. "@tap2"
 * first: by that sensor. "{01-16}": a line for each of these numbers.
 */
void run_add(struct kit *kit, const char *lines);
struct audit_result *run_audit(struct kit *kit, const struct run_case *run);
/*
 * The verdict, what counts of edges, each rule that is not plainly idle, each finding; a line for each, all
 * of them checked. Freed by the caller.
 */
char *run_describe(const struct audit_result *result);
/* Runs the case and compares. */
void run_check(const struct run_case *run);

/* Opens KIT with ROWS under the usual files, and audits. */
struct audit_result *run_rows(struct kit *kit, const char *rows);

#endif
