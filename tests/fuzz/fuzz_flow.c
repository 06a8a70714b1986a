/*
 * Door: packets into the flow table. The bytes are a script of packets among few hosts and ports, so that
 * they meet, and of gaps, clock steps and looks at the clock between them. Checked: see flow_sink.h; and that
 * another hash seed tells the same.
 */
#include "flow_sink.h"

enum {
	OP_GAP,
	OP_STEP,
	OP_EXPIRE,
	OP_FRAME,  /* a whole Ethernet frame follows */
	OP_OTHERS, /* from here on: a packet described in few bytes */
	OP_COUNT = 16
};
enum {
	HOSTS = 8,
	PORTS = 16,
	OPTION_FEW_FLOWS = 1,
	OPTION_IPV6 = 2,
	OPTION_CARRY = 4,
	STEPS_MAX = 400,
	PLACES = 2,
	LEAVES_OUT = 0x31
};

static const int64_t waits_ns[16] = {0,
				     1000,
				     1900000,
				     INT64_C(2100000),
				     NSEC_PER_SEC / 2,
				     NSEC_PER_SEC,
				     4 * NSEC_PER_SEC,
				     6 * NSEC_PER_SEC,
				     30 * NSEC_PER_SEC,
				     59 * NSEC_PER_SEC,
				     61 * NSEC_PER_SEC,
				     76 * NSEC_PER_SEC,
				     301 * NSEC_PER_SEC,
				     901 * NSEC_PER_SEC,
				     7200 * NSEC_PER_SEC,
				     86401 * NSEC_PER_SEC};

static const uint16_t ports[PORTS] = {0,   20,   21,   53,   67,   68,    123,   137,
				      443, 1023, 1024, 3080, 3081, 32768, 40000, 65535};

static struct addr host(unsigned number, bool ipv6)
{
	uint8_t four[4] = {10, 0, 0, (uint8_t)number};
	uint8_t sixteen[16] = {0xfd, [15] = (uint8_t)number};

	if (number == 5)
		memset(four, 255, sizeof(four));
	else if (number == 6)
		memcpy(four, (const uint8_t[]){224, 0, 0, 251}, sizeof(four));
	else if (number == 7)
		memset(four, 0, sizeof(four));
	if (number == 5)
		memcpy(sixteen, (const uint8_t[]){0xfe, 0x80}, 2);
	else if (number == 6)
		memcpy(sixteen, (const uint8_t[]){0xff, 2}, 2);
	else if (number == 7)
		memset(sixteen, 0, sizeof(sixteen));
	return ipv6 ? addr_ipv6(sixteen) : addr_ipv4(four);
}

static void read_ends(struct cursor *in, struct packet_facts *f, bool ipv6)
{
	uint8_t hosts = cur_u8(in), port_choice = cur_u8(in);

	f->src = host(hosts % HOSTS, ipv6);
	f->dst = host(hosts / 16 % HOSTS, ipv6);
	f->ip_version = ipv6 ? 6 : 4;
	f->src_port = ports[port_choice % PORTS];
	f->dst_port = ports[port_choice / PORTS];
	f->delivery = addr_is_multicast(&f->dst)                      ? DELIVERY_MULTICAST
		      : addr_is_group(&f->dst) || (hosts & 0x80) != 0 ? DELIVERY_BROADCAST
								      : DELIVERY_UNICAST;
	f->has_macs = (hosts & 0x08) == 0;
	if (f->has_macs) {
		f->src_mac[0] = f->dst_mac[0] = 2;
		f->src_mac[5] = hosts % HOSTS;
		f->dst_mac[5] = hosts / 16 % HOSTS;
	}
}

static void read_payload(struct cursor *in, struct packet_facts *f)
{
	uint8_t length = cur_u8(in);
	size_t kept = length & 63U;
	struct cursor payload;

	if (kept > cur_left(in))
		kept = cur_left(in);
	payload = cur_sub(in, kept);
	f->payload = payload.p;
	f->payload_caplen = (uint32_t)kept;
	f->payload_length = (uint32_t)kept + (length & 64 ? 1000 : 0);
	f->ip_length = 40 + f->payload_length;
}

static void read_tcp(struct cursor *in, struct packet_facts *f)
{
	f->protocol = PROTO_TCP;
	f->tcp_flags = cur_u8(in) & 63U;
	/* Close to one another and to where the numbers wrap, so that they fit together now and then. */
	f->tcp_seq = (uint32_t)cur_u8(in) - 16;
	f->tcp_ack = (uint32_t)cur_u8(in) - 16;
}

static void read_icmp(struct cursor *in, struct packet_facts *f)
{
	uint8_t choice = cur_u8(in);

	f->protocol = f->ip_version == 4 ? PROTO_ICMP : PROTO_ICMP6;
	f->icmp_asks = (choice & 3) == 0;
	f->icmp_answers = (choice & 3) == 1;
	f->icmp_type = f->icmp_answers ? 0 : 8;
	f->src_port = f->icmp_answers ? 8 * 256 : choice >> 4;
	f->dst_port = f->icmp_answers ? choice >> 4 : 8 * 256;
}

static enum decode_result read_error(struct cursor *in, struct packet_facts *f)
{
	struct packet_facts quoted = {.src_port = 0};
	uint8_t choice = cur_u8(in);

	read_ends(in, &quoted, f->ip_version == 6);
	f->protocol = f->ip_version == 4 ? PROTO_ICMP : PROTO_ICMP6;
	f->icmp_type = 3;
	f->icmp_code = choice & 7;
	f->src_port = f->dst_port = 0;
	f->quoted = (struct quoted){.src = quoted.src,
				    .dst = quoted.dst,
				    .src_port = quoted.src_port,
				    .dst_port = quoted.dst_port,
				    .protocol = choice & 8 ? PROTO_TCP : PROTO_UDP,
				    .has_ports = (choice & 16) != 0};
	if (choice & 32)
		f->quoted.src.family = ADDR_NONE;
	return DECODE_ICMP_ERROR;
}

static enum decode_result read_fragment(struct cursor *in, struct packet_facts *f)
{
	uint8_t choice = cur_u8(in);

	f->protocol = choice & 64 ? PROTO_TCP : PROTO_UDP;
	f->fragment_protocol = f->protocol;
	f->has_ip_id = true;
	f->ip_id = choice & 3;
	f->is_fragment = true;
	f->more_fragments = (choice & 4) != 0;
	if (choice & 8) {
		f->has_outer_fragment = true;
		f->outer_fragment = (struct fragment_key){
		    .src = f->dst, .dst = f->src, .ip_id = choice & 3, .protocol = PROTO_UDP};
	}
	if (choice & 16)
		return DECODE_OK;
	f->fragment_offset = 8U + (choice & 32);
	f->src_port = f->dst_port = 0;
	return DECODE_LATER_FRAGMENT;
}

static enum decode_result read_packet(struct cursor *in, unsigned op, struct packet_facts *f, bool ipv6)
{
	static const uint8_t portless[4] = {PROTO_ESP, PROTO_GRE, PROTO_IGMP, 89};
	enum decode_result result = DECODE_OK;

	*f = (struct packet_facts){.protocol = PROTO_UDP};
	read_ends(in, f, ipv6);
	switch (op) {
	case OP_OTHERS: f->protocol = PROTO_SCTP; break;
	case OP_OTHERS + 1:
		f->protocol = portless[cur_u8(in) & 3];
		f->src_port = f->dst_port = 0;
		break;
	case OP_OTHERS + 2: read_icmp(in, f); break;
	case OP_OTHERS + 3: result = read_error(in, f); break;
	case OP_OTHERS + 4: result = read_fragment(in, f); break;
	case OP_OTHERS + 5:
	case OP_OTHERS + 6:
	case OP_OTHERS + 7: break; /* UDP */
	default: read_tcp(in, f);
	}
	read_payload(in, f);
	if (!f->is_fragment && f->ip_version == 4 && (f->payload_length & 1)) {
		f->has_ip_id = true;
		f->ip_id = f->payload_length;
	}
	return result;
}

static enum decode_result read_frame(struct cursor *in, struct packet_facts *f)
{
	static const struct decode_options options = {.key_vlan = false};
	uint8_t length = cur_u8(in);
	struct cursor frame = cur_sub(in, length);
	uint32_t caplen = (uint32_t)cur_left(&frame);

	return decode_frame(&options, 1, frame.p, caplen, caplen, f);
}

static void wait(struct flow_check *check, uint8_t choice)
{
	check->now_ns += waits_ns[choice];
}

/* One step of the script. The facts take turns in few places, and some packets are never added. */
static void take_step(struct flow_check *check, struct cursor *in, struct packet_facts *places, bool ipv6)
{
	uint8_t first = cur_u8(in);
	struct packet_facts *facts = &places[check->frame % PLACES];
	int64_t before_ns = check->now_ns;
	enum decode_result result;

	wait(check, first / OP_COUNT);
	switch (first % OP_COUNT) {
	case OP_GAP: flow_table_gap(check->table, before_ns, check->now_ns); return;
	case OP_STEP: flow_table_step(check->table, waits_ns[first / OP_COUNT]); return;
	case OP_EXPIRE: flow_table_expire(check->table, check->now_ns); return;
	case OP_FRAME: result = read_frame(in, facts); break;
	default: result = read_packet(in, first % OP_COUNT, facts, ipv6);
	}
	if (result != DECODE_OK && result != DECODE_LATER_FRAGMENT && result != DECODE_ICMP_ERROR)
		return;
	if ((first & LEAVES_OUT) != LEAVES_OUT)
		flow_check_add(check, result, facts);
}

static void run(struct flow_check *check, const uint8_t *data, size_t size, uint64_t seed)
{
	struct cursor in = cur_make(data, size);
	struct packet_facts places[PLACES] = {{.src_port = 0}};
	uint8_t options = cur_u8(&in);

	flow_check_init(check, seed, options & OPTION_FEW_FLOWS ? 4 : 0);
	check->now_ns = bucket_start_ns(1900000);
	flow_table_start(check->table, check->now_ns);
	for (unsigned i = 0; i < STEPS_MAX && cur_left(&in) > 0; i++) {
		take_step(check, &in, places, options & OPTION_IPV6);
		if (i == STEPS_MAX / 20 && (options & OPTION_CARRY))
			flow_check_renew(check, seed);
	}
	flow_check_finish(check);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct flow_check one, other;
	size_t live = mem_live();

	run(&one, data, size, 1);
	run(&other, data, size, UINT64_C(0x9e3779b97f4a7c15));
	FUZZ_CHECK(one.said == other.said && one.frame == other.frame);
	flow_check_clear(&one);
	flow_check_clear(&other);
	FUZZ_CHECK(mem_live() == live);
	return 0;
}
