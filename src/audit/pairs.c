/*
 * Who asked whom under a rule, and who asked in vain: attempts, none of them pending, nothing of the
 * responder but RST or ICMP errors, and a capture that would have shown an answer.
 */
#include "rule_work.h"
#include <stdlib.h>

/* For an opener whose port the ledger did not keep, as it is 32768 or above. */
enum { HIGH_PORT = 50000 };

struct pair_item {
	struct host_ref initiator, responder;
	size_t row;
	bool group;
};

static int compare_items(const void *a, const void *b)
{
	const struct pair_item *left = a, *right = b;
	int order = host_ref_compare(&left->initiator, &right->initiator);

	if (order == 0)
		order = host_ref_compare(&left->responder, &right->responder);
	return order != 0 ? order : (left->row > right->row) - (left->row < right->row);
}

/* The filter lets the answer to this row's attempts pass. */
static bool answer_is_admitted(const struct audit_work *work, const struct edge_row *row)
{
	const struct edge_key *key = &row->key;
	struct audit_probe probe = {.from = key->responder,
				    .to = key->initiator,
				    .protocol = key->protocol,
				    .from_port = key->responder_port,
				    .to_port = key->opener_port ? key->opener_port : HIGH_PORT,
				    .answers = true};

	if (!work->options->admits || row_is_group(row) || !protocol_has_ports(key->protocol) ||
	    key->initiator.family == ADDR_MAC || key->initiator.prefix != 0 || key->responder.prefix != 0)
		return true;
	return work->options->admits(work->options->context, &probe);
}

/* The capture would have shown an answer to this row's attempts. */
static bool answer_would_show(const struct audit_work *work, const struct edge_row *row)
{
	if (row->events[FLOW_REFUSED] > 0)
		return true;
	return answer_is_admitted(work, row) && ((row->key.protocol == PROTO_TCP && row->retransmitted > 0) ||
						 host_received(work, row->key.bucket, &row->key.initiator));
}

static bool in_vain(const struct edge_row *row, enum reply_expect reply)
{
	return row_attempts(row, reply) > 0 && (row->key.protocol == PROTO_TCP || reply == REPLY_YES);
}

static void judge_pair(const struct audit_work *work, const struct pair_list *list, enum reply_expect reply,
		       struct rule_pair *pair)
{
	bool in_vain_shown = false;

	for (size_t i = pair->first; i < pair->first + pair->count; i++) {
		const struct edge_row whole = work_row(work, list->rows[i]), *row = &whole;

		pair->works |= row_succeeded(row, reply);
		pair->heard |= row_heard(row);
		pair->tried |= row_attempts(row, reply) > 0;
		pair->refused |= row->events[FLOW_REFUSED] > 0;
		pair->reset |= row->events[FLOW_RESET] > 0;
		pair->filtered |= !answer_is_admitted(work, row);
		in_vain_shown |= in_vain(row, reply) && answer_would_show(work, row);
	}
	pair->unanswered = in_vain_shown && !pair->heard && !pair->works;
}

static bool has_answer(const struct audit_work *work, size_t row)
{
	return work_row(work, row).events[FLOW_ANSWER] > 0;
}

/* A question to a group is answered on other tuples: of one initiator they stand beside each other. */
static void settle_groups(const struct audit_work *work, struct pair_list *list)
{
	for (size_t i = 0, end; i < list->count; i = end) {
		bool answered = false;

		for (end = i; end < list->count &&
			      host_ref_compare(&list->items[i].initiator, &list->items[end].initiator) == 0;
		     end++)
			for (size_t j = 0; j < list->items[end].count; j++)
				answered |= has_answer(work, list->rows[list->items[end].first + j]);
		for (size_t j = i; j < end; j++)
			if (answered && list->items[j].group)
				list->items[j].unanswered = false;
	}
}

static size_t gather(const struct audit_work *work, size_t system, const struct match_slice *slice,
		     struct pair_item *items)
{
	size_t count = 0;

	for (size_t i = 0; i < slice->count; i++) {
		const struct judge_match *match = &slice->items[i];
		const struct edge_row whole = work_row(work, match->row), *row = &whole;

		if (match->uncertain || match->folded)
			continue;
		items[count++] =
		    (struct pair_item){row_end(work, system, row, false), row_end(work, system, row, true),
				       match->row, row_is_group(row)};
	}
	return count;
}

static void sum_rows(const struct audit_work *work, enum reply_expect reply, struct pair_list *list,
		     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct edge_row whole = work_row(work, list->rows[i]), *row = &whole;
		bool success = row_succeeded(row, reply), attempt = row_attempts(row, reply) > 0;

		list->any_success |= success;
		list->any_attempt |= attempt;
		list->any_pending |= !success && !attempt && edge_flows(row) > 0;
	}
}

void pairs_build(struct audit_work *work, size_t system, size_t rule, bool folded, struct pair_list *list)
{
	const struct match_slice *slice = &work->systems[system].slices[rule];
	enum reply_expect reply = work->systems[system].plain->rules[rule].rule->reply;
	struct pair_item *items = work_scratch(work, slice->count + 1, sizeof(*items));
	size_t count;

	*list = (struct pair_list){0};
	list->items = work_scratch(work, slice->count + 1, sizeof(*list->items));
	list->rows = work_scratch(work, slice->count + 1, sizeof(*list->rows));
	if (!items || !list->items || !list->rows)
		return;
	count = gather(work, system, slice, items);
	if (count > 1)
		qsort(items, count, sizeof(*items), compare_items);
	for (size_t i = 0; i < count; i++) {
		struct rule_pair *pair = list->count > 0 ? &list->items[list->count - 1] : NULL;

		list->rows[i] = items[i].row;
		if (!pair || host_ref_compare(&pair->initiator, &items[i].initiator) != 0 ||
		    host_ref_compare(&pair->responder, &items[i].responder) != 0) {
			pair = &list->items[list->count++];
			*pair = (struct rule_pair){.initiator = items[i].initiator,
						   .responder = items[i].responder,
						   .first = i,
						   .group = items[i].group};
		}
		pair->count++;
	}
	sum_rows(work, reply, list, count);
	for (size_t i = 0; i < list->count; i++)
		judge_pair(work, list, reply, &list->items[i]);
	settle_groups(work, list);
	/* A folded edge may be the answer. */
	for (size_t i = 0; folded && i < list->count; i++)
		list->items[i].unanswered = false;
}
