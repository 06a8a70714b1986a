/* Every system: who holds which role, its picture, and the vendor's own table with what was observed. */
#include "html_parts.h"
#include <string.h>

enum { SYSTEMS_OPEN = 4, NAMES_SHOWN = 12 };

static uint64_t count_findings(const struct html *html, size_t system)
{
	uint64_t count = 0;

	for (size_t i = 0; i < html->result->finding_count; i++)
		count += html->places[i].system == system && !html->result->findings[i].exception;
	return count;
}

static uint64_t count_state(const struct audit_system *system, enum rule_state state)
{
	uint64_t count = 0;

	for (size_t i = 0; i < system->rule_count; i++)
		count += system->rules[i].state == state;
	return count;
}

static void add_product(struct html *html, const struct audit_system *system)
{
	html_text_add(html->out, system->signature->vendor);
	strbuf_add_char(html->out, ' ');
	html_text_add(html->out, system->signature->product);
	if (system->inferred)
		strbuf_addf(html->out, " <span class=\"tag\">inferred, score %.1f</span>", system->score);
}

static void overview_row(struct html *html, size_t index)
{
	const struct audit_system *system = &html->result->systems[index];
	static const enum rule_state states[] = {STATE_OBSERVED, STATE_MISSING, STATE_UNANSWERED,
						 STATE_NOT_OBSERVABLE};

	strbuf_addf(html->out, "<tr><th scope=\"row\"><a href=\"#system-%zu\">", index + 1);
	html_text_add(html->out, system->name);
	strbuf_add(html->out, "</a></th><td>");
	add_product(html, system);
	strbuf_add(html->out, "</td><td>");
	html_verdict(html, system->verdict);
	strbuf_add(html->out, "</td><td class=\"num\">");
	html_count(html, count_findings(html, index), NULL);
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		strbuf_add(html->out, "</td><td class=\"num\">");
		html_count(html, count_state(system, states[i]), NULL);
	}
	strbuf_add(html->out, "</td></tr>\n");
}

static void add_overview(struct html *html)
{
	strbuf_add(
	    html->out,
	    "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"All systems\"><table>"
	    "<caption>All systems</caption><thead><tr>"
	    "<th scope=\"col\">System</th><th scope=\"col\">Product</th><th scope=\"col\">Verdict</th>"
	    "<th scope=\"col\" class=\"num\">Findings</th>"
	    "<th scope=\"col\" class=\"num\">Rules observed</th>"
	    "<th scope=\"col\" class=\"num\">missing</th><th scope=\"col\" class=\"num\">unanswered</th>"
	    "<th scope=\"col\" class=\"num\">not observable</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < html->result->system_count; i++)
		overview_row(html, i);
	strbuf_add(html->out, "</tbody></table></div>\n");
}

static void add_role_hosts(struct html *html, const char *label, struct name_list names)
{
	if (names.count == 0)
		return;
	strbuf_addf(html->out, "<span class=\"names\"><b>%s</b> ", label);
	add_names(&html->line, names, NAMES_SHOWN);
	html_line(html);
	strbuf_add(html->out, "</span> ");
}

static void add_role(struct html *html, const struct audit_role *role)
{
	strbuf_add(html->out, "<tr><th scope=\"row\">");
	html_text_add(html->out, role->id);
	if (role->title && strcmp(role->title, role->id) != 0) {
		strbuf_add(html->out, "<span class=\"quiet block\">");
		html_text_add(html->out, role->title);
		strbuf_add(html->out, "</span>");
	}
	strbuf_addf(html->out, "</th><td>%s</td><td class=\"num\">", role_kind_name(role->kind));
	html_count(html, role->bound, NULL);
	strbuf_add(html->out, "</td><td class=\"num\">");
	html_count(html, role->seen, NULL);
	strbuf_add(html->out, "</td><td>");
	add_role_hosts(html, "never seen:", role->silent);
	add_role_hosts(html, "assumed:", role->assumed);
	strbuf_add(html->out, "</td></tr>\n");
}

static void add_role_table(struct html *html, const struct audit_system *system)
{
	strbuf_add(html->out,
		   "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Roles\"><table>"
		   "<caption>Who holds which role</caption><thead><tr>"
		   "<th scope=\"col\">Role</th><th scope=\"col\">Kind</th>"
		   "<th scope=\"col\" class=\"num\">Hosts bound</th><th scope=\"col\" class=\"num\">Seen</th>"
		   "<th scope=\"col\">Remarks</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < system->role_count; i++)
		add_role(html, &system->roles[i]);
	strbuf_add(html->out, "</tbody></table></div>\n");
}

static void add_system(struct html *html, size_t index)
{
	const struct audit_system *system = &html->result->systems[index];
	bool open = html->result->system_count <= SYSTEMS_OPEN;

	strbuf_addf(html->out, "<details class=\"system\" id=\"system-%zu\"%s><summary><h3>", index + 1,
		    open ? " open" : "");
	html_text_add(html->out, system->name);
	strbuf_add(html->out, "</h3> <span class=\"quiet\">");
	add_product(html, system);
	strbuf_add(html->out, "</span> ");
	html_verdict(html, system->verdict);
	strbuf_add(html->out, "</summary>\n");
	html_rules(html, index);
	html_roles(html, index);
	add_role_table(html, system);
	strbuf_add(html->out, "</details>\n");
}

void html_systems(struct html *html)
{
	html_section(html, "systems", "Systems and their documented rules");
	if (html->result->system_count == 0)
		strbuf_add(html->out, "<p>No system of a known product was found.</p>\n");
	if (html->result->system_count > 1)
		add_overview(html);
	for (size_t i = 0; i < html->result->system_count; i++)
		add_system(html, i);
	strbuf_add(html->out, "</section>\n");
}
