/* What another thread unpacks is what this one would have unpacked, up to the same end and the same failure.
 */
#include "capture_samples.h"

TestSuite(capture_ahead, .timeout = 20);

enum { PACKETS = 8900, EACH = 100 };

/* All packets' bytes as one sum, in order. */
static uint64_t read_all(const struct capture_input *input, const struct capture_options *options,
			 struct capture_summary *summary)
{
	struct packet packets[EACH];
	enum capture_status status;
	struct err err = {""};
	struct capture *c = capture_open(input, options, &status, &err);
	uint64_t sum = 0;
	size_t n;

	if (!c) {
		*summary = (struct capture_summary){.status = status};
		memcpy(summary->error, err.text, sizeof(summary->error));
		return 0;
	}
	while ((n = capture_read(c, packets, EACH)) > 0)
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < packets[i].caplen; k++)
				sum = sum * 31 + packets[i].data[k];
	*summary = *capture_summary(c);
	capture_close(c);
	return sum;
}

static void compare(const uint8_t *bytes, size_t length, struct capture_options options,
		    struct capture_summary *out)
{
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(bytes, length, path);
	struct capture_input input = {.path = path, .named = true};
	struct capture_summary ahead;
	uint64_t sum = read_all(&input, &options, out);

	options.read_ahead = true;
	cr_expect_eq(read_all(&input, &options, &ahead), sum);
	cr_expect_eq(ahead.status, out->status);
	cr_expect_eq(ahead.packets, out->packets);
	cr_expect_eq(ahead.file_bytes, out->file_bytes);
	cr_expect_str_eq(ahead.error, out->error);
	cr_expect_str_eq(ahead.fingerprint, out->fingerprint);
	(void)close(fd);
}

static uint8_t *packed_sample(int filter, size_t *length)
{
	struct sample *s = sample_long_pcap(PACKETS);
	struct sample_member member = {"x", s->bytes, s->length};
	uint8_t *packed = sample_archive(ARCHIVE_FORMAT_RAW, filter, &member, 1, length);

	free(s);
	cr_assert_gt(*length, 300U * 1024);
	return packed;
}

Test(capture_ahead, whole_cut_and_damaged)
{
	static const int filters[] = {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD};
	size_t live = mem_live();

	for (size_t f = 0; f < sizeof(filters) / sizeof(filters[0]); f++) {
		struct capture_summary whole, cut, damaged;
		size_t length;
		uint8_t *packed = packed_sample(filters[f], &length);

		compare(packed, length, (struct capture_options){0}, &whole);
		cr_expect_eq(whole.status, CAPTURE_COMPLETE);
		cr_expect_eq(whole.packets, PACKETS);
		for (size_t at = length - 1; at > 300U * 1024; at -= 197 * 1024) {
			compare(packed, at, (struct capture_options){0}, &cut);
			cr_expect_eq(cut.status, CAPTURE_CUT);
			compare(packed, at, (struct capture_options){.accept_cut = true}, &cut);
			cr_expect_eq(cut.status, CAPTURE_COMPLETE);
		}
		memset(packed + length / 2, 0xff, 4096);
		compare(packed, length, (struct capture_options){0}, &damaged);
		free(packed);
	}
	cr_expect_eq(mem_live(), live);
}

Test(capture_ahead, limits_hold)
{
	struct capture_summary summary;
	size_t length;
	uint8_t *packed = packed_sample(ARCHIVE_FILTER_GZIP, &length);

	compare(packed, length, (struct capture_options){.max_bytes = 500000}, &summary);
	cr_expect_eq(summary.status, CAPTURE_OVER_LIMIT);
	free(packed);
}

/* Closed in the middle, and never read. */
Test(capture_ahead, stops_early)
{
	const struct capture_options options = {.read_ahead = true};
	size_t length, live = mem_live();
	uint8_t *packed = packed_sample(ARCHIVE_FILTER_GZIP, &length);
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(packed, length, path);
	struct capture_input input = {.path = path};

	for (int i = 0; i < 2; i++) {
		struct packet packets[EACH];
		enum capture_status status;
		uint64_t done, total;
		struct err err;
		struct capture *c = capture_open(&input, &options, &status, &err);

		cr_assert_not_null(c);
		if (i > 0)
			cr_expect_eq(capture_read(c, packets, EACH), EACH);
		capture_progress(c, &done, &total);
		cr_expect_eq(total, length);
		cr_expect_leq(done, total);
		capture_close(c);
	}
	(void)close(fd);
	free(packed);
	cr_expect_eq(mem_live(), live);
}
