/* The rows of table `segment` that make what was written seen, and hide what it replaces. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse_parts.h"
#include <stdlib.h>
#include <string.h>

/* One more than what the server knows of segment NAME: no clock has a say in which one is the latest. */
static enum clickhouse_answer next_version(struct clickhouse *house, const char *sensor, const char *name,
					   size_t length, uint64_t *version, struct err *err)
{
	struct strbuf sql = {0}, out = {0};

	strbuf_add(&sql, "SELECT toUInt64(max(version)) FROM ");
	sql_add_table(&sql, house, "segment");
	strbuf_add(&sql, " WHERE sensor = ");
	sql_add_text(&sql, sensor, strlen(sensor));
	strbuf_add(&sql, " AND segment = ");
	sql_add_text(&sql, name, length);
	strbuf_add(&sql, " FORMAT RowBinary");
	enum clickhouse_answer answer = clickhouse_send_sql(house, &sql, &out, err);
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&out), out.length);
	*version = take_number(&in, 8) + 1;
	strbuf_clear(&out);
	return answer;
}

/* What a row of table `segment` says. */
struct segment_row {
	uint64_t attempt;
	const char *name;
	size_t name_length;
	uint64_t version;
	int32_t first_bucket, last_bucket;
	uint64_t rows;
};

static void put_segment(struct strbuf *out, const struct spool_segment *segment, const char *site,
			const struct segment_row *row)
{
	put_number(out, row->attempt, 8);
	put_text(out, segment->sensor);
	put_bytes(out, row->name, row->name_length);
	put_number(out, row->version, 8);
	put_number(out, (uint32_t)row->first_bucket, 4);
	put_number(out, (uint32_t)row->last_bucket, 4);
	put_text(out, site);
	put_number(out, row->rows, 8);
}

/* Segments that are replaced: a version of each that holds nothing, on the day where it was, so that it is
 * not forgotten before it. */
static enum clickhouse_answer put_replaced(struct clickhouse *house, const struct spool_segment *segment,
					   const char *site, struct strbuf *out, struct err *err)
{
	enum clickhouse_answer answer = ANSWER_DONE;

	for (const char *at = segment->replaces; at && *at && answer == ANSWER_DONE;) {
		struct segment_row row = {.attempt = clickhouse_random(house), .name = at};
		char *end;

		row.name_length = strcspn(at, " ");
		row.first_bucket = (int32_t)strtol(at + row.name_length, &end, 10);
		row.last_bucket = (int32_t)strtol(end, &end, 10);
		answer = next_version(house, segment->sensor, row.name, row.name_length, &row.version, err);
		put_segment(out, segment, site, &row);
		at = end + strcspn(end, "\n");
		at += *at == '\n';
	}
	return answer;
}

/* Attempts that were cut short become versions that never count, so that their rows can be found. */
static int put_dead(struct clickhouse *house, const struct spool_segment *segment, uint64_t attempt,
		    const char *site, struct strbuf *out, struct err *err)
{
	struct strbuf dead = {0};
	int status = spool_tries(house->spool, segment, attempt, &dead, err);
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&dead), dead.length);

	while (status == 0 && cur_left(&in) >= 8) {
		const struct segment_row row = {.attempt = take_number(&in, 8),
						.name = segment->segment,
						.name_length = strlen(segment->segment),
						.first_bucket = segment->first_bucket,
						.last_bucket = segment->last_bucket};

		put_segment(out, segment, site, &row);
	}
	strbuf_clear(&dead);
	return status;
}

enum clickhouse_answer clickhouse_put_seen(struct clickhouse *house, const struct spool_segment *segment,
					   const struct segment_seen *seen, struct strbuf *out,
					   struct err *err)
{
	const struct segment_row row = {.attempt = seen->attempt,
					.name = segment->segment,
					.name_length = strlen(segment->segment),
					.version = seen->version,
					.first_bucket = segment->first_bucket,
					.last_bucket = segment->last_bucket,
					.rows = seen->rows};

	put_segment(out, segment, seen->site, &row);
	enum clickhouse_answer answer = put_replaced(house, segment, seen->site, out, err);
	if (answer == ANSWER_DONE && put_dead(house, segment, seen->attempt, seen->site, out, err))
		answer = ANSWER_REFUSED;
	return answer;
}
