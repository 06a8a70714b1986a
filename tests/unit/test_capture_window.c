#include "capture_samples.h"

TestSuite(capture_window, .timeout = 10);

/* The file becomes shorter between two batches: an error, no signal. */
Test(capture_window, file_that_shrinks_while_it_is_read)
{
	struct sample *s = sample_long_pcap(1000);
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(s->bytes, s->length, path);
	struct capture_input input = {.path = path};
	enum capture_status status;
	struct packet packets[64];
	struct err err;
	struct capture *c = capture_open(&input, NULL, &status, &err);
	size_t n, total;

	cr_assert_not_null(c);
	total = capture_read(c, packets, 64);
	cr_assert_eq(total, 64);
	cr_assert_eq(ftruncate(fd, 24 + 116 * 100 + 50), 0);
	while ((n = capture_read(c, packets, 64)) > 0)
		total += n;
	cr_expect_eq(total, 100);
	cr_expect_eq(capture_summary(c)->status, CAPTURE_CUT);
	cr_expect_str_eq(
	    capture_summary(c)->error + strlen(path),
	    ": became shorter while it was read, ends at byte 11624, after frame 100; all before it was "
	    "read; copy the file again, or use --accept-cut");
	capture_close(c);
	(void)close(fd);
	free(s);
}

Test(capture_window, progress_reaches_the_end)
{
	struct sample *s = sample_long_pcap(1000);
	size_t length;
	struct sample_member member = {"x", s->bytes, s->length};
	uint8_t *gz = sample_archive(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &member, 1, &length);

	for (int packed = 0; packed < 2; packed++) {
		char path[SAMPLE_PATH_MAX];
		int fd = packed ? sample_file(gz, length, path) : sample_file(s->bytes, s->length, path);
		struct capture_input input = {.path = path};
		enum capture_status status;
		struct packet packets[64];
		struct err err;
		struct capture *c = capture_open(&input, NULL, &status, &err);
		uint64_t done, total, size = packed ? length : s->length;

		cr_assert_not_null(c);
		capture_progress(c, &done, &total);
		cr_expect_eq(total, size);
		while (capture_read(c, packets, 64) > 0)
			;
		capture_progress(c, &done, &total);
		cr_expect_eq(done, size);
		cr_expect_eq(total, size);
		capture_close(c);
		(void)close(fd);
	}
	free(gz);
	free(s);
}

/* Packets of a stream stay where they are while they are held, whatever is read after them and by whom. */
Test(capture_window, held_packets_stay)
{
	enum { BATCHES = 140, EACH = 64 };
	struct sample *s = sample_long_pcap(BATCHES * EACH);
	size_t length, live = mem_live();
	struct sample_member member = {"x", s->bytes, s->length};
	uint8_t *gz = sample_archive(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &member, 1, &length);
	static struct packet packets[BATCHES][EACH];
	static struct capture_bytes *held[BATCHES];

	for (int packed = 0; packed < 2; packed++) {
		char path[SAMPLE_PATH_MAX];
		int fd = packed ? sample_file(gz, length, path) : sample_file(s->bytes, s->length, path);
		struct capture_input input = {.path = path};
		enum capture_status status;
		struct err err;
		struct capture *c = capture_open(&input, NULL, &status, &err);
		size_t count[BATCHES], batches = 0, total = 0;
		const uint8_t *at = s->bytes + 24;

		cr_assert_not_null(c);
		while (batches < BATCHES && (count[batches] = capture_read(c, packets[batches], EACH)) > 0) {
			held[batches] = capture_hold(c);
			cr_expect_eq(capture_held_memory(held[batches]) > 0, packed);
			batches++;
		}
		capture_close(c);
		for (size_t i = 0; i < batches; i++) {
			for (size_t k = 0; k < count[i]; k++, total++) {
				cr_assert_eq(memcmp(packets[i][k].data, at + 16, packets[i][k].caplen), 0);
				at += 16 + packets[i][k].caplen;
			}
			capture_release(held[i]);
		}
		cr_expect_gt(total, (size_t)BATCHES * EACH / 2);
		(void)close(fd);
	}
	free(gz);
	free(s);
	cr_expect_eq(mem_live(), live);
}
