/* The hosts at the other end of a finding: all counted, the first of them listed, in the order of their
 * addresses. */
#include "work.h"
#include <stdlib.h>

enum { PEERS_LISTED_MAX = 20 };

static struct addr end_address(const struct audit_work *work, const struct candidate *candidate, uint8_t side)
{
	const struct edge_key key = work_key(work, candidate->edge);

	return side == 0 ? key.initiator : key.responder;
}

/* Of the rows of one peer the first in rank names it. */
static const struct candidate *first_ranked(const struct audit_work *work, const struct candidate *items,
					    size_t count)
{
	const struct candidate *first = items;

	for (size_t i = 1; i < count; i++)
		if (work->ranks[items[i].edge] < work->ranks[first->edge])
			first = &items[i];
	return first;
}

static void set_ends(struct audit_work *work, struct audit_finding *finding, const struct candidate *first)
{
	const struct addr initiator = end_address(work, first, 0), responder = end_address(work, first, 1);

	finding->initiator = host_ref_end(work, first->system, &first->ends[0], &initiator);
	finding->responder = host_ref_end(work, first->system, &first->ends[1], &responder);
}

/* One peer of a finding, and the candidate that names it. */
struct peer {
	struct addr address;
	const struct candidate *first;
};

static int compare_peers(const void *a, const void *b)
{
	const struct peer *left = a, *right = b;
	int order = addr_compare(&left->address, &right->address);

	return order != 0 ? order
			  : host_ref_compare(candidate_peer(left->first), candidate_peer(right->first));
}

/* Items of one peer lie together. Returns how many peers there are, in the order of their addresses. */
static size_t gather_peers(const struct audit_work *work, const struct candidate *items, size_t count,
			   struct peer *peers)
{
	size_t kept = 0;

	for (size_t i = 0, end; i < count; i = end) {
		const struct candidate *first;

		for (end = i + 1; end < count && host_ref_compare(candidate_peer(&items[i]),
								  candidate_peer(&items[end])) == 0;)
			end++;
		first = first_ranked(work, &items[i], end - i);
		peers[kept++] = (struct peer){end_address(work, first, !first->anchor), first};
	}
	qsort(peers, kept, sizeof(*peers), compare_peers);
	return kept;
}

static void keep_addresses(struct audit_work *work, struct audit_finding *finding, const struct peer *peers)
{
	struct addr *addresses = work_alloc(work, finding->peer_count, sizeof(*addresses));

	for (size_t i = 0; addresses && i < finding->peer_count; i++)
		addresses[i] = peers[i].address;
	finding->peer_addresses = addresses;
}

const struct candidate *finding_list_peers(struct audit_work *work, struct audit_finding *finding,
					   const struct candidate *items, size_t count)
{
	struct audit_end *listed = work_alloc(work, PEERS_LISTED_MAX, sizeof(*listed));
	struct peer *peers = work_scratch(work, count, sizeof(*peers));

	if (!listed || !peers)
		return items;
	finding->peer_count = gather_peers(work, items, count, peers);
	finding->peers = listed;
	keep_addresses(work, finding, peers);
	/* One peer is named by the ends already. */
	for (size_t i = 0; finding->peer_count > 1 && i < finding->peer_count && i < PEERS_LISTED_MAX; i++)
		listed[finding->peers_listed++] = host_ref_end(
		    work, peers[i].first->system, candidate_peer(peers[i].first), &peers[i].address);
	set_ends(work, finding, peers[0].first);
	return peers[0].first;
}
