/*
 * Private to store/: which sensor writes for which site, as the registry has it. Table `sensor` keeps events,
 * on every shard all of them. One either says for whom a sensor writes from then on ("" nobody: it is
 * retired), or that what it wrote for one site is another's, because that is called so now or because it was
 * a mistake. Segments stay as they were written; who reads them looks up here whose they are.
 */
#ifndef STORE_CLICKHOUSE_EVENTS_H
#define STORE_CLICKHOUSE_EVENTS_H

#include "clickhouse.h"

struct house_event {
	const char *sensor;
	uint64_t version; /* events of a sensor are in its order */
	const char *site;
	const char *was; /* the site that is SITE from now on; "" none: the sensor writes for SITE */
	uint64_t shards; /* that know of it */
};
struct house_events {
	struct house_event *items; /* by sensor, then in order */
	size_t count;
	struct arena arena;
};

/* Of sensors for which WHERE (a condition, or NULL) is true. To be cleared in any case. */
enum clickhouse_answer events_ask(struct clickhouse *house, const char *where, struct house_events *out,
				  struct err *err);
/* Of one sensor. */
enum clickhouse_answer events_ask_sensor(struct clickhouse *house, const char *sensor,
					 struct house_events *out, struct err *err);
/* The answer that is there. 0/-1. */
int events_take(const struct clickhouse *house, const struct strbuf *answer, struct house_events *out,
		struct err *err) MUST_CHECK;
void events_clear(struct house_events *events);

/* SENSOR's in ALL; not to be cleared. */
struct house_events events_of(const struct house_events *all, const char *sensor);
/* What SITE, for which the one sensor of EVENTS wrote, is called now. */
const char *events_resolve(const struct house_events *events, const char *site);
/* For whom it writes: "" it is retired, NULL not known. */
const char *events_current(const struct house_events *events);
/* It is or was told to write for SITE, as sites are called now. */
bool events_have(const struct house_events *events, const char *site);
/* clickhouse_whose.c. Adds the one sensor of EVENTS with all names under which it wrote for what is SITE now;
 * false: none. */
bool whose_add_names(struct house_whose *whose, const struct house_events *events, const char *site);
/* The version of the next one. */
uint64_t events_next(const struct house_events *events);

#endif
