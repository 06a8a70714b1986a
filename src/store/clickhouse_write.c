/* Into the spool. */
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

/* True in *OUT when the capture of FINGERPRINT is of what CHANGE replaces. */
static int is_replaced(struct clickhouse *house, const struct store_change *change, const char *fingerprint,
		       bool *out, struct err *err)
{
	int status = 0;

	*out = false;
	for (size_t i = 0; i < change->replaced_count && !*out && status == 0; i++)
		status = taken_is_of(house->spool, house->place.sensor, fingerprint, change->replaced[i], out,
				     err);
	return status;
}

static int refuse_known(struct clickhouse *house, const struct ledger *ledger,
			const struct store_change *change, struct arena *arena, struct err *err)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);

	for (size_t i = 0; i < count; i++) {
		struct store_origin origin;
		bool replaced;

		if (input_is_duplicate(&inputs[i]) || inputs[i].fingerprint[0] == '\0')
			continue;
		if (is_replaced(house, change, inputs[i].fingerprint, &replaced, err))
			return -1;
		if (replaced)
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

int clickhouse_spool_add(struct clickhouse *house, const char *said, const struct ledger *ledger,
			 const struct encoded_extras *extras, struct err *err)
{
	uint8_t(*ids)[INPUT_ID_BYTES] = ledger ? input_ids(ledger) : NULL;
	struct house_names names = {.ledger = ledger, .inputs = ids};
	struct spool_segment segment = {.sensor = house->place.sensor, .site = house->site};
	const struct store_change *change = extras->change;
	struct strbuf name = {0}, replaces = {0};
	int status = 0;

	if (said)
		strbuf_add(&name, said);
	else
		segment_name(&name, ledger, ids, extras->files, extras->file_count);
	segment_range(ledger, &segment);
	segment.segment = name.text;
	for (size_t i = 0; change && strbuf_ok(&name) && i < change->replaced_count && status == 0; i++)
		status = taken_describe(house->spool, segment.sensor, change->replaced[i], segment.segment,
					&replaces, err);
	segment.replaces = replaces.text;
	if (status == 0 && ((ledger && !ids) || !strbuf_ok(&name) || !strbuf_ok(&replaces)))
		status = err_no_memory(err);
	if (status == 0)
		status = encode_segment(house, &segment, ledger ? &names : NULL, extras, err);
	strbuf_clear(&name);
	strbuf_clear(&replaces);
	mem_free(ids);
	return status;
}

int clickhouse_put(struct store *store, const struct ledger *ledger, const struct store_file *files,
		   size_t file_count, const struct store_chain *chain, const struct store_change *change,
		   struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	const struct encoded_extras extras = {files, file_count, chain, change};
	struct arena arena = {0};
	int status = ledger ? refuse_known(house, ledger, change, &arena, err) : 0;

	bool nothing = !ledger && file_count == 0 && !chain && change->replaced_count == 0;
	arena_clear(&arena);
	if (status || (!nothing && clickhouse_spool_add(house, NULL, ledger, &extras, err)))
		return -1;
	/* What waits is safe; that it waits is told by store_away. */
	enum clickhouse_answer answer = clickhouse_flush(house, err);
	house->is_away = answer == ANSWER_AWAY;
	if (house->is_away)
		house->away = *err;
	return answer == ANSWER_REFUSED ? -1 : 0;
}

int clickhouse_add(struct store *store, const struct ledger *ledger, const struct store_file *files,
		   size_t file_count, const struct store_chain *chain, struct err *err)
{
	const struct store_change none = {.replaced_count = 0};

	return clickhouse_put(store, ledger, files, file_count, chain, &none, err);
}
