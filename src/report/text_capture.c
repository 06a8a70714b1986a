/* What was read, how good it is, and where each packet was counted. */
#include "text_parts.h"
#include <stdio.h>
#include <string.h>

enum { INPUTS_SHOWN = 20, NOTE_HANG = 12 };

static void put_health(struct page *page, const struct ledger_health *health)
{
	char line[64], grade[2];

	snprintf(line, sizeof line, "CAPTURE: health %s",
		 word_grade(health, grade) ? grade : "not observed, no packet was read");
	page_heading(page, line);
	for (size_t i = 0; i < health->reason_count; i++)
		page_paragraph(page, TEXT_LABEL, NOTE_HANG, i ? NULL : "health", health->reasons[i]);
}

static void put_accounting(struct page *page, const struct text_context *context)
{
	const struct audit_result *result = context->result;
	struct strbuf line = {0};
	char number[32];
	bool first = true;

	strbuf_addf(&line, "%s =", word_count(result->packets, number));
	for (int b = 0; b < ACCOUNT_COUNT; b++) {
		if (result->accounting[b] == 0)
			continue;
		strbuf_addf(&line, "%s %s %s", first ? "" : " +", word_count(result->accounting[b], number),
			    accounting_name((enum accounting)b));
		first = false;
	}
	strbuf_add(&line, first ? " 0" : "");
	page_built_paragraph(page, TEXT_LABEL, NOTE_HANG, "packets", &line);
	if (ledger_filter(context->ledger)[0])
		page_paragraph(page, TEXT_LABEL, NOTE_HANG, "filter", ledger_filter(context->ledger));
	strbuf_clear(&line);
}

static void add_input(struct table *table, const struct input_record *input)
{
	struct strbuf note = {0};
	char number[32], time[TIME_TEXT_MAX];

	table_add(table, STYLE_PLAIN, input->name);
	table_add(table, STYLE_PLAIN, input->format);
	table_add(table, STYLE_PLAIN, word_count(input->packets, number));
	table_add(table, STYLE_PLAIN, word_time(input->first_ns, time));
	table_add(table, input->trouble ? STYLE_YELLOW : STYLE_PLAIN, input->status);
	if (input->error[0])
		table_add_note(table, STYLE_YELLOW, input->error);
	if (input->unsupported[0]) {
		strbuf_addf(&note, "link types not understood: %s", input->unsupported);
		table_add_note(table, STYLE_PLAIN, strbuf_text(&note));
	}
	table->failed |= note.failed;
	strbuf_clear(&note);
}

/* The first inputs, and every one that something is wrong with. */
static void put_inputs(struct page *page, const struct text_context *context)
{
	static const struct table_column columns[] = {{"input", 16, false},
						      {"format", 6, false},
						      {"packets", 7, true},
						      {"first (UTC)", 19, false},
						      {"status", 8, false}};
	struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	size_t count, left_out = 0, skipped = 0;
	const struct input_record *inputs = ledger_inputs(context->ledger, &count);
	struct strbuf line = {0};

	for (size_t i = 0; i < count; i++) {
		bool wrong = inputs[i].trouble || inputs[i].error[0] || inputs[i].unsupported[0];

		if (word_is_skipped(&inputs[i]) && !context->options->verbose) {
			skipped++;
			continue;
		}
		if (i < INPUTS_SHOWN + skipped || wrong || context->options->verbose)
			add_input(&table, &inputs[i]);
		else
			left_out++;
	}
	if (count > skipped) {
		page_newline(page);
		table_print(&table, page, TEXT_LABEL);
	}
	if (left_out > 0) {
		strbuf_addf(&line, "%zu more, read without trouble: --verbose shows all.", left_out);
		page_built_paragraph(page, TEXT_LABEL, TEXT_LABEL, NULL, &line);
	}
	if (skipped > 0) {
		add_count(&line, skipped, "file");
		strbuf_add(&line, " skipped, no captures: --verbose shows them.");
		page_built_paragraph(page, TEXT_LABEL, TEXT_LABEL, NULL, &line);
	}
	strbuf_clear(&line);
}

void text_capture(struct page *page, const struct text_context *context)
{
	struct strbuf line = {0};
	char time[TIME_TEXT_MAX];

	put_health(page, &context->result->health);
	put_accounting(page, context);
	put_inputs(page, context);
	page_newline(page);
	strbuf_addf(&line, "tapaudit %s, written %s UTC", context->options->version,
		    word_time(context->options->generated_ns, time));
	page->out->failed |= line.failed;
	page_styled_paragraph(page, 0, 0, NULL, STYLE_DIM, strbuf_text(&line));
	strbuf_clear(&line);
}
