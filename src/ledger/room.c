#include "base/mem.h"
#include "internal.h"

/* What a row takes in memory: itself and its slots. Those are three quarters full at most, three eighths at
 * least, and while they are made again the old ones lie beside the new. */
enum { SLOT_COST = 24 };
enum {
	EDGE_COST = sizeof(struct edge_core) + SLOT_COST,
	HOST_COST = sizeof(struct host_core) + SLOT_COST,
	ADDRESS_COST = sizeof(struct address_row) + SLOT_COST,
	EXTRA_COST = sizeof(struct edge_row)
};

static size_t edge_bytes(const struct ledger *ledger)
{
	return ledger->edges.count * EDGE_COST + ledger->extra_count * EXTRA_COST;
}

static size_t bytes_used(const struct ledger *ledger)
{
	return edge_bytes(ledger) + ledger->hosts.count * HOST_COST +
	       ledger->addresses.rows.count * ADDRESS_COST;
}

static void mark_used(const struct ledger *ledger, uint32_t *kept)
{
	for (size_t i = 0; i < ledger->edges.count; i++) {
		kept[edge_at(ledger, i)->initiator] = 1;
		kept[edge_at(ledger, i)->responder] = 1;
	}
	for (size_t i = 0; i < ledger->hosts.count; i++)
		kept[host_at(ledger, i)->address] = 1;
}

static void ends_renumber(struct ledger *ledger, const uint32_t *numbers)
{
	for (size_t i = 0; i < ledger->edges.count; i++) {
		struct edge_core *edge = edge_at(ledger, i);

		edge->initiator = numbers[edge->initiator];
		edge->responder = numbers[edge->responder];
	}
	for (size_t i = 0; i < ledger->hosts.count; i++)
		host_at(ledger, i)->address = numbers[host_at(ledger, i)->address];
}

void ledger_forget_addresses(struct ledger *ledger)
{
	size_t count = ledger->addresses.rows.count, used = 0;
	uint32_t *kept = mem_calloc(count, sizeof(*kept));

	if (!kept)
		return;
	mark_used(ledger, kept);
	for (size_t i = 0; i < count; i++)
		used += kept[i];
	if (used <= count / 4 * 3) {
		address_table_keep(&ledger->addresses, kept);
		ends_renumber(ledger, kept);
		edge_table_compact(ledger);
		host_table_compact(ledger);
		ledger->epoch++;
	}
	mem_free(kept);
}

/* Of edges and hosts whichever take more. Addresses are left over where both are gone. */
static void fold_larger(struct ledger *ledger)
{
	if (edge_bytes(ledger) >= ledger->hosts.count * HOST_COST)
		ledger_fold_edges(ledger);
	else
		ledger_fold_hosts(ledger);
	ledger_forget_addresses(ledger);
}

static void fold(struct ledger *ledger)
{
	size_t target = ledger->room / 8 * 7;
	size_t used;

	fold_larger(ledger);
	if (bytes_used(ledger) > target)
		fold_larger(ledger);
	/* Where even (any, any) is too much, fold again only after a third more: the cost stays in
	 * proportion. */
	used = bytes_used(ledger);
	ledger->fold_at = used > target ? used + used / 3 + 1 : ledger->room;
}

/* What one addition may take: an edge, two hosts, their addresses and what these fold to. */
enum {
	EDGES = 1,
	HOSTS = 2,
	ADDRESSES = 4,
	MOST_COST = EDGE_COST + HOSTS * HOST_COST + ADDRESSES * ADDRESS_COST + EXTRA_COST
};

static int reserve(struct ledger *ledger)
{
	if (row_blocks_reserve(&ledger->edges, EDGES) ||
	    row_index_reserve(&ledger->edge_index, ledger->edges.count + EDGES) ||
	    row_blocks_reserve(&ledger->hosts, HOSTS) ||
	    row_index_reserve(&ledger->host_index, ledger->hosts.count + HOSTS) ||
	    row_blocks_reserve(&ledger->addresses.rows, ADDRESSES) ||
	    row_index_reserve(&ledger->addresses.index, ledger->addresses.rows.count + ADDRESSES))
		return -1;
	return edge_extra_reserve(ledger);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many additions there is memory for, within the limit. */
static size_t additions_left(const struct ledger *ledger)
{
	size_t used = bytes_used(ledger),
	       left = used < ledger->fold_at ? (ledger->fold_at - used) / MOST_COST : 0;
	const struct row_blocks *addresses = &ledger->addresses.rows;

	left = smaller(left, smaller(ledger->edges.capacity, ledger->edge_index.room) - ledger->edges.count);
	left = smaller(
	    left, (smaller(ledger->hosts.capacity, ledger->host_index.room) - ledger->hosts.count) / HOSTS);
	left = smaller(left, (smaller(addresses->capacity, ledger->addresses.index.room) - addresses->count) /
				 ADDRESSES);
	return smaller(left, edge_extras_left(ledger));
}

bool ledger_takes_any_order(const struct ledger *ledger, uint64_t deltas, int32_t first, int32_t last)
{
	uint64_t buckets = last < first ? 0 : (uint64_t)((int64_t)last - first) + 1;
	size_t used = bytes_used(ledger), left = used < ledger->fold_at ? ledger->fold_at - used : 0;

	/* Where something was folded, what comes first decides whether it gets a row of its own. */
	return ledger->probe_folds == 0 && !ledger->hosts_to_prefix && !ledger->hosts_to_any &&
	       buckets <= ledger->coverage_max && ledger->coverage.count <= ledger->coverage_max - buckets &&
	       deltas < left / MOST_COST && left / MOST_COST - deltas > LEDGER_WAITING;
}

void ledger_expect(struct ledger *ledger, uint64_t deltas)
{
	ledger_index(ledger);
	if (deltas < UINT32_MAX && row_index_reserve(&ledger->edge_index, ledger->edges.count + deltas) == 0)
		ledger->sure = 0;
}

void ledger_find_room(struct ledger *ledger)
{
	ledger_index(ledger);
	if (bytes_used(ledger) >= ledger->fold_at)
		fold(ledger);
	if (reserve(ledger) != 0) {
		/* The system gives less than the limit allows. */
		ledger->room = bytes_used(ledger);
		ledger_fold_edges(ledger);
		ledger_fold_hosts(ledger);
		ledger_forget_addresses(ledger);
		ledger->fold_at = ledger->room;
	}
	ledger->sure = additions_left(ledger);
	ledger->sure -= ledger->sure > 0;
}
