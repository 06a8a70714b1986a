/*
 * From deltas to rows. A delta touches an edge, two hosts and two addresses, each found by a slot of an
 * index: eight places of memory. So deltas wait a little, and are walked through in steps of LEDGER_STEP
 * deltas:
 *
 *   come     both addresses are hashed, their slots asked for
 *   step 1   their rows are asked for
 *   step 2   they are found: the edge's slot and the rows of both hosts are asked for
 *   step 3   the row of the edge is asked for
 *   taken    everything is added, in the order in which it came
 *
 * What a step did is a guess: rows may move before the delta is taken, which looks again at what has changed.
 */
#include "internal.h"

static void health_add(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta)
{
	struct coverage_row *row = ledger_coverage(ledger, sensor, delta->bucket);

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

static const struct addr *end_of(const struct waiting *w, size_t side)
{
	return side == 0 ? &w->delta.initiator : &w->delta.responder;
}

static void waiting_begin(const struct ledger *ledger, struct waiting *w, uint32_t sensor,
			  const struct flow_delta *delta)
{
	w->delta = *delta;
	w->sensor = sensor;
	for (size_t side = 0; side < 2; side++) {
		w->hashes[side] = address_hash(&ledger->addresses, end_of(w, side));
		row_index_prefetch(&ledger->addresses.index, w->hashes[side]);
	}
}

static void prefetch_slot_row(const struct row_index *index, const struct row_blocks *rows, uint32_t hash)
{
	size_t at = hash;
	size_t row = row_index_next(index, hash, &at);
	const char *start;

	if (row == ROW_NONE)
		return;
	start = row_at(rows, row);
	__builtin_prefetch(start, 1);
	__builtin_prefetch(start + rows->row_size - 1, 1);
}

static void step_1(const struct ledger *ledger, const struct waiting *w)
{
	for (size_t side = 0; side < 2; side++)
		prefetch_slot_row(&ledger->addresses.index, &ledger->addresses.rows, w->hashes[side]);
}

static void find_numbers(const struct ledger *ledger, struct waiting *w)
{
	for (size_t side = 0; side < 2; side++)
		w->numbers[side] = address_find(&ledger->addresses, end_of(w, side), w->hashes[side]);
	w->epoch = ledger->epoch;
}

static void step_2(const struct ledger *ledger, struct waiting *w)
{
	find_numbers(ledger, w);
	w->fits = edge_core_from_delta(&w->core, w->sensor, &w->delta);
	w->core.initiator = w->numbers[0];
	w->core.responder = w->numbers[1];
	for (size_t side = 0; side < 2; side++) {
		uint32_t host = 0;

		if (w->numbers[side] != ADDRESS_NONE)
			host = address_at(&ledger->addresses, w->numbers[side])->latest_host;
		if (host != 0)
			__builtin_prefetch(host_at(ledger, host - 1), 1);
	}
	row_index_prefetch(&ledger->edge_index, edge_hash(ledger, &w->core));
}

static void step_3(const struct ledger *ledger, const struct waiting *w)
{
	if (w->numbers[0] != ADDRESS_NONE && w->numbers[1] != ADDRESS_NONE)
		prefetch_slot_row(&ledger->edge_index, &ledger->edges, edge_hash(ledger, &w->core));
}

/* Both ends get numbers. Where there is no memory for one, "any" stands for it. */
static void number_ends(struct ledger *ledger, struct waiting *w)
{
	bool failed = false;

	for (size_t side = 0; side < 2; side++) {
		if (w->numbers[side] == ADDRESS_NONE)
			w->numbers[side] =
			    address_obtain(&ledger->addresses, end_of(w, side), w->hashes[side]);
		failed |= w->numbers[side] == ADDRESS_NONE;
	}
	w->core.initiator = w->numbers[0];
	w->core.responder = w->numbers[1];
	if (failed) {
		edge_key_fold(ledger, &w->core, FOLD_BOTH);
		ledger_count_folded(ledger, w->sensor, w->delta.bucket, 1);
	}
}

static void add_edge(struct ledger *ledger, struct waiting *w)
{
	struct edge_row whole, rest;
	struct edge_core core;

	if (w->fits) {
		edge_place(ledger, &w->core, NULL);
		return;
	}
	edge_row_from_delta(&whole, w->sensor, &w->delta);
	(void)edge_core_split(&core, &rest, &whole);
	memcpy(&core, &w->core, CORE_KEY_BYTES);
	edge_place(ledger, &core, &rest);
}

static void add_hosts(struct ledger *ledger, struct waiting *w, bool folded)
{
	struct host_core hosts[2];
	size_t count = hosts_from_delta(hosts, w->sensor, &w->delta);

	for (size_t side = 0; side < count; side++) {
		hosts[side].address = w->numbers[side];
		if (folded && host_fold_straight(ledger, &hosts[side], end_of(w, side)))
			continue;
		if (hosts[side].address == ADDRESS_NONE)
			hosts[side].address =
			    address_obtain(&ledger->addresses, end_of(w, side), w->hashes[side]);
		if (hosts[side].address == ADDRESS_NONE)
			hosts[side].address = ADDRESS_ANY;
		host_place(ledger, &hosts[side]);
	}
}

static void waiting_take(struct ledger *ledger, struct waiting *w)
{
	bool folded;

	ledger_make_room(ledger);
	if (w->epoch != ledger->epoch || w->numbers[0] == ADDRESS_NONE || w->numbers[1] == ADDRESS_NONE)
		find_numbers(ledger, w);
	w->core.initiator = w->numbers[0];
	w->core.responder = w->numbers[1];
	folded = w->fits && ledger->probe_folds != 0 && edge_is_probe(&w->core) &&
		 probe_fold_straight(ledger, &w->core);
	if (!folded) {
		number_ends(ledger, w);
		add_edge(ledger, w);
	}
	add_hosts(ledger, w, folded);
}

void ledger_add_delta(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta)
{
	struct waiting w;

	health_add(ledger, sensor, delta);
	waiting_begin(ledger, &w, sensor, delta);
	step_2(ledger, &w);
	waiting_take(ledger, &w);
}

static struct waiting *waiting_before(struct ledger *ledger, unsigned deltas)
{
	return &ledger->waiting[(ledger->waiting_put - deltas) % LEDGER_WAITING];
}

void ledger_add_delta_soon(struct ledger *ledger, uint32_t sensor, const struct flow_delta *delta)
{
	uint64_t waiting = ledger->waiting_put - ledger->waiting_taken;

	if (waiting == LEDGER_WAITING) {
		waiting_take(ledger, &ledger->waiting[ledger->waiting_taken++ % LEDGER_WAITING]);
		waiting--;
	}
	health_add(ledger, sensor, delta);
	waiting_begin(ledger, waiting_before(ledger, 0), sensor, delta);
	if (waiting >= LEDGER_STEP)
		step_1(ledger, waiting_before(ledger, LEDGER_STEP));
	if (waiting >= 2 * LEDGER_STEP)
		step_2(ledger, waiting_before(ledger, 2 * LEDGER_STEP));
	if (waiting >= 3 * LEDGER_STEP)
		step_3(ledger, waiting_before(ledger, 3 * LEDGER_STEP));
	ledger->waiting_put++;
}

void ledger_settle(struct ledger *ledger)
{
	for (; ledger->waiting_taken != ledger->waiting_put; ledger->waiting_taken++) {
		struct waiting *w = &ledger->waiting[ledger->waiting_taken % LEDGER_WAITING];

		/* The youngest have not come that far. */
		if (ledger->waiting_put - ledger->waiting_taken <= 2 * LEDGER_STEP)
			step_2(ledger, w);
		waiting_take(ledger, w);
	}
}
