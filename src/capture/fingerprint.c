#include "fingerprint.h"
#include "base/hash.h"
#include "base/mem.h"
#include <errno.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

enum { EDGE_BYTES = 1 << 20, SAMPLE_BYTES = 4096, SAMPLE_STEP = 16 << 20, FILE_BLOCK = 1 << 20, NUMBERS = 4 };

struct fingerprint {
	struct hash128 *hash;
	EVP_MD_CTX *sha; /* NULL unless asked for */
	uint64_t size;
	uint8_t tail[EDGE_BYTES]; /* a ring: byte N of the stream lies at N % EDGE_BYTES */
};

static EVP_MD_CTX *sha_new(void)
{
	EVP_MD_CTX *sha = EVP_MD_CTX_new();

	if (sha && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1)
		return sha;
	EVP_MD_CTX_free(sha);
	return NULL;
}

struct fingerprint *fingerprint_new(bool sha256)
{
	struct fingerprint *print = mem_calloc(1, sizeof(*print));

	if (!print)
		return NULL;
	print->hash = hash128_new();
	print->sha = sha256 ? sha_new() : NULL;
	if (print->hash && (print->sha || !sha256))
		return print;
	fingerprint_free(print);
	return NULL;
}

/* Of the run of bytes at OFFSET, those that lie in the first MiB or in a sample, in order. */
static void hash_samples(struct fingerprint *print, uint64_t offset, const uint8_t *bytes, size_t length)
{
	while (length > 0) {
		uint64_t in_step = offset % SAMPLE_STEP;
		uint64_t wanted = offset < SAMPLE_STEP ? EDGE_BYTES : SAMPLE_BYTES;
		bool sampled = in_step < wanted;
		uint64_t run = (sampled ? wanted : SAMPLE_STEP) - in_step;
		size_t n = run < length ? (size_t)run : length;

		if (sampled)
			hash128_add(print->hash, bytes, n);
		offset += n;
		bytes += n;
		length -= n;
	}
}

static void keep_tail(struct fingerprint *print, const uint8_t *bytes, size_t length)
{
	uint64_t offset = print->size;

	if (length > EDGE_BYTES) {
		offset += length - EDGE_BYTES;
		bytes += length - EDGE_BYTES;
		length = EDGE_BYTES;
	}
	while (length > 0) {
		size_t at = (size_t)(offset % EDGE_BYTES);
		size_t n = EDGE_BYTES - at < length ? EDGE_BYTES - at : length;

		memcpy(print->tail + at, bytes, n);
		offset += n;
		bytes += n;
		length -= n;
	}
}

void fingerprint_add(struct fingerprint *print, const uint8_t *bytes, size_t length)
{
	hash_samples(print, print->size, bytes, length);
	keep_tail(print, bytes, length);
	if (print->sha)
		(void)EVP_DigestUpdate(print->sha, bytes, length);
	print->size += length;
}

/* -1 also for a file that became shorter. */
static int read_at(int fd, uint8_t *buffer, size_t length, uint64_t offset)
{
	while (length > 0) {
		ssize_t n = pread(fd, buffer, length, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		buffer += n;
		length -= (size_t)n;
		offset += (uint64_t)n;
	}
	return 0;
}

static int hash_range(struct fingerprint *print, int fd, uint64_t offset, size_t length, uint8_t *buffer)
{
	if (read_at(fd, buffer, length, offset) != 0)
		return -1;
	hash_samples(print, offset, buffer, length);
	return 0;
}

static size_t at_most(uint64_t left, size_t limit)
{
	return left < limit ? (size_t)left : limit;
}

static int sample_file(struct fingerprint *print, int fd, uint64_t size, uint8_t *buffer)
{
	uint64_t tail_at = size > EDGE_BYTES ? size - EDGE_BYTES : 0;

	if (hash_range(print, fd, 0, at_most(size, EDGE_BYTES), buffer) != 0)
		return -1;
	for (uint64_t at = SAMPLE_STEP; at < size; at += SAMPLE_STEP)
		if (hash_range(print, fd, at, at_most(size - at, SAMPLE_BYTES), buffer) != 0)
			return -1;
	if (read_at(fd, buffer, (size_t)(size - tail_at), tail_at) != 0)
		return -1;
	print->size = tail_at;
	keep_tail(print, buffer, (size_t)(size - tail_at));
	return 0;
}

static int sha_file(struct fingerprint *print, int fd, uint64_t size, uint8_t *buffer)
{
	for (uint64_t at = 0; at < size; at += FILE_BLOCK) {
		size_t n = at_most(size - at, FILE_BLOCK);

		if (read_at(fd, buffer, n, at) != 0)
			return -1;
		(void)EVP_DigestUpdate(print->sha, buffer, n);
	}
	return 0;
}

int fingerprint_file(struct fingerprint *print, int fd, uint64_t size)
{
	uint8_t *buffer = mem_calloc(FILE_BLOCK, 1);
	int result = -1;

	if (buffer && sample_file(print, fd, size, buffer) == 0)
		result = print->sha ? sha_file(print, fd, size, buffer) : 0;
	print->size = size;
	mem_free(buffer);
	return result;
}

static void put_be64(uint8_t *out, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(value >> (56 - 8 * i));
}

void fingerprint_finish(struct fingerprint *print, struct capture_summary *summary)
{
	size_t length = at_most(print->size, EDGE_BYTES);
	size_t start = print->size > EDGE_BYTES ? (size_t)(print->size % EDGE_BYTES) : 0;
	uint8_t numbers[NUMBERS * 8], digest[16], sha[EVP_MAX_MD_SIZE];
	unsigned sha_length = 0;

	hash128_add(print->hash, print->tail + start, length - start);
	hash128_add(print->hash, print->tail, start);
	put_be64(numbers, print->size);
	put_be64(numbers + 8, summary->packets);
	put_be64(numbers + 16, (uint64_t)summary->first_ns);
	put_be64(numbers + 24, (uint64_t)summary->last_ns);
	hash128_add(print->hash, numbers, sizeof(numbers));
	hash128_finish(print->hash, digest);
	hash_hex(digest, sizeof(digest), summary->fingerprint);
	summary->file_bytes = print->size;
	if (print->sha && EVP_DigestFinal_ex(print->sha, sha, &sha_length) == 1 && sha_length == 32)
		hash_hex(sha, sha_length, summary->sha256);
}

void fingerprint_free(struct fingerprint *print)
{
	if (!print)
		return;
	hash128_free(print->hash);
	EVP_MD_CTX_free(print->sha);
	mem_free(print);
}
