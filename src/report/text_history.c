/* What comparing with the day before says. */
#include "text_parts.h"

enum { ID_SHOWN = 8 };

void text_comparison(struct page *page, const struct text_context *context)
{
	const struct report_history *history = context->options->history;
	size_t fresh = 0, continuing = 0, joined = 0, worse = 0;
	struct strbuf line = {0};

	if (!history)
		return;
	for (size_t i = 0; i < context->result->finding_count; i++) {
		fresh += history->findings[i].age == AGE_NEW;
		continuing += history->findings[i].age == AGE_CONTINUING;
		joined += history->findings[i].new_peer_count > 0;
		worse += history_is_worse(&history->findings[i], &context->result->findings[i]);
	}
	strbuf_addf(&line, "%zu new, %zu continuing", fresh, continuing);
	if (worse > 0)
		strbuf_addf(&line, " (%zu worse)", worse);
	if (joined > 0)
		strbuf_addf(&line, " (%zu with a new peer)", joined);
	if (history->compared_with)
		strbuf_addf(&line, ", %zu fixed since %s", history->fixed_count, history->compared_with);
	if (history->unseen_count > 0)
		strbuf_addf(&line, "; %zu not to be seen", history->unseen_count);
	page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, "history", &line);
	strbuf_clear(&line);
}

static void add_gone(struct page *page, const struct fixed_finding *gone, size_t count)
{
	struct strbuf line = {0};

	for (size_t i = 0; i < count; i++) {
		const struct fixed_finding *fixed = &gone[i];

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

static void add_gone_heading(struct page *page, struct strbuf *line)
{
	page->out->failed |= line->failed;
	page_heading(page, strbuf_text(line));
	strbuf_clear(line);
}

void text_fixed(struct page *page, const struct text_context *context)
{
	const struct report_history *history = context->options->history;
	struct strbuf line = {0};

	if (!history)
		return;
	if (history->fixed_count > 0) {
		strbuf_addf(&line, "FIXED: %zu (seen on %s, no longer seen)", history->fixed_count,
			    history->compared_with);
		add_gone_heading(page, &line);
		add_gone(page, history->fixed, history->fixed_count);
	}
	if (history->unseen_count > 0) {
		strbuf_addf(&line, "NOT SEEN: %zu (open before; nothing here could show what became of %s)",
			    history->unseen_count, history->unseen_count == 1 ? "it" : "them");
		add_gone_heading(page, &line);
		add_gone(page, history->unseen, history->unseen_count);
	}
}
