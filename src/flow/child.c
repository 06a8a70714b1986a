/*
 * Children: data connections that an FTP control connection announced, or that must be assumed to be its own
 * because it could not be read.
 */
#include "ftp.h"

enum { WALK_CONTROLS = 64 };

static uint32_t expected_hash(const struct flow_table *table, const struct flow_end *listener,
			      const struct flow_end *opener)
{
	return table_hash(table, listener, opener, 0);
}

static uint16_t control_port(const struct flow_entry *e)
{
	return flow_end_port(&e->end[flow_initiator(e) ^ 1]);
}

static void expect(struct flow_table *table, const struct flow_entry *e, unsigned side, uint16_t port)
{
	struct flow_end listener = flow_end_host(&e->end[side]), opener = flow_end_host(&e->end[side ^ 1]);
	struct fifo *fifo = &table->ftp->expected;
	const struct fifo_link *oldest = fifo_is_full(fifo) ? fifo_oldest(fifo) : NULL;
	struct ftp_expected *expected;

	listener.word[0] |= (uint64_t)port << FLOW_END_PORT_SHIFT;
	if (oldest &&
	    time_between(oldest->time_ns, table->clock.now_ns) < SECONDS_EXPECTED * (uint64_t)NSEC_PER_SEC)
		table_forget(table, &table->statistics.expectations_evicted);
	expected = fifo_add(fifo, expected_hash(table, &listener, &opener), table->clock.now_ns);
	expected->listener = listener;
	expected->opener = opener;
	expected->parent = control_port(e);
	expected->confidence = (uint8_t)flow_confidence(e);
}

void ftp_announce(struct flow_table *table, struct flow_entry *e, const struct ftp_word *word, unsigned side,
		  const struct keyed_packet *p)
{
	struct addr own = flow_end_addr(&e->end[side]), other = flow_end_addr(&e->end[side ^ 1]);
	bool is_own = word->address.family == ADDR_NONE || addr_is_unspecified(&word->address) ||
		      addr_same_host(&word->address, &own);

	if (word->port == 0)
		return;
	if (!is_own && !addr_same_host(&word->address, &other))
		flow_say_anomaly(table, e, ANOMALY_FTP_BOUNCE, &word->address, p);
	/* A server behind address translation names an address that only it knows, and the client connects to
	 * the one that it knows. */
	if (is_own || side != flow_initiator(e))
		expect(table, e, side, word->port);
}

static const struct ftp_expected *find_expected(struct flow_table *table, const struct flow_end *listener,
						const struct flow_end *from)
{
	struct fifo *fifo = &table->ftp->expected;
	struct flow_end opener = flow_end_host(from);
	const struct ftp_expected *at = fifo_first(fifo, expected_hash(table, listener, &opener));

	for (; at; at = fifo_following(fifo, at)) {
		if (flow_end_differs(&at->listener, listener) == 0 &&
		    flow_end_differs(&at->opener, &opener) == 0 &&
		    time_between(at->link.time_ns, table->clock.now_ns) <
			SECONDS_EXPECTED * (uint64_t)NSEC_PER_SEC)
			return at;
	}
	return NULL;
}

static void make_child(struct flow_table *table, struct flow_entry *e, uint16_t parent, bool assumed)
{
	struct flow_extra *extra = table_need_extra(table, e);

	if (!extra)
		return;
	extra->parent = parent;
	extra->parent_assumed = assumed;
}

/* The side that a SYN or SYN-ACK shows to open; -1: neither. */
static int opening_side(const struct packet_facts *facts)
{
	if ((facts->tcp_flags & (TCP_SYN | TCP_RST)) != TCP_SYN)
		return -1;
	return (facts->tcp_flags & TCP_ACK) != 0;
}

static bool open_announced(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p)
{
	int opens = opening_side(p->facts);

	for (unsigned opener = 0; opener < 2; opener++) {
		const struct ftp_expected *expected;

		if (opens >= 0 && (unsigned)opens != opener)
			continue;
		expected = find_expected(table, &e->end[opener ^ 1], &e->end[opener]);
		if (!expected)
			continue;
		make_child(table, e, expected->parent, false);
		direction_apply(table, e, DIRECTION_CHILD, opener, (enum confidence)expected->confidence, p);
		return true;
	}
	return false;
}

/* CONTROL is of the two hosts of E; *SERVER is the side of E that is its server. */
static bool is_of_pair(const struct ftp_control *control, const struct flow_entry *e, unsigned *server)
{
	struct flow_end a = flow_end_host(&e->end[0]), b = flow_end_host(&e->end[1]);
	struct flow_end x = flow_end_host(&control->end[control->server]);
	struct flow_end y = flow_end_host(&control->end[control->server ^ 1]);

	*server = flow_end_differs(&a, &x) != 0;
	return (!flow_end_differs(&a, &x) && !flow_end_differs(&b, &y)) ||
	       (!flow_end_differs(&a, &y) && !flow_end_differs(&b, &x));
}

/* The control connection's flow, if it is still open. */
static const struct flow_entry *open_control(struct flow_table *table, const struct ftp_control *control)
{
	unsigned side;
	const struct flow_entry *e = table_find(table, &control->end[0], &control->end[1], PROTO_TCP, &side);

	if (!e || flow_is_over(e, table->clock.now_ns) || flow_has(e, FLOW_RST | FLOW_FIN_A * 3))
		return NULL;
	return e;
}

static bool fits_child(const struct flow_entry *e, const struct keyed_packet *p, unsigned server)
{
	enum { FIRST_UNRESERVED = 1024 };
	uint16_t server_port = flow_end_port(&e->end[server]),
		 client_port = flow_end_port(&e->end[server ^ 1]);
	int opens = opening_side(p->facts);

	if (server_port == FTP_DATA_PORT)
		return opens < 0 || (unsigned)opens == server;
	return server_port >= FIRST_UNRESERVED && client_port >= FIRST_UNRESERVED;
}

/* What CONTROL announced may have been missed. Nobody connects before the reply to PASV has come. */
static bool is_missing_some(const struct ftp_control *control, const struct flow_entry *flow)
{
	return control->unreadable || control->asked || flow_has(flow, FLOW_HOLES);
}

static void open_assumed(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p)
{
	uint32_t at = *ftp_pair_head(table, &e->end[0], &e->end[1]);

	for (unsigned i = 0; at && i < WALK_CONTROLS; i++) {
		const struct ftp_control *control = flow_pool_at(&table->ftp->controls, at - 1);
		const struct flow_entry *parent;
		unsigned server;

		at = control->next;
		if (control->unproven || !is_of_pair(control, e, &server) || !fits_child(e, p, server))
			continue;
		parent = open_control(table, control);
		if (!parent || !is_missing_some(control, parent))
			continue;
		make_child(table, e, control_port(parent), true);
		/* From port 20 it is the server that opens; without it both ways are in use. */
		if (flow_end_port(&e->end[server]) == FTP_DATA_PORT)
			direction_apply(table, e, DIRECTION_CHILD, server, CONFIDENCE_LIKELY, p);
		return;
	}
}

bool ftp_is_waiting(const struct flow_table *table)
{
	return table->ftp->expected.span > 0 || table->ftp->control_count > 0;
}

void ftp_open(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p)
{
	if (flow_end_port(&e->end[0]) == FTP_PORT || flow_end_port(&e->end[1]) == FTP_PORT) {
		e->hot->flags |= FLOW_CONTROL;
		return;
	}
	if (table->ftp->expected.span > 0 && open_announced(table, e, p))
		return;
	if (table->ftp->control_count > 0)
		open_assumed(table, e, p);
}
