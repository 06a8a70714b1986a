/* What was read and what became of every packet; the exceptions. */
#include "html_parts.h"
#include <string.h>

static void add_input(struct html *html, const struct input_record *input)
{
	strbuf_add(html->out, "<tr><th scope=\"row\">");
	html_text_add(html->out, input->name);
	strbuf_add(html->out, "</th><td>");
	html_text_add(html->out, input->format);
	strbuf_add(html->out, "</td><td class=\"num\">");
	html_count(html, input->packets, NULL);
	strbuf_add(html->out, "</td><td>");
	add_span(&html->line, input->first_ns, input->last_ns);
	html_line(html);
	strbuf_add(html->out, "</td><td>");
	if (input->trouble)
		html_mark(html, "fail", "\u2715", "");
	html_text_add(html->out, input->status);
	if (input->error[0] || input->unsupported[0]) {
		strbuf_add(html->out, "<span class=\"block quiet\">");
		html_text_add(html->out, input->error);
		if (input->unsupported[0])
			strbuf_addf(&html->line, "%slink types not understood: %s",
				    input->error[0] ? "; " : "", input->unsupported);
		html_line(html);
		strbuf_add(html->out, "</span>");
	}
	strbuf_add(html->out, "</td></tr>\n");
}

static void add_inputs(struct html *html)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(html->ledger, &count);

	strbuf_add(html->out,
		   "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Captures\"><table>"
		   "<caption>Captures</caption><thead><tr><th scope=\"col\">Name</th>"
		   "<th scope=\"col\">Format</th><th scope=\"col\" class=\"num\">Packets</th>"
		   "<th scope=\"col\">Time</th><th scope=\"col\">Status</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < count; i++)
		add_input(html, &inputs[i]);
	strbuf_add(html->out, "</tbody></table></div>\n");
}

static void open_counts(struct html *html, const char *caption, const char *what)
{
	strbuf_addf(html->out,
		    "<table class=\"small\"><caption>%s</caption><thead><tr><th scope=\"col\">%s</th>"
		    "<th scope=\"col\" class=\"num\">Count</th></tr></thead><tbody>\n",
		    caption, what);
}

static void count_row(struct html *html, const char *name, uint64_t count)
{
	strbuf_add(html->out, "<tr><th scope=\"row\">");
	strbuf_add(&html->line, name);
	for (char *c = html->line.text; c && *c; c++)
		*c = *c == '_' ? ' ' : *c;
	html_line(html);
	strbuf_add(html->out, "</th><td class=\"num\">");
	html_count(html, count, NULL);
	strbuf_add(html->out, "</td></tr>\n");
}

static void add_counts(struct html *html)
{
	const struct audit_result *result = html->result;

	strbuf_add(html->out, "<div class=\"columns\">\n");
	open_counts(html, "What became of every packet", "Packets");
	for (int i = ACCOUNT_COUNT - 1; i >= 0; i--)
		if (result->accounting[i] > 0)
			count_row(html, accounting_name((enum accounting)i), result->accounting[i]);
	count_row(html, "in all", result->packets);
	strbuf_add(html->out, "</tbody></table>\n");
	open_counts(html, "Conversations by verdict", "Verdict");
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (result->edges[v] > 0)
			count_row(html, edge_verdict_name((enum edge_verdict)v), result->edges[v]);
	count_row(html, "in all", result->edge_count);
	strbuf_add(html->out, "</tbody></table>\n</div>\n");
}

void html_capture(struct html *html)
{
	const char *filter = ledger_filter(html->ledger);

	html_section(html, "capture", "What was read");
	add_inputs(html);
	if (filter && filter[0]) {
		strbuf_add(html->out, "<p>Read through the filter <code>");
		html_text_add(html->out, filter);
		strbuf_add(html->out, "</code></p>\n");
	}
	add_counts(html);
	strbuf_add(html->out, "</section>\n");
}

static void exception_state(struct html *html, const struct audit_exception *exception)
{
	static const struct {
		const char *state, *class, *mark;
	} marks[] = {{"used", "pass", "\u2713"},
		     {"unused", "idle", "\u2013"},
		     {"expiring", "medium", "\u25d0"},
		     {"expired", "fail", "\u2715"}};
	char text[EXCEPTION_TEXT_MAX];

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		if (strcmp(marks[i].state, exception->state) != 0)
			continue;
		html_mark(html, marks[i].class, marks[i].mark, word_exception(exception, text));
		return;
	}
	html_text_add(html->out, exception->state);
}

void html_exceptions(struct html *html)
{
	if (html->result->exception_count == 0)
		return;
	html_section(html, "exceptions", "Exceptions");
	strbuf_add(html->out,
		   "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Exceptions\"><table>"
		   "<caption>What is tolerated for a time</caption><thead><tr><th scope=\"col\">Id</th>"
		   "<th scope=\"col\">State</th><th scope=\"col\">Until</th><th scope=\"col\">Owner</th>"
		   "<th scope=\"col\">Reason</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < html->result->exception_count; i++) {
		const struct audit_exception *exception = &html->result->exceptions[i];
		const char *const cells[] = {exception->expires, exception->owner, exception->reason};

		strbuf_add(html->out, "<tr><th scope=\"row\">");
		html_text_add(html->out, exception->id);
		strbuf_add(html->out, "</th><td>");
		exception_state(html, exception);
		for (size_t j = 0; j < sizeof cells / sizeof cells[0]; j++) {
			strbuf_add(html->out, "</td><td>");
			html_text_add(html->out, cells[j]);
		}
		strbuf_add(html->out, "</td></tr>\n");
	}
	strbuf_add(html->out, "</tbody></table></div>\n</section>\n");
}
