#include "page.h"

int report_inference_text(struct strbuf *out, const struct inference *inference,
			  const struct report_options *options, struct err *err)
{
	static const struct table_column columns[] = {
	    {"role", 10, false}, {"host", 12, false}, {"score", 5, true}, {"why", 20, false}};
	struct page page = page_make(out, options);
	struct strbuf text = {0};

	if (inference->system_count == 0)
		page_paragraph(&page, 0, 0, NULL,
			       "No product was recognised: nothing seen fits a signature well enough.");
	for (size_t i = 0; i < inference->system_count; i++) {
		const struct inferred_system *system = &inference->systems[i];
		struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};

		text.length = 0;
		strbuf_addf(&text, "%s %s, score %.1f", system->signature->vendor, system->signature->product,
			    system->score);
		page_heading(&page, strbuf_text(&text));
		for (size_t k = 0; k < system->binding_count; k++) {
			const struct inferred_binding *binding = &system->bindings[k];
			char address[ADDR_TEXT_MAX];

			text.length = 0;
			strbuf_addf(&text, "%.1f", binding->score);
			table_add(&table, STYLE_PLAIN, binding->role);
			table_add(&table, STYLE_PLAIN, addr_format(&binding->address, address));
			table_add(&table, STYLE_PLAIN, strbuf_text(&text));
			table_add(&table, STYLE_PLAIN, binding->why);
		}
		table_print(&table, &page, 2);
	}
	out->failed |= text.failed;
	strbuf_clear(&text);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
