#include "text_parts.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum page_style severity_style(enum severity severity)
{
	static const enum page_style styles[SEVERITY_COUNT] = {
	    [SEVERITY_INFO] = STYLE_DIM,
	    [SEVERITY_LOW] = STYLE_CYAN,
	    [SEVERITY_MEDIUM] = STYLE_YELLOW,
	    [SEVERITY_HIGH] = STYLE_RED,
	};

	return styles[severity];
}

enum page_style verdict_style(enum run_verdict verdict)
{
	switch (verdict) {
	case RUN_PASS: return STYLE_GREEN;
	case RUN_FAIL: return STYLE_RED;
	case RUN_INCONCLUSIVE: return STYLE_YELLOW;
	}
	return STYLE_PLAIN;
}

char *text_time(int64_t time_ns, char out[TIME_TEXT_MAX])
{
	time_format(time_ns, 0, out);
	char *middle = strchr(out, 'T');
	char *end = strchr(out, 'Z');
	if (middle)
		*middle = ' ';
	if (end)
		*end = '\0';
	return out;
}

char *text_count(uint64_t count, char out[32])
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
	size_t at = 0;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

static void text_span(const struct ledger *ledger, char *out, size_t size)
{
	size_t count;
	const struct coverage_span *spans = ledger_spans(ledger, &count);
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	out[0] = '\0';
	if (count > 0)
		snprintf(out, size, "%s to %s UTC", text_time(spans[0].first_ns, first),
			 text_time(spans[count - 1].last_ns, last));
}

static void text_title(struct page *page, const struct text_context *context)
{
	const struct audit_result *result = context->result;
	char verdict[16], span[2 * TIME_TEXT_MAX + 16];
	const char *name = run_verdict_name(result->verdict);
	size_t i;

	for (i = 0; name[i] && i < sizeof verdict - 1; i++)
		verdict[i] = (char)toupper((unsigned char)name[i]);
	verdict[i] = '\0';
	page_put(page, verdict_style(result->verdict), verdict);
	page_put(page, STYLE_PLAIN, "  ");
	page_put(page, STYLE_BOLD,
		 context->options->site_name ? context->options->site_name : "no site file: roles inferred");
	page_newline(page);
	for (i = 0; i < result->reasons.count; i++)
		page_paragraph(page, 2, 2, NULL, result->reasons.items[i]);
	text_span(context->ledger, span, sizeof span);
	if (span[0])
		page_paragraph(page, 2, 10, "span", span);
}

static void text_totals(struct page *page, const struct text_context *context)
{
	const struct audit_result *result = context->result;
	char packets[32], flows[32], edges[32], line[256];
	size_t input_count;

	ledger_inputs(context->ledger, &input_count);
	snprintf(line, sizeof line, "%zu capture%s, %s packets, %s flows, %s edges; capture health %c",
		 input_count, input_count == 1 ? "" : "s", text_count(result->packets, packets),
		 text_count(result->flows, flows), text_count(result->edge_count, edges),
		 result->health.grade);
	page_paragraph(page, 2, 10, "read", line);
	struct strbuf verdicts = {0};
	for (int v = 0; v < VERDICT_COUNT; v++) {
		if (result->edges[v] > 0)
			strbuf_addf(&verdicts, "%s%s %s", verdicts.length ? ", " : "",
				    text_count(result->edges[v], edges),
				    edge_verdict_name((enum edge_verdict)v));
	}
	if (verdicts.length)
		page_paragraph(page, 2, 10, "edges", strbuf_text(&verdicts));
	strbuf_clear(&verdicts);
}

static void text_exceptions(struct page *page, const struct text_context *context)
{
	const struct audit_result *result = context->result;

	if (result->exception_count == 0)
		return;
	page_heading(page, "EXCEPTIONS");
	static const struct table_column columns[] = {{"id", 8, false},
						      {"state", 8, false},
						      {"until", 10, false},
						      {"owner", 8, false},
						      {"reason", 20, false}};
	struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	for (size_t i = 0; i < result->exception_count; i++) {
		const struct audit_exception *exception = &result->exceptions[i];
		bool expired = strcmp(exception->state, "expired") == 0;

		table_add(&table, STYLE_PLAIN, exception->id);
		table_add(&table, expired ? STYLE_YELLOW : STYLE_PLAIN, exception->state);
		table_add(&table, STYLE_PLAIN, exception->expires);
		table_add(&table, STYLE_PLAIN, exception->owner ? exception->owner : "");
		table_add(&table, STYLE_PLAIN, exception->reason ? exception->reason : "");
	}
	table_print(&table, page, 2);
}

int report_text(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
		const struct report_options *options, struct err *err)
{
	struct page page = {
	    .out = out, .width = options->width ? options->width : 100, .colour = options->colour};
	struct text_context context = {result, ledger, options};

	text_title(&page, &context);
	text_totals(&page, &context);
	for (size_t i = 0; i < result->warnings.count; i++)
		page_paragraph(&page, 2, 10, "note", result->warnings.items[i]);
	text_findings(&page, &context);
	text_systems(&page, &context);
	text_exceptions(&page, &context);
	text_capture(&page, &context);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
