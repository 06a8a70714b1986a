/*
 * The table of questions, where a datagram finds what it answers on another tuple.
 *
 * Every datagram flow stands in two chains: that of its asker, port and the asked host (all groups count as
 * one host), where a first datagram from B looks for the question it answers; and, unless it asks a group,
 * that of its asker and port alone, where a question to a group finds the asker's other tuples. Flows that
 * share an asker with another question are marked, so that only their packets ever look here again. Chains
 * are walked a bounded way, newest first.
 *
 * A head is the number of a chain's first entry, plus 1, and in the bits above it marks: one of eight for
 * each flow that came in since the chain was empty, by its hash. Whose mark is not there is not in the chain:
 * then none of its entries, each a place of memory far away, has to be looked at.
 */
#include "base/mem.h"
#include "table.h"

enum { WALK_PAIR = 32, WALK_ASKER = 64, HEADS_FIRST = 1 << 10, HEADS_MOST = 1 << 20, HEADS_GROWTH = 4 };

const struct flow_end question_group;

struct chain_head {
	uint32_t *at;
	uint32_t mark;
};

static struct chain_head head_of(const struct flow_table *table, uint32_t *heads, uint32_t hash)
{
	enum { MARKS_LOG2 = 3, HASH_BITS = 32 };

	return (struct chain_head){&heads[hash & table->head_mask],
				   UINT32_C(1) << FLOW_NUMBER_BITS << (hash >> (HASH_BITS - MARKS_LOG2))};
}

/* The first entry of the chain, plus 1; 0 where nobody of the head's hash is in it. */
static uint32_t head_first(struct chain_head head)
{
	return (*head.at & head.mark) ? *head.at & FLOW_NUMBER_MASK : 0;
}

static int make_heads(struct flow_table *table, uint32_t heads)
{
	table->pair_heads = mem_calloc(heads, sizeof(uint32_t));
	table->asker_heads = mem_calloc(heads, sizeof(uint32_t));
	table->head_mask = heads - 1;
	return table->pair_heads && table->asker_heads ? 0 : -1;
}

int answer_tables_new(struct flow_table *table)
{
	return make_heads(table, HEADS_FIRST);
}

void answer_tables_clear(struct flow_table *table)
{
	mem_free(table->pair_heads);
	mem_free(table->asker_heads);
}

size_t answer_tables_memory(const struct flow_table *table)
{
	return ((size_t)table->head_mask + 1) * 2 * sizeof(uint32_t);
}

void answer_tables_empty(struct flow_table *table)
{
	size_t bytes = ((size_t)table->head_mask + 1) * sizeof(uint32_t);

	if (table->linked == 0)
		return;
	memset(table->pair_heads, 0, bytes);
	memset(table->asker_heads, 0, bytes);
	table->linked = table->linked_groups = 0;
}

/* For a flow that is not linked yet; afterwards FLOW_ASKS_GROUP says what it was linked as. */
static bool asks_group(const struct flow_entry *e)
{
	struct addr asked = flow_end_addr(&e->end[flow_initiator(e) ^ 1]);

	return flow_delivery(e, flow_initiator(e)) != DELIVERY_UNICAST || addr_is_group(&asked);
}

static const struct flow_end *asker_end(const struct flow_entry *e)
{
	return &e->end[flow_initiator(e)];
}

/* HOST: the asked end's host, or all zero for groups. */
static struct chain_head pair_head(const struct flow_table *table, const struct flow_end *asker,
				   const struct flow_end *host, uint8_t protocol)
{
	/* Twice the asker, so that the way round matters. */
	struct flow_end both = {{host->word[0] ^ 1, host->word[1], host->word[2]}};

	return head_of(table, table->pair_heads, table_hash(table, asker, &both, protocol));
}

static struct chain_head asker_head(const struct flow_table *table, const struct flow_end *asker,
				    uint8_t protocol)
{
	return head_of(table, table->asker_heads, table_hash(table, asker, asker, protocol));
}

static struct flow_end asked_host(const struct flow_entry *e)
{
	if (flow_has(e, FLOW_ASKS_GROUP))
		return question_group;
	return flow_end_host(&e->end[flow_initiator(e) ^ 1]);
}

/* E asks from this end and, where HOST is given, that host (all zero: a group). */
static bool is_asked_by(const struct flow_entry *e, const struct flow_end *asker, const struct flow_end *host,
			uint8_t protocol)
{
	struct flow_end asked;

	/* The entry's own line first: mostly it is another's that shares the head. */
	if (flow_end_differs(&e->end[0], asker) && flow_end_differs(&e->end[1], asker))
		return false;
	if (e->hot->protocol != protocol || flow_end_differs(asker_end(e), asker))
		return false;
	if (!host)
		return true;
	asked = asked_host(e);
	return flow_end_differs(&asked, host) == 0;
}

/* A question to a group: any host may answer it on a tuple of its own. */
static void share_asker(struct flow_table *table, struct flow_entry *e)
{
	uint32_t at = head_first(asker_head(table, asker_end(e), e->hot->protocol));

	for (unsigned i = 0; at && i < WALK_ASKER; i++) {
		struct flow_entry *other = table_entry(table, at - 1);

		if (is_asked_by(other, asker_end(e), NULL, e->hot->protocol))
			other->hot->flags |= FLOW_SHARED;
		at = other->question.asker_next;
	}
}

/* The asked host may have opened a flow of its own from the same port to the same port, and answer there. */
static void share_mirrored(struct flow_table *table, const struct flow_entry *e)
{
	const struct flow_end *asker = asker_end(e);
	uint16_t port = flow_end_port(asker);
	struct flow_end host = asked_host(e);
	struct flow_entry *mirrored;
	unsigned side;

	if (port == flow_end_port(&e->end[flow_initiator(e) ^ 1]))
		return;
	host.word[0] |= (uint64_t)port << FLOW_END_PORT_SHIFT;
	mirrored = table_find(table, asker, &host, e->hot->protocol, &side);
	if (mirrored)
		mirrored->hot->flags |= FLOW_MIRRORED;
}

struct flow_entry *question_first(const struct flow_table *table, const struct flow_end *asker,
				  const struct flow_end *host, uint8_t protocol, struct question_walk *walk)
{
	bool group = flow_end_differs(host, &question_group) == 0;

	if (group && table->linked_groups == 0) {
		walk->next = 0;
		return NULL;
	}
	*walk = (struct question_walk){.asker = *asker,
				       .host = *host,
				       .protocol = protocol,
				       .next = head_first(pair_head(table, asker, host, protocol))};
	return question_next(table, walk);
}

struct flow_entry *question_next(const struct flow_table *table, struct question_walk *walk)
{
	while (walk->next && walk->steps++ < WALK_PAIR) {
		struct flow_entry *e = table_entry(table, walk->next - 1);

		walk->next = e->question.pair_next;
		if (is_asked_by(e, &walk->asker, &walk->host, walk->protocol))
			return e;
	}
	return NULL;
}

/* Everything of this asker and host is marked as shared, if it is more than one. */
static void share_pair(struct flow_table *table, struct flow_entry *e, const struct flow_end *host)
{
	struct question_walk walk;
	struct flow_entry *other = question_first(table, asker_end(e), host, e->hot->protocol, &walk);

	for (; other; other = question_next(table, &walk)) {
		other->hot->flags |= FLOW_SHARED;
		e->hot->flags |= FLOW_SHARED;
	}
}

/* The asker asked a group from the same port: what comes on this tuple may answer that. */
static void share_with_group(struct flow_table *table, struct flow_entry *e)
{
	struct question_walk walk;

	if (question_first(table, asker_end(e), &question_group, e->hot->protocol, &walk))
		e->hot->flags |= FLOW_SHARED;
}

static void chain_in(struct flow_table *table, struct chain_head head, struct flow_entry *e, bool pair)
{
	uint32_t first = *head.at & FLOW_NUMBER_MASK;

	if (pair) {
		e->question.pair_next = first;
		e->question.pair_previous = 0;
	} else {
		e->question.asker_next = first;
		e->question.asker_previous = 0;
	}
	if (first) {
		struct flow_entry *next = table_entry(table, first - 1);

		*(pair ? &next->question.pair_previous : &next->question.asker_previous) = e->number + 1;
	}
	*head.at = (*head.at & ~(uint32_t)FLOW_NUMBER_MASK) | head.mark | (e->number + 1);
}

/* Of one chain's flows, oldest first, so that each comes before those that are older again. */
static void chain_anew(struct flow_table *table, uint32_t head, bool pair)
{
	uint32_t at = head & FLOW_NUMBER_MASK, before;

	for (uint32_t next; at; at = next) {
		const struct flow_entry *e = table_entry(table, at - 1);

		next = pair ? e->question.pair_next : e->question.asker_next;
		if (!next)
			break;
	}
	for (; at; at = before) {
		struct flow_entry *e = table_entry(table, at - 1);
		struct flow_end host = asked_host(e);
		const struct flow_end *asker = asker_end(e);

		before = pair ? e->question.pair_previous : e->question.asker_previous;
		chain_in(table,
			 pair ? pair_head(table, asker, &host, e->hot->protocol)
			      : asker_head(table, asker, e->hot->protocol),
			 e, pair);
	}
}

/* More heads, so that chains stay short. Without memory for them they do not. */
static void grow_heads(struct flow_table *table)
{
	uint32_t count = table->head_mask + 1;
	uint32_t *pairs = table->pair_heads, *askers = table->asker_heads;

	if (make_heads(table, count * HEADS_GROWTH)) {
		answer_tables_clear(table);
		table->pair_heads = pairs;
		table->asker_heads = askers;
		table->head_mask = count - 1;
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		chain_anew(table, pairs[i], true);
		chain_anew(table, askers[i], false);
	}
	mem_free(pairs);
	mem_free(askers);
}

void question_link(struct flow_table *table, struct flow_entry *e)
{
	uint8_t protocol = e->hot->protocol;
	bool group = asks_group(e);
	struct flow_end host;

	if (table->linked++ > table->head_mask && table->head_mask + 1 < HEADS_MOST)
		grow_heads(table);
	table->linked_groups += group;
	e->hot->flags |= FLOW_LINKED | (group ? (uint32_t)FLOW_ASKS_GROUP : 0);
	host = asked_host(e);
	share_pair(table, e, &host);
	chain_in(table, pair_head(table, asker_end(e), &host, protocol), e, true);
	if (group) {
		/* Newest first: what asked from here before. */
		share_asker(table, e);
	} else {
		share_with_group(table, e);
		share_mirrored(table, e);
		chain_in(table, asker_head(table, asker_end(e), protocol), e, false);
	}
}

static void chain_out(struct flow_table *table, struct chain_head head, const struct flow_entry *e, bool pair)
{
	uint32_t next = pair ? e->question.pair_next : e->question.asker_next;
	uint32_t previous = pair ? e->question.pair_previous : e->question.asker_previous;

	if (previous) {
		struct flow_entry *before = table_entry(table, previous - 1);

		*(pair ? &before->question.pair_next : &before->question.asker_next) = next;
	} else {
		*head.at = next ? (*head.at & ~(uint32_t)FLOW_NUMBER_MASK) | next : 0;
	}
	if (next) {
		struct flow_entry *after = table_entry(table, next - 1);

		*(pair ? &after->question.pair_previous : &after->question.asker_previous) = previous;
	}
}

void question_unlink(struct flow_table *table, struct flow_entry *e)
{
	struct flow_end host = asked_host(e);

	if (!flow_has(e, FLOW_LINKED))
		return;
	chain_out(table, pair_head(table, asker_end(e), &host, e->hot->protocol), e, true);
	if (!flow_has(e, FLOW_ASKS_GROUP))
		chain_out(table, asker_head(table, asker_end(e), e->hot->protocol), e, false);
	table->linked_groups -= flow_has(e, FLOW_ASKS_GROUP);
	e->hot->flags &= ~(uint32_t)(FLOW_LINKED | FLOW_ASKS_GROUP);
	table->linked--;
}
