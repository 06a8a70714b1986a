#include "compare_peers.h"
#include <stdlib.h>
#include <string.h>

enum { NEW_PEERS_LISTED = 20 };

static int compare_ids(const void *a, const void *b)
{
	const struct audit_finding *left = *(const struct audit_finding *const *)a,
				   *right = *(const struct audit_finding *const *)b;

	return strcmp(left->id, right->id);
}

int past_findings_list(struct past_findings *list, struct arena *arena, const struct audit_result *before)
{
	size_t count = before ? before->finding_count : 0;

	*list = (struct past_findings){arena_calloc(arena, count + 1, sizeof(*list->items)), count};
	if (!list->items)
		return -1;
	for (size_t i = 0; i < count; i++)
		list->items[i] = &before->findings[i];
	if (count > 1)
		qsort(list->items, count, sizeof(*list->items), compare_ids);
	return 0;
}

/* The first of those with that id; *COUNT of them follow each other. */
static const struct audit_finding *const *find_past(const struct past_findings *list, const char *id,
						    size_t *count)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(list->items[middle]->id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (*count = 0; low + *count < list->count && strcmp(list->items[low + *count]->id, id) == 0;)
		++*count;
	return &list->items[low];
}

static bool lists_address(const struct audit_finding *finding, const struct addr *address)
{
	size_t low = 0, high = finding->peer_addresses ? (size_t)finding->peer_count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = addr_compare(&finding->peer_addresses[middle], address);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool is_named(const struct audit_end *end, const char *name)
{
	return end->name && strcmp(end->name, name) == 0;
}

/* A host of several addresses is the same by whichever of them it came. */
static bool lists_name(const struct audit_finding *finding, const char *name)
{
	if (is_named(&finding->initiator, name) || is_named(&finding->responder, name))
		return true;
	for (size_t i = 0; i < finding->peers_listed; i++)
		if (is_named(&finding->peers[i], name))
			return true;
	return false;
}

static bool is_known(const struct audit_finding *const *past, size_t count, const struct audit_end *peer)
{
	for (size_t i = 0; i < count; i++)
		if (lists_address(past[i], &peer->address) || (peer->name && lists_name(past[i], peer->name)))
			return true;
	return false;
}

/* Peer I as the finding tells of it: of one alone its ends do, of those beyond the list only the address. */
static struct audit_end peer_at(const struct audit_finding *finding, size_t i)
{
	const struct addr *address = &finding->peer_addresses[i];

	if (i < finding->peers_listed)
		return finding->peers[i];
	if (addr_equal(&finding->initiator.address, address))
		return finding->initiator;
	if (addr_equal(&finding->responder.address, address))
		return finding->responder;
	return (struct audit_end){.address = *address};
}

int compare_peers(struct compare_item *item, struct arena *arena, const struct past_findings *before)
{
	const struct audit_finding *today = item->finding;
	size_t past_count, count = today->peer_addresses ? (size_t)today->peer_count : 0;
	const struct audit_finding *const *past = find_past(before, today->id, &past_count);
	struct audit_end *listed = NULL;

	for (size_t i = 0; i < count && past_count > 0; i++) {
		const struct audit_end peer = peer_at(today, i);

		if (is_known(past, past_count, &peer))
			continue;
		if (!listed && !(listed = arena_calloc(arena, NEW_PEERS_LISTED, sizeof(*listed))))
			return -1;
		if (item->new_peers_listed < NEW_PEERS_LISTED)
			listed[item->new_peers_listed++] = peer;
		item->new_peer_count++;
	}
	item->new_peers = listed;
	return 0;
}
