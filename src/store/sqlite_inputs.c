/* Captures that were taken, told apart by their fingerprints. */
#include "base/cursor.h"
#include "input_texts.h"
#include "sqlite_store.h"
#include <string.h>

enum { ACCOUNT_BLOB = 8 * ACCOUNT_COUNT };

/* Quarter hours of which an input tells: its packets', and those where rows name it as evidence. The two
 * differ when stamps ran backwards. */
struct bucket_range {
	int32_t first, last;
	bool known;
};

/* An hour of a live sensor grows, minute by minute. */
static bool input_is_live(const struct input_record *input)
{
	return strcmp(input->format, "live") == 0;
}

bool input_is_duplicate(const struct input_record *input)
{
	return strcmp(input->status, "duplicate") == 0;
}

/* What tells one input from all others; what has no fingerprint could not be read, and is what was said of
 * it. */
static void input_identity(struct strbuf *out, const struct input_record *input)
{
	if (input->fingerprint[0] != '\0')
		strbuf_addf(out, "capture %s", input->fingerprint);
	else
		strbuf_addf(out, "file %s: %s: %s", input->name, input->status, input->error);
}

static const char input_columns[] =
    "name, fingerprint, sha256, format, status, error, unsupported, link_types, filter,"
    " trouble, packets, bytes, first_ns, last_ns, accounting";
enum { TROUBLE = INPUT_TEXTS, PACKETS, BYTES, FIRST, LAST, ACCOUNTING, COLUMNS };

static void accounting_read(sqlite3_stmt *statement, int at, uint64_t out[ACCOUNT_COUNT])
{
	const uint8_t *bytes = sqlite3_column_blob(statement, at);
	struct cursor in = cur_make(bytes, bytes ? (size_t)sqlite3_column_bytes(statement, at) : 0);

	for (size_t i = 0; i < ACCOUNT_COUNT; i++)
		out[i] = cur_be64(&in);
}

/* The texts live until the statement moves on. */
static void input_read(sqlite3_stmt *statement, struct input_record *out, const char **filter)
{
	const char *texts[INPUT_TEXTS];

	for (int i = 0; i < INPUT_TEXTS; i++) {
		texts[i] = (const char *)sqlite3_column_text(statement, i);
		if (!texts[i])
			texts[i] = "";
	}
	*filter = texts[INPUT_FILTER];
	*out = input_of_texts(texts);
	out->trouble = sqlite3_column_int(statement, TROUBLE) != 0;
	out->packets = (uint64_t)sqlite3_column_int64(statement, PACKETS);
	out->bytes = (uint64_t)sqlite3_column_int64(statement, BYTES);
	out->first_ns = sqlite3_column_int64(statement, FIRST);
	out->last_ns = sqlite3_column_int64(statement, LAST);
	accounting_read(statement, ACCOUNTING, out->accounting);
}

static int input_load(sqlite3_stmt *statement, struct ledger *ledger, struct number_map *map)
{
	int64_t id = sqlite3_column_int64(statement, COLUMNS);
	struct input_record record;
	const char *filter;

	if (id < 0 || number_map_reserve(map, (size_t)id + 1))
		return -1;
	if (map->numbers[id] >= 0)
		return 0;
	input_read(statement, &record, &filter);
	map->numbers[id] = ledger_add_input(ledger, &record);
	return map->numbers[id] < 0 ? -1 : ledger_join_filter(ledger, filter);
}

int inputs_load(struct sqlite_store *store, int32_t first, int32_t end, struct ledger *ledger,
		struct row_maps *maps, struct err *err)
{
	struct strbuf sql = {0};
	sqlite3_stmt *statement;
	int more = -1;

	/* An order of their own, so that numbers do not tell which was stored first. */
	strbuf_addf(&sql,
		    "SELECT %s, id FROM input WHERE first_bucket < %d AND last_bucket >= %d"
		    " ORDER BY first_ns, identity",
		    input_columns, end, first);
	statement = strbuf_ok(&sql) ? db_prepare(store, strbuf_text(&sql), err) : NULL;
	while (statement && (more = db_step(store, statement, err)) == 1) {
		if (input_load(statement, ledger, &maps->inputs)) {
			more = err_no_memory(err);
			break;
		}
	}
	(void)sqlite3_finalize(statement);
	strbuf_clear(&sql);
	return more;
}

static void range_add(struct bucket_range *range, int32_t bucket)
{
	if (!range->known || bucket < range->first)
		range->first = bucket;
	if (!range->known || bucket > range->last)
		range->last = bucket;
	range->known = true;
}

static void range_add_ref(struct bucket_range *ranges, const struct frame_ref *ref, int32_t bucket)
{
	if (ref->frame != 0)
		range_add(&ranges[ref->input], bucket);
}

/* Quarter hours of which every input tells: a row there changes nothing. */
static struct bucket_range common_range(const struct bucket_range *ranges, size_t count)
{
	struct bucket_range common = {INT32_MIN, INT32_MAX, ranges && count > 0};

	for (size_t i = 0; ranges && i < count; i++) {
		common.known &= ranges[i].known;
		common.first = ranges[i].first > common.first ? ranges[i].first : common.first;
		common.last = ranges[i].last < common.last ? ranges[i].last : common.last;
	}
	return common;
}

static struct bucket_range *input_ranges(const struct ledger *ledger, size_t input_count)
{
	struct bucket_range *ranges = mem_calloc(input_count + 1, sizeof(*ranges));
	size_t edge_count = ledger_edge_count(ledger), anomaly_count;
	const struct anomaly_row *anomalies = ledger_anomalies(ledger, &anomaly_count);
	const struct input_record *inputs = ledger_inputs(ledger, &input_count);

	for (size_t i = 0; ranges && i < input_count; i++) {
		if (inputs[i].packets > 0 && inputs[i].first_ns != TIME_UNKNOWN) {
			range_add(&ranges[i], time_bucket(inputs[i].first_ns));
			range_add(&ranges[i], time_bucket(inputs[i].last_ns));
		}
	}
	const struct bucket_range common = common_range(ranges, input_count);
	for (size_t i = 0; ranges && i < edge_count; i++) {
		int32_t bucket = ledger_edge_brief(ledger, i).bucket;

		if (common.known && bucket >= common.first && bucket <= common.last)
			continue;
		const struct edge_row row = ledger_edge(ledger, i);
		const struct ledger_evidence *evidence = &row.evidence;

		for (size_t k = 0; k < LEDGER_OPENINGS; k++)
			range_add_ref(ranges, &evidence->openings[k], row.key.bucket);
		range_add_ref(ranges, &evidence->answer, row.key.bucket);
		range_add_ref(ranges, &evidence->contradiction, row.key.bucket);
	}
	for (size_t i = 0; ranges && i < anomaly_count; i++)
		range_add_ref(ranges, &anomalies[i].evidence, anomalies[i].bucket);
	return ranges;
}

/* The first quarter hour that was watched. */
static struct bucket_range covered_range(const struct ledger *ledger)
{
	size_t count;
	const struct coverage_span *spans = ledger_spans(ledger, &count);
	int32_t bucket = count > 0 ? time_bucket(spans[0].first_ns) : 0;

	return (struct bucket_range){bucket, bucket, count > 0};
}

/* An input without a time of its own is told with the first quarter hour of what came with it. */
static struct bucket_range any_range(const struct ledger *ledger)
{
	struct bucket_range range = {0};
	size_t count;
	const struct coverage_row *rows = ledger_coverages(ledger, &count);

	for (size_t i = 0; i < count; i++)
		if (!range.known || rows[i].bucket < range.first)
			range = (struct bucket_range){rows[i].bucket, rows[i].bucket, true};
	return range.known ? range : covered_range(ledger);
}

static int input_bind(sqlite3_stmt *statement, const struct input_record *input, const char *filter)
{
	const char *texts[INPUT_TEXTS];
	uint8_t accounting[ACCOUNT_BLOB];
	int failed = 0;

	input_texts_get(input, filter, texts);
	for (size_t i = 0; i < ACCOUNT_BLOB; i++)
		accounting[i] = (uint8_t)(input->accounting[i / 8] >> (56 - 8 * (i % 8)));
	for (int i = 0; i < INPUT_TEXTS; i++)
		failed |= db_bind_text(statement, i + 1, texts[i]);
	failed |= sqlite3_bind_int(statement, TROUBLE + 1, input->trouble);
	failed |= sqlite3_bind_int64(statement, PACKETS + 1, (int64_t)input->packets);
	failed |= sqlite3_bind_int64(statement, BYTES + 1, (int64_t)input->bytes);
	failed |= sqlite3_bind_int64(statement, FIRST + 1, input->first_ns);
	failed |= sqlite3_bind_int64(statement, LAST + 1, input->last_ns);
	failed |= sqlite3_bind_blob(statement, ACCOUNTING + 1, accounting, ACCOUNT_BLOB, SQLITE_TRANSIENT);
	return failed;
}

/* The number of INPUT, written when absent. */
static int64_t input_write(struct sqlite_store *store, sqlite3_stmt *upsert, const struct input_record *input,
			   const char *filter, const struct bucket_range *range, int64_t segment,
			   struct err *err)
{
	struct strbuf identity = {0};
	int64_t number = -1;
	int failed;

	input_identity(&identity, input);
	failed = !strbuf_ok(&identity) || input_bind(upsert, input, filter) ||
		 db_bind_text(upsert, COLUMNS + 1, strbuf_text(&identity)) ||
		 sqlite3_bind_int(upsert, COLUMNS + 2, range->first) ||
		 sqlite3_bind_int(upsert, COLUMNS + 3, range->last) ||
		 sqlite3_bind_int64(upsert, COLUMNS + 4, segment);
	strbuf_clear(&identity);
	if (failed)
		return db_fail(store, err);
	if (db_step(store, upsert, err) != 1)
		return -1;
	number = sqlite3_column_int64(upsert, 0);
	/* A statement that returns rows is done only at its end. */
	return db_step(store, upsert, err) == 0 ? number : -1;
}

static sqlite3_stmt *prepare_upsert(struct sqlite_store *store, struct err *err)
{
	struct strbuf sql = {0};
	sqlite3_stmt *statement;

	strbuf_addf(
	    &sql,
	    "INSERT INTO input (%s, identity, first_bucket, last_bucket, segment)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	    /* Without packets it had no time of its own. */
	    " ON CONFLICT (identity) DO UPDATE SET first_bucket = CASE WHEN excluded.packets = 0 THEN "
	    "first_bucket"
	    " WHEN packets = 0 THEN excluded.first_bucket ELSE min(first_bucket, excluded.first_bucket) END,"
	    " last_bucket = CASE WHEN excluded.packets = 0 THEN last_bucket"
	    " WHEN packets = 0 THEN excluded.last_bucket ELSE max(last_bucket, excluded.last_bucket) END,"
	    " bytes = max(bytes, excluded.bytes),"
	    " first_ns = iif(excluded.packets > packets, excluded.first_ns, first_ns),"
	    " last_ns = iif(excluded.packets > packets, excluded.last_ns, last_ns),"
	    " accounting = iif(excluded.packets > packets, excluded.accounting, accounting),"
	    " error = iif(excluded.packets > packets, excluded.error, error),"
	    " packets = max(packets, excluded.packets) RETURNING id",
	    input_columns);
	if (!strbuf_ok(&sql))
		(void)err_no_memory(err);
	statement = strbuf_ok(&sql) ? db_prepare(store, strbuf_text(&sql), err) : NULL;
	strbuf_clear(&sql);
	return statement;
}

int inputs_write(struct sqlite_store *store, const struct ledger *ledger, const char *filter, int64_t segment,
		 struct row_maps *maps, struct err *err)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);
	struct bucket_range *ranges = input_ranges(ledger, count);
	struct bucket_range any = any_range(ledger);
	sqlite3_stmt *upsert = prepare_upsert(store, err);
	int result = upsert ? 0 : -1;

	if (result == 0 && (!ranges || number_map_reserve(&maps->inputs, count)))
		result = err_no_memory(err);
	for (size_t i = 0; ranges && i < count && result == 0; i++) {
		if (input_is_duplicate(&inputs[i]))
			continue;
		maps->inputs.numbers[i] = input_write(store, upsert, &inputs[i], filter,
						      ranges[i].known ? &ranges[i] : &any, segment, err);
		result = maps->inputs.numbers[i] < 0 ? -1 : 0;
	}
	(void)sqlite3_finalize(upsert);
	mem_free(ranges);
	return result;
}

int sqlite_knows(struct store *handle, const char *fingerprint, struct arena *arena, struct store_origin *out,
		 struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	sqlite3_stmt *statement = db_prepare(
	    store,
	    "SELECT coalesce((SELECT sensor FROM segment WHERE id = input.segment), '') FROM input WHERE "
	    "identity = 'capture ' || ?",
	    err);
	bool failed = false;
	int result = statement ? 0 : -1;

	if (statement && db_bind_text(statement, 1, fingerprint))
		result = db_fail(store, err);
	if (result == 0)
		result = db_step(store, statement, err);
	out->known = result == 1;
	if (out->known)
		out->sensor = db_text(statement, 0, arena, &failed);
	(void)sqlite3_finalize(statement);
	return failed ? err_no_memory(err) : result < 0 ? -1 : 0;
}

static int refuse_known(struct sqlite_store *store, const struct ledger *ledger, struct arena *arena,
			struct err *err)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);

	for (size_t i = 0; i < count; i++) {
		struct store_origin origin;

		if (input_is_duplicate(&inputs[i]) || inputs[i].fingerprint[0] == '\0' ||
		    input_is_live(&inputs[i]))
			continue;
		if (sqlite_knows(&store->base, inputs[i].fingerprint, arena, &origin, err))
			return -1;
		if (origin.known)
			return err_set(err, "%s: %s is in it already", store->path, inputs[i].name);
	}
	return 0;
}

int inputs_refuse_known(struct sqlite_store *store, const struct ledger *ledger, struct err *err)
{
	struct arena arena = {0};
	int result = refuse_known(store, ledger, &arena, err);

	arena_clear(&arena);
	return result;
}
