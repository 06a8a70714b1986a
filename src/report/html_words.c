/* Values as the page shows them. */
#include "html_parts.h"
#include <string.h>

void html_line(struct html *html)
{
	html_text_add(html->out, strbuf_text(&html->line));
	html->out->failed |= html->line.failed;
	html->line.length = 0;
	strbuf_add(&html->line, "");
}

void html_count(struct html *html, uint64_t count, const char *noun)
{
	char number[32];

	if (noun)
		add_count(&html->line, count, noun);
	else
		strbuf_add(&html->line, word_count(count, number));
	html_line(html);
}

void html_end(struct html *html, const struct audit_end *end)
{
	char address[ADDR_TEXT_MAX];

	addr_format(&end->address, address);
	strbuf_add(html->out, "<b>");
	html_text_add(html->out, end->name ? end->name : address);
	strbuf_add(html->out, "</b>");
	if (end->name) {
		strbuf_addf(&html->line, " (%s)", address);
		html_line(html);
	}
	if (end->roles.count == 0)
		return;
	strbuf_add(html->out, " <span class=\"quiet\">");
	add_names(&html->line, end->roles, SIZE_MAX);
	html_line(html);
	strbuf_add(html->out, "</span>");
}

void html_time(struct html *html, int64_t time_ns)
{
	char exact[TIME_TEXT_MAX], words[TIME_TEXT_MAX];

	if (time_ns == TIME_UNKNOWN)
		return;
	word_time(time_ns, words);
	size_t day = strcspn(words, " ");
	/* A narrow column may break between day and clock, not within them. */
	strbuf_addf(html->out, "<time datetime=\"%s\"><span>%.*s</span>%.1s<span>%s</span></time>",
		    time_format(time_ns, 0, exact), (int)day, words, words + day,
		    words[day] ? words + day + 1 : "");
}

void html_finding_link(struct html *html, const char *before, size_t finding)
{
	size_t same_id = html->places[finding].same_id;

	strbuf_addf(html->out, "%s<a href=\"#f-%s", before, html->result->findings[finding].id);
	if (same_id > 0)
		strbuf_addf(html->out, "-%zu", same_id + 1);
	strbuf_add(html->out, "\">");
}

void html_section(struct html *html, const char *id, const char *heading)
{
	strbuf_addf(html->out, "<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">%s</h2>\n", id,
		    id, id, heading);
}

void html_mark(struct html *html, const char *class, const char *mark, const char *word)
{
	strbuf_addf(html->out, "<span class=\"mark %s\"><span aria-hidden=\"true\">%s</span> %s</span>",
		    class, mark, word);
}

void html_severity(struct html *html, enum severity severity)
{
	static const struct {
		const char *class, *mark, *word;
	} marks[SEVERITY_COUNT] = {
	    [SEVERITY_INFO] = {"info", "\u00b7", "Info"},
	    [SEVERITY_LOW] = {"low", "\u25bd", "Low"},
	    [SEVERITY_MEDIUM] = {"medium", "\u25c6", "Medium"},
	    [SEVERITY_HIGH] = {"high", "\u25b2", "High"},
	};

	html_mark(html, marks[severity].class, marks[severity].mark, marks[severity].word);
}

void html_verdict(struct html *html, enum run_verdict verdict)
{
	static const struct {
		const char *class, *mark, *word;
	} marks[] = {
	    [RUN_PASS] = {"pass", "\u2713", "Pass"},
	    [RUN_FAIL] = {"fail", "\u2715", "Fail"},
	    [RUN_INCONCLUSIVE] = {"unsure", "?", "Inconclusive"},
	};

	html_mark(html, marks[verdict].class, marks[verdict].mark, marks[verdict].word);
}

const struct finding_history *html_history(const struct html *html, size_t finding)
{
	return html->options->history ? &html->options->history->findings[finding] : NULL;
}

bool html_period(const struct html *html, int64_t *first_ns, int64_t *last_ns)
{
	size_t count;
	const struct coverage_span *spans = ledger_spans(html->ledger, &count);

	for (size_t i = 0; i < count; i++) {
		if (i == 0 || spans[i].first_ns < *first_ns)
			*first_ns = spans[i].first_ns;
		if (i == 0 || spans[i].last_ns > *last_ns)
			*last_ns = spans[i].last_ns;
	}
	return count > 0;
}
