/*
 * The yardstick of the benchmark: libpcap's own loop over a file, its callback reading one byte and counting.
 *
 *   pcap_loop FILE
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

int main(int argc, char **argv)
{
	char text[PCAP_ERRBUF_SIZE];
	struct seen seen = {0};
	pcap_t *pcap;

	if (argc != 2) {
		fprintf(stderr, "usage: pcap_loop FILE\n");
		return 2;
	}
	pcap = pcap_open_offline(argv[1], text);
	if (!pcap) {
		fprintf(stderr, "pcap_loop: %s\n", text);
		return 2;
	}
	if (pcap_loop(pcap, -1, on_packet, (u_char *)&seen) < 0) {
		fprintf(stderr, "pcap_loop: %s\n", pcap_geterr(pcap));
		pcap_close(pcap);
		return 2;
	}
	pcap_close(pcap);
	printf("%" PRIu64 " packets, sum %" PRIu64 "\n", seen.packets, seen.sum);
	return 0;
}
