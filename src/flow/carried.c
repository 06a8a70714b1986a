/*
 * Flows that were open when an earlier coverage ended: who opened them is known without their openings. They
 * are kept sorted, looked up by a flow's first packet only, and handed on again while they may still be open.
 */
#include "base/mem.h"
#include "table.h"
#include <stdlib.h>

struct carried {
	struct flow_end low, high; /* in the order of their bytes */
	int64_t last_ns;
	uint8_t protocol, confidence;
	bool low_opened;
	bool met; /* a flow with these ends was seen since */
};

static int end_compare(const struct flow_end *a, const struct flow_end *b)
{
	return memcmp(a, b, sizeof(*a));
}

static int key_compare(const void *a, const void *b)
{
	const struct carried *left = a, *right = b;
	int order = end_compare(&left->low, &right->low);

	if (order == 0)
		order = end_compare(&left->high, &right->high);
	return order != 0 ? order : (left->protocol > right->protocol) - (left->protocol < right->protocol);
}

/* Of equal keys the latest first. */
static int carried_compare(const void *a, const void *b)
{
	const struct carried *left = a, *right = b;
	int order = key_compare(a, b);

	return order != 0 ? order : (left->last_ns < right->last_ns) - (left->last_ns > right->last_ns);
}

static void set_ends(struct carried *carried, const struct flow_end *opener, const struct flow_end *other)
{
	carried->low_opened = end_compare(opener, other) <= 0;
	carried->low = carried->low_opened ? *opener : *other;
	carried->high = carried->low_opened ? *other : *opener;
}

static struct carried carried_make(const struct flow_open *open)
{
	struct flow_end opener = flow_end_make(&open->initiator, open->initiator_port);
	struct flow_end other = flow_end_make(&open->responder, open->responder_port);
	struct carried carried;

	memset(&carried, 0, sizeof(carried));
	set_ends(&carried, &opener, &other);
	carried.last_ns = open->last_ns;
	carried.protocol = open->protocol;
	carried.confidence = open->confidence;
	return carried;
}

int carried_new(struct flow_table *table, const struct flow_open *flows, size_t count)
{
	if (count == 0)
		return 0;
	table->carried = mem_calloc(count, sizeof(*table->carried));
	if (!table->carried)
		return -1;
	for (size_t i = 0; i < count; i++)
		table->carried[i] = carried_make(&flows[i]);
	qsort(table->carried, count, sizeof(*table->carried), carried_compare);
	for (size_t i = 0; i < count; i++) {
		struct carried *kept = &table->carried[table->carried_count];

		if (table->carried_count > 0 && key_compare(kept - 1, &table->carried[i]) == 0)
			continue;
		memmove(kept, &table->carried[i], sizeof(*kept));
		table->carried_count++;
	}
	return 0;
}

/* As long after its last packet a flow may still be the same one. */
static bool may_go_on(const struct carried *carried, int64_t time_ns)
{
	int64_t idle_sec = carried->protocol == PROTO_TCP ? SECONDS_TCP_IDLE : SECONDS_UNANSWERED;

	return time_ns >= carried->last_ns &&
	       time_between(carried->last_ns, time_ns) < (uint64_t)idle_sec * (uint64_t)NSEC_PER_SEC;
}

bool carried_take(struct flow_table *table, const struct flow_entry *e, struct carried_opener *out)
{
	struct carried key = {.protocol = e->hot->protocol};
	struct carried *found;

	if (table->carried_count == 0)
		return false;
	set_ends(&key, &e->end[0], &e->end[1]);
	found = bsearch(&key, table->carried, table->carried_count, sizeof(*found), key_compare);
	if (!found || found->met || !may_go_on(found, e->opened_ns))
		return false;
	found->met = true;
	/* Side 0 is the low end where KEY says that side 0 "opened" as the low one. */
	out->side = found->low_opened == key.low_opened ? 0 : 1;
	out->confidence = (enum confidence)found->confidence;
	return true;
}

/* What rests on port numbers alone is guessed anew: carried over it would look better founded than it is. */
void carried_say(const struct flow_table *table, const struct flow_entry *e, int64_t time_ns)
{
	unsigned initiator = flow_initiator(e);
	bool closed = flow_is_tcp(e) &&
		      (flow_has(e, FLOW_RST) || (e->hot->flags & FLOW_FIN_A * 3) == (uint32_t)FLOW_FIN_A * 3);
	struct flow_open open;

	if (!table->sink.open || closed || flow_is_over(e, time_ns) || flow_happened(e, FLOW_ANSWER) ||
	    flow_basis(e) <= DIRECTION_PORTS || flow_confidence(e) == CONFIDENCE_UNKNOWN)
		return;
	memset(&open, 0, sizeof(open));
	open.initiator = flow_end_addr(&e->end[initiator]);
	open.responder = flow_end_addr(&e->end[initiator ^ 1]);
	open.initiator_port = flow_end_port(&e->end[initiator]);
	open.responder_port = flow_end_port(&e->end[initiator ^ 1]);
	open.protocol = e->hot->protocol;
	open.confidence = (uint8_t)flow_confidence(e);
	open.last_ns = e->hot->last_ns;
	table->sink.open(table->sink.context, &open);
}

void carried_say_unmet(const struct flow_table *table, int64_t time_ns)
{
	for (size_t i = 0; table->sink.open && i < table->carried_count; i++) {
		const struct carried *carried = &table->carried[i];
		const struct flow_end *opener = carried->low_opened ? &carried->low : &carried->high;
		const struct flow_end *other = carried->low_opened ? &carried->high : &carried->low;
		struct flow_open open;

		if (carried->met || !may_go_on(carried, time_ns))
			continue;
		memset(&open, 0, sizeof(open));
		open.initiator = flow_end_addr(opener);
		open.responder = flow_end_addr(other);
		open.initiator_port = flow_end_port(opener);
		open.responder_port = flow_end_port(other);
		open.protocol = carried->protocol;
		open.confidence = carried->confidence;
		open.last_ns = carried->last_ns;
		table->sink.open(table->sink.context, &open);
	}
}
