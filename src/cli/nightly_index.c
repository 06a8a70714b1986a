/* index.html: all days, newest first, and how the findings went. No script, nothing from elsewhere. */
#include "base/mem.h"
#include "nightly.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { TREND_WIDTH = 720, TREND_HEIGHT = 120, TREND_DAYS = 90, TREND_DATES = 7 };

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<style>\n:root{color-scheme:light dark;--page:#f5f7fa;--text:#1c2430;--quiet:#566070;--link:#1a5bb0;"
    "--fail:#b3261e;--pass:#1b6e3c;--open:#7a5b00}\n"
    "@media "
    "(prefers-color-scheme:dark){:root{--page:#14171f;--text:#e8ebf0;--quiet:#9aa3b2;--link:#86b7f5;--fail:#"
    "ff8a80;--pass:#7fd8a0;--open:#ffd666}}\n"
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;padding:0 1rem;max-width:60rem;"
    "background:var(--page);color:var(--text)}\na{color:var(--link)}h1{margin-bottom:0}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
    "th,td{padding:.3rem .6rem;text-align:right;white-space:nowrap;border-bottom:1px solid #8884}\n"
    "th{color:var(--quiet);font-size:.9rem}th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}\n"
    "figure{margin:0}figcaption,.ends{color:var(--quiet);font-size:.9rem}"
    ".ends{display:flex;justify-content:space-between;margin:0}.each span{flex:1;text-align:center}\n"
    "@media print{@page{size:A4;margin:14mm}body{margin:0;max-width:none;font-size:10pt}"
    "tr{break-inside:avoid}thead{display:table-header-group}svg{print-color-adjust:exact;"
    "-webkit-print-color-adjust:exact}}\n"
    "caption{text-align:left;color:var(--quiet);font-size:.9rem;padding-bottom:.4rem}\n"
    "tr.none td:last-child{color:var(--open);text-align:left}\n"
    ".fail{color:var(--fail);font-weight:600}.pass{color:var(--pass);font-weight:600}"
    ".inconclusive{color:var(--open);font-weight:600}\n"
    "svg{width:100%;height:auto}svg .bar{fill:var(--fail)}svg .old{fill:#8888}svg "
    ".none{fill:none;stroke:var(--open);stroke-dasharray:2 2}svg line{stroke:#8888}\n"
    "</style>\n";

static uint64_t most_findings(const struct store_day *days, size_t count)
{
	uint64_t most = 1;

	for (size_t i = 0; i < count; i++)
		if (days[i].findings > most)
			most = days[i].findings;
	return most;
}

/* One bar a day: findings that count, those of them that are new at the top. */
static void add_bar(struct strbuf *out, const struct store_day *day, double x, double width, double unit)
{
	double whole = (double)day->findings * unit;
	uint64_t fresh_count = day->fresh < day->findings ? day->fresh : day->findings;
	double fresh = (double)fresh_count * unit;
	char name[TIME_TEXT_MAX];

	if (day->packets == 0) {
		strbuf_addf(
		    out,
		    "<g><title>%s: nothing was captured</title><rect class=\"none\" x=\"%.1f\" y=\"%d\""
		    " width=\"%.1f\" height=\"6\"/></g>\n",
		    time_format_day(day->day, name), x, TREND_HEIGHT - 6, width);
		return;
	}
	strbuf_addf(out, "<g><title>%s: %llu findings, %llu new, %llu fixed</title>",
		    time_format_day(day->day, name), (unsigned long long)day->findings,
		    (unsigned long long)day->fresh, (unsigned long long)day->fixed);
	strbuf_addf(out, "<rect class=\"old\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", x,
		    TREND_HEIGHT - whole + fresh, width, whole - fresh);
	strbuf_addf(out, "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/></g>\n",
		    x, TREND_HEIGHT - whole, width, fresh);
}

/* Each bar has its day under it as far as there is room; of many the first and the last. */
static void add_dates(struct strbuf *out, const struct store_day *days, size_t count)
{
	char text[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	if (count > TREND_DATES) {
		strbuf_addf(out, "<p class=\"ends\"><span>%s</span><span>%s</span></p>",
			    time_format_day(days[0].day, text), time_format_day(days[count - 1].day, last));
		return;
	}
	strbuf_add(out, "<p class=\"ends each\">");
	for (size_t i = 0; i < count; i++) {
		time_format_day(days[i].day, text);
		/* The year takes too much room beside others. */
		strbuf_addf(out, "<span>%s</span>",
			    count > 3 && strchr(text, '-') ? strchr(text, '-') + 1 : text);
	}
	strbuf_add(out, "</p>");
}

static void add_trend(struct strbuf *out, const struct store_day *days, size_t count)
{
	if (count > TREND_DAYS) {
		days += count - TREND_DAYS;
		count = TREND_DAYS;
	}
	double step = (double)TREND_WIDTH / (double)(count ? count : 1);
	double unit = (TREND_HEIGHT - 10.0) / (double)most_findings(days, count);

	strbuf_addf(out,
		    "<h2>Trend</h2>\n<figure><p class=\"ends\"><span>%llu</span></p><svg viewBox=\"0 0 %d "
		    "%d\" role=\"img\" aria-label=\"findings by day, as in the table\">\n",
		    (unsigned long long)most_findings(days, count), TREND_WIDTH, TREND_HEIGHT + 1);
	double width = step * 0.8 < 40 ? step * 0.8 : 40;
	for (size_t i = 0; i < count; i++)
		add_bar(out, &days[i], (double)i * step + (step - width) / 2, width, unit);
	strbuf_addf(out, "<line x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/></svg>\n", TREND_HEIGHT, TREND_WIDTH,
		    TREND_HEIGHT);
	add_dates(out, days, count);
	strbuf_add(
	    out,
	    "<figcaption>Findings without an exception, a bar a day that was judged; the red part is new. A "
	    "dashed box is a day without captures.</figcaption></figure>\n");
}

static void add_row(struct strbuf *out, const struct store_day *day)
{
	char name[TIME_TEXT_MAX];

	time_format_day(day->day, name);
	strbuf_addf(out, "<tr%s><td><a href=\"%s/report.html\">%s</a></td><td class=\"",
		    day->packets ? "" : " class=\"none\"", name, name);
	report_add_html(out, day->verdict);
	strbuf_add(out, "\">");
	report_add_html(out, day->verdict);
	if (day->packets == 0) {
		strbuf_add(out, "</td><td colspan=\"7\">nothing was captured</td></tr>\n");
		return;
	}
	strbuf_addf(out, "</td><td>%llu</td><td>%llu</td><td>%llu</td><td>%llu</td><td>%llu</td><td>",
		    (unsigned long long)day->findings, (unsigned long long)day->fresh,
		    (unsigned long long)day->continuing, (unsigned long long)day->fixed,
		    (unsigned long long)day->excepted);
	report_add_html(out, day->grade);
	strbuf_addf(out, "</td><td>%llu</td></tr>\n", (unsigned long long)day->packets);
}

static void add_page(struct strbuf *out, const char *site, const struct store_day *days, size_t count)
{
	strbuf_add(out, head);
	strbuf_add(out, "<title>");
	report_add_html(out, site);
	strbuf_add(out, ": every night</title></head><body><main>\n<h1>");
	report_add_html(out, site);
	strbuf_add(out, "</h1>\n");
	add_trend(out, days, count);
	strbuf_add(
	    out, "<h2>Days</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
		 "aria-label=\"Days\"><table><caption>Every night that was judged, the last one "
		 "first</caption><thead><tr><th scope=\"col\">day</th><th scope=\"col\">verdict</th>"
		 "<th scope=\"col\">findings</th><th scope=\"col\">new</th><th scope=\"col\">continuing</th>"
		 "<th scope=\"col\">fixed</th><th scope=\"col\">excepted</th><th scope=\"col\">health</th>"
		 "<th scope=\"col\">packets</th></tr></thead>\n<tbody>\n");
	for (size_t i = count; i-- > 0;)
		add_row(out, &days[i]);
	strbuf_add(out, "</tbody></table></div>\n</main></body></html>\n");
}

/* Days of which a report lies here: the store may have been used for another folder too. */
static size_t keep_reported(const char *folder, struct store_day *days, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		char path[PATH_MAX], name[TIME_TEXT_MAX];

		time_format_day(days[i].day, name);
		if (snprintf(path, sizeof path, "%s/%s/report.html", folder, name) < PATH_MAX &&
		    access(path, F_OK) == 0)
			days[kept++] = days[i];
	}
	return kept;
}

int index_write(const struct nightly *nightly)
{
	const char *site = nightly->files.site->name;
	struct strbuf page = {0};
	struct arena arena = {0};
	struct store_day *days;
	size_t count;
	struct err err;
	int result = store_days(nightly->store, site, &arena, &days, &count, &err);

	if (result == 0) {
		add_page(&page, site, days, keep_reported(nightly->options->output, days, count));
		if (!strbuf_ok(&page))
			result = err_no_memory(&err);
		else if (write_lasting(nightly->options->output, "index.html", strbuf_text(&page),
				       page.length) != 0)
			result =
			    err_set(&err, "%s: cannot write: %s", nightly->options->output, strerror(errno));
	}
	if (result != 0)
		say_error("%s", err.text);
	strbuf_clear(&page);
	arena_clear(&arena);
	return result;
}
