#include "page.h"
#include "report/report.h"
#include <stdio.h>

int report_inference_text(struct strbuf *out, const struct inference *inference,
			  const struct report_options *options, struct err *err)
{
	static const struct table_column columns[] = {
	    {"role", 10, false}, {"host", 12, false}, {"score", 5, true}, {"why", 20, false}};
	struct page page = {
	    .out = out, .width = options->width ? options->width : 100, .colour = options->colour};

	if (inference->system_count == 0)
		page_paragraph(&page, 0, 0, NULL,
			       "No product was recognised: nothing seen fits a signature well enough.");
	for (size_t i = 0; i < inference->system_count; i++) {
		const struct inferred_system *system = &inference->systems[i];
		struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};
		char text[160], address[ADDR_TEXT_MAX];

		snprintf(text, sizeof text, "%s %s, score %.1f", system->signature->vendor,
			 system->signature->product, system->score);
		page_heading(&page, text);
		for (size_t k = 0; k < system->binding_count; k++) {
			const struct inferred_binding *binding = &system->bindings[k];

			snprintf(text, sizeof text, "%.1f", binding->score);
			table_add(&table, STYLE_PLAIN, binding->role);
			table_add(&table, STYLE_PLAIN, addr_format(&binding->address, address));
			table_add(&table, STYLE_PLAIN, text);
			table_add(&table, STYLE_PLAIN, binding->why);
		}
		table_print(&table, &page, 2);
	}
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
