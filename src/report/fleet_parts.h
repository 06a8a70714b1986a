/* Private to report/: what a fleet's report is made of. */
#ifndef REPORT_FLEET_PARTS_H
#define REPORT_FLEET_PARTS_H

#include "report/fleet.h"

enum { FLEET_NEWEST = 200 };

struct fleet {
	struct arena arena;
	struct fleet_site *sites;
	size_t site_count, site_capacity;
	struct fleet_finding *findings; /* all of medium and above; finished: the newest */
	size_t finding_count, finding_capacity;
	uint64_t finding_total;
	struct fleet_rule *rules;
	size_t rule_count, rule_capacity;
	struct fleet_sensor *sensors;
	size_t sensor_count, sensor_capacity;
};

uint64_t fleet_sites_of(const struct fleet *fleet, enum run_verdict verdict);
/* Sites that were not judged. */
uint64_t fleet_sites_unread(const struct fleet *fleet);
uint64_t fleet_silent(const struct fleet *fleet);

int fleet_text(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	       struct err *err);
int fleet_json(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	       struct err *err);
int fleet_csv(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	      struct err *err);
int fleet_html(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	       struct err *err);

#endif
