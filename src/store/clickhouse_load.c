/* A stretch of time as one ledger, or as one for each site: rows are added up over segments by the server. */
#include "clickhouse_load.h"
#include "base/mem.h"
#include <string.h>

enum { TRIES = 5 };

static int new_ledgers(struct load *load, struct err *err)
{
	for (size_t i = 0; i < load->ledger_count; i++) {
		load->ledgers[i] = ledger_new(&load->house->limits, err);
		if (!load->ledgers[i])
			return -1;
	}
	for (size_t i = 0; i < load->target_count; i++) {
		load->targets[i].ledger = load->ledgers[load->targets[i].place];
		load->targets[i].number = -1;
	}
	load->reader = (struct house_reader){
	    .ledger = load->ledgers[0], .targets = load->targets, .target_count = load->target_count};
	return 0;
}

static void free_ledgers(struct load *load)
{
	for (size_t i = 0; i < load->ledger_count; i++) {
		ledger_free(load->ledgers[i]);
		load->ledgers[i] = NULL;
	}
}

/* Where shards may be skipped, one that went away since sensors were listed must not pass for silence. */
static int check_shards(const struct load *load, struct err *err)
{
	if (!load->house->partial || load->seen.sensors >= load->writers)
		return 0;
	return err_set(err, "clickhouse %s:%u: a shard went away while it was read", load->house->place.host,
		       load->house->place.port);
}

/* Several questions make one ledger, and writers do not wait for us: what changed meanwhile is asked again.
 * 1: that. */
static int load_once(struct load *load, struct err *err)
{
	struct seen after = {.answer = {0}};
	int status = new_ledgers(load, err) ||
			     seen_ask(load->house, load->first, load->end, load->whose, &load->seen, err) ||
			     check_shards(load, err) || load_all(load, err) ||
			     seen_ask(load->house, load->first, load->end, load->whose, &after, err)
			 ? -1
			 : 0;

	if (status == 0)
		status = load->seen.answer.length != after.answer.length ||
			 memcmp(strbuf_text(&load->seen.answer), strbuf_text(&after.answer),
				after.answer.length) != 0;
	seen_clear(&load->seen);
	seen_clear(&after);
	return status;
}

static int load_settled(struct load *load, struct err *err)
{
	/* What a ledger takes of memory is more than what a row does on its way, but not by much. */
	static const size_t memory_enough = (size_t)256 << 20;
	int status = 1;

	load->ordered = load->ledger_count == 1 || (load->house->limits.memory_bytes &&
						    load->house->limits.memory_bytes < memory_enough);
	for (int i = 0; i < TRIES && status == 1; i++) {
		status = load_once(load, err);
		for (size_t k = 0; k < load->ledger_count && status == 0; k++)
			ledger_sort(load->ledgers[k]);
		reader_clear(&load->reader);
		if (status != 0)
			free_ledgers(load);
	}
	strbuf_clear(&load->answer);
	return status == 1
		   ? err_set(err,
			     "clickhouse %s:%u: segments change faster than they can be read; ask for a "
			     "span that is over",
			     load->house->place.host, load->house->place.port)
		   : status;
}

int clickhouse_load_split(struct clickhouse *house, int32_t first_bucket, int32_t end_bucket,
			  const struct load_sites *sites, struct ledger **out, size_t ledger_count,
			  struct err *err)
{
	struct load load = {.house = house,
			    .whose = &sites->whose,
			    .first = first_bucket,
			    .end = end_bucket,
			    .ledgers = out,
			    .ledger_count = ledger_count,
			    .targets = sites->targets,
			    .target_count = sites->count,
			    .writers = sites->writers};

	return load_settled(&load, err);
}

int clickhouse_load(struct store *store, int32_t first_bucket, int32_t end_bucket, struct ledger **out,
		    struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);
	struct house_whose whose;
	struct load load = {.house = house,
			    .whose = &whose,
			    .first = first_bucket,
			    .end = end_bucket,
			    .ledgers = out,
			    .ledger_count = 1};
	int status = clickhouse_whose(house, &whose, err);

	*out = NULL;
	if (status == 0)
		status = load_settled(&load, err);
	whose_clear(&whose);
	return status;
}
