#include "capture_samples.h"

TestSuite(capture_pcap, .timeout = 10);

static const char plain_packets[] = "1 1000000007000 5/5 link=1 snap=96 first\n"
				    "2 1000999999000 6/1500 link=1 snap=96 second\n"
				    "3 999000000000 0/0 link=1 snap=96 \n";
static const char plain_summary[] =
    "pcap complete 3 packets 1505 bytes 0 untimed 999000000000..1000999999000 snap 96 links 1";

static void expect_sample(struct sample *s, const char *packets, const char *summary_text, const char *error)
{
	struct capture_summary summary;

	expect_packets(s->bytes, s->length, packets, &summary);
	expect_summary(&summary, summary_text);
	cr_expect_str_eq(summary.error, error, "%s", summary.error);
	free(s);
}

Test(capture_pcap, both_byte_orders)
{
	for (int big = 0; big < 2; big++) {
		struct sample *s = sample_new(big);

		sample_plain_pcap(s);
		expect_sample(s, plain_packets, plain_summary, "");
	}
}

Test(capture_pcap, nanoseconds)
{
	for (int big = 0; big < 2; big++) {
		struct sample *s = sample_new(big);

		sample_pcap_header(s, 0xa1b23c4d, 4, 0, 101);
		sample_record(s, 4294967295U, 999999999, "late", 4);
		expect_sample(
		    s, "1 4294967295999999999 4/4 link=101 snap=0 late\n",
		    "pcap complete 1 packets 4 bytes 0 untimed 4294967295999999999..4294967295999999999 snap "
		    "0 links 101",
		    "");
	}
}

Test(capture_pcap, modified_records_have_eight_bytes_more)
{
	for (int big = 0; big < 2; big++) {
		struct sample *s = sample_new(big);

		sample_pcap_header(s, 0xa1b2cd34, 4, 65535, 1);
		for (unsigned i = 1; i < 3; i++) {
			sample_u32(s, i);
			sample_u32(s, 0);
			sample_u32(s, 2);
			sample_u32(s, 60);
			sample_u64(s, 0x1122334455667788);
			sample_bytes(s, i == 1 ? "ab" : "cd", 2);
		}
		expect_sample(
		    s,
		    "1 1000000000 2/60 link=1 snap=65535 ab\n"
		    "2 2000000000 2/60 link=1 snap=65535 cd\n",
		    "pcap complete 2 packets 120 bytes 0 untimed 1000000000..2000000000 snap 65535 links 1",
		    "");
	}
}

/* A record as sample_record makes it, its two lengths the other way round. */
static void swapped_record(struct sample *s, const char *data, uint32_t wirelen)
{
	sample_u64(s, 0);
	sample_u32(s, wirelen);
	sample_u32(s, (uint32_t)strlen(data));
	sample_bytes(s, data, strlen(data));
}

Test(capture_pcap, versions_before_2_4_swap_lengths)
{
	struct sample *old = sample_new(true), *between = sample_new(false);

	sample_pcap_header(old, 0xa1b2c3d4, 2, 68, 1);
	swapped_record(old, "abc", 1500);
	swapped_record(old, "de", 2);
	expect_sample(old, "1 0 3/1500 link=1 snap=68 abc\n2 0 2/2 link=1 snap=68 de\n",
		      "pcap complete 2 packets 1502 bytes 0 untimed 0..0 snap 68 links 1", "");

	/* 2.3 was written both ways: only a captured length above the length on the wire gives it away. */
	sample_pcap_header(between, 0xa1b2c3d4, 3, 68, 1);
	swapped_record(between, "abc", 1500);
	sample_record(between, 0, 0, "de", 1400);
	expect_sample(between, "1 0 3/1500 link=1 snap=68 abc\n2 0 2/1400 link=1 snap=68 de\n",
		      "pcap complete 2 packets 2900 bytes 0 untimed 0..0 snap 68 links 1", "");
}

Test(capture_pcap, wirelen_is_never_below_caplen)
{
	struct sample *s = sample_new(false);

	sample_pcap_header(s, 0xa1b2c3d4, 4, 68, 1);
	sample_record(s, 0, 0, "abcd", 1);
	expect_sample(s, "1 0 4/4 link=1 snap=68 abcd\n",
		      "pcap complete 1 packets 4 bytes 0 untimed 0..0 snap 68 links 1", "");
}

Test(capture_pcap, link_types)
{
	static const struct {
		uint32_t in_file;
		unsigned expected;
	} rows[] = {{1, 1},     {0x30000001, 1}, {0xffff0001, 1}, {12, 101},     {14, 101},
		    {101, 101}, {11, 100},       {15, 102},       {16, 103},     {19, 106},
		    {113, 113}, {228, 228},      {0, 0},          {65535, 65535}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample *s = sample_new(i % 2);
		char packets[64], summary[128];

		sample_pcap_header(s, 0xa1b2c3d4, 4, 68, rows[i].in_file);
		sample_record(s, 0, 0, "x", 1);
		(void)snprintf(packets, sizeof(packets), "1 0 1/1 link=%u snap=68 x\n", rows[i].expected);
		(void)snprintf(summary, sizeof(summary),
			       "pcap complete 1 packets 1 bytes 0 untimed 0..0 snap 68 links %u",
			       rows[i].expected);
		expect_sample(s, packets, summary, "");
	}
}

Test(capture_pcap, no_packets_is_complete)
{
	struct sample *s = sample_new(false);

	sample_pcap_header(s, 0xa1b2c3d4, 4, 68, 1);
	expect_sample(s, "",
		      "pcap complete 0 packets 0 bytes 0 untimed -9223372036854775808..-9223372036854775808 "
		      "snap 0 links",
		      "");
}

Test(capture_pcap, plausible_record_that_is_not_all_there_is_cut)
{
	struct sample *s = sample_new(false);

	sample_plain_pcap(s);
	s->length -= 17;
	expect_sample(
	    s, "1 1000000007000 5/5 link=1 snap=96 first\n",
	    "pcap cut 1 packets 5 bytes 0 untimed 1000000007000..1000000007000 snap 96 links 1",
	    ": cut short: 21 of 22 bytes of a record at byte 45, after frame 1; all before it was read; copy "
	    "the file again, or use --accept-cut");
}

Test(capture_pcap, implausible_record_is_damaged)
{
	for (int big = 0; big < 2; big++) {
		struct sample *s = sample_new(big);

		sample_pcap_header(s, 0xa1b2c3d4, 4, 65535, 1);
		sample_record(s, 1, 0, "good", 4);
		sample_u64(s, 0);
		sample_u32(s, 262145);
		sample_u32(s, 262145);
		sample_bytes(s, "and more", 8);
		expect_sample(
		    s, "1 1000000000 4/4 link=1 snap=65535 good\n",
		    "pcap damaged 1 packets 4 bytes 0 untimed 1000000000..1000000000 snap 65535 links 1",
		    ": a record that announces 262145 bytes, more than any packet has at byte 44, after "
		    "frame "
		    "1; all before it was read; copy the file again");
	}
}

/* What a file's own snap length allows is cut, not damaged, though it is more than usual. */
Test(capture_pcap, snap_length_above_the_usual_is_believed)
{
	struct sample *s = sample_new(false);

	sample_pcap_header(s, 0xa1b2c3d4, 4, 1000000, 1);
	sample_u64(s, 0);
	sample_u32(s, 300000);
	sample_u32(s, 300000);
	expect_sample(
	    s, "",
	    "pcap cut 0 packets 0 bytes 0 untimed -9223372036854775808..-9223372036854775808 snap 0 links",
	    ": cut short: 16 of 300016 bytes of a record at byte 24, after frame 0; all before it was read; "
	    "copy the file again, or use --accept-cut");
}

Test(capture_pcap, hostile_snap_length_does_not_count)
{
	struct sample *s = sample_new(false);
	struct capture_summary summary;

	sample_pcap_header(s, 0xa1b2c3d4, 4, 0xffffffff, 1);
	sample_u64(s, 0);
	sample_u32(s, 0xfffffff0);
	sample_u32(s, 0xfffffff0);
	expect_packets(s->bytes, s->length, "", &summary);
	cr_expect_eq(summary.status, CAPTURE_DAMAGED);
	free(s);
}

Test(capture_pcap, unknown_version_is_damaged)
{
	struct sample *s = sample_new(false);

	sample_pcap_header(s, 0xa1b2c3d4, 5, 96, 1);
	expect_sample(
	    s, "",
	    "pcap damaged 0 packets 0 bytes 0 untimed -9223372036854775808..-9223372036854775808 snap 0 "
	    "links",
	    ": version 2.5 of pcap does not exist at byte 0, after frame 0; all before it was read; copy the "
	    "file again");
}

Test(capture_pcap, accepted_cut_is_complete)
{
	struct sample *s = sample_new(false);
	struct capture_options options = {.accept_cut = true};
	struct capture_summary summary;
	struct strbuf out = {0};
	char path[SAMPLE_PATH_MAX];
	int fd;

	sample_plain_pcap(s);
	fd = sample_file(s->bytes, s->length - 1, path);
	transcribe_path(&out, path, &options, 64, &summary);
	cr_expect_str_eq(strbuf_text(&out), "1 1000000007000 5/5 link=1 snap=96 first\n"
					    "2 1000999999000 6/1500 link=1 snap=96 second\n");
	expect_summary(
	    &summary,
	    "pcap complete 2 packets 1505 bytes 0 untimed 1000000007000..1000999999000 snap 96 links 1");
	cr_expect_str_eq(summary.error, "");
	cr_expect_eq(strlen(summary.fingerprint), 32);
	strbuf_clear(&out);
	(void)close(fd);
	free(s);
}

Test(capture_pcap, longest_packet_crosses_blocks_of_a_stream)
{
	enum { PACKETS = 7, LENGTH = 250000 };
	struct sample *s = sample_new(false);
	char *path_of = strdup("/tmp/tapaudit-test-XXXXXX"), *data = malloc(LENGTH + 1);
	struct capture_summary plain = {0}, packed = {0};
	int fd = mkstemp(path_of);
	struct strbuf out = {0}, again = {0};
	struct sample_member member = {"x", NULL, 24 + PACKETS * (LENGTH + 16)};
	uint8_t *whole = malloc(member.length), *gz;
	size_t gz_length;
	char path[SAMPLE_PATH_MAX];
	int gz_fd;

	cr_assert(data && whole && fd >= 0);
	memset(data, 'z', LENGTH);
	data[LENGTH] = '\0';
	sample_pcap_header(s, 0xa1b2c3d4, 4, 262144, 1);
	memcpy(whole, s->bytes, s->length);
	for (size_t i = 0, at = s->length; i < PACKETS; i++, at += LENGTH + 16) {
		s->length = 0;
		data[0] = (char)('a' + i);
		sample_record(s, (uint32_t)i, 0, data, LENGTH);
		memcpy(whole + at, s->bytes, s->length);
	}
	cr_assert_eq(write(fd, whole, member.length), (ssize_t)member.length);
	transcribe_path(&out, path_of, NULL, 64, &plain);
	member.bytes = whole;
	gz = sample_archive(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &member, 1, &gz_length);
	gz_fd = sample_file(gz, gz_length, path);
	transcribe_path(&again, path, NULL, 64, &packed);
	cr_expect_str_eq(strbuf_text(&out), strbuf_text(&again));
	cr_expect_eq(plain.packets, PACKETS);
	cr_expect_str_eq(plain.fingerprint, packed.fingerprint);
	cr_expect_eq(plain.file_bytes, member.length);
	cr_expect_eq(packed.file_bytes, member.length);
	(void)unlink(path_of);
	(void)close(fd);
	(void)close(gz_fd);
	free(path_of);
	free(data);
	free(whole);
	free(gz);
	free(s);
	strbuf_clear(&out);
	strbuf_clear(&again);
}

Test(capture_pcap, every_prefix_and_every_spoilt_byte)
{
	struct sample *s = sample_new(false), *old = sample_new(true);

	sample_plain_pcap(s);
	expect_robust(s);
	sample_pcap_header(old, 0xa1b2cd34, 3, 96, 1);
	sample_u64(old, 0);
	sample_u32(old, 4);
	sample_u32(old, 4);
	sample_u64(old, 0);
	sample_bytes(old, "data", 4);
	expect_robust(old);
	free(s);
	free(old);
}

Test(capture_pcap, what_a_read_has_in_common)
{
	static const struct {
		uint32_t sec[2], wirelen[2];
		bool ascending, whole;
	} cases[] = {{{5, 5}, {4, 4}, true, true},
		     {{5, 4}, {4, 4}, false, true},
		     {{4, 5}, {4, 5}, true, false},
		     {{5, 4}, {9, 4}, false, false}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample *s = sample_new(false);
		char path[SAMPLE_PATH_MAX];
		struct capture_input input = {.path = path, .named = true};
		enum capture_status status;
		struct packet packets[2];
		struct capture_alike alike;
		struct err err;

		sample_pcap_header(s, 0xa1b2c3d4, 4, 96, 1);
		for (size_t k = 0; k < 2; k++)
			sample_record(s, cases[i].sec[k], 0, "abcd", cases[i].wirelen[k]);
		int fd = sample_file(s->bytes, s->length, path);
		struct capture *c = capture_open(&input, NULL, &status, &err);

		cr_assert_not_null(c);
		cr_assert_eq(capture_read(c, packets, 2), 2);
		alike = capture_alike(c);
		cr_expect_eq(alike.ascending, cases[i].ascending, "case %zu", i);
		cr_expect_eq(alike.whole, cases[i].whole, "case %zu", i);
		cr_expect_eq(capture_read(c, packets, 2), 0);
		capture_close(c);
		(void)close(fd);
		free(s);
	}
}
