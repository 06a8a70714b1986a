/*
 * From some number of ports of one pair on, and as a scan, findings are folded into one with an id of its
 * own. Held against a day of single ones it stands for those of its ports: who does more of the same is
 * neither new nor fixed. Ports tell what goes on, so that a door that was closed is fixed beside others that
 * opened.
 */
#include "compare_folds.h"
#include "base/hash.h"
#include "base/strbuf.h"
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 16, TIES_AT_FIRST = 64 };

/* One pair of hosts that a finding is about. A named host counts by its name too: its address may change. */
struct pair {
	uint8_t key[KEY_BYTES];
	const struct audit_finding *finding;
};

struct pair_list {
	struct pair *items;
	size_t count;
};

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *left = a, *right = b;
	int order = memcmp(left->key, right->key, KEY_BYTES);

	return order != 0 ? order : (left->finding > right->finding) - (left->finding < right->finding);
}

static bool any_folded(const struct audit_result *result)
{
	for (size_t i = 0; i < result->finding_count; i++)
		if (result->findings[i].folded)
			return true;
	return false;
}

/* At least one: of a single peer the ends themselves tell. */
static size_t peers_of(const struct audit_finding *finding)
{
	return finding->peer_addresses && finding->peer_count > 1 ? (size_t)finding->peer_count : 1;
}

/* The ends with peer I in its place; beyond the list only its address is known. */
static void ends_with(const struct audit_finding *finding, size_t i, struct audit_end ends[2])
{
	ends[0] = finding->initiator;
	ends[1] = finding->responder;
	if (peers_of(finding) < 2)
		return;
	/* The first peer names the finding's end on its side. */
	struct audit_end *varying =
	    addr_equal(&finding->initiator.address, &finding->peer_addresses[0]) ? &ends[0] : &ends[1];
	*varying = i < finding->peers_listed ? finding->peers[i]
					     : (struct audit_end){.address = finding->peer_addresses[i]};
}

static void add_text(struct strbuf *buf, const struct audit_end *end, bool by_name)
{
	char address[ADDR_TEXT_MAX];

	strbuf_addf(buf, "%s\x1f%s\x1f", by_name ? "name" : "address",
		    by_name ? end->name : addr_format(&end->address, address));
}

static void add_pair(struct pair_list *list, const struct audit_finding *finding,
		     const struct audit_end ends[2], struct strbuf *buf)
{
	for (unsigned names = 0; names < 4; names++) {
		bool by_name[2] = {(names & 1) != 0, (names & 2) != 0};

		if ((by_name[0] && !ends[0].name) || (by_name[1] && !ends[1].name))
			continue;
		buf->length = 0;
		add_text(buf, &ends[0], by_name[0]);
		add_text(buf, &ends[1], by_name[1]);
		list->items[list->count].finding = finding;
		hash128_bytes(strbuf_text(buf), buf->length, list->items[list->count++].key);
	}
}

/* Pairs of all findings of ports, sorted. */
static int list_pairs(struct pair_list *list, struct arena *arena, const struct audit_result *result)
{
	struct strbuf buf = {0};
	size_t count = 0;

	for (size_t i = 0; i < result->finding_count; i++)
		count += peers_of(&result->findings[i]);
	list->items = arena_calloc(arena, 4 * count + 1, sizeof(*list->items));
	for (size_t i = 0; list->items && i < result->finding_count; i++) {
		const struct audit_finding *finding = &result->findings[i];

		for (size_t j = 0; finding->port_range_count > 0 && j < peers_of(finding); j++) {
			struct audit_end ends[2];

			ends_with(finding, j, ends);
			add_pair(list, finding, ends, &buf);
		}
	}
	bool failed = !list->items || buf.failed;
	strbuf_clear(&buf);
	if (!failed && list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items), compare_pairs);
	return failed ? -1 : 0;
}

static bool share_port(const struct audit_finding *a, const struct audit_finding *b)
{
	for (size_t i = 0, j = 0; i < a->port_range_count && j < b->port_range_count;) {
		const struct port_range *left = &a->port_ranges[i], *right = &b->port_ranges[j];

		if (left->high < right->low)
			i++;
		else if (right->high < left->low)
			j++;
		else
			return true;
	}
	return false;
}

static bool is_tied(const struct audit_finding *a, const struct audit_finding *b)
{
	return (a->folded || b->folded) && a->kind == b->kind && a->protocol == b->protocol &&
	       (a->system == b->system || (a->system && b->system && strcmp(a->system, b->system) == 0)) &&
	       share_port(a, b);
}

static int add_tie(struct fold_ties *ties, struct arena *arena, struct fold_tie tie)
{
	if (ties->count == ties->capacity) {
		size_t capacity = ties->capacity ? 2 * ties->capacity : TIES_AT_FIRST;
		struct fold_tie *items = arena_calloc(arena, capacity, sizeof(*items));

		if (!items)
			return -1;
		if (ties->count > 0)
			memcpy(items, ties->items, ties->count * sizeof(*items));
		ties->items = items;
		ties->capacity = capacity;
	}
	ties->items[ties->count++] = tie;
	return 0;
}

/* Both lists walked side by side: what has one key in both is of one pair. */
static int join_pairs(struct fold_ties *ties, struct arena *arena, const struct pair_list *today,
		      const struct pair_list *before)
{
	for (size_t i = 0, first = 0; i < today->count; i++) {
		const struct pair *pair = &today->items[i];

		while (first < before->count && memcmp(before->items[first].key, pair->key, KEY_BYTES) < 0)
			first++;
		for (size_t j = first;
		     j < before->count && memcmp(before->items[j].key, pair->key, KEY_BYTES) == 0; j++)
			if (is_tied(pair->finding, before->items[j].finding) &&
			    add_tie(ties, arena,
				    (struct fold_tie){pair->finding, before->items[j].finding}) != 0)
				return -1;
	}
	return 0;
}

int fold_ties_find(struct fold_ties *ties, struct arena *arena, const struct audit_result *today,
		   const struct audit_result *before)
{
	struct pair_list lists[2] = {{0}};

	*ties = (struct fold_ties){0};
	if (!before || (!any_folded(today) && !any_folded(before)))
		return 0;
	if (list_pairs(&lists[0], arena, today) != 0 || list_pairs(&lists[1], arena, before) != 0)
		return -1;
	return join_pairs(ties, arena, &lists[0], &lists[1]);
}
