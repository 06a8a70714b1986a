#include "base/mem.h"
#include "internal.h"
#include <stdlib.h>
#include <string.h>

/*
 * Folding under pressure, gentlest first: each stage is tried in turn until the table is a quarter below its
 * limit. What nobody answered goes first, and only where many rows become one; then the smallest edges, those
 * of networks that the caller named last; at the very end everything becomes (any, any).
 */
struct fold_stage {
	enum ledger_fold to;
	bool probes;        /* only rows of which nothing came */
	bool spare;         /* not those that touch a network to be folded last */
	bool smallest_half; /* by packets */
	size_t least;       /* rows that must become one, else they stay */
};

static const struct fold_stage stages[] = {
    {.to = FOLD_RESPONDERS, .probes = true, .least = FOLD_GROUP_LEAST},
    {.to = FOLD_INITIATORS, .probes = true, .least = FOLD_GROUP_LEAST},
    {.to = FOLD_BOTH, .probes = true},
    {.to = FOLD_PREFIX, .spare = true, .smallest_half = true},
    {.to = FOLD_PREFIX, .spare = true},
    {.to = FOLD_PREFIX, .smallest_half = true},
    {.to = FOLD_PREFIX},
    {.to = FOLD_BOTH},
};

struct fold_entry {
	uint64_t hash; /* of the key that the row would get */
	size_t row;
};

struct addr ledger_fold_address(const struct addr *address)
{
	if (address->family == ADDR_NONE || addr_is_group(address))
		return *address;
	return addr_fold(address, address->family == ADDR_IPV6 ? FOLD_IPV6_BITS : FOLD_IPV4_BITS);
}

/* An attempt of which nothing came: no success, no packets of a flow that had succeeded before, no answer to
 * another. */
static bool is_probe(const struct edge_row *row)
{
	return row->events[FLOW_SUCCEEDED] == 0 && row->events[FLOW_ANSWER] == 0 && row->active_minutes == 0;
}

static bool is_candidate(const struct ledger *ledger, const struct edge_row *row,
			 const struct fold_stage *stage)
{
	if (row->key.fold == FOLD_BOTH || (stage->probes && !is_probe(row)))
		return false;
	if (stage->to != FOLD_BOTH && row->key.fold != FOLD_NONE)
		return false;
	return !stage->spare || (!ledger_folds_last(ledger, &row->key.initiator) &&
				 !ledger_folds_last(ledger, &row->key.responder));
}

static void key_fold(struct edge_key *key, enum ledger_fold to)
{
	if (to == FOLD_RESPONDERS || to == FOLD_BOTH) {
		memset(&key->responder, 0, sizeof(key->responder));
		key->responder_port = 0;
	}
	if (to == FOLD_INITIATORS || to == FOLD_BOTH)
		memset(&key->initiator, 0, sizeof(key->initiator));
	if (to == FOLD_PREFIX) {
		key->initiator = ledger_fold_address(&key->initiator);
		key->responder = ledger_fold_address(&key->responder);
	}
	key->opener_port = 0;
	key->answered_from = 0;
	key->parent = 0;
	key->parent_assumed = 0;
	key->fold = (uint8_t)to;
}

static uint64_t row_packets(const struct edge_row *row)
{
	return row->packets[0] + row->packets[1];
}

/* The packets up to which the smallest half of the candidates goes. */
static uint64_t half_packets(const struct ledger *ledger, const struct fold_stage *stage)
{
	struct fold_half half = {0};

	for (size_t i = 0; i < ledger->edges.count; i++) {
		const struct edge_row *row = row_table_at(&ledger->edges, i);

		if (is_candidate(ledger, row, stage))
			fold_half_add(&half, row_packets(row));
	}
	return fold_half_limit(&half);
}

/* A row that is folded further was counted when it was folded first. */
static void row_fold(struct ledger *ledger, struct edge_row *row, enum ledger_fold to)
{
	if (row->key.fold == FOLD_NONE)
		ledger_count_folded(ledger, row->key.sensor, row->key.bucket, 1);
	key_fold(&row->key, to);
}

static size_t fold_candidates(struct ledger *ledger, const struct fold_stage *stage)
{
	uint64_t most = stage->smallest_half ? half_packets(ledger, stage) : UINT64_MAX;
	size_t folded = 0;

	for (size_t i = 0; i < ledger->edges.count; i++) {
		struct edge_row *row = row_table_at(&ledger->edges, i);

		if (!is_candidate(ledger, row, stage) || row_packets(row) > most)
			continue;
		row_fold(ledger, row, stage->to);
		folded++;
	}
	return folded;
}

static int entry_compare(const void *a, const void *b)
{
	const struct fold_entry *left = a;
	const struct fold_entry *right = b;

	return (left->hash > right->hash) - (left->hash < right->hash);
}

static size_t entries_make(const struct ledger *ledger, const struct fold_stage *stage,
			   struct fold_entry *entries)
{
	size_t count = 0;

	for (size_t i = 0; i < ledger->edges.count; i++) {
		const struct edge_row *row = row_table_at(&ledger->edges, i);
		struct edge_key key;

		if (!is_candidate(ledger, row, stage))
			continue;
		memcpy(&key, &row->key, sizeof(key));
		key_fold(&key, stage->to);
		entries[count].hash = row_table_hash(&ledger->edges, &key);
		entries[count++].row = i;
	}
	qsort(entries, count, sizeof(*entries), entry_compare);
	return count;
}

/* Folds only where at least stage->least rows become one. */
static size_t fold_groups(struct ledger *ledger, const struct fold_stage *stage)
{
	struct fold_entry *entries = mem_resize(NULL, ledger->edges.count, sizeof(*entries));
	size_t folded = 0;
	size_t count;

	if (!entries)
		return fold_candidates(ledger, stage);
	count = entries_make(ledger, stage, entries);
	for (size_t first = 0, end; first < count; first = end) {
		for (end = first + 1; end < count && entries[end].hash == entries[first].hash; end++)
			;
		if (end - first < stage->least)
			continue;
		for (size_t i = first; i < end; i++)
			row_fold(ledger, row_table_at(&ledger->edges, entries[i].row), stage->to);
		folded += end - first;
	}
	mem_free(entries);
	return folded;
}

static void row_add(void *context, void *row, const void *more)
{
	edge_row_add(context, row, more);
}

void ledger_fold_edges(struct ledger *ledger)
{
	size_t target = ledger->edges_max / 4 * 3;
	size_t used;

	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]) && ledger->edges.count > target; i++) {
		size_t folded = stages[i].least > 0 ? fold_groups(ledger, &stages[i])
						    : fold_candidates(ledger, &stages[i]);

		if (folded > 0)
			row_table_compact(&ledger->edges, ledger, row_add);
	}
	edge_table_regroup(ledger);
	/* Where even (any, any) is too much, fold again only after a third more: the cost stays in
	 * proportion. */
	used = edge_table_used(ledger);
	ledger->edges_fold_at = used > target ? used + used / 3 + 1 : ledger->edges_max;
}
