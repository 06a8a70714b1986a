/*
 * The table apart from the common road: finding by key, the clock, new entries.
 */
#include "table.h"
#include "key.h"

uint32_t table_hash(const struct flow_table *table, const struct flow_end *a, const struct flow_end *b,
		    uint8_t protocol)
{
	return key_hash_fold(key_hash_ends(table, a, b, protocol));
}

void table_key(const struct flow_table *table, struct keyed_packet *p)
{
	key_fill(table, &p->key, &p->src, &p->dst, p->facts->protocol);
}

static uint32_t find_number(const struct flow_table *table, const struct flow_end *a,
			    const struct flow_end *b, uint8_t protocol, unsigned *side)
{
	struct flow_key key;

	key_fill(table, &key, a, b, protocol);
	return key_find(table, &key, a, b, side);
}

struct flow_entry *table_find(const struct flow_table *table, const struct flow_end *a,
			      const struct flow_end *b, uint8_t protocol, unsigned *side)
{
	uint32_t number = find_number(table, a, b, protocol, side);

	if (number == FLOW_NONE || table_hot(table, number)->number == 0)
		return NULL;
	return table_entry(table, table_hot(table, number)->number - 1);
}

struct flow_entry *table_find_alive(struct flow_table *table, const struct flow_end *a,
				    const struct flow_end *b, uint8_t protocol, unsigned *side)
{
	uint32_t number = find_number(table, a, b, protocol, side);
	struct flow_hot *hot;

	if (number == FLOW_NONE)
		return NULL;
	hot = table_hot(table, number);
	while (flow_hot_is_over(table, hot, table->clock.now_ns)) {
		if (!flow_end(table, number, END_DUE, table->clock.now_ns))
			return NULL;
	}
	return hot->number ? table_entry(table, hot->number - 1) : first_make_entry(table, number);
}

void table_ends(const struct flow_table *table, const struct flow_hot *hot, struct flow_end ends[2])
{
	for (unsigned i = 0; i < 2; i++) {
		if (hot->number) {
			ends[i] = table_entry(table, hot->number - 1)->end[i];
		} else {
			struct addr address = flow_hot_addr(hot, i);

			ends[i] = flow_end_make(&address, flow_hot_port(hot, i));
		}
	}
}

void table_prefetch_slot(const struct flow_table *table, const struct flow_hot *hot)
{
	__builtin_prefetch(flow_index_home(&table->index, key_hash_of(table, hot)), 1);
}

void table_clock_minute(struct flow_table *table, int64_t time_ns)
{
	int64_t sec = time_sec_floor(time_ns);
	int64_t minute = sec / 60 - (sec % 60 < 0);
	int64_t end_ns;

	if (__builtin_mul_overflow((minute + 1) * 60, NSEC_PER_SEC, &end_ns))
		end_ns = INT64_MAX;
	table->clock.minute_end_ns = end_ns;
	if (__builtin_mul_overflow(minute * 60, NSEC_PER_SEC, &table->clock.minute_start_ns))
		table->clock.minute_start_ns = INT64_MIN;
	table->clock.bucket = time_bucket(time_ns);
	table->clock.minute_bit = time_minute_bit(time_ns);
	if (table->hots.made == 0)
		table->first_bucket = table->clock.bucket;
	if (!table->started) {
		table->started = true;
		table->covered_ns = time_ns;
	}
}

struct flow_extra *table_need_extra(struct flow_table *table, struct flow_entry *e)
{
	if (!e->extra) {
		uint32_t number = flow_pool_take(&table->extras);

		if (number == FLOW_POOL_NONE)
			return NULL;
		e->extra = number + 1;
	}
	return table_extra(table, e);
}

/* Up to so many items are made before the memory is shared out anew. */
enum { SHARE_STEP = 64 };

static uint32_t limit_of(size_t bytes, size_t each, uint32_t made)
{
	size_t limit = bytes / each;

	if (limit > (size_t)made + SHARE_STEP)
		limit = (size_t)made + SHARE_STEP;
	return limit < 1 ? 1 : (uint32_t)limit;
}

/* Lines and entries share the memory, as they come: a flow of one packet needs no entry. So that one kind of
 * traffic cannot take the place of the other for good, lines get half of it at most. */
static void set_limits(struct flow_table *table)
{
	size_t lines = table->hots.made * table->room.line;
	size_t entries = table->entries.made * table->room.entry;
	size_t half = table->room.bytes / 2;
	size_t for_lines = table->room.bytes > entries ? table->room.bytes - entries : 0;
	size_t for_entries = table->room.bytes > lines ? table->room.bytes - lines : 0;

	table->hots.limit = limit_of(for_lines < half ? for_lines : half, table->room.line, table->hots.made);
	table->entries.limit = limit_of(for_entries, table->room.entry, table->entries.made);
	if (table->entries.limit > FLOW_NUMBER_MASK)
		table->entries.limit = FLOW_NUMBER_MASK;
}

static uint32_t take_item(struct flow_table *table, struct flow_pool *pool)
{
	if (!pool->given[0] && pool->made >= pool->limit)
		set_limits(table);
	return flow_pool_take(pool);
}

struct flow_entry *table_add_entry(struct flow_table *table, struct flow_hot *hot)
{
	uint32_t number = take_item(table, &table->entries);
	struct flow_entry *e;

	if (number == FLOW_POOL_NONE)
		return NULL;
	e = table_entry(table, number);
	e->number = number;
	e->hot = hot;
	hot->number = (number + 1) & FLOW_NUMBER_MASK;
	return e;
}

static bool add_parts(struct flow_table *table, struct flow_hot *hot)
{
	struct flow_entry *e = table_add_entry(table, hot);

	return e && (!table->sink.record || table_need_extra(table, e));
}

static void give_back(struct flow_table *table, uint32_t number)
{
	struct flow_hot *hot = table_hot(table, number);

	if (hot->number) {
		struct flow_entry *e = table_entry(table, hot->number - 1);

		if (e->extra)
			flow_pool_give(&table->extras, e->extra - 1);
		flow_pool_give(&table->entries, hot->number - 1);
	}
	/* A line that is not in use, and that fits no key should somebody still have its number: a protocol
	 * without ports, with ports. */
	hot->number = hot->looked = hot->usual = 0;
	hot->first.where = 0;
	hot->addresses = 0;
	hot->ports = UINT32_MAX;
	hot->protocol = UINT8_MAX;
	hot->direction = 0;
	flow_pool_give(&table->hots, number);
}

/* FLOW_NONE: there is no room now. */
static uint32_t try_to_make(struct flow_table *table, const struct flow_key *key, bool whole)
{
	uint32_t number = take_item(table, &table->hots);

	if (number == FLOW_POOL_NONE)
		return FLOW_NONE;
	if ((whole && !add_parts(table, table_hot(table, number))) ||
	    flow_index_insert(&table->index, key->hash, number)) {
		give_back(table, number);
		return FLOW_NONE;
	}
	return number;
}

/* The loop ends: each turn ends at least one flow, and an empty table has room, because flow_table_new made
 * the first chunk of each pool and the index's first segment. */
uint32_t table_make(struct flow_table *table, const struct flow_key *key, bool whole)
{
	uint32_t number;

	if (table->statistics.alive >= table->max_flows)
		table_make_room(table);
	table_sweep(table, 2);
	while ((number = try_to_make(table, key, whole)) == FLOW_NONE)
		table_make_room(table);
	key_set(table_hot(table, number), key);
	table->statistics.alive++;
	return number;
}

void table_remove(struct flow_table *table, uint32_t number)
{
	flow_index_remove(&table->index, key_hash_of(table, table_hot(table, number)), number);
	give_back(table, number);
	table->statistics.alive--;
}

void table_empty(struct flow_table *table)
{
	leaving_forget(table);
	flow_index_empty(&table->index);
	flow_pool_empty(&table->hots);
	flow_pool_empty(&table->entries);
	flow_pool_empty(&table->extras);
	answer_tables_empty(table);
	ftp_empty(table->ftp);
	table->statistics.alive = 0;
}
