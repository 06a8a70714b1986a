/* The first screen: the verdict and why, what is new, what is fixed, how far the capture can be trusted. */
#include "html_parts.h"
#include <string.h>

enum { SHOWN = 5 };

static void add_title(struct html *html)
{
	int64_t first_ns, last_ns;

	strbuf_add(html->out, "<p class=\"site\">");
	html_text_add(html->out, html->options->site_name ? html->options->site_name
							  : "No site file: roles are inferred");
	strbuf_add(html->out, "</p>\n<h1>");
	html_verdict(html, html->result->verdict);
	strbuf_add(html->out, "</h1>\n");
	for (size_t i = 0; i < html->result->reasons.count; i++) {
		strbuf_add(html->out, "<p class=\"why\">");
		html_text_add(html->out, html->result->reasons.items[i]);
		strbuf_add(html->out, "</p>\n");
	}
	strbuf_add(html->out, "<p class=\"quiet\">");
	if (html_period(html, &first_ns, &last_ns)) {
		strbuf_add(&html->line, "Traffic of ");
		add_span(&html->line, first_ns, last_ns);
		html_line(html);
		add_local_span(&html->line, html->options, first_ns, last_ns);
		if (html->line.length > 0) {
			strbuf_add(html->out, " (");
			html_line(html);
			strbuf_add_char(html->out, ')');
		}
		strbuf_add(html->out, ". ");
	}
	strbuf_add(html->out, "Written ");
	html_time(html, html->options->generated_ns);
	strbuf_add(html->out, " UTC.</p>\n");
	html_notes(html);
}

static void open_card(struct html *html, const char *class, const char *heading, uint64_t count)
{
	char number[32];

	strbuf_addf(html->out, "<div class=\"card%s\"><h2>%s</h2><p class=\"big\">%s</p>", class, heading,
		    word_count(count, number));
}

static bool has_age(const struct html *html, size_t finding, enum finding_age age)
{
	const struct finding_history *history = html_history(html, finding);

	return history && history->age == age && !html->result->findings[finding].exception;
}

static uint64_t count_age(const struct html *html, enum finding_age age)
{
	uint64_t count = 0;

	for (size_t i = 0; i < html->result->finding_count; i++)
		count += has_age(html, i, age);
	return count;
}

/* Another stranger at the same door goes on as the same finding: news all the same. */
static bool is_joined(const struct html *html, size_t i)
{
	return has_age(html, i, AGE_CONTINUING) && html_history(html, i)->new_peer_count > 0;
}

/* So does a refused attempt that became an open door. */
static bool is_worse(const struct html *html, size_t i)
{
	return has_age(html, i, AGE_CONTINUING) &&
	       history_is_worse(html_history(html, i), &html->result->findings[i]);
}

static void add_news(struct html *html, bool (*is_news)(const struct html *html, size_t i), const char *what)
{
	size_t shown = 0, count = 0;

	for (size_t i = 0; i < html->result->finding_count; i++)
		count += is_news(html, i);
	if (count == 0)
		return;
	strbuf_addf(html->out, "<p>%zu that continue%s, %s:</p><ul>", count, count == 1 ? "s" : "", what);
	for (size_t i = 0; i < html->result->finding_count && shown < SHOWN; i++) {
		if (!is_news(html, i))
			continue;
		strbuf_add(html->out, "<li><span class=\"tag strong\">");
		if (is_news == is_joined)
			add_new_peers(&html->line, html_history(html, i));
		else
			add_severity_before(&html->line, html_history(html, i), &html->result->findings[i],
					    "");
		html_line(html);
		html_finding_link(html, "</span> ", i);
		html_text_add(html->out, html->result->findings[i].message);
		strbuf_add(html->out, "</a></li>");
		shown++;
	}
	strbuf_add(html->out, "</ul>");
}

/* On the first day of a history all is new; nothing can be continuing or fixed. */
static bool is_compared(const struct html *html)
{
	return html->options->history && html->options->history->compared_with;
}

static void card_new(struct html *html)
{
	size_t shown = 0;
	uint64_t count = count_age(html, AGE_NEW);

	open_card(html, " news", "New", count);
	strbuf_add(html->out, "<p class=\"quiet\">");
	strbuf_add(html->out, is_compared(html) ? "since " : "no earlier day to compare with");
	html_text_add(html->out, html->options->history->compared_with);
	strbuf_add(html->out, "</p><ul>");
	for (size_t i = 0; i < html->result->finding_count && shown < SHOWN; i++) {
		if (!has_age(html, i, AGE_NEW))
			continue;
		html_finding_link(html, "<li>", i);
		html_text_add(html->out, html->result->findings[i].message);
		strbuf_add(html->out, "</a></li>");
		shown++;
	}
	strbuf_add(html->out, "</ul>");
	if (count > shown)
		strbuf_addf(html->out, "<p><a href=\"#findings\" data-set=\"age=new\">and %zu more</a></p>",
			    (size_t)count - shown);
	add_news(html, is_worse, "but worse");
	add_news(html, is_joined, "with a new peer");
	strbuf_add(html->out, "</div>\n");
}

static void card_fixed(struct html *html)
{
	const struct report_history *history = html->options->history;

	open_card(html, " news", "Fixed", history->fixed_count);
	strbuf_add(html->out, "<p class=\"quiet\">no longer seen</p><ul>");
	for (size_t i = 0; i < history->fixed_count && i < SHOWN; i++) {
		strbuf_add(html->out, "<li><span class=\"brief\">");
		html_text_add(html->out,
			      history->fixed[i].message ? history->fixed[i].message : history->fixed[i].kind);
		strbuf_add(html->out, "</span>");
		strbuf_add(html->out, history->fixed[i].matrix_changed
					  ? " <span class=\"tag\">matrix changed</span></li>"
					  : "</li>");
	}
	strbuf_add(html->out, "</ul>");
	if (history->fixed_count > SHOWN)
		strbuf_addf(html->out, "<p><a href=\"#fixed\">and %zu more</a></p>",
			    history->fixed_count - SHOWN);
	if (history->unseen_count > 0)
		strbuf_addf(html->out,
			    "<p><a href=\"#unseen\">%zu more</a> %s open before and not to be seen here</p>",
			    history->unseen_count, history->unseen_count == 1 ? "was" : "were");
	strbuf_add(html->out, "</div>\n");
}

static void card_findings(struct html *html)
{
	uint64_t counts[SEVERITY_COUNT] = {0}, excused = 0, open = 0;

	for (size_t i = 0; i < html->result->finding_count; i++) {
		const struct audit_finding *finding = &html->result->findings[i];

		excused += finding->exception != NULL;
		open += !finding->exception;
		counts[finding->severity] += !finding->exception;
	}
	open_card(html, "", is_compared(html) ? "All findings" : "Findings", open);
	strbuf_add(html->out, "<ul class=\"counts\">");
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
		if (counts[s] == 0)
			continue;
		strbuf_addf(html->out, "<li><a href=\"#findings\" data-set=\"severity=%s\">",
			    severity_name((enum severity)s));
		html_severity(html, (enum severity)s);
		strbuf_add(html->out, "</a> ");
		html_count(html, counts[s], NULL);
		strbuf_add(html->out, "</li>");
	}
	if (is_compared(html)) {
		strbuf_add(html->out, "<li>continuing ");
		html_count(html, count_age(html, AGE_CONTINUING), NULL);
		strbuf_add(html->out, "</li>");
	}
	if (excused > 0) {
		strbuf_add(html->out, "<li>excused by an exception ");
		html_count(html, excused, NULL);
		strbuf_add(html->out, "</li>");
	}
	strbuf_add(html->out, "</ul></div>\n");
}

/* With nothing to compare with, the worst stand where the new ones would. */
static void card_worst(struct html *html)
{
	size_t shown = 0;

	strbuf_add(html->out, "<div class=\"card wider\"><h2>Most severe</h2><ul>");
	for (size_t i = 0; i < html->result->finding_count && shown < SHOWN; i++) {
		const struct audit_finding *finding = &html->result->findings[i];

		if (finding->exception)
			continue;
		strbuf_add(html->out, "<li>");
		html_severity(html, finding->severity);
		html_finding_link(html, " ", i);
		html_text_add(html->out, finding->message);
		strbuf_add(html->out, "</a></li>");
		shown++;
	}
	strbuf_add(html->out, shown ? "</ul></div>\n" : "<li>Nothing was found.</li></ul></div>\n");
}

static void card_rules(struct html *html)
{
	uint64_t counts[STATE_COUNT] = {0}, rules = 0;

	for (size_t i = 0; i < html->result->system_count; i++) {
		const struct audit_system *system = &html->result->systems[i];

		rules += system->rule_count;
		for (size_t j = 0; j < system->rule_count; j++)
			counts[system->rules[j].state]++;
	}
	open_card(html, "", "Documented rules", rules);
	strbuf_add(html->out, "<ul class=\"counts\">");
	for (int s = 0; s < STATE_COUNT; s++) {
		if (counts[s] == 0)
			continue;
		strbuf_addf(html->out, "<li>%s ", rule_state_name((enum rule_state)s));
		html_count(html, counts[s], NULL);
		strbuf_add(html->out, "</li>");
	}
	strbuf_add(html->out, "</ul></div>\n");
}

/* Where more is missing than what a grade tells of; NULL: no more. */
static const char *unread_text(const struct html *html)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(html->ledger, &count);

	if (html->result->packets == 0)
		return "no packet was read";
	for (size_t i = 0; i < count; i++)
		if (inputs[i].trouble)
			return "not all was read";
	return NULL;
}

static void card_health(struct html *html)
{
	const struct ledger_health *health = &html->result->health;
	char grade[2];
	static const struct {
		char grade;
		const char *meaning;
	} meanings[] = {{'A', "nothing was lost"},
			{'B', "little was lost"},
			{'C', "some was lost"},
			{'D', "too much was lost to judge"}};

	const char *unread = unread_text(html);

	strbuf_addf(html->out,
		    "<div class=\"card\"><h2>Capture health</h2><p class=\"big grade-%s\">%s</p>"
		    "<p class=\"quiet\">",
		    word_grade(health, grade) ? grade : "none", word_grade(health, grade) ? grade : "\u2013");
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0] && !unread; i++)
		strbuf_add(html->out, meanings[i].grade == health->grade ? meanings[i].meaning : "");
	strbuf_add(html->out, unread ? unread : "");
	strbuf_add(html->out, "</p><ul class=\"counts\">");
	for (size_t i = 0; i < health->reason_count; i++) {
		strbuf_add(html->out, "<li>");
		html_text_add(html->out, health->reasons[i]);
		strbuf_add(html->out, "</li>");
	}
	strbuf_add(html->out, "<li>");
	html_count(html, html->result->packets, "packet");
	strbuf_add(html->out, "</li><li>");
	html_count(html, html->result->flows, "flow");
	strbuf_add(html->out, "</li></ul><p><a href=\"#capture\">What was read</a></p></div>\n");
}

void html_summary(struct html *html)
{
	strbuf_add(html->out, "<section id=\"summary\" aria-label=\"Summary\">\n");
	add_title(html);
	strbuf_add(html->out, "<div class=\"cards\">\n");
	if (html->options->history)
		card_new(html);
	if (is_compared(html))
		card_fixed(html);
	card_findings(html);
	/* The first screen has room for four. */
	if (!is_compared(html))
		card_rules(html);
	card_health(html);
	if (!html->options->history)
		card_worst(html);
	strbuf_add(html->out, "</div>\n</section>\n");
}
