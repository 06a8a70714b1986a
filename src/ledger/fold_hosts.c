#include "internal.h"

/* As for edges: hosts that never sent first, then the smallest, those of networks named by the caller last.
 */
struct host_stage {
	bool to_any; /* else to /24 and /64 */
	bool never_sent;
	bool spare;
	bool smallest_half;
};

static const struct host_stage stages[] = {
    {.never_sent = true, .spare = true},
    {.spare = true, .smallest_half = true},
    {.spare = true},
    {.spare = true, .to_any = true},
    {.smallest_half = true},
    {.to_any = false},
    {.to_any = true},
};

static uint64_t packets_sent(const struct host_core *row)
{
	return row->unicast_sent + row->group_sent;
}

static uint64_t packets_of(const struct host_core *row)
{
	return packets_sent(row) + row->unicast_received + row->group_received;
}

static bool is_candidate(const struct ledger *ledger, const struct host_core *row,
			 const struct host_stage *stage)
{
	const struct addr *address = ledger_addr(ledger, row->address);

	if (row->address == ADDRESS_ANY || (stage->never_sent && packets_sent(row) > 0))
		return false;
	if (!stage->to_any && (address->prefix != 0 || addr_is_group(address)))
		return false;
	return !stage->spare || !ledger_folds_last(ledger, row->address);
}

static uint64_t half_packets(const struct ledger *ledger, const struct host_stage *stage)
{
	struct fold_half half = {0};

	for (size_t i = 0; i < ledger->hosts.count; i++)
		if (is_candidate(ledger, host_at(ledger, i), stage))
			fold_half_add(&half, packets_of(host_at(ledger, i)));
	return fold_half_limit(&half);
}

static bool is_folded(const struct ledger *ledger, const struct host_core *row)
{
	return row->address == ADDRESS_ANY || ledger_addr(ledger, row->address)->prefix != 0;
}

/* A row that is folded further was counted when it was folded first. */
static void row_fold(struct ledger *ledger, struct host_core *row, bool to_any)
{
	uint32_t folded = to_any ? ADDRESS_ANY : ledger_fold_number(ledger, row->address);

	if (!is_folded(ledger, row))
		ledger_count_folded(ledger, row->sensor, row->bucket, 1);
	row->address = folded == ADDRESS_NONE ? ADDRESS_ANY : folded;
	memset(row->mac, 0, sizeof(row->mac));
}

static size_t fold_stage(struct ledger *ledger, const struct host_stage *stage)
{
	uint64_t most = stage->smallest_half ? half_packets(ledger, stage) : UINT64_MAX;
	size_t folded = 0;

	for (size_t i = 0; i < ledger->hosts.count; i++) {
		struct host_core *row = host_at(ledger, i);

		if (!is_candidate(ledger, row, stage) || packets_of(row) > most)
			continue;
		row_fold(ledger, row, stage->to_any);
		folded++;
	}
	return folded;
}

/* Which kinds of folded rows there are. */
static void note_folds(struct ledger *ledger)
{
	ledger->hosts_to_any = ledger->hosts_to_prefix = false;
	for (size_t i = 0; i < ledger->hosts.count; i++) {
		uint32_t address = host_at(ledger, i)->address;

		ledger->hosts_to_any |= address == ADDRESS_ANY;
		ledger->hosts_to_prefix |= ledger_addr(ledger, address)->prefix != 0;
	}
}

void ledger_fold_hosts(struct ledger *ledger)
{
	size_t target = ledger->hosts.count / 4 * 3;

	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]) && ledger->hosts.count > target; i++)
		if (fold_stage(ledger, &stages[i]) > 0)
			host_table_compact(ledger);
	note_folds(ledger);
}
