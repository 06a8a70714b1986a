/*
 * Rows whose keys are equal but for the opener's port share one hash, so that looking for one of them passes
 * all of them: 16 with a port of their own at most, and the one without. Who has a port of its own needs no
 * book.
 */
#include "internal.h"

/* What a look-up passed of the rows that are like the one looked for. */
struct port_group {
	size_t plain;   /* the row of opener port 0, or ROW_NONE */
	size_t largest; /* the row with the greatest port */
	unsigned ports;
};

uint32_t edge_hash(const struct ledger *ledger, const struct edge_core *core)
{
	uint64_t words[4];

	core_group(core, words);
	/* As they stand in the word; both were found a moment ago, mostly. */
	words[1] = word_of_two(core->initiator, core->responder);
	return words_hash(ledger->seed, words);
}

size_t edge_find_number(const struct ledger *ledger, const struct edge_core *core, uint32_t hash)
{
	size_t at = hash, row;

	do
		row = row_index_next(&ledger->edge_index, hash, &at);
	while (row != ROW_NONE && !core_same_key(edge_at(ledger, row), core));
	return row;
}

static struct edge_core *find(const struct ledger *ledger, const struct edge_core *core, uint32_t hash)
{
	size_t row = edge_find_number(ledger, core, hash);

	return row == ROW_NONE ? NULL : edge_at(ledger, row);
}

static struct port_group group_of(const struct ledger *ledger, const struct edge_core *core, uint32_t hash)
{
	struct port_group group = {.plain = ROW_NONE, .largest = ROW_NONE};
	uint64_t wanted[4], words[4];
	size_t at = hash;

	core_group(core, wanted);
	for (size_t row; (row = row_index_next(&ledger->edge_index, hash, &at)) != ROW_NONE;) {
		const struct edge_core *other = edge_at(ledger, row);

		core_group(other, words);
		if (core_words_differ(words, wanted) != 0)
			continue;
		if (other->opener_port == 0) {
			group.plain = row;
			continue;
		}
		group.ports++;
		if (group.largest == ROW_NONE ||
		    other->opener_port > edge_at(ledger, group.largest)->opener_port)
			group.largest = row;
	}
	return group;
}

static struct edge_core *row_append(struct ledger *ledger, const struct edge_core *core, uint32_t hash)
{
	size_t number = ledger->edges.count++;
	struct edge_core *row = edge_at(ledger, number);

	*row = *core;
	row->extra = 0;
	row_index_put(&ledger->edge_index, hash, number);
	return row;
}

/* Removes row NUMBER, whose extra was moved; the last row takes its place. */
static void row_drop(struct ledger *ledger, size_t number, uint32_t hash)
{
	size_t last = --ledger->edges.count;

	row_index_remove(&ledger->edge_index, hash, number);
	if (number == last)
		return;
	row_index_rename(&ledger->edge_index, edge_hash(ledger, edge_at(ledger, last)), last, number);
	*edge_at(ledger, number) = *edge_at(ledger, last);
}

/* The row with the greatest port becomes, or goes to, the one without. A port demoted once never returns: the
 * 16 smaller ones that drove it out stay. */
static void port_demote(struct ledger *ledger, const struct port_group *group, uint32_t hash)
{
	struct edge_core *row = edge_at(ledger, group->largest);

	if (group->plain == ROW_NONE) {
		row->opener_port = 0;
		return;
	}
	edge_core_add(ledger, edge_at(ledger, group->plain), row);
	edge_extra_move(ledger, edge_at(ledger, group->plain), row);
	row_drop(ledger, group->largest, hash);
}

/* CORE goes to a row that is there (returned), or begins one (NULL, *FRESH as it is to be). */
static struct edge_core *row_for_port(struct ledger *ledger, struct edge_core *fresh, uint32_t hash)
{
	struct port_group group = group_of(ledger, fresh, hash);

	if (group.ports < LEDGER_OPENER_PORTS)
		return NULL;
	if (fresh->opener_port < edge_at(ledger, group.largest)->opener_port) {
		port_demote(ledger, &group, hash);
		return NULL;
	}
	fresh->opener_port = 0;
	return group.plain == ROW_NONE ? NULL : edge_at(ledger, group.plain);
}

void edge_place(struct ledger *ledger, const struct edge_core *core, uint32_t hash,
		const struct edge_row *rest)
{
	struct edge_core *row = find(ledger, core, hash);
	struct edge_core fresh;

	ledger->changes++;
	if (!row && core->opener_port != 0) {
		fresh = *core;
		row = row_for_port(ledger, &fresh, hash);
		core = row ? core : &fresh;
	}
	if (row)
		edge_core_add(ledger, row, core);
	else
		row = row_append(ledger, core, hash);
	if (rest)
		edge_row_add(ledger, edge_extra_obtain(ledger, row), rest);
	if (ledger->edges_stale)
		edge_table_compact(ledger);
}

/* Puts row FROM at its new place, TO or the row that has its key already. Returns whether it took TO. */
static bool row_settle(struct ledger *ledger, size_t from, size_t to, uint32_t hash)
{
	struct edge_core *row = edge_at(ledger, from);
	struct edge_core *equal = find(ledger, row, hash);

	if (equal) {
		edge_core_add(ledger, equal, row);
		edge_extra_move(ledger, equal, row);
		return false;
	}
	if (from != to) {
		*edge_at(ledger, to) = *row;
		row->extra = 0;
	}
	row_index_put(&ledger->edge_index, hash, to);
	return true;
}

static void compact_once(struct ledger *ledger)
{
	enum { AHEAD = 8 };
	uint32_t hashes[AHEAD];
	size_t total = ledger->edges.count, kept = 0;

	row_index_empty(&ledger->edge_index);
	for (size_t i = 0; i < total + AHEAD; i++) {
		if (i >= AHEAD && i - AHEAD < total)
			kept += row_settle(ledger, i - AHEAD, kept, hashes[i % AHEAD]);
		if (i < total) {
			hashes[i % AHEAD] = edge_hash(ledger, edge_at(ledger, i));
			row_index_prefetch(&ledger->edge_index, hashes[i % AHEAD]);
		}
	}
	ledger->edges.count = kept;
}

void edge_table_compact(struct ledger *ledger)
{
	/* Where memory fails on the way another key may change; each time one fewer is left to change. */
	do {
		ledger->edges_stale = false;
		compact_once(ledger);
	} while (ledger->edges_stale);
}
