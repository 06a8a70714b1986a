/* For `explain`: the rules that came nearest to documenting a row. */
#include "judge_near.h"
#include <stdlib.h>

enum { TURNED_ROUND_DISTANCE = 2, DISPUTED_NEARER = 3, HOPELESS = UINT16_MAX };

/* Between protocols only a port in common makes neighbours. */
static bool is_foreign(const struct near_rule *near)
{
	const struct sig_rule *rule = near->rule->rule;
	bool ports = false;

	for (size_t i = 0; i < rule->protocol_count; i++)
		ports |= protocol_has_ports(rule->protocols[i]);
	return !ports || near->rule->port_count == 0 || !protocol_has_ports(near->view.protocol) ||
	       (near->failed & FAIL_PORT);
}

/* A rule that speaks of another port of another protocol, or of two other hosts, is no neighbour. */
static bool is_hopeless(const struct near_rule *near)
{
	unsigned both_ends = FAIL_OPENER | FAIL_LISTENER;

	if ((near->failed & both_ends) == both_ends || (near->failed & FAIL_CHILDREN))
		return true;
	if ((near->failed & FAIL_PROTOCOL) && is_foreign(near))
		return true;
	return near->turned_round &&
	       (near->failed & (FAIL_OPENER | FAIL_LISTENER | FAIL_PORT | FAIL_PROTOCOL));
}

static void measure(struct near_rule *near, const struct judged_edge *edge)
{
	bool fits = near->failed == 0 && !near->turned_round;

	near->distance = near_distance(near->failed) + (near->turned_round ? TURNED_ROUND_DISTANCE : 0);
	if ((near->failed & FAIL_PORT) && near_is_disputed(near))
		near->distance -= DISPUTED_NEARER;
	if (is_hopeless(near) || (fits && edge->verdict != VERDICT_INCONCLUSIVE))
		near->distance = HOPELESS;
}

/* The reading of the row under which RULE comes nearest. */
static struct near_rule nearest_reading(const struct judge_case *judged, const struct judged_edge *edge,
					const struct matrix_rule *rule)
{
	struct judge_view views[JUDGE_VIEWS_MAX];
	size_t view_count = judge_all_views(judged, views);
	struct near_rule best = {.rule = rule, .distance = HOPELESS};

	for (size_t i = 0; i < 2 * view_count; i++) {
		struct near_rule near = {.rule = rule, .view = views[i / 2], .swapped = i % 2 == 1};

		near.turned_round = near.swapped && !rule->rule->either;
		if (near.turned_round && near.view.child)
			continue;
		near.failed = judge_test(rule, &near.view, near.swapped).failed;
		measure(&near, edge);
		if (near.distance < best.distance)
			best = near;
	}
	return best;
}

static int compare_near(const void *a, const void *b)
{
	const struct near_rule *left = a, *right = b;

	if (left->distance != right->distance)
		return left->distance < right->distance ? -1 : 1;
	return (left->rule->index > right->rule->index) - (left->rule->index < right->rule->index);
}

static uint64_t roles_of(const struct matrix *matrix, const struct host_macs *macs, size_t system,
			 const struct edge_key *key, const struct addr *address)
{
	const uint8_t *mac = macs ? host_macs_find(macs, key->sensor, key->bucket, address) : NULL;

	return addr_is_unspecified(address) ? 0 : matrix_holder(matrix, system, address, mac).roles;
}

size_t judge_nearest(const struct ledger *ledger, const struct matrix *matrix, const struct host_macs *macs,
		     const struct judged_edge *edge, struct audit_near *out, size_t max, struct arena *arena)
{
	const struct edge_row row = ledger_edge(ledger, edge->row);
	const struct edge_key *key = &row.key;
	const struct matrix_system *system;
	struct judge_case judged;
	struct near_rule *found;
	size_t count = 0;

	if (edge->system == NO_INDEX)
		return 0;
	system = matrix_system(matrix, edge->system);
	found = mem_calloc(system->rule_count + 1, sizeof(*found));
	if (!found)
		return 0;
	judged = judge_case_make(matrix, edge->system, &row,
				 roles_of(matrix, macs, edge->system, key, &key->initiator),
				 roles_of(matrix, macs, edge->system, key, &key->responder));
	for (size_t i = 0; i < system->rule_count; i++) {
		found[count] = nearest_reading(&judged, edge, &system->rules[i]);
		count += found[count].distance != HOPELESS;
	}
	qsort(found, count, sizeof(*found), compare_near);
	count = count < max ? count : max;
	for (size_t i = 0; i < count; i++) {
		out[i] =
		    (struct audit_near){found[i].rule->rule->id, near_explain(&judged, &found[i], arena)};
		if (!out[i].failed)
			count = i;
	}
	mem_free(found);
	return count;
}
