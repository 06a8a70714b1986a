/*
 * Door: FTP control connections. The first byte is the options; then pieces of the two sides' words follow,
 * each with a byte before it that says whose they are, how long, and whether somebody connects to the port
 * that the next two bytes name. Checked: see flow_sink.h; and that another hash seed tells the same.
 */
#include "flow_sink.h"

enum { OPTION_IPV6 = 1, OPTION_OTHER_PORT = 2, OPTION_MID_STREAM = 4, OPTION_CUT = 8 };
enum { SERVER_SPEAKS = 0x80, CONNECTS = 0x40, LENGTH = 0x3f, OPENER_PORT = 50000, PIECES_MAX = 300 };

struct talk {
	struct flow_check *check;
	struct addr host[2]; /* client, server */
	uint16_t port[2];
	uint32_t seq[2];
	uint16_t opener_port;
	bool cut;
};

static void say(struct talk *talk, unsigned side, uint8_t flags, const uint8_t *bytes, uint32_t length)
{
	struct packet_facts f = {.src = talk->host[side],
				 .dst = talk->host[side ^ 1],
				 .src_port = talk->port[side],
				 .dst_port = talk->port[side ^ 1],
				 .protocol = PROTO_TCP,
				 .ip_version = talk->host[0].family,
				 .tcp_flags = flags,
				 .tcp_seq = talk->seq[side],
				 .tcp_ack = talk->seq[side ^ 1],
				 .ip_length = 40 + length,
				 .payload = bytes,
				 .payload_caplen = talk->cut ? length / 2 : length,
				 .payload_length = length};

	talk->seq[side] += length + ((flags & (TCP_SYN | TCP_FIN)) != 0);
	talk->check->now_ns += NSEC_PER_MSEC * 20;
	flow_check_add(talk->check, DECODE_OK, &f);
}

/* A connection to PORT at side LISTENER, from the other side. */
static void connect_to(const struct talk *control, unsigned listener, uint16_t port, uint16_t opener_port)
{
	struct talk data = *control;

	data.port[listener] = port;
	data.port[listener ^ 1] = opener_port;
	data.seq[0] = data.seq[1] = 1;
	say(&data, listener ^ 1, TCP_SYN, (const uint8_t *)"", 0);
	say(&data, listener, TCP_SYN | TCP_ACK, (const uint8_t *)"", 0);
	say(&data, listener ^ 1, TCP_ACK, (const uint8_t *)"", 0);
}

static void open_talk(struct talk *talk, uint8_t options)
{
	static const uint8_t four[2][4] = {{10, 0, 0, 1}, {10, 0, 0, 2}};
	static const uint8_t sixteen[2][16] = {{0xfd, [15] = 1}, {0xfd, [15] = 2}};

	for (unsigned i = 0; i < 2; i++)
		talk->host[i] = options & OPTION_IPV6 ? addr_ipv6(sixteen[i]) : addr_ipv4(four[i]);
	talk->port[0] = OPENER_PORT;
	talk->port[1] = options & OPTION_OTHER_PORT ? 2121 : 21;
	talk->opener_port = OPENER_PORT;
	if (options & OPTION_MID_STREAM)
		return;
	say(talk, 0, TCP_SYN, (const uint8_t *)"", 0);
	say(talk, 1, TCP_SYN | TCP_ACK, (const uint8_t *)"", 0);
	say(talk, 0, TCP_ACK, (const uint8_t *)"", 0);
	talk->cut = options & OPTION_CUT;
}

static void take_piece(struct talk *talk, struct cursor *in)
{
	uint8_t what = cur_u8(in);
	unsigned side = (what & SERVER_SPEAKS) != 0;
	size_t length = what & LENGTH;
	struct cursor words;

	if (what & CONNECTS) {
		uint16_t port = cur_be16(in);

		connect_to(talk, side ^ 1, port, port & 1 ? 20 : ++talk->opener_port);
	}
	words = cur_sub(in, length < cur_left(in) ? length : cur_left(in));
	say(talk, side, TCP_PSH | TCP_ACK, words.p, (uint32_t)cur_left(&words));
}

static void run(struct flow_check *check, const uint8_t *data, size_t size, uint64_t seed)
{
	struct cursor in = cur_make(data, size);
	uint8_t options = cur_u8(&in);
	struct talk talk = {.check = check};

	flow_check_init(check, seed, 0);
	check->now_ns = bucket_start_ns(1900000);
	flow_table_start(check->table, check->now_ns);
	open_talk(&talk, options);
	for (unsigned i = 0; i < PIECES_MAX && cur_left(&in) > 0; i++)
		take_piece(&talk, &in);
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
