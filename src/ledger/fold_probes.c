/*
 * While a flood or a scan lasts, what it adds would become a row only to be folded. Once some rows were
 * folded, a further probe of their kind that has no row of its own goes straight to them.
 */
#include "internal.h"

/* The row that probes went to last, if it is the one of this key. */
static struct edge_core *latest_row(const struct ledger *ledger, const uint64_t key[4])
{
	struct edge_core *row;
	uint64_t words[4];

	if (ledger->latest_folded >= ledger->edges.count)
		return NULL;
	row = edge_at(ledger, ledger->latest_folded);
	core_key(row, words);
	return core_words_differ(words, key) == 0 ? row : NULL;
}

/* Whether a probe of CORE's ends could go to a row folded so. */
static bool may_go_to(const struct ledger *ledger, const struct edge_core *core, enum ledger_fold to)
{
	if ((ledger->probe_folds & 1U << to) == 0)
		return false;
	return (to != FOLD_RESPONDERS || core->initiator != ADDRESS_NONE) &&
	       (to != FOLD_INITIATORS || core->responder != ADDRESS_NONE);
}

void probe_fold_ask(const struct ledger *ledger, struct waiting *w)
{
	static const enum ledger_fold kinds[WAITING_FOLDS] = {FOLD_RESPONDERS, FOLD_INITIATORS};
	uint64_t words[WAITING_FOLDS][4];
	size_t count = 0;

	w->edge_folds = 0;
	for (size_t i = 0; i < WAITING_FOLDS; i++) {
		if (!may_go_to(ledger, &w->core, kinds[i]))
			continue;
		core_key_folded(words[count], &w->core, kinds[i]);
		/* In a flood all go to one row, which needs no asking. */
		if (latest_row(ledger, words[count++]))
			return;
	}
	for (; w->edge_folds < count; w->edge_folds++) {
		w->edge_fold_hashes[w->edge_folds] = words_hash(ledger->seed, words[w->edge_folds]);
		row_index_prefetch(&ledger->edge_index, w->edge_fold_hashes[w->edge_folds]);
	}
}

static size_t find_folded(const struct ledger *ledger, const uint64_t key[4])
{
	/* What has no opener's port is its own group. */
	uint32_t hash = words_hash(ledger->seed, key);
	uint64_t words[4];
	size_t at = hash;

	for (size_t row; (row = row_index_next(&ledger->edge_index, hash, &at)) != ROW_NONE;) {
		core_key(edge_at(ledger, row), words);
		if (core_words_differ(words, key) == 0)
			return row;
	}
	return ROW_NONE;
}

static struct edge_core *folded_row(struct ledger *ledger, const struct edge_core *core, enum ledger_fold to)
{
	struct edge_core *row;
	uint64_t words[4];
	size_t number;

	if (!may_go_to(ledger, core, to))
		return NULL;
	core_key_folded(words, core, to);
	row = latest_row(ledger, words);
	if (row)
		return row;
	number = find_folded(ledger, words);
	if (number == ROW_NONE)
		return NULL;
	ledger->latest_folded = number;
	return edge_at(ledger, number);
}

static bool has_own_row(const struct ledger *ledger, const struct waiting *w)
{
	return w->core.initiator != ADDRESS_NONE && w->core.responder != ADDRESS_NONE &&
	       edge_find_number(ledger, &w->core, w->edge_hash) != ROW_NONE;
}

bool probe_fold_straight(struct ledger *ledger, const struct waiting *w)
{
	const struct edge_core *core = &w->core;
	static const enum ledger_fold kinds[] = {FOLD_RESPONDERS, FOLD_INITIATORS, FOLD_BOTH};
	struct edge_core *row = NULL;

	if (has_own_row(ledger, w))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !row; i++)
		row = folded_row(ledger, core, kinds[i]);
	if (!row)
		return false;
	edge_core_add(ledger, row, core);
	ledger_count_folded(ledger, core->sensor, core->bucket, 1);
	if (ledger->edges_stale)
		edge_table_compact(ledger);
	ledger->changes++;
	return true;
}

static struct host_core *host_of(struct ledger *ledger, const struct host_core *host, uint32_t address)
{
	size_t number = host_find_without_mac(ledger, host, address);

	return number == ROW_NONE ? NULL : host_at(ledger, number);
}

static struct host_core *prefix_row(struct ledger *ledger, const struct waiting *w, size_t side)
{
	struct addr folded;
	uint32_t number;

	if (!ledger->hosts_to_prefix)
		return NULL;
	if (w->may_fold && w->epoch == ledger->epoch && w->fold_numbers[side] != ADDRESS_NONE)
		return host_of(ledger, &w->hosts[side], w->fold_numbers[side]);
	folded = ledger_fold_address(&w->ends[side]);
	number = address_find(&ledger->addresses, &folded, address_hash(&ledger->addresses, &folded));
	return number == ADDRESS_NONE ? NULL : host_of(ledger, &w->hosts[side], number);
}

bool host_fold_straight(struct ledger *ledger, const struct waiting *w, size_t side, uint32_t number)
{
	const struct host_core *host = &w->hosts[side];
	struct host_core *row;

	if (!ledger->hosts_to_prefix && !ledger->hosts_to_any)
		return false;
	if (number != ADDRESS_NONE && host_add_to_own(ledger, host, number))
		return true;
	row = prefix_row(ledger, w, side);
	if (!row && ledger->hosts_to_any)
		row = host_of(ledger, host, ADDRESS_ANY);
	if (!row)
		return false;
	host_core_add(row, host);
	ledger_count_folded(ledger, host->sensor, host->bucket, 1);
	ledger->changes++;
	return true;
}
