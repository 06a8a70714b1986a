#include "base/hash.h"
#include "base/mem.h"
#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>

/* Inlined, because the state's layout is not part of the shared library's interface and must lie in our own
 * memory. */
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { STATE_ALIGN = 64 };

struct hash128 {
	XXH3_state_t state;
	void *block; /* what was allocated: the state needs more alignment than the heap gives */
};

uint64_t hash_seed_random(void)
{
	uint64_t seed = 0;
	ssize_t got;
	const void *start_bytes;

	do
		got = getrandom(&seed, sizeof(seed), 0);
	while (got < 0 && errno == EINTR);
	if (got == (ssize_t)sizeof(seed))
		return seed;
	/* A sandbox may refuse the call: the kernel also gave each program 16 random bytes at its start. */
	start_bytes = (const void *)getauxval(AT_RANDOM);
	return start_bytes ? XXH3_64bits(start_bytes, 16) : 0;
}

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t length)
{
	return XXH3_64bits_withSeed(bytes, length, seed);
}

struct hash128 *hash128_new(void)
{
	void *block = mem_calloc(1, sizeof(struct hash128) + STATE_ALIGN);
	struct hash128 *h;

	if (!block)
		return NULL;
	h = (struct hash128 *)(((uintptr_t)block + STATE_ALIGN - 1) / STATE_ALIGN * STATE_ALIGN);
	h->block = block;
	hash128_reset(h);
	return h;
}

void hash128_reset(struct hash128 *h)
{
	(void)XXH3_128bits_reset(&h->state);
}

void hash128_add(struct hash128 *h, const void *bytes, size_t length)
{
	if (length > 0)
		(void)XXH3_128bits_update(&h->state, bytes, length);
}

static void write_canonical(XXH128_hash_t hash, uint8_t out[16])
{
	XXH128_canonical_t canonical;

	XXH128_canonicalFromHash(&canonical, hash);
	memcpy(out, canonical.digest, 16);
}

void hash128_finish(const struct hash128 *h, uint8_t out[16])
{
	write_canonical(XXH3_128bits_digest(&h->state), out);
}

void hash128_free(struct hash128 *h)
{
	if (h)
		mem_free(h->block);
}

void hash128_bytes(const void *bytes, size_t length, uint8_t out[16])
{
	write_canonical(XXH3_128bits(bytes, length), out);
}

void hash_hex(const uint8_t *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}
