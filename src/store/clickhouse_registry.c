/* Who is a sensor of which site, known to every shard. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse.h"
#include <string.h>

enum { SHARDS_MAX = 4096 };

/* A Distributed table's shard is the remainder of its expression by the sum of all shards' weights. */
static enum clickhouse_answer ask_weights(struct clickhouse *house, uint64_t *out, struct err *err)
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

/* How many shards have it as what was said of SENSOR last. */
static enum clickhouse_answer ask_known(struct clickhouse *house, const char *sensor, const char *site,
					uint64_t *out, struct err *err)
{
	struct strbuf sql = {0}, answer = {0}, name = {0};

	sql_add_text(&name, site, strlen(site));
	strbuf_addf(&sql,
		    "SELECT toUInt64(if(argMax(site, written) = %s, uniqExactIf(shard, site = %s), 0)) FROM ",
		    strbuf_text(&name), strbuf_text(&name));
	sql_add_table(&sql, house, "sensor");
	strbuf_add(&sql, " WHERE sensor = ");
	sql_add_text(&sql, sensor, strlen(sensor));
	sql.failed |= name.failed;
	strbuf_clear(&name);
	strbuf_add(&sql, " FORMAT RowBinary");
	enum clickhouse_answer result = clickhouse_send_sql(house, &sql, &answer, err);
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&answer), answer.length);
	*out = take_number(&in, 8);
	strbuf_clear(&answer);
	return result;
}

static enum clickhouse_answer insert(struct clickhouse *house, const char *sensor, const char *site,
				     uint64_t weights, struct err *err)
{
	struct strbuf rows = {0};

	for (uint64_t shard = 0; shard < weights; shard++) {
		put_number(&rows, 0, 8);
		put_number(&rows, shard, 8);
		put_text(&rows, sensor);
		put_text(&rows, site);
	}
	enum clickhouse_answer result = clickhouse_insert(house, TABLE_SENSOR, &rows, err);
	strbuf_clear(&rows);
	return result;
}

static enum clickhouse_answer make_known(struct clickhouse *house, const char *sensor, const char *site,
					 struct err *err)
{
	uint64_t weights, known = 0;
	enum clickhouse_answer answer = ask_weights(house, &weights, err);

	if (answer == ANSWER_DONE)
		answer = ask_known(house, sensor, site, &known, err);
	if (answer == ANSWER_DONE && known < weights)
		answer = insert(house, sensor, site, weights, err);
	return answer;
}

enum clickhouse_answer clickhouse_register(struct clickhouse *house, const char *sensor, const char *site,
					   struct err *err)
{
	struct strbuf both = {0};
	enum clickhouse_answer answer = ANSWER_DONE;

	strbuf_addf(&both, "%s\n%s", sensor, site);
	if (!house->registered || strcmp(house->registered, strbuf_text(&both)) != 0) {
		answer = make_known(house, sensor, site, err);
		if (answer == ANSWER_DONE) {
			mem_free(house->registered);
			house->registered = strbuf_ok(&both) ? mem_strdup(strbuf_text(&both)) : NULL;
		}
	}
	strbuf_clear(&both);
	return answer;
}

/* Shards that answer, as a list of literals: each holds its own number. */
static int ask_present(struct clickhouse *house, struct strbuf *out, struct err *err)
{
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT DISTINCT shard FROM ");
	sql_add_table(&sql, house, "sensor");
	strbuf_add(&sql, " ORDER BY shard FORMAT RowBinary");
	int status = clickhouse_send_sql(house, &sql, &answer, err) == ANSWER_DONE ? 0 : -1;
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&answer), answer.length);
	while (cur_left(&in) >= 8)
		strbuf_addf(out, "%s%llu", out->length ? ", " : "", (unsigned long long)take_number(&in, 8));
	strbuf_clear(&answer);
	return status == 0 && out->failed ? err_no_memory(err) : status;
}

int clickhouse_read_partly(struct clickhouse *house, struct strbuf *out, struct err *err)
{
	struct strbuf sql = {0}, present = {0};
	uint64_t weights;
	int status = ask_weights(house, &weights, err) == ANSWER_DONE ? 0 : -1;

	house->partial = true;
	if (status == 0)
		status = ask_present(house, &present, err);
	if (status == 0) {
		strbuf_add(&sql, "SELECT sensor, argMax(site, written) FROM ");
		sql_add_table(&sql, house, "sensor");
		/* Where nobody is known, no shard can be told to be there. */
		strbuf_addf(&sql,
			    " WHERE cityHash64(sensor) %% %llu NOT IN (%s) GROUP BY sensor ORDER BY sensor "
			    "FORMAT RowBinary",
			    (unsigned long long)weights,
			    present.length ? strbuf_text(&present) : "18446744073709551615");
		status = clickhouse_send_sql(house, &sql, out, err) == ANSWER_DONE ? 0 : -1;
	}
	strbuf_clear(&present);
	return status;
}
