/*
 * Which host plays which role. First each host gets the role for which most speaks, whatever the others are;
 * then, a few times over, the one for which most speaks as the others stand. Hosts for whom little speaks go
 * first, so that the strong ones stay what they are.
 */
#include "infer.h"
#include <stdlib.h>

static uint64_t role_bits(const struct signature *signature, size_t role)
{
	return signature->roles[role].implies | UINT64_C(1) << role;
}

static uint64_t roles_of_kind(const struct signature *signature, bool product)
{
	uint64_t roles = 0;

	for (size_t i = 0; i < signature->role_count; i++)
		if ((signature->roles[i].kind == ROLE_PRODUCT) == product)
			roles |= UINT64_C(1) << i;
	return roles;
}

static uint64_t side_roles(const struct signature *signature, size_t rule, bool from)
{
	return from ? signature->rules[rule].from : signature->rules[rule].to;
}

bool infer_peer_fits(const struct assignment *assignment, const struct hit *hit)
{
	uint64_t wanted = side_roles(assignment->signature, hit->rule, !hit->as_from);
	size_t role = assignment->role[hit->peer];

	/* A product's host is neither a person nor a server of the house. */
	if (role != NO_INDEX)
		return (wanted & role_bits(assignment->signature, role)) != 0;
	return (wanted & roles_of_kind(assignment->signature, false)) != 0;
}

static unsigned rules_of_role(const struct signature *signature, uint64_t bits)
{
	unsigned count = 0;

	for (size_t i = 0; i < signature->rule_count; i++)
		count += !signature->rules[i].from_any && !signature->rules[i].to_any &&
			 ((signature->rules[i].from | signature->rules[i].to) & bits) != 0;
	return count;
}

/* Ports met, to count each once; hits of a host are few kinds of ports, whatever their number. */
struct port_count {
	uint32_t items[64];
	unsigned count, rare;
};

static bool note_port(struct port_count *ports, const struct hit *hit)
{
	uint32_t port = (uint32_t)hit->protocol << 16 | hit->port;

	for (unsigned i = 0; i < ports->count; i++)
		if (ports->items[i] == port)
			return false;
	if (ports->count == sizeof(ports->items) / sizeof(ports->items[0]))
		return false;
	ports->items[ports->count++] = port;
	ports->rare += hit->weight == WEIGHT_RARE;
	return true;
}

struct weighing {
	struct role_case sum;
	struct port_count ports;
	size_t rule;
	unsigned rules, rare_rules;
	uint8_t weight; /* of the rule at hand, so far */
};

static void end_rule(struct weighing *weighing)
{
	weighing->sum.score += weighing->weight;
	weighing->rules += weighing->weight > 0;
	weighing->rare_rules += weighing->weight == WEIGHT_RARE;
	weighing->weight = 0;
}

static void add_hit(const struct assignment *assignment, const struct hit *hit, struct weighing *weighing)
{
	if (hit->rule != weighing->rule)
		end_rule(weighing);
	weighing->rule = hit->rule;
	if (hit->weight > weighing->weight)
		weighing->weight = hit->weight;
	note_port(&weighing->ports, hit);
	weighing->sum.evidence++;
	weighing->sum.listens |= hit->listens;
	weighing->sum.with_product |= assignment->role[hit->peer] != NO_INDEX;
}

struct role_case infer_weigh(const struct assignment *assignment, size_t host, size_t role, bool open)
{
	const struct signature *signature = assignment->signature;
	const struct hit_list *hits = &assignment->hits;
	uint64_t bits = role_bits(signature, role);
	unsigned possible = rules_of_role(signature, bits);
	struct weighing weighing = {.rule = NO_INDEX};

	for (size_t i = hits->first[host]; i < hits->first[host + 1]; i++) {
		const struct hit *hit = &hits->items[i];

		if (hit->peer != host && (side_roles(signature, hit->rule, hit->as_from) & bits) &&
		    (open || infer_peer_fits(assignment, hit)))
			add_hit(assignment, hit, &weighing);
	}
	end_rule(&weighing);
	weighing.sum.share = possible > 0 ? (double)weighing.rules / possible : 0;
	weighing.sum.ports = weighing.ports.count;
	weighing.sum.rare =
	    weighing.rare_rules < weighing.ports.rare ? weighing.rare_rules : weighing.ports.rare;
	return weighing.sum;
}

/* RFC 1918, RFC 4193 and link-local addresses. */
bool infer_is_private(const struct addr *address)
{
	const uint8_t *bytes = address->bytes;

	if (addr_is_link_local(address))
		return true;
	if (address->family == ADDR_IPV6)
		return (bytes[0] & 0xFE) == 0xFC;
	return bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xF0) == 16) ||
	       (bytes[0] == 192 && bytes[1] == 168);
}

static bool is_enough(const struct assignment *assignment, size_t host, const struct role_case *found)
{
	if (found->rare > 0)
		return found->listens;
	return found->with_product && found->listens && found->evidence >= EVIDENCE_MIN &&
	       infer_is_private(&assignment->facts->hosts[host]);
}

static bool is_better(const struct role_case *a, const struct role_case *b)
{
	return a->score > b->score || (a->score >= b->score && a->share > b->share);
}

/* The role for which most speaks, or NO_INDEX. */
static size_t best_role(const struct assignment *assignment, size_t host, bool open, double *score)
{
	uint64_t products = roles_of_kind(assignment->signature, true);
	struct role_case best = {0};
	size_t role = NO_INDEX;

	for (size_t i = 0; i < assignment->signature->role_count; i++) {
		struct role_case found;

		if (!(products >> i & 1))
			continue;
		found = infer_weigh(assignment, host, i, open);
		if (open ? found.rare == 0 || !found.listens : !is_enough(assignment, host, &found))
			continue;
		if (role == NO_INDEX || is_better(&found, &best)) {
			best = found;
			role = i;
		}
	}
	*score = best.score;
	return role;
}

struct ranked_host {
	double score;
	size_t host;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked_host *left = a, *right = b;

	if (left->score < right->score || left->score > right->score)
		return left->score < right->score ? -1 : 1;
	/* Of equals the later address goes first, so that the earlier one keeps what it has. */
	return (left->host < right->host) - (left->host > right->host);
}

static bool assign_round(struct assignment *assignment, const struct ranked_host *order, size_t count)
{
	bool changed = false;

	for (size_t i = 0; i < count; i++) {
		double score;
		size_t role = best_role(assignment, order[i].host, false, &score);

		changed |= role != assignment->role[order[i].host];
		assignment->role[order[i].host] = role;
	}
	return changed;
}

int infer_assign(struct assignment *assignment, struct arena *arena)
{
	size_t count = assignment->facts->host_count, ranked = 0;
	struct ranked_host *order = arena_calloc(arena, count + 1, sizeof(*order));

	assignment->role = arena_calloc(arena, count + 1, sizeof(*assignment->role));
	if (!order || !assignment->role)
		return -1;
	for (size_t i = 0; i < count; i++)
		assignment->role[i] = NO_INDEX;
	for (size_t i = 0; i < count; i++) {
		if (assignment->hits.first[i] == assignment->hits.first[i + 1])
			continue;
		order[ranked].host = i;
		assignment->role[i] = best_role(assignment, i, true, &order[ranked].score);
		ranked++;
	}
	if (ranked > 1)
		qsort(order, ranked, sizeof(*order), compare_ranked);
	for (unsigned round = 0; round < ASSIGN_ROUNDS; round++)
		if (!assign_round(assignment, order, ranked))
			break;
	return 0;
}

bool infer_is_recognised(const struct assignment *assignment)
{
	for (size_t i = 0; i < assignment->facts->host_count; i++) {
		struct role_case found;

		if (assignment->role[i] == NO_INDEX)
			continue;
		found = infer_weigh(assignment, i, assignment->role[i], false);
		if (found.rare >= RARE_PORTS_MIN || (found.rare > 0 && found.ports >= PORTS_BESIDE_RARE_MIN))
			return true;
	}
	return false;
}
