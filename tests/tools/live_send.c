/*
 * Sends packets into a port, for tests of the live sensor: live_send [-i] [-t FACTOR] [-n TIMES] IFACE FILE..
 * sends captures in the order of their times (as fast as it goes, or FACTOR times as fast as they were),
 * live_send -f FLOWS -c COUNT IFACE makes up COUNT packets of 64 bytes, UDP questions of FLOWS clients to one
 * server (-a: and their answers). -p PPS: at most so many a second. It prints how many it sent and in what
 * time.
 */
#include "base/timestamp.h"
#include "capture/capture.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, FRAME_MAX = 65536, SMALL = 60, READ_BATCH = 64 };

struct sender {
	int fd;
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	unsigned char (*frames)[FRAME_MAX];
	unsigned count;
	double pps;
	unsigned long long sent, refused;
	struct timespec start;
};

static double elapsed(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static void wait_until(const struct timespec *start, double seconds)
{
	double left = seconds - elapsed(start);

	if (left > 0.0001) {
		struct timespec pause = {(time_t)left, (long)((left - (double)(time_t)left) * 1e9)};

		nanosleep(&pause, NULL);
	}
}

static void flush(struct sender *s)
{
	unsigned done = 0;

	while (done < s->count) {
		int sent = sendmmsg(s->fd, s->messages + done, s->count - done, 0);

		if (sent > 0) {
			done += (unsigned)sent;
			s->sent += (unsigned)sent;
		} else if (errno == EMSGSIZE) {
			done++;
			s->refused++;
		} else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR) {
			perror("send");
			exit(2);
		}
	}
	s->count = 0;
	if (s->pps > 0)
		wait_until(&s->start, (double)s->sent / s->pps);
}

static void put(struct sender *s, const void *bytes, size_t length)
{
	memcpy(s->frames[s->count], bytes, length);
	s->vectors[s->count].iov_len = length;
	if (++s->count == BATCH)
		flush(s);
}

static void open_port(struct sender *s, const char *name)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name)};
	int yes = 1;

	/* Protocol 0: it sends, and receives nothing. */
	s->fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (s->fd < 0 || address.sll_ifindex == 0 ||
	    bind(s->fd, (const struct sockaddr *)(const void *)&address, sizeof(address)) != 0) {
		perror(name);
		exit(2);
	}
	(void)setsockopt(s->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes));
	s->frames = calloc(BATCH, FRAME_MAX);
	if (!s->frames)
		exit(2);
	for (unsigned i = 0; i < BATCH; i++) {
		s->vectors[i].iov_base = s->frames[i];
		s->messages[i].msg_hdr.msg_iov = &s->vectors[i];
		s->messages[i].msg_hdr.msg_iovlen = 1;
	}
}

static void send_file(struct sender *s, const char *path, double factor, const struct timespec *start,
		      int64_t *first_ns)
{
	struct capture_input input = {.path = strdup(path), .named = true};
	const struct capture_options options = {0};
	enum capture_status status;
	struct err err;
	struct capture *capture = capture_open(&input, &options, &status, &err);
	struct packet packets[READ_BATCH];
	size_t count;

	if (!capture) {
		fprintf(stderr, "%s\n", err.text);
		exit(2);
	}
	while ((count = capture_read(capture, packets, READ_BATCH)) > 0) {
		for (size_t i = 0; i < count; i++) {
			if (*first_ns == TIME_UNKNOWN)
				*first_ns = packets[i].time_ns;
			if (factor > 0) {
				flush(s);
				wait_until(start, (double)(packets[i].time_ns - *first_ns) / 1e9 / factor);
			}
			put(s, packets[i].data, packets[i].caplen);
		}
	}
	flush(s);
	capture_close(capture);
	free(input.path);
}

static void make_frame(unsigned char frame[SMALL], unsigned client, int answer)
{
	static const unsigned char server[] = {10, 0, 0, 5};
	unsigned char address[] = {10, (unsigned char)(128 + (client >> 16 & 63)),
				   (unsigned char)(client >> 8), (unsigned char)client};
	unsigned port = 40000 + client % 20000;

	memset(frame, 0, SMALL);
	memcpy(frame,
	       answer ? "\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01\x08\x00"
		      : "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x08\x00",
	       14);
	memcpy(frame + 14, "\x45\x00\x00\x2e\x00\x00\x40\x00\x40\x11\x00\x00", 12);
	memcpy(frame + 26, answer ? server : address, 4);
	memcpy(frame + 30, answer ? address : server, 4);
	frame[34 + 2 * answer] = (unsigned char)(port >> 8);
	frame[35 + 2 * answer] = (unsigned char)port;
	frame[36 - 2 * answer] = 9000 >> 8;
	frame[37 - 2 * answer] = 9000 & 255;
	frame[39] = 26;
}

static void send_flood(struct sender *s, unsigned flows, unsigned long long count, int answers)
{
	unsigned char frame[SMALL];

	for (unsigned long long i = 0; i < count; i++) {
		unsigned long long round = i / flows;

		/* All ask, then all are answered. */
		make_frame(frame, (unsigned)(i % flows), answers && round % 2);
		/* An id of its own, else each repetition would be a packet mirrored twice. */
		frame[18] = (unsigned char)(round >> 8);
		frame[19] = (unsigned char)(round + 1);
		put(s, frame, SMALL);
	}
	flush(s);
}

int main(int argc, char **argv)
{
	static struct sender sender;
	double factor = 0;
	unsigned flows = 0, times = 1;
	unsigned long long count = 0;
	int answers = 0, option;
	int64_t first_ns;

	while ((option = getopt(argc, argv, "t:n:f:c:p:a")) != -1) {
		switch (option) {
		case 't': factor = strtod(optarg, NULL); break;
		case 'n': times = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'f': flows = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'c': count = strtoull(optarg, NULL, 10); break;
		case 'p': sender.pps = strtod(optarg, NULL); break;
		case 'a': answers = 1; break;
		default: return 2;
		}
	}
	if (optind >= argc)
		return 2;
	open_port(&sender, argv[optind]);
	clock_gettime(CLOCK_MONOTONIC, &sender.start);
	if (flows > 0)
		send_flood(&sender, flows, count, answers);
	for (unsigned n = 0; n < times; n++) {
		struct timespec start;

		clock_gettime(CLOCK_MONOTONIC, &start);
		first_ns = TIME_UNKNOWN;
		for (int i = optind + 1; i < argc; i++)
			send_file(&sender, argv[i], factor, &start, &first_ns);
	}
	printf("%llu sent, %llu refused, %.3f s, %.0f pps\n", sender.sent, sender.refused,
	       elapsed(&sender.start), (double)sender.sent / elapsed(&sender.start));
	return 0;
}
