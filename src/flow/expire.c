/*
 * When a flow is over, and what became of it. Deadlines in packet time decide, so that it does not matter
 * when the table comes to look.
 */
#include "base/mem.h"
#include "table.h"

enum {
	OUTCOMES = 1U << FLOW_SUCCEEDED | 1U << FLOW_REFUSED | 1U << FLOW_RESET | 1U << FLOW_EXPIRED |
		   1U << FLOW_PROBED | 1U << FLOW_STRAY | 1U << FLOW_ANSWER,
	BOTH = 3
};

static bool is_closed(const struct flow_entry *e)
{
	return flow_is_tcp(e) &&
	       (flow_has(e, FLOW_RST) || (e->hot->flags & FLOW_FIN_A * BOTH) == FLOW_FIN_A * BOTH);
}

/* The other end answered, so that long silence is no end. */
static bool is_established(const struct flow_entry *e)
{
	return flow_happened(e, FLOW_SUCCEEDED) && (e->hot->flags & FLOW_SENT_A * BOTH) == FLOW_SENT_A * BOTH;
}

/* Until when an answer is waited for. */
static int64_t answer_deadline(const struct flow_entry *e)
{
	if (is_closed(e))
		return time_plus(e->hot->last_ns, SECONDS_CLOSED * NSEC_PER_SEC);
	return time_plus(e->opened_ns,
			 (flow_is_tcp(e) ? SECONDS_TCP_PENDING : SECONDS_UNANSWERED) * NSEC_PER_SEC);
}

static int64_t deadline(const struct flow_entry *e)
{
	int64_t idle_ns, answer_ns;

	if (is_closed(e))
		return time_plus(e->hot->last_ns, SECONDS_CLOSED * NSEC_PER_SEC);
	if (flow_is_tcp(e) && is_established(e))
		return time_plus(e->hot->last_ns, SECONDS_TCP_IDLE * NSEC_PER_SEC);
	idle_ns = time_plus(e->hot->last_ns, SECONDS_UNANSWERED * NSEC_PER_SEC);
	answer_ns = answer_deadline(e);
	/* What could still be pending must not be forgotten before that is known. */
	return flow_is_tcp(e) && answer_ns > idle_ns ? answer_ns : idle_ns;
}

bool flow_is_over(const struct flow_entry *e, int64_t now_ns)
{
	return now_ns >= deadline(e);
}

bool flow_hot_is_over(const struct flow_table *table, const struct flow_hot *hot, int64_t now_ns)
{
	const uint32_t closed = FLOW_RST | (uint32_t)FLOW_FIN_A * BOTH;
	uint64_t idle_ns = time_between(hot->last_ns, now_ns);

	if (idle_ns < SECONDS_CLOSED * (uint64_t)NSEC_PER_SEC)
		return false;
	if (hot->number == 0)
		return now_ns >= first_deadline(hot);
	if (idle_ns < SECONDS_UNANSWERED * (uint64_t)NSEC_PER_SEC &&
	    (hot->protocol != PROTO_TCP || !(hot->flags & closed)))
		return false;
	return flow_is_over(table_entry(table, hot->number - 1), now_ns);
}

bool flow_is_oneway(const struct flow_entry *e)
{
	unsigned side = (e->hot->flags & (uint32_t)FLOW_SENT_A) ? 0 : 1;
	uint32_t opened = (uint32_t)(FLOW_SYN_A | FLOW_SYNACK_A) << side;

	if ((e->hot->flags & FLOW_SENT_A * BOTH) == FLOW_SENT_A * BOTH || flow_happened(e, FLOW_ANSWER))
		return false;
	/* A datagram that answers a question which the mirror missed. One that asks shows nothing. */
	if (!flow_is_tcp(e))
		return side != flow_initiator(e) && flow_basis(e) != DIRECTION_NONE;
	if (e->hot->flags & (uint32_t)FLOW_DATA_A << side)
		return true;
	if (!(e->hot->flags & (uint32_t)FLOW_PROGRESS_A << side))
		return false;
	/* Acknowledging more and more says that the other side sends, as much as acknowledging its SYN. */
	return (e->hot->flags & opened) || (e->hot->flags & FLOW_ACK_MOVED);
}

/* RST and FIN only. */
static bool is_stray(const struct flow_entry *e)
{
	const uint32_t more = (uint32_t)(FLOW_SYN_A | FLOW_SYNACK_A | FLOW_PROGRESS_A) * BOTH;

	return flow_is_tcp(e) && !(e->hot->flags & more) &&
	       (e->hot->flags & (FLOW_RST | (uint32_t)FLOW_FIN_A * BOTH));
}

/* The first gap that began at or after TIME_NS; INT64_MAX: none. */
static int64_t gap_after(const struct flow_table *table, int64_t time_ns)
{
	size_t low = 0, high = table->gap_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->gaps[middle].from_ns < time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low < table->gap_count ? table->gaps[low].from_ns : INT64_MAX;
}

bool table_gap_within(const struct flow_table *table, int64_t time_ns, int64_t deadline_ns)
{
	return gap_after(table, time_ns) < deadline_ns;
}

bool flow_met_gap(const struct flow_table *table, const struct flow_entry *e)
{
	return flow_has(e, FLOW_GAPPED) || table_gap_within(table, e->opened_ns, answer_deadline(e));
}

/* Coverage was lost, at a gap or at UNTIL_NS, while the flow could still have been answered. */
static bool is_pending(const struct flow_table *table, const struct flow_entry *e, int64_t until_ns)
{
	return until_ns < answer_deadline(e) || flow_met_gap(table, e);
}

/* Never answered, or a SYN-ACK came and nobody was seen to take it up: an attempt that the responder did
 * answer. */
static enum flow_event unfinished(const struct flow_entry *e)
{
	return flow_is_tcp(e) && (e->hot->flags & (uint32_t)FLOW_SYNACK_A * BOTH) ? FLOW_PROBED
										  : FLOW_EXPIRED;
}

/* Counted in the bucket where it happens, which may be later than the last packet's. */
static void expire_at(struct flow_table *table, struct flow_entry *e, int64_t time_ns)
{
	int32_t bucket = time_bucket(time_ns);

	if (e->bucket != bucket) {
		flow_emit(table, e);
		e->bucket = bucket;
	}
	flow_happens(e, unfinished(e));
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void flow_conclude(struct flow_table *table, struct flow_entry *e, enum flow_end_cause cause, int64_t time_ns)
{
	int64_t due_ns = deadline(e), gap_ns;

	if (e->done & OUTCOMES)
		return;
	if (is_stray(e)) {
		flow_happens(e, FLOW_STRAY);
		return;
	}
	/* Nobody saw what became of it. */
	if (cause == END_EVICTED)
		return;
	if (flow_is_oneway(e)) {
		flow_happens(e, FLOW_SUCCEEDED);
		flow_happens(e, FLOW_ONEWAY);
		return;
	}
	/* Replaced: the opener gave up and began anew. */
	if (is_pending(table, e, cause == END_REPLACED ? INT64_MAX : time_ns))
		return;
	gap_ns = gap_after(table, e->hot->last_ns);
	expire_at(table, e, earlier(time_ns, earlier(due_ns, gap_ns)));
}

bool flow_is_undecided(const struct flow_entry *e)
{
	return !(e->done & OUTCOMES) && (is_stray(e) || flow_is_oneway(e));
}

/* Says all that is left to say of E. */
static void end_entry(struct flow_table *table, struct flow_entry *e, enum flow_end_cause cause,
		      int64_t time_ns)
{
	const struct flow_extra *extra = table_extra(table, e);

	if (cause == END_COVERAGE && table->sink.open)
		carried_say(table, e, time_ns);
	flow_conclude(table, e, cause, time_ns);
	if (flow_is_tcp(e))
		tcp_give_up(table, e);
	table->evicting = cause == END_EVICTED;
	table->statistics.evicted += table->evicting;
	flow_emit_last(table, e);
	table->evicting = false;
	/* What goes on after a SYN has none until its next packet. */
	if (table->sink.record && extra && extra->total.start.where != 0)
		flow_say_record(table, e, extra);
	if (cause == END_COVERAGE && table->sink.open && before_resume(table, e))
		carried_say(table, e, time_ns);
}

/* A flow of one packet gets its entry for this moment only. */
static void end_first(struct flow_table *table, const struct flow_hot *hot, enum flow_end_cause cause,
		      int64_t time_ns)
{
	struct flow_hot line = {0};
	struct flow_entry e;

	memset(&e, 0, sizeof(e));
	first_open(table, hot, &line, &e);
	end_entry(table, &e, cause, time_ns);
	if (e.extra)
		flow_pool_give(&table->extras, e.extra - 1);
}

void flow_say_end(struct flow_table *table, struct flow_hot *hot, enum flow_end_cause cause, int64_t time_ns)
{
	if (hot->number)
		end_entry(table, table_entry(table, hot->number - 1), cause, time_ns);
	else if (!first_say_end(table, hot, cause, time_ns))
		end_first(table, hot, cause, time_ns);
}

/* The connection that a lone SYN had met goes on. */
static bool go_on(struct flow_table *table, struct flow_entry *e)
{
	struct flow_extra *extra = table_extra(table, e);

	if (!extra || !before_resume(table, e))
		return false;
	memset(&extra->total, 0, sizeof(extra->total));
	return true;
}

bool flow_end(struct flow_table *table, uint32_t number, enum flow_end_cause cause, int64_t time_ns)
{
	struct flow_hot *hot = table_hot(table, number);

	flow_say_end(table, hot, cause, time_ns);
	if (hot->number) {
		struct flow_entry *e = table_entry(table, hot->number - 1);

		if (!flow_is_tcp(e))
			question_unlink(table, e);
		else if (flow_has(e, FLOW_CONTROL))
			ftp_closed(table, e);
		if (cause == END_DUE && go_on(table, e))
			return true;
	}
	table_remove(table, number);
	return false;
}

void table_sweep(struct flow_table *table, unsigned flows)
{
	for (unsigned i = 0; i < flows && table->hots.made > 0; i++) {
		const struct flow_hot *hot;

		if (table->hand >= table->hots.made)
			table->hand = 0;
		hot = table_hot(table, table->hand);
		if (flow_hot_is_used(hot) && flow_hot_is_over(table, hot, table->clock.now_ns))
			(void)flow_end(table, table->hand, END_DUE, table->clock.now_ns);
		table->hand++;
	}
}
