/* All findings, with the controls that the script brings to life, and what the day before had and today has
 * not. */
#include "html_texts.h"
#include <string.h>

enum { WHOLE_FINDINGS = 250, WHOLE_FINDINGS_MAX = 400 };

static void option(struct html *html, const char *value, const char *words)
{
	strbuf_add(html->out, "<option");
	html_attribute_add(html->out, "value", value);
	strbuf_add_char(html->out, '>');
	html_text_add(html->out, words);
	strbuf_add(html->out, "</option>");
}

static void open_select(struct html *html, const char *id, const char *label, const char *all)
{
	strbuf_addf(html->out, "<label>%s <select id=\"by-%s\">", label, id);
	if (all)
		option(html, "", all);
}

static void close_select(struct html *html)
{
	strbuf_add(html->out, "</select></label>\n");
}

static void select_severity(struct html *html)
{
	open_select(html, "severity", "Severity", "all");
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
		option(html, severity_name((enum severity)s), severity_name((enum severity)s));
	close_select(html);
}

static void select_kind(struct html *html)
{
	open_select(html, "kind", "Kind", "all");
	for (int k = 0; k < FINDING_KIND_COUNT; k++)
		option(html, finding_kind_name((enum finding_kind)k),
		       finding_kind_name((enum finding_kind)k));
	close_select(html);
}

static void select_system(struct html *html)
{
	open_select(html, "system", "System", "all");
	for (size_t i = 0; i < html->result->system_count; i++)
		option(html, html->result->systems[i].name, html->result->systems[i].name);
	close_select(html);
}

static void select_age(struct html *html)
{
	static const char *const compared[] = {"new", "continuing", "excused"};
	static const char *const alone[] = {"open", "excused"};
	bool history = html->options->history != NULL;

	open_select(html, "age", "State", "all");
	for (size_t i = 0; i < (history ? 3 : 2); i++)
		option(html, history ? compared[i] : alone[i], history ? compared[i] : alone[i]);
	close_select(html);
}

static void select_order(struct html *html)
{
	static const struct {
		const char *value, *words;
	} orders[] = {{"severity", "severity"}, {"last", "last seen"}, {"first", "first seen"},
		      {"flows", "most flows"},  {"system", "system"},  {"kind", "kind"}};

	open_select(html, "order", "Sort by", NULL);
	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
		option(html, orders[i].value, orders[i].words);
	close_select(html);
}

static void add_controls(struct html *html)
{
	strbuf_add(html->out, "<div class=\"controls\" id=\"controls\" role=\"search\" "
			      "aria-label=\"Findings\" hidden>\n"
			      "<label class=\"text\">Search <input id=\"by-text\" type=\"search\" "
			      "autocomplete=\"off\" spellcheck=\"false\" "
			      "placeholder=\"host, port, rule, words\"></label>\n");
	select_severity(html);
	select_kind(html);
	select_system(html);
	select_age(html);
	select_order(html);
	strbuf_add(html->out, "<button type=\"button\" id=\"clear\">Clear</button>\n"
			      "<output id=\"shown\" aria-live=\"polite\"></output>\n</div>\n");
}

/* Findings that are gone. CAPTION: what they have in common. */
static void add_gone(struct html *html, const char *caption, const struct fixed_finding *gone, size_t count)
{
	strbuf_add(
	    html->out,
	    "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Findings that are gone\"><table>"
	    "<caption>");
	html_text_add(html->out, caption);
	strbuf_add(html->out,
		   "</caption><thead><tr><th scope=\"col\">Finding</th>"
		   "<th scope=\"col\">Severity</th><th scope=\"col\">Kind</th>"
		   "<th scope=\"col\">System</th><th scope=\"col\">Rule</th>"
		   "<th scope=\"col\">Since</th><th scope=\"col\">What</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < count; i++) {
		const struct fixed_finding *fixed = &gone[i];
		const char *const cells[] = {fixed->severity, fixed->kind,  fixed->system,
					     fixed->rule,     fixed->since, fixed->message};

		strbuf_add(html->out, "<tr><th scope=\"row\">");
		strbuf_addf(&html->line, "%.8s", fixed->id);
		html_line(html);
		for (size_t j = 0; j < sizeof cells / sizeof cells[0]; j++) {
			strbuf_add(html->out, j ? "</td><td>" : "</th><td>");
			html_text_add(html->out, cells[j]);
		}
		strbuf_add(html->out, fixed->matrix_changed
					  ? " <span class=\"tag\">matrix changed</span></td></tr>\n"
					  : "</td></tr>\n");
	}
	strbuf_add(html->out, "</tbody></table></div>\n");
}

static void add_fixed(struct html *html)
{
	const struct report_history *history = html->options->history;
	struct strbuf caption = {0};

	if (history && history->fixed_count > 0) {
		html_section(html, "fixed", "Fixed");
		strbuf_addf(&caption, "Seen on %s, no longer seen", history->compared_with);
		html->out->failed |= caption.failed;
		add_gone(html, strbuf_text(&caption), history->fixed, history->fixed_count);
		strbuf_clear(&caption);
		strbuf_add(html->out, "</section>\n");
	}
	if (history && history->unseen_count > 0) {
		html_section(html, "unseen", "Not seen");
		add_gone(html, "Open before; nothing here could show what became of them", history->unseen,
			 history->unseen_count);
		strbuf_add(html->out, "</section>\n");
	}
}

/* Elements for the first findings, which are the most severe; without the script those are all there is. */
static void add_list(struct html *html)
{
	size_t count = html->result->finding_count;
	size_t whole = count > WHOLE_FINDINGS_MAX ? WHOLE_FINDINGS : count;
	struct finding_texts texts = {0};

	strbuf_add(html->out, "<div id=\"list\">\n");
	for (size_t i = 0; i < whole; i++) {
		finding_texts_fill(&texts, html, i);
		html_finding(html, &texts, html->result->findings[i].severity);
	}
	for (size_t i = 0; i < TEXT_COUNT; i++)
		html->out->failed |= texts.items[i].failed;
	finding_texts_clear(&texts);
	strbuf_add(html->out, "</div>\n");
	if (whole == count)
		return;
	strbuf_addf(html->out,
		    "<noscript><p>The %zu most severe findings stand above. The page's script shows ", whole);
	html_count(html, count - whole, "more");
	strbuf_add(html->out,
		   "; without it they are to be read in the CSV and JSON reports.</p></noscript>\n");
	html_rows(html, whole);
}

void html_findings(struct html *html)
{
	html_section(html, "findings", "Findings");
	if (html->result->finding_count == 0) {
		strbuf_add(html->out, "<p>None.</p>\n");
	} else {
		add_controls(html);
		add_list(html);
		strbuf_add(html->out, "<nav id=\"pager\" aria-label=\"Pages of findings\" hidden>"
				      "<button type=\"button\" id=\"back\">Previous</button> "
				      "<span id=\"page\" aria-live=\"polite\"></span> "
				      "<button type=\"button\" id=\"next\">Next</button></nav>\n");
	}
	strbuf_add(html->out, "</section>\n");
	add_fixed(html);
}
