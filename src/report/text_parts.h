/* Private to report/: the sections of the text page. */
#ifndef REPORT_TEXT_PARTS_H
#define REPORT_TEXT_PARTS_H

#include "page.h"
#include "report/report.h"

struct text_context {
	const struct audit_result *result;
	const struct ledger *ledger;
	const struct report_options *options;
};

void text_findings(struct page *page, const struct text_context *context);
void text_systems(struct page *page, const struct text_context *context);
void text_capture(struct page *page, const struct text_context *context);
enum page_style severity_style(enum severity severity);
enum page_style verdict_style(enum run_verdict verdict);
/* "2026-11-19 08:00:07" (UTC). Returns OUT. */
char *text_time(int64_t time_ns, char out[TIME_TEXT_MAX]);
/* "1,234,567". Returns OUT. */
char *text_count(uint64_t count, char out[32]);

#endif
