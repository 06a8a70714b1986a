/* Pieces of statements. */
#include "clickhouse.h"
#include <string.h>

void sql_add_text(struct strbuf *out, const char *text, size_t length)
{
	strbuf_add_char(out, '\'');
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte < ' ' || byte == 0x7f)
			strbuf_addf(out, "\\x%02X", byte);
		else if (byte == '\'' || byte == '\\')
			strbuf_addf(out, "\\%c", byte);
		else
			strbuf_add_char(out, (char)byte);
	}
	strbuf_add_char(out, '\'');
}

void sql_add_table(struct strbuf *out, const struct clickhouse *house, const char *table)
{
	strbuf_addf(out, "%s.%s", house->place.database, table);
}

/* A segment that is written again may reach less far than before, or nowhere: what counts is where its latest
 * version lies. A live sensor's segments reach back as far as flows are open, a day at most. */
void sql_add_touching(struct strbuf *out, int32_t first, int32_t end)
{
	enum { REACH = 200 };

	strbuf_addf(out, "(first_bucket < %lld AND last_bucket >= %lld OR last_bucket = 0)",
		    (long long)end + REACH, (long long)first - REACH);
}

void sql_add_latest_touching(struct strbuf *out, int32_t first, int32_t end)
{
	strbuf_addf(out, " HAVING argMax(first_bucket, version) < %d AND argMax(last_bucket, version) >= %d",
		    end, first);
}

void whose_add(struct house_whose *whose, const char *sensor, const char *site)
{
	struct strbuf *pairs = &whose->pairs;

	strbuf_add(pairs, pairs->length ? ", (" : "(");
	sql_add_text(pairs, sensor, strlen(sensor));
	strbuf_add(pairs, ", ");
	sql_add_text(pairs, site, strlen(site));
	strbuf_add_char(pairs, ')');
}

bool whose_ok(const struct house_whose *whose)
{
	return strbuf_ok(&whose->sensors) && strbuf_ok(&whose->pairs);
}

void whose_clear(struct house_whose *whose)
{
	strbuf_clear(&whose->sensors);
	strbuf_clear(&whose->pairs);
}

void sql_add_sensors(struct strbuf *out, const struct house_whose *whose)
{
	if (whose && whose->sensors.length)
		strbuf_addf(out, " AND sensor IN (%s)", strbuf_text(&whose->sensors));
}

void sql_add_latest_of(struct strbuf *out, const struct house_whose *whose)
{
	if (whose && whose->pairs.length)
		strbuf_addf(out, " AND (sensor, argMax(site, version)) IN (%s)", strbuf_text(&whose->pairs));
}

void sql_add_visible(struct strbuf *out, const struct clickhouse *house, int32_t first, int32_t end,
		     const struct house_whose *whose)
{
	strbuf_addf(out, "attempt GLOBAL IN (SELECT argMax(attempt, version) FROM ");
	sql_add_table(out, house, "segment");
	strbuf_add(out, " WHERE ");
	sql_add_touching(out, first, end);
	sql_add_sensors(out, whose);
	strbuf_add(out, " GROUP BY sensor, segment");
	sql_add_latest_touching(out, first, end);
	sql_add_latest_of(out, whose);
	strbuf_add_char(out, ')');
}
