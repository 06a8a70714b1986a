/* The page for a browser: what stands on it, in which order. */
#include "html_assets.h"
#include "html_escape.h"
#include "report/report.h"

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

int report_html(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
		const struct report_options *options, struct err *err)
{
	(void)ledger;
	add_head(out, result, options);
	strbuf_add(out, "<body>\n<script>");
	strbuf_add(out, html_asset_script.text);
	strbuf_add(out, "</script>\n</body>\n</html>\n");
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
