/* The vendor's table, in its own order, with what was observed beside what is documented. */
#include "html_parts.h"

enum { NAMES_SHOWN = 12 };

/* What the findings of one rule add to its observed column. */
struct rule_sums {
	uint64_t findings, flows[FINDING_KIND_COUNT];
};

static struct rule_sums sum_findings(const struct html *html, size_t system, size_t rule)
{
	struct rule_sums sums = {0};

	for (size_t i = 0; i < html->result->finding_count; i++) {
		const struct audit_finding *finding = &html->result->findings[i];

		if (html->places[i].system != system || html->places[i].rule != rule)
			continue;
		sums.findings++;
		sums.flows[finding->kind] += finding->flows > 0 ? finding->flows : 1;
	}
	return sums;
}

static void add_state(struct html *html, enum rule_state state)
{
	static const struct {
		const char *class, *mark;
	} marks[STATE_COUNT] = {
	    [STATE_OFF] = {"idle", "\u2013"},          [STATE_MISSING] = {"fail", "\u25cb"},
	    [STATE_UNANSWERED] = {"medium", "\u25d0"}, [STATE_OBSERVED] = {"pass", "\u2713"},
	    [STATE_NOT_OBSERVABLE] = {"unsure", "?"},  [STATE_IDLE] = {"idle", "\u2013"},
	};

	html_mark(html, marks[state].class, marks[state].mark, rule_state_name(state));
}

static void cell_rule(struct html *html, const struct audit_rule *rule)
{
	strbuf_add(html->out, "<th scope=\"row\">");
	html_text_add(html->out, rule->rule->id);
	if (rule->rule->title) {
		strbuf_add(html->out, "<span class=\"quiet block\">");
		html_text_add(html->out, rule->rule->title);
		strbuf_add(html->out, "</span>");
	}
	strbuf_add(html->out, "</th>");
}

static void cell_documented(struct html *html, const struct audit_rule *rule)
{
	char name[16];

	strbuf_add(html->out, "<td>");
	add_names(&html->line, rule->from, SIZE_MAX);
	html_line(html);
	strbuf_add(html->out, rule->rule->either ? " <span class=\"arrow\">\u2194</span> "
						 : " <span class=\"arrow\">\u2192</span> ");
	add_names(&html->line, rule->to, SIZE_MAX);
	html_line(html);
	strbuf_add(html->out, "<span class=\"quiet block\">");
	for (size_t i = 0; i < rule->rule->protocol_count; i++)
		strbuf_addf(&html->line, "%s%s", i ? ", " : "",
			    protocol_name(rule->rule->protocols[i], name));
	strbuf_add(&html->line, rule->port_count ? " " : "");
	add_port_ranges(&html->line, rule->ports, rule->port_count, ", ");
	html_line(html);
	strbuf_add(html->out, "</span></td>");
}

static void cell_observed(struct html *html, const struct audit_rule *rule, const struct rule_sums *sums)
{
	static const struct {
		enum finding_kind kind;
		const char *class, *words;
	} kinds[] = {{FINDING_WRONG_DIRECTION, "fail", "wrong direction"},
		     {FINDING_UNEXPECTED, "medium", "unexpected"},
		     {FINDING_FALLBACK, "low", "as fallback"}};

	strbuf_add(html->out, "<td class=\"observed\">");
	if (rule->state == STATE_OBSERVED)
		strbuf_add(html->out, "as documented");
	else if (rule->attempts > 0)
		html_count(html, rule->attempts, "attempt");
	else
		strbuf_add(html->out, "<span class=\"quiet\">not seen</span>");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (sums->flows[kinds[i].kind] == 0)
			continue;
		strbuf_addf(html->out, "<span class=\"block %s\">%s: ", kinds[i].class, kinds[i].words);
		html_count(html, sums->flows[kinds[i].kind], NULL);
		strbuf_add(html->out, "</span>");
	}
	strbuf_add(html->out, "</td>");
}

static void cell_hosts(struct html *html, const struct audit_rule *rule)
{
	strbuf_add(html->out, "<td class=\"num\">");
	if (rule->expected_hosts > 0 || rule->observed_hosts > 0)
		html_count(html, rule->observed_hosts, NULL);
	if (rule->expected_hosts > 0) {
		strbuf_add(html->out, " of ");
		html_count(html, rule->expected_hosts, NULL);
	}
	strbuf_add(html->out, "</td><td class=\"num\">");
	if (rule->flows > 0)
		html_count(html, rule->flows, NULL);
	strbuf_add(html->out, "</td><td>");
	html_time(html, rule->last_ns);
	strbuf_add(html->out, "</td>");
}

static void add_hosts(struct html *html, const char *label, struct name_list names)
{
	if (names.count == 0)
		return;
	strbuf_addf(html->out, "<span class=\"block quiet\">%s ", label);
	add_names(&html->line, names, NAMES_SHOWN);
	html_line(html);
	strbuf_add(html->out, "</span>");
}

static void cell_state(struct html *html, const struct audit_rule *rule)
{
	strbuf_add(html->out, "<td class=\"state\">");
	add_state(html, rule->state);
	if (rule->reason) {
		strbuf_add(html->out, "<span class=\"block quiet\">");
		html_text_add(html->out, rule->reason);
		strbuf_add(html->out, "</span>");
	}
	add_hosts(html, "missing for", rule->missing_hosts);
	add_hosts(html, "unanswered for", rule->unanswered_hosts);
	add_hosts(html, "not observable for", rule->unobservable_hosts);
	strbuf_add(html->out, "</td>");
}

static void cell_source(struct html *html, const struct audit_rule *rule)
{
	strbuf_add(html->out, "<td class=\"source\">");
	html_text_add(html->out, rule->cite_source);
	strbuf_add(html->out, rule->cite_source && rule->cite_where ? ", " : "");
	html_text_add(html->out, rule->cite_where);
	if (rule->rule->basis != BASIS_DOCUMENTED)
		strbuf_addf(html->out, " <span class=\"tag\">%s</span>", rule_basis_name(rule->rule->basis));
	strbuf_add(html->out, "</td>");
}

static void cell_findings(struct html *html, const struct audit_system *system, const struct audit_rule *rule,
			  const struct rule_sums *sums)
{
	strbuf_add(html->out, "<td class=\"num\">");
	if (sums->findings > 0) {
		strbuf_add(html->out, "<a href=\"#findings\"");
		html_attribute_add(html->out, "data-system", system->name);
		html_attribute_add(html->out, "data-text", rule->rule->id);
		strbuf_add_char(html->out, '>');
		html_count(html, sums->findings, "finding");
		strbuf_add(html->out, "</a>");
	}
	strbuf_add(html->out, "</td>");
}

void html_rules(struct html *html, size_t system)
{
	const struct audit_system *audited = &html->result->systems[system];

	strbuf_add(
	    html->out,
	    "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Documented rules\">"
	    "<table class=\"rules\"><caption>What the vendor documents, and what was observed</caption>"
	    "<thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">Documented</th>"
	    "<th scope=\"col\">Observed</th><th scope=\"col\" class=\"num\">Hosts</th>"
	    "<th scope=\"col\" class=\"num\">Flows</th><th scope=\"col\">Last seen (UTC)</th>"
	    "<th scope=\"col\">State</th><th scope=\"col\" class=\"num\">Findings</th>"
	    "<th scope=\"col\">Source</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < audited->rule_count; i++) {
		const struct audit_rule *rule = &audited->rules[i];
		struct rule_sums sums = sum_findings(html, system, i);

		strbuf_addf(html->out, "<tr class=\"state-%s\">", rule_state_name(rule->state));
		cell_rule(html, rule);
		cell_documented(html, rule);
		cell_observed(html, rule, &sums);
		cell_hosts(html, rule);
		cell_state(html, rule);
		cell_findings(html, audited, rule, &sums);
		cell_source(html, rule);
		strbuf_add(html->out, "</tr>\n");
	}
	strbuf_add(html->out, "</tbody></table></div>\n");
}
