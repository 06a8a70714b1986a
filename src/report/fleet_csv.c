/* A line a site (RFC 4180). */
#include "clean.h"
#include "fleet_parts.h"
#include <inttypes.h>

static void add_text(struct strbuf *out, const char *text)
{
	csv_text_add(out, text ? text : "");
	strbuf_add_char(out, ',');
}

static void add_site(struct strbuf *out, const struct fleet_site *site)
{
	const char grade[2] = {site->grade, '\0'};
	char time[TIME_TEXT_MAX];

	add_text(out, site->name);
	add_text(out, site->file);
	add_text(out, site->error ? "unread" : run_verdict_name(site->verdict));
	add_text(out, site->error ? site->error : site->reason);
	add_text(out, grade);
	add_text(out, site->health);
	for (int i = SEVERITY_COUNT - 1; i >= 0; i--)
		strbuf_addf(out, "%" PRIu64 ",", site->findings[i]);
	strbuf_addf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%zu,%zu,%s,", site->excepted,
		    site->packets, site->flows, site->edges, site->sensors, site->silent,
		    time_format(site->last_ns, 0, time));
	add_text(out, site->link);
	csv_text_add(out, site->incomplete ? site->incomplete : "");
	strbuf_add(out, "\r\n");
}

int fleet_csv(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	      struct err *err)
{
	(void)options;
	strbuf_add(
	    out,
	    "site,file,verdict,reason,grade,health,high,medium,low,info,excepted,packets,flows,edges,sensors,"
	    "silent_sensors,last,report,incomplete\r\n");
	for (size_t i = 0; i < fleet->site_count; i++)
		add_site(out, &fleet->sites[i]);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
