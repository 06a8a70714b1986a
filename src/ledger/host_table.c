#include "internal.h"
#include <string.h>

void host_row_add(void *context, void *row, const void *more)
{
	struct host_row *to = row;
	const struct host_row *from = more;

	(void)context;
	to->unicast_sent += from->unicast_sent;
	to->unicast_received += from->unicast_received;
	to->group_sent += from->group_sent;
	to->group_received += from->group_received;
}

void ledger_add_host(struct ledger *ledger, const struct host_row *more)
{
	struct host_row *row;

	if (ledger->hosts.count >= ledger->hosts_fold_at) {
		ledger_fold_hosts(ledger);
	} else if (row_table_reserve(&ledger->hosts, 1)) {
		ledger->hosts_max = ledger->hosts.count;
		ledger_fold_hosts(ledger);
	}
	row = row_table_obtain(&ledger->hosts, more);
	if (!row) {
		/* No memory, not even after folding: the first row takes it and stands for any. */
		row = row_table_at(&ledger->hosts, 0);
		memset(&row->address, 0, sizeof(row->address));
		memset(row->mac, 0, sizeof(row->mac));
		ledger->hosts.indexed = false;
		ledger_count_folded(ledger, more->sensor, more->bucket, 1);
	}
	host_row_add(ledger, row, more);
}

static void row_begin(struct host_row *row, uint32_t sensor, const struct flow_delta *delta, size_t side)
{
	memset(row, 0, sizeof(*row));
	row->sensor = sensor;
	row->bucket = delta->bucket;
	row->address = side == 0 ? delta->initiator : delta->responder;
	/* A group MAC is where something was sent to, never who it is. */
	if (delta->has_mac[side] && !(delta->mac[side][0] & 1))
		memcpy(row->mac, delta->mac[side], MAC_BYTES);
}

size_t host_rows_from_delta(struct host_row rows[2], uint32_t sensor, const struct flow_delta *delta)
{
	bool unicast = delta->delivery == DELIVERY_UNICAST;

	if (delta->packets[0] == 0 && delta->packets[1] == 0)
		return 0;
	row_begin(&rows[0], sensor, delta, 0);
	rows[0].unicast_received = delta->packets[1];
	if (unicast)
		rows[0].unicast_sent = delta->packets[0];
	else
		rows[0].group_sent = delta->packets[0];
	/* A subnet's broadcast address looks like a host's: only what ever sent is one. */
	if (addr_is_group(&delta->responder) || (!unicast && delta->packets[1] == 0))
		return 1;
	row_begin(&rows[1], sensor, delta, 1);
	rows[1].unicast_sent = delta->packets[1];
	if (unicast)
		rows[1].unicast_received = delta->packets[0];
	else
		rows[1].group_received = delta->packets[0];
	return 2;
}
