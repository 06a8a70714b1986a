#include "base/mem.h"
#include "internal.h"

/*
 * Folding under pressure, gentlest first: each stage is tried in turn until a quarter of the rows is gone.
 * What nobody answered goes first, and only where many rows become one; then the smallest edges, those of
 * networks that the caller named last; at the very end everything becomes (any, any). Each stage walks over
 * the rows twice at most and sorts nothing.
 */
struct fold_stage {
	enum ledger_fold to;
	bool probes;        /* only rows of which nothing came */
	bool spare;         /* not those that touch a network to be folded last */
	bool smallest_half; /* by packets */
	unsigned least;     /* rows that must become one, else they stay; not of FOLD_PREFIX */
};

static const struct fold_stage stages[] = {
    {.to = FOLD_RESPONDERS, .probes = true, .least = FOLD_GROUP_LEAST},
    {.to = FOLD_INITIATORS, .probes = true, .least = FOLD_GROUP_LEAST},
    {.to = FOLD_BOTH, .probes = true},
    {.to = FOLD_PREFIX, .spare = true, .smallest_half = true},
    {.to = FOLD_PREFIX, .spare = true},
    {.to = FOLD_BOTH, .spare = true},
    {.to = FOLD_PREFIX, .smallest_half = true},
    {.to = FOLD_PREFIX},
    {.to = FOLD_BOTH},
};

/* How many rows would get one key: open addressing, 56 bits of the key's hash and a count up to 255. */
struct fold_groups {
	uint64_t *slots;
	size_t mask;
	bool large; /* one of them at least is to be folded */
};
enum { GROUP_COUNT_BITS = 8, GROUP_COUNT_MOST = 255 };

bool edge_is_probe(const struct edge_core *core)
{
	return core->events[FLOW_SUCCEEDED] == 0 && core->events[FLOW_ANSWER] == 0 &&
	       core->active_minutes == 0;
}

/* An attempt of which nothing came: no success, no packets of a flow that had succeeded before, no answer to
 * another. */
static bool is_probe(const struct ledger *ledger, const struct edge_core *row)
{
	const struct edge_row *extra = edge_extra(ledger, row);

	return edge_is_probe(row) &&
	       (!extra || (extra->events[FLOW_SUCCEEDED] == 0 && extra->events[FLOW_ANSWER] == 0));
}

static bool is_candidate(const struct ledger *ledger, const struct edge_core *row,
			 const struct fold_stage *stage)
{
	enum ledger_fold fold = core_fold(row);

	if (fold == FOLD_BOTH || (stage->probes && !is_probe(ledger, row)))
		return false;
	if (stage->to != FOLD_BOTH && fold != FOLD_NONE)
		return false;
	return !stage->spare ||
	       (!ledger_folds_last(ledger, row->initiator) && !ledger_folds_last(ledger, row->responder));
}

static void fold_ends(struct ledger *ledger, struct edge_core *core, enum ledger_fold *to)
{
	if (*to == FOLD_PREFIX) {
		core->initiator = ledger_fold_number(ledger, core->initiator);
		core->responder = ledger_fold_number(ledger, core->responder);
		if (core->initiator == ADDRESS_NONE || core->responder == ADDRESS_NONE)
			*to = FOLD_BOTH;
	}
	if (*to == FOLD_RESPONDERS || *to == FOLD_BOTH) {
		core->responder = ADDRESS_ANY;
		core->responder_port = 0;
	}
	if (*to == FOLD_INITIATORS || *to == FOLD_BOTH)
		core->initiator = ADDRESS_ANY;
}

void edge_key_fold(struct ledger *ledger, struct edge_core *core, enum ledger_fold to)
{
	fold_ends(ledger, core, &to);
	core->opener_port = 0;
	core->answered_from = 0;
	core->parent = 0;
	core->manner = manner_make(core_delivery(core), core_confidence(core), to, false);
}

static uint64_t row_packets(const struct ledger *ledger, const struct edge_core *row)
{
	const struct edge_row *extra = edge_extra(ledger, row);

	return (uint64_t)row->packets[0] + row->packets[1] +
	       (extra ? extra->packets[0] + extra->packets[1] : 0);
}

/* The packets up to which the smallest half of the candidates goes. */
static uint64_t half_packets(const struct ledger *ledger, const struct fold_stage *stage)
{
	struct fold_half half = {0};

	for (size_t i = 0; i < ledger->edges.count; i++)
		if (is_candidate(ledger, edge_at(ledger, i), stage))
			fold_half_add(&half, row_packets(ledger, edge_at(ledger, i)));
	return fold_half_limit(&half);
}

/* A row that is folded further was counted when it was folded first. */
static void row_fold(struct ledger *ledger, struct edge_core *row, enum ledger_fold to)
{
	if (core_fold(row) == FOLD_NONE)
		ledger_count_folded(ledger, row->sensor, row->bucket, 1);
	edge_key_fold(ledger, row, to);
	ledger->probe_folds |= 1U << core_fold(row);
}

static size_t fold_candidates(struct ledger *ledger, const struct fold_stage *stage)
{
	uint64_t most = stage->smallest_half ? half_packets(ledger, stage) : UINT64_MAX;
	size_t folded = 0;

	for (size_t i = 0; i < ledger->edges.count; i++) {
		struct edge_core *row = edge_at(ledger, i);

		if (!is_candidate(ledger, row, stage) || row_packets(ledger, row) > most)
			continue;
		row_fold(ledger, row, stage->to);
		folded++;
	}
	return folded;
}

/* The hash of the key that ROW would get, its lowest bits left for a count. */
static uint64_t group_hash(const struct ledger *ledger, const struct edge_core *row, enum ledger_fold to)
{
	uint64_t words[4];

	core_key_folded(words, row, to);
	/* Never 0, which is a free slot. */
	return (words_hash_whole(ledger->seed, words) | UINT64_C(1) << 63) & ~(uint64_t)GROUP_COUNT_MOST;
}

static uint64_t *group_slot(const struct fold_groups *groups, uint64_t hash)
{
	size_t at = (size_t)(hash >> GROUP_COUNT_BITS) & groups->mask;

	while (groups->slots[at] != 0 && (groups->slots[at] & ~(uint64_t)GROUP_COUNT_MOST) != hash)
		at = (at + 1) & groups->mask;
	return &groups->slots[at];
}

static size_t count_candidates(const struct ledger *ledger, const struct fold_stage *stage)
{
	size_t count = 0;

	for (size_t i = 0; i < ledger->edges.count; i++)
		count += is_candidate(ledger, edge_at(ledger, i), stage);
	return count;
}

/* Candidates that are looked up next, their slots asked for. */
enum { ROWS_AHEAD = 16 };
struct group_queue {
	struct edge_core *rows[ROWS_AHEAD];
	uint64_t hashes[ROWS_AHEAD];
	size_t count;
};

/* The next candidates from row *AT on; none are left where there are none. */
static bool queue_fill(struct ledger *ledger, const struct fold_stage *stage,
		       const struct fold_groups *groups, struct group_queue *queue, size_t *at)
{
	queue->count = 0;
	for (; *at < ledger->edges.count && queue->count < ROWS_AHEAD; ++*at) {
		struct edge_core *row = edge_at(ledger, *at);
		uint64_t hash;

		if (!is_candidate(ledger, row, stage))
			continue;
		hash = group_hash(ledger, row, stage->to);
		__builtin_prefetch(&groups->slots[(size_t)(hash >> GROUP_COUNT_BITS) & groups->mask], 1);
		queue->rows[queue->count] = row;
		queue->hashes[queue->count++] = hash;
	}
	return queue->count > 0;
}

/* One more row of the group. Returns how many there are. */
static uint64_t group_add(const struct fold_groups *groups, uint64_t hash)
{
	uint64_t *slot = group_slot(groups, hash);

	if (*slot == 0)
		*slot = hash;
	*slot += (*slot & GROUP_COUNT_MOST) < GROUP_COUNT_MOST;
	return *slot & GROUP_COUNT_MOST;
}

/* 0, or -1 without memory. */
static int groups_make(struct ledger *ledger, const struct fold_stage *stage, size_t candidates,
		       struct fold_groups *groups)
{
	size_t wanted = candidates * 3 / 2, slots = FOLD_GROUP_LEAST;
	struct group_queue queue;

	while (slots <= wanted)
		slots *= 2;
	groups->mask = slots - 1;
	groups->large = false;
	groups->slots = mem_calloc(slots, sizeof(*groups->slots));
	if (!groups->slots)
		return -1;
	for (size_t at = 0; queue_fill(ledger, stage, groups, &queue, &at);)
		for (size_t i = 0; i < queue.count; i++)
			groups->large |= group_add(groups, queue.hashes[i]) >= stage->least;
	return 0;
}

/* Folds only where at least stage->least rows become one. CANDIDATES: as many as there are. */
static size_t fold_groups(struct ledger *ledger, const struct fold_stage *stage, size_t candidates)
{
	struct fold_groups groups;
	struct group_queue queue;
	size_t folded = 0;

	if (groups_make(ledger, stage, candidates, &groups))
		return fold_candidates(ledger, stage);
	for (size_t at = 0; groups.large && queue_fill(ledger, stage, &groups, &queue, &at);) {
		for (size_t i = 0; i < queue.count; i++) {
			if ((*group_slot(&groups, queue.hashes[i]) & GROUP_COUNT_MOST) < stage->least)
				continue;
			row_fold(ledger, queue.rows[i], stage->to);
			folded++;
		}
	}
	mem_free(groups.slots);
	return folded;
}

/* Both kinds of groups have the same candidates, until some were folded. */
static size_t fold_by(struct ledger *ledger, const struct fold_stage *stage, size_t *candidates)
{
	if (stage->least == 0)
		return fold_candidates(ledger, stage);
	if (*candidates == 0)
		*candidates = count_candidates(ledger, stage);
	return fold_groups(ledger, stage, *candidates);
}

void ledger_fold_edges(struct ledger *ledger)
{
	size_t target = ledger->edges.count / 4 * 3, candidates = 0;

	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]) && ledger->edges.count > target; i++) {
		if (fold_by(ledger, &stages[i], &candidates) == 0)
			continue;
		candidates = 0;
		edge_table_compact(ledger);
	}
}
