/* Days that were judged, and what was found on them. A day's findings are written first, then its row, which
 * names their attempt: a day is seen whole or as it was before. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse.h"
#include <stdlib.h>
#include <string.h>

/* Clears ROWS. */
static int send_rows(struct clickhouse *house, enum clickhouse_table_id table, struct strbuf *rows,
		     struct err *err)
{
	int status = clickhouse_insert(house, table, 0, rows, err) == ANSWER_DONE ? 0 : -1;

	strbuf_clear(rows);
	return status;
}

/* Texts that may be NULL: a bit of `has` each. */
static void put_finding(struct strbuf *out, uint64_t attempt, const char *site, int32_t day,
			const struct store_finding *finding)
{
	const char *optional[] = {finding->system, finding->rule, finding->message, finding->exception};
	unsigned has = 0;

	put_number(out, attempt, 8);
	put_text(out, site);
	put_number(out, (uint32_t)day, 4);
	put_text(out, finding->id);
	put_text(out, finding->kind);
	put_text(out, finding->severity);
	for (unsigned i = 0; i < 4; i++) {
		put_text(out, optional[i] ? optional[i] : "");
		has |= optional[i] ? 1U << i : 0;
	}
	put_number(out, has, 1);
	put_number(out, (uint32_t)finding->since_day, 4);
	put_text(out, finding->place ? finding->place : "");
}

static int finding_compare(const void *a, const void *b)
{
	const struct store_finding *const *left = a, *const *right = b;
	int order = strcmp((*left)->id, (*right)->id);

	return order != 0 ? order : (*left > *right) - (*left < *right);
}

/* Of several with one id the last stands for them. */
static int put_findings(struct strbuf *out, uint64_t attempt, const char *site, int32_t day,
			const struct store_finding *findings, size_t count)
{
	const struct store_finding **sorted = mem_calloc(count + 1, sizeof *sorted);

	if (!sorted)
		return -1;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &findings[i];
	if (count > 1)
		qsort(sorted, count, sizeof *sorted, finding_compare);
	for (size_t i = 0; i < count; i++)
		if (i + 1 == count || strcmp(sorted[i]->id, sorted[i + 1]->id) != 0)
			put_finding(out, attempt, site, day, sorted[i]);
	mem_free(sorted);
	return 0;
}

static int next_day_version(struct clickhouse *house, const char *site, int32_t day, uint64_t *version,
			    struct err *err)
{
	struct strbuf sql = {0}, out = {0};

	strbuf_add(&sql, "SELECT toUInt64(max(version)) FROM ");
	sql_add_table(&sql, house, "day");
	strbuf_add(&sql, " WHERE site = ");
	sql_add_text(&sql, site, strlen(site));
	strbuf_addf(&sql, " AND day = %d FORMAT RowBinary", day);
	int status =
	    strbuf_ok(&sql) ? clickhouse_ask(house, strbuf_text(&sql), &out, err) : err_no_memory(err);
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&out), out.length);
	*version = take_number(&in, 8) + 1;
	strbuf_clear(&sql);
	strbuf_clear(&out);
	return status;
}

int clickhouse_put_day(struct store *store, const char *site, const struct store_day *day,
		       const struct store_finding *findings, size_t finding_count, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	const uint64_t counts[] = {day->packets, day->findings,   day->excepted,
				   day->fresh,   day->continuing, day->fixed};
	const char *texts[] = {day->site_digest, day->signatures_digest, day->verdict, day->grade};
	uint64_t attempt = clickhouse_random(house), version;
	struct strbuf rows = {0};

	if (put_findings(&rows, attempt, site, day->day, findings, finding_count)) {
		strbuf_clear(&rows);
		return err_no_memory(err);
	}
	if (finding_count > 0 && send_rows(house, TABLE_FINDING, &rows, err))
		return -1;
	if (next_day_version(house, site, day->day, &version, err))
		return -1;
	put_number(&rows, attempt, 8);
	put_text(&rows, site);
	put_number(&rows, (uint32_t)day->day, 4);
	put_number(&rows, version, 8);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		put_text(&rows, texts[i]);
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		put_number(&rows, counts[i], 8);
	return send_rows(house, TABLE_DAY, &rows, err);
}

static int take_day(struct cursor *in, struct arena *arena, struct store_day *out)
{
	uint64_t *counts[] = {&out->packets, &out->findings,   &out->excepted,
			      &out->fresh,   &out->continuing, &out->fixed};
	const char **texts[] = {&out->site_digest, &out->signatures_digest, &out->verdict, &out->grade};

	out->day = (int32_t)(uint32_t)take_number(in, 4);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		*texts[i] = take_text(in, arena);
		if (!*texts[i])
			return -1;
	}
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		*counts[i] = take_number(in, 8);
	return cur_ok(in) ? 0 : -1;
}

static int take_finding(struct cursor *in, struct arena *arena, struct store_finding *out)
{
	const char **texts[] = {&out->id,   &out->kind,    &out->severity, &out->system,
				&out->rule, &out->message, &out->exception};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		*texts[i] = take_text(in, arena);
		if (!*texts[i])
			return -1;
	}
	uint64_t has = take_number(in, 1);
	for (unsigned i = 0; i < 4; i++) {
		if (!(has & (1U << i)))
			*texts[3 + i] = NULL;
	}
	out->since_day = (int32_t)(uint32_t)take_number(in, 4);
	out->place = take_text(in, arena);
	return out->place && cur_ok(in) ? 0 : -1;
}

/* Rows of an answer into a list in ARENA; the answer says in front how many there are at most. */
static void *take_list(struct strbuf *answer, size_t size, struct arena *arena, size_t *count,
		       int (*take)(struct cursor *in, struct arena *arena, void *item), struct err *err)
{
	enum { ROW_BYTES_LEAST = 8 };
	struct cursor in = cur_make((const uint8_t *)strbuf_text(answer), answer->length);
	char *items = arena_calloc(arena, answer->length / ROW_BYTES_LEAST + 1, size);

	*count = 0;
	if (!items)
		(void)err_no_memory(err);
	while (items && cur_left(&in) > 0) {
		if (*count > answer->length / ROW_BYTES_LEAST || take(&in, arena, items + *count * size)) {
			(void)err_set(
			    err,
			    "clickhouse: a row of the history holds what cannot be, or there is no memory");
			return NULL;
		}
		(*count)++;
	}
	return items;
}

static int take_day_item(struct cursor *in, struct arena *arena, void *item)
{
	return take_day(in, arena, item);
}

static int take_finding_item(struct cursor *in, struct arena *arena, void *item)
{
	return take_finding(in, arena, item);
}

int clickhouse_days(struct store *store, const char *site, struct arena *arena, struct store_day **out,
		    size_t *count, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT day, site_digest, signatures_digest, verdict, grade, packets, findings, "
			 "excepted, fresh, continuing,"
			 " fixed FROM (SELECT * FROM ");
	sql_add_table(&sql, house, "day");
	strbuf_add(&sql, " WHERE site = ");
	sql_add_text(&sql, site, strlen(site));
	strbuf_add(&sql, " ORDER BY day, version DESC LIMIT 1 BY day) ORDER BY day FORMAT RowBinary");
	*out = NULL;
	if ((strbuf_ok(&sql) ? clickhouse_ask(house, strbuf_text(&sql), &answer, err) : err_no_memory(err)) ==
	    0)
		*out = take_list(&answer, sizeof **out, arena, count, take_day_item, err);
	strbuf_clear(&sql);
	strbuf_clear(&answer);
	return *out ? 0 : -1;
}

int clickhouse_findings(struct store *store, const char *site, int32_t day, struct arena *arena,
			struct store_finding **out, size_t *count, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(
	    &sql, "SELECT id, kind, severity, system, rule, message, exception, has, since_day, place FROM ");
	sql_add_table(&sql, house, "finding");
	strbuf_add(&sql, " WHERE site = ");
	sql_add_text(&sql, site, strlen(site));
	strbuf_addf(&sql, " AND day = %d AND attempt GLOBAL IN (SELECT argMax(attempt, version) FROM ", day);
	sql_add_table(&sql, house, "day");
	strbuf_add(&sql, " WHERE site = ");
	sql_add_text(&sql, site, strlen(site));
	strbuf_addf(&sql, " AND day = %d) ORDER BY id FORMAT RowBinary", day);
	*out = NULL;
	if ((strbuf_ok(&sql) ? clickhouse_ask(house, strbuf_text(&sql), &answer, err) : err_no_memory(err)) ==
	    0)
		*out = take_list(&answer, sizeof **out, arena, count, take_finding_item, err);
	strbuf_clear(&sql);
	strbuf_clear(&answer);
	return *out ? 0 : -1;
}
