/* What the page tells in tables. */
#include "fleet_parts.h"
#include "html_escape.h"
#include "words.h"
#include <inttypes.h>
#include <string.h>

static void add_cell(struct strbuf *out, const char *class, const char *text)
{
	strbuf_add(out, "<td");
	html_attribute_add(out, "class", class);
	strbuf_add_char(out, '>');
	html_text_add(out, text ? text : "");
	strbuf_add(out, "</td>");
}

static void add_number_cell(struct strbuf *out, uint64_t count)
{
	char number[32];

	add_cell(out, "n", word_count(count, number));
}

static void add_time_cell(struct strbuf *out, int64_t time_ns)
{
	char time[TIME_TEXT_MAX];

	add_cell(out, "t", word_time(time_ns, time));
}

/* A column: its name, and its class: of numbers "n", of times "t". */
struct page_column {
	const char *name, *class;
};

/* CHOICE: the column by whose words its rows are chosen, and FIND what is looked for; or NULL. */
static void add_section(struct strbuf *out, const char *id, const char *title, int choice, const char *find)
{
	strbuf_addf(out, "<section id=\"%s\" aria-labelledby=\"%s-h\"", id, id);
	if (find)
		strbuf_addf(out, " data-choice=\"%d\" data-find=\"%s\"", choice, find);
	strbuf_addf(out, "><h2 id=\"%s-h\">%s</h2>\n", id, title);
}

static void add_table(struct strbuf *out, const char *caption, const struct page_column *columns,
		      size_t count)
{
	strbuf_addf(out,
		    "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
		    "aria-label=\"%s\"><table class=\"named\"><caption>%s</caption><thead><tr>",
		    caption, caption);
	for (size_t i = 0; i < count; i++) {
		strbuf_add(out, "<th scope=\"col\"");
		html_attribute_add(out, "class", columns[i].class);
		strbuf_addf(out, ">%s</th>", columns[i].name);
	}
	strbuf_add(out, "</tr></thead><tbody>\n");
}

static void end_table(struct strbuf *out)
{
	strbuf_add(out, "</tbody></table></div>\n");
}

/* What need not be looked at. */
static void add_fold(struct strbuf *out, uint64_t count, const char *words)
{
	char number[32];

	strbuf_addf(out, "<details><summary>%s %s</summary>\n", word_count(count, number), words);
}

/* A name of a file as part of an address (RFC 3986 section 2). */
static void add_path(struct strbuf *out, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";

	for (; *path; path++) {
		if (strchr(plain, *path))
			strbuf_add_char(out, *path);
		else
			strbuf_addf(out, "%%%02X", (unsigned char)*path);
	}
}

/* TEXT as a link to a site's own report, to FINDING there; as text alone where there is no LINK. */
static void add_link(struct strbuf *out, const char *link, const char *finding, const char *text)
{
	if (link) {
		strbuf_add(out, "<a href=\"");
		add_path(out, link);
		if (finding) {
			strbuf_add(out, "#f-");
			add_path(out, finding);
		}
		strbuf_add(out, "\">");
	}
	html_text_add(out, text);
	strbuf_add(out, link ? "</a>" : "");
}

static void add_site(struct strbuf *out, const struct fleet_site *site)
{
	const char *verdict = site->error ? "unread" : run_verdict_name(site->verdict);
	const char grade[2] = {site->grade, '\0'};

	strbuf_add(out, "<tr><td>");
	add_link(out, site->link, NULL, site->name ? site->name : site->file);
	strbuf_add(out, "</td>");
	add_cell(out, verdict, site->error ? "not judged" : verdict);
	for (int i = SEVERITY_COUNT - 1; i > SEVERITY_INFO; i--)
		add_number_cell(out, site->findings[i]);
	add_number_cell(out, site->excepted);
	add_cell(out, NULL, grade);
	strbuf_addf(out, "<td class=\"n\">%zu of %zu</td>", site->sensors - site->silent, site->sensors);
	add_time_cell(out, site->last_ns);
	add_cell(out, "text",
		 site->error        ? site->error
		 : site->incomplete ? site->incomplete
		 : site->reason     ? site->reason
				    : site->health);
	strbuf_add(out, "</tr>\n");
}

static const struct page_column site_columns[] = {
    {"Site", NULL},   {"Verdict", NULL}, {"High", "n"},
    {"Medium", "n"},  {"Low", "n"},      {"Excepted", "n"},
    {"Health", NULL}, {"Sensors", "n"},  {"Last packet (UTC)", "t"},
    {"Why", NULL}};
enum { SITE_COLUMNS = sizeof site_columns / sizeof site_columns[0] };

/* They stand by their verdict: those that pass come last. */
static void add_sites(struct strbuf *out, const struct fleet *fleet)
{
	size_t passing = fleet_sites_of(fleet, RUN_PASS), first = fleet->site_count - passing;

	add_section(out, "sites", "Sites", 1, "Find sites");
	if (first > 0) {
		add_table(out, "Sites that do not pass", site_columns, SITE_COLUMNS);
		for (size_t i = 0; i < first; i++)
			add_site(out, &fleet->sites[i]);
		end_table(out);
	}
	if (passing > 0) {
		add_fold(out, passing, passing == 1 ? "site passes" : "sites pass");
		add_table(out, "Sites that pass", site_columns, SITE_COLUMNS);
		for (size_t i = first; i < fleet->site_count; i++)
			add_site(out, &fleet->sites[i]);
		end_table(out);
		strbuf_add(out, "</details>\n");
	}
	strbuf_add(out, "</section>\n");
}

static void add_rules(struct strbuf *out, const struct fleet *fleet)
{
	static const struct page_column columns[] = {{"Product", NULL}, {"Rule", NULL},    {"Finding", NULL},
						     {"Sites", "n"},    {"Findings", "n"}, {"Such as", NULL}};

	if (fleet->rule_count == 0)
		return;
	add_section(out, "rules", "Rules that fail in most places", 0, NULL);
	add_table(out, "Rules by the sites in which they fail", columns, sizeof columns / sizeof columns[0]);
	for (size_t i = 0; i < fleet->rule_count; i++) {
		const struct fleet_rule *rule = &fleet->rules[i];

		strbuf_add(out, "<tr>");
		add_cell(out, NULL, rule->signature);
		add_cell(out, NULL, rule->rule ? rule->rule : "no rule");
		add_cell(out, NULL, rule->kind);
		add_number_cell(out, rule->sites);
		add_number_cell(out, rule->findings);
		strbuf_add(out, "<td class=\"text\">");
		for (size_t k = 0; k < sizeof rule->examples / sizeof rule->examples[0] && rule->examples[k];
		     k++) {
			strbuf_add(out, k ? ", " : "");
			html_text_add(out, rule->examples[k]);
		}
		strbuf_add(out, "</td></tr>\n");
	}
	end_table(out);
	strbuf_add(out, "</section>\n");
}

static void add_newest(struct strbuf *out, const struct fleet *fleet)
{
	static const struct page_column columns[] = {
	    {"First seen (UTC)", "t"}, {"Site", NULL}, {"Severity", NULL}, {"Kind", NULL}, {"Finding", NULL}};

	if (fleet->finding_count == 0)
		return;
	add_section(out, "newest", "Newest findings", 2, "Find findings");
	add_table(out, "Findings of medium and above, the newest first", columns,
		  sizeof columns / sizeof columns[0]);
	for (size_t i = 0; i < fleet->finding_count; i++) {
		const struct fleet_finding *finding = &fleet->findings[i];

		strbuf_add(out, "<tr>");
		add_time_cell(out, finding->first_ns);
		strbuf_add(out, "<td>");
		add_link(out, finding->link, finding->id, finding->site);
		strbuf_add(out, "</td>");
		add_cell(out, finding->severity, finding->severity);
		add_cell(out, NULL, finding->kind);
		add_cell(out, "text", finding->message);
		strbuf_add(out, "</tr>\n");
	}
	end_table(out);
	strbuf_add(out, "</section>\n");
}

static void add_sensor(struct strbuf *out, const struct fleet_sensor *sensor)
{
	enum sensor_state state = fleet_sensor_state(sensor);
	const char grade[2] = {sensor->grade, '\0'};

	strbuf_add(out, "<tr>");
	add_cell(out, NULL, sensor->name);
	add_cell(out, NULL, sensor->site);
	add_cell(out, sensor_state_needs_look(state) ? "unread" : "pass", sensor_state_words(state));
	add_cell(out, NULL, grade);
	add_time_cell(out, sensor->last_ns);
	add_time_cell(out, sensor->written_ns);
	add_cell(out, "text", sensor->health);
	strbuf_add(out, "</tr>\n");
}

static void add_sensors_that(struct strbuf *out, const struct fleet *fleet, bool write, const char *caption)
{
	static const struct page_column columns[] = {
	    {"Sensor", NULL}, {"Site", NULL},          {"State", NULL},
	    {"Health", NULL}, {"Saw last (UTC)", "t"}, {"Wrote last (UTC)", "t"},
	    {"Why", NULL}};

	add_table(out, caption, columns, sizeof columns / sizeof columns[0]);
	for (size_t i = 0; i < fleet->sensor_count; i++) {
		if (sensor_state_needs_look(fleet_sensor_state(&fleet->sensors[i])) != write)
			add_sensor(out, &fleet->sensors[i]);
	}
	end_table(out);
}

static void add_sensors(struct strbuf *out, const struct fleet *fleet)
{
	uint64_t writing = fleet->sensor_count - fleet_sensors_odd(fleet);

	if (fleet->sensor_count == 0)
		return;
	add_section(out, "sensors", "Sensors", 2, "Find sensors");
	if (writing < fleet->sensor_count)
		add_sensors_that(out, fleet, false, "Sensors that need a look");
	if (writing > 0) {
		add_fold(out, writing, writing == 1 ? "sensor writes" : "sensors write");
		add_sensors_that(out, fleet, true, "Sensors that write");
		strbuf_add(out, "</details>\n");
	}
	strbuf_add(out, "</section>\n");
}

void fleet_html_tables(struct strbuf *out, const struct fleet *fleet)
{
	add_sites(out, fleet);
	add_rules(out, fleet);
	add_newest(out, fleet);
	add_sensors(out, fleet);
}
