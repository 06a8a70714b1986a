/*
 * The table apart from the common road: finding by key, the clock, new entries.
 */
#include "table.h"
#include "key.h"

uint32_t table_hash(const struct flow_table *table, const struct flow_end *a, const struct flow_end *b,
		    uint8_t protocol)
{
	return key_hash(table, a, b, protocol);
}

uint32_t table_find(const struct flow_table *table, const struct flow_end *a, const struct flow_end *b,
		    uint8_t protocol, unsigned *side)
{
	return key_find(table, a, b, protocol, key_hash(table, a, b, protocol), side);
}

void table_prefetch_slot(const struct flow_table *table, const struct flow_entry *e)
{
	uint32_t hash = key_hash(table, &e->end[0], &e->end[1], e->protocol);

	__builtin_prefetch(&flow_index_segment(&table->index, hash)->slots[flow_index_start(hash)], 1);
}

uint32_t table_number(const struct flow_table *table, const struct flow_entry *e)
{
	unsigned side;

	return table_find(table, &e->end[0], &e->end[1], e->protocol, &side);
}

uint32_t table_find_alive(struct flow_table *table, const struct flow_end *a, const struct flow_end *b,
			  uint8_t protocol, unsigned *side)
{
	uint32_t number = table_find(table, a, b, protocol, side);

	if (number == FLOW_NONE || !flow_is_over(table_entry(table, number), table->now_ns))
		return number;
	flow_end(table, number, END_DUE, table->now_ns);
	return FLOW_NONE;
}

void table_clock_minute(struct flow_table *table, int64_t time_ns)
{
	int64_t sec = time_sec_floor(time_ns);
	int64_t minute = sec / 60 - (sec % 60 < 0);
	int64_t end_ns;

	if (__builtin_mul_overflow((minute + 1) * 60, NSEC_PER_SEC, &end_ns))
		end_ns = INT64_MAX;
	table->minute_end_ns = end_ns;
	table->bucket = time_bucket(time_ns);
	table->minute_bit = time_minute_bit(time_ns);
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

/* A number for an entry, in the pools and in the index. The loop ends: each turn ends at least one flow, and
 * an empty table has room, because flow_table_new made the first chunk of each pool and the index's first
 * segment. */
static uint32_t make_number(struct flow_table *table, uint32_t hash)
{
	uint32_t number;

	while ((number = flow_pool_take(&table->entries)) == FLOW_POOL_NONE ||
	       (table->sink.record && !table_need_extra(table, table_entry(table, number))) ||
	       flow_index_insert(&table->index, hash, number)) {
		if (number != FLOW_POOL_NONE && table_entry(table, number)->extra)
			flow_pool_give(&table->extras, table_entry(table, number)->extra - 1);
		if (number != FLOW_POOL_NONE)
			flow_pool_give(&table->entries, number);
		table_make_room(table);
	}
	return number;
}

struct flow_entry *table_make_entry(struct flow_table *table, struct packet *p)
{
	struct flow_entry *e;
	struct flow_extra *extra;

	if (table->statistics.alive >= table->max_flows)
		table_make_room(table);
	table_sweep(table, 2);
	p->number = make_number(table, p->hash);
	e = table_entry(table, p->number);
	e->end[0] = p->src;
	e->end[1] = p->dst;
	e->protocol = p->facts->protocol;
	e->flags = (uint32_t)FLOW_SENT_A | FLOW_NOTE_A * 3 | FLOW_ATTEND_A * 3 | FLOW_LOOK_A * 3;
	e->bucket = table->bucket;
	e->opened_ns = e->first_ns = e->last_ns = p->time_ns;
	e->vlan = FLOW_VLAN_UNSET;
	e->small = SMALL_NEW;
	extra = table_extra(table, e);
	if (extra)
		extra->total.start = frame_mark_make(p->time_ns, p->input, p->frame);
	table->statistics.alive++;
	return e;
}
