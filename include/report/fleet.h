/*
 * One report over many sites: which of them fail, what is new, which rules fail in many places, which sensors
 * are silent. Each site is judged by audit/ as any other; this keeps of each result what the whole needs, so
 * that results can be freed one by one. Pure: no I/O, no clock.
 *
 * Ownership: the fleet copies what it keeps into its own arena.
 */
#ifndef REPORT_FLEET_H
#define REPORT_FLEET_H

#include "report/report.h"

struct fleet_site {
	const char *name, *file; /* of the site file; name NULL: it could not be read */
	const char *link;        /* of its own report, beside this one; or NULL */
	const char *error;       /* why it was not judged, or NULL */
	const char *incomplete;  /* why not all of it was there to judge, or NULL */
	enum run_verdict verdict;
	const char *reason; /* the verdict's first, or NULL */
	char grade;
	const char *health; /* the grade's first reason, or NULL */
	uint64_t packets, flows, edges;
	uint64_t findings[SEVERITY_COUNT]; /* exceptions aside */
	uint64_t excepted;
	size_t sensors, silent;
	int64_t last_ns; /* of the last packet; TIME_UNKNOWN: none */
};

struct fleet_finding {
	const char *site, *link;                                    /* link: as the site's */
	const char *id, *kind, *severity, *system, *rule, *message; /* rule: or NULL */
	enum severity level;
	int64_t first_ns, last_ns;
};

/* A rule, or a finding without one, by kind, over all sites. */
struct fleet_rule {
	const char *signature, *rule, *kind;
	uint64_t sites, findings;
	const char *examples[3]; /* names of sites */
	const char *latest;      /* site that it was counted for last */
};

struct fleet_sensor {
	const char *name, *site;
	int64_t last_ns;    /* end of the last quarter hour that it saw */
	int64_t written_ns; /* when it wrote last, by the server's clock */
	char grade;         /* of what it saw of the span; 0: not known */
	const char *health; /* the grade's first reason, or NULL */
	bool silent;        /* nothing of the span is of it */
	bool retired;       /* the same, and that is known */
	bool later;         /* it began behind the span */
	bool astray;        /* no site file names its site */
	bool away;          /* it lies on a shard that is away, so nothing is known of it */
};

struct fleet;
struct fleet *fleet_new(struct err *err) MUST_CHECK;
void fleet_free(struct fleet *fleet);
/* Keeps what RESULT says of SITE (name, file, link, error, incomplete, sensors and silent are taken from it,
 * all else from RESULT and LEDGER, which may be NULL where it was not judged). 0/-1 (memory). */
int fleet_add_site(struct fleet *fleet, const struct fleet_site *site, const struct audit_result *result,
		   const struct ledger *ledger, struct err *err) MUST_CHECK;
int fleet_add_sensor(struct fleet *fleet, const struct fleet_sensor *sensor, struct err *err) MUST_CHECK;
/* Puts everything in its order: sites by verdict and name, findings the newest first, rules by how many sites
 * they fail in. */
void fleet_finish(struct fleet *fleet);
/* fail if a site fails, else inconclusive if one is, or was not judged, or a sensor wrote for a site that no
 * file names; else pass. Once finished. */
enum run_verdict fleet_verdict(const struct fleet *fleet);

struct fleet_options {
	int64_t generated_ns, from_ns,
	    until_ns; /* the span that was judged; from TIME_UNKNOWN: all that is stored */
	const char *version;
	unsigned width;
	bool colour;
};
/* As report_formats: text, json, html, csv. Schema of the JSON (tapaudit.fleet/1):
 * src/schema/fleet.schema.json. */
struct fleet_format {
	const char *name, *file_name;
	int (*write)(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
		     struct err *err);
};
extern const struct fleet_format fleet_formats[];
extern const size_t fleet_format_count;

#endif
