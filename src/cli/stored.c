#include "stored.h"
#include "base/hash.h"
#include "capture/filter.h"
#include "unwatched.h"
#include "zone.h"
#include <stdlib.h>
#include <string.h>

struct store_access stored_access(const char *site)
{
	return (struct store_access){.password = getenv("TAPAUDIT_CLICKHOUSE_PASSWORD"),
				     .site = site,
				     .spool = getenv("TAPAUDIT_SPOOL")};
}

enum { LIVE_PATIENCE_SEC = 15 };

static struct store *open_as(const struct run_options *options, enum store_mode mode, const char *site)
{
	const struct ledger_options limits = {.memory_bytes = (size_t)options->memory_bytes,
					      .hash_seed = hash_seed_random()};
	struct store_access access = stored_access(site);
	struct err err;

	/* Packets come while a live sensor waits. */
	access.is_live = options->interfaces.count > 0;
	if (access.is_live)
		access.patience_sec = LIVE_PATIENCE_SEC;
	struct store *store = store_open_with(options->store, mode, &limits, &access, &err);

	if (!store)
		say_error("%s", err.text);
	return store;
}

struct store *stored_open_site(const struct run_options *options, const char *site)
{
	return open_as(options, STORE_READ, site);
}

struct store *stored_open(const struct run_options *options, enum store_mode mode)
{
	struct judged judged = {0};
	struct store *store = NULL;

	if (!options->store) {
		say_error("no store named; --store DB");
		return NULL;
	}
	/* A fleet's store keeps many sites apart by their names. */
	if (!store_place_is_clickhouse(options->store) || !options->site)
		return open_as(options, mode, NULL);
	if (judged_load(&judged, options) == 0)
		store = open_as(options, mode, judged.site->name);
	judged_clear(&judged);
	return store;
}

/* Read under several filters, only what all of them admit was certain to be seen. Those under which captures
 * were made are added where the ledger is judged. */
static void joined_filter(struct strbuf *out, const char *filters)
{
	for (const char *one = filters; *one;) {
		size_t length = strcspn(one, ";");

		if (!memmem(one, length, CAPTURE_FILTER_OF_FILE, sizeof(CAPTURE_FILTER_OF_FILE) - 1))
			strbuf_addf(out, "%s(%.*s)", out->length ? " and " : "", (int)length, one);
		one += length + (one[length] == ';');
	}
}

static int64_t up_to_bucket(int64_t time_ns)
{
	int32_t bucket = time_bucket(time_ns);

	return bucket + (bucket_start_ns(bucket) < time_ns && bucket < INT32_MAX);
}

void stored_buckets(int64_t from_ns, int64_t until_ns, int32_t *first, int32_t *end)
{
	*first = time_bucket(from_ns);
	*end = (int32_t)up_to_bucket(until_ns);
}

/* Exceptions end with a day of the site's calendar, not of UTC's. Of a stretch without captures it is the
 * last day that was asked for, where that has an end. */
static void set_last_day(struct stored *stored, int64_t until_ns)
{
	size_t count;
	const struct coverage_span *spans = ledger_spans(stored->ledger, &count);

	for (size_t i = 0; i < count; i++) {
		int32_t day = zone_day(spans[i].last_ns);

		if (!stored->judged.has_last_day || day > stored->judged.last_day)
			stored->judged.last_day = day;
		stored->judged.has_last_day = true;
	}
	if (count == 0 && until_ns < INT64_MAX) {
		stored->judged.last_day = zone_day(until_ns - 1);
		stored->judged.has_last_day = true;
	}
}

int stored_run(struct stored *stored, const struct run_options *options, int64_t until_ns)
{
	struct run_options judging = *options;
	struct strbuf filter = {0};
	int result = -1;

	set_last_day(stored, until_ns);
	joined_filter(&filter, ledger_filter(stored->ledger));
	judging.filter = filter.length ? strbuf_text(&filter) : NULL;
	if (!strbuf_ok(&filter))
		say_error("out of memory");
	else
		result = judged_run(&stored->judged, &judging, stored->ledger);
	strbuf_clear(&filter);
	return result;
}

int stored_load(struct stored *stored, struct store *store, int64_t from_ns, int64_t until_ns)
{
	int32_t first, end;
	struct err err;

	stored_buckets(from_ns, until_ns, &first, &end);
	if (store_load(store, first, end, &stored->ledger, &err) == 0)
		return 0;
	say_error("%s", err.text);
	return -1;
}

int stored_judge(struct stored *stored, struct store *store, const struct run_options *options,
		 int64_t from_ns, int64_t until_ns)
{
	if (stored_load(stored, store, from_ns, until_ns) != 0 ||
	    judged_load(&stored->judged, options) != 0 ||
	    unwatched_find(stored, store, options, from_ns, until_ns) != 0)
		return -1;
	return stored_run(stored, options, until_ns);
}

bool stored_has_trouble(const struct ledger *ledger)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);

	for (size_t i = 0; i < count; i++)
		if (inputs[i].trouble)
			return true;
	return false;
}

void stored_clear(struct stored *stored)
{
	judged_clear(&stored->judged);
	ledger_free(stored->ledger);
	arena_clear(&stored->arena);
}
