#include "capture_samples.h"

TestSuite(capture_chain, .timeout = 30);

static const char plain_packets[] = "1 1000000007000 5/5 link=1 snap=96 first\n"
				    "2 1000999999000 6/1500 link=1 snap=96 second\n"
				    "3 999000000000 0/0 link=1 snap=96 \n";

static const struct {
	int filter;
	const char *format;
} filters[] = {
    {ARCHIVE_FILTER_GZIP, "pcap gzip"}, {ARCHIVE_FILTER_BZIP2, "pcap bzip2"},
    {ARCHIVE_FILTER_XZ, "pcap xz"},     {ARCHIVE_FILTER_ZSTD, "pcap zstd"},
    {ARCHIVE_FILTER_LZ4, "pcap lz4"},   {ARCHIVE_FILTER_LZMA, "pcap lzma"},
    {ARCHIVE_FILTER_LZIP, "pcap lzip"}, {ARCHIVE_FILTER_COMPRESS, "pcap compress"},
};
enum { FILTERS = sizeof(filters) / sizeof(filters[0]) };

static uint8_t *wrap(int filter, const void *bytes, size_t length, size_t *out_length)
{
	struct sample_member member = {"data", bytes, length};

	return sample_archive(ARCHIVE_FORMAT_RAW, filter, &member, 1, out_length);
}

static struct sample_member plain_member(const char *name)
{
	struct sample *s = sample_new(false);

	sample_plain_pcap(s);
	return (struct sample_member){name, s->bytes, s->length};
}

/* sample_new's block begins with its first member. */
static void free_member(struct sample_member *m)
{
	free((void *)((uintptr_t)m->bytes - offsetof(struct sample, bytes)));
}

Test(capture_chain, each_compression_gives_the_same_capture)
{
	struct sample_member m = plain_member("x");
	struct capture_summary plain, packed;

	expect_packets(m.bytes, m.length, plain_packets, &plain);
	for (size_t i = 0; i < FILTERS; i++) {
		size_t length;
		uint8_t *bytes = wrap(filters[i].filter, m.bytes, m.length, &length);

		expect_packets(bytes, length, plain_packets, &packed);
		cr_expect_str_eq(packed.format, filters[i].format);
		cr_expect_eq(packed.status, CAPTURE_COMPLETE, "%s: %s", packed.format, packed.error);
		cr_expect_str_eq(packed.fingerprint, plain.fingerprint);
		cr_expect_eq(packed.file_bytes, plain.file_bytes);
		free(bytes);
	}
	free_member(&m);
}

Test(capture_chain, zstd_that_begins_with_a_skippable_frame)
{
	static const char skippable[] = "\x50\x2a\x4d\x18\x04\0\0\0skip";
	struct sample_member m = plain_member("x");
	struct capture_summary s;
	size_t length;
	uint8_t *zstd = wrap(ARCHIVE_FILTER_ZSTD, m.bytes, m.length, &length), *both = malloc(length + 12);

	memcpy(both, skippable, 12);
	memcpy(both + 12, zstd, length);
	expect_packets(both, length + 12, plain_packets, &s);
	cr_expect_eq(s.status, CAPTURE_COMPLETE, "%s", s.error);
	free(zstd);
	free(both);
	free_member(&m);
}

Test(capture_chain, compressions_nest)
{
	struct sample_member m = plain_member("x");
	struct capture_summary s;
	size_t one, two, three;
	uint8_t *gz = wrap(ARCHIVE_FILTER_GZIP, m.bytes, m.length, &one);
	uint8_t *xz = wrap(ARCHIVE_FILTER_XZ, gz, one, &two);
	uint8_t *zstd = wrap(ARCHIVE_FILTER_ZSTD, xz, two, &three);

	expect_packets(zstd, three, plain_packets, &s);
	cr_expect_str_eq(s.format, "pcap gzip xz zstd");
	cr_expect_eq(s.status, CAPTURE_COMPLETE);
	free(gz);
	free(xz);
	free(zstd);
	free_member(&m);
}

Test(capture_chain, wrapped_too_deep)
{
	struct sample_member m = plain_member("x");
	size_t length = m.length;
	uint8_t *bytes = malloc(length);
	struct capture_summary s;

	memcpy(bytes, m.bytes, length);
	for (int i = 0; i < 8; i++) {
		uint8_t *next = wrap(i % 2 ? ARCHIVE_FILTER_GZIP : ARCHIVE_FILTER_XZ, bytes, length, &length);

		free(bytes);
		bytes = next;
	}
	expect_packets(bytes, length, "", &s);
	cr_expect_eq(s.status, CAPTURE_OVER_LIMIT);
	cr_expect_str_eq(s.error, ": wrapped more than 7 times; unpack it first");
	free(bytes);
	free_member(&m);
}

/* Two gzip members one behind the other, as `cat a.gz b.gz` makes them. */
Test(capture_chain, concatenated_gzip)
{
	struct sample_member m = plain_member("x");
	struct capture_summary s;
	size_t one, two;
	uint8_t *first = wrap(ARCHIVE_FILTER_GZIP, m.bytes, 45, &one);
	uint8_t *second = wrap(ARCHIVE_FILTER_GZIP, (const uint8_t *)m.bytes + 45, m.length - 45, &two);
	uint8_t *both = malloc(one + two);

	memcpy(both, first, one);
	memcpy(both + one, second, two);
	expect_packets(both, one + two, plain_packets, &s);
	cr_expect_eq(s.status, CAPTURE_COMPLETE);
	free(first);
	free(second);
	free(both);
	free_member(&m);
}

static void transcribe_whole(const struct sample *s, struct strbuf *out)
{
	struct capture_summary summary;
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(s->bytes, s->length, path);

	transcribe_path(out, path, NULL, 64, &summary);
	(void)close(fd);
}

/* Everything that the decompressors can give before the cut has to come out, though libarchive's filters keep
 * it: deflate and LZMA give bytes at once; bzip2, zstd and lz4 only whole blocks, of which this file has one.
 */
Test(capture_chain, cut_compression_gives_all_that_can_be_read)
{
	/* More than libarchive's readers keep to themselves, and than they give out at once. */
	enum { PACKETS = 6000 };
	struct sample *s = sample_long_pcap(PACKETS);
	struct strbuf whole = {0};

	transcribe_whole(s, &whole);
	for (size_t i = 0; i < FILTERS; i++) {
		size_t length;
		uint8_t *bytes = wrap(filters[i].filter, s->bytes, s->length, &length);
		bool gradual =
		    filters[i].filter == ARCHIVE_FILTER_GZIP || filters[i].filter == ARCHIVE_FILTER_XZ;
		bool told = filters[i].filter != ARCHIVE_FILTER_COMPRESS;

		for (size_t part = 1; part < 8; part++) {
			struct capture_summary mapped, piped;
			struct strbuf out = {0}, again = {0};
			char path[SAMPLE_PATH_MAX];
			int fd = sample_file(bytes, length * part / 8, path);

			transcribe_path(&out, path, NULL, 64, &mapped);
			(void)close(fd);
			fd = sample_pipe(bytes, length * part / 8, path);
			transcribe_path(&again, path, NULL, 64, &piped);
			(void)close(fd);
			cr_expect_str_eq(strbuf_text(&out), strbuf_text(&again));
			cr_expect(strncmp(strbuf_text(&whole), strbuf_text(&out), out.length) == 0);
			if (told)
				cr_expect_eq(mapped.status, CAPTURE_CUT, "%s %zu: %s", filters[i].format,
					     part, mapped.error);
			if (gradual)
				cr_expect_geq(mapped.packets + 6, PACKETS * part / 8, "%s %zu: %llu",
					      filters[i].format, part, (unsigned long long)mapped.packets);
			strbuf_clear(&out);
			strbuf_clear(&again);
		}
		free(bytes);
	}
	strbuf_clear(&whole);
	free(s);
}

/* gzip in gzip is unwrapped by one reader of libarchive: the rescuer must not take one layer for both. */
Test(capture_chain, cut_gzip_in_gzip)
{
	struct sample *s = sample_long_pcap(2000);
	struct strbuf whole = {0}, out = {0};
	struct capture_summary summary;
	char path[SAMPLE_PATH_MAX];
	size_t one, two;
	uint8_t *inner = wrap(ARCHIVE_FILTER_GZIP, s->bytes, s->length, &one);
	uint8_t *outer = wrap(ARCHIVE_FILTER_GZIP, inner, one, &two);
	int fd = sample_file(outer, two * 3 / 4, path);

	transcribe_whole(s, &whole);
	transcribe_path(&out, path, NULL, 64, &summary);
	cr_expect_eq(summary.status, CAPTURE_CUT);
	cr_expect_gt(summary.packets, 500);
	cr_expect(strncmp(strbuf_text(&whole), strbuf_text(&out), out.length) == 0);
	strbuf_clear(&whole);
	strbuf_clear(&out);
	(void)close(fd);
	free(inner);
	free(outer);
	free(s);
}

/* Each prefix of a compressed capture: its packets are a prefix, and it says that it was cut. */
Test(capture_chain, compressed_prefixes)
{
	struct sample_member m = plain_member("x");

	for (size_t i = 0; i < FILTERS; i++) {
		size_t length;
		uint8_t *bytes = wrap(filters[i].filter, m.bytes, m.length, &length);

		for (size_t n = 0; n < length; n++) {
			struct capture_summary s;
			struct strbuf out = {0};
			char path[SAMPLE_PATH_MAX];
			int fd = sample_file(bytes, n, path);

			transcribe_path(&out, path, NULL, 64, &s);
			cr_expect(strncmp(plain_packets, strbuf_text(&out), out.length) == 0);
			cr_expect(s.status == CAPTURE_COMPLETE || s.error[0]);
			strbuf_clear(&out);
			(void)close(fd);
		}
		free(bytes);
	}
	free_member(&m);
}

Test(capture_chain, accepted_cut_covers_compression)
{
	struct sample *s = sample_long_pcap(400);
	struct capture_options options = {.accept_cut = true};
	struct capture_summary summary;
	struct strbuf out = {0};
	char path[SAMPLE_PATH_MAX];
	size_t length;
	uint8_t *bytes = wrap(ARCHIVE_FILTER_GZIP, s->bytes, s->length, &length);
	int fd = sample_file(bytes, length / 2, path);

	transcribe_path(&out, path, &options, 64, &summary);
	cr_expect_eq(summary.status, CAPTURE_COMPLETE);
	cr_expect_str_eq(summary.error, "");
	cr_expect_gt(summary.packets, 190);
	strbuf_clear(&out);
	(void)close(fd);
	free(bytes);
	free(s);
}

/* What begins like a capture is one, whatever an archive reader might see further on. */
Test(capture_chain, capture_that_ends_like_a_zip)
{
	static const char end[] = "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	struct sample *s = sample_new(false);
	struct capture_summary summary;
	size_t length;
	uint8_t *gz;

	sample_pcap_header(s, 0xa1b2c3d4, 4, 96, 1);
	sample_u64(s, 0);
	sample_u32(s, 22);
	sample_u32(s, 22);
	sample_bytes(s, end, 22);
	gz = wrap(ARCHIVE_FILTER_GZIP, s->bytes, s->length, &length);
	expect_packets(s->bytes, s->length, "1 0 22/22 link=1 snap=96 PK..............\n", &summary);
	expect_packets(gz, length, "1 0 22/22 link=1 snap=96 PK..............\n", &summary);
	free(gz);
	free(s);
}

Test(capture_chain, nothing_and_nonsense)
{
	static const struct {
		const char *bytes;
		size_t length;
		enum capture_status status;
		const char *error;
	} rows[] = {
	    {"", 0, CAPTURE_EMPTY, ": empty: holds no bytes; was it copied whole?"},
	    {"\xa1\xb2", 2, CAPTURE_FOREIGN,
	     ": not a capture: starts with a1 b2 (unknown); name a pcap or pcapng file"},
	    {"BZhello", 7, CAPTURE_FOREIGN, ": not a capture: looks like bzip2 but is not"},
	    {"\x5d\0\0not lzma at all", 18, CAPTURE_FOREIGN, ": not a capture: looks like lzma but is not"},
	    {"hello, world", 12, CAPTURE_FOREIGN,
	     ": not a capture: starts with 'hello, world' (text); a hex dump is converted with: text2pcap"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capture_summary s;

		expect_packets(rows[i].bytes, rows[i].length, "", &s);
		cr_expect_eq(s.status, rows[i].status);
		cr_expect_str_eq(s.error, rows[i].error, "%s", s.error);
	}
}

Test(capture_chain, missing_and_refused)
{
	struct capture_summary s;
	struct strbuf out = {0};
	char missing[] = "/nowhere/x.pcap", folder[] = "/proc/self/task";

	transcribe_path(&out, missing, NULL, 64, &s);
	cr_expect_eq(s.status, CAPTURE_UNREADABLE);
	cr_expect_str_eq(s.error,
			 "/nowhere/x.pcap: cannot be opened: No such file or directory; check the name");
	transcribe_path(&out, folder, NULL, 64, &s);
	cr_expect_eq(s.status, CAPTURE_FOREIGN);
	cr_expect_str_eq(s.error, "/proc/self/task: a folder that holds no captures; name one that does");
	strbuf_clear(&out);
}

Test(capture_chain, memory_failures_in_wrappings)
{
	struct sample_member m = plain_member("x");
	size_t one, two;
	uint8_t *gz = wrap(ARCHIVE_FILTER_GZIP, m.bytes, m.length, &one);
	uint8_t *xz = wrap(ARCHIVE_FILTER_XZ, gz, one, &two);
	bool complete = false;

	for (uint64_t nth = 1; nth < 200 && !complete; nth++) {
		size_t before = mem_live();
		struct capture_summary s;
		struct strbuf out = {0};
		char path[SAMPLE_PATH_MAX];
		int fd = sample_pipe(xz, two, path);

		mem_fail_at(nth);
		transcribe_path(&out, path, NULL, 64, &s);
		complete = !mem_fail_reached();
		mem_fail_at(0);
		cr_expect(s.status != CAPTURE_COMPLETE || s.packets == 3);
		strbuf_clear(&out);
		cr_expect_eq(mem_live(), before, "allocation %llu leaks", (unsigned long long)nth);
		(void)close(fd);
	}
	cr_expect(complete);
	free(gz);
	free(xz);
	free_member(&m);
}
