/* Rows in full, from whoever keeps ledgers. */
#include "internal.h"

/* The number of ADDRESS; "any" where there is no memory for one. */
static uint32_t number_of(struct ledger *ledger, const struct addr *address, bool *failed)
{
	uint32_t number =
	    address_obtain(&ledger->addresses, address, address_hash(&ledger->addresses, address));

	*failed |= number == ADDRESS_NONE;
	return number == ADDRESS_NONE ? ADDRESS_ANY : number;
}

void ledger_add_edge(struct ledger *ledger, const struct edge_row *more)
{
	struct edge_core core;
	struct edge_row rest;
	bool failed = false, left = edge_core_split(&core, &rest, more);

	ledger_make_room(ledger);
	core.initiator = number_of(ledger, &more->key.initiator, &failed);
	core.responder = number_of(ledger, &more->key.responder, &failed);
	if (failed && core_fold(&core) == FOLD_NONE)
		ledger_count_folded(ledger, core.sensor, core.bucket, 1);
	if (failed)
		edge_key_fold(ledger, &core, FOLD_BOTH);
	edge_place(ledger, &core, edge_hash(ledger, &core), left ? &rest : NULL);
}

void host_add(struct ledger *ledger, struct host_core *host, const struct addr *address)
{
	bool failed = false;
	uint32_t number;

	ledger_make_room(ledger);
	number = number_of(ledger, address, &failed);
	if (failed) {
		memset(host->mac, 0, sizeof(host->mac));
		ledger_count_folded(ledger, host->sensor, host->bucket, 1);
	}
	host_place(ledger, host, number);
}

void ledger_add_host(struct ledger *ledger, const struct host_row *more)
{
	struct host_core host = {.sensor = more->sensor,
				 .bucket = more->bucket,
				 .unicast_sent = more->unicast_sent,
				 .unicast_received = more->unicast_received,
				 .group_sent = more->group_sent,
				 .group_received = more->group_received};

	memcpy(host.mac, more->mac, MAC_BYTES);
	host_add(ledger, &host, &more->address);
}
