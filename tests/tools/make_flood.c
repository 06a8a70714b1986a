/*
 * Writes floods: what an attacker, or a broken device, sends to make a listener keep as much as it can.
 * Classic pcap, Ethernet, on standard output; the same bytes each time. Each packet has addresses, ports or
 * identifiers of its own.
 *
 *   make_flood [-n PACKETS] KIND
 *
 * KIND is one of kinds[] below, or "all": each kind in turn, packet by packet. Stamps are 10 us apart.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FRAME_MAX = 1500, ETHERNET = 14, IPV4 = 20, IPV6 = 40, TCP = 20, UDP = 8 };
enum { PROTO_ICMP = 1, PROTO_IPIP = 4, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_IPV6 = 41, PROTO_GRE = 47 };
enum { PROTO_FRAGMENT = 44, PROTO_ICMPV6 = 58, FLAG_SYN = 2, FLAG_PSH_ACK = 24, FLAG_ACK = 16 };

/* A packet is built from its end to its start, as each layer needs to know what lies in it. */
struct flood {
	uint64_t random;
	uint64_t number; /* of the packet, within its kind */
	uint8_t bytes[FRAME_MAX];
	size_t start; /* of what is built so far */
	bool ipv6;    /* the outermost layer so far is that */
};

static uint64_t next_random(struct flood *f)
{
	uint64_t z = f->random += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static uint32_t below(struct flood *f, uint32_t limit)
{
	return (uint32_t)(((next_random(f) >> 32) * limit) >> 32);
}

static void put(uint8_t *at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static uint8_t *grow(struct flood *f, size_t bytes)
{
	if (bytes > f->start)
		abort();
	f->start -= bytes;
	memset(f->bytes + f->start, 0, bytes);
	return f->bytes + f->start;
}

static size_t length(const struct flood *f)
{
	return FRAME_MAX - f->start;
}

static void add_text(struct flood *f, const char *text)
{
	memcpy(grow(f, strlen(text)), text, strlen(text));
}

static void add_udp(struct flood *f, uint32_t from, uint32_t to)
{
	size_t whole = length(f) + UDP;
	uint8_t *at = grow(f, UDP);

	put(at, from, 2);
	put(at + 2, to, 2);
	put(at + 4, whole, 2);
}

struct segment {
	uint32_t from, to, seq, ack;
	uint8_t flags;
};

static void add_tcp(struct flood *f, const struct segment *s)
{
	uint8_t *at = grow(f, TCP);

	put(at, s->from, 2);
	put(at + 2, s->to, 2);
	put(at + 4, s->seq, 4);
	put(at + 8, s->ack, 4);
	at[12] = 0x50;
	at[13] = s->flags;
	put(at + 14, 8192, 2);
}

/* FRAGMENT: offset in units of 8 bytes, 0x2000: more follow. */
static void add_ipv4(struct flood *f, uint8_t protocol, uint32_t src, uint32_t dst, uint32_t id,
		     uint32_t fragment)
{
	size_t whole = length(f) + IPV4;
	uint8_t *at = grow(f, IPV4);

	at[0] = 0x45;
	put(at + 2, whole, 2);
	put(at + 4, id, 2);
	put(at + 6, fragment, 2);
	at[8] = 64;
	at[9] = protocol;
	put(at + 12, src, 4);
	put(at + 16, dst, 4);
	f->ipv6 = false;
}

/* The last 64 bits of the addresses; both are in 2001:db8::/32. */
static void add_ipv6(struct flood *f, uint8_t next, uint64_t src, uint64_t dst)
{
	size_t payload = length(f);
	uint8_t *at = grow(f, IPV6);

	at[0] = 0x60;
	put(at + 4, payload, 2);
	at[6] = next;
	at[7] = 64;
	put(at + 8, UINT64_C(0x20010db800000000) | src >> 48, 8);
	put(at + 16, src, 8);
	put(at + 24, UINT64_C(0x20010db800010000) | dst >> 48, 8);
	put(at + 32, dst, 8);
	f->ipv6 = true;
}

static void add_ethernet(struct flood *f, uint64_t src, uint64_t dst)
{
	uint8_t *at = grow(f, ETHERNET);

	put(at, dst, 6);
	put(at + 6, src, 6);
	put(at + 12, f->ipv6 ? 0x86dd : 0x0800, 2);
}

static uint32_t any_host(struct flood *f)
{
	return 0x0a000000 | below(f, 1 << 24);
}

static uint32_t any_port(struct flood *f)
{
	return 1 + below(f, 65535);
}

static const char block[] = "sixty-four bytes which nobody would ever take for a command.... ";

/* Half never have a first one. The others share few identifiers, so that datagrams collide and overlap, and
 * their first one comes late or twice. */
static void fragments_ipv4(struct flood *f)
{
	bool colliding = f->number % 2;
	uint32_t src = colliding ? 0x0a000001 : any_host(f), id = below(f, colliding ? 64 : 65536);
	bool first = colliding && below(f, 4) == 0;
	uint32_t offset = first ? 0 : 1 + below(f, 1000);

	add_text(f, block);
	if (first)
		add_udp(f, any_port(f), any_port(f));
	add_ipv4(f, PROTO_UDP, src, 0x0a000002, id, offset | (below(f, 3) ? 0x2000 : 0));
}

static void fragments_ipv6(struct flood *f)
{
	bool colliding = f->number % 2;
	uint64_t src = colliding ? 1 : next_random(f), id = below(f, colliding ? 64 : UINT32_MAX);
	bool first = colliding && below(f, 4) == 0;
	uint32_t offset = first ? 0 : 8 * (1 + below(f, 1000));
	uint8_t *at;

	add_text(f, block);
	if (first)
		add_udp(f, any_port(f), any_port(f));
	at = grow(f, 8);
	at[0] = PROTO_UDP;
	put(at + 2, offset | below(f, 2), 2);
	put(at + 4, id, 4);
	add_ipv6(f, PROTO_FRAGMENT, src, 2);
}

static void syns(struct flood *f)
{
	bool scan = f->number % 4 == 0;

	add_tcp(f,
		&(struct segment){any_port(f), scan ? any_port(f) : 443, below(f, UINT32_MAX), 0, FLAG_SYN});
	add_ipv4(f, PROTO_TCP, any_host(f), scan ? any_host(f) : 0x0a000002, below(f, 65536), 0);
}

static void datagrams(struct flood *f)
{
	add_text(f, "payload");
	add_udp(f, any_port(f), f->number % 2 ? 53 : any_port(f));
	add_ipv4(f, PROTO_UDP, any_host(f), any_host(f), below(f, 65536), 0);
}

static void random_ipv6(struct flood *f)
{
	add_tcp(f, &(struct segment){any_port(f), any_port(f), 1, 1, f->number % 2 ? FLAG_SYN : FLAG_ACK});
	add_ipv6(f, PROTO_TCP, next_random(f), next_random(f));
}

/* 1 to 20 layers, of which 16 are allowed. */
static void tunnels(struct flood *f)
{
	uint32_t layers = 1 + below(f, 20);

	add_text(f, "inner");
	add_udp(f, any_port(f), any_port(f));
	add_ipv4(f, PROTO_UDP, any_host(f), any_host(f), below(f, 65536), 0);
	for (uint32_t i = 1; i < layers; i++) {
		uint8_t inside = f->ipv6 ? PROTO_IPV6 : PROTO_IPIP;

		if (below(f, 3) == 0) {
			put(grow(f, 4), f->ipv6 ? 0x86dd : 0x0800, 4);
			inside = PROTO_GRE;
		}
		if (below(f, 4) == 0)
			add_ipv6(f, inside, next_random(f), next_random(f));
		else
			add_ipv4(f, inside, any_host(f), any_host(f), below(f, 65536), 0);
	}
}

/* A line of a control connection: who says it, and what. The ports that are announced never see a connection.
 */
static const struct {
	bool by_client;
	const char *format; /* of the client's last two bytes and two more numbers below 256 */
} ftp_lines[] = {
    {false, "220 ready\r\n"},
    {true, "PORT 10,0,%u,%u,%u,%u\r\n"},
    {true, "EPRT |1|10.0.%u.%u|%u|\r\n"},
    {false, "227 Entering Passive Mode (10,1,0,2,%u,%u)\r\n"},
    {false, "229 Entering Extended Passive Mode (|||%u|)\r\n"},
    {true, "PORT 192,0,2,%u,%u,%u\r\n"}, /* a third host */
    {true, "STOR a file name that does not end %u %u %u "},
    {true, "PORT 10,0,%u,"},
    {false, "227-and so on %u\r\n"},
};
enum {
	FTP_LINES = sizeof(ftp_lines) / sizeof(ftp_lines[0]),
	FTP_PACKETS = FTP_LINES + 3,
	FTP_LINE_MAX = 128
};

/* Line I of a connection into LINE; returns its length. The same each time. */
static uint32_t ftp_line(uint64_t connection, size_t i, char line[FTP_LINE_MAX])
{
	struct flood own = {.random = connection * FTP_LINES + i};
	int written;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	written = snprintf(line, FTP_LINE_MAX, ftp_lines[i].format, (unsigned)(connection >> 8 & 0xff),
			   (unsigned)(connection & 0xff), below(&own, 256), below(&own, 256));
#pragma GCC diagnostic pop
	return (uint32_t)written;
}

/* FTP_PACKETS packets each: a handshake, then one line each. */
static void ftp(struct flood *f)
{
	uint64_t connection = f->number / FTP_PACKETS, step = f->number % FTP_PACKETS;
	uint32_t client = 0x0a000000 | (uint32_t)(connection & 0xffff), server = 0x0a010002;
	uint32_t client_port = 10000 + (uint32_t)(connection >> 16),
		 sent[2] = {100 + (step > 0), 500 + (step > 1)};
	bool by_client = step == 0 || step == 2;
	uint8_t flags = step == 0 ? FLAG_SYN : step == 1 ? FLAG_SYN | FLAG_ACK : FLAG_ACK;
	char line[FTP_LINE_MAX];

	for (size_t i = 0; i + 3 < step; i++)
		sent[!ftp_lines[i].by_client] += ftp_line(connection, i, line);
	if (step >= 3) {
		by_client = ftp_lines[step - 3].by_client;
		flags = FLAG_PSH_ACK;
		(void)ftp_line(connection, step - 3, line);
		add_text(f, line);
	}
	add_tcp(f, &(struct segment){by_client ? client_port : 21, by_client ? 21 : client_port,
				     sent[!by_client], step == 0 ? 0 : sent[by_client], flags});
	add_ipv4(f, PROTO_TCP, by_client ? client : server, by_client ? server : client, (uint32_t)f->number,
		 0);
}

/* Errors about what nobody sent. */
static void icmp_errors(struct flood *f)
{
	uint8_t *at;

	add_udp(f, any_port(f), any_port(f));
	if (f->number % 2) {
		add_ipv6(f, PROTO_UDP, next_random(f), next_random(f));
		at = grow(f, 8);
		at[0] = 1;
		add_ipv6(f, PROTO_ICMPV6, next_random(f), next_random(f));
	} else {
		add_ipv4(f, PROTO_UDP, any_host(f), any_host(f), below(f, 65536), 0);
		at = grow(f, 8);
		at[0] = 3;
		at[1] = (uint8_t)below(f, 4);
		add_ipv4(f, PROTO_ICMP, any_host(f), any_host(f), below(f, 65536), 0);
	}
}

/* RFC 951, 2131: requests of clients without an address, each with a MAC of its own. */
static void dhcp(struct flood *f)
{
	uint8_t *at = grow(f, 240);

	at[0] = 1;
	at[1] = 1;
	at[2] = 6;
	put(at + 4, next_random(f), 4);
	put(at + 28, UINT64_C(0x020000000000) | next_random(f) >> 24, 6);
	put(at + 236, 0x63825363, 4);
	add_udp(f, 68, 67);
	add_ipv4(f, PROTO_UDP, 0, UINT32_MAX, below(f, 65536), 0);
}

static const struct kind {
	const char *name;
	void (*make)(struct flood *f);
} kinds[] = {
    {"fragments", fragments_ipv4},
    {"fragments6", fragments_ipv6},
    {"syn", syns},
    {"udp", datagrams},
    {"ipv6", random_ipv6},
    {"tunnels", tunnels},
    {"ftp", ftp},
    {"icmp", icmp_errors},
    {"dhcp", dhcp},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static void put_le32(uint8_t *at, uint64_t value)
{
	for (size_t i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static void write_header(void)
{
	uint8_t header[24] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0};

	put_le32(header + 16, 262144);
	put_le32(header + 20, 1);
	(void)fwrite(header, 1, sizeof(header), stdout);
}

static void write_packet(struct flood *f, const struct kind *kind, uint64_t usec)
{
	uint8_t record[16];
	bool by_mac = kind->make == dhcp;

	f->start = FRAME_MAX;
	kind->make(f);
	add_ethernet(f, UINT64_C(0x020000000001) + (by_mac ? next_random(f) >> 40 : 0),
		     by_mac ? UINT64_C(0xffffffffffff) : UINT64_C(0x020000000002));
	put_le32(record, 1700000000 + usec / 1000000);
	put_le32(record + 4, usec % 1000000);
	put_le32(record + 8, length(f));
	put_le32(record + 12, length(f));
	(void)fwrite(record, 1, sizeof(record), stdout);
	(void)fwrite(f->bytes + f->start, 1, length(f), stdout);
}

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

int main(int argc, char **argv)
{
	static struct flood flood = {.random = 1};
	uint64_t packets = 100000;
	const struct kind *only;
	bool all;
	int option;

	while ((option = getopt(argc, argv, "n:")) == 'n')
		packets = strtoull(optarg, NULL, 10);
	all = optind < argc && strcmp(argv[optind], "all") == 0;
	only = optind < argc ? find_kind(argv[optind]) : NULL;
	if (option != -1 || optind + 1 != argc || (!only && !all)) {
		(void)fprintf(stderr, "usage: make_flood [-n PACKETS] all");
		for (size_t i = 0; i < KINDS; i++)
			(void)fprintf(stderr, "|%s", kinds[i].name);
		(void)fprintf(stderr, "\n");
		return 2;
	}
	write_header();
	for (uint64_t i = 0; i < packets; i++) {
		flood.number = all ? i / KINDS : i;
		write_packet(&flood, all ? &kinds[i % KINDS] : only, i * 10);
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 2;
}
