#include "capture_samples.h"

TestSuite(capture_pcapng, .timeout = 20);

#define NO_TIMES "-9223372036854775808..-9223372036854775808"

static void expect_sample(struct sample *s, const char *packets, const char *summary_text, const char *error)
{
	struct capture_summary summary;

	expect_packets(s->bytes, s->length, packets, &summary);
	expect_summary(&summary, summary_text);
	cr_expect_str_eq(summary.error, error, "%s", summary.error);
	free(s);
}

static void simple_packet(struct sample *s, const char *data, uint32_t wirelen)
{
	struct sample *b = sample_new(s->big);

	sample_u32(b, wirelen);
	sample_bytes(b, data, strlen(data));
	sample_block(s, 3, b);
	free(b);
}

static void old_packet(struct sample *s, unsigned interface, uint64_t units, const char *data,
		       uint32_t wirelen)
{
	struct sample *b = sample_new(s->big);

	sample_u16(b, interface);
	sample_u16(b, 77);
	sample_u32(b, (uint32_t)(units >> 32));
	sample_u32(b, (uint32_t)units);
	sample_u32(b, (uint32_t)strlen(data));
	sample_u32(b, wirelen);
	sample_bytes(b, data, strlen(data));
	sample_block(s, 2, b);
	free(b);
}

static void other_block(struct sample *s, uint32_t type)
{
	struct sample *b = sample_new(s->big);

	sample_bytes(b, "whatever it holds", 17);
	sample_block(s, type, b);
	free(b);
}

/* Two sections of different byte order, three kinds of packet, mixed link types, blocks to be skipped. */
static void sample_mixture(struct sample *s)
{
	sample_section(s);
	sample_interface(s, 1, 128, NULL, 0);
	sample_interface(s, 101, 0, "\x09\0\x01\0\x09\0\0\0", s->big ? 0 : 8);
	other_block(s, 5);
	other_block(s, 0x7fffffff);
	sample_enhanced(s, 0, 1500000, "ether", 1500);
	sample_enhanced(s, 1, 7, "rawip", 5);
	simple_packet(s, "simple", 6);
	old_packet(s, 0, 2000000, "older", 5);
	s->big = !s->big;
	sample_section(s);
	sample_interface(s, 113, 65535, NULL, 0);
	sample_enhanced(s, 0, 1, "cooked", 6);
}

Test(capture_pcapng, mixture)
{
	struct sample *little = sample_new(false), *big = sample_new(true);

	sample_mixture(little);
	expect_sample(little,
		      "1 1500000000 5/1500 link=1 snap=128 ether\n"
		      "2 7 5/5 link=101 snap=0 rawip\n"
		      "3 untimed 6/6 link=1 snap=128 simple\n"
		      "4 2000000000 5/5 link=1 snap=128 older\n"
		      "5 1000 6/6 link=113 snap=65535 cooked\n",
		      "pcapng complete 5 packets 1522 bytes 1 untimed 7..2000000000 snap 128 links 1 101 113",
		      "");
	sample_mixture(big);
	expect_sample(
	    big,
	    "1 1500000000 5/1500 link=1 snap=128 ether\n"
	    "2 7000 5/5 link=101 snap=0 rawip\n"
	    "3 untimed 6/6 link=1 snap=128 simple\n"
	    "4 2000000000 5/5 link=1 snap=128 older\n"
	    "5 1000 6/6 link=113 snap=65535 cooked\n",
	    "pcapng complete 5 packets 1522 bytes 1 untimed 1000..2000000000 snap 128 links 1 101 113", "");
}

Test(capture_pcapng, frames_are_numbered_as_wireshark_does)
{
	struct sample *s = sample_new(false);

	sample_section(s);
	sample_interface(s, 1, 0, NULL, 0);
	other_block(s, 0xbad);
	sample_enhanced(s, 0, 0, "a", 1);
	other_block(s, 0x40000bad);
	other_block(s, 9);
	sample_enhanced(s, 0, 0, "b", 1);
	expect_sample(s, "2 0 1/1 link=1 snap=0 a\n5 0 1/1 link=1 snap=0 b\n",
		      "pcapng complete 2 packets 2 bytes 0 untimed 0..0 snap 0 links 1", "");
}

Test(capture_pcapng, simple_packet_is_cut_by_the_snap_length)
{
	struct sample *s = sample_new(true);

	sample_section(s);
	sample_interface(s, 1, 6, NULL, 0);
	simple_packet(s, "sixbytes", 600);
	simple_packet(s, "four", 900);
	expect_sample(s, "1 untimed 6/600 link=1 snap=6 sixbyt\n2 untimed 4/900 link=1 snap=6 four\n",
		      "pcapng complete 2 packets 1500 bytes 2 untimed " NO_TIMES " snap 6 links 1", "");
}

Test(capture_pcapng, offset_and_resolution_options)
{
	/* if_name "ab", if_tsresol 3, if_tsoffset -1000 s, end. */
	static const char options[] = "\x02\0\x02\0ab\0\0"
				      "\x09\0\x01\0\x03\0\0\0"
				      "\x0e\0\x08\0\x18\xfc\xff\xff\xff\xff\xff\xff"
				      "\0\0\0";
	struct sample *s = sample_new(false);

	sample_section(s);
	sample_interface(s, 1, 0, options, sizeof(options));
	sample_enhanced(s, 0, 1000500, "x", 1);
	expect_sample(s, "1 500000000 1/1 link=1 snap=0 x\n",
		      "pcapng complete 1 packets 1 bytes 0 untimed 500000000..500000000 snap 0 links 1", "");
}

static void filtered_interface(struct sample *s, unsigned kind, const char *filter)
{
	struct sample *options = sample_new(s->big);

	sample_u16(options, 11);
	sample_u16(options, (unsigned)strlen(filter) + 1);
	sample_u8(options, kind);
	sample_bytes(options, filter, strlen(filter));
	sample_bytes(options, "\0\0\0\0", 4 - (strlen(filter) + 1) % 4);
	sample_interface(s, 1, 0, options->bytes, options->length);
	free(options);
}

static void expect_filter(struct sample *s, const char *expected)
{
	struct capture_summary summary;
	struct strbuf out = {0};
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(s->bytes, s->length, path);

	transcribe_path(&out, path, NULL, 64, &summary);
	cr_expect_eq(summary.status, CAPTURE_COMPLETE, "%s", summary.error);
	cr_expect_str_eq(summary.filter, expected);
	strbuf_clear(&out);
	(void)close(fd);
	free(s);
}

/* dumpcap says under which filter it captured. */
Test(capture_pcapng, filters_of_interfaces)
{
	static const char unsaid[][8] = {"a;b", "a\nb", "\x80"};
	struct sample *s = sample_new(true);
	char longest[300] = "";

	sample_section(s);
	sample_interface(s, 1, 0, NULL, 0);
	filtered_interface(s, 0, "port 53");
	filtered_interface(s, 0, "port 53");
	filtered_interface(s, 0, "tcp");
	filtered_interface(s, 1, "byte code");
	expect_filter(s, "(port 53) and (tcp)");
	for (size_t i = 0; i < sizeof(unsaid) / sizeof(unsaid[0]); i++) {
		s = sample_new(false);
		sample_section(s);
		filtered_interface(s, 0, unsaid[i]);
		expect_filter(s, "");
	}
	memset(longest, 'x', sizeof(longest) - 1);
	s = sample_new(false);
	sample_section(s);
	filtered_interface(s, 0, longest);
	longest[250] = '\0';
	filtered_interface(s, 0, longest);
	filtered_interface(s, 0, "tcp"); /* for which there is no room */
	memmove(longest + 1, longest, 250);
	longest[0] = '(';
	longest[251] = ')';
	longest[252] = '\0';
	expect_filter(s, longest);
}

/* Options whose lengths are nonsense are passed over; those before them count. */
Test(capture_pcapng, nonsense_options_are_left_alone)
{
	static const char *const options[] = {
	    "\x09\0\x01\0\x00\0\0\0\x09\0\xff\xff", "\x09\0\x01\0\x00\0\0\0\x09\0\x02\0\x03\x03\0\0",
	    "\x09\0\x01\0\x00\0\0\0\0\0\0\0\x09\0\x01\0\x03\0\0\0", "\x09\0\x01\0\x00\0\0\0\x0e\0\x04\0zzzz"};
	static const size_t lengths[] = {12, 16, 20, 16};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct sample *s = sample_new(false);

		sample_section(s);
		sample_interface(s, 1, 0, options[i], lengths[i]);
		sample_enhanced(s, 0, 5, "x", 1);
		expect_sample(
		    s, "1 5000000000 1/1 link=1 snap=0 x\n",
		    "pcapng complete 1 packets 1 bytes 0 untimed 5000000000..5000000000 snap 0 links 1", "");
	}
}

Test(capture_pcapng, times_that_do_not_fit_are_unknown)
{
	struct sample *s = sample_new(false);

	sample_section(s);
	sample_interface(s, 1, 0, NULL, 0);
	sample_enhanced(s, 0, UINT64_MAX, "x", 1);
	sample_enhanced(s, 0, 1, "y", 1);
	expect_sample(s, "1 untimed 1/1 link=1 snap=0 x\n2 1000 1/1 link=1 snap=0 y\n",
		      "pcapng complete 2 packets 2 bytes 1 untimed 1000..1000 snap 0 links 1", "");
}

#define AFTER(byte, frame)                                                                                   \
	" at byte " byte ", after frame " frame "; all before it was read; copy the file again"

/* A good packet, then what is wrong: the one is read, the other told. The section takes 28, the interface 20
 * bytes. */
static void expect_damage(void (*spoil)(struct sample *), const char *error)
{
	for (int big = 0; big < 2; big++) {
		struct sample *s = sample_new(big);

		sample_section(s);
		sample_interface(s, 1, 0, NULL, 0);
		sample_enhanced(s, 0, 0, "good", 4);
		spoil(s);
		sample_enhanced(s, 0, 0, "never", 5);
		expect_sample(s, "1 0 4/4 link=1 snap=0 good\n",
			      "pcapng damaged 1 packets 4 bytes 0 untimed 0..0 snap 0 links 1", error);
	}
}

static void spoil_trailer(struct sample *s)
{
	other_block(s, 5);
	s->length -= 4;
	sample_u32(s, 36);
}

static void spoil_odd_length(struct sample *s)
{
	sample_u32(s, 5);
	sample_u32(s, 13);
}

static void spoil_short_length(struct sample *s)
{
	sample_u32(s, 5);
	sample_u32(s, 8);
}

static void spoil_huge_length(struct sample *s)
{
	sample_u32(s, 5);
	sample_u32(s, 0xfffffffc);
}

static void spoil_caplen(struct sample *s)
{
	sample_enhanced(s, 0, 0, "bad!", 4);
	s->length -= 4 + 4 + 4 + 4;
	sample_u32(s, 5);
	sample_u32(s, 5);
	sample_bytes(s, "bad!", 4);
	sample_u32(s, 36);
}

static void spoil_section_magic(struct sample *s)
{
	sample_u32(s, 0x0a0d0d0a);
	sample_u32(s, 28);
	sample_u32(s, 0x12345678);
}

static void spoil_section_version(struct sample *s)
{
	sample_section(s);
	s->length -= 28 - 12;
	sample_u16(s, 2);
	s->length += 14;
}

static void spoil_short_section(struct sample *s)
{
	sample_u32(s, 0x0a0d0d0a);
	sample_u32(s, 16);
	sample_u32(s, 0x1a2b3c4d);
	sample_u32(s, 16);
}

static void empty_block(struct sample *s, uint32_t type)
{
	sample_u32(s, type);
	sample_u32(s, 12);
	sample_u32(s, 12);
}

static void spoil_short_interface(struct sample *s)
{
	empty_block(s, 1);
}

static void spoil_short_enhanced(struct sample *s)
{
	empty_block(s, 6);
}

static void spoil_short_old(struct sample *s)
{
	empty_block(s, 2);
}

static void spoil_short_simple(struct sample *s)
{
	empty_block(s, 3);
}

Test(capture_pcapng, damage)
{
	expect_damage(spoil_trailer,
		      ": a block whose lengths differ: 32 at its start, 36 at its end" AFTER("84", "1"));
	expect_damage(spoil_odd_length, ": a block that cannot be: type 5, length 13" AFTER("84", "1"));
	expect_damage(spoil_short_length, ": a block that cannot be: type 5, length 8" AFTER("84", "1"));
	expect_damage(spoil_huge_length,
		      ": a block that cannot be: type 5, length 4294967292" AFTER("84", "1"));
	expect_damage(spoil_caplen, ": a packet of 5 bytes in a block of 36" AFTER("84", "1"));
	expect_damage(spoil_section_magic,
		      ": a section header whose byte order cannot be told" AFTER("84", "1"));
	expect_damage(spoil_section_version, ": version 2 of pcapng does not exist" AFTER("84", "1"));
	expect_damage(spoil_short_section, ": a section header of only 16 bytes" AFTER("84", "1"));
	expect_damage(spoil_short_interface, ": an interface description of only 12 bytes" AFTER("84", "1"));
	expect_damage(spoil_short_enhanced, ": a packet block of only 12 bytes" AFTER("84", "1"));
	expect_damage(spoil_short_old, ": a packet block of only 12 bytes" AFTER("84", "1"));
	expect_damage(spoil_short_simple, ": a simple packet block of only 12 bytes" AFTER("84", "1"));
}

/* What cannot be understood is handed out to be counted, and ends nothing. */
Test(capture_pcapng, packets_of_undescribed_interfaces_are_counted)
{
	struct sample *s = sample_new(false);

	sample_section(s);
	sample_interface(s, 1, 64, NULL, 0);
	sample_enhanced(s, 0, 1, "good", 4);
	sample_enhanced(s, 1, 2, "stray", 9);
	old_packet(s, 65535, 3, "older", 5);
	sample_enhanced(s, 0, 4, "again", 5);
	sample_section(s);
	simple_packet(s, "interfaces end with their section", 40);
	sample_enhanced(s, UINT32_MAX, 5, "last", 4);
	sample_interface(s, 101, 0, NULL, 0);
	sample_enhanced(s, 0, 6, "rawip", 5);
	expect_sample(
	    s,
	    "1 1000 4/4 link=1 snap=64 good\n"
	    "2 untimed 5/9 link=65535 snap=0 stray\n"
	    "3 untimed 5/5 link=65535 snap=0 older\n"
	    "4 4000 5/5 link=1 snap=64 again\n"
	    "5 untimed 36/40 link=65535 snap=0 interfaces end w\n"
	    "6 untimed 4/4 link=65535 snap=0 last\n"
	    "7 6000 5/5 link=101 snap=0 rawip\n",
	    "pcapng damaged 7 packets 72 bytes 4 untimed 1000..6000 snap 64 links 1 101",
	    ": 4 packets of interfaces that were never described, the first at frame 2 of interface 1; "
	    "all others were read; copy the file again");
}

/* A later fault that ends the reading weighs more. */
Test(capture_pcapng, a_cut_is_told_before_an_undescribed_interface)
{
	struct sample *s = sample_new(false);

	sample_section(s);
	simple_packet(s, "none", 4);
	sample_interface(s, 1, 0, NULL, 0);
	s->length -= 4;
	expect_sample(
	    s, "1 untimed 4/4 link=65535 snap=0 none\n",
	    "pcapng cut 1 packets 4 bytes 1 untimed " NO_TIMES " snap 0 links",
	    ": cut short: 16 of 20 bytes of a record at byte 48, after frame 1; all before it was read; copy "
	    "the file again, or use --accept-cut");
}

Test(capture_pcapng, block_that_is_not_all_there_is_cut)
{
	struct sample *s = sample_new(false);

	sample_section(s);
	sample_interface(s, 1, 0, NULL, 0);
	sample_enhanced(s, 0, 0, "good", 4);
	sample_enhanced(s, 0, 0, "cut off", 7);
	s->length -= 1;
	expect_sample(
	    s, "1 0 4/4 link=1 snap=0 good\n", "pcapng cut 1 packets 4 bytes 0 untimed 0..0 snap 0 links 1",
	    ": cut short: 39 of 40 bytes of a record at byte 84, after frame 1; all before it was read; copy "
	    "the file again, or use --accept-cut");
}

/* 65536 interfaces are read, the next one is refused. Too much for a pipe or the sample: written by itself.
 */
Test(capture_pcapng, interfaces_are_counted)
{
	struct sample *s = sample_new(false);
	struct capture_summary summary;
	struct strbuf out = {0};
	char path[SAMPLE_PATH_MAX];
	int fd;

	sample_section(s);
	fd = sample_file(s->bytes, s->length, path);
	s->length = 0;
	sample_interface(s, 1, 0, NULL, 0);
	for (int i = 0; i < 65536; i++)
		cr_assert_eq(write(fd, s->bytes, s->length), (ssize_t)s->length);
	s->length = 0;
	sample_enhanced(s, 65535, 0, "last", 4);
	sample_interface(s, 1, 0, NULL, 0);
	cr_assert_eq(write(fd, s->bytes, s->length), (ssize_t)s->length);
	transcribe_path(&out, path, NULL, 64, &summary);
	cr_expect_str_eq(strbuf_text(&out), "1 0 4/4 link=1 snap=0 last\n");
	cr_expect_eq(summary.status, CAPTURE_DAMAGED);
	cr_expect_str_eq(summary.error + strlen(path),
			 ": more than 65536 interfaces in one section" AFTER("1310784", "1"));
	strbuf_clear(&out);
	(void)close(fd);
	free(s);
}

Test(capture_pcapng, every_prefix_and_every_spoilt_byte)
{
	struct sample *s = sample_new(false);

	sample_mixture(s);
	expect_robust(s);
	free(s);
}

Test(capture_pcapng, memory_failures)
{
	struct sample *s = sample_new(false);
	char path[SAMPLE_PATH_MAX];
	bool complete = false;
	int fd;

	sample_mixture(s);
	fd = sample_file(s->bytes, s->length, path);
	for (uint64_t nth = 1; nth < 100 && !complete; nth++) {
		size_t before = mem_live();
		struct strbuf out = {0};
		struct capture_summary summary;

		mem_fail_at(nth);
		transcribe_path(&out, path, NULL, 64, &summary);
		complete = !mem_fail_reached();
		mem_fail_at(0);
		strbuf_clear(&out);
		cr_expect_eq(mem_live(), before, "allocation %llu leaks", (unsigned long long)nth);
		cr_expect(complete || nth > 40 || summary.status == CAPTURE_UNREADABLE ||
			  summary.packets == 5);
	}
	cr_expect(complete);
	(void)close(fd);
	free(s);
}
