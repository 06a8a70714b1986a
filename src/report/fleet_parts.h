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
/* Sites that no sensor writes for. */
uint64_t fleet_sites_alone(const struct fleet *fleet);
/* Sensors in a state; each has one, the first that applies. */
enum sensor_state {
	SENSOR_AWAY,
	SENSOR_ASTRAY,
	SENSOR_SILENT,
	SENSOR_UNHEALTHY,
	SENSOR_LATER,
	SENSOR_RETIRED,
	SENSOR_WRITES,
	SENSOR_STATES
};
enum sensor_state fleet_sensor_state(const struct fleet_sensor *sensor);
/* Somebody should look at a sensor in that state. */
bool sensor_state_needs_look(enum sensor_state state);
const char *sensor_state_name(enum sensor_state state);
/* In words. */
const char *sensor_state_words(enum sensor_state state);
uint64_t fleet_sensors_in(const struct fleet *fleet, enum sensor_state state);
/* Those that somebody should look at. */
uint64_t fleet_sensors_odd(const struct fleet *fleet);

/* fleet_verdict.c. Why the verdict is no pass, the gravest first. How many; all are to be cleared. */
enum { FLEET_REASONS_MAX = 4 };
size_t fleet_reasons(const struct fleet *fleet, struct strbuf out[FLEET_REASONS_MAX]);
/* The one that no count of sites tells; nothing where there is none. */
void fleet_add_astray(struct strbuf *out, const struct fleet *fleet);
void fleet_reasons_clear(struct strbuf reasons[FLEET_REASONS_MAX]);

/* fleet_html_tables.c. Sites, rules, findings, sensors. */
void fleet_html_tables(struct strbuf *out, const struct fleet *fleet);

int fleet_text(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	       struct err *err);
int fleet_json(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	       struct err *err);
int fleet_csv(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	      struct err *err);
int fleet_html(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	       struct err *err);

#endif
