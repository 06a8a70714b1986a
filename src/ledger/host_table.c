#include "internal.h"

_Static_assert(offsetof(struct host_core, unicast_sent) == 24, "the key of a host is three words");

void host_core_add(struct host_core *row, const struct host_core *more)
{
	row->unicast_sent += more->unicast_sent;
	row->unicast_received += more->unicast_received;
	row->group_sent += more->group_sent;
	row->group_received += more->group_received;
}

static void host_key(const struct host_core *host, uint64_t words[4])
{
	memcpy(words, host, 3 * sizeof(*words));
	words[3] = 0;
}

static uint32_t host_hash(const struct ledger *ledger, const struct host_core *host)
{
	uint64_t words[4];

	host_key(host, words);
	return words_hash(ledger->seed, words);
}

static bool same_key(const struct host_core *a, const struct host_core *b)
{
	uint64_t left[4], right[4];

	host_key(a, left);
	host_key(b, right);
	return ((left[0] ^ right[0]) | (left[1] ^ right[1]) | (left[2] ^ right[2])) == 0;
}

static size_t find_by_hash(const struct ledger *ledger, const struct host_core *host, uint32_t hash)
{
	size_t at = hash, row;

	do
		row = row_index_next(&ledger->host_index, hash, &at);
	while (row != ROW_NONE && !same_key(host_at(ledger, row), host));
	return row;
}

/* The row in which the host's address was seen last, if it is the host's. An address mostly comes again with
 * the MAC and in the bucket in which it came last. */
static size_t find_latest(const struct ledger *ledger, const struct host_core *host)
{
	uint32_t latest = address_at(&ledger->addresses, host->address)->latest_host;

	return latest != 0 && same_key(host_at(ledger, latest - 1), host) ? latest - 1 : ROW_NONE;
}

size_t host_find_number(const struct ledger *ledger, const struct host_core *host)
{
	size_t row = find_latest(ledger, host);

	return row == ROW_NONE ? find_by_hash(ledger, host, host_hash(ledger, host)) : row;
}

void host_place(struct ledger *ledger, const struct host_core *host)
{
	size_t row = find_latest(ledger, host);
	uint32_t hash;

	ledger->changes++;
	if (row != ROW_NONE) {
		host_core_add(host_at(ledger, row), host);
		return;
	}
	hash = host_hash(ledger, host);
	row = find_by_hash(ledger, host, hash);
	if (row == ROW_NONE) {
		row = ledger->hosts.count++;
		*host_at(ledger, row) = *host;
		row_index_put(&ledger->host_index, hash, row);
	} else {
		host_core_add(host_at(ledger, row), host);
	}
	address_at(&ledger->addresses, host->address)->latest_host = (uint32_t)(row + 1);
}

void host_table_compact(struct ledger *ledger)
{
	size_t total = ledger->hosts.count, kept = 0;

	row_index_empty(&ledger->host_index);
	for (size_t i = 0; i < ledger->addresses.rows.count; i++)
		address_at(&ledger->addresses, (uint32_t)i)->latest_host = 0;
	for (size_t i = 0; i < total; i++) {
		const struct host_core *from = host_at(ledger, i);
		uint32_t hash = host_hash(ledger, from);
		size_t equal = find_by_hash(ledger, from, hash);

		if (equal != ROW_NONE) {
			host_core_add(host_at(ledger, equal), from);
			continue;
		}
		*host_at(ledger, kept) = *from;
		address_at(&ledger->addresses, from->address)->latest_host = (uint32_t)(kept + 1);
		row_index_put(&ledger->host_index, hash, kept++);
	}
	ledger->hosts.count = kept;
}

static void host_begin(struct host_core *host, uint32_t sensor, const struct flow_delta *delta, size_t side)
{
	memset(host, 0, sizeof(*host));
	host->sensor = sensor;
	host->bucket = delta->bucket;
	/* A group MAC is where something was sent to, never who it is. */
	if (delta->has_mac[side] && !(delta->mac[side][0] & 1))
		memcpy(host->mac, delta->mac[side], MAC_BYTES);
}

size_t hosts_from_delta(struct host_core hosts[2], uint32_t sensor, const struct flow_delta *delta)
{
	bool unicast = delta->delivery == DELIVERY_UNICAST;

	if (delta->packets[0] == 0 && delta->packets[1] == 0)
		return 0;
	host_begin(&hosts[0], sensor, delta, 0);
	hosts[0].unicast_received = delta->packets[1];
	if (unicast)
		hosts[0].unicast_sent = delta->packets[0];
	else
		hosts[0].group_sent = delta->packets[0];
	/* A subnet's broadcast address looks like a host's: only what ever sent is one. */
	if (addr_is_group(&delta->responder) || (!unicast && delta->packets[1] == 0))
		return 1;
	host_begin(&hosts[1], sensor, delta, 1);
	hosts[1].unicast_sent = delta->packets[1];
	if (unicast)
		hosts[1].unicast_received = delta->packets[0];
	else
		hosts[1].group_received = delta->packets[0];
	return 2;
}
