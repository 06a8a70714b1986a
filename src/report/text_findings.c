/* The list of findings: those that count, then those that exceptions cover. */
#include "text_parts.h"

enum { FINDINGS_SHOWN = 50 };

struct finding_tally {
	size_t counted, excused;
	size_t by_severity[SEVERITY_COUNT]; /* of those that count */
};

static struct finding_tally tally_findings(const struct audit_result *result)
{
	struct finding_tally tally = {0};

	for (size_t i = 0; i < result->finding_count; i++) {
		const struct audit_finding *finding = &result->findings[i];

		tally.excused += finding->exception != NULL;
		tally.counted += !finding->exception;
		tally.by_severity[finding->severity] += !finding->exception;
	}
	return tally;
}

static void put_list(struct page *page, const struct text_context *context, bool excused, size_t limit)
{
	size_t shown = 0;

	for (size_t i = 0; i < context->result->finding_count && shown < limit; i++) {
		const struct audit_finding *finding = &context->result->findings[i];

		if ((finding->exception != NULL) != excused)
			continue;
		text_finding(page, context, finding);
		shown++;
	}
}

static void put_left_out(struct page *page, size_t count, size_t limit, struct strbuf *line)
{
	if (count <= limit)
		return;
	page_newline(page);
	strbuf_addf(line, "%zu more of no greater severity: --verbose shows all, -f json holds all.",
		    count - limit);
	page_built_paragraph(page, TEXT_LABEL, TEXT_LABEL, NULL, line);
}

static void put_counted(struct page *page, const struct text_context *context,
			const struct finding_tally *tally, size_t limit, struct strbuf *line)
{
	strbuf_addf(line, "FINDINGS: %zu", tally->counted);
	for (size_t s = SEVERITY_COUNT, named = 0; s-- > 0;) {
		if (tally->by_severity[s] > 0)
			strbuf_addf(line, "%s%zu %s", named++ ? ", " : " (", tally->by_severity[s],
				    severity_name((enum severity)s));
	}
	strbuf_add(line, ")");
	page_heading(page, tally->counted ? strbuf_text(line) : "FINDINGS: none");
	line->length = 0;
	put_list(page, context, false, limit);
	put_left_out(page, tally->counted, limit, line);
}

static void put_excused(struct page *page, const struct text_context *context,
			const struct finding_tally *tally, size_t limit, struct strbuf *line)
{
	if (tally->excused == 0)
		return;
	strbuf_addf(line, "EXCUSED: %zu (covered by exceptions, not counted)", tally->excused);
	page_heading(page, strbuf_text(line));
	line->length = 0;
	put_list(page, context, true, limit);
	put_left_out(page, tally->excused, limit, line);
}

void text_findings(struct page *page, const struct text_context *context)
{
	struct finding_tally tally = tally_findings(context->result);
	size_t limit = context->options->verbose ? SIZE_MAX : FINDINGS_SHOWN;
	struct strbuf line = {0};

	put_counted(page, context, &tally, limit, &line);
	put_excused(page, context, &tally, limit, &line);
	if (tally.counted + tally.excused > 0) {
		page_newline(page);
		page_styled_paragraph(
		    page, TEXT_LABEL, TEXT_LABEL, NULL, STYLE_DIM,
		    "tapaudit explain REPORT.json ID tells which rules came nearest (write one with "
		    "-f json).");
	}
	page->out->failed |= line.failed;
	strbuf_clear(&line);
}
