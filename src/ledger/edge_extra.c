#include "internal.h"

int edge_extra_reserve(struct ledger *ledger)
{
	return ledger->extra_count < ledger->extras.capacity ? 0 : row_blocks_grow(&ledger->extras);
}

size_t edge_extras_left(const struct ledger *ledger)
{
	return ledger->extras.capacity - ledger->extra_count;
}

/* There is no memory: some row that has one already stands for (any, any) from now on, so that totals stay
 * exact. */
static struct edge_row *extra_of_last_resort(struct ledger *ledger, const struct edge_core *row)
{
	struct edge_core *taken = NULL;

	for (size_t i = 0; i < ledger->edges.count; i++) {
		struct edge_core *other = edge_at(ledger, i);

		if (other->extra != 0 && (!taken || core_fold(other) == FOLD_BOTH))
			taken = other;
		if (taken && core_fold(taken) == FOLD_BOTH)
			break;
	}
	if (core_fold(row) == FOLD_NONE)
		ledger_count_folded(ledger, row->sensor, row->bucket, 1);
	if (!taken) /* cannot be: all of them are in use */
		return row_at(&ledger->extras, 0);
	if (core_fold(taken) != FOLD_BOTH) {
		if (core_fold(taken) == FOLD_NONE)
			ledger_count_folded(ledger, taken->sensor, taken->bucket, 1);
		edge_key_fold(ledger, taken, FOLD_BOTH);
		ledger->edges_stale = true;
	}
	return row_at(&ledger->extras, taken->extra - 1);
}

static void extra_begin(struct edge_row *extra)
{
	memset(extra, 0, sizeof(*extra));
	extra->first_ns = TIME_UNKNOWN;
	extra->last_ns = TIME_UNKNOWN;
}

struct edge_row *edge_extra_obtain(struct ledger *ledger, struct edge_core *row)
{
	struct edge_row *extra = edge_extra(ledger, row);

	if (extra)
		return extra;
	if (edge_extra_reserve(ledger))
		return extra_of_last_resort(ledger, row);
	if (ledger->extra_free != 0) {
		row->extra = ledger->extra_free;
		extra = row_at(&ledger->extras, row->extra - 1);
		ledger->extra_free = extra->key.sensor;
	} else {
		row->extra = (uint32_t)++ledger->extras.count;
		extra = row_at(&ledger->extras, row->extra - 1);
	}
	ledger->extra_count++;
	extra_begin(extra);
	return extra;
}

void edge_extra_move(struct ledger *ledger, struct edge_core *row, struct edge_core *more)
{
	struct edge_row *from = edge_extra(ledger, more);

	if (!from)
		return;
	if (row->extra == 0) {
		row->extra = more->extra;
		more->extra = 0;
		return;
	}
	edge_row_add(ledger, edge_extra(ledger, row), from);
	from->key.sensor = ledger->extra_free;
	ledger->extra_free = more->extra;
	ledger->extra_count--;
	more->extra = 0;
}
