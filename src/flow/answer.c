/*
 * Answers: a datagram from B to A's address and port, within 60 s of A:p asking B, or a group, on another
 * tuple. It joins the edge (A -> B, asked port) and makes the question answered.
 */
#include "table.h"

static int64_t asked_ns(const struct flow_entry *question)
{
	return question->hot->datagram.heard_ns[flow_initiator(question)];
}

static int64_t answered_ns(const struct flow_entry *question)
{
	return question->hot->datagram.heard_ns[flow_initiator(question) ^ 1];
}

/* Asked again since it was last answered. */
static bool is_outstanding(const struct flow_entry *question)
{
	return asked_ns(question) > answered_ns(question);
}

/* Asked, within the last minute, and itself no answer. */
static bool is_question(const struct flow_table *table, const struct flow_entry *e)
{
	return !flow_has(e, FLOW_IS_ANSWER) && asked_ns(e) != TIME_UNKNOWN &&
	       time_between(asked_ns(e), table->clock.now_ns) < SECONDS_ANSWER * (uint64_t)NSEC_PER_SEC;
}

static uint16_t asked_port(const struct flow_entry *question)
{
	return flow_end_port(&question->end[flow_initiator(question) ^ 1]);
}

/* An outstanding question goes before an answered one, then the latest, then the lower port: never the order
 * of chains. */
static bool is_better(const struct flow_entry *a, const struct flow_entry *b)
{
	if (is_outstanding(a) != is_outstanding(b))
		return is_outstanding(a);
	if (asked_ns(a) != asked_ns(b))
		return asked_ns(a) > asked_ns(b);
	return asked_port(a) < asked_port(b);
}

/* The best question of ASKER to the host of FROM, or to a group, other than EXCEPT. */
static struct flow_entry *best_question(struct flow_table *table, const struct flow_end *asker,
					const struct flow_end *from, uint8_t protocol,
					const struct flow_entry *except)
{
	struct flow_end host = flow_end_host(from);
	const struct flow_end *asked[2] = {&host, &question_group};
	struct flow_entry *best = NULL;

	for (unsigned i = 0; i < 2; i++) {
		struct question_walk walk;
		struct flow_entry *e = question_first(table, asker, asked[i], protocol, &walk);

		for (; e; e = question_next(table, &walk)) {
			if (e != except && is_question(table, e) && (!best || is_better(e, best)))
				best = e;
		}
	}
	return best;
}

struct flow_entry *question_find(struct flow_table *table, const struct flow_entry *e)
{
	struct addr asker = flow_end_addr(&e->end[1]);

	if (flow_end_port(&e->end[1]) == 0 || addr_is_group(&asker))
		return NULL;
	return best_question(table, &e->end[1], &e->end[0], e->hot->protocol, e);
}

/* The question's first frame of this bucket; one of an earlier bucket may have been handed on by now. */
static struct frame_mark asked_frame(const struct flow_table *table, const struct flow_entry *question)
{
	if (question->bucket != table->clock.bucket)
		return (struct frame_mark){0};
	return question->frames[flow_initiator(question) == 0 ? 0 : 2];
}

static void note_question(const struct flow_table *table, const struct flow_entry *question,
			  struct flow_extra *extra)
{
	extra->asked_port = asked_port(question);
	extra->delivery = flow_delivery(question, flow_initiator(question));
	extra->question = asked_frame(table, question);
}

bool answer_begin(struct flow_table *table, struct flow_entry *e, struct flow_entry *question,
		  const struct keyed_packet *p)
{
	struct flow_extra *extra;

	flow_look_answer(table, question, p);
	extra = table_need_extra(table, e);
	if (!extra)
		return false;
	note_question(table, question, extra);
	flow_set_direction(e, DIRECTION_ANSWER, 1, flow_confidence(question));
	e->hot->flags |= FLOW_IS_ANSWER;
	flow_happens(e, FLOW_ANSWER);
	return true;
}

void question_answered(struct flow_table *table, struct flow_entry *question, const struct keyed_packet *p)
{
	unsigned responder = flow_initiator(question) ^ 1;
	struct frame_mark *frame = &question->frames[responder == 0 ? 0 : 2];

	table_turn(table, question);
	flow_happens(question, FLOW_SUCCEEDED);
	question->hot->datagram.heard_ns[responder] = p->time_ns;
	question->answered_minutes |= table->clock.minute_bit;
	if (frame->where == 0)
		*frame = frame_mark_make(p->time_ns, p->input, p->frame);
}

/* Counts P, which came on tuple E, as an answer to QUESTION: a flow of this one packet. */
static void count_apart(struct flow_table *table, const struct flow_entry *question,
			const struct keyed_packet *p)
{
	struct flow_extra extra = {0};
	struct flow_hot line = {
	    .protocol = p->facts->protocol, .state = FLOW_VLAN_UNSET, .flags = FLOW_SENT_A | FLOW_NOTE_A};
	struct flow_entry answer = {.end = {p->src, p->dst},
				    .hot = &line,
				    .small = SMALL_NEW,
				    .bucket = table->clock.bucket,
				    .opened_ns = p->time_ns,
				    .answered_minutes = table->clock.minute_bit};

	note_question(table, question, &extra);
	flow_set_direction(&answer, DIRECTION_ANSWER, 1, flow_confidence(question));
	flow_happens(&answer, FLOW_ANSWER);
	table_count(table, &answer, p, 0);
	flow_note(&answer, p, 0);
	flow_say_delta(table, &answer, &extra);
	if (!table->sink.record)
		return;
	extra.total.packets[0] = line.packets[0];
	extra.total.bytes[0] = line.bytes[0];
	extra.total.start = answer.frames[0];
	flow_say_record(table, &answer, &extra);
}

/* A single host's answer settles its question; a group's question waits for every host, so that here counts
 * whether this one said something since. */
static bool is_waiting(const struct flow_entry *question, int64_t heard_ns)
{
	if (flow_has(question, FLOW_ASKS_GROUP))
		return asked_ns(question) > heard_ns;
	return is_outstanding(question);
}

/* E's own question came after QUESTION, and this packet is the answer to it. */
static bool is_own_answer(const struct flow_entry *e, const struct flow_entry *question, unsigned side)
{
	return side != flow_initiator(e) && !flow_has(e, FLOW_IS_ANSWER) && is_outstanding(e) &&
	       asked_ns(e) >= asked_ns(question);
}

/* Whether the other side of E may have asked elsewhere what SIDE now answers here. */
static bool may_answer(const struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	uint32_t flag = side == flow_initiator(e) ? FLOW_MIRRORED : FLOW_SHARED;

	return flow_has(e, flag) && !p->is_mute && p->facts->delivery == DELIVERY_UNICAST;
}

bool answer_elsewhere(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		      unsigned side)
{
	int64_t heard_ns = e->hot->datagram.heard_ns[side];
	struct flow_entry *question;
	struct flow_extra *extra;

	if (!may_answer(e, p, side))
		return false;
	question = best_question(table, &p->dst, &p->src, e->hot->protocol, e);
	if (!question || !is_waiting(question, heard_ns) || is_own_answer(e, question, side) || flow_asks(p))
		return false;
	flow_look_answer(table, question, p);
	question_answered(table, question, p);
	/* On an answer's tuple the next answer to the same port is more of it. */
	extra = flow_has(e, FLOW_IS_ANSWER) ? table_extra(table, e) : NULL;
	if (extra && extra->asked_port == asked_port(question)) {
		/* Its bucket is the present one already. */
		if (extra->question.where == 0)
			extra->question = asked_frame(table, question);
		return false;
	}
	count_apart(table, question, p);
	/* The tuple was not idle, though nothing of it was counted. */
	e->hot->datagram.heard_ns[side] = e->hot->last_ns = p->time_ns;
	return true;
}
