/*
 * Shared by the tests of report: a result built by hand that holds every kind of finding and every state, and
 * ways to make it random, hostile or large. Texts are pointers that a test may change.
 */
#ifndef TESTS_REPORT_TESTKIT_H
#define TESTS_REPORT_TESTKIT_H

#include "base/mem.h"
#include "report/report.h"

enum {
	SAMPLE_ROLES = 4,
	SAMPLE_RULES = 6,
	SAMPLE_FINDINGS = 7,
	SAMPLE_INPUTS = 3,
	SAMPLE_PEERS = 20,
	SAMPLE_NAMES = 12
};

struct sample {
	struct audit_result result;
	struct audit_system system;
	struct audit_role roles[SAMPLE_ROLES];
	struct audit_rule rules[SAMPLE_RULES];
	struct audit_finding findings[SAMPLE_FINDINGS];
	struct audit_end peers[SAMPLE_PEERS];
	struct audit_near nearest[2];
	struct audit_exception exceptions[2];
	struct signature signature;
	struct sig_rule said[SAMPLE_RULES];
	struct input_record inputs[SAMPLE_INPUTS];
	struct ledger *ledger; /* made of inputs by sample_open; sample_read makes it anew */
	const char *filter;
	struct report_options options;
	struct arena lists; /* made by sample_rewrite */
};

/* 2026-11-18 08:00:00 UTC, when the sample's capture begins. */
#define SAMPLE_TIME_NS (INT64_C(1794988800) * NSEC_PER_SEC)

/* Fails the test that calls it for want of memory. */
void sample_open(struct sample *sample);
void sample_close(struct sample *sample);
/* Puts the inputs and the filter into a new ledger. */
void sample_read(struct sample *sample);
/* Nothing found, nothing wrong: a capture that passes. */
void sample_make_clean(struct sample *sample);

/* Every text of the sample that a site file, a signature, a capture or a file's name can set, one after the
 * other: WRITE gets each, with what it is, and says what stands there instead. The sample must be read anew.
 */
typedef const char *sample_writer(void *context, const char *what, const char *text);
void sample_rewrite(struct sample *sample, sample_writer *write, void *context);

/* A text of COUNT words from a seed, letters of one, two and three bytes. To be freed. */
char *sample_words(uint64_t *seed, size_t count, size_t longest);
uint64_t sample_random(uint64_t *seed);

/* The formats of the result as text; to be freed by strbuf_clear. Fails the test when writing fails. */
struct strbuf sample_text(const struct sample *sample);
struct strbuf sample_json(const struct sample *sample);

/* Says which line of TEXT breaks a rule that every page keeps, or NULL: no control character, no hidden one,
 * valid UTF-8, no blank at a line's end, no line over WIDTH columns. */
const char *page_fault(const char *text, unsigned width, char out[256]);

/* Runs WRITE with the first, second, .. allocation failing, until none fails; each failed run must say so and
 * leak nothing. cJSON allocates through the same module. Returns how many runs failed. */
typedef int report_writer(struct strbuf *out, void *context, struct err *err);
size_t starve(report_writer *write, void *context);

#endif
