/* A page for a person: verdict, sites that need a look, rules that fail in many places, newest findings,
 * sensors. */
#include "fleet_parts.h"
#include "text_parts.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SITES_SHOWN = 40, RULES_SHOWN = 15, FINDINGS_SHOWN = 20, SENSORS_SHOWN = 20 };

static void add_number(struct table *table, enum page_style style, uint64_t count)
{
	char number[32];

	table_add(table, count ? style : STYLE_DIM, word_count(count, number));
}

static void put_title(struct page *page, const struct fleet *fleet, const struct fleet_options *options)
{
	enum run_verdict verdict = fleet_verdict(fleet);
	struct strbuf line = {0};
	char number[32], time[TIME_TEXT_MAX];

	page_put(page, verdict_style(verdict),
		 verdict == RUN_FAIL   ? "FAIL"
		 : verdict == RUN_PASS ? "PASS"
				       : "INCONCLUSIVE");
	page_put(page, STYLE_BOLD, "  fleet");
	page_end_line(page);
	fleet_add_astray(&line, fleet);
	page_built_paragraph(page, TEXT_LABEL, TEXT_LABEL, NULL, &line);
	strbuf_addf(&line, "%s fail", word_count(fleet_sites_of(fleet, RUN_FAIL), number));
	strbuf_addf(&line, ", %s inconclusive", word_count(fleet_sites_of(fleet, RUN_INCONCLUSIVE), number));
	strbuf_addf(&line, ", %s pass", word_count(fleet_sites_of(fleet, RUN_PASS), number));
	if (fleet_sites_unread(fleet) > 0)
		strbuf_addf(&line, ", %s not judged", word_count(fleet_sites_unread(fleet), number));
	page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, "sites", &line);
	add_count(&line, fleet->sensor_count, "sensor");
	for (int i = 0; i < SENSOR_WRITES; i++) {
		uint64_t count = fleet_sensors_in(fleet, (enum sensor_state)i);

		if (count > 0 || i == SENSOR_SILENT)
			strbuf_addf(&line, ", %s %s", word_count(count, number),
				    sensor_state_name((enum sensor_state)i));
	}
	page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, "sensors", &line);
	if (options->from_ns != TIME_UNKNOWN) {
		strbuf_addf(&line, "%s to ", word_time(options->from_ns, time));
		strbuf_addf(&line, "%s UTC", word_time(options->until_ns, time));
		page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, "period", &line);
	}
	strbuf_clear(&line);
}

static void add_site(struct table *table, const struct fleet_site *site)
{
	const char grade[2] = {site->grade, '\0'};
	char time[TIME_TEXT_MAX];

	table_add(table, STYLE_PLAIN, site->name ? site->name : site->file);
	if (site->error) {
		table_add(table, STYLE_RED, "not judged");
		for (int i = 0; i < 6; i++)
			table_add(table, STYLE_PLAIN, "");
		table_add_note(table, STYLE_YELLOW, site->error);
		return;
	}
	table_add(table, verdict_style(site->verdict), run_verdict_name(site->verdict));
	add_number(table, STYLE_RED, site->findings[SEVERITY_HIGH]);
	add_number(table, STYLE_YELLOW, site->findings[SEVERITY_MEDIUM]);
	add_number(table, STYLE_PLAIN, site->findings[SEVERITY_LOW]);
	table_add(table, site->grade == 'A' ? STYLE_GREEN : STYLE_YELLOW, grade);
	add_number(table, STYLE_YELLOW, site->silent);
	table_add(table, STYLE_PLAIN, word_time(site->last_ns, time));
	if (site->incomplete)
		table_add_note(table, STYLE_YELLOW, site->incomplete);
	else if (site->verdict == RUN_INCONCLUSIVE && site->reason)
		table_add_note(table, STYLE_DIM, site->reason);
}

static void put_sites(struct page *page, const struct fleet *fleet)
{
	static const struct table_column columns[] = {{"site", 16, false}, {"verdict", 7, false},
						      {"high", 4, true},   {"medium", 6, true},
						      {"low", 3, true},    {"health", 6, false},
						      {"silent", 6, true}, {"last packet (UTC)", 19, false}};
	struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct strbuf more = {0};

	page_heading(page, "SITES");
	for (size_t i = 0; i < fleet->site_count && i < SITES_SHOWN; i++)
		add_site(&table, &fleet->sites[i]);
	table_print(&table, page, TEXT_LABEL);
	if (fleet->site_count > SITES_SHOWN) {
		add_count(&more, fleet->site_count - SITES_SHOWN, "site");
		strbuf_add(&more, " more, that stand no worse: -f json, html or csv has them all.");
		page_built_paragraph(page, TEXT_LABEL, TEXT_LABEL, NULL, &more);
	}
	strbuf_clear(&more);
}

static void put_rules(struct page *page, const struct fleet *fleet)
{
	static const struct table_column columns[] = {{"rule", 20, false},
						      {"finding", 10, false},
						      {"sites", 5, true},
						      {"findings", 8, true},
						      {"such as", 16, false}};
	struct table table = {.columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct strbuf text = {0};

	if (fleet->rule_count == 0)
		return;
	page_heading(page, "RULES THAT FAIL IN MOST PLACES");
	for (size_t i = 0; i < fleet->rule_count && i < RULES_SHOWN; i++) {
		const struct fleet_rule *rule = &fleet->rules[i];

		strbuf_addf(&text, "%s %s", rule->signature, rule->rule ? rule->rule : "(no rule)");
		table_add(&table, STYLE_PLAIN, strbuf_text(&text));
		strbuf_clear(&text);
		table_add(&table, STYLE_PLAIN, rule->kind);
		add_number(&table, STYLE_PLAIN, rule->sites);
		add_number(&table, STYLE_PLAIN, rule->findings);
		table_add(&table, STYLE_PLAIN, rule->examples[0]);
	}
	table_print(&table, page, TEXT_LABEL);
}

static void put_newest(struct page *page, const struct fleet *fleet)
{
	struct strbuf text = {0};
	char time[TIME_TEXT_MAX];

	if (fleet->finding_count == 0)
		return;
	page_heading(page, "NEWEST FINDINGS");
	for (size_t i = 0; i < fleet->finding_count && i < FINDINGS_SHOWN; i++) {
		const struct fleet_finding *finding = &fleet->findings[i];

		strbuf_addf(&text, "%s  %s  %s, %s: %s", word_time(finding->first_ns, time), finding->site,
			    finding->severity, finding->kind, finding->message);
		page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, NULL, &text);
	}
	strbuf_clear(&text);
}

static void put_sensors(struct page *page, const struct fleet *fleet)
{
	struct strbuf text = {0};
	char time[TIME_TEXT_MAX];
	size_t shown = 0;

	for (size_t i = 0; i < fleet->sensor_count && shown < SENSORS_SHOWN; i++) {
		const struct fleet_sensor *sensor = &fleet->sensors[i];
		enum sensor_state state = fleet_sensor_state(sensor);
		if (!sensor_state_needs_look(state))
			continue;
		if (shown++ == 0)
			page_heading(page, "SENSORS THAT NEED A LOOK");
		strbuf_addf(&text, "%s, of %s: %s", sensor->name, sensor->site[0] ? sensor->site : "no site",
			    sensor_state_words(state));
		if (state == SENSOR_UNHEALTHY)
			strbuf_addf(&text, ": grade %c, %s", sensor->grade,
				    sensor->health ? sensor->health : "");
		else if (state != SENSOR_AWAY && sensor->last_ns != TIME_UNKNOWN)
			strbuf_addf(&text, "; saw last %s UTC", word_time(sensor->last_ns, time));
		page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, NULL, &text);
	}
	strbuf_clear(&text);
}

static void put_more_sensors(struct page *page, const struct fleet *fleet)
{
	uint64_t count = fleet_sensors_odd(fleet);
	struct strbuf more = {0};

	if (count <= SENSORS_SHOWN)
		return;
	add_count(&more, count - SENSORS_SHOWN, "sensor");
	strbuf_add(&more, " more: -f json or html has them all.");
	page_built_paragraph(page, TEXT_LABEL, TEXT_LABEL, NULL, &more);
	strbuf_clear(&more);
}

int fleet_text(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	       struct err *err)
{
	const struct report_options page_options = {.width = options->width, .colour = options->colour};
	struct page page = page_make(out, &page_options);
	struct strbuf line = {0};
	char time[TIME_TEXT_MAX];

	put_title(&page, fleet, options);
	put_sites(&page, fleet);
	put_rules(&page, fleet);
	put_newest(&page, fleet);
	put_sensors(&page, fleet);
	put_more_sensors(&page, fleet);
	page_newline(&page);
	strbuf_addf(&line, "tapaudit %s, written %s UTC", options->version,
		    word_time(options->generated_ns, time));
	page_styled_paragraph(&page, 0, 0, NULL, STYLE_DIM, strbuf_text(&line));
	strbuf_clear(&line);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
