/*
 * The yardstick of the benchmark: libpcap's own loop over a file, its callback reading one byte and counting.
 *
 *   pcap_loop FILE..
 */
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>

struct seen {
	uint64_t packets, sum;
};

static void on_packet(u_char *context, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct seen *seen = (struct seen *)(void *)context;

	seen->packets++;
	if (header->caplen > 0)
		seen->sum += bytes[0];
}

static int loop_file(const char *path, struct seen *seen)
{
	char text[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, text);
	int result;

	if (!pcap) {
		fprintf(stderr, "pcap_loop: %s\n", text);
		return -1;
	}
	result = pcap_loop(pcap, -1, on_packet, (u_char *)seen);
	if (result < 0)
		fprintf(stderr, "pcap_loop: %s\n", pcap_geterr(pcap));
	pcap_close(pcap);
	return result;
}

int main(int argc, char **argv)
{
	struct seen seen = {0};

	if (argc < 2) {
		fprintf(stderr, "usage: pcap_loop FILE..\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		if (loop_file(argv[i], &seen) < 0)
			return 2;
	printf("%" PRIu64 " packets, sum %" PRIu64 "\n", seen.packets, seen.sum);
	return 0;
}
