/*
 * FTP control connections: port 21, or any that greets with 220 and is not mail. Lines are put together from
 * segments in order.
 */
#include "ftp.h"
#include "base/mem.h"

enum { CONTROL_SHIFT = 6 };

struct ftp *ftp_new(size_t memory_bytes)
{
	struct ftp *ftp = mem_calloc(1, sizeof(*ftp));

	if (!ftp)
		return NULL;
	flow_pool_init(&ftp->controls, sizeof(struct ftp_control), CONTROL_SHIFT, UINT32_MAX / 2);
	ftp->control_max = (uint32_t)(memory_bytes / 2 / sizeof(struct ftp_control)) + 16;
	if (fifo_init(&ftp->expected, sizeof(struct ftp_expected), memory_bytes / 2)) {
		ftp_free(ftp);
		return NULL;
	}
	return ftp;
}

void ftp_free(struct ftp *ftp)
{
	if (!ftp)
		return;
	flow_pool_clear(&ftp->controls);
	fifo_clear(&ftp->expected);
	mem_free(ftp);
}

void ftp_empty(struct ftp *ftp)
{
	if (ftp->control_count == 0)
		return;
	flow_pool_empty(&ftp->controls);
	memset(ftp->pair_heads, 0, sizeof(ftp->pair_heads));
	ftp->control_count = 0;
}

size_t ftp_memory(const struct ftp *ftp)
{
	return sizeof(*ftp) + flow_pool_memory(&ftp->controls) + fifo_memory(&ftp->expected);
}

uint32_t *ftp_pair_head(const struct flow_table *table, const struct flow_end *a, const struct flow_end *b)
{
	struct flow_end x = flow_end_host(a), y = flow_end_host(b);

	return &table->ftp->pair_heads[table_hash(table, &x, &y, PROTO_TCP) % FTP_PAIR_HEADS];
}

static struct ftp_control *control_at(const struct flow_table *table, uint32_t number)
{
	return flow_pool_at(&table->ftp->controls, number);
}

static uint8_t server_side(const struct flow_entry *e)
{
	unsigned responder = flow_initiator(e) ^ 1;

	if (flow_end_port(&e->end[responder ^ 1]) == FTP_PORT &&
	    flow_end_port(&e->end[responder]) != FTP_PORT)
		return (uint8_t)(responder ^ 1);
	return (uint8_t)responder;
}

static void chain_in(struct flow_table *table, struct ftp_control *control, uint32_t number)
{
	uint32_t *head = ftp_pair_head(table, &control->end[0], &control->end[1]);

	control->next = *head;
	if (*head)
		control_at(table, *head - 1)->previous = number + 1;
	*head = number + 1;
}

/* On the port of FTP, what came first must be the first that was sent. */
static void begin_stream(struct ftp_control *control, const struct flow_entry *e, unsigned side)
{
	uint32_t first = e->opening.isn[side] + 1;
	bool on_port = flow_end_port(&e->end[0]) == FTP_PORT || flow_end_port(&e->end[1]) == FTP_PORT;

	control->stream[side].has_next = flow_has(e, (uint32_t)FLOW_SEQ_A << side);
	control->stream[side].next = e->hot->tcp.seq_next[side];
	if (on_port && control->stream[side].has_next && control->stream[side].next != first)
		control->unreadable = true;
}

/* The state of control connection E; made with its first payload, so that nobody fills the memory by
 * connecting alone. */
static struct ftp_control *need_control(struct flow_table *table, struct flow_entry *e)
{
	struct flow_extra *extra = table_need_extra(table, e);
	struct ftp_control *control;
	uint32_t number;

	if (!extra)
		return NULL;
	if (extra->control)
		return control_at(table, extra->control - 1);
	if (table->ftp->control_count >= table->ftp->control_max ||
	    (number = flow_pool_take(&table->ftp->controls)) == FLOW_POOL_NONE) {
		table_forget(table, &table->statistics.expectations_evicted);
		e->hot->flags &= ~(uint32_t)FLOW_CONTROL;
		return NULL;
	}
	table->ftp->control_count++;
	extra->control = number + 1;
	control = control_at(table, number);
	memcpy(control->end, e->end, sizeof(control->end));
	control->server = server_side(e);
	control->unreadable = !flow_happened(e, FLOW_OPENED);
	for (unsigned i = 0; i < 2; i++)
		begin_stream(control, e, i);
	chain_in(table, control, number);
	return control;
}

void ftp_closed(struct flow_table *table, struct flow_entry *e)
{
	struct flow_extra *extra = table_extra(table, e);
	struct ftp_control *control;

	if (!extra || !extra->control)
		return;
	control = control_at(table, extra->control - 1);
	if (control->previous)
		control_at(table, control->previous - 1)->next = control->next;
	else
		*ftp_pair_head(table, &control->end[0], &control->end[1]) = control->next;
	if (control->next)
		control_at(table, control->next - 1)->previous = control->previous;
	flow_pool_give(&table->ftp->controls, extra->control - 1);
	table->ftp->control_count--;
	extra->control = 0;
}

void ftp_greeted(struct flow_table *table, struct flow_entry *e, unsigned side)
{
	(void)table;
	if (side == server_side(e))
		e->hot->flags |= FLOW_CONTROL;
}

/* The begin of "220", or of a line that begins with it. */
static bool is_part_of_greeting(const struct packet_facts *facts)
{
	static const char code[] = "220";
	uint32_t length = facts->payload_length;
	uint32_t least = length < 3 ? length : 3;

	if (!facts->payload || length == 0 || length >= FTP_LINE_MAX || facts->payload_caplen < length ||
	    memcmp(facts->payload, code, least) != 0)
		return false;
	return length == least || ((facts->payload[3] == ' ' || facts->payload[3] == '-') &&
				   !memchr(facts->payload, '\n', length));
}

void ftp_greets_in_pieces(struct flow_table *table, struct flow_entry *e, const struct packet_facts *facts,
			  unsigned side)
{
	struct ftp_control *control;

	if (side != server_side(e) || flow_has(e, FLOW_CONTROL) || !is_part_of_greeting(facts))
		return;
	e->hot->flags |= FLOW_CONTROL;
	control = need_control(table, e);
	if (control)
		control->unproven = true;
}

void ftp_missed(struct flow_table *table, struct flow_entry *e)
{
	struct flow_extra *extra = table_extra(table, e);

	if (extra && extra->control)
		control_at(table, extra->control - 1)->unreadable = true;
}

/* The whole of a greeting that came in pieces. */
static bool is_greeting(const struct ftp_stream *stream, const struct keyed_packet *p)
{
	struct packet_facts facts = *p->facts;
	uint8_t line[FTP_LINE_MAX + 1];

	memcpy(line, stream->line, stream->length);
	line[stream->length] = '\n';
	facts.payload = line;
	facts.payload_length = facts.payload_caplen = stream->length + 1U;
	return flow_is_greeting(&facts);
}

/* Text between "123-" and "123 " is the server's prose, whatever it begins with (RFC 959 section 4.2). */
static bool is_prose(struct ftp_stream *stream)
{
	const char *t = stream->line;
	uint16_t code;

	if (stream->length < 4 || t[0] < '1' || t[0] > '9' || t[1] < '0' || t[1] > '9' || t[2] < '0' ||
	    t[2] > '9')
		return true;
	code = (uint16_t)((t[0] - '0') * 100 + (t[1] - '0') * 10 + (t[2] - '0'));
	if (stream->reply_lines && (code != stream->reply_lines || t[3] != ' '))
		return true;
	stream->reply_lines = 0;
	if (t[3] == '-')
		stream->reply_lines = code;
	return t[3] != ' ';
}

static void take_line(struct flow_table *table, struct flow_entry *e, struct ftp_control *control,
		      unsigned side, const struct keyed_packet *p)
{
	struct ftp_stream *stream = &control->stream[side];
	struct ftp_word word = {.kind = FTP_NOTHING};

	if (control->unproven && side == control->server) {
		control->unproven = false;
		control->refuted = !is_greeting(stream, p);
	}
	if (control->refuted || control->unproven)
		return;
	if (side != control->server)
		word = ftp_read_command(stream->line, stream->length);
	else if (!is_prose(stream))
		word = ftp_read_reply(stream->line, stream->length);
	if (word.kind == FTP_ENCRYPTS)
		control->encrypted = control->unreadable = true;
	if (word.kind == FTP_ASKS)
		control->asked = true;
	else if (side == control->server && word.kind != FTP_NOTHING)
		control->asked = false;
	if (word.kind == FTP_LISTENS)
		ftp_announce(table, e, &word, side, p);
}

static void take_bytes(struct flow_table *table, struct flow_entry *e, struct ftp_control *control,
		       unsigned side, const struct keyed_packet *p, uint32_t skip)
{
	struct ftp_stream *stream = &control->stream[side];

	for (uint32_t i = skip; i < p->facts->payload_caplen && !control->encrypted && !control->refuted;
	     i++) {
		char c = (char)p->facts->payload[i];

		if (c == '\n') {
			if (!stream->skipping)
				take_line(table, e, control, side, p);
			stream->length = 0;
			stream->skipping = false;
		} else if (stream->length < FTP_LINE_MAX) {
			if (c != '\r')
				stream->line[stream->length++] = c;
		} else {
			stream->skipping = true;
			control->refuted = control->unproven;
		}
	}
}

/* What follows cannot be joined to what was read. */
static void lose_line(struct ftp_control *control, unsigned side)
{
	control->unreadable = true;
	control->refuted = control->unproven;
	control->stream[side].skipping = true;
	control->stream[side].length = 0;
}

/* The bytes of P that were read already; what was missed before them is told. */
static uint32_t join(struct ftp_control *control, const struct packet_facts *facts, unsigned side)
{
	struct ftp_stream *stream = &control->stream[side];
	uint32_t end = facts->tcp_seq + facts->payload_length, skip = 0;
	int32_t ahead = stream->has_next ? (int32_t)(facts->tcp_seq - stream->next) : 0;

	if (ahead > 0)
		lose_line(control, side);
	else
		skip = 0U - (uint32_t)ahead;
	if (!stream->has_next || (int32_t)(end - stream->next) > 0)
		stream->next = end;
	stream->has_next = true;
	return skip;
}

void ftp_payload(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side)
{
	const struct packet_facts *facts = p->facts;
	struct ftp_control *control = need_control(table, e);
	uint32_t skip;

	if (!control || control->encrypted)
		return;
	skip = join(control, facts, side);
	if (skip < facts->payload_caplen)
		take_bytes(table, e, control, side, p, skip);
	/* The later fragments are not looked at. */
	if (facts->payload_caplen < facts->payload_length || facts->is_fragment)
		lose_line(control, side);
	if (control->refuted) {
		e->hot->flags &= ~(uint32_t)FLOW_CONTROL;
		ftp_closed(table, e);
	}
}
