#include "capture_samples.h"

TestSuite(capture_window, .timeout = 10);

/* What was handed out stays, whatever becomes of the file: a mapping would raise SIGBUS here. */
Test(capture_window, file_that_shrinks_while_its_packets_are_worked_on)
{
	struct sample *s = sample_long_pcap(1000);
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(s->bytes, s->length, path);
	struct capture_input input = {.path = path};
	enum capture_status status;
	struct packet packets[64];
	struct err err;
	struct capture *c = capture_open(&input, NULL, &status, &err);
	size_t n;

	cr_assert_not_null(c);
	while ((n = capture_read(c, packets, 64)) > 0 && n < 64)
		;
	cr_assert_eq(n, 64);
	cr_assert_eq(ftruncate(fd, 0), 0);
	for (size_t i = 0; i < 64; i++)
		cr_expect_arr_eq(packets[i].data, s->bytes + 24 + 116 * (packets[i].frame - 1) + 16, 100);
	capture_close(c);
	(void)close(fd);
	free(s);
}

/* 5000 of 8000 packets and PART bytes are left when the reading has begun: an error, no signal. */
static void expect_shrunk(struct sample *s, off_t part)
{
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
	cr_assert_gt(total, 0);
	cr_assert_eq(ftruncate(fd, 24 + 116 * 5000 + part), 0);
	while ((n = capture_read(c, packets, 64)) > 0)
		total += n;
	cr_expect_eq(total, 5000);
	cr_expect_eq(capture_summary(c)->status, CAPTURE_CUT);
	cr_expect_str_eq(
	    capture_summary(c)->error + strlen(path),
	    ": became shorter while it was read, ends at byte 580024, after frame 5000; all before it was "
	    "read; copy the file again, or use --accept-cut");
	capture_close(c);
	(void)close(fd);
}

Test(capture_window, file_that_shrinks_while_it_is_read)
{
	struct sample *s = sample_long_pcap(8000);

	expect_shrunk(s, 50);
	expect_shrunk(s, 0);
	free(s);
}

/* Each reading of a file that grows must see the same; so it ends where it ended when it was opened. */
Test(capture_window, file_that_grows_while_it_is_read)
{
	struct sample *s = sample_long_pcap(8000);
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(s->bytes, 24 + 116 * 5000, path);
	struct capture_input input = {.path = path};
	enum capture_status status;
	struct packet packets[64];
	struct err err;
	struct capture *c = capture_open(&input, NULL, &status, &err);
	size_t n, total;

	cr_assert_not_null(c);
	total = capture_read(c, packets, 64);
	cr_assert_eq(write(fd, s->bytes + 24, 116 * 1000), 116 * 1000);
	while ((n = capture_read(c, packets, 64)) > 0)
		total += n;
	cr_expect_eq(total, 5000);
	cr_expect_eq(capture_summary(c)->status, CAPTURE_COMPLETE);
	cr_expect_eq(capture_summary(c)->file_bytes, 24 + 116 * 5000);
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

/* Packets stay where they are while they are held, whatever is read after them and by whom. */
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
			cr_expect_gt(capture_held_memory(held[batches]), 0);
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
