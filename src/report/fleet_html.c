/* One page for a browser that asks nothing of any network: each site's own report is a link away. What needs
 * a look stands first; sites that pass, and sensors that write, are folded away. The script sorts and
 * searches. */
#include "fleet_parts.h"
#include "html_assets.h"
#include "html_escape.h"
#include "words.h"
#include <inttypes.h>

/* Nothing runs or styles the page but what these hashes name (CSP level 3). */
static void add_head(struct strbuf *out, const struct fleet *fleet)
{
	strbuf_addf(
	    out,
	    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '%s'; "
	    "script-src '%s'; base-uri 'none'; form-action 'none'\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n<title>Fleet: %s</title>\n<style>",
	    fleet_asset_style.hash, fleet_asset_script.hash, run_verdict_name(fleet_verdict(fleet)));
	strbuf_add(out, fleet_asset_style.text);
	strbuf_add(out, "</style></head>\n<body>\n");
}

static void add_tile(struct strbuf *out, const char *class, uint64_t count, const char *words)
{
	char number[32];

	strbuf_add(out, "<li><b");
	html_attribute_add(out, "class", count ? class : NULL);
	strbuf_addf(out, ">%s</b>%s</li>\n", word_count(count, number), words);
}

/* The tiles tell the others. */
static void add_astray(struct strbuf *out, const struct fleet *fleet)
{
	struct strbuf text = {0};

	fleet_add_astray(&text, fleet);
	if (text.length > 0) {
		strbuf_add(out, "<p class=\"inconclusive\">");
		html_text_add(out, strbuf_text(&text));
		strbuf_add(out, "</p>\n");
	}
	out->failed |= text.failed;
	strbuf_clear(&text);
}

static void add_summary(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options)
{
	const char *verdict = run_verdict_name(fleet_verdict(fleet));
	char time[TIME_TEXT_MAX];

	strbuf_addf(out, "<h1>Fleet: <span class=\"%s\">%s</span></h1>\n", verdict, verdict);
	add_astray(out, fleet);
	strbuf_add(out, "<p>");
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
	if (fleet_sensors_in(fleet, SENSOR_ASTRAY) > 0)
		add_tile(out, "inconclusive", fleet_sensors_in(fleet, SENSOR_ASTRAY),
			 "sensors of no known site");
	if (fleet_sensors_in(fleet, SENSOR_AWAY) > 0)
		add_tile(out, "fail", fleet_sensors_in(fleet, SENSOR_AWAY),
			 "sensors on a shard that is away");
	strbuf_add(out, "</ul>\n");
}

/* Ways to the sections that there are. */
static void add_ways(struct strbuf *out, const struct fleet *fleet)
{
	const struct {
		const char *id, *words;
		size_t count;
	} ways[] = {{"sites", "Sites", 1},
		    {"rules", "Rules", fleet->rule_count},
		    {"newest", "Newest findings", fleet->finding_count},
		    {"sensors", "Sensors", fleet->sensor_count}};

	strbuf_add(out, "<nav aria-label=\"Sections\"><ul>\n");
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		if (ways[i].count > 0)
			strbuf_addf(out, "<li><a href=\"#%s\">%s</a></li>\n", ways[i].id, ways[i].words);
	}
	strbuf_add(out, "</ul></nav>\n");
}

int fleet_html(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	       struct err *err)
{
	add_head(out, fleet);
	strbuf_add(out, "<header>\n");
	add_summary(out, fleet, options);
	add_ways(out, fleet);
	strbuf_add(out, "</header>\n<main>\n");
	fleet_html_tables(out, fleet);
	strbuf_add(out, "</main>\n<footer><p><small>tapaudit ");
	html_text_add(out, options->version);
	strbuf_add(out, ". Times are UTC. Exceptions aside. This page asks nothing of any "
			"network.</small></p></footer>\n<script>");
	strbuf_add(out, fleet_asset_script.text);
	strbuf_add(out, "</script>\n</body></html>\n");
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
