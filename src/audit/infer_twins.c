/*
 * One host under two addresses. What it does over IPv6 is often too little to tell its role by; then the
 * address of the other family tells it, which is the same host by its MAC, or one in whose role the same is
 * done.
 */
#include "infer.h"

static bool is_known_of(const struct assignment *assignment, const struct hit *hit, size_t host)
{
	const struct hit_list *hits = &assignment->hits;

	for (size_t i = hits->first[host]; i < hits->first[host + 1]; i++) {
		const struct hit *own = &hits->items[i];

		if (own->rule == hit->rule && own->port == hit->port && own->protocol == hit->protocol &&
		    own->as_from == hit->as_from && own->listens == hit->listens &&
		    infer_peer_fits(assignment, own))
			return true;
	}
	return false;
}

/* All that HOST does with hosts that have a role is what MODEL does as well. */
static bool behaves_as(const struct assignment *assignment, size_t host, size_t model)
{
	const struct hit_list *hits = &assignment->hits;
	bool any = false;

	for (size_t i = hits->first[host]; i < hits->first[host + 1]; i++) {
		const struct hit *hit = &hits->items[i];

		if (assignment->role[hit->peer] == NO_INDEX || !infer_peer_fits(assignment, hit))
			continue;
		if (!is_known_of(assignment, hit, model))
			return false;
		any = true;
	}
	return any;
}

/* How much makes HOST the same as MODEL, an address of the other family: its MAC before what it does. */
static unsigned likeness(const struct assignment *assignment, size_t host, size_t model, bool serves)
{
	const struct infer_facts *facts = assignment->facts;

	if (facts->hosts[host].family == facts->hosts[model].family)
		return 0;
	if (facts->macs[host].family == ADDR_MAC && addr_equal(&facts->macs[host], &facts->macs[model]))
		return 2;
	return serves && behaves_as(assignment, host, model);
}

/* The first role of those in which HOST, which has none, is most like another. */
static size_t twin_role(const struct assignment *assignment, size_t host)
{
	size_t found = NO_INDEX;
	unsigned best = 0;

	for (size_t role = 0; role < assignment->signature->role_count; role++) {
		struct role_case speaks = infer_weigh(assignment, host, role, false);
		bool serves = speaks.listens && infer_is_private(&assignment->facts->hosts[host]);

		for (size_t i = 0; speaks.with_product && i < assignment->facts->host_count; i++) {
			unsigned like =
			    assignment->role[i] == role ? likeness(assignment, host, i, serves) : 0;

			if (like > best) {
				best = like;
				found = role;
			}
		}
	}
	return found;
}

/* HOST has a role, but more speaks for another at an address with its MAC; unless nothing of that is seen
 * here. */
static size_t stronger_role(const struct assignment *assignment, size_t host)
{
	size_t found = assignment->role[host];
	double score = infer_weigh(assignment, host, found, false).score;

	for (size_t i = 0; i < assignment->facts->host_count; i++) {
		size_t role = assignment->role[i];
		double other;

		if (role == NO_INDEX || role == found || likeness(assignment, host, i, false) == 0)
			continue;
		other = infer_weigh(assignment, i, role, false).score;
		if (other > score && infer_weigh(assignment, host, role, false).evidence > 0) {
			score = other;
			found = role;
		}
	}
	return found;
}

typedef size_t twin_finder(const struct assignment *assignment, size_t host);

/* All hosts by the roles of before: nobody is the twin of a twin. */
static int give_roles(struct assignment *assignment, struct arena *arena, bool without, twin_finder *find)
{
	const struct hit_list *hits = &assignment->hits;
	size_t count = assignment->facts->host_count;
	size_t *roles = arena_calloc(arena, count + 1, sizeof(*roles));

	if (!roles)
		return -1;
	for (size_t i = 0; i < count; i++) {
		roles[i] = assignment->role[i];
		if ((roles[i] == NO_INDEX) == without && hits->first[i] < hits->first[i + 1])
			roles[i] = find(assignment, i);
	}
	assignment->role = roles;
	return 0;
}

int infer_twins(struct assignment *assignment, struct arena *arena)
{
	if (give_roles(assignment, arena, false, stronger_role) < 0)
		return -1;
	return give_roles(assignment, arena, true, twin_role);
}
