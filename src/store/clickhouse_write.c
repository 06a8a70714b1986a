/* What is added goes into the spool; clickhouse_send.c takes it from there. */
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
