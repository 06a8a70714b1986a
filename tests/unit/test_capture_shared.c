/* Real captures that lie beside the project where it is developed: the number of packets that others count in
 * each. */
#include "capture_samples.h"

TestSuite(capture_shared, .timeout = 60);

#define SHARED TAPAUDIT_SOURCE_DIR "/../shared/pcaps"

/* Those that are no complete captures, and what has to be said of them. */
static const struct exception {
	const char *file;
	enum capture_status status;
	unsigned long long packets;
	const char *says;
} exceptions[] = {
    {"ajbanjara+Wireshark__FTPv6-1.cap", CAPTURE_FOREIGN, 0,
     "not a capture: starts with 'GMBU' (Microsoft Network Monitor 2); convert it with: editcap "},
    {"ajbanjara+Wireshark__xxcc.pcap", CAPTURE_CUT, 4545,
     "cut short: 59 of 78 bytes of a record at byte 434117, after frame 4545"},
    /* Its first block's lengths differ: who reads on all the same finds one packet. */
    {"the-tcpdump-group+libpcap__shb-option-too-long.pcapng", CAPTURE_DAMAGED, 0,
     "a block whose lengths differ: 52 at its start, 808464432 at its end at byte 0"},
};

static const struct exception *find_exception(const char *file)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
		if (strcmp(exceptions[i].file, file) == 0)
			return &exceptions[i];
	return NULL;
}

static void check_file(const char *file, unsigned long long packets)
{
	const struct exception *e = find_exception(file);
	enum capture_status status = e ? e->status : CAPTURE_COMPLETE;
	char path[512];
	struct capture_input input = {.path = path, .named = true};
	struct capture_summary scan, read;
	struct strbuf out = {0};

	(void)snprintf(path, sizeof(path), SHARED "/%s", file);
	cr_expect_eq(capture_scan(&input, NULL, &scan) == 0, status != CAPTURE_FOREIGN);
	transcribe_path(&out, path, NULL, 64, &read);
	cr_expect_eq(read.status, status, "%s: %s", file, read.error);
	cr_expect_eq(read.packets, e ? e->packets : packets, "%s: %llu", file,
		     (unsigned long long)read.packets);
	cr_expect_eq(scan.packets, read.packets);
	cr_expect_eq(scan.bytes, read.bytes);
	cr_expect_eq(scan.first_ns, read.first_ns);
	cr_expect_eq(scan.last_ns, read.last_ns);
	cr_expect_str_eq(scan.fingerprint, read.fingerprint);
	cr_expect_str_eq(scan.error, read.error);
	if (e)
		cr_expect(strstr(read.error, e->says), "%s", read.error);
	else
		cr_expect_str_eq(read.error, "");
	strbuf_clear(&out);
}

Test(capture_shared, packet_counts)
{
	FILE *list = fopen(SHARED "/PICK.tsv", "r");
	char line[4096], file[256];
	unsigned long long packets;
	unsigned files = 0;

	if (!list)
		cr_skip_test("no captures at " SHARED);
	while (fgets(line, sizeof(line), list)) {
		if (sscanf(line, "%255[^\t]\t%llu\t", file, &packets) != 2)
			continue;
		check_file(file, packets);
		files++;
	}
	cr_expect_eq(files, 98);
	(void)fclose(list);
}
