/* The page for a browser: what stands on it, in which order. */
#include "html_assets.h"
#include "html_parts.h"

/* Nothing may be fetched, and nothing runs or styles the page but what these hashes name (CSP level 3). */
static void add_policy(struct strbuf *out)
{
	strbuf_addf(
	    out,
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '%s'; "
	    "script-src '%s'; base-uri 'none'; form-action 'none'\">\n",
	    html_asset_style.hash, html_asset_script.hash);
}

static void add_head(struct strbuf *out, const struct audit_result *result,
		     const struct report_options *options)
{
	strbuf_add(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	add_policy(out);
	strbuf_add(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
			"<meta name=\"color-scheme\" content=\"light dark\">\n"
			"<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
	html_text_add(out, options->site_name ? options->site_name : "Traffic audit");
	strbuf_addf(out, ": %s</title>\n<style>", run_verdict_name(result->verdict));
	strbuf_add(out, html_asset_style.text);
	strbuf_add(out, "</style>\n</head>\n");
}

/* Links to every part that is there. */
static void add_navigation(struct html *html)
{
	const struct report_history *history = html->options->history;
	const struct {
		const char *id, *words;
		bool there;
	} parts[] = {{"summary", "Summary", true},
		     {"systems", "Systems", true},
		     {"timeline", "The day", html->result->timeline_count > 0},
		     {"findings", "Findings", true},
		     {"fixed", "Fixed", history && history->fixed_count > 0},
		     {"unseen", "Not seen", history && history->unseen_count > 0},
		     {"exceptions", "Exceptions", html->result->exception_count > 0},
		     {"capture", "What was read", true}};

	strbuf_add(html->out,
		   "<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n"
		   "<header><p class=\"brand\">tapaudit</p><nav aria-label=\"Parts of the report\"><ul>");
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (parts[i].there)
			strbuf_addf(html->out, "<li><a href=\"#%s\">%s</a></li>", parts[i].id,
				    parts[i].words);
	strbuf_add(html->out, "</ul></nav></header>\n<main>\n");
}

static void add_foot(struct html *html)
{
	strbuf_add(html->out, "</main>\n<footer><p>tapaudit ");
	html_text_add(html->out, html->options->version);
	strbuf_add(html->out,
		   ". Times are UTC, unless they name another zone. This page asks nothing of any network.</p></footer>\n<script>");
	strbuf_add(html->out, html_asset_script.text);
	strbuf_add(html->out, "</script>\n</body>\n</html>\n");
}

int report_html(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
		const struct report_options *options, struct err *err)
{
	struct finding_place *places = finding_places(result);
	struct html html = {out, result, ledger, options, places, {0}};

	if (!places)
		return err_no_memory(err);
	add_head(out, result, options);
	strbuf_add(out, "<body>\n");
	add_navigation(&html);
	html_summary(&html);
	html_systems(&html);
	html_timeline(&html);
	html_findings(&html);
	html_exceptions(&html);
	html_capture(&html);
	add_foot(&html);
	out->failed |= html.line.failed;
	strbuf_clear(&html.line);
	mem_free(places);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
