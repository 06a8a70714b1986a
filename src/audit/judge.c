/* Every row against every system that binds an end of it, and which verdict stands. */
#include "base/radix.h"
#include "judge_parts.h"
#include <stdlib.h>
#include <string.h>

struct judging {
	const struct matrix *matrix;
	const struct host_macs *macs;
	const struct ledger *ledger;
	size_t row_count;
	struct judge_hosts hosts;
	bool binds_macs;
	struct match_list row_matches; /* of the row at hand */
	struct match_list matches;     /* that count */
	bool *touched;      /* for each rule of each system: a folded row that may hold it was noted */
	size_t *first_rule; /* of each system in `touched` */
};

/* What all systems together say about one row. */
struct standing {
	struct system_verdict best;
	size_t product_system; /* that has an end bound to a product role; NO_INDEX: none */
	unsigned product_ends;
	unsigned ways;
	bool any;
};

static bool is_better(const struct system_verdict *candidate, const struct standing *standing)
{
	unsigned rank = judged_edge_rank(&candidate->edge), best = judged_edge_rank(&standing->best.edge);

	if (!standing->any || rank != best)
		return !standing->any || rank < best;
	return candidate->bound_ends > standing->best.bound_ends;
}

static unsigned count_product_ends(const struct judge_case *judged)
{
	uint64_t product_roles = matrix_system(judged->matrix, judged->system)->product_roles;

	return (unsigned)((judged->initiator.roles & product_roles) != 0) +
	       (unsigned)((judged->responder.roles & product_roles) != 0);
}

static int judge_in_system(struct judging *judging, size_t row, const struct judge_case *judged,
			   const uint64_t possible[2], struct standing *standing)
{
	unsigned product_ends = count_product_ends(judged);
	struct system_verdict verdict;
	int status;

	if (edge_is_folded(&judged->row->key))
		status = judge_folded(judged, possible, row, &judging->row_matches, &verdict);
	else
		status = judge_system(judged, row, &judging->row_matches, &verdict);
	if (status < 0)
		return -1;
	standing->ways |= verdict.ways;
	if (product_ends > standing->product_ends) {
		standing->product_ends = product_ends;
		standing->product_system = judged->system;
	}
	if (is_better(&verdict, standing)) {
		standing->best = verdict;
		standing->any = true;
	}
	return 0;
}

/* Walks two hosts' memberships side by side: each system that binds either of them, in site-file order. */
struct membership_pair {
	const struct host_membership *at[2], *end[2];
};

static bool next_system(struct membership_pair *pair, size_t *system, uint64_t roles[2], uint64_t possible[2])
{
	*system = NO_INDEX;
	for (size_t i = 0; i < 2; i++)
		if (pair->at[i] < pair->end[i] && pair->at[i]->system < *system)
			*system = pair->at[i]->system;
	for (size_t i = 0; i < 2; i++) {
		roles[i] = possible[i] = 0;
		if (pair->at[i] < pair->end[i] && pair->at[i]->system == *system) {
			roles[i] = pair->at[i]->roles;
			possible[i] = pair->at[i]->possible;
			pair->at[i]++;
		}
	}
	return *system != NO_INDEX;
}

static const uint8_t *mac_of(const struct judging *judging, const struct edge_key *key,
			     const struct addr *address)
{
	if (!judging->binds_macs)
		return NULL;
	return host_macs_find(judging->macs, key->sensor, key->bucket, address);
}

static int find_memberships(struct judging *judging, const struct edge_key *key, struct membership_pair *pair)
{
	const struct addr *ends[2] = {&key->initiator, &key->responder};
	size_t numbers[2];

	for (size_t i = 0; i < 2; i++) {
		numbers[i] =
		    judge_hosts_add(&judging->hosts, judging->matrix, ends[i], mac_of(judging, key, ends[i]));
		if (numbers[i] == NO_INDEX)
			return -1;
	}
	for (size_t i = 0; i < 2; i++) {
		const struct judge_host *host = &judging->hosts.items[numbers[i]];
		bool nobody = i == 1 && edge_is_group(key);

		if (nobody || host->count == 0)
			continue;
		pair->at[i] = judging->hosts.memberships + host->first;
		pair->end[i] = pair->at[i] + host->count;
	}
	return 0;
}

static int ask_systems(struct judging *judging, size_t row, const struct edge_row *at,
		       struct standing *standing)
{
	struct membership_pair pair = {0};
	uint64_t roles[2], possible[2];
	size_t system;

	if (find_memberships(judging, &at->key, &pair) < 0)
		return -1;
	while (next_system(&pair, &system, roles, possible)) {
		struct judge_case judged = judge_case_make(judging->matrix, system, at, roles[0], roles[1]);

		if (judge_in_system(judging, row, &judged, possible, standing) < 0)
			return -1;
	}
	return 0;
}

static bool match_is_wanted(struct judging *judging, const struct judge_match *match, bool counts)
{
	bool *touched;

	if (!match->folded || !match->uncertain)
		return counts;
	touched = &judging->touched[judging->first_rule[match->system] + match->rule];
	if (*touched)
		return false;
	*touched = true;
	return true;
}

/* Matches count where the row's verdict is one for which it counts for its rules. */
static int take_matches(struct judging *judging, const struct judged_edge *edge)
{
	bool counts = edge->verdict == VERDICT_DOCUMENTED || edge->reason == REASON_UNDOCUMENTED_REPLY ||
		      (edge->verdict == VERDICT_INCONCLUSIVE && !edge->stray);
	struct match_list *list = &judging->matches;

	for (size_t i = 0; i < judging->row_matches.count; i++) {
		const struct judge_match *match = &judging->row_matches.items[i];

		if (!match_is_wanted(judging, match, counts))
			continue;
		if (mem_grow((void **)&list->items, &list->capacity, list->count + 1, sizeof(*list->items)) <
		    0)
			return -1;
		list->items[list->count++] = *match;
	}
	judging->row_matches.count = 0;
	return 0;
}

static void set_bare(struct judged_edge *edge, enum edge_verdict verdict, size_t system)
{
	size_t row = edge->row;

	*edge = (struct judged_edge){
	    .row = row, .verdict = verdict, .system = system, .rule = NO_INDEX, .site_rule = NO_INDEX};
}

/* Where the orientation is unknown, one rule may document the one way round and another rule, perhaps the
 * site's, the other: then nothing is left to doubt. */
static void weigh_site(struct judging *judging, const struct standing *standing, const struct edge_row *row,
		       struct judged_edge *edge)
{
	const struct edge_key *key = &row->key;
	bool known = key->confidence != CONFIDENCE_UNKNOWN || edge_is_group(key);
	size_t rule;
	unsigned ways = judge_site_rules(matrix_site(judging->matrix), row, known, &rule);

	if (standing->ways == WAYS_BOTH && edge->verdict == VERDICT_INCONCLUSIVE)
		edge->verdict = VERDICT_DOCUMENTED;
	if (edge->verdict == VERDICT_DOCUMENTED || ways == 0)
		return;
	if ((ways | standing->ways) == WAYS_BOTH) {
		set_bare(edge, VERDICT_SITE_DOCUMENTED, NO_INDEX);
		edge->site_rule = rule;
	} else if (judged_edge_rank(edge) >
		   judged_edge_rank(&(struct judged_edge){.verdict = VERDICT_INCONCLUSIVE})) {
		set_bare(edge, VERDICT_INCONCLUSIVE, standing->product_system);
	}
}

/* Most rows of a busy link have nobody at either end that any system or site rule knows. 1 if so, 0 if not,
 * -1 without memory. */
static int judge_stranger(struct judging *judging, size_t row, struct judged_edge *edge)
{
	struct edge_brief brief;
	unsigned ends[2];

	if (judging->binds_macs || !ledger_edge_has_outcome(judging->ledger, row))
		return 0;
	brief = ledger_edge_brief(judging->ledger, row);
	ends[0] = judge_place(&judging->hosts, judging->matrix, judging->ledger, brief.initiator);
	ends[1] = judge_place(&judging->hosts, judging->matrix, judging->ledger, brief.responder);
	if (ends[0] == 0 || ends[1] == 0)
		return -1;
	if ((ends[0] | ends[1]) & PLACE_CONCERNS)
		return 0;
	set_bare(edge, VERDICT_OUT_OF_SCOPE, NO_INDEX);
	edge->folded = brief.fold != FOLD_NONE || ((ends[0] | ends[1]) & PLACE_FOLDED) != 0;
	return 1;
}

static int judge_row(struct judging *judging, size_t number, struct judged_edge *edge)
{
	struct standing standing = {.product_system = NO_INDEX};
	struct edge_row row;
	int status;

	edge->row = number;
	status = judge_stranger(judging, number, edge);
	if (status != 0)
		return status < 0 ? -1 : 0;
	row = ledger_edge(judging->ledger, number);
	if (ask_systems(judging, number, &row, &standing) < 0)
		return -1;
	set_bare(edge, VERDICT_OUT_OF_SCOPE, NO_INDEX);
	if (edge_is_stray(judging->ledger, &row)) {
		if (standing.product_system != NO_INDEX)
			set_bare(edge, VERDICT_INCONCLUSIVE, standing.product_system);
		edge->stray = true;
	} else {
		if (standing.any && standing.best.edge.verdict != VERDICT_OUT_OF_SCOPE) {
			*edge = standing.best.edge;
			edge->row = number;
		}
		weigh_site(judging, &standing, &row, edge);
	}
	edge->folded = edge_is_folded(&row.key);
	return take_matches(judging, edge);
}

/* Copies all matches to OUT by system and rule. They come in the order of their rows, and sorting keeps it.
 * 0/-1 */
static int sort_matches(const struct match_list *list, struct judge_match *out)
{
	struct radix_item *items = mem_resize(NULL, list->count * 2, sizeof(*items));

	if (!items)
		return -1;
	for (size_t i = 0; i < list->count; i++)
		items[i] = (struct radix_item){
		    (uint64_t)list->items[i].system << 32 | (uint32_t)list->items[i].rule, (uint32_t)i};
	radix_sort(items, items + list->count, list->count);
	for (size_t i = 0; i < list->count; i++)
		out[i] = list->items[items[i].value];
	mem_free(items);
	return 0;
}

static int prepare(struct judging *judging)
{
	size_t systems = matrix_system_count(judging->matrix), rules = 0;

	judging->first_rule = mem_calloc(systems + 1, sizeof(*judging->first_rule));
	if (!judging->first_rule)
		return -1;
	for (size_t i = 0; i < systems; i++) {
		judging->first_rule[i] = rules;
		rules += matrix_system(judging->matrix, i)->rule_count;
	}
	judging->touched = mem_calloc(rules + 1, sizeof(*judging->touched));
	return judging->touched ? 0 : -1;
}

static int judge_rows(struct judging *judging, struct judge_result *out)
{
	struct judged_edge *edges = arena_calloc(&out->arena, judging->row_count + 1, sizeof(*edges));
	struct judge_match *matches;

	if (!edges)
		return -1;
	for (size_t i = 0; i < judging->row_count; i++)
		if (judge_row(judging, i, &edges[i]) < 0)
			return -1;
	matches = arena_calloc(&out->arena, judging->matches.count + 1, sizeof(*matches));
	if (!matches || sort_matches(&judging->matches, matches) < 0)
		return -1;
	out->edges = edges;
	out->edge_count = judging->row_count;
	out->matches = matches;
	out->match_count = judging->matches.count;
	return 0;
}

int judge_ledger(const struct ledger *ledger, const struct matrix *matrix, const struct host_macs *macs,
		 struct judge_result *out, struct err *err)
{
	struct judging judging = {
	    .matrix = matrix, .macs = macs, .ledger = ledger, .row_count = ledger_edge_count(ledger)};
	int status;

	memset(out, 0, sizeof(*out));
	judging.binds_macs = macs && matrix_binds_macs(matrix);
	status = prepare(&judging);
	if (status == 0)
		status = judge_rows(&judging, out);
	judge_hosts_clear(&judging.hosts);
	mem_free(judging.row_matches.items);
	mem_free(judging.matches.items);
	mem_free(judging.touched);
	mem_free(judging.first_rule);
	if (status == 0)
		return 0;
	judge_clear(out);
	return err_no_memory(err);
}

void judge_clear(struct judge_result *result)
{
	arena_clear(&result->arena);
	memset(result, 0, sizeof(*result));
}
