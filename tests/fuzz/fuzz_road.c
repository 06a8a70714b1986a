/*
 * Door: the short roads of the flow table. The bytes are a script of Ethernet frames among few hosts and
 * ports, whose numbers fit together unless the script says otherwise. Each frame is decoded whole and taken
 * by itself by one table, and taken by quick facts in batches by another. Checked: both tell the same.
 */
#include "flow_sink.h"

enum { FRAME_MAX = 160, BATCH = 64, STEPS_MAX = 600, PAIRS = 16, STEP_BYTES = 5, ETHERNET = 1 };
enum { HEAD_PLAIN = 14, HEAD_IPV4 = 20, HEAD_TCP = 20, HEAD_UDP = 8 };
/* Bits of a step's first byte above the pair: whose turn it is, UDP. Of its fifth: the last frame again, sent
 * to a group of the link's, a VLAN tag, no id, by way of another router. */
enum { WAY = 16, DATAGRAM = 32, ODD_NUMBERS = 64, NEW_BATCH = 128 };
enum { AGAIN = 4, TO_GROUP = 8, TAGGED = 16, NO_ID = 32, SAME_ID = 64, REROUTED = 128 };

static const int64_t waits_ns[16] = {0,
				     0,
				     1000,
				     1000000,
				     1900000,
				     2100000,
				     5000000,
				     5000000,
				     NSEC_PER_SEC / 20,
				     NSEC_PER_SEC,
				     6 * NSEC_PER_SEC,
				     31 * NSEC_PER_SEC,
				     61 * NSEC_PER_SEC,
				     76 * NSEC_PER_SEC,
				     301 * NSEC_PER_SEC,
				     901 * NSEC_PER_SEC};
static const uint16_t services[] = {80, 443, 21, 20, 53, 67, 3080, 40000};
static const uint8_t flag_choice[16] = {16, 16, 16, 16, 24, 24, 16, 24, 2, 18, 17, 20, 4, 25, 0, 1};

/* One way of telling it. */
struct teller {
	struct flow_table *table;
	uint64_t said, packets;
	int32_t first_bucket, last_bucket; /* once it was asked for any order */
};

struct road {
	struct teller whole, quick;
	uint32_t sent[PAIRS][2];
	uint8_t bytes[BATCH][FRAME_MAX], last[FRAME_MAX];
	uint32_t last_length;
	struct packet packets[BATCH];
	size_t count;
	int64_t now_ns;
	uint64_t frame;
	uint16_t id;
};

static void tell(void *context, const struct flow_delta *delta)
{
	struct teller *teller = context;

	FUZZ_CHECK(delta->bucket >= teller->first_bucket && delta->bucket <= teller->last_bucket);
	teller->said += delta_hash(delta);
	teller->packets += delta->packets[0] + delta->packets[1];
}

/* RECORDS, which every flow needs an entry for, shut the way of single packets. */
static void ignore_record(void *context, const struct flow_record *record)
{
	(void)context;
	(void)record;
}

static bool take_any_order(void *context, uint64_t deltas, int32_t first, int32_t last)
{
	struct teller *teller = context;

	teller->first_bucket = first;
	teller->last_bucket = last;
	return deltas > 0;
}

static void teller_init(struct teller *teller, bool records)
{
	const struct flow_options options = {.memory_bytes = 1 << 20, .hash_seed = 1};
	const struct flow_sink sink = {.context = teller,
				       .delta = tell,
				       .record = records ? ignore_record : NULL,
				       .any_order = take_any_order};
	struct err err;

	*teller = (struct teller){.table = flow_table_new(&options, &sink, &err),
				  .first_bucket = INT32_MIN,
				  .last_bucket = INT32_MAX};
	FUZZ_CHECK(teller->table);
}

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & UINT16_MAX);
}

/* Ethernet and IPv4; returns what was written. */
static size_t put_ip(struct road *road, uint8_t *b, const uint8_t *step, unsigned length)
{
	unsigned pair = step[0] % PAIRS;
	bool way = step[0] & WAY;
	uint8_t src = (uint8_t)(way ? 1 + pair % 3 : 9), dst = (uint8_t)(way ? 9 : 1 + pair % 3);
	size_t at = HEAD_PLAIN;

	memset(b, 0, FRAME_MAX);
	b[0] = b[6] = 2;
	b[5] = dst;
	b[11] = src;
	b[0] |= (step[4] & TO_GROUP) != 0;
	b[7] = (step[4] & REROUTED) != 0;
	put16(b + 12, step[4] & TAGGED ? 0x8100 : 0x0800);
	if (step[4] & TAGGED) {
		put16(b + 14, 7 + pair % 2);
		put16(b + 16, 0x0800);
		at += 4;
	}
	if (!(step[4] & SAME_ID))
		road->id++;
	b[at] = 0x45;
	put16(b + at + 2, HEAD_IPV4 + length);
	put16(b + at + 4, step[4] & NO_ID ? 0 : road->id);
	b[at + 8] = 64;
	b[at + 9] = step[0] & DATAGRAM ? PROTO_UDP : PROTO_TCP;
	b[at + 12] = b[at + 16] = 10;
	b[at + 15] = src;
	b[at + 19] = dst;
	return at + HEAD_IPV4;
}

static size_t make_frame(struct road *road, uint8_t *b, const uint8_t *step, struct cursor *in)
{
	unsigned pair = step[0] % PAIRS, payload = step[2] % 48;
	bool way = step[0] & WAY, datagram = step[0] & DATAGRAM;
	unsigned header = datagram ? HEAD_UDP : HEAD_TCP;
	uint8_t flags = flag_choice[step[1] % 16];
	uint32_t *sent = road->sent[pair], odd = step[0] & ODD_NUMBERS ? (uint32_t)(step[1] / 16) - 8 : 0;
	unsigned port = services[pair % 8], client = 30000 + pair;
	size_t at = put_ip(road, b, step, header + payload);

	put16(b + at, way ? client : port);
	put16(b + at + 2, way ? port : client);
	if (datagram) {
		put16(b + at + 4, header + payload);
	} else {
		put32(b + at + 4, sent[way] + odd);
		put32(b + at + 8, sent[!way] + odd / 2);
		b[at + 12] = 0x50;
		b[at + 13] = flags;
		sent[way] += payload + ((flags & 3) != 0);
	}
	for (unsigned i = 0; i < payload; i++)
		b[at + header + i] = step[2] & 64 ? cur_u8(in) : 0xf7;
	return at + header + payload;
}

static void take_whole(struct road *road, const struct packet *packet)
{
	static const struct decode_options none;
	struct packet_facts facts;

	FUZZ_CHECK(decode_frame(&none, ETHERNET, packet->data, packet->caplen, packet->wirelen, &facts) ==
		   DECODE_OK);
	(void)flow_table_add(road->whole.table, DECODE_OK, &facts, packet->time_ns, 0, packet->frame);
}

static void take_batch(struct road *road)
{
	static const struct decode_options none;
	struct packet_quick quick[BATCH];
	struct flow_other others[BATCH];
	struct packet_facts facts[BATCH];
	const struct flow_batch batch = {
	    .packets = road->packets, .quick = quick, .others = others, .count = road->count};

	(void)decode_quick(road->packets, road->count, quick);
	for (size_t i = 0; i < road->count; i++) {
		const struct packet *p = &road->packets[i];

		if (quick[i].protocol != 0)
			continue;
		others[i] =
		    (struct flow_other){.facts = &facts[i],
					.result = (uint8_t)decode_frame(&none, ETHERNET, p->data, p->caplen,
									p->wirelen, &facts[i])};
	}
	flow_table_add_batch(road->quick.table, &batch);
	road->count = 0;
}

static void take_step(struct road *road, const uint8_t *step, struct cursor *in)
{
	struct packet *packet = &road->packets[road->count];
	uint8_t *bytes = road->bytes[road->count];
	uint32_t length = road->last_length;

	if ((step[4] & AGAIN) && length > 0)
		memcpy(bytes, road->last, FRAME_MAX);
	else
		length = (uint32_t)make_frame(road, bytes, step, in);
	memcpy(road->last, bytes, FRAME_MAX);
	road->last_length = length;
	road->now_ns += waits_ns[step[3] % 16];
	*packet = (struct packet){.time_ns = road->now_ns,
				  .data = bytes,
				  .frame = ++road->frame,
				  .caplen = length,
				  .wirelen = length,
				  .link_type = ETHERNET};
	take_whole(road, packet);
	if (++road->count == BATCH || (step[0] & NEW_BATCH))
		take_batch(road);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cur_make(data, size);
	struct road road = {.now_ns = bucket_start_ns(1900000)};
	size_t live = mem_live();

	(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	teller_init(&road.whole, true);
	teller_init(&road.quick, false);
	for (unsigned i = 0; i < STEPS_MAX && cur_left(&in) >= STEP_BYTES; i++)
		take_step(&road, cur_take(&in, STEP_BYTES), &in);
	take_batch(&road);
	flow_table_finish(road.whole.table, road.now_ns);
	flow_table_finish(road.quick.table, road.now_ns);
	FUZZ_CHECK(road.whole.packets == road.frame && road.quick.packets == road.frame);
	FUZZ_CHECK(road.whole.said == road.quick.said);
	flow_table_free(road.whole.table);
	flow_table_free(road.quick.table);
	FUZZ_CHECK(mem_live() == live);
	return 0;
}
