/* What comparing with the day before says. */
#include "text_parts.h"

enum { ID_SHOWN = 8 };

void text_comparison(struct page *page, const struct text_context *context)
{
	const struct report_history *history = context->options->history;
	size_t fresh = 0, continuing = 0, joined = 0;
	struct strbuf line = {0};

	if (!history)
		return;
	for (size_t i = 0; i < context->result->finding_count; i++) {
		fresh += history->findings[i].age == AGE_NEW;
		continuing += history->findings[i].age == AGE_CONTINUING;
		joined += history->findings[i].new_peer_count > 0;
	}
	strbuf_addf(&line, "%zu new, %zu continuing", fresh, continuing);
	if (joined > 0)
		strbuf_addf(&line, " (%zu with a new peer)", joined);
	strbuf_addf(&line, ", %zu fixed since %s", history->fixed_count, history->compared_with);
	page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, "history", &line);
	strbuf_clear(&line);
}

void text_fixed(struct page *page, const struct text_context *context)
{
	const struct report_history *history = context->options->history;
	struct strbuf line = {0};

	if (!history || history->fixed_count == 0)
		return;
	strbuf_addf(&line, "FIXED: %zu (seen on %s, no longer seen)", history->fixed_count,
		    history->compared_with);
	page->out->failed |= line.failed;
	page_heading(page, strbuf_text(&line));
	strbuf_clear(&line);
	for (size_t i = 0; i < history->fixed_count; i++) {
		const struct fixed_finding *fixed = &history->fixed[i];

		strbuf_addf(&line, "%s  %s%s%.*s%s%s%s", fixed->kind, fixed->system ? fixed->system : "",
			    fixed->system ? "  " : "", ID_SHOWN, fixed->id, fixed->since ? "  since " : "",
			    fixed->since ? fixed->since : "",
			    fixed->matrix_changed ? "; because a file changed" : "");
		page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, fixed->severity, &line);
		if (fixed->message)
			page_paragraph(page, TEXT_HANG, TEXT_HANG, NULL, fixed->message);
	}
	strbuf_clear(&line);
}
