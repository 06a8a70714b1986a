/*
 * A flow's first packet: what it opens, and who seems to have opened it.
 */
#include "table.h"

static bool is_group_sent(const struct keyed_packet *p)
{
	struct addr dst = flow_end_addr(&p->dst);

	/* A link-layer group address alone does not make a TCP connection one: server clusters use such for
	 * single hosts. */
	if (p->facts->protocol == PROTO_TCP)
		return addr_is_group(&dst);
	return p->facts->delivery != DELIVERY_UNICAST;
}

/* TCP: SYN and SYN-ACK speak for themselves in tcp_packet; the port classes stand until something better
 * comes. */
static void open_tcp(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p)
{
	const struct packet_facts *facts = p->facts;
	bool opens = (facts->tcp_flags & (TCP_SYN | TCP_RST)) == TCP_SYN && !p->is_mute;
	int client = port_classes_client(PROTO_TCP, facts->src_port, facts->dst_port);
	struct carried_opener opener;
	bool carried = carried_take(table, e, &opener);

	flow_happens(e, opens ? FLOW_OPENED : FLOW_CONTINUED);
	if (!opens && is_group_sent(p))
		direction_apply(table, e, DIRECTION_GROUP, 0, CONFIDENCE_PROVEN, p);
	else if (!opens && carried)
		direction_apply(table, e, DIRECTION_CARRIED, opener.side, opener.confidence, p);
	else if (!opens && client >= 0)
		direction_apply(table, e, DIRECTION_PORTS, (unsigned)client, CONFIDENCE_LIKELY, p);
	if (!p->is_repeated)
		ftp_open(table, e, p);
}

/* Quiet, first, ports, none: what the time and the ports say of a first datagram. */
static void guess_datagram(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p)
{
	int client = port_classes_client(e->hot->protocol, p->facts->src_port, p->facts->dst_port);
	bool quiet = time_between(table->covered_ns, p->time_ns) >= SECONDS_QUIET * (uint64_t)NSEC_PER_SEC;

	if (client == 1)
		direction_apply(table, e, DIRECTION_PORTS, 1, CONFIDENCE_LIKELY, p);
	else if (quiet)
		direction_apply(table, e, DIRECTION_QUIET, 0, CONFIDENCE_LIKELY, p);
	else if (client == 0)
		direction_apply(table, e, DIRECTION_FIRST, 0, CONFIDENCE_LIKELY, p);
}

/* The first datagram answers a question of another tuple. */
static bool open_answer(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
			bool boot_reply)
{
	struct flow_entry *question = boot_reply ? boot_question(table, p) : question_find(table, e);

	if (!question || !answer_begin(table, e, question, p))
		return false;
	question_answered(table, question, p);
	return true;
}

static void open_datagram(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p)
{
	bool boot_reply = boot_is_reply(p);
	struct carried_opener opener;
	bool carried = carried_take(table, e, &opener);

	flow_set_delivery(e, 0, p->facts->delivery);
	e->hot->datagram.heard_ns[0] = e->hot->datagram.heard_ns[1] = TIME_UNKNOWN;
	if (is_group_sent(p) && !boot_reply) {
		/* All that comes on this tuple is sent to the group; a payload cannot say more than that. */
		direction_apply(table, e, DIRECTION_GROUP, 0, CONFIDENCE_PROVEN, p);
		e->hot->flags &= ~((uint32_t)FLOW_LOOK_A * 3);
	} else if (!p->is_mute) {
		flow_look(table, e, p, 0);
	}
	if (carried && flow_basis(e) < DIRECTION_CARRIED)
		direction_apply(table, e, DIRECTION_CARRIED, opener.side, opener.confidence, p);
	if ((flow_basis(e) == DIRECTION_NONE || flow_initiator(e) == 1) &&
	    open_answer(table, e, p, boot_reply))
		return;
	if (flow_basis(e) == DIRECTION_NONE)
		guess_datagram(table, e, p);
	flow_happens(e, flow_initiator(e) == 0 && !carried ? FLOW_OPENED : FLOW_CONTINUED);
}

/* A group never initiates: where it stands as sender, which no host may do, the other end stands for the
 * opener. */
static void refuse_group(struct flow_table *table, struct flow_entry *e)
{
	unsigned initiator = flow_initiator(e);
	struct addr opener = flow_end_addr(&e->end[initiator]), other = flow_end_addr(&e->end[initiator ^ 1]);

	if (addr_is_group(&opener) && !addr_is_group(&other))
		direction_force(table, e, DIRECTION_NONE, initiator ^ 1, CONFIDENCE_UNKNOWN);
}

void flow_open(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p)
{
	if (flow_is_tcp(e)) {
		open_tcp(table, e, p);
	} else {
		open_datagram(table, e, p);
		refuse_group(table, e);
		/* What has no ports has no other tuple to be answered on; of echo the identifier stands for
		 * one. */
		if (p->facts->src_port && p->facts->dst_port)
			question_link(table, e);
	}
	if (!flow_happened(e, FLOW_ANSWER) && !p->is_repeated)
		table->statistics.flows++;
}
