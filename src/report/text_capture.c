#include "text_parts.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void text_health(struct page *page, const struct text_context *context)
{
	const struct ledger_health *health = &context->result->health;
	char line[64];

	snprintf(line, sizeof line, "CAPTURE: health %c", health->grade);
	page_heading(page, line);
	for (size_t i = 0; i < health->reason_count; i++)
		page_paragraph(page, 2, 4, NULL, health->reasons[i]);
}

static void text_accounting(struct page *page, const struct text_context *context)
{
	const struct audit_result *result = context->result;
	struct strbuf line = {0};
	char number[32];

	strbuf_addf(&line, "%s =", text_count(result->packets, number));
	bool first = true;
	for (int b = 0; b < ACCOUNT_COUNT; b++) {
		if (result->accounting[b] == 0)
			continue;
		strbuf_addf(&line, "%s %s %s", first ? "" : " +", text_count(result->accounting[b], number),
			    accounting_name((enum accounting)b));
		first = false;
	}
	if (first)
		strbuf_add(&line, " 0");
	page_paragraph(page, 2, 12, "packets", strbuf_text(&line));
	page->out->failed |= line.failed;
	strbuf_clear(&line);
	if (ledger_filter(context->ledger)[0])
		page_paragraph(page, 2, 12, "filter", ledger_filter(context->ledger));
}

static void text_inputs(struct page *page, const struct text_context *context)
{
	static const struct table_column columns[] = {{"input", 16, false},
						      {"format", 6, false},
						      {"packets", 7, true},
						      {"first (UTC)", 19, false},
						      {"status", 8, false}};
	struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	size_t count;
	const struct input_record *inputs = ledger_inputs(context->ledger, &count);

	for (size_t i = 0; i < count; i++) {
		char number[32], time[TIME_TEXT_MAX];

		table_add(&table, STYLE_PLAIN, inputs[i].name);
		table_add(&table, STYLE_PLAIN, inputs[i].format);
		table_add(&table, STYLE_PLAIN, text_count(inputs[i].packets, number));
		table_add(&table, STYLE_PLAIN, text_time(inputs[i].first_ns, time));
		table_add(&table, inputs[i].trouble ? STYLE_YELLOW : STYLE_PLAIN, inputs[i].status);
	}
	if (count > 0)
		table_print(&table, page, 2);
	for (size_t i = 0; i < count; i++) {
		if (inputs[i].error[0])
			page_paragraph(page, 2, 4, NULL, inputs[i].error);
		if (inputs[i].unsupported[0])
			page_paragraph(page, 2, 4, "link types not understood:", inputs[i].unsupported);
	}
}

void text_capture(struct page *page, const struct text_context *context)
{
	char line[160], time[TIME_TEXT_MAX];

	text_health(page, context);
	text_accounting(page, context);
	text_inputs(page, context);
	page_newline(page);
	snprintf(line, sizeof line, "tapaudit %s, written %s UTC", context->options->version,
		 text_time(context->options->generated_ns, time));
	page_styled_paragraph(page, 0, 0, NULL, STYLE_DIM, line);
}
