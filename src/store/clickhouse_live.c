/*
 * A live sensor's quarter hours. What settled since one began stands in memory; each time it is written
 * anew, with what is open at that moment, as one segment, which replaces the one before: so nothing counts
 * twice. When the next one begins, the last one's segment is written once more without what was open, which
 * is the next one's from then on; both go to the spool in one transaction. Of a segment only the latest state
 * waits there, so that a server may be away for long.
 *
 * The spool holds the quarter hour that is being written: only once it is over does it go to the server, so
 * that each row is sent once and not each time it is written. The moment in a turn of every_sec at which a
 * sensor sends follows from its name, so that a thousand of them do not come at once.
 *
 * A sensor that was killed leaves its last segment as it was: what was open in it is all that will ever be
 * known of those flows. Each run names its segments anew.
 */
#include "base/hash.h"
#include "base/mem.h"
#include "clickhouse_parts.h"
#include <sqlite3.h>
#include <string.h>

/* Of the memory that the sensor was given; its other ledgers have as much each. */
enum { MEMORY_SHARE = 8 };

/* A and B (or NULL) as one ledger. NULL and ERR for want of memory. */
static struct ledger *joined(const struct clickhouse *house, const struct ledger *a, const struct ledger *b,
			     struct err *err)
{
	struct ledger_options limits = house->limits;
	struct ledger *out;

	limits.memory_bytes = (limits.memory_bytes ? limits.memory_bytes : (size_t)1 << 30) / MEMORY_SHARE;
	out = ledger_new(&limits, err);
	if (!out)
		return NULL;
	if (ledger_merge(out, a, err) != 0 || (b && ledger_merge(out, b, err) != 0)) {
		ledger_free(out);
		return NULL;
	}
	ledger_sort(out);
	return out;
}

/* Earlier states of segment NAME that wait need not be sent any more. Under the spool's lock. 0/-1. */
static int forget_waiting(struct clickhouse *house, const char *name, struct err *err)
{
	static const char *const tables[] = {"part", "segment"};
	sqlite3 *db = spool_db(house->spool);

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		char *sql = sqlite3_mprintf("DELETE FROM %s WHERE number IN (SELECT number FROM segment "
					    "WHERE sensor = %Q AND segment = %Q)",
					    tables[i], house->place.sensor, name);
		int code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

		sqlite3_free(sql);
		if (code != SQLITE_OK)
			return err_set(err, "spool: %s", sqlite3_errmsg(db));
	}
	return 0;
}

static void name_segment(char out[CLICKHOUSE_NAME_MAX], const struct clickhouse *house, uint64_t number)
{
	(void)snprintf(out, CLICKHOUSE_NAME_MAX, "live %016llx %llu", (unsigned long long)house->run,
		       (unsigned long long)number);
}

/* Segment NUMBER of this run. ALONE: nobody else sends what waits. */
static int put_segment(struct clickhouse *house, uint64_t number, const struct ledger *ledger,
		       const struct store_chain *chain, bool alone, struct err *err)
{
	const struct encoded_extras extras = {.chain = chain};
	char name[CLICKHOUSE_NAME_MAX];

	name_segment(name, house, number);
	/* Somebody else may be sending what waits: then it is sent, and replaced. */
	if (alone && forget_waiting(house, name, err))
		return -1;
	return clickhouse_spool_add(house, name, ledger, &extras, err);
}

/* WHOLE is what there is of the quarter hour now; TURNS: it is a new one, and what settled in the one before
 * stands alone from now on. */
static int put_both(struct clickhouse *house, bool turns, const struct ledger *whole,
		    const struct store_chain *chain, struct err *err)
{
	bool alone = spool_lock(house->spool);
	int status = spool_together(house->spool, err);

	if (status == 0 && turns)
		status = put_segment(house, house->segments, house->settled, NULL, alone, err);
	if (status == 0)
		status = put_segment(house, house->segments + turns, whole, chain, alone, err);
	status = spool_together_end(house->spool, status, err);
	if (alone)
		spool_unlock(house->spool);
	return status;
}

static enum clickhouse_answer greet(struct clickhouse *house, struct err *err)
{
	struct strbuf answer = {0};
	enum clickhouse_answer here =
	    clickhouse_send(house, "SELECT 1 FORMAT RowBinary", NULL, 0, &answer, err);

	strbuf_clear(&answer);
	return here;
}

/* What waits in the spool is safe; why it waits is told by store_away. */
static void send_waiting(struct clickhouse *house)
{
	struct err why;
	/* Where nothing is to be sent yet, nothing else would tell whether it is there. */
	bool here = !house->held[0] || greet(house, &why) == ANSWER_DONE;

	house->is_away = !here || clickhouse_flush(house, &why) != ANSWER_DONE;
	if (house->is_away)
		house->away = why;
}

/* Stretches of every_sec, by number; each sensor's begin at a moment of its own. */
static int64_t turn_of(const struct clickhouse *house, int64_t time_ns)
{
	const char *sensor = house->place.sensor;
	int64_t every_sec = (int64_t)house->place.every_sec;

	if (every_sec == 0)
		return 0;
	return (time_ns / NSEC_PER_SEC +
		(int64_t)(hash_bytes(0, sensor, strlen(sensor)) % (uint64_t)every_sec)) /
	       every_sec;
}

static void send_in_turn(struct clickhouse *house, int64_t now_ns)
{
	int64_t turn = turn_of(house, now_ns);

	if (house->place.every_sec > 0)
		name_segment(house->held, house, house->segments);
	if (house->place.every_sec > 0 && turn == house->sent_turn && !house->is_away)
		return;
	send_waiting(house);
	house->sent_turn = turn;
}

int clickhouse_put_live(struct store *store, const char *sensor, const struct ledger *settled,
			const struct ledger *open, const struct store_chain *chain, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	int32_t bucket = time_bucket(chain->end_ns);
	bool turns = house->settled && house->settled_bucket != bucket;
	struct ledger *sum = joined(house, settled, turns ? NULL : house->settled, err);
	struct ledger *whole = sum ? joined(house, sum, open, err) : NULL;
	int status = -1;

	if (strcmp(sensor, house->place.sensor) != 0)
		(void)err_set(err, "--store: it names sensor %s, but this one is %s", house->place.sensor,
			      sensor);
	else if (whole)
		status = put_both(house, turns, whole, chain, err);
	ledger_free(whole);
	if (status != 0) {
		ledger_free(sum);
		return -1;
	}
	ledger_free(house->settled);
	house->settled = sum;
	house->settled_bucket = bucket;
	house->segments += turns;
	send_in_turn(house, chain->end_ns);
	return 0;
}

int clickhouse_end_live(struct store *store, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);

	(void)err;
	house->held[0] = '\0';
	send_waiting(house);
	return 0;
}

int clickhouse_begin_live(struct store *store, const char *sensor, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);

	if (strcmp(sensor, house->place.sensor) != 0)
		return err_set(err, "--store: it names sensor %s, but this one is %s", house->place.sensor,
			       sensor);
	house->run = clickhouse_random(house);
	house->sent_turn = INT64_MIN;
	if (house->is_away)
		return 0;
	enum clickhouse_answer here = greet(house, &house->away);
	house->is_away = here == ANSWER_AWAY;
	if (here == ANSWER_REFUSED)
		return err_set(err, "%s", house->away.text);
	return house->is_away ? 0 : clickhouse_check_tables(house, err);
}

const char *clickhouse_away(const struct store *store)
{
	const struct clickhouse *house = (const struct clickhouse *)(const void *)store;

	return house->is_away ? house->away.text : NULL;
}
