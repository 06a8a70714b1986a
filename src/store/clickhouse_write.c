/* Into the spool, and from there to the server. */
#include "base/cursor.h"
#include "base/mem.h"
#include "clickhouse_parts.h"
#include "pack.h"
#include "sqlite_store.h"
#include <string.h>

/* First and last quarter hour of LEDGER's rows. */
static void segment_range(const struct ledger *ledger, struct spool_segment *segment)
{
	bool known = false;

	for (size_t shape = 0; ledger && shape < SHAPE_COUNT; shape++) {
		size_t count = shape_count(ledger, shape);

		for (size_t i = 0; i < count; i++) {
			union any_row row;
			int32_t bucket;

			shape_row(ledger, shape, i, &row);
			bucket = shape_bucket(shape, &row);

			segment->first_bucket =
			    !known || bucket < segment->first_bucket ? bucket : segment->first_bucket;
			segment->last_bucket =
			    !known || bucket > segment->last_bucket ? bucket : segment->last_bucket;
			known = true;
		}
	}
}

static int refuse_known(struct clickhouse *house, const struct ledger *ledger, struct arena *arena,
			struct err *err)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);

	for (size_t i = 0; i < count; i++) {
		struct store_origin origin;

		if (input_is_duplicate(&inputs[i]) || inputs[i].fingerprint[0] == '\0')
			continue;
		enum clickhouse_answer answer =
		    clickhouse_knows_answer(house, inputs[i].fingerprint, arena, &origin, err);
		/* While the server is away nobody can tell; the same capture is the same segment, and
		 * replaces itself. */
		if (answer == ANSWER_AWAY)
			return 0;
		if (answer == ANSWER_REFUSED)
			return -1;
		if (origin.known)
			return err_set(err, "clickhouse %s:%u: %s is in it already", house->place.host,
				       house->place.port, inputs[i].name);
	}
	return 0;
}

struct sending {
	struct clickhouse *house;
	uint64_t attempt, rows;
	enum clickhouse_answer answer;
};

/* A part as a request's body: the attempt in front of each row. */
static int part_body(const uint8_t *rows, size_t length, uint64_t attempt, struct strbuf *out,
		     uint64_t *count)
{
	struct cursor in = cur_make(rows, length);

	while (cur_left(&in) > 0) {
		size_t row = (size_t)take_number(&in, 4);
		const uint8_t *bytes = cur_take(&in, row);

		if (!bytes)
			return -1;
		put_number(out, attempt, 8);
		strbuf_add_bytes(out, (const char *)bytes, row);
		(*count)++;
	}
	return 0;
}

static int send_part(void *context, const struct spool_part *part, struct err *err)
{
	struct sending *sending = context;
	struct strbuf body = {0};

	sending->answer = ANSWER_REFUSED;
	if (part_body(part->rows, part->length, sending->attempt, &body, &sending->rows))
		(void)err_set(err, "the spool holds a row that is cut short");
	else
		sending->answer = clickhouse_insert(sending->house, part->table, part->columns, &body, err);
	strbuf_clear(&body);
	return sending->answer == ANSWER_DONE ? 0 : -1;
}

/* One more than what the server knows of the segment: no clock has a say in which one is the latest. */
static enum clickhouse_answer next_version(struct clickhouse *house, const struct spool_segment *segment,
					   uint64_t *version, struct err *err)
{
	struct strbuf sql = {0}, out = {0};
	enum clickhouse_answer answer = ANSWER_REFUSED;

	strbuf_add(&sql, "SELECT toUInt64(max(version)) FROM ");
	sql_add_table(&sql, house, "segment");
	strbuf_add(&sql, " WHERE sensor = ");
	sql_add_text(&sql, segment->sensor, strlen(segment->sensor));
	strbuf_add(&sql, " AND segment = ");
	sql_add_text(&sql, segment->segment, strlen(segment->segment));
	strbuf_add(&sql, " FORMAT RowBinary");
	if (strbuf_ok(&sql))
		answer = clickhouse_send(house, strbuf_text(&sql), NULL, 0, &out, err);
	else
		(void)err_no_memory(err);
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&out), out.length);
	*version = take_number(&in, 8) + 1;
	strbuf_clear(&sql);
	strbuf_clear(&out);
	return answer;
}

/* The row that makes the attempt seen. */
static enum clickhouse_answer confirm(struct clickhouse *house, const struct spool_segment *segment,
				      const struct sending *sending, const char *site, uint64_t version,
				      struct err *err)
{
	struct strbuf body = {0};

	put_number(&body, sending->attempt, 8);
	put_text(&body, segment->sensor);
	put_text(&body, segment->segment);
	put_number(&body, version, 8);
	put_number(&body, (uint32_t)segment->first_bucket, 4);
	put_number(&body, (uint32_t)segment->last_bucket, 4);
	put_text(&body, site);
	put_number(&body, sending->rows, 8);
	enum clickhouse_answer answer = clickhouse_insert(house, TABLE_SEGMENT, 0, &body, err);
	strbuf_clear(&body);
	return answer;
}

static enum clickhouse_answer send_segment(struct clickhouse *house, const struct spool_segment *segment,
					   struct err *err)
{
	struct sending sending = {.house = house, .attempt = clickhouse_random(house), .answer = ANSWER_DONE};
	uint64_t version;
	const char *site = segment->site && segment->site[0] ? segment->site : house->site;
	enum clickhouse_answer answer =
	    clickhouse_register(house, segment->sensor, site ? site : "", &site, err);

	if (answer != ANSWER_DONE)
		return answer;
	if (spool_parts(house->spool, segment->number, &sending, send_part, err))
		return sending.answer == ANSWER_AWAY ? ANSWER_AWAY : ANSWER_REFUSED;
	answer = next_version(house, segment, &version, err);
	return answer == ANSWER_DONE ? confirm(house, segment, &sending, site, version, err) : answer;
}

enum clickhouse_answer clickhouse_flush(struct clickhouse *house, struct err *err)
{
	enum clickhouse_answer answer = ANSWER_DONE;

	/* Whoever holds the lock sends what we added, too. */
	if (!spool_lock(house->spool))
		return ANSWER_DONE;
	/* Sites may have been renamed since. */
	clickhouse_forget_registered(house);
	while (answer == ANSWER_DONE) {
		struct spool_segment segment;
		bool found;

		if (spool_oldest(house->spool, &segment, &found, err)) {
			answer = ANSWER_REFUSED;
			break;
		}
		if (!found)
			break;
		if (house->held[0] && strcmp(segment.segment, house->held) == 0) {
			spool_segment_clear(&segment);
			break;
		}
		answer = send_segment(house, &segment, err);
		if (answer == ANSWER_DONE && spool_remove(house->spool, segment.number, err))
			answer = ANSWER_REFUSED;
		spool_segment_clear(&segment);
	}
	spool_unlock(house->spool);
	return answer;
}

int clickhouse_spool_add(struct clickhouse *house, const char *said, const struct ledger *ledger,
			 const struct encoded_extras *extras, struct err *err)
{
	uint8_t(*ids)[INPUT_ID_BYTES] = ledger ? input_ids(ledger) : NULL;
	struct house_names names = {.ledger = ledger, .inputs = ids};
	struct spool_segment segment = {.sensor = house->place.sensor, .site = house->site};
	struct strbuf name = {0};
	int status = -1;

	if (said)
		strbuf_add(&name, said);
	else
		segment_name(&name, ledger, ids, extras->files, extras->file_count);
	segment_range(ledger, &segment);
	segment.segment = name.text;
	if ((ledger && !ids) || !strbuf_ok(&name))
		(void)err_no_memory(err);
	else
		status = encode_segment(house, &segment, ledger ? &names : NULL, extras, err);
	strbuf_clear(&name);
	mem_free(ids);
	return status;
}

int clickhouse_add(struct store *store, const struct ledger *ledger, const struct store_file *files,
		   size_t file_count, const struct store_chain *chain, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	const struct encoded_extras extras = {files, file_count, chain};
	struct arena arena = {0};
	int status = ledger ? refuse_known(house, ledger, &arena, err) : 0;

	arena_clear(&arena);
	if (status)
		return -1;
	if (clickhouse_spool_add(house, NULL, ledger, &extras, err))
		return -1;
	/* What waits is safe: that the server is away is told when something is asked of it. */
	return clickhouse_flush(house, err) == ANSWER_REFUSED ? -1 : 0;
}
