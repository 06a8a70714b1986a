/* Private to report/: the sections of the text page. */
#ifndef REPORT_TEXT_PARTS_H
#define REPORT_TEXT_PARTS_H

#include "page.h"
#include "words.h"

struct text_context {
	const struct audit_result *result;
	const struct ledger *ledger;
	const struct report_options *options;
};

/* Where the text of labelled lines begins. */
enum { TEXT_LABEL = 2, TEXT_HANG = 10 };

void text_findings(struct page *page, const struct text_context *context);
void text_finding(struct page *page, const struct text_context *context, const struct audit_finding *finding);
void text_systems(struct page *page, const struct text_context *context);
void text_rules(struct page *page, const struct text_context *context, const struct audit_system *system);
void text_capture(struct page *page, const struct text_context *context);
enum page_style severity_style(enum severity severity);
enum page_style verdict_style(enum run_verdict verdict);
/* All inputs lie within one day of UTC, so the time of day says it all. */
bool text_one_day(const struct ledger *ledger);

/* text_history.c: how many are new, continuing and fixed; and those that are fixed. */
void text_comparison(struct page *page, const struct text_context *context);
void text_fixed(struct page *page, const struct text_context *context);

#endif
