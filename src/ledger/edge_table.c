#include "internal.h"
#include <string.h>

/* The row of KEY, made when absent; NULL for want of memory. */
static struct edge_row *row_obtain(struct ledger *ledger, const struct edge_key *key)
{
	uint64_t hash = row_table_hash(&ledger->edges, key);
	struct edge_row *row = row_table_find(&ledger->edges, key, hash);

	if (row)
		return row;
	row = row_table_add(&ledger->edges, key, hash);
	if (row) {
		row->first_ns = TIME_UNKNOWN;
		row->last_ns = TIME_UNKNOWN;
	}
	return row;
}

static void group_key(struct edge_key *out, const struct edge_key *key)
{
	memcpy(out, key, sizeof(*out));
	out->opener_port = 0;
}

/* Moves the row of KEY with opener port PORT into the row of port 0. A port demoted once never returns: the
 * 16 smaller ones that drove it out stay. False, and nothing moved, for want of memory. */
static bool port_demote(struct ledger *ledger, const struct edge_key *group, uint16_t port)
{
	struct edge_row old;
	struct edge_key key;
	struct edge_row *row;

	if (row_table_reserve(&ledger->edges, 1))
		return false;
	memcpy(&key, group, sizeof(key));
	key.opener_port = port;
	row = row_table_find(&ledger->edges, &key, row_table_hash(&ledger->edges, &key));
	if (!row)
		return true;
	memcpy(&old, row, sizeof(old));
	row_table_remove(&ledger->edges, row);
	edge_row_add(ledger, row_obtain(ledger, group), &old);
	return true;
}

static void ports_insert(struct port_group *group, uint16_t port)
{
	size_t at = group->count;

	while (at > 0 && group->ports[at - 1] > port) {
		group->ports[at] = group->ports[at - 1];
		at--;
	}
	group->ports[at] = port;
	group->count++;
}

/* Decides whether opener port PORT of a key not seen before gets a row of its own. */
static bool port_admit(struct ledger *ledger, const struct edge_key *key, uint16_t port)
{
	struct edge_key group;
	struct port_group *ports;

	group_key(&group, key);
	ports = row_table_obtain(&ledger->port_groups, &group);
	if (!ports)
		return false;
	if (ports->count == LEDGER_OPENER_PORTS) {
		if (port > ports->ports[LEDGER_OPENER_PORTS - 1] ||
		    !port_demote(ledger, &group, ports->ports[LEDGER_OPENER_PORTS - 1]))
			return false;
		ports->count--;
	}
	ports_insert(ports, port);
	return true;
}

size_t edge_table_used(const struct ledger *ledger)
{
	return ledger->edges.count +
	       ledger->port_groups.count * sizeof(struct port_group) / sizeof(struct edge_row);
}

void edge_table_regroup(struct ledger *ledger)
{
	ledger->port_groups.count = 0;
	ledger->port_groups.indexed = false;
	for (size_t i = 0; i < ledger->edges.count; i++) {
		const struct edge_row *row = row_table_at(&ledger->edges, i);
		struct port_group *ports;
		struct edge_key group;

		if (row->key.opener_port == 0)
			continue;
		group_key(&group, &row->key);
		ports = row_table_obtain(&ledger->port_groups, &group);
		if (ports && ports->count < LEDGER_OPENER_PORTS)
			ports_insert(ports, row->key.opener_port);
	}
}

/* Where MORE belongs; NULL for want of memory. */
static struct edge_row *row_for(struct ledger *ledger, const struct edge_row *more)
{
	struct edge_row *row;
	struct edge_key key;

	memcpy(&key, &more->key, sizeof(key));
	if (key.opener_port != 0) {
		row = row_table_find(&ledger->edges, &key, row_table_hash(&ledger->edges, &key));
		if (row)
			return row;
		if (!port_admit(ledger, &key, key.opener_port))
			key.opener_port = 0;
	}
	return row_obtain(ledger, &key);
}

/* There is no memory, not even after folding: any row that stands for (any, any) takes it, so that totals
 * stay exact. */
static struct edge_row *row_of_last_resort(struct ledger *ledger)
{
	struct edge_row *row;

	for (size_t i = 0; i < ledger->edges.count; i++) {
		row = row_table_at(&ledger->edges, i);
		if (row->key.fold == FOLD_BOTH)
			return row;
	}
	row = row_table_at(&ledger->edges, 0);
	if (row->key.fold == FOLD_NONE)
		ledger_count_folded(ledger, row->key.sensor, row->key.bucket, 1);
	memset(&row->key.initiator, 0, sizeof(row->key.initiator));
	memset(&row->key.responder, 0, sizeof(row->key.responder));
	row->key.responder_port = 0;
	row->key.opener_port = 0;
	row->key.fold = FOLD_BOTH;
	ledger->edges.indexed = false;
	ledger->edges.in_order = false;
	edge_table_regroup(ledger);
	return row;
}

void ledger_add_edge(struct ledger *ledger, const struct edge_row *more)
{
	struct edge_row *row;

	if (edge_table_used(ledger) >= ledger->edges_fold_at) {
		ledger_fold_edges(ledger);
	} else if (row_table_reserve(&ledger->edges, 2)) {
		/* The system gives less than the limit allows. */
		ledger->edges_max = ledger->edges.count;
		ledger_fold_edges(ledger);
	}
	row = row_for(ledger, more);
	if (!row) {
		row = row_of_last_resort(ledger);
		if (more->key.fold == FOLD_NONE)
			ledger_count_folded(ledger, more->key.sensor, more->key.bucket, 1);
	}
	edge_row_add(ledger, row, more);
}

/* Takes opener port PORT into its group where that drives no other out. */
static bool port_admit_quietly(struct ledger *ledger, const struct edge_key *key, uint16_t port)
{
	const struct port_group *ports;
	struct edge_key group;

	if (port == 0)
		return true;
	group_key(&group, key);
	ports = row_table_find(&ledger->port_groups, &group, row_table_hash(&ledger->port_groups, &group));
	return (!ports || ports->count < LEDGER_OPENER_PORTS) && port_admit(ledger, key, port);
}

void ledger_append_edge(struct ledger *ledger, const struct edge_row *more)
{
	size_t count = ledger->edges.count;
	const struct edge_row *last = count ? row_table_at(&ledger->edges, count - 1) : NULL;
	struct edge_row *row = NULL;

	if (ledger->edges.in_order && edge_table_used(ledger) < ledger->edges_fold_at &&
	    (!last || edge_key_compare(&last->key, &more->key) < 0) &&
	    row_table_reserve(&ledger->edges, 1) == 0 &&
	    port_admit_quietly(ledger, &more->key, more->key.opener_port))
		row = row_table_append(&ledger->edges, &more->key);
	if (!row) {
		ledger_add_edge(ledger, more);
		return;
	}
	row->first_ns = TIME_UNKNOWN;
	row->last_ns = TIME_UNKNOWN;
	edge_row_add(ledger, row, more);
}
