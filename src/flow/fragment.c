/*
 * Fragments: only the first has ports, so the later ones go where it went. Those that come before it are
 * held, and settled when it comes or can no longer come. A train is what one sender cut into fragments: same
 * ends, same id (RFC 791: and protocol).
 */
#include "base/hash.h"
#include "base/mem.h"
#include "duplicate.h"
#include "table.h"

enum { SECONDS_TRAIN = 60 /* RFC 8200 section 4.5 */ };

struct train_key {
	struct flow_end src, dst; /* as they stand in the packets, without ports: IPv4 and IPv6 never meet */
	uint32_t ip_id;
	uint32_t protocol; /* IPv4 only; IPv6 fragments of one packet may name different headers */
};

struct train {
	struct fifo_link link;
	struct train_key key;
	struct flow_end src, dst; /* of the flow, once the first fragment came */
	uint32_t held;            /* first of the list, number + 1 */
	uint32_t tcp_base;        /* the number that the first byte of all would have as payload */
	uint32_t seen, whole;     /* bytes that came; all there are, 0 until the last fragment came */
	uint32_t latest_offset;
	int64_t latest_ns;
	uint8_t protocol;
	bool known; /* the first fragment came */
	bool error; /* and is an ICMP error */
	bool has_tcp_base;
};

struct held_fragment {
	int64_t time_ns;
	uint32_t input;
	uint32_t ip_length;
	uint32_t offset, length;
	uint32_t next;
};

struct fragments {
	struct fifo trains;
	struct held_fragment *held;
	uint32_t held_capacity, held_made, held_free; /* held_free: number + 1 */
};

struct fragments *fragments_new(size_t memory_bytes)
{
	struct fragments *f = mem_calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->held_capacity = (uint32_t)(memory_bytes / 2 / sizeof(struct held_fragment));
	if (f->held_capacity < 16)
		f->held_capacity = 16;
	f->held = mem_calloc(f->held_capacity, sizeof(struct held_fragment));
	if (!f->held || fifo_init(&f->trains, sizeof(struct train), memory_bytes / 2)) {
		fragments_free(f);
		return NULL;
	}
	return f;
}

void fragments_free(struct fragments *f)
{
	if (!f)
		return;
	fifo_clear(&f->trains);
	mem_free(f->held);
	mem_free(f);
}

size_t fragments_memory(const struct fragments *f)
{
	return sizeof(*f) + fifo_memory(&f->trains) + (size_t)f->held_made * sizeof(struct held_fragment);
}

static struct train_key make_key(const struct addr *src, const struct addr *dst, uint32_t ip_id,
				 uint8_t protocol)
{
	return (struct train_key){.src = flow_end_make(src, 0),
				  .dst = flow_end_make(dst, 0),
				  .ip_id = ip_id,
				  .protocol = src->family == ADDR_IPV4 ? protocol : 0};
}

static struct train_key own_key(const struct packet_facts *facts)
{
	return make_key(&facts->src, &facts->dst, facts->ip_id, facts->fragment_protocol);
}

static uint32_t key_hash(const struct flow_table *table, const struct train_key *key)
{
	return (uint32_t)hash_bytes(table->seed[1], key, sizeof(*key));
}

static bool is_over(const struct train *train, int64_t now_ns)
{
	return time_between(train->link.time_ns, now_ns) >= SECONDS_TRAIN * (uint64_t)NSEC_PER_SEC;
}

/* Tells what became of all that TRAIN holds, and holds it no longer. */
static void settle(struct flow_table *table, struct train *train, enum accounting account)
{
	struct fragments *f = table->fragments;

	while (train->held) {
		uint32_t number = train->held - 1;
		struct held_fragment *held = &f->held[number];

		table->sink.settled(table->sink.context, held->input, held->time_ns, 1, account);
		train->held = held->next;
		held->next = f->held_free;
		f->held_free = number + 1;
	}
}

void fragments_expire(struct flow_table *table, int64_t time_ns, bool all)
{
	struct fifo *trains = &table->fragments->trains;

	for (struct train *train; (train = fifo_oldest(trains)) && (all || is_over(train, time_ns));) {
		settle(table, train, ACCOUNT_FRAGMENT);
		fifo_remove(trains, train);
	}
}

static void evict_oldest(struct flow_table *table)
{
	struct train *train = fifo_oldest(&table->fragments->trains);

	if (!train)
		return;
	settle(table, train, ACCOUNT_FRAGMENT);
	fifo_remove(&table->fragments->trains, train);
	table_forget(table, &table->statistics.fragments_evicted);
}

static struct train *find_train(struct flow_table *table, const struct train_key *key)
{
	struct fifo *trains = &table->fragments->trains;

	for (struct train *t = fifo_first(trains, key_hash(table, key)); t; t = fifo_following(trains, t)) {
		if (memcmp(&t->key, key, sizeof(*key)) == 0)
			return t;
	}
	return NULL;
}

static struct train *add_train(struct flow_table *table, const struct train_key *key)
{
	struct fifo *trains = &table->fragments->trains;
	struct train *train;

	if (fifo_is_full(trains))
		evict_oldest(table);
	train = fifo_add(trains, key_hash(table, key), table->clock.now_ns);
	train->key = *key;
	return train;
}

/* An early fragment counts in the bucket of its own time, which may be one that its flow has left or never
 * had. */
static void count_held(struct flow_table *table, struct flow_entry *e, const struct held_fragment *held,
		       unsigned side)
{
	struct flow_hot line = *e->hot;
	struct flow_entry early = *e;
	struct flow_extra extra = {0}, *own = table_extra(table, e);
	struct flow_entry *into = e;

	early.hot = &line;
	if (e->bucket != time_bucket(held->time_ns)) {
		if (own)
			extra = *own;
		flow_clear_bucket(&early, &extra);
		early.bucket = time_bucket(held->time_ns);
		into = &early;
	}
	if (into->hot->packets[0] + into->hot->packets[1] == 0) {
		duplicate_keep_time(into);
		into->first_ns = into->hot->last_ns = held->time_ns;
		leaving_forget(table);
	}
	if (held->time_ns < into->first_ns)
		into->first_ns = held->time_ns;
	flow_add_packet(table, into, side, held->ip_length);
	into->minutes |= time_minute_bit(held->time_ns);
	if (into == e)
		return;
	flow_say_delta(table, &early, &extra);
	if (own) {
		own->total.packets[side]++;
		own->total.bytes[side] += held->ip_length;
	}
}

static void count_all_held(struct flow_table *table, struct train *train)
{
	unsigned side;
	struct flow_entry *e = table_find(table, &train->src, &train->dst, train->protocol, &side);

	if (!e) {
		settle(table, train, ACCOUNT_FRAGMENT);
		return;
	}
	for (uint32_t at = train->held; at; at = table->fragments->held[at - 1].next) {
		const struct held_fragment *held = &table->fragments->held[at - 1];

		count_held(table, e, held, side);
		if (train->has_tcp_base && flow_is_tcp(e))
			tcp_follow_piece(table, e, train->tcp_base + held->offset, held->length, side);
	}
	settle(table, train, ACCOUNT_AUDITED);
}

static void note_piece(struct train *train, const struct packet_facts *facts, int64_t time_ns)
{
	bool again = train->seen > 0 && facts->fragment_offset == train->latest_offset;

	/* Mirrored twice, mostly in a row. */
	if (!again || time_between(train->latest_ns, time_ns) > DUPLICATE_NS)
		train->seen += facts->fragment_length;
	train->latest_offset = facts->fragment_offset;
	if (!facts->more_fragments)
		train->whole = facts->fragment_offset + facts->fragment_length;
	train->latest_ns = time_ns;
}

/* All of it came, and what comes now is no copy of it from another mirrored port: its id is used again. */
static bool is_used_up(const struct train *train, int64_t now_ns)
{
	return train->known && train->whole > 0 && train->seen >= train->whole &&
	       time_between(train->latest_ns, now_ns) > DUPLICATE_NS;
}

static void note_first(struct train *train, const struct keyed_packet *p)
{
	const struct packet_facts *facts = p->facts;

	note_piece(train, facts, p->time_ns);
	train->has_tcp_base = facts->protocol == PROTO_TCP && !p->is_mute;
	train->tcp_base = facts->tcp_seq - (facts->fragment_length - facts->payload_length) +
			  ((facts->tcp_flags & TCP_SYN) != 0);
}

/* What comes with KEY is the rest of P, or, OUTER, of the tunnel's packet that holds it. */
static void begin_train(struct flow_table *table, const struct keyed_packet *p, const struct train_key *key,
			bool error, bool outer)
{
	struct train *train = find_train(table, key);

	/* The id is used again, or the first came twice: what comes from now on is of the later one. */
	if (train && train->known) {
		fifo_remove(&table->fragments->trains, train);
		train = NULL;
	}
	if (!train)
		train = add_train(table, key);
	train->known = true;
	train->error = error;
	train->protocol = p->facts->protocol;
	train->src = p->src;
	train->dst = p->dst;
	if (!outer)
		note_first(train, p);
	if (error)
		settle(table, train, ACCOUNT_ICMP_ERROR);
	else
		count_all_held(table, train);
}

void fragment_first(struct flow_table *table, const struct keyed_packet *p, bool error)
{
	const struct fragment_key *outer = &p->facts->outer_fragment;
	struct train_key key;

	fragments_expire(table, p->time_ns, false);
	if (p->facts->is_fragment) {
		key = own_key(p->facts);
		begin_train(table, p, &key, error, false);
	}
	if (p->facts->has_outer_fragment) {
		key = make_key(&outer->src, &outer->dst, outer->ip_id, outer->protocol);
		begin_train(table, p, &key, error, true);
	}
}

/* Later fragments of known trains are packets of their flow that say nothing more. */
static void take_later(struct flow_table *table, struct keyed_packet *p, const struct train *train)
{
	struct packet_facts facts = *p->facts;

	facts.protocol = train->protocol;
	facts.src_port = flow_end_port(&train->src);
	facts.dst_port = flow_end_port(&train->dst);
	facts.tcp_flags = 0;
	/* Of a fragmented tunnel these would be the tunnel's ends. */
	facts.has_macs = false;
	facts.tcp_seq = train->tcp_base + facts.fragment_offset;
	if (!train->has_tcp_base)
		facts.payload_length = 0;
	p->facts = &facts;
	p->src = train->src;
	p->dst = train->dst;
	p->is_mute = true;
	table_key(table, p);
	table_take(table, p, FLOW_NONE);
}

static void hold(struct flow_table *table, const struct keyed_packet *p, struct train *train)
{
	struct fragments *f = table->fragments;
	struct held_fragment *held;
	uint32_t number;

	if (f->held_free) {
		number = f->held_free - 1;
		f->held_free = f->held[number].next;
	} else {
		number = f->held_made++;
	}
	held = &f->held[number];
	*held = (struct held_fragment){.time_ns = p->time_ns,
				       .input = p->input,
				       .ip_length = p->facts->ip_length,
				       .offset = p->facts->fragment_offset,
				       .length = p->facts->fragment_length,
				       .next = train->held};
	train->held = number + 1;
}

enum accounting fragment_later(struct flow_table *table, struct keyed_packet *p)
{
	struct fragments *f = table->fragments;
	struct train_key key = own_key(p->facts);
	struct train *train;

	fragments_expire(table, p->time_ns, false);
	while (!f->held_free && f->held_made == f->held_capacity)
		evict_oldest(table);
	train = find_train(table, &key);
	if (train && is_used_up(train, p->time_ns)) {
		fifo_remove(&f->trains, train);
		train = NULL;
	}
	if (!train)
		train = add_train(table, &key);
	note_piece(train, p->facts, p->time_ns);
	if (!train->known) {
		hold(table, p, train);
		return ACCOUNT_FRAGMENT;
	}
	if (train->error)
		return ACCOUNT_ICMP_ERROR;
	take_later(table, p, train);
	return ACCOUNT_AUDITED;
}
