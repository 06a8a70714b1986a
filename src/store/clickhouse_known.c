/* Whether a capture counts already: given by this sensor, or by another for the same site. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse_events.h"
#include "clickhouse_parts.h"
#include <string.h>

/* Sensors that gave it, and the sites that they wrote for then. */
static void add_question(struct strbuf *sql, const struct clickhouse *house, const char *fingerprint)
{
	struct strbuf of = {0};

	sql_add_table(&of, house, "input");
	strbuf_add(&of, " WHERE fingerprint = ");
	sql_add_text(&of, fingerprint, strlen(fingerprint));
	strbuf_add(sql, "SELECT DISTINCT sensor, name FROM (SELECT sensor, argMax(site, version) AS name, "
			"argMax(attempt, version) AS latest FROM ");
	sql_add_table(sql, house, "segment");
	strbuf_addf(sql,
		    " WHERE sensor GLOBAL IN (SELECT sensor FROM %s) GROUP BY sensor, segment) WHERE latest "
		    "GLOBAL IN (SELECT attempt FROM %s) ORDER BY sensor, name FORMAT RowBinary",
		    strbuf_text(&of), strbuf_text(&of));
	sql->failed |= of.failed;
	strbuf_clear(&of);
}

/* What SENSOR wrote for under NAME; NULL: no memory, or no answer. */
static const char *site_of(struct clickhouse *house, const char *sensor, const char *name,
			   struct arena *arena, enum clickhouse_answer *answer, struct err *err)
{
	struct house_events events;

	*answer = events_ask_sensor(house, sensor, &events, err);
	const char *site = *answer == ANSWER_DONE ? arena_strdup(arena, events_resolve(&events, name)) : NULL;
	events_clear(&events);
	if (*answer == ANSWER_DONE && !site) {
		(void)err_no_memory(err);
		*answer = ANSWER_REFUSED;
	}
	return site;
}

static enum clickhouse_answer hold_against(struct clickhouse *house, const struct strbuf *text,
					   struct arena *arena, struct store_origin *out, struct err *err)
{
	struct cursor in = cur_make((const uint8_t *)strbuf_text(text), text->length);
	enum clickhouse_answer answer = ANSWER_DONE;

	while (answer == ANSWER_DONE && !out->known && cur_left(&in) > 0) {
		const char *sensor = take_text(&in, arena), *name = take_text(&in, arena), *site = NULL;

		if (!sensor || !name) {
			(void)err_set(err, "clickhouse %s:%u: a row of table segment holds what cannot be",
				      house->place.host, house->place.port);
			return ANSWER_REFUSED;
		}
		site = site_of(house, sensor, name, arena, &answer, err);
		out->known = site && (!house->site || strcmp(site, house->site) == 0 ||
				      (house->place.sensor && strcmp(sensor, house->place.sensor) == 0));
		out->sensor = sensor;
		out->site = site ? site : "";
	}
	return answer;
}

enum clickhouse_answer clickhouse_knows_answer(struct clickhouse *house, const char *fingerprint,
					       struct arena *arena, struct store_origin *out, struct err *err)
{
	struct strbuf sql = {0}, text = {0};

	*out = (struct store_origin){.sensor = "", .site = ""};
	if (house->spool &&
	    taken_knows(house->spool, house->place.sensor, house->site, fingerprint, arena, out, err))
		return ANSWER_REFUSED;
	if (out->known)
		return ANSWER_DONE;
	add_question(&sql, house, fingerprint);
	enum clickhouse_answer answer = clickhouse_send_sql(house, &sql, &text, err);
	if (answer == ANSWER_DONE)
		answer = hold_against(house, &text, arena, out, err);
	strbuf_clear(&text);
	return answer;
}

int clickhouse_knows(struct store *store, const char *fingerprint, struct arena *arena,
		     struct store_origin *out, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	enum clickhouse_answer answer = clickhouse_knows_answer(house, fingerprint, arena, out, err);

	/* A writer goes on while the server is away. */
	return answer == ANSWER_DONE || (answer == ANSWER_AWAY && house->spool) ? 0 : -1;
}
