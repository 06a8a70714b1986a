#include "text_parts.h"
#include <ctype.h>
#include <string.h>

enum { INPUTS_NAMED = 3 };

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

bool text_one_day(const struct ledger *ledger)
{
	size_t count;
	const struct coverage_span *spans = ledger_spans(ledger, &count);
	const int64_t day_ns = 86400 * NSEC_PER_SEC;

	for (size_t i = 0; i < count; i++) {
		if (spans[i].first_ns / day_ns != spans[0].first_ns / day_ns ||
		    spans[i].last_ns / day_ns != spans[0].first_ns / day_ns)
			return false;
	}
	return true;
}

static void text_title(struct page *page, const struct text_context *context)
{
	const struct audit_result *result = context->result;
	const char *name = run_verdict_name(result->verdict);
	const char *site = context->options->site_name;
	char verdict[16] = "";

	for (size_t i = 0; i < sizeof verdict - 1 && name[i]; i++)
		verdict[i] = (char)toupper((unsigned char)name[i]);
	page_put(page, verdict_style(result->verdict), verdict);
	page_put(page, STYLE_PLAIN, "  ");
	page_put_rest(page, strlen(verdict) + 2, TEXT_LABEL, STYLE_BOLD,
		      site ? site : "no site file: roles inferred");
	for (size_t i = 0; i < result->reasons.count; i++)
		page_paragraph(page, TEXT_LABEL, TEXT_LABEL, NULL, result->reasons.items[i]);
}

/* From the first input's first packet to the last one's last: what lies between inputs is not told here. */
static void text_period(struct page *page, const struct text_context *context)
{
	size_t count;
	const struct coverage_span *spans = ledger_spans(context->ledger, &count);
	struct strbuf line = {0};

	if (count > 0) {
		int64_t first_ns = spans[0].first_ns, last_ns = spans[0].last_ns;

		for (size_t i = 1; i < count; i++) {
			first_ns = spans[i].first_ns < first_ns ? spans[i].first_ns : first_ns;
			last_ns = spans[i].last_ns > last_ns ? spans[i].last_ns : last_ns;
		}
		add_span(&line, first_ns, last_ns);
	}
	page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, "period", &line);
	strbuf_clear(&line);
}

static void text_read(struct page *page, const struct text_context *context)
{
	const struct audit_result *result = context->result;
	struct strbuf line = {0};
	char grade[2];
	size_t count, troubled = 0, skipped = 0;
	const struct input_record *inputs = ledger_inputs(context->ledger, &count);

	for (size_t i = 0; i < count; i++) {
		troubled += inputs[i].trouble;
		skipped += word_is_skipped(&inputs[i]);
	}
	if (count - skipped > INPUTS_NAMED)
		add_count(&line, count - skipped, "capture");
	for (size_t i = 0; i < count && count - skipped <= INPUTS_NAMED; i++) {
		if (!word_is_skipped(&inputs[i]))
			strbuf_addf(&line, "%s%s", line.length ? ", " : "", inputs[i].name);
	}
	strbuf_add(&line, line.length ? ": " : "");
	add_count(&line, result->packets, "packet");
	strbuf_add(&line, ", ");
	add_count(&line, result->flows, "flow");
	strbuf_add(&line, ", ");
	add_count(&line, result->edge_count, "edge");
	strbuf_addf(&line, "; capture health %s",
		    word_grade(&result->health, grade) ? grade : "not observed");
	page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, "read", &line);
	if (troubled > 0) {
		add_count(&line, troubled, "capture");
		strbuf_add(&line, " not read whole: see CAPTURE below");
		page->out->failed |= line.failed;
		page_styled_paragraph(page, TEXT_LABEL, TEXT_HANG, "note", STYLE_YELLOW, strbuf_text(&line));
	}
	strbuf_clear(&line);
}

static void text_verdicts(struct page *page, const struct text_context *context)
{
	struct strbuf line = {0};
	char number[32];

	for (int v = 0; v < VERDICT_COUNT; v++) {
		if (context->result->edges[v] > 0)
			strbuf_addf(&line, "%s%s %s", line.length ? ", " : "",
				    word_count(context->result->edges[v], number),
				    edge_verdict_name((enum edge_verdict)v));
	}
	page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, "edges", &line);
	strbuf_clear(&line);
}

static enum page_style exception_style(const char *state)
{
	if (strcmp(state, "expired") == 0 || strcmp(state, "expiring") == 0)
		return STYLE_YELLOW;
	return strcmp(state, "unused") == 0 ? STYLE_DIM : STYLE_PLAIN;
}

static void text_exceptions(struct page *page, const struct text_context *context)
{
	static const struct table_column columns[] = {{"id", 8, false},
						      {"state", 8, false},
						      {"until", 10, false},
						      {"owner", 8, false},
						      {"reason", 20, false}};
	const struct audit_result *result = context->result;
	struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	if (result->exception_count == 0)
		return;
	page_heading(page, "EXCEPTIONS");
	for (size_t i = 0; i < result->exception_count; i++) {
		const struct audit_exception *exception = &result->exceptions[i];
		char state[EXCEPTION_TEXT_MAX];

		table_add(&table, STYLE_PLAIN, exception->id);
		table_add(&table, exception_style(exception->state), word_exception(exception, state));
		table_add(&table, STYLE_PLAIN, exception->expires);
		table_add(&table, STYLE_PLAIN, exception->owner ? exception->owner : "");
		table_add(&table, STYLE_PLAIN, exception->reason ? exception->reason : "");
	}
	table_print(&table, page, TEXT_LABEL);
}

int report_text(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
		const struct report_options *options, struct err *err)
{
	struct page page = page_make(out, options);
	struct text_context context = {result, ledger, options};

	text_title(&page, &context);
	text_period(&page, &context);
	text_read(&page, &context);
	text_verdicts(&page, &context);
	text_comparison(&page, &context);
	for (size_t i = 0; i < options->remark_count; i++)
		page_paragraph(&page, TEXT_LABEL, TEXT_HANG, "note", options->remarks[i]);
	for (size_t i = 0; i < result->warnings.count; i++)
		page_paragraph(&page, TEXT_LABEL, TEXT_HANG, "note", result->warnings.items[i]);
	text_findings(&page, &context);
	text_fixed(&page, &context);
	text_systems(&page, &context);
	text_exceptions(&page, &context);
	text_capture(&page, &context);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
