#include "internal.h"
#include <string.h>

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
    {.smallest_half = true},
    {.to_any = false},
    {.to_any = true},
};

static uint64_t packets_sent(const struct host_row *row)
{
	return row->unicast_sent + row->group_sent;
}

static uint64_t packets_of(const struct host_row *row)
{
	return packets_sent(row) + row->unicast_received + row->group_received;
}

static bool is_candidate(const struct ledger *ledger, const struct host_row *row,
			 const struct host_stage *stage)
{
	if (row->address.family == ADDR_NONE || (stage->never_sent && packets_sent(row) > 0))
		return false;
	if (!stage->to_any && (row->address.prefix != 0 || addr_is_group(&row->address)))
		return false;
	return !stage->spare || !ledger_folds_last(ledger, &row->address);
}

static uint64_t half_packets(const struct ledger *ledger, const struct host_stage *stage)
{
	struct fold_half half = {0};

	for (size_t i = 0; i < ledger->hosts.count; i++) {
		const struct host_row *row = row_table_at(&ledger->hosts, i);

		if (is_candidate(ledger, row, stage))
			fold_half_add(&half, packets_of(row));
	}
	return fold_half_limit(&half);
}

static bool is_folded(const struct host_row *row)
{
	return row->address.family == ADDR_NONE || row->address.prefix != 0;
}

/* A row that is folded further was counted when it was folded first. */
static void row_fold(struct ledger *ledger, struct host_row *row, bool to_any)
{
	if (!is_folded(row))
		ledger_count_folded(ledger, row->sensor, row->bucket, 1);
	if (to_any)
		memset(&row->address, 0, sizeof(row->address));
	else
		row->address = ledger_fold_address(&row->address);
	memset(row->mac, 0, sizeof(row->mac));
}

static size_t fold_stage(struct ledger *ledger, const struct host_stage *stage)
{
	uint64_t most = stage->smallest_half ? half_packets(ledger, stage) : UINT64_MAX;
	size_t folded = 0;

	for (size_t i = 0; i < ledger->hosts.count; i++) {
		struct host_row *row = row_table_at(&ledger->hosts, i);

		if (!is_candidate(ledger, row, stage) || packets_of(row) > most)
			continue;
		row_fold(ledger, row, stage->to_any);
		folded++;
	}
	return folded;
}

void ledger_fold_hosts(struct ledger *ledger)
{
	size_t target = ledger->hosts_max / 4 * 3;
	size_t count;

	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]) && ledger->hosts.count > target; i++)
		if (fold_stage(ledger, &stages[i]) > 0)
			row_table_compact(&ledger->hosts, ledger, host_row_add);
	count = ledger->hosts.count;
	ledger->hosts_fold_at = count > target ? count + count / 3 + 1 : ledger->hosts_max;
}
