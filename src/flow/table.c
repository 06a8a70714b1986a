/*
 * The common road: a packet's key, its one look-up, counting, and the test whether this packet needs anything
 * more.
 */
#include "table.h"
#include "base/mem.h"

/* The full product of two words folded into one: every bit of both stirs every bit of the result. */
static inline uint64_t stir(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_end(const uint64_t seed[4], const struct flow_end *end)
{
	return stir(end->word[0] ^ seed[0], end->word[1] ^ seed[1]) ^ stir(end->word[2] ^ seed[2], seed[3]);
}

/* Both ends enter alike, so that the way a packet goes does not matter. Keyed by the seed, because keys come
 * from whoever sends packets; inlined rather than base/hash.h, because it is computed for every packet. */
uint32_t table_hash(const struct flow_table *table, const struct flow_end *a, const struct flow_end *b,
		    uint8_t protocol)
{
	uint64_t x = hash_end(table->seed, a), y = hash_end(table->seed, b);

	return (uint32_t)(stir((x + y) ^ protocol, (x ^ y) + table->seed[3]) >> 16);
}

/* The side of E that is A, or -1 when E is another flow. */
static inline int side_of(const struct flow_entry *e, const struct flow_end *a, const struct flow_end *b,
			  uint8_t protocol)
{
	uint64_t other = e->protocol ^ (uint64_t)protocol;
	uint64_t straight = flow_end_differs(&e->end[0], a) | flow_end_differs(&e->end[1], b);
	uint64_t turned = flow_end_differs(&e->end[0], b) | flow_end_differs(&e->end[1], a);

	if (other || (straight && turned))
		return -1;
	return straight != 0;
}

static inline uint32_t find(const struct flow_table *table, const struct flow_end *a,
			    const struct flow_end *b, uint8_t protocol, uint32_t hash, unsigned *side)
{
	const struct index_segment *segment = flow_index_segment(&table->index, hash);
	uint32_t at = flow_index_start(hash);

	for (uint64_t slot; (slot = segment->slots[at]) != 0; at = flow_index_after(at)) {
		int found;

		if (index_slot_hash(slot) != hash)
			continue;
		found = side_of(table_entry(table, index_slot_number(slot)), a, b, protocol);
		if (found >= 0) {
			*side = (unsigned)found;
			return index_slot_number(slot);
		}
	}
	return FLOW_NONE;
}

uint32_t table_find(const struct flow_table *table, const struct flow_end *a, const struct flow_end *b,
		    uint8_t protocol, unsigned *side)
{
	return find(table, a, b, protocol, table_hash(table, a, b, protocol), side);
}

uint32_t table_number(const struct flow_table *table, const struct flow_entry *e)
{
	unsigned side;

	return table_find(table, &e->end[0], &e->end[1], e->protocol, &side);
}

uint32_t table_find_alive(struct flow_table *table, const struct flow_end *a, const struct flow_end *b,
			  uint8_t protocol, unsigned *side)
{
	uint32_t number = table_find(table, a, b, protocol, side);

	if (number == FLOW_NONE || !flow_is_over(table_entry(table, number), table->now_ns))
		return number;
	flow_end(table, number, END_DUE, table->now_ns);
	return FLOW_NONE;
}

static void clock_minute(struct flow_table *table, int64_t time_ns)
{
	int64_t sec = time_sec_floor(time_ns);
	int64_t minute = sec / 60 - (sec % 60 < 0);
	int64_t end_ns;

	if (__builtin_mul_overflow((minute + 1) * 60, NSEC_PER_SEC, &end_ns))
		end_ns = INT64_MAX;
	table->minute_end_ns = end_ns;
	table->bucket = time_bucket(time_ns);
	table->minute_bit = time_minute_bit(time_ns);
	if (!table->started) {
		table->started = true;
		table->covered_ns = time_ns;
	}
}

void table_clock(struct flow_table *table, int64_t time_ns)
{
	if (time_ns >= table->minute_end_ns)
		clock_minute(table, time_ns);
	table->now_ns = time_ns;
}

struct flow_extra *table_need_extra(struct flow_table *table, struct flow_entry *e)
{
	if (!e->extra) {
		uint32_t number = flow_pool_take(&table->extras);

		if (number == FLOW_POOL_NONE)
			return NULL;
		e->extra = number + 1;
	}
	return table_extra(table, e);
}

void table_turn(struct flow_table *table, struct flow_entry *e)
{
	if (e->bucket != table->bucket) {
		flow_emit(table, e);
		e->bucket = table->bucket;
	}
}

/* What makes two packets of one flow and one way the same packet mirrored twice. The TTL and checksums are
 * not in it: a router between two mirrored ports changes them. Not seeded, because what is marked is output.
 */
static inline uint32_t signature(const struct packet_facts *facts, unsigned side)
{
	uint64_t a = (uint64_t)facts->tcp_seq << 32 | facts->tcp_ack;
	uint64_t b =
	    (uint64_t)facts->ip_id << 32 | facts->ip_length << 9 | (uint64_t)facts->tcp_flags << 1 | side;
	uint64_t h =
	    stir(a ^ UINT64_C(0x9e3779b97f4a7c15), b ^ UINT64_C(0xd1b54a32d192ed03)) + facts->fragment_offset;

	/* An id of 0 is none either (RFC 6864 lets senders leave it so). */
	if (!facts->has_ip_id || facts->ip_id == 0) {
		uint64_t word[4] = {0};
		size_t length = facts->payload_caplen < sizeof(word) ? facts->payload_caplen : sizeof(word);

		if (length > 0)
			memcpy(word, facts->payload, length);
		h ^= stir(word[0] ^ h, word[1] ^ UINT64_C(0xa0761d6478bd642f)) +
		     stir(word[2] ^ h, word[3] ^ UINT64_C(0xe7037ed1a0b428db));
	}
	h ^= h >> 32;
	/* 0 stands for a mark that was never set. */
	return (uint32_t)h ? (uint32_t)h : 1;
}

/* Whether P was seen within 2 ms; remembers it if not. */
static inline bool is_duplicate(struct flow_entry *e, const struct packet *p, unsigned side)
{
	struct duplicate_mark mark = {.signature = signature(p->facts, side),
				      .time = (uint32_t)(uint64_t)p->time_ns};
	unsigned next = e->looked >> 6;

	if (time_between(e->last_ns, p->time_ns) > DUPLICATE_NS) {
		memset(e->recent, 0, sizeof(e->recent));
	} else {
		for (size_t i = 0; i < DUPLICATE_MARKS; i++) {
			if (e->recent[i].signature == mark.signature &&
			    mark.time - e->recent[i].time <= DUPLICATE_NS)
				return true;
		}
	}
	e->recent[next] = mark;
	e->looked = (uint8_t)((e->looked & 63U) | ((next + 1) % DUPLICATE_MARKS) << 6);
	return false;
}

void table_count(struct flow_table *table, struct flow_entry *e, const struct packet *p, unsigned side)
{
	uint8_t vlan_count = p->facts->vlan_count;

	if (e->packets[side] == UINT32_MAX)
		flow_emit(table, e);
	if (e->packets[0] + e->packets[1] == 0)
		e->first_ns = p->time_ns;
	e->packets[side]++;
	e->bytes[side] += p->facts->ip_length;
	e->last_ns = p->time_ns;
	e->minutes |= table->minute_bit;
	if (vlan_count > 0 && p->facts->vlans[0] != e->vlan)
		flow_note_vlan(table, e, p->facts->vlans[0]);
}

/* Sequence numbers on the common road: the expected ones. Everything else is followed apart. */
static inline void tcp_count(struct flow_table *table, struct flow_entry *e, const struct packet *p,
			     unsigned side)
{
	const struct packet_facts *facts = p->facts;
	unsigned other = side ^ 1;
	uint32_t known = (uint32_t)FLOW_SEQ_A * 3;

	e->tcp.payload_bytes += facts->payload_length;
	/* Saturates at 3. */
	e->small = (uint8_t)(e->small +
			     ((e->small < SMALL_PACKETS_MAX << SMALL_PACKETS_SHIFT) << SMALL_PACKETS_SHIFT));
	if ((e->flags & known) == known && facts->tcp_seq == e->tcp.seq_next[side] &&
	    (facts->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) == TCP_ACK &&
	    (int32_t)(facts->tcp_ack - e->tcp.seq_next[other]) <= 0 && !(e->flags & FLOW_HOLES))
		e->tcp.seq_next[side] += facts->payload_length;
	else
		tcp_follow(table, e, p, side);
}

static inline void take_tcp(struct flow_table *table, struct flow_entry *e, const struct packet *p,
			    unsigned side)
{
	const struct packet_facts *facts = p->facts;
	uint32_t wanted = (uint32_t)FLOW_ATTEND_A << side;

	if (facts->payload_length > 0)
		wanted |= (uint32_t)FLOW_LOOK_A << side | FLOW_CONTROL;
	if ((e->flags & wanted) || (facts->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST)))
		tcp_packet(table, e, p, side);
	tcp_count(table, e, p, side);
}

static inline void take_datagram(struct flow_table *table, struct flow_entry *e, const struct packet *p,
				 unsigned side)
{
	if (e->flags & ((uint32_t)(FLOW_ATTEND_A | FLOW_LOOK_A) << side))
		datagram_packet(table, e, p, side);
	e->datagram.heard_ns[side] = p->time_ns;
}

/* A packet that belongs to E: counts it, and lets it change E's state unless it is a duplicate. */
static inline void take_by(struct flow_table *table, struct flow_entry *e, const struct packet *p,
			   unsigned side, bool fresh)
{
	bool duplicate = !fresh && is_duplicate(e, p, side);
	bool tcp = flow_is_tcp(e);

	table_turn(table, e);
	if (!duplicate && !fresh && !tcp && (e->flags & (FLOW_SHARED | FLOW_MIRRORED)) &&
	    answer_elsewhere(table, e, p, side))
		return;
	table_count(table, e, p, side);
	if (duplicate) {
		if (++e->duplicates == UINT16_MAX)
			flow_emit(table, e);
		return;
	}
	if (e->flags & ((uint32_t)FLOW_NOTE_A << side))
		flow_note(e, p, side);
	if (p->is_mute) {
		if (tcp)
			tcp_mute(e, p, side);
		return;
	}
	if (tcp)
		take_tcp(table, e, p, side);
	else
		take_datagram(table, e, p, side);
	if (side != flow_initiator(e) && !(p->facts->tcp_flags & TCP_RST))
		e->answered_minutes |= table->minute_bit;
}

/* A number for an entry, in the pools and in the index. The loop ends: each turn ends at least one flow, and
 * an empty table has room, because flow_table_new made the first chunk of each pool and the index's first
 * segment. */
static uint32_t make_number(struct flow_table *table, uint32_t hash)
{
	uint32_t number;

	while ((number = flow_pool_take(&table->entries)) == FLOW_POOL_NONE ||
	       (table->sink.record && !table_need_extra(table, table_entry(table, number))) ||
	       flow_index_insert(&table->index, hash, number)) {
		if (number != FLOW_POOL_NONE && table_entry(table, number)->extra)
			flow_pool_give(&table->extras, table_entry(table, number)->extra - 1);
		if (number != FLOW_POOL_NONE)
			flow_pool_give(&table->entries, number);
		table_make_room(table);
	}
	return number;
}

/* A new entry for P, sent by its side 0. */
static struct flow_entry *make_entry(struct flow_table *table, struct packet *p)
{
	struct flow_entry *e;
	struct flow_extra *extra;

	if (table->statistics.alive >= table->max_flows)
		table_make_room(table);
	table_sweep(table, 2);
	p->number = make_number(table, p->hash);
	e = table_entry(table, p->number);
	e->end[0] = p->src;
	e->end[1] = p->dst;
	e->protocol = p->facts->protocol;
	e->flags = (uint32_t)FLOW_SENT_A | FLOW_NOTE_A * 3 | FLOW_ATTEND_A * 3 | FLOW_LOOK_A * 3;
	e->bucket = table->bucket;
	e->opened_ns = e->first_ns = e->last_ns = p->time_ns;
	e->vlan = FLOW_VLAN_UNSET;
	e->small = SMALL_NEW;
	extra = table_extra(table, e);
	if (extra)
		extra->total.start = frame_mark_make(p->time_ns, p->input, p->frame);
	table->statistics.alive++;
	return e;
}

static void take_first(struct flow_table *table, struct packet *p)
{
	struct flow_entry *e = make_entry(table, p);

	(void)is_duplicate(e, p, 0);
	flow_open(table, e, p);
	take_by(table, e, p, 0, true);
}

/* The hash may be of a prefetch that was not this packet's after all. What it finds is right by its key; only
 * what it does not find needs the true one. */
static uint32_t find_again(struct flow_table *table, struct packet *p, unsigned *side)
{
	uint32_t hash = table_hash(table, &p->src, &p->dst, p->facts->protocol);

	if (hash == p->hash)
		return FLOW_NONE;
	p->hash = hash;
	return find(table, &p->src, &p->dst, p->facts->protocol, hash, side);
}

void table_take(struct flow_table *table, struct packet *p)
{
	unsigned side = 0;
	uint32_t number = find(table, &p->src, &p->dst, p->facts->protocol, p->hash, &side);
	struct flow_entry *e;

	if (number == FLOW_NONE)
		number = find_again(table, p, &side);
	if (number == FLOW_NONE) {
		take_first(table, p);
		return;
	}
	e = table_entry(table, number);
	/* The shortest time after which a flow can be over. */
	if (time_between(e->last_ns, p->time_ns) >= SECONDS_CLOSED * (uint64_t)NSEC_PER_SEC &&
	    flow_is_over(e, p->time_ns)) {
		flow_end(table, number, END_DUE, p->time_ns);
		take_first(table, p);
	} else if (flow_is_tcp(e) && !p->is_mute && tcp_starts_another(e, p, side)) {
		flow_end(table, number, END_REPLACED, p->time_ns);
		take_first(table, p);
	} else {
		e->flags |= (uint32_t)FLOW_SENT_A << side;
		take_by(table, e, p, side, false);
	}
}
