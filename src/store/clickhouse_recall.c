/*
 * A sensor whose spool is new, or of an earlier version, learns from the server what it took: so that
 * captures which come back whole, or longer, replace it as they would have before.
 */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse_parts.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* A segment of the sensor, by its attempt. */
struct recalled {
	uint64_t attempt;
	struct spool_segment segment;
	int64_t begin_ns, end_ns;
	struct strbuf flows;
};

struct recalling {
	struct clickhouse *house;
	struct arena arena;
	struct recalled *items; /* by attempt */
	size_t count, capacity;
};

static struct recalled *find(const struct recalling *all, uint64_t attempt)
{
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (all->items[middle].attempt < attempt)
			low = middle + 1;
		else
			high = middle;
	}
	return low < all->count && all->items[low].attempt == attempt ? &all->items[low] : NULL;
}

static int take_segment(struct recalling *all, struct cursor *in)
{
	if (mem_grow((void **)&all->items, &all->capacity, all->count + 1, sizeof *all->items))
		return -1;
	struct recalled *item = &all->items[all->count++];
	*item = (struct recalled){.attempt = take_number(in, 8), .begin_ns = INT64_MIN, .end_ns = INT64_MIN};
	item->segment.sensor = all->house->place.sensor;
	item->segment.segment = take_text(in, &all->arena);
	item->segment.site = take_text(in, &all->arena);
	item->segment.first_bucket = (int32_t)(uint32_t)take_number(in, 4);
	item->segment.last_bucket = (int32_t)(uint32_t)take_number(in, 4);
	return item->segment.segment && item->segment.site ? 0 : -1;
}

static int take_span(struct recalling *all, struct cursor *in)
{
	struct recalled *item = find(all, take_number(in, 8));
	int64_t begin_ns = (int64_t)take_number(in, 8);

	if (item)
		item->begin_ns = begin_ns;
	return 0;
}

static int take_chain(struct recalling *all, struct cursor *in)
{
	struct recalled *item = find(all, take_number(in, 8));
	int64_t end_ns = (int64_t)take_number(in, 8);
	size_t length;
	const uint8_t *flows = take_bytes(in, &length);

	if (!flows || !item)
		return flows ? 0 : -1;
	item->end_ns = end_ns;
	item->flows.length = 0;
	strbuf_add_bytes(&item->flows, (const char *)flows, length);
	return item->flows.failed ? -1 : 0;
}

static int take_input(struct recalling *all, struct cursor *in)
{
	const struct recalled *item = find(all, take_number(in, 8));
	struct input_record input = {.name = take_text(in, &all->arena)};
	struct err err;

	input.fingerprint = take_text(in, &all->arena);
	const char *beginning = take_text(in, &all->arena);
	input.trouble = take_number(in, 1) != 0;
	input.packets = take_number(in, 8);
	input.bytes = take_number(in, 8);
	input.last_ns = (int64_t)take_number(in, 8);
	if (!input.name || !input.fingerprint || !beginning || !cur_ok(in))
		return -1;
	return item && input.fingerprint[0]
		   ? taken_put_capture(all->house->spool, &item->segment, &input, beginning, &err)
		   : 0;
}

/* What is asked of each table, WHERE sensor is this one. */
static const struct {
	const char *select, *table, *more;
	int (*take)(struct recalling *all, struct cursor *in);
} questions[] = {
    {"SELECT toUInt64(argMax(attempt, version)) AS latest, segment, argMax(site, version), "
     "toInt32(argMax(first_bucket, version)), toInt32(argMax(last_bucket, version)) FROM ",
     "segment", " GROUP BY segment ORDER BY latest", take_segment},
    {"SELECT attempt, toInt64(min(first_ns)) FROM ", "span", " GROUP BY attempt", take_span},
    /* Of a night there is one; of a live sensor one each quarter hour, of which the last counts. */
    {"SELECT attempt, end_ns, flows FROM ", "chain", " ORDER BY end_ns DESC LIMIT 32", take_chain},
    {"SELECT attempt, name, fingerprint, beginning, trouble, packets, bytes, last_ns FROM ", "input",
     " ORDER BY fingerprint", take_input},
};

static enum clickhouse_answer ask(struct recalling *all, size_t number, struct err *err)
{
	struct clickhouse *house = all->house;
	struct strbuf sql = {0}, answer = {0}, sensor = {0};

	sql_add_text(&sensor, house->place.sensor, strlen(house->place.sensor));
	strbuf_add(&sql, questions[number].select);
	sql_add_table(&sql, house, questions[number].table);
	strbuf_addf(&sql, " WHERE sensor = %s", strbuf_text(&sensor));
	strbuf_addf(&sql, "%s FORMAT RowBinary", questions[number].more);
	sql.failed |= sensor.failed;
	enum clickhouse_answer got = clickhouse_send_sql(house, &sql, &answer, err);
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&answer), answer.length);
	while (got == ANSWER_DONE && cur_left(&in) > 0) {
		if (questions[number].take(all, &in) == 0 && cur_ok(&in))
			continue;
		(void)err_set(err, "clickhouse %s:%u: a row of table %s cannot be recalled",
			      house->place.host, house->place.port, questions[number].table);
		got = ANSWER_REFUSED;
	}
	strbuf_clear(&answer);
	strbuf_clear(&sensor);
	return got;
}

/* Live segments are never replaced, and files alone are nothing. */
static int remember(struct recalling *all, struct err *err)
{
	struct spool *spool = all->house->spool;
	int status = 0;

	for (size_t i = 0; i < all->count && status == 0; i++) {
		const struct recalled *item = &all->items[i];
		bool live = strncmp(item->segment.segment, "live ", 5) == 0;

		if (live && item->end_ns != INT64_MIN) {
			const struct store_chain chain = {.sensor = item->segment.sensor,
							  .end_ns = item->end_ns};

			status = memory_put_chain(spool, &chain, &item->flows, err);
		} else if (!live && item->begin_ns != INT64_MIN) {
			status = taken_put_segment(spool, &item->segment, item->begin_ns, item->end_ns,
						   &item->flows, err);
		}
	}
	return status == 0 ? memory_put_recalled(spool, all->house->place.sensor, err) : -1;
}

enum clickhouse_answer clickhouse_recall(struct clickhouse *house, struct err *err)
{
	struct recalling all = {.house = house};
	enum clickhouse_answer got = ANSWER_DONE;
	bool known = false;

	if (memory_recalled(house->spool, house->place.sensor, &known, err))
		return ANSWER_REFUSED;
	if (known)
		return ANSWER_DONE;
	if (spool_together(house->spool, err))
		return ANSWER_REFUSED;
	for (size_t i = 0; i < sizeof questions / sizeof questions[0] && got == ANSWER_DONE; i++)
		got = ask(&all, i, err);
	if (got == ANSWER_DONE && remember(&all, err))
		got = ANSWER_REFUSED;
	if (spool_together_end(house->spool, got == ANSWER_DONE ? 0 : -1, err) && got == ANSWER_DONE)
		got = ANSWER_REFUSED;
	for (size_t i = 0; i < all.count; i++)
		strbuf_clear(&all.items[i].flows);
	mem_free(all.items);
	arena_clear(&all.arena);
	return got;
}
