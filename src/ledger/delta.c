/*
 * From deltas to rows. A delta touches an edge, two hosts and two addresses, each found by a slot of an
 * index: eight places of memory. So deltas wait a little, and are walked through in steps of LEDGER_STEP
 * deltas:
 *
 *   come     the delta is made into what it adds; both addresses are hashed, their slots asked for
 *   step 1   their rows are asked for
 *   step 2   they are found: the edge's slot and the rows of both hosts are asked for
 *   step 3   the row of the edge is asked for
 *   taken    everything is added, in the order in which it came
 *
 * What a step did is a guess: rows may move before the delta is taken, which looks again at what has changed.
 */
#include "base/mem.h"
#include "internal.h"

static void health_add(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta)
{
	struct coverage_row *row = coverage_obtain(ledger, sensor, delta->bucket);

	if (!row)
		return;
	row->health.tcp_bytes += delta->health.tcp_bytes;
	row->health.acked_unseen_bytes += delta->health.acked_unseen_bytes;
	row->health.sided_flows += delta->health.sided_flows;
	row->health.onesided_flows += delta->health.onesided_flows;
	row->health.evidence_cut += delta->health.evidence_cut;
	row->health.evicted += delta->health.evicted;
	row->duplicates += delta->duplicates;
}

static void health_add_brief(struct ledger *ledger, uint32_t sensor, const struct flow_brief *brief)
{
	struct coverage_row *row = coverage_obtain(ledger, sensor, brief->bucket);

	if (!row)
		return;
	row->health.tcp_bytes += brief->tcp_bytes;
	row->health.acked_unseen_bytes += brief->acked_unseen_bytes;
	row->health.sided_flows += brief->sided;
	row->health.onesided_flows += brief->onesided;
	row->health.evidence_cut += brief->evidence_cut;
	row->health.evicted += brief->evicted;
	row->duplicates += brief->duplicates;
}

/* What SIDE's address folds to. */
static void fold_ask(const struct ledger *ledger, struct waiting *w, size_t side)
{
	w->folds[side] = ledger_fold_address(&w->ends[side]);
	w->fold_hashes[side] = address_hash(&ledger->addresses, &w->folds[side]);
	row_index_prefetch(&ledger->addresses.index, w->fold_hashes[side]);
}

/* In a flood or a scan one of the ends is mostly that of the delta before, whose slots were asked for. */
static bool is_repeated(const struct waiting *w, const struct waiting *before, size_t side)
{
	return address_same(&w->ends[side], &before->ends[side]) && w->may_fold == before->may_fold;
}

/* Both addresses are hashed, their slots asked for. BEFORE: the delta before. */
static void waiting_ask(const struct ledger *ledger, struct waiting *w, const struct waiting *before,
			const struct addr *initiator, const struct addr *responder)
{
	w->ends[0] = *initiator;
	w->ends[1] = *responder;
	w->may_fold = ledger->hosts_to_prefix && edge_is_probe(&w->core);
	for (size_t side = 0; side < 2; side++) {
		w->repeated[side] = before && is_repeated(w, before, side);
		if (w->repeated[side]) {
			w->address_hashes[side] = before->address_hashes[side];
			w->folds[side] = before->folds[side];
			w->fold_hashes[side] = before->fold_hashes[side];
			continue;
		}
		w->address_hashes[side] = address_hash(&ledger->addresses, &w->ends[side]);
		row_index_prefetch(&ledger->addresses.index, w->address_hashes[side]);
		if (w->may_fold)
			fold_ask(ledger, w, side);
	}
}

/* False, and nothing asked for, where the delta does not fit into a core. */
static bool waiting_begin(const struct ledger *ledger, struct waiting *w, const struct waiting *before,
			  uint32_t sensor, const struct flow_delta *delta)
{
	if (!edge_core_from_delta(&w->core, sensor, delta))
		return false;
	w->host_count = hosts_from_delta(w->hosts, sensor, delta);
	waiting_ask(ledger, w, before, &delta->initiator, &delta->responder);
	return true;
}

static bool waiting_begin_brief(const struct ledger *ledger, struct waiting *w, const struct waiting *before,
				uint32_t sensor, const struct flow_brief *brief)
{
	if (!edge_core_from_brief(&w->core, sensor, brief))
		return false;
	w->host_count = hosts_from_brief(w->hosts, sensor, brief);
	waiting_ask(ledger, w, before, &brief->initiator, &brief->responder);
	return true;
}

static inline __attribute__((always_inline)) void prefetch_slot_row(const struct row_index *index,
								    const struct row_blocks *rows,
								    size_t row_size, uint32_t hash)
{
	size_t at = hash;
	size_t row = row_index_next(index, hash, &at);
	const char *start;

	if (row == ROW_NONE)
		return;
	start = row_of_size(rows, row, row_size);
	for (size_t line = 0; line < row_size; line += MEM_LINE_BYTES)
		__builtin_prefetch(start + line, 1);
}

static inline __attribute__((always_inline)) void prefetch_address(const struct ledger *ledger, uint32_t hash)
{
	prefetch_slot_row(&ledger->addresses.index, &ledger->addresses.rows, sizeof(struct address_row),
			  hash);
}

static inline __attribute__((always_inline)) void prefetch_edge(const struct ledger *ledger, uint32_t hash)
{
	prefetch_slot_row(&ledger->edge_index, &ledger->edges, sizeof(struct edge_core), hash);
}

static void step_1(const struct ledger *ledger, const struct waiting *w)
{
	for (size_t side = 0; side < 2; side++)
		if (!w->repeated[side])
			prefetch_address(ledger, w->address_hashes[side]);
	for (size_t side = 0; w->may_fold && side < w->host_count; side++)
		if (!w->repeated[side])
			prefetch_address(ledger, w->fold_hashes[side]);
}

static bool ends_are_known(const struct waiting *w)
{
	return w->core.initiator != ADDRESS_NONE && w->core.responder != ADDRESS_NONE;
}

static void numbers_take(const struct ledger *ledger, struct waiting *w)
{
	w->core.initiator = w->numbers[0];
	w->core.responder = w->numbers[1];
	if (ends_are_known(w))
		w->edge_hash = edge_hash(ledger, &w->core);
	w->epoch = ledger->epoch;
	w->address_count = ledger->addresses.rows.count;
}

/* Numbers of both ends, ADDRESS_NONE where not in the table. */
static void find_numbers(const struct ledger *ledger, struct waiting *w)
{
	const struct address_table *table = &ledger->addresses;

	for (size_t side = 0; side < 2; side++) {
		w->numbers[side] = address_find(table, &w->ends[side], w->address_hashes[side]);
		if (w->may_fold && side < w->host_count)
			w->fold_numbers[side] = address_find(table, &w->folds[side], w->fold_hashes[side]);
	}
	numbers_take(ledger, w);
}

/* The same, where BEFORE, the delta before, found that of an end that both have. */
static void find_other_numbers(const struct ledger *ledger, struct waiting *w, const struct waiting *before)
{
	const struct address_table *table = &ledger->addresses;

	for (size_t side = 0; side < 2; side++) {
		bool known = w->repeated[side] && before->epoch == ledger->epoch &&
			     before->numbers[side] != ADDRESS_NONE;

		w->numbers[side] = known ? before->numbers[side]
					 : address_find(table, &w->ends[side], w->address_hashes[side]);
		if (w->may_fold && side < w->host_count)
			w->fold_numbers[side] =
			    known && side < before->host_count
				? before->fold_numbers[side]
				: address_find(table, &w->folds[side], w->fold_hashes[side]);
	}
	numbers_take(ledger, w);
}

/* An address that is new may be what was looked for. */
static bool numbers_hold(const struct ledger *ledger, const struct waiting *w)
{
	return w->epoch == ledger->epoch && w->address_count == ledger->addresses.rows.count;
}

/* Inlined by force: a function that only asks for memory has no effect in gcc's eyes, and its calls are
 * dropped. */
static inline __attribute__((always_inline)) void prefetch_host(const struct ledger *ledger, uint32_t number)
{
	uint32_t host = number == ADDRESS_NONE ? 0 : address_at(&ledger->addresses, number)->latest_host;
	const char *row;

	if (host == 0)
		return;
	row = (const char *)host_at(ledger, host - 1);
	__builtin_prefetch(row, 1);
	__builtin_prefetch(row + sizeof(struct host_core) - 1, 1);
}

static void step_2(const struct ledger *ledger, struct waiting *w, const struct waiting *before)
{
	find_other_numbers(ledger, w, before);
	for (size_t side = 0; side < 2; side++) {
		if (w->repeated[side])
			continue;
		prefetch_host(ledger, w->numbers[side]);
		if (w->may_fold && side < w->host_count)
			prefetch_host(ledger, w->fold_numbers[side]);
	}
	if (ends_are_known(w))
		row_index_prefetch(&ledger->edge_index, w->edge_hash);
	w->edge_folds = 0;
	if (ledger->probe_folds != 0 && edge_is_probe(&w->core))
		probe_fold_ask(ledger, w);
}

static void step_3(const struct ledger *ledger, const struct waiting *w)
{
	if (ends_are_known(w))
		prefetch_edge(ledger, w->edge_hash);
	for (size_t i = 0; i < w->edge_folds; i++)
		prefetch_edge(ledger, w->edge_fold_hashes[i]);
}

static uint32_t number_of(struct ledger *ledger, const struct waiting *w, size_t side)
{
	return address_obtain(&ledger->addresses, &w->ends[side], w->address_hashes[side]);
}

/* Both ends get numbers. Where there is no memory for one, "any" stands for both. */
static void number_ends(struct ledger *ledger, struct waiting *w)
{
	w->core.initiator = number_of(ledger, w, 0);
	w->core.responder = number_of(ledger, w, 1);
	if (!ends_are_known(w)) {
		edge_key_fold(ledger, &w->core, FOLD_BOTH);
		ledger_count_folded(ledger, w->core.sensor, w->core.bucket, 1);
	}
	w->edge_hash = edge_hash(ledger, &w->core);
}

static void add_hosts(struct ledger *ledger, struct waiting *w, const uint32_t numbers[2], bool folded)
{
	for (size_t side = 0; side < w->host_count && side < 2; side++) {
		uint32_t number = numbers[side];

		if (folded && host_fold_straight(ledger, w, side, number))
			continue;
		if (number == ADDRESS_NONE)
			number = number_of(ledger, w, side);
		host_place(ledger, &w->hosts[side], number == ADDRESS_NONE ? ADDRESS_ANY : number);
	}
}

static void waiting_take(struct ledger *ledger, struct waiting *w)
{
	uint32_t numbers[2];
	bool folded;

	ledger_make_room(ledger);
	if (w->epoch != ledger->epoch || (!ends_are_known(w) && !numbers_hold(ledger, w)))
		find_numbers(ledger, w);
	folded = ledger->probe_folds != 0 && edge_is_probe(&w->core) && probe_fold_straight(ledger, w);
	if (!folded && !ends_are_known(w))
		number_ends(ledger, w);
	numbers[0] = w->core.initiator;
	numbers[1] = w->core.responder;
	if (!folded)
		edge_place(ledger, &w->core, w->edge_hash, NULL);
	add_hosts(ledger, w, numbers, folded);
}

/* Of the few that do not fit. */
static void add_whole(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta)
{
	struct host_core hosts[2];
	size_t count = hosts_from_delta(hosts, sensor, delta);
	struct edge_row row;

	ledger_settle(ledger);
	edge_row_from_delta(&row, sensor, delta);
	ledger_add_edge(ledger, &row);
	for (size_t side = 0; side < count; side++)
		host_add(ledger, &hosts[side], side == 0 ? &delta->initiator : &delta->responder);
}

void ledger_add_delta(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta)
{
	struct waiting w;

	health_add(ledger, sensor, delta);
	if (!waiting_begin(ledger, &w, NULL, sensor, delta)) {
		add_whole(ledger, sensor, delta);
		return;
	}
	step_2(ledger, &w, NULL);
	waiting_take(ledger, &w);
}

static struct waiting *waiting_before(struct ledger *ledger, unsigned deltas)
{
	return &ledger->waiting[(ledger->waiting_put - deltas) % LEDGER_WAITING];
}

/* The place of the next one; where all are taken the oldest is added. */
static struct waiting *waiting_next(struct ledger *ledger)
{
	if (ledger->waiting_put - ledger->waiting_taken == LEDGER_WAITING)
		waiting_take(ledger, &ledger->waiting[ledger->waiting_taken++ % LEDGER_WAITING]);
	return waiting_before(ledger, 0);
}

/* The one that came last; NULL: it may have been added already. */
static const struct waiting *waiting_last(struct ledger *ledger)
{
	return ledger->waiting_put == ledger->waiting_taken ? NULL : waiting_before(ledger, 1);
}

/* One more came: each of those before it takes its step. */
static void waiting_step(struct ledger *ledger)
{
	uint64_t waiting = ledger->waiting_put - ledger->waiting_taken;

	if (waiting >= LEDGER_STEP)
		step_1(ledger, waiting_before(ledger, LEDGER_STEP));
	if (waiting >= 2 * LEDGER_STEP)
		step_2(ledger, waiting_before(ledger, 2 * LEDGER_STEP),
		       waiting_before(ledger, 2 * LEDGER_STEP + 1));
	if (waiting >= 3 * LEDGER_STEP)
		step_3(ledger, waiting_before(ledger, 3 * LEDGER_STEP));
	ledger->waiting_put++;
}

void ledger_add_delta_soon(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta)
{
	health_add(ledger, sensor, delta);
	if (waiting_begin(ledger, waiting_next(ledger), waiting_last(ledger), sensor, delta))
		waiting_step(ledger);
	else
		add_whole(ledger, sensor, delta);
}

void ledger_add_brief_soon(struct ledger *ledger, uint32_t sensor, const struct flow_brief *brief)
{
	struct flow_delta delta;

	health_add_brief(ledger, sensor, brief);
	if (waiting_begin_brief(ledger, waiting_next(ledger), waiting_last(ledger), sensor, brief)) {
		waiting_step(ledger);
	} else {
		flow_brief_open(brief, &delta);
		add_whole(ledger, sensor, &delta);
	}
}

void ledger_settle(struct ledger *ledger)
{
	for (; ledger->waiting_taken != ledger->waiting_put; ledger->waiting_taken++) {
		struct waiting *w = &ledger->waiting[ledger->waiting_taken % LEDGER_WAITING];

		/* The youngest have not come that far. */
		if (ledger->waiting_put - ledger->waiting_taken <= 2 * LEDGER_STEP)
			step_2(ledger, w, &ledger->waiting[(ledger->waiting_taken - 1) % LEDGER_WAITING]);
		waiting_take(ledger, w);
	}
}
