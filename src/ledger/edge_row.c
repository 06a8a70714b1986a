#include "internal.h"
#include <string.h>

#define COMPARE(x, y)                                                                                        \
	do {                                                                                                 \
		if ((x) != (y))                                                                              \
			return (x) < (y) ? -1 : 1;                                                           \
	} while (0)

int edge_key_compare(const struct edge_key *a, const struct edge_key *b)
{
	int order;

	COMPARE(a->sensor, b->sensor);
	COMPARE(a->bucket, b->bucket);
	order = addr_compare(&a->initiator, &b->initiator);
	if (order == 0)
		order = addr_compare(&a->responder, &b->responder);
	if (order != 0)
		return order;
	COMPARE(a->delivery, b->delivery);
	COMPARE(a->protocol, b->protocol);
	COMPARE(a->responder_port, b->responder_port);
	COMPARE(a->opener_port, b->opener_port);
	COMPARE(a->basis, b->basis);
	COMPARE(a->confidence, b->confidence);
	COMPARE(a->answered_from, b->answered_from);
	COMPARE(a->parent, b->parent);
	COMPARE(a->parent_assumed, b->parent_assumed);
	COMPARE(a->fold, b->fold);
	return 0;
}

int frame_ref_compare(const struct ledger *ledger, const struct frame_ref *a, const struct frame_ref *b)
{
	const uint32_t *ranks = ledger->input_ranks;

	COMPARE(a->frame == 0, b->frame == 0);
	if (a->frame == 0)
		return 0;
	COMPARE(a->time_ns, b->time_ns);
	COMPARE(ranks ? ranks[a->input] : a->input, ranks ? ranks[b->input] : b->input);
	COMPARE(a->frame, b->frame);
	return 0;
}

/* Field by field, because padding must stay zero: equal rows are to be equal bytes. */
static void frame_ref_copy(struct frame_ref *to, const struct frame_ref *from)
{
	to->time_ns = from->time_ns;
	to->frame = from->frame;
	to->input = from->input;
}

void frame_ref_keep_smaller(const struct ledger *ledger, struct frame_ref *kept,
			    const struct frame_ref *other)
{
	if (other->frame != 0 && frame_ref_compare(ledger, other, kept) < 0)
		frame_ref_copy(kept, other);
}

static void frame_ref_insert(const struct ledger *ledger, struct frame_ref *kept, size_t count,
			     const struct frame_ref *ref)
{
	size_t at = 0;

	if (ref->frame == 0)
		return;
	while (at < count && frame_ref_compare(ledger, &kept[at], ref) < 0)
		at++;
	if (at == count || frame_ref_compare(ledger, &kept[at], ref) == 0)
		return;
	for (size_t i = count - 1; i > at; i--)
		frame_ref_copy(&kept[i], &kept[i - 1]);
	frame_ref_copy(&kept[at], ref);
}

void frame_refs_keep_smallest(const struct ledger *ledger, struct frame_ref *kept,
			      const struct frame_ref *more, size_t count)
{
	if (more[0].frame == 0 && !ledger->input_ranks)
		return;
	/* What was kept by number may stand in another order by rank. */
	for (size_t i = 1; i < count; i++) {
		struct frame_ref ref = kept[i];

		memset(&kept[i], 0, sizeof(kept[i]));
		frame_ref_insert(ledger, kept, count, &ref);
	}
	for (size_t i = 0; i < count; i++)
		frame_ref_insert(ledger, kept, count, &more[i]);
}

static void vlan_insert(struct edge_row *row, uint16_t vlan)
{
	size_t at = 0;

	while (at < row->vlan_count && row->vlans[at] < vlan)
		at++;
	if (at == LEDGER_VLANS || (at < row->vlan_count && row->vlans[at] == vlan))
		return;
	if (row->vlan_count < LEDGER_VLANS)
		row->vlan_count++;
	for (size_t i = row->vlan_count - 1U; i > at; i--)
		row->vlans[i] = row->vlans[i - 1];
	row->vlans[at] = vlan;
}

static void times_add(struct edge_row *row, int64_t first_ns, int64_t last_ns)
{
	if (first_ns == TIME_UNKNOWN)
		return;
	if (row->first_ns == TIME_UNKNOWN || first_ns < row->first_ns)
		row->first_ns = first_ns;
	if (row->last_ns == TIME_UNKNOWN || last_ns > row->last_ns)
		row->last_ns = last_ns;
}

void edge_row_add(const struct ledger *ledger, struct edge_row *row, const struct edge_row *more)
{
	for (size_t i = 0; i < FLOW_EVENT_COUNT; i++)
		row->events[i] += more->events[i];
	for (size_t side = 0; side < 2; side++) {
		row->packets[side] += more->packets[side];
		row->bytes[side] += more->bytes[side];
	}
	times_add(row, more->first_ns, more->last_ns);
	row->opened_minutes |= more->opened_minutes;
	row->answered_minutes |= more->answered_minutes;
	row->active_minutes |= more->active_minutes;
	row->contradictions += more->contradictions;
	row->duplicates += more->duplicates;
	row->retransmitted += more->retransmitted;
	for (size_t i = 0; i < more->vlan_count; i++)
		vlan_insert(row, more->vlans[i]);
	frame_refs_keep_smallest(ledger, row->evidence.openings, more->evidence.openings, LEDGER_OPENINGS);
	frame_ref_keep_smaller(ledger, &row->evidence.answer, &more->evidence.answer);
	frame_ref_keep_smaller(ledger, &row->evidence.contradiction, &more->evidence.contradiction);
}

static void key_from_delta(struct edge_key *key, uint32_t sensor, const struct flow_delta *delta)
{
	key->sensor = sensor;
	key->bucket = delta->bucket;
	key->initiator = delta->initiator;
	key->responder = delta->responder;
	key->delivery = delta->delivery;
	key->protocol = delta->protocol;
	key->basis = delta->basis;
	key->confidence = delta->confidence;
	key->responder_port = delta->responder_port;
	key->opener_port = delta->initiator_port < 32768 ? delta->initiator_port : 0;
	key->answered_from = delta->answered_from;
	key->parent = delta->parent;
	key->parent_assumed = delta->parent_assumed;
}

void edge_row_from_delta(struct edge_row *row, uint32_t sensor, const struct flow_delta *delta)
{
	memset(row, 0, sizeof(*row));
	key_from_delta(&row->key, sensor, delta);
	for (size_t i = 0; i < FLOW_EVENT_COUNT; i++)
		row->events[i] = delta->events[i];
	for (size_t side = 0; side < 2; side++) {
		row->packets[side] = delta->packets[side];
		row->bytes[side] = delta->bytes[side];
	}
	row->first_ns = delta->first_ns;
	row->last_ns = delta->last_ns;
	row->opened_minutes = delta->opened_minutes;
	row->answered_minutes = delta->answered_minutes;
	row->active_minutes = delta->active_minutes;
	row->contradictions = delta->contradictions;
	row->duplicates = delta->duplicates;
	row->retransmitted = delta->syn_retransmitted;
	for (size_t i = 0; i < delta->vlan_count && i < FLOW_VLANS; i++)
		vlan_insert(row, delta->vlans[i]);
	for (size_t i = 0; i < LEDGER_OPENINGS; i++)
		frame_ref_copy(&row->evidence.openings[i], &delta->openings[i]);
	frame_ref_copy(&row->evidence.answer, &delta->answer);
	frame_ref_copy(&row->evidence.contradiction, &delta->contradiction);
}
