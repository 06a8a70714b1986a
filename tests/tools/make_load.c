/*
 * Writes workloads for the benchmark: classic pcap, Ethernet and IPv4, the same bytes for the same seed.
 * Flows are drawn uniformly at random for every packet, the worst case for a table; 11 of 12 are TCP with ACK
 * set, 1 of 12 is UDP; both directions; stamps rise by 0 to 3 microseconds.
 *
 *   make_load [-n PACKETS] [-f FLOWS] [-s SEED] [-c COUNT] small|imix|day|lasting|flood|scan FILE
 *
 * small: packets of 64 bytes. imix: 64 (half), 576 (a fifth) and 1500 bytes. day: packets of 64 bytes over
 * all of a day, each flow within a quarter hour of it. lasting: the same, each flow from the day's beginning
 * to its end. flood: each packet a SYN of an opener of its own to one service. scan: one opener, SYNs to all
 * ports of one host after the other, one of eight refused. With -c FILE is a folder, and each file in it
 * takes COUNT packets.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ETHERNET_BYTES = 14,
	IPV4_BYTES = 20,
	TCP_BYTES = 20,
	UDP_BYTES = 8,
	FRAME_MAX = 1500,
	PATH_BYTES = 4096,
	RECORD_BYTES = 16
};
enum {
	SMALL = 64,
	MIDDLE = 576,
	FLAG_SYN = 2,
	FLAG_RST = 4,
	FLAG_ACK = 16,
	FLOWS_OF_A_CLIENT = 16,
	SERVERS = 1000,
	DAY_START_SEC = 1699920000, /* 2023-11-14 UTC */
	DAY_SEC = 86400,
	QUARTERS = 96
};

static const uint16_t service_ports[] = {22, 25, 80, 389, 443, 902, 3306, 8080};

struct load {
	FILE *file;
	uint64_t random;
	uint64_t packets, flows;
	uint64_t each; /* packets a file; 0: all */
	const char *path;
	uint32_t time_sec, time_usec;
	uint16_t ip_id;
	uint32_t (*sent)[2]; /* by flow: TCP bytes sent by either side */
};

struct frame {
	uint32_t src, dst;
	uint16_t src_port, dst_port;
	uint8_t protocol, flags;
	uint32_t seq, ack;
	size_t length;
};

/* SplitMix64. */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static uint64_t random_below(struct load *load, uint64_t limit)
{
	load->random += UINT64_C(0x9E3779B97F4A7C15);
	return (uint64_t)(((unsigned __int128)mix(load->random) * limit) >> 64);
}

static void put_be16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put_be32(uint8_t *at, uint32_t value)
{
	put_be16(at, (uint16_t)(value >> 16));
	put_be16(at + 2, (uint16_t)value);
}

static uint16_t header_checksum(const uint8_t *header)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < IPV4_BYTES; i += 2)
		sum += (uint32_t)(header[i] << 8 | header[i + 1]);
	sum = (sum & 0xFFFF) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

static void put_macs(uint8_t *at, uint32_t dst, uint32_t src)
{
	memset(at, 0, ETHERNET_BYTES);
	at[0] = 2;
	put_be32(at + 2, dst);
	at[6] = 2;
	put_be32(at + 8, src);
	put_be16(at + 12, 0x0800);
}

static void put_ipv4(struct load *load, uint8_t *at, const struct frame *frame)
{
	memset(at, 0, IPV4_BYTES);
	at[0] = 0x45;
	put_be16(at + 2, (uint16_t)(frame->length - ETHERNET_BYTES));
	put_be16(at + 4, load->ip_id++);
	at[8] = 64;
	at[9] = frame->protocol;
	put_be32(at + 12, frame->src);
	put_be32(at + 16, frame->dst);
	put_be16(at + 10, header_checksum(at));
}

static void put_transport(uint8_t *at, const struct frame *frame)
{
	put_be16(at, frame->src_port);
	put_be16(at + 2, frame->dst_port);
	if (frame->protocol == 17) {
		put_be16(at + 4, (uint16_t)(frame->length - ETHERNET_BYTES - IPV4_BYTES));
		put_be16(at + 6, 0);
		return;
	}
	put_be32(at + 4, frame->seq);
	put_be32(at + 8, frame->ack);
	at[12] = TCP_BYTES / 4 << 4;
	at[13] = frame->flags;
	put_be16(at + 14, 65535);
	put_be32(at + 16, 0);
}

/* Little-endian, as most captures are. */
static void put_record(struct load *load, uint8_t *at, size_t length)
{
	const uint32_t words[] = {load->time_sec, load->time_usec, (uint32_t)length, (uint32_t)length};

	for (size_t i = 0; i < 4; i++)
		for (size_t byte = 0; byte < 4; byte++)
			at[i * 4 + byte] = (uint8_t)(words[i] >> (8 * byte));
	load->time_usec += (uint32_t)random_below(load, 4);
	if (load->time_usec >= 1000000) {
		load->time_usec -= 1000000;
		load->time_sec++;
	}
}

static bool write_frame(struct load *load, const struct frame *frame)
{
	static uint8_t bytes[RECORD_BYTES + FRAME_MAX];
	uint8_t *ethernet = bytes + RECORD_BYTES;

	put_record(load, bytes, frame->length);
	put_macs(ethernet, frame->dst, frame->src);
	put_ipv4(load, ethernet + ETHERNET_BYTES, frame);
	put_transport(ethernet + ETHERNET_BYTES + IPV4_BYTES, frame);
	return fwrite(bytes, RECORD_BYTES + frame->length, 1, load->file) == 1;
}

/* Flow number FLOW: a client's port to a service; no two are alike. */
static struct frame flow_frame(uint64_t flow, uint64_t flows)
{
	uint64_t clients = flows / FLOWS_OF_A_CLIENT + 1;
	uint64_t drawn = mix(flow);

	return (struct frame){.src = 0x0A000001U + (uint32_t)(flow % clients),
			      .dst = 0x0AC80001U + (uint32_t)(drawn % SERVERS),
			      .src_port = (uint16_t)(32768 + flow / clients % 28000),
			      .dst_port = flow % 12 == 0 ? 53 : service_ports[(drawn >> 32) % 8],
			      .protocol = flow % 12 == 0 ? 17 : 6,
			      .flags = FLAG_ACK};
}

static size_t frame_length(struct load *load, bool imix)
{
	uint64_t drawn = imix ? random_below(load, 10) : 0;

	if (drawn < 5)
		return SMALL;
	return drawn < 7 ? MIDDLE : FRAME_MAX;
}

static bool write_mixed(struct load *load, bool imix, uint64_t flow)
{
	struct frame frame = flow_frame(flow, load->flows);
	bool back = random_below(load, 2) == 1;

	frame.length = frame_length(load, imix);
	frame.seq = load->sent[flow][back] + 1;
	frame.ack = load->sent[flow][!back] + 1;
	load->sent[flow][back] += (uint32_t)(frame.length - ETHERNET_BYTES - IPV4_BYTES - TCP_BYTES);
	if (back)
		frame = (struct frame){.src = frame.dst,
				       .dst = frame.src,
				       .src_port = frame.dst_port,
				       .dst_port = frame.src_port,
				       .protocol = frame.protocol,
				       .flags = frame.flags,
				       .seq = frame.seq,
				       .ack = frame.ack,
				       .length = frame.length};
	return write_frame(load, &frame);
}

static bool write_small(struct load *load, uint64_t i)
{
	(void)i;
	return write_mixed(load, false, random_below(load, load->flows));
}

static bool write_imix(struct load *load, uint64_t i)
{
	(void)i;
	return write_mixed(load, true, random_below(load, load->flows));
}

/* Packet I of those of a day, evenly spread. */
static void set_time_of_day(struct load *load, uint64_t i)
{
	uint64_t usec = (uint64_t)((unsigned __int128)i * DAY_SEC * 1000000 / load->packets);

	load->time_sec = DAY_START_SEC + (uint32_t)(usec / 1000000);
	load->time_usec = (uint32_t)(usec % 1000000);
}

static bool write_day(struct load *load, uint64_t i)
{
	uint64_t quarter = i * QUARTERS / load->packets;
	uint64_t first = quarter * load->flows / QUARTERS, end = (quarter + 1) * load->flows / QUARTERS;

	set_time_of_day(load, i);
	return write_mixed(load, false, end > first ? first + random_below(load, end - first) : first);
}

static bool write_lasting(struct load *load, uint64_t i)
{
	set_time_of_day(load, i);
	return write_mixed(load, false, random_below(load, load->flows));
}

static bool write_flood(struct load *load, uint64_t i)
{
	uint64_t drawn = mix(i + 1);
	struct frame frame = {.src = 0x0B000000U | (uint32_t)(drawn & 0xFFFFFF),
			      .dst = 0x0A000001U,
			      .dst_port = 443,
			      .src_port = (uint16_t)(1024 + (drawn >> 32) % 64000),
			      .protocol = 6,
			      .flags = FLAG_SYN,
			      .seq = (uint32_t)drawn,
			      .length = SMALL};

	return write_frame(load, &frame);
}

/* Nine packets are eight probes and the refusal of the eighth. */
static bool write_scan(struct load *load, uint64_t i)
{
	bool refusal = i % 9 == 8;
	uint64_t probe = i / 9 * 8 + (refusal ? 7 : i % 9);
	uint32_t target = 0x0A800001U + (uint32_t)(probe / 65535);
	uint16_t port = (uint16_t)(1 + probe % 65535);
	struct frame frame = {.src = 0x0A000001U,
			      .dst = target,
			      .src_port = 45000,
			      .dst_port = port,
			      .protocol = 6,
			      .flags = FLAG_SYN,
			      .seq = 100,
			      .length = SMALL};

	if (refusal)
		frame = (struct frame){.src = target,
				       .dst = 0x0A000001U,
				       .src_port = port,
				       .dst_port = 45000,
				       .protocol = 6,
				       .flags = FLAG_RST | FLAG_ACK,
				       .ack = 101,
				       .length = SMALL};
	return write_frame(load, &frame);
}

static const struct workload {
	const char *name;
	bool (*write)(struct load *load, uint64_t i);
} workloads[] = {{"small", write_small},     {"imix", write_imix},   {"day", write_day},
		 {"lasting", write_lasting}, {"flood", write_flood}, {"scan", write_scan}};

static const struct workload *workload_find(const char *name)
{
	for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++)
		if (strcmp(workloads[i].name, name) == 0)
			return &workloads[i];
	return NULL;
}

static bool open_file(struct load *load, uint64_t number)
{
	static const uint8_t header[24] = {0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, [18] = 4, [20] = 1};
	char path[PATH_BYTES];

	if (load->each == 0)
		(void)snprintf(path, sizeof(path), "%s", load->path);
	else
		(void)snprintf(path, sizeof(path), "%s/%06llu.pcap", load->path, (unsigned long long)number);
	load->file = fopen(path, "wb");
	if (!load->file)
		return false;
	(void)setvbuf(load->file, NULL, _IOFBF, 1 << 20);
	return fwrite(header, sizeof(header), 1, load->file) == 1;
}

static bool close_file(struct load *load)
{
	FILE *file = load->file;

	load->file = NULL;
	return !file || fclose(file) == 0;
}

static bool write_all(struct load *load, const struct workload *workload)
{
	for (uint64_t i = 0; i < load->packets; i++) {
		if ((i == 0 || (load->each > 0 && i % load->each == 0)) &&
		    (!close_file(load) || !open_file(load, load->each > 0 ? i / load->each : 0)))
			return false;
		if (!workload->write(load, i))
			return false;
	}
	return close_file(load);
}

static int run(struct load *load, const struct workload *workload)
{
	bool done;

	load->sent = calloc(load->flows, sizeof(*load->sent));
	done = load->sent && write_all(load, workload);
	free(load->sent);
	if (done)
		return 0;
	fprintf(stderr, "make_load: cannot write all of %s\n", load->path);
	return 2;
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	return *end == '\0' ? value : 0;
}

int main(int argc, char **argv)
{
	struct load load = {.random = 1, .packets = 10000000, .flows = 100000, .time_sec = 1700000000};
	const struct workload *workload;
	int option;

	while ((option = getopt(argc, argv, "n:f:s:c:")) != -1) {
		if (option == 'n')
			load.packets = number(optarg);
		else if (option == 'f')
			load.flows = number(optarg);
		else if (option == 's')
			load.random = number(optarg);
		else if (option == 'c')
			load.each = number(optarg);
		else
			return 2;
	}
	workload = argc - optind == 2 ? workload_find(argv[optind]) : NULL;
	if (!workload || load.packets == 0 || load.flows == 0) {
		fprintf(stderr, "usage: make_load [-n PACKETS] [-f FLOWS] [-s SEED] [-c COUNT] "
				"small|imix|day|lasting|flood|scan "
				"FILE\n");
		return 2;
	}
	load.path = argv[optind + 1];
	return run(&load, workload);
}
