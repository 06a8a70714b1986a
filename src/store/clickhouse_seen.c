#include "clickhouse_seen.h"
#include "base/cursor.h"
#include <string.h>

/* A server takes 50,000 parts of a statement, by default. */
enum { NAMED_MAX = 20000 };

/* A sensor, its attempts, and whether two of their segments share a quarter hour: in order, one begins before
 * the one before it ends. */
static void add_question(struct strbuf *sql, const struct clickhouse *house, int32_t first, int32_t end,
			 const struct house_whose *whose)
{
	strbuf_add(
	    sql, "SELECT sensor, arraySort(groupArray(latest)), "
		 "toUInt8(arrayExists((f, l) -> f <= l, arrayPopFront(arraySort(groupArray(from_bucket))), "
		 "arrayPopBack(arraySort(groupArray(to_bucket))))) "
		 "FROM (SELECT sensor, argMax(attempt, version) AS latest, argMax(first_bucket, version) AS "
		 "from_bucket, argMax(last_bucket, version) AS to_bucket FROM ");
	sql_add_table(sql, house, "segment");
	strbuf_add(sql, " WHERE ");
	sql_add_touching(sql, first, end);
	sql_add_sensors(sql, whose);
	strbuf_add(sql, " GROUP BY sensor, segment");
	sql_add_latest_touching(sql, first, end);
	sql_add_latest_of(sql, whose);
	strbuf_add(sql, ") GROUP BY sensor ORDER BY sensor FORMAT RowBinary");
}

/* What is being put together of a part. */
struct lists {
	struct strbuf sensors, attempts;
	size_t count;
};

static void add_attempts(struct lists *lists, const uint8_t *name, size_t length, struct cursor attempts)
{
	strbuf_add(&lists->sensors, lists->sensors.length ? ", " : "");
	sql_add_text(&lists->sensors, (const char *)name, length);
	while (cur_left(&attempts) > 0) {
		strbuf_addf(&lists->attempts, "%s%llu", lists->count ? ", " : "",
			    (unsigned long long)take_number(&attempts, 8));
		lists->count++;
	}
}

static int take_lists(struct seen *seen, struct lists lists[SEEN_PARTS])
{
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&seen->answer), seen->answer.length);

	while (cur_left(&in) > 0) {
		size_t length, count;
		const uint8_t *name = take_bytes(&in, &length);

		if (!name || length >= LEDGER_NAME_MAX || take_count(&in, 8, &count) || count == 0)
			return -1;
		const uint8_t *attempts = cur_take(&in, 8 * count);
		bool shared = cur_u8(&in) != 0;
		if (!attempts || !cur_ok(&in))
			return -1;
		seen->sensors++;
		add_attempts(&lists[SEEN_ALL], name, length, cur_make(attempts, 8 * count));
		add_attempts(&lists[shared ? SEEN_SHARED : SEEN_APART], name, length,
			     cur_make(attempts, 8 * count));
	}
	return 0;
}

static void name_attempts(struct seen *out, const struct lists lists[SEEN_PARTS])
{
	for (int i = 0; i < SEEN_PARTS; i++) {
		out->parts[i].attempts = lists[i].count;
		strbuf_addf(&out->parts[i].condition, "sensor IN (%s) AND attempt IN (%s)",
			    strbuf_text(&lists[i].sensors), strbuf_text(&lists[i].attempts));
		out->parts[i].condition.failed |= lists[i].sensors.failed || lists[i].attempts.failed;
	}
}

/* More than can be named: the server finds them itself, and adds all of them up. */
static void describe_attempts(struct seen *out, const struct lists *all, const struct clickhouse *house,
			      int32_t first, int32_t end, const struct house_whose *whose)
{
	static const enum seen_part parts[] = {SEEN_ALL, SEEN_SHARED};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct strbuf *condition = &out->parts[parts[i]].condition;

		out->parts[parts[i]].attempts = all->count;
		if (whose && whose->sensors.length)
			strbuf_addf(condition, "sensor IN (%s) AND ", strbuf_text(&whose->sensors));
		sql_add_visible(condition, house, first, end, whose);
	}
}

int seen_take(struct clickhouse *house, int32_t first, int32_t end, const struct house_whose *whose,
	      struct seen *out, struct err *err)
{
	struct lists lists[SEEN_PARTS] = {{.count = 0}};
	int status = 0;

	if (take_lists(out, lists))
		status = err_set(err, "clickhouse %s:%u: the list of segments holds what cannot be",
				 house->place.host, house->place.port);
	else if (lists[SEEN_ALL].count <= NAMED_MAX)
		name_attempts(out, lists);
	else
		describe_attempts(out, &lists[SEEN_ALL], house, first, end, whose);
	for (int i = 0; i < SEEN_PARTS; i++) {
		strbuf_clear(&lists[i].sensors);
		strbuf_clear(&lists[i].attempts);
		if (status == 0 && out->parts[i].condition.failed)
			status = err_no_memory(err);
	}
	return status;
}

int seen_ask(struct clickhouse *house, int32_t first, int32_t end, const struct house_whose *whose,
	     struct seen *out, struct err *err)
{
	struct strbuf sql = {0};

	*out = (struct seen){.answer = {0}};
	add_question(&sql, house, first, end, whose);
	int status = clickhouse_send_sql(house, &sql, &out->answer, err) == ANSWER_DONE ? 0 : -1;
	return status == 0 ? seen_take(house, first, end, whose, out, err) : status;
}

void seen_clear(struct seen *seen)
{
	strbuf_clear(&seen->answer);
	for (int i = 0; i < SEEN_PARTS; i++)
		strbuf_clear(&seen->parts[i].condition);
}
