#include "internal.h"

_Static_assert(offsetof(struct host_core, unicast_sent) == 24, "the key of a host is three words");

static inline void counts_add(struct host_core *row, const struct host_core *more)
{
	row->unicast_sent += more->unicast_sent;
	row->unicast_received += more->unicast_received;
	row->group_sent += more->group_sent;
	row->group_received += more->group_received;
}

void host_core_add(struct host_core *row, const struct host_core *more)
{
	counts_add(row, more);
}

struct host_key {
	uint64_t words[4];
};

/* HOST's key with another address. In registers: see base/words.h. */
static inline struct host_key host_key(const struct host_core *host, uint32_t address)
{
	struct host_key key;

	memcpy(key.words, host, 3 * sizeof(*key.words));
	key.words[1] = word_set_first(key.words[1], address);
	key.words[3] = 0;
	return key;
}

static inline bool has_key(const struct host_core *host, const struct host_key *key)
{
	uint64_t words[3];

	memcpy(words, host, sizeof(words));
	return ((words[0] ^ key->words[0]) | (words[1] ^ key->words[1]) | (words[2] ^ key->words[2])) == 0;
}

static size_t find_by_hash(const struct ledger *ledger, const struct host_key *key, uint32_t hash)
{
	size_t at = hash, row;

	do
		row = row_index_next(&ledger->host_index, hash, &at);
	while (row != ROW_NONE && !has_key(host_at(ledger, row), key));
	return row;
}

/* The row in which the host's address was seen last, if it is the host's. An address mostly comes again with
 * the MAC and in the bucket in which it came last. */
static inline size_t find_latest(const struct ledger *ledger, const struct host_key *key, uint32_t address)
{
	uint32_t latest = address_at(&ledger->addresses, address)->latest_host;

	return latest != 0 && has_key(host_at(ledger, latest - 1), key) ? latest - 1 : ROW_NONE;
}

/* An only row is always the latest one. */
static bool has_more(const struct ledger *ledger, uint32_t address)
{
	return address_at(&ledger->addresses, address)->has_more_hosts;
}

static uint32_t key_hash(const struct ledger *ledger, const struct host_key *key)
{
	return words_hash(ledger->seed, key->words);
}

/* ROW, which is new, is that of ADDRESS from now on. Most addresses have one row, which nobody looks for in
 * the index: a slot of it is a place of memory more. */
static void row_enter(struct ledger *ledger, size_t row, uint32_t address, const struct host_key *key)
{
	struct address_row *at = address_at(&ledger->addresses, address);

	if (at->latest_host != 0 && !at->has_more_hosts) {
		size_t only = at->latest_host - 1;
		struct host_key other = host_key(host_at(ledger, only), address);

		row_index_put(&ledger->host_index, key_hash(ledger, &other), only);
		at->has_more_hosts = true;
	}
	if (at->has_more_hosts)
		row_index_put(&ledger->host_index, key_hash(ledger, key), row);
	at->latest_host = (uint32_t)(row + 1) & INT32_MAX;
}

static size_t find(const struct ledger *ledger, const struct host_key *key, uint32_t address)
{
	size_t row = find_latest(ledger, key, address);

	if (row != ROW_NONE || !has_more(ledger, address))
		return row;
	return find_by_hash(ledger, key, key_hash(ledger, key));
}

size_t host_find_without_mac(const struct ledger *ledger, const struct host_core *host, uint32_t address)
{
	struct host_key key = {{0, word_of_two(address, 0), 0, 0}};

	memcpy(&key.words[0], host, sizeof(key.words[0]));
	return find(ledger, &key, address);
}

/* The same where it is not the row that the address was seen in last. */
static __attribute__((noinline)) bool add_to_other(struct ledger *ledger, const struct host_core *host,
						   uint32_t address)
{
	struct host_key key = host_key(host, address);
	size_t row =
	    has_more(ledger, address) ? find_by_hash(ledger, &key, key_hash(ledger, &key)) : ROW_NONE;

	if (row == ROW_NONE)
		return false;
	host_core_add(host_at(ledger, row), host);
	address_at(&ledger->addresses, address)->latest_host = (uint32_t)(row + 1) & INT32_MAX;
	return true;
}

/* Inlined by force, as is what it is made of: nearly every delta comes here twice. */
static inline __attribute__((always_inline)) bool add_to_own(struct ledger *ledger,
							     const struct host_core *host, uint32_t address)
{
	struct host_key key = host_key(host, address);
	size_t row = find_latest(ledger, &key, address);

	ledger->changes++;
	if (row == ROW_NONE)
		return add_to_other(ledger, host, address);
	counts_add(host_at(ledger, row), host);
	return true;
}

bool host_add_to_own(struct ledger *ledger, const struct host_core *host, uint32_t address)
{
	return add_to_own(ledger, host, address);
}

static __attribute__((noinline)) void row_append(struct ledger *ledger, const struct host_core *host,
						 uint32_t address)
{
	struct host_key key = host_key(host, address);
	size_t row = ledger->hosts.count++;

	*host_at(ledger, row) = *host;
	host_at(ledger, row)->address = address;
	row_enter(ledger, row, address, &key);
}

void host_place(struct ledger *ledger, const struct host_core *host, uint32_t address)
{
	if (!add_to_own(ledger, host, address))
		row_append(ledger, host, address);
}

void host_table_compact(struct ledger *ledger)
{
	size_t total = ledger->hosts.count, kept = 0;

	row_index_empty(&ledger->host_index);
	for (size_t i = 0; i < ledger->addresses.rows.count; i++) {
		address_at(&ledger->addresses, (uint32_t)i)->latest_host = 0;
		address_at(&ledger->addresses, (uint32_t)i)->has_more_hosts = false;
	}
	for (size_t i = 0; i < total; i++) {
		const struct host_core *from = host_at(ledger, i);
		struct host_key key = host_key(from, from->address);
		size_t equal = find(ledger, &key, from->address);

		if (equal != ROW_NONE) {
			host_core_add(host_at(ledger, equal), from);
			continue;
		}
		*host_at(ledger, kept) = *from;
		row_enter(ledger, kept++, from->address, &key);
	}
	ledger->hosts.count = kept;
}

/* A group MAC is where something was sent to, never who it is. */
static void host_begin(struct host_core *host, uint32_t sensor, int32_t bucket, const uint8_t mac[MAC_BYTES])
{
	*host = (struct host_core){.sensor = sensor, .bucket = bucket};
	if (!(mac[0] & 1))
		memcpy(host->mac, mac, MAC_BYTES);
}

/* What both ends sent and received, by whom it was opened. */
static size_t hosts_count(struct host_core hosts[2], const struct addr *responder, bool unicast,
			  uint64_t opened, uint64_t answered)
{
	hosts[0].unicast_received = answered;
	hosts[1].unicast_sent = answered;
	if (unicast)
		hosts[0].unicast_sent = hosts[1].unicast_received = opened;
	else
		hosts[0].group_sent = hosts[1].group_received = opened;
	/* A subnet's broadcast address looks like a host's: only what ever sent is one. */
	return addr_is_group(responder) || (!unicast && answered == 0) ? 1 : 2;
}

size_t hosts_from_delta(struct host_core hosts[2], uint32_t sensor, const struct flow_delta *delta)
{
	static const uint8_t none[MAC_BYTES];

	if (delta->packets[0] == 0 && delta->packets[1] == 0)
		return 0;
	for (size_t side = 0; side < 2; side++)
		host_begin(&hosts[side], sensor, delta->bucket,
			   delta->has_mac[side] ? delta->mac[side] : none);
	return hosts_count(hosts, &delta->responder, delta->delivery == DELIVERY_UNICAST, delta->packets[0],
			   delta->packets[1]);
}

size_t hosts_from_brief(struct host_core hosts[2], uint32_t sensor, const struct flow_brief *brief)
{
	if (brief->packets[0] == 0 && brief->packets[1] == 0)
		return 0;
	for (size_t side = 0; side < 2; side++)
		host_begin(&hosts[side], sensor, brief->bucket, brief->mac[side]);
	return hosts_count(hosts, &brief->responder, brief->delivery == DELIVERY_UNICAST, brief->packets[0],
			   brief->packets[1]);
}
