#include "capture_samples.h"

TestSuite(capture_chain_level, .timeout = 30);

enum { BOMB_BYTES = 24 + (70 << 20) };

/* 70 MiB of zeros behind a file header: records of no bytes, and a bomb. */
static uint8_t *bomb(int format, int filter, size_t *length)
{
	enum { BYTES = BOMB_BYTES };
	struct sample *s = sample_new(false);
	uint8_t *zeros = calloc(1, BYTES), *packed;
	struct sample_member m = {"bomb.pcap", zeros, BYTES};

	sample_pcap_header(s, 0xa1b2c3d4, 4, 96, 1);
	memcpy(zeros, s->bytes, s->length);
	packed = sample_archive(format, filter, &m, 1, length);
	free(zeros);
	free(s);
	return packed;
}

static void expect_bomb(const uint8_t *bytes, size_t length, char *member,
			const struct capture_options *options, const char *error)
{
	struct capture_summary s;
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(bytes, length, path);
	struct capture_input input = {.path = path, .member = member};

	/* Read as the program does, without a transcript: these are millions of packets. */
	if (capture_scan(&input, options, &s) != 0)
		cr_expect(false, "%s", s.error);
	cr_expect_eq(s.status, CAPTURE_OVER_LIMIT, "%s", capture_status_name(s.status));
	cr_expect(strstr(s.error, error), "%s", s.error);
	(void)close(fd);
}

Test(capture_chain_level, bombs)
{
	struct capture_options ratio = {.max_ratio = 10}, total = {.max_bytes = 1000000}, none = {0},
			       much = {.max_ratio = 100000};
	struct capture_summary s;
	size_t length;
	uint8_t *bytes = bomb(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_XZ, &length);
	char path[SAMPLE_PATH_MAX], bomb_member[] = "bomb.pcap";
	int fd = sample_file(bytes, length, path);
	struct capture_input input = {.path = path};

	expect_bomb(bytes, length, NULL, &ratio, ": decompresses to more than 10 times its size");
	expect_bomb(bytes, length, NULL, &total, ": decompresses to more than 1000000 bytes");
	/* A few KB: what libarchive reads ahead is no excuse. */
	expect_bomb(bytes, length, NULL, &none, ": decompresses to more than 1000 times its size");
	cr_expect_eq(capture_scan(&input, &much, &s), 0);
	cr_expect_eq(s.status, CAPTURE_COMPLETE, "%s", s.error);
	cr_expect_eq(s.file_bytes, BOMB_BYTES);
	cr_expect_eq(s.packets, (70 << 20) / 16);
	(void)close(fd);
	free(bytes);
	bytes = bomb(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, &length);
	expect_bomb(bytes, length, bomb_member, &ratio,
		    ":bomb.pcap: decompresses to more than 10 times its size; if it is to be trusted, use "
		    "--max-ratio");
	free(bytes);
}
