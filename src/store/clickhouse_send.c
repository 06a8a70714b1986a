/*
 * From the spool to the server. What costs there is a request and the files that it makes, not the rows: so
 * segments of a sensor that wait go together, the rows of all in one insert for each table, each marked with
 * the attempt of its own segment, and one insert that names the attempts. Each of them is seen whole or not
 * at all, as if it had come by itself.
 */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse_parts.h"
#include <errno.h>
#include <string.h>

enum { BATCH_SEGMENTS = 96 };
/* So much is sent again, at most, where the server goes away; and so much is an insert. */
static const uint64_t batch_bytes = UINT64_C(16) << 20;
static const size_t insert_bytes = (size_t)4 << 20;

struct batch {
	struct clickhouse *house;
	struct batch_segment {
		struct spool_segment segment;
		uint64_t attempt, rows, version;
	} items[BATCH_SEGMENTS];
	size_t count, present; /* present: whose parts are being read */
	struct strbuf bodies[TABLE_COUNT];
	size_t columns[TABLE_COUNT]; /* of their rows */
	enum clickhouse_answer answer;
};

static void batch_clear(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		spool_segment_clear(&batch->items[i].segment);
	for (size_t i = 0; i < TABLE_COUNT; i++)
		strbuf_clear(&batch->bodies[i]);
	batch->count = 0;
}

/* Two states of one segment are not sent together: the later one is to be the higher version. So what
 * replaces others goes alone: they may be waiting in front of it. */
static bool goes_along(const struct batch *batch, const struct spool_segment *segment)
{
	const struct spool_segment *first = &batch->items[0].segment;

	if (batch->count == 0)
		return true;
	if (strcmp(segment->sensor, first->sensor) != 0 || strcmp(segment->site, first->site) != 0 ||
	    segment->replaces[0] || first->replaces[0])
		return false;
	for (size_t i = 0; i < batch->count; i++)
		if (strcmp(batch->items[i].segment.segment, segment->segment) == 0)
			return false;
	return true;
}

/* The oldest that wait, MOST of them at most, up to the one that is held. */
static enum clickhouse_answer gather(struct batch *batch, size_t most, struct err *err)
{
	struct clickhouse *house = batch->house;
	uint64_t above = 0, bytes = 0;

	while (batch->count < most && bytes < batch_bytes) {
		struct spool_segment segment;
		bool found;

		if (spool_next(house->spool, above, &segment, &found, err))
			return ANSWER_REFUSED;
		if (!found)
			break;
		if ((house->held[0] && strcmp(segment.segment, house->held) == 0) ||
		    !goes_along(batch, &segment)) {
			spool_segment_clear(&segment);
			break;
		}
		above = segment.number;
		bytes += segment.bytes;
		batch->items[batch->count++] = (struct batch_segment){
		    .segment = segment, .attempt = clickhouse_random(house), .version = 1};
	}
	return ANSWER_DONE;
}

static enum clickhouse_answer send_rows(struct batch *batch, enum clickhouse_table_id table, struct err *err)
{
	enum clickhouse_answer answer = ANSWER_DONE;

	if (batch->bodies[table].length > 0 || batch->bodies[table].failed)
		answer =
		    clickhouse_insert(batch->house, table, batch->columns[table], &batch->bodies[table], err);
	strbuf_clear(&batch->bodies[table]);
	return answer;
}

/* Rows with the attempt in front of each. */
static int add_rows(struct batch *batch, const struct spool_part *part)
{
	struct batch_segment *item = &batch->items[batch->present];
	struct strbuf *out = &batch->bodies[part->table];
	struct cursor in = cur_make(part->rows, part->length);

	while (cur_left(&in) > 0) {
		size_t row = (size_t)take_number(&in, 4);
		const uint8_t *bytes = cur_take(&in, row);

		if (!bytes)
			return -1;
		put_number(out, item->attempt, 8);
		strbuf_add_bytes(out, (const char *)bytes, row);
		item->rows++;
	}
	return 0;
}

static int take_part(void *context, const struct spool_part *part, struct err *err)
{
	struct batch *batch = context;

	batch->answer = ANSWER_DONE;
	/* Rows of a spool of before have fewer columns. */
	if (batch->columns[part->table] != part->columns)
		batch->answer = send_rows(batch, part->table, err);
	batch->columns[part->table] = part->columns;
	if (batch->answer == ANSWER_DONE && add_rows(batch, part)) {
		batch->answer = ANSWER_REFUSED;
		return err_set(err, "the spool holds a row that is cut short");
	}
	if (batch->answer == ANSWER_DONE && batch->bodies[part->table].length >= insert_bytes)
		batch->answer = send_rows(batch, part->table, err);
	return batch->answer == ANSWER_DONE ? 0 : -1;
}

static enum clickhouse_answer send_parts(struct batch *batch, struct err *err)
{
	for (batch->present = 0; batch->present < batch->count; batch->present++) {
		batch->answer = ANSWER_REFUSED;
		if (spool_parts(batch->house->spool, batch->items[batch->present].segment.number, batch,
				take_part, err))
			return batch->answer == ANSWER_AWAY ? ANSWER_AWAY : ANSWER_REFUSED;
	}
	for (int table = 0; table < TABLE_COUNT; table++) {
		enum clickhouse_answer answer = send_rows(batch, (enum clickhouse_table_id)table, err);

		if (answer != ANSWER_DONE)
			return answer;
	}
	return ANSWER_DONE;
}

static void note_version(struct batch *batch, const uint8_t *name, size_t length, uint64_t known)
{
	for (size_t i = 0; i < batch->count; i++) {
		const char *segment = batch->items[i].segment.segment;

		if (strlen(segment) == length && memcmp(segment, name, length) == 0)
			batch->items[i].version = known + 1;
	}
}

/* One more than what the server knows of each segment: no clock has a say in which one is the latest. */
static enum clickhouse_answer ask_versions(struct batch *batch, struct err *err)
{
	const struct spool_segment *first = &batch->items[0].segment;
	struct strbuf sql = {0}, out = {0};

	strbuf_add(&sql, "SELECT segment, toUInt64(max(version)) FROM ");
	sql_add_table(&sql, batch->house, "segment");
	strbuf_add(&sql, " WHERE sensor = ");
	sql_add_text(&sql, first->sensor, strlen(first->sensor));
	strbuf_add(&sql, " AND segment IN (");
	for (size_t i = 0; i < batch->count; i++) {
		const char *segment = batch->items[i].segment.segment;

		strbuf_add(&sql, i ? ", " : "");
		sql_add_text(&sql, segment, strlen(segment));
	}
	strbuf_add(&sql, ") GROUP BY segment FORMAT RowBinary");
	enum clickhouse_answer answer = clickhouse_send_sql(batch->house, &sql, &out, err);
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&out), out.length);
	while (answer == ANSWER_DONE && cur_left(&in) > 0) {
		size_t length;
		const uint8_t *name = take_bytes(&in, &length);

		if (!name)
			break;
		note_version(batch, name, length, take_number(&in, 8));
	}
	if (answer == ANSWER_DONE && !cur_ok(&in)) {
		(void)err_set(err, "clickhouse %s:%u: the list of segments is cut short",
			      batch->house->place.host, batch->house->place.port);
		answer = ANSWER_REFUSED;
	}
	strbuf_clear(&out);
	return answer;
}

/* What is tried now is told by the next try, should this one be cut short. */
static int note_tries(const struct batch *batch, struct err *err)
{
	struct spool *spool = batch->house->spool;
	int status = spool_together(spool, err);

	for (size_t i = 0; i < batch->count && status == 0; i++)
		status = spool_try(spool, &batch->items[i].segment, batch->items[i].attempt, err);
	return spool_together_end(spool, status, err);
}

/* The rows that make the attempts seen. */
static enum clickhouse_answer confirm(const struct batch *batch, const char *site, struct err *err)
{
	enum clickhouse_answer answer = ANSWER_DONE;
	struct strbuf body = {0};

	for (size_t i = 0; i < batch->count && answer == ANSWER_DONE; i++) {
		const struct batch_segment *item = &batch->items[i];
		const struct segment_seen seen = {item->attempt, item->version, item->rows, site};

		answer = clickhouse_put_seen(batch->house, &item->segment, &seen, &body, err);
	}
	if (answer == ANSWER_DONE)
		answer = clickhouse_insert(batch->house, TABLE_SEGMENT, 0, &body, err);
	strbuf_clear(&body);
	return answer;
}

static enum clickhouse_answer send_batch(struct batch *batch, struct err *err)
{
	struct clickhouse *house = batch->house;
	const struct spool_segment *first = &batch->items[0].segment;
	const char *site = first->site[0] ? first->site : house->site;
	enum clickhouse_answer answer =
	    clickhouse_register(house, first->sensor, site ? site : "", &site, err);

	if (answer == ANSWER_DONE && note_tries(batch, err))
		answer = ANSWER_REFUSED;
	if (answer == ANSWER_DONE)
		answer = send_parts(batch, err);
	if (answer == ANSWER_DONE)
		answer = ask_versions(batch, err);
	if (answer == ANSWER_DONE)
		answer = confirm(batch, site, err);
	for (size_t i = 0; i < batch->count && answer == ANSWER_DONE; i++)
		if (spool_remove(house->spool, batch->items[i].segment.number, err))
			answer = ANSWER_REFUSED;
	return answer;
}

/* What is refused together is tried one by one, so that it keeps back nothing that came before it. */
static enum clickhouse_answer send_all(struct batch *batch, struct err *err)
{
	size_t most = BATCH_SEGMENTS;

	for (;;) {
		enum clickhouse_answer answer = gather(batch, most, err);
		size_t count = batch->count;

		if (answer == ANSWER_DONE && count > 0)
			answer = send_batch(batch, err);
		batch_clear(batch);
		if (answer == ANSWER_REFUSED && count > 1)
			most = 1;
		else if (answer != ANSWER_DONE || count == 0)
			return answer;
	}
}

enum clickhouse_answer clickhouse_flush(struct clickhouse *house, struct err *err)
{
	/* Whoever holds the lock sends what we added, too; who has to know when asks clickhouse_send_own. */
	bool locked = spool_lock(house->spool);
	house->is_busy = !locked && errno == EWOULDBLOCK;
	if (house->is_busy)
		return ANSWER_DONE;
	if (!locked) {
		(void)err_set(err, "spool %s: cannot be locked: %s", spool_path(house->spool),
			      strerror(errno));
		return ANSWER_AWAY;
	}
	struct batch *batch = mem_calloc(1, sizeof *batch);
	enum clickhouse_answer answer = ANSWER_REFUSED;

	/* Sites may have been renamed since. */
	clickhouse_forget_registered(house);
	if (batch) {
		batch->house = house;
		answer = send_all(batch, err);
	} else {
		(void)err_no_memory(err);
	}
	mem_free(batch);
	spool_unlock(house->spool);
	return answer;
}

enum store_sent clickhouse_send_own(struct store *store, int32_t end_bucket, struct err *why)
{
	struct clickhouse *house = clickhouse_of(store);
	uint64_t left;

	if (!clickhouse_spool_path(store))
		return STORE_SENT;
	enum clickhouse_answer answer = clickhouse_flush(house, why);
	house->is_away = answer == ANSWER_AWAY;
	if (answer != ANSWER_DONE)
		house->away = *why;
	/* Asked in any case: who was sending may have got ours through. */
	if (spool_count_own(house->spool, house->place.sensor, end_bucket, &left, why))
		return STORE_KEPT;
	if (left == 0) {
		/* What others have in the same spool is not this one's trouble. */
		if (spool_count_own(house->spool, house->place.sensor, INT32_MAX, &left, why))
			return STORE_KEPT;
		house->is_away &= left > 0;
		return STORE_SENT;
	}
	if (answer != ANSWER_DONE) {
		*why = house->away;
		return STORE_KEPT;
	}
	(void)err_set(why, "another process holds %s and is sending", spool_path(house->spool));
	return STORE_BUSY;
}
