/* One page for a browser that asks nothing of any network: no script, each site's own report a link away. */
#include "fleet_parts.h"
#include "html_escape.h"
#include "words.h"
#include <inttypes.h>

static const char head[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; "
    "form-action 'none'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Fleet: %s</title>\n<style>\n"
    ":root{color-scheme:light dark;--fail:#b3261e;--pass:#1b6e3c;--open:#7a5b00;--line:#8885}\n"
    "@media (prefers-color-scheme:dark){:root{--fail:#ff8a80;--pass:#7fd8a0;--open:#ffd666}}\n"
    "body{font:16px/1.5 system-ui,sans-serif;margin:1.5rem auto;padding:0 1rem;max-width:72rem}\n"
    "h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}\n"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%%}\n"
    "th,td{padding:.3rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}\n"
    "th{font-weight:600;white-space:nowrap}.n{text-align:right;font-variant-numeric:tabular-nums}\n"
    ".fail,.high{color:var(--fail);font-weight:600}.pass{color:var(--pass);font-weight:600}"
    ".inconclusive,.medium,.unread{color:var(--open);font-weight:600}\n"
    ".tiles{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0;padding:0;list-style:none}\n"
    ".tiles li{border:1px solid var(--line);border-radius:.5rem;padding:.5rem 1rem;min-width:6rem}\n"
    ".tiles b{display:block;font-size:1.5rem}small{opacity:.8}\n"
    "@media print{body{max-width:none;margin:0}tr{break-inside:avoid}}\n"
    "</style></head>\n<body>\n";

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

	add_cell(out, NULL, word_time(time_ns, time));
}

static void add_tile(struct strbuf *out, const char *class, uint64_t count, const char *words)
{
	char number[32];

	strbuf_add(out, "<li><b");
	html_attribute_add(out, "class", count ? class : NULL);
	strbuf_addf(out, ">%s</b>%s</li>\n", word_count(count, number), words);
}

static void add_summary(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options)
{
	const char *verdict = run_verdict_name(fleet_verdict(fleet));
	char time[TIME_TEXT_MAX];

	strbuf_addf(out, "<h1>Fleet: <span class=\"%s\">%s</span></h1>\n<p>", verdict, verdict);
	if (options->from_ns != TIME_UNKNOWN) {
		strbuf_addf(out, "Judged from %s ", word_time(options->from_ns, time));
		strbuf_addf(out, "to %s UTC. ", word_time(options->until_ns, time));
	}
	strbuf_addf(out, "Written %s UTC.</p>\n<ul class=\"tiles\">\n",
		    word_time(options->generated_ns, time));
	add_tile(out, "fail", fleet_sites_of(fleet, RUN_FAIL), "sites fail");
	add_tile(out, "inconclusive", fleet_sites_of(fleet, RUN_INCONCLUSIVE), "inconclusive");
	add_tile(out, "pass", fleet_sites_of(fleet, RUN_PASS), "pass");
	add_tile(out, "unread", fleet_sites_unread(fleet), "not judged");
	add_tile(out, NULL, fleet->finding_total, "findings");
	add_tile(out, NULL, fleet->sensor_count, "sensors");
	add_tile(out, "fail", fleet_sensors_in(fleet, SENSOR_SILENT), "sensors silent");
	add_tile(out, "inconclusive", fleet_sensors_in(fleet, SENSOR_UNHEALTHY), "sensors unhealthy");
	if (fleet_sites_alone(fleet) > 0)
		add_tile(out, "inconclusive", fleet_sites_alone(fleet), "sites without a sensor");
	if (fleet_sensors_in(fleet, SENSOR_AWAY) > 0)
		add_tile(out, "fail", fleet_sensors_in(fleet, SENSOR_AWAY),
			 "sensors on a shard that is away");
	strbuf_add(out, "</ul>\n");
}

static void add_table(struct strbuf *out, const char *id, const char *title, const char *columns)
{
	strbuf_addf(
	    out,
	    "<section id=\"%s\"><h2>%s</h2><div class=\"scroll\"><table><thead><tr>%s</tr></thead><tbody>\n",
	    id, title, columns);
}

static void end_table(struct strbuf *out)
{
	strbuf_add(out, "</tbody></table></div></section>\n");
}

static void add_site(struct strbuf *out, const struct fleet_site *site)
{
	const char *verdict = site->error ? "unread" : run_verdict_name(site->verdict);
	const char grade[2] = {site->grade, '\0'};

	strbuf_add(out, "<tr><td>");
	if (site->link) {
		strbuf_add(out, "<a");
		html_attribute_add(out, "href", site->link);
		strbuf_add_char(out, '>');
	}
	html_text_add(out, site->name ? site->name : site->file);
	strbuf_add(out, site->link ? "</a></td>" : "</td>");
	add_cell(out, verdict, site->error ? "not judged" : verdict);
	for (int i = SEVERITY_COUNT - 1; i > SEVERITY_INFO; i--)
		add_number_cell(out, site->findings[i]);
	add_number_cell(out, site->excepted);
	add_cell(out, NULL, grade);
	strbuf_addf(out, "<td class=\"n\">%zu of %zu</td>", site->sensors - site->silent, site->sensors);
	add_time_cell(out, site->last_ns);
	add_cell(out, NULL,
		 site->error        ? site->error
		 : site->incomplete ? site->incomplete
		 : site->reason     ? site->reason
				    : site->health);
	strbuf_add(out, "</tr>\n");
}

static void add_sites(struct strbuf *out, const struct fleet *fleet)
{
	add_table(out, "sites", "Sites",
		  "<th>Site</th><th>Verdict</th><th class=\"n\">High</th><th class=\"n\">Medium</th><th "
		  "class=\"n\">Low</th>"
		  "<th class=\"n\">Excepted</th><th>Health</th><th class=\"n\">Sensors</th><th>Last packet "
		  "(UTC)</th><th>Why</th>");
	for (size_t i = 0; i < fleet->site_count; i++)
		add_site(out, &fleet->sites[i]);
	end_table(out);
}

static void add_rules(struct strbuf *out, const struct fleet *fleet)
{
	if (fleet->rule_count == 0)
		return;
	add_table(out, "rules", "Rules that fail in most places",
		  "<th>Product</th><th>Rule</th><th>Finding</th><th class=\"n\">Sites</th><th "
		  "class=\"n\">Findings</th><th>Such as</th>");
	for (size_t i = 0; i < fleet->rule_count; i++) {
		const struct fleet_rule *rule = &fleet->rules[i];

		strbuf_add(out, "<tr>");
		add_cell(out, NULL, rule->signature);
		add_cell(out, NULL, rule->rule ? rule->rule : "no rule");
		add_cell(out, NULL, rule->kind);
		add_number_cell(out, rule->sites);
		add_number_cell(out, rule->findings);
		strbuf_add(out, "<td>");
		for (size_t k = 0; k < sizeof rule->examples / sizeof rule->examples[0] && rule->examples[k];
		     k++) {
			strbuf_add(out, k ? ", " : "");
			html_text_add(out, rule->examples[k]);
		}
		strbuf_add(out, "</td></tr>\n");
	}
	end_table(out);
}

static void add_newest(struct strbuf *out, const struct fleet *fleet)
{
	if (fleet->finding_count == 0)
		return;
	add_table(out, "newest", "Newest findings",
		  "<th>First seen (UTC)</th><th>Site</th><th>Severity</th><th>Kind</th><th>Finding</th>");
	for (size_t i = 0; i < fleet->finding_count; i++) {
		const struct fleet_finding *finding = &fleet->findings[i];

		strbuf_add(out, "<tr>");
		add_time_cell(out, finding->first_ns);
		add_cell(out, NULL, finding->site);
		add_cell(out, finding->severity, finding->severity);
		add_cell(out, NULL, finding->kind);
		add_cell(out, NULL, finding->message);
		strbuf_add(out, "</tr>\n");
	}
	end_table(out);
}

static void add_sensors(struct strbuf *out, const struct fleet *fleet)
{
	if (fleet->sensor_count == 0)
		return;
	add_table(out, "sensors", "Sensors",
		  "<th>Sensor</th><th>Site</th><th>State</th><th>Health</th><th>Saw last (UTC)</th><th>Wrote "
		  "last (UTC)</th><th>Why</th>");
	for (size_t i = 0; i < fleet->sensor_count; i++) {
		const struct fleet_sensor *sensor = &fleet->sensors[i];
		enum sensor_state state = fleet_sensor_state(sensor);
		const char grade[2] = {sensor->grade, '\0'};

		strbuf_add(out, "<tr>");
		add_cell(out, NULL, sensor->name);
		add_cell(out, NULL, sensor->site);
		add_cell(out, state == SENSOR_WRITES ? "pass" : "unread", sensor_state_words(state));
		add_cell(out, NULL, grade);
		add_time_cell(out, sensor->last_ns);
		add_time_cell(out, sensor->written_ns);
		add_cell(out, NULL, sensor->health);
		strbuf_add(out, "</tr>\n");
	}
	end_table(out);
}

int fleet_html(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	       struct err *err)
{
	strbuf_addf(out, head, run_verdict_name(fleet_verdict(fleet)));
	add_summary(out, fleet, options);
	add_sites(out, fleet);
	add_rules(out, fleet);
	add_newest(out, fleet);
	add_sensors(out, fleet);
	strbuf_add(out, "<footer><p><small>tapaudit ");
	html_text_add(out, options->version);
	strbuf_add(out, ". Times are UTC. Exceptions aside. This page asks nothing of any "
			"network.</small></p></footer>\n</body></html>\n");
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
