/* Short cuts change nothing: packets in batches, by their quick facts, by one line of their flow, are told as
 * packets one by one with all their facts are. */
#include "base/mem.h"
#include "base/timestamp.h"
#include "flow/flow.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(flow_road, .timeout = 10);

enum { FRAME_MAX = 128, BATCH = 50, TOLD_MAX = 20000 };

struct told {
	struct flow_delta *deltas;
	size_t count;
	uint64_t packets, evicted;
};

static void keep(void *context, const struct flow_delta *delta)
{
	struct told *told = context;

	cr_assert_lt(told->count, TOLD_MAX);
	memcpy(&told->deltas[told->count++], delta, sizeof(*delta));
	told->packets += delta->packets[0] + delta->packets[1];
	told->evicted += delta->health.evicted;
}

static struct told told_new(void)
{
	struct told told = {.deltas = mem_calloc(TOLD_MAX, sizeof(struct flow_delta))};

	cr_assert_not_null(told.deltas);
	return told;
}

static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*state >> 33) % below);
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & UINT16_MAX);
}

/* A frame between hosts 10.0.0.x; FLAGS 0: UDP. Returns its length. */
static uint32_t make_frame(uint8_t *b, uint8_t src, uint8_t dst, const uint16_t port[2], uint8_t flags,
			   const uint32_t numbers[2], uint32_t payload, uint16_t id)
{
	uint32_t headers = flags ? 40 : 28;

	memset(b, 0, FRAME_MAX);
	b[0] = b[6] = 2;
	b[5] = dst;
	b[11] = src;
	put16(b + 12, 0x0800);
	b[14] = 0x45;
	put16(b + 16, headers + payload);
	put16(b + 18, id);
	b[22] = 64;
	b[23] = flags ? 6 : 17;
	b[26] = b[30] = 10;
	b[29] = src;
	b[33] = dst;
	put16(b + 34, port[0]);
	put16(b + 36, port[1]);
	if (flags) {
		put32(b + 38, numbers[0]);
		put32(b + 42, numbers[1]);
		b[46] = 0x50;
		b[47] = flags;
	} else {
		put16(b + 38, 8 + payload);
	}
	memset(b + 14 + headers, 'q', payload);
	return 14 + headers + payload;
}

/* Mostly one conversation after the other, so that numbers fit; some of everything else. */
static uint32_t draw_frame(uint64_t *state, uint8_t *b, uint32_t sent[64][2])
{
	static const uint8_t rare[] = {2, 18, 4, 17, 2, 18};
	uint32_t pair = draw(state, 64), way = draw(state, 2), payload = draw(state, 3) * 5;
	uint16_t ports[2] = {(uint16_t)(1024 + pair), 80};
	const uint16_t port[2] = {ports[way], ports[!way]};
	uint8_t hosts[2] = {(uint8_t)(1 + pair % 5), (uint8_t)(10 + pair % 3)};
	uint8_t flag = draw(state, 40) ? 16 : rare[draw(state, sizeof(rare))];
	uint32_t numbers[2] = {sent[pair][way], flag == 2 ? 0 : sent[pair][!way]};
	uint32_t shift = draw(state, 60) == 0 ? draw(state, 100) : 0;

	if (pair % 8 == 0)
		flag = 0;
	sent[pair][way] += payload + ((flag & 3) != 0);
	numbers[0] += shift;
	return make_frame(b, hosts[way], hosts[!way], port, flag, numbers, payload,
			  (uint16_t)(draw(state, 20) ? draw(state, UINT16_MAX) : 0));
}

static const struct decode_options no_options;

/* Adds one packet with all its facts. */
static void add_whole(struct flow_table *table, const uint8_t *b, uint32_t length, int64_t time_ns,
		      uint64_t frame)
{
	struct packet_facts facts;
	enum decode_result result =
	    decode_frame(&no_options, DECODE_LINK_ETHERNET, b, length, length, &facts);

	cr_assert_eq(result, DECODE_OK);
	cr_assert_eq(flow_table_add(table, result, &facts, time_ns, 1, frame), ACCOUNT_AUDITED);
}

struct queue {
	uint8_t bytes[BATCH][FRAME_MAX];
	struct packet_facts facts[BATCH];
	struct packet packets[BATCH];
	struct packet_quick quickly[BATCH];
	struct flow_other others[BATCH];
	size_t count;
	unsigned long quick;
};

static void flush(struct flow_table *table, struct queue *queue)
{
	const struct flow_batch batch = {.packets = queue->packets,
					 .quick = queue->quickly,
					 .others = queue->others,
					 .count = queue->count,
					 .input = 1};

	flow_table_add_batch(table, &batch);
	queue->count = 0;
}

/* The same in batches, with quick facts where there are any. */
static void add_quick(struct flow_table *table, struct queue *queue, const uint8_t *b, uint32_t length,
		      int64_t time_ns, uint64_t frame)
{
	size_t i = queue->count++;
	struct packet *p = &queue->packets[i];

	memcpy(queue->bytes[i], b, FRAME_MAX);
	*p = (struct packet){.data = queue->bytes[i],
			     .caplen = length,
			     .wirelen = length,
			     .time_ns = time_ns,
			     .frame = frame,
			     .link_type = DECODE_LINK_ETHERNET};
	(void)decode_quick(p, 1, &queue->quickly[i]);
	if (queue->quickly[i].protocol != 0) {
		queue->quick++;
	} else {
		queue->others[i] = (struct flow_other){.facts = &queue->facts[i], .result = DECODE_OK};
		(void)decode_frame(&no_options, DECODE_LINK_ETHERNET, p->data, length, length,
				   &queue->facts[i]);
	}
	if (queue->count == BATCH)
		flush(table, queue);
}

/* RECORDS, which every flow needs an entry for, shut the way of single packets. */
static void ignore_record(void *context, const struct flow_record *record)
{
	(void)context;
	(void)record;
}

static struct flow_table *table_of(struct told *told, bool records, uint64_t seed, uint64_t max_flows)
{
	const struct flow_sink sink = {
	    .context = told, .delta = keep, .record = records ? ignore_record : NULL};
	struct flow_table *table = flow_table_new(
	    &(struct flow_options){.memory_bytes = 4 << 20, .hash_seed = seed, .max_flows = max_flows}, &sink,
	    NULL);

	cr_assert_not_null(table);
	return table;
}

static struct told run(uint64_t seed, bool quick, uint64_t max_flows)
{
	struct told told = told_new();
	struct flow_table *table = table_of(&told, !quick, seed, max_flows);
	struct queue *queue = mem_calloc(1, sizeof(*queue));
	int64_t now_ns = bucket_start_ns(1900000);
	uint32_t sent[64][2] = {{0}};
	uint8_t b[FRAME_MAX];

	cr_assert_not_null(queue);
	for (uint64_t i = 1; i <= 6000; i++) {
		uint32_t length = draw_frame(&seed, b, sent);

		/* Of a small table nothing is due, so that the same flows are ended early. */
		now_ns += draw(&seed, 1000) == 0 && !max_flows ? draw(&seed, 40) * NSEC_PER_SEC
							       : draw(&seed, max_flows ? 10000 : 4000000);
		if (quick)
			add_quick(table, queue, b, length, now_ns, i);
		else
			add_whole(table, b, length, now_ns, i);
	}
	if (quick)
		flush(table, queue);
	cr_expect(!quick || queue->quick > 4000);
	flow_table_finish(table, now_ns + 30 * NSEC_PER_SEC);
	flow_table_free(table);
	mem_free(queue);
	return told;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct flow_delta));
}

static void expect_same(struct told *a, struct told *b)
{
	cr_assert_eq(a->count, b->count, "%zu and %zu", a->count, b->count);
	/* When idle flows are told depends on which lines are looked at, as the table goes on. */
	qsort(a->deltas, a->count, sizeof(struct flow_delta), by_bytes);
	qsort(b->deltas, b->count, sizeof(struct flow_delta), by_bytes);
	for (size_t i = 0; i < a->count; i++)
		cr_assert_arr_eq(&a->deltas[i], &b->deltas[i], sizeof(struct flow_delta), "delta %zu", i);
}

Test(flow_road, short_cuts_change_nothing)
{
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct told whole = run(seed, false, 0), quick = run(seed, true, 0);

		cr_expect_eq(whole.packets, 6000);
		cr_expect_gt(whole.count, 64);
		expect_same(&whole, &quick);
		mem_free(whole.deltas);
		mem_free(quick.deltas);
	}
}

Test(flow_road, short_cuts_end_early_alike)
{
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct told whole = run(seed, false, 20), quick = run(seed, true, 20);

		cr_expect_gt(whole.evicted, 100);
		expect_same(&whole, &quick);
		mem_free(whole.deltas);
		mem_free(quick.deltas);
	}
}

/* PACKETS from one side to the other, and an empty answer to every tenth: what the flow's deltas add up to.
 */
static struct flow_delta elephant(bool quick, uint64_t packets)
{
	struct told told = told_new();
	struct flow_table *table = table_of(&told, false, 1, 0);
	struct queue *queue = mem_calloc(1, sizeof(*queue));
	int64_t now_ns = bucket_start_ns(1900000);
	struct flow_delta sum = {0};
	uint32_t sent = 1;
	uint8_t b[FRAME_MAX];

	cr_assert_not_null(queue);
	for (uint64_t i = 0; i < packets + packets / 10; i++) {
		bool back = i % 11 == 10;
		const uint16_t port[2] = {back ? 80 : 40000, back ? 40000 : 80};
		const uint32_t numbers[2] = {back ? 1 : sent, back ? sent : 1};
		uint32_t length = make_frame(b, back ? 2 : 1, back ? 1 : 2, port, 16, numbers, back ? 0 : 20,
					     (uint16_t)(i | 1));

		sent += back ? 0 : 20;
		now_ns += 3000000;
		if (quick)
			add_quick(table, queue, b, length, now_ns, i + 1);
		else
			add_whole(table, b, length, now_ns, i + 1);
	}
	flush(table, queue);
	flow_table_finish(table, now_ns);
	for (size_t i = 0; i < told.count; i++) {
		for (size_t side = 0; side < 2; side++) {
			sum.packets[side] += told.deltas[i].packets[side];
			sum.bytes[side] += told.deltas[i].bytes[side];
		}
		sum.health.tcp_bytes += told.deltas[i].health.tcp_bytes;
	}
	cr_expect_eq(told.deltas[0].first_ns, bucket_start_ns(1900000) + 3000000);
	cr_expect_eq(told.deltas[told.count - 1].last_ns, now_ns);
	flow_table_free(table);
	mem_free(queue);
	mem_free(told.deltas);
	return sum;
}

/* More packets than a line counts, several times over. */
Test(flow_road, an_elephant_is_counted_whole)
{
	for (int quick = 0; quick < 2; quick++) {
		struct flow_delta sum = elephant(quick, 200000);

		cr_expect_eq(sum.packets[0], 200000);
		cr_expect_eq(sum.packets[1], 20000);
		cr_expect_eq(sum.bytes[0], 200000 * 60);
		cr_expect_eq(sum.bytes[1], 20000 * 40);
		cr_expect_eq(sum.health.tcp_bytes, 200000 * 20);
	}
}

/* SYNs of COUNT openers through a table that is too small for them, and an answer to every 50th. */
static struct told flood(uint64_t seed, uint64_t count, uint64_t max_flows)
{
	struct told told = told_new();
	struct flow_table *table = table_of(&told, false, seed, max_flows);
	struct queue *queue = mem_calloc(1, sizeof(*queue));
	int64_t now_ns = bucket_start_ns(1900000);
	uint8_t b[FRAME_MAX];

	cr_assert_not_null(queue);
	for (uint64_t i = 0; i < count; i++) {
		const uint16_t out[2] = {(uint16_t)(1024 + i / 200), 443}, back[2] = {443, out[0]};
		uint8_t opener = (uint8_t)(1 + i % 200);
		uint32_t length =
		    make_frame(b, opener, 250, out, 2, (const uint32_t[]){7, 0}, 0, (uint16_t)(i | 1));

		/* Several at one time, so that keys decide. */
		now_ns += i % 4 == 0 ? 1000 : 0;
		add_quick(table, queue, b, length, now_ns, 2 * i + 1);
		if (i % 50 != 0)
			continue;
		length = make_frame(b, 250, opener, back, 18, (const uint32_t[]){9, 8}, 0, (uint16_t)(i | 1));
		add_quick(table, queue, b, length, now_ns, 2 * i + 2);
	}
	flush(table, queue);
	flow_table_finish(table, now_ns);
	flow_table_free(table);
	mem_free(queue);
	return told;
}

Test(flow_road, a_flood_is_counted_and_evicted_in_one_order)
{
	struct told one = flood(1, 8000, 2990), two = flood(2, 8000, 2990);

	cr_expect_eq(one.packets, 8160);
	cr_expect_gt(one.evicted, 4000);
	cr_expect_eq(one.evicted, two.evicted);
	cr_expect_eq(one.deltas[0].packets[0], 1);
	cr_expect_eq(one.deltas[0].packets[1], 1);
	cr_expect_eq(one.deltas[1].initiator_port, 1024);
	/* The least recent go first, again and again; of one time those with the lower key. */
	for (size_t i = 1; i < one.evicted; i++) {
		const struct flow_delta *before = &one.deltas[i - 1], *d = &one.deltas[i];

		cr_assert_eq(d->health.evicted, 1);
		cr_assert(d->last_ns > before->last_ns ||
			      (d->last_ns == before->last_ns &&
			       addr_compare(&before->initiator, &d->initiator) < 0),
			  "delta %zu", i);
	}
	/* Not sorted first: the order is the same. */
	cr_assert_eq(one.count, two.count);
	for (size_t i = 0; i < one.count; i++)
		cr_assert_arr_eq(&one.deltas[i], &two.deltas[i], sizeof(struct flow_delta), "delta %zu", i);
	mem_free(one.deltas);
	mem_free(two.deltas);
}

/* A probe that nobody answered, as it is told at its end. */
Test(flow_road, a_probe)
{
	struct told told = told_new();
	struct flow_table *table = table_of(&told, false, 1, 0);
	struct queue *queue = mem_calloc(1, sizeof(*queue));
	int64_t start_ns = bucket_start_ns(1900000) + 61 * NSEC_PER_SEC;
	const uint16_t port[2] = {40000, 443};
	uint8_t b[FRAME_MAX];
	uint32_t length = make_frame(b, 1, 2, port, 2, (const uint32_t[]){7, 0}, 0, 1);
	const struct flow_delta *d = told.deltas;

	cr_assert_not_null(queue);
	add_quick(table, queue, b, length, start_ns, 9);
	flush(table, queue);
	flow_table_finish(table, start_ns + 100 * NSEC_PER_SEC);
	cr_assert_eq(told.count, 1);
	cr_expect_eq(d->bucket, 1900000);
	cr_expect_eq(d->initiator_port, 40000);
	cr_expect_eq(d->responder_port, 443);
	cr_expect_eq(d->basis, DIRECTION_HANDSHAKE);
	cr_expect_eq(d->confidence, CONFIDENCE_PROVEN);
	cr_expect(d->events[FLOW_OPENED] == 1 && d->events[FLOW_EXPIRED] == 1);
	cr_expect(d->packets[0] == 1 && d->bytes[0] == 40 && d->packets[1] == 0);
	cr_expect(d->first_ns == start_ns && d->last_ns == start_ns);
	cr_expect(d->opened_minutes == 1U << 1 && d->active_minutes == 0);
	cr_expect(d->openings[0].frame == 9 && d->openings[0].input == 1 &&
		  d->openings[0].time_ns == start_ns);
	cr_expect(d->has_mac[0] && d->mac[0][5] == 1 && d->has_mac[1] && d->mac[1][5] == 2);
	flow_table_free(table);
	mem_free(queue);
	mem_free(told.deltas);
}
