/*
 * Packets that need more than counting: the first of their flow, those that may change what is known of it,
 * or of a new minute or bucket.
 */
#include "duplicate.h"
#include "key.h"
#include "table.h"

void flow_spill(struct flow_table *table, struct flow_hot *hot, unsigned side)
{
	struct flow_entry *e = table_entry(table, hot->number - 1);
	struct flow_extra *extra = table_need_extra(table, e);

	if (!extra) {
		flow_emit(table, e);
		return;
	}
	/* One stays: a line without packets is one of a bucket that had none. */
	extra->more_packets[side] += hot->packets[side] - 1U;
	extra->more_bytes[side] += hot->bytes[side];
	hot->packets[side] = 1;
	hot->bytes[side] = 0;
}

void flow_add_packet(struct flow_table *table, struct flow_entry *e, unsigned side, uint32_t ip_length)
{
	if (e->hot->bytes[side] > UINT32_MAX - ip_length)
		flow_spill(table, e->hot, side);
	e->hot->packets[side]++;
	e->hot->bytes[side] += ip_length;
	if (e->hot->packets[side] >= COUNTED_MAX || e->hot->bytes[side] > UINT32_MAX / 2)
		flow_spill(table, e->hot, side);
}

void table_count(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	uint8_t vlan_count = p->facts->vlan_count;

	if (e->hot->packets[0] + e->hot->packets[1] == 0)
		e->first_ns = p->time_ns;
	flow_add_packet(table, e, side, p->facts->ip_length);
	e->hot->last_ns = p->time_ns;
	e->minutes |= table->clock.minute_bit;
	if (vlan_count > 0 && p->facts->vlans[0] != flow_vlan(e->hot))
		flow_note_vlan(table, e, p->facts->vlans[0]);
}

/* One more packet that says something; up to three of them are counted. */
static void note_counted(struct flow_entry *e)
{
	if (e->hot->state & FLOW_COUNTED)
		return;
	e->small = (uint8_t)(e->small + (1U << SMALL_PACKETS_SHIFT));
	if (flow_packets_so_far(e) == SMALL_PACKETS_MAX)
		e->hot->state |= FLOW_COUNTED;
}

/* Sequence numbers: the expected ones. Everything else is followed apart. */
static void tcp_count(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		      unsigned side)
{
	const struct packet_facts *facts = p->facts;
	struct flow_hot *hot = e->hot;
	uint32_t known = (uint32_t)FLOW_SEQ_A * 3;

	hot->tcp.payload_bytes += facts->payload_length;
	note_counted(e);
	if ((hot->flags & known) == known && facts->tcp_seq == hot->tcp.seq_next[side] &&
	    (facts->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) == TCP_ACK &&
	    (int32_t)(facts->tcp_ack - hot->tcp.seq_next[side ^ 1]) <= 0 && !(hot->flags & FLOW_HOLES))
		hot->tcp.seq_next[side] += facts->payload_length;
	else
		tcp_follow(table, e, p, side);
	e->small = (uint8_t)(e->small | SMALL_NUMBERED_A << side);
}

static bool take_tcp(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		     unsigned side)
{
	const struct packet_facts *facts = p->facts;
	uint32_t wanted = (uint32_t)FLOW_ATTEND_A << side;

	if (facts->payload_length > 0)
		wanted |= (uint32_t)FLOW_LOOK_A << side | FLOW_CONTROL;
	if (((e->hot->flags & wanted) || (facts->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST))) &&
	    !tcp_packet(table, e, p, side))
		return false;
	tcp_count(table, e, p, side);
	return true;
}

static void take_datagram(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
			  unsigned side)
{
	if (e->hot->flags & ((uint32_t)(FLOW_ATTEND_A | FLOW_LOOK_A) << side))
		datagram_packet(table, e, p, side);
	e->hot->datagram.heard_ns[side] = p->time_ns;
}

static void take_duplicate(struct flow_table *table, struct flow_entry *e)
{
	if (++e->duplicates == UINT16_MAX)
		flow_emit(table, e);
}

static void note_answered_now(const struct flow_table *table, struct flow_entry *e,
			      const struct keyed_packet *p, unsigned side)
{
	if (side == flow_initiator(e) || (p->facts->tcp_flags & TCP_RST))
		return;
	e->answered_minutes |= table->clock.minute_bit;
	e->hot->state |= FLOW_ANSWERED_NOW;
}

static void note(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	struct flow_extra *extra = table->sink.record ? table_extra(table, e) : NULL;

	if (extra && extra->total.start.where == 0)
		extra->total.start = frame_mark_make(p->time_ns, p->input, p->frame);
	flow_note(e, p, side);
}

/* A packet that belongs to E: counts it, and lets it change E's state unless it is a duplicate. */
static void take_by(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		    unsigned side, bool fresh)
{
	bool duplicate =
	    !fresh && duplicate_seen(table, e->hot, duplicate_signature(p->facts, side), p->time_ns);
	bool tcp = flow_is_tcp(e);

	flow_forget_usual(e->hot);
	table_turn(table, e);
	if (e->hot->last_ns < table->clock.minute_start_ns)
		e->hot->state &= (uint16_t)~FLOW_ANSWERED_NOW;
	if (!duplicate && !fresh && !tcp && (e->hot->flags & (FLOW_SHARED | FLOW_MIRRORED)) &&
	    answer_elsewhere(table, e, p, side))
		return;
	table_count(table, e, p, side);
	if (duplicate) {
		take_duplicate(table, e);
		return;
	}
	if (e->hot->flags & ((uint32_t)FLOW_NOTE_A << side))
		note(table, e, p, side);
	if (p->is_mute) {
		if (tcp)
			tcp_mute(table, e, p, side);
		return;
	}
	if (!tcp)
		take_datagram(table, e, p, side);
	else if (!take_tcp(table, e, p, side))
		return;
	note_answered_now(table, e, p, side);
}

void flow_begin(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p)
{
	struct flow_hot *hot = e->hot;
	struct flow_extra *extra = table_extra(table, e);

	e->end[0] = p->src;
	e->end[1] = p->dst;
	e->bucket = table->clock.bucket;
	e->opened_ns = e->first_ns = p->time_ns;
	e->small = SMALL_NEW;
	hot->last_ns = p->time_ns;
	hot->flags = (uint32_t)FLOW_SENT_A | FLOW_NOTE_A * 3 | FLOW_ATTEND_A * 3 | FLOW_LOOK_A * 3;
	hot->state = FLOW_VLAN_UNSET;
	hot->newest = duplicate_signature(p->facts, 0);
	if (extra)
		extra->total.start = frame_mark_make(p->time_ns, p->input, p->frame);
	flow_open(table, e, p);
	take_by(table, e, p, 0, true);
}

static void take_first(struct flow_table *table, struct keyed_packet *p)
{
	bool suffices = first_suffices(table, p);
	uint32_t number = table_make(table, &p->key, !suffices);
	struct flow_hot *hot = table_hot(table, number);

	if (suffices)
		first_keep(table, hot, p);
	else
		flow_begin(table, table_entry(table, hot->number - 1), p);
}

/* SYNs, and what comes while an opening stands alone: everything else goes on with the flow that it finds. */
static inline bool may_start_another(const struct flow_entry *e, const struct packet_facts *facts,
				     unsigned side)
{
	return flow_is_tcp(e) &&
	       ((facts->tcp_flags & TCP_SYN) || (e->hot->flags & (uint32_t)FLOW_ATTEND_A << side));
}

static void take_on(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		    unsigned side)
{
	e->hot->flags |= (uint32_t)FLOW_SENT_A << side;
	take_by(table, e, p, side, false);
}

/* The SYN P does not fit the connection of flow NUMBER: a flow of its own, until it shows what it is. */
static void take_syn_apart(struct flow_table *table, uint32_t number, const struct flow_before *before,
			   struct keyed_packet *p)
{
	struct flow_entry *e;
	uint32_t made;

	(void)flow_end(table, number, END_REPLACED, p->time_ns);
	made = table_make(table, &p->key, true);
	e = table_entry(table, table_hot(table, made)->number - 1);
	flow_begin(table, e, p);
	before_keep(table, e, before);
}

/* P is of another connection than E, which is flow NUMBER. */
static void take_another(struct flow_table *table, uint32_t number, struct flow_entry *e,
			 struct keyed_packet *p)
{
	bool bare_syn = (p->facts->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
	struct flow_before before = {.is_set = false};

	if (bare_syn)
		before = before_take(table, e);
	if (before.is_set) {
		take_syn_apart(table, number, &before, p);
	} else {
		(void)flow_end(table, number, END_REPLACED, p->time_ns);
		take_first(table, p);
	}
}

/* Ends flow NUMBER, and what goes on in its place, if it is over. False: the line is free. */
static bool end_if_over(struct flow_table *table, uint32_t number, int64_t time_ns)
{
	while (flow_hot_is_over(table, table_hot(table, number), time_ns)) {
		if (!flow_end(table, number, END_DUE, time_ns))
			return false;
	}
	return true;
}

/* P belongs to flow NUMBER, unless that is over or P shows it to be another. */
static void take_found(struct flow_table *table, uint32_t number, struct keyed_packet *p, unsigned side)
{
	struct flow_hot *hot = table_hot(table, number);
	struct flow_entry *e = NULL;

	bool judged;

	if (end_if_over(table, number, p->time_ns))
		e = hot->number ? table_entry(table, hot->number - 1) : first_make_entry(table, number);
	judged = e && !p->is_mute && may_start_another(e, p->facts, side);
	if (judged && tcp_misfits(e, p->facts, side) && before_was_none(table, e, p))
		judged = false;
	if (!e)
		take_first(table, p);
	else if (judged && tcp_starts_another(e, p, side))
		take_another(table, number, e, p);
	else
		take_on(table, e, p, side);
}

void table_take(struct flow_table *table, struct keyed_packet *p, uint32_t number)
{
	unsigned side = 0;
	int found = -1;

	if (number != FLOW_NONE)
		found = key_side(table, table_hot(table, number), &p->key, &p->src, &p->dst);
	if (found >= 0)
		side = (unsigned)found;
	else
		number = key_find(table, &p->key, &p->src, &p->dst, &side);
	if (number == FLOW_NONE)
		take_first(table, p);
	else
		take_found(table, number, p, side);
}
