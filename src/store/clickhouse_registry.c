/* Who is a sensor of which site: known to every shard, and held against who writes. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse_events.h"
#include "clickhouse_parts.h"
#include <string.h>

enum { SHARDS_MAX = 4096 };

enum clickhouse_answer clickhouse_weights(struct clickhouse *house, uint64_t *out, struct err *err)
{
	struct strbuf sql = {0}, answer = {0};

	*out = 1;
	if (!house->place.cluster)
		return ANSWER_DONE;
	strbuf_addf(&sql,
		    "SELECT toUInt64(sum(weight)) FROM (SELECT shard_num, any(shard_weight) AS weight FROM "
		    "system.clusters WHERE cluster = '%s' GROUP BY shard_num) FORMAT RowBinary",
		    house->place.cluster);
	enum clickhouse_answer result = clickhouse_send_sql(house, &sql, &answer, err);
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&answer), answer.length);
	*out = take_number(&in, 8);
	strbuf_clear(&answer);
	if (result == ANSWER_DONE && (*out == 0 || *out > SHARDS_MAX)) {
		(void)err_set(err, "clickhouse %s:%u: knows no cluster %s, or one of over %d shards",
			      house->place.host, house->place.port, house->place.cluster, SHARDS_MAX);
		return ANSWER_REFUSED;
	}
	return result;
}

enum clickhouse_answer clickhouse_tell(struct clickhouse *house, const struct house_event *events,
				       size_t count, struct err *err)
{
	struct strbuf rows = {0};
	uint64_t weights;
	enum clickhouse_answer result = clickhouse_weights(house, &weights, err);

	if (result != ANSWER_DONE || count == 0)
		return result;
	for (size_t i = 0; i < count; i++) {
		for (uint64_t shard = 0; shard < weights; shard++) {
			put_number(&rows, 0, 8);
			put_number(&rows, shard, 8);
			put_text(&rows, events[i].sensor);
			put_text(&rows, events[i].site);
			put_text(&rows, events[i].was);
			put_number(&rows, events[i].version, 8);
		}
	}
	result = clickhouse_insert(house, TABLE_SENSOR, 0, &rows, err);
	strbuf_clear(&rows);
	return result;
}

static enum clickhouse_answer refuse(const struct clickhouse *house, struct err *err, const char *text)
{
	(void)err_set(err, "clickhouse %s:%u: %s", house->place.host, house->place.port, text);
	return ANSWER_REFUSED;
}

static enum clickhouse_answer refuse_renamed(const struct clickhouse *house, const char *given,
					     const char *now, struct err *err)
{
	char text[ERR_TEXT_MAX];

	(void)snprintf(text, sizeof text,
		       "site \"%s\" was renamed and is \"%s\" now; name it so in the site file", given, now);
	return refuse(house, err, text);
}

static enum clickhouse_answer refuse_other(const struct clickhouse *house, const char *has, const char *given,
					   struct err *err)
{
	const char *sensor = house->place.sensor;
	char text[ERR_TEXT_MAX];

	(void)snprintf(text, sizeof text,
		       "sensor %s writes for site \"%s\", but the site file is of \"%s\". If the sensor was "
		       "moved: tapaudit store move \"%s\" \"%s\"; if the site was renamed: tapaudit store "
		       "rename \"%s\" \"%s\"",
		       sensor, has, given, sensor, given, has, given);
	return refuse(house, err, text);
}

static enum clickhouse_answer refuse_waiting(const struct clickhouse *house, const char *sensor,
					     const char *has, const char *waits, struct err *err)
{
	char text[ERR_TEXT_MAX];

	(void)snprintf(
	    text, sizeof text,
	    "sensor %s writes for site \"%s\", but what waits in %s was written for \"%s\". If that "
	    "was a mistake: tapaudit store move \"%s\" \"%s\" --from \"%s\"; if the sensor was moved: "
	    "tapaudit store move \"%s\" \"%s\"",
	    sensor, has, spool_path(house->spool), waits, sensor, has, waits, sensor, waits);
	return refuse(house, err, text);
}

/* The site may have been renamed since this machine heard of it: only the server can say. What a night would
 * take lies where it lies, so that waits; packets do not, and go to the spool under the name that was given,
 * for the server to decide. */
static enum clickhouse_answer doubt(struct clickhouse *house, const char *has, struct err *err)
{
	const struct err why = house->away;
	char text[ERR_TEXT_MAX];

	if (house->is_live) {
		(void)err_set(
		    &house->away,
		    "%s; this machine knows sensor %s as one of site \"%s\", and what it writes for "
		    "\"%s\" is sent if the server says that it is",
		    why.text, house->place.sensor, has, house->site);
		return ANSWER_DONE;
	}
	(void)snprintf(
	    text, sizeof text,
	    "sensor %s writes for site \"%s\" as far as this machine knows, and the site file is of "
	    "\"%s\"; the server, which can say whether that is right, is away; run it again when "
	    "it is there",
	    house->place.sensor, has, house->site);
	return refuse(house, err, text);
}

/* What this machine remembers, where the server cannot be asked or knows nothing. */
static enum clickhouse_answer guard_by_memory(struct clickhouse *house, bool away, struct err *err)
{
	struct strbuf has = {0};
	bool found = false;
	enum clickhouse_answer answer = ANSWER_DONE;

	if (memory_site(house->spool, house->place.sensor, !away, &has, &found, err))
		answer = ANSWER_REFUSED;
	else if (found && house->site && strcmp(strbuf_text(&has), house->site) != 0)
		answer = away ? doubt(house, strbuf_text(&has), err)
			      : refuse_other(house, strbuf_text(&has), house->site, err);
	strbuf_clear(&has);
	return answer;
}

static enum clickhouse_answer guard_by_events(struct clickhouse *house, const struct house_events *events,
					      struct err *err)
{
	const char *current = events_current(events), *sensor = house->place.sensor;

	for (size_t i = 0; i < events->count; i++)
		if (events->items[i].was[0] && memory_rename_site(house->spool, sensor, events->items[i].was,
								  events->items[i].site, err))
			return ANSWER_REFUSED;
	if (current && *current && memory_put_site(house->spool, sensor, current, err))
		return ANSWER_REFUSED;
	if (!house->site)
		return ANSWER_DONE;
	const char *now = events_resolve(events, house->site);
	if (strcmp(now, house->site) != 0)
		return refuse_renamed(house, house->site, now, err);
	if (!current || !*current)
		return guard_by_memory(house, false, err);
	return strcmp(current, house->site) == 0 ? ANSWER_DONE
						 : refuse_other(house, current, house->site, err);
}

enum clickhouse_answer clickhouse_guard(struct clickhouse *house, struct err *err)
{
	struct house_events events = {.count = 0};
	struct err away;
	uint64_t weights;
	enum clickhouse_answer answer = clickhouse_weights(house, &weights, &away);

	if (answer == ANSWER_DONE)
		answer = events_ask_sensor(house, house->place.sensor, &events, &away);
	if (answer == ANSWER_DONE)
		answer = clickhouse_recall(house, &away);
	if (answer == ANSWER_DONE)
		answer = guard_by_events(house, &events, err);
	else if (answer == ANSWER_REFUSED)
		*err = away;
	house->is_away = answer == ANSWER_AWAY;
	if (house->is_away) {
		house->away = away;
		answer = guard_by_memory(house, true, err);
	}
	events_clear(&events);
	/* What waited before segments said their site was written for the one that this sensor writes for. */
	if (answer == ANSWER_DONE && house->site && !house->is_away &&
	    spool_adopt(house->spool, house->place.sensor, house->site, err))
		answer = ANSWER_REFUSED;
	return answer;
}

/* As it is told to the shards, unless it is known; the site's name to be written into *AS. */
static enum clickhouse_answer make_known(struct clickhouse *house, const char *sensor, const char *site,
					 const struct house_events *events, const char **as, struct err *err)
{
	const char *current = events_current(events);
	uint64_t weights;

	if (!*site && (!current || !*current))
		return refuse(house, err,
			      "what waits in the spool does not say for which site; nightly or live, which "
			      "have a site file, send it");
	*as = *site ? site : current;
	const char *now = events_resolve(events, *as);
	if (!current || !*current) {
		const struct house_event event = {sensor, events_next(events), now, "", 0};

		enum clickhouse_answer told = clickhouse_tell(house, &event, 1, err);
		if (told == ANSWER_DONE && memory_put_site(house->spool, sensor, now, err))
			told = ANSWER_REFUSED;
		return told;
	}
	if (!events_have(events, now))
		return refuse_waiting(house, sensor, current, *as, err);
	enum clickhouse_answer answer = clickhouse_weights(house, &weights, err);
	const struct house_event *last = &events->items[events->count - 1];
	return answer == ANSWER_DONE && last->shards < weights ? clickhouse_tell(house, last, 1, err)
							       : answer;
}

static bool is_registered(const struct clickhouse *house, const char *sensor, const char *site)
{
	return house->registered.sensor && strcmp(house->registered.sensor, sensor) == 0 &&
	       strcmp(house->registered.site, site) == 0;
}

void clickhouse_forget_registered(struct clickhouse *house)
{
	mem_free(house->registered.sensor);
	mem_free(house->registered.site);
	mem_free(house->registered.as);
	house->registered.sensor = house->registered.site = house->registered.as = NULL;
}

enum clickhouse_answer clickhouse_register(struct clickhouse *house, const char *sensor, const char *site,
					   const char **as, struct err *err)
{
	struct house_events events = {.count = 0};
	enum clickhouse_answer answer = ANSWER_DONE;

	if (!is_registered(house, sensor, site)) {
		const char *known_as = "";

		clickhouse_forget_registered(house);
		answer = events_ask_sensor(house, sensor, &events, err);
		if (answer == ANSWER_DONE)
			answer = make_known(house, sensor, site, &events, &known_as, err);
		house->registered.sensor = mem_strdup(sensor);
		house->registered.site = mem_strdup(site);
		house->registered.as = mem_strdup(known_as);
		events_clear(&events);
	}
	if (answer == ANSWER_DONE &&
	    (!house->registered.sensor || !house->registered.site || !house->registered.as)) {
		(void)err_no_memory(err);
		answer = ANSWER_REFUSED;
	}
	*as = house->registered.as;
	if (answer != ANSWER_DONE)
		clickhouse_forget_registered(house);
	return answer;
}
