#include "capture/fingerprint.h"
#include "capture_samples.h"
#include <openssl/evp.h>

TestSuite(capture_fingerprint, .timeout = 20);

enum { LENGTH = (34 << 20) + 4567 };

static uint8_t *noise(void)
{
	uint8_t *bytes = malloc(LENGTH);
	uint64_t state = 88172645463325252U;

	cr_assert_not_null(bytes);
	for (size_t i = 0; i < LENGTH; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		bytes[i] = (uint8_t)state;
	}
	return bytes;
}

static void streamed(const uint8_t *bytes, size_t length, size_t step, struct capture_summary *s)
{
	struct fingerprint *print = fingerprint_new(true);

	cr_assert_not_null(print);
	for (size_t at = 0; at < length; at += step)
		fingerprint_add(print, bytes + at, length - at < step ? length - at : step);
	fingerprint_finish(print, s);
	fingerprint_free(print);
}

static void from_file(const uint8_t *bytes, size_t length, struct capture_summary *s)
{
	struct fingerprint *print = fingerprint_new(true);
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(bytes, length, path);

	cr_assert_not_null(print);
	cr_assert_eq(fingerprint_file(print, fd, length), 0);
	fingerprint_finish(print, s);
	fingerprint_free(print);
	(void)close(fd);
}

static void sha256_of(const uint8_t *bytes, size_t length, char out[CAPTURE_SHA256_TEXT])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n;

	cr_assert_eq(EVP_Digest(bytes, length, digest, &n, EVP_sha256(), NULL), 1);
	for (unsigned i = 0; i < n; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* However the bytes come, in whatever pieces, the hashes are the same; at every length where the rules
 * change. */
Test(capture_fingerprint, does_not_depend_on_the_way_of_reading)
{
	static const size_t lengths[] = {0,
					 1,
					 4096,
					 (1 << 20) - 1,
					 1 << 20,
					 (1 << 20) + 1,
					 (2 << 20) + 5,
					 16 << 20,
					 (16 << 20) + 1,
					 (16 << 20) + 4096,
					 (17 << 20) + 77,
					 LENGTH};
	static const size_t steps[] = {65536, 777777, LENGTH};
	uint8_t *bytes = noise();

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct capture_summary whole = {.packets = 5, .first_ns = 1, .last_ns = 2};
		char sha[CAPTURE_SHA256_TEXT];

		sha256_of(bytes, lengths[i], sha);
		from_file(bytes, lengths[i], &whole);
		cr_expect_eq(strlen(whole.fingerprint), 32);
		cr_expect_str_eq(whole.sha256, sha);
		cr_expect_eq(whole.file_bytes, lengths[i]);
		for (size_t k = 0; k < sizeof(steps) / sizeof(steps[0]); k++) {
			struct capture_summary s = {.packets = 5, .first_ns = 1, .last_ns = 2};

			streamed(bytes, lengths[i], steps[k], &s);
			cr_expect_str_eq(s.fingerprint, whole.fingerprint, "%zu by %zu", lengths[i],
					 steps[k]);
			cr_expect_str_eq(s.sha256, sha);
			cr_expect_eq(s.file_bytes, lengths[i]);
		}
	}
	free(bytes);
}

/* A byte changed in the first MiB, in a sample, in the last MiB is noticed; one between is not, by design. */
Test(capture_fingerprint, what_counts)
{
	static const struct {
		size_t at;
		bool counts;
	} rows[] = {{0, true},
		    {(1 << 20) - 1, true},
		    {1 << 20, false},
		    {(16 << 20) - 1, false},
		    {16 << 20, true},
		    {(16 << 20) + 4095, true},
		    {(16 << 20) + 4096, false},
		    {32 << 20, true},
		    {(34 << 20) - 1, true},
		    {LENGTH - 1, true},
		    {LENGTH - (1 << 20), true},
		    {LENGTH - (1 << 20) - 1, false}};
	uint8_t *bytes = noise();
	struct capture_summary before = {.packets = 5, .first_ns = 1, .last_ns = 2};

	from_file(bytes, LENGTH, &before);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capture_summary s = {.packets = 5, .first_ns = 1, .last_ns = 2};

		bytes[rows[i].at] ^= 1;
		from_file(bytes, LENGTH, &s);
		bytes[rows[i].at] ^= 1;
		cr_expect_eq(strcmp(s.fingerprint, before.fingerprint) != 0, rows[i].counts, "byte %zu",
			     rows[i].at);
		cr_expect_str_neq(s.sha256, before.sha256);
	}
	free(bytes);
}

Test(capture_fingerprint, counts_and_times_count)
{
	static const struct capture_summary others[] = {{.packets = 6, .first_ns = 1, .last_ns = 2},
							{.packets = 5, .first_ns = 0, .last_ns = 2},
							{.packets = 5, .first_ns = 1, .last_ns = 3}};
	struct capture_summary base = {.packets = 5, .first_ns = 1, .last_ns = 2};

	streamed((const uint8_t *)"abc", 3, 3, &base);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct capture_summary s = others[i];

		streamed((const uint8_t *)"abc", 3, 3, &s);
		cr_expect_str_neq(s.fingerprint, base.fingerprint);
	}
}

Test(capture_fingerprint, file_that_shrank_is_an_error)
{
	struct fingerprint *print = fingerprint_new(false);
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file("abc", 3, path);

	cr_assert_not_null(print);
	cr_expect_eq(fingerprint_file(print, fd, 4), -1);
	fingerprint_free(print);
	(void)close(fd);
}

/* The hash of the whole, only where it was asked for, and standard input on the way. */
Test(capture_fingerprint, sha256_of_a_capture)
{
	struct capture_options options = {.sha256 = true};
	struct sample *s = sample_new(false);
	struct capture_summary scan, read;
	struct strbuf out = {0};
	char path[SAMPLE_PATH_MAX], sha[CAPTURE_SHA256_TEXT], dash[] = "-";
	struct capture_input input = {.path = path};
	int fd;

	sample_plain_pcap(s);
	sha256_of(s->bytes, s->length, sha);
	fd = sample_file(s->bytes, s->length, path);
	cr_expect_eq(capture_scan(&input, &options, &scan), 0);
	cr_expect_str_eq(scan.sha256, sha);
	transcribe_path(&out, path, &options, 64, &read);
	cr_expect_str_eq(read.sha256, "");
	cr_expect_str_eq(read.fingerprint, scan.fingerprint);
	(void)close(fd);
	fd = sample_pipe(s->bytes, s->length, path);
	cr_assert_neq(dup2(fd, STDIN_FILENO), -1);
	transcribe_path(&out, dash, &options, 64, &read);
	cr_expect_str_eq(read.sha256, sha);
	cr_expect_str_eq(read.fingerprint, scan.fingerprint);
	strbuf_clear(&out);
	(void)close(fd);
	free(s);
}

/* What is known is not walked again, nor even opened; a hash that is asked for and not known is. */
Test(capture_fingerprint, what_was_scanned_is_not_scanned_again)
{
	struct capture_summary known = {.packets = 7, .first_ns = 1, .last_ns = 2, .fingerprint = "f"}, scan;
	char nowhere[] = "/nowhere/a.pcap";
	struct capture_input input = {.path = nowhere, .scanned = &known};

	cr_expect_eq(capture_scan(&input, NULL, &scan), 0);
	cr_expect_eq(scan.packets, 7);
	cr_expect_str_eq(scan.fingerprint, "f");
	cr_expect_eq(capture_scan(&input, &(struct capture_options){.sha256 = true}, &scan), -1);
	cr_expect_eq(scan.status, CAPTURE_UNREADABLE);
	known.sha256[0] = 'a';
	cr_expect_eq(capture_scan(&input, &(struct capture_options){.sha256 = true}, &scan), 0);
}
