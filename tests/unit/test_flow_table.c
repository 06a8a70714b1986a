/*
 * The table as a whole: neither its seed, its size, nor when it looks decides what is told; nothing is lost
 * when it is too small or memory runs out.
 */
#include "flow/table.h"
#include "flow_testkit.h"

TestSuite(flow_table, .timeout = 60);

struct rng {
	uint64_t state;
};

static uint32_t draw(struct rng *rng, uint32_t below)
{
	rng->state ^= rng->state << 13;
	rng->state ^= rng->state >> 7;
	rng->state ^= rng->state << 17;
	return (uint32_t)((rng->state >> 16) % below);
}

/* A packet of some conversation of few hosts and ports, so that flows meet, answer, clash and end. */
static void draw_packet(struct rng *rng, char *out, size_t size)
{
	static const char hosts[] = "ABCDabGMZN";
	static const unsigned ports[] = {20, 21, 53, 67, 68, 3080, 3081, 40000, 40001, 50000};
	static const char *const flags[] = {"S", "S.", ".", "P.", "F.", "R", "R.", "-"};
	static const char *const datagrams[] = {"U", "U dns=q:7", "U dns=r:7", "U boot=1:7:C", "U boot=2:7:C",
						"Q", "Y",         "I50"};
	char a, b;

	do {
		a = hosts[draw(rng, 10)];
		b = hosts[draw(rng, 10)];
	} while ((a >= 'a' && a <= 'z') != (b >= 'a' && b <= 'z'));
	switch (draw(rng, 8)) {
	case 0:
	case 1:
	case 2:
		(void)snprintf(out, size, "%c:%u>%c:%u %s seq=%u ack=%u len=%u", a, ports[draw(rng, 10)], b,
			       ports[draw(rng, 10)], flags[draw(rng, 8)], draw(rng, 20), draw(rng, 20),
			       draw(rng, 4));
		break;
	case 3: (void)snprintf(out, size, "%c>%c U frag=1008 id=%u len=500", a, b, draw(rng, 30)); break;
	case 4:
		(void)snprintf(out, size, "%c:%u>%c:%u U first id=%u len=1000", a, ports[draw(rng, 10)], b,
			       ports[draw(rng, 10)], draw(rng, 30));
		break;
	case 5:
		(void)snprintf(out, size, "%c>%c E quote=%c:%u>%c:%u proto=%u", a, b, b, ports[draw(rng, 10)],
			       a, ports[draw(rng, 10)], draw(rng, 2) ? 17 : 6);
		break;
	default:
		(void)snprintf(out, size, "%c:%u>%c:%u %s", a, ports[draw(rng, 10)], b, ports[draw(rng, 10)],
			       datagrams[draw(rng, 8)]);
	}
}

struct mix {
	uint64_t hash_seed, max_flows;
	unsigned packets;
	bool look_often, records, any_order;
};

static bool take_any_order(void *context, uint64_t deltas, int32_t first, int32_t last)
{
	(void)context;
	cr_expect_leq(first, last);
	return deltas > 0;
}

/* PACKETS drawn ones, gaps and steps between them. */
static struct kit *run_mix(const struct mix *mix, uint64_t seed)
{
	struct flow_options options = {
	    .memory_bytes = 4 << 20, .hash_seed = mix->hash_seed, .max_flows = mix->max_flows};
	struct kit *kit = kit_new(&options, mix->records);
	struct rng rng = {seed};
	double now = 0;

	kit->table->sink.any_order = mix->any_order ? take_any_order : NULL;

	for (unsigned i = 0; i < mix->packets; i++) {
		struct packet_facts facts;
		enum decode_result result;
		char line[200];

		now += draw(&rng, 40) == 0 ? draw(&rng, 90) : draw(&rng, 1000) / 1e6;
		draw_packet(&rng, line, sizeof(line));
		result = kit_facts(kit, line, &facts);
		if (draw(&rng, 100) == 0)
			flow_table_gap(kit->table, kit_time(now), kit_time(now + 10)), now += 10;
		if (draw(&rng, 100) == 0)
			flow_table_step(kit->table, kit_time(61) - kit_time(0));
		if (mix->look_often)
			flow_table_expire(kit->table, kit_time(now));
		kit->packets[flow_table_add(kit->table, result, &facts, kit_time(now), 0, ++kit->frame)]++;
	}
	flow_table_finish(kit->table, kit_time(now + 30));
	cr_expect_eq(flow_table_statistics(kit->table).alive, 0);
	kit_check_sums(kit);
	return kit;
}

static void expect_same(const struct mix *a, const struct mix *b, uint64_t seed)
{
	struct kit *one = run_mix(a, seed), *two = run_mix(b, seed);
	struct strbuf told_one = kit_told(one), told_two = kit_told(two);
	size_t same = 0;

	while (same < one->line_count && same < two->line_count &&
	       strcmp(one->lines[same], two->lines[same]) == 0)
		same++;
	cr_expect(same == one->line_count && same == two->line_count, "%s\nbut\n%s",
		  same < one->line_count ? one->lines[same] : "nothing",
		  same < two->line_count ? two->lines[same] : "nothing");
	cr_expect_gt(one->line_count, 100);
	strbuf_clear(&told_one);
	strbuf_clear(&told_two);
	kit_free(one);
	kit_free(two);
}

Test(flow_table, seed_and_looking_change_nothing)
{
	struct mix plain = {.hash_seed = 1, .packets = 3000};
	struct mix others[] = {{.hash_seed = 77, .packets = 3000},
			       {.hash_seed = 99, .packets = 3000, .look_often = true}};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		expect_same(&plain, &others[i], 4711 + i);
}

/* Entries that were given back, flows of one packet, flows that say two deltas. */
Test(flow_table, any_order_tells_the_same)
{
	static const uint64_t sizes[] = {0, 7, 40, 300};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		expect_same(
		    &(struct mix){.hash_seed = 1, .max_flows = sizes[i], .packets = 3000},
		    &(struct mix){.hash_seed = 1, .max_flows = sizes[i], .packets = 3000, .any_order = true},
		    400 + i);
}

Test(flow_table, records_do_not_depend_on_the_seed)
{
	expect_same(&(struct mix){.hash_seed = 1, .packets = 2000, .records = true},
		    &(struct mix){.hash_seed = 2, .packets = 2000, .records = true}, 5);
}

Test(flow_table, too_small_loses_nothing)
{
	static const uint64_t sizes[] = {1, 2, 7, 40};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct mix small = {.hash_seed = 1, .max_flows = sizes[i], .packets = 1500};
		struct mix other = {.hash_seed = 2, .max_flows = sizes[i], .packets = 1500};
		struct kit *kit = run_mix(&small, 10 + i);

		cr_expect_gt(flow_table_statistics(kit->table).evicted, 100);
		kit_free(kit);
		expect_same(&small, &other, 10 + i);
	}
}

/* Evicted are those whose last packet is oldest; at one time, the lower key. */
Test(flow_table, evicts_by_time_then_key)
{
	struct kit *kit = kit_new(&(struct flow_options){.max_flows = 3}, false);
	struct strbuf told;

	kit_run(kit, "0 C:3>F:4 I50\n0 B:3>F:4 I50\n0 A:3>F:4 I50\n1 A:3>F:4 I50\n2 D:3>F:4 I50\n");
	told = kit_told(kit);
	cr_expect_str_eq(strbuf_text(&told), "b0 B:3>F:4 50 none/unknown opened 1/0 28/0 o2 evicted\n");
	strbuf_clear(&told);
	kit_free(kit);
}

/* Flows that are over by now make room before any other is ended early. */
Test(flow_table, due_flows_go_first)
{
	struct kit *kit = kit_new(&(struct flow_options){.max_flows = 3}, false);
	struct strbuf told;

	kit_run(kit, "0 C:3>F:4 I50\n0 B:3>F:4 I50\n0 A:3>F:4 I50\n60 D:3>F:4 I50\n");
	cr_expect_eq(flow_table_statistics(kit->table).evicted, 0);
	cr_expect_eq(flow_table_statistics(kit->table).alive, 1);
	told = kit_told(kit);
	cr_expect_str_eq(strbuf_text(&told), "b0 A:3>F:4 50 none/unknown opened,expired 1/0 28/0 o3\n"
					     "b0 B:3>F:4 50 none/unknown opened,expired 1/0 28/0 o2\n"
					     "b0 C:3>F:4 50 none/unknown opened,expired 1/0 28/0 o1\n");
	strbuf_clear(&told);
	kit_free(kit);
}

struct counter {
	uint64_t deltas, packets[2];
	int64_t last_opened_ns;
	bool in_order;
};

static void count_delta(void *context, const struct flow_delta *delta)
{
	struct counter *counter = context;

	counter->deltas++;
	counter->packets[0] += delta->packets[0];
	counter->packets[1] += delta->packets[1];
	if (delta->first_ns < counter->last_opened_ns)
		counter->in_order = false;
	counter->last_opened_ns = delta->first_ns;
}

static void count_record(void *context, const struct flow_record *record)
{
	(void)context;
	cr_assert_eq(record->packets[0], 1);
}

static void fill_facts(struct packet_facts *facts, uint32_t flow, bool back)
{
	const uint8_t a[4] = {10, (uint8_t)(flow >> 16), (uint8_t)(flow >> 8), (uint8_t)flow},
		      b[4] = {172, 16, 0, 1};

	memset(facts, 0, sizeof(*facts));
	facts->src = back ? addr_ipv4(b) : addr_ipv4(a);
	facts->dst = back ? addr_ipv4(a) : addr_ipv4(b);
	facts->src_port = back ? 80 : 40000;
	facts->dst_port = back ? 40000 : 80;
	facts->protocol = PROTO_TCP;
	facts->ip_version = 4;
	facts->tcp_flags = back ? TCP_SYN | TCP_ACK : TCP_SYN;
	facts->tcp_seq = 100;
	facts->tcp_ack = back ? 101 : 0;
	facts->ip_length = 40;
}

/* Many times the index's first segment: every flow is found again, and handed on in order of its first
 * packet. */
Test(flow_table, grows)
{
	enum { FLOWS = 60000 };
	struct counter counter = {.in_order = true};
	struct flow_sink sink = {.context = &counter, .delta = count_delta};
	struct flow_table *table = flow_table_new(&(struct flow_options){.hash_seed = 3}, &sink, NULL);
	struct packet_facts facts;

	cr_assert_not_null(table);
	for (unsigned round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < FLOWS; i++) {
			fill_facts(&facts, i, round == 1);
			(void)flow_table_add(table, DECODE_OK, &facts, kit_time(round * 10 + i / 1e5), 0,
					     i + 1);
		}
	}
	cr_expect_eq(flow_table_statistics(table).alive, FLOWS);
	cr_expect_eq(flow_table_statistics(table).flows, FLOWS);
	flow_table_finish(table, kit_time(30));
	cr_expect_eq(counter.deltas, FLOWS);
	cr_expect_eq(counter.packets[0], FLOWS);
	cr_expect_eq(counter.packets[1], FLOWS);
	cr_expect(counter.in_order);
	flow_table_free(table);
}

/* Facts belong to the caller: the same place is filled anew for each packet. */
Test(flow_table, facts_are_not_kept)
{
	struct counter counter = {0};
	struct flow_sink sink = {.context = &counter, .delta = count_delta};
	struct flow_table *table = flow_table_new(&(struct flow_options){.hash_seed = 3}, &sink, NULL);
	struct packet_facts facts;

	cr_assert_not_null(table);
	for (uint32_t i = 0; i < 1000; i++) {
		fill_facts(&facts, i % 7, false);
		(void)flow_table_add(table, DECODE_OK, &facts, kit_time(i / 1e3), 0, i + 1);
	}
	cr_expect_eq(flow_table_statistics(table).alive, 7);
	flow_table_finish(table, kit_time(2));
	cr_expect_eq(counter.deltas, 7);
	cr_expect_eq(counter.packets[0], 1000);
	flow_table_free(table);
}

/* A flow that is over when its key comes again, in a batch that was looked up before any of it was taken: its
 * successor is found by all the next. */
Test(flow_table, successors_are_found_in_batches)
{
	enum { BATCH = 10, BATCHES = 30 };
	struct counter counter = {0};
	struct flow_sink sink = {.context = &counter, .delta = count_delta};
	struct flow_table *table = flow_table_new(&(struct flow_options){.hash_seed = 3}, &sink, NULL);
	const struct packet_quick quick[BATCH] = {{.protocol = 0}};
	struct packet_facts facts[BATCH];
	struct packet packets[BATCH];
	struct flow_other others[BATCH];
	const struct flow_batch all = {.packets = packets, .quick = quick, .others = others, .count = BATCH};

	cr_assert_not_null(table);
	for (uint32_t batch = 0; batch < BATCHES; batch++) {
		/* Ten batches a second, then a pause of 100 seconds. */
		double second = batch / 10 * 100 + batch % 10 / 10.0;

		for (uint32_t i = 0; i < BATCH; i++) {
			fill_facts(&facts[i], i, batch % 10 >= 5);
			packets[i] =
			    (struct packet){.time_ns = kit_time(second), .frame = batch * BATCH + i + 1};
			others[i] = (struct flow_other){.facts = &facts[i], .result = DECODE_OK};
		}
		flow_table_add_batch(table, &all);
	}
	cr_expect_eq(flow_table_statistics(table).flows, BATCH * 3);
	flow_table_finish(table, kit_time(201));
	cr_expect_eq(flow_table_statistics(table).alive, 0);
	cr_expect_eq(counter.packets[0] + counter.packets[1], BATCH * BATCHES);
	flow_table_free(table);
}

/* A flood of attempts leaves no more behind than the limit allows, and is swept while it lasts. */
Test(flow_table, flood_is_swept)
{
	struct counter counter = {0};
	struct flow_sink sink = {.context = &counter, .delta = count_delta};
	struct flow_table *table = flow_table_new(&(struct flow_options){.hash_seed = 3}, &sink, NULL);
	struct packet_facts facts;

	cr_assert_not_null(table);
	for (uint32_t i = 0; i < 50000; i++) {
		fill_facts(&facts, i, false);
		(void)flow_table_add(table, DECODE_OK, &facts, kit_time(i / 100.0), 0, i + 1);
	}
	/* 75 s of 100 a second are not over; the sweep goes round twice while as many come. */
	cr_expect_lt(flow_table_statistics(table).alive, 7500 * 3);
	flow_table_finish(table, kit_time(501));
	cr_expect_eq(counter.packets[0], 50000);
	flow_table_free(table);
}

/* Any allocation may fail: no crash, nothing lost, nothing leaked. */
Test(flow_table, without_memory)
{
	size_t alive = mem_live();
	struct flow_sink sink = {.delta = count_delta};

	for (uint64_t nth = 1; nth < 120; nth++) {
		struct counter counter = {0};
		struct flow_options options = {.memory_bytes = 4 << 20, .hash_seed = nth};
		struct packet_facts facts;
		struct flow_table *table;
		struct err err;

		sink.context = &counter;
		sink.record = nth % 2 ? count_record : NULL;
		mem_fail_at((nth + 1) / 2);
		table = flow_table_new(&options, &sink, &err);
		for (uint32_t i = 0; table && i < 9000; i++) {
			fill_facts(&facts, i, false);
			(void)flow_table_add(table, DECODE_OK, &facts, kit_time(i / 1e6), 0, i + 1);
		}
		if (table)
			flow_table_finish(table, kit_time(100));
		mem_fail_at(0);
		cr_expect_eq(counter.packets[0], table ? 9000 : 0);
		flow_table_free(table);
		cr_assert_eq(mem_live(), alive);
	}
}

Test(flow_table, names)
{
	cr_expect_str_eq(direction_name(DIRECTION_NONE), "none");
	cr_expect_str_eq(direction_name(DIRECTION_CARRIED), "carried");
	cr_expect_str_eq(direction_name(DIRECTION_HANDSHAKE), "handshake");
	cr_expect_str_eq(confidence_name(CONFIDENCE_PROVEN), "proven");
	cr_expect_str_eq(flow_event_name(FLOW_ANSWER), "answer");
	cr_expect_str_eq(flow_anomaly_name(ANOMALY_FTP_BOUNCE), "ftp-bounce");
	for (unsigned i = 0; i < DIRECTION_COUNT; i++)
		cr_expect_str_neq(direction_name((enum direction_basis)i), "?");
	for (unsigned i = 0; i < FLOW_EVENT_COUNT; i++)
		cr_expect_str_neq(flow_event_name((enum flow_event)i), "?");
}
